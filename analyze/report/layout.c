/* SPDX-License-Identifier: Apache-2.0 */
#include "layout.h"

#include "utf8.h"

enum { LEAST = 16 }; /* columns for text, however narrow the terminal */

void layout_init(struct layout *l, struct out *out, unsigned width, bool color)
{
    *l = (struct layout){ .out = out, .width = width, .color = color };
    arena_init(&l->arena, 0);
}

void layout_finish(struct layout *l)
{
    arena_finish(&l->arena);
}

void layout_blank(struct layout *l)
{
    out_char(l->out, '\n');
}

str layout_plain(struct arena *a, str s)
{
    struct out out;
    str text;

    if (s.n != 0 && out_plain_run(s) == s.n)
        return s;
    out_init_memory(&out);
    out_plain(&out, s);
    text = arena_str(a, out_text(&out));
    (void)out_finish(&out);
    return text;
}

static str char_at(str s, size_t at)
{
    size_t n = utf8_length(str_from(s, at));

    return str_slice(s, at, at + (n != 0 ? n : 1));
}

/* A path longer than the column is broken behind a separator. */
static bool is_separator(char c)
{
    return c == '/' || c == '\\' || c == ';' || c == ',';
}

/* Takes the line that ends at cut, and the blanks behind it. */
static str take_line(str *text, size_t cut)
{
    str line = str_trim_end(str_slice(*text, 0, cut));

    *text = str_from(*text, cut);
    while (text->n != 0 && text->p[0] == ' ')
        *text = str_from(*text, 1);
    return line;
}

/* The same as wrap_wide where one byte is one column: cut, or 0 when what decides is not all ASCII. */
static size_t wrap_narrow(str text, unsigned columns)
{
    size_t at = text.n < columns ? text.n : columns, cut;

    if (utf8_ascii(str_slice(text, 0, at)) != at)
        return 0;
    while (at < text.n && text.p[at] == ' ')
        at++;
    if (at == text.n)
        return at;
    if ((unsigned char)text.p[at] >= 0x80)
        return 0;
    cut = str_rfind_char(str_slice(text, 0, at), ' ');
    if (cut != STR_NONE && cut != 0)
        return cut;
    for (cut = at; cut != 0 && !is_separator(text.p[cut - 1]); cut--)
        ;
    return cut != 0 ? cut : at;
}

static size_t wrap_wide(str text, unsigned columns)
{
    size_t at = 0, width = 0, cut = 0, soft = 0;
    bool wide = false;

    while (at < text.n) {
        str c = char_at(text, at);
        size_t w = utf8_width(c);

        if (c.p[0] == ' ' || (w == 2 && at != 0) || wide)
            cut = at;
        if (width + w > columns && c.p[0] != ' ')
            break;
        wide = w == 2;
        width += w;
        at += c.n;
        if (is_separator(c.p[0]))
            soft = at;
    }
    if (at < text.n && text.p[at] == ' ')
        cut = at;
    else if (at < text.n && cut == 0)
        cut = soft != 0 ? soft : at;
    /* Always some progress, even where one character is wider than the column. */
    if (at >= text.n)
        return at;
    return cut != 0 ? cut : char_at(text, 0).n;
}

str wrap_take(str *text, unsigned columns)
{
    size_t cut = wrap_narrow(*text, columns);

    return take_line(text, cut != 0 ? cut : wrap_wide(*text, columns));
}

static void put_styled(struct layout *l, str s, enum style style)
{
    static const char *const codes[] = {
        [STYLE_STRONG] = "1",
        [STYLE_DIM] = "2",
        [STYLE_ALARM] = "1;31",
        [STYLE_WARN] = "33",
        [STYLE_MILD] = "36",
    };

    if (!l->color || style == STYLE_PLAIN || s.n == 0) {
        out_str(l->out, s);
        return;
    }
    out_printf(l->out, "\033[%sm", codes[style]);
    out_str(l->out, s);
    out_z(l->out, "\033[0m");
}

/* The end of a place matters more than its beginning. */
static str cut_front(struct arena *a, str s, unsigned columns)
{
    while (s.n != 0 && utf8_width(s) + 3 > columns)
        s = str_from(s, char_at(s, 0).n);
    return arena_printf(a, "...%.*s", STR_ARG(s));
}

static str cut_end(struct arena *a, str s, unsigned columns)
{
    while (s.n != 0 && utf8_width(s) + 3 > columns) {
        do
            s.n--;
        while (s.n != 0 && ((unsigned char)s.p[s.n] & 0xc0) == 0x80);
    }
    /* Rather at a word's end, where that does not cost much. */
    if (str_rfind_char(s, ' ') != STR_NONE && str_rfind_char(s, ' ') > s.n / 2)
        s = str_slice(s, 0, str_rfind_char(s, ' '));
    return arena_printf(a, "%.*s...", STR_ARG(str_trim_end(s)));
}

static void put_right(struct layout *l, const struct row *row, str right, unsigned column)
{
    unsigned width = (unsigned)utf8_width(right);

    out_repeat(l->out, ' ', l->width > width + column ? l->width - width - column : 2);
    put_styled(l, right, row->right_style);
}

/* The label, or blanks up to the text. */
static void put_margin(struct layout *l, const struct row *row, bool first)
{
    unsigned column = 0;

    if (first && row->label.n != 0) {
        out_repeat(l->out, ' ', row->indent);
        put_styled(l, row->label, row->label_style);
        column = row->indent + (unsigned)utf8_width(row->label);
    }
    out_repeat(l->out, ' ', row->hang > column ? row->hang - column : column != 0);
}

void layout_row(struct layout *l, const struct row *row)
{
    str right = layout_plain(&l->arena, row->right), rest = row->text, part;
    unsigned space = l->width > row->hang + LEAST ? l->width - row->hang : LEAST;
    unsigned right_width = (unsigned)utf8_width(right), room = space, lines = 0;
    bool right_open = right.n != 0;

    if (right_width > space) {
        right = cut_front(&l->arena, right, space);
        right_width = (unsigned)utf8_width(right);
    }
    if (row->beside && right_open)
        room = space > right_width + 2 + LEAST ? space - right_width - 2 : space;
    for (bool more = str_line(&rest, &part); more;) {
        str text = layout_plain(&l->arena, str_trim_end(part));

        more = str_line(&rest, &part);
        do {
            str line = wrap_take(&text, room);
            bool last = !more && text.n == 0;
            unsigned column;

            if (row->most != 0 && lines + 1 == row->most && !last) {
                line = cut_end(&l->arena,
                        utf8_width(line) + 3 > room
                                ? line
                                : arena_printf(&l->arena, "%.*s   ", STR_ARG(line)),
                        room);
                last = true;
                more = false;
                text.n = 0;
            }
            column = row->hang + (unsigned)utf8_width(line);
            if (line.n != 0) {
                put_margin(l, row, lines == 0);
                put_styled(l, line, row->text_style);
            }
            if (right_open && (row->beside ? lines == 0 : last) &&
                    column + 2 + right_width <= l->width) {
                put_right(l, row, right, column);
                right_open = false;
            }
            out_char(l->out, '\n');
            lines++;
        } while (text.n != 0);
    }
    if (right_open) {
        put_right(l, row, right, 0);
        out_char(l->out, '\n');
    }
    arena_reset(&l->arena);
}
