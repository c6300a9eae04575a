/* SPDX-License-Identifier: Apache-2.0 */
/*
 * alloc_verdict: the kernel's watermark test on zones made up for each rule of it. The figures are
 * chosen so that the rule under test decides alone: one page more or less and the verdict turns.
 * All sizes in the tables are pages of 4 kB.
 */
#include "correlate_rig.h"

extern const struct correlator correlator_alloc_verdict;

enum { P = 4096 };

struct zone {
    const char *name;
    int node;
    int64_t free, min, high, cma, highatomic, boost, managed;
    const char *protection, *buddy;
};

struct ask {
    const char *kernel, *flags, *zone;
    int order;
    bool can_sleep, atomic, movable, oom;
    const char *mems_allowed, *nodemask;
};

static void put_zone(struct rig *rig, const struct zone *z)
{
    struct value v[KERNEL_ZONE_NFIELDS] = {
        [KERNEL_ZONE_REPORT] = value_int(1),
        [KERNEL_ZONE_NODE] = value_int(z->node),
        [KERNEL_ZONE_ZONE] = value_z(z->name),
        [KERNEL_ZONE_FREE] = value_int(z->free * P),
        [KERNEL_ZONE_MIN] = value_int(z->min * P),
        [KERNEL_ZONE_HIGH] = value_int(z->high * P),
        [KERNEL_ZONE_FREE_CMA] = value_int(z->cma * P),
        [KERNEL_ZONE_PROTECTION] = value_z(z->protection),
        [KERNEL_ZONE_BUDDY] = value_z(z->buddy),
    };

    if (z->managed >= 0)
        v[KERNEL_ZONE_MANAGED] = value_int((z->managed > 0 ? z->managed : 100000) * P);
    else
        v[KERNEL_ZONE_MANAGED] = value_int(0);
    if (z->highatomic != 0)
        v[KERNEL_ZONE_RESERVED_HIGHATOMIC] = value_int(z->highatomic * P);
    if (z->boost != 0)
        v[KERNEL_ZONE_BOOST] = value_int(z->boost * P);
    rig_put(rig, &kind_KERNEL_ZONE, v);
}

static void put_failure(struct rig *rig, const struct ask *ask)
{
    const struct value v[KERNEL_ALLOC_FAILURE_NFIELDS] = {
        [KERNEL_ALLOC_FAILURE_REPORT] = value_int(1),
        [KERNEL_ALLOC_FAILURE_FORM] = value_z("page"),
        [KERNEL_ALLOC_FAILURE_ORDER] = value_int(ask->order),
        [KERNEL_ALLOC_FAILURE_FLAGS] = value_z(ask->flags),
        [KERNEL_ALLOC_FAILURE_CAN_SLEEP] = value_bool(ask->can_sleep),
        [KERNEL_ALLOC_FAILURE_ATOMIC] = value_bool(ask->atomic),
        [KERNEL_ALLOC_FAILURE_MOVABLE] = value_bool(ask->movable),
        [KERNEL_ALLOC_FAILURE_ZONE] = value_z(ask->zone),
        [KERNEL_ALLOC_FAILURE_KERNEL] = value_z(ask->kernel),
        [KERNEL_ALLOC_FAILURE_MEMS_ALLOWED] = value_z(ask->mems_allowed),
    };

    rig_put(rig, &kind_KERNEL_ALLOC_FAILURE, v);
}

static void put_oom(struct rig *rig, const struct ask *ask)
{
    const struct value v[KERNEL_OOM_NFIELDS] = {
        [KERNEL_OOM_REPORT] = value_int(1),
        [KERNEL_OOM_ORDER] = value_int(ask->order),
        [KERNEL_OOM_FLAGS] = value_z(ask->flags),
        [KERNEL_OOM_CAN_SLEEP] = value_bool(ask->can_sleep),
        [KERNEL_OOM_MOVABLE] = value_bool(ask->movable),
        [KERNEL_OOM_ZONE] = value_z(ask->zone),
        [KERNEL_OOM_KERNEL] = value_z(ask->kernel),
        [KERNEL_OOM_MEMS_ALLOWED] = value_z(ask->mems_allowed),
        [KERNEL_OOM_NODEMASK] = value_z(ask->nodemask),
    };

    rig_put(rig, &kind_KERNEL_OOM, v);
}

struct row {
    const char *name, *class;
    struct ask ask;
    struct zone zones[4];
};

#define KERNEL_REQUEST(VERSION, ORDER)                                                             \
    {                                                                                              \
        .kernel = VERSION, .flags = "GFP_KERNEL", .zone = "Normal", .order = ORDER,                \
        .can_sleep = true                                                                          \
    }
#define ATOMIC_REQUEST(VERSION, ORDER)                                                             \
    {                                                                                              \
        .kernel = VERSION, .flags = "GFP_ATOMIC", .zone = "Normal", .order = ORDER, .atomic = true \
    }
#define OOM_REQUEST(VERSION, ORDER)                                                                \
    {                                                                                              \
        .kernel = VERSION, .flags = "GFP_HIGHUSER_MOVABLE", .zone = "Movable", .order = ORDER,     \
        .can_sleep = true, .movable = true, .oom = true                                            \
    }

/* clang-format off: tables */
static const struct row rows[] = {
    /* The mark itself is not enough: f <= mark fails, one page more passes. */
    { "at the mark", "exhausted", KERNEL_REQUEST("4.18.0", 0),
            { { "Normal", .free = 1000, .min = 1000 } } },
    { "one above", "passes", KERNEL_REQUEST("4.18.0", 0),
            { { "Normal", .free = 1001, .min = 1000 } } },
    /* GFP_ATOMIC: 1000 - 500 - 125 = 375. */
    { "atomic at its share", "atomic-reserve", ATOMIC_REQUEST("4.18.0", 0),
            { { "Normal", .free = 375, .min = 1000 } } },
    { "atomic above its share", "passes", ATOMIC_REQUEST("4.18.0", 0),
            { { "Normal", .free = 376, .min = 1000 } } },
    /* GFP_NOWAIT: up to 4.3 who cannot wait goes down to 750, later it has no privilege. */
    { "nowait 3.10", "passes", { .kernel = "3.10.0", .flags = "GFP_NOWAIT", .zone = "Normal" },
            { { "Normal", .free = 751, .min = 1000 } } },
    { "nowait 4.18", "atomic-reserve",
            { .kernel = "4.18.0", .flags = "GFP_NOWAIT", .zone = "Normal" },
            { { "Normal", .free = 751, .min = 1000 } } },
    /* An OOM compares with high, without privileges: above min is no argument. */
    { "oom between min and high", "exhausted", OOM_REQUEST("5.4.0", 0),
            { { "Normal", .free = 1200, .min = 1000, .high = 1500 } } },
    { "oom above high", "passes", OOM_REQUEST("5.4.0", 0),
            { { "Normal", .free = 1501, .min = 1000, .high = 1500 } } },
    /* lowmem_reserve by the request's highest zone: DMA DMA32 Normal Movable = index 2 and 3. */
    { "reserve of normal", "exhausted", KERNEL_REQUEST("5.4.0", 0),
            { { "DMA", .free = 3900, .min = 20, .protection = "0 2700 15800 15800" },
                    { "Normal", .free = 900, .min = 1000, .protection = "0 0 0 0" } } },
    { "reserve of dma32 only", "passes",
            { .kernel = "5.4.0", .flags = "GFP_DMA32", .zone = "DMA32", .can_sleep = true },
            { { "DMA", .free = 3900, .min = 20, .protection = "0 2700 15800 15800" } } },
    /* 32-bit: DMA Normal HighMem Movable, so Normal is index 1 there: 300 + 20 < 400. */
    { "32-bit index", "passes", KERNEL_REQUEST("4.4.0", 0),
            { { "DMA", .free = 400, .min = 20, .protection = "0 300 2000 2000" },
                    { "Normal", .free = 100, .min = 200, .protection = "0 0 9000 9000" },
                    { "HighMem", .free = 5, .min = 10, .protection = "0 0 0 0" } } },
    /* Order 1, up to 4.3: usable 449 - 400 single pages = 49, mark 100 / 2 = 50. */
    { "old order 1 short by two", "fragmentation", KERNEL_REQUEST("3.10.0", 1),
            { { "Normal", .free = 450, .min = 100, .buddy = "400 25" } } },
    { "old order 1 passes", "passes", KERNEL_REQUEST("3.10.0", 1),
            { { "Normal", .free = 452, .min = 100, .buddy = "400 26" } } },
    /* The same zone under 4.4: one block of two pages is enough. */
    { "new order 1", "passes", KERNEL_REQUEST("4.4.0", 1),
            { { "Normal", .free = 450, .min = 100, .buddy = "400:U 25:M" } } },
    { "new order 2", "fragmentation", KERNEL_REQUEST("4.4.0", 2),
            { { "Normal", .free = 453, .min = 100, .buddy = "400:U 25:M 0 0" } } },
    /* Blocks under C are for movable requests, under H for atomic ones. */
    { "only CMA block", "fragmentation", KERNEL_REQUEST("5.4.0", 2),
            { { "Normal", .free = 453, .min = 100, .buddy = "400:U 25:M 1:C" } } },
    { "CMA block, movable", "passes",
            { .kernel = "5.4.0",
                    .zone = "Movable",
                    .order = 2,
                    .can_sleep = true,
                    .movable = true },
            { { "Normal", .free = 453, .min = 100, .buddy = "400:U 25:M 1:C" } } },
    { "highatomic block, atomic", "passes", ATOMIC_REQUEST("5.4.0", 2),
            { { "Normal", .free = 453, .min = 100, .buddy = "400:U 25:M 1:H" } } },
    { "highatomic block, not atomic", "fragmentation", KERNEL_REQUEST("5.4.0", 2),
            { { "Normal", .free = 457, .min = 100, .buddy = "400:U 25:M 1:H" } } },
    /* 9000 free, 8900 CMA: 100 usable. Before 3.7 CMA counts for everybody. */
    { "free is CMA", "cma-only-free", KERNEL_REQUEST("3.10.0", 0),
            { { "Normal", .free = 9000, .min = 800, .cma = 8900 } } },
    { "CMA before 3.7", "passes", KERNEL_REQUEST("3.4.0", 0),
            { { "Normal", .free = 9000, .min = 800, .cma = 8900 } } },
    { "CMA and movable", "passes",
            { .kernel = "3.10.0", .zone = "Movable", .can_sleep = true, .movable = true },
            { { "Normal", .free = 9000, .min = 800, .cma = 8900 } } },
    { "free is highatomic", "reserve-only-free", KERNEL_REQUEST("5.4.0", 0),
            { { "Normal", .free = 2400, .min = 1800, .highatomic = 2300 } } },
    { "highatomic told by letters", "reserve-only-free", KERNEL_REQUEST("4.14.0", 0),
            { { "Normal", .free = 2400, .min = 1800, .buddy = "100:U 50:H 550:H" } } },
    /* Nodes: a cpuset binds who can wait, a memory policy binds all. */
    { "other node is free", "exhausted",
            { .kernel = "5.4.0", .zone = "Normal", .can_sleep = true, .mems_allowed = "1" },
            { { "Normal", .node = 0, .free = 90000, .min = 1000 },
                    { "Normal", .node = 1, .free = 900, .min = 1000 } } },
    { "atomic leaves the cpuset", "passes",
            { .kernel = "5.4.0", .zone = "Normal", .atomic = true, .mems_allowed = "1" },
            { { "Normal", .node = 0, .free = 90000, .min = 1000 },
                    { "Normal", .node = 1, .free = 300, .min = 1000 } } },
    { "policy", "exhausted",
            { .kernel = "5.4.0",
                    .zone = "Movable",
                    .can_sleep = true,
                    .movable = true,
                    .oom = true,
                    .nodemask = "0-1,3" },
            { { "Normal", .node = 2, .free = 90000, .min = 1000, .high = 1500 },
                    { "Normal", .node = 3, .free = 900, .min = 1000, .high = 1500 } } },
    /* A zone that the machine does not have is served by the next lower one, with its mark. */
    { "no Normal, DMA32 is free", "passes", KERNEL_REQUEST("5.8.0", 0),
            { { "DMA", .free = 10, .min = 20 }, { "DMA32", .free = 1001, .min = 1000 } } },
    { "no Normal, DMA32 at the mark", "exhausted", KERNEL_REQUEST("5.8.0", 0),
            { { "DMA", .free = 10, .min = 20 }, { "DMA32", .free = 1000, .min = 1000 } } },
    { "no zone on the node", "no-zone", KERNEL_REQUEST("5.8.0", 0),
            { { "Movable", .free = 90000, .min = 1000 } } },
    { "zone without memory", "no-zone", { .kernel = "6.1.0", .zone = "DMA", .can_sleep = true },
            { { "DMA", .free = 0, .min = 0, .managed = -1 } } },
    { "high memory is free", "lowmem", KERNEL_REQUEST("4.4.0", 0),
            { { "Normal", .free = 100, .min = 200, .protection = "0 0 9000 9000" },
                    { "HighMem", .free = 250000, .min = 10, .protection = "0 0 0 0" } } },
    { "Device is nobody's", "exhausted", OOM_REQUEST("5.4.0", 0),
            { { "Device", .free = 90000, .min = 0, .high = 0 },
                    { "Normal", .free = 900, .min = 1000, .high = 1500 } } },
    /* Unknown kernel: a small mask without the bits of 5.1 is an old one. */
    { "bulk of zones", "passes", KERNEL_REQUEST("5.4.0", 0),
            { { "DMA", .free = 10, .min = 20 }, { "DMA32", .free = 10, .min = 20 },
                    { "Normal", .free = 30, .min = 20 } } },
};
/* clang-format on */

static void test_rows(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct rig rig;
        str got;

        rig_start(&rig);
        if (rows[i].ask.oom)
            put_oom(&rig, &rows[i].ask);
        else
            put_failure(&rig, &rows[i].ask);
        for (size_t k = 0; k < 4 && rows[i].zones[k].name != NULL; k++)
            put_zone(&rig, &rows[i].zones[k]);
        correlator_alloc_verdict.run(&rig.c);
        got = text_of(rig_get(&rig, &kind_ALLOC_VERDICT, 0), ALLOC_VERDICT_CLASS);
        if (!str_eq(got, str_z(rows[i].class)))
            fail_msg("%s: %.*s, want %s", rows[i].name, STR_ARG(got), rows[i].class);
        want_bool(rig_get(&rig, &kind_ALLOC_VERDICT, 0), ALLOC_VERDICT_SURE, true);
        rig_stop(&rig);
    }
}

/* 3316 kB = 829 pages free, min 3756 kB = 939 pages, atomic: 939 - 469 = 470, - 117 = 353; CMA takes
 * 500 of the 829. The sentence must carry exactly these. */
static void test_explanation(void **state)
{
    struct ask ask = ATOMIC_REQUEST("5.4.0", 0);
    struct zone zone = { "Normal", .node = 2, .free = 829, .min = 939, .cma = 500 };
    const struct fact *v;
    struct rig rig;

    (void)state;
    rig_start(&rig);
    put_failure(&rig, &ask);
    put_zone(&rig, &zone);
    correlator_alloc_verdict.run(&rig.c);
    v = rig_get(&rig, &kind_ALLOC_VERDICT, 0);
    want_text(v, ALLOC_VERDICT_CLASS, "cma-only-free");
    want_text(v, ALLOC_VERDICT_ZONE, "Normal");
    want_int(v, ALLOC_VERDICT_NODE, 2);
    want_int(v, ALLOC_VERDICT_FREE, 829 * P);
    want_int(v, ALLOC_VERDICT_MARK, 353 * P);
    want_int(v, ALLOC_VERDICT_USABLE, 329 * P);
    want_text(v, ALLOC_VERDICT_EXPLANATION,
            "Normal: 3316 kB free (1316 kB of it usable), 1412 kB kept back (min 3756 kB, this "
            "caller may go down to 1412 kB, lowmem reserve 0 kB); 2000 kB of the free memory is "
            "CMA, which only movable requests may use");
    rig_stop(&rig);
}

/* min 1500 holds a boost of 700: 900 free fails, 800 would have been the true mark. */
static void test_boost(void **state)
{
    struct ask ask = KERNEL_REQUEST("5.16.0", 0);
    struct zone zone = { "Normal", .free = 900, .min = 1500, .boost = 700 };
    struct rig rig;

    (void)state;
    rig_start(&rig);
    put_failure(&rig, &ask);
    put_zone(&rig, &zone);
    correlator_alloc_verdict.run(&rig.c);
    want_text(rig_get(&rig, &kind_ALLOC_VERDICT, 0), ALLOC_VERDICT_CLASS, "exhausted");
    want_int(rig_get(&rig, &kind_ALLOC_VERDICT, 0), ALLOC_VERDICT_BOOST, 700 * P);
    rig_stop(&rig);
}

/* 16 GiB: the default is 4 * sqrt(16777216) = 16384 kB; four times that is 65536 kB. With 45 MB set,
 * twice that wins. On 512 MiB of low memory 5 % = 26214 kB caps. */
static void test_recommended(void **state)
{
    static const struct {
        int64_t total_kb, high_kb, min_kb, want_kb;
    } table[] = {
        { 16777216, 0, 10240, 65536 },
        { 16777216, 0, 46080, 92160 },
        { 4194304, 3670016, 10240, 20480 },
        { 4194304, 3670016, 20480, 26214 },
        { 4194304, 3670016, 30720, 0 },
        { 268435456, 0, 786432, 1048576 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        struct ask ask = KERNEL_REQUEST("5.4.0", 0);
        struct zone zone = { "Normal", .free = 1, .min = table[i].min_kb / 4 };
        const struct value m[KERNEL_MEMORY_NFIELDS] = {
            [KERNEL_MEMORY_REPORT] = value_int(1),
            [KERNEL_MEMORY_TOTAL] = value_int(table[i].total_kb * 1024),
            [KERNEL_MEMORY_HIGHMEM] = value_int(table[i].high_kb * 1024),
        };
        struct rig rig;
        const struct fact *v;

        rig_start(&rig);
        put_failure(&rig, &ask);
        rig_put(&rig, &kind_KERNEL_MEMORY, m);
        put_zone(&rig, &zone);
        correlator_alloc_verdict.run(&rig.c);
        v = rig_get(&rig, &kind_ALLOC_VERDICT, 0);
        want_bool(v, ALLOC_VERDICT_NARROW, table[i].high_kb != 0);
        want_int(v, ALLOC_VERDICT_KERNEL, 5004);
        want_int(v, ALLOC_VERDICT_BYTES, 4096);
        if (table[i].want_kb != 0) {
            want_int(v, ALLOC_VERDICT_MIN_FREE_RECOMMENDED, table[i].want_kb * 1024);
            want_int(v, ALLOC_VERDICT_MIN_FREE_COST, (table[i].want_kb - table[i].min_kb) * 1024);
        } else {
            want_absent(v, ALLOC_VERDICT_MIN_FREE_RECOMMENDED);
            want_absent(v, ALLOC_VERDICT_MIN_FREE_COST);
        }
        rig_stop(&rig);
    }
}

/* Without zone lines nothing is sure, and what mask and trace cannot tell stays undecided. */
static void test_without_zones(void **state)
{
    static const struct {
        const char *class, *form, *trace, *cache;
        int order;
        bool can_sleep, network;
        int64_t size;
    } table[] = {
        { "atomic-reserve", "page", "x", NULL, 0, false, false, -1 },
        { "atomic-reserve", "page", "x", NULL, 1, false, true, -1 },
        { "undecided", "page", "x", NULL, 3, false, false, -1 },
        { "exhausted", "page", "x", NULL, 0, true, false, -1 },
        { "undecided", "page", "x", NULL, 2, true, false, -1 },
        { "fragmentation", "page", "a __alloc_pages_direct_compact b", NULL, 2, true, false, -1 },
        { "fragmentation", "page", "x", NULL, 5, true, false, -1 },
        { "kmem-limit", "slub", "x", "dentry(158:abc)", 1, true, false, -1 },
        { "atomic-reserve", "slub", "x", "kmalloc-256", 0, false, false, -1 },
        { "bad-size", "vmalloc", "x", NULL, 0, true, false, 0 },
        { "bad-size", "vmalloc", "x", NULL, 0, true, false, 17180000000 },
        { "exhausted", "vmalloc", "x", NULL, 0, true, false, 1000000 },
        { "stall", "stall", "x", NULL, 0, true, false, -1 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        struct value v[KERNEL_ALLOC_FAILURE_NFIELDS] = {
            [KERNEL_ALLOC_FAILURE_REPORT] = value_int(1),
            [KERNEL_ALLOC_FAILURE_FORM] = value_z(table[i].form),
            [KERNEL_ALLOC_FAILURE_TRACE] = value_z(table[i].trace),
            [KERNEL_ALLOC_FAILURE_CACHE] = value_z(table[i].cache),
            [KERNEL_ALLOC_FAILURE_ORDER] = value_int(table[i].order),
            [KERNEL_ALLOC_FAILURE_CAN_SLEEP] = value_bool(table[i].can_sleep),
            [KERNEL_ALLOC_FAILURE_NETWORK] = value_bool(table[i].network),
            [KERNEL_ALLOC_FAILURE_ZONE] = value_z("Normal"),
        };
        struct rig rig;
        str got;

        if (table[i].size >= 0)
            v[KERNEL_ALLOC_FAILURE_SIZE] = value_int(table[i].size);
        rig_start(&rig);
        rig_put(&rig, &kind_KERNEL_ALLOC_FAILURE, v);
        correlator_alloc_verdict.run(&rig.c);
        got = text_of(rig_get(&rig, &kind_ALLOC_VERDICT, 0), ALLOC_VERDICT_CLASS);
        if (!str_eq(got, str_z(table[i].class)))
            fail_msg("row %zu: %.*s, want %s", i, STR_ARG(got), table[i].class);
        want_absent(rig_get(&rig, &kind_ALLOC_VERDICT, 0), ALLOC_VERDICT_ZONE);
        rig_stop(&rig);
    }
}

/* Four pages are 16 kB where nothing tells the page size, 256 kB where the free lists begin with 64 kB. */
static void test_page_size(void **state)
{
    static const int64_t pages[] = { 0, 65536 }, bytes[] = { 16384, 262144 };

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        const struct ask ask = KERNEL_REQUEST("5.4.0", 2);
        const struct value memory[KERNEL_MEMORY_NFIELDS] = {
            [KERNEL_MEMORY_REPORT] = value_int(1),
            [KERNEL_MEMORY_PAGE_SIZE] = pages[i] != 0 ? value_int(pages[i]) : value_none(),
        };
        struct rig rig;

        rig_start(&rig);
        put_failure(&rig, &ask);
        rig_put(&rig, &kind_KERNEL_MEMORY, memory);
        correlator_alloc_verdict.run(&rig.c);
        want_int(rig_get(&rig, &kind_ALLOC_VERDICT, 0), ALLOC_VERDICT_BYTES, bytes[i]);
        rig_stop(&rig);
    }
}

/* Zones of another report, or of the same number in another member, do not count. */
static void test_reports_apart(void **state)
{
    struct ask ask = KERNEL_REQUEST("5.4.0", 0);
    struct zone full = { "Normal", .free = 900, .min = 1000 };
    struct zone free = { "Normal", .free = 90000, .min = 1000 };
    struct rig rig;

    (void)state;
    rig_start(&rig);
    put_failure(&rig, &ask);
    put_zone(&rig, &full);
    rig.member = 2;
    put_zone(&rig, &free);
    put_failure(&rig, &ask);
    correlator_alloc_verdict.run(&rig.c);
    assert_int_equal(rig_count(&rig, &kind_ALLOC_VERDICT), 2);
    want_text(rig_get(&rig, &kind_ALLOC_VERDICT, 0), ALLOC_VERDICT_CLASS, "exhausted");
    want_text(rig_get(&rig, &kind_ALLOC_VERDICT, 1), ALLOC_VERDICT_CLASS, "passes");
    rig_stop(&rig);
}

/* A kill by hand and one without zones are no allocation verdicts; a known fallback is named. */
static void test_not_judged(void **state)
{
    struct ask by_hand = OOM_REQUEST("5.4.0", -1), bare = OOM_REQUEST("5.4.0", 0);
    struct zone zone = { "Normal", .free = 900, .min = 1000, .high = 1500 };
    const struct value v[KERNEL_ALLOC_FAILURE_NFIELDS] = {
        [KERNEL_ALLOC_FAILURE_REPORT] = value_int(3),
        [KERNEL_ALLOC_FAILURE_FORM] = value_z("page"),
        [KERNEL_ALLOC_FAILURE_TRACE] = value_z("__alloc_pages atomic_pool_expand do_one_initcall"),
    };
    struct rig rig;

    (void)state;
    rig_start(&rig);
    put_oom(&rig, &by_hand);
    put_zone(&rig, &zone);
    rig.member = 2;
    put_oom(&rig, &bare);
    rig_put(&rig, &kind_KERNEL_ALLOC_FAILURE, v);
    correlator_alloc_verdict.run(&rig.c);
    assert_int_equal(rig_count(&rig, &kind_ALLOC_VERDICT), 1);
    want_text(rig_get(&rig, &kind_ALLOC_VERDICT, 0), ALLOC_VERDICT_CLASS, "undecided");
    want_text(rig_get(&rig, &kind_ALLOC_VERDICT, 0), ALLOC_VERDICT_FALLBACK, "atomic_pool_expand");
    rig_stop(&rig);
}

/* A report cut down to its free lists: the lists alone decide, and only about blocks. */
static void test_lists_only(void **state)
{
    static const struct {
        const char *buddy, *class;
    } table[] = { { "900:U 40:M 0 0", "fragmentation" }, { "900:U 40:M 1:M 0", "undecided" } };

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct ask ask = OOM_REQUEST("4.7.0", 2);
        const struct value zone[KERNEL_ZONE_NFIELDS] = {
            [KERNEL_ZONE_REPORT] = value_int(1),
            [KERNEL_ZONE_ZONE] = value_z("Normal"),
            [KERNEL_ZONE_BUDDY] = value_z(table[i].buddy),
        };
        struct rig rig;

        rig_start(&rig);
        put_oom(&rig, &ask);
        rig_put(&rig, &kind_KERNEL_ZONE, zone);
        correlator_alloc_verdict.run(&rig.c);
        want_text(rig_get(&rig, &kind_ALLOC_VERDICT, 0), ALLOC_VERDICT_CLASS, table[i].class);
        rig_stop(&rig);
    }
}

/* Zones without a header: judged as a plain request, never surely. */
static void test_headless(void **state)
{
    const struct zone zone = { "Normal", .free = 2400, .min = 1800, .buddy = "100:U 50:H 550:H" };
    struct rig rig;

    (void)state;
    rig_start(&rig);
    put_zone(&rig, &zone);
    correlator_alloc_verdict.run(&rig.c);
    want_text(rig_get(&rig, &kind_ALLOC_VERDICT, 0), ALLOC_VERDICT_CLASS, "reserve-only-free");
    want_bool(rig_get(&rig, &kind_ALLOC_VERDICT, 0), ALLOC_VERDICT_SURE, false);
    rig_stop(&rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lists_only),
        cmocka_unit_test(test_headless),
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_explanation),
        cmocka_unit_test(test_boost),
        cmocka_unit_test(test_recommended),
        cmocka_unit_test(test_without_zones),
        cmocka_unit_test(test_page_size),
        cmocka_unit_test(test_reports_apart),
        cmocka_unit_test(test_not_judged),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
