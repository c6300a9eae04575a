/* SPDX-License-Identifier: Apache-2.0 */
#include "json.h"

#include <stdlib.h>

#include <cjson/cJSON.h>

#include "limits.h"

static str place(struct arena *a, str text, const char *at, const char *what)
{
    unsigned line = 1, column = 1;

    for (const char *p = text.p; p < at && p < text.p + text.n; p++) {
        column = *p == '\n' ? 1 : column + 1;
        line += *p == '\n';
    }
    return arena_printf(a, "line %u, column %u: %s", line, column, what);
}

static enum json_type type_of(const cJSON *item)
{
    if (cJSON_IsObject(item))
        return JSON_OBJECT;
    if (cJSON_IsArray(item))
        return JSON_ARRAY;
    if (cJSON_IsString(item))
        return JSON_STRING;
    if (cJSON_IsNumber(item))
        return JSON_NUMBER;
    return cJSON_IsBool(item) ? JSON_BOOL : JSON_NULL;
}

/* Up to here every new key of an object is compared with those before it; more are sorted. */
enum { KEYS_COMPARED = 64 };

static int by_key(const void *a, const void *b)
{
    const struct json *const *left = a, *const *right = b;

    return str_cmp((*left)->key, (*right)->key);
}

static void check_keys(struct arena *a, const struct json *object, size_t n, str *ret_error)
{
    const struct json **nodes = arena_array(a, const struct json *, n);
    size_t i = 0;

    for (const struct json *c = object->child; c != NULL; c = c->next)
        nodes[i++] = c;
    qsort(nodes, n, sizeof(nodes[0]), by_key);
    for (i = 1; i < n && ret_error->n == 0; i++) {
        if (str_eq(nodes[i - 1]->key, nodes[i]->key))
            *ret_error =
                    arena_printf(a, "%.*s: key given twice", STR_ARG(json_pointer(a, nodes[i])));
    }
}

/* Depth is bounded by LIMIT_NESTING, so the recursion is. */
static struct json *convert(struct json_room room, const cJSON *item, const struct json *parent,
        unsigned depth, str *ret_error)
{
    struct json *node = arena_new(room.nodes, struct json), *last = NULL;
    struct arena *a = room.strings;

    node->type = type_of(item);
    node->key = arena_str(a, str_z(item->string));
    node->text = arena_str(a, str_z(item->valuestring));
    node->number = node->type == JSON_BOOL ? cJSON_IsTrue(item) : item->valuedouble;
    node->parent = parent;
    if (depth > LIMIT_NESTING) {
        *ret_error = STR("nested too deeply");
        return node;
    }
    for (const cJSON *c = item->child; c != NULL && ret_error->n == 0; c = c->next) {
        struct json *child = convert(room, c, node, depth + 1, ret_error);

        if (node->type == JSON_OBJECT && (last == NULL || last->index < KEYS_COMPARED) &&
                json_get(node, child->key) != NULL && ret_error->n == 0)
            *ret_error = arena_printf(a, "%.*s: key given twice", STR_ARG(json_pointer(a, child)));
        child->index = last != NULL ? last->index + 1 : 0;
        if (last != NULL)
            last->next = child;
        else
            node->child = child;
        last = child;
    }
    if (node->type == JSON_OBJECT && last != NULL && last->index >= KEYS_COMPARED)
        check_keys(a, node, last->index + 1u, ret_error);
    return node;
}

const struct json *json_parse_careful(struct json_room room, str text, str *ret_error)
{
    struct arena *a = room.strings;
    const char *end = text.p;
    cJSON *tree = cJSON_ParseWithLengthOpts(text.p, text.n, &end, 0);
    const struct json *node;
    str error = { NULL, 0 };

    if (tree == NULL) {
        *ret_error = place(a, text, end, "not valid JSON");
        return NULL;
    }
    if (str_trim((str){ end, (size_t)(text.p + text.n - end) }).n != 0) {
        *ret_error = place(a, text, end, "something follows the document");
        cJSON_Delete(tree);
        return NULL;
    }
    node = convert(room, tree, NULL, 0, &error);
    cJSON_Delete(tree);
    if (error.n != 0) {
        *ret_error = error;
        return NULL;
    }
    return node;
}

const struct json *json_parse_in(struct json_room room, str text, str *ret_error)
{
    const struct json *node = json_parse_plain(room, text);

    return node != NULL ? node : json_parse_careful(room, text, ret_error);
}

const struct json *json_parse(struct arena *a, str text, str *ret_error)
{
    return json_parse_in((struct json_room){ a, a }, text, ret_error);
}

const struct json *json_get(const struct json *object, str key)
{
    if (object == NULL || object->type != JSON_OBJECT)
        return NULL;
    for (const struct json *c = object->child; c != NULL; c = c->next) {
        if (str_eq(c->key, key))
            return c;
    }
    return NULL;
}

str json_text(const struct json *node)
{
    return node != NULL && node->type == JSON_STRING ? node->text : (str){ NULL, 0 };
}

/* RFC 6901: ~ is written ~0, / is written ~1. */
static str pointer_key(struct arena *a, str key)
{
    char *copy;
    size_t n = 0;

    if (str_find_char(key, '~') == STR_NONE && str_find_char(key, '/') == STR_NONE)
        return key;
    copy = arena_alloc(a, key.n * 2);
    for (size_t i = 0; i < key.n; i++) {
        bool special = key.p[i] == '~' || key.p[i] == '/';

        copy[n++] = special ? '~' : key.p[i];
        if (special)
            copy[n++] = key.p[i] == '~' ? '0' : '1';
    }
    return (str){ copy, n };
}

str json_pointer(struct arena *a, const struct json *node)
{
    str up;

    if (node->parent == NULL)
        return STR("");
    up = json_pointer(a, node->parent);
    if (node->parent->type == JSON_ARRAY)
        return arena_printf(a, "%.*s/%u", STR_ARG(up), node->index);
    return arena_printf(a, "%.*s/%.*s", STR_ARG(up), STR_ARG(pointer_key(a, node->key)));
}

size_t json_count(const struct json *node)
{
    size_t n = 0;

    for (const struct json *c = node != NULL ? node->child : NULL; c != NULL; c = c->next)
        n++;
    return n;
}
