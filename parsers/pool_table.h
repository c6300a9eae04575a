/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pool_table: pool listings that are not poolmon's own: of PowerShell, PoolMonX, System Informer,
 * tables that people made by hand in MB, tables of growth. The heading says what the columns hold.
 *
 *     | tag  | pool  | MB   |          | tag | growth over 6 hours |
 *     | Ttx1 | Paged | 12.5 |          | `Ttx1` | +503 |
 */
#pragma once

#include "pool_row.h"

enum { POOL_TABLE_COLUMNS = 32 };

struct pool_column {
    uint8_t what;  /* enum in pool_table.c */
    uint8_t pool;  /* enum pool: the one it speaks of, POOL_NONE = the row's */
    uint64_t unit; /* bytes per unit of a size */
};

struct pool_table {
    char sep; /* 0 = no table is open */
    size_t ncolumns;
    struct pool_column columns[POOL_TABLE_COLUMNS];
    bool has_rows, has_delta; /* emits pool.tag, pool.delta */
    double seconds;           /* what its deltas span, 0 = not stated */
};

/* What a row says: up to one row per pool, and growth. */
struct pool_table_row {
    str tag; /* padded; points into the line or into probe */
    struct pool_row probe, rows[2];
    size_t nrows;
    struct value delta_diff, delta_bytes;
    bool has_delta;
};

/* Opens the table when the line is the heading of one. Poolmon's own heading is none. */
bool pool_table_open(struct pool_table *t, str line);
/* Opens the table of PoolMonX when the line is a row of it: it copies rows without their heading. They
 * are known by their arithmetic, for both pools. */
bool pool_table_bare(struct pool_table *t, str line);
bool pool_table_row(const struct pool_table *t, str line, struct pool_table_row *ret);
/* "over 4.91 days", "in 24 h": seconds, 0 without. */
double pool_table_span(str s);
