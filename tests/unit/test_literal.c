/* SPDX-License-Identifier: Apache-2.0 */
/* literal: which of several strings at and near one place is the one that is told. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "literal.h"

static const struct literal rows[] = {
    { STR_INIT("memory"), 1, false },
    { STR_INIT("memory leak"), 2, false },
    { STR_INIT("out of memory"), 3, false },
    { STR_INIT("quota"), 4, true },
    { STR_INIT("Код ошибки"), 5, false },
};

static struct literals set;

static uint16_t find(str t, size_t from, size_t to, size_t *ret_begin)
{
    struct literal_hit hit;

    if (!literals_find(&set, t, from, to, &hit))
        return 0;
    *ret_begin = hit.begin;
    assert_int_equal(hit.end - hit.begin, hit.literal->text.n);
    return hit.literal->id;
}

/* Catches: the one whose window is met first instead of the one that begins first; the shorter of two. */
static void test_which(void **state)
{
    size_t begin;

    (void)state;
    assert_int_equal(find(STR("run OUT of Memory leak"), 0, 22, &begin), 3);
    assert_int_equal(begin, 4);
    assert_int_equal(find(STR("run OUT of Memory leak"), 5, 22, &begin), 2);
    assert_int_equal(begin, 11);
    assert_int_equal(find(STR("memory memory leak"), 0, 18, &begin), 1);
    assert_int_equal(begin, 0);
    assert_int_equal(find(STR("Код ошибки: 8"), 0, 5, &begin), 5);
    assert_int_equal(find(STR("nothing here"), 0, 12, &begin), 0);
}

/* Catches: a string that begins at `to`; one that begins before it and ends behind not found. */
static void test_range(void **state)
{
    size_t begin;

    (void)state;
    assert_int_equal(find(STR("some memory"), 0, 5, &begin), 0);
    assert_int_equal(find(STR("some memory"), 0, 6, &begin), 1);
    assert_int_equal(begin, 5);
    assert_int_equal(find(STR("some memory"), 6, 11, &begin), 0);
    assert_int_equal(find(STR(""), 0, 0, &begin), 0);
}

/* Catches: a word taken out of a longer one. */
static void test_word(void **state)
{
    size_t begin;

    (void)state;
    assert_int_equal(find(STR("quotas, xquota, quota_2: no"), 0, 27, &begin), 0);
    assert_int_equal(find(STR("quotas of a (Quota)"), 0, 19, &begin), 4);
    assert_int_equal(begin, 13);
    assert_int_equal(find(STR("quota"), 0, 5, &begin), 4);
}

static void test_at(void **state)
{
    struct literal_hit hit;

    (void)state;
    assert_true(literals_at(&set, STR("a memory leak"), 2, &hit));
    assert_int_equal(hit.literal->id, 2);
    assert_false(literals_at(&set, STR("a memory leak"), 1, &hit));
    assert_false(literals_at(&set, STR("a memory leak"), 3, &hit));
}

static int prepare(void **state)
{
    (void)state;
    literals_prepare(&set, rows, sizeof(rows) / sizeof(rows[0]));
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_which),
        cmocka_unit_test(test_range),
        cmocka_unit_test(test_word),
        cmocka_unit_test(test_at),
    };

    return cmocka_run_group_tests(tests, prepare, NULL);
}
