/* SPDX-License-Identifier: Apache-2.0 */
/*
 * oom_verdict: what kind of shortage each run of the OOM killer was. The order of the tests is the
 * order of their strength: what the kernel says of itself first, arithmetic on the zones after
 * that, and a global shortage is what remains.
 */
#include <stdlib.h>

#include "fields.h"
#include "watermark.h"

struct oom {
    const struct kernel_report *r;
    const struct fact *head, *memory, *alloc; /* alloc: the alloc.verdict on it, or NULL */
    const char *class;
    str cgroup, explanation;
    bool sure, parent, dirty;
    int64_t kills;
};

static bool trace_has(const struct oom *o, str symbol)
{
    return has_word(text_of(o->head, KERNEL_OOM_TRACE), ' ', symbol);
}

static bool alloc_is(const struct oom *o, str class)
{
    return o->alloc != NULL && str_eq(text_of(o->alloc, ALLOC_VERDICT_CLASS), class);
}

static bool settle(struct oom *o, const char *class, bool sure, str explanation)
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
    return settle(o, "manual", true,
            STR("called by hand (SysRq f): order is -1 and no memory was missing"));
}

static bool in_container(struct oom *o)
{
    o->cgroup = text_of(o->head, KERNEL_OOM_UBC);
    return o->cgroup.n != 0 &&
           settle(o, "container", true, STR("the container's own limit was reached"));
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
        return settle(o, "memcg", true, STR("a memory cgroup reached its limit"));
    return settle(o, "memcg", true,
            arena_printf(a, "cgroup %.*s used %lld kB of its limit of %lld kB%s",
                    STR_ARG(group.n != 0 ? group : STR("(not named)")),
                    kb(int_or(o->head, KERNEL_OOM_USAGE, 0)), kb(limit),
                    o->parent ? ", which is set on a parent of the victim's cgroup" : ""));
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
    return settle(o, "false-global", o->alloc != NULL,
            plenty ? arena_printf(a,
                             "zone %.*s had %lld kB free and needed %lld kB: not a "
                             "shortage of the machine",
                             STR_ARG(text_of(o->alloc, ALLOC_VERDICT_ZONE)), kb(free), kb(mark))
                   : STR("the killer was called from a page fault, without a request for memory"));
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
    return settle(o, policy ? "mempolicy" : "cpuset", named,
            arena_printf(a, "only node %.*s was allowed; %lld kB were free on other nodes",
                    STR_ARG(list.n != 0 ? list : STR("?")), kb(elsewhere)));
}

/* A 32-bit kernel whose low memory is used up while high memory is free: of all free memory less
 * than a third is low. From 6.1 on high memory is not printed, but it is in the total. */
static bool low_memory_gone(const struct oom *o, const struct request *q)
{
    struct zone_layout layout = zone_layout_of(o->r);
    int64_t low = 0, printed = 0, all = int_or(o->memory, KERNEL_MEMORY_FREE, 0);

    if (!layout.high || q->highest >= ZONE_TYPE_HIGHMEM)
        return false;
    for (size_t i = 0; i < o->r->zones.n; i++) {
        const struct fact *zone = o->r->zones.facts[i];
        int64_t free = int_or(zone, KERNEL_ZONE_FREE, 0);

        printed = plus(printed, free);
        if (zone_type(text_of(zone, KERNEL_ZONE_ZONE)) <= ZONE_TYPE_NORMAL)
            low = plus(low, free);
    }
    if (all < printed)
        all = printed;
    /* A zone of a few MB may pass by some pages; one that passes by far is no shortage. */
    if (alloc_is(o, STR("passes")) &&
            int_or(o->alloc, ALLOC_VERDICT_FREE, 0) > 2 * int_or(o->alloc, ALLOC_VERDICT_MARK, 0))
        return false;
    return all > 3 * low;
}

/* What the zones say: low zone, zone of the request, fragmentation, or all of it is gone. */
static bool by_zones(struct oom *o, const struct request *q)
{
    str why = text_of(o->alloc, ALLOC_VERDICT_EXPLANATION);

    if (o->alloc == NULL)
        return false;
    if (low_memory_gone(o, q))
        return settle(o, "lowmem", true, why);
    if (alloc_is(o, STR("lowmem")))
        return settle(o, "zone-restricted", true, why);
    if (alloc_is(o, STR("fragmentation")) && q->order > 0)
        return settle(o, "fragmentation", true, why);
    if (!alloc_is(o, STR("passes")) && !alloc_is(o, STR("undecided")))
        return settle(o, "global", true, why);
    return false;
}

static void classify(struct oom *o, struct arena *a)
{
    struct request q;

    (void)request_of(o->r, o->head, &q);
    if (by_hand(o) || in_container(o) || in_cgroup(o, a) || false_alarm(o, a) ||
            bound_to_nodes(o, a, &q) || by_zones(o, &q))
        return;
    settle(o, "global", false,
            o->alloc != NULL
                    ? STR("no limit is named; the zone lines were taken after the shortage")
                    : STR("no limit is named, and the report has no zone lines to check"));
}

/* A kill line that comes long after its report (the table may be folded or torn) is read as a report
 * of its own, without the header. It belongs to the one before it that still lacks a victim. */
static bool continues(const struct oom *o, const struct oom *before)
{
    return before != NULL && before->r->member == o->r->member && !has(o->head, KERNEL_OOM_COMM) &&
           !has(o->head, KERNEL_OOM_ORDER) && has(o->head, KERNEL_OOM_VICTIM) &&
           has(before->head, KERNEL_OOM_ORDER) && !has(before->head, KERNEL_OOM_VICTIM) &&
           !has(o->head, KERNEL_OOM_CGROUP) && before->class != NULL;
}

static int by_group(const void *pa, const void *pb)
{
    const struct oom *a = *(const struct oom *const *)pa, *b = *(const struct oom *const *)pb;
    int order;

    if (a->r->member != b->r->member)
        return a->r->member < b->r->member ? -1 : 1;
    order = str_cmp(str_z(a->class), str_z(b->class));
    return order != 0 ? order : str_cmp(a->cgroup, b->cgroup);
}

static void count_kills(struct oom *ooms, size_t n, struct arena *a)
{
    struct oom **sorted = arena_array(a, struct oom *, n + 1);

    for (size_t i = 0; i < n; i++)
        sorted[i] = &ooms[i];
    qsort(sorted, n, sizeof(struct oom *), by_group);
    for (size_t from = 0, to; from < n; from = to) {
        for (to = from + 1; to < n && by_group(&sorted[from], &sorted[to]) == 0;)
            to++;
        for (size_t i = from; i < to; i++)
            sorted[i]->kills = (int64_t)(to - from);
    }
}

static void set_swap(const struct oom *o, struct value *values)
{
    int64_t total = int_or(o->memory, KERNEL_MEMORY_SWAP_TOTAL, 0);
    int64_t free = int_or(o->memory, KERNEL_MEMORY_SWAP_FREE, 0);
    bool full = total > 0 && free < total / 50;

    if (!has(o->memory, KERNEL_MEMORY_SWAP_TOTAL))
        return;
    values[OOM_VERDICT_SWAP_TOTAL] = value_int(total);
    values[OOM_VERDICT_NO_SWAP] = value_bool(total == 0);
    if (total != 0 && !has(o->memory, KERNEL_MEMORY_SWAP_FREE))
        return;
    values[OOM_VERDICT_SWAP_FULL] = value_bool(full);
    values[OOM_VERDICT_SWAP_FREE] = value_bool(total > 0 && !full);
}

static void emit_verdict(struct correlate *c, const struct oom *o)
{
    const struct fact *head = o->head;
    struct value values[OOM_VERDICT_NFIELDS] = {
        [OOM_VERDICT_REPORT] = value_int(o->r->number),
        [OOM_VERDICT_CLASS] = value_z(o->class),
        [OOM_VERDICT_SURE] = value_bool(o->sure),
        [OOM_VERDICT_CGROUP] = value_text(o->cgroup),
        [OOM_VERDICT_TASK_CGROUP] = value_of(head, KERNEL_OOM_TASK_CGROUP),
        [OOM_VERDICT_PARENT] = value_bool(o->parent),
        [OOM_VERDICT_LIMIT] = value_of(head, KERNEL_OOM_LIMIT),
        [OOM_VERDICT_USAGE] = value_of(head, KERNEL_OOM_USAGE),
        [OOM_VERDICT_DIRTY] = value_bool(o->dirty),
        [OOM_VERDICT_VICTIM] = value_of(head, KERNEL_OOM_VICTIM),
        [OOM_VERDICT_VICTIM_PID] = value_of(head, KERNEL_OOM_VICTIM_PID),
        [OOM_VERDICT_COMM] = value_of(head, KERNEL_OOM_COMM),
        [OOM_VERDICT_PANIC] = value_of(head, KERNEL_OOM_PANIC),
        [OOM_VERDICT_KILLS] = value_int(o->kills),
        [OOM_VERDICT_TOTAL] = value_of(o->memory, KERNEL_MEMORY_TOTAL),
        [OOM_VERDICT_FREE] = value_of(o->memory, KERNEL_MEMORY_FREE),
        [OOM_VERDICT_EXPLANATION] = value_text(o->explanation),
    };

    if (has(head, KERNEL_OOM_VICTIM_ANON))
        values[OOM_VERDICT_VICTIM_BYTES] = value_int(int_or(head, KERNEL_OOM_VICTIM_ANON, 0) +
                                                     int_or(head, KERNEL_OOM_VICTIM_FILE, 0) +
                                                     int_or(head, KERNEL_OOM_VICTIM_SHMEM, 0));
    set_swap(o, values);
    derive(c, &kind_OOM_VERDICT, head, values);
}

/* The alloc.verdict that stands on this very OOM: a report number may carry a failure as well. */
static const struct fact *alloc_of(const struct kernel_report *r)
{
    for (size_t i = 0; i < r->verdicts.n; i++)
        if (str_eq(text_of(r->verdicts.facts[i], ALLOC_VERDICT_OF), STR("oom")))
            return r->verdicts.facts[i];
    return NULL;
}

static void run(struct correlate *c)
{
    size_t nreports, n = 0;
    const struct kernel_report *reports = kernel_reports(c, &nreports);
    struct oom *ooms;

    for (size_t i = 0; i < nreports; i++)
        n += reports[i].ooms.n;
    ooms = arena_array(c->arena, struct oom, n + 1);
    n = 0;
    for (size_t i = 0; i < nreports; i++) {
        for (size_t k = 0; k < reports[i].ooms.n; k++) {
            struct oom *o = &ooms[n++];

            o->r = &reports[i];
            o->head = reports[i].ooms.facts[k];
            o->memory = first_of(reports[i].memories);
            o->alloc = alloc_of(&reports[i]);
            if (continues(o, n > 1 ? o - 1 : NULL)) {
                o->alloc = o[-1].alloc;
                o->memory = o[-1].memory;
                o->cgroup = o[-1].cgroup;
                settle(o, o[-1].class, o[-1].sure, o[-1].explanation);
            } else {
                classify(o, c->arena);
            }
        }
    }
    count_kills(ooms, n, c->arena);
    for (size_t i = 0; i < n; i++)
        emit_verdict(c, &ooms[i]);
}

static const struct kind *const wants[] = { &kind_KERNEL_OOM, &kind_KERNEL_MEMORY,
    &kind_KERNEL_ZONE, &kind_ALLOC_VERDICT, NULL };
static const struct kind *const emits[] = { &kind_OOM_VERDICT, NULL };

const struct correlator correlator_oom_verdict = {
    .name = "oom_verdict",
    .summary = "what kind of shortage an OOM was",
    .wants = wants,
    .emits = emits,
    .run = run,
};
