/* SPDX-License-Identifier: Apache-2.0 */
/*
 * alloc_verdict: for every allocation failure and OOM report, which zones could have served it and
 * why they did not. With zone lines this is arithmetic (watermark.h); without, what mask, order and
 * trace allow to say, and then sure is false.
 */
#include <math.h>

#include "fields.h"
#include "limits.h"
#include "out.h"
#include "zone_verdict.h"

/* Functions that go on without what they asked for: they retry smaller, later or elsewhere. */
static const str fallbacks[] = {
    STR_INIT("atomic_pool_expand"),
    STR_INIT("vmemmap_alloc_block"),
    STR_INIT("vmemmap_populate_hugepages"),
    STR_INIT("add_to_swap"),
    STR_INIT("add_to_swap_cache"),
    STR_INIT("kvmalloc_node"),
    STR_INIT("__kvmalloc_node_noprof"),
    STR_INIT("alloc_skb_with_frags"),
    STR_INIT("sg_alloc_table_chained"),
    STR_INIT("dma_atomic_pool_init"),
    STR_INIT("alloc_large_system_hash"),
    STR_INIT("radix_tree_maybe_preload"),
    STR_INIT("do_huge_pmd_anonymous_page"),
};

static bool trace_has(const struct fact *head, str symbol)
{
    size_t field = head->kind == &kind_KERNEL_OOM ? KERNEL_OOM_TRACE : KERNEL_ALLOC_FAILURE_TRACE;

    return has_word(text_of(head, field), ' ', symbol);
}

static str fallback_of(const struct fact *head)
{
    if (head->kind == &kind_KERNEL_OOM)
        return (str){ NULL, 0 };
    for (size_t i = 0; i < sizeof(fallbacks) / sizeof(fallbacks[0]); i++) {
        if (trace_has(head, fallbacks[i]))
            return fallbacks[i];
    }
    if (str_eq(text_of(head, KERNEL_ALLOC_FAILURE_FORM), STR("vmemmap")))
        return STR("vmemmap_populate");
    return (str){ NULL, 0 };
}

/* No zone lines: mask, order and trace. */
static struct zone_verdict by_request(const struct fact *head, bool known)
{
    bool oom = head->kind == &kind_KERNEL_OOM;
    int64_t order = int_or(head, oom ? KERNEL_OOM_ORDER : KERNEL_ALLOC_FAILURE_ORDER, -1);
    size_t sleep = oom ? KERNEL_OOM_CAN_SLEEP : KERNEL_ALLOC_FAILURE_CAN_SLEEP;
    bool network = !oom && bool_or(head, KERNEL_ALLOC_FAILURE_NETWORK, false);
    struct zone_verdict v = { "undecided", false, NULL, 0,
        STR("The report has no zone lines, and mask, order and trace do not decide") };

    if (!known || oom || order < 0 || !has(head, sleep))
        return v;
    if (!bool_or(head, sleep, true) &&
            (order == 0 || network || bool_or(head, KERNEL_ALLOC_FAILURE_INTERRUPT, false))) {
        v.class = "atomic-reserve";
        v.explanation =
                STR("The caller could not wait for reclaim; the report has no zone lines, so "
                    "the reserve itself cannot be checked");
    } else if (bool_or(head, sleep, false) && order == 0) {
        v.class = "exhausted";
        v.explanation = STR("A single page for a caller that could wait: no reclaim helped; the "
                            "report has no zone lines that name the zone");
    } else if (bool_or(head, sleep, false) &&
               (order > 3 || trace_has(head, STR("__alloc_pages_direct_compact")))) {
        v.class = "fragmentation";
        v.explanation = STR("Contiguous pages for a caller that could wait and compact; the report "
                            "has no free lists to check");
    }
    return v;
}

/* The kernel sets 4 * sqrt(lowmem in kB) by itself. Tried is four times that, or twice what is set; 5 %
 * of low memory and 1 GB are the bounds past which the cure is worse than the disease. */
static int64_t recommend(int64_t low, int64_t now)
{
    int64_t cap = low / 20 < (int64_t)GIB ? low / 20 : (int64_t)GIB;
    int64_t want = (int64_t)(4 * sqrt((double)low / 1024)) * 1024 * 4;

    if (want < now * 2)
        want = now * 2;
    if (want > cap)
        want = cap;
    want -= want % 1024;
    return want > now ? want : 0;
}

static int64_t reserve_now(const struct kernel_report *r)
{
    int64_t sum = 0;

    for (size_t i = 0; i < r->zones.n; i++) {
        const struct fact *zone = r->zones.facts[i];
        enum zone_type type = zone_type(text_of(zone, KERNEL_ZONE_ZONE));

        if (type <= ZONE_TYPE_NORMAL)
            sum = plus(sum, int_or(zone, KERNEL_ZONE_MIN, 0) - int_or(zone, KERNEL_ZONE_BOOST, 0));
    }
    return sum;
}

/* Memory below the line that the kernel itself can use. */
static int64_t low_memory(const struct kernel_report *r)
{
    const struct fact *m = first_of(r->memories);

    return int_or(m, KERNEL_MEMORY_TOTAL, 0) - int_or(m, KERNEL_MEMORY_HIGHMEM, 0);
}

static bool absurd_size(const struct kernel_report *r, const struct fact *head)
{
    /* Where the report does not tell, no sane caller wants more in one piece. */
    int64_t total = int_or(first_of(r->memories), KERNEL_MEMORY_TOTAL, (int64_t)(4 * GIB));
    int64_t order = int_or(head, KERNEL_ALLOC_FAILURE_ORDER, 0);

    if (has(head, KERNEL_ALLOC_FAILURE_SIZE)) {
        int64_t size = int_or(head, KERNEL_ALLOC_FAILURE_SIZE, 0);

        return size <= 0 || size > total;
    }
    return order > 16;
}

static str absurd_text(struct arena *a, const struct kernel_report *r, const struct fact *head)
{
    int64_t size = int_or(head, KERNEL_ALLOC_FAILURE_SIZE, -1);
    int64_t total = int_or(first_of(r->memories), KERNEL_MEMORY_TOTAL, 0);

    if (size == 0)
        return STR("0 bytes were asked for");
    if (size < 0)
        return arena_printf(a, "A block of order %lld was asked for",
                (long long)int_or(head, KERNEL_ALLOC_FAILURE_ORDER, 0));
    if (total == 0)
        return arena_printf(a, "%.*s were asked for in one piece", STR_ARG(bytes_text(a, size)));
    return arena_printf(a, "%.*s were asked for in one piece; the whole machine has %.*s",
            STR_ARG(bytes_text(a, size)), STR_ARG(bytes_text(a, total)));
}

static struct zone_verdict judge_failure(struct arena *a, const struct kernel_report *r,
        const struct fact *head, const struct request *q, bool known, struct zone_check *checks)
{
    str form = text_of(head, KERNEL_ALLOC_FAILURE_FORM);
    str cache = text_of(head, KERNEL_ALLOC_FAILURE_CACHE);
    size_t copy = str_find_char(cache, '(');
    bool of_cgroup = copy != STR_NONE && copy + 1 < cache.n && is_digit(cache.p[copy + 1]);
    struct zone_verdict v;

    if (str_eq(form, STR("stall")))
        return (struct zone_verdict){ "stall", true, NULL, 0,
            STR("The allocation succeeded, but late: reclaim could not keep up") };
    if (absurd_size(r, head))
        return (struct zone_verdict){ "bad-size",
            has(first_of(r->memories), KERNEL_MEMORY_TOTAL) ||
                    int_or(head, KERNEL_ALLOC_FAILURE_SIZE, 1) == 0,
            NULL, 0, absurd_text(a, r, head) };
    v = r->zones.n != 0 ? zone_verdict(a, r, q, checks) : by_request(head, known);
    if (!known && v.sure)
        v.sure = false;
    /* "sock_inode_cache(158:8aff...)" is the copy of a cache that belongs to a memory cgroup. */
    if (of_cgroup && (!v.sure || str_eq(str_z(v.class), STR("passes")))) {
        v.class = "kmem-limit";
        v.sure = false;
        v.explanation =
                arena_printf(a, "The cache %.*s is the copy of a memory cgroup", STR_ARG(cache));
    }
    return v;
}

static void set_request(
        const struct kernel_report *r, const struct fact *head, struct value *values)
{
    bool oom = head->kind == &kind_KERNEL_OOM;
    int64_t order = int_or(head, oom ? KERNEL_OOM_ORDER : KERNEL_ALLOC_FAILURE_ORDER, -1);
    str version = text_of(head, oom ? KERNEL_OOM_KERNEL : KERNEL_ALLOC_FAILURE_KERNEL);
    int major, minor;

    values[ALLOC_VERDICT_COMM] = value_of(head, oom ? KERNEL_OOM_COMM : KERNEL_ALLOC_FAILURE_COMM);
    values[ALLOC_VERDICT_ORDER] =
            value_of(head, oom ? KERNEL_OOM_ORDER : KERNEL_ALLOC_FAILURE_ORDER);
    values[ALLOC_VERDICT_CAN_SLEEP] =
            value_of(head, oom ? KERNEL_OOM_CAN_SLEEP : KERNEL_ALLOC_FAILURE_CAN_SLEEP);
    values[ALLOC_VERDICT_FLAGS] =
            value_of(head, oom ? KERNEL_OOM_FLAGS : KERNEL_ALLOC_FAILURE_FLAGS);
    if (order >= 0 && order <= 20)
        values[ALLOC_VERDICT_BYTES] = value_int(page_size(r) << order);
    if (kernel_version(version, &major, &minor))
        values[ALLOC_VERDICT_KERNEL] = value_int(major * 1000 + minor);
    if (oom)
        return;
    values[ALLOC_VERDICT_FORM] = value_of(head, KERNEL_ALLOC_FAILURE_FORM);
    values[ALLOC_VERDICT_NETWORK] = value_of(head, KERNEL_ALLOC_FAILURE_NETWORK);
    values[ALLOC_VERDICT_DRIVER] = value_of(head, KERNEL_ALLOC_FAILURE_DRIVER);
    values[ALLOC_VERDICT_CALLER] = value_of(head, KERNEL_ALLOC_FAILURE_CALLER);
    values[ALLOC_VERDICT_CACHE] = value_of(head, KERNEL_ALLOC_FAILURE_CACHE);
    values[ALLOC_VERDICT_SIZE] = value_of(head, KERNEL_ALLOC_FAILURE_SIZE);
}

static void set_zone(const struct zone_check *z, int64_t page, struct value *values)
{
    values[ALLOC_VERDICT_ZONE] = value_of(z->zone, KERNEL_ZONE_ZONE);
    values[ALLOC_VERDICT_NODE] = value_of(z->zone, KERNEL_ZONE_NODE);
    values[ALLOC_VERDICT_FREE] = value_of(z->zone, KERNEL_ZONE_FREE);
    values[ALLOC_VERDICT_MARK] = value_int((z->mark + z->reserve) * page);
    values[ALLOC_VERDICT_USABLE] = value_int(z->usable > 0 ? z->usable * page : 0);
    if (!has(z->zone, KERNEL_ZONE_BUDDY))
        return;
    values[ALLOC_VERDICT_BLOCKS] = value_int(z->blocks);
    values[ALLOC_VERDICT_SMALL] = value_int(z->small * page);
}

static void set_reserve(const struct kernel_report *r, struct value *values)
{
    int64_t low = low_memory(r), now = reserve_now(r);
    int64_t more = low > 0 ? recommend(low, now) : 0;

    values[ALLOC_VERDICT_NARROW] = value_bool(zone_layout_of(r).high);
    values[ALLOC_VERDICT_RESERVE_NOW] = value_int(now);
    if (more > 0) {
        values[ALLOC_VERDICT_MIN_FREE_RECOMMENDED] = value_int(more);
        values[ALLOC_VERDICT_MIN_FREE_COST] = value_int(more - now);
    }
}

static void emit_verdict(struct correlate *c, const struct kernel_report *r,
        const struct fact *head, const struct request *q, const struct zone_verdict *v)
{
    struct value values[ALLOC_VERDICT_NFIELDS] = {
        [ALLOC_VERDICT_REPORT] = value_int(r->number),
        [ALLOC_VERDICT_OF] = value_z(head->kind == &kind_KERNEL_OOM ? "oom" : "failure"),
        [ALLOC_VERDICT_CLASS] = value_z(v->class),
        [ALLOC_VERDICT_SURE] = value_bool(v->sure),
        [ALLOC_VERDICT_TOTAL] = value_of(first_of(r->memories), KERNEL_MEMORY_TOTAL),
        [ALLOC_VERDICT_EXPLANATION] = value_text(v->explanation),
    };

    set_request(r, head, values);
    if (!str_eq(str_z(v->class), STR("bad-size")))
        values[ALLOC_VERDICT_FALLBACK] = value_text(fallback_of(head));
    if (v->zone != NULL)
        set_zone(v->zone, q->page, values);
    if (v->boost != 0)
        values[ALLOC_VERDICT_BOOST] = value_int(v->boost * q->page);
    if (r->zones.n != 0)
        set_reserve(r, values);
    derive(c, &kind_ALLOC_VERDICT, head, values);
}

static void judge(struct correlate *c, const struct kernel_report *r, const struct fact *head)
{
    struct zone_check *checks = arena_array(c->arena, struct zone_check, r->zones.n + 1);
    struct request q;
    bool known = request_of(r, head, &q);
    struct zone_verdict v;

    if (head->kind == &kind_KERNEL_OOM) {
        /* By hand, and in a cgroup whose report carries no zones, there is nothing to compute. */
        if (int_or(head, KERNEL_OOM_ORDER, 0) < 0 || r->zones.n == 0)
            return;
        v = zone_verdict(c->arena, r, &q, checks);
        v.sure = v.sure && known;
    } else {
        v = judge_failure(c->arena, r, head, &q, known, checks);
    }
    emit_verdict(c, r, head, &q, &v);
}

/* Zone lines whose header is lost: an ordinary request for one page stands for it. */
static void judge_headless(struct correlate *c, const struct kernel_report *r)
{
    struct zone_check *checks = arena_array(c->arena, struct zone_check, r->zones.n + 1);
    const struct fact *zone = first_of(r->zones);
    const struct request q = {
        .highest = ZONE_TYPE_NORMAL, .can_sleep = true, .page = page_size(r)
    };
    struct zone_verdict v = zone_verdict(c->arena, r, &q, checks);
    const struct value values[ALLOC_VERDICT_NFIELDS] = {
        [ALLOC_VERDICT_REPORT] = value_int(r->number),
        [ALLOC_VERDICT_OF] = value_z("failure"),
        [ALLOC_VERDICT_CLASS] = value_z(v.class),
        [ALLOC_VERDICT_SURE] = value_bool(false),
        [ALLOC_VERDICT_ZONE] = value_of(v.zone != NULL ? v.zone->zone : NULL, KERNEL_ZONE_ZONE),
        [ALLOC_VERDICT_FREE] = value_of(v.zone != NULL ? v.zone->zone : NULL, KERNEL_ZONE_FREE),
        [ALLOC_VERDICT_EXPLANATION] = value_text(v.explanation),
    };

    derive(c, &kind_ALLOC_VERDICT, zone, values);
}

static void run(struct correlate *c)
{
    size_t n;
    const struct kernel_report *reports = kernel_reports(c, &n);

    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; k < reports[i].failures.n; k++)
            judge(c, &reports[i], reports[i].failures.facts[k]);
        for (size_t k = 0; k < reports[i].ooms.n; k++)
            judge(c, &reports[i], reports[i].ooms.facts[k]);
        if (reports[i].failures.n == 0 && reports[i].ooms.n == 0 && reports[i].zones.n != 0)
            judge_headless(c, &reports[i]);
    }
}

static const struct kind *const wants[] = { &kind_KERNEL_ALLOC_FAILURE, &kind_KERNEL_OOM,
    &kind_KERNEL_MEMORY, &kind_KERNEL_ZONE, NULL };
static const struct kind *const emits[] = { &kind_ALLOC_VERDICT, NULL };

const struct correlator correlator_alloc_verdict = {
    .name = "alloc_verdict",
    .summary = "why an allocation failed, by the kernel's watermark arithmetic",
    .wants = wants,
    .emits = emits,
    .run = run,
};
