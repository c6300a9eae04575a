/* SPDX-License-Identifier: Apache-2.0 */
#include "pool_tell.h"

#include <stdio.h>
#include <string.h>

#include "pool_moved.h"

struct teller {
    struct pool_capture *c;
    struct pool_tags tags;
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

static void weigh_row(struct teller *t, str tag, enum pool pool, const struct value *bytes,
        const struct value *blocks)
{
    struct pool_snapshot *s = t->snapshot;
    int64_t size = bytes->type == VALUE_INT ? bytes->i : 0;

    s->rows[pool]++;
    if (__builtin_add_overflow(s->listed[pool], size, &s->listed[pool]))
        s->listed[pool] = INT64_MAX;
    if (t->some)
        pool_moved_see(pool_tags_find(&t->tags, tag, pool), size,
                blocks->type == VALUE_INT ? blocks->i : 0);
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
static bool take_plain(struct teller *t, const struct pool_lines *run, str line, const char *end)
{
    struct pool_plain row;
    struct value bytes, blocks;

    if (run->table != NULL)
        return false;
    if (!t->weigh)
        return t->some && pool_plain_front(line.p, line.n, &row) &&
               !matters(t, (str){ row.tag, sizeof(row.tag) }, row.pool);
    if (!pool_plain_read(line.p, line.n, end, &row))
        return false;
    bytes = value_int(row.bytes);
    blocks = value_int(row.diff);
    weigh_row(t, (str){ row.tag, sizeof(row.tag) }, row.pool, &bytes, &blocks);
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
            weigh_row(t, r->tag, r->pool, &r->bytes, &r->diff);
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

static void pass_lines(struct line *line, size_t n)
{
    line->offset += n * line->extent;
    line->number = line->number < UINT32_MAX - n ? line->number + (uint32_t)n : UINT32_MAX;
}

/* Rows whose tags are known, all of them plain: those that do not matter are not looked at. */
static void walk_known(struct teller *t, const struct pool_lines *run)
{
    const char *p = t->snapshot->text + run->at;
    struct line line = { .number = run->number, .offset = run->offset };
    size_t passed = 0;

    line.extent = (uint32_t)run->rows.extent;
    for (size_t i = 0; i < run->rows.lines; i++) {
        if (!t->tags.tags[run->first_tag - 1 + i].told)
            continue;
        pass_lines(&line, i - passed);
        passed = i;
        set_line(&line, p + i * run->rows.extent, run->rows.extent);
        take_line(t, &line, run);
    }
}

static void walk(struct teller *t, struct pool_lines *run)
{
    const struct pool_snapshot *s = t->snapshot;
    const char *end = s->text + s->used, *stop = s->text + run->at + run->rows.n;
    struct line line = { .number = run->number, .offset = run->offset };
    bool known = t->weigh && t->some && run->rows.extent != 0;
    size_t first = 0, i = 0;

    for (const char *p = s->text + run->at; p < stop; p += line.extent, i++) {
        size_t extent = run->rows.extent;

        if (extent == 0)
            extent = str_find_char((str){ p, (size_t)(stop - p) }, '\n') + 1;
        set_line(&line, p, extent);
        if (!take_plain(t, run, line.s, end)) {
            take_line(t, &line, run);
            known = false;
        }
        if (i == 0)
            first = t->tags.next;
        known = known && t->tags.next == first + i;
        pass_lines(&line, 1);
    }
    if (t->weigh)
        run->first_tag = known ? first : 0;
}

static void walk_all(struct teller *t, struct pool_snapshot *s)
{
    t->snapshot = s;
    for (size_t i = 0; i < s->nruns; i++) {
        if (!t->weigh && t->some && s->runs[i].first_tag != 0)
            walk_known(t, &s->runs[i]);
        else
            walk(t, &s->runs[i]);
    }
}

static size_t count_lines(const struct pool_capture *c)
{
    size_t n = 0;

    for (size_t i = 0; i < c->nkept; i++)
        for (size_t k = 0; k < c->kept[i]->nruns; k++)
            n += c->kept[i]->runs[k].rows.lines;
    return n;
}

static void weigh(struct teller *t)
{
    struct pool_capture *c = t->c;

    t->weigh = true;
    for (size_t i = 0; i < c->nkept; i++)
        walk_all(t, c->kept[i]);
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
        walk_all(&t, s);
        tell_usage(c->in, s, POOL_NONPAGED, s->header.nonpaged, POOL_ABSENT);
        tell_usage(c->in, s, POOL_PAGED, s->header.paged, s->header.resident);
    }
    tell_limits(c);
}
