/* SPDX-License-Identifier: Apache-2.0 */
/*
 * load_table: the table of a finding: which selection gives the rows, what stands in the columns,
 * and the last line that sums it up.
 *
 *     "table": { "of": "rows", "most": 12,
 *                "columns": { "who": "{name}", "memory": "{bytes}" },
 *                "foot": [ "all", "{sum(rows.bytes)}" ] }
 */
#include "limits.h"
#include "loader.h"

const struct key table_keys[] = {
    { "of", true, 't', NULL, "the selection whose facts are the rows", NULL, NULL },
    { "columns", true, 'o', NULL,
            "heads and cells; the cells are templates in which the fact's own fields go by their names",
            NULL, NULL },
    { "foot", false, 'L', NULL, "the last line: one template per column", NULL, NULL },
    { "most", false, 'n', NULL, "rows at most", NULL, NULL },
    { NULL, false, 0, NULL, NULL, NULL, NULL },
};

/* One expression and no words: such columns stand at the right. */
static bool is_number(const struct template *t)
{
    const struct expr *only = NULL;

    for (size_t i = 0; t != NULL && i < t->n; i++) {
        if (t->pieces[i].text.n != 0 || (t->pieces[i].expr != NULL && only != NULL))
            return false;
        if (t->pieces[i].expr != NULL)
            only = t->pieces[i].expr;
    }
    return only != NULL && only->shape.type == RESULT_NUMBER;
}

static void load_columns(struct loader *l, const struct json *node, struct table_plan *plan)
{
    struct place place = place_node(&l->file, node);

    plan->columns = arena_array(l->a, struct column, json_count(node) + 1);
    if (json_count(node) == 0 || json_count(node) > LIMIT_COLUMNS)
        problem_error(&place, 0, "rule.value", "from 1 to %d columns", LIMIT_COLUMNS);
    l->scope.own = l->rule->selections[plan->selection].kind;
    for (const struct json *c = node->child; c != NULL; c = c->next) {
        struct column *column = &plan->columns[plan->ncolumns++];

        column->head = c->key;
        column->cell = load_template(l, c);
        column->number = is_number(column->cell);
    }
    l->scope.own = NULL;
}

static void load_foot(struct loader *l, const struct json *node, struct table_plan *plan)
{
    struct place place = place_node(&l->file, node);
    size_t n = 0;

    if (json_count(node) != plan->ncolumns) {
        problem_error(&place, 0, "rule.value", "one text per column expected");
        return;
    }
    plan->foot = arena_array(l->a, const struct template *, plan->ncolumns);
    for (const struct json *c = node->child; c != NULL; c = c->next)
        plan->foot[n++] = load_template(l, c);
}

static void load_most(struct loader *l, const struct json *node, struct table_plan *plan)
{
    struct place place = place_node(&l->file, node);

    if (node->number < 1 || node->number > LIMIT_ROWS ||
            node->number != (double)(size_t)node->number)
        problem_error(&place, 0, "rule.value", "a whole number from 1 to %d", LIMIT_ROWS);
    else
        plan->most = (size_t)node->number;
}

void load_table(struct loader *l, const struct json *node)
{
    struct table_plan *plan = arena_new(l->a, struct table_plan);
    const struct json *of, *foot, *most;

    if (!check_keys(l, node, table_keys))
        return;
    of = json_get(node, STR("of"));
    if (!find_selection(l, of, json_text(of), &plan->selection))
        return;
    plan->most = LIMIT_ROWS;
    load_columns(l, json_get(node, STR("columns")), plan);
    foot = json_get(node, STR("foot"));
    if (foot != NULL)
        load_foot(l, foot, plan);
    most = json_get(node, STR("most"));
    if (most != NULL)
        load_most(l, most, plan);
    l->rule->table = plan;
}
