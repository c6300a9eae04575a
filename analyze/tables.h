/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tables: the data files of rules/tables/, compiled in by rules/tables/embed.py. A table is rows of
 * texts under named columns; what a column means is said at the top of its file. Rows are found by
 * their key in a sorted index that the build makes; nothing is read or sorted at start.
 */
#pragma once

#include "str.h"

struct table {
    const char *name; /* "pool_tags": the file without .tsv */
    const char *const *columns;
    size_t ncolumns;
    const uint32_t
            *cells; /* nrows times ncolumns, row by row, in the order of the file: into texts */
    size_t nrows;
    const char *texts;
    const uint8_t *key;    /* columns that tell a row from all others */
    size_t nkey;           /* 0 = none: rows are only walked */
    bool any_case;         /* of the key */
    const uint16_t *keyed; /* rows by their key */
    const uint16_t *wild;  /* rows whose first key cell is a pattern: ? one character, * the rest */
    size_t nwild;
};

extern const struct table *const tables[]; /* NULL-terminated */

const struct table *table_find(const char *name); /* NULL when there is none */
/* Empty where the table has no such column, or no such row. */
str table_cell(const struct table *table, size_t row, const char *column);
/* The row with this key; nrows if none. second is the second cell of the key, third the third. */
size_t table_row(const struct table *table, str key);
size_t table_row2(const struct table *table, str key, str second);
size_t table_row3(const struct table *table, str key, str second, str third);
/* The next row from `from` whose column equals value (ASCII case ignored with nocase); nrows if
 * none. */
size_t table_next(
        const struct table *table, size_t from, const char *column, str value, bool nocase);
/* The row by this key, else the one whose pattern fits it with most literal characters; nrows. */
size_t table_match(const struct table *table, str key);

/* A row of pool_tags: exact, else the pattern with most literal characters; nrows of it if none.
 * The tag may lack its trailing blanks. */
size_t table_pool_tag(const struct table *table, str tag);
/* How well a pattern of that kind fits a text: literal characters + 1; 0 when it does not. */
size_t pattern_fits(str pattern, str text);
