/* SPDX-License-Identifier: Apache-2.0 */
#include "pool_tell.h"

#include <stdio.h>
#include <string.h>

#include "pool_moved.h"

/* What a row of the first snapshot says, that others say again. */
struct first_row {
    int64_t bytes;
    uint32_t tag; /* by number from 1, where tags are chosen */
    uint8_t pool; /* POOL_NONE: it is for the careful reader each time */
};

struct teller {
    struct pool_capture *c;
    struct pool_tags tags;
    struct first_row *first; /* [c->first.n] */
    struct pool_snapshot *snapshot;
    bool some;  /* only the tags that may matter */
    bool weigh; /* nothing is told yet */
};

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
        [POOL_USAGE_ROWS] = system ? value_int(s->count[pool]) : value_none(),
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

static int64_t int_of(const struct value *v)
{
    return v->type == VALUE_INT ? v->i : 0;
}

static void count_row(struct pool_snapshot *s, enum pool pool, int64_t bytes)
{
    s->count[pool]++;
    if (__builtin_add_overflow(s->listed[pool], bytes, &s->listed[pool]))
        s->listed[pool] = INT64_MAX;
}

static void weigh_row(struct teller *t, str tag, enum pool pool, int64_t bytes, int64_t blocks)
{
    count_row(t->snapshot, pool, bytes);
    if (t->some)
        pool_moved_see(pool_tags_find(&t->tags, tag, pool), bytes, blocks);
}

static bool matters(struct teller *t, str tag, enum pool pool)
{
    return !t->some || pool_tags_find(&t->tags, tag, pool)->told;
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

/* Most rows are read only to be weighed, and most need no careful reading for it, or to be passed over. */
static bool take_plain(struct teller *t, const struct pool_lines *run, str line, const char *end,
        struct first_row *first)
{
    struct pool_plain row;

    if (run->table != NULL)
        return false;
    if (!t->weigh)
        return t->some && pool_plain_front(line.p, line.n, &row) &&
               !matters(t, (str){ row.tag, sizeof(row.tag) }, row.pool);
    if (!pool_plain_read(line.p, line.n, end, &row))
        return false;
    weigh_row(t, (str){ row.tag, sizeof(row.tag) }, row.pool, row.bytes, row.diff);
    if (first != NULL)
        *first = (struct first_row){ row.bytes, (uint32_t)t->tags.next, (uint8_t)row.pool };
    return true;
}

static void take_line(struct teller *t, const struct line *line, const struct pool_lines *run)
{
    struct pool_table_row row;

    row.nrows = 0;
    row.has_delta = false;
    if (run->table != NULL)
        (void)pool_table_row(run->table, line->s, &row);
    else if (pool_row_read(line->s, &row.rows[0]))
        row.nrows = 1;
    else if (t->weigh)
        parse_diag(t->c->in, DIAG_WARNING, "poolmon.short-row", line, line->s);
    for (size_t i = 0; i < row.nrows; i++) {
        const struct pool_row *r = &row.rows[i];

        if (t->weigh)
            weigh_row(t, r->tag, r->pool, int_of(&r->bytes), int_of(&r->diff));
        else if (matters(t, r->tag, r->pool))
            tell_row(t, line, r, run);
    }
    if (!t->weigh && row.has_delta && run->table->has_delta)
        pool_delta_emit(t->c->in, line, t->snapshot->when,
                run->table->seconds != 0 ? run->table->seconds : run->seconds, &row);
}

/* The line at p, of so many bytes with its terminator. */
static void set_line(struct line *line, const char *p, size_t extent)
{
    line->s = (str){ p, extent - 1 };
    line->extent = (uint32_t)extent;
    while (line->s.n != 0 && line->s.p[line->s.n - 1] == '\r')
        line->s.n--;
    line->length = (uint32_t)line->s.n;
}

/* What stands next in a run. */
struct walk {
    struct pool_lines *run;
    const char *own; /* the snapshot's own text from here on */
    const char *end; /* of it */
    uint32_t number;
    uint64_t offset;
};

static void pass(struct walk *w, size_t n, size_t lines)
{
    w->offset += n;
    w->number = w->number < UINT32_MAX - lines ? w->number + (uint32_t)lines : UINT32_MAX;
}

/* The line at p, of so many bytes, that stands n bytes and so many lines behind what is next. */
static struct line line_at(
        const struct walk *w, const char *p, size_t extent, size_t n, size_t lines)
{
    struct walk to = *w;
    struct line line = { 0 };

    pass(&to, n, lines);
    line.number = to.number;
    line.offset = to.offset;
    set_line(&line, p, extent);
    return line;
}

/* Rows whose tags are known, all of them plain and of one length: those that do not matter are not looked at. */
static void walk_known(struct teller *t, struct walk *w, const struct pool_rows *rows)
{
    for (size_t i = 0; i < rows->lines; i++) {
        size_t at = i * rows->extent;
        struct line line;

        if (!t->tags.tags[rows->tag - 1 + i].told)
            continue;
        line = line_at(w, w->own + at, rows->extent, at, i);
        take_line(t, &line, w->run);
    }
}

/* Rows that the snapshot holds itself. */
static void walk_own(struct teller *t, struct walk *w, struct pool_rows *rows)
{
    struct first_row *first = t->weigh && w->own == t->c->first.text ? t->first : NULL;
    bool known = t->weigh && t->some && rows->extent != 0;
    const char *stop = w->own + rows->n, *p = w->own;
    size_t first_tag = 0;

    for (size_t i = 0; i < rows->lines; i++) {
        size_t extent = rows->extent;
        struct line line;

        if (extent == 0)
            extent = str_find_char((str){ p, (size_t)(stop - p) }, '\n') + 1;
        line = line_at(w, p, extent, (size_t)(p - w->own), i);
        if (!take_plain(t, w->run, line.s, w->end,
                    first != NULL && i < t->c->first.n ? &first[i] : NULL)) {
            take_line(t, &line, w->run);
            known = false;
        }
        if (i == 0)
            first_tag = t->tags.next;
        known = known && t->tags.next == first_tag + i;
        p += extent;
    }
    if (t->weigh)
        rows->tag = known ? (uint32_t)first_tag : 0;
}

/* Rows that say what they said in the first snapshot; its tags were weighed there. */
static void walk_same(struct teller *t, struct walk *w, const struct pool_rows *rows)
{
    const struct pool_first *f = &t->c->first;
    const uint32_t *at = f->at + (rows->same - 1);
    const struct first_row *first = t->first + (rows->same - 1);

    for (size_t i = 0; i < rows->lines; i++) {
        struct line line;

        if (first[i].pool != POOL_NONE && t->weigh) {
            count_row(t->snapshot, (enum pool)first[i].pool, first[i].bytes);
            continue;
        }
        if (first[i].pool != POOL_NONE && t->some && !t->tags.tags[first[i].tag - 1].told)
            continue;
        line = line_at(w, f->text + at[i], at[i + 1] - at[i], at[i] - at[0], i);
        take_line(t, &line, w->run);
    }
    t->tags.next = first[rows->lines - 1].tag;
}

static void walk(struct teller *t, struct pool_snapshot *s)
{
    struct walk w = { .own = s->text, .end = s->text + s->used };

    t->snapshot = s;
    for (size_t i = 0; i < s->nruns; i++) {
        w.run = &s->runs[i];
        w.number = w.run->number;
        w.offset = w.run->offset;
        for (size_t k = w.run->from; k < w.run->to; k++) {
            struct pool_rows *rows = &s->rows[k];

            if (rows->same != 0)
                walk_same(t, &w, rows);
            else if (!t->weigh && t->some && rows->tag != 0)
                walk_known(t, &w, rows);
            else
                walk_own(t, &w, rows);
            pass(&w, rows->n, rows->lines);
            if (rows->same == 0)
                w.own += rows->n;
        }
    }
}

static size_t count_lines(const struct pool_capture *c)
{
    size_t n = 0;

    for (size_t i = 0; i < c->nkept; i++)
        for (size_t k = 0; k < c->kept[i]->nrows; k++)
            n += c->kept[i]->rows[k].lines;
    return n;
}

static void weigh(struct teller *t)
{
    struct pool_capture *c = t->c;

    t->first = arena_array(c->in->scratch, struct first_row, c->first.n);
    t->weigh = true;
    for (size_t i = 0; i < c->nkept; i++)
        walk(t, c->kept[i]);
    pool_tags_choose(&t->tags);
    t->weigh = false;
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

void pool_tell(struct pool_capture *c)
{
    struct teller t = { .c = c, .tags.a = c->in->scratch };
    bool some = c->nkept > 2 && count_lines(c) > LIMIT_POOL_ROWS;

    t.some = some;
    weigh(&t);
    if (some)
        parse_diag(c->in, DIAG_NOTE, "poolmon.rows", NULL, STR("the tags that may matter"));
    for (size_t i = 0; i < c->nkept; i++) {
        struct pool_snapshot *s = c->kept[i];

        tell_status(c->in, s);
        t.some = some && i != 0 && i + 1 != c->nkept;
        walk(&t, s);
        tell_usage(c->in, s, POOL_NONPAGED, s->header.nonpaged, POOL_ABSENT);
        tell_usage(c->in, s, POOL_PAGED, s->header.paged, s->header.resident);
    }
    tell_limits(c);
}
