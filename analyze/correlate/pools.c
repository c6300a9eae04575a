/* SPDX-License-Identifier: Apache-2.0 */
#include "pools.h"

#include <stdlib.h>

#include "fields.h"

/* Comparing every pair of members by their counters is for the handful that people send. */
enum { COUNTER_ORDER_MAX = 256 };
/* Tags of one pool on any running system are well above this; filtered listings are below. */
enum { WHOLE_LISTING = 50 };

struct entry {
    struct pool_row row;
    size_t index;
};

const char *pool_label(enum pool pool)
{
    return pool == POOL_NONPAGED ? "nonpaged" : "paged";
}

bool seconds_between(struct when a, struct when b, double *ret)
{
    if (!when_comparable(a, b))
        return false;
    *ret = ((double)b.ns - (double)a.ns) / (double)WHEN_NS;
    return true;
}

/* Session pools are other pools: their rows would be added to the system's. */
static bool take_row(const struct fact *f, struct pool_row *ret)
{
    str pool, scope;

    if (f->kind != &kind_POOL_TAG || !has(f, POOL_TAG_BYTES))
        return false;
    pool = text_of(f, POOL_TAG_POOL);
    scope = text_of(f, POOL_TAG_SCOPE);
    if (scope.n != 0 && !str_eq(scope, STR("system")))
        return false;
    if (str_eq(pool, STR("nonpaged")))
        ret->pool = POOL_NONPAGED;
    else if (str_eq(pool, STR("paged")))
        ret->pool = POOL_PAGED;
    else
        return false;
    ret->fact = f;
    ret->tag = text_of(f, POOL_TAG_TAG);
    ret->key = (uint64_t)ret->pool << 32;
    for (size_t i = 0; i < 4 && i < ret->tag.n; i++)
        ret->key |= (uint64_t)(unsigned char)ret->tag.p[i] << (24 - 8 * i);
    return true;
}

static int cmp_int(int64_t a, int64_t b)
{
    return a < b ? -1 : a > b;
}

static int cmp_snapshot(const struct fact *a, const struct fact *b)
{
    int order = str_cmp(a->host, b->host);

    if (order == 0)
        order = cmp_int(a->where.member, b->where.member);
    if (order == 0)
        order = cmp_int(int_or(a, POOL_TAG_SNAPSHOT, 1), int_or(b, POOL_TAG_SNAPSHOT, 1));
    return order;
}

int pool_row_cmp(const struct pool_row *a, const struct pool_row *b)
{
    if (a->key != b->key)
        return a->key < b->key ? -1 : 1;
    return a->tag.n == 4 && b->tag.n == 4 ? 0 : str_cmp(a->tag, b->tag);
}

static int by_row(const void *pa, const void *pb)
{
    const struct entry *a = pa, *b = pb;
    int order = pool_row_cmp(&a->row, &b->row);

    return order != 0 ? order : cmp_int((int64_t)a->index, (int64_t)b->index);
}

static int by_snapshot(const void *pa, const void *pb)
{
    const struct entry *a = pa, *b = pb;
    int order = cmp_snapshot(a->row.fact, b->row.fact);

    return order != 0 ? order : by_row(pa, pb);
}

/* Snapshots mostly come one behind the other: then each is sorted by itself. */
static void sort_entries(struct entry *entries, size_t n)
{
    size_t from = 0;

    for (size_t i = 1; i < n; i++) {
        if (cmp_snapshot(entries[i - 1].row.fact, entries[i].row.fact) > 0) {
            qsort(entries, n, sizeof(*entries), by_snapshot);
            return;
        }
    }
    for (size_t i = 1; i <= n; i++) {
        if (i < n && cmp_snapshot(entries[i - 1].row.fact, entries[i].row.fact) == 0)
            continue;
        qsort(entries + from, i - from, sizeof(*entries), by_row);
        from = i;
    }
}

static struct entry *collect(struct correlate *c, size_t *ret_n)
{
    struct entry *entries;
    size_t most = 0, n = 0;

    for (size_t i = 0; i < c->facts.n; i++)
        most += c->facts.facts[i]->kind == &kind_POOL_TAG;
    entries = arena_room(c->arena, struct entry, most + 1);
    for (size_t i = 0; i < c->facts.n; i++) {
        entries[n].index = i;
        n += take_row(c->facts.facts[i], &entries[n].row);
    }
    *ret_n = n;
    return entries;
}

static struct pool_snapshot *find_snapshot(const struct pool_view *view, const struct fact *usage)
{
    size_t low = 0, high = view->n;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        struct pool_snapshot *s = &view->snapshots[middle];
        int order = str_cmp(s->host, usage->host);

        if (order == 0)
            order = cmp_int(s->member, usage->where.member);
        if (order == 0)
            order = cmp_int(s->number, int_or(usage, POOL_USAGE_SNAPSHOT, 1));
        if (order == 0)
            return s;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

/* While the snapshots still stand in order of reading. */
static void set_usages(struct correlate *c, const struct pool_view *view)
{
    for (size_t i = 0; i < c->facts.n; i++) {
        const struct fact *f = c->facts.facts[i];
        struct pool_snapshot *s;

        if (f->kind != &kind_POOL_USAGE || !has(f, POOL_USAGE_BYTES))
            continue;
        s = find_snapshot(view, f);
        if (s != NULL)
            s->usage[str_eq(text_of(f, POOL_USAGE_POOL), STR("paged")) ? POOL_PAGED
                                                                       : POOL_NONPAGED] = f;
    }
}

static int counters_rise(const struct pool_snapshot *a, const struct pool_snapshot *b)
{
    int rise = 0;

    for (size_t i = 0, k = 0; i < a->n && k < b->n;) {
        int order = pool_row_cmp(&a->rows[i], &b->rows[k]);

        if (order == 0) {
            int64_t from = int_or(a->rows[i].fact, POOL_TAG_ALLOCS, -1);
            int64_t to = int_or(b->rows[k].fact, POOL_TAG_ALLOCS, -1);

            if (from >= 0 && to >= 0)
                rise += from < to ? 1 : from > to ? -1 : 0;
        }
        i += order <= 0;
        k += order >= 0;
    }
    return rise;
}

static void set_limits(struct correlate *c, struct pool_view *view)
{
    size_t n = 0;

    for (size_t i = 0; i < c->facts.n; i++)
        n += c->facts.facts[i]->kind == &kind_LIMIT;
    view->limits = arena_array(c->arena, const struct fact *, n + 1);
    for (size_t i = 0; i < c->facts.n; i++)
        if (c->facts.facts[i]->kind == &kind_LIMIT)
            view->limits[view->nlimits++] = c->facts.facts[i];
}

static bool all_comparable(const struct pool_snapshot *s, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!when_comparable(s[0].when, s[i].when))
            return false;
    return true;
}

static int by_time(const void *pa, const void *pb)
{
    const struct pool_snapshot *a = pa, *b = pb;
    int order = when_cmp(a->when, b->when);

    if (order == 0)
        order = cmp_int(a->member, b->member);
    return order != 0 ? order : cmp_int(a->number, b->number);
}

/* Snapshots of one member stay in their order; whole members are moved. Insertion keeps the order
 * of reading where the counters do not speak against it. */
static void order_by_counters(struct pool_snapshot *s, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        struct pool_snapshot moved = s[i];
        size_t at = i;

        while (at > 0 && s[at - 1].member != moved.member &&
                counters_rise(&s[at - 1], &moved) < 0) {
            s[at] = s[at - 1];
            at--;
        }
        s[at] = moved;
    }
}

size_t pool_same_host(const struct pool_view *view, size_t from)
{
    size_t to = from + 1;

    while (to < view->n && str_eq(view->snapshots[to].host, view->snapshots[from].host))
        to++;
    return to - from;
}

static struct pool_view cut_snapshots(struct arena *a, const struct entry *entries, size_t n)
{
    struct pool_row *rows = arena_room(a, struct pool_row, n + 1);
    struct pool_view view = { 0 };

    for (size_t i = 0; i < n; i++)
        view.n += i == 0 || cmp_snapshot(entries[i - 1].row.fact, entries[i].row.fact) != 0;
    view.snapshots = arena_array(a, struct pool_snapshot, view.n + 1);
    view.n = 0;
    for (size_t i = 0; i < n; i++) {
        const struct fact *f = entries[i].row.fact;
        struct pool_snapshot *s = &view.snapshots[view.n - 1 + (view.n == 0)];

        rows[i] = entries[i].row;
        if (i == 0 || cmp_snapshot(entries[i - 1].row.fact, f) != 0) {
            s = &view.snapshots[view.n++];
            s->host = f->host;
            s->member = f->where.member;
            s->number = int_or(f, POOL_TAG_SNAPSHOT, 1);
            s->when = f->when;
            s->rows = &rows[i];
        }
        s->n++;
        s->sum[rows[i].pool] = plus(s->sum[rows[i].pool], int_or(f, POOL_TAG_BYTES, 0));
        s->nrows[rows[i].pool]++;
    }
    return view;
}

static struct pool_view make_view(struct correlate *c)
{
    size_t n;
    struct entry *entries = collect(c, &n);
    struct pool_view view;

    sort_entries(entries, n);
    view = cut_snapshots(c->arena, entries, n);
    set_usages(c, &view);
    set_limits(c, &view);
    for (size_t i = 0; i < view.n;) {
        size_t of_host = pool_same_host(&view, i);

        if (all_comparable(&view.snapshots[i], of_host))
            qsort(&view.snapshots[i], of_host, sizeof(*view.snapshots), by_time);
        else if (of_host <= COUNTER_ORDER_MAX)
            order_by_counters(&view.snapshots[i], of_host);
        i += of_host;
    }
    return view;
}

const struct pool_view *pool_view_of(struct correlate *c)
{
    if (c->pools == NULL) {
        struct pool_view *view = arena_new(c->arena, struct pool_view);

        *view = make_view(c);
        c->pools = view;
    }
    return c->pools;
}

int64_t pool_bytes(const struct pool_snapshot *s, enum pool pool)
{
    if (s->usage[pool] != NULL)
        return int_or(s->usage[pool], POOL_USAGE_BYTES, 0);
    return s->nrows[pool] >= WHOLE_LISTING ? s->sum[pool] : 0;
}

int64_t pool_limit_of(const struct pool_view *view, str host, enum pool pool)
{
    int64_t limit = 0;

    for (size_t i = view->nlimits; i-- > 0 && limit == 0;) {
        const struct fact *f = view->limits[i];

        if (f->host.n == 0 || host.n == 0 || str_eq(f->host, host))
            limit = int_or(f, pool == POOL_NONPAGED ? LIMIT_NONPAGED : LIMIT_PAGED, 0);
    }
    return limit;
}
