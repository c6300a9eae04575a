/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pool_lockstep: tags whose gains of blocks stand in small whole-number ratios are the parts of one
 * object that one holder keeps. The tag that the fewest others use names the holder; the generic
 * ones (File, IoNm, NtFC ...) belong to whoever opened something.
 *
 * With many tags some gains are alike by chance. A group therefore needs three members with nearly
 * the same gain, and must be a good part of everything that was gained.
 */
#include <stdlib.h>

#include "fields.h"
#include "limits.h"
#include "pools.h"

enum { BLOCKS = 500, RATIOS = 4, MEMBERS = 32, CANDIDATES = 400 };
static const double tolerance = 0.03;

/* Tags of objects that any driver or program makes the kernel allocate, sorted. */
static const str generic[] = {
    STR_INIT("AfdE"),
    STR_INIT("CcSc"),
    STR_INIT("CcVa"),
    STR_INIT("Driv"),
    STR_INIT("EtwB"),
    STR_INIT("EtwG"),
    STR_INIT("EtwR"),
    STR_INIT("Even"),
    STR_INIT("FMfc"),
    STR_INIT("FMfn"),
    STR_INIT("FMic"),
    STR_INIT("FMng"),
    STR_INIT("FMsl"),
    STR_INIT("FMwi"),
    STR_INIT("FOCX"),
    STR_INIT("FSfc"),
    STR_INIT("FSim"),
    STR_INIT("FSrt"),
    STR_INIT("File"),
    STR_INIT("Gh05"),
    STR_INIT("IoFE"),
    STR_INIT("IoNm"),
    STR_INIT("IoSl"),
    STR_INIT("Irp "),
    STR_INIT("KSOH"),
    STR_INIT("Key "),
    STR_INIT("MmCa"),
    STR_INIT("MmCi"),
    STR_INIT("MmSm"),
    STR_INIT("MmSt"),
    STR_INIT("Muta"),
    STR_INIT("NtFC"),
    STR_INIT("NtFI"),
    STR_INIT("NtFL"),
    STR_INIT("NtFU"),
    STR_INIT("Ntf0"),
    STR_INIT("NtfF"),
    STR_INIT("Ntff"),
    STR_INIT("Ntfi"),
    STR_INIT("Ntfn"),
    STR_INIT("Ntfo"),
    STR_INIT("Ntfr"),
    STR_INIT("ObDi"),
    STR_INIT("ObHd"),
    STR_INIT("ObNm"),
    STR_INIT("ObSq"),
    STR_INIT("Obtb"),
    STR_INIT("Port"),
    STR_INIT("Proc"),
    STR_INIT("SeAt"),
    STR_INIT("SeSd"),
    STR_INIT("SeTd"),
    STR_INIT("Sect"),
    STR_INIT("Sema"),
    STR_INIT("Thre"),
    STR_INIT("Toke"),
    STR_INIT("Vad "),
    STR_INIT("VadS"),
};

struct gain {
    const struct fact *trend;
    str tag;
    int64_t diff, bytes;
    bool taken;
};

struct group {
    size_t members[MEMBERS], n, alike; /* alike: at ratio 1, the base included */
    int64_t bytes;
    size_t base;
};

/* Higher = says more about who it is. */
static int individuality(str tag)
{
    for (size_t i = 0; i < sizeof(generic) / sizeof(generic[0]); i++)
        if (str_eq(generic[i], tag))
            return 0;
    return !str_starts(tag, STR("CM")); /* the registry's, all of them */
}

/* The whole number that a stands to b in, 0 when it is none up to RATIOS. */
static int ratio_of(int64_t a, int64_t b)
{
    double ratio = (double)a / (double)b;

    for (int k = 1; k <= RATIOS; k++)
        if (ratio > k * (1 - tolerance) && ratio < k * (1 + tolerance))
            return k;
    return 0;
}

static int by_gain(const void *pa, const void *pb)
{
    const struct gain *a = pa, *b = pb;

    if (a->diff != b->diff)
        return a->diff < b->diff ? -1 : 1;
    return str_cmp(a->tag, b->tag);
}

static struct group group_around(const struct gain *gains, size_t n, size_t base)
{
    struct group g = { .base = base };

    for (size_t i = 0; i < n && g.n < MEMBERS; i++) {
        int ratio = gains[i].taken ? 0 : ratio_of(gains[i].diff, gains[base].diff);

        if (ratio == 0)
            continue;
        g.members[g.n++] = i;
        g.alike += ratio == 1;
        g.bytes = plus(g.bytes, gains[i].bytes);
    }
    return g;
}

/* The least generic tag; of several the one with most bytes, then by name. */
static size_t leader_of(const struct gain *gains, const struct group *g)
{
    size_t best = g->members[0];

    for (size_t i = 1; i < g->n; i++) {
        const struct gain *a = &gains[g->members[i]], *b = &gains[best];
        int more = individuality(a->tag) - individuality(b->tag);

        if (more > 0 || (more == 0 && a->bytes > b->bytes))
            best = g->members[i];
    }
    return best;
}

/* For rules about single tags: whose group speaks for it. */
static void emit_companion(struct correlate *c, const struct gain *member,
        const struct gain *leader, const struct gain *base, int64_t bytes)
{
    const struct value values[POOL_COMPANION_NFIELDS] = {
        [POOL_COMPANION_TAG] = value_text(member->tag),
        [POOL_COMPANION_LEADER] = value_text(leader->tag),
        [POOL_COMPANION_GAIN_DIFF] = value_int(base->diff),
        [POOL_COMPANION_GAIN] = value_int(bytes),
    };

    derive(c, &kind_POOL_COMPANION, member->trend, values);
}

static void emit_group(struct correlate *c, struct gain *gains, const struct group *g)
{
    const struct gain *leader = &gains[leader_of(gains, g)];
    str tags = { NULL, 0 }, ratio = { NULL, 0 };

    for (size_t i = 0; i < g->n; i++) {
        struct gain *m = &gains[g->members[i]];
        str name = str_trim(m->tag);

        m->taken = true;
        tags = arena_printf(
                c->arena, "%.*s%s%.*s", STR_ARG(tags), i != 0 ? ", " : "", STR_ARG(name));
        ratio = arena_printf(c->arena, "%.*s%s%.*s %d", STR_ARG(ratio), i != 0 ? " : " : "",
                STR_ARG(name), ratio_of(m->diff, gains[g->base].diff));
        emit_companion(c, m, leader, &gains[g->base], g->bytes);
    }
    const struct value values[POOL_LOCKSTEP_NFIELDS] = {
        [POOL_LOCKSTEP_LEADER] = value_text(leader->tag),
        [POOL_LOCKSTEP_DRIVER] = value_of(leader->trend, POOL_TREND_DRIVER),
        [POOL_LOCKSTEP_TAGS] = value_text(tags),
        [POOL_LOCKSTEP_RATIO] = value_text(ratio),
        [POOL_LOCKSTEP_MEMBERS] = value_u64(g->n),
        [POOL_LOCKSTEP_GAIN_DIFF] = value_int(gains[g->base].diff),
        [POOL_LOCKSTEP_GAIN] = value_int(g->bytes),
        [POOL_LOCKSTEP_SECONDS] = value_of(leader->trend, POOL_TREND_SECONDS),
    };
    derive(c, &kind_POOL_LOCKSTEP, leader->trend, values);
}

/* Where no bytes are known (a table of differences may have none), blocks stand for them. */
static bool material(const struct gain *gains, size_t n, const struct group *g)
{
    double all = 0, blocks = 0, mine = 0;

    for (size_t i = 0; i < n; i++) {
        all += (double)gains[i].bytes;
        blocks += (double)gains[i].diff;
    }
    for (size_t i = 0; i < g->n; i++)
        mine += (double)gains[g->members[i]].diff;
    if (all > 0)
        return g->bytes >= (int64_t)MIB && (double)g->bytes >= 0.1 * all;
    return mine >= 0.1 * blocks;
}

static void groups_of_host(struct correlate *c, struct gain *gains, size_t n)
{
    qsort(gains, n, sizeof(*gains), by_gain);
    for (;;) {
        struct group best = { 0 };

        for (size_t i = 0; i < n; i++) {
            struct group g = { 0 };

            if (!gains[i].taken)
                g = group_around(gains, n, i);
            if (g.alike >= 3 && g.n > best.n && material(gains, n, &g))
                best = g;
        }
        if (best.n < 3)
            return;
        emit_group(c, gains, &best);
    }
}

static bool take(const struct fact *f, struct gain *ret)
{
    str verdict;

    if (f->kind != &kind_POOL_TREND)
        return false;
    verdict = text_of(f, POOL_TREND_VERDICT);
    if (int_or(f, POOL_TREND_GAIN_DIFF, 0) < BLOCKS ||
            (!str_eq(verdict, STR("rate")) && !str_eq(verdict, STR("rising"))))
        return false;
    *ret = (struct gain){
        .trend = f,
        .tag = text_of(f, POOL_TREND_TAG),
        .diff = int_or(f, POOL_TREND_GAIN_DIFF, 0),
        .bytes = int_or(f, POOL_TREND_GAIN, 0) > 0 ? int_or(f, POOL_TREND_GAIN, 0) : 0,
    };
    return true;
}

static int by_host(const void *pa, const void *pb)
{
    const struct gain *a = pa, *b = pb;
    int order = str_cmp(a->trend->host, b->trend->host);

    if (order != 0)
        return order;
    return a->diff != b->diff ? (a->diff > b->diff ? -1 : 1) : str_cmp(a->tag, b->tag);
}

static void run(struct correlate *c)
{
    size_t n = 0;
    struct gain *gains, gain;

    for (size_t i = 0; i < c->facts.n; i++)
        n += take(c->facts.facts[i], &gain);
    gains = arena_array(c->arena, struct gain, n + 1);
    n = 0;
    for (size_t i = 0; i < c->facts.n; i++)
        n += take(c->facts.facts[i], &gains[n]);
    qsort(gains, n, sizeof(*gains), by_host);
    for (size_t from = 0, to; from < n; from = to) {
        for (to = from + 1; to < n && str_eq(gains[to].trend->host, gains[from].trend->host);)
            to++;
        /* The largest gains are enough: a group has to be material. */
        groups_of_host(c, &gains[from], to - from < CANDIDATES ? to - from : CANDIDATES);
    }
}

static const struct kind *const wants[] = { &kind_POOL_TREND, NULL };
static const struct kind *const emits[] = { &kind_POOL_LOCKSTEP, &kind_POOL_COMPANION, NULL };

const struct correlator correlator_pool_lockstep = {
    .name = "pool_lockstep",
    .summary = "tags that grow in small whole-number ratios: one holder",
    .wants = wants,
    .emits = emits,
    .run = run,
};
