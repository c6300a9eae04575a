/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scanner_few: literals too short for a stride, put into eight sets. A set lets pass whatever has at
 * each of four places some half bytes of its literals there. So first those that begin alike are one
 * set; then two sets become one, each time those that together let the least other text pass, until
 * eight are left.
 */
#include <stdlib.h>

#include "scanner_parts.h"

/* Of more sets only neighbours are joined: every pair of these is weighed. */
enum { PAIRS_MOST = 128 };

struct set {
    struct scan_half at[4];
    float rate; /* windows that pass, of one */
};

struct grouping {
    const float *share;
    struct set *sets;
    size_t nsets, left;
    size_t *joins; /* of each set the one that it went into; itself if it is there */
    float *costs;  /* of joining set x with y < x: costs[x * nsets + y] */
};

static int compare_few(const void *a, const void *b)
{
    const struct scan_few *x = a, *y = b;
    int order = memcmp(x->bytes, y->bytes, sizeof(x->bytes));

    return order != 0 ? order : (x->literal > y->literal) - (x->literal < y->literal);
}

static float share_of(struct scan_half half, const float share[256])
{
    float sum = 0;

    for (unsigned high = 0; high < 16; high++) {
        for (unsigned low = 0; (half.high >> high & 1) != 0 && low < 16; low++)
            sum += (half.low >> low & 1) != 0 ? share[high << 4 | low] : 0;
    }
    return sum;
}

static void rate(struct set *s, const float share[256])
{
    s->rate = 1;
    for (size_t k = 0; k < 4; k++)
        s->rate *= share_of(s->at[k], share);
}

static void add_row(struct set *s, const struct scan_few *row)
{
    for (size_t k = 0; k < 4; k++) {
        struct scan_half half = scan_half_of(row->bytes[k], row->nocase);

        s->at[k].low |= half.low;
        s->at[k].high |= half.high;
    }
}

static struct set joined(const struct set *x, const struct set *y, const float share[256])
{
    struct set s;

    for (size_t k = 0; k < 4; k++) {
        s.at[k].low = x->at[k].low | y->at[k].low;
        s.at[k].high = x->at[k].high | y->at[k].high;
    }
    rate(&s, share);
    return s;
}

/* Sets of those that begin alike; more of them than can be weighed are filled up in order. Rows get
 * the number of their set. */
static void first_sets(struct grouping *g, struct scan_few *rows, size_t n)
{
    size_t kinds = 0, kind = 0;

    for (size_t i = 0; i < n; i++)
        kinds += i == 0 || memcmp(rows[i].bytes, rows[i - 1].bytes, 2) != 0;
    for (size_t i = 0; i < n; i++) {
        kind += i != 0 && memcmp(rows[i].bytes, rows[i - 1].bytes, 2) != 0;
        rows[i].set = (uint8_t)(kinds <= PAIRS_MOST ? kind : kind * PAIRS_MOST / kinds);
        add_row(&g->sets[rows[i].set], &rows[i]);
        g->nsets = rows[i].set + 1u;
    }
    g->left = g->nsets;
    for (size_t i = 0; i < g->nsets; i++) {
        rate(&g->sets[i], g->share);
        g->joins[i] = i;
    }
}

static void weigh(struct grouping *g, size_t x)
{
    for (size_t y = 0; y < g->nsets; y++) {
        size_t at = x > y ? x * g->nsets + y : y * g->nsets + x;

        if (x != y && g->joins[y] == y)
            g->costs[at] = joined(&g->sets[x], &g->sets[y], g->share).rate - g->sets[x].rate -
                           g->sets[y].rate;
    }
}

static void join_two(struct grouping *g)
{
    size_t best = SIZE_MAX, from, to;

    for (size_t x = 0; x < g->nsets; x++) {
        for (size_t y = 0; y < x && g->joins[x] == x; y++) {
            if (g->joins[y] == y &&
                    (best == SIZE_MAX || g->costs[x * g->nsets + y] < g->costs[best]))
                best = x * g->nsets + y;
        }
    }
    from = best / g->nsets;
    to = best % g->nsets;
    g->sets[to] = joined(&g->sets[to], &g->sets[from], g->share);
    g->joins[from] = to;
    g->left--;
    weigh(g, to);
}

void scan_few_group(struct arena *a, struct scan_few *rows, size_t n, const float share[256])
{
    struct grouping g = { share, arena_array(a, struct set, PAIRS_MOST), 0, 0,
        arena_array(a, size_t, PAIRS_MOST), NULL };
    uint8_t numbers[PAIRS_MOST], next = 0;

    if (n == 0)
        return;
    qsort(rows, n, sizeof(*rows), compare_few);
    first_sets(&g, rows, n);
    g.costs = arena_array(a, float, g.nsets *g.nsets);
    for (size_t x = 0; x < g.nsets; x++)
        weigh(&g, x);
    while (g.left > SCAN_FEW_SETS)
        join_two(&g);
    for (size_t i = 0; i < g.nsets; i++) /* a set goes into one before it */
        numbers[i] = g.joins[i] == i ? next++ : numbers[g.joins[i]];
    for (size_t i = 0; i < n; i++)
        rows[i].set = numbers[rows[i].set];
}

float scan_few_rate(const struct scan_few *rows, size_t n, const float share[256])
{
    struct set sets[SCAN_FEW_SETS] = { 0 };
    float sum = 0;

    for (size_t i = 0; i < n; i++)
        add_row(&sets[rows[i].set], &rows[i]);
    for (size_t i = 0; i < SCAN_FEW_SETS; i++) {
        rate(&sets[i], share);
        sum += sets[i].rate;
    }
    return sum * 1048576.0f;
}
