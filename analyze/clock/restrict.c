/* SPDX-License-Identifier: Apache-2.0 */
/*
 * restrict: --since and --until. What lies outside for certain is taken out before anything is drawn
 * from it; what has no time, or one that cannot be compared, stays, for it may be of the time asked
 * for.
 */
#include "settle.h"

/* No zone is further from UTC. */
#define ZONE_NS (15 * 3600 * WHEN_NS)

static bool is_exempt(const struct fact *f)
{
    return f->kind == &kind_CLOCK || f->kind == &kind_HOST;
}

bool time_outside(const struct time_options *options, const struct fact *fact)
{
    struct when last = fact->last.basis != WHEN_NONE ? fact->last : fact->when;
    int64_t slack = fact->when.doubt * WHEN_NS;

    if (!is_wall(fact->when) || !is_wall(last) || is_exempt(fact))
        return false;
    if (fact->when.basis == WHEN_LOCAL || last.basis == WHEN_LOCAL)
        slack += ZONE_NS;
    return (options->has_since && last.ns < options->since - slack) ||
           (options->has_until && fact->when.ns > options->until + slack);
}

/* Whether its time leaves open on which side of the borders it lies. */
static bool is_open(const struct fact *f)
{
    return !is_exempt(f) && f->when.basis != WHEN_NONE && f->when.basis != WHEN_UTC;
}

void restrict_facts(struct settle *s)
{
    struct case_file *c = s->c;
    size_t kept = 0;

    if (!s->options->has_since && !s->options->has_until)
        return;
    for (size_t i = 0; i < c->nfacts; i++) {
        if (time_outside(s->options, c->facts[i])) {
            c->left_out += c->facts[i]->count;
            continue;
        }
        c->untimed += is_open(c->facts[i]);
        c->facts[kept++] = c->facts[i];
    }
    c->nfacts = kept;
}
