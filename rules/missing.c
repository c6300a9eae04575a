/* SPDX-License-Identifier: Apache-2.0 */
/*
 * missing: why a condition is unknown. Walks down from it through what is unknown itself; what is
 * left at the bottom is what the evidence did not tell.
 */
#include "run.h"

enum { MOST = 8 };

struct list {
    struct bench *b;
    str *p;
    size_t n;
};

static void add(struct list *l, str text)
{
    for (size_t i = 0; i < l->n; i++) {
        if (str_eq(l->p[i], text))
            return;
    }
    if (l->n < MOST)
        l->p[l->n++] = text;
}

static str dotted(struct list *l, const struct expr *e)
{
    return arena_printf(l->b->run->a, "%.*s%s%.*s", STR_ARG(e->name), e->member.n != 0 ? "." : "",
            STR_ARG(e->member));
}

static void walk(struct list *l, const struct expr *e);

static void walk_call(struct list *l, const struct expr *e)
{
    str wants = function_wants(e->function);
    bool found = false;

    for (size_t i = 0; i < e->nargs; i++) {
        const struct expr *arg = e->args[i];
        char kind = e->function->args[i];

        if (kind == 's' || kind == 'f' || kind == 'n') {
            bool empty = l->b->eval.selections[arg->index].n == 0;

            /* Nothing at all is missing in itself; else it is what the function needs more of. */
            add(l, empty || wants.n == 0 ? dotted(l, arg)
                                         : arena_printf(l->b->run->a, "%.*s%.*s",
                                                   STR_ARG(dotted(l, arg)), STR_ARG(wants)));
            found = true;
        } else if (expr_eval(&l->b->eval, arg).type == RESULT_UNKNOWN && arg->op != EXPR_LITERAL) {
            walk(l, arg);
            found = true;
        }
    }
    if (!found)
        add(l, arena_printf(l->b->run->a, "%s: no value", e->function->name));
}

/* e is unknown. Depth is bounded by the parser. */
static void walk(struct list *l, const struct expr *e)
{
    switch (e->op) {
    case EXPR_LET:
        walk(l, l->b->eval.lets[e->index].expr);
        return;
    case EXPR_FIELD:
    case EXPR_HOST:
    case EXPR_LIMIT:
    case EXPR_OWN:
        add(l, dotted(l, e));
        return;
    case EXPR_CALL:
        walk_call(l, e);
        return;
    default:
        break;
    }
    for (size_t i = 0; i < e->nargs; i++) {
        if (e->args[i]->op != EXPR_LIST &&
                expr_eval(&l->b->eval, e->args[i]).type == RESULT_UNKNOWN)
            walk(l, e->args[i]);
    }
}

const str *missing_parts(struct bench *b, const struct expr *when, size_t *ret_n)
{
    struct list l = { b, arena_array(b->run->a, str, MOST), 0 };

    if (when != NULL)
        walk(&l, when);
    *ret_n = l.n;
    return l.p;
}
