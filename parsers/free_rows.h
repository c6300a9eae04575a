/* SPDX-License-Identifier: Apache-2.0 */
/*
 * free_rows: the rows that free prints, for its own format and for what people paste in front of a
 * log without the heading:
 *
 *     Mem: 8300144 910360 7389784 0 10588 39460
 *     -/+ buffers/cache: 860312 7439832
 *     Swap: 16777208 0 16777208
 */
#pragma once

#include "parser.h"

enum { FREE_NUMBERS = 8 };

struct free_row {
    str label;
    double n[FREE_NUMBERS];
    bool suffix; /* the cells carry units: n is in bytes */
    size_t count;
};

/* "7,7Gi", "512M", "0B", "8123456" */
bool free_cell_take(str cell, double *ret, bool *ret_suffix);
/* A label up to its colon (also the wide one of Chinese), then numbers only. */
bool free_row_take(str line, struct free_row *ret);
bool free_row_is_memory(const struct free_row *row);
bool free_row_is_cache(const struct free_row *row);

/* Bytes per unit when nothing says: what makes a machine of a sane size. */
double free_unit_by_size(double total);

/* Three rows in a row, believed because they add up. */
struct free_paste {
    unsigned rows;
    struct free_row memory, cache;
};
/* Takes any line; true when it was a row of such a block. With the last one the fact is said. */
bool free_pasted(struct parse *in, struct free_paste *p, const struct line *line, struct when when);
