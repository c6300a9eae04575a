/* SPDX-License-Identifier: Apache-2.0 */
/*
 * relations: what rules say of each other's causes. Names that mean nothing are typing errors, so
 * they are warnings; so are causes that explain each other in a circle (the chain breaks those by
 * the order of findings). Rules that supersede each other are an error: nothing would be left. A
 * cause outside the vocabulary is an error in the base and a warning in a site's pack.
 *
 * Causes and ids are sorted, so that what a pattern means is a range of either. A base of 50,000
 * rules in which every one explains all others is walked in near linear time.
 */
#include <stdlib.h>

#include "suggest.h"
#include "wants.h"

enum { CIRCLE_NAMES = 8 };

struct node {
    str cause;
    size_t from, to; /* its rules in by_cause */
    uint32_t index, low, component;
    bool on_stack;
    /* The range of nodes that begins here and was looked through: its end, and the node on the stack
     * with the least index. It stands until that one leaves the stack; then all of them have. */
    size_t scanned_to, lowest;
};

/* How far the edges of a node are followed. */
struct frame {
    size_t node, rule, pattern;
    size_t from, at, to; /* the range of the pattern under way; to = 0: none yet */
};

struct graph {
    struct ruleset *rs;
    struct rule **by_cause; /* sorted by cause, then id */
    struct node *nodes;     /* sorted by cause */
    size_t n;
    size_t *unvisited; /* the first at or after a place; paths are shortened as they are walked */
    uint32_t *stack;
    struct frame *frames;
    size_t depth, nframes;
    uint32_t visited, components;
};

static int compare_causes(const void *a, const void *b)
{
    const struct rule *const *x = a, *const *y = b;
    int order = str_cmp((*x)->cause, (*y)->cause);

    return order != 0 ? order : str_cmp((*x)->id, (*y)->id);
}

static void build_nodes(struct graph *g)
{
    struct arena *a = &g->rs->arena;
    size_t most = g->rs->nrules + 1, n = 0;

    g->by_cause = arena_array(a, struct rule *, most);
    g->nodes = arena_array(a, struct node, most);
    g->stack = arena_array(a, uint32_t, most);
    g->frames = arena_array(a, struct frame, most);
    g->unvisited = arena_array(a, size_t, most);
    for (size_t i = 0; i < g->rs->nrules; i++) {
        if (g->rs->rules[i]->cause.n != 0)
            g->by_cause[n++] = g->rs->rules[i];
    }
    if (n != 0)
        qsort(g->by_cause, n, sizeof(*g->by_cause), compare_causes);
    for (size_t i = 0; i < n; i++) {
        if (g->n == 0 || !str_eq(g->nodes[g->n - 1].cause, g->by_cause[i]->cause))
            g->nodes[g->n++] = (struct node){ .cause = g->by_cause[i]->cause, .from = i };
        g->nodes[g->n - 1].to = i + 1;
    }
    for (size_t i = 0; i <= g->n; i++)
        g->unvisited[i] = i;
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

static str start_of(str pattern)
{
    return str_ends(pattern, STR("*")) ? str_slice(pattern, 0, pattern.n - 1) : pattern;
}

/* Behind the last that a pattern means: what it means lies side by side. */
static size_t upper_bound(const struct graph *g, str pattern, size_t from)
{
    size_t to = g->n;

    while (from < to) {
        size_t middle = from + (to - from) / 2;

        if (pattern_matches(pattern, g->nodes[middle].cause))
            from = middle + 1;
        else
            to = middle;
    }
    return from;
}

/* The causes that a pattern means. */
static size_t find_range(const struct graph *g, str pattern, size_t *ret_to)
{
    size_t from = lower_bound(g, start_of(pattern));

    *ret_to = upper_bound(g, pattern, from);
    return from;
}

/* The rules whose ids a pattern means. */
static size_t find_ids(const struct ruleset *rs, str pattern, size_t *ret_to)
{
    str start = start_of(pattern);
    size_t from = 0, to = rs->nrules, end;

    while (from < to) {
        size_t middle = from + (to - from) / 2;

        if (str_cmp(rs->rules[middle]->id, start) < 0)
            from = middle + 1;
        else
            to = middle;
    }
    end = from;
    while (end < rs->nrules && pattern_matches(pattern, rs->rules[end]->id))
        end++;
    *ret_to = end;
    return from;
}

static size_t next_unvisited(struct graph *g, size_t at)
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

/* --- circles: Tarjan's strongly connected components, with a stack of its own --------------- */

static void enter(struct graph *g, size_t at)
{
    struct node *node = &g->nodes[at];

    node->index = node->low = ++g->visited;
    node->on_stack = true;
    g->unvisited[at] = at + 1;
    g->stack[g->depth++] = (uint32_t)at;
    g->frames[g->nframes++] = (struct frame){ .node = at, .rule = node->from };
}

static void leave(struct graph *g, size_t at)
{
    struct node *node = &g->nodes[at];
    size_t members = 0;
    uint32_t top;

    g->nframes--;
    if (g->nframes != 0) {
        struct node *below = &g->nodes[g->frames[g->nframes - 1].node];

        below->low = node->low < below->low ? node->low : below->low;
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

/* All of a range has been visited: what of it is still on the stack pulls this node down. */
static void pull_down(struct graph *g, struct node *node, size_t from, size_t to)
{
    struct node *first = &g->nodes[from];

    if (from == to)
        return;
    if (first->scanned_to != to) {
        first->scanned_to = to;
        first->lowest = from;
        for (size_t i = from; i < to; i++) {
            const struct node *best = &g->nodes[first->lowest], *other = &g->nodes[i];

            if (other->on_stack && (!best->on_stack || other->index < best->index))
                first->lowest = i;
        }
    }
    if (g->nodes[first->lowest].on_stack && g->nodes[first->lowest].index < node->low)
        node->low = g->nodes[first->lowest].index;
}

/* The next pattern of the node's rules; false when there is none. */
static bool next_range(struct graph *g, struct frame *f)
{
    const struct node *node = &g->nodes[f->node];

    while (f->rule < node->to && f->pattern >= g->by_cause[f->rule]->explains.n) {
        f->rule++;
        f->pattern = 0;
    }
    if (f->rule == node->to)
        return false;
    f->from = f->at = find_range(g, g->by_cause[f->rule]->explains.p[f->pattern++], &f->to);
    return true;
}

static void walk(struct graph *g, size_t start)
{
    enter(g, start);
    while (g->nframes != 0) {
        struct frame *f = &g->frames[g->nframes - 1];
        size_t at = next_unvisited(g, f->at);

        if (at < f->to) {
            f->at = at + 1;
            enter(g, at);
            continue;
        }
        pull_down(g, &g->nodes[f->node], f->from, f->to);
        f->from = f->at = f->to;
        if (!next_range(g, f))
            leave(g, f->node);
    }
}

static struct place place_of(struct ruleset *rs, const struct rule *rule, str pointer)
{
    return (struct place){ &rs->problems, rule->file, pointer, NULL, 0 };
}

/* Node numbers by component, those of none left out. */
static size_t *list_members(const struct graph *g, size_t **ret_starts)
{
    size_t *starts = arena_array(&g->rs->arena, size_t, g->components + 2);
    size_t *members = arena_array(&g->rs->arena, size_t, g->n + 1);

    for (size_t i = 0; i < g->n; i++)
        starts[g->nodes[i].component + 1]++;
    for (uint32_t c = 0; c <= g->components; c++)
        starts[c + 1] += starts[c];
    for (size_t i = 0; i < g->n; i++)
        members[starts[g->nodes[i].component]++] = i;
    *ret_starts = starts; /* each has moved to its end: component c begins at starts[c - 1] */
    return members;
}

static void report_circle(const struct graph *g, const size_t *members, size_t n)
{
    const struct rule *first = NULL;
    struct place place;
    str names = STR("");

    for (size_t i = 0; i < n; i++) {
        const struct node *node = &g->nodes[members[i]];
        const struct rule *rule = g->by_cause[node->from];

        if (first == NULL || str_cmp(rule->id, first->id) < 0)
            first = rule;
        if (i < CIRCLE_NAMES)
            names = arena_printf(&g->rs->arena, "%.*s%s%.*s", STR_ARG(names),
                    names.n != 0 ? ", " : "", STR_ARG(node->cause));
    }
    if (n > CIRCLE_NAMES)
        names = arena_printf(&g->rs->arena, "%.*s and %zu more", STR_ARG(names), n - CIRCLE_NAMES);
    place = place_of(g->rs, first, STR("/explains"));
    problem_warning(
            &place, 0, "rule.circle", "these explain each other in a circle: %.*s", STR_ARG(names));
}

static void report_circles(const struct graph *g)
{
    size_t *starts, *members = list_members(g, &starts);

    for (uint32_t c = 1; c <= g->components; c++) {
        if (starts[c] != starts[c - 1])
            report_circle(g, members + starts[c - 1], starts[c] - starts[c - 1]);
    }
}

/* --- names -------------------------------------------------------------------------------- */

static void check_patterns(const struct graph *g, const struct rule *rule, struct strs patterns,
        const char *key, bool rules_too)
{
    for (size_t i = 0; i < patterns.n; i++) {
        size_t to, from = find_range(g, patterns.p[i], &to);
        bool known = from < to || causes_match(g->rs, patterns.p[i]);
        struct place place;

        if (!known && rules_too)
            known = find_ids(g->rs, patterns.p[i], &to) < to;
        if (known)
            continue;
        place = place_of(g->rs, rule, arena_printf(&g->rs->arena, "/%s/%zu", key, i));
        problem_warning(&place, 0, "rule.unknown-cause", "no rule has the %s '%.*s'",
                rules_too ? "cause or id" : "cause", STR_ARG(patterns.p[i]));
    }
}

static void check_cause(const struct graph *g, const struct rule *rule)
{
    struct place place = place_of(g->rs, rule, STR("/cause"));
    bool base = rule->pack->sort == PACK_BASE;
    struct suggest hint;
    str text;

    if (g->rs->ncauses == 0 || rule->cause.n == 0 || ruleset_cause(g->rs, rule->cause) != NULL)
        return;
    suggest_init(&hint, rule->cause);
    for (size_t i = 0; i < g->rs->ncauses; i++)
        suggest_try(&hint, g->rs->causes[i].id);
    text = problem_hint(&g->rs->arena, hint.best);
    (base ? problem_error : problem_warning)(&place, 0, "rule.unlisted-cause",
            "'%.*s' is not in the vocabulary of causes (causes.tsv)%.*s", STR_ARG(rule->cause),
            STR_ARG(text));
}

/* --- rules that supersede each other ------------------------------------------------------ */

static bool supersedes(const struct rule *x, const struct rule *y)
{
    for (size_t i = 0; i < x->supersedes.n; i++) {
        if (pattern_matches(x->supersedes.p[i], y->cause) ||
                pattern_matches(x->supersedes.p[i], y->id))
            return true;
    }
    return false;
}

/* Told once, at the one whose id comes first. */
static void check_pair(struct ruleset *rs, const struct rule *rule, struct rule *other)
{
    struct place place = place_of(rs, rule, STR("/supersedes"));

    if (other->told == rule || str_cmp(rule->id, other->id) >= 0 || !supersedes(other, rule))
        return;
    other->told = rule;
    problem_error(&place, 0, "rule.circle", "'%.*s' supersedes this rule too", STR_ARG(other->id));
}

static void check_supersedes(const struct graph *g, const struct rule *rule)
{
    for (size_t i = 0; i < rule->supersedes.n; i++) {
        size_t to, from = find_range(g, rule->supersedes.p[i], &to);

        for (; from < to; from++) {
            for (size_t k = g->nodes[from].from; k < g->nodes[from].to; k++)
                check_pair(g->rs, rule, g->by_cause[k]);
        }
        for (from = find_ids(g->rs, rule->supersedes.p[i], &to); from < to; from++)
            check_pair(g->rs, rule, g->rs->rules[from]);
    }
}

void check_relations(struct ruleset *rs)
{
    struct graph g = { .rs = rs };

    build_nodes(&g);
    for (size_t i = 0; i < g.n; i++) {
        if (g.nodes[i].index == 0)
            walk(&g, i);
    }
    for (size_t i = 0; i < rs->nrules; i++) {
        struct rule *rule = rs->rules[i];

        if (rule->cause.n != 0)
            rule->cycle = g.nodes[lower_bound(&g, rule->cause)].component;
        check_cause(&g, rule);
        check_patterns(&g, rule, rule->explains, "explains", false);
        check_patterns(&g, rule, rule->supersedes, "supersedes", true);
        check_patterns(&g, rule, rule->clears, "clears", false);
        check_supersedes(&g, rule);
    }
    report_circles(&g);
}
