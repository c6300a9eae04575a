/* SPDX-License-Identifier: Apache-2.0 */
/* arena: memory that is used again must look like new, whatever sizes were asked for before. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "arena.h"

static void want_zero(const char *p, size_t n)
{
    for (size_t i = 0; i < n; i++)
        assert_int_equal(p[i], 0);
}

/* Catches: a block that still holds what the last use wrote, blocks that overlap, odd addresses. */
static void test_again(void **state)
{
    static const size_t sizes[] = { 1, 3, 5000, 17, 70000, 64, 2000000, 1 };
    enum { SIZES = sizeof(sizes) / sizeof(sizes[0]) };
    char *blocks[SIZES];
    struct arena a;

    (void)state;
    arena_init(&a, 0);
    for (int round = 0; round < 4; round++) {
        for (size_t i = 0; i < SIZES; i++) {
            blocks[i] = arena_alloc(&a, sizes[i]);
            assert_int_equal((uintptr_t)blocks[i] % _Alignof(max_align_t), 0);
            want_zero(blocks[i], sizes[i]);
            memset(blocks[i], (int)i + 1, sizes[i]);
        }
        for (size_t i = 0; i < SIZES; i++) {
            assert_int_equal(blocks[i][0], i + 1);
            assert_int_equal(blocks[i][sizes[i] - 1], i + 1);
        }
        arena_reset(&a);
        assert_int_equal(a.used, 0);
    }
    arena_finish(&a);
}

/* Catches: pages that are fetched anew for every member. The second use fills one page, the third
 * must find it. */
static void test_page_stays(void **state)
{
    struct arena a;
    char *second = NULL, *third = NULL;

    (void)state;
    arena_init(&a, 0);
    for (int round = 0; round < 3; round++) {
        char *first = arena_buffer(&a, 3000);

        (void)arena_buffer(&a, 100000);
        (void)arena_buffer(&a, 200000);
        if (round == 1)
            second = first;
        third = first;
        arena_reset(&a);
    }
    assert_ptr_equal(second, third);
    arena_finish(&a);
}

/* Catches: a budget that counts what was given back, or that an overflow gets around. */
static void test_budget(void **state)
{
    struct arena a;

    (void)state;
    arena_init(&a, 10000);
    assert_non_null(arena_try(&a, 9000));
    assert_null(arena_try(&a, 9000));
    assert_null(arena_try(&a, SIZE_MAX - 8));
    arena_reset(&a);
    assert_non_null(arena_try(&a, 9000));
    arena_finish(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_again),
        cmocka_unit_test(test_page_stays),
        cmocka_unit_test(test_budget),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
