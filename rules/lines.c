/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lines: the selections that look for lines of text. They are numbered when the set is frozen; a
 * line is kept once for each selection that it matches, with that number, and the selection then
 * finds its own lines by it.
 */
#include <stdlib.h>
#include <string.h>

#include "base.h"
#include "literals.h"
#include "must.h"

/* Only lines that were kept for this selection. */
static void test_pattern(struct ruleset *rs, struct selection *s, size_t line)
{
    struct test *t = &s->match.tests[s->match.ntests++]; /* match_load leaves room for one */
    str hint;

    *t = (struct test){ .op = &operators[0], .nvalues = 1 };
    (void)field_resolve(rs->line, STR("pattern"), &t->ref, &hint);
    t->shape = field_shape(&t->ref);
    t->values = arena_array(&rs->arena, struct result, 1);
    t->values[0] = result_number((double)line);
    s->numbered = true;
}

void number_rule(struct ruleset *rs, struct rule *rule, size_t line)
{
    for (size_t k = 0; k < rule->nselections; k++) {
        struct selection *s = &rule->selections[k];

        if (s->kind != rs->line)
            continue;
        rs->lines[line] =
                (struct line_selection){ .rule = rule, .selection = s, .match = s->match };
        test_pattern(rs, s, line++);
    }
}

static size_t count_lines(const struct ruleset *rs, const struct rule *rule)
{
    size_t n = 0;

    for (size_t k = 0; k < rule->nselections && !rule->broken; k++)
        n += rule->selections[k].kind == rs->line;
    return n;
}

void number_lines(struct ruleset *rs)
{
    size_t n = 0;

    for (size_t i = 0; rs->line != NULL && i < rs->nrules; i++)
        n += count_lines(rs, rs->rules[i]);
    rs->lines = must(calloc(n + 1, sizeof(*rs->lines)));
    for (size_t i = 0; n != 0 && i < rs->nrules; i++) {
        size_t own = count_lines(rs, rs->rules[i]);

        if (own != 0)
            number_rule(rs, rs->rules[i], rs->nlines);
        rs->nlines += own;
    }
}

/* Its rule is there then. */
static struct line_selection *line_at(const struct ruleset *rs, size_t line)
{
    if (rs->lines[line].rule == NULL)
        (void)rule_at(rs, ((const uint32_t *)base_part(rs->base, BASE_LINES))[line]);
    return &rs->lines[line];
}

bool ruleset_line_pattern(
        const struct ruleset *rs, size_t line, struct arena *a, struct scan_pattern *ret)
{
    struct literal_sets sets;
    size_t text;

    (void)kind_field(rs->line, STR("text"), &text);
    sets = literals_of_match(a, &line_at(rs, line)->match, text, (str){ NULL, 0 });
    *ret = (struct scan_pattern){ (uint32_t)line, sets.nocase, sets.sets, sets.n };
    return sets.n != 0;
}

size_t ruleset_lines(const struct ruleset *rs)
{
    return rs->nlines;
}

/*
 * The scanner found a member of one set of each pattern's literals; most lines lack one of another. To look for
 * those takes less than to load the rule and to compile its pattern.
 */
size_t ruleset_line_may_hold(const struct ruleset *rs, const uint32_t *lines, size_t n,
        const struct fact *fact, uint32_t *ret)
{
    const struct base *b = rs->base;

    if (b != NULL && b->lines != NULL && fact->values[b->text].type == VALUE_TEXT)
        return scanner_may_match_of(b->lines, lines, n, fact->values[b->text].s, ret);
    memcpy(ret, lines, n * sizeof(*ret));
    return n;
}

bool ruleset_line_holds(
        const struct ruleset *rs, size_t line, const struct fact *fact, bool *hit_limit)
{
    uint64_t before = rs->regexes.tries;
    struct line_selection *l;
    bool holds;

    l = line_at(rs, line);
    holds = match_holds(&l->match, fact, hit_limit);
    l->tested++;
    l->patterns += rs->regexes.tries - before;
    return holds;
}

str ruleset_line_rule(const struct ruleset *rs, size_t line)
{
    return line_at(rs, line)->rule->id;
}
