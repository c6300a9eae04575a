/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kube_pod: what kubectl describe pod prints: the states of every container and its memory limit.
 *
 *     Name:   shop-5d7c
 *     Containers:
 *       shop:
 *         Last State:  Terminated
 *           Reason:    OOMKilled
 *           Exit Code: 137
 */
#include "container_tell.h"
#include "kube.h"

struct pod_state {
    bool set;
    struct name status; /* the reason, where one is given */
    struct value exit_code;
    struct held_line line;
};

struct kube_pod {
    struct name pod, node, container, heading;
    struct pod_state states[2]; /* now, before */
    struct pod_state *state;    /* that the lines speak of; NULL = none */
    struct value limit;
    bool limits; /* within "Limits:" */
};

struct kube_pod *kube_pod_new(struct parse *in)
{
    return arena_new(in->scratch, struct kube_pod);
}

str kube_pod_name(const struct kube_pod *d)
{
    return name_str(&d->pod);
}

str kube_pod_node(const struct kube_pod *d)
{
    return name_str(&d->node);
}

static void flush(struct parse *in, struct kube_pod *d)
{
    for (size_t i = 0; i < 2; i++) {
        const struct pod_state *state = &d->states[i];
        const struct container c = {
            .runtime = "kubernetes",
            .name = name_str(d->container.n != 0 ? &d->container : &d->pod),
            .status = name_str(&state->status),
            .exit_code = state->exit_code,
            .limit = d->limit,
        };

        if (state->set)
            container_say(in, state->line.where, held_str(&state->line), state->line.when, &c);
    }
    d->states[0] = d->states[1] = (struct pod_state){ 0 };
    d->state = NULL;
    d->limit = value_none();
    d->limits = false;
}

static void begin_state(
        struct parse *in, struct kube_pod *d, const struct line *line, size_t which, str value)
{
    if (d->states[which].set)
        flush(in, d); /* an excerpt: another container without its name */
    d->state = &d->states[which];
    d->state->set = true;
    name_set(&d->state->status, value);
    held_set(&d->state->line, in, line, (struct when){ 0 });
}

/* Lines of the pod itself, at the left margin. */
static void take_pod_line(
        struct parse *in, struct kube_pod *d, const struct line *line, str key, str value)
{
    flush(in, d);
    d->container.n = 0;
    if (str_eq(key, STR("Name"))) {
        name_set(&d->pod, value);
        d->node.n = 0;
    } else if (str_eq(key, STR("Node"))) {
        name_set(&d->node, str_cut(&value, '/')); /* "n1/192.0.2.1" */
    } else if (str_eq(key, STR("Reason")) && value.n != 0) {
        const struct container c = {
            .runtime = "kubernetes", .name = name_str(&d->pod), .status = value
        };

        container_say(in, line_span(in, line), line->s, (struct when){ 0 }, &c);
    }
}

bool kube_pod_line(struct parse *in, struct kube_pod *d, const struct line *line)
{
    str key, value;
    size_t indent;

    if (!kube_pair(line->s, &indent, &key, &value))
        return false;
    if (str_eq(key, STR("State")) || str_eq(key, STR("Last State"))) {
        begin_state(in, d, line, key.p[0] == 'L', value);
    } else if (str_eq(key, STR("Container ID"))) {
        flush(in, d);
        d->container = d->heading;
    } else if (str_eq(key, STR("Reason")) && d->state != NULL) {
        name_set(&d->state->status, value);
        held_set(&d->state->line, in, line, (struct when){ 0 });
    } else if (str_eq(key, STR("Exit Code")) && d->state != NULL) {
        d->state->exit_code = container_code(value);
    } else if (str_eq(key, STR("Finished")) && d->state != NULL) {
        d->state->line.when = kube_time(value);
    } else if (str_eq(key, STR("memory")) && d->limits) {
        d->limit = kube_quantity(value);
    } else if (indent == 0 && !str_eq(key, STR("Exit Code")) && !str_eq(key, STR("Started")) &&
               !str_eq(key, STR("Finished"))) {
        take_pod_line(in, d, line, key, value);
    } else if (value.n == 0 && indent == 2) {
        flush(in, d);
        name_set(&d->container, key);
    }
    if (value.n == 0) {
        d->limits = str_eq(key, STR("Limits"));
        name_set(&d->heading, key);
    }
    return true;
}

void kube_pod_end(struct parse *in, struct kube_pod *d)
{
    flush(in, d);
}
