/* SPDX-License-Identifier: Apache-2.0 */
#include "series.h"

#include <math.h>

#include "trend.h"

/* Fewer points than this prove nothing: of four, one order of 24 rises all the way. */
enum { LEAST_POINTS = 4, LEAST_HALVES = 8 };

void series_clear(struct series *s)
{
    *s = (struct series){ 0 };
    for (size_t i = 0; i < SERIES_POINTS; i++)
        s->mean[i] = NAN;
}

void series_add(struct series *s, const struct sample *sample, size_t stretch)
{
    double value = sample->value;

    if (s->n == 0) {
        s->first = s->low = value;
        s->since = sample->at;
        s->high = *sample;
    }
    s->n++;
    s->last = *sample;
    s->sum += value;
    if (value < s->low)
        s->low = value;
    if (value > s->high.value)
        s->high = *sample;
    if (stretch != s->filling || isnan(s->mean[stretch])) {
        s->filling = (uint32_t)stretch;
        s->merged = 0;
        s->mean[stretch] = 0;
    }
    s->merged++;
    s->mean[stretch] += (value - s->mean[stretch]) / s->merged;
}

static double mean_of(double a, double b)
{
    return isnan(a) ? b : isnan(b) ? a : a + (b - a) / 2;
}

void series_merge(struct series *s)
{
    for (size_t i = 0; i < SERIES_POINTS / 2; i++)
        s->mean[i] = mean_of(s->mean[2 * i], s->mean[2 * i + 1]);
    for (size_t i = SERIES_POINTS / 2; i < SERIES_POINTS; i++)
        s->mean[i] = NAN;
    s->filling = SERIES_POINTS;
}

/*
 * Whether it moves all the way: what grew once, when a service started, is no leak. The fitted line
 * must make up at least half of what was gained, and go on in the second half.
 */
static bool goes_on(const double *t, const double *y, size_t n, double slope)
{
    double late;

    if (slope * (t[n - 1] - t[0]) < (y[n - 1] - y[0]) / 2)
        return false;
    if (n < LEAST_HALVES)
        return true;
    late = trend_slope(t + n / 2, y + n / 2, n - n / 2);
    return late / slope >= 0.25;
}

struct series_trend series_trend(const struct series *s, const double *times)
{
    struct series_trend trend = { .p = 1, .verdict = s->n == 1 ? "candidate" : "rate" };
    double t[SERIES_POINTS], y[SERIES_POINTS], down[SERIES_POINTS], gain, material;
    size_t n = 0;

    for (size_t i = 0; i < SERIES_POINTS; i++) {
        if (isnan(s->mean[i]))
            continue;
        t[n] = times[i];
        y[n] = s->mean[i];
        down[n++] = -s->mean[i];
    }
    if (n < 2)
        return trend;
    trend.slope = trend_slope(t, y, n);
    trend.has_slope = isfinite(trend.slope);
    if (n < LEAST_POINTS || !trend.has_slope)
        return trend;
    trend.p = trend_rising(y, n);
    trend.has_p = true;
    gain = trend.slope * (t[n - 1] - t[0]);
    material = fabs(y[0]) / 100;
    if (gain > material && trend.p <= 0.05)
        trend.verdict = goes_on(t, y, n, trend.slope) ? "rising" : "settling";
    else if (-gain > material && trend_rising(down, n) <= 0.05)
        trend.verdict = "falling";
    else
        trend.verdict = "flat";
    return trend;
}
