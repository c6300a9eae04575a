/* SPDX-License-Identifier: Apache-2.0 */
/*
 * json: cJSON behind one wrapper, and a reader of what is plain before it. Duplicate keys, trailing
 * bytes and deep nesting are refused, object keys are compared exactly, and every node knows its JSON
 * pointer. The tree is plain structs in an arena, so nothing of the library leaks out.
 */
#pragma once

#include "arena.h"

enum json_type { JSON_NULL, JSON_BOOL, JSON_NUMBER, JSON_STRING, JSON_ARRAY, JSON_OBJECT };

struct json {
    enum json_type type;
    uint32_t index;                  /* position among the siblings */
    str key;                         /* in an object */
    str text;                        /* JSON_STRING */
    double number;                   /* JSON_NUMBER; JSON_BOOL: 0 or 1 */
    const struct json *child, *next; /* first element; next sibling */
    const struct json *parent;
};

/*
 * Parses one document. NULL on error, with *ret_error a message that names line and column, in the
 * arena. The tree lives as long as the arena and the text, of which strings may be a part.
 */
const struct json *json_parse(struct arena *a, str text, str *ret_error);
/* Where the tree is to go sooner than its strings: its nodes in one arena, strings in another. */
struct json_room {
    struct arena *nodes, *strings;
};
const struct json *json_parse_in(struct json_room room, str text, str *ret_error);
/* Its two ways: by cJSON, and in a fifth of the time. NULL of the latter: it was declined, rightly or not. */
const struct json *json_parse_careful(struct json_room room, str text, str *ret_error);
const struct json *json_parse_plain(struct json_room room, str text);

const struct json *json_get(
        const struct json *object, str key);                /* NULL when missing or no object */
str json_text(const struct json *node);                     /* absent unless a string */
str json_pointer(struct arena *a, const struct json *node); /* "/evidence/tpla/tag" */
size_t json_count(const struct json *node);
/* Offset in the text that it was parsed from of a node: of the quote of its key where it has one. */
size_t json_place(str text, const struct json *node);
