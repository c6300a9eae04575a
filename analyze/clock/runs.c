/* SPDX-License-Identifier: Apache-2.0 */
/*
 * runs: a run is one boot as one member tells it: the marks and facts of a member, a host and a boot
 * number that carry time since boot. Runs of several members may be of one boot; boots.c ties them.
 */
#include <stdlib.h>
#include <string.h>

#include "settle.h"

struct item {
    uint32_t member, host;
    uint16_t boot;
    int64_t up;
    const struct clock_mark *mark; /* NULL: a fact that only has a time */
    const struct fact *fact;
};

static int compare_items(const void *a, const void *b)
{
    const struct item *x = a, *y = b;

    if (x->member != y->member)
        return x->member < y->member ? -1 : 1;
    if (x->host != y->host)
        return x->host < y->host ? -1 : 1;
    if (x->boot != y->boot)
        return x->boot < y->boot ? -1 : 1;
    if (x->up != y->up)
        return x->up < y->up ? -1 : 1;
    if (x->fact->where.offset != y->fact->where.offset)
        return x->fact->where.offset < y->fact->where.offset ? -1 : 1;
    return (x->mark == NULL) - (y->mark == NULL);
}

/* How many there are; with items NULL no more than that. */
static size_t collect(struct settle *s, struct item *items)
{
    size_t n = 0, m = 0;

    for (size_t i = 0; i < s->c->nfacts; i++) {
        const struct fact *f = s->c->facts[i];
        const struct clock_mark *mark = NULL;
        struct when up = f->when;

        if (f->kind == &kind_CLOCK) {
            mark = &s->marks[m++];
            up = has(f, CLOCK_UPTIME) ? f->values[CLOCK_UPTIME].t : (struct when){ 0 };
        }
        if (up.basis != WHEN_MONOTONIC || f->where.member == 0)
            continue;
        if (items != NULL)
            items[n] = (struct item){ f->where.member, settle_host(s, f->host), up.boot, up.ns,
                mark, f };
        n++;
    }
    return n;
}

static bool same_run(const struct item *a, const struct item *b)
{
    return a->member == b->member && a->host == b->host && a->boot == b->boot;
}

/* The parser noticed that the newest line comes first. */
static bool is_backwards(const struct source *source)
{
    for (size_t i = 0; i < source->ndiags; i++) {
        if (strcmp(source->diags[i].code, "kernel-log.newest-first") == 0)
            return true;
    }
    return false;
}

static struct run make_run(struct settle *s, const struct item *items, size_t n)
{
    struct run run = {
        .member = items[0].member,
        .host = items[0].host,
        .boot = items[0].boot,
        .first_up = items[0].up,
        .last_up = items[n - 1].up,
        .backwards = is_backwards(&s->c->sources[items[0].member - 1]),
    };
    const struct clock_mark **marks = arena_array(&s->scratch, const struct clock_mark *, n);

    for (size_t i = 0; i < n; i++) {
        if (items[i].mark != NULL)
            marks[run.nmarks++] = items[i].mark;
    }
    run.marks = marks;
    return run;
}

void list_runs(struct settle *s)
{
    size_t n = collect(s, NULL), runs = 0;
    struct item *items = arena_room(&s->scratch, struct item, n + 1);

    (void)collect(s, items);
    if (n != 0)
        qsort(items, n, sizeof(*items), compare_items);
    for (size_t i = 0; i < n; i++)
        runs += i == 0 || !same_run(&items[i - 1], &items[i]);
    s->runs = arena_array(&s->scratch, struct run, runs + 1);
    for (size_t from = 0, to; from < n; from = to) {
        for (to = from + 1; to < n && same_run(&items[from], &items[to]); to++)
            ;
        s->runs[s->nruns++] = make_run(s, &items[from], to - from);
    }
}

struct run *find_run(const struct settle *s, uint32_t member, uint32_t host, uint16_t boot)
{
    size_t from = 0, to = s->nruns;

    while (from < to) {
        size_t middle = from + (to - from) / 2;
        const struct run *r = &s->runs[middle];
        int order = r->member != member ? (r->member < member ? -1 : 1)
                    : r->host != host   ? (r->host < host ? -1 : 1)
                                        : (int)r->boot - (int)boot;

        if (order == 0)
            return &s->runs[middle];
        if (order < 0)
            from = middle + 1;
        else
            to = middle;
    }
    return NULL;
}

static bool mark_anchor(const struct clock_mark *mark, struct anchor *ret)
{
    const struct fact *f = mark->fact;
    struct when wall;

    if ((mark->says != MARK_ANCHOR && mark->says != MARK_RTC) || !has(f, CLOCK_WALL) ||
            !has(f, CLOCK_UPTIME))
        return false;
    wall = f->values[CLOCK_WALL].t;
    if (wall.basis != WHEN_UTC && wall.basis != WHEN_LOCAL)
        return false;
    *ret = (struct anchor){
        .up = f->values[CLOCK_UPTIME].t.ns,
        .basis = wall.basis,
        .doubt = (uint16_t)(wall.doubt < WHEN_DOUBT_MAX ? wall.doubt + 1 : WHEN_DOUBT_MAX),
        .settled = wall.settled,
        .battery = mark->says == MARK_RTC,
        .on = f,
        .by = mark->says == MARK_RTC ? "the battery clock" : "lines with both clocks",
    };
    return !__builtin_sub_overflow(wall.ns, ret->up, &ret->ahead);
}

size_t run_anchors(struct settle *s, const struct run *run, struct anchor **ret)
{
    struct anchor *list = arena_array(&s->scratch, struct anchor, run->nmarks + 1);
    size_t n = 0;

    for (size_t i = 0; i < run->nmarks; i++)
        n += mark_anchor(run->marks[i], &list[n]);
    *ret = list;
    return n;
}
