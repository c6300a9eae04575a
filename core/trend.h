/* SPDX-License-Identifier: Apache-2.0 */
/* trend: does a series of values grow, and how fast. */
#pragma once

#include <stddef.h>

/* More points than this are thinned out evenly: both methods look at every pair. */
enum { TREND_POINTS = 256 };

/* The middle one; the mean of the middle two for an even n. Sorts v. n > 0. */
double trend_median(double *v, size_t n);
/*
 * Theil-Sen: the median of the slopes between all pairs of points at different x. Not a number when
 * there is no such pair.
 */
double trend_slope(const double *x, const double *y, size_t n);
/*
 * Mann-Kendall, one-sided: how likely values in random order would rise at least as much as these.
 * Exact for up to ten different values, else the normal approximation with ties corrected. n > 2.
 */
double trend_rising(const double *y, size_t n);
