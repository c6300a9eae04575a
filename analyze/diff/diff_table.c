/* SPDX-License-Identifier: Apache-2.0 */
/* The numbers of the comparison for people: one table for each sort, without what changed little. */
#include <math.h>

#include "parts.h"
#include "table_print.h"

enum { ROWS = 10, ROW_MARGIN = 2 };

static str amount(struct arena *a, enum diff_unit unit, double value, bool sign)
{
    str text;

    if (unit == DIFF_BYTES)
        text = bytes_text(a, (int64_t)fabs(value));
    else
        text = arena_printf(a, "%.0f", fabs(value));
    return arena_printf(a, "%s%.*s", value < 0 ? "-" : sign && value > 0 ? "+" : "", STR_ARG(text));
}

static str side_text(struct arena *a, const struct diff_row *row, bool before)
{
    if (before ? !row->has_before : !row->has_after)
        return STR("-");
    if (row->unit == DIFF_TEXT)
        return before ? row->text_before : row->text_after;
    return amount(a, row->unit, before ? row->before : row->after, false);
}

static str percent(struct arena *a, const struct diff_row *row)
{
    double change = row->after - row->before;

    if (!row->has_before || !row->has_after || row->before == 0)
        return STR("");
    if (row->after > 10 * row->before && row->before > 0)
        return arena_printf(a, "x%.0f", row->after / row->before);
    return arena_printf(a, "%+.0f%%", change / fabs(row->before) * 100);
}

static str rate_text(struct arena *a, const struct diff_row *row)
{
    if (row->has_own_rates)
        return arena_printf(a, "%.*s, now %.*s",
                STR_ARG(amount(a, row->unit, row->rate_before, true)),
                STR_ARG(amount(a, row->unit, row->rate_after, true)));
    return row->has_rate ? amount(a, row->unit, row->rate, true) : STR("");
}

/* Too little to be read: less than 1 MB, less than one in twenty, fewer than three. */
static bool small(const struct diff_row *row)
{
    double change = fabs(row->after - row->before);

    if (row->unit == DIFF_TEXT)
        return false;
    if (row->unit == DIFF_BYTES && change < 1024 * 1024)
        return true;
    if (row->unit == DIFF_COUNT && change < 3 && !row->counter)
        return true;
    return row->has_before && row->has_after && change < fabs(row->before) / 20;
}

static void fill(struct arena *a, const struct diff *d, const struct diff_row *row, str *cells)
{
    cells[0] = d->nhosts > 1 && row->host.n != 0
                       ? arena_printf(a, "%.*s: %.*s", STR_ARG(row->host), STR_ARG(row->name))
                       : row->name;
    cells[1] = side_text(a, row, true);
    cells[2] = side_text(a, row, false);
    if (row->unit == DIFF_TEXT)
        return;
    cells[3] = row->counter && row->after < row->before
                       ? STR("")
                       : amount(a, row->unit, row->after - row->before, true);
    cells[4] = row->counter ? STR("") : percent(a, row);
    cells[5] = rate_text(a, row);
}

void diff_print_section(
        struct layout *l, struct arena *a, const struct diff *d, const struct diff_section *s)
{
    bool settings = s->rows[0].unit == DIFF_TEXT, rates = false;
    const str heads[] = { str_z(s->title), STR("before"), STR("after"), STR("change"), STR("%"),
        STR("an hour") };
    const bool numbers[] = { false, !settings, !settings, true, true, true };
    str *cells = arena_array(a, str, 6 * ROWS);
    struct finding_table table = { .heads = heads, .numbers = numbers, .ncolumns = 3 };

    for (size_t i = 0; i < s->nrows; i++) {
        if (small(&s->rows[i]))
            continue;
        rates |= s->rows[i].has_rate || s->rows[i].has_own_rates;
        table.total++;
    }
    if (table.total == 0)
        return;
    if (!settings)
        table.ncolumns = rates ? 6 : 5;
    for (size_t i = 0; i < s->nrows && table.nrows < ROWS; i++) {
        str row[6] = { { NULL, 0 } };

        if (small(&s->rows[i]))
            continue;
        fill(a, d, &s->rows[i], row);
        for (size_t k = 0; k < table.ncolumns; k++)
            cells[table.nrows * table.ncolumns + k] = row[k];
        table.nrows++;
    }
    table.cells = cells;
    layout_blank(l);
    table_print(l, a, &table, ROW_MARGIN);
}
