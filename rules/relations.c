/* SPDX-License-Identifier: Apache-2.0 */
/*
 * relations: what rules say of each other's causes. Names that mean nothing are typing errors or
 * rules yet to be written, so they are warnings; so are causes that explain each other in a circle
 * (the chain breaks those by the order of findings). Rules that supersede each other are an error:
 * nothing would be left.
 */
#include <stdlib.h>

#include "wants.h"

struct node {
    str cause;
    const struct rule *first; /* by id */
    uint32_t index, low, component;
    bool on_stack;
};

struct graph {
    struct ruleset *rs;
    struct node *nodes; /* sorted by cause */
    size_t n;
    uint32_t *stack;
    size_t depth;
    uint32_t visited, components;
};

static int compare_nodes(const void *a, const void *b)
{
    const struct node *x = a, *y = b;
    int order = str_cmp(x->cause, y->cause);

    return order != 0 ? order : str_cmp(x->first->id, y->first->id);
}

static void build_nodes(struct graph *g)
{
    size_t n = 0;

    g->nodes = arena_array(&g->rs->arena, struct node, g->rs->nrules + 1);
    g->stack = arena_array(&g->rs->arena, uint32_t, g->rs->nrules + 1);
    for (size_t i = 0; i < g->rs->nrules; i++) {
        if (g->rs->rules[i]->cause.n != 0)
            g->nodes[g->n++] =
                    (struct node){ .cause = g->rs->rules[i]->cause, .first = g->rs->rules[i] };
    }
    qsort(g->nodes, g->n, sizeof(*g->nodes), compare_nodes);
    for (size_t i = 0; i < g->n; i++) {
        if (n == 0 || !str_eq(g->nodes[n - 1].cause, g->nodes[i].cause))
            g->nodes[n++] = g->nodes[i];
    }
    g->n = n;
}

/* First node not before the text. */
static size_t lower_bound(const struct graph *g, str text)
{
    size_t from = 0, to = g->n;

    while (from < to) {
        size_t middle = from + (to - from) / 2;

        if (str_cmp(g->nodes[middle].cause, text) < 0)
            from = middle + 1;
        else
            to = middle;
    }
    return from;
}

/* The causes that a pattern means: a range, since they are sorted. */
static size_t find_range(const struct graph *g, str pattern, size_t *ret_to)
{
    str start = str_ends(pattern, STR("*")) ? str_slice(pattern, 0, pattern.n - 1) : pattern;
    size_t from = lower_bound(g, start);

    for (*ret_to = from; *ret_to < g->n; (*ret_to)++) {
        if (!pattern_matches(pattern, g->nodes[*ret_to].cause))
            break;
    }
    return from;
}

static void visit(struct graph *g, size_t at);

static void follow(struct graph *g, size_t at, const struct rule *rule)
{
    struct node *node = &g->nodes[at];

    for (size_t i = 0; i < rule->explains.n; i++) {
        size_t to, from = find_range(g, rule->explains.p[i], &to);

        for (; from < to; from++) {
            struct node *other = &g->nodes[from];

            if (other->index == 0) {
                visit(g, from);
                node->low = other->low < node->low ? other->low : node->low;
            } else if (other->on_stack && other->index < node->low) {
                node->low = other->index;
            }
        }
    }
}

/* Tarjan's strongly connected components; as deep as there are causes. */
static void visit(struct graph *g, size_t at)
{
    struct node *node = &g->nodes[at];
    size_t members = 0;
    uint32_t top;

    node->index = node->low = ++g->visited;
    node->on_stack = true;
    g->stack[g->depth++] = (uint32_t)at;
    for (size_t i = 0; i < g->rs->nrules; i++) {
        if (str_eq(g->rs->rules[i]->cause, node->cause))
            follow(g, at, g->rs->rules[i]);
    }
    if (node->low != node->index)
        return;
    g->components++;
    do {
        top = g->stack[--g->depth];
        g->nodes[top].on_stack = false;
        g->nodes[top].component = g->components;
        members++;
    } while (top != at);
    if (members == 1)
        node->component = 0;
}

static struct place place_of(struct ruleset *rs, const struct rule *rule, str pointer)
{
    return (struct place){ &rs->problems, rule->file, pointer, NULL, 0 };
}

static void report_circles(struct graph *g)
{
    for (uint32_t c = 1; c <= g->components; c++) {
        const struct rule *first = NULL;
        str names = STR("");

        for (size_t i = 0; i < g->n; i++) {
            if (g->nodes[i].component != c)
                continue;
            if (first == NULL || str_cmp(g->nodes[i].first->id, first->id) < 0)
                first = g->nodes[i].first;
            names = arena_printf(&g->rs->arena, "%.*s%s%.*s", STR_ARG(names),
                    names.n != 0 ? ", " : "", STR_ARG(g->nodes[i].cause));
        }
        if (first != NULL) {
            struct place place = place_of(g->rs, first, STR("/explains"));

            problem_warning(&place, 0, "rule.circle", "these explain each other in a circle: %.*s",
                    STR_ARG(names));
        }
    }
}

static void check_patterns(struct graph *g, const struct rule *rule, struct strs patterns,
        const char *key, bool rules_too)
{
    for (size_t i = 0; i < patterns.n; i++) {
        size_t to, from = find_range(g, patterns.p[i], &to);
        bool known = from < to;
        struct place place;

        for (size_t k = 0; rules_too && !known && k < g->rs->nrules; k++)
            known = pattern_matches(patterns.p[i], g->rs->rules[k]->id);
        if (known)
            continue;
        place = place_of(g->rs, rule, arena_printf(&g->rs->arena, "/%s/%zu", key, i));
        problem_warning(&place, 0, "rule.unknown-cause", "no rule has the %s '%.*s'",
                rules_too ? "cause or id" : "cause", STR_ARG(patterns.p[i]));
    }
}

static bool supersedes(const struct rule *x, const struct rule *y)
{
    for (size_t i = 0; i < x->supersedes.n; i++) {
        if (pattern_matches(x->supersedes.p[i], y->cause) ||
                pattern_matches(x->supersedes.p[i], y->id))
            return true;
    }
    return false;
}

static void check_supersedes(struct ruleset *rs)
{
    for (size_t i = 0; i < rs->nrules; i++) {
        for (size_t k = i + 1; rs->rules[i]->supersedes.n != 0 && k < rs->nrules; k++) {
            struct place place = place_of(rs, rs->rules[i], STR("/supersedes"));

            if (supersedes(rs->rules[i], rs->rules[k]) && supersedes(rs->rules[k], rs->rules[i]))
                problem_error(&place, 0, "rule.circle", "'%.*s' supersedes this rule too",
                        STR_ARG(rs->rules[k]->id));
        }
    }
}

void check_relations(struct ruleset *rs)
{
    struct graph g = { .rs = rs };

    build_nodes(&g);
    for (size_t i = 0; i < g.n; i++) {
        if (g.nodes[i].index == 0)
            visit(&g, i);
    }
    for (size_t i = 0; i < rs->nrules; i++) {
        struct rule *rule = rs->rules[i];

        if (rule->cause.n != 0)
            rule->cycle = g.nodes[lower_bound(&g, rule->cause)].component;
        check_patterns(&g, rule, rule->explains, "explains", false);
        check_patterns(&g, rule, rule->supersedes, "supersedes", true);
        check_patterns(&g, rule, rule->clears, "clears", false);
    }
    report_circles(&g);
    check_supersedes(rs);
}
