/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cause_graph: the causes that rules tell of, sorted, so that what a pattern of "explains" means is a
 * range of them. Internal to rules/.
 */
#pragma once

#include "rule.h"

struct cause_node {
    str cause;
    size_t from, to; /* its rules in by_cause */
};

struct cause_graph {
    struct rule **by_cause;   /* sorted by cause, then id */
    struct cause_node *nodes; /* sorted by cause */
    size_t n;
    size_t *unvisited; /* the first at or after a place; paths are shortened as they are walked */
};

void cause_graph_build(struct cause_graph *g, struct arena *a, struct ruleset *rs);
/* The node of a cause that some rule has. */
size_t cause_graph_find(const struct cause_graph *g, str cause);
/* The causes that a pattern means: from the returned up to *ret_to. */
size_t cause_graph_range(const struct cause_graph *g, str pattern, size_t *ret_to);
/* The first node at or after `at` that has not been visited; g->n if none. */
size_t cause_graph_next(struct cause_graph *g, size_t at);
void cause_graph_visit(struct cause_graph *g, size_t at);
/* A pattern without its star: what it means stands at or after that. */
str pattern_start(str pattern);
