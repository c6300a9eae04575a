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
    scan->digits.n = scan->digits.next = 0;
    scan->slot = DONE;
    scan->id = scan->last_id = 0;
}

/* The four bytes behind a window; any at the end of the block, where no literal has eight. */
static uint32_t next_gram(str block, size_t window)
{
    const size_t last = block.n - SCAN_SHORTEST;

    return scan_gram(block.p + (window + 4 <= last ? window + 4 : last));
}

static inline bool print_fits(uint8_t print, uint64_t key)
{
    return (unsigned)(print == scan_print(key)) | (unsigned)(print == SCAN_PRINT_ANY);
}

/* Where a window is looked up, and whether the prints there let it pass. */
struct scan_places {
    uint32_t tags[2], slots[2]; /* by all eight bytes, and by four */
    bool fits[2];
};

__attribute__((always_inline)) static inline struct scan_places places_of(
        const struct scan_table *table, str block, size_t at, bool eights)
{
    const uint32_t gram = scan_gram(block.p + at);
    const uint64_t four = scan_key_four(gram);
    struct scan_places ret = { { 0, (uint32_t)four }, { 0, scan_slot(&table->four, four) },
        { false, false } };

    ret.fits[1] = print_fits(table->four.prints[ret.slots[1]], four);
    if (eights) {
        const uint64_t eight = scan_key_eight(gram, next_gram(block, at));

        ret.tags[0] = (uint32_t)eight;
        ret.slots[0] = scan_slot(&table->eight, eight);
        ret.fits[0] = print_fits(table->eight.prints[ret.slots[0]], eight);
    }
    return ret;
}

/* Whether the slots let it pass too; where a print does not fit, none is looked at. */
__attribute__((always_inline)) static inline uint32_t slots_fit(const struct scan_table *table,
        const struct scan_places *at, str block, size_t window, bool eights)
{
    const size_t last = block.n - SCAN_SHORTEST;
    const struct scan_slot *b =
            &table->four.slots[at->fits[1] ? table->four.index[at->slots[1]] : 0];
    size_t near = window + (size_t)b->gap; /* in front of the block it is huge */
    uint32_t fits;

    near = near <= last ? near : last;
    fits = at->fits[1] &
           (b->more | ((b->tag == at->tags[1]) & (b->near == scan_gram(block.p + near))));
    if (eights) {
        const struct scan_slot *a =
                &table->eight.slots[at->fits[0] ? table->eight.index[at->slots[0]] : 0];

        fits |= at->fits[0] & (a->more | (a->tag == at->tags[0]));
    }
    return fits;
}

__attribute__((always_inline)) static inline void sieve_by(struct scan_windows *w,
        const struct scan_table *table, str block, size_t stripe, bool eights)
{
    uint32_t n = 0, kept = 0;

    for (uint32_t i = 0; i < w->n; i++) {
        const struct scan_places at = places_of(table, block, stripe + w->at[i], eights);

        w->at[n] = w->at[i];
        n += at.fits[0] | at.fits[1];
    }
    for (uint32_t i = 0; i < n; i++) {
        const size_t window = stripe + w->at[i];
        const struct scan_places at = places_of(table, block, window, eights);

        w->at[kept] = w->at[i];
        kept += slots_fit(table, &at, block, window, eights);
    }
    w->n = kept;
}

/*
 * Drops windows that passed by chance: no literal has them, or not with the four bytes behind. No
 * branch depends on the text, so that many are looked up at once. The prints of slots stay in the
 * cache; slots are looked at where these fit, which is seldom.
 */
static void sieve(struct scan_windows *w, const struct scan_table *table, str block, size_t stripe)
{
    if (table->eights)
        sieve_by(w, table, block, stripe, true);
    else
        sieve_by(w, table, block, stripe, false);
}

/* n windows begin in the stripe. At the widest stride the filter looks at the four bytes behind as well:
 * where they are missing the window passes. */
static void find_grams(struct scan *scan, const char *text, size_t n)
{
    const struct scan_plan *plan = scan->plan;
    const size_t left = scan->block.n - scan->stripe, ahead = plan->stride == SCAN_WIDE ? 7 : 3;
    const size_t whole = left < ahead ? 0 : left - ahead < n ? left - ahead : n;
    struct scan_group groups[SCAN_STRIPE / 32 + 1];
    size_t ngroups = plan->kernel->grams[plan->stride](plan, text, 0, whole, groups);

    plan->kernel->list(&scan->grams, groups, ngroups, plan->stride);
    for (size_t at = (whole + 3) / 4 * 4; at < n; at += 4)
        scan->grams.at[scan->grams.n++] = (uint16_t)at;
    sieve(&scan->grams, &plan->grams, scan->block, scan->stripe);
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
    if (plan->grams.used)
        find_grams(scan, text, n);
    if (plan->few.used) {
        size_t ngroups = plan->kernel->few(plan, text, 0, n, groups);

        plan->kernel->list(&scan->few, groups, ngroups, 0);
        sieve(&scan->few, &plan->few, scan->block, scan->stripe);
    }
    if (plan->digits[0] != plan->digits[1] && left >= SCAN_DIGITS) {
        const size_t whole = left - (SCAN_DIGITS - 1);
        size_t ngroups = plan->kernel->digits(plan, text, 0, n < whole ? n : whole, groups);

        plan->kernel->list(&scan->digits, groups, ngroups, 0);
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
    scan->slots = eight ? &scan->table->eight : &scan->table->four;
    scan->tag = (uint32_t)key;
    scan->slot = scan_slot(scan->slots, key);
}

/* Digits are told as they stand. */
static void take_digits(struct scan *scan)
{
    scan->begin = scan->stripe + scan->digits.at[scan->digits.next++];
    scan->end = scan->begin + SCAN_DIGITS;
    if (scan->begin < scan->from)
        return;
    scan->id = scan->plan->digits[0];
    scan->last_id = scan->plan->digits[1];
}

static bool next_window(struct scan *scan)
{
    const size_t gram = peek(&scan->grams), few = peek(&scan->few);
    struct scan_windows *which = gram < few ? &scan->grams : &scan->few;
    const size_t literal = gram < few ? gram : few, digits = peek(&scan->digits);

    if (digits < literal) {
        take_digits(scan);
        return true;
    }
    if (literal == SIZE_MAX)
        return false;
    which->next++;
    scan->window = scan->stripe + literal;
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
        const struct scan_slot *slot = &scan->slots->slots[scan->slots->index[scan->slot]];
        const uint32_t literal = slot->place >> 8;

        if (scan->slots->index[scan->slot] == 0) {
            if (scan->eight)
                look_up(scan, false);
            else
                scan->slot = DONE;
            continue;
        }
        scan->slot = (scan->slot + 1) & scan->slots->mask;
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
