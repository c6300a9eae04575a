/* SPDX-License-Identifier: Apache-2.0 */
#include "tables.h"

#include <string.h>

const struct table *table_find(const char *name)
{
    for (const struct table *const *t = tables; *t != NULL; t++) {
        if (strcmp((*t)->name, name) == 0)
            return *t;
    }
    return NULL;
}

static size_t column_of(const struct table *table, const char *column)
{
    size_t i = 0;

    while (i < table->ncolumns && strcmp(table->columns[i], column) != 0)
        i++;
    return i;
}

static str cell_at(const struct table *table, size_t row, size_t column)
{
    return str_z(table->texts + table->cells[row * table->ncolumns + column]);
}

str table_cell(const struct table *table, size_t row, const char *column)
{
    size_t i = column_of(table, column);

    if (row >= table->nrows || i == table->ncolumns)
        return STR("");
    return cell_at(table, row, i);
}

size_t table_next(
        const struct table *table, size_t from, const char *column, str value, bool nocase)
{
    size_t i = column_of(table, column);

    if (i == table->ncolumns)
        return table->nrows;
    for (size_t row = from; row < table->nrows; row++) {
        str cell = cell_at(table, row, i);

        if (nocase ? str_eq_nocase(cell, value) : str_eq(cell, value))
            return row;
    }
    return table->nrows;
}

/* Literal characters of a pattern that fits the tag; 0 when it does not fit. */
static size_t fits(str pattern, const char tag[static 4])
{
    size_t literal = 0;

    for (size_t i = 0; i < 4; i++) {
        if (i < pattern.n && pattern.p[i] == '*')
            return literal;
        if (i < pattern.n && pattern.p[i] == '?')
            continue;
        if ((i < pattern.n ? pattern.p[i] : ' ') != tag[i])
            return 0;
        literal++;
    }
    return literal;
}

size_t table_pool_tag(const struct table *table, str tag)
{
    char padded[4] = { ' ', ' ', ' ', ' ' };
    size_t best = table->nrows, most = 0;

    if (tag.n == 0 || tag.n > 4)
        return best;
    memcpy(padded, tag.p, tag.n);
    for (size_t row = 0; row < table->nrows; row++) {
        size_t literal = fits(table_cell(table, row, "tag"), padded);

        if (literal > most) {
            most = literal;
            best = row;
        }
    }
    return best;
}
