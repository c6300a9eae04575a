/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fold: what an expression comes to on any host of a certain system. Unlike in an evaluation,
 * unknown means here that it depends on the evidence.
 */
#include <string.h>

#include "lint.h"

static struct result fold_host_field(const struct expr *e, const struct fold_host *host)
{
    if (strcmp(e->ref.field->name, "os") == 0 && host->os.n != 0)
        return result_text(host->os);
    if (strcmp(e->ref.field->name, "product") == 0 && host->product.n != 0)
        return result_text(host->product);
    return result_unknown();
}

static struct result fold_logic(
        const struct rule *rule, const struct expr *e, const struct fold_host *host)
{
    bool decides = e->op == EXPR_OR;
    struct result x = fold(rule, e->args[0], host), y = fold(rule, e->args[1], host);

    if ((x.type == RESULT_BOOL && x.b == decides) || (y.type == RESULT_BOOL && y.b == decides))
        return result_bool(decides);
    return x.type == RESULT_UNKNOWN ? x : y;
}

static struct result fold_compare(enum expr_op op, struct result x, struct result y)
{
    int order;

    if (x.type == RESULT_UNKNOWN || y.type == RESULT_UNKNOWN || x.type == RESULT_TIME)
        return result_unknown();
    order = x.type == RESULT_NUMBER ? (x.d > y.d) - (x.d < y.d) : !result_equal(x, y);
    switch (op) {
    case EXPR_EQ:
        return result_bool(order == 0);
    case EXPR_NE:
        return result_bool(order != 0);
    case EXPR_LT:
        return result_bool(order < 0);
    case EXPR_LE:
        return result_bool(order <= 0);
    case EXPR_GT:
        return result_bool(order > 0);
    case EXPR_GE:
        return result_bool(order >= 0);
    default:
        return result_unknown();
    }
}

static struct result fold_in(
        const struct rule *rule, const struct expr *e, const struct fold_host *host)
{
    struct result x = fold(rule, e->args[0], host);

    for (size_t i = 0; x.type != RESULT_UNKNOWN && i < e->args[1]->nargs; i++) {
        if (result_equal(x, e->args[1]->args[i]->literal))
            return result_bool(true);
    }
    return x.type != RESULT_UNKNOWN ? result_bool(false) : x;
}

static struct result fold_call(
        const struct rule *rule, const struct expr *e, const struct fold_host *host)
{
    struct result x;

    if (strcmp(e->function->name, "known") == 0) {
        x = fold(rule, e->args[0], host);
        return x.type != RESULT_UNKNOWN ? result_bool(true) : x;
    }
    if (strcmp(e->function->name, "if") == 0) {
        x = fold(rule, e->args[0], host);
        return x.type == RESULT_BOOL ? fold(rule, e->args[x.b ? 1 : 2], host) : result_unknown();
    }
    return result_unknown();
}

/* Depth is bounded by the check of expressions, lets included. */
struct result fold(const struct rule *rule, const struct expr *e, const struct fold_host *host)
{
    struct result x;

    switch (e->op) {
    case EXPR_LITERAL:
        return e->literal;
    case EXPR_LET:
        return rule->lets[e->index].expr != NULL ? fold(rule, rule->lets[e->index].expr, host)
                                                 : result_unknown();
    case EXPR_HOST:
        return fold_host_field(e, host);
    case EXPR_CALL:
        return fold_call(rule, e, host);
    case EXPR_NOT:
        x = fold(rule, e->args[0], host);
        return x.type == RESULT_BOOL ? result_bool(!x.b) : x;
    case EXPR_OR:
    case EXPR_AND:
        return fold_logic(rule, e, host);
    case EXPR_IN:
        return fold_in(rule, e, host);
    case EXPR_EQ:
    case EXPR_NE:
    case EXPR_LT:
    case EXPR_LE:
    case EXPR_GT:
    case EXPR_GE:
        return fold_compare(e->op, fold(rule, e->args[0], host), fold(rule, e->args[1], host));
    default:
        return result_unknown();
    }
}
