/* SPDX-License-Identifier: Apache-2.0 */
/* scan: one walk over one block, stripe by stripe: first what passes the filter, then its literals. */
#include "scanner_parts.h"

#define DONE UINT32_MAX

void scan_begin(struct scan *scan, const struct scan_plan *plan, str block, size_t from)
{
    scan->plan = plan;
    scan->block = block;
    scan->from = scan->stripe = scan->ahead = from < block.n ? from : block.n;
    scan->grams.n = scan->grams.next = 0;
    scan->few.n = scan->few.next = 0;
    scan->slot = DONE;
    scan->id = scan->last_id = 0;
}

/*
 * The bits of groups as places. Most groups have but a few: writing four and keeping as many as there
 * are takes no guess of the processor.
 */
static void list_windows(
        struct scan_windows *w, const struct scan_group *groups, size_t n, unsigned stride)
{
    w->n = w->next = 0;
    for (size_t i = 0; i < n; i++) {
        uint32_t left = groups[i].mask, k = w->n;

        w->n += (uint32_t)__builtin_popcount(left);
        do {
            for (unsigned four = 0; four < 4; four++) {
                w->at[k++] = (uint16_t)(groups[i].at +
                                        ((uint32_t)__builtin_ctz(left | 1u << 31) << stride));
                left &= left - 1;
            }
        } while (left != 0);
    }
}

/* The four bytes behind a window; any at the end of the block, where no literal has eight. */
static uint32_t next_gram(str block, size_t window)
{
    const size_t last = block.n - SCAN_SHORTEST;

    return scan_gram(block.p + (window + 4 <= last ? window + 4 : last));
}

/*
 * Drops windows that passed by chance: no literal has them, or not with the four bytes behind. No
 * branch depends on the text, so that many are looked up at once; the prints of slots stay in the
 * cache, and few windows are left for the slots.
 */
static void sieve_prints(
        struct scan_windows *w, const struct scan_table *table, str block, size_t stripe)
{
    uint32_t n = 0;

    for (uint32_t i = 0; i < w->n; i++) {
        const size_t at = stripe + w->at[i];
        const uint32_t gram = scan_gram(block.p + at);
        const uint64_t eight = scan_key_eight(gram, next_gram(block, at)),
                       four = scan_key_four(gram);
        const uint8_t a = table->prints[scan_slot(table, eight)];
        const uint8_t b = table->prints[scan_slot(table, four)];

        w->at[n] = w->at[i];
        n += (unsigned)(a == scan_print(eight)) | (unsigned)(b == scan_print(four)) |
             (unsigned)(a == SCAN_PRINT_ANY) | (unsigned)(b == SCAN_PRINT_ANY);
    }
    w->n = n;
}

static void sieve(struct scan_windows *w, const struct scan_table *table, str block, size_t stripe)
{
    const size_t last = block.n - SCAN_SHORTEST;
    uint32_t n = 0;

    sieve_prints(w, table, block, stripe);
    for (uint32_t i = 0; i < w->n; i++) {
        const size_t at = stripe + w->at[i];
        const uint32_t gram = scan_gram(block.p + at);
        const uint64_t eight = scan_key_eight(gram, next_gram(block, at)),
                       four = scan_key_four(gram);
        const struct scan_slot *a = &table->slots[scan_slot(table, eight)];
        const struct scan_slot *b = &table->slots[scan_slot(table, four)];
        size_t near = at + (size_t)b->gap; /* in front of the block it is huge */

        near = near <= last ? near : last;
        w->at[n] = w->at[i];
        n += a->more | b->more | (a->tag == (uint32_t)eight) |
             ((b->tag == (uint32_t)four) & (b->near == scan_gram(block.p + near)));
    }
    w->n = n;
}

/* Filters one more stripe; false at the end. */
static bool next_stripe(struct scan *scan)
{
    const struct scan_plan *plan = scan->plan;
    const char *text = scan->block.p + scan->ahead;
    size_t left = scan->block.n - scan->ahead, n;
    struct scan_group groups[SCAN_STRIPE / 32 + 1];

    if (left < SCAN_SHORTEST)
        return false;
    n = left - (SCAN_SHORTEST - 1);
    n = n < SCAN_STRIPE ? n : SCAN_STRIPE;
    scan->stripe = scan->ahead;
    scan->ahead += n;
    if (plan->grams.used) {
        size_t ngroups = plan->kernel->grams[plan->stride](plan, text, 0, n, groups);

        list_windows(&scan->grams, groups, ngroups, plan->stride);
        sieve(&scan->grams, &plan->grams, scan->block, scan->stripe);
    }
    if (plan->few.used) {
        size_t ngroups = plan->kernel->few(plan, text, 0, n, groups);

        list_windows(&scan->few, groups, ngroups, 0);
        sieve(&scan->few, &plan->few, scan->block, scan->stripe);
    }
    return true;
}

/* SIZE_MAX when there is none left. */
static size_t peek(const struct scan_windows *w)
{
    return w->next != w->n ? w->at[w->next] : SIZE_MAX;
}

static void look_up(struct scan *scan, bool eight)
{
    const uint32_t gram = scan_gram(scan->block.p + scan->window);
    const uint64_t key = eight ? scan_key_eight(gram, next_gram(scan->block, scan->window))
                               : scan_key_four(gram);

    scan->eight = eight;
    scan->tag = (uint32_t)key;
    scan->slot = scan_slot(scan->table, key);
}

static bool next_window(struct scan *scan)
{
    size_t gram = peek(&scan->grams), few = peek(&scan->few);
    struct scan_windows *which = gram < few ? &scan->grams : &scan->few;

    if (gram == SIZE_MAX && few == SIZE_MAX)
        return false;
    which->next++;
    scan->window = scan->stripe + (gram < few ? gram : few);
    scan->table = which == &scan->grams ? &scan->plan->grams : &scan->plan->few;
    look_up(scan, true);
    return true;
}

/* Whether the literal of a slot stands around the window. */
static bool stands(const struct scan *scan, const struct scan_slot *slot)
{
    const struct scan_chosen *c = &scan->plan->chosen[slot->place >> 8];
    const size_t offset = slot->place & 0xff;

    return slot->tag == scan->tag && scan->window >= scan->from + offset &&
           scan->block.n - (scan->window - offset) >= c->length &&
           scan_holds(c, scan->block.p + (scan->window - offset));
}

/* The next literal around the window under work. */
static bool next_literal(struct scan *scan)
{
    while (scan->slot != DONE) {
        const struct scan_slot *slot = &scan->table->slots[scan->slot];
        const uint32_t literal = slot->place >> 8;

        if (slot->place == SCAN_FREE) {
            if (scan->eight)
                look_up(scan, false);
            else
                scan->slot = DONE;
            continue;
        }
        scan->slot = (scan->slot + 1) & scan->table->mask;
        if (!stands(scan, slot))
            continue;
        scan->begin = scan->window - (slot->place & 0xff);
        scan->end = scan->begin + scan->plan->chosen[literal].length;
        scan->id = scan->plan->first[literal];
        scan->last_id = scan->plan->first[literal + 1];
        return true;
    }
    return false;
}

bool scan_next(struct scan *scan, struct scan_hit *ret)
{
    while (scan->id == scan->last_id) {
        if (next_literal(scan))
            break;
        while (!next_window(scan)) {
            if (!next_stripe(scan))
                return false;
        }
    }
    *ret = (struct scan_hit){ scan->plan->ids[scan->id++], scan->begin, scan->end };
    return true;
}
