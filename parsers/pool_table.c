/* SPDX-License-Identifier: Apache-2.0 */
#include "pool_table.h"

#include "cells.h"
#include "limits.h"

enum column {
    COLUMN_OTHER,
    COLUMN_TAG,
    COLUMN_TYPE,
    COLUMN_ALLOCS,
    COLUMN_FREES,
    COLUMN_DIFF,
    COLUMN_BYTES,
    COLUMN_PER_ALLOC,
    COLUMN_DRIVER,
    COLUMN_DESCRIPTION,
    COLUMN_DELTA, /* of blocks */
    COLUMN_DELTA_BYTES,
};

/* Letters and digits only, lower case, into buf. */
static str squeeze(str s, char *buf, size_t size)
{
    size_t n = 0;

    for (size_t i = 0; i < s.n && n < size; i++) {
        if (is_alnum(s.p[i]))
            buf[n++] = to_lower(s.p[i]);
    }
    return (str){ buf, n };
}

/* A word of the heading that names a unit: "MB", "(KB)", "[MiB]". */
static uint64_t unit_in(str s)
{
    str word;

    while (s.n != 0) {
        size_t n = 0;

        while (s.n != 0 && !is_alpha(s.p[0]))
            s = str_from(s, 1);
        while (n < s.n && is_alpha(s.p[n]))
            n++;
        word = str_slice(s, 0, n);
        s = str_from(s, n);
        if (word.n >= 2 && word.n <= 3 && cell_unit(word) != 0)
            return cell_unit(word);
    }
    return 0;
}

double pool_table_span(str s)
{
    static const struct {
        str word;
        double seconds;
    } units[] = {
        { STR_INIT("day"), 86400 },
        { STR_INIT("d"), 86400 },
        { STR_INIT("hour"), 3600 },
        { STR_INIT("hr"), 3600 },
        { STR_INIT("h"), 3600 },
        { STR_INIT("minute"), 60 },
        { STR_INIT("min"), 60 },
        { STR_INIT("week"), 604800 },
        { STR_INIT("second"), 1 },
        { STR_INIT("sec"), 1 },
        { STR_INIT("s"), 1 },
    };
    static const str words[] = { STR_INIT("over "), STR_INIT("in "), STR_INIT("within "),
        STR_INIT("after "), STR_INIT("across "), STR_INIT("during ") };

    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        size_t at = str_find_nocase(s, words[i]);
        str rest = at != STR_NONE ? str_from(s, at + words[i].n) : STR(""), word;
        double number;
        size_t n = 0;

        (void)str_take_char(&rest, '~');
        if (!cell_take_number(&rest, &number) || number <= 0)
            continue;
        rest = cell_trim(rest);
        while (n < rest.n && is_alpha(rest.p[n]))
            n++;
        word = str_slice(rest, 0, n);
        if (word.n > 2 && to_lower(word.p[word.n - 1]) == 's')
            word.n--;
        for (size_t k = 0; k < sizeof(units) / sizeof(units[0]); k++) {
            if (str_eq_nocase(word, units[k].word))
                return number * units[k].seconds;
        }
    }
    return 0;
}

static bool is_growth(str name)
{
    return str_starts(name, STR("delta")) || str_starts(name, STR("growth")) ||
           str_starts(name, STR("increase")) || str_starts(name, STR("change")) ||
           str_starts(name, STR("gained"));
}

/* Takes "paged" or "nonpaged" off the front of a column's name. */
static enum pool take_pool(str *name)
{
    str rest = *name;
    enum pool pool = POOL_NONE;

    if (str_take(&rest, STR("nonpaged")) || str_take(&rest, STR("npaged")) ||
            str_take(&rest, STR("nonp")))
        pool = POOL_NONPAGED;
    else if (str_take(&rest, STR("paged")))
        pool = POOL_PAGED;
    if (pool != POOL_NONE)
        *name = rest;
    return pool;
}

static enum column column_by_name(str name)
{
    static const struct {
        str name;
        enum column what;
    } names[] = {
        { STR_INIT("tag"), COLUMN_TAG },
        { STR_INIT("pooltag"), COLUMN_TAG },
        { STR_INIT("tagname"), COLUMN_TAG },
        { STR_INIT("type"), COLUMN_TYPE },
        { STR_INIT("pool"), COLUMN_TYPE },
        { STR_INIT("pooltype"), COLUMN_TYPE },
        { STR_INIT("allocs"), COLUMN_ALLOCS },
        { STR_INIT("allocations"), COLUMN_ALLOCS },
        { STR_INIT("frees"), COLUMN_FREES },
        { STR_INIT("diff"), COLUMN_DIFF },
        { STR_INIT("outstanding"), COLUMN_DIFF },
        { STR_INIT("blocks"), COLUMN_DIFF },
        { STR_INIT("current"), COLUMN_DIFF },
        { STR_INIT("bytes"), COLUMN_BYTES },
        { STR_INIT("usedbytes"), COLUMN_BYTES },
        { STR_INIT("used"), COLUMN_BYTES },
        { STR_INIT("usage"), COLUMN_BYTES },
        { STR_INIT("bytestotal"), COLUMN_BYTES },
        { STR_INIT("size"), COLUMN_BYTES },
        { STR_INIT("mb"), COLUMN_BYTES },
        { STR_INIT("mib"), COLUMN_BYTES },
        { STR_INIT("kb"), COLUMN_BYTES },
        { STR_INIT("sizemb"), COLUMN_BYTES },
        { STR_INIT("usedmb"), COLUMN_BYTES },
        { STR_INIT("usagemb"), COLUMN_BYTES },
        { STR_INIT("bytesmb"), COLUMN_BYTES },
        { STR_INIT("sizekb"), COLUMN_BYTES },
        { STR_INIT("peralloc"), COLUMN_PER_ALLOC },
        { STR_INIT("bytesperalloc"), COLUMN_PER_ALLOC },
        { STR_INIT("mappeddriver"), COLUMN_DRIVER },
        { STR_INIT("driver"), COLUMN_DRIVER },
        { STR_INIT("binary"), COLUMN_DRIVER },
        { STR_INIT("owner"), COLUMN_DRIVER },
        { STR_INIT("source"), COLUMN_DRIVER },
        { STR_INIT("description"), COLUMN_DESCRIPTION },
        { STR_INIT("sourcedescription"), COLUMN_DESCRIPTION },
    };

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (str_eq(name, names[i].name))
            return names[i].what;
    }
    return COLUMN_OTHER;
}

static struct pool_column read_column(str cell)
{
    char buf[64];
    str name = squeeze(cell, buf, sizeof(buf)), whole = name;
    struct pool_column c = { .unit = unit_in(cell) };

    if (is_growth(name)) {
        c.what = c.unit != 0 || str_has(name, STR("byte")) ? COLUMN_DELTA_BYTES : COLUMN_DELTA;
    } else {
        c.pool = (uint8_t)take_pool(&name);
        c.what = (uint8_t)column_by_name(name);
        if (c.pool != POOL_NONE && str_eq(name, STR("total")))
            c.what = COLUMN_BYTES; /* of that pool */
        if (c.what == COLUMN_OTHER)
            c = (struct pool_column){ .what = (uint8_t)column_by_name(whole), .unit = c.unit };
    }
    if (c.unit == 0)
        c.unit = 1;
    return c;
}

/* What parts the cells of this line, 0 = nothing that does. */
static char separator(str line)
{
    str s = str_trim(line);

    if (s.n == 0)
        return 0;
    if (s.p[0] == '|')
        return '|';
    if (str_has(s, STR("\t")))
        return '\t';
    if (str_has(s, STR(",")))
        return ',';
    if (str_has(s, STR(";")))
        return ';';
    if (str_has(s, STR(" | ")))
        return '|';
    return ' ';
}

static size_t split(str line, char sep, size_t want, str *cells)
{
    size_t n = cells_split(line, sep, cells, POOL_TABLE_COLUMNS);
    str word;

    /* Blanks that a paste collapsed: then every word is a cell, if the number comes out right. */
    if (sep == ' ' && n < want) {
        n = 0;
        while (n < POOL_TABLE_COLUMNS && str_word(&line, &word))
            cells[n++] = word;
        if (want != SIZE_MAX && n != want)
            n = 0;
    }
    return n;
}

bool pool_table_open(struct pool_table *t, str line)
{
    struct pool_table made;
    str cells[POOL_TABLE_COLUMNS];
    bool tag = false, sizes = false, poolmon = false;

    /* Most lines are no heading: all of them name the tag. */
    if (line.n > 1024 || str_find_nocase(line, STR("tag")) == STR_NONE)
        return false;
    made = (struct pool_table){ .sep = separator(line) };
    if (made.sep == 0)
        return false;
    made.ncolumns = split(line, made.sep, made.sep == ' ' ? SIZE_MAX : 0, cells);
    if (made.ncolumns < 2)
        return false;
    for (size_t i = 0; i < made.ncolumns; i++) {
        struct pool_column c = read_column(cells[i]);

        made.columns[i] = c;
        tag |= c.what == COLUMN_TAG;
        sizes |= c.what == COLUMN_DIFF || c.what == COLUMN_BYTES;
        poolmon |= c.what == COLUMN_ALLOCS && made.sep == ' ';
        if (c.what == COLUMN_DELTA || c.what == COLUMN_DELTA_BYTES) {
            made.has_delta = true;
            if (made.seconds == 0)
                made.seconds = pool_table_span(cells[i]);
        }
    }
    if (!tag || (!sizes && !made.has_delta) || poolmon)
        return false;
    made.has_rows = sizes;
    *t = made;
    return true;
}

/* Allocations, frees, blocks: whether the third is what is left. */
static bool is_lawful(const str *cells)
{
    uint64_t n[3];

    for (size_t i = 0; i < 3; i++)
        if (!str_grouped(cells[i], &n[i]))
            return false;
    return n[0] >= n[1] && n[0] - n[1] == n[2];
}

bool pool_table_bare(struct pool_table *t, str line)
{
    static const uint8_t order[] = { COLUMN_ALLOCS, COLUMN_FREES, COLUMN_DIFF, COLUMN_BYTES };
    struct pool_table made = { .sep = '\t', .has_rows = true };
    str cells[POOL_TABLE_COLUMNS];
    struct pool_row probe;
    size_t n;

    if (line.n > 1024 || str_find_char(line, '\t') == STR_NONE)
        return false;
    n = cells_split(line, '\t', cells, POOL_TABLE_COLUMNS);
    if (n < 9 || n > 11 || !pool_row_set_tag(&probe, cells[0]) || !is_lawful(&cells[1]) ||
            !is_lawful(&cells[5]))
        return false;
    made.columns[made.ncolumns++] = (struct pool_column){ COLUMN_TAG, POOL_NONE, 1 };
    for (size_t i = 0; i < 8; i++)
        made.columns[made.ncolumns++] =
                (struct pool_column){ order[i % 4], i < 4 ? POOL_PAGED : POOL_NONPAGED, 1 };
    made.columns[made.ncolumns++] = (struct pool_column){ COLUMN_DRIVER, POOL_NONE, 1 };
    made.columns[made.ncolumns++] = (struct pool_column){ COLUMN_DESCRIPTION, POOL_NONE, 1 };
    *t = made;
    return true;
}

/* `Ttx1` (what it is), Ttx1, "Ttx1": the tag, blanks inside kept. */
static str tag_of(str cell)
{
    size_t end;

    while (str_take_char(&cell, '*'))
        ;
    if (str_take_char(&cell, '`')) {
        end = str_find_char(cell, '`');
        return str_slice(cell, 0, end);
    }
    end = str_find(cell, STR(" ("));
    cell = str_slice(cell, 0, end);
    while (str_ends(cell, STR("*")))
        cell.n--;
    return cell;
}

static struct value cell_value(str cell, uint64_t unit)
{
    double number;

    cell = cell_trim(cell);
    while (str_take_char(&cell, '*') || str_take_char(&cell, '`') || str_take_char(&cell, '~'))
        ;
    if (!cell_take_number(&cell, &number))
        return value_none();
    if (unit != 0) {
        uint64_t named = cell_unit(cell);

        number *= (double)(named != 0 ? named : unit);
    }
    if (number > 9e18 || number < -9e18)
        return value_none();
    return value_int((int64_t)(number < 0 ? number - 0.5 : number + 0.5));
}

static enum pool pool_of(str cell)
{
    char buf[16];
    str name = squeeze(cell, buf, sizeof(buf));
    enum pool pool = take_pool(&name);

    return pool != POOL_NONE || !str_eq(name, STR("np")) ? pool : POOL_NONPAGED;
}

static void fill(struct pool_row *row, const struct pool_column *c, str cell)
{
    switch ((enum column)c->what) {
    case COLUMN_ALLOCS:
        row->allocs = cell_value(cell, 0);
        break;
    case COLUMN_FREES:
        row->frees = cell_value(cell, 0);
        break;
    case COLUMN_DIFF:
        row->diff = cell_value(cell, 0);
        break;
    case COLUMN_BYTES:
        row->bytes = cell_value(cell, c->unit);
        break;
    case COLUMN_PER_ALLOC:
        row->per_alloc = cell_value(cell, 1);
        break;
    default:
        break;
    }
}

/* Tables with columns per pool hold many tags that never lived in one of the two. */
static bool worth(const struct pool_row *row)
{
    return (row->bytes.type == VALUE_INT && row->bytes.i != 0) ||
           (row->diff.type == VALUE_INT && row->diff.i != 0) ||
           (row->allocs.type == VALUE_INT && row->allocs.i != 0);
}

static void finish_row(
        struct pool_row *row, str tag, str driver, bool always, struct pool_table_row *ret)
{
    struct pool_row *to = &ret->rows[ret->nrows];

    if (row->bytes.type == VALUE_NONE && row->diff.type == VALUE_NONE)
        return;
    if (!always && !worth(row))
        return;
    *to = *row;
    (void)pool_row_set_tag(to, tag); /* tried before */
    to->driver = driver;
    if (to->per_alloc.type == VALUE_NONE && to->diff.type == VALUE_INT &&
            to->bytes.type == VALUE_INT && to->diff.i > 0 && to->allocs.type == VALUE_INT)
        to->per_alloc = value_int(to->bytes.i / to->diff.i);
    pool_row_judge(to);
    ret->nrows++;
}

bool pool_table_row(const struct pool_table *t, str line, struct pool_table_row *ret)
{
    struct pool_row by_pool[3] = { { .pool = POOL_NONE }, { .pool = POOL_NONPAGED },
        { .pool = POOL_PAGED } };
    str cells[POOL_TABLE_COLUMNS], tag = STR(""), driver = STR("");
    size_t n = split(line, t->sep, t->sep == ' ' ? t->ncolumns : 0, cells);

    if (n < 2)
        return false;
    *ret = (struct pool_table_row){ .nrows = 0 };
    for (size_t i = 0; i < n && i < t->ncolumns; i++) {
        const struct pool_column *c = &t->columns[i];

        if (c->what == COLUMN_TAG)
            tag = tag_of(cells[i]);
        else if (c->what == COLUMN_TYPE)
            by_pool[0].pool = pool_of(cells[i]);
        else if (c->what == COLUMN_DRIVER || (c->what == COLUMN_DESCRIPTION && driver.n == 0))
            driver = cells[i];
        else if (c->what == COLUMN_DELTA)
            ret->delta_diff = cell_value(cells[i], 0);
        else if (c->what == COLUMN_DELTA_BYTES)
            ret->delta_bytes = cell_value(cells[i], c->unit);
        else
            fill(&by_pool[c->pool], c, cells[i]);
    }
    if (!pool_row_set_tag(&ret->probe, tag))
        return false;
    ret->tag = ret->probe.tag;
    ret->has_delta = ret->delta_diff.type == VALUE_INT || ret->delta_bytes.type == VALUE_INT;
    finish_row(&by_pool[0], tag, driver, true, ret);
    for (size_t i = 1; i < 3 && ret->nrows < 2; i++)
        finish_row(&by_pool[i], tag, driver, false, ret);
    if (ret->nrows == 1 && ret->rows[0].delta_bytes.type == VALUE_NONE)
        ret->rows[0].delta_bytes = ret->delta_bytes;
    return ret->nrows != 0 || ret->has_delta;
}
