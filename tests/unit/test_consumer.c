/* SPDX-License-Identifier: Apache-2.0 */
/* oom_consumer and meminfo_consumer: the tables add up, and the right row leads. Figures in MB. */
#include "correlate_rig.h"

extern const struct correlator correlator_oom_consumer;
extern const struct correlator correlator_meminfo_consumer;
extern const struct correlator correlator_tagged_consumer;

static const int64_t MB = 1024 * 1024;

static const struct fact *row_of(const struct rig *rig, const char *class, const char *name)
{
    for (size_t i = 0; i < rig->n; i++) {
        const struct fact *f = rig->facts[i];

        if (f->kind == &kind_MEMORY_CONSUMER &&
                str_eq(text_of(f, MEMORY_CONSUMER_CLASS), str_z(class)) &&
                (name == NULL || str_eq(text_of(f, MEMORY_CONSUMER_NAME), str_z(name))))
            return f;
    }
    fail_msg("no row %s %s", class, name != NULL ? name : "");
    return NULL;
}

static int64_t sum_of(const struct rig *rig)
{
    int64_t sum = 0;

    for (size_t i = 0; i < rig->n; i++)
        if (rig->facts[i]->kind == &kind_MEMORY_CONSUMER)
            sum += int_or(rig->facts[i], MEMORY_CONSUMER_BYTES, 0);
    return sum;
}

/* The names of all rows that lead, blank separated. */
static str leaders(struct rig *rig)
{
    str all = STR("");

    for (size_t i = 0; i < rig->n; i++)
        if (rig->facts[i]->kind == &kind_MEMORY_CONSUMER &&
                bool_or(rig->facts[i], MEMORY_CONSUMER_LEADING, false))
            all = arena_printf(&rig->arena, "%.*s%s%.*s", STR_ARG(all), all.n != 0 ? "," : "",
                    STR_ARG(text_of(rig->facts[i], MEMORY_CONSUMER_NAME)));
    return all;
}

static void want_leaders(struct rig *rig, const char *want)
{
    str got = leaders(rig);

    if (!str_eq(got, str_z(want)))
        fail_msg("leading: \"%.*s\", want \"%s\"", STR_ARG(got), want);
}

struct machine {
    int64_t total, free, anon, file, shmem, unevictable, slab, reclaimable, tables, stack, dirty,
            swap_total, swap_free, huge, huge_free, balloon;
};

static void put_machine(struct rig *rig, const struct machine *m)
{
    const struct value head[KERNEL_OOM_NFIELDS] = { [KERNEL_OOM_REPORT] = value_int(1) };
    struct value v[KERNEL_MEMORY_NFIELDS] = {
        [KERNEL_MEMORY_REPORT] = value_int(1),
        [KERNEL_MEMORY_TOTAL] = value_int(m->total * MB),
        [KERNEL_MEMORY_FREE] = value_int(m->free * MB),
        [KERNEL_MEMORY_ACTIVE_ANON] = value_int(m->anon * MB),
        [KERNEL_MEMORY_INACTIVE_ANON] = value_int(0),
        [KERNEL_MEMORY_ACTIVE_FILE] = value_int(0),
        [KERNEL_MEMORY_INACTIVE_FILE] = value_int(m->file * MB),
        [KERNEL_MEMORY_SHMEM] = value_int(m->shmem * MB),
        [KERNEL_MEMORY_UNEVICTABLE] = value_int(m->unevictable * MB),
        [KERNEL_MEMORY_SLAB_UNRECLAIMABLE] = value_int(m->slab * MB),
        [KERNEL_MEMORY_SLAB_RECLAIMABLE] = value_int(m->reclaimable * MB),
        [KERNEL_MEMORY_PAGETABLES] = value_int(m->tables * MB),
        [KERNEL_MEMORY_KERNEL_STACK] = value_int(m->stack * MB),
        [KERNEL_MEMORY_DIRTY] = value_int(m->dirty * MB),
        [KERNEL_MEMORY_SWAP_TOTAL] = value_int(m->swap_total * MB),
        [KERNEL_MEMORY_SWAP_FREE] = value_int(m->swap_free * MB),
        [KERNEL_MEMORY_HUGETLB_TOTAL] = value_int(m->huge * MB),
        [KERNEL_MEMORY_HUGETLB_FREE] = value_int(m->huge_free * MB),
        [KERNEL_MEMORY_BALLOON] = value_int(m->balloon * MB),
    };

    rig_put(rig, &kind_KERNEL_OOM, head);
    rig_put(rig, &kind_KERNEL_MEMORY, v);
}

static void put_task(struct rig *rig, const char *name, int64_t rss, int64_t swap, int64_t anon)
{
    struct value v[KERNEL_TASK_NFIELDS] = {
        [KERNEL_TASK_REPORT] = value_int(1),
        [KERNEL_TASK_NAME] = value_z(name),
        [KERNEL_TASK_RSS] = value_int(rss * MB),
        [KERNEL_TASK_SWAP] = value_int(swap * MB),
    };

    if (anon >= 0)
        v[KERNEL_TASK_RSS_ANON] = value_int(anon * MB);
    rig_put(rig, &kind_KERNEL_TASK, v);
}

/* 40 workers of 100 MB = 4000 MB by resident size, but the anonymous LRU has 3000 MB in all, of
 * which 200 are shared memory: the sum comes down to 2800, the workers to 2800 * 4000 / 4100. */
static void test_family(void **state)
{
    const struct machine m = { .total = 4000,
        .free = 100,
        .anon = 3000,
        .file = 300,
        .shmem = 200,
        .slab = 200,
        .reclaimable = 100,
        .tables = 150,
        .stack = 50 };
    const struct fact *row;
    struct rig rig;

    (void)state;
    rig_start(&rig);
    put_machine(&rig, &m);
    put_task(&rig, "mysqld", 100, 0, -1);
    for (int i = 0; i < 40; i++)
        put_task(&rig, "worker", 100, 0, -1);
    correlator_oom_consumer.run(&rig.c);
    row = row_of(&rig, "process", "worker");
    want_int(row, MEMORY_CONSUMER_PROCESSES, 40);
    want_int(row, MEMORY_CONSUMER_BYTES, (int64_t)(2800.0 / 4100 * (4000 * (double)MB)));
    want_leaders(&rig, "worker");
    assert_true(sum_of(&rig) == 4000 * MB);
    want_int(row_of(&rig, "unaccounted", NULL), MEMORY_CONSUMER_BYTES, 100 * MB);
    rig_stop(&rig);
}

/* rss_anon of 6.8: taken as it is; what the table does not list is "other processes". */
static void test_exact(void **state)
{
    const struct machine m = { .total = 4000, .free = 100, .anon = 3000, .file = 800, .slab = 100 };
    struct rig rig;

    (void)state;
    rig_start(&rig);
    put_machine(&rig, &m);
    put_task(&rig, "db", 3500, 0, 2500);
    correlator_oom_consumer.run(&rig.c);
    want_int(row_of(&rig, "process", "db"), MEMORY_CONSUMER_BYTES, 2500 * MB);
    want_int(row_of(&rig, "process", "other processes"), MEMORY_CONSUMER_BYTES, 500 * MB);
    want_leaders(&rig, "db");
    assert_true(sum_of(&rig) == 4000 * MB);
    rig_stop(&rig);
}

/* Who is swapped out is as guilty as who is resident. */
static void test_swapped(void **state)
{
    const struct machine m = { .total = 1000,
        .free = 20,
        .anon = 500,
        .file = 400,
        .slab = 80,
        .swap_total = 3000,
        .swap_free = 0 };
    struct rig rig;

    (void)state;
    rig_start(&rig);
    put_machine(&rig, &m);
    put_task(&rig, "idle", 400, 0, 400);
    put_task(&rig, "hog", 10, 2900, 10);
    correlator_oom_consumer.run(&rig.c);
    want_leaders(&rig, "hog");
    rig_stop(&rig);
}

/* One class after the other just above its mark, the others far below. */
static void test_classes(void **state)
{
    static const struct {
        const char *name, *leaders;
        struct machine m;
    } rows[] = {
        { "balanced", "", { .total = 10000, .free = 4000, .anon = 3000, .file = 2800 } },
        { "shmem", "shared memory and tmpfs",
                { .total = 10000, .free = 500, .anon = 6000, .shmem = 5000, .file = 3300 } },
        { "shmem of a quarter", "",
                { .total = 10000, .free = 500, .anon = 6000, .shmem = 2500, .file = 3300 } },
        { "slab", "unreclaimable slab",
                { .total = 10000, .free = 2000, .anon = 3000, .slab = 1100, .file = 3800 } },
        { "slab of a small machine", "",
                { .total = 1000, .free = 200, .anon = 300, .slab = 300, .file = 200 } },
        { "reclaimable slab", "",
                { .total = 10000, .free = 2000, .anon = 3000, .reclaimable = 4900 } },
        { "page tables", "page tables",
                { .total = 10000, .free = 2000, .anon = 3000, .tables = 600, .file = 4300 } },
        { "stacks", "kernel stacks",
                { .total = 10000, .free = 2000, .anon = 3000, .stack = 300, .file = 4600 } },
        { "locked", "locked and unevictable",
                { .total = 10000, .free = 2000, .anon = 3000, .unevictable = 2100, .file = 2800 } },
        { "hidden", "unaccounted", { .total = 10000, .free = 2000, .anon = 3000, .file = 2400 } },
        { "hidden, not enough", "", { .total = 10000, .free = 2000, .anon = 3000, .file = 2600 } },
        { "huge pages idle", "huge pages",
                { .total = 10000,
                        .free = 500,
                        .anon = 3000,
                        .huge = 6000,
                        .huge_free = 5000,
                        .file = 500 } },
        { "huge pages in use", "",
                { .total = 10000,
                        .free = 500,
                        .anon = 3000,
                        .huge = 6000,
                        .huge_free = 900,
                        .file = 500 } },
        { "dirty", "page cache waiting to be written",
                { .total = 10000, .free = 500, .anon = 2500, .file = 6000, .dirty = 2100 } },
        { "balloon", "balloon",
                { .total = 10000, .free = 500, .anon = 3000, .file = 5000, .balloon = 1500 } },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct rig rig;
        str got;

        rig_start(&rig);
        put_machine(&rig, &rows[i].m);
        correlator_oom_consumer.run(&rig.c);
        got = leaders(&rig);
        if (!str_eq(got, str_z(rows[i].leaders)))
            fail_msg("%s: leading \"%.*s\", want \"%s\"", rows[i].name, STR_ARG(got),
                    rows[i].leaders);
        assert_true(sum_of(&rig) == rows[i].m.total * MB);
        rig_stop(&rig);
    }
}

/* The cache that holds most of the slab names the row; one with less than a quarter does not. */
static void test_slab_owner(void **state)
{
    static const struct {
        int64_t bytes;
        const char *name;
    } table[] = { { 900, "kmemleak_object" }, { 200, "unreclaimable slab" } };

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        const struct machine m = {
            .total = 4000, .free = 1000, .anon = 1000, .slab = 1000, .file = 1000
        };
        const struct value small[KERNEL_SLAB_NFIELDS] = {
            [KERNEL_SLAB_REPORT] = value_int(1),
            [KERNEL_SLAB_CACHE] = value_z("dentry"),
            [KERNEL_SLAB_BYTES] = value_int(100 * MB),
        };
        struct value large[KERNEL_SLAB_NFIELDS] = {
            [KERNEL_SLAB_REPORT] = value_int(1),
            [KERNEL_SLAB_CACHE] = value_z("kmemleak_object"),
        };
        struct rig rig;

        large[KERNEL_SLAB_BYTES] = value_int(table[i].bytes * MB);
        rig_start(&rig);
        put_machine(&rig, &m);
        rig_put(&rig, &kind_KERNEL_SLAB, small);
        rig_put(&rig, &kind_KERNEL_SLAB, large);
        correlator_oom_consumer.run(&rig.c);
        want_leaders(&rig, table[i].name);
        rig_stop(&rig);
    }
}

/* The kernel of 2.6.18 has no such counters: nothing may be called hidden. */
static void test_old_report(void **state)
{
    const struct value head[KERNEL_OOM_NFIELDS] = { [KERNEL_OOM_REPORT] = value_int(1) };
    const struct value v[KERNEL_MEMORY_NFIELDS] = {
        [KERNEL_MEMORY_REPORT] = value_int(1),
        [KERNEL_MEMORY_TOTAL] = value_int(1000 * MB),
        [KERNEL_MEMORY_FREE] = value_int(10 * MB),
    };
    struct rig rig;

    (void)state;
    rig_start(&rig);
    rig_put(&rig, &kind_KERNEL_OOM, head);
    rig_put(&rig, &kind_KERNEL_MEMORY, v);
    correlator_oom_consumer.run(&rig.c);
    want_int(row_of(&rig, "unknown", NULL), MEMORY_CONSUMER_BYTES, 990 * MB);
    want_leaders(&rig, "");
    rig_stop(&rig);
}

/*
 * A cgroup of 512 MB: its own figures count, not those of the machine. 400 anonymous, 40 shared, 60
 * of cache of which 40 are the shared ones, slab 12, sockets 10, stacks 3, and 32 of kernel memory of
 * which 12 + 3 + 10 are named: 7 are left. 400 + 40 + 20 + 12 + 10 + 3 + 7 = 492; 20 are in no row.
 */
static void test_cgroup(void **state)
{
    const struct value head[KERNEL_OOM_NFIELDS] = {
        [KERNEL_OOM_REPORT] = value_int(1),
        [KERNEL_OOM_CONSTRAINT] = value_z("memcg"),
        [KERNEL_OOM_CGROUP] = value_z("/app"),
        [KERNEL_OOM_USAGE] = value_int(512 * MB),
        [KERNEL_OOM_LIMIT] = value_int(512 * MB),
        [KERNEL_OOM_CG_ANON] = value_int(400 * MB),
        [KERNEL_OOM_CG_FILE] = value_int(60 * MB),
        [KERNEL_OOM_CG_SHMEM] = value_int(40 * MB),
        [KERNEL_OOM_CG_SLAB] = value_int(12 * MB),
        [KERNEL_OOM_CG_SOCK] = value_int(10 * MB),
        [KERNEL_OOM_CG_STACK] = value_int(3 * MB),
        [KERNEL_OOM_KMEM_USAGE] = value_int(32 * MB),
    };
    const struct value machine[KERNEL_MEMORY_NFIELDS] = {
        [KERNEL_MEMORY_REPORT] = value_int(1),
        [KERNEL_MEMORY_TOTAL] = value_int(64000 * MB),
    };
    const struct fact *row;
    struct rig rig;

    (void)state;
    rig_start(&rig);
    rig_put(&rig, &kind_KERNEL_OOM, head);
    rig_put(&rig, &kind_KERNEL_MEMORY, machine);
    put_task(&rig, "leaker", 390, 0, -1);
    put_task(&rig, "sh", 2, 0, -1);
    correlator_oom_consumer.run(&rig.c);
    row = row_of(&rig, "process", "leaker");
    want_text(row, MEMORY_CONSUMER_SCOPE, "/app");
    want_int(row, MEMORY_CONSUMER_TOTAL, 512 * MB);
    want_leaders(&rig, "leaker");
    want_int(row_of(&rig, "cache", NULL), MEMORY_CONSUMER_BYTES, 20 * MB);
    want_int(row_of(&rig, "slab", NULL), MEMORY_CONSUMER_BYTES, 12 * MB);
    want_int(row_of(&rig, "sockets", NULL), MEMORY_CONSUMER_BYTES, 10 * MB);
    want_int(row_of(&rig, "kernel-stack", NULL), MEMORY_CONSUMER_BYTES, 3 * MB);
    want_int(row_of(&rig, "kernel", NULL), MEMORY_CONSUMER_BYTES, 7 * MB);
    want_int(row_of(&rig, "unknown", NULL), MEMORY_CONSUMER_BYTES, 20 * MB);
    assert_true(sum_of(&rig) == 512 * MB);
    rig_stop(&rig);
}

/* A group of 32 MB that is full of dirty page cache: small as it is, that is the cause; kernel memory
 * of a quarter is another. */
static void test_cgroup_causes(void **state)
{
    static const struct {
        int64_t anon, file, dirty, kmem;
        const char *leaders;
    } rows[] = {
        { 1, 26, 25, 1, "page cache waiting to be written" },
        { 1, 26, 5, 1, "" },
        { 1, 5, 0, 20, "kernel memory of the group" },
    };

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        const struct value head[KERNEL_OOM_NFIELDS] = {
            [KERNEL_OOM_REPORT] = value_int(1),
            [KERNEL_OOM_CGROUP] = value_z("/run"),
            [KERNEL_OOM_USAGE] = value_int(32 * MB),
            [KERNEL_OOM_CG_ANON] = value_int(rows[i].anon * MB),
            [KERNEL_OOM_CG_FILE] = value_int(rows[i].file * MB),
            [KERNEL_OOM_CG_DIRTY] = value_int(rows[i].dirty * MB),
            [KERNEL_OOM_KMEM_USAGE] = value_int(rows[i].kmem * MB),
        };
        struct rig rig;

        rig_start(&rig);
        rig_put(&rig, &kind_KERNEL_OOM, head);
        correlator_oom_consumer.run(&rig.c);
        want_leaders(&rig, rows[i].leaders);
        assert_true(sum_of(&rig) == 32 * MB);
        rig_stop(&rig);
    }
}

/* A task table of a cpuset's OOM without totals: who of them sits on the nodes it may use is not told. */
static void test_bound_table(void **state)
{
    static const char *const constraints[] = { "cpuset", "mempolicy", "none" };
    static const char *const leaders_of[] = { "", "", "hog" };

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        const struct value head[KERNEL_OOM_NFIELDS] = {
            [KERNEL_OOM_REPORT] = value_int(1),
            [KERNEL_OOM_CONSTRAINT] = value_z(constraints[i]),
        };
        struct rig rig;

        rig_start(&rig);
        rig_put(&rig, &kind_KERNEL_OOM, head);
        put_task(&rig, "hog", 3000, 0, -1);
        put_task(&rig, "sh", 2, 0, -1);
        correlator_oom_consumer.run(&rig.c);
        want_leaders(&rig, leaders_of[i]);
        rig_stop(&rig);
    }
}

/* Rows come by size. Of two reports the one with more to tell speaks, not the first. */
static void test_main_table(void **state)
{
    const struct value bare[KERNEL_OOM_NFIELDS] = { [KERNEL_OOM_REPORT] = value_int(1) };
    const struct value full[KERNEL_OOM_NFIELDS] = { [KERNEL_OOM_REPORT] = value_int(2) };
    const struct value memory[KERNEL_MEMORY_NFIELDS] = {
        [KERNEL_MEMORY_REPORT] = value_int(2),
        [KERNEL_MEMORY_TOTAL] = value_int(1000 * MB),
        [KERNEL_MEMORY_FREE] = value_int(100 * MB),
    };
    int64_t before = INT64_MAX;
    struct rig rig;

    (void)state;
    rig_start(&rig);
    rig_put(&rig, &kind_KERNEL_OOM, bare);
    put_task(&rig, "of the first", 10, 0, -1);
    rig_put(&rig, &kind_KERNEL_OOM, full);
    rig_put(&rig, &kind_KERNEL_MEMORY, memory);
    correlator_oom_consumer.run(&rig.c);
    for (size_t i = 0; i < rig.n; i++) {
        const struct fact *f = rig.facts[i];
        int64_t bytes;

        if (f->kind != &kind_MEMORY_CONSUMER)
            continue;
        want_bool(f, MEMORY_CONSUMER_MAIN, int_or(f, MEMORY_CONSUMER_REPORT, 0) == 2);
        bytes = int_or(f, MEMORY_CONSUMER_BYTES, 0);
        if (int_or(f, MEMORY_CONSUMER_REPORT, 0) == 1)
            continue;
        assert_true(bytes <= before);
        before = bytes;
    }
    rig_stop(&rig);
}

/* 8000 of 10000 MB in no counter: the balloon that its own tool tells of is named, nothing else. */
static void test_hint(void **state)
{
    const struct machine m = { .total = 10000, .free = 500, .anon = 1000, .file = 500 };
    const struct value balloon[VM_BALLOON_NFIELDS] = { [VM_BALLOON_SIZE] = value_int(7000 * MB) };
    const struct value tcp[NET_MEMORY_NFIELDS] = {
        [NET_MEMORY_PROTOCOL] = value_z("TCP"), [NET_MEMORY_BYTES] = value_int(60 * MB)
    };
    struct rig rig;

    (void)state;
    rig_start(&rig);
    put_machine(&rig, &m);
    rig_put(&rig, &kind_VM_BALLOON, balloon);
    rig_put(&rig, &kind_NET_MEMORY, tcp);
    correlator_oom_consumer.run(&rig.c);
    want_text(row_of(&rig, "unaccounted", NULL), MEMORY_CONSUMER_HINT, "a balloon of 6.8 GB");
    rig_stop(&rig);
}

/* A kill by hand is no shortage: no table, whatever the tasks hold. */
static void test_by_hand(void **state)
{
    const struct value head[KERNEL_OOM_NFIELDS] = {
        [KERNEL_OOM_REPORT] = value_int(1), [KERNEL_OOM_ORDER] = value_int(-1)
    };
    struct rig rig;

    (void)state;
    rig_start(&rig);
    rig_put(&rig, &kind_KERNEL_OOM, head);
    put_task(&rig, "big", 4000, 0, -1);
    correlator_oom_consumer.run(&rig.c);
    assert_int_equal(rig_count(&rig, &kind_MEMORY_CONSUMER), 0);
    rig_stop(&rig);
}

/* No task table: the victim held 500 of 512 MB. */
static void test_victim_only(void **state)
{
    const struct value head[KERNEL_OOM_NFIELDS] = {
        [KERNEL_OOM_REPORT] = value_int(1),
        [KERNEL_OOM_CGROUP] = value_z("/app"),
        [KERNEL_OOM_USAGE] = value_int(512 * MB),
        [KERNEL_OOM_LIMIT] = value_int(512 * MB),
        [KERNEL_OOM_VICTIM] = value_z("leaker"),
        [KERNEL_OOM_VICTIM_ANON] = value_int(500 * MB),
    };
    struct rig rig;

    (void)state;
    rig_start(&rig);
    rig_put(&rig, &kind_KERNEL_OOM, head);
    correlator_oom_consumer.run(&rig.c);
    want_leaders(&rig, "leaker");
    assert_true(sum_of(&rig) == 512 * MB);
    rig_stop(&rig);
}

static void put_meminfo(
        struct rig *rig, int64_t total, int64_t active, int64_t slab, int64_t huge, bool complete)
{
    const struct value v[MEMORY_STATUS_NFIELDS] = {
        [MEMORY_STATUS_SOURCE] = value_z("meminfo"),
        [MEMORY_STATUS_TOTAL] = value_int(total * MB),
        [MEMORY_STATUS_FREE] = value_int(100 * MB),
        [MEMORY_STATUS_ACTIVE] = value_int(active * MB),
        [MEMORY_STATUS_INACTIVE] = value_int(500 * MB),
        [MEMORY_STATUS_ANON] = value_int(400 * MB),
        [MEMORY_STATUS_SHMEM] = value_int(50 * MB),
        [MEMORY_STATUS_SLAB] = value_int(slab * MB),
        [MEMORY_STATUS_SLAB_RECLAIMABLE] = value_int(slab / 2 * MB),
        [MEMORY_STATUS_HUGEPAGES_TOTAL] = value_int(huge / 2),
        [MEMORY_STATUS_HUGEPAGES_FREE] = value_int(huge / 2),
        [MEMORY_STATUS_HUGEPAGE_SIZE] = value_int(2 * MB),
        [MEMORY_STATUS_COMPLETE] = value_bool(complete),
    };

    rig_put(rig, &kind_MEMORY_STATUS, v);
}

/* 100 free + 700 + 500 LRU + 200 slab = 1500. */
static void test_meminfo(void **state)
{
    static const struct {
        const char *leaders;
        int64_t total, slab, huge;
        bool complete;
        size_t rows;
    } table[] = {
        { "", 1500, 200, 0, true, 1 }, { "unaccounted", 3000, 200, 0, true, 1 },
        { "huge pages", 6000, 200, 4000, true, 1 },
        { "", 3000, 200, 0, false, 0 }, /* cut short: no sums */
        { "", 3000, 0, 0, true, 0 },    /* lxcfs: no slab at all */
        { "", 150, 200, 0, true, 0 },   /* more slab than memory: two machines in one file */
    };

    (void)state;
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        struct rig rig;

        rig_start(&rig);
        put_meminfo(&rig, table[i].total, 700, table[i].slab, table[i].huge, table[i].complete);
        correlator_meminfo_consumer.run(&rig.c);
        want_leaders(&rig, table[i].leaders);
        assert_true((rig_count(&rig, &kind_MEMORY_CONSUMER) != 0) == (table[i].rows != 0));
        if (table[i].rows != 0)
            assert_true(sum_of(&rig) == table[i].total * MB);
        rig_stop(&rig);
    }
}

/* free used 5000 of 8000, all processes have 700 resident: 4300 are nobody's. With 4000 resident the
 * rest of 1000 is an eighth of the machine: worth a note only. */
static void test_free_listing(void **state)
{
    static const struct {
        int64_t rss;
        const char *leaders;
    } table[] = { { 700, "unaccounted" }, { 4000, "" } };

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        const struct value v[MEMORY_STATUS_NFIELDS] = {
            [MEMORY_STATUS_SOURCE] = value_z("free"),
            [MEMORY_STATUS_TOTAL] = value_int(8000 * MB),
            [MEMORY_STATUS_USED] = value_int(5000 * MB),
            [MEMORY_STATUS_RSS_SUM] = value_int(table[i].rss * MB),
        };
        struct rig rig;

        rig_start(&rig);
        rig_put(&rig, &kind_MEMORY_STATUS, v);
        correlator_meminfo_consumer.run(&rig.c);
        want_leaders(&rig, table[i].leaders);
        want_bool(row_of(&rig, "unaccounted", NULL), MEMORY_CONSUMER_NOTABLE, true);
        assert_true(sum_of(&rig) == 8000 * MB);
        rig_stop(&rig);
    }
}

static void put_site(
        struct rig *rig, const char *site, const char *module, const char *function, int64_t bytes)
{
    const struct value v[KERNEL_TAGGED_NFIELDS] = {
        [KERNEL_TAGGED_REPORT] = value_int(0),
        [KERNEL_TAGGED_SITE] = value_z(site),
        [KERNEL_TAGGED_MODULE] = value_z(module),
        [KERNEL_TAGGED_FUNCTION] = value_z(function),
        [KERNEL_TAGGED_BYTES] = value_int(bytes * MB),
    };

    rig_put(rig, &kind_KERNEL_TAGGED, v);
}

/* Two sites of one module are one owner: 300 + 800 of 3100. The slab of 1500 shows elsewhere. */
static void test_tagged(void **state)
{
    struct rig rig;

    (void)state;
    rig_start(&rig);
    put_site(&rig, "rx.c:1", "foo", "foo_rx", 300);
    put_site(&rig, "mm/slub.c:3", NULL, "alloc_slab_page", 1500);
    put_site(&rig, "net/core/x.c:3", NULL, "page_pool_alloc", 500);
    put_site(&rig, "tx.c:9", "foo", "foo_tx", 800);
    correlator_tagged_consumer.run(&rig.c);
    want_leaders(&rig, "foo");
    want_int(row_of(&rig, "unaccounted", "foo"), MEMORY_CONSUMER_BYTES, 1100 * MB);
    want_int(row_of(&rig, "unaccounted", "page_pool_alloc"), MEMORY_CONSUMER_BYTES, 500 * MB);
    assert_true(sum_of(&rig) == 3100 * MB);
    rig_stop(&rig);
}

/* 2000 reports of 60 tasks: a quadratic join would take minutes. */
static void test_many_reports(void **state)
{
    struct rig rig;

    (void)state;
    rig_start(&rig);
    for (int64_t i = 1; i <= 2000; i++) {
        const struct value head[KERNEL_OOM_NFIELDS] = { [KERNEL_OOM_REPORT] = value_int(i) };

        rig_put(&rig, &kind_KERNEL_OOM, head);
        for (int k = 0; k < 60; k++) {
            const struct value v[KERNEL_TASK_NFIELDS] = {
                [KERNEL_TASK_REPORT] = value_int(i),
                [KERNEL_TASK_NAME] = value_z(k == 7 ? "big" : "small"),
                [KERNEL_TASK_RSS] = value_int(k == 7 ? 900 * MB : MB),
            };

            rig_put(&rig, &kind_KERNEL_TASK, v);
        }
    }
    correlator_oom_consumer.run(&rig.c);
    assert_int_equal(rig_count(&rig, &kind_MEMORY_CONSUMER), 4000);
    want_text(rig_get(&rig, &kind_MEMORY_CONSUMER, 3998), MEMORY_CONSUMER_NAME, "big");
    want_bool(rig_get(&rig, &kind_MEMORY_CONSUMER, 3998), MEMORY_CONSUMER_LEADING, true);
    rig_stop(&rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_family),
        cmocka_unit_test(test_exact),
        cmocka_unit_test(test_swapped),
        cmocka_unit_test(test_classes),
        cmocka_unit_test(test_slab_owner),
        cmocka_unit_test(test_old_report),
        cmocka_unit_test(test_cgroup),
        cmocka_unit_test(test_cgroup_causes),
        cmocka_unit_test(test_bound_table),
        cmocka_unit_test(test_main_table),
        cmocka_unit_test(test_hint),
        cmocka_unit_test(test_by_hand),
        cmocka_unit_test(test_victim_only),
        cmocka_unit_test(test_meminfo),
        cmocka_unit_test(test_free_listing),
        cmocka_unit_test(test_tagged),
        cmocka_unit_test(test_many_reports),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
