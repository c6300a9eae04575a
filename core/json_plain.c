/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The plain part of JSON, in one pass over the text: strings without \\u, numbers of up to fifteen
 * digits without exponent, objects of few keys. Whatever else there is, and whatever is wrong, is declined:
 * cJSON tells what it is.
 */
#include "json.h"
#include "limits.h"

enum {
    KEYS_MOST = 64,
    DIGITS_MOST = 15
}; /* so many digits are a whole number that a double holds */

struct plain {
    struct json_room room;
    const char *p, *end;
};

static char peek(const struct plain *r)
{
    return r->p < r->end ? *r->p : '\0';
}

static void skip_blanks(struct plain *r)
{
    while (r->p < r->end && (*r->p == ' ' || *r->p == '\n' || *r->p == '\t' || *r->p == '\r'))
        r->p++;
}

static bool take(struct plain *r, char c)
{
    skip_blanks(r);
    if (peek(r) != c)
        return false;
    r->p++;
    return true;
}

/* What the letter behind a backslash stands for; NUL where that is not one byte. */
static char unescape(char c)
{
    static const char from[] = "\"\\/nrtbf", to[] = "\"\\/\n\r\t\b\f";
    size_t at = str_find_char(STR(from), c);

    return at != STR_NONE ? to[at] : '\0';
}

/* raw: what stands between the quotes. */
static bool copy_string(struct plain *r, str raw, str *ret)
{
    char *copy = arena_buffer(r->room.strings, raw.n);
    size_t n = 0;

    for (size_t i = 0; i < raw.n; i++) {
        copy[n] = raw.p[i] == '\\' ? unescape(raw.p[++i]) : raw.p[i];
        if (copy[n++] == '\0')
            return false;
    }
    *ret = (str){ copy, n };
    return true;
}

static bool read_string(struct plain *r, str *ret)
{
    const char *begin;
    bool escapes = false;

    if (!take(r, '"'))
        return false;
    for (begin = r->p; r->p < r->end && *r->p != '"'; r->p++) {
        if ((unsigned char)*r->p < ' ')
            return false;
        if (*r->p == '\\') {
            escapes = true;
            r->p++;
        }
    }
    if (r->p >= r->end)
        return false;
    *ret = (str){ begin, (size_t)(r->p++ - begin) };
    return !escapes || copy_string(r, *ret, ret);
}

static bool read_word(struct plain *r, struct json *node, str word, enum json_type type)
{
    if (!str_starts((str){ r->p, (size_t)(r->end - r->p) }, word))
        return false;
    r->p += word.n;
    node->type = type;
    node->number = type == JSON_BOOL && word.p[0] == 't';
    return true;
}

/* A whole number divided by a power of ten: both are exact, so the quotient is the nearest double. */
static bool read_number(struct plain *r, struct json *node)
{
    uint64_t whole = 0, scale = 1;
    unsigned digits = 0;
    bool minus = peek(r) == '-', point = false;

    r->p += minus;
    if (peek(r) == '0' && r->p + 1 < r->end && is_digit(r->p[1]))
        return false;
    for (; is_digit(peek(r)) || (peek(r) == '.' && !point && digits != 0); r->p++) {
        if (*r->p == '.') {
            point = true;
            continue;
        }
        if (++digits > DIGITS_MOST)
            return false;
        whole = whole * 10 + (uint64_t)(*r->p - '0');
        scale *= point ? 10 : 1;
    }
    if (digits == 0 || (point && scale == 1) || (minus && whole == 0) ||
            str_find_char(STR("+-.eE"), peek(r)) != STR_NONE)
        return false;
    node->type = JSON_NUMBER;
    node->number = (double)whole / (double)scale;
    node->number = minus ? -node->number : node->number;
    return true;
}

static bool read_value(struct plain *r, struct json *node, unsigned depth);

/* From behind the bracket that opens it. */
static bool read_members(struct plain *r, struct json *node, char close, unsigned depth)
{
    struct json *last = NULL;

    if (take(r, close))
        return true;
    do {
        struct json *child = arena_new(r->room.nodes, struct json);

        if (close == '}' && (!read_string(r, &child->key) || json_get(node, child->key) != NULL ||
                                    !take(r, ':')))
            return false;
        child->parent = node;
        child->index = last != NULL ? last->index + 1 : 0;
        if (child->index >= KEYS_MOST && close == '}')
            return false;
        if (last != NULL)
            last->next = child;
        else
            node->child = child;
        last = child;
        if (!read_value(r, child, depth + 1))
            return false;
    } while (take(r, ','));
    return take(r, close);
}

/* Depth is bounded by LIMIT_NESTING, so the recursion is. */
static bool read_value(struct plain *r, struct json *node, unsigned depth)
{
    if (depth > LIMIT_NESTING)
        return false;
    skip_blanks(r);
    switch (peek(r)) {
    case '{':
        r->p++;
        node->type = JSON_OBJECT;
        return read_members(r, node, '}', depth);
    case '[':
        r->p++;
        node->type = JSON_ARRAY;
        return read_members(r, node, ']', depth);
    case '"':
        node->type = JSON_STRING;
        return read_string(r, &node->text);
    case 't':
        return read_word(r, node, STR("true"), JSON_BOOL);
    case 'f':
        return read_word(r, node, STR("false"), JSON_BOOL);
    case 'n':
        return read_word(r, node, STR("null"), JSON_NULL);
    default:
        return read_number(r, node);
    }
}

const struct json *json_parse_plain(struct json_room room, str text)
{
    struct plain r = { .room = room, .p = text.p, .end = text.p + text.n };
    struct json *node = arena_new(room.nodes, struct json);

    if (!read_value(&r, node, 0))
        return NULL;
    skip_blanks(&r);
    return r.p == r.end ? node : NULL;
}
