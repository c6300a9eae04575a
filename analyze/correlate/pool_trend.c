/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pool_trend: how each tag moved over the snapshots of a host. One snapshot makes a candidate, two
 * give a rate, three or more a verdict: the slope is Theil and Sen's (median over all pairs: one odd
 * snapshot does not move it), the significance Mann and Kendall's. Counters that go back mean a
 * reboot or a reloaded driver: only what came after counts. A 32-bit counter that wraps is no reset.
 *
 * A table of differences (pool.delta) is a rate by itself.
 */
#include <stdlib.h>

#include "fields.h"
#include "limits.h"
#include "pools.h"
#include "trend.h"

enum { POINTS = 64 }; /* pairs grow with the square; more snapshots are thinned evenly */

struct point {
    const struct fact *fact;
    const struct pool_snapshot *snapshot;
};

struct series {
    const struct point *points; /* after the last reset */
    size_t n;
    int64_t resets, wraps;
    bool timed;
};

struct estimate {
    double p, falls;         /* that it rises, that it falls, by chance */
    double slope, low, high; /* median and one sigma each way */
    bool has_p, has_slope;
};

static int cmp_double(const void *pa, const void *pb)
{
    double a = *(const double *)pa, b = *(const double *)pb;

    return a < b ? -1 : a > b;
}

static double quantile(const double *sorted, size_t n, double q)
{
    double at = q * (double)(n - 1);
    size_t low = (size_t)at;

    if (low + 1 >= n)
        return sorted[n - 1];
    return sorted[low] + (at - (double)low) * (sorted[low + 1] - sorted[low]);
}

static void slopes(const double *t, const double *y, size_t n, struct estimate *ret)
{
    static const size_t most = POINTS * (POINTS - 1) / 2;
    double all[POINTS * (POINTS - 1) / 2];
    size_t nall = 0;

    for (size_t i = 0; i < n; i++)
        for (size_t k = i + 1; k < n && nall < most; k++)
            if (t[k] > t[i])
                all[nall++] = (y[k] - y[i]) / (t[k] - t[i]);
    if (nall == 0)
        return;
    qsort(all, nall, sizeof(*all), cmp_double);
    ret->has_slope = true;
    ret->slope = quantile(all, nall, 0.5);
    ret->low = quantile(all, nall, 0.159);
    ret->high = quantile(all, nall, 0.841);
}

static double bytes_at(const struct series *s, size_t i)
{
    return (double)int_or(s->points[i].fact, POOL_TAG_BYTES, 0);
}

static struct estimate estimate_of(const struct series *s)
{
    struct estimate e = { .p = 1, .falls = 1 };
    double t[POINTS], y[POINTS], down[POINTS];
    size_t n = s->n < POINTS ? s->n : POINTS;

    for (size_t i = 0; i < n; i++) {
        size_t from = n == 1 ? 0 : i * (s->n - 1) / (n - 1);

        y[i] = bytes_at(s, from);
        down[i] = -y[i];
        if (!s->timed || !seconds_between(s->points[0].snapshot->when,
                                 s->points[from].snapshot->when, &t[i]))
            t[i] = 0;
    }
    if (n >= 3) {
        e.p = trend_rising(y, n);
        e.falls = trend_rising(down, n);
        e.has_p = true;
    }
    slopes(t, y, n, &e);
    return e;
}

/* Three points in a row that all rise (1 of 6 orders) are as much as three points can say. */
static bool significant(const struct series *s, double p)
{
    return p <= 0.05 || (s->n == 3 && p < 0.17);
}

static const char *verdict_of(const struct series *s, const struct estimate *e)
{
    double first = bytes_at(s, 0), gain = bytes_at(s, s->n - 1) - first;
    double material = first / 100 > 4096 ? first / 100 : 4096;

    if (s->n == 1)
        return "candidate";
    if (s->n == 2)
        return "rate";
    if (gain >= material && significant(s, e->p))
        return "rising";
    if (-gain >= material && significant(s, e->falls))
        return "falling";
    return "flat";
}

static bool went_back(const struct fact *from, const struct fact *to, bool *ret_wrapped)
{
    int64_t a = int_or(from, POOL_TAG_ALLOCS, -1), b = int_or(to, POOL_TAG_ALLOCS, -1);

    *ret_wrapped = false;
    if (a < 0 || b < 0 || b >= a)
        return false;
    *ret_wrapped = a <= UINT32_MAX && a > UINT32_MAX / 4ll * 3 && b < UINT32_MAX / 4ll;
    return !*ret_wrapped;
}

static struct series series_of(const struct point *points, size_t n)
{
    struct series s = { .points = points, .n = n, .timed = true };

    for (size_t i = 1; i < n; i++) {
        bool wrapped;

        if (went_back(points[i - 1].fact, points[i].fact, &wrapped)) {
            s.resets++;
            s.points = &points[i];
            s.n = n - i;
        }
        s.wraps += wrapped;
    }
    for (size_t i = 0; i < s.n; i++)
        s.timed =
                s.timed && when_comparable(s.points[0].snapshot->when, s.points[i].snapshot->when);
    return s;
}

/* Room left at this rate; its doubt from the spread of the slopes. */
static void set_exhaustion(const struct pool_view *view, const struct series *s,
        const struct estimate *e, enum pool pool, struct value *values)
{
    const struct pool_snapshot *last = s->points[s->n - 1].snapshot;
    int64_t limit = pool_limit_of(view, last->host, pool), used = pool_bytes(last, pool);
    int64_t of = limit != 0 ? limit : used;
    double left = limit > used ? (double)(limit - used) : 0;

    if (of > 0)
        values[POOL_TREND_SHARE] = value_real(bytes_at(s, s->n - 1) / (double)of);
    if (limit == 0 || !e->has_slope || e->slope <= 0 || s->n < 2)
        return;
    values[POOL_TREND_SECONDS_TO_LIMIT] = value_real(left / e->slope);
    if (s->n >= 3 && e->low > 0)
        values[POOL_TREND_ERROR] = value_real((left / e->low - left / e->high) / 2);
}

static void emit_trend(struct correlate *c, const struct pool_view *view,
        const struct point *points, size_t n, enum pool pool)
{
    struct series s = series_of(points, n);
    struct estimate e = estimate_of(&s);
    const struct fact *first = s.points[0].fact, *last = s.points[s.n - 1].fact;
    double seconds;
    struct value values[POOL_TREND_NFIELDS] = {
        [POOL_TREND_TAG] = value_of(last, POOL_TAG_TAG),
        [POOL_TREND_POOL] = value_of(last, POOL_TAG_POOL),
        [POOL_TREND_DRIVER] = value_of(last, POOL_TAG_DRIVER),
        [POOL_TREND_SNAPSHOTS] = value_u64(s.n),
        [POOL_TREND_FIRST_BYTES] = value_of(first, POOL_TAG_BYTES),
        [POOL_TREND_LAST_BYTES] = value_of(last, POOL_TAG_BYTES),
        [POOL_TREND_GAIN] =
                value_int(int_or(last, POOL_TAG_BYTES, 0) - int_or(first, POOL_TAG_BYTES, 0)),
        [POOL_TREND_RESETS] = value_int(s.resets),
        [POOL_TREND_WRAPS] = value_int(s.wraps),
        [POOL_TREND_VERDICT] = value_z(verdict_of(&s, &e)),
    };

    if (has(first, POOL_TAG_DIFF) && has(last, POOL_TAG_DIFF))
        values[POOL_TREND_GAIN_DIFF] =
                value_int(int_or(last, POOL_TAG_DIFF, 0) - int_or(first, POOL_TAG_DIFF, 0));
    if (s.n > 1 && s.timed &&
            seconds_between(s.points[0].snapshot->when, s.points[s.n - 1].snapshot->when, &seconds))
        values[POOL_TREND_SECONDS] = value_real(seconds);
    if (e.has_slope)
        values[POOL_TREND_SLOPE] = value_real(e.slope);
    if (e.has_p)
        values[POOL_TREND_P] = value_real(e.p);
    set_exhaustion(view, &s, &e, pool, values);
    derive(c, &kind_POOL_TREND, last, values);
}

static void emit_delta(struct correlate *c, const struct fact *delta)
{
    int64_t bytes = int_or(delta, POOL_DELTA_BYTES, 0);
    double seconds = real_or(delta, POOL_DELTA_SECONDS, 0);
    struct value values[POOL_TREND_NFIELDS] = {
        [POOL_TREND_TAG] = value_of(delta, POOL_DELTA_TAG),
        [POOL_TREND_SNAPSHOTS] = value_int(2),
        [POOL_TREND_GAIN] = value_of(delta, POOL_DELTA_BYTES),
        [POOL_TREND_GAIN_DIFF] = value_of(delta, POOL_DELTA_DIFF),
        [POOL_TREND_SECONDS] = value_of(delta, POOL_DELTA_SECONDS),
        [POOL_TREND_VERDICT] = value_z("rate"),
    };

    if (seconds > 0 && has(delta, POOL_DELTA_BYTES))
        values[POOL_TREND_SLOPE] = value_real((double)bytes / seconds);
    derive(c, &kind_POOL_TREND, delta, values);
}

struct placed {
    struct pool_row row;
    struct point point;
    size_t order; /* of its snapshot on the host */
};

/* Of two rows of one tag the one whose snapshot comes first: `a` lies before `b`. */
static bool comes_first(const struct placed *a, const struct placed *b)
{
    return pool_row_cmp(&a->row, &b->row) <= 0;
}

/* Runs of `all` in the order of tags, two by two: [from, middle) and [middle, to). */
static void merge(const struct placed *all, const uint32_t *in, uint32_t *out, size_t from,
        size_t middle, size_t to)
{
    size_t a = from, b = middle;

    for (size_t i = from; i < to; i++) {
        bool first = b == to || (a < middle && comes_first(&all[in[a]], &all[in[b]]));

        out[i] = in[first ? a++ : b++];
    }
}

/*
 * Rows by tag, and of one tag by snapshot. The rows of each snapshot stand in order: `ends` says where each ends.
 */
static const uint32_t *order_series(
        struct arena *a, const struct placed *all, size_t *ends, size_t n)
{
    size_t total = n != 0 ? ends[n - 1] : 0;
    uint32_t *in = arena_room(a, uint32_t, total + 1), *out = arena_room(a, uint32_t, total + 1);

    for (size_t i = 0; i < total; i++)
        in[i] = (uint32_t)i;
    while (n > 1) {
        uint32_t *swap = in;
        size_t kept = 0, from = 0;

        for (size_t i = 0; i < n; i += 2) {
            size_t to = ends[i + 1 < n ? i + 1 : i];

            merge(all, in, out, from, ends[i], to);
            ends[kept++] = from = to;
        }
        n = kept;
        in = out;
        out = swap;
    }
    return in;
}

static void trends_of_host(struct correlate *c, const struct pool_view *view,
        const struct pool_snapshot *snapshots, size_t n)
{
    size_t *ends = arena_room(c->arena, size_t, n + 1), total = 0, nall = 0;
    const uint32_t *series;
    struct placed *all;
    struct point *points;

    for (size_t i = 0; i < n; i++)
        total += snapshots[i].n;
    all = arena_room(c->arena, struct placed, total + 1);
    points = arena_room(c->arena, struct point, total + 1);
    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; k < snapshots[i].n; k++) {
            const struct pool_row *row = &snapshots[i].rows[k];

            all[nall++] = (struct placed){ *row, { row->fact, &snapshots[i] }, i };
        }
        ends[i] = nall;
    }
    series = order_series(c->arena, all, ends, n);
    for (size_t from = 0, to; from < nall; from = to) {
        const struct placed *first = &all[series[from]], *last = NULL;
        size_t np = 0;

        for (to = from; to < nall && pool_row_cmp(&all[series[to]].row, &first->row) == 0; to++) {
            const struct placed *row = &all[series[to]];

            /* A tag listed twice in one snapshot is one row of it. */
            if (last == NULL || row->order != last->order)
                points[from + np++] = row->point;
            last = row;
        }
        emit_trend(c, view, &points[from], np, first->row.pool);
    }
}

static void run(struct correlate *c)
{
    const struct pool_view *view = pool_view_of(c);
    size_t given = c->facts.n;

    for (size_t i = 0; i < view->n;) {
        size_t n = pool_same_host(view, i);

        trends_of_host(c, view, &view->snapshots[i], n);
        i += n;
    }
    for (size_t i = 0; i < given; i++)
        if (c->facts.facts[i]->kind == &kind_POOL_DELTA)
            emit_delta(c, c->facts.facts[i]);
}

static const struct kind *const wants[] = { &kind_POOL_TAG, &kind_POOL_USAGE, &kind_POOL_DELTA,
    &kind_LIMIT, NULL };
static const struct kind *const emits[] = { &kind_POOL_TREND, NULL };

const struct correlator correlator_pool_trend = {
    .name = "pool_trend",
    .summary = "growth of each pool tag over the snapshots of a host",
    .wants = wants,
    .emits = emits,
    .run = run,
};
