/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kube_object: one taker for the items of both readers, and what the kinds have in common. Field names are
 * those of the Kubernetes API reference. An item without "kind", as programs print lists, is told by what it
 * has.
 */
#include "kube_object.h"

#include "seek.h"
#include "uname.h"

void kube_items_init(struct kube_items *k, struct parse *in)
{
    *k = (struct kube_items){ .in = in, .base = in->host };
    arena_init(&k->arena, 0);
}

void kube_items_finish(struct kube_items *k)
{
    arena_finish(&k->arena);
    /* Of several no one speaks for the member. */
    k->in->host =
            k->host.n != 0 && !k->many ? arena_str(k->in->scratch, name_str(&k->host)) : k->base;
}

void kube_item_host(struct kube_items *k, str name)
{
    if (uname_is_name(name) && name.n <= NAME_MAX_LEN)
        k->in->host = name; /* the item's memory: it ends with the item */
}

void kube_item_describes(struct kube_items *k, str name)
{
    kube_item_host(k, name);
    if (k->in->host.n == 0 || k->in->host.p != name.p)
        return;
    k->many = k->many || (k->host.n != 0 && !str_eq(name_str(&k->host), name));
    name_set(&k->host, name);
}

/* ---------------------------------------------------------------- reading the tree */

const struct json *kube_at(const struct json *object, const char *path)
{
    str rest = str_z(path);

    while (rest.n != 0 && object != NULL)
        object = json_get(object, str_cut(&rest, '/'));
    return object;
}

str kube_text(const struct json *object, const char *path)
{
    return json_text(kube_at(object, path));
}

struct value kube_whole(const struct json *node)
{
    if (node == NULL || node->type != JSON_NUMBER || !(node->number > -9e15) ||
            !(node->number < 9e15))
        return value_none();
    return value_int((int64_t)node->number);
}

struct value kube_bytes(const struct json *node)
{
    struct value v = kube_whole(node);

    if (v.type == VALUE_INT)
        return v.i > 0 ? v : value_none();
    return kube_quantity(json_text(node));
}

struct when kube_when(const struct json *object, const char *const *paths, size_t n)
{
    struct when when;

    for (size_t i = 0; i < n; i++) {
        str s = kube_text(object, paths[i]);

        if (when_take_iso(&s, &when))
            return when;
    }
    return (struct when){ 0 };
}

/* ---------------------------------------------------------------- where it stands */

static bool is_part(str text, str s)
{
    return s.n != 0 && (uintptr_t)s.p >= (uintptr_t)text.p &&
           (uintptr_t)s.p < (uintptr_t)text.p + text.n;
}

/* Text that is walked for one item to find places; beyond that its first line is told. */
enum { WALKS = 256 };

/* Of what YAML wrote in a way that had to be copied, the place of what holds it. */
static size_t place_of(struct kube_items *k, const struct kube_item *item, const struct json *node)
{
    if (item->json && node != NULL && !is_part(item->text, node->key) &&
            !is_part(item->text, node->text) && ++k->walks > WALKS)
        return 0;
    if (item->json)
        return json_place(item->text, node);
    for (; node != NULL; node = node->parent) {
        if (is_part(item->text, node->key))
            return (size_t)(node->key.p - item->text.p);
        if (is_part(item->text, node->text))
            return (size_t)(node->text.p - item->text.p);
    }
    return 0;
}

static uint32_t count_lines(str s)
{
    uint32_t n = 0;

    for (const char *p = s.p, *end = s.p + s.n;
            p < end && (p = memchr(p, '\n', (size_t)(end - p))) != NULL; p++)
        n++;
    return n;
}

/* From one place to the next: they are near each other. */
uint32_t kube_number(struct kube_items *k, const struct kube_item *item, size_t at)
{
    uint32_t n;

    if (k->number == 0 || at < k->at / 2) {
        k->at = 0;
        k->number = item->number;
    }
    n = count_lines(str_slice(item->text, at < k->at ? at : k->at, at < k->at ? k->at : at));
    if (k->number == UINT32_MAX)
        return k->number;
    if (at < k->at)
        k->number -= n;
    else
        k->number = n < UINT32_MAX - k->number ? k->number + n : UINT32_MAX;
    k->at = at;
    return k->number;
}

struct line kube_line(struct kube_items *k, const struct kube_item *item, const struct json *node)
{
    const size_t most = LIMIT_QUOTE / 2;
    str text = item->text;
    size_t at = place_of(k, item, node), low = at > most ? at - most : 0, begin, end;
    struct line line = { .number = 0 };

    begin = str_rfind_char(str_slice(text, low, at), '\n');
    /* All on one line: quote from the key on. */
    begin = begin != STR_NONE ? low + begin + 1 : low == 0 ? 0 : at;
    end = str_find_char(str_slice(text, at, at + LIMIT_LINE), '\n');
    end = end != STR_NONE ? at + end : str_slice(text, 0, at + LIMIT_LINE).n;
    line.number = kube_number(k, item, begin);
    line.s = str_trim(text_cut(str_slice(text, begin, end), LIMIT_QUOTE));
    /* YAML over several lines is quoted as the one line that it means. */
    if (!item->json && json_text(node).n != 0 && !is_part(text, node->text))
        line.s = text_cut(arena_printf(&k->arena, "%.*s: %.*s", STR_ARG(node->key),
                                  STR_ARG(kube_flat(k, node->text))),
                LIMIT_QUOTE);
    line.offset = item->offset + begin;
    line.length = (uint32_t)(end - begin);
    return line;
}

str kube_flat(struct kube_items *k, str text)
{
    char *copy = arena_buffer(&k->arena, text.n);

    for (size_t i = 0; i < text.n; i++)
        copy[i] = is_space(text.p[i]) ? ' ' : text.p[i];
    return str_trim((str){ copy, text.n });
}

void kube_offer(
        struct kube_items *k, const struct line *line, struct when when, str component, str text)
{
    if (text.n == 0 || k->in->sink->line == NULL)
        return;
    text = kube_flat(k, text);
    parse_text_of(k->in, line, when, component, text, seek_text(k->in, text));
}

void kube_take_conditions(
        struct kube_items *k, const struct kube_item *item, const struct json *conditions)
{
    static const char *const times[] = { "lastTransitionTime", "lastUpdateTime" };

    if (conditions == NULL || conditions->type != JSON_ARRAY)
        return;
    for (const struct json *c = conditions->child; c != NULL; c = c->next) {
        const struct json *message = json_get(c, STR("message"));
        struct line line;

        if (json_text(message).n == 0)
            continue;
        line = kube_line(k, item, message);
        kube_offer(k, &line, kube_when(c, times, 2), (str){ NULL, 0 }, json_text(message));
    }
}

/* ---------------------------------------------------------------- the kinds */

enum kind_of { POD, EVENT, NODE, LIST, OTHER };

static enum kind_of kind_of(const struct json *root)
{
    str kind = kube_text(root, "kind"), api = kube_text(root, "apiVersion");

    if (str_eq(kind, STR("Pod")))
        return POD;
    if (str_eq(kind, STR("Node")))
        return NODE;
    /* The audit log has events of another kind. */
    if (str_eq(kind, STR("Event")))
        return str_starts(api, STR("audit.")) ? OTHER : EVENT;
    /* What stands before and behind the items. */
    if (str_ends(kind, STR("List")) || (kind.n == 0 && api.n != 0 && json_count(root) == 1))
        return LIST;
    if (kind.n != 0)
        return OTHER;
    if (json_get(root, STR("involvedObject")) != NULL || json_get(root, STR("regarding")) != NULL)
        return EVENT;
    if (kube_at(root, "status/nodeInfo") != NULL || kube_at(root, "status/allocatable") != NULL)
        return NODE;
    return kube_at(root, "status/containerStatuses") != NULL ||
                           kube_at(root, "status/initContainerStatuses") != NULL ||
                           kube_at(root, "spec/containers") != NULL
                   ? POD
                   : OTHER;
}

void kube_take_lines(struct kube_items *k, const struct kube_item *item)
{
    str rest = item->text;
    struct line line = { .number = item->number };

    while (rest.n != 0) {
        size_t before = rest.n;

        line.offset = item->offset + (item->text.n - before);
        (void)str_line(&rest, &line.s);
        line.length = (uint32_t)line.s.n;
        line.extent = (uint32_t)(before - rest.n);
        line.s = text_cut(line.s, LIMIT_LINE);
        kube_offer(k, &line, (struct when){ 0 }, (str){ NULL, 0 }, line.s);
        if (str_trim(line.s).n != 0)
            parse_stray(k->in, &line, (struct when){ 0 });
        line.number += line.number != UINT32_MAX;
    }
}

void kube_take_item(struct kube_items *k, const struct kube_item *item)
{
    enum kind_of kind = kind_of(item->root);

    switch (kind) {
    case POD:
        kube_take_pod(k, item);
        break;
    case EVENT:
        kube_take_event(k, item);
        break;
    case NODE:
        kube_take_node(k, item);
        break;
    case LIST:
        break;
    case OTHER:
        kube_take_lines(k, item);
        break;
    }
    if (kind != OTHER)
        parse_took_bytes(k->in, item->text.n);
    k->in->host = k->base;
    k->number = 0;
    k->walks = 0;
    arena_reset(&k->arena);
}
