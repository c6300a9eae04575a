/* SPDX-License-Identifier: Apache-2.0 */
/* pool_limits: hosts in, limits out. Sizes in MB. */
#include "correlate_rig.h"

extern const struct correlator correlator_pool_limits;

static const int64_t MB = 1024 * 1024;

enum { NO = 0, YES = 1, UNKNOWN = 2 };

static void put_host(struct rig *rig, const char *product, const char *version, const char *arch,
        int64_t ram, int three_gb)
{
    struct value v[HOST_NFIELDS] = {
        [HOST_OS] = value_z("windows"),
        [HOST_PRODUCT] = value_z(product),
        [HOST_VERSION] = value_z(version),
        [HOST_ARCH] = value_z(arch),
    };

    if (ram != 0)
        v[HOST_RAM] = value_int(ram * MB);
    if (three_gb != UNKNOWN)
        v[HOST_THREE_GB] = value_bool(three_gb == YES);
    rig_put(rig, &kind_HOST, v);
}

static void put_usage(struct rig *rig, const char *pool, int64_t limit)
{
    const struct value v[POOL_USAGE_NFIELDS] = {
        [POOL_USAGE_POOL] = value_z(pool),
        [POOL_USAGE_LIMIT] = value_int(limit * MB),
    };

    rig_put(rig, &kind_POOL_USAGE, v);
}

static const struct {
    const char *product, *version, *arch;
    int64_t ram;
    int three_gb;
    int64_t nonpaged, paged; /* 0 = absent */
} rows[] = {
    { "2003", NULL, "x86", 4096, NO, 256, 530 },
    { "2003", NULL, "x86", 4096, YES, 128, 158 },
    { "2003", NULL, "x86", 4096, UNKNOWN, 256, 530 },
    { "2003", NULL, "x86", 0, NO, 256, 530 },
    { "2003", NULL, "x86", 1024, NO, 208, 530 },
    { "2003", NULL, "x86", 1025, NO, 256, 530 },
    { "xp", NULL, "x86", 2048, NO, 256, 490 },
    { "2000", NULL, "x86", 512, UNKNOWN, 256, 160 },
    { "2003", NULL, "x64", 16000, UNKNOWN, 6400, 131072 },
    { "2003", NULL, "x64", 1000000, UNKNOWN, 131072, 131072 },
    { "2008", NULL, "x86", 2000, NO, 1500, 2048 },
    { "2008", NULL, "x86", 4096, NO, 2048, 2048 },
    { "2008", NULL, "x86", 4096, YES, 1024, 1024 },
    { "2008r2", NULL, "x64", 8000, UNKNOWN, 6000, 131072 },
    { "2008r2", NULL, "x64", 0, UNKNOWN, 0, 131072 },
    { "2012", NULL, "x64", 8192, UNKNOWN, 8192, 393216 },
    { "11", NULL, "arm64", 16384, UNKNOWN, 16384, 16252928 },
    { NULL, "5.2.3790", "x86", 4096, NO, 256, 530 },
    { NULL, "10.0", "x64", 4096, NO, 4096, 16252928 },
    { NULL, "5.20", "x86", 4096, NO, 0, 0 },
    { NULL, NULL, "x86", 4096, NO, 0, 0 },
    { "2003", NULL, NULL, 4096, NO, 0, 0 },
    { "beos", NULL, "x86", 4096, NO, 0, 0 },
};

static void test_table(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct fact *v;
        struct rig rig;

        rig_start(&rig);
        put_host(&rig, rows[i].product, rows[i].version, rows[i].arch, rows[i].ram,
                rows[i].three_gb);
        correlator_pool_limits.run(&rig.c);
        v = rig_get(&rig, &kind_LIMIT, 0);
        if (int_or(v, LIMIT_NONPAGED, 0) != rows[i].nonpaged * MB ||
                int_or(v, LIMIT_PAGED, 0) != rows[i].paged * MB)
            fail_msg("row %zu: nonpaged %lld, paged %lld", i,
                    (long long)(int_or(v, LIMIT_NONPAGED, 0) / MB),
                    (long long)(int_or(v, LIMIT_PAGED, 0) / MB));
        assert_true(
                has(v, LIMIT_NONPAGED) == has(v, LIMIT_NONPAGED_SOURCE) || rows[i].nonpaged == 0);
        rig_stop(&rig);
    }
}

/* What !vm states wins, and a conflict with the rule is said; figures beyond the machine are the
 * debugger's error. */
static void test_stated(void **state)
{
    const struct fact *v;
    struct rig rig;

    (void)state;
    rig_start(&rig);
    put_host(&rig, "2008r2", NULL, "x64", 4000, UNKNOWN);
    put_usage(&rig, "nonpaged", 2000);
    put_usage(&rig, "nonpaged", 118000);
    put_usage(&rig, "paged", 131000);
    correlator_pool_limits.run(&rig.c);
    v = rig_get(&rig, &kind_LIMIT, 0);
    want_int(v, LIMIT_NONPAGED, 2000 * MB);
    assert_true(str_has(text_of(v, LIMIT_NONPAGED_SOURCE), STR("the rule would give 3000 MB")));
    want_int(v, LIMIT_PAGED, 131000 * MB);
    want_text(v, LIMIT_PAGED_SOURCE, "the maximum that the evidence itself states");
    rig_stop(&rig);
}

/* The paged pool cannot outgrow the commit limit. */
static void test_commit(void **state)
{
    const struct value m[MEMORY_STATUS_NFIELDS] = {
        [MEMORY_STATUS_SOURCE] = value_z("task-manager"),
        [MEMORY_STATUS_TOTAL] = value_int(8000 * MB),
        [MEMORY_STATUS_COMMIT_LIMIT] = value_int(9000 * MB),
    };
    const struct fact *v;
    struct rig rig;

    (void)state;
    rig_start(&rig);
    put_host(&rig, "2008r2", NULL, "x64", 0, UNKNOWN);
    rig_put(&rig, &kind_MEMORY_STATUS, m);
    correlator_pool_limits.run(&rig.c);
    v = rig_get(&rig, &kind_LIMIT, 0);
    want_int(v, LIMIT_COMMIT, 9000 * MB);
    want_int(v, LIMIT_PAGED, 9000 * MB);
    want_int(v, LIMIT_NONPAGED, 6000 * MB); /* memory as the Task Manager has it */
    rig_stop(&rig);
}

/* Two hosts do not lend each other facts; what belongs to nobody belongs to both. */
static void test_hosts(void **state)
{
    static const str hosts[] = { STR_INIT("A"), STR_INIT("B"), STR_INIT("C") };
    const struct value ram[HOST_NFIELDS] = { [HOST_RAM] = value_int(4000 * MB) };
    const struct fact *second;
    struct rig rig;

    (void)state;
    rig_start(&rig);
    rig.c.hosts = hosts;
    rig.c.nhosts = 3;
    rig_put(&rig, &kind_HOST, ram);
    rig.host = hosts[0];
    put_host(&rig, "2003", NULL, "x86", 0, YES);
    rig.host = hosts[1];
    put_host(&rig, "2008r2", NULL, "x64", 0, NO);
    correlator_pool_limits.run(&rig.c);
    assert_int_equal(rig_count(&rig, &kind_LIMIT), 2);
    want_int(rig_get(&rig, &kind_LIMIT, 0), LIMIT_NONPAGED, 128 * MB);
    second = rig_get(&rig, &kind_LIMIT, 1);
    want_int(second, LIMIT_NONPAGED, 3000 * MB);
    assert_true(second != NULL && str_eq(second->host, hosts[1]));
    rig_stop(&rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_table),
        cmocka_unit_test(test_stated),
        cmocka_unit_test(test_commit),
        cmocka_unit_test(test_hosts),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
