/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scanner_few: literals too short for a stride, put into sets. A set lets pass whatever has at each of
 * four places some byte of its literals there, or some half bytes. So first those that begin alike are
 * one set; then two sets become one, each time those that together let the least other text pass, until
 * so many are left as a kernel of whole bytes has; then on, by half bytes, for one of those.
 */
#include <stdlib.h>

#include "scanner_parts.h"

/* Of more sets only neighbours are joined: every pair of these is weighed. */
enum { PAIRS_MOST = 128 };
/* A smaller sample is of a text for which sets of its own are not worth their making; and the stripes of it
 * over which sets are compared. */
enum { REGROUP_FROM = 32 * 1024, TRIED_STRIPES = 32 };

struct set {
    uint64_t whole[4][2]; /* a bit for each byte; those above 127 are those 128 below */
    struct scan_half half[4];
    float rate; /* windows that pass, of one */
};

/* What bytes make up of a text, summed for eight in a row, and for the eight of a high half that a mask of
 * low halves has in each of its bytes. */
struct sums {
    float whole[16][256], half[16][2][256];
};

struct grouping {
    const struct sums *sums;
    bool halves;
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

/* ret[mask] = the sum of the shares that its bits stand for. */
static void sum_eight(float ret[256], const float share[8])
{
    ret[0] = 0;
    for (unsigned mask = 1; mask < 256; mask++)
        ret[mask] = ret[mask & (mask - 1)] + share[__builtin_ctz(mask)];
}

static struct sums *sums_of(struct arena *a, const float share[256])
{
    struct sums *sums = arena_new(a, struct sums);
    float folded[128];

    for (unsigned byte = 0; byte < 128; byte++)
        folded[byte] = share[byte] + share[byte + 128];
    for (unsigned i = 0; i < 16; i++)
        sum_eight(sums->whole[i], folded + 8 * i);
    for (unsigned high = 0; high < 16; high++) {
        sum_eight(sums->half[high][0], share + 16 * high);
        sum_eight(sums->half[high][1], share + 16 * high + 8);
    }
    return sums;
}

static float share_of_whole(const struct sums *sums, const uint64_t whole[2])
{
    float sum = 0;

    for (unsigned i = 0; i < 8; i++)
        sum += sums->whole[i][whole[0] >> 8 * i & 255] +
               sums->whole[8 + i][whole[1] >> 8 * i & 255];
    return sum;
}

static float share_of_half(const struct sums *sums, struct scan_half half)
{
    float sum = 0;

    for (unsigned high = half.high; high != 0; high &= high - 1) {
        const unsigned i = (unsigned)__builtin_ctz(high);

        sum += sums->half[i][0][half.low & 255] + sums->half[i][1][half.low >> 8];
    }
    return sum;
}

static void rate(struct set *s, const struct sums *sums, bool halves)
{
    s->rate = 1;
    for (size_t k = 0; k < 4; k++)
        s->rate *= halves ? share_of_half(sums, s->half[k]) : share_of_whole(sums, s->whole[k]);
}

static void add_row(struct set *s, const struct scan_few *row)
{
    for (size_t k = 0; k < 4; k++) {
        const struct scan_half half = scan_half_of(row->bytes[k], row->nocase);
        const unsigned byte = (unsigned char)row->bytes[k] % 128;

        s->half[k].low |= half.low;
        s->half[k].high |= half.high;
        s->whole[k][byte / 64] |= UINT64_C(1) << byte % 64;
        if (row->nocase && is_alpha(row->bytes[k]))
            s->whole[k][byte / 64] |= UINT64_C(1) << (byte ^ 0x20) % 64;
    }
}

static struct set joined(const struct grouping *g, const struct set *x, const struct set *y)
{
    struct set s;

    for (size_t k = 0; k < 4; k++) {
        s.half[k].low = x->half[k].low | y->half[k].low;
        s.half[k].high = x->half[k].high | y->half[k].high;
        s.whole[k][0] = x->whole[k][0] | y->whole[k][0];
        s.whole[k][1] = x->whole[k][1] | y->whole[k][1];
    }
    rate(&s, g->sums, g->halves);
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
    for (size_t i = 0; i < g->nsets; i++)
        g->joins[i] = i;
}

static void weigh(struct grouping *g, size_t x)
{
    for (size_t y = 0; y < g->nsets; y++) {
        size_t at = x > y ? x * g->nsets + y : y * g->nsets + x;

        if (x != y && g->joins[y] == y)
            g->costs[at] =
                    joined(g, &g->sets[x], &g->sets[y]).rate - g->sets[x].rate - g->sets[y].rate;
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
    g->sets[to] = joined(g, &g->sets[to], &g->sets[from]);
    g->joins[from] = to;
    g->left--;
    weigh(g, to);
}

/* Until no more are left than `most`; numbers[set] is the one that each has become. */
static void join(struct grouping *g, bool halves, size_t most, uint8_t numbers[PAIRS_MOST])
{
    uint8_t next = 0;

    g->halves = halves;
    for (size_t x = 0; g->left > most && x < g->nsets; x++)
        rate(&g->sets[x], g->sums, halves);
    for (size_t x = 0; g->left > most && x < g->nsets; x++) {
        if (g->joins[x] == x)
            weigh(g, x);
    }
    while (g->left > most)
        join_two(g);
    for (size_t i = 0; i < g->nsets; i++) /* a set goes into one before it */
        numbers[i] = g->joins[i] == i ? next++ : numbers[g->joins[i]];
}

void scan_few_group(struct arena *a, struct scan_few *rows, size_t n, const float share[256])
{
    struct grouping g = { .sets = arena_array(a, struct set, PAIRS_MOST),
        .joins = arena_array(a, size_t, PAIRS_MOST) };
    uint8_t whole[PAIRS_MOST], halves[PAIRS_MOST];

    if (n == 0)
        return;
    qsort(rows, n, sizeof(*rows), compare_few);
    first_sets(&g, rows, n);
    if (g.nsets > SCAN_FEW_HALVES)
        g.sums = sums_of(a, share);
    g.costs = arena_array(a, float, g.nsets *g.nsets);
    join(&g, false, SCAN_FEW_SETS, whole);
    join(&g, true, SCAN_FEW_HALVES, halves);
    for (size_t i = 0; i < n; i++)
        rows[i].set = (uint8_t)(halves[rows[i].set] * SCAN_FEW_SETS + whole[rows[i].set]);
}

/* The same without sums, which are not worth their making for a few sets. */
static float share_once(const uint64_t whole[2], const float share[256])
{
    float sum = 0;

    for (unsigned i = 0; i < 2; i++) {
        for (uint64_t left = whole[i]; left != 0; left &= left - 1) {
            const unsigned byte = 64 * i + (unsigned)__builtin_ctzll(left);

            sum += share[byte] + share[byte + 128];
        }
    }
    return sum;
}

static float share_once_half(struct scan_half half, const float share[256])
{
    float sum = 0;

    for (unsigned high = half.high; high != 0; high &= high - 1) {
        for (unsigned low = half.low; low != 0; low &= low - 1)
            sum += share[16 * (unsigned)__builtin_ctz(high) + (unsigned)__builtin_ctz(low)];
    }
    return sum;
}

static float rate_once(const struct set *s, const float share[256], bool halves)
{
    float product = 1;

    for (size_t k = 0; k < 4; k++) {
        product *= halves ? share_once_half(s->half[k], share) : share_once(s->whole[k], share);
    }
    return product;
}

float scan_few_rate(const struct scan_few *rows, size_t n, const float share[256], bool halves)
{
    struct set sets[SCAN_FEW_SETS] = { 0 };
    float sum = 0;

    for (size_t i = 0; i < n; i++)
        add_row(&sets[halves ? scan_few_halves(rows[i].set) : scan_few_set(rows[i].set)], &rows[i]);
    for (size_t i = 0; i < (halves ? SCAN_FEW_HALVES : SCAN_FEW_SETS); i++)
        sum += rate_once(&sets[i], share, halves);
    return sum * 1048576.0f;
}

/* --- as a plan has them --- */

/* The bytes that a byte of a literal stands for. */
static void add_whole(uint8_t ret[128], char c, bool nocase, uint8_t set)
{
    ret[(unsigned char)c % 128] |= set;
    if (nocase && is_alpha(c))
        ret[((unsigned char)c ^ 0x20) % 128] |= set;
}

static void add_halves(uint8_t low[16], uint8_t high[16], struct scan_half half, uint8_t set)
{
    for (unsigned nibble = 0; nibble < 16; nibble++) {
        low[nibble] |= (half.low >> nibble & 1) != 0 ? set : 0;
        high[nibble] |= (half.high >> nibble & 1) != 0 ? set : 0;
    }
}

void scan_few_put(struct scan_plan *plan, const struct scan_few *rows, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const unsigned set = scan_few_set(rows[i].set), halves = scan_few_halves(rows[i].set);

        for (size_t k = 0; k < 4; k++) {
            const char c = rows[i].bytes[k];

            add_whole(plan->whole[set / 8][k], c, rows[i].nocase, (uint8_t)(1u << set % 8));
            add_halves(plan->low[k], plan->high[k], scan_half_of(c, rows[i].nocase),
                    (uint8_t)(1u << halves));
        }
    }
    for (size_t k = 0; k < 4; k++) {
        for (size_t byte = 0; byte < 256; byte++)
            plan->bytes[k][byte] =
                    (uint16_t)(plan->whole[0][k][byte % 128] | plan->whole[1][k][byte % 128] << 8);
    }
}

/* How many windows of some stripes of the sample pass. */
static size_t count_passing(
        const struct scan_kernel *kernel, const struct scan_few *rows, size_t n, str sample)
{
    struct scan_plan plan = { 0 };
    struct scan_group groups[SCAN_STRIPE / 32 + 1];
    size_t passed = 0;

    scan_few_put(&plan, rows, n);
    for (size_t i = 0; i < TRIED_STRIPES; i++) {
        const char *text = sample.p + (sample.n - SCAN_STRIPE - SCAN_SHORTEST) / TRIED_STRIPES * i;
        const size_t found = kernel->few(&plan, text, 0, SCAN_STRIPE, groups);

        for (size_t k = 0; k < found; k++)
            passed += (size_t)__builtin_popcount(groups[k].mask);
    }
    return passed;
}

void scan_few_regroup(const struct scanner_arrays *s, const struct scan_literal *literals,
        struct scan_few *rows, size_t n, const struct scan_kernel *kernel, str sample,
        const float share[256])
{
    struct scan_few *tried;
    struct arena scratch;
    size_t least;

    if (n == 0 || sample.n < REGROUP_FROM)
        return;
    arena_init(&scratch, 0);
    tried = arena_room(&scratch, struct scan_few, n);
    least = count_passing(kernel, rows, n, sample);
    for (unsigned rare = 0; rare < 2; rare++) {
        size_t passed;

        for (size_t i = 0; i < n; i++) {
            const uint32_t literal = rows[i].literal;

            tried[i] = scan_few_at(s, literal, rare ? literals[literal].at[0] : rows[i].offset);
        }
        scan_few_group(&scratch, tried, n, share);
        passed = count_passing(kernel, tried, n, sample);
        if (passed < least) {
            least = passed;
            memcpy(rows, tried, n * sizeof(*rows));
        }
    }
    arena_finish(&scratch);
}
