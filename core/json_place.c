/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where in its text a node of JSON stands. Most strings and keys are parts of the text and tell it; where
 * the careful reader copied them, the text is walked again from the front.
 */
#include "json.h"
#include "limits.h"

static bool is_part(str text, str s)
{
    return s.n != 0 && (uintptr_t)s.p > (uintptr_t)text.p &&
           (uintptr_t)s.p < (uintptr_t)text.p + text.n;
}

static size_t skip_blanks(str text, size_t at)
{
    while (at < text.n && is_space(text.p[at]))
        at++;
    return at;
}

/* From a quote to behind the one that closes it. */
static size_t skip_string(str text, size_t at)
{
    for (at++; at < text.n && text.p[at] != '"'; at++)
        at += text.p[at] == '\\';
    return at < text.n ? at + 1 : text.n;
}

/* From the bracket of an array or object to its element of that number, or the key of it. */
static size_t find_element(str text, size_t at, uint32_t index)
{
    size_t depth = 0;

    for (at++; at < text.n && (index != 0 || depth != 0); at++) {
        char c = text.p[at];

        if (c == '"')
            at = skip_string(text, at) - 1;
        else if (c == '{' || c == '[')
            depth++;
        else if ((c == '}' || c == ']') && depth != 0)
            depth--;
        else if (c == ',' && depth == 0)
            index--;
    }
    return skip_blanks(text, at);
}

size_t json_place(str text, const struct json *node)
{
    const struct json *chain[LIMIT_NESTING + 2];
    size_t n = 0, at = skip_blanks(text, 0);

    if (node == NULL)
        return 0;
    if (is_part(text, node->key))
        return (size_t)(node->key.p - text.p) - 1;
    if (node->key.n == 0 && is_part(text, node->text))
        return (size_t)(node->text.p - text.p) - 1;
    for (; node->parent != NULL && n < LIMIT_NESTING + 2; node = node->parent)
        chain[n++] = node;
    while (n-- > 0) {
        at = find_element(text, at, chain[n]->index);
        if (n != 0 && chain[n]->parent->type == JSON_OBJECT) {
            at = skip_blanks(text, skip_string(text, at));
            at = skip_blanks(text, at + 1);
        }
    }
    return at < text.n ? at : 0;
}
