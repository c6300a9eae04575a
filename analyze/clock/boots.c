/* SPDX-License-Identifier: Apache-2.0 */
/*
 * boots: time since boot becomes wall time. Runs of one boot are put together, their anchors give the
 * wall clock; what no anchor reaches stays time since boot, of a boot that is numbered in the case.
 */
#include <stdlib.h>

#include "boot_ties.h"

/* The kernel tells the length of a sleep right behind it. */
#define TOLD_NS (60 * WHEN_NS)
/* A battery clock that is off by more is worth a word. */
#define OFF_NS (120 * WHEN_NS)

static int compare_anchors(const void *a, const void *b)
{
    const struct anchor *x = a, *y = b;

    if (x->up != y->up)
        return x->up < y->up ? -1 : 1;
    if (x->ahead != y->ahead)
        return x->ahead < y->ahead ? -1 : 1;
    return (int)x->doubt - (int)y->doubt;
}

static int compare_pauses(const void *a, const void *b)
{
    const struct pause *x = a, *y = b;

    if (x->up != y->up)
        return x->up < y->up ? -1 : 1;
    return (x->length < y->length) - (x->length > y->length); /* one with a length first */
}

static void add_pauses(struct pause *list, size_t *n, const struct run *run)
{
    for (size_t i = 0; i < run->nmarks; i++) {
        const struct clock_mark *mark = run->marks[i];
        int64_t up = mark->fact->values[CLOCK_UPTIME].t.ns;
        double seconds = real_or(mark->fact, CLOCK_SECONDS, 0);

        if (mark->says == MARK_SUSPENDED && seconds < 1e9)
            list[(*n)++] = (struct pause){ up, (int64_t)(seconds * (double)WHEN_NS) };
        else if (mark->says == MARK_SUSPEND)
            list[(*n)++] = (struct pause){ up, -1 };
    }
}

/* A sleep and its length are one; two members tell of the same sleep. */
static size_t merge_pauses(struct pause *list, size_t n)
{
    size_t kept = 0;

    if (n != 0)
        qsort(list, n, sizeof(*list), compare_pauses);
    for (size_t i = 0; i < n; i++) {
        struct pause *last = kept != 0 ? &list[kept - 1] : NULL;

        if (last != NULL && list[i].up == last->up)
            continue;
        if (last != NULL && last->length < 0 && list[i].length >= 0 &&
                list[i].up - last->up <= TOLD_NS)
            last->length = list[i].length; /* it stood still where it went to sleep */
        else
            list[kept++] = list[i];
    }
    return kept;
}

/* UTC before local; a battery clock only where nothing else is. */
static size_t choose_anchors(struct anchor *list, size_t n)
{
    bool utc = false, better = false;
    size_t kept = 0;

    for (size_t i = 0; i < n; i++)
        better |= !list[i].battery;
    for (size_t i = 0; i < n; i++)
        utc |= list[i].basis == WHEN_UTC && list[i].battery == !better;
    for (size_t i = 0; i < n; i++) {
        if (list[i].battery == !better && (list[i].basis == WHEN_UTC) == utc)
            list[kept++] = list[i];
    }
    return kept;
}

static const struct anchor *battery_of(const struct anchor *list, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (list[i].battery)
            return &list[i];
    }
    return NULL;
}

static void check_battery(
        struct settle *s, const struct boot_group *g, const struct anchor *battery)
{
    struct when wall;
    int64_t off;

    if (battery == NULL || !boot_clock_wall(&g->clock, battery->up, &wall) ||
            wall.basis != battery->basis ||
            __builtin_sub_overflow(battery->ahead + battery->up, wall.ns, &off) ||
            (off < OFF_NS + wall.doubt * WHEN_NS && -off < OFF_NS + wall.doubt * WHEN_NS))
        return;
    settle_note(s, g->host, battery->on->where,
            "the battery clock was %lld s %s when the system started; lines before the clock was "
            "set are off by as much",
            (long long)((off < 0 ? -off : off) / WHEN_NS), off < 0 ? "slow" : "fast");
}

static void fill_group(struct settle *s, struct boot_group *g, size_t root)
{
    size_t nanchors = 0, npauses = 0, n = 0;
    struct anchor *anchors, battery = { 0 };
    const struct anchor *found;
    struct pause *pauses;

    for (size_t i = root; i < s->nruns; i++) {
        if (s->runs[i].group == g) {
            n += s->runs[i].nanchors;
            npauses += s->runs[i].nmarks;
        }
    }
    anchors = arena_array(&s->scratch, struct anchor, n + 1);
    pauses = arena_array(&s->scratch, struct pause, npauses + 1);
    npauses = 0;
    for (size_t i = root; i < s->nruns; i++) {
        struct run *run = &s->runs[i];

        if (run->group != g)
            continue;
        for (size_t k = 0; k < run->nanchors; k++)
            anchors[nanchors++] = run->anchors[k];
        add_pauses(pauses, &npauses, run);
    }
    if (nanchors != 0)
        qsort(anchors, nanchors, sizeof(*anchors), compare_anchors);
    found = battery_of(anchors, nanchors);
    if (found != NULL)
        battery = *found;
    nanchors = choose_anchors(anchors, nanchors);
    clean_anchors(anchors, nanchors);
    g->clock = (struct boot_clock){ anchors, nanchors, pauses, merge_pauses(pauses, npauses) };
    g->known = boot_clock_wall(&g->clock, 0, &g->at);
    g->on = nanchors != 0 ? anchors[0].on : NULL;
    g->by = nanchors != 0 ? anchors[0].by : NULL;
    if (battery.on != NULL && nanchors != 0 && !anchors[0].battery)
        check_battery(s, g, &battery);
}

/* Known boots in order of time, then the others in the order of their members. */
static int compare_groups(const void *a, const void *b)
{
    const struct boot_group *x = *(const struct boot_group *const *)a,
                            *y = *(const struct boot_group *const *)b;

    if (x->host != y->host)
        return x->host < y->host ? -1 : 1;
    if (x->known != y->known)
        return x->known ? -1 : 1;
    if (x->known && x->at.ns != y->at.ns)
        return x->at.ns < y->at.ns ? -1 : 1;
    if (x->member != y->member)
        return x->member < y->member ? -1 : 1;
    if (x->boot != y->boot)
        return (x->boot < y->boot) == !x->backwards ? -1 : 1;
    return 0;
}

static void make_groups(struct settle *s)
{
    struct boot_group **order = arena_array(&s->scratch, struct boot_group *, s->nruns + 1);

    s->groups = arena_array(&s->scratch, struct boot_group, s->nruns + 1);
    for (size_t i = 0; i < s->nruns; i++) {
        struct run *run = &s->runs[i];
        size_t root = run_root(s, i);

        if (root == i) {
            s->groups[s->ngroups] = (struct boot_group){ .host = run->host,
                .member = run->member,
                .boot = run->boot,
                .backwards = run->backwards };
            run->group = &s->groups[s->ngroups++];
        } else {
            run->group = s->runs[root].group; /* roots come first */
        }
    }
    for (size_t i = 0; i < s->nruns; i++) {
        if (run_root(s, i) == i)
            fill_group(s, s->runs[i].group, i);
    }
    for (size_t i = 0; i < s->ngroups; i++)
        order[i] = &s->groups[i];
    if (s->ngroups != 0)
        qsort(order, s->ngroups, sizeof(struct boot_group *), compare_groups);
    for (size_t i = 0; i < s->ngroups; i++) {
        order[i]->id = settle_clock(s);
        order[i]->at.boot = order[i]->id;
    }
}

static void apply(struct settle *s, const struct fact *fact, uint32_t host, struct when *w)
{
    struct run *run;
    struct when wall;

    if (w->basis != WHEN_MONOTONIC || fact->where.member == 0)
        return;
    run = find_run(s, fact->where.member, host, w->boot);
    if (run == NULL)
        return;
    wall = (struct when){ .boot = run->group->id };
    if (boot_clock_wall(&run->group->clock, w->ns, &wall))
        *w = wall;
    else
        w->boot = run->group->id;
}

/* A member whose boots have no date, beside others that have. */
static void tell_open(struct settle *s)
{
    for (size_t i = 0; i < s->nruns; i++) {
        const struct run *run = &s->runs[i];

        if (run->group->clock.nanchors == 0 && s->nruns > 1)
            settle_note(s, run->host, (struct span){ .member = run->member },
                    "nothing ties its time since boot to a date; it is left as it is");
    }
}

void settle_boots(struct settle *s)
{
    tie_runs(s);
    make_groups(s);
    settle_each(s, apply);
    tell_open(s);
}
