/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lint_causes: where a chain of explanations ends too early: symptoms that no rule explains, and
 * mechanisms that no root cause explains, be it by way of other mechanisms. Where no evidence can
 * tell what lies behind, the vocabulary of causes says so; blanks of it are told, too.
 */
#include "cause_graph.h"
#include "lint.h"

struct reach {
    struct cause_graph graph;
    bool *explained; /* [cause] */
    size_t *queue, n;
};

static void follow(struct reach *r, const struct rule *rule)
{
    for (size_t i = 0; i < rule->explains.n; i++) {
        size_t to, at = cause_graph_range(&r->graph, rule->explains.p[i], &to);

        while ((at = cause_graph_next(&r->graph, at)) < to) {
            cause_graph_visit(&r->graph, at);
            r->explained[at] = true;
            r->queue[r->n++] = at;
        }
    }
}

/* From the rules of these roles on; with `chained` also what the explained explain. */
static void reach_from(
        struct reach *r, struct ruleset *rs, struct arena *a, unsigned roles, bool chained)
{
    *r = (struct reach){ .n = 0 };
    cause_graph_build(&r->graph, a, rs);
    r->explained = arena_array(a, bool, r->graph.n + 1);
    r->queue = arena_array(a, size_t, r->graph.n + 1);
    for (size_t i = 0; i < rs->nrules; i++) {
        if ((roles & (1u << rs->rules[i]->role)) != 0)
            follow(r, rs->rules[i]);
    }
    for (size_t i = 0; chained && i < r->n; i++) {
        const struct cause_node *node = &r->graph.nodes[r->queue[i]];

        for (size_t k = node->from; k < node->to; k++) {
            if (r->graph.by_cause[k]->role != ROLE_EXONERATION)
                follow(r, r->graph.by_cause[k]);
        }
    }
}

static const struct rule *rule_of_role(
        const struct reach *r, const struct cause_node *node, enum rule_role role)
{
    for (size_t k = node->from; k < node->to; k++) {
        if (r->graph.by_cause[k]->role == role)
            return r->graph.by_cause[k];
    }
    return NULL;
}

static void tell(struct ruleset *rs, const struct reach *r, enum rule_role role, const char *what)
{
    for (size_t i = 0; i < r->graph.n; i++) {
        const struct cause_node *node = &r->graph.nodes[i];
        const struct rule *rule = rule_of_role(r, node, role);
        const struct cause_info *cause = ruleset_cause(rs, node->cause);
        struct place place;

        if (rule == NULL || r->explained[i] || rule_of_role(r, node, ROLE_ROOT_CAUSE) != NULL ||
                (cause != NULL && cause->behind.n != 0))
            continue;
        place = (struct place){ &rs->problems, rule->file, STR("/cause"), NULL, 0 };
        problem_warning(&place, 0, "rule.unexplained", "%s '%.*s'", what, STR_ARG(node->cause));
    }
}

/* Cells that a draft left open. */
static void tell_blanks(struct ruleset *rs, const struct cause_info *cause)
{
    const str cells[] = { cause->meaning, cause->subject, cause->behind };
    struct place place = { &rs->problems, cause->file, STR(""), NULL, 0 };

    for (size_t i = 0; i < sizeof(cells) / sizeof(cells[0]); i++) {
        str what = cells[i];

        if (!str_take(&what, STR(RULE_BLANK)))
            continue;
        (void)str_take_char(&what, ':');
        place.pointer = arena_printf(&rs->arena, "L%zu", cause->line);
        problem_warning(
                &place, 0, "rule.blank", "still to be filled in: %.*s", STR_ARG(str_trim(what)));
    }
}

void lint_causes(struct ruleset *rs)
{
    struct arena a;
    struct reach r;

    arena_init(&a, 0);
    reach_from(&r, rs, &a, 1u << ROLE_ROOT_CAUSE, true);
    tell(rs, &r, ROLE_MECHANISM, "no root cause explains");
    reach_from(&r, rs, &a, 1u << ROLE_ROOT_CAUSE | 1u << ROLE_MECHANISM, false);
    tell(rs, &r, ROLE_SYMPTOM, "no rule explains");
    for (size_t i = 0; i < rs->ncauses; i++)
        tell_blanks(rs, &rs->causes[i]);
    arena_finish(&a);
}
