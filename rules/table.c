/* SPDX-License-Identifier: Apache-2.0 */
/* table: the "table" of a rule over the facts of one group. */
#include "run.h"

const struct finding_table *bench_table(struct bench *b)
{
    const struct table_plan *plan = b->rule->table;
    struct arena *a = b->run->a;
    struct finding_table *t;
    const struct facts *rows;
    str *heads, *cells, *foot;
    bool *numbers;

    if (plan == NULL || b->group[plan->selection].n == 0)
        return NULL;
    rows = &b->group[plan->selection];
    t = arena_new(a, struct finding_table);
    t->ncolumns = plan->ncolumns;
    t->total = rows->n;
    t->nrows = rows->n < plan->most ? rows->n : plan->most;
    heads = arena_array(a, str, t->ncolumns);
    numbers = arena_array(a, bool, t->ncolumns);
    cells = arena_array(a, str, t->ncolumns * t->nrows);
    foot = plan->foot != NULL ? arena_array(a, str, t->ncolumns) : NULL;
    for (size_t i = 0; i < t->ncolumns; i++) {
        heads[i] = plan->columns[i].head;
        numbers[i] = plan->columns[i].number;
        if (foot != NULL)
            foot[i] = template_print(&b->eval, plan->foot[i]);
    }
    for (size_t row = 0; row < t->nrows; row++) {
        b->eval.own = rows->p[row];
        for (size_t i = 0; i < t->ncolumns; i++)
            cells[row * t->ncolumns + i] = template_print(&b->eval, plan->columns[i].cell);
    }
    b->eval.own = NULL;
    t->heads = heads;
    t->numbers = numbers;
    t->cells = cells;
    t->foot = foot;
    return t;
}
