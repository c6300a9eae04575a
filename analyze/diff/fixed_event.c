/* SPDX-License-Identifier: Apache-2.0 */
/* fixed, of what happens from time to time: by how often it came, and how long it did not. */
#include <math.h>
#include <stdlib.h>

#include "judge.h"

/* Probability that nothing was seen by chance. */
static const double chance_certain = 0.001, chance_likely = 0.05, chance_possible = 0.5;

enum { EPISODE = 600 }; /* seconds between occurrences that count apart */

static int by_ns(const void *pa, const void *pb)
{
    int64_t a = *(const int64_t *)pa, b = *(const int64_t *)pb;

    return (a > b) - (a < b);
}

/* Occurrences, a burst counted once; 0 when none has a time. */
static double episodes_of(struct arena *a, const struct finding *f)
{
    int64_t *times = arena_array(a, int64_t, f->nevidence + 1);
    double episodes = 0;
    size_t n = 0;

    for (size_t i = 0; i < f->nevidence; i++) {
        const struct fact *fact = f->evidence[i].fact;

        if (!str_eq(f->evidence[i].selection, f->evidence[0].selection) ||
                fact->when.basis == WHEN_NONE)
            continue;
        times[n++] = fact->when.ns;
        /* A fold carries the last of those it counts. */
        if (fact->count > 1 && fact->last.ns > fact->when.ns) {
            double spans = (double)(fact->last.ns - fact->when.ns) / WHEN_NS / EPISODE;

            episodes += fmin((double)fact->count - 1, floor(spans));
        }
    }
    qsort(times, n, sizeof(*times), by_ns);
    for (size_t i = 0; i < n; i++)
        episodes += i == 0 || (double)(times[i] - times[i - 1]) / WHEN_NS > EPISODE;
    return episodes;
}

/* Seconds of AFTER that lie behind BEFORE; below 0 when AFTER does not reach behind it. */
static double covered_since(const struct judge *j)
{
    double gap;

    /* Old records in AFTER: no boot lies between, and both count from the same one. */
    if (j->f->old && j->before.last.basis == WHEN_MONOTONIC)
        gap = (double)(j->after.last.ns - j->before.last.ns) / WHEN_NS;
    else if (!diff_seconds(j->before.last, j->after.last, &gap))
        return j->after.covered;
    return gap < j->after.covered ? gap : j->after.covered;
}

/* "the same again when it covers 3.5 h after the change" */
static void ask_longer(struct judge *j, double n)
{
    double wait = j->before.seconds * (pow(chance_likely, -1 / n) - 1);

    judge_ask(j, arena_printf(j->d->arena, "the same again when it covers %.*s after the change",
                         STR_ARG(diff_duration(j->d->arena, wait))));
}

static void judge_rate(struct judge *j, double n, double since)
{
    struct arena *a = j->d->arena;
    double share = j->before.seconds / (j->before.seconds + since), chance = pow(share, n);
    str covered = arena_printf(a, "%.*s that AFTER covers%s", STR_ARG(diff_duration(a, since)),
            since < j->after.covered ? " since" : "");
    str times = n == 1 ? STR("once") : arena_printf(a, "%.0f times", n);
    str came = arena_printf(a, "it came %.*s in %.*s", STR_ARG(times),
            STR_ARG(diff_duration(a, j->before.seconds)));

    if (chance > chance_possible)
        judge_settle(j, FIXED_TOO_EARLY,
                arena_printf(a, "%.*s; that it is not in the %.*s says nothing yet", STR_ARG(came),
                        STR_ARG(covered)));
    else
        judge_settle(j,
                chance <= chance_certain  ? FIXED_CERTAIN
                : chance <= chance_likely ? FIXED_LIKELY
                                          : FIXED_POSSIBLE,
                arena_printf(a,
                        "%.*s, and not in the %.*s; were nothing changed, the chance of that would "
                        "be %.2g%% (%.2g to the power of %.0f)",
                        STR_ARG(came), STR_ARG(covered), chance * 100, share, n));
    if (chance > chance_likely)
        ask_longer(j, n);
}

void judge_event(struct judge *j)
{
    double n = episodes_of(j->d->arena, j->f->before), since = covered_since(j);

    if (since < 0) {
        judge_ask_again(j);
        judge_settle(j, FIXED_UNKNOWN,
                STR("AFTER ends before BEFORE does: were the two given in the wrong order?"));
    } else if (since < 60) {
        judge_ask_again(j);
        judge_settle(j, FIXED_TOO_EARLY, STR("AFTER covers next to no time"));
    } else if (n == 0 || j->before.seconds < EPISODE) {
        judge_ask_again(j);
        judge_settle(j, FIXED_POSSIBLE,
                STR("times are missing, so it cannot be told how often it was to be expected"));
    } else {
        judge_rate(j, n, since);
    }
}
