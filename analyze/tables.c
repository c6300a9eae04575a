/* SPDX-License-Identifier: Apache-2.0 */
#include "tables.h"

#include <string.h>

enum { KEYS_MAX = 3 };

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

static const char *text_at(const struct table *table, size_t row, size_t column)
{
    return table->texts + table->cells[row * table->ncolumns + column];
}

static str cell_at(const struct table *table, size_t row, size_t column)
{
    return str_z(text_at(table, row, column));
}

str table_cell(const struct table *table, size_t row, const char *column)
{
    size_t i = column_of(table, column);

    if (row >= table->nrows || i == table->ncolumns)
        return STR("");
    return cell_at(table, row, i);
}

/* As the build sorted them: byte by byte, a shorter cell before a longer one. */
static int compare_cell(const char *cell, str s, bool any_case)
{
    for (size_t i = 0; i < s.n; i++) {
        unsigned char x = (unsigned char)(any_case ? to_lower(cell[i]) : cell[i]);
        unsigned char y = (unsigned char)(any_case ? to_lower(s.p[i]) : s.p[i]);

        if (cell[i] == '\0')
            return -1;
        if (x != y)
            return x < y ? -1 : 1;
    }
    return cell[s.n] != '\0';
}

static size_t find_row(const struct table *table, const str *keys, size_t nkeys)
{
    size_t low = 0, high = nkeys == table->nkey ? table->nrows : 0;

    while (low < high) {
        size_t middle = low + (high - low) / 2, row = table->keyed[middle];
        int order = 0;

        for (size_t i = 0; i < nkeys && order == 0; i++)
            order = compare_cell(text_at(table, row, table->key[i]), keys[i], table->any_case);
        if (order == 0)
            return row;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return table->nrows;
}

size_t table_row(const struct table *table, str key)
{
    return find_row(table, &key, 1);
}

size_t table_row2(const struct table *table, str key, str second)
{
    const str keys[] = { key, second };

    return find_row(table, keys, 2);
}

size_t table_row3(const struct table *table, str key, str second, str third)
{
    const str keys[KEYS_MAX] = { key, second, third };

    return find_row(table, keys, 3);
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

/* Literal characters of a pattern that fits the text, + 1; 0 when it does not fit. */
static size_t fits(str pattern, str text, bool any_case)
{
    size_t literal = 1;

    for (size_t i = 0; i < pattern.n || i < text.n; i++) {
        if (i < pattern.n && pattern.p[i] == '*')
            return literal;
        if (i >= pattern.n || i >= text.n)
            return 0;
        if (pattern.p[i] == '?')
            continue;
        if (any_case ? to_lower(pattern.p[i]) != to_lower(text.p[i]) : pattern.p[i] != text.p[i])
            return 0;
        literal++;
    }
    return literal;
}

static size_t best_pattern(const struct table *table, str text)
{
    size_t best = table->nrows, most = 0;

    for (size_t i = 0; i < table->nwild; i++) {
        str pattern = cell_at(table, table->wild[i], table->key[0]);
        size_t literal = fits(pattern, text, table->any_case);

        if (literal > most) {
            most = literal;
            best = table->wild[i];
        }
    }
    return best;
}

size_t table_match(const struct table *table, str key)
{
    size_t row = table_row(table, key);

    return row != table->nrows ? row : best_pattern(table, key);
}

size_t table_pool_tag(const struct table *table, str tag)
{
    char padded[4] = { ' ', ' ', ' ', ' ' };
    size_t row;

    if (tag.n == 0 || tag.n > sizeof(padded))
        return table->nrows;
    row = table_row(table, str_trim_end(tag));
    if (row != table->nrows)
        return row;
    memcpy(padded, tag.p, tag.n);
    return best_pattern(table, (str){ padded, sizeof(padded) });
}

size_t pattern_fits(str pattern, str text)
{
    return fits(pattern, text, false);
}
