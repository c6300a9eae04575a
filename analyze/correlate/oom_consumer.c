/* SPDX-License-Identifier: Apache-2.0 */
/*
 * oom_consumer: who holds the memory, as a table that adds up: from the Mem-Info block of an OOM or
 * failed allocation, or from a cgroup's figures when the limit was the cgroup's. What no counter
 * explains is a row of its own, "unaccounted": driver pages, a balloon, GPU buffers.  Resident sizes
 * of tasks count shared pages once per task, so their sum may exceed the machine. From 6.8 on the
 * table has rss_anon; before, the sum is brought down to the anonymous LRU.
 */
#include <stdlib.h>

#include "consumer.h"
#include "fields.h"
#include "out.h"

/* --- the machine, by its Mem-Info block --- */

struct machine {
    int64_t anon, file, dirty, shmem, unevictable, slab, reclaimable, tables, stack, free, zram,
            balloon, huge, huge_free;
    bool complete; /* every counter of the formula is there */
};

static struct machine machine_of(const struct fact *m)
{
    static const size_t needed[] = { KERNEL_MEMORY_ACTIVE_ANON, KERNEL_MEMORY_INACTIVE_ANON,
        KERNEL_MEMORY_ACTIVE_FILE, KERNEL_MEMORY_INACTIVE_FILE, KERNEL_MEMORY_SLAB_UNRECLAIMABLE,
        KERNEL_MEMORY_SLAB_RECLAIMABLE, KERNEL_MEMORY_PAGETABLES, KERNEL_MEMORY_FREE };
    struct machine v = {
        .anon = int_or(m, KERNEL_MEMORY_ACTIVE_ANON, 0) +
                int_or(m, KERNEL_MEMORY_INACTIVE_ANON, 0) +
                int_or(m, KERNEL_MEMORY_ISOLATED_ANON, 0),
        .file = int_or(m, KERNEL_MEMORY_ACTIVE_FILE, 0) +
                int_or(m, KERNEL_MEMORY_INACTIVE_FILE, 0) +
                int_or(m, KERNEL_MEMORY_ISOLATED_FILE, 0),
        .dirty = int_or(m, KERNEL_MEMORY_DIRTY, 0) + int_or(m, KERNEL_MEMORY_WRITEBACK, 0),
        .shmem = int_or(m, KERNEL_MEMORY_SHMEM, 0),
        .unevictable = int_or(m, KERNEL_MEMORY_UNEVICTABLE, 0),
        .slab = int_or(m, KERNEL_MEMORY_SLAB_UNRECLAIMABLE, 0),
        .reclaimable = int_or(m, KERNEL_MEMORY_SLAB_RECLAIMABLE, 0),
        .tables =
                int_or(m, KERNEL_MEMORY_PAGETABLES, 0) + int_or(m, KERNEL_MEMORY_SEC_PAGETABLES, 0),
        .stack = int_or(m, KERNEL_MEMORY_KERNEL_STACK, 0),
        .free = int_or(m, KERNEL_MEMORY_FREE, 0) + int_or(m, KERNEL_MEMORY_FREE_PCP, 0),
        .zram = int_or(m, KERNEL_MEMORY_ZSPAGES, 0),
        .balloon = int_or(m, KERNEL_MEMORY_BALLOON, 0),
        .huge = int_or(m, KERNEL_MEMORY_HUGETLB_TOTAL, 0),
        .huge_free = int_or(m, KERNEL_MEMORY_HUGETLB_FREE, 0),
        .complete = true,
    };

    for (size_t i = 0; i < sizeof(needed) / sizeof(needed[0]); i++)
        v.complete = v.complete && has(m, needed[i]);
    return v;
}

/* The largest cache that the report lists, if it holds a good part of the slab. */
static str slab_owner(
        struct consumer_table *t, struct fact_list slabs, int64_t slab, str *ret_explanation)
{
    const struct fact *largest = NULL;
    int64_t bytes;

    for (size_t i = 0; i < slabs.n; i++)
        if (largest == NULL || int_or(slabs.facts[i], KERNEL_SLAB_BYTES, 0) >
                                       int_or(largest, KERNEL_SLAB_BYTES, 0))
            largest = slabs.facts[i];
    bytes = int_or(largest, KERNEL_SLAB_BYTES, 0);
    if (largest == NULL || bytes < slab / 4)
        return STR("unreclaimable slab");
    *ret_explanation =
            arena_printf(t->arena, "The cache %.*s holds %.*s of %.*s of unreclaimable slab",
                    STR_ARG(text_of(largest, KERNEL_SLAB_CACHE)),
                    STR_ARG(bytes_text(t->arena, bytes)), STR_ARG(bytes_text(t->arena, slab)));
    return text_of(largest, KERNEL_SLAB_CACHE);
}

/* What allocation profiling says of pages that no counter has. */
static str hidden_owner(struct fact_list tagged, int64_t hidden)
{
    const struct fact *largest = NULL;

    for (size_t i = 0; i < tagged.n; i++) {
        if (!tagged_is_counted(text_of(tagged.facts[i], KERNEL_TAGGED_SITE)) &&
                int_or(tagged.facts[i], KERNEL_TAGGED_BYTES, 0) >
                        int_or(largest, KERNEL_TAGGED_BYTES, 0))
            largest = tagged.facts[i];
    }
    if (int_or(largest, KERNEL_TAGGED_BYTES, 0) < hidden / 4)
        return STR("unaccounted");
    return tagged_owner(largest);
}

/* Memory of the nodes that the request could use: what a bound process can exhaust. */
static int64_t reachable(const struct kernel_report *r, int64_t total)
{
    const struct fact *oom = first_of(r->ooms);
    int64_t sum = 0;
    bool all = true;

    for (size_t i = 0; i < r->zones.n; i++) {
        const struct fact *zone = r->zones.facts[i];
        int64_t node = int_or(zone, KERNEL_ZONE_NODE, 0);

        if (node_allowed(text_of(oom, KERNEL_OOM_NODEMASK), node) &&
                node_allowed(text_of(oom, KERNEL_OOM_MEMS_ALLOWED), node))
            sum = plus(
                    sum, int_or(zone, KERNEL_ZONE_MANAGED, int_or(zone, KERNEL_ZONE_PRESENT, 0)));
        else
            all = false;
    }
    return all || sum == 0 || sum > total ? total : sum;
}

static void machine_table(struct consumer_table *t, const struct kernel_report *r)
{
    const struct fact *m = first_of(r->memories);
    struct machine v = machine_of(m);
    struct families f = families_of(t->arena, r->tasks);
    /* Shared memory is on the anonymous LRU, or on the unevictable one when it is locked. */
    int64_t shmem = v.shmem < v.anon ? v.shmem : v.anon;
    int64_t swapped =
            int_or(m, KERNEL_MEMORY_SWAP_TOTAL, 0) - int_or(m, KERNEL_MEMORY_SWAP_FREE, 0);
    struct consumer_row *row;
    str why = { NULL, 0 }, owner = slab_owner(t, r->slabs, v.slab, &why);

    t->total = int_or(m, KERNEL_MEMORY_TOTAL, 0);
    consumer_add_processes(
            t, &f, v.anon - shmem, reachable(r, t->total), swapped > 0 ? swapped : 0);
    row = consumer_judge(t, "shmem", STR("shared memory and tmpfs"), shmem, 0.25, 0);
    row->leading = row->leading && shmem > f.all.shared;
    if (row->leading)
        row->explanation = STR("Files in memory (tmpfs, System V, memfd): ending a process does "
                               "not free them");
    consumer_judge(t, "mlocked", STR("locked and unevictable"), v.unevictable, 0.2, 0);
    consumer_judge(t, "slab", owner, v.slab, 0.1, 512 * (int64_t)MIB)->explanation = why;
    consumer_add(t, "slab-reclaimable", STR("reclaimable slab"), v.reclaimable);
    consumer_judge(t, "pagetables", STR("page tables"), v.tables, 0.05, 64 * (int64_t)MIB);
    consumer_judge(t, "kernel-stack", STR("kernel stacks"), v.stack, 0.02, 64 * (int64_t)MIB);
    if (v.zram != 0)
        consumer_add(t, "zram", STR("compressed swap"), v.zram);
    if (v.balloon != 0)
        consumer_judge(t, "balloon", STR("balloon"), v.balloon, 0.1, 0);
    consumer_add_huge(t, v.huge, v.huge_free);
    consumer_add_cache(t, v.file, v.dirty);
    consumer_add(t, "free", STR("free"), v.free);
    consumer_add_rest(t, v.complete, hidden_owner(r->tagged, t->total - t->sum));
}

/* --- a cgroup at its limit --- */

/* Without a task table the victim is the one process that is known. */
static struct families families_in(struct arena *a, const struct kernel_report *r)
{
    const struct fact *oom = first_of(r->ooms);
    struct families f = families_of(a, r->tasks);

    if (f.n != 0 || !has(oom, KERNEL_OOM_VICTIM) || !has(oom, KERNEL_OOM_VICTIM_ANON))
        return f;
    f.list[0] = (struct family){ .name = text_of(oom, KERNEL_OOM_VICTIM),
        .ram = int_or(oom, KERNEL_OOM_VICTIM_ANON, 0),
        .processes = 1,
        .exact = true };
    f.all = f.list[0];
    f.n = 1;
    return f;
}

static bool of_cgroup(const struct fact *oom)
{
    return oom != NULL && (str_eq(text_of(oom, KERNEL_OOM_CONSTRAINT), STR("memcg")) ||
                                  has(oom, KERNEL_OOM_CGROUP));
}

/* What the group's kernel memory is made of; "kmem" of the first version is all of it in one. */
static void add_kernel_of_group(struct consumer_table *t, const struct fact *oom)
{
    static const struct {
        size_t field;
        const char *class;
        str name;
    } parts[] = {
        { KERNEL_OOM_CG_SLAB, "slab", STR_INIT("slab of the group") },
        { KERNEL_OOM_CG_SOCK, "sockets", STR_INIT("socket buffers of the group") },
        { KERNEL_OOM_CG_TABLES, "pagetables", STR_INIT("page tables of the group") },
        { KERNEL_OOM_CG_STACK, "kernel-stack", STR_INIT("kernel stacks of the group") },
        { KERNEL_OOM_CG_PERCPU, "percpu", STR_INIT("per-CPU memory of the group") },
        { KERNEL_OOM_CG_VMALLOC, "vmalloc", STR_INIT("vmalloc of the group") },
    };
    int64_t kernel = int_or(oom, KERNEL_OOM_KMEM_USAGE, 0);

    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
        int64_t bytes = int_or(oom, parts[i].field, 0);

        if (bytes > 0)
            consumer_judge(t, parts[i].class, parts[i].name, bytes, 0.25, 0);
        kernel -= bytes;
    }
    if (kernel > 0)
        consumer_judge(t, "kernel", STR("kernel memory of the group"), kernel, 0.25, 0);
}

static void cgroup_table(struct consumer_table *t, const struct kernel_report *r)
{
    const struct fact *oom = first_of(r->ooms);
    struct families f = families_in(t->arena, r);
    int64_t shmem = int_or(oom, KERNEL_OOM_CG_SHMEM, 0), file = int_or(oom, KERNEL_OOM_CG_FILE, 0);
    int64_t anon = int_or(oom, KERNEL_OOM_CG_ANON, 0);

    t->scope = text_of(oom, KERNEL_OOM_CGROUP);
    t->total = int_or(oom, KERNEL_OOM_USAGE, int_or(oom, KERNEL_OOM_LIMIT, 0));
    if (!has(oom, KERNEL_OOM_CG_ANON))
        anon = f.all.ram < t->total ? f.all.ram : t->total;
    consumer_add_processes(t, &f, anon, t->total, f.all.swap);
    consumer_judge(t, "shmem", STR("shared memory and tmpfs"), shmem, 0.25, 0);
    add_kernel_of_group(t, oom);
    /* The cgroup's page cache contains its shared memory. */
    consumer_add_cache(t, file > shmem ? file - shmem : 0, int_or(oom, KERNEL_OOM_CG_DIRTY, 0));
    consumer_add(t, "unknown", STR("not in the report"), t->total - t->sum);
}

/* --- no totals: only the task table --- */

/* Processes of a cpuset or policy compete for nodes that a bare table does not name. */
static void bare_table(struct consumer_table *t, const struct kernel_report *r)
{
    str constraint = text_of(first_of(r->ooms), KERNEL_OOM_CONSTRAINT);
    bool bound = str_eq(constraint, STR("cpuset")) || str_eq(constraint, STR("mempolicy"));
    struct families f = families_of(t->arena, r->tasks);
    int64_t all = f.all.ram + f.all.swap;

    consumer_add_processes(t, &f, f.all.ram, all, f.all.swap);
    for (size_t i = 0; i < t->n; i++)
        t->rows[i].leading =
                t->rows[i].leading && !bound && t->rows[i].bytes + t->rows[i].swap > all / 2;
}

/* --- which table speaks for a host or a group --- */

struct rank {
    const struct kernel_report *r;
    str host, scope;
    int weight; /* how much its table tells */
    size_t index;
};

static struct rank rank_of(const struct kernel_report *r, size_t index)
{
    const struct fact *oom = first_of(r->ooms), *m = first_of(r->memories);
    const struct fact *head = oom != NULL ? oom : first_of(r->failures);
    struct rank k = { .r = r, .index = index };

    if (head == NULL || int_or(oom, KERNEL_OOM_ORDER, 0) < 0)
        return k;
    k.host = head->host;
    if (of_cgroup(oom)) {
        k.scope = text_of(oom, KERNEL_OOM_CGROUP);
        k.weight = 1 + 4 * has(oom, KERNEL_OOM_USAGE) + 2 * has(oom, KERNEL_OOM_CG_ANON) +
                   (r->tasks.n != 0);
    } else {
        k.weight = 1 + 8 * (oom != NULL) + 4 * (int_or(m, KERNEL_MEMORY_TOTAL, 0) > 0) +
                   2 * (r->tasks.n != 0);
    }
    return k;
}

static int by_rank(const void *pa, const void *pb)
{
    const struct rank *a = pa, *b = pb;
    int order = str_cmp(a->host, b->host);

    if (order == 0)
        order = str_cmp(a->scope, b->scope);
    if (order == 0)
        order = b->weight - a->weight;
    return order != 0 ? order : a->index < b->index ? -1 : a->index > b->index;
}

/* The first of the fullest reports of each host and group. */
static bool *choose_main(struct arena *a, const struct kernel_report *reports, size_t n)
{
    struct rank *ranks = arena_array(a, struct rank, n + 1);
    bool *main = arena_array(a, bool, n + 1);

    for (size_t i = 0; i < n; i++)
        ranks[i] = rank_of(&reports[i], i);
    qsort(ranks, n, sizeof(*ranks), by_rank);
    for (size_t i = 0; i < n; i++)
        main[ranks[i].index] =
                ranks[i].weight != 0 && (i == 0 || !str_eq(ranks[i].host, ranks[i - 1].host) ||
                                                !str_eq(ranks[i].scope, ranks[i - 1].scope));
    return main;
}

static void report_table(struct correlate *c, const struct kernel_report *r, bool main)
{
    const struct fact *oom = first_of(r->ooms), *m = first_of(r->memories);
    struct consumer_table t = { .arena = c->arena, .number = r->number, .main = main };

    if (int_or(oom, KERNEL_OOM_ORDER, 0) < 0)
        return;
    t.on = oom != NULL ? oom : first_of(r->failures);
    t.source = oom != NULL ? "oom" : "failure";
    if (t.on == NULL)
        return;
    if (of_cgroup(oom) && (has(oom, KERNEL_OOM_USAGE) || has(oom, KERNEL_OOM_LIMIT)))
        cgroup_table(&t, r);
    else if (!of_cgroup(oom) && int_or(m, KERNEL_MEMORY_TOTAL, 0) > 0)
        machine_table(&t, r);
    else if (r->tasks.n != 0)
        bare_table(&t, r);
    consumer_hint(c, &t);
    consumer_flush(c, &t);
}

static void run(struct correlate *c)
{
    size_t n;
    const struct kernel_report *reports = kernel_reports(c, &n);
    const bool *main = choose_main(c->arena, reports, n);

    for (size_t i = 0; i < n; i++)
        report_table(c, &reports[i], main[i]);
}

static const struct kind *const wants[] = { &kind_KERNEL_ALLOC_FAILURE, &kind_KERNEL_OOM,
    &kind_KERNEL_MEMORY, &kind_KERNEL_ZONE, &kind_KERNEL_TASK, &kind_KERNEL_SLAB,
    &kind_KERNEL_TAGGED, &kind_KERNEL_MESSAGE, &kind_VM_BALLOON, &kind_NET_MEMORY, &kind_HOST,
    &kind_KERNEL_MODULE, NULL };
static const struct kind *const emits[] = { &kind_MEMORY_CONSUMER, NULL };

const struct correlator correlator_oom_consumer = {
    .name = "oom_consumer",
    .summary = "who holds the memory, as a table that adds up",
    .wants = wants,
    .emits = emits,
    .run = run,
};
