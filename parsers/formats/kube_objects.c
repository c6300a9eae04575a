/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kube-objects: objects of Kubernetes as kubectl, must-gather, cluster-info dump and support bundles write
 * them (field names: Kubernetes API reference): pods, events and nodes, one alone or lists of them, as JSON or YAML.
 *
 *     { "apiVersion": "v1", "items": [
 *         { "apiVersion": "v1", "kind": "Pod", "metadata": { "name": "shop-5d7c" }, ...
 *
 *     apiVersion: v1
 *     items:
 *     - apiVersion: v1
 *       kind: Pod
 *
 * Taken: what kubectl describe and kubectl get events tell of the same objects (kube_object_pod.c and so
 * on). Objects of other kinds, and lines around the objects, are lines as in any log.
 */
#include "kube_object.h"
#include "seek.h"
#include "signs.h"

static const struct kind *const kinds[] = { &kind_CONTAINER_STATE, &kind_KUBE_EVENT,
    &kind_KUBE_NODE, &kind_KUBE_POD, &kind_HOST, &kind_LOG_MESSAGE, &kind_ERROR, &kind_OPERATION,
    &kind_STACK, &kind_BEANCOUNTER, NULL };

/* ---------------------------------------------------------------- sniffing */

static bool is_kind(str s)
{
    static const str names[] = { STR_INIT("Pod"), STR_INIT("PodList"), STR_INIT("Event"),
        STR_INIT("EventList"), STR_INIT("Node"), STR_INIT("NodeList"), STR_INIT("List") };

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (str_eq(names[i], s))
            return true;
    }
    return false;
}

/* Objects of Kubernetes begin with one of these, whoever writes them. */
static bool is_first_key(str key)
{
    return str_eq(key, STR("apiVersion")) || str_eq(key, STR("kind")) ||
           str_eq(key, STR("items")) || str_eq(key, STR("metadata"));
}

/* `"kind": "Pod"` anywhere. */
static bool has_json_kind(str text)
{
    size_t at;

    while ((at = str_find(text, STR("\"kind\""))) != STR_NONE) {
        str rest = str_trim(str_slice(text, at + 6, at + 48));

        text = str_from(text, at + 6);
        if (!str_take_char(&rest, ':'))
            continue;
        rest = str_trim(rest);
        if (str_take_char(&rest, '"') && is_kind(str_cut(&rest, '"')))
            return true;
    }
    return false;
}

/* Whether an object, or a list of them, begins here with a key that it has. */
static bool begins_json(str text)
{
    while (text.n != 0 && (is_space(text.p[0]) || text.p[0] == '[' || text.p[0] == '{'))
        text = str_from(text, 1);
    return str_take_char(&text, '"') && is_first_key(str_cut(&text, '"'));
}

static bool is_json(str text)
{
    if (str_has(text, STR("\"audit.k8s.io/")))
        return false;
    return has_json_kind(text) || str_has(text, STR("\"containerStatuses\"")) ||
           str_has(text, STR("\"involvedObject\"")) || str_has(text, STR("\"nodeInfo\""));
}

/* `kind: Pod` on a line of its own, or what only such objects have. */
static bool is_yaml(str text)
{
    static const str keys[] = { STR_INIT("containerStatuses:"), STR_INIT("involvedObject:"),
        STR_INIT("regarding:"), STR_INIT("nodeInfo:") };
    str line;

    while (str_line(&text, &line)) {
        line = str_trim(line);
        if (str_take(&line, STR("- ")))
            line = str_trim(line);
        if (str_take(&line, STR("kind: ")) && is_kind(str_trim(line)))
            return true;
        for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
            if (str_eq(line, keys[i]))
                return true;
        }
    }
    return false;
}

/* The kind of an object, as JSON or YAML has it, or what only such objects have. */
static void signs(struct signs *to)
{
    signs_add(to, STR("\"kind\""));
    signs_add(to, STR("kind: "));
    signs_add(to, STR("containerStatuses"));
    signs_add(to, STR("involvedObject"));
    signs_add(to, STR("regarding:"));
    signs_add(to, STR("nodeInfo"));
}

static int sniff(const struct sniff *in)
{
    str rest = in->text, line, body;
    bool first = true, looked = false, looked_json = false;

    while (rest.n != 0) {
        str here = rest;

        (void)str_line(&rest, &line);
        body = str_trim(line);
        if (body.n == 0 || body.p[0] == '#' || str_eq(body, STR("---")))
            continue;
        /* What is not behind the first that begins so is behind none. */
        if (!looked_json && (body.p[0] == '{' || body.p[0] == '[') && begins_json(here)) {
            looked_json = true;
            if (is_json(here))
                return first ? BID_MAGIC : BID_SHAPE + 5;
        }
        if (!looked && kube_is_yaml(line)) {
            looked = true;
            if (is_yaml(here))
                return first ? BID_MAGIC : BID_SHAPE + 5;
        }
        first = false;
    }
    return BID_NO;
}

/* ---------------------------------------------------------------- the format */

/* Prose and logs have braces as well: an object begins its line. */
static bool is_json_line(str s)
{
    str rest = str_trim(s);

    if (rest.n == 0 || (rest.p[0] != '{' && rest.p[0] != '['))
        return false;
    while (rest.n != 0 && (is_space(rest.p[0]) || rest.p[0] == '[' || rest.p[0] == '{'))
        rest = str_from(rest, 1);
    return rest.n == 0 || rest.p[0] == '"' || rest.p[0] == '}' || rest.p[0] == ']';
}

static void parse(struct parse *in)
{
    struct kube_items items;
    struct line line;

    /* Lines between objects are few. */
    seek_apart(in);
    kube_items_init(&items, in);
    while (text_peek_line(&in->text, &line)) {
        if (is_json_line(line.s)) {
            kube_read_json(&items);
            continue;
        }
        if (kube_is_yaml(line.s)) {
            kube_read_yaml(&items);
            continue;
        }
        (void)parse_line(in, &line);
        parse_offer(in, &line);
        if (str_trim(line.s).n == 0 || str_eq(str_trim(line.s), STR("---")))
            parse_took(in, &line);
        else
            parse_stray(in, &line, (struct when){ 0 });
    }
    kube_items_finish(&items);
}

const struct parser parser_kube_objects = {
    .name = "kube-objects",
    .summary = "kubectl get pods, events, nodes -o json or yaml, alone or in lists",
    .kinds = kinds,
    .says_lines = true,
    .sniff = sniff,
    .signs = signs,
    .parse = parse,
};
