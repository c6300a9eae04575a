/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tables: the data files of rules/tables/, compiled in by rules/tables/embed.py. A table is rows of
 * texts under named columns; what a column means is said at the top of its file.
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
};

extern const struct table *const tables[]; /* NULL-terminated */

const struct table *table_find(const char *name); /* NULL when there is none */
/* Empty where the table has no such column. */
str table_cell(const struct table *table, size_t row, const char *column);
/* The next row from `from` whose column equals value (ASCII case ignored with nocase); nrows if
 * none. */
size_t table_next(
        const struct table *table, size_t from, const char *column, str value, bool nocase);

/* A row of pool_tags: exact, else the pattern (? one character, * the rest) with most literal
 * characters; nrows of it if none. The tag may lack its trailing blanks. */
size_t table_pool_tag(const struct table *table, str tag);
