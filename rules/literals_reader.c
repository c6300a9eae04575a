/* SPDX-License-Identifier: Apache-2.0 */
/*
 * literals_reader: characters in every spelling, classes of a few of them.
 *
 * In UTF mode, either case of "k" and "s" is also U+212A and U+017F; other characters beyond ASCII
 * say nothing where case is ignored, unless their script knows none.
 */
#include "literals_reader.h"

#include <string.h>

#include "utf8.h"

/* Characters of a class that are worth writing out. */
enum { MOST_CHARS = 4 };

struct part reader_give_up(struct reader *r)
{
    r->failed = true;
    r->rest = (str){ NULL, 0 };
    return part_any();
}

/* --- what stands between an item and the next, or its quantifier --- */

static bool skip_comment(struct reader *r)
{
    size_t end;

    if (!str_starts(r->rest, STR("(?#")))
        return false;
    end = str_find_char(r->rest, ')');
    r->rest = str_from(r->rest, end != STR_NONE ? end + 1 : r->rest.n);
    return true;
}

static bool skip_extended(struct reader *r)
{
    str line;
    size_t end;

    if (!r->options.extended)
        return false;
    if (is_space(reader_peek(r, 0))) {
        r->rest = str_from(r->rest, 1);
        return true;
    }
    if (reader_peek(r, 0) != '#')
        return false;
    end = str_find_char(r->rest, '\n');
    line = str_slice(r->rest, 0, end);
    if (str_find_char(line, '\r') !=
            STR_NONE) /* where lines end is a matter of how PCRE2 was built */
        (void)reader_give_up(r);
    else
        r->rest = str_from(r->rest, end != STR_NONE ? end + 1 : line.n);
    return true;
}

/* True when anything was skipped. */
bool reader_skip_ignored(struct reader *r)
{
    str begin = r->rest;

    while (r->rest.n != 0 && (reader_take(r, "\\E") || reader_take(r, "\\Q\\E") ||
                                     skip_comment(r) || skip_extended(r)))
        ;
    return begin.n != r->rest.n;
}

/* --- characters --- */

/* Scripts without case: CJK and Hangul. */
static bool has_no_case(uint32_t c)
{
    return (c >= 0x3000 && c < 0xa000) || (c >= 0xac00 && c < 0xd7a4);
}

/* False when the character could be another that no byte tells: nothing is said then. */
static bool add_char(struct reader *r, struct strings *strings, str *p, uint32_t c)
{
    char buf[4], other[4];

    if (c == '\n' || c == '\r' || (r->options.nocase && c >= 0x80 && !has_no_case(c)))
        return false;
    p[strings->n++] = arena_str(r->a, (str){ buf, utf8_put(c, buf) });
    if (!r->options.nocase || c >= 0x80 || !is_alpha((char)c))
        return true;
    r->nocase = true;
    if ((c | 0x20) == 'k')
        p[strings->n++] = arena_str(r->a, (str){ other, utf8_put(0x212a, other) });
    if ((c | 0x20) == 's')
        p[strings->n++] = arena_str(r->a, (str){ other, utf8_put(0x17f, other) });
    return true;
}

struct part reader_char(struct reader *r, uint32_t c)
{
    str *p = arena_array(r->a, str, 2);
    struct strings strings = { p, 0 };

    return add_char(r, &strings, p, c) ? part_exact(strings) : part_any();
}

static bool read_number(str digits, unsigned base, uint32_t *ret)
{
    uint32_t value = 0;

    for (size_t i = 0; i < digits.n; i++) {
        char c = to_lower(digits.p[i]);

        if (!is_hex(c) || value > 0x10ffff)
            return false;
        value = value * base + (uint32_t)(c <= '9' ? c - '0' : c - 'a' + 10);
    }
    *ret = value;
    return value <= 0x10ffff;
}

/* {...} behind \x or \o. */
static bool take_braced(struct reader *r, unsigned base, uint32_t *ret)
{
    size_t close = str_find_char(r->rest, '}');
    str digits = str_slice(r->rest, 1, close);

    if (close == STR_NONE || digits.n == 0 || !read_number(digits, base, ret))
        return false;
    r->rest = str_from(r->rest, close + 1);
    return true;
}

static uint32_t take_digits(struct reader *r, size_t most, unsigned base)
{
    size_t n = 0;
    uint32_t value = 0;

    while (n < most && (base == 16 ? is_hex(reader_peek(r, n))
                                   : reader_peek(r, n) >= '0' && reader_peek(r, n) <= '7'))
        n++;
    (void)read_number(str_slice(r->rest, 0, n), base, &value);
    r->rest = str_from(r->rest, n);
    return value;
}

/*
 * A character written as an escape, the backslash and c being read; false when it is something else.
 * Fails where it may be either.
 */
static bool take_escaped_char(struct reader *r, char c, uint32_t *ret)
{
    static const char names[] = "aefnrt", chars[] = "\a\x1b\f\n\r\t";
    const char *name = c != '\0' ? strchr(names, c) : NULL;

    if (name != NULL)
        *ret = (unsigned char)chars[name - names];
    else if (c == '0')
        *ret = take_digits(r, 2, 8);
    else if (c == 'x' && reader_peek(r, 0) != '{')
        *ret = take_digits(r, 2, 16);
    else if ((c != 'x' && c != 'o') || !take_braced(r, c == 'x' ? 16 : 8, ret))
        return false;
    return true;
}

/* --- classes --- */

struct class
{
    uint32_t chars[MOST_CHARS];
    size_t n;
    bool large; /* more than that, or not told */
};

static void add_range(struct class *class, uint32_t first, uint32_t last)
{
    if (last < first || last - first >= MOST_CHARS - class->n)
        class->large = true;
    for (uint32_t c = first; !class->large && c <= last; c++)
        class->chars[class->n++] = c;
}

/* One member, or false: a set of them. */
static bool take_member(struct reader *r, uint32_t *ret)
{
    char c = reader_peek(r, 0);

    if (c != '\\') {
        if (!utf8_take(&r->rest, ret))
            (void)reader_give_up(r);
        return true;
    }
    c = reader_peek(r, 1);
    r->rest = str_from(r->rest, 2);
    if (c == 'b')
        *ret = '\b';
    else if (!is_alnum(c) && (unsigned char)c < 0x80)
        *ret = (unsigned char)c;
    else if (strchr("dDsSwWhHvVpPNR", c) != NULL)
        return false;
    else if (!take_escaped_char(r, c, ret))
        (void)reader_give_up(r); /* \Q, octal numbers, what is not known */
    return true;
}

/* [:alpha:], the bracket being next; anything alike may be read otherwise than here. */
static bool skip_posix(struct reader *r)
{
    size_t close = str_find(r->rest, STR(":]"));
    str name = str_slice(r->rest, 2, close);

    if (reader_peek(r, 1) != ':' && reader_peek(r, 1) != '.' && reader_peek(r, 1) != '=')
        return false;
    (void)str_take_char(&name, '^');
    for (size_t i = 0; i < name.n; i++) {
        if (name.p[i] < 'a' || name.p[i] > 'z')
            close = STR_NONE;
    }
    if (reader_peek(r, 1) != ':' || close == STR_NONE)
        (void)reader_give_up(r);
    r->rest = str_from(r->rest, close == STR_NONE ? 0 : close + 2);
    return true;
}

static void read_members(struct reader *r, struct class *class)
{
    bool first = true;

    for (; r->rest.n != 0 && (first || r->rest.p[0] != ']'); first = false) {
        uint32_t c = 0, last = 0;

        if (r->options.more && is_blank(r->rest.p[0])) {
            (void)reader_give_up(r);
        } else if (r->rest.p[0] == '[' && skip_posix(r)) {
            class->large = true;
        } else if (!take_member(r, &c)) {
            class->large = true;
        } else if (reader_peek(r, 0) == '-' && reader_peek(r, 1) != ']' && r->rest.n > 1) {
            r->rest = str_from(r->rest, 1);
            if (r->rest.p[0] == '[' && skip_posix(r))
                class->large = true;
            else if (take_member(r, &last))
                add_range(class, c, last);
            else
                class->large = true;
        } else {
            add_range(class, c, c);
        }
    }
}

struct part reader_class(struct reader *r)
{
    struct class class = { .large = str_take_char(&r->rest, '^') };
    str *p = arena_array(r->a, str, 2 * MOST_CHARS);
    struct strings strings = { p, 0 };

    read_members(r, &class);
    if (!str_take_char(&r->rest, ']'))
        return reader_give_up(r);
    for (size_t i = 0; i < class.n && !class.large; i++) {
        if (!add_char(r, &strings, p, class.chars[i]))
            class.large = true;
    }
    return class.large || class.n == 0 ? part_any() : part_exact(strings);
}

/* --- escapes --- */

/* Behind \g and \k: a number or a name, in brackets or not. */
static void skip_reference(struct reader *r)
{
    static const char opens[] = "{<'", closes[] = "}>'";
    const char *open = r->rest.n != 0 ? strchr(opens, r->rest.p[0]) : NULL;
    size_t n = 0;

    if (open != NULL && *open != '\0') {
        n = str_find_char(str_from(r->rest, 1), closes[open - opens]);
        if (n == STR_NONE)
            (void)reader_give_up(r);
        r->rest = str_from(r->rest, n == STR_NONE ? 0 : n + 2);
        return;
    }
    n = reader_peek(r, 0) == '-' || reader_peek(r, 0) == '+';
    while (is_digit(reader_peek(r, n)))
        n++;
    r->rest = str_from(r->rest, n);
}

/* Behind \p and \P: one letter or {...}. */
static void skip_property(struct reader *r)
{
    size_t close = reader_peek(r, 0) == '{' ? str_find_char(r->rest, '}') : 0;

    if (close == STR_NONE)
        (void)reader_give_up(r);
    else
        r->rest = str_from(r->rest, close + 1);
}

struct part reader_escape(struct reader *r)
{
    char c = reader_peek(r, 1);
    uint32_t value;

    r->rest = str_from(r->rest, 2);
    if (c == '\0')
        return reader_give_up(r);
    if (!is_alnum(c) && (unsigned char)c < 0x80)
        return reader_char(r, (unsigned char)c);
    if (strchr("bBAzZGK", c) != NULL)
        return part_empty();
    if (c == 'N' && reader_peek(r, 0) == '{')
        return reader_give_up(r);
    if (take_escaped_char(r, c, &value))
        return reader_char(r, value);
    if (c >= '1' && c <= '9') {
        while (is_digit(reader_peek(r, 0))) /* a reference, or an octal number */
            r->rest = str_from(r->rest, 1);
    } else if (c == 'g' || c == 'k') {
        skip_reference(r);
    } else if (c == 'p' || c == 'P') {
        skip_property(r);
    } else if (strchr("dDsSwWhHvVRXN", c) == NULL) {
        return reader_give_up(r);
    }
    return part_any();
}
