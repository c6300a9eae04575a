/* SPDX-License-Identifier: Apache-2.0 */
#include "mask.h"

#include <string.h>

enum {
    LONG_HEX = 8,    /* hex digits without 0x, with a letter and a digit among them */
    PURE_HEX = 16,   /* without a digit among them: "deadbeef" alone may be a word */
    LONG_ID = 24,    /* letters of either case and digits: base64 and the like */
    QUOTE_MOST = 256 /* between a quote and its other half */
};

void mask_init(struct mask *m, str line)
{
    *m = (struct mask){ .line = line };
}

static bool is_word(char c)
{
    return is_alnum(c) || c == '_' || (unsigned char)c >= 0x80;
}

static char at(const struct mask *m, size_t i)
{
    return i < m->line.n ? m->line.p[i] : '\0';
}

static char before(const struct mask *m)
{
    return m->at != 0 ? m->line.p[m->at - 1] : ' ';
}

/* --- what stands at m->at: its length, 0 = not this ---------------------------------------- */

/* Behind 'don' no quotation begins, and one ends before something that is no word. */
static size_t quoted_length(const struct mask *m)
{
    char quote = at(m, m->at);
    size_t i = m->at + 1;

    if ((quote != '"' && quote != '\'' && quote != '`') || (quote != '"' && is_word(before(m))))
        return 0;
    for (; i < m->line.n && i - m->at < QUOTE_MOST; i++) {
        char c = m->line.p[i];
        bool closes = c == quote || (quote == '`' && c == '\'');

        if (closes && (quote == '"' || !is_word(at(m, i + 1))))
            return i - m->at - 1;
    }
    return 0;
}

static bool ends_path(char c)
{
    return c == '\0' || is_space(c) || str_find_char(STR("\"'`<>|,;)]}"), c) != STR_NONE;
}

/* /var/log/x, C:\x, \\server\share, ./x, ~/x, http://x. A slash between words ("and/or") is none. */
static bool begins_path(const struct mask *m)
{
    str rest = str_from(m->line, m->at);
    size_t scheme = 0;

    if (is_word(before(m)) || before(m) == '/' || before(m) == '\\')
        return false;
    if (rest.p[0] == '/')
        return rest.n > 1 && (is_word(rest.p[1]) || rest.p[1] == '.');
    if (str_starts(rest, STR("./")) || str_starts(rest, STR("../")) || str_starts(rest, STR("~/")))
        return true;
    if (str_starts(rest, STR("\\\\")))
        return rest.n > 2 && (is_word(rest.p[2]) || rest.p[2] == '?' || rest.p[2] == '.');
    if (rest.n > 2 && is_alpha(rest.p[0]) && rest.p[1] == ':' &&
            (rest.p[2] == '\\' || (rest.p[2] == '/' && at(m, m->at + 3) != '/')))
        return true;
    while (scheme < rest.n && is_alpha(rest.p[scheme]))
        scheme++;
    return scheme > 1 && str_starts(str_from(rest, scheme), STR("://"));
}

static size_t path_length(const struct mask *m)
{
    size_t n = 0;

    if (!begins_path(m))
        return 0;
    while (!ends_path(at(m, m->at + n)))
        n++;
    /* What ends the sentence is not part of it. */
    while (n > 1 && str_find_char(STR(".:!?"), at(m, m->at + n - 1)) != STR_NONE)
        n--;
    return n;
}

/* Letters, digits and what joins them in ids. */
static size_t token_length(const struct mask *m)
{
    size_t n = 0;

    while (is_alnum(at(m, m->at + n)))
        n++;
    return n;
}

static bool is_hex_run(str s)
{
    bool digit = false, letter = false;

    for (size_t i = 0; i < s.n; i++) {
        if (!is_hex(s.p[i]))
            return false;
        digit = digit || is_digit(s.p[i]);
        letter = letter || !is_digit(s.p[i]);
    }
    return s.n >= PURE_HEX || (s.n >= LONG_HEX && digit && letter);
}

/* Letters and digits take turns three times or more, or it is long and has all sorts of both. */
static bool is_id(str s)
{
    bool lower = false, upper = false, digit = false;
    unsigned turns = 0;

    for (size_t i = 0; i < s.n; i++) {
        lower = lower || (s.p[i] >= 'a' && s.p[i] <= 'z');
        upper = upper || (s.p[i] >= 'A' && s.p[i] <= 'Z');
        digit = digit || is_digit(s.p[i]);
        turns += i != 0 && is_digit(s.p[i]) != is_digit(s.p[i - 1]);
    }
    return turns >= 3 || (s.n >= LONG_ID && lower && upper && digit);
}

/* 8-4-4-4-12 */
static size_t guid_length(const struct mask *m)
{
    static const uint8_t groups[] = { 8, 4, 4, 4, 12 };
    size_t n = 0;

    for (size_t g = 0; g < sizeof(groups); g++) {
        for (size_t i = 0; i < groups[g]; i++) {
            if (!is_hex(at(m, m->at + n++)))
                return 0;
        }
        if (g + 1 < sizeof(groups) && at(m, m->at + n++) != '-')
            return 0;
    }
    return is_alnum(at(m, m->at + n)) ? 0 : n;
}

static size_t hex_length(const struct mask *m)
{
    size_t n = 2;

    if (at(m, m->at) != '0' || (at(m, m->at + 1) | 0x20) != 'x')
        return 0;
    while (is_hex(at(m, m->at + n)))
        n++;
    return n > 2 && !is_alnum(at(m, m->at + n)) ? n : 0;
}

/* Groups of hex digits between colons: MAC and IPv6 addresses. One with a decimal only is a time. */
static size_t colon_length(const struct mask *m)
{
    size_t n = 0, colons = 0;
    bool letter = false;

    while (is_hex(at(m, m->at + n)) || at(m, m->at + n) == ':') {
        colons += at(m, m->at + n) == ':';
        letter = letter || is_alpha(at(m, m->at + n));
        n++;
    }
    while (n > 0 && at(m, m->at + n - 1) == ':')
        n--;
    return colons >= 3 && letter && !is_alnum(at(m, m->at + n)) ? n : 0;
}

/* Digits, and single signs between digits: 1,234.5  2026-03-01T10:00:00  10.0.0.1:80  5/7 */
static size_t number_length(const struct mask *m)
{
    size_t n = 0;

    while (is_digit(at(m, m->at + n))) {
        while (is_digit(at(m, m->at + n)))
            n++;
        if (str_find_char(STR(".,:-/+"), at(m, m->at + n)) != STR_NONE &&
                is_digit(at(m, m->at + n + 1)))
            n++;
        else if (at(m, m->at + n) == 'T' && is_digit(at(m, m->at + n + 1)) && n >= 8)
            n++;
    }
    return n;
}

/* --- the walk ------------------------------------------------------------------------------- */

static enum mask_sort look(const struct mask *m, size_t *ret_n)
{
    char c = m->line.p[m->at];
    bool starts = !is_word(before(m));
    str token;

    if (starts && (*ret_n = path_length(m)) != 0)
        return MASK_PATH;
    if (!is_alnum(c))
        return MASK_TEXT;
    if (starts && (*ret_n = guid_length(m)) != 0)
        return MASK_ID;
    if (starts && (*ret_n = hex_length(m)) != 0)
        return MASK_HEX;
    if (starts && (*ret_n = colon_length(m)) != 0)
        return MASK_ID;
    token = str_slice(m->line, m->at, m->at + token_length(m));
    *ret_n = token.n;
    if (starts && is_hex_run(token))
        return MASK_HEX;
    if (starts && is_id(token))
        return MASK_ID;
    if (is_digit(c) && (*ret_n = number_length(m)) != 0)
        return MASK_NUMBER;
    return MASK_TEXT;
}

/* Over what is text up to the next piece; a quote that opens is text, too. */
static void skip_text(struct mask *m)
{
    size_t n;

    if (m->closing) {
        m->closing = false;
        m->at++;
    }
    while (m->at < m->line.n && look(m, &n) == MASK_TEXT) {
        m->quoted = quoted_length(m);
        /* Nothing between the quotes: both are text. */
        m->at += at(m, m->at) == at(m, m->at + 1) && !is_word(at(m, m->at)) ? 2 : 1;
        if (m->quoted != 0)
            return;
    }
    m->at = m->at < m->line.n ? m->at : m->line.n;
}

bool mask_next(struct mask *m, struct mask_piece *ret)
{
    size_t from = m->at, n = m->quoted;

    if (from >= m->line.n)
        return false;
    ret->sort = n != 0 ? MASK_QUOTED : m->closing ? MASK_TEXT : look(m, &n);
    if (ret->sort == MASK_TEXT) {
        skip_text(m);
        ret->text = str_slice(m->line, from, m->at);
        return true;
    }
    m->closing = m->quoted != 0;
    m->quoted = 0;
    m->at += n;
    ret->text = str_slice(m->line, from, m->at);
    return true;
}

/* --- forms and patterns ---------------------------------------------------------------------- */

static str sign_of(const struct mask_piece *piece)
{
    switch (piece->sort) {
    case MASK_TEXT:
        return piece->text;
    case MASK_NUMBER:
    case MASK_HEX:
    case MASK_ID:
        return STR("#");
    case MASK_PATH:
    case MASK_QUOTED:
        break;
    }
    return STR("*");
}

size_t mask_line(str line, char *buf, size_t size)
{
    struct mask m;
    struct mask_piece piece;
    size_t n = 0;

    mask_init(&m, line);
    while (n < size && mask_next(&m, &piece)) {
        str sign = sign_of(&piece);
        size_t take = sign.n < size - n ? sign.n : size - n;

        memcpy(buf + n, sign.p, take);
        n += take;
        /* Not in the middle of a character. */
        while (take < sign.n && n != 0 && ((unsigned char)sign.p[take] & 0xc0) == 0x80) {
            take--;
            n--;
        }
        if (take < sign.n)
            break;
    }
    return n;
}

static void put_escaped(str text, struct out *out)
{
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];

        if (str_find_char(STR("\\^$.|?*+()[]{}"), c) != STR_NONE)
            out_char(out, '\\');
        if (c == '\t')
            out_z(out, "\\t");
        else
            out_char(out, c);
    }
}

static bool all_digits(str text)
{
    uint64_t n;

    return str_u64(text, &n);
}

/* quote: what stands before the piece. */
static void put_class(const struct mask_piece *piece, char quote, struct out *out)
{
    switch (piece->sort) {
    case MASK_NUMBER:
        out_z(out, all_digits(piece->text) ? "\\d+" : "[\\d.,:/T+-]+");
        break;
    case MASK_HEX:
        out_z(out, piece->text.p[0] == '0' && (piece->text.p[1] | 0x20) == 'x' ? "0[xX][0-9A-Fa-f]+"
                                                                               : "[0-9A-Fa-f]+");
        break;
    case MASK_ID:
        out_z(out, "[\\w:-]+");
        break;
    case MASK_PATH:
        out_z(out, "\\S+");
        break;
    case MASK_QUOTED:
        out_printf(out, quote == '`' ? "[^']*" : "[^%c]*", quote);
        break;
    case MASK_TEXT:
        put_escaped(piece->text, out);
        break;
    }
}

void mask_pattern(str line, struct out *out)
{
    struct mask m;
    struct mask_piece piece;
    char last = '\0';

    mask_init(&m, line);
    while (mask_next(&m, &piece)) {
        put_class(&piece, last, out);
        last = piece.text.p[piece.text.n - 1];
    }
}
