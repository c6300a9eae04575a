/* SPDX-License-Identifier: Apache-2.0 */
/*
 * container-events: what happened to containers, as Docker, Podman and Kubernetes tell it.
 *
 *     2023-02-03T04:05:06.7Z container oom 77aa01... (image=shop:2, name=shop)
 *     {"status":"die","id":"77aa01...","Type":"container","Actor":{"Attributes":{"exitCode":"137"}}}
 *     NAME        READY   STATUS      RESTARTS      AGE
 *     shop-5d7c   0/1     OOMKilled   3 (41s ago)   9m
 *     Name:   shop-5d7c
 *         Last State:  Terminated
 *           Reason:    OOMKilled
 *           Exit Code: 137
 *
 * Taken: events oom and die, rows of kubectl get pods and get events, the states and the memory limit
 * of every container in kubectl describe pod, evictions, nodes described. Exit code 137 alone says
 * that it was killed, not by whom. What a row or a description says of a node is that node's.
 */
#include "container_tell.h"
#include "json.h"
#include "kube.h"
#include "signs.h"
#include "stamp.h"
#include "uname.h"

static const struct kind *const kinds[] = { &kind_CONTAINER_STATE, &kind_KUBE_EVENT,
    &kind_KUBE_NODE, &kind_KUBE_POD, &kind_HOST, &kind_LOG_MESSAGE, &kind_ERROR, &kind_OPERATION,
    &kind_STACK, &kind_BEANCOUNTER, NULL };

/* ---------------------------------------------------------------- events of Docker and Podman */

/* What an event means for us; absent where it means nothing. */
static str status_of_event(str event)
{
    if (str_eq(event, STR("oom")))
        return event;
    if (str_eq(event, STR("die")) || str_eq(event, STR("died")))
        return STR("exited");
    return (str){ NULL, 0 };
}

/* "name=shop" in "(image=shop:2, name=shop)" */
static str attribute(str list, str key)
{
    size_t from = 0, at;

    while ((at = str_find(str_from(list, from), key)) != STR_NONE) {
        str value = str_from(list, from + at + key.n);
        char before = from + at > 0 ? list.p[from + at - 1] : '(';

        if ((before == '(' || before == ' ') && str_take_char(&value, '=')) {
            size_t end = 0;

            while (end < value.n && value.p[end] != ',' && value.p[end] != ')')
                end++;
            return str_slice(value, 0, end);
        }
        from += at + key.n;
    }
    return (str){ NULL, 0 };
}

struct event {
    struct when when;
    str action, id, attributes;
    bool podman;
};

/* "<stamp> container oom <id> (k=v, ...)"; Podman's stamp has blanks: "... +0100 CET" */
static bool event_parse(str s, struct event *ret)
{
    str word;

    *ret = (struct event){ 0 };
    if (!when_take_iso(&s, &ret->when) || !str_word(&s, &word))
        return false;
    if ((word.p[0] == '+' || word.p[0] == '-') && word.n == 5) {
        int sign = word.p[0] == '-' ? -1 : 1;
        uint64_t zone;

        if (!str_u64(str_from(word, 1), &zone) || !str_word(&s, &word) || !str_word(&s, &word))
            return false;
        zone = (zone / 100 * 60 + zone % 100) * 60;
        ret->when.ns -= sign * (int64_t)zone * WHEN_NS;
        ret->when.basis = WHEN_UTC;
        ret->podman = true;
    }
    if (!str_eq(word, STR("container")) || !str_word(&s, &ret->action) || !str_word(&s, &ret->id))
        return false;
    for (size_t i = 0; i < ret->id.n; i++) {
        if (!is_hex(ret->id.p[i]))
            return false;
    }
    ret->attributes = str_trim(s);
    return ret->id.n >= 12 && (ret->attributes.n == 0 || ret->attributes.p[0] == '(');
}

static bool take_event(struct parse *in, const struct line *line)
{
    struct event event;
    struct container c = { .runtime = "docker" };

    if (!event_parse(line->s, &event))
        return false;
    c.status = status_of_event(event.action);
    c.id = event.id;
    c.name = attribute(event.attributes, STR("io.kubernetes.container.name"));
    if (c.name.n == 0)
        c.name = attribute(event.attributes, STR("name"));
    c.exit_code = container_code(attribute(event.attributes, STR("exitCode")));
    if (event.podman || str_eq(event.action, STR("died")))
        c.runtime = "podman";
    if (c.status.n != 0)
        container_say(in, line_span(in, line), line->s, event.when, &c);
    parse_took(in, line);
    return true;
}

static bool is_json_event(str s)
{
    return str_starts(s, STR("{")) &&
           (str_has(s, STR("\"Type\":\"container\"")) ||
                   str_has(s, STR("\"Type\": \"container\"")) ||
                   (str_has(s, STR("\"status\":")) && str_has(s, STR("\"timeNano\":"))));
}

static str text_of(const struct json *object, const char *key, const char *other)
{
    str s = json_text(json_get(object, str_z(key)));

    return s.n != 0 ? s : json_text(json_get(object, str_z(other)));
}

static struct when when_of(const struct json *event)
{
    const struct json *nano = json_get(event, STR("timeNano")),
                      *time = json_get(event, STR("time"));

    if (time == NULL)
        time = json_get(event, STR("Time"));
    if (nano != NULL && nano->number > 0 && nano->number < 9.2e18)
        return when_utc((int64_t)nano->number);
    if (time != NULL && time->number > 0 && time->number < 9.2e9)
        return when_utc((int64_t)(time->number * 1e9));
    return (struct when){ 0 };
}

static bool take_json(struct parse *in, struct arena *arena, const struct line *line)
{
    struct container c = { .runtime = "docker" };
    const struct json *event, *attributes, *code;
    str error = { NULL, 0 };

    if (!is_json_event(line->s))
        return false;
    event = json_parse(arena, str_trim(line->s), &error);
    if (event == NULL) {
        parse_diag(in, DIAG_WARNING, "container-events.json", line, error);
        return true;
    }
    attributes = json_get(json_get(event, STR("Actor")), STR("Attributes"));
    c.status = text_of(event, "Action", "status");
    if (c.status.n == 0) {
        c.status = json_text(json_get(event, STR("Status")));
        c.runtime = "podman";
    }
    c.status = status_of_event(c.status);
    c.id = text_of(event, "id", "ID");
    if (c.id.n == 0)
        c.id = json_text(json_get(json_get(event, STR("Actor")), STR("ID")));
    c.name = text_of(attributes, "io.kubernetes.container.name", "name");
    if (c.name.n == 0)
        c.name = json_text(json_get(event, STR("Name")));
    c.exit_code = container_code(json_text(json_get(attributes, STR("exitCode"))));
    code = json_get(event, STR("ContainerExitCode"));
    if (code != NULL && code->type == JSON_NUMBER && code->number >= 0 &&
            code->number < 4294967296.)
        c.exit_code = value_int((int64_t)code->number);
    if (c.status.n != 0)
        container_say(in, line_span(in, line), line->s, when_of(event), &c);
    parse_took(in, line);
    return true;
}

/* ---------------------------------------------------------------- kubectl get pods */

static bool is_pods_heading(str s)
{
    str word;

    if (!str_word(&s, &word) || (str_eq(word, STR("NAMESPACE")) && !str_word(&s, &word)) ||
            !str_eq(word, STR("NAME")))
        return false;
    return str_word(&s, &word) && str_eq(word, STR("READY")) && str_word(&s, &word) &&
           str_eq(word, STR("STATUS")) && str_word(&s, &word) && str_eq(word, STR("RESTARTS"));
}

static bool is_ready(str word)
{
    uint64_t n;

    return str_take_u64(&word, &n) && str_take_char(&word, '/') && str_u64(word, &n);
}

/* "[namespace] shop-5d7c  0/1  OOMKilled  3 (41s ago)  9m" */
static bool pod_row(str s, struct container *ret)
{
    str word, name = { NULL, 0 };
    uint64_t restarts;
    size_t n = 0;

    *ret = (struct container){ .runtime = "kubernetes" };
    while (str_word(&s, &word) && !is_ready(word)) {
        name = word;
        if (++n > 2)
            return false;
    }
    if (n == 0 || !str_word(&s, &ret->status) || !is_alpha(ret->status.p[0]) ||
            !str_word(&s, &word) || !str_u64(word, &restarts) || !str_word(&s, &word))
        return false;
    ret->name = name;
    return true;
}

/* ---------------------------------------------------------------- the rest of kubectl */

enum { HOSTS = 64 };

struct reader {
    struct kube_table table;
    struct kube_node *node;
    struct kube_pod *pod;
    struct name name; /* of what is described */
    struct held_line head;
    str base, described; /* host of the member; the one host that is described */
    bool many;           /* more than one is */
    str hosts[HOSTS];    /* that rows named */
    size_t nhosts;
};

/* The name in memory that lasts; none past the first few hundred bytes of nodes. */
static str host_of(struct parse *in, struct reader *r, str name)
{
    if (!uname_is_name(name))
        return in->host;
    for (size_t i = 0; i < r->nhosts; i++) {
        if (str_eq(r->hosts[i], name))
            return r->hosts[i];
    }
    if (r->nhosts == HOSTS)
        return r->base;
    r->hosts[r->nhosts] = arena_str(in->scratch, name);
    return r->hosts[r->nhosts++];
}

static void describes(struct parse *in, struct reader *r, str host)
{
    if (host.n == 0)
        return;
    r->many = r->many || (r->described.n != 0 && !str_eq(r->described, host));
    r->described = in->host = host;
}

/* A row of a table of events. What a description lists speaks of what is described. */
static bool take_row(struct parse *in, struct reader *r, const struct line *line)
{
    struct kube_event e;
    str host = in->host;

    if (!kube_row(&r->table, line->s, &e))
        return false;
    if (e.object.n == 0) {
        bool node = kube_node_open(r->node);

        e.kind = node ? STR("node") : STR("pod");
        e.object = node ? kube_node_name(r->node) : kube_pod_name(r->pod);
    }
    if (e.node.n == 0)
        e.node = kube_node_open(r->node) ? kube_node_name(r->node) : kube_pod_node(r->pod);
    in->host = host_of(in, r, e.node);
    parse_text(in, line, e.when, e.cells[KUBE_SOURCE], str_trim(line->s));
    kube_tell_event(in, line, &e);
    in->host = host;
    return true;
}

static void begin_description(struct parse *in, struct reader *r, const struct line *line, str name)
{
    kube_node_end(in, r->node);
    in->host = r->base;
    r->table.n = 0;
    name_set(&r->name, name);
    held_set(&r->head, in, line, (struct when){ 0 });
}

static bool take_description(struct parse *in, struct reader *r, const struct line *line)
{
    str key = { NULL, 0 }, value;
    size_t indent;
    bool outer = kube_pair(line->s, &indent, &key, &value) && indent == 0, known;

    if (outer && str_eq(key, STR("Name")))
        begin_description(in, r, line, value);
    if (!kube_node_open(r->node) &&
            (kube_is_conditions(line->s) || (outer && kube_is_node_key(key, value)))) {
        if (r->name.n == 0)
            held_set(&r->head, in, line, (struct when){ 0 });
        kube_node_begin(in, r->node, name_str(&r->name), &r->head);
        describes(in, r, in->host);
    }
    if (kube_node_open(r->node))
        return kube_node_line(in, r->node, line);
    known = kube_pod_line(in, r->pod, line);
    if (str_eq(key, STR("Node")) && kube_pod_node(r->pod).n != 0)
        describes(in, r, host_of(in, r, kube_pod_node(r->pod)));
    return known;
}

/* Messages outside of tables, as in the status of a pod. */
static bool take_notice(struct parse *in, const struct reader *r, const struct line *line)
{
    const char *class = kube_class(line->s);

    if (class != NULL)
        say_message(in, line_span(in, line), line->s, (struct when){ 0 }, class, STR("kubernetes"),
                kube_pod_name(r->pod), NULL, line->s);
    return class != NULL;
}

/* ---------------------------------------------------------------- the format */

struct heads {
    unsigned lines, events, pods, pod_headings, rows;
};

enum { SNIFF_LINES = 100 };

static struct heads look(str text)
{
    struct heads h = { .lines = 0 };
    struct kube_table table = { .n = 0 };
    struct kube_event row;
    struct event event;
    struct container pod;
    str line;

    while (h.lines < SNIFF_LINES && str_line(&text, &line)) {
        if (str_trim(line).n == 0)
            continue;
        h.lines++;
        h.events += is_json_event(line) || event_parse(line, &event);
        h.pod_headings += is_pods_heading(line);
        h.pods += pod_row(line, &pod);
        if (kube_heading(line, &table))
            h.lines--;
        else
            h.rows += kube_row(&table, line, &row);
    }
    return h;
}

/* Rows of pods alone need none of the signs. */
static bool is_pods(str text)
{
    struct container pod;
    size_t lines = 0;
    str line;

    while (lines < SNIFF_LINES && str_line(&text, &line)) {
        if (str_trim(line).n == 0)
            continue;
        if (!pod_row(line, &pod))
            return false;
        lines++;
    }
    return lines != 0;
}

static void signs(struct signs *to)
{
    signs_add(to, STR("container"));
    signs_add(to, STR("timeNano"));
    signs_add(to, STR("RESTARTS"));
    signs_add(to, STR("Reason"));
    signs_add(to, STR("Allocatable:"));
    signs_add(to, STR("Non-terminated Pods:"));
}

static int sniff(const struct sniff *in)
{
    const str text = in->text;
    struct heads h;
    bool states, node;

    if (in->signless)
        return is_pods(text) ? BID_SHAPE + 5 : BID_NO;
    h = look(text);
    states = str_has(text, STR("Exit Code:")) && str_has(text, STR("Reason:")) &&
             str_has(text, STR("State:"));
    node = str_has(text, STR("Allocatable:\n")) || str_has(text, STR("Allocatable:\r\n"));

    if (2 * h.events > h.lines || (h.pod_headings != 0 && h.pods != 0) || 2 * h.rows > h.lines)
        return BID_MAGIC;
    if ((node && str_has(text, STR("Capacity:"))) ||
            (str_has(text, STR("Non-terminated Pods:")) && str_has(text, STR("Namespace"))))
        return BID_MAGIC;
    if (h.rows != 0 && str_has(text, STR("Namespace:")) && str_has(text, STR("Events:")))
        return BID_MAGIC;
    if (states)
        return str_has(text, STR("Container ID:")) ? BID_MAGIC : BID_SHAPE + 5;
    if (h.pods != 0 && h.pods == h.lines)
        return BID_SHAPE + 5;
    return h.events != 0 || h.rows != 0 ? BID_SHAPE : BID_NO;
}

static void take_line(
        struct parse *in, struct reader *r, struct arena *arena, const struct line *line)
{
    struct container pod;
    bool known = true;

    if (take_row(in, r, line)) {
        parse_took(in, line);
        return;
    }
    parse_offer(in, line);
    if (take_event(in, line))
        return;
    if (take_json(in, arena, line)) {
        arena_reset(arena);
        return;
    }
    if (pod_row(line->s, &pod)) {
        container_say(in, line_span(in, line), line->s, (struct when){ 0 }, &pod);
    } else if (!kube_heading(line->s, &r->table) && !is_pods_heading(line->s) &&
               str_trim(line->s).n != 0) {
        known = take_description(in, r, line);
        known |= take_notice(in, r, line);
    }
    if (known)
        parse_took(in, line);
    else
        parse_stray(in, line, (struct when){ 0 });
}

static void parse(struct parse *in)
{
    struct reader *r = arena_new(in->scratch, struct reader);
    struct arena arena;
    struct line line;

    r->base = in->host;
    r->node = kube_node_new(in);
    r->pod = kube_pod_new(in);
    arena_init(&arena, 0);
    while (parse_line(in, &line))
        take_line(in, r, &arena, &line);
    kube_pod_end(in, r->pod);
    kube_node_end(in, r->node);
    arena_finish(&arena);
    /* Of several no one speaks for the member. */
    in->host = r->described.n != 0 && !r->many ? r->described : r->base;
}

const struct parser parser_container_events = {
    .name = "container-events",
    .summary = "docker and podman events; kubectl get pods and events, describe of pods and nodes",
    .kinds = kinds,
    .says_lines = true,
    .by_shape = true,
    .sniff = sniff,
    .signs = signs,
    .parse = parse,
};
