/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kube_object_pod: a pod as object (Kubernetes API reference):
 *
 *     { "kind": "Pod", "metadata": { "name": "shop-5d7c", "namespace": "web" },
 *       "spec": { "nodeName": "n1", "containers": [ { "name": "shop", "resources": { "limits": ... } } ] },
 *       "status": { "containerStatuses": [ { "name": "shop", "restartCount": 7,
 *           "state": { "waiting": { "reason": "CrashLoopBackOff" } },
 *           "lastState": { "terminated": { "exitCode": 137, "reason": "OOMKilled" } } } ] } }
 *
 * Taken: states of every container with its memory limit, the pod's own reason (Evicted), what a pod on a
 * node requests; messages and the words that its containers are started with, for rules that look for lines.
 */
#include "container_tell.h"
#include "kube_object.h"

/* Real pods have some tens; those of damaged text are not all compared with each other. */
enum { CONTAINERS = 256 };

/* "resources/limits/memory" of the container of this name. */
static struct value limit_of(const struct json *spec, str name)
{
    static const char *const lists[] = { "containers", "initContainers", "ephemeralContainers" };

    for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
        const struct json *list = kube_at(spec, lists[i]);

        for (const struct json *c = list != NULL ? list->child : NULL;
                c != NULL && c->index < CONTAINERS; c = c->next) {
            if (str_eq(kube_text(c, "name"), name))
                return kube_bytes(kube_at(c, "resources/limits/memory"));
        }
    }
    return value_none();
}

static str platform_of(const struct json *spec)
{
    const struct json *select = kube_at(spec, "nodeSelector");
    str s = kube_text(spec, "os/name");

    return s.n != 0 ? s : json_text(json_get(select, STR("kubernetes.io/os")));
}

/* ---------------------------------------------------------------- states of containers */

/* "state" or "lastState": one of waiting, running, terminated. */
static void take_state(struct kube_items *k, const struct kube_item *item, const struct json *state,
        struct container c)
{
    static const char *const finished[] = { "finishedAt" };
    static const struct {
        str key;
        str status;
    } rows[] = { { STR_INIT("waiting"), STR_INIT("Waiting") },
        { STR_INIT("running"), STR_INIT("Running") },
        { STR_INIT("terminated"), STR_INIT("Terminated") } };
    const struct json *is = NULL, *reason, *code, *message;
    struct line line;
    struct when when;

    for (size_t i = 0; is == NULL && i < sizeof(rows) / sizeof(rows[0]); i++) {
        is = json_get(state, rows[i].key);
        if (is != NULL && is->type != JSON_OBJECT)
            is = NULL;
        c.status = rows[i].status;
    }
    if (is == NULL)
        return;
    reason = json_get(is, STR("reason"));
    code = json_get(is, STR("exitCode"));
    message = json_get(is, STR("message"));
    when = kube_when(is, finished, 1);
    if (json_text(reason).n != 0)
        c.status = json_text(reason);
    c.exit_code = kube_whole(code);
    line = kube_line(k, item, json_text(reason).n != 0 ? reason : code != NULL ? code : is);
    container_say(k->in, line_span(k->in, &line), line.s, when, &c);
    if (json_text(message).n != 0) {
        line = kube_line(k, item, message);
        kube_offer(k, &line, when, c.name, json_text(message));
    }
}

static void take_statuses(struct kube_items *k, const struct kube_item *item, const char *path)
{
    const struct json *list = kube_at(item->root, path), *spec = json_get(item->root, STR("spec"));
    str pod = kube_text(item->root, "metadata/name");

    for (const struct json *s = list != NULL ? list->child : NULL; s != NULL; s = s->next) {
        str name = kube_text(s, "name");
        const struct container c = {
            .runtime = "kubernetes",
            .name = name.n != 0 ? name : pod,
            .platform = platform_of(spec),
            .limit = limit_of(spec, name),
        };

        take_state(k, item, json_get(s, STR("state")), c);
        take_state(k, item, json_get(s, STR("lastState")), c);
    }
}

/* ---------------------------------------------------------------- what it requests */

struct sum {
    int64_t bytes;
    bool known, all; /* some, all of them have one */
    const struct json *proof;
};

static void add(struct sum *sum, const struct json *container, const char *path)
{
    const struct json *node = kube_at(container, path);
    struct value v = kube_bytes(node);
    int64_t bytes;

    if (v.type != VALUE_INT || __builtin_add_overflow(sum->bytes, v.i, &bytes)) {
        sum->all = false;
        return;
    }
    sum->bytes = bytes;
    sum->known = true;
    if (sum->proof == NULL)
        sum->proof = node;
}

/* Of containers that run side by side; of those that run before them the largest counts. */
static struct sum sum_of(const struct json *spec, const char *path)
{
    const struct json *list = kube_at(spec, "containers"),
                      *before = kube_at(spec, "initContainers");
    struct sum sum = { .all = true };

    for (const struct json *c = list != NULL ? list->child : NULL; c != NULL; c = c->next)
        add(&sum, c, path);
    for (const struct json *c = before != NULL ? before->child : NULL; c != NULL; c = c->next) {
        if (str_eq(kube_text(c, "restartPolicy"), STR("Always")))
            add(&sum, c, path);
    }
    for (const struct json *c = before != NULL ? before->child : NULL; c != NULL; c = c->next) {
        struct value v = kube_bytes(kube_at(c, path));

        if (v.type == VALUE_INT && v.i > sum.bytes)
            sum.bytes = v.i;
        sum.known = sum.known || v.type == VALUE_INT;
    }
    sum.all = sum.all && sum.known;
    return sum;
}

/* A pod that ended holds nothing of its node. */
static void take_room(struct kube_items *k, const struct kube_item *item)
{
    const struct json *spec = json_get(item->root, STR("spec")),
                      *name = kube_at(item->root, "metadata/name");
    str phase = kube_text(item->root, "status/phase");
    struct sum request, limit;
    struct line line;

    if (json_text(name).n == 0 || kube_text(spec, "nodeName").n == 0 ||
            kube_at(spec, "containers") == NULL || str_eq(phase, STR("Succeeded")) ||
            str_eq(phase, STR("Failed")))
        return;
    request = sum_of(spec, "resources/requests/memory");
    limit = sum_of(spec, "resources/limits/memory");
    /* A limit without a request is both. */
    if (!request.known && limit.all)
        request = limit;
    const struct value values[KUBE_POD_NFIELDS] = {
        [KUBE_POD_NAME] = value_text(json_text(name)),
        [KUBE_POD_NAMESPACE] = value_text(kube_text(item->root, "metadata/namespace")),
        [KUBE_POD_NODE] = value_text(kube_text(spec, "nodeName")),
        [KUBE_POD_REQUEST] = value_int(request.bytes),
        [KUBE_POD_LIMIT] = limit.all ? value_int(limit.bytes) : value_none(),
    };
    line = kube_line(k, item,
            limit.proof != NULL     ? limit.proof
            : request.proof != NULL ? request.proof
                                    : name);
    emit(k->in, &kind_KUBE_POD, &line, (struct when){ 0 }, values);
}

/* ---------------------------------------------------------------- the pod */

/* Evicted, OutOfmemory, NodeLost ...: what ended the pod as a whole, or never let it begin. */
static void take_reason(struct kube_items *k, const struct kube_item *item)
{
    const struct json *status = json_get(item->root, STR("status")),
                      *reason = json_get(status, STR("reason")),
                      *message = json_get(status, STR("message"));
    str text = kube_flat(k, json_text(message)), pod = kube_text(item->root, "metadata/name");
    const char *class = kube_class(text);
    const struct container c = {
        .runtime = "kubernetes", .name = pod, .status = json_text(reason)
    };
    struct line line = kube_line(k, item, reason);

    if (c.status.n != 0)
        container_say(k->in, line_span(k->in, &line), line.s, (struct when){ 0 }, &c);
    if (text.n == 0)
        return;
    line = kube_line(k, item, message);
    kube_offer(k, &line, (struct when){ 0 }, (str){ NULL, 0 }, text);
    if (class != NULL)
        say_message(k->in, line_span(k->in, &line), line.s, (struct when){ 0 }, class,
                STR("kubernetes"), pod, NULL, text);
}

static void offer_words(struct kube_items *k, const struct kube_item *item, const struct json *list)
{
    for (const struct json *w = list != NULL ? list->child : NULL; w != NULL; w = w->next) {
        const struct json *value = w->type == JSON_OBJECT ? json_get(w, STR("value")) : w;
        str name = kube_text(w, "name"), text = json_text(value);
        struct line line;

        if (text.n == 0)
            continue;
        line = kube_line(k, item, value);
        if (name.n != 0)
            text = arena_printf(&k->arena, "%.*s: %.*s", STR_ARG(name), STR_ARG(text));
        kube_offer(k, &line, (struct when){ 0 }, (str){ NULL, 0 }, text);
    }
}

static void take_commands(
        struct kube_items *k, const struct kube_item *item, const struct json *spec)
{
    const struct json *list = kube_at(spec, "containers");

    for (const struct json *c = list != NULL ? list->child : NULL; c != NULL; c = c->next) {
        offer_words(k, item, json_get(c, STR("command")));
        offer_words(k, item, json_get(c, STR("args")));
        offer_words(k, item, json_get(c, STR("env")));
    }
}

void kube_take_pod(struct kube_items *k, const struct kube_item *item)
{
    const struct json *status = json_get(item->root, STR("status"));

    kube_item_describes(k, kube_text(item->root, "spec/nodeName"));
    take_room(k, item);
    take_statuses(k, item, "status/initContainerStatuses");
    take_statuses(k, item, "status/containerStatuses");
    take_statuses(k, item, "status/ephemeralContainerStatuses");
    take_reason(k, item);
    /* Newer conditions repeat what the pod's own message says. */
    if (kube_text(status, "message").n == 0)
        kube_take_conditions(k, item, kube_at(status, "conditions"));
    take_commands(k, item, json_get(item->root, STR("spec")));
}
