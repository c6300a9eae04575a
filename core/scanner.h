/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scanner: finds where in a text any of many patterns may match, at a few GB/s however many there
 * are. It knows nothing of patterns but literals: each pattern brings one or more sets of them, and
 * promises that every match holds a member of every set. So one set is enough to look for, and which
 * one is cheapest is a matter of the text at hand:
 *
 *     "pool (is empty|was exhausted)"     sets { "pool is empty", "pool was exhausted" },
 *                                              { " is empty", " was exhausted" }, { "pool " }
 *
 * A scanner holds patterns and never changes; it is one piece of memory without pointers that can be
 * kept in a file. A plan is made of it for one text or many: of each pattern the set, of each
 * literal the window of bytes that is rarest in a sample of that text. All windows go into one bit
 * map; the text is filtered through it by AVX2 where that pays, by plain C elsewhere; what passes is
 * compared with the literals in full. A plan decides how fast a scan is and which literal tells of a
 * pattern, never whether one does.
 *
 * Letters A-Z of patterns with nocase match in either case; other bytes are themselves.
 *
 * A pattern without a set is met wherever SCAN_DIGITS hexadecimal digits stand in a row: thousands of
 * numbers are found by that sooner than by literals for all that they may begin with.
 */
#pragma once

#include "arena.h"

/* Bytes of a literal. */
#define SCAN_SHORTEST 4
#define SCAN_LONGEST 255
#define SCAN_DIGITS 8
/* A sample of this size is enough; for a text below this size it costs more than it saves. */
#define SCAN_SAMPLE (1u << 18)
#define SCAN_WORTH_SAMPLE (8u << 20)
/* Bits of the map, as a power of two: for blocks, and less to keep in cache for single short lines. */
#define SCAN_MAP 18
#define SCAN_MAP_LINES 16

struct scan_set {
    const str *literals; /* at least one */
    size_t n;
};

struct scan_pattern {
    uint32_t id; /* the caller's */
    bool nocase;
    const struct scan_set *sets; /* none: digits */
    size_t nsets;
};

struct scanner; /* aligned for uint64_t */
struct scanner *scanner_create(struct arena *a, const struct scan_pattern *patterns, size_t n);
size_t scanner_patterns(const struct scanner *s);
/* False of a text that lacks a member of some set of this pattern, by its place among the patterns. Large sets
 * are not looked at: to look for their members one by one takes longer than what that may save. */
bool scanner_may_match(const struct scanner *s, size_t pattern, str text);
/* Of n patterns those for which that is not so, in their order, to ret, which has room for n; their number. Of many
 * in less time than one by one. */
size_t scanner_may_match_of(
        const struct scanner *s, const uint32_t *patterns, size_t n, str text, uint32_t *ret);
enum { SCAN_LOOKED_AT = 8 };
/* The scanner as bytes, and back. */
size_t scanner_size(const struct scanner *s);
void scanner_write(const struct scanner *s, char *buf);
/*
 * The scanner that scanner_write put into these bytes, which stay where they are; NULL when they
 * are no such thing, or not aligned. Damage that passes can cost matches, never safety.
 */
const struct scanner *scanner_view(str bytes);

/* A plan borrows its scanner. Without a sample it expects a log like most. */
struct scan_plan;
struct scan_plan *scan_plan_create(
        struct arena *a, const struct scanner *s, str sample, unsigned map);

struct scan_hit {
    uint32_t id; /* of the pattern */
    size_t begin,
            end; /* of the literal in the block, or of eight digits, which may have more around them */
};

enum { SCAN_STRIPE = 4096 };

/* Where in the stripe under work windows of one kind stand. */
struct scan_windows {
    uint32_t n, next;
    uint16_t at[SCAN_STRIPE + 8]; /* some more, so that they can be written eight at a time */
};

/* One walk over one block. */
struct scan {
    const struct scan_plan *plan;
    str block;
    size_t from, stripe, ahead; /* the stripe under work is block[stripe, ahead) */
    struct scan_windows grams, few, digits;
    const struct scan_table *table; /* of the window under work */
    const struct scan_slots *slots; /* of these */
    size_t window;
    uint32_t tag, slot;   /* what is looked for in them, and where; UINT32_MAX: nowhere */
    bool eight;           /* by all eight bytes; by four next */
    uint32_t id, last_id; /* patterns of the literal found that are yet to be told */
    size_t begin, end;
};

/* Finds out which filter is the fastest here. The first plan does it otherwise; to be called before processes are
 * forked, so that they need not, and take the same. */
void scanner_prepare(void);

/* Literals that lie in block[from, n) as a whole. The block stays good until the walk is over. */
void scan_begin(struct scan *scan, const struct scan_plan *plan, str block, size_t from);
/*
 * The next one, each exactly once for each pattern. In order of windows, so not quite in order of
 * literals: but a hit in one line comes before all hits in later lines, if no literal holds a line
 * feed.
 */
bool scan_next(struct scan *scan, struct scan_hit *ret);
