/* SPDX-License-Identifier: Apache-2.0 */
/*
 * series: what is kept of one counter over any number of samples, in a fixed space: the first, the
 * last and the highest sample, minimum and sum, and the means of up to SERIES_POINTS stretches of
 * equal length. When the stretches are used up, neighbours are merged two by two, and each counts
 * twice as many rows from then on.
 *
 * The slope is Theil and Sen's over these means, the significance Mann and Kendall's. Running least
 * squares would need less space still, but there one absurd sample moves the result as far as it
 * likes; here it moves one point of 16 or more. Means see every sample, which points picked from the
 * rows would not.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SERIES_POINTS = 32 };

/* A date in both readings while the order of day and month is open; in ns, the basis is the log's. */
struct row_time {
    int64_t mdy, dmy;
};

struct sample {
    double value;
    struct row_time at;
    uint64_t offset; /* of the cell */
    uint32_t line;
};

struct series {
    double first, low, sum;
    struct row_time since;
    struct sample last, high;
    uint64_t n;
    uint32_t merged; /* samples in the stretch that is being filled */
    uint32_t filling;
    double mean[SERIES_POINTS]; /* not a number where the stretch has no sample */
};

void series_clear(struct series *s);
void series_add(struct series *s, const struct sample *sample, size_t stretch);
/* Stretches 2i and 2i + 1 become stretch i. */
void series_merge(struct series *s);

struct series_trend {
    double slope; /* per second */
    double p;     /* that values in random order would rise as much */
    bool has_slope, has_p;
    /* candidate (one sample), rate (too few to tell), rising, settling (rose, but no longer does),
     * flat, falling: as in pool.trend, which has no settling */
    const char *verdict;
};

/* times: seconds of each stretch. */
struct series_trend series_trend(const struct series *s, const double *times);
