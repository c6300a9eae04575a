/* SPDX-License-Identifier: Apache-2.0 */
#include "cause_graph.h"

#include <stdlib.h>

static int compare_causes(const void *a, const void *b)
{
    const struct rule *const *x = a, *const *y = b;
    int order = str_cmp((*x)->cause, (*y)->cause);

    return order != 0 ? order : str_cmp((*x)->id, (*y)->id);
}

void cause_graph_build(struct cause_graph *g, struct arena *a, struct ruleset *rs)
{
    size_t n = 0;

    *g = (struct cause_graph){ .by_cause = arena_array(a, struct rule *, rs->nrules + 1),
        .nodes = arena_array(a, struct cause_node, rs->nrules + 1),
        .unvisited = arena_array(a, size_t, rs->nrules + 1) };
    for (size_t i = 0; i < rs->nrules; i++) {
        if (rs->rules[i]->cause.n != 0)
            g->by_cause[n++] = rs->rules[i];
    }
    if (n != 0)
        qsort(g->by_cause, n, sizeof(*g->by_cause), compare_causes);
    for (size_t i = 0; i < n; i++) {
        if (g->n == 0 || !str_eq(g->nodes[g->n - 1].cause, g->by_cause[i]->cause))
            g->nodes[g->n++] = (struct cause_node){ .cause = g->by_cause[i]->cause, .from = i };
        g->nodes[g->n - 1].to = i + 1;
    }
    for (size_t i = 0; i <= g->n; i++)
        g->unvisited[i] = i;
}

size_t cause_graph_find(const struct cause_graph *g, str cause)
{
    size_t from = 0, to = g->n;

    while (from < to) {
        size_t middle = from + (to - from) / 2;

        if (str_cmp(g->nodes[middle].cause, cause) < 0)
            from = middle + 1;
        else
            to = middle;
    }
    return from;
}

str pattern_start(str pattern)
{
    return str_ends(pattern, STR("*")) ? str_slice(pattern, 0, pattern.n - 1) : pattern;
}

size_t cause_graph_range(const struct cause_graph *g, str pattern, size_t *ret_to)
{
    size_t first = cause_graph_find(g, pattern_start(pattern)), from = first, to = g->n;

    while (from < to) {
        size_t middle = from + (to - from) / 2;

        if (pattern_matches(pattern, g->nodes[middle].cause))
            from = middle + 1;
        else
            to = middle;
    }
    *ret_to = from;
    return first;
}

size_t cause_graph_next(struct cause_graph *g, size_t at)
{
    size_t end = at;

    while (g->unvisited[end] != end)
        end = g->unvisited[end];
    while (g->unvisited[at] != end) {
        size_t next = g->unvisited[at];

        g->unvisited[at] = end;
        at = next;
    }
    return end;
}

void cause_graph_visit(struct cause_graph *g, size_t at)
{
    g->unvisited[at] = at + 1;
}
