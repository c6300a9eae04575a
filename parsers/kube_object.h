/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kube_object: what objects of Kubernetes tell, from JSON or YAML. A reader of either finds items (pods,
 * events, nodes) one at a time and makes a tree of each; what they say is told by the same functions.
 */
#pragma once

#include "json.h"
#include "kube.h"

/* One object. The tree lives as long as the text and the arena of the items. */
struct kube_item {
    const struct json *root;
    str text; /* where it stands in its member; keys and plain strings of the tree are parts of it */
    uint32_t number; /* of its first line */
    uint64_t offset;
    bool json; /* else YAML */
};

/* All items of one member. */
struct kube_items {
    struct parse *in;
    struct arena arena; /* of one item */
    str base;           /* host of the member */
    struct name host;   /* the one node that pods and nodes are of */
    bool many;          /* they are of several */
    size_t at;          /* of the item, where the line of this number was told last */
    uint32_t number;
    unsigned walks; /* through the item, to find places */
};

void kube_items_init(struct kube_items *k, struct parse *in);
/* Tells the host of the member. */
void kube_items_finish(struct kube_items *k);
/* Says what one item says; an object of another kind is lines like any other. The arena is empty afterwards. */
void kube_take_item(struct kube_items *k, const struct kube_item *item);
/* Lines that are no object, or none that is known. */
void kube_take_lines(struct kube_items *k, const struct kube_item *item);

/* ---- readers: from where the text stands to the end of one document */

/* From a bracket to behind the one that closes it. */
void kube_read_json(struct kube_items *k);
/* The document, list or rest of a document that begins with this line. */
void kube_read_yaml(struct kube_items *k);
bool kube_is_yaml(str line);

/* ---- what each of the kinds says */

void kube_take_pod(struct kube_items *k, const struct kube_item *item);
void kube_take_event(struct kube_items *k, const struct kube_item *item);
void kube_take_node(struct kube_items *k, const struct kube_item *item);
/* Containers of "spec" or of a template of pods: what they are started with. */
void kube_take_commands(
        struct kube_items *k, const struct kube_item *item, const struct json *spec);
/* "conditions" of any object: their messages. */
void kube_take_conditions(
        struct kube_items *k, const struct kube_item *item, const struct json *conditions);

/* What follows of this item speaks of this machine, if it is the name of one. */
void kube_item_host(struct kube_items *k, str name);
/* The same, and the item describes it. */
void kube_item_describes(struct kube_items *k, str name);

/* "status/nodeInfo/osImage": NULL when there is none. */
const struct json *kube_at(const struct json *object, const char *path);
str kube_text(const struct json *object, const char *path);
struct value kube_whole(const struct json *node);
/* Written as text or number: bytes. */
struct value kube_bytes(const struct json *node);
/* The time of the first of these paths that has one. */
struct when kube_when(const struct json *object, const char *const *paths, size_t n);

/* Number of the line at this offset in the item. */
uint32_t kube_number(struct kube_items *k, const struct kube_item *item, size_t at);
/* The line where a node stands: its text is what is quoted. Of NULL: the first of the item. */
struct line kube_line(struct kube_items *k, const struct kube_item *item, const struct json *node);
/* On one line, for rules look at one at a time. */
str kube_flat(struct kube_items *k, str text);
/* Offers what an object says to the rules that look for lines. */
void kube_offer(
        struct kube_items *k, const struct line *line, struct when when, str component, str text);
