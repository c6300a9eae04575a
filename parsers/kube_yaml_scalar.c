/* SPDX-License-Identifier: Apache-2.0 */
/* kube_yaml_scalar: what scalars of YAML mean, whichever way they are written. */
#include "kube_yaml.h"
#include "utf8.h"

static bool is_any(str s, const str *words, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (str_eq(s, words[i]))
            return true;
    }
    return false;
}

void yaml_plain(struct json *node, str s)
{
    static const str nulls[] = { STR_INIT("null"), STR_INIT("Null"), STR_INIT("NULL"),
        STR_INIT("~") };
    static const str yes[] = { STR_INIT("true"), STR_INIT("True"), STR_INIT("TRUE") };
    static const str no[] = { STR_INIT("false"), STR_INIT("False"), STR_INIT("FALSE") };

    if (s.n == 0 || is_any(s, nulls, 4)) {
        node->type = JSON_NULL;
    } else if (is_any(s, yes, 3) || is_any(s, no, 3)) {
        node->type = JSON_BOOL;
        node->number = to_lower(s.p[0]) == 't';
    } else if ((is_digit(s.p[0]) || s.p[0] == '-' || s.p[0] == '.') && str_real(s, &node->number)) {
        node->type = JSON_NUMBER;
    } else {
        node->type = JSON_STRING;
        node->text = s;
    }
}

size_t yaml_quote_end(str text)
{
    char quote = text.p[0];

    for (size_t i = 1; i < text.n; i++) {
        if (text.p[i] == '\\' && quote == '"')
            i++;
        else if (text.p[i] == quote && quote == '\'' && i + 1 < text.n && text.p[i + 1] == quote)
            i++;
        else if (text.p[i] == quote)
            return i + 1;
    }
    return STR_NONE;
}

struct fold {
    char *p;
    size_t n, hard; /* bytes; those before hard were escaped and stay, blanks or not */
};

/* From a line break on: what it stands for, and the blanks and breaks behind it. Bytes eaten. */
static size_t fold_break(struct fold *f, str s)
{
    size_t breaks = 0, i = 0;

    while (f->n > f->hard && is_blank(f->p[f->n - 1]))
        f->n--;
    for (; i < s.n && is_space(s.p[i]); i++)
        breaks += s.p[i] == '\n';
    if (breaks == 1)
        f->p[f->n++] = ' ';
    for (; breaks > 1; breaks--)
        f->p[f->n++] = '\n';
    return i;
}

/* \x41, \u00e9, \U0001f600. Bytes eaten, 0 when it is none. */
static size_t take_code(struct fold *f, str s, size_t digits)
{
    str hex = str_slice(s, 1, 1 + digits);
    uint64_t code;

    if (hex.n != digits || !str_take_hex(&hex, &code) || hex.n != 0)
        return 0;
    if (code == 0 || code > 0x10ffff || (code >= 0xd800 && code < 0xe000))
        code = '?';
    f->n += utf8_put((uint32_t)code, f->p + f->n);
    return 1 + digits;
}

/* What stands behind a backslash. Bytes eaten. */
static size_t fold_escape(struct fold *f, str s)
{
    static const char from[] = "abtnvfre\"/\\ ", to[] = "\a\b\t\n\v\f\r\x1b\"/\\ ";
    size_t n = 0, at;

    if (s.n == 0)
        return 0;
    if (s.p[0] == '\r' || s.p[0] == '\n') {
        while (n < s.n && is_space(s.p[n]))
            n++;
        return n;
    }
    if (s.p[0] == 'x' || s.p[0] == 'u' || s.p[0] == 'U')
        n = take_code(f, s, s.p[0] == 'x' ? 2 : s.p[0] == 'u' ? 4 : 8);
    at = str_find_char(STR(from), s.p[0]);
    if (n == 0) {
        f->p[f->n++] = at != STR_NONE ? to[at] : ' '; /* \N, \_, \L, \P are blanks of sorts */
        n = 1;
    }
    f->hard = f->n;
    return n;
}

str yaml_unquote(struct arena *a, str raw, char quote)
{
    struct fold f = { .n = 0 };

    if (str_find_char(raw, quote == '"' ? '\\' : quote) == STR_NONE &&
            str_find_char(raw, '\n') == STR_NONE)
        return raw;
    f.p = arena_buffer(a, raw.n + 1);
    for (size_t i = 0; i < raw.n;) {
        char c = raw.p[i];

        if (c == '\n' || c == '\r') {
            i += fold_break(&f, str_from(raw, i));
        } else if (quote == '"' && c == '\\') {
            i++;
            i += fold_escape(&f, str_from(raw, i));
        } else {
            f.p[f.n++] = c;
            i += quote == '\'' && c == '\'' ? 2 : 1;
        }
    }
    return (str){ f.p, f.n };
}

str yaml_fold(struct arena *a, str raw)
{
    struct fold f = { .n = 0 };

    if (str_find_char(raw, '\n') == STR_NONE)
        return raw;
    f.p = arena_buffer(a, raw.n + 1);
    for (size_t i = 0; i < raw.n;) {
        if (raw.p[i] == '\n' || raw.p[i] == '\r')
            i += fold_break(&f, str_from(raw, i));
        else
            f.p[f.n++] = raw.p[i++];
    }
    return (str){ f.p, f.n };
}

str yaml_block(struct arena *a, str raw, size_t indent, bool folded)
{
    struct fold f = { .p = arena_buffer(a, raw.n + 1) };
    size_t breaks = 0; /* since the last line with something in it */
    bool joins = false;
    str line;

    for (; str_line(&raw, &line); breaks++) {
        line = str_from(line, indent);
        if (line.n == 0)
            continue;
        /* A line that is indented further, and the one behind it, keep their breaks. */
        if (folded && joins && !is_blank(line.p[0])) {
            if (breaks == 1)
                f.p[f.n++] = ' ';
            breaks--;
        }
        for (; breaks != 0; breaks--)
            f.p[f.n++] = '\n';
        breaks = 0;
        joins = !is_blank(line.p[0]);
        memcpy(f.p + f.n, line.p, line.n);
        f.n += line.n;
    }
    while (f.n != 0 && is_space(f.p[f.n - 1]))
        f.n--;
    return (str){ f.p, f.n };
}
