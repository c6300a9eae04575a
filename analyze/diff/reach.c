/* SPDX-License-Identifier: Apache-2.0 */
/*
 * reach: which members of a case could show a finding, and how much time they cover. That a finding
 * is gone says something only where it could have been seen.
 */
#include "correlator.h"
#include "parts.h"

enum { DEEPEST = 8 };

/* Zones lie up to 14 hours from UTC. */
static const double zone_doubt = 14 * 3600;

bool diff_seconds(struct when a, struct when b, double *ret)
{
    bool zoned = a.basis != b.basis;

    if (a.basis == WHEN_NONE || b.basis == WHEN_NONE || a.basis == WHEN_MONOTONIC ||
            b.basis == WHEN_MONOTONIC || (a.basis == WHEN_YEARLESS) != (b.basis == WHEN_YEARLESS))
        return false;
    *ret = ((double)b.ns - (double)a.ns) / WHEN_NS;
    if (!zoned)
        return true;
    if (*ret > zone_doubt)
        *ret -= zone_doubt;
    else if (*ret < -zone_doubt)
        *ret += zone_doubt;
    else
        return false;
    return true;
}

static bool lists(const struct kind *const *kinds, const struct kind *kind)
{
    for (; *kinds != NULL; kinds++)
        if (*kinds == kind)
            return true;
    return false;
}

/* Whether a kind is, or is derived from, facts of a kind that formats read. */
static bool stands_on(const struct kind *kind, const struct kind *root, int depth)
{
    if (kind == root)
        return true;
    for (size_t i = 0; correlators[i] != NULL && depth < DEEPEST; i++) {
        if (!lists(correlators[i]->emits, kind))
            continue;
        for (const struct kind *const *want = correlators[i]->wants; *want != NULL; want++)
            if (stands_on(*want, root, depth + 1))
                return true;
    }
    return false;
}

/* Whether one format reads all that another one does of what this kind stands on. */
static bool as_good(const struct parser *other, const struct parser *as, const struct kind *kind)
{
    bool any = false;

    if (other == as)
        return true;
    for (const struct kind *const *k = as->kinds; *k != NULL; k++) {
        if (!stands_on(kind, *k, 0))
            continue;
        if (!lists(other->kinds, *k))
            return false;
        any = true;
    }
    return any;
}

static bool could_show(const struct source *s, const struct case_file *of, const struct finding *f)
{
    const struct parser *parser = parser_find(s->format);

    if (parser == NULL || f->nevidence == 0)
        return false;
    for (size_t i = 0; i < f->nevidence; i++) {
        const struct evidence *e = &f->evidence[i];
        const struct parser *as;

        /* Of the main selection only: the others are circumstances. */
        if (!str_eq(e->selection, f->evidence[0].selection) || e->fact->where.member == 0)
            continue;
        as = parser_find(of->sources[e->fact->where.member - 1].format);
        if (as != NULL && as_good(parser, as, e->fact->kind))
            return true;
    }
    return false;
}

/*
 * Cut to the time that was asked for: what lies outside was left out, so that its silence proves
 * nothing. False when nothing is left.
 */
static bool cut(const struct time_options *times, struct when *first, struct when *last)
{
    if (times == NULL || (first->basis != WHEN_UTC && first->basis != WHEN_LOCAL))
        return true;
    if (times->has_since && first->ns < times->since)
        first->ns = times->since;
    if (times->has_until && last->ns > times->until)
        last->ns = times->until;
    return first->ns <= last->ns;
}

static void stretch(struct reach *r, struct when first, struct when last)
{
    if (first.basis == WHEN_NONE)
        return;
    if (r->first.basis == WHEN_NONE) {
        r->first = first;
        r->last = last;
        return;
    }
    if (when_comparable(first, r->first) && first.ns < r->first.ns)
        r->first = first;
    if (when_comparable(last, r->last) && last.ns > r->last.ns)
        r->last = last;
}

struct reach diff_reach(const struct diff *d, enum diff_side side, const struct diff_host *host,
        const struct finding *f, enum diff_side of)
{
    const struct case_file *c = diff_case(d, side);
    struct reach r = { 0 };

    for (size_t i = 0; i < c->nsources; i++) {
        const struct source *s = &c->sources[i];
        struct when first = s->first, last = s->last;

        if (host != NULL && s->host.n != 0 &&
                !str_eq(s->host, side == SIDE_BEFORE ? host->before : host->after))
            continue;
        if (!could_show(s, diff_case(d, of), f) || !cut(d->times, &first, &last))
            continue;
        if (r.members++ == 0) {
            r.path = s->path;
            r.parser = parser_find(s->format);
        }
        stretch(&r, first, last);
    }
    if (r.last.basis == WHEN_MONOTONIC) {
        r.seconds = (double)r.last.ns / WHEN_NS;
        r.covered = (double)(r.last.ns - r.first.ns) / WHEN_NS;
    } else if (diff_seconds(r.first, r.last, &r.seconds)) {
        r.covered = r.seconds;
    } else {
        r.seconds = r.covered = 0;
    }
    return r;
}
