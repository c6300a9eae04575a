/* SPDX-License-Identifier: Apache-2.0 */
/* pool_attribution: who is asked for, which candidate comes first, whose host it is. */
#include "correlate_rig.h"

extern const struct correlator correlator_pool_attribution;

static void put_tag(struct rig *rig, const char *host, const char *tag, const char *driver)
{
    const struct value v[POOL_TAG_NFIELDS] = {
        [POOL_TAG_TAG] = value_z(tag),
        [POOL_TAG_POOL] = value_z("nonpaged"),
        [POOL_TAG_BYTES] = value_int(1000),
        [POOL_TAG_DRIVER] = value_z(driver),
    };

    rig->host = str_z(host);
    rig_put(rig, &kind_POOL_TAG, v);
}

static void put_file(struct rig *rig, const char *host, const char *driver, const char *tag,
        const char *form, int64_t count)
{
    const struct value v[DRIVER_TAG_NFIELDS] = {
        [DRIVER_TAG_TAG] = value_z(tag),
        [DRIVER_TAG_DRIVER] = value_z(driver),
        [DRIVER_TAG_FORM] = value_z(form),
        [DRIVER_TAG_COUNT] = value_int(count),
        [DRIVER_TAG_VERSION] = value_z("1.2"),
    };

    rig->host = str_z(host);
    rig_put(rig, &kind_DRIVER_TAG, v);
}

static void put_row(struct rig *rig, const char *tag, const char *driver)
{
    const struct value v[POOL_OWNER_NFIELDS] = {
        [POOL_OWNER_TAG] = value_z(tag),
        [POOL_OWNER_DRIVER] = value_z(driver),
        [POOL_OWNER_DESCRIPTION] = value_z("what for"),
    };

    rig->host = (str){ NULL, 0 };
    rig_put(rig, &kind_POOL_OWNER, v);
}

static void want(const struct rig *rig, size_t number, const char *tag, const char *driver,
        const char *source, int64_t rank)
{
    const struct fact *f = rig_get(rig, &kind_POOL_ATTRIBUTION, number);

    want_text(f, POOL_ATTRIBUTION_TAG, tag);
    want_text(f, POOL_ATTRIBUTION_DRIVER, driver);
    want_text(f, POOL_ATTRIBUTION_SOURCE, source);
    want_int(f, POOL_ATTRIBUTION_RANK, rank);
}

/* Nobody asks for what the listing or our table knows; what is asked twice is told once. */
static void test_asked(void **state)
{
    struct rig rig;

    (void)state;
    rig_start(&rig);
    put_tag(&rig, NULL, "Zz1q", "named.sys");
    put_tag(&rig, NULL, "MmSt", NULL);
    put_tag(&rig, NULL, "Zz2q", NULL);
    put_tag(&rig, NULL, "Zz2q", NULL);
    put_tag(&rig, NULL, "Zz3q", NULL);
    put_file(&rig, NULL, "a.sys", "Zz1q", "code", 1);
    put_file(&rig, NULL, "a.sys", "MmSt", "code", 1);
    put_file(&rig, NULL, "a.sys", "Zz2q", "code", 1);
    correlator_pool_attribution.run(&rig.c);
    assert_int_equal(rig_count(&rig, &kind_POOL_ATTRIBUTION), 1);
    want(&rig, 0, "Zz2q", "a.sys", "code", 1);
    want_int(rig_get(&rig, &kind_POOL_ATTRIBUTION, 0), POOL_ATTRIBUTION_CANDIDATES, 1);
    want_text(rig_get(&rig, &kind_POOL_ATTRIBUTION, 0), POOL_ATTRIBUTION_VERSION, "1.2");
    rig_stop(&rig);
}

/* A table's own row, then code by count, then a pattern, then data; three of them are told. */
static void test_order(void **state)
{
    struct rig rig;

    (void)state;
    rig_start(&rig);
    put_file(&rig, NULL, "data.sys", "Zz2q", "data", 9);
    put_row(&rig, "Zz??", "wild.sys");
    put_file(&rig, NULL, "little.sys", "Zz2q", "code", 1);
    put_file(&rig, NULL, "much.sys", "Zz2q", "code", 5);
    put_row(&rig, "Zz2q", "table.sys");
    put_tag(&rig, NULL, "Zz2q", NULL);
    correlator_pool_attribution.run(&rig.c);
    assert_int_equal(rig_count(&rig, &kind_POOL_ATTRIBUTION), 3);
    want(&rig, 0, "Zz2q", "table.sys", "pooltag", 1);
    want(&rig, 1, "Zz2q", "much.sys", "code", 2);
    want(&rig, 2, "Zz2q", "little.sys", "code", 3);
    want_int(rig_get(&rig, &kind_POOL_ATTRIBUTION, 0), POOL_ATTRIBUTION_CANDIDATES, 5);
    rig_stop(&rig);
}

/* The file of the driver that a table names: one candidate, and it stands first. */
static void test_merged(void **state)
{
    struct rig rig;

    (void)state;
    rig_start(&rig);
    put_row(&rig, "Zz2q", "Little");
    put_file(&rig, NULL, "much.sys", "Zz2q", "code", 5);
    put_file(&rig, NULL, "little.SYS", "Zz2q", "code", 1);
    put_file(&rig, NULL, "LITTLE.sys", "Zz2q", "code", 1);
    put_row(&rig, "Zz*", "deep.sys");
    put_row(&rig, "Zz2?", "near.sys");
    put_tag(&rig, NULL, "Zz2q", NULL);
    correlator_pool_attribution.run(&rig.c);
    assert_int_equal(rig_count(&rig, &kind_POOL_ATTRIBUTION), 3);
    want(&rig, 0, "Zz2q", "little.SYS", "code", 1);
    want(&rig, 1, "Zz2q", "much.sys", "code", 2);
    want(&rig, 2, "Zz2q", "near.sys", "pooltag", 3);
    rig_stop(&rig);
}

/* A row without a driver says nothing; a file of another host belongs to that one. */
static void test_hosts(void **state)
{
    struct rig rig;

    (void)state;
    rig_start(&rig);
    put_row(&rig, "Zz2q", NULL);
    put_file(&rig, "B", "b.sys", "Zz2q", "code", 1);
    put_tag(&rig, "A", "Zz2q", NULL);
    put_tag(&rig, "B", "Zz2q", NULL);
    correlator_pool_attribution.run(&rig.c);
    assert_int_equal(rig_count(&rig, &kind_POOL_ATTRIBUTION), 1);
    want(&rig, 0, "Zz2q", "b.sys", "code", 1);
    assert_true(str_eq(rig_get(&rig, &kind_POOL_ATTRIBUTION, 0)->host, STR("B")));
    rig_stop(&rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_asked),
        cmocka_unit_test(test_order),
        cmocka_unit_test(test_merged),
        cmocka_unit_test(test_hosts),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
