/* SPDX-License-Identifier: Apache-2.0 */
#include "oom_class.h"

#include "fields.h"
#include "limits.h"

static bool trace_has(const struct oom *o, str symbol)
{
    return has_word(text_of(o->head, KERNEL_OOM_TRACE), ' ', symbol);
}

static bool alloc_is(const struct oom *o, str class)
{
    return o->alloc != NULL && str_eq(text_of(o->alloc, ALLOC_VERDICT_CLASS), class);
}

bool oom_settle(struct oom *o, const char *class, bool sure, str explanation)
{
    o->class = class;
    o->sure = sure;
    o->explanation = explanation;
    return true;
}

static bool by_hand(struct oom *o)
{
    if (int_or(o->head, KERNEL_OOM_ORDER, 0) >= 0 && !trace_has(o, STR("moom_callback")) &&
            !trace_has(o, STR("sysrq_handle_moom")))
        return false;
    return oom_settle(o, "manual", true,
            STR("Called by hand (SysRq f): order is -1 and no memory was missing"));
}

static bool in_container(struct oom *o)
{
    o->cgroup = text_of(o->head, KERNEL_OOM_UBC);
    return o->cgroup.n != 0 &&
           oom_settle(o, "container", true, STR("The container's own limit was reached"));
}

/* The report says so in one of three ways, by age of the kernel. The charge functions in the trace
 * count only below mem_cgroup_out_of_memory: a fault in a cgroup can end in a global kill. */
static bool in_cgroup(struct oom *o, struct arena *a)
{
    str constraint = text_of(o->head, KERNEL_OOM_CONSTRAINT);
    str task = text_of(o->head, KERNEL_OOM_TASK_CGROUP);
    str group = text_of(o->head, KERNEL_OOM_CGROUP);
    int64_t limit = int_or(o->head, KERNEL_OOM_LIMIT, 0);

    if (!str_eq(constraint, STR("memcg")) && group.n == 0 &&
            !trace_has(o, STR("mem_cgroup_out_of_memory")) &&
            !trace_has(o, STR("mem_cgroup_handle_oom")) &&
            !trace_has(o, STR("mem_cgroup_oom_synchronize")))
        return false;
    o->cgroup = group;
    o->parent = group.n != 0 && task.n > group.n && str_starts(task, group) &&
                (str_eq(group, STR("/")) || task.p[group.n] == '/');
    o->dirty = limit > 0 && int_or(o->head, KERNEL_OOM_CG_DIRTY, 0) > limit / 2;
    if (limit <= 0)
        return oom_settle(o, "memcg", true, STR("A memory cgroup reached its limit"));
    return oom_settle(o, "memcg", true,
            arena_printf(a, "The cgroup used %lld kB of its limit of %lld kB",
                    kb(int_or(o->head, KERNEL_OOM_USAGE, 0)), kb(limit)));
}

/* A page fault that returned VM_FAULT_OOM for another reason, mostly a cgroup's limit, and called
 * the global killer: no mask, and the zones are far from their marks. */
static bool false_alarm(struct oom *o, struct arena *a)
{
    bool no_mask = has(o->head, KERNEL_OOM_MODE) && int_or(o->head, KERNEL_OOM_MODE, 1) == 0;
    bool from_fault = trace_has(o, STR("pagefault_out_of_memory"));
    int64_t free = int_or(o->alloc, ALLOC_VERDICT_FREE, 0);
    int64_t mark = int_or(o->alloc, ALLOC_VERDICT_MARK, 0);
    bool plenty = alloc_is(o, STR("passes")) && free > 4 * mark;

    if (!(no_mask && (from_fault || plenty)) && !(plenty && from_fault) &&
            !(plenty && free > int_or(o->memory, KERNEL_MEMORY_TOTAL, INT64_MAX) / 4))
        return false;
    return oom_settle(o, "false-global", o->alloc != NULL,
            plenty ? arena_printf(a,
                             "Zone %.*s had %lld kB free and needed %lld kB: not a "
                             "shortage of the machine",
                             STR_ARG(text_of(o->alloc, ALLOC_VERDICT_ZONE)), kb(free), kb(mark))
                   : STR("The killer was called from a page fault, without a request for memory"));
}

/* Free memory on nodes that this request may not use, in zones that it could use. */
static int64_t free_elsewhere(const struct oom *o, const struct request *q)
{
    int64_t sum = 0;

    for (size_t i = 0; i < o->r->zones.n; i++) {
        const struct fact *zone = o->r->zones.facts[i];
        int64_t node = int_or(zone, KERNEL_ZONE_NODE, 0);

        if (node_allowed(q->nodemask, node) && node_allowed(q->mems_allowed, node))
            continue;
        if (int_or(zone, KERNEL_ZONE_FREE, 0) > int_or(zone, KERNEL_ZONE_HIGH, 0))
            sum = plus(sum, int_or(zone, KERNEL_ZONE_FREE, 0));
    }
    return sum;
}

static bool one_node(str list)
{
    return str_find_char(list, ',') == STR_NONE && str_find_char(list, '-') == STR_NONE;
}

static bool bound_to_nodes(struct oom *o, struct arena *a, const struct request *q)
{
    str constraint = text_of(o->head, KERNEL_OOM_CONSTRAINT);
    str list = q->nodemask.n != 0 && is_digit(q->nodemask.p[0]) ? q->nodemask : q->mems_allowed;
    int64_t elsewhere = free_elsewhere(o, q);
    int64_t printed = 0, all = int_or(o->memory, KERNEL_MEMORY_FREE, 0);
    bool policy = str_eq(constraint, STR("mempolicy"));
    bool named = policy || str_eq(constraint, STR("cpuset"));

    if (!named && elsewhere == 0)
        return false;
    /* Nodes that are not allowed may not be printed: the total has them. */
    for (size_t i = 0; i < o->r->zones.n; i++)
        printed = plus(printed, int_or(o->r->zones.facts[i], KERNEL_ZONE_FREE, 0));
    if (elsewhere == 0 && all > printed)
        elsewhere = all - printed;
    if (!named) {
        policy = q->nodemask.n != 0 && is_digit(q->nodemask.p[0]);
        list = policy ? q->nodemask : q->mems_allowed;
    }
    return oom_settle(o, policy ? "mempolicy" : "cpuset", named,
            elsewhere > 0 ? arena_printf(a, "%s %.*s was allowed; %lld kB were free on other nodes",
                                    one_node(list) ? "Only node" : "Of all nodes only",
                                    STR_ARG(list.n != 0 ? list : STR("(not named)")), kb(elsewhere))
                          : arena_printf(a, "Only the nodes %.*s were allowed, and they were full",
                                    STR_ARG(list.n != 0 ? list : STR("(not named)"))));
}

/* Free memory of a 32-bit kernel, low and in all. From 6.1 on high memory is not printed, but it is
 * in the total. */
static void free_low_and_all(const struct oom *o, int64_t *ret_low, int64_t *ret_all)
{
    int64_t printed = 0;

    *ret_low = 0;
    for (size_t i = 0; i < o->r->zones.n; i++) {
        const struct fact *zone = o->r->zones.facts[i];
        int64_t free = int_or(zone, KERNEL_ZONE_FREE, 0);

        printed = plus(printed, free);
        if (zone_type(text_of(zone, KERNEL_ZONE_ZONE)) <= ZONE_TYPE_NORMAL)
            *ret_low = plus(*ret_low, free);
    }
    *ret_all = int_or(o->memory, KERNEL_MEMORY_FREE, 0);
    if (*ret_all < printed)
        *ret_all = printed;
}

/* A 32-bit kernel whose low memory is used up while high memory is free: of all free memory less
 * than a third is low. */
static bool low_memory_gone(struct oom *o, struct arena *a, const struct request *q)
{
    struct zone_layout layout = zone_layout_of(o->r);
    int64_t low, all;

    if (!layout.high || q->highest >= ZONE_TYPE_HIGHMEM)
        return false;
    free_low_and_all(o, &low, &all);
    /* A zone of a few MB may pass by some pages; one that passes by far is no shortage. */
    if (alloc_is(o, STR("passes")) &&
            int_or(o->alloc, ALLOC_VERDICT_FREE, 0) > 2 * int_or(o->alloc, ALLOC_VERDICT_MARK, 0))
        return false;
    return all > 3 * low &&
           oom_settle(o, "lowmem", true,
                   arena_printf(a,
                           "%lld kB were free, but only %lld kB of them in low memory (zones DMA "
                           "and Normal), which is all that this request may use on a 32-bit kernel",
                           kb(all), kb(low)));
}

/* The report has no zones, but free was run beside it: a 32-bit kernel that kills for a request
 * without high memory while most memory is free has run out of low memory. */
static bool low_memory_by_totals(struct oom *o, struct arena *a, const struct request *q)
{
    int64_t total = int_or(o->totals, MEMORY_STATUS_TOTAL, 0);
    int64_t free = int_or(o->totals, MEMORY_STATUS_FREE, 0);

    if (o->r->zones.n != 0 || !bool_or(o->head, KERNEL_OOM_NARROW, false) ||
            !has(o->head, KERNEL_OOM_ZONE) || q->highest >= ZONE_TYPE_HIGHMEM ||
            total < (int64_t)GIB || free < total / 4)
        return false;
    return oom_settle(o, "lowmem", false,
            arena_printf(a,
                    "%lld kB of %lld kB are free by free, yet a 32-bit kernel killed for a request "
                    "that only low memory (below 896 MB) can serve",
                    kb(free), kb(total)));
}

/* What the zones say: low zone, zone of the request, fragmentation, or all of it is gone. */
static bool by_zones(struct oom *o, struct arena *a, const struct request *q)
{
    str why = text_of(o->alloc, ALLOC_VERDICT_EXPLANATION);

    if (o->alloc == NULL)
        return low_memory_by_totals(o, a, q);
    if (low_memory_gone(o, a, q))
        return true;
    if (alloc_is(o, STR("lowmem")))
        return oom_settle(o, "zone-restricted", true, why);
    if (alloc_is(o, STR("fragmentation")) && q->order > 0)
        return oom_settle(o, "fragmentation", true, why);
    if (!alloc_is(o, STR("passes")) && !alloc_is(o, STR("undecided")))
        return oom_settle(o, "global", true, why);
    return false;
}

void oom_classify(struct oom *o, struct arena *a)
{
    struct request q;

    (void)request_of(o->r, o->head, &q);
    if (by_hand(o) || in_container(o) || in_cgroup(o, a) || false_alarm(o, a) ||
            bound_to_nodes(o, a, &q) || by_zones(o, a, &q))
        return;
    if (o->alloc != NULL)
        oom_settle(o, "global", false,
                STR("No limit is named; the zone lines were taken after the shortage"));
    else if (q.order > 0)
        oom_settle(o, "global", false,
                STR("Contiguous pages were asked for, so fragmentation is as likely as a shortage; "
                    "the report has no zone lines that would decide"));
    else
        oom_settle(o, "global", false,
                STR("No limit is named, and the report has no zone lines that could tell another "
                    "shortage"));
}
