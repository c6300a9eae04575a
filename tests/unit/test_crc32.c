/* SPDX-License-Identifier: Apache-2.0 */
/* The checksum as the standards state it, and its twins over pieces of every length. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "crc32.h"

/* The check value of the catalogues. Catches: another polynomial, a missing inversion, parts that do not add up. */
static void test_known(void **state)
{
    str s = STR("123456789");

    (void)state;
    assert_int_equal(crc32_more(0, STR("")), 0);
    assert_int_equal(crc32_more(0, s), 0xCBF43926);
    assert_int_equal(crc32_more(crc32_more(0, str_slice(s, 0, 4)), str_from(s, 4)), 0xCBF43926);
}

#ifdef __x86_64__
/* Catches: a tail or a lane that is lost, at any length and place. */
static void test_twins(void **state)
{
    unsigned seed = 1;

    (void)state;
    if (!__builtin_cpu_supports("pclmul") || !__builtin_cpu_supports("sse4.1"))
        skip();
    for (size_t n = 0; n < 700; n++) {
        char *p = malloc(n + 1);

        assert_non_null(p);
        for (size_t i = 0; i < n; i++)
            p[i] = (char)((seed = seed * 1664525u + 1013904223u) >> 24);
        for (size_t from = 0; from < 3 && from <= n; from++)
            assert_int_equal(crc32_clmul(seed, (str){ p + from, n - from }),
                    crc32_table(seed, (str){ p + from, n - from }));
        free(p);
    }
}
#endif

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_known),
#ifdef __x86_64__
        cmocka_unit_test(test_twins),
#endif
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
