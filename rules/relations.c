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
#include "cause_graph.h"
#include "suggest.h"
#include "wants.h"

enum { CIRCLE_NAMES = 8 };

struct node {
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
    struct cause_graph causes;
    struct node *nodes; /* [cause] */
    uint32_t *stack;
    struct frame *frames;
    size_t depth, nframes;
    uint32_t visited, components;
};

/* The rules whose ids a pattern means. */
static size_t find_ids(const struct ruleset *rs, str pattern, size_t *ret_to)
{
    str start = pattern_start(pattern);
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

/* --- circles: Tarjan's strongly connected components, with a stack of its own --------------- */

static void enter(struct graph *g, size_t at)
{
    struct node *node = &g->nodes[at];

    node->index = node->low = ++g->visited;
    node->on_stack = true;
    cause_graph_visit(&g->causes, at);
    g->stack[g->depth++] = (uint32_t)at;
    g->frames[g->nframes++] = (struct frame){ .node = at, .rule = g->causes.nodes[at].from };
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
    const struct cause_node *node = &g->causes.nodes[f->node];

    while (f->rule < node->to && f->pattern >= g->causes.by_cause[f->rule]->explains.n) {
        f->rule++;
        f->pattern = 0;
    }
    if (f->rule == node->to)
        return false;
    f->from = f->at = cause_graph_range(
            &g->causes, g->causes.by_cause[f->rule]->explains.p[f->pattern++], &f->to);
    return true;
}

static void walk(struct graph *g, size_t start)
{
    enter(g, start);
    while (g->nframes != 0) {
        struct frame *f = &g->frames[g->nframes - 1];
        size_t at = cause_graph_next(&g->causes, f->at);

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
    size_t *members = arena_array(&g->rs->arena, size_t, g->causes.n + 1);

    for (size_t i = 0; i < g->causes.n; i++)
        starts[g->nodes[i].component + 1]++;
    for (uint32_t c = 0; c <= g->components; c++)
        starts[c + 1] += starts[c];
    for (size_t i = 0; i < g->causes.n; i++)
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
        const struct cause_node *node = &g->causes.nodes[members[i]];
        const struct rule *rule = g->causes.by_cause[node->from];

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
        size_t to, from = cause_graph_range(&g->causes, patterns.p[i], &to);
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
        size_t to, from = cause_graph_range(&g->causes, rule->supersedes.p[i], &to);

        for (; from < to; from++) {
            const struct cause_node *node = &g->causes.nodes[from];

            for (size_t k = node->from; k < node->to; k++)
                check_pair(g->rs, rule, g->causes.by_cause[k]);
        }
        for (from = find_ids(g->rs, rule->supersedes.p[i], &to); from < to; from++)
            check_pair(g->rs, rule, g->rs->rules[from]);
    }
}

void check_relations(struct ruleset *rs)
{
    struct graph g = { .rs = rs };
    struct arena *a = &rs->arena;

    cause_graph_build(&g.causes, a, rs);
    g.nodes = arena_array(a, struct node, g.causes.n + 1);
    g.stack = arena_array(a, uint32_t, g.causes.n + 1);
    g.frames = arena_array(a, struct frame, g.causes.n + 1);
    for (size_t i = 0; i < g.causes.n; i++) {
        if (g.nodes[i].index == 0)
            walk(&g, i);
    }
    for (size_t i = 0; i < rs->nrules; i++) {
        struct rule *rule = rs->rules[i];

        if (rule->cause.n != 0)
            rule->cycle = g.nodes[cause_graph_find(&g.causes, rule->cause)].component;
        check_cause(&g, rule);
        check_patterns(&g, rule, rule->explains, "explains", false);
        check_patterns(&g, rule, rule->supersedes, "supersedes", true);
        check_patterns(&g, rule, rule->clears, "clears", false);
        check_supersedes(&g, rule);
    }
    report_circles(&g);
}
