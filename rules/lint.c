/* SPDX-License-Identifier: Apache-2.0 */
/* lint: the walk over a rule's expressions, and what concerns a rule as a whole. */
#include "lint.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

void lint_warn(const struct lint *l, str pointer, uint32_t column, const char *code,
        const char *format, ...)
{
    struct place place = { &l->rs->problems, l->rule->file, arena_str(&l->rs->arena, pointer), NULL,
        0 };
    va_list args;
    char *text;
    int n;

    va_start(args, format);
    n = vasprintf(&text, format, args);
    va_end(args);
    if (n < 0)
        abort();
    problem_warning(&place, column, code, "%s", text);
    free(text);
}

uint32_t lint_column(const struct lint_spot *spot, const struct expr *part)
{
    return spot->offset + part->column;
}

struct walk {
    struct lint *l;
    lint_spot_fn *fn;
    void *ctx;
};

static void walk_expr(struct walk *w, const struct expr *expr, enum lint_use use, str pointer)
{
    const struct lint_spot spot = { .expr = expr, .use = use, .pointer = pointer };

    if (expr != NULL)
        w->fn(w->l, &spot, w->ctx);
}

static void walk_template(
        struct walk *w, const struct template *t, const struct lint_spot *like, str pointer)
{
    struct lint_spot spot = *like;

    spot.pointer = pointer;
    for (uint32_t i = 0; t != NULL && i < t->nparts; i++) {
        spot.use = LINT_CONDITION;
        spot.expr = t->conditions[i];
        spot.offset = t->columns[i];
        if (spot.expr != NULL)
            w->fn(w->l, &spot, w->ctx);
    }
    for (size_t i = 0; t != NULL && i < t->n; i++) {
        spot.use = LINT_PRINT;
        spot.expr = t->pieces[i].expr;
        spot.offset = t->pieces[i].column;
        spot.optional = like->optional || t->pieces[i].part != 0;
        if (spot.expr != NULL)
            w->fn(w->l, &spot, w->ctx);
    }
}

/* Cells of what is not known stay empty or say so: that is no fault of a table. */
static void walk_table(struct walk *w)
{
    const struct table_plan *plan = w->l->rule->table;
    const struct lint_spot cell = { .own = true, .optional = true }, foot = { .optional = true };

    for (size_t i = 0; plan != NULL && i < plan->ncolumns; i++) {
        walk_template(w, plan->columns[i].cell, &cell,
                arena_printf(w->l->scratch, "/table/columns/%.*s", STR_ARG(plan->columns[i].head)));
        if (plan->foot != NULL)
            walk_template(
                    w, plan->foot[i], &foot, arena_printf(w->l->scratch, "/table/foot/%zu", i));
    }
}

static void walk_grades(struct walk *w, const struct grade *grades, size_t n, const char *key)
{
    for (size_t i = 0; i < n; i++)
        walk_expr(w, grades[i].when, LINT_CONDITION,
                arena_printf(w->l->scratch, "/%s/%zu/1", key, i));
}

static void walk_steps(struct walk *w)
{
    const struct rule *rule = w->l->rule;

    for (size_t i = 0; i < rule->nsteps; i++) {
        const struct step *step = &rule->steps[i];
        const struct lint_spot like = { .under = step->when };
        struct arena *a = w->l->scratch;

        walk_expr(w, step->when, LINT_CONDITION, arena_printf(a, "/remedy/%zu/when", i));
        walk_template(w, step->action, &like, arena_printf(a, "/remedy/%zu/do", i));
        walk_template(w, step->command, &like, arena_printf(a, "/remedy/%zu/command", i));
        walk_template(w, step->verify, &like, arena_printf(a, "/remedy/%zu/verify", i));
    }
}

static void walk_asks(struct walk *w)
{
    const struct rule *rule = w->l->rule;

    for (size_t i = 0; i < rule->nasks; i++) {
        const struct lint_spot like = { .under = rule->asks[i].when, .open = true };

        walk_expr(w, rule->asks[i].when, LINT_CONDITION,
                arena_printf(w->l->scratch, "/collect/%zu/when", i));
        walk_template(
                w, rule->asks[i].text, &like, arena_printf(w->l->scratch, "/collect/%zu/ask", i));
    }
}

void lint_each_spot(struct lint *l, lint_spot_fn *fn, void *ctx)
{
    const struct rule *rule = l->rule;
    const struct lint_spot said = { .own = true }, printed = { .own = false },
                           asked = { .open = true };
    struct walk w = { l, fn, ctx };

    for (size_t i = 0; i < rule->nlets; i++)
        walk_expr(&w, rule->lets[i].expr, LINT_LET,
                arena_printf(l->scratch, "/let/%.*s", STR_ARG(rule->lets[i].name)));
    walk_expr(&w, rule->when, LINT_CONDITION, STR("/when"));
    walk_expr(&w, rule->share, LINT_VALUE, STR("/share"));
    walk_grades(&w, rule->severity, rule->nseverity, "severity");
    walk_grades(&w, rule->confidence, rule->nconfidence, "confidence");
    for (size_t i = 0; i < rule->nselections; i++)
        walk_template(&w, rule->selections[i].say, &said,
                arena_printf(l->scratch, "/evidence/%.*s/say", STR_ARG(rule->selections[i].name)));
    walk_template(&w, rule->title, &printed, STR("/title"));
    walk_template(&w, rule->subject, &printed, STR("/subject"));
    walk_template(&w, rule->summary, &printed, STR("/summary"));
    walk_template(&w, rule->question, &asked, STR("/question"));
    walk_table(&w);
    walk_steps(&w);
    walk_asks(&w);
}

/* --- the set ------------------------------------------------------------------------------ */

/* area/.../name, as a file name that means the same on every system. */
static void lint_id(struct lint *l)
{
    str id = l->rule->id;

    for (size_t i = 0; i < id.n; i++) {
        char c = id.p[i];

        if (is_digit(c) || (c >= 'a' && c <= 'z') || c == '-' || c == '/' || c == '.')
            continue;
        lint_warn(l, STR(""), 0, "rule.id",
                "the path of a rule is made of a-z, 0-9, '-' and '.', this one has '%c'",
                c > ' ' && c < 0x7f ? c : '?');
        return;
    }
}

static int by_title(const void *a, const void *b)
{
    const struct rule *const *x = a, *const *y = b;
    int order = str_cmp((*x)->title_text, (*y)->title_text);

    return order != 0 ? order : str_cmp((*x)->id, (*y)->id);
}

static void lint_titles(struct ruleset *rs)
{
    struct rule **sorted = arena_array(&rs->arena, struct rule *, rs->nrules + 1);
    size_t n = 0;

    for (size_t i = 0; i < rs->nrules; i++) {
        if (rs->rules[i]->title_text.n != 0)
            sorted[n++] = rs->rules[i];
    }
    if (n != 0)
        qsort(sorted, n, sizeof(*sorted), by_title);
    for (size_t i = 1; i < n; i++) {
        struct place place = { &rs->problems, sorted[i]->file, STR("/title"), NULL, 0 };

        if (str_eq(sorted[i]->title_text, sorted[i - 1]->title_text))
            problem_warning(&place, 0, "rule.duplicate-title", "'%.*s' has the same title",
                    STR_ARG(sorted[i - 1]->id));
    }
}

static void lint_rule(struct lint *l)
{
    str error;

    lint_id(l);
    if (l->rule->broken)
        return;
    l->root = json_parse(l->scratch, l->rule->json, &error);
    lint_texts(l);
    lint_use_of_names(l);
    lint_logic(l);
    lint_matches(l);
    lint_patterns(l);
    lint_advice(l);
}

void ruleset_lint(struct ruleset *rs, const struct lint_tables *tables)
{
    struct arena scratch;
    struct lint l = { .rs = rs, .tables = tables, .scratch = &scratch };

    arena_init(&scratch, 0);
    for (size_t i = 0; i < rs->nrules; i++) {
        l.rule = rs->rules[i];
        lint_rule(&l);
        arena_reset(&scratch);
    }
    lint_titles(rs);
    lint_causes(rs);
    arena_finish(&scratch);
}
