/* SPDX-License-Identifier: Apache-2.0 */
/*
 * literal: finds any of many fixed strings in a text in one pass. Letters A-Z match in either case.
 * A bit map of four-byte windows, the rarest of each string, tells candidates; what passes it is
 * compared in full. The cost does not grow with the number of strings.
 */
#pragma once

#include "str.h"

enum { LITERAL_BITS = 13, LITERALS_MAX = 512 };

struct literal {
    str text;    /* four bytes or more, at most 255 */
    uint16_t id; /* the caller's */
    bool word;   /* only where no letter, digit or '_' touches it */
};

struct literals {
    const struct literal *rows;
    size_t n; /* 0 until literals_prepare */
    uint64_t bits[(1u << LITERAL_BITS) / 64];
    uint16_t head[256], next[LITERALS_MAX], hash[LITERALS_MAX];
    uint8_t gram[LITERALS_MAX];
};

struct literal_hit {
    size_t begin, end;
    const struct literal *literal;
};

void literals_prepare(struct literals *set, const struct literal *rows, size_t n);
/* A string that begins in t[from, to): the first whose window is met, the longest at its place. */
bool literals_find(
        const struct literals *set, str t, size_t from, size_t to, struct literal_hit *ret);
/* The longest string that begins at this very place. */
bool literals_at(const struct literals *set, str t, size_t at, struct literal_hit *ret);
