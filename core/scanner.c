/* SPDX-License-Identifier: Apache-2.0 */
/* scanner: made of patterns, kept as bytes. */
#include <assert.h>
#include <stdalign.h>

#include "scanner_parts.h"

static const char magic[8] = "scanner2";

/* Enough to tell windows of literals from each other. */
enum { COUNT_BITS_LEAST = 8, COUNT_BITS = 15 };

static uint64_t size_of(const struct scanner *s)
{
    return sizeof(*s) + sizeof(uint32_t) * (2ull * s->patterns + 1 + s->sets + 1ull + s->members) +
           sizeof(struct scan_literal) * (uint64_t)s->literals + s->text;
}

struct scanner_arrays scanner_arrays(const struct scanner *s)
{
    struct scanner_arrays at;

    at.ids = (const uint32_t *)(const void *)(s + 1);
    at.sets = at.ids + s->patterns;
    at.members = at.sets + s->patterns + 1;
    at.refs = at.members + s->sets + 1;
    at.literals = (const struct scan_literal *)(const void *)(at.refs + s->members);
    at.text = (const char *)(at.literals + s->literals);
    return at;
}

/* --- making one --- */

/* Distinct literals while they are collected: by hash, literal plus one, open addressing. */
struct distinct {
    uint32_t *table;
    uint32_t mask;
    struct scan_literal *literals;
    char *text;
    uint32_t nliterals, ntext;
};

static uint32_t add_literal(struct distinct *d, str literal, bool nocase)
{
    char *text = d->text + d->ntext;
    uint32_t hash = nocase;
    uint32_t at;

    assert(literal.n >= SCAN_SHORTEST && literal.n <= SCAN_LONGEST);
    for (size_t i = 0; i < literal.n; i++) {
        text[i] = nocase ? to_lower(literal.p[i]) : literal.p[i];
        hash = (hash ^ (unsigned char)text[i]) * 0x01000193u;
    }
    for (at = (hash ^ hash >> 15) & d->mask; d->table[at] != 0; at = (at + 1) & d->mask) {
        const struct scan_literal *one = &d->literals[d->table[at] - 1];

        if (one->length == literal.n && one->nocase == nocase &&
                memcmp(d->text + one->text, text, literal.n) == 0)
            return d->table[at] - 1;
    }
    d->literals[d->nliterals] = (struct scan_literal){
        .text = d->ntext, .length = (uint8_t)literal.n, .nocase = nocase
    };
    d->ntext += (uint32_t)literal.n;
    d->table[at] = ++d->nliterals;
    return d->nliterals - 1;
}

/* What there is at most: literals may be the same. */
static struct scanner count_parts(const struct scan_pattern *patterns, size_t n)
{
    struct scanner s = { .patterns = (uint32_t)n };
    uint64_t text = 0;

    assert(n < UINT32_MAX / 2);
    for (size_t i = 0; i < n; i++) {
        s.sets += (uint32_t)patterns[i].nsets;
        for (size_t k = 0; k < patterns[i].nsets; k++) {
            const struct scan_set *set = &patterns[i].sets[k];

            assert(set->n != 0);
            s.members += (uint32_t)set->n;
            for (size_t m = 0; m < set->n; m++)
                text += set->literals[m].n;
        }
    }
    assert(text < UINT32_MAX / 16);
    s.literals = s.members;
    s.text = (uint32_t)text + SCAN_LONGEST; /* the last one may be dropped again */
    return s;
}

/* Everything but what is said of literals. */
static void add_patterns(struct scanner *s, const struct scan_pattern *patterns, struct distinct *d)
{
    const uint32_t n = s->patterns;
    uint32_t *ids = (uint32_t *)(void *)(s + 1), *sets = ids + n, *members = sets + n + 1;
    uint32_t *refs = members + s->sets + 1, set = 0, member = 0;

    for (uint32_t i = 0; i < n; i++) {
        ids[i] = patterns[i].id;
        sets[i] = set;
        for (size_t k = 0; k < patterns[i].nsets; k++) {
            members[set++] = member;
            for (size_t m = 0; m < patterns[i].sets[k].n; m++) {
                struct scan_literal *l;

                refs[member] = add_literal(d, patterns[i].sets[k].literals[m], patterns[i].nocase);
                l = &d->literals[refs[member++]];
                l->sharers = (uint16_t)(l->sharers + (l->sharers != UINT16_MAX));
            }
        }
    }
    sets[n] = set;
    members[set] = member;
}

struct scan_few scan_few_at(const struct scanner_arrays *s, uint32_t literal, uint8_t offset)
{
    const struct scan_literal *l = &s->literals[literal];
    struct scan_few row = { .literal = literal, .offset = offset, .nocase = l->nocase };

    memcpy(row.bytes, s->text + l->text + offset, sizeof(row.bytes));
    return row;
}

struct scan_few scan_few_of(const struct scanner_arrays *s, uint32_t literal, unsigned stride)
{
    struct scan_few row = scan_few_at(s, literal, s->literals[literal].at[0]);

    row.set = s->literals[literal].set[stride];
    return row;
}

/* Those that are too short for a stride and looked for all the same get their sets. */
static void group_short(
        struct arena *a, struct scanner *s, struct scan_literal *literals, unsigned stride)
{
    const struct scanner_arrays at = scanner_arrays(s);
    struct scan_few *rows = arena_array(a, struct scan_few, s->literals + 1u);
    bool *taken = arena_array(a, bool, s->literals + 1u);
    float share[256];
    size_t nrows = 0;

    scan_taken(a, s, stride, taken);
    for (uint32_t i = 0; i < s->literals; i++) {
        if (taken[i] && !scan_takes(&literals[i], stride))
            rows[nrows++] = scan_few_of(&at, i, stride);
    }
    scan_shares(STR(""), share);
    scan_few_group(a, rows, nrows, share);
    for (size_t i = 0; i < nrows; i++)
        literals[rows[i].literal].set[stride] = rows[i].set;
}

/* Of the table in which windows of literals are counted: few of them need no large one. */
static unsigned count_bits(size_t literals)
{
    unsigned bits = COUNT_BITS_LEAST;

    while (bits < COUNT_BITS && 1ull << bits < literals * 32)
        bits++;
    return bits;
}

struct scanner *scanner_create(struct arena *a, const struct scan_pattern *patterns, size_t n)
{
    const struct scanner parts = count_parts(patterns, n);
    struct scanner *s = (struct scanner *)(void *)arena_buffer(a, size_of(&parts));
    struct distinct d = { .mask = 15 };
    struct scanner_arrays at;
    struct scan_counts counts;
    struct arena scratch;

    arena_init(&scratch, 0);
    *s = parts;
    memcpy(s->magic, magic, sizeof(magic));
    at = scanner_arrays(s);
    while (d.mask < parts.members * 2)
        d.mask = d.mask * 2 + 1;
    d.table = arena_array(&scratch, uint32_t, d.mask + 1ull);
    d.literals =
            (struct scan_literal *)(void *)((char *)s + ((const char *)at.literals - (char *)s));
    d.text = (char *)s + (at.text - (char *)s);
    add_patterns(s, patterns, &d);
    scan_count(&counts, &scratch, count_bits(d.nliterals), STR(""));
    for (uint32_t i = 0; i < d.nliterals; i++)
        scan_choose(&counts, d.text + d.literals[i].text, &d.literals[i]);
    s->literals = d.nliterals;
    s->text = d.ntext;
    s->size = size_of(s);
    memmove(d.literals + d.nliterals, d.text, d.ntext);
    for (unsigned stride = 1; stride < SCAN_STRIDES; stride++)
        group_short(&scratch, s, d.literals, stride);
    arena_finish(&scratch);
    return s;
}

size_t scanner_patterns(const struct scanner *s)
{
    return s->patterns;
}

/* The windows of a text, by hash and in either case: what has none of a literal's does not hold it. */
enum { GRAM_BITS = 12, MANY = 6 };
struct grams {
    uint64_t bits[(1u << GRAM_BITS) / 64];
};

static uint32_t gram_place(const char *p)
{
    return (scan_gram(p) | 0x20202020u) * 0x9e3779b1u >> (32 - GRAM_BITS);
}

static void grams_of(str text, struct grams *ret)
{
    memset(ret, 0, sizeof(*ret));
    for (size_t i = 0; i + SCAN_SHORTEST <= text.n; i++) {
        uint32_t place = gram_place(text.p + i);

        ret->bits[place / 64] |= (uint64_t)1 << place % 64;
    }
}

static bool has_gram(const struct grams *grams, const char *p)
{
    uint32_t place = gram_place(p);

    return (grams->bits[place / 64] >> place % 64 & 1) != 0;
}

/* Whether the text may hold a member of the set, as far as its windows tell. */
static bool has_grams(const struct scanner_arrays *s, uint32_t set, const struct grams *grams)
{
    for (uint32_t m = s->members[set]; m < s->members[set + 1]; m++) {
        const struct scan_literal *l = &s->literals[s->refs[m]];
        const char *text = s->text + l->text;

        if (has_gram(grams, text) && has_gram(grams, text + l->length - SCAN_SHORTEST))
            return true;
    }
    return false;
}

static bool holds_member(const struct scanner_arrays *s, uint32_t set, str text)
{
    for (uint32_t m = s->members[set]; m < s->members[set + 1]; m++) {
        const struct scan_literal *l = &s->literals[s->refs[m]];
        str one = { s->text + l->text, l->length };

        if ((l->nocase ? str_find_nocase(text, one) : str_find(text, one)) != STR_NONE)
            return true;
    }
    return false;
}

static bool is_small(const struct scanner_arrays *at, uint32_t set)
{
    return at->members[set + 1] - at->members[set] <= SCAN_LOOKED_AT;
}

static bool may_match(const struct scanner_arrays *at, size_t pattern, str text)
{
    for (uint32_t set = at->sets[pattern]; set < at->sets[pattern + 1]; set++) {
        if (is_small(at, set) && !holds_member(at, set, text))
            return false;
    }
    return true;
}

/* The windows of all sets first: the text holds a member of the set that many patterns share. */
static bool has_all_grams(
        const struct scanner_arrays *at, size_t pattern, const struct grams *grams)
{
    for (uint32_t set = at->sets[pattern]; set < at->sets[pattern + 1]; set++) {
        if (is_small(at, set) && !has_grams(at, set, grams))
            return false;
    }
    return true;
}

bool scanner_may_match(const struct scanner *s, size_t pattern, str text)
{
    const struct scanner_arrays at = scanner_arrays(s);

    return may_match(&at, pattern, text);
}

size_t scanner_may_match_of(
        const struct scanner *s, const uint32_t *patterns, size_t n, str text, uint32_t *ret)
{
    const struct scanner_arrays at = scanner_arrays(s);
    struct grams grams;
    size_t m = 0;

    if (n >= MANY)
        grams_of(text, &grams);
    for (size_t i = 0; i < n; i++) {
        if ((n < MANY || has_all_grams(&at, patterns[i], &grams)) &&
                may_match(&at, patterns[i], text))
            ret[m++] = patterns[i];
    }
    return m;
}

/* --- as bytes --- */

size_t scanner_size(const struct scanner *s)
{
    return s->size;
}

void scanner_write(const struct scanner *s, char *buf)
{
    memcpy(buf, s, s->size);
}

/* Ranges that begin where the last one ended, and end at n. */
static bool are_ranges(const uint32_t *begins, uint32_t count, uint32_t n, bool may_be_empty)
{
    if (begins[0] != 0 || begins[count] != n)
        return false;
    for (uint32_t i = 0; i < count; i++) {
        if (begins[i] > begins[i + 1] || (begins[i] == begins[i + 1] && !may_be_empty))
            return false;
    }
    return true;
}

static bool is_literal(const struct scan_literal *l, uint32_t text)
{
    if (l->length < SCAN_SHORTEST || l->text > text || l->length > text - l->text)
        return false;
    for (unsigned stride = 0; stride < SCAN_STRIDES; stride++) {
        if (scan_few_halves(l->set[stride]) >= SCAN_FEW_HALVES)
            return false;
        if (scan_takes(l, stride) &&
                l->at[stride] + scan_width(l, stride) - 1 + (1u << stride) > l->length)
            return false;
    }
    return true;
}

const struct scanner *scanner_view(str bytes)
{
    const struct scanner *s = (const struct scanner *)(const void *)bytes.p;
    struct scanner_arrays at;

    if (bytes.n < sizeof(*s) || (uintptr_t)bytes.p % alignof(struct scanner) != 0 ||
            memcmp(s->magic, magic, sizeof(magic)) != 0 || s->size != bytes.n ||
            size_of(s) != bytes.n)
        return NULL;
    at = scanner_arrays(s);
    if (!are_ranges(at.sets, s->patterns, s->sets, true) ||
            !are_ranges(at.members, s->sets, s->members, false))
        return NULL;
    for (uint32_t i = 0; i < s->members; i++) {
        if (at.refs[i] >= s->literals)
            return NULL;
    }
    for (uint32_t i = 0; i < s->literals; i++) {
        if (!is_literal(&at.literals[i], s->text))
            return NULL;
    }
    return s;
}
