/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kube_json: objects of Kubernetes as JSON, one at a time: alone, in a list of "items" of any length, in a
 * bare array. A list is never held: from "items": [ on its elements are read as they come, and what stands
 * behind them is passed over.
 */
#include "kube_object.h"

enum { LEVELS = 8 }; /* lists in lists; real ones have one */

/* Where a reader is in an object, from its first byte on. A string ends with its line, should it be torn. */
struct scan {
    size_t at, string; /* of the window: next byte; where the last string began */
    unsigned depth;
    bool quoted, escaped;
    unsigned items; /* of "items": [ at the outer level so much was seen: 1 the key, 2 the colon */
};

enum found { FOUND_NOT_YET, FOUND_END, FOUND_ITEMS };

/* A byte outside of strings. */
static enum found scan_outside(struct scan *s, char c)
{
    unsigned items = s->items;

    if (is_space(c))
        return FOUND_NOT_YET;
    s->items = items == 1 && c == ':' ? 2 : 0;
    if (c == '"') {
        s->quoted = true;
        s->string = s->at + 1;
    } else if (c == '{') {
        s->depth++;
    } else if (c == '}' && --s->depth == 0) {
        return FOUND_END;
    }
    return items == 2 && c == '[' ? FOUND_ITEMS : FOUND_NOT_YET;
}

/* Passes over what says nothing: most of the bytes. */
static void skip_plain(struct scan *s, str window)
{
    size_t at = s->at;

    if (s->quoted) {
        while (at < window.n && window.p[at] != '"' && window.p[at] != '\\' && window.p[at] != '\n')
            at++;
    } else {
        while (at < window.n && window.p[at] == ' ')
            at++;
    }
    s->at = at;
}

/* On to what is found; scan->at is then behind it. */
static enum found scan_on(struct scan *s, str window)
{
    while (s->at < window.n) {
        enum found found = FOUND_NOT_YET;
        char c;

        if (s->escaped) {
            s->escaped = false;
            s->at++;
            continue;
        }
        skip_plain(s, window);
        if (s->at == window.n)
            break;
        c = window.p[s->at];
        if (!s->quoted) {
            found = scan_outside(s, c);
        } else if (c == '\\') {
            s->escaped = true;
        } else {
            s->quoted = false;
            s->items = s->depth == 1 && str_eq(str_slice(window, s->string, s->at), STR("items"));
        }
        s->at++;
        if (found != FOUND_NOT_YET)
            return found;
    }
    return FOUND_NOT_YET;
}

/* Passes over what is left of an object, in whatever pieces it comes. False where the text ends. */
static bool skip_object(struct parse *in, struct scan *s)
{
    for (;;) {
        str window = text_peek(&in->text);
        enum found found = scan_on(s, window);

        text_skip(&in->text, s->at);
        s->at = 0;
        if (found == FOUND_END)
            return true;
        if (found == FOUND_NOT_YET && !text_more(&in->text))
            return false;
    }
}

static void read_object(struct kube_items *k, str text)
{
    struct parse *in = k->in;
    const struct line line = { .number = in->text.number, .offset = in->text.offset };
    struct kube_item item = {
        .text = text, .number = line.number, .offset = line.offset, .json = true
    };
    str error = { NULL, 0 };

    item.root = json_parse(&k->arena, text, &error);
    if (item.root != NULL) {
        kube_take_item(k, &item);
        return;
    }
    parse_diag(in, DIAG_WARNING, "kube-objects.json", &line, error);
    kube_take_lines(k, &item);
    arena_reset(&k->arena);
}

/* The object that the window begins with, or its front up to its items. True of the latter. */
static bool take_object(struct kube_items *k)
{
    struct parse *in = k->in;
    struct scan scan = { 0 };
    str window = text_peek(&in->text);
    const struct line line = { .number = in->text.number, .offset = in->text.offset };
    enum found found;

    while ((found = scan_on(&scan, window)) == FOUND_NOT_YET && text_more(&in->text))
        window = text_peek(&in->text);
    if (found == FOUND_END)
        read_object(k, str_slice(window, 0, scan.at));
    if (found != FOUND_NOT_YET) {
        text_skip(&in->text, scan.at);
        if (found == FOUND_ITEMS)
            parse_took_bytes(in, scan.at);
        return found == FOUND_ITEMS;
    }
    if (skip_object(in, &scan))
        parse_diag(in, DIAG_WARNING, "kube-objects.long-object", &line,
                STR("an object longer than a record is not read"));
    else
        parse_diag(in, DIAG_WARNING, "kube-objects.cut", &line,
                STR("an object without its end is not read"));
    return false;
}

/* Passes over white space and commas. NUL at the end of the text. */
static char next_char(struct parse *in)
{
    for (;;) {
        str window = text_peek(&in->text);
        size_t n = 0;

        while (n < window.n && (is_space(window.p[n]) || window.p[n] == ','))
            n++;
        text_skip(&in->text, n);
        parse_took_bytes(in, n);
        if (n < window.n)
            return window.p[n];
        if (!text_more(&in->text))
            return '\0';
    }
}

static void take_bracket(struct parse *in)
{
    text_skip(&in->text, 1);
    parse_took_bytes(in, 1);
}

/* What belongs into no list of objects ends with its line at the latest. */
static void skip_stray(struct parse *in)
{
    struct line line;

    if (!parse_line(in, &line))
        return;
    parse_diag(
            in, DIAG_WARNING, "kube-objects.json", &line, STR("no object where one should stand"));
    parse_offer(in, &line);
    parse_stray(in, &line, (struct when){ 0 });
}

void kube_read_json(struct kube_items *k)
{
    struct parse *in = k->in;
    bool wrapped[LEVELS];
    unsigned n = 0;
    char c = next_char(in);
    uint32_t number;

    do {
        if (c == '\0')
            return;
        if (n == LEVELS) {
            skip_stray(in);
            return;
        }
        if (c == '{') {
            if (take_object(k))
                wrapped[n++] = true;
        } else if (c == '[') {
            take_bracket(in);
            wrapped[n++] = false;
        } else if (c == ']' && n != 0) {
            struct scan scan = { .depth = 1 };

            take_bracket(in);
            if (wrapped[--n])
                (void)skip_object(in, &scan);
        } else {
            skip_stray(in);
        }
        number = in->text.number;
        c = next_char(in);
        /* Behind a document on its own line: the next, as some programs write them. */
    } while (n != 0 || (number == in->text.number && (c == '{' || c == '[')));
}
