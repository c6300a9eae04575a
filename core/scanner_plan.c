/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scanner_plan: which literals are looked for and by which of their windows. Each stride is planned
 * and the one that looks fastest is taken: wide strides look at fewer windows, but each literal has
 * more windows to be met by, and short literals do not take part: they are looked for beside the
 * stride, in sets (scanner_few.c).
 */
#include <assert.h>

#include "scanner_parts.h"

/* Nanoseconds per window met, and per one that passes by chance. At the widest stride what is expected is
 * the most that there can be, and most of what passes fails by its first look-up. */
static const float met_time[SCAN_STRIDES] = { 10, 10, 3 };
static const float chance_time = 6;

struct choice {
    uint32_t *sets;       /* of each pattern */
    bool *taken;          /* of each literal */
    struct scan_few *few; /* that are too short for the stride */
    size_t nfew;
    unsigned stride;
    float time;
};

struct planning {
    struct arena *a; /* of what is needed only now */
    struct scanner_arrays s;
    const struct scan_literal *literals;
    uint32_t patterns, nliterals;
    float share[256];
    const struct scan_kernel *kernel;
};

/* To try a pattern, in windows met. */
static const float try_cost = 3;

static float literal_cost(const struct scan_literal *l, unsigned stride)
{
    return l->cost[scan_takes(l, stride) ? stride : 0];
}

static bool wants_digits(const struct planning *p, uint32_t pattern)
{
    return p->s.sets[pattern] == p->s.sets[pattern + 1];
}

/*
 * The cheapest set of a pattern; any without short literals beats one with. Where a literal stands, all patterns
 * that share it are tried. Always as for the widest stride: which stride is the fastest depends on the machine, but
 * not which literals are found.
 */
static uint32_t cheapest_set(const struct planning *p, uint32_t pattern)
{
    const unsigned stride = SCAN_WIDE;
    uint32_t best = p->s.sets[pattern];
    float best_cost = 0;
    bool best_short = true;

    for (uint32_t set = best; set < p->s.sets[pattern + 1]; set++) {
        float cost = 0;
        bool has_short = false;

        for (uint32_t m = p->s.members[set]; m < p->s.members[set + 1]; m++) {
            const struct scan_literal *l = &p->literals[p->s.refs[m]];

            has_short = has_short || !scan_takes(l, stride);
            cost += literal_cost(l, stride) * (1 + try_cost * l->sharers);
        }
        if (set == p->s.sets[pattern] || (best_short && !has_short) ||
                (best_short == has_short && cost < best_cost)) {
            best = set;
            best_cost = cost;
            best_short = has_short;
        }
    }
    return best;
}

static void choose(const struct planning *p, unsigned stride, struct choice *ret)
{
    *ret = (struct choice){ arena_array(p->a, uint32_t, p->patterns + 1u),
        arena_array(p->a, bool, p->nliterals + 1u),
        arena_room(p->a, struct scan_few, p->nliterals + 1u), 0, stride,
        p->kernel->window_time / (float)(1u << stride) };
    for (uint32_t i = 0; i < p->patterns; i++) {
        uint32_t set;

        if (wants_digits(p, i))
            continue;
        set = ret->sets[i] = cheapest_set(p, i);
        for (uint32_t m = p->s.members[set]; m < p->s.members[set + 1]; m++) {
            const struct scan_literal *l = &p->literals[p->s.refs[m]];

            if (ret->taken[p->s.refs[m]])
                continue;
            ret->taken[p->s.refs[m]] = true;
            /* The windows of short ones are counted with their sets: what else has the hash of one
             * does not matter there. */
            if (scan_takes(l, stride))
                ret->time += literal_cost(l, stride) * met_time[stride];
            else
                ret->few[ret->nfew++] = scan_few_of(&p->s, p->s.refs[m], stride);
        }
    }
    if (ret->nfew != 0)
        ret->time += p->kernel->few_time +
                     chance_time * scan_few_rate(ret->few, ret->nfew, p->share, p->kernel->halves);
}

void scan_taken(struct arena *a, const struct scanner *s, unsigned stride, bool *ret)
{
    struct planning p = {
        .a = a, .s = scanner_arrays(s), .patterns = s->patterns, .nliterals = s->literals
    };
    struct choice choice;

    p.kernel = &scan_kernel_plain; /* no time is asked for */
    p.literals = p.s.literals;
    choose(&p, stride, &choice);
    memcpy(ret, choice.taken, s->literals * sizeof(*ret));
}

static struct choice choose_fastest(const struct planning *p)
{
    struct choice best, other;

    choose(p, 0, &best);
    for (unsigned stride = 1; stride < SCAN_STRIDES; stride++) {
        choose(p, stride, &other);
        if (other.time < best.time)
            best = other;
    }
    return best;
}

/* --- the tables --- */

static void make_slots(struct arena *a, struct scan_slots *table, size_t windows)
{
    table->mask = 1;
    while (table->mask < windows * 4)
        table->mask = table->mask * 2 + 1;
    table->slots = arena_room(a, struct scan_slot, windows + 1);
    table->slots[0] = (struct scan_slot){ 0 };
    table->n = 1;
    table->index = arena_array(a, uint32_t, table->mask + 1ull);
    table->prints = arena_array(a, uint8_t, table->mask + 1ull);
}

static bool is_eight(size_t length, size_t offset)
{
    return length - offset >= 8;
}

static void add_window(
        struct scan_table *table, const struct scan_chosen *c, uint32_t literal, size_t offset)
{
    const char *window = c->text + offset;
    const bool eight = is_eight(c->length, offset);
    struct scan_slots *in = eight ? &table->eight : &table->four;
    /* As far off as there is room, before it or behind. */
    const int behind = (int)(c->length - offset) - 4, before = offset < 4 ? (int)offset : 4;
    const int gap = eight ? 0 : before > behind ? -before : behind;
    const uint64_t key = eight ? scan_key_eight(scan_gram(window), scan_gram(window + 4))
                               : scan_key_four(scan_gram(window));
    const struct scan_slot slot = { (uint32_t)key, scan_gram(window + gap),
        literal << 8 | (uint32_t)offset, (int16_t)gap, 0 };
    const uint32_t home = scan_slot(in, key);
    struct scan_slot *first;
    uint32_t at = home;

    while (in->index[at] != 0)
        at = (at + 1) & in->mask;
    in->slots[in->n] = slot;
    in->index[at] = in->n++;
    if (in->prints[at] == SCAN_PRINT_FREE)
        in->prints[at] = scan_print(key);
    /* One that passes with what its home holds needs no room of its own to pass. */
    first = &in->slots[in->index[home]];
    if (first->tag != slot.tag || first->near != slot.near || first->gap != gap) {
        first->more = 1;
        in->prints[home] = SCAN_PRINT_ANY;
    }
    table->used = true;
    table->eights = table->eights || eight;
}

static void add_bits(struct scan_plan *plan, const char *window, unsigned width)
{
    const struct scan_place place = scan_place_of(scan_gram(window), plan->bits);
    uint32_t *word = &plan->map[place.word];

    *word |= 0x80000000u >> place.first;
    if (plan->stride != SCAN_WIDE)
        *word |= 0x80000000u >> place.second;
    else
        *word |= width == 8 ? 0x80000000u >> scan_second_behind(scan_gram(window + 4)) : 0xffffu;
}

/* Every chosen literal into the tables; numbers[literal] is its place in plan.chosen. */
static void add_windows(struct arena *a, struct scan_plan *plan, const struct planning *p,
        const struct choice *choice, const uint32_t *numbers)
{
    size_t eight = 0, four = 0;

    for (uint32_t i = 0; i < p->nliterals; i++) {
        const struct scan_literal *l = &p->literals[i];

        for (size_t k = 0;
                numbers[i] != UINT32_MAX && scan_takes(l, plan->stride) && k < 1u << plan->stride;
                k++) {
            const bool wide = is_eight(l->length, l->at[plan->stride] + k);

            eight += wide;
            four += !wide;
        }
    }
    make_slots(a, &plan->grams.eight, eight);
    make_slots(a, &plan->grams.four, four);
    eight = four = 0;
    for (size_t i = 0; i < choice->nfew; i++) {
        const bool wide =
                is_eight(p->literals[choice->few[i].literal].length, choice->few[i].offset);

        eight += wide;
        four += !wide;
    }
    make_slots(a, &plan->few.eight, eight);
    make_slots(a, &plan->few.four, four);
    for (uint32_t i = 0; i < p->nliterals; i++) {
        const struct scan_literal *l = &p->literals[i];
        const char *text = p->s.text + l->text;

        if (numbers[i] == UINT32_MAX || !scan_takes(l, plan->stride))
            continue;
        for (size_t k = 0; k < 1u << plan->stride; k++) {
            const size_t offset = l->at[plan->stride] + k;

            add_window(&plan->grams, &plan->chosen[numbers[i]], numbers[i], offset);
            add_bits(plan, text + offset, scan_width(l, plan->stride));
        }
    }
    for (size_t i = 0; i < choice->nfew; i++) {
        uint32_t number = numbers[choice->few[i].literal];

        add_window(&plan->few, &plan->chosen[number], number, choice->few[i].offset);
    }
    scan_few_put(plan, choice->few, choice->nfew);
}

/*
 * The patterns of each chosen literal, counted first and filed then. What is counted stands two
 * places behind and moves down as the sum is made and the ids are filed.
 */
static void file_ids(const struct planning *p, const struct choice *choice, const uint32_t *numbers,
        uint32_t *first, uint32_t *ids)
{
    uint32_t *last = arena_array(p->a, uint32_t, p->nliterals + 1u);

    for (uint32_t i = 0; i < p->patterns; i++) {
        uint32_t set = choice->sets[i];

        if (wants_digits(p, i))
            continue;
        for (uint32_t m = p->s.members[set]; m < p->s.members[set + 1]; m++) {
            uint32_t literal = p->s.refs[m];

            if (last[literal] == i + 1)
                continue;
            last[literal] = i + 1;
            if (ids != NULL)
                ids[first[numbers[literal] + 1]++] = p->s.ids[i];
            else
                first[numbers[literal] + 2]++;
        }
    }
}

static void add_chosen(struct arena *a, struct scan_plan *plan, const struct planning *p,
        const struct choice *choice)
{
    uint32_t *numbers = arena_array(p->a, uint32_t, p->nliterals + 1u), n = 0;

    for (uint32_t i = 0; i < p->nliterals; i++)
        numbers[i] = choice->taken[i] ? n++ : UINT32_MAX;
    assert(n < UINT32_MAX >> 8);
    plan->chosen = arena_array(a, struct scan_chosen, n + 1u);
    plan->first = arena_array(a, uint32_t, n + 2u);
    for (uint32_t i = 0; i < p->nliterals; i++) {
        const struct scan_literal *l = &p->literals[i];

        if (choice->taken[i])
            plan->chosen[numbers[i]] =
                    (struct scan_chosen){ p->s.text + l->text, l->length, l->nocase };
    }
    file_ids(p, choice, numbers, plan->first, NULL);
    for (uint32_t i = 2; i <= n + 1; i++)
        plan->first[i] += plan->first[i - 1];
    plan->digits[0] = plan->digits[1] = plan->first[n + 1];
    plan->ids = arena_array(a, uint32_t, plan->first[n + 1] + p->patterns + 1u);
    file_ids(p, choice, numbers, plan->first, plan->ids);
    for (uint32_t i = 0; i < p->patterns; i++) {
        if (wants_digits(p, i))
            plan->ids[plan->digits[1]++] = p->s.ids[i];
    }
    add_windows(a, plan, p, choice, numbers);
}

/* Literals as this sample would have them. */
static const struct scan_literal *choose_windows(const struct planning *p, str sample, unsigned map)
{
    struct scan_literal *literals = arena_array(p->a, struct scan_literal, p->nliterals + 1u);
    struct scan_counts counts;

    if (p->nliterals != 0)
        memcpy(literals, p->literals, sizeof(*literals) * p->nliterals);
    scan_count(&counts, p->a, map, sample);
    for (uint32_t i = 0; i < p->nliterals; i++)
        scan_choose(&counts, p->s.text + literals[i].text, &literals[i]);
    return literals;
}

struct scan_plan *scan_plan_with(
        struct arena *a, const struct scanner *s, str sample, unsigned map, unsigned stride)
{
    struct scan_plan *plan = arena_new(a, struct scan_plan);
    struct arena scratch;
    struct planning p = {
        .a = &scratch, .s = scanner_arrays(s), .patterns = s->patterns, .nliterals = s->literals
    };
    struct choice choice;

    assert(map >= 5 && map <= 24);
    arena_init(&scratch, 0);
    sample = str_slice(sample, 0, SCAN_SAMPLE);
    p.literals = p.s.literals;
    if (sample.n != 0)
        p.literals = choose_windows(&p, sample, map);
    scan_shares(sample, p.share);
    plan->kernel = p.kernel = scan_kernel_best();
    if (stride < SCAN_STRIDES)
        choose(&p, stride, &choice);
    else
        choice = choose_fastest(&p);
    scan_few_regroup(&p.s, p.literals, choice.few, choice.nfew, p.kernel, sample, p.share);
    plan->bits = map;
    plan->stride = choice.stride;
    plan->map = arena_array(a, uint32_t, (1u << map) / 32);
    add_chosen(a, plan, &p, &choice);
    arena_finish(&scratch);
    return plan;
}

struct scan_plan *scan_plan_create(
        struct arena *a, const struct scanner *s, str sample, unsigned map)
{
    return scan_plan_with(a, s, sample, map, SCAN_STRIDES);
}
