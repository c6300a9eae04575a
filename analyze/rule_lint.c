/* SPDX-License-Identifier: Apache-2.0 */
/* The tables of levers and tools, as the lint of rules takes them. */
#include "analysis.h"
#include "tables.h"

void analysis_lint(struct ruleset *rules)
{
    const struct table *levers = table_find("levers"), *tools = table_find("tools");
    struct lint_tables rows = { .nlevers = levers->nrows, .ntools = tools->nrows };
    struct lint_lever *lever;
    struct lint_tool *tool;
    struct arena a;

    arena_init(&a, 0);
    rows.levers = lever = arena_array(&a, struct lint_lever, levers->nrows);
    rows.tools = tool = arena_array(&a, struct lint_tool, tools->nrows);
    for (size_t i = 0; i < levers->nrows; i++)
        lever[i] = (struct lint_lever){ table_cell(levers, i, "lever"), table_cell(levers, i, "os"),
            table_cell(levers, i, "products"), table_cell(levers, i, "note") };
    for (size_t i = 0; i < tools->nrows; i++)
        tool[i] = (struct lint_tool){ table_cell(tools, i, "tool"), table_cell(tools, i, "os") };
    ruleset_lint(rules, &rows);
    arena_finish(&a);
}
