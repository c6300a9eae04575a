/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pool_row: one row of a pool listing, and the law that all real rows obey:
 *
 *     Diff == Allocs - Frees (modulo 2^32)   and   Per Alloc == floor(Bytes / Diff)
 *
 * The law proves which number stands in which column, also where a paste lost the blanks.
 */
#pragma once

#include "parser.h"

enum pool { POOL_NONE, POOL_NONPAGED, POOL_PAGED };

enum pool_law {
    POOL_LAW_HOLDS,
    POOL_LAW_REPAIRED, /* two columns had grown together and were parted by it */
    POOL_LAW_BROKEN,   /* under every mapping: an edited or damaged row */
    POOL_LAW_UNKNOWN,  /* too few columns to ask */
};

struct pool_row {
    str tag; /* padded to four characters; points into the line or into padded */
    char padded[20];
    enum pool pool;
    /* Absent columns are value_none. */
    struct value allocs, frees, diff, bytes, per_alloc, delta_bytes;
    str driver;
    enum pool_law law;
};

/*
 * Reads a row as poolmon prints it, pasted or not. False when it is none: no Nonp or Paged behind
 * what can be a tag, or fewer than four numbers behind that.
 */
bool pool_row_read(str line, struct pool_row *ret);
/* What every row holds one of. */
void pool_row_signs(struct signs *to);
/* Whether a line begins like a row but ends too early. */
bool pool_row_short(str line);
/*
 * Whether a row as poolmon prints it stands at p, by its shape: a blank, the tag, the type, and behind it
 * numbers, blanks and brackets. PLAIN_LEAST bytes are there.
 */
enum { PLAIN_LEAST = 40, PLAIN_MOST = 512 };
bool pool_row_plain(const char *p);
/* A tag of one to four characters, padded with blanks. False when it cannot be one. */
bool pool_row_set_tag(struct pool_row *row, str tag);
/* Sets law from the columns that are there. */
void pool_row_judge(struct pool_row *row);
const char *pool_name(enum pool pool); /* "nonpaged"; NULL for POOL_NONE */

void pool_row_emit(struct parse *in, const struct line *line, struct when when,
        const struct pool_row *row, int64_t snapshot, str scope);
