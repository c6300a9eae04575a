/* SPDX-License-Identifier: Apache-2.0 */
/*
 * boot_ties: which runs are of one boot, and anchors for runs that have none of their own:
 *
 *   two members time a boot alike;
 *   two dmesg captures hold the same message at the same microsecond;
 *   a capture holds messages that another member has with a date (dmesg beside dmesg -T or syslog);
 *   the date and the uptime that were asked for when the evidence was taken;
 *   the one dated banner of this kernel.
 */
#include "boot_ties.h"

#include <stdlib.h>

#include "limits.h"

enum {
    RUNS = 1000,    /* runs that are compared, each with each */
    VOTES = 100000, /* pairs of a message with a date and one without */
    TWINS = 32,     /* of one id: what is said more often tells no moment */
    BATTERY = 120,  /* seconds that a battery clock may be off and still mean the same boot */
    NEED = 3,       /* weight of votes that make an anchor */
};
#define CLOSE_NS (3 * WHEN_NS)

/* --- runs of one boot --------------------------------------------------------------------- */

static size_t find_root(struct run *runs, size_t i)
{
    while (runs[i].same != i) {
        runs[i].same = runs[runs[i].same].same;
        i = runs[i].same;
    }
    return i;
}

size_t run_root(struct settle *s, size_t run)
{
    return find_root(s->runs, run);
}

static void tie(struct settle *s, size_t a, size_t b)
{
    size_t x = find_root(s->runs, a), y = find_root(s->runs, b);

    if (x < y)
        s->runs[y].same = x;
    else
        s->runs[x].same = y;
}

static int64_t distance(int64_t a, int64_t b)
{
    int64_t d;

    if (__builtin_sub_overflow(a > b ? a : b, a > b ? b : a, &d))
        return INT64_MAX;
    return d;
}

/* The anchors of one basis that stand nearest to each other by time since boot. */
static bool nearest_pair(const struct run *a, const struct run *b, enum when_basis basis,
        const struct anchor **ret_a, const struct anchor **ret_b)
{
    int64_t nearest = INT64_MAX;

    for (size_t i = 0, k = 0; i < a->nanchors && k < b->nanchors;) {
        const struct anchor *x = &a->anchors[i], *y = &b->anchors[k];

        if (x->basis != basis) {
            i++;
            continue;
        }
        if (y->basis != basis) {
            k++;
            continue;
        }
        if (distance(x->up, y->up) < nearest) {
            nearest = distance(x->up, y->up);
            *ret_a = x;
            *ret_b = y;
        }
        if (x->up < y->up)
            i++;
        else
            k++;
    }
    return nearest != INT64_MAX;
}

static bool alike(const struct run *a, const struct run *b)
{
    const struct anchor *x, *y;
    int64_t allowed;

    if (!nearest_pair(a, b, WHEN_UTC, &x, &y) && !nearest_pair(a, b, WHEN_LOCAL, &x, &y))
        return false;
    allowed = (x->battery || y->battery ? BATTERY : x->doubt + y->doubt) * WHEN_NS + CLOSE_NS +
              distance(x->up, y->up) / 3000;
    return distance(x->ahead, y->ahead) <= allowed;
}

static void tie_by_anchors(struct settle *s)
{
    size_t n = s->nruns < RUNS ? s->nruns : RUNS;

    for (size_t i = 0; i < n; i++) {
        for (size_t k = i + 1; k < n; k++) {
            const struct run *a = &s->runs[i], *b = &s->runs[k];

            if (a->host == b->host && a->member != b->member && alike(a, b))
                tie(s, i, k);
        }
    }
}

static size_t same_id(const struct settle *s, size_t from)
{
    size_t to = from + 1;

    while (to < s->ntwins && s->twins[to].id == s->twins[from].id &&
            s->twins[to].host == s->twins[from].host)
        to++;
    return to - from;
}

static struct run *run_of(const struct settle *s, const struct twin *t)
{
    return find_run(s, t->fact->where.member, t->host, t->fact->when.boot);
}

static void tie_by_messages(struct settle *s)
{
    for (size_t from = 0, n; from < s->ntwins; from += n) {
        n = same_id(s, from);
        for (size_t i = from; n <= TWINS && i < from + n; i++) {
            for (size_t k = i + 1; k < from + n; k++) {
                const struct twin *a = &s->twins[i], *b = &s->twins[k];
                struct run *x, *y;

                if (a->fact->when.basis != WHEN_MONOTONIC ||
                        b->fact->when.basis != WHEN_MONOTONIC || a->fact->when.ns == 0 ||
                        a->fact->when.ns != b->fact->when.ns)
                    continue;
                x = run_of(s, a);
                y = run_of(s, b);
                if (x != NULL && y != NULL)
                    tie(s, (size_t)(x - s->runs), (size_t)(y - s->runs));
            }
        }
    }
}

/* --- anchors by the same message ---------------------------------------------------------- */

struct vote {
    size_t run;
    int64_t ahead, up;
    enum when_basis basis;
    uint16_t doubt;
    uint8_t settled, weight;
    const struct fact *on;
};

static int compare_votes(const void *a, const void *b)
{
    const struct vote *x = a, *y = b;

    if (x->run != y->run)
        return x->run < y->run ? -1 : 1;
    if (x->basis != y->basis)
        return x->basis < y->basis ? -1 : 1;
    if (x->ahead != y->ahead)
        return x->ahead < y->ahead ? -1 : 1;
    return (x->up > y->up) - (x->up < y->up);
}

static size_t collect_votes(struct settle *s, struct vote *votes)
{
    size_t total = 0;

    for (size_t from = 0, n; from < s->ntwins; from += n) {
        n = same_id(s, from);
        for (size_t i = from; n <= TWINS && i < from + n; i++) {
            const struct twin *a = &s->twins[i];
            struct run *run = a->fact->when.basis == WHEN_MONOTONIC ? run_of(s, a) : NULL;

            for (size_t k = from; run != NULL && k < from + n && total < VOTES; k++) {
                const struct twin *b = &s->twins[k];
                struct vote *v = &votes[total];

                if (!is_wall(b->fact->when) || b->fact->where.member == a->fact->where.member)
                    continue;
                *v = (struct vote){
                    .run = (size_t)(run - s->runs),
                    .up = a->fact->when.ns,
                    .basis = b->fact->when.basis,
                    .doubt = b->fact->when.doubt,
                    .settled = b->fact->when.settled,
                    .weight = a->weight,
                    .on = b->fact,
                };
                total += !__builtin_sub_overflow(b->fact->when.ns, v->up, &v->ahead);
            }
        }
    }
    return total;
}

/* The difference of clocks that most votes are for; none when a second one is not far behind. */
static const struct vote *elect(const struct vote *votes, size_t n)
{
    const struct vote *best = NULL;
    unsigned most = 0, second = 0, weight = 0;

    for (size_t i = 0, to = 0; i < n; weight -= votes[i++].weight) {
        for (; to < n && votes[to].ahead - votes[i].ahead <= CLOSE_NS; to++)
            weight += votes[to].weight;
        if (weight > most) {
            if (best != NULL && votes[i].ahead - best->ahead > CLOSE_NS)
                second = most;
            best = &votes[i];
            most = weight;
        } else if (best != NULL && votes[i].ahead - best->ahead > CLOSE_NS && weight > second) {
            second = weight;
        }
    }
    return most >= NEED && second * 2 < most ? best : NULL;
}

/* By anything better than its battery clock. */
static bool is_anchored(const struct run *run)
{
    for (size_t i = 0; i < run->nanchors; i++) {
        if (!run->anchors[i].battery)
            return true;
    }
    return false;
}

static void give_anchor(
        struct settle *s, struct run *run, const struct anchor *anchor, const char *by)
{
    struct anchor *list = arena_array(&s->scratch, struct anchor, run->nanchors + 1);
    size_t at = 0;

    while (at < run->nanchors && run->anchors[at].up < anchor->up)
        at++;
    for (size_t i = 0; i < run->nanchors; i++)
        list[i + (i >= at)] = run->anchors[i];
    list[at] = *anchor;
    list[at].by = by;
    run->anchors = list;
    run->nanchors++;
}

static void anchor_by_messages(struct settle *s)
{
    struct vote *votes;
    size_t n;

    if (s->nruns == 0 || s->ntwins == 0)
        return;
    votes = arena_room(&s->scratch, struct vote, VOTES + 1);
    n = collect_votes(s, votes);
    if (n != 0)
        qsort(votes, n, sizeof(*votes), compare_votes);
    for (size_t from = 0, to; from < n; from = to) {
        struct run *run = &s->runs[votes[from].run];
        const struct vote *v;

        for (to = from + 1;
                to < n && votes[to].run == votes[from].run && votes[to].basis == votes[from].basis;
                to++)
            ;
        v = elect(&votes[from], to - from);
        if (v == NULL || is_anchored(run))
            continue;
        give_anchor(s, run,
                &(struct anchor){ .up = v->up,
                        .ahead = v->ahead,
                        .basis = v->basis,
                        .settled = v->settled,
                        .doubt = (uint16_t)(v->doubt < 60000 ? v->doubt + 3 : v->doubt),
                        .on = v->on },
                "messages that another file dates");
    }
}

/* --- anchors by the date and the banner --------------------------------------------------- */

/* The last boot of a member: what dmesg shows is the boot it was called in. */
static bool is_last_run(const struct settle *s, size_t i)
{
    const struct run *run = &s->runs[i];
    const struct run *next = i + 1 < s->nruns ? &s->runs[i + 1] : NULL;

    if (run->backwards)
        return run->boot == 0;
    return next == NULL || next->member != run->member || next->host != run->host;
}

static void anchor_by_capture(struct settle *s)
{
    for (size_t i = 0; i < s->nruns; i++) {
        struct run *run = &s->runs[i];
        struct anchor a = { .doubt = 0 };

        if (is_anchored(run) || !is_last_run(s, i) ||
                !host_capture(s, run->member, run->host, &a) || run->last_up > a.up + 120 * WHEN_NS)
            continue;
        give_anchor(s, run, &a, "the date and the uptime when the evidence was taken");
    }
}

static void anchor_by_banner(struct settle *s)
{
    for (size_t from = 0, n; from < s->ntwins; from += n) {
        const struct twin *up = NULL, *wall = NULL;
        bool several = false;
        struct run *run;

        n = same_id(s, from);
        if (s->twins[from].fact->kind != &kind_HOST)
            continue;
        for (size_t i = from; i < from + n; i++) {
            const struct twin **slot = s->twins[i].fact->when.basis == WHEN_MONOTONIC ? &up : &wall;

            several |= *slot != NULL;
            *slot = &s->twins[i];
        }
        if (several || up == NULL || wall == NULL || !is_wall(wall->fact->when))
            continue;
        run = run_of(s, up);
        if (run == NULL || is_anchored(run))
            continue;
        give_anchor(s, run,
                &(struct anchor){ .up = up->fact->when.ns,
                        .ahead = wall->fact->when.ns - up->fact->when.ns,
                        .basis = wall->fact->when.basis,
                        .settled = wall->fact->when.settled,
                        .doubt = 120,
                        .on = wall->fact },
                "the first line of the boot, which another file dates");
    }
}

void tie_runs(struct settle *s)
{
    for (size_t i = 0; i < s->nruns; i++) {
        struct run *run = &s->runs[i];
        struct anchor *list;

        run->same = i;
        run->nanchors = run_anchors(s, run, &list);
        clean_anchors(list, run->nanchors);
        run->anchors = list;
    }
    tie_by_messages(s);
    anchor_by_messages(s);
    anchor_by_capture(s);
    anchor_by_banner(s);
    tie_by_anchors(s);
}
