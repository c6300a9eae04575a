/* SPDX-License-Identifier: Apache-2.0 */
/* table: the "table" of a rule over the facts of one group. A column without a word is left out. */
#include "limits.h"
#include "run.h"

struct sheet {
    str *heads, *cells, *foot; /* foot NULL: none */
    bool *numbers;
    size_t ncolumns, nrows;
};

static struct sheet sheet_new(struct arena *a, size_t ncolumns, size_t nrows, bool foot)
{
    return (struct sheet){
        .heads = arena_array(a, str, ncolumns),
        .cells = arena_array(a, str, ncolumns * nrows),
        .foot = foot ? arena_array(a, str, ncolumns) : NULL,
        .numbers = arena_array(a, bool, ncolumns),
        .ncolumns = ncolumns,
        .nrows = nrows,
    };
}

static bool column_empty(const struct sheet *s, size_t column)
{
    if (s->foot != NULL && s->foot[column].n != 0)
        return false;
    for (size_t row = 0; row < s->nrows; row++)
        if (s->cells[row * s->ncolumns + column].n != 0)
            return false;
    return true;
}

static void drop_empty(struct sheet *s)
{
    size_t kept = 0, from = s->ncolumns, at = 0;
    bool drop[LIMIT_COLUMNS];

    for (size_t i = 0; i < from; i++) {
        drop[i] = column_empty(s, i);
        if (drop[i])
            continue;
        s->heads[kept] = s->heads[i];
        s->numbers[kept] = s->numbers[i];
        if (s->foot != NULL)
            s->foot[kept] = s->foot[i];
        kept++;
    }
    for (size_t i = 0; i < from * s->nrows; i++)
        if (!drop[i % from])
            s->cells[at++] = s->cells[i];
    s->ncolumns = kept;
}

static struct sheet sheet_print(
        struct bench *b, const struct table_plan *plan, const struct facts *rows, size_t nrows)
{
    struct sheet s = sheet_new(b->run->a, plan->ncolumns, nrows, plan->foot != NULL);

    for (size_t i = 0; i < s.ncolumns; i++) {
        s.heads[i] = plan->columns[i].head;
        s.numbers[i] = plan->columns[i].number;
        if (s.foot != NULL)
            s.foot[i] = template_print(&b->eval, plan->foot[i]);
    }
    for (size_t row = 0; row < nrows; row++) {
        b->eval.own = rows->p[row];
        for (size_t i = 0; i < s.ncolumns; i++)
            s.cells[row * s.ncolumns + i] = template_print(&b->eval, plan->columns[i].cell);
    }
    b->eval.own = NULL;
    return s;
}

const struct finding_table *bench_table(struct bench *b)
{
    const struct table_plan *plan = b->rule->table;
    const struct facts *rows;
    struct finding_table *t;
    struct sheet s;

    if (plan == NULL || b->group[plan->selection].n == 0)
        return NULL;
    rows = &b->group[plan->selection];
    s = sheet_print(b, plan, rows, rows->n < plan->most ? rows->n : plan->most);
    drop_empty(&s);
    t = arena_new(b->run->a, struct finding_table);
    *t = (struct finding_table){
        .heads = s.heads,
        .numbers = s.numbers,
        .ncolumns = s.ncolumns,
        .cells = s.cells,
        .nrows = s.nrows,
        .total = rows->n,
        .foot = s.foot,
    };
    return t;
}
