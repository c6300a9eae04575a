/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kube_object_event: events as objects, of v1 and of events.k8s.io (Kubernetes API reference):
 *
 *     { "type": "Warning", "reason": "SystemOOM", "count": 3, "message": "System OOM encountered, ...",
 *       "involvedObject": { "kind": "Node", "name": "n1" }, "source": { "component": "kubelet" } }
 *
 * The newer say regarding, note, series.count and reportingController, and carry the older fields as
 * deprecatedCount and so on. Times that were not set are null.
 */
#include "kube_object.h"

/* The first that is there: paths end with NULL. */
static const struct json *first_of(const struct json *root, const char *const *paths)
{
    const struct json *node = NULL;

    for (; node == NULL && *paths != NULL; paths++) {
        node = kube_at(root, *paths);
        if (node != NULL && node->type != JSON_NUMBER && json_text(node).n == 0)
            node = NULL;
    }
    return node;
}

static str text_of(const struct json *root, const char *path, const char *other)
{
    const char *const paths[] = { path, other, NULL };

    return json_text(first_of(root, paths));
}

static struct value count_of(const struct json *root)
{
    static const char *const paths[] = { "count", "series/count", "deprecatedCount", NULL };
    struct value v = kube_whole(first_of(root, paths));

    return v.type == VALUE_INT && v.i > 0 && v.i < 1 << 30 ? v : value_none();
}

static str node_of(const struct json *root, const struct kube_event *e)
{
    str node = text_of(root, "source/host", "deprecatedSource/host");

    if (node.n != 0)
        return node;
    if (str_eq(e->kind, STR("Node")))
        return e->object;
    return str_eq(e->cells[KUBE_SOURCE], STR("kubelet")) ? kube_text(root, "reportingInstance")
                                                         : (str){ NULL, 0 };
}

void kube_take_event(struct kube_items *k, const struct kube_item *item)
{
    static const char *const messages[] = { "message", "note", "reason", NULL },
                             *const sources[] = { "source/component", "deprecatedSource/component",
                                 "reportingComponent", "reportingController", NULL },
                             *const times[] = { "lastTimestamp", "series/lastObservedTime",
                                 "deprecatedLastTimestamp", "eventTime", "firstTimestamp",
                                 "deprecatedFirstTimestamp", "metadata/creationTimestamp" };
    const struct json *root = item->root, *message = first_of(root, messages);
    const struct line line = kube_line(k, item, message);
    struct kube_event e = {
        .kind = text_of(root, "involvedObject/kind", "regarding/kind"),
        .object = text_of(root, "involvedObject/name", "regarding/name"),
        .count = count_of(root),
        .when = kube_when(root, times, sizeof(times) / sizeof(times[0])),
    };
    str *cells = e.cells;

    cells[KUBE_TYPE] = kube_text(root, "type");
    cells[KUBE_REASON] = kube_text(root, "reason");
    cells[KUBE_NAMESPACE] = text_of(root, "involvedObject/namespace", "regarding/namespace");
    cells[KUBE_SOURCE] = json_text(first_of(root, sources));
    cells[KUBE_MESSAGE] = kube_flat(k, text_of(root, "message", "note"));
    if (cells[KUBE_REASON].n == 0 || e.object.n == 0)
        return;
    e.node = node_of(root, &e);
    kube_item_host(k, e.node);
    /* The words of a row of kubectl get events, for rules that know those. */
    e.text = arena_printf(&k->arena, "%.*s %.*s %.*s/%.*s %.*s", STR_ARG(cells[KUBE_TYPE]),
            STR_ARG(cells[KUBE_REASON]), STR_ARG(e.kind), STR_ARG(e.object),
            STR_ARG(cells[KUBE_MESSAGE]));
    kube_offer(k, &line, e.when, cells[KUBE_SOURCE], e.text);
    kube_tell_event(k->in, &line, &e);
}
