/* SPDX-License-Identifier: Apache-2.0 */
/*
 * oom_consumer: who holds the memory, as a table that adds up: from the Mem-Info block of an OOM or
 * failed allocation, or from a cgroup's figures when the limit was the cgroup's. What no counter
 * explains is a row of its own, "unaccounted": driver pages, a balloon, GPU buffers.  Resident sizes
 * of tasks count shared pages once per task, so their sum may exceed the machine. From 6.8 on the
 * table has rss_anon; before, the sum is brought down to the anonymous LRU.
 */
#include "consumer.h"
#include "fields.h"

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
            arena_printf(t->arena, "cache %.*s holds %lld of %lld kB of unreclaimable slab",
                    STR_ARG(text_of(largest, KERNEL_SLAB_CACHE)), kb(bytes), kb(slab));
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
        row->explanation = STR("files in memory (tmpfs, System V, memfd): ending a process does "
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

static void cgroup_table(struct consumer_table *t, const struct kernel_report *r)
{
    const struct fact *oom = first_of(r->ooms);
    struct families f = families_in(t->arena, r);
    int64_t shmem = int_or(oom, KERNEL_OOM_CG_SHMEM, 0), file = int_or(oom, KERNEL_OOM_CG_FILE, 0);
    int64_t slab = int_or(oom, KERNEL_OOM_CG_SLAB, 0), rest;
    int64_t kernel = int_or(oom, KERNEL_OOM_KMEM_USAGE, 0) - slab;
    int64_t swapped = f.all.swap;
    int64_t anon = int_or(oom, KERNEL_OOM_CG_ANON, 0);

    t->scope = text_of(oom, KERNEL_OOM_CGROUP);
    t->total = int_or(oom, KERNEL_OOM_USAGE, int_or(oom, KERNEL_OOM_LIMIT, 0));
    if (!has(oom, KERNEL_OOM_CG_ANON))
        anon = f.all.ram < t->total ? f.all.ram : t->total;
    consumer_add_processes(t, &f, anon, t->total, swapped);
    consumer_judge(t, "shmem", STR("shared memory and tmpfs"), shmem, 0.25, 0);
    consumer_judge(t, "slab", STR("slab of the cgroup"), slab, 0.25, 16 * (int64_t)MIB);
    if (kernel > 0)
        consumer_judge(
                t, "slab", STR("kernel memory of the cgroup"), kernel, 0.25, 16 * (int64_t)MIB);
    /* The cgroup's page cache contains its shared memory. */
    consumer_add_cache(t, file > shmem ? file - shmem : 0, int_or(oom, KERNEL_OOM_CG_DIRTY, 0));
    rest = t->total - t->sum;
    consumer_add(t, "unknown", STR("not in the report"), rest);
}

/* --- no totals: only the task table --- */

static void bare_table(struct consumer_table *t, const struct kernel_report *r)
{
    struct families f = families_of(t->arena, r->tasks);
    int64_t all = f.all.ram + f.all.swap;

    consumer_add_processes(t, &f, f.all.ram, all, f.all.swap);
    for (size_t i = 0; i < t->n; i++)
        t->rows[i].leading = t->rows[i].leading && t->rows[i].bytes + t->rows[i].swap > all / 2;
}

static void report_table(struct correlate *c, const struct kernel_report *r)
{
    const struct fact *oom = first_of(r->ooms), *m = first_of(r->memories);
    struct consumer_table t = { .arena = c->arena, .number = r->number };

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
    consumer_flush(c, &t);
}

static void run(struct correlate *c)
{
    size_t n;
    const struct kernel_report *reports = kernel_reports(c, &n);

    for (size_t i = 0; i < n; i++)
        report_table(c, &reports[i]);
}

static const struct kind *const wants[] = { &kind_KERNEL_ALLOC_FAILURE, &kind_KERNEL_OOM,
    &kind_KERNEL_MEMORY, &kind_KERNEL_ZONE, &kind_KERNEL_TASK, &kind_KERNEL_SLAB,
    &kind_KERNEL_TAGGED, NULL };
static const struct kind *const emits[] = { &kind_MEMORY_CONSUMER, NULL };

const struct correlator correlator_oom_consumer = {
    .name = "oom_consumer",
    .summary = "who holds the memory, as a table that adds up",
    .wants = wants,
    .emits = emits,
    .run = run,
};
