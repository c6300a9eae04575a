/* SPDX-License-Identifier: Apache-2.0 */
/* Medians, Theil and Sen's slope, Mann and Kendall's probability on series worked out by hand. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "trend.h"

static void near(double got, double want, double within)
{
    if (!(fabs(got - want) <= within))
        fail_msg("%.12g, want %.12g", got, want);
}

static void test_median(void **state)
{
    double one[] = { 7 }, odd[] = { 9, 1, 4 }, even[] = { 8, 1, 3, 100 };

    (void)state;
    near(trend_median(one, 1), 7, 0);
    near(trend_median(odd, 3), 4, 0);
    near(trend_median(even, 4), 5.5, 0); /* of 3 and 8 */
}

/* Pairs of (0,1) (1,3) (2,2): 2, 1/2, -1. Two points at one x have no slope. */
static void test_slope(void **state)
{
    static const double x[] = { 0, 1, 2 }, y[] = { 1, 3, 2 }, same[] = { 5, 5, 5 };
    static const double twice[] = { 0, 0, 1 }, z[] = { 10, 14, 20 };
    double far[300], line[300];

    (void)state;
    near(trend_slope(x, y, 3), 0.5, 0);
    near(trend_slope(x, y, 2), 2, 0);
    near(trend_slope(x, same, 3), 0, 0);
    near(trend_slope(twice, z, 3), 8, 0); /* of 10 and 6 */
    assert_true(isnan(trend_slope(same, y, 3)));
    assert_true(isnan(trend_slope(x, y, 1)));
    assert_true(isnan(trend_slope(x, y, 0)));
    /* More points than are looked at: a line stays one, and one wild point does not tilt it. */
    for (size_t i = 0; i < 300; i++) {
        far[i] = (double)i;
        line[i] = 3 * (double)i;
    }
    line[150] = 1e9;
    near(trend_slope(far, line, 300), 3, 1e-9);
}

/*
 * In order: 1 of n! orders. 1 1 2 3: five pairs rise, one is level; the variance is (4 x 3 x 13 - 2 x
 * 1 x 9) / 18 = 7.667, z = (5 - 1) / 2.769 = 1.4446. Eleven in order: z = (55 - 1) / sqrt(165) = 4.204.
 */
static void test_rising(void **state)
{
    static const double up[] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 };
    static const double down[] = { 3, 2, 1 }, level[] = { 4, 4, 4, 4 }, tied[] = { 1, 1, 2, 3 };

    (void)state;
    near(trend_rising(up, 3), 1.0 / 6, 1e-12);
    near(trend_rising(up, 4), 1.0 / 24, 1e-12);
    near(trend_rising(up, 10), 1.0 / 3628800, 1e-15);
    near(trend_rising(up, 11), 0.5 * erfc(54 / sqrt(165) / sqrt(2)), 1e-12);
    near(trend_rising(down, 3), 1, 0);
    near(trend_rising(level, 4), 1, 0);
    near(trend_rising(tied, 4), 0.0743, 0.0001);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_median),
        cmocka_unit_test(test_slope),
        cmocka_unit_test(test_rising),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
