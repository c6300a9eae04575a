/* SPDX-License-Identifier: Apache-2.0 */
#include "table_print.h"

#include "limits.h"
#include "utf8.h"

enum { GAP = 2, LEAST_FIRST = 12 };

struct grid {
    const struct finding_table *t;
    struct arena *arena;
    unsigned margin;
    size_t widths[LIMIT_COLUMNS];
};

static size_t wider(size_t width, str cell)
{
    size_t n = utf8_width(cell);

    return n > width ? n : width;
}

/* Columns as wide as what stands in them; the first gives way where the line is too short. */
static void measure(struct grid *g, size_t room)
{
    const struct finding_table *t = g->t;
    size_t others = 0, first;

    for (size_t i = 0; i < t->ncolumns; i++) {
        g->widths[i] = wider(0, t->heads[i]);
        for (size_t row = 0; row < t->nrows; row++)
            g->widths[i] = wider(g->widths[i], t->cells[row * t->ncolumns + i]);
        if (t->foot != NULL)
            g->widths[i] = wider(g->widths[i], t->foot[i]);
        if (i != 0)
            others += g->widths[i] + GAP;
    }
    first = room > others + LEAST_FIRST ? room - others : LEAST_FIRST;
    if (g->widths[0] > first)
        g->widths[0] = first;
}

static str fit(struct arena *a, str cell, size_t width)
{
    if (utf8_width(cell) <= width)
        return cell;
    while (cell.n != 0 && utf8_width(cell) + 3 > width) {
        do
            cell.n--;
        while (cell.n != 0 && ((unsigned char)cell.p[cell.n] & 0xc0) == 0x80);
    }
    return arena_printf(a, "%.*s...", STR_ARG(cell));
}

static void put_line(struct layout *l, const struct grid *g, const str *cells, enum style style)
{
    str line = { NULL, 0 };
    size_t owed = 0; /* blanks before the next cell */

    for (size_t i = 0; i < g->t->ncolumns; i++) {
        str cell = fit(g->arena, layout_plain(g->arena, cells[i]), g->widths[i]);
        size_t pad = g->widths[i] - utf8_width(cell);

        if (g->t->numbers[i])
            owed += pad;
        line = arena_printf(g->arena, "%.*s%*s%.*s", STR_ARG(line), (int)owed, "", STR_ARG(cell));
        owed = GAP + (g->t->numbers[i] ? 0 : pad);
    }
    layout_row(l, &(struct row){ .hang = g->margin, .text = line, .text_style = style });
}

void table_print(struct layout *l, struct arena *a, const struct finding_table *t, unsigned margin)
{
    struct grid g = { .t = t, .arena = a, .margin = margin };

    measure(&g, l->width > margin ? l->width - margin : 1);
    put_line(l, &g, t->heads, STYLE_DIM);
    for (size_t row = 0; row < t->nrows; row++)
        put_line(l, &g, &t->cells[row * t->ncolumns], STYLE_PLAIN);
    if (t->total > t->nrows)
        layout_row(l, &(struct row){ .hang = margin,
                              .text = arena_printf(a, "and %zu more", t->total - t->nrows) });
    if (t->foot != NULL)
        put_line(l, &g, t->foot, STYLE_PLAIN);
}
