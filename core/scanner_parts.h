/* SPDX-License-Identifier: Apache-2.0 */
/* scanner_parts: what a scanner and a plan are made of. Internal to core/scanner*.c. */
#pragma once

#include <string.h>

#include "scanner.h"

/*
 * A scanner: this, and behind it
 *     uint32_t ids[patterns]
 *     uint32_t sets[patterns + 1]     of each pattern its first set, if it has any; the end of the last
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
 * its logarithm. A window has four bytes; at the widest stride long literals have windows of eight,
 * since of four windows in a row one is common sooner than of one or two.
 */
enum { SCAN_STRIDES = 3, SCAN_WIDE = SCAN_STRIDES - 1 };

/* Kept once however many patterns share it. */
struct scan_literal {
    uint32_t text; /* lower case if nocase */
    uint8_t length, nocase;
    uint8_t at[SCAN_STRIDES];  /* for each stride where the rarest windows begin, in logs */
    uint8_t set[SCAN_STRIDES]; /* for each stride that it is too short for, see scan_few_set */
    uint16_t sharers;          /* sets that it is in, or the most that this can say */
    float cost
            [SCAN_STRIDES]; /* and how often they are expected in a MiB of the windows looked at */
};

/* Whether it has windows enough. */
static inline bool scan_takes(const struct scan_literal *l, unsigned stride)
{
    return l->length >= SCAN_SHORTEST - 1 + (1u << stride);
}

/* The bytes of its windows. */
static inline unsigned scan_width(const struct scan_literal *l, unsigned stride)
{
    return stride == SCAN_WIDE && l->length >= 7 + (1u << SCAN_WIDE) ? 8 : 4;
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

/*
 * Where a window stands in the map: in a word, one bit of its upper half and one of its lower, told by
 * their distance from the highest. So one access lets pass by chance but the square of what one bit
 * would. At the widest stride the second bit is told by the four bytes behind, and windows of four
 * bytes have all of them.
 */
struct scan_place {
    uint32_t word, first, second;
};

static inline struct scan_place scan_place_of(uint32_t gram, unsigned bits)
{
    const uint32_t mix = gram * SCAN_FACTOR;

    return (struct scan_place){ mix >> (32 - bits) >> 5, (mix >> (33 - bits)) % 16,
        16 + (mix >> (29 - bits)) % 16 };
}

static inline uint32_t scan_second_behind(uint32_t gram)
{
    return 16 + (gram * SCAN_FACTOR >> 28);
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

struct scan_kernel;
struct scan_plan;

/* Of sets of whole bytes, and of half bytes. */
enum { SCAN_FEW_SETS = 16, SCAN_FEW_HALVES = 8 };

struct scan_few {
    char bytes[4]; /* its rarest window, as the literal has it */
    uint32_t literal;
    uint8_t offset, set; /* offset: of the window; set: see scan_few_set */
    bool nocase;
};

/* Its sets of either kind. */
static inline unsigned scan_few_set(uint8_t set)
{
    return set % SCAN_FEW_SETS;
}

static inline unsigned scan_few_halves(uint8_t set)
{
    return set / SCAN_FEW_SETS;
}

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
/* The windows that pass in a MiB, by half bytes or by whole ones. */
float scan_few_rate(const struct scan_few *rows, size_t n, const float share[256], bool halves);
/*
 * Rows that lie in sets already, in sets that let less of the sample pass if there are such: by the windows
 * that are rare in it (at[0] of literals), or by those the rows have. Bytes of a text are not as independent
 * as sets are made for, so that each is tried on the sample. share: of the bytes in it.
 */
void scan_few_regroup(const struct scanner_arrays *s, const struct scan_literal *literals,
        struct scan_few *rows, size_t n, const struct scan_kernel *kernel, str sample,
        const float share[256]);
/* Of each literal whether a plan without a sample looks for it at this stride. */
void scan_taken(struct arena *a, const struct scanner *s, unsigned stride, bool *ret);
/* One of these by its window at offset, in no set yet; and by the window and the set that the scanner has
 * for it. */
struct scan_few scan_few_at(const struct scanner_arrays *s, uint32_t literal, uint8_t offset);
struct scan_few scan_few_of(const struct scanner_arrays *s, uint32_t literal, unsigned stride);

/* --- plans --- */

/*
 * Which literal has a window, and where. Windows with four more bytes of their literal behind them
 * are found by all eight; others by four, and four that stand elsewhere are compared at once. Each kind
 * has a table of its own: in that of the others most look-ups end. Open addressing. What is compared is
 * a hash, since the literal will be.
 */
struct scan_slot {
    uint32_t tag, near;
    uint32_t place; /* literal << 8 | offset of the window */
    int16_t gap;    /* from the window to near; 0 if found by eight */
    uint16_t more;  /* 1: windows whose look-up begins here are in other slots too */
};

struct scan_slots {
    struct scan_slot *slots; /* in the order of adding; the first one is none */
    uint32_t n;
    uint32_t *index; /* by hash: which slot; 0: none */
    uint8_t *prints; /* of each hash, to be asked first: see scan_print */
    uint32_t mask;
};

struct scan_table {
    struct scan_slots four, eight;
    bool used, eights; /* has any; has some of eight */
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

static inline uint32_t scan_slot(const struct scan_slots *table, uint64_t key)
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
    uint32_t *map;         /* see scan_place */
    struct scan_table grams, few;
    struct scan_chosen *chosen;
    uint32_t *first, *ids; /* of literal i: ids[first[i]] to ids[first[i + 1]] */
    uint32_t digits[2];    /* ids[digits[0]] to ids[digits[1]] want digits */
    /*
     * Beside a stride, literals too short for it: they lie in sets, and a bit for each says whether the
     * set has a literal with such a byte (or half byte) at this place of its window. Of whole bytes the
     * first eight sets and the others stand apart, and bytes above 127 for those 128 below.
     */
    uint8_t low[4][16], high[4][16], whole[2][4][128];
    uint16_t bytes[4][256]; /* the same as whole */
};

/* The rows' sets into the plan's tables. */
void scan_few_put(struct scan_plan *plan, const struct scan_few *rows, size_t n);

/* One of this stride, fast or not; SCAN_STRIDES: of the fastest. */
struct scan_plan *scan_plan_with(
        struct arena *a, const struct scanner *s, str sample, unsigned map, unsigned stride);

/* --- kernels --- */

/*
 * Windows that begin in text[at, to) and pass a filter; of the last one as many bytes are there as it
 * takes: eight at the widest stride. A group holds 32 windows in a row, a bit each. All kernels let pass
 * the same windows of literals, and some more.
 */
struct scan_group {
    uint32_t at, mask;
};
typedef size_t scan_filter(const struct scan_plan *plan, const char *text, size_t at, size_t to,
        struct scan_group *ret);
struct scan_kernel {
    const char *name;
    scan_filter *grams[SCAN_STRIDES], *few, *digits;
    void (*list)(
            struct scan_windows *w, const struct scan_group *groups, size_t n, unsigned stride);
    /* Nanoseconds per MiB, to look at every window and for short literals: what matters is how they stand
     * to each other. */
    float window_time, few_time;
    bool halves; /* few looks at half bytes */
};
/* Of 64 bytes that are digits or not, the first 32 from which on eight are. */
static inline uint32_t scan_runs(uint64_t digits)
{
    digits &= digits >> 1;
    digits &= digits >> 2;
    return (uint32_t)(digits & digits >> 4);
}

/*
 * The bits of groups as places. Most groups have but a few: writing four and keeping as many as there
 * are takes no guess of the processor.
 */
__attribute__((always_inline)) static inline void scan_list(
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

extern const struct scan_kernel scan_kernel_plain;
/* Either by gather, or by a load for each word of the map. */
extern const struct scan_kernel scan_kernel_avx2, scan_kernel_avx2_loads;
extern const struct scan_kernel scan_kernel_avx512, scan_kernel_avx512_loads;
/* Whether this machine can run it. */
bool scan_kernel_runs(const struct scan_kernel *kernel);
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
