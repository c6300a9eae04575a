/* SPDX-License-Identifier: Apache-2.0 */
#include "pool_capture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    RANKS = 32,      /* tags of each pool that are told for each reason */
    FIRST_RUNS = 4,  /* room of a snapshot for runs of rows */
    FIRST_TAGS = 512 /* slots */
};

/* What a tag did in one pool over all snapshots that are kept. */
struct moved {
    char tag[20];
    uint8_t n; /* 0 = a free slot */
    uint8_t pool;
    bool told;
    int64_t most, least, most_blocks, least_blocks;
};

struct tags {
    struct moved *slots; /* open addressing, power of two */
    size_t n, size;
};

struct teller {
    struct pool_capture *c;
    struct arena *a;
    struct tags tags;
    struct pool_snapshot *snapshot;
    bool some; /* only the tags that may matter */
};

void pool_capture_init(struct pool_capture *c, struct parse *in)
{
    *c = (struct pool_capture){ .in = in, .stride = 1 };
}

static void drop(struct pool_capture *c, struct pool_snapshot *s)
{
    c->held -= s->text.used;
    s->text.used = 0;
    s->number = 0;
}

/* Every second one goes. */
static void thin(struct pool_capture *c)
{
    size_t n = 0;

    c->stride *= 2;
    for (size_t i = 0; i < c->nkept; i++) {
        if ((c->kept[i]->number - 1) % c->stride == 0)
            c->kept[n++] = c->kept[i];
        else
            drop(c, c->kept[i]);
    }
    c->nkept = n;
}

/* A newer one comes: the newest so far was perhaps not worth keeping. One place is for the last. */
static void settle(struct pool_capture *c)
{
    struct pool_snapshot *s = c->open;

    if (s == NULL)
        return;
    while (c->nkept >= 2 && (c->nkept + 1 >= LIMIT_SNAPSHOTS || c->held > LIMIT_SNAPSHOT_BYTES))
        thin(c);
    if ((s->number - 1) % c->stride == 0)
        c->kept[c->nkept++] = s;
    else
        drop(c, s);
}

static struct pool_snapshot *free_slot(struct pool_capture *c)
{
    struct pool_snapshot *s;

    for (size_t i = 0; i < c->nslots; i++) {
        if (c->slots[i]->number == 0)
            return c->slots[i];
    }
    s = arena_new(c->in->scratch, struct pool_snapshot);
    out_init_memory(&s->text);
    c->slots[c->nslots++] = s;
    return s;
}

struct pool_snapshot *pool_capture_next(struct pool_capture *c)
{
    static const struct pool_header no_header = { false, POOL_ABSENT, POOL_ABSENT, POOL_ABSENT,
        POOL_ABSENT, POOL_ABSENT, POOL_ABSENT, POOL_ABSENT, POOL_ABSENT };
    struct pool_snapshot *s;

    settle(c);
    s = free_slot(c);
    *s = (struct pool_snapshot){
        .number = ++c->total, .text = s->text, .runs = s->runs, .size = s->size, .header = no_header
    };
    c->open = s;
    return s;
}

static struct pool_lines *add_run(struct pool_capture *c, struct pool_snapshot *s)
{
    if (s->nruns == s->size) {
        size_t size = s->size != 0 ? s->size * 2 : FIRST_RUNS;
        struct pool_lines *runs = arena_array(c->in->scratch, struct pool_lines, size);

        if (s->nruns != 0)
            memcpy(runs, s->runs, s->nruns * sizeof(*runs));
        s->runs = runs;
        s->size = size;
    }
    return &s->runs[s->nruns++];
}

static bool goes_on(const struct pool_lines *run, const struct pool_lines *like)
{
    return run->next == like->offset && run->table == like->table &&
           strcmp(run->scope, like->scope) == 0;
}

void pool_capture_rows(
        struct pool_capture *c, const struct pool_lines *like, str text, size_t lines)
{
    struct pool_snapshot *s = c->open;
    struct pool_lines *run = s->nruns != 0 ? &s->runs[s->nruns - 1] : NULL;

    s->rows_seen = true;
    s->cut = s->cut || s->text.used + text.n > LIMIT_SNAPSHOT_TEXT;
    if (s->cut)
        return;
    if (run == NULL || !goes_on(run, like)) {
        run = add_run(c, s);
        *run = *like;
        run->at = s->text.used;
        run->n = run->lines = 0;
    }
    out_str(&s->text, text);
    c->held += text.n;
    run->n += text.n;
    run->lines += lines;
    run->next = like->next;
}

/* ---- what is told */

static struct value value_opt(int64_t v)
{
    return v != POOL_ABSENT ? value_int(v) : value_none();
}

static void tell_status(struct parse *in, const struct pool_snapshot *s)
{
    const struct pool_header *h = &s->header;
    const struct value values[MEMORY_STATUS_NFIELDS] = {
        [MEMORY_STATUS_SOURCE] = value_z("poolmon"),
        [MEMORY_STATUS_SNAPSHOT] = value_int(s->number),
        [MEMORY_STATUS_TOTAL] = value_opt(h->total),
        [MEMORY_STATUS_AVAILABLE] = value_opt(h->available),
        [MEMORY_STATUS_COMMIT] = value_opt(h->commit),
        [MEMORY_STATUS_COMMIT_LIMIT] = value_opt(h->limit),
        [MEMORY_STATUS_COMMIT_PEAK] = value_opt(h->peak),
        [MEMORY_STATUS_KERNEL_NONPAGED] = value_opt(h->nonpaged),
        [MEMORY_STATUS_KERNEL_PAGED] = value_opt(h->paged),
    };

    if (s->status_told)
        emit_at(in, &kind_MEMORY_STATUS, s->pools_at, (str){ s->quote, s->quoted }, s->when,
                values);
}

static void tell_usage(struct parse *in, const struct pool_snapshot *s, enum pool pool,
        int64_t bytes, int64_t resident)
{
    /* Rows of a session are of another pool than the header's. */
    bool system = (s->scope[0] == '\0' || strcmp(s->scope, "system") == 0) && !s->cut;
    const struct value values[POOL_USAGE_NFIELDS] = {
        [POOL_USAGE_POOL] = value_z(pool_name(pool)),
        [POOL_USAGE_BYTES] = value_opt(bytes),
        [POOL_USAGE_RESIDENT] = value_opt(resident),
        [POOL_USAGE_LISTED] = system ? value_int(s->listed[pool]) : value_none(),
        [POOL_USAGE_ROWS] = system ? value_int(s->rows[pool]) : value_none(),
        [POOL_USAGE_SNAPSHOT] = value_int(s->number),
    };

    if (bytes != POOL_ABSENT)
        emit_at(in, &kind_POOL_USAGE, s->pools_at, (str){ s->quote, s->quoted }, s->when, values);
}

void pool_delta_emit(struct parse *in, const struct line *line, struct when when, double seconds,
        const struct pool_table_row *row)
{
    const struct value values[POOL_DELTA_NFIELDS] = {
        [POOL_DELTA_TAG] = value_text(row->tag),
        [POOL_DELTA_DIFF] = row->delta_diff,
        [POOL_DELTA_BYTES] = row->delta_bytes,
        [POOL_DELTA_SECONDS] = seconds != 0 ? value_real(seconds) : value_none(),
    };

    emit(in, &kind_POOL_DELTA, line, when, values);
}

/* ---- which tags */

static size_t slot_of(const struct tags *t, str tag, enum pool pool)
{
    size_t at = str_hash(tag) + (size_t)pool;

    for (;; at++) {
        const struct moved *m = &t->slots[at & (t->size - 1)];

        if (m->n == 0 || (m->pool == (uint8_t)pool && str_eq((str){ m->tag, m->n }, tag)))
            return at & (t->size - 1);
    }
}

static void grow_tags(struct teller *t)
{
    struct tags bigger = { .size = t->tags.size != 0 ? t->tags.size * 2 : FIRST_TAGS };

    bigger.slots = arena_array(t->a, struct moved, bigger.size);
    for (size_t i = 0; i < t->tags.size; i++) {
        const struct moved *m = &t->tags.slots[i];

        if (m->n != 0)
            bigger.slots[slot_of(&bigger, (str){ m->tag, m->n }, (enum pool)m->pool)] = *m;
    }
    bigger.n = t->tags.n;
    t->tags = bigger;
}

static void widen(int64_t *most, int64_t *least, const struct value *v)
{
    int64_t i = v->type == VALUE_INT ? v->i : 0;

    *most = i > *most ? i : *most;
    *least = i < *least ? i : *least;
}

static struct moved *moved_of(struct teller *t, const struct pool_row *row)
{
    struct moved *m;

    if (t->tags.n * 2 >= t->tags.size)
        grow_tags(t);
    m = &t->tags.slots[slot_of(&t->tags, row->tag, row->pool)];
    if (m->n != 0)
        return m;
    *m = (struct moved){ .n = (uint8_t)row->tag.n,
        .pool = (uint8_t)row->pool,
        .most = INT64_MIN,
        .least = INT64_MAX,
        .most_blocks = INT64_MIN,
        .least_blocks = INT64_MAX };
    memcpy(m->tag, row->tag.p, row->tag.n);
    t->tags.n++;
    return m;
}

static double by_size(const struct moved *m)
{
    return (double)m->most;
}

static double by_change(const struct moved *m)
{
    return (double)m->most - (double)m->least;
}

static double by_blocks(const struct moved *m)
{
    return (double)m->most_blocks - (double)m->least_blocks;
}

/* The RANKS first of one pool; equal ones by tag, so that the order of slots means nothing. */
static void choose(struct teller *t, enum pool pool, double (*weight)(const struct moved *m))
{
    struct moved *best[RANKS];
    size_t n = 0;

    for (size_t i = 0; i < t->tags.size; i++) {
        struct moved *m = &t->tags.slots[i];
        size_t at = n;

        if (m->n == 0 || m->pool != (uint8_t)pool || weight(m) <= 0)
            continue;
        for (; at > 0; at--) {
            const struct moved *b = best[at - 1];
            double lead = weight(m) - weight(b);

            if (lead < 0 ||
                    (lead <= 0 && str_cmp((str){ b->tag, b->n }, (str){ m->tag, m->n }) < 0))
                break;
            if (at < RANKS)
                best[at] = best[at - 1];
        }
        if (at < RANKS)
            best[at] = m;
        n += n < RANKS;
    }
    for (size_t i = 0; i < n; i++)
        best[i]->told = true;
}

/* ---- the walk over held lines */

static void weigh_row(struct teller *t, const struct line *line, const struct pool_row *row)
{
    struct pool_snapshot *s = t->snapshot;
    struct moved *m;

    (void)line;
    s->rows[row->pool]++;
    if (row->bytes.type == VALUE_INT &&
            __builtin_add_overflow(s->listed[row->pool], row->bytes.i, &s->listed[row->pool]))
        s->listed[row->pool] = INT64_MAX;
    if (!t->some)
        return;
    m = moved_of(t, row);
    widen(&m->most, &m->least, &row->bytes);
    widen(&m->most_blocks, &m->least_blocks, &row->diff);
}

static void tell_row(struct teller *t, const struct line *line, const struct pool_row *row,
        const struct pool_lines *run)
{
    struct parse *in = t->c->in;

    if (row->law == POOL_LAW_BROKEN)
        parse_diag(in, DIAG_NOTE, "poolmon.row-law", line, line->s);
    else if (row->law == POOL_LAW_REPAIRED)
        parse_diag(in, DIAG_NOTE, "poolmon.row-parted", line, line->s);
    pool_row_emit(in, line, t->snapshot->when, row, t->snapshot->number, str_z(run->scope));
}

static void take_line(
        struct teller *t, const struct line *line, const struct pool_lines *run, bool weigh)
{
    struct pool_table_row row;

    row.nrows = 0;
    row.has_delta = false;
    if (run->table != NULL)
        (void)pool_table_row(run->table, line->s, &row);
    else if (pool_row_read(line->s, &row.rows[0]))
        row.nrows = 1;
    else if (weigh)
        parse_diag(t->c->in, DIAG_WARNING, "poolmon.short-row", line, line->s);
    for (size_t i = 0; i < row.nrows; i++) {
        if (weigh)
            weigh_row(t, line, &row.rows[i]);
        else if (!t->some || moved_of(t, &row.rows[i])->told)
            tell_row(t, line, &row.rows[i], run);
    }
    if (!weigh && row.has_delta && run->table->has_delta)
        pool_delta_emit(t->c->in, line, t->snapshot->when,
                run->table->seconds != 0 ? run->table->seconds : run->seconds, &row);
}

static void walk(struct teller *t, const struct pool_lines *run, bool weigh)
{
    str rest = str_slice(out_text(&t->snapshot->text), run->at, run->at + run->n);
    struct line line = { .number = run->number, .offset = run->offset };

    for (size_t extent; rest.n != 0; rest = str_from(rest, extent)) {
        extent = str_find_char(rest, '\n') + 1;
        line.s = str_slice(rest, 0, extent - 1);
        while (line.s.n != 0 && line.s.p[line.s.n - 1] == '\r')
            line.s.n--;
        line.length = (uint32_t)line.s.n;
        take_line(t, &line, run, weigh);
        line.offset += extent;
        line.number += line.number != UINT32_MAX;
    }
}

static void walk_all(struct teller *t, struct pool_snapshot *s, bool weigh)
{
    t->snapshot = s;
    for (size_t i = 0; i < s->nruns; i++)
        walk(t, &s->runs[i], weigh);
}

static size_t count_lines(const struct pool_capture *c)
{
    size_t n = 0;

    for (size_t i = 0; i < c->nkept; i++)
        for (size_t k = 0; k < c->kept[i]->nruns; k++)
            n += c->kept[i]->runs[k].lines;
    return n;
}

static void weigh(struct teller *t)
{
    struct pool_capture *c = t->c;
    static double (*const weights[])(const struct moved *m) = { by_size, by_change, by_blocks };

    t->some = c->nkept > 2 && count_lines(c) > LIMIT_POOL_ROWS;
    for (size_t i = 0; i < c->nkept; i++)
        walk_all(t, c->kept[i], true);
    for (size_t i = 0; i < sizeof(weights) / sizeof(weights[0]); i++) {
        choose(t, POOL_NONPAGED, weights[i]);
        choose(t, POOL_PAGED, weights[i]);
    }
}

static void tell_limits(const struct pool_capture *c)
{
    char text[64];
    bool cut = false;

    for (size_t i = 0; i < c->nkept; i++)
        cut = cut || c->kept[i]->cut;
    if (cut)
        parse_diag(c->in, DIAG_WARNING, "poolmon.rows-cut", NULL,
                STR("a snapshot of more than 8 MiB"));
    if ((int64_t)c->nkept == c->total)
        return;
    snprintf(text, sizeof(text), "%zu of %lld, evenly spaced", c->nkept, (long long)c->total);
    parse_diag(c->in, DIAG_NOTE, "poolmon.snapshots", NULL, str_z(text));
}

void pool_capture_tell(struct pool_capture *c)
{
    struct teller t = { .c = c, .a = c->in->scratch };
    bool some;

    if (c->open != NULL && c->open->number != 0)
        c->kept[c->nkept++] = c->open;
    weigh(&t);
    some = t.some;
    if (some)
        parse_diag(c->in, DIAG_NOTE, "poolmon.rows", NULL, STR("the tags that may matter"));
    for (size_t i = 0; i < c->nkept; i++) {
        struct pool_snapshot *s = c->kept[i];

        tell_status(c->in, s);
        t.some = some && i != 0 && i + 1 != c->nkept;
        walk_all(&t, s, false);
        tell_usage(c->in, s, POOL_NONPAGED, s->header.nonpaged, POOL_ABSENT);
        tell_usage(c->in, s, POOL_PAGED, s->header.paged, s->header.resident);
    }
    tell_limits(c);
    for (size_t i = 0; i < c->nslots; i++)
        (void)out_finish(&c->slots[i]->text);
}
