/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lint_use: selections and lets that nobody uses, and templates that may print "?".
 *
 * What a true condition says is known: "last(tag.bytes) > 5 MB" cannot be true unless the selection
 * `tag` has found something; "exists(a) || exists(b)" promises neither. A template that prints of a
 * selection (or of host., limit.) for which nothing promises a value may print "?".
 */
#include <string.h>

#include "lint.h"

enum { MOST = 64 };

/* Selections by their index, and fields of host. and limit. by their text. */
struct known {
    bool selections[MOST];
    str fields[MOST];
    size_t nfields;
};

struct use {
    bool lets[MOST], selections[MOST];
    struct known always; /* wherever "when" is true */
};

static void know_field(struct known *k, str text)
{
    if (k->nfields < MOST)
        k->fields[k->nfields++] = text;
}

static bool knows_field(const struct known *k, str text)
{
    for (size_t i = 0; i < k->nfields; i++) {
        if (str_eq(k->fields[i], text))
            return true;
    }
    return false;
}

static void join(struct known *to, const struct known *from)
{
    for (size_t i = 0; i < MOST; i++)
        to->selections[i] = to->selections[i] || from->selections[i];
    for (size_t i = 0; i < from->nfields; i++)
        know_field(to, from->fields[i]);
}

static struct known common(const struct known *x, const struct known *y)
{
    struct known both = { { false }, { { NULL, 0 } }, 0 };

    for (size_t i = 0; i < MOST; i++)
        both.selections[i] = x->selections[i] && y->selections[i];
    for (size_t i = 0; i < x->nfields; i++) {
        if (knows_field(y, x->fields[i]))
            know_field(&both, x->fields[i]);
    }
    return both;
}

static void know_selection(struct known *k, size_t index)
{
    if (index < MOST)
        k->selections[index] = true;
}

static struct known by_value(const struct rule *rule, const struct expr *e);
static struct known by_truth(const struct rule *rule, const struct expr *e, bool truth);

static bool is_call(const struct expr *e, const char *name)
{
    return e->op == EXPR_CALL && strcmp(e->function->name, name) == 0;
}

/* What is known once a call has a value. */
static struct known by_call(const struct rule *rule, const struct expr *e)
{
    struct known k = { .nfields = 0 };

    if (is_call(e, "count") || is_call(e, "exists") || is_call(e, "known") ||
            is_call(e, "distinct"))
        return k; /* never unknown */
    if (is_call(e, "if")) {
        struct known yes = by_value(rule, e->args[1]), no = by_value(rule, e->args[2]);

        return common(&yes, &no);
    }
    for (size_t i = 0; i < e->nargs; i++) {
        struct known one = by_value(rule, e->args[i]);

        join(&k, &one);
    }
    return k;
}

/* What is known once an expression has a value, whatever it is. */
static struct known by_value(const struct rule *rule, const struct expr *e)
{
    struct known k = { .nfields = 0 }, x, y;

    switch (e->op) {
    case EXPR_LET:
        return rule->lets[e->index].expr != NULL ? by_value(rule, rule->lets[e->index].expr) : k;
    case EXPR_FIELD:
    case EXPR_SELECTION:
        know_selection(&k, e->index);
        return k;
    case EXPR_HOST:
    case EXPR_LIMIT:
        know_field(&k, e->text);
        return k;
    case EXPR_CALL:
        return by_call(rule, e);
    case EXPR_AND:
    case EXPR_OR:
        x = by_value(rule, e->args[0]);
        y = by_value(rule, e->args[1]);
        return common(&x, &y);
    default:
        for (size_t i = 0; i < e->nargs; i++) {
            x = by_value(rule, e->args[i]);
            join(&k, &x);
        }
        return k;
    }
}

/* count(s) > 0 and its kin. */
static void know_counted(struct known *k, const struct expr *e)
{
    const struct expr *call = e->args[0], *number = e->args[1];
    double least;

    if (!is_call(call, "count") || number->op != EXPR_LITERAL ||
            number->literal.type != RESULT_NUMBER)
        return;
    least = number->literal.d;
    if ((e->op == EXPR_GT && least >= 0) || ((e->op == EXPR_GE || e->op == EXPR_EQ) && least > 0) ||
            (e->op == EXPR_NE && least == 0))
        know_selection(k, call->args[0]->index);
}

static struct known by_logic(const struct rule *rule, const struct expr *e, bool truth)
{
    struct known x = by_truth(rule, e->args[0], truth), y = by_truth(rule, e->args[1], truth);

    /* Both sides hold when "and" is true or "or" is false; else only one of them need. */
    if ((e->op == EXPR_AND) != truth)
        return common(&x, &y);
    join(&x, &y);
    return x;
}

/* What is known where a condition is true (or false). */
static struct known by_truth(const struct rule *rule, const struct expr *e, bool truth)
{
    struct known k = { .nfields = 0 };

    switch (e->op) {
    case EXPR_LET:
        return rule->lets[e->index].expr != NULL ? by_truth(rule, rule->lets[e->index].expr, truth)
                                                 : k;
    case EXPR_NOT:
        return by_truth(rule, e->args[0], !truth);
    case EXPR_AND:
    case EXPR_OR:
        return by_logic(rule, e, truth);
    case EXPR_CALL:
        if (truth && (is_call(e, "exists") || is_call(e, "known")))
            return by_value(rule, e->args[0]);
        return by_value(rule, e);
    default:
        k = by_value(rule, e);
        if (truth && e->nargs == 2)
            know_counted(&k, e);
        return k;
    }
}

static struct known known_always(const struct rule *rule)
{
    struct known k = { .nfields = 0 };

    if (rule->when != NULL)
        k = by_truth(rule, rule->when, true);
    for (size_t i = 0; rule->when == NULL && i < rule->nselections; i++)
        know_selection(&k, i);
    /* A group exists because the first narrowed selection has found something. */
    if (rule->neach != 0)
        know_selection(&k, rule->each[0].selection);
    if (rule->nselections == 1)
        know_selection(&k, 0); /* where nothing was found nothing is evaluated */
    return k;
}

/* --- use ---------------------------------------------------------------------------------- */

static void mark_use(struct use *use, const struct expr *e)
{
    if (e->op == EXPR_LET && e->index < MOST)
        use->lets[e->index] = true;
    if ((e->op == EXPR_FIELD || e->op == EXPR_SELECTION) && e->index < MOST)
        use->selections[e->index] = true;
    for (size_t i = 0; i < e->nargs; i++)
        mark_use(use, e->args[i]);
}

/* --- absent values ------------------------------------------------------------------------ */

static void check_print(
        struct lint *l, const struct lint_spot *spot, const struct expr *e, struct known k)
{
    const struct rule *rule = l->rule;

    if (e->op == EXPR_LET && rule->lets[e->index].expr != NULL) {
        struct lint_spot inner = *spot;

        /* What a let lacks is told where it is printed. */
        inner.expr = e;
        check_print(l, &inner, rule->lets[e->index].expr, k);
        return;
    }
    if ((e->op == EXPR_FIELD || e->op == EXPR_SELECTION) && e->index < MOST &&
            !k.selections[e->index])
        lint_warn(l, spot->pointer, lint_column(spot, spot->expr), "rule.absent-value",
                "may print '?': nothing says that '%.*s' has found something",
                STR_ARG(rule->selections[e->index].name));
    if ((e->op == EXPR_HOST || e->op == EXPR_LIMIT) && !knows_field(&k, e->text))
        lint_warn(l, spot->pointer, lint_column(spot, spot->expr), "rule.absent-value",
                "may print '?': nothing says that %.*s is known", STR_ARG(e->text));
    if (is_call(e, "count") || is_call(e, "exists") || is_call(e, "known") ||
            is_call(e, "distinct"))
        return;
    if (is_call(e, "if")) {
        struct known yes = by_truth(rule, e->args[0], true), no = by_truth(rule, e->args[0], false);

        join(&yes, &k);
        join(&no, &k);
        if (!is_call(e->args[0], "known") && !is_call(e->args[0], "exists"))
            check_print(l, spot, e->args[0], k);
        check_print(l, spot, e->args[1], yes);
        check_print(l, spot, e->args[2], no);
        return;
    }
    for (size_t i = 0; i < e->nargs; i++)
        check_print(l, spot, e->args[i], k);
}

static void on_spot(struct lint *l, const struct lint_spot *spot, void *ctx)
{
    struct use *use = ctx;
    struct known k = { .nfields = 0 };

    mark_use(use, spot->expr);
    if (spot->use != LINT_PRINT || spot->optional)
        return;
    if (!spot->open)
        k = use->always;
    if (spot->under != NULL) {
        struct known under = by_truth(l->rule, spot->under, true);

        join(&k, &under);
    }
    check_print(l, spot, spot->expr, k);
}

void lint_use_of_names(struct lint *l)
{
    const struct rule *rule = l->rule;
    struct use use = { .always = known_always(rule) };

    if (rule->nselections > MOST || rule->nlets > MOST)
        return;
    lint_each_spot(l, on_spot, &use);
    for (size_t i = 0; i < rule->neach; i++)
        use.selections[rule->each[i].selection] = true;
    if (rule->table != NULL)
        use.selections[rule->table->selection] = true;
    for (size_t i = 0; i < rule->nlets; i++) {
        if (!use.lets[i])
            lint_warn(l, arena_printf(l->scratch, "/let/%.*s", STR_ARG(rule->lets[i].name)), 0,
                    "rule.unused", "nobody uses '%.*s'", STR_ARG(rule->lets[i].name));
    }
    /* What is shown is used: it stands in the report. */
    for (size_t i = 0; i < rule->nselections; i++) {
        if (!use.selections[i] && rule->when != NULL && rule->selections[i].show == 0)
            lint_warn(l,
                    arena_printf(l->scratch, "/evidence/%.*s", STR_ARG(rule->selections[i].name)),
                    0, "rule.unused", "nobody uses '%.*s', and it is not shown",
                    STR_ARG(rule->selections[i].name));
    }
}
