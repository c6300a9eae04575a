/* SPDX-License-Identifier: Apache-2.0 */
/* scanner_parts: what a scanner and a plan are made of. Internal to core/scanner*.c. */
#pragma once

#include <string.h>

#include "scanner.h"

/*
 * A scanner: this, and behind it
 *     uint32_t ids[patterns]
 *     uint32_t sets[patterns + 1]     of each pattern its first set; the end of the last
 *     uint32_t members[sets + 1]      of each set its first member; the end of the last
 *     uint32_t refs[members]          of each member its literal
 *     struct scan_literal literals[literals]
 *     char text[text]
 */
struct scanner {
    char magic[8];
    uint64_t size; /* of all, in bytes */
    uint32_t patterns, sets, members, literals, text;
    uint32_t spare;
};

/*
 * With a stride of 2 (4) only every second (fourth) window of the text is looked at, and a literal
 * has two (four) windows in a row in the map, one of which stands there. The index of a stride is
 * its logarithm.
 */
enum { SCAN_STRIDES = 3 };

/* Kept once however many patterns share it. */
struct scan_literal {
    uint32_t text; /* lower case if nocase */
    uint8_t length, nocase;
    uint8_t at[SCAN_STRIDES];  /* for each stride where the rarest windows begin, in logs */
    uint8_t set[SCAN_STRIDES]; /* for each stride that it is too short for, see scan_few_group */
    uint16_t sharers;          /* sets that it is in, or the most that this can say */
    float cost
            [SCAN_STRIDES]; /* and how often they are expected in a MiB of the windows looked at */
};

/* Whether it has windows enough. */
static inline bool scan_takes(const struct scan_literal *l, unsigned stride)
{
    return l->length >= SCAN_SHORTEST - 1 + (1u << stride);
}

struct scanner_arrays {
    const uint32_t *ids, *sets, *members, *refs;
    const struct scan_literal *literals;
    const char *text;
};

struct scanner_arrays scanner_arrays(const struct scanner *s);

/* --- windows --- */

/* Bit 5 set in every byte makes both cases of a letter one; what else that folds, the compare
 * tells. */
static inline uint32_t scan_gram(const char *p)
{
    uint32_t v;

    memcpy(&v, p, sizeof(v));
    return v | 0x20202020u;
}

#define SCAN_FACTOR 0x9e3779b1u

static inline uint32_t scan_hash(uint32_t gram, unsigned bits)
{
    return (gram * SCAN_FACTOR) >> (32 - bits);
}

/* What a sample holds, by hash; and what it would if it were longer. */
struct scan_counts {
    uint16_t *rows;
    unsigned bits;
    float scale;        /* to windows in a MiB */
    uint8_t class[256]; /* of each byte */
};
void scan_count(struct scan_counts *counts, struct arena *a, unsigned bits, str sample);
/* Fills in at and cost. */
void scan_choose(struct scan_counts *counts, const char *text, struct scan_literal *literal);

/* How much of a text each byte makes up, by the sample and by how logs are written. */
void scan_shares(str sample, float ret[256]);

/* --- literals that are too short for a stride --- */

enum { SCAN_FEW_SETS = 8 };

struct scan_few {
    char bytes[4]; /* its rarest window, as the literal has it */
    uint32_t literal;
    uint8_t offset, set; /* offset: of the window */
    bool nocase;
};

/* The half bytes that a byte may have. */
struct scan_half {
    uint16_t low, high;
};

static inline struct scan_half scan_half_of(char c, bool nocase)
{
    const unsigned byte = (unsigned char)c;
    struct scan_half half = { (uint16_t)(1u << (byte & 15)), (uint16_t)(1u << (byte >> 4)) };

    if (nocase && is_alpha(c))
        half.high |= (uint16_t)(1u << ((byte ^ 0x20) >> 4));
    return half;
}

/* Puts them into sets, for texts of these shares; and sorts them. */
void scan_few_group(struct arena *a, struct scan_few *rows, size_t n, const float share[256]);
/* The windows that pass in a MiB. */
float scan_few_rate(const struct scan_few *rows, size_t n, const float share[256]);
/* Of each literal whether a plan without a sample looks for it at this stride. */
void scan_taken(struct arena *a, const struct scanner *s, unsigned stride, bool *ret);
/* One of these; its window and its set are those of the scanner, whatever a sample says. */
struct scan_few scan_few_of(const struct scanner_arrays *s, uint32_t literal, unsigned stride);

/* --- plans --- */

/*
 * Which literal has a window, and where. Windows with four more bytes of their literal behind them
 * are found by all eight; others by four, and four that stand elsewhere are compared at once. Open
 * addressing. What is compared is a hash, since the literal will be.
 */
struct scan_slot {
    uint32_t tag, near;
    uint32_t place; /* literal << 8 | offset of the window; SCAN_FREE */
    int16_t gap;    /* from the window to near; 0 if found by eight */
    uint16_t more;  /* 1: windows whose look-up begins here are in other slots too */
};
#define SCAN_FREE UINT32_MAX

struct scan_table {
    struct scan_slot *slots;
    uint8_t *
            prints; /* of each slot, to be asked first since they stay in the cache: see scan_print */
    uint32_t mask;
    bool used;
};

/* The tag of a window in the lower half, its place in the table above. */
static inline uint64_t scan_key(uint64_t bytes, uint64_t factor)
{
    bytes *= factor;
    return bytes ^ bytes >> 32;
}

static inline uint64_t scan_key_four(uint32_t gram)
{
    return scan_key(gram, UINT64_C(0x9e3779b97f4a7c15));
}

static inline uint64_t scan_key_eight(uint32_t gram, uint32_t next)
{
    return scan_key(gram | (uint64_t)next << 32, UINT64_C(0xd6e8feb86659fd93));
}

/* Of what a slot holds; a free one has none, one with more besides has one that may be any. */
enum { SCAN_PRINT_FREE, SCAN_PRINT_ANY };

static inline uint8_t scan_print(uint64_t key)
{
    return (uint8_t)(key >> 25 | 0x80);
}

static inline uint32_t scan_slot(const struct scan_table *table, uint64_t key)
{
    return (uint32_t)(key >> 36) & table->mask;
}

struct scan_chosen {
    const char *text;
    uint8_t length, nocase;
};

struct scan_plan {
    const struct scan_kernel *kernel;
    unsigned bits, stride; /* of the map; the logarithm */
    uint32_t *map;         /* a bit is the highest of its word after a shift left by the hash */
    struct scan_table grams, few;
    struct scan_chosen *chosen;
    uint32_t *first, *ids; /* of literal i: ids[first[i]] to ids[first[i + 1]] */
    /*
     * Beside a stride, literals too short for it: they lie in eight sets, and a bit for each says
     * whether the set has a literal with such a half byte (or byte) at this place of its window.
     */
    uint8_t low[4][16], high[4][16], whole[4][256];
};

/* --- kernels --- */

/*
 * Windows that begin in text[at, to) and pass a filter; three bytes stand behind `to`. A group holds
 * 32 windows in a row, a bit each. All kernels give the same groups.
 */
struct scan_group {
    uint32_t at, mask;
};
typedef size_t scan_filter(const struct scan_plan *plan, const char *text, size_t at, size_t to,
        struct scan_group *ret);
struct scan_kernel {
    const char *name;
    scan_filter *grams[SCAN_STRIDES], *few;
};
extern const struct scan_kernel scan_kernel_plain;
extern const struct scan_kernel scan_kernel_avx2;
/* The faster one on this machine; measured at the first call. */
const struct scan_kernel *scan_kernel_best(void);

/* Whether the block has the literal at this place. */
static inline bool scan_holds(const struct scan_chosen *c, const char *p)
{
    if (!c->nocase)
        return memcmp(p, c->text, c->length) == 0;
    for (size_t i = 0; i < c->length; i++) {
        if (to_lower(p[i]) != c->text[i])
            return false;
    }
    return true;
}
