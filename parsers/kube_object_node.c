/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kube_object_node: a node as object (Kubernetes API reference):
 *
 *     { "kind": "Node", "metadata": { "name": "n1" }, "spec": { "unschedulable": true },
 *       "status": { "allocatable": { "memory": "7953848Ki" }, "capacity": { "cpu": "4", ... },
 *                   "conditions": [ { "type": "MemoryPressure", "status": "True", ... } ],
 *                   "nodeInfo": { "kernelVersion": "5.15.0-97-generic", ... } } }
 *
 * What its pods request is not in it.
 */
#include "kube_object.h"

/* "4", or 4 where somebody wrote it so. */
static struct value number_of(const struct json *node, int64_t most)
{
    struct value v = kube_whole(node);
    uint64_t n;

    if (str_u64(json_text(node), &n) && n < (uint64_t)most)
        return value_u64(n);
    return v.type == VALUE_INT && v.i >= 0 && v.i < most ? v : value_none();
}

/* What proves the pressure, and when it was seen. */
struct proof {
    const struct json *node;
    struct when when;
};

static struct proof take_condition(struct kube_node_facts *n, const struct json *c)
{
    static const char *const seen[] = { "lastHeartbeatTime" }, *const since[] = {
        "lastTransitionTime"
    };
    const struct {
        str type;
        str *to;
    } rows[] = { { STR("MemoryPressure"), &n->pressure }, { STR("DiskPressure"), &n->disk },
        { STR("PIDPressure"), &n->pids }, { STR("Ready"), &n->ready } };
    const struct json *type = json_get(c, STR("type")), *message = json_get(c, STR("message"));
    struct proof none = { .node = NULL };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (str_eq(json_text(type), rows[i].type))
            *rows[i].to = kube_text(c, "status");
    }
    if (!str_eq(json_text(type), STR("MemoryPressure")))
        return none;
    n->pressure_since = kube_when(c, since, 1);
    return (struct proof){ json_text(message).n != 0 ? message : type, kube_when(c, seen, 1) };
}

void kube_take_node(struct kube_items *k, const struct kube_item *item)
{
    const struct json *root = item->root, *status = json_get(root, STR("status")),
                      *conditions = json_get(status, STR("conditions")),
                      *closed = kube_at(root, "spec/unschedulable"),
                      *name = kube_at(root, "metadata/name");
    struct proof proof = { .node = name };
    struct kube_node_facts n = {
        .name = json_text(name),
        .os = kube_text(status, "nodeInfo/operatingSystem"),
        .os_text = kube_text(status, "nodeInfo/osImage"),
        .kernel = kube_text(status, "nodeInfo/kernelVersion"),
        .arch = kube_text(status, "nodeInfo/architecture"),
        .kubelet = kube_text(status, "nodeInfo/kubeletVersion"),
        .memory = kube_bytes(kube_at(status, "capacity/memory")),
        .allocatable = kube_bytes(kube_at(status, "allocatable/memory")),
        .cpus = number_of(kube_at(status, "capacity/cpu"), 100000),
        .pods = number_of(kube_at(status, "allocatable/pods"), 1 << 20),
        .unschedulable =
                value_bool(closed != NULL && closed->type == JSON_BOOL && closed->number != 0),
    };
    struct line head = kube_line(k, item, name), line;

    if (status == NULL)
        return;
    kube_item_describes(k, n.name);
    for (const struct json *c = conditions != NULL ? conditions->child : NULL; c != NULL;
            c = c->next) {
        struct proof found = take_condition(&n, c);

        if (found.node != NULL)
            proof = found;
    }
    line = kube_line(k, item, proof.node);
    kube_tell_node(k->in, &n, &head, &line, proof.when);
    kube_take_conditions(k, item, conditions);
}
