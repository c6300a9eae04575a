/* SPDX-License-Identifier: Apache-2.0 */
/*
 * oom_verdict: one row per class, each beside what would turn it into another one. It runs behind
 * alloc_verdict, as in the program.
 */
#include "correlate_rig.h"

extern const struct correlator correlator_alloc_verdict;
extern const struct correlator correlator_oom_verdict;

enum { MB = 1024 * 1024 };

struct zone {
    const char *name;
    int node;
    int64_t free_mb, high_mb;
    const char *buddy;
};

struct row {
    const char *name, *class;
    const char *constraint, *cgroup, *task_cgroup, *ubc, *trace, *zone, *nodemask, *mems_allowed;
    int order;
    int64_t mode, total_mb, free_mb, highmem_mb;
    struct zone zones[3];
    bool sure;
};

/* clang-format off: tables */
static const struct row rows[] = {
    { "order -1", "manual", .order = -1, .mode = 0xcc0, .sure = true },
    { "sysrq in the trace", "manual", .trace = "out_of_memory moom_callback process_one_work",
            .mode = 0xcc0, .sure = true },
    { "beancounter", "container", .ubc = "317", .constraint = "none", .mode = 0xd0, .sure = true },
    { "constraint memcg", "memcg", .constraint = "memcg", .mode = 0xcc0, .sure = true },
    { "cgroup named", "memcg", .cgroup = "/a", .task_cgroup = "/a/b", .mode = 0xcc0, .sure = true },
    { "charge in the trace", "memcg", .trace = "dump_header mem_cgroup_out_of_memory try_charge",
            .mode = 0xd0, .sure = true },
    { "a fault in a cgroup ends in a global kill", "false-global",
            .trace = "out_of_memory pagefault_out_of_memory", .mode = 0, .zone = "Normal",
            .total_mb = 8000, .zones = { { "Normal", .free_mb = 6800, .high_mb = 60 } },
            .sure = true },
    { "the same with a mask and no room", "global",
            .trace = "out_of_memory pagefault_out_of_memory", .mode = 0xcc0, .zone = "Normal",
            .total_mb = 8000, .zones = { { "Normal", .free_mb = 59, .high_mb = 60 } },
            .sure = true },
    { "policy by name", "mempolicy", .constraint = "mempolicy", .nodemask = "3", .mode = 0xcc0,
            .zone = "Movable", .total_mb = 8000,
            .zones = { { "Normal", 0, 5000, 60, NULL }, { "Normal", 3, 10, 60, NULL } },
            .sure = true },
    { "cpuset without its name", "cpuset", .mems_allowed = "1", .mode = 0xcc0, .zone = "Normal",
            .total_mb = 8000,
            .zones = { { "Normal", 0, 5000, 60, NULL }, { "Normal", 1, 10, 60, NULL } } },
    { "all nodes are full", "global", .mems_allowed = "0-1", .mode = 0xcc0, .zone = "Normal",
            .total_mb = 8000,
            .zones = { { "Normal", 0, 50, 60, NULL }, { "Normal", 1, 10, 60, NULL } },
            .sure = true },
    { "other node is full too", "global", .mems_allowed = "1", .mode = 0xcc0, .zone = "Normal",
            .total_mb = 8000,
            .zones = { { "Normal", 0, 50, 60, NULL }, { "Normal", 1, 10, 60, NULL } },
            .sure = true },
    { "32-bit low memory", "lowmem", .mode = 0xd0, .zone = "Normal", .total_mb = 4000,
            .free_mb = 1030, .highmem_mb = 3200,
            .zones = { { "Normal", 0, 4, 5, NULL }, { "HighMem", 0, 1026, 1, NULL } },
            .sure = true },
    { "32-bit, high memory not printed", "lowmem", .mode = 0xcc0, .zone = "Normal",
            .total_mb = 8000, .free_mb = 1030, .highmem_mb = 7200,
            .zones = { { "DMA", 0, 4, 5, NULL } }, .sure = true },
    { "32-bit, DMA passes by a hair", "lowmem", .mode = 0xcc0, .zone = "Normal", .total_mb = 4000,
            .free_mb = 1100, .highmem_mb = 3200,
            .zones = { { "DMA", 0, 6, 5, NULL }, { "Normal", 0, 4, 5, NULL },
                    { "HighMem", 0, 1026, 1, NULL } },
            .sure = true },
    { "32-bit, request may use high memory", "global", .mode = 0x200da, .zone = "HighMem",
            .total_mb = 4000, .free_mb = 5, .highmem_mb = 3200,
            .zones = { { "Normal", 0, 4, 5, NULL }, { "HighMem", 0, 1, 1, NULL } }, .sure = true },
    { "movable is free", "zone-restricted", .mode = 0xcc0, .zone = "Normal", .total_mb = 4000,
            .free_mb = 1400,
            .zones = { { "Normal", 0, 12, 20, NULL }, { "Movable", 0, 1300, 20, NULL } },
            .sure = true },
    { "order 2 without blocks", "fragmentation", .order = 2, .mode = 0xcc0, .zone = "Normal",
            .total_mb = 4000, .free_mb = 100,
            .zones = { { "Normal", 0, 100, 20, "25600:UM 0:U 0 0" } }, .sure = true },
    { "passes by a little", "global", .mode = 0xcc0, .zone = "Normal", .total_mb = 4000,
            .free_mb = 25, .zones = { { "Normal", 0, 25, 20, NULL } } },
    { "nothing but the header", "global", .mode = 0xcc0 },
};
/* clang-format on */

static void put_row(struct rig *rig, const struct row *row, int64_t report)
{
    const struct value head[KERNEL_OOM_NFIELDS] = {
        [KERNEL_OOM_REPORT] = value_int(report),
        [KERNEL_OOM_ORDER] = value_int(row->order),
        [KERNEL_OOM_MODE] = value_int(row->mode),
        [KERNEL_OOM_CAN_SLEEP] = value_bool(true),
        [KERNEL_OOM_ZONE] = value_z(row->zone),
        [KERNEL_OOM_CONSTRAINT] = value_z(row->constraint),
        [KERNEL_OOM_CGROUP] = value_z(row->cgroup),
        [KERNEL_OOM_TASK_CGROUP] = value_z(row->task_cgroup),
        [KERNEL_OOM_UBC] = value_z(row->ubc),
        [KERNEL_OOM_TRACE] = value_z(row->trace),
        [KERNEL_OOM_NODEMASK] = value_z(row->nodemask),
        [KERNEL_OOM_MEMS_ALLOWED] = value_z(row->mems_allowed),
        [KERNEL_OOM_KERNEL] = value_z(row->mode == 0xd0 ? "3.10.0" : "5.4.0"),
    };
    const struct value memory[KERNEL_MEMORY_NFIELDS] = {
        [KERNEL_MEMORY_REPORT] = value_int(report),
        [KERNEL_MEMORY_TOTAL] = value_int(row->total_mb * MB),
        [KERNEL_MEMORY_FREE] = value_int(row->free_mb * MB),
        [KERNEL_MEMORY_HIGHMEM] = value_int(row->highmem_mb * MB),
    };

    rig_put(rig, &kind_KERNEL_OOM, head);
    if (row->total_mb != 0)
        rig_put(rig, &kind_KERNEL_MEMORY, memory);
    for (size_t i = 0; i < 3 && row->zones[i].name != NULL; i++) {
        const struct value zone[KERNEL_ZONE_NFIELDS] = {
            [KERNEL_ZONE_REPORT] = value_int(report),
            [KERNEL_ZONE_ZONE] = value_z(row->zones[i].name),
            [KERNEL_ZONE_NODE] = value_int(row->zones[i].node),
            [KERNEL_ZONE_FREE] = value_int(row->zones[i].free_mb * MB),
            [KERNEL_ZONE_HIGH] = value_int(row->zones[i].high_mb * MB),
            [KERNEL_ZONE_MANAGED] = value_int(1000ll * MB),
            [KERNEL_ZONE_BUDDY] = value_z(row->zones[i].buddy),
        };

        rig_put(rig, &kind_KERNEL_ZONE, zone);
    }
}

static const struct fact *run_row(struct rig *rig, const struct row *row)
{
    rig_start(rig);
    put_row(rig, row, 1);
    correlator_alloc_verdict.run(&rig->c);
    correlator_oom_verdict.run(&rig->c);
    return rig_get(rig, &kind_OOM_VERDICT, 0);
}

static void test_classes(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct rig rig;
        const struct fact *v = run_row(&rig, &rows[i]);
        str got = text_of(v, OOM_VERDICT_CLASS);

        if (!str_eq(got, str_z(rows[i].class)))
            fail_msg("%s: %.*s, want %s", rows[i].name, STR_ARG(got), rows[i].class);
        if (bool_or(v, OOM_VERDICT_SURE, false) != rows[i].sure)
            fail_msg("%s: sure is not %d", rows[i].name, rows[i].sure);
        assert_true(has(v, OOM_VERDICT_EXPLANATION));
        rig_stop(&rig);
    }
}

/* A parent is a whole path component: /a is one of /a/b, not of /ab. */
static void test_parent(void **state)
{
    static const struct {
        const char *group, *task;
        bool parent;
    } table[] = {
        { "/a", "/a/b", true },
        { "/a", "/ab", false },
        { "/a/b", "/a/b", false },
        { "/", "/a", true },
        { "/a/b", "/a", false },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        struct row row = { .cgroup = table[i].group, .task_cgroup = table[i].task, .mode = 0xcc0 };
        struct rig rig;

        want_bool(run_row(&rig, &row), OOM_VERDICT_PARENT, table[i].parent);
        rig_stop(&rig);
    }
}

/* Three of one cgroup, one of another, one global: 3, 3, 1, 3, 1 in their order. The same cgroup in
 * another member counts apart. */
static void test_kills(void **state)
{
    static const char *const groups[] = { "/a", "/a", "/b", "/a", NULL };
    static const int64_t want[] = { 3, 3, 1, 3, 1, 1 };
    struct rig rig;

    (void)state;
    rig_start(&rig);
    for (int64_t i = 0; i < 5; i++) {
        struct row row = { .cgroup = groups[i], .mode = 0xcc0 };

        put_row(&rig, &row, i + 1);
    }
    rig.member = 2;
    put_row(&rig, &(struct row){ .cgroup = "/a", .mode = 0xcc0 }, 1);
    correlator_oom_verdict.run(&rig.c);
    assert_int_equal(rig_count(&rig, &kind_OOM_VERDICT), 6);
    for (size_t i = 0; i < 6; i++)
        want_int(rig_get(&rig, &kind_OOM_VERDICT, i), OOM_VERDICT_KILLS, want[i]);
    rig_stop(&rig);
}

/* More than half of the limit waits to be written: 300 of 512 MB; 256 is not more than half. */
static void test_dirty(void **state)
{
    static const struct {
        int64_t dirty;
        bool want;
    } table[] = { { 300, true }, { 256, false } };

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        const struct value head[KERNEL_OOM_NFIELDS] = {
            [KERNEL_OOM_REPORT] = value_int(1),
            [KERNEL_OOM_CGROUP] = value_z("/a"),
            [KERNEL_OOM_LIMIT] = value_int(512ll * MB),
            [KERNEL_OOM_USAGE] = value_int(512ll * MB),
            [KERNEL_OOM_CG_DIRTY] = value_int(table[i].dirty * MB),
            [KERNEL_OOM_VICTIM_ANON] = value_int(10),
            [KERNEL_OOM_VICTIM_FILE] = value_int(20),
            [KERNEL_OOM_VICTIM_SHMEM] = value_int(30),
        };
        struct rig rig;

        rig_start(&rig);
        rig_put(&rig, &kind_KERNEL_OOM, head);
        correlator_oom_verdict.run(&rig.c);
        want_bool(rig_get(&rig, &kind_OOM_VERDICT, 0), OOM_VERDICT_DIRTY, table[i].want);
        want_int(rig_get(&rig, &kind_OOM_VERDICT, 0), OOM_VERDICT_VICTIM_BYTES, 60);
        want_text(rig_get(&rig, &kind_OOM_VERDICT, 0), OOM_VERDICT_EXPLANATION,
                "The cgroup used 524288 kB of its limit of 524288 kB");
        rig_stop(&rig);
    }
}

/* A kill line read apart from its header takes the class of the report before it; a second one does
 * not, and neither does one whose cgroup is named. */
static void test_torn(void **state)
{
    const struct value kill[KERNEL_OOM_NFIELDS] = {
        [KERNEL_OOM_REPORT] = value_int(2),
        [KERNEL_OOM_VICTIM] = value_z("app"),
    };
    const struct row header = { .order = 2,
        .mode = 0xcc0,
        .zone = "Normal",
        .total_mb = 4000,
        .zones = { { "Normal", 0, 100, 20, "25600:UM 0:U 0 0" } } };
    struct value third[KERNEL_OOM_NFIELDS];
    struct rig rig;

    (void)state;
    memcpy(third, kill, sizeof(third));
    third[KERNEL_OOM_REPORT] = value_int(3);
    rig_start(&rig);
    put_row(&rig, &header, 1);
    rig_put(&rig, &kind_KERNEL_OOM, kill);
    rig_put(&rig, &kind_KERNEL_OOM, third);
    correlator_alloc_verdict.run(&rig.c);
    correlator_oom_verdict.run(&rig.c);
    want_text(rig_get(&rig, &kind_OOM_VERDICT, 0), OOM_VERDICT_CLASS, "fragmentation");
    want_text(rig_get(&rig, &kind_OOM_VERDICT, 1), OOM_VERDICT_CLASS, "fragmentation");
    want_int(rig_get(&rig, &kind_OOM_VERDICT, 1), OOM_VERDICT_KILLS, 2);
    want_text(rig_get(&rig, &kind_OOM_VERDICT, 2), OOM_VERDICT_CLASS, "global");
    rig_stop(&rig);
}

/* The report is an excerpt without zones, free stands beside it. 2.5 of 8 GB free is more than a
 * quarter; 1.9 is not; a kernel of 64 bits has no low memory; a request for high memory has room. */
static void test_low_by_totals(void **state)
{
    static const struct {
        int64_t free_mb, total_mb;
        bool narrow;
        const char *zone, *class;
    } table[] = {
        { 2500, 8000, true, "Normal", "lowmem" },
        { 1900, 8000, true, "Normal", "global" },
        { 2500, 8000, false, "Normal", "global" },
        { 2500, 8000, true, "HighMem", "global" },
        { 500, 1000, true, "Normal", "global" },
        { 2500, 8000, true, NULL, "global" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        const struct value head[KERNEL_OOM_NFIELDS] = {
            [KERNEL_OOM_REPORT] = value_int(1),
            [KERNEL_OOM_ZONE] = value_z(table[i].zone),
            [KERNEL_OOM_NARROW] = value_bool(table[i].narrow),
        };
        const struct value totals[MEMORY_STATUS_NFIELDS] = {
            [MEMORY_STATUS_TOTAL] = value_int(table[i].total_mb * MB),
            [MEMORY_STATUS_FREE] = value_int(table[i].free_mb * MB),
        };
        struct rig rig;

        rig_start(&rig);
        rig_put(&rig, &kind_KERNEL_OOM, head);
        rig_put(&rig, &kind_MEMORY_STATUS, totals);
        correlator_oom_verdict.run(&rig.c);
        want_text(rig_get(&rig, &kind_OOM_VERDICT, 0), OOM_VERDICT_CLASS, table[i].class);
        want_bool(rig_get(&rig, &kind_OOM_VERDICT, 0), OOM_VERDICT_SURE, false);
        rig_stop(&rig);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_torn),
        cmocka_unit_test(test_classes),
        cmocka_unit_test(test_parent),
        cmocka_unit_test(test_kills),
        cmocka_unit_test(test_dirty),
        cmocka_unit_test(test_low_by_totals),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
