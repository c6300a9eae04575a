/* SPDX-License-Identifier: Apache-2.0 */
#include "nearest.h"

#include <string.h>

#include "limits.h"

enum {
    WINDOW = 4 * KIB, /* of text tried at a time: a table shows its shape in less */
    STARTS = 24,      /* places tried: the first lines, and those behind blank ones */
    FIRST_LINES = 8,
    COPIES = 6,
    SHORT = 2 * KIB,
};

/* The bid for this text when it is one by content. */
static bool try_text(const struct sniff *in, str text, struct nearest *best)
{
    struct sniff other = { .text = text, .raw = text, .path = in->path, .name = in->name };
    struct bid_result bid = parser_choose(&other, false);

    if (bid.parser == NULL || bid.bid < BID_SHAPE || bid.bid <= best->bid)
        return false;
    best->parser = bid.parser;
    best->bid = bid.bid;
    return true;
}

static void try_later(const struct sniff *in, struct nearest *best)
{
    str rest = in->text, line;
    unsigned tried = 0;
    uint32_t number = 0;
    bool gap = false;

    while (tried < STARTS && str_line(&rest, &line)) {
        bool blank = str_trim(line).n == 0;

        number++;
        if (!blank && number > 1 && (gap || number <= FIRST_LINES)) {
            str text = { line.p, (size_t)(rest.p + rest.n - line.p) };

            tried++;
            if (try_text(in, str_slice(text, 0, WINDOW), best)) {
                best->why = NEAREST_LATER;
                best->line = number;
            }
        }
        gap = blank;
    }
}

/* Without "> ", "| ", "12: ", "12\t" and blanks at the front of lines. */
static str without_marks(str line)
{
    size_t n = 0;

    while (n < line.n && (is_blank(line.p[n]) || line.p[n] == '>' || line.p[n] == '|'))
        n++;
    line = str_from(line, n);
    for (n = 0; n < line.n && is_digit(line.p[n]);)
        n++;
    if (n != 0 && n + 1 < line.n && (line.p[n] == '\t' || line.p[n] == ':') &&
            is_blank(line.p[n + 1]))
        line = str_from(line, n + 2);
    else if (n != 0 && n < line.n && line.p[n] == '\t')
        line = str_from(line, n + 1);
    return line;
}

static void try_unmarked(const struct sniff *in, struct nearest *best, struct arena *scratch)
{
    str rest = str_slice(in->text, 0, WINDOW), line;
    char *copy = arena_alloc(scratch, WINDOW + 1);
    size_t n = 0, whole = rest.n;

    while (str_line(&rest, &line)) {
        line = without_marks(line);
        if (line.n != 0)
            memcpy(copy + n, line.p, line.n);
        n += line.n;
        copy[n++] = '\n';
    }
    if (n < whole && try_text(in, (str){ copy, n }, best))
        best->why = NEAREST_MARKED;
}

static void try_more(const struct sniff *in, struct nearest *best, struct arena *scratch)
{
    char *copy = arena_alloc(scratch, COPIES * (SHORT + 1));
    size_t n = 0;

    if (in->text.n == 0 || in->text.n > SHORT)
        return;
    for (unsigned i = 0; i < COPIES; i++) {
        memcpy(copy + n, in->text.p, in->text.n);
        n += in->text.n;
        if (copy[n - 1] != '\n')
            copy[n++] = '\n';
    }
    if (try_text(in, (str){ copy, n }, best))
        best->why = NEAREST_TOO_FEW;
}

struct nearest parser_nearest(const struct sniff *in, struct arena *scratch)
{
    struct nearest best = { .parser = NULL };

    try_more(in, &best, scratch);
    try_unmarked(in, &best, scratch);
    try_later(in, &best);
    return best;
}

str nearest_text(const struct nearest *nearest, struct arena *a)
{
    if (nearest->parser == NULL)
        return STR("no format knows the shape of its lines, as they are or in part");
    switch (nearest->why) {
    case NEAREST_LATER:
        return arena_printf(a,
                "%s would take it from line %u on (bid %d); the lines before have another shape",
                nearest->parser->name, nearest->line, nearest->bid);
    case NEAREST_MARKED:
        return arena_printf(a,
                "%s would take it (bid %d) without the marks or blanks before its lines",
                nearest->parser->name, nearest->bid);
    default:
        return arena_printf(a,
                "%s would take more lines like these (bid %d); so few are not enough",
                nearest->parser->name, nearest->bid);
    }
}
