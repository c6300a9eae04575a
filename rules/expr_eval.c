/* SPDX-License-Identifier: Apache-2.0 */
/*
 * expr_eval: three truth values. Unknown is the absence of a value, never an error: it spreads,
 * except where && and || are decided without it.
 */
#include "expr.h"

static struct result arithmetic(enum expr_op op, struct result x, struct result y)
{
    switch (op) {
    case EXPR_ADD:
        return result_number(x.d + y.d);
    case EXPR_SUB:
        return result_number(x.d - y.d);
    case EXPR_MUL:
        return result_number(x.d * y.d);
    default:
        return y.d != 0 ? result_number(x.d / y.d) : result_unknown();
    }
}

/* A time less a time, or moved by seconds. */
static struct result time_sum(enum expr_op op, struct result x, struct result y)
{
    double ns;

    if (y.type == RESULT_TIME) {
        if (!when_comparable(x.t, y.t))
            return result_unknown();
        return result_number(((double)x.t.ns - (double)y.t.ns) / (double)WHEN_NS);
    }
    ns = (double)x.t.ns + (op == EXPR_ADD ? y.d : -y.d) * (double)WHEN_NS;
    if (ns > 9.2e18 || ns < -9.2e18)
        return result_unknown();
    x.t.ns = (int64_t)ns;
    return x;
}

static struct result compare(enum expr_op op, struct result x, struct result y)
{
    int order;

    if (x.type == RESULT_TIME) {
        if (!when_compare(x.t, y.t, &order))
            return result_unknown();
    } else if (x.type == RESULT_NUMBER) {
        order = (x.d > y.d) - (x.d < y.d);
    } else {
        order = !result_equal(x, y);
    }
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
    default:
        return result_bool(order >= 0);
    }
}

static struct result eval_logic(struct eval *e, const struct expr *expr)
{
    bool decides = expr->op == EXPR_OR;
    struct result x = expr_eval(e, expr->args[0]), y;

    if (x.type == RESULT_BOOL && x.b == decides)
        return x;
    y = expr_eval(e, expr->args[1]);
    if (y.type == RESULT_BOOL && y.b == decides)
        return y;
    return x.type == RESULT_UNKNOWN ? x : y;
}

static struct result eval_binary(struct eval *e, const struct expr *expr)
{
    struct result x = expr_eval(e, expr->args[0]), y = expr_eval(e, expr->args[1]);

    if (x.type == RESULT_UNKNOWN || y.type == RESULT_UNKNOWN)
        return result_unknown();
    if (expr->op >= EXPR_ADD)
        return x.type == RESULT_TIME ? time_sum(expr->op, x, y) : arithmetic(expr->op, x, y);
    return compare(expr->op, x, y);
}

static struct result eval_in(struct eval *e, const struct expr *expr)
{
    struct result x = expr_eval(e, expr->args[0]);
    const struct expr *list = expr->args[1];

    if (x.type == RESULT_UNKNOWN)
        return x;
    for (size_t i = 0; i < list->nargs; i++) {
        if (result_equal(x, list->args[i]->literal))
            return result_bool(true);
    }
    return result_bool(false);
}

/* The latest fact of the selection that has the field. */
static struct result latest(const struct eval *e, const struct expr *expr)
{
    const struct facts *facts = &e->selections[expr->index];

    for (size_t i = facts->n; i > 0; i--) {
        struct result r = fact_result(facts->p[i - 1], &expr->ref);

        if (r.type != RESULT_UNKNOWN)
            return r;
    }
    return result_unknown();
}

static struct result merged(const struct value *values, const struct field_ref *ref)
{
    return values != NULL ? value_result(&values[ref->index], ref->member) : result_unknown();
}

static struct result kept(struct eval *e, const struct expr *expr)
{
    struct result r;

    if (expr->slot != 0 && e->slot_known[expr->slot])
        return e->slots[expr->slot];
    if (expr->op == EXPR_LET)
        r = expr_eval(e, e->lets[expr->index].expr);
    else
        r = expr->function->call(e, expr);
    if (expr->slot != 0) {
        e->slots[expr->slot] = r;
        e->slot_known[expr->slot] = expr->varies ? 2 : 1;
    }
    return r;
}

struct result expr_eval(struct eval *e, const struct expr *expr)
{
    struct result x;

    switch (expr->op) {
    case EXPR_LITERAL:
        return expr->literal;
    case EXPR_LET:
    case EXPR_CALL:
        return kept(e, expr);
    case EXPR_FIELD:
        return latest(e, expr);
    case EXPR_HOST:
        return merged(e->host, &expr->ref);
    case EXPR_LIMIT:
        return merged(e->limit, &expr->ref);
    case EXPR_OWN:
        return e->own != NULL ? fact_result(e->own, &expr->ref) : result_unknown();
    case EXPR_NOT:
        x = expr_eval(e, expr->args[0]);
        return x.type == RESULT_BOOL ? result_bool(!x.b) : x;
    case EXPR_MINUS:
        x = expr_eval(e, expr->args[0]);
        return x.type == RESULT_NUMBER ? result_number(-x.d) : x;
    case EXPR_OR:
    case EXPR_AND:
        return eval_logic(e, expr);
    case EXPR_IN:
        return eval_in(e, expr);
    case EXPR_LIST:
    case EXPR_NAME:
    case EXPR_SELECTION:
        return result_unknown();
    default:
        return eval_binary(e, expr);
    }
}

bool expr_true(struct eval *e, const struct expr *expr)
{
    return is_true(expr_eval(e, expr));
}
