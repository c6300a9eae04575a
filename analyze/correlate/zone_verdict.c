/* SPDX-License-Identifier: Apache-2.0 */
#include "zone_verdict.h"

#include "fields.h"

static str kilobytes(struct arena *a, const struct request *q, int64_t pages)
{
    return arena_printf(a, "%lld kB", kb(pages * q->page));
}

static const char *mark_name(const struct request *q)
{
    return q->oom ? "high" : "min";
}

/* "Normal: 3316 kB free, 3756 kB kept back (min 3756 kB, 0 kB lowmem reserve)" */
static str arithmetic(struct arena *a, const struct request *q, const struct zone_check *z)
{
    str name = text_of(z->zone, KERNEL_ZONE_ZONE), less = { NULL, 0 }, share = { NULL, 0 };

    if (z->usable < z->free - ((int64_t)1 << q->order) + 1)
        less = arena_printf(
                a, " (%.*s of it usable)", STR_ARG(kilobytes(a, q, z->usable > 0 ? z->usable : 0)));
    if (z->mark != z->base)
        share = arena_printf(
                a, ", this caller may go down to %.*s", STR_ARG(kilobytes(a, q, z->mark)));
    return arena_printf(a, "%.*s: %.*s free%.*s, %.*s kept back (%s %.*s%.*s, lowmem reserve %.*s)",
            STR_ARG(name), STR_ARG(kilobytes(a, q, z->free)), STR_ARG(less),
            STR_ARG(kilobytes(a, q, z->mark + z->reserve)), mark_name(q),
            STR_ARG(kilobytes(a, q, z->base)), STR_ARG(share),
            STR_ARG(kilobytes(a, q, z->reserve)));
}

/* Of two zones the one that says more: the higher type, then the one with more free. */
static bool weightier(const struct zone_check *a, const struct zone_check *b)
{
    enum zone_type ta, tb;

    if (b == NULL)
        return true;
    ta = zone_type(text_of(a->zone, KERNEL_ZONE_ZONE));
    tb = zone_type(text_of(b->zone, KERNEL_ZONE_ZONE));
    return ta != tb ? ta > tb : a->free > b->free;
}

struct tally {
    const struct zone_check *ok, *unknown, *fragmented, *short_of, *cma, *reserve, *boosted,
            *elsewhere;
    size_t eligible;
};

/* Sorts each zone into what it shows; of several the weightier stands for the class. */
static struct tally tally_zones(const struct request *q, const struct zone_check *checks, size_t n)
{
    struct tally t = { 0 };

    for (size_t i = 0; i < n; i++) {
        const struct zone_check *z = &checks[i];
        int64_t kept = z->mark + z->reserve;
        const struct zone_check **slot = NULL;

        if (!z->eligible) {
            enum zone_type type = zone_type(text_of(z->zone, KERNEL_ZONE_ZONE));

            if (z->node_ok && type > q->highest && type < ZONE_TYPE_DEVICE && z->free > z->base &&
                    weightier(z, t.elsewhere))
                t.elsewhere = z;
            continue;
        }
        t.eligible++;
        if (z->ok)
            slot = z->known ? &t.ok : &t.unknown;
        else if (z->mark_ok)
            slot = &t.fragmented;
        else
            slot = &t.short_of;
        if (weightier(z, *slot))
            *slot = z;
        if (z->mark_ok)
            continue;
        if (!q->no_cma_rule && !q->movable && z->usable + z->cma > kept && weightier(z, t.cma))
            t.cma = z;
        else if (!q->old && !q->atomic && z->usable + z->highatomic > kept &&
                 weightier(z, t.reserve))
            t.reserve = z;
        if (z->boost > 0 && z->usable > kept - z->boost && weightier(z, t.boosted))
            t.boosted = z;
    }
    return t;
}

static struct zone_verdict blocks_verdict(
        struct arena *a, const struct request *q, const struct zone_check *z)
{
    if (q->old && z->blocks != 0)
        return (struct zone_verdict){ "fragmentation", true, z, 0,
            arena_printf(a,
                    "%.*s: %.*s free, but without the blocks below order %d, which hold %.*s, it "
                    "is under the part of the %s mark that an order-%d request must leave",
                    STR_ARG(text_of(z->zone, KERNEL_ZONE_ZONE)), STR_ARG(kilobytes(a, q, z->free)),
                    q->order, STR_ARG(kilobytes(a, q, z->small)), mark_name(q), q->order) };
    return (struct zone_verdict){ "fragmentation", true, z, 0,
        arena_printf(a,
                "%.*s: %.*s free, enough to pass the %s mark, but %lld blocks of order %d (%.*s) "
                "or larger that this request may use; %.*s lie in smaller ones",
                STR_ARG(text_of(z->zone, KERNEL_ZONE_ZONE)), STR_ARG(kilobytes(a, q, z->free)),
                mark_name(q), (long long)z->blocks, q->order,
                STR_ARG(kilobytes(a, q, (int64_t)1 << q->order)),
                STR_ARG(kilobytes(a, q, z->small))) };
}

static struct zone_verdict short_verdict(
        struct arena *a, const struct request *q, const struct tally *t)
{
    struct zone_verdict v = { "exhausted", true, t->short_of, 0, { NULL, 0 } };

    if (t->cma != NULL) {
        v.class = "cma-only-free";
        v.zone = t->cma;
    } else if (t->reserve != NULL) {
        v.class = "reserve-only-free";
        v.zone = t->reserve;
    } else if (!q->oom && !q->can_sleep) {
        v.class = "atomic-reserve";
    } else if (t->elsewhere != NULL) {
        v.class = "lowmem";
    }
    if (t->boosted != NULL)
        v.boost = t->boosted->boost;
    v.explanation = arithmetic(a, q, v.zone);
    if (v.zone == t->cma && t->cma != NULL)
        v.explanation = arena_printf(a,
                "%.*s; %.*s of the free memory is CMA, which only movable "
                "requests may use",
                STR_ARG(v.explanation), STR_ARG(kilobytes(a, q, v.zone->cma)));
    else if (v.zone == t->reserve && t->reserve != NULL)
        v.explanation = arena_printf(a,
                "%.*s; %.*s of the free memory is reserved for atomic "
                "requests of higher order",
                STR_ARG(v.explanation), STR_ARG(kilobytes(a, q, v.zone->highatomic)));
    else if (t->elsewhere != NULL && v.zone != NULL)
        v.explanation = arena_printf(a,
                "%.*s; zone %.*s has %.*s free, which this request may not "
                "use",
                STR_ARG(v.explanation), STR_ARG(text_of(t->elsewhere->zone, KERNEL_ZONE_ZONE)),
                STR_ARG(kilobytes(a, q, t->elsewhere->free)));
    if (v.boost != 0)
        v.explanation = arena_printf(a, "%.*s; without the watermark boost of %.*s it would pass",
                STR_ARG(v.explanation), STR_ARG(kilobytes(a, q, v.boost)));
    return v;
}

struct zone_verdict zone_verdict(struct arena *a, const struct kernel_report *r,
        const struct request *q, struct zone_check *checks)
{
    struct zone_layout layout = zone_layout_of(r);
    struct tally t;

    for (size_t i = 0; i < r->zones.n; i++)
        checks[i] = zone_check(q, &layout, r->zones.facts[i]);
    t = tally_zones(q, checks, r->zones.n);
    if (t.eligible == 0)
        return (struct zone_verdict){ "no-zone", true, NULL, 0,
            STR("No zone with memory is open to this request: zone, memory policy and cpuset "
                "exclude all") };
    if (t.ok != NULL)
        return (struct zone_verdict){ "passes", true, t.ok, 0,
            arena_printf(a,
                    "%.*s: by these figures the request passes, so the shortage is not in "
                    "the zones or is over",
                    STR_ARG(arithmetic(a, q, t.ok))) };
    if (t.unknown != NULL)
        return (struct zone_verdict){ "undecided", false, t.unknown, 0,
            STR("The zone lines are cut: marks are missing") };
    if (t.fragmented != NULL)
        return blocks_verdict(a, q, t.fragmented);
    return short_verdict(a, q, &t);
}
