/* SPDX-License-Identifier: Apache-2.0 */
#include "trend.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { EXACT = 10, EXACT_PAIRS = EXACT * (EXACT - 1) / 2 };

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

double trend_median(double *v, size_t n)
{
    qsort(v, n, sizeof(*v), compare);
    return n % 2 != 0 ? v[n / 2] : v[n / 2 - 1] + (v[n / 2] - v[n / 2 - 1]) / 2;
}

/* First and last are kept. Returns the number of points left in to. */
static size_t thin(double *to, const double *from, size_t n)
{
    if (n <= TREND_POINTS) {
        memcpy(to, from, n * sizeof(*to));
        return n;
    }
    for (size_t i = 0; i < TREND_POINTS; i++)
        to[i] = from[i * (n - 1) / (TREND_POINTS - 1)];
    return TREND_POINTS;
}

double trend_slope(const double *xs, const double *ys, size_t n)
{
    double x[TREND_POINTS], y[TREND_POINTS], median;
    double *slopes;
    size_t used = 0, points = thin(x, xs, n);

    (void)thin(y, ys, n);
    if (points < 2)
        return NAN;
    slopes = malloc(points * (points - 1) / 2 * sizeof(*slopes));
    if (slopes == NULL)
        abort();
    for (size_t i = 0; i < points; i++) {
        for (size_t k = i + 1; k < points; k++) {
            if (x[k] != x[i])
                slopes[used++] = (y[k] - y[i]) / (x[k] - x[i]);
        }
    }
    median = used != 0 ? trend_median(slopes, used) : NAN;
    free(slopes);
    return median;
}

/*
 * Of all n! orders, the share with at most `inversions` pairs that fall. counts[k] = number of
 * orders with k falling pairs, grown one value at a time: a new largest value can stand before 0 to
 * i - 1 of the others. 10! is exact in a double.
 */
static double share_of_orders(size_t n, int64_t inversions)
{
    double counts[EXACT_PAIRS + 1] = { 1 }, next[EXACT_PAIRS + 1], sum = 0, orders = 1;

    for (size_t i = 2; i <= n; i++) {
        for (size_t k = 0; k <= EXACT_PAIRS; k++) {
            next[k] = 0;
            for (size_t down = 0; down < i && down <= k; down++)
                next[k] += counts[k - down];
        }
        memcpy(counts, next, sizeof(counts));
        orders *= (double)i;
    }
    for (int64_t k = 0; k <= inversions && k <= EXACT_PAIRS; k++)
        sum += counts[k];
    return sum / orders;
}

double trend_rising(const double *ys, size_t total)
{
    double y[TREND_POINTS], sorted[TREND_POINTS], ties = 0, variance, z;
    size_t n = thin(y, ys, total);
    int64_t s = 0;

    for (size_t i = 0; i < n; i++) {
        for (size_t k = i + 1; k < n; k++)
            s += (y[k] > y[i]) - (y[k] < y[i]);
    }
    memcpy(sorted, y, n * sizeof(*y));
    qsort(sorted, n, sizeof(*sorted), compare);
    for (size_t i = 0, same; i < n; i += same) {
        for (same = 1; i + same < n && sorted[i + same] == sorted[i]; same++)
            ;
        ties += (double)same * (double)(same - 1) * (double)(2 * same + 5);
    }
    if (ties == 0 && n <= EXACT)
        return share_of_orders(n, ((int64_t)(n * (n - 1) / 2) - s) / 2);
    variance = ((double)n * (double)(n - 1) * (double)(2 * n + 5) - ties) / 18;
    if (variance <= 0)
        return 1; /* all the same */
    z = (double)(s > 0 ? s - 1 : s < 0 ? s + 1 : 0) / sqrt(variance);
    return 0.5 * erfc(z / sqrt(2));
}
