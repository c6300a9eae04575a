/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kube_node: what kubectl describe node prints.
 *
 *     Name:               n1
 *     Conditions:
 *       Type             Status  LastHeartbeatTime    LastTransitionTime   Reason    Message
 *       MemoryPressure   True    Fri, 01 Mar 2024 ..  Fri, 01 Mar 2024 ..  Kubelet.. kubelet has ...
 *     Capacity:
 *       memory:             8056248Ki
 *     Allocatable:
 *       memory:             7953848Ki
 *     System Info:
 *       Kernel Version:     5.15.0-97-generic
 *     Non-terminated Pods:  (12 in total)
 *       Namespace    Name     CPU Requests  CPU Limits  Memory Requests  Memory Limits  Age
 *       web          api-1    250m (12%)    1 (50%)     256Mi (3%)       2Gi (26%)      9m
 *     Allocated resources:
 *       Resource     Requests      Limits
 *       memory       7010Mi (93%)  12Gi (160%)
 *
 * and of old the sums under one heading: "CPU Requests  CPU Limits  Memory Requests  Memory Limits".
 * Taken: the node with its memory, what is promised of it and its conditions; its pods with their
 * requests and limits; the machine. Events below it are rows of a table like any other.
 */
#include "kube.h"
#include "uname.h"

enum section { NONE, CONDITIONS, CAPACITY, ALLOCATABLE, SYSTEM, PODS, ALLOCATED, OTHER };

struct kube_node {
    bool open;
    enum section section;
    struct name name, os, os_text, kernel, arch, kubelet;
    struct name pressure, disk, pids, ready;
    struct when pressure_since;
    struct value memory, allocatable, requests, limits, cpus, pods, unschedulable;
    bool sums; /* the next row under Allocated resources has the four sums of old */
    struct held_line head, proof;
};

struct kube_node *kube_node_new(struct parse *in)
{
    return arena_new(in->scratch, struct kube_node);
}

bool kube_node_open(const struct kube_node *n)
{
    return n->open;
}

static enum section section_of(str key)
{
    static const struct {
        str key;
        enum section section;
    } rows[] = {
        { STR_INIT("Conditions"), CONDITIONS },
        { STR_INIT("Capacity"), CAPACITY },
        { STR_INIT("Allocatable"), ALLOCATABLE },
        { STR_INIT("System Info"), SYSTEM },
        { STR_INIT("Non-terminated Pods"), PODS },
        { STR_INIT("Allocated resources"), ALLOCATED },
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (str_eq(rows[i].key, key))
            return rows[i].section;
    }
    return OTHER;
}

/* A volume has a capacity, too, on the line itself. */
bool kube_is_node_key(str key, str value)
{
    enum section section = section_of(key);

    return str_eq(key, STR("Roles")) || str_eq(key, STR("Non-terminated Pods")) ||
           (section != OTHER && section != CONDITIONS && value.n == 0);
}

bool kube_is_conditions(str line)
{
    return str_has(line, STR("LastHeartbeatTime")) && str_has(line, STR("LastTransitionTime"));
}

str kube_node_name(const struct kube_node *n)
{
    return name_str(&n->name);
}

void kube_node_begin(struct parse *in, struct kube_node *n, str name, const struct held_line *head)
{
    kube_node_end(in, n);
    *n = (struct kube_node){ .open = true, .section = CONDITIONS, .head = *head, .proof = *head };
    name_set(&n->name, name);
    if (uname_is_name(name))
        in->host = arena_str(in->scratch, name);
}

/* "  Fri, 01 Mar 2024 10:00:00 +0000": six words. */
static bool take_time(str *rest, struct when *ret)
{
    str from = *rest, word;

    for (size_t i = 0; i < 6; i++) {
        if (!str_word(rest, &word))
            return false;
        if (i == 0)
            from.p = word.p;
    }
    from.n = (size_t)(word.p + word.n - from.p);
    *ret = kube_time(from);
    return ret->basis != WHEN_NONE;
}

static bool take_condition(struct parse *in, struct kube_node *n, const struct line *line)
{
    struct {
        str type;
        struct name *to;
    } rows[] = { { STR("MemoryPressure"), &n->pressure }, { STR("DiskPressure"), &n->disk },
        { STR("PIDPressure"), &n->pids }, { STR("Ready"), &n->ready } };
    struct when seen, since;
    str rest = line->s, type, status;

    if (!str_word(&rest, &type) || !str_word(&rest, &status))
        return false;
    if (!str_eq(status, STR("True")) && !str_eq(status, STR("False")) &&
            !str_eq(status, STR("Unknown")))
        return str_eq(type, STR("Type")) || str_starts(type, STR("----"));
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (str_eq(rows[i].type, type))
            name_set(rows[i].to, status);
    }
    if (str_eq(type, STR("MemoryPressure"))) {
        held_set(&n->proof, in, line, (struct when){ 0 });
        if (take_time(&rest, &seen)) {
            n->proof.when = seen;
            if (take_time(&rest, &since))
                n->pressure_since = since;
        }
    }
    return true;
}

static void take_resource(struct kube_node *n, str key, str value)
{
    bool capacity = n->section == CAPACITY;
    uint64_t number;

    if (str_eq(key, STR("memory")))
        *(capacity ? &n->memory : &n->allocatable) = kube_quantity(value);
    else if (str_eq(key, STR("cpu")) && capacity && str_u64(value, &number) && number < 100000)
        n->cpus = value_u64(number);
    else if (str_eq(key, STR("pods")) && !capacity && str_u64(value, &number) && number < 1u << 20)
        n->pods = value_u64(number);
}

static void take_system(struct kube_node *n, str key, str value)
{
    if (str_eq(key, STR("Kernel Version")))
        name_set(&n->kernel, value);
    else if (str_eq(key, STR("OS Image")))
        name_set(&n->os_text, value);
    else if (str_eq(key, STR("Operating System")))
        name_set(&n->os, value);
    else if (str_eq(key, STR("Architecture")))
        name_set(&n->arch, value);
    else if (str_eq(key, STR("Kubelet Version")))
        name_set(&n->kubelet, value);
}

/* "256Mi (3%)": a quantity and its share of what is allocatable, which need not be there. */
static bool take_share(str *rest, struct value *ret)
{
    str word, behind, share;

    if (!str_word(rest, &word) || !is_digit(word.p[0]))
        return false;
    behind = *rest;
    if (str_word(&behind, &share) && share.p[0] == '(' && str_ends(share, STR("%)")))
        *rest = behind;
    *ret = str_eq(word, STR("0")) ? value_int(0) : kube_quantity(word);
    return true;
}

/* Cells of requests and limits: CPU, CPU, memory, memory. */
static bool take_four(str *rest, struct value *ret_request, struct value *ret_limit)
{
    struct value cpu;

    return take_share(rest, &cpu) && take_share(rest, &cpu) && take_share(rest, ret_request) &&
           take_share(rest, ret_limit);
}

static bool take_allocated(struct kube_node *n, str line)
{
    struct value request, limit;
    str rest = line, word;

    if (str_has(line, STR("CPU Requests"))) {
        n->sums = true;
        return true;
    }
    if (n->sums && take_four(&rest, &request, &limit)) {
        n->requests = request;
        n->limits = limit;
        return true;
    }
    rest = line;
    if (!str_word(&rest, &word))
        return false;
    if (str_eq(word, STR("memory")) && take_share(&rest, &request) && take_share(&rest, &limit)) {
        n->requests = request;
        n->limits = limit;
    }
    return true;
}

static bool take_pod(struct parse *in, const struct kube_node *n, const struct line *line)
{
    str rest = line->s, space, name;
    struct value request, limit;

    if (!str_word(&rest, &space) || !str_word(&rest, &name))
        return false;
    if (!take_four(&rest, &request, &limit))
        return str_eq(space, STR("Namespace")) || str_starts(space, STR("----"));
    /* 0 of a pod is no bound. */
    if (limit.type == VALUE_INT && limit.i == 0)
        limit = value_none();
    const struct value values[KUBE_POD_NFIELDS] = {
        [KUBE_POD_NAME] = value_text(name),
        [KUBE_POD_NAMESPACE] = value_text(space),
        [KUBE_POD_NODE] = value_text(name_str(&n->name)),
        [KUBE_POD_REQUEST] = request,
        [KUBE_POD_LIMIT] = limit,
    };
    emit(in, &kind_KUBE_POD, line, (struct when){ 0 }, values);
    return true;
}

bool kube_node_line(struct parse *in, struct kube_node *n, const struct line *line)
{
    str key = { NULL, 0 }, value = { NULL, 0 };
    size_t indent = 0;
    bool pair = kube_pair(line->s, &indent, &key, &value);

    if (pair && indent == 0) {
        n->section = section_of(key);
        n->sums = false;
        if (str_eq(key, STR("Unschedulable")))
            n->unschedulable = value_bool(str_eq(value, STR("true")));
        return true;
    }
    switch (n->section) {
    case CONDITIONS:
        return take_condition(in, n, line);
    case CAPACITY:
    case ALLOCATABLE:
        if (pair)
            take_resource(n, key, value);
        return pair;
    case SYSTEM:
        if (pair)
            take_system(n, key, value);
        return pair;
    case PODS:
        return take_pod(in, n, line);
    case ALLOCATED:
        return take_allocated(n, line->s);
    default:
        return pair || is_blank(line->s.p[0]); /* labels, annotations, addresses */
    }
}

static struct line line_of(const struct held_line *held)
{
    return (struct line){
        .s = held_str(held),
        .number = held->where.line,
        .offset = held->where.offset,
        .length = held->where.length,
    };
}

void kube_node_end(struct parse *in, struct kube_node *n)
{
    const struct line head = line_of(&n->head), proof = line_of(&n->proof);

    if (!n->open)
        return;
    n->open = false;
    const struct kube_node_facts facts = {
        .name = name_str(&n->name),
        .os = name_str(&n->os),
        .os_text = name_str(&n->os_text),
        .kernel = name_str(&n->kernel),
        .arch = name_str(&n->arch),
        .kubelet = name_str(&n->kubelet),
        .pressure = name_str(&n->pressure),
        .disk = name_str(&n->disk),
        .pids = name_str(&n->pids),
        .ready = name_str(&n->ready),
        .pressure_since = n->pressure_since,
        .memory = n->memory,
        .allocatable = n->allocatable,
        .requests = n->requests,
        .limits = n->limits,
        .cpus = n->cpus,
        .pods = n->pods,
        .unschedulable = n->unschedulable,
    };
    kube_tell_node(in, &facts, &head, &proof, n->proof.when);
}
