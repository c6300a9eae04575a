/* SPDX-License-Identifier: Apache-2.0 */
/*
 * literal: finds any of many fixed strings in one line, by a scanner with a small map. Letters A-Z
 * match in either case. The cost does not grow with the number of strings.
 */
#pragma once

#include "arena.h"

struct literal {
    str text;    /* four bytes or more, at most 255 */
    uint16_t id; /* the caller's */
    bool word;   /* only where no letter, digit or '_' touches it */
};

struct scan_plan;

/* Made once for the life of the process: there is nothing to free it. */
struct literals {
    const struct literal *rows;
    size_t n; /* 0 until literals_prepare */
    const struct scan_plan *plan;
    struct arena arena;
};

/* What some strings begin with, in either case: most texts begin with other two bytes. */
struct firsts {
    uint64_t pairs[16]; /* by hash */
    bool ready;
};

/* Of n rows of `each` bytes that begin with a str of two bytes or more; fills *set at the first call. */
const struct firsts *firsts_of(struct firsts *set, const void *rows, size_t n, size_t each);
#define FIRSTS_OF(set, table)                                                                      \
    firsts_of((set), (table), sizeof(table) / sizeof((table)[0]), sizeof((table)[0]))

static inline unsigned firsts_hash(str s)
{
    return ((unsigned char)to_lower(s.p[0]) * 37u + (unsigned char)to_lower(s.p[1])) % 1024;
}

/* False of most texts that begin with none of them. */
static inline bool firsts_has(const struct firsts *f, str s)
{
    unsigned hash = s.n >= 2 ? firsts_hash(s) : 0;

    return s.n >= 2 && (f->pairs[hash / 64] >> hash % 64 & 1) != 0;
}

struct literal_hit {
    size_t begin, end;
    const struct literal *literal;
};

void literals_prepare(struct literals *set, const struct literal *rows, size_t n);
/* The first string that begins in t[from, to); the longest if several begin there. */
bool literals_find(
        const struct literals *set, str t, size_t from, size_t to, struct literal_hit *ret);
/* The longest string that begins at this very place. */
bool literals_at(const struct literals *set, str t, size_t at, struct literal_hit *ret);
