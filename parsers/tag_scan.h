/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tag_scan: pool tags in the bytes of a driver. In code a tag is the 32-bit constant of an
 * instruction; in data it is a word that stands by itself, with no letter before or behind it (a
 * longer run is a text, not a tag).
 */
#pragma once

#include "str.h"

enum {
    TAG_SCAN_AHEAD = 16,  /* bytes of an instruction that may lie behind the place of a sighting */
    TAG_SCAN_MAX = 16384, /* different candidates of one file; beyond are no tags but noise */
};

struct tag_sighting {
    uint32_t tag; /* as it stands in memory: the first character is the lowest byte */
    uint32_t code, data;
    uint64_t first; /* offset of the first one */
};

struct tag_scan {
    struct tag_sighting *items;
    size_t n, size;
    uint32_t *slots; /* item + 1, open addressing; twice as many as items */
    bool full;       /* a candidate was dropped */
};

void tag_scan_finish(struct tag_scan *t); /* a zeroed one is ready for use */

/*
 * Candidates that begin in the first n bytes of s, which has up to TAG_SCAN_AHEAD more behind them;
 * before: the byte that precedes. offset: of s in the file.
 */
void tag_scan_intel(struct tag_scan *t, str s, size_t n, uint64_t offset);
void tag_scan_arm64(struct tag_scan *t, str s, size_t n, uint64_t offset);
void tag_scan_data(struct tag_scan *t, str s, size_t n, char before, uint64_t offset);

/* Most frequent first. */
void tag_scan_sort(struct tag_scan *t);
