/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kube: what kubectl prints as text, in parts that stand alone or one behind the other: tables of events,
 * a node described, a pod described. What it tells of an event or a node, objects tell as well.
 */
#pragma once

#include "stray.h"

/* "512Mi", "1.5Gi", "500M", "268435456", "128974848000m" (thousandths): bytes; none when it is no
 * quantity. */
struct value kube_quantity(str s);
/* "Fri, 03 Feb 2023 04:00:00 +0100" */
struct when kube_time(str s);
/* "    Exit Code:    137": key and value. */
bool kube_pair(str line, size_t *ret_indent, str *ret_key, str *ret_value);

/* ---- tables of events */

enum kube_column {
    KUBE_OTHER,
    KUBE_NAMESPACE,
    KUBE_LAST,
    KUBE_FIRST,
    KUBE_COUNT,
    KUBE_NAME,
    KUBE_KIND,
    KUBE_SUBOBJECT,
    KUBE_TYPE,
    KUBE_REASON,
    KUBE_OBJECT,
    KUBE_SOURCE,
    KUBE_NODE,
    KUBE_MESSAGE,
    KUBE_COLUMNS
};

enum { KUBE_CELLS = 16 };

/* The columns of a table, by its heading. */
struct kube_table {
    size_t n; /* 0 = no heading was met */
    enum kube_column column[KUBE_CELLS];
    size_t at[KUBE_CELLS]; /* where each begins */
};

/* Texts borrow from the line. */
struct kube_event {
    str cells[KUBE_COLUMNS]; /* empty where the table has no such column, or none in this row */
    str kind, object, node;  /* pod, web-1; of node: where it happened */
    str text;                /* what its line says, where it has no line of its own */
    struct value count;
    struct when when;
};

bool kube_heading(str line, struct kube_table *ret);
bool kube_row(const struct kube_table *t, str line, struct kube_event *ret);
void kube_tell_event(struct parse *in, const struct line *line, const struct kube_event *e);
/* The class of what kubelet or the scheduler says in these words; NULL when it is none of ours. */
const char *kube_class(str text);

/* ---- kubectl describe node */

/* What is known of a node. */
struct kube_node_facts {
    str name, os, os_text, kernel, arch, kubelet;
    str pressure, disk, pids, ready; /* True, False, Unknown */
    struct when pressure_since;
    struct value memory, allocatable, requests, limits, cpus, pods, unschedulable;
};
/* The machine at head, the node at proof, which is of that time. */
void kube_tell_node(struct parse *in, const struct kube_node_facts *n, const struct line *head,
        const struct line *proof, struct when when);

struct kube_node;
struct kube_node *kube_node_new(struct parse *in);
/* Whether the line tells that a node is described, and no pod. */
bool kube_is_node_key(str key, str value);
/* The heading below "Conditions:": pods have some, too, without heartbeats. */
bool kube_is_conditions(str line);
/* head: the line with its name; name is empty where an excerpt lacks it. */
void kube_node_begin(struct parse *in, struct kube_node *n, str name, const struct held_line *head);
/* A line below it. False when it means nothing here. */
bool kube_node_line(struct parse *in, struct kube_node *n, const struct line *line);
bool kube_node_open(const struct kube_node *n);
str kube_node_name(const struct kube_node *n);
/* Says what was held. */
void kube_node_end(struct parse *in, struct kube_node *n);

/* ---- kubectl describe pod */

struct kube_pod;
struct kube_pod *kube_pod_new(struct parse *in);
bool kube_pod_line(struct parse *in, struct kube_pod *p, const struct line *line);
void kube_pod_end(struct parse *in, struct kube_pod *p);
/* The pod described, and the node that it runs on; empty when not known. */
str kube_pod_name(const struct kube_pod *p);
str kube_pod_node(const struct kube_pod *p);
