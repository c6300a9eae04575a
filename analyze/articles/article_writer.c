/* SPDX-License-Identifier: Apache-2.0 */
/* article_writer: blocks, links and the texts of rules, whatever the format. */
#include <assert.h>

#include "articles.h"

void article_begin(struct article_writer *p, str title)
{
    p->depth = 0;
    p->format->begin(p, title);
}

void article_end(struct article_writer *p, str foot)
{
    p->format->end(p, foot);
}

void article_open(struct article_writer *p, enum article_block block)
{
    assert(p->depth < ARTICLE_DEPTH);
    p->format->open(p, block);
    p->open[p->depth] = block;
    p->steps[p->depth++] = 0;
    p->fresh = true;
}

void article_close(struct article_writer *p)
{
    p->format->close(p, p->open[--p->depth]);
    p->fresh = false;
}

void article_text(struct article_writer *p, str text)
{
    p->format->text(p, text);
    p->fresh = false;
}

void article_z(struct article_writer *p, const char *text)
{
    article_text(p, str_z(text));
}

void article_code(struct article_writer *p, str text)
{
    p->format->code(p, text);
    p->fresh = false;
}

void article_lines(struct article_writer *p, str text)
{
    p->format->lines(p, text);
    p->fresh = false;
}

void article_link(struct article_writer *p, str text, str path)
{
    struct out href;

    out_init_memory(&href);
    for (size_t i = 0; i < p->path.n; i++)
        out_z(&href, p->path.p[i] == '/' ? "../" : "");
    out_str(&href, path);
    out_z(&href, p->format->ending);
    p->format->link(p, text, out_text(&href));
    (void)out_finish(&href);
    p->fresh = false;
}

void article_heading(struct article_writer *p, enum article_block level, const char *text)
{
    article_open(p, level);
    article_z(p, text);
    article_close(p);
}

void article_table_begin(struct article_writer *p, const char *const *heads, size_t n)
{
    p->format->table(p, true);
    p->tabular = true;
    p->format->row(p, true, n);
    for (size_t i = 0; i < n; i++) {
        p->format->cell(p, true, i == 0);
        article_z(p, heads[i]);
    }
    p->format->row_end(p, true, n);
}

void article_table_end(struct article_writer *p)
{
    p->tabular = false;
    p->format->table(p, false);
}

void article_row_begin(struct article_writer *p, size_t ncells)
{
    p->format->row(p, false, ncells);
    p->format->cell(p, false, true);
}

void article_cell(struct article_writer *p)
{
    p->format->cell(p, false, false);
}

void article_row_end(struct article_writer *p, size_t ncells)
{
    p->format->row_end(p, false, ncells);
}

/* --- templates ----------------------------------------------------------------------------- */

/* What stands before the next comma that no bracket and no quote encloses. */
static str take_argument(str *rest)
{
    size_t depth = 0, i = 0;
    bool quoted = false;
    str argument;

    for (; i < rest->n; i++) {
        char c = rest->p[i];

        if (c == '\'')
            quoted = !quoted;
        else if (!quoted && c == '(')
            depth++;
        else if (!quoted && c == ')' && depth-- == 0)
            break;
        else if (!quoted && c == ',' && depth == 0)
            break;
    }
    argument = str_trim(str_slice(*rest, 0, i));
    *rest = str_from(*rest, i + 1);
    return argument;
}

static str unquoted(str text)
{
    return str_slice(text, 1, text.n != 0 ? text.n - 1 : 0);
}

/* "limit.nonpaged" is the limit; "own.driver" the driver; "p.peak_bytes" the peak bytes. */
static str path_name(struct arena *a, str path)
{
    size_t n = 0, dot;
    char *name;

    while (n < path.n && (is_alnum(path.p[n]) || path.p[n] == '_' || path.p[n] == '.'))
        n++;
    path = str_slice(path, 0, n);
    if (str_starts(path, STR("limit.")))
        return STR("limit");
    dot = str_rfind_char(path, '.');
    path = str_from(path, dot != STR_NONE ? dot + 1 : 0);
    if (path.n == 0)
        return STR("value");
    name = arena_z(a, path);
    for (size_t i = 0; i < path.n; i++)
        name[i] = name[i] == '_' ? ' ' : name[i];
    return (str){ name, path.n };
}

str template_name(struct arena *a, str expression)
{
    /* Each turn takes one call off; no expression nests deeper than a rule may. */
    for (;;) {
        size_t open;
        str rest, first;

        expression = str_trim(expression);
        if (str_starts(expression, STR("'")))
            return unquoted(expression);
        if (str_starts(expression, STR("count(")))
            return STR("N");
        open = str_find_char(expression, '(');
        if (open == STR_NONE || (open != 0 && !is_alnum(expression.p[open - 1])))
            return path_name(a, expression);
        rest = str_from(expression, open + 1);
        first = take_argument(&rest);
        if (str_starts(expression, STR("if("))) {
            first = take_argument(&rest);
            if (unquoted(first).n == 0 || str_trim(unquoted(first)).n == 0)
                first = take_argument(&rest);
        }
        expression = first;
    }
}

/* One piece of a template: text as it stands, or the name of an expression. False at the end. */
static bool next_piece(struct arena *a, str *text, str *ret, bool *ret_variable)
{
    size_t n = 0;

    *ret_variable = false;
    /* "[[?condition: " and the brackets of what may be left out are not shown. */
    while (str_take(text, STR("[[")) || str_take(text, STR("]]"))) {
        size_t colon = str_find(*text, STR(": "));

        if (text->n != 0 && text->p[0] == '?' && colon != STR_NONE)
            *text = str_from(*text, colon + 2);
    }
    if (text->n == 0)
        return false;
    if (str_starts(*text, STR("{{")) || str_starts(*text, STR("}}"))) {
        *ret = str_slice(*text, 0, 1);
        *text = str_from(*text, 2);
        return true;
    }
    if (str_take_char(text, '{')) {
        *ret = template_name(a, str_cut(text, '}'));
        *ret_variable = true;
        return true;
    }
    while (n < text->n && text->p[n] != '{' && !str_starts(str_from(*text, n), STR("}}")) &&
            !str_starts(str_from(*text, n), STR("[[")) &&
            !str_starts(str_from(*text, n), STR("]]")))
        n++;
    *ret = str_slice(*text, 0, n);
    *text = str_from(*text, n);
    return true;
}

void article_template(struct article_writer *p, str text)
{
    struct arena a;
    bool variable;
    str piece;

    arena_init(&a, 0);
    while (next_piece(&a, &text, &piece, &variable)) {
        if (variable)
            p->format->variable(p, piece);
        else
            p->format->text(p, piece);
    }
    arena_finish(&a);
    p->fresh = false;
}

str template_plain(struct arena *a, str text)
{
    struct out out;
    bool variable;
    str piece, plain;

    out_init_memory(&out);
    while (next_piece(a, &text, &piece, &variable)) {
        for (size_t i = 0; variable && i < piece.n; i++) {
            char c = piece.p[i];

            out_char(&out, c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c == ' ' ? '_' : c);
        }
        if (!variable)
            out_str(&out, piece);
    }
    plain = arena_str(a, out_text(&out));
    (void)out_finish(&out);
    return plain;
}
