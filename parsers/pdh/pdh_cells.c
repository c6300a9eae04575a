/* SPDX-License-Identifier: Apache-2.0 */
#include "pdh_cells.h"

#include <string.h>

void pdh_cells_init(struct pdh_cells *c, struct text *text, char sep)
{
    *c = (struct pdh_cells){ .text = text, .sep = sep };
}

struct scan {
    size_t from, to; /* the content */
    size_t extent;   /* with quotes and what ended it */
    bool line;       /* the line ends here */
    bool open;       /* without the quote that closes it */
    bool torn;       /* by the end of the member */
};

/* The end of the line at `at`, its terminator included: LF, CR LF, CR CR LF. 0 when it is none. */
static size_t line_end(str w, size_t at)
{
    while (at < w.n && w.p[at] == '\r')
        at++;
    return at < w.n && w.p[at] == '\n' ? at + 1 : 0;
}

static bool scan_plain(str w, char sep, struct scan *ret)
{
    for (size_t i = 0; i < w.n; i++) {
        if (w.p[i] == sep) {
            *ret = (struct scan){ .to = i, .extent = i + 1 };
            return true;
        }
        if (w.p[i] == '\n') {
            size_t to = i;

            while (to != 0 && w.p[to - 1] == '\r')
                to--;
            *ret = (struct scan){ .to = to, .extent = i + 1, .line = true };
            return true;
        }
    }
    return false;
}

/* What a cell may begin with that stands behind a quoted one. */
static bool begins_cell(char c, char sep)
{
    return c == '"' || c == '\\' || c == sep || c == '\r' || c == '\n' || c == '-' || is_digit(c);
}

/*
 * What stands behind a quote at `at` closes the cell: blanks, then the line's end, or a separator
 * and another cell. A quote inside a name (a service "A", the other) stands before something else.
 */
static bool closes(str w, size_t at, char sep, bool eof, struct scan *ret)
{
    size_t i = at + 1, end;

    while (i < w.n && w.p[i] == ' ')
        i++;
    if (i < w.n && w.p[i] == sep) {
        *ret = (struct scan){ .from = 1, .to = at, .extent = i + 1 };
        return i + 1 < w.n ? begins_cell(w.p[i + 1], sep) : eof;
    }
    end = line_end(w, i);
    *ret = (struct scan){ .from = 1, .to = at, .extent = end, .line = true };
    return end != 0;
}

static bool scan_quoted(str w, char sep, bool eof, struct scan *ret)
{
    for (size_t i = 1; i < w.n; i++) {
        if (w.p[i] == '"') {
            if (closes(w, i, sep, eof, ret))
                return true;
        } else if (w.p[i] == '\n') {
            *ret = (struct scan){ .from = 1, .to = i, .extent = i + 1, .line = true, .open = true };
            return true;
        }
    }
    return false;
}

/* The last cell of a member that ends without a line end. */
static struct scan scan_rest(str w)
{
    str trimmed = str_trim_end(w);

    if (trimmed.n >= 2 && trimmed.p[0] == '"' && trimmed.p[trimmed.n - 1] == '"')
        return (struct scan){ .from = 1, .to = trimmed.n - 1, .extent = w.n, .line = true };
    return (struct scan){
        .from = w.n != 0 && w.p[0] == '"', .to = w.n, .extent = w.n, .line = true, .torn = true
    };
}

/* What stands in front of the window, in full; false when it goes on behind it. */
static bool scan_cell(const struct pdh_cells *c, str w, struct scan *ret)
{
    bool eof = c->text->eof;

    if (w.n != 0 && (w.p[0] == '"' ? scan_quoted(w, c->sep, eof, ret) : scan_plain(w, c->sep, ret)))
        return true;
    if (!eof)
        return false;
    *ret = scan_rest(w);
    return true;
}

static void eat(struct pdh_cells *c)
{
    text_skip(c->text, c->used);
    c->used = 0;
}

/* The rest of a line whose cells are lost. */
static void drop_line(struct pdh_cells *c)
{
    c->used = 0;
    for (;;) {
        str w = text_peek(c->text);
        size_t at = str_find_char(w, '\n');

        text_skip(c->text, at != STR_NONE ? at + 1 : w.n);
        if (at != STR_NONE || !text_more(c->text))
            break;
    }
    c->ended = true;
}

bool pdh_cells_next(struct pdh_cells *c, struct pdh_cell *ret)
{
    struct scan s;
    str w;

    if (c->ended) {
        eat(c);
        return false;
    }
    for (;;) {
        w = str_from(text_peek(c->text), c->used);
        if (scan_cell(c, w, &s))
            break;
        if (w.n > PDH_CELL_MAX) {
            c->open = true;
            drop_line(c);
            return false;
        }
        eat(c);
        (void)text_more(c->text);
    }
    ret->s = str_slice(w, s.from, s.to);
    ret->offset = c->text->offset + c->used;
    c->open |= s.open;
    c->used += s.extent;
    ret->torn = s.torn;
    c->ended = s.line;
    c->cut = s.line && (s.extent == 0 || w.p[s.extent - 1] != '\n');
    return true;
}

void pdh_cells_skip(struct pdh_cells *c)
{
    struct pdh_cell cell;

    while (pdh_cells_next(c, &cell))
        ;
}
