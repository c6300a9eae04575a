/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lookups: what the facts of a rule are looked up by, for those who weigh rules: literal values that
 * an index is made of, and for texts the words that a scanner looks for before a pattern is tried.
 */
#include "literals.h"
#include "out.h"
#include "rule.h"

enum { SHOWN = 6 };

struct listing {
    struct out out;
    size_t n;
    struct shape shape;
};

static void put_one(struct listing *l, const char *mark, str text)
{
    if (l->n < SHOWN)
        out_printf(&l->out, "%s%s%.*s%s", l->n != 0 ? ", " : " ", mark, STR_ARG(text), mark);
    l->n++;
}

static void on_literal(void *ctx, struct result literal)
{
    struct listing *l = ctx;
    struct out text;

    out_init_memory(&text);
    result_print(&text, literal, l->shape);
    put_one(l, "", out_text(&text));
    (void)out_finish(&text);
}

/* The set whose shortest member is longest: what a scanner would rather look for. */
static const struct scan_set *best_set(const struct literal_sets *sets)
{
    const struct scan_set *best = NULL;
    size_t most = 0;

    for (size_t i = 0; i < sets->n; i++) {
        size_t least = SIZE_MAX;

        for (size_t k = 0; k < sets->sets[i].n; k++)
            least = sets->sets[i].literals[k].n < least ? sets->sets[i].literals[k].n : least;
        if (sets->sets[i].n != 0 && least > most) {
            most = least;
            best = &sets->sets[i];
        }
    }
    return best;
}

static bool list_words(
        struct listing *l, struct arena *a, const struct match *m, const struct field_ref *ref)
{
    struct literal_sets sets = literals_of_match(a, m, ref->index, ref->member);
    const struct scan_set *set = best_set(&sets);

    for (size_t i = 0; set != NULL && i < set->n; i++)
        put_one(l, "\"", set->literals[i]);
    return set != NULL;
}

struct gather {
    struct arena *a;
    const struct selection *selection;
    str *lines;
    size_t n, size;
    struct field_ref seen[16];
    size_t nseen;
};

static void list_field(struct gather *g, const struct field_ref *ref)
{
    struct listing l = { .shape = field_shape(ref) };
    const struct match *m = &g->selection->match;

    for (size_t i = 0; i < g->nseen; i++) {
        if (g->seen[i].index == ref->index && str_eq(g->seen[i].member, ref->member))
            return;
    }
    if (g->nseen == sizeof(g->seen) / sizeof(g->seen[0]) || g->n == g->size)
        return;
    g->seen[g->nseen++] = *ref;
    out_init_memory(&l.out);
    out_printf(&l.out, "%.*s.%s%s%.*s", STR_ARG(g->selection->name), ref->field->name,
            ref->member.n != 0 ? "." : "", STR_ARG(ref->member));
    if (match_literals(m, ref->index, ref->member, on_literal, &l) ||
            (l.shape.type == RESULT_TEXT && list_words(&l, g->a, m, ref))) {
        if (l.n > SHOWN)
            out_printf(&l.out, " and %zu more", l.n - SHOWN);
        g->lines[g->n++] = arena_str(g->a, out_text(&l.out));
    }
    (void)out_finish(&l.out);
}

/* Nesting is bounded by that of JSON. Own numbers of lines are the engine's affair. */
static void list_match(struct gather *g, const struct match *m, const struct kind *line)
{
    for (size_t i = 0; i < m->ntests; i++) {
        const struct field_ref *ref = &m->tests[i].ref;

        if (g->selection->kind != line || !str_eq(str_z(ref->field->name), STR("pattern")))
            list_field(g, ref);
    }
    for (size_t i = 0; i < m->nany; i++)
        list_match(g, &m->any[i], line);
}

const str *ruleset_lookups(const struct ruleset *rs, struct arena *a, size_t index, size_t *ret_n)
{
    const struct rule *rule = rule_at(rs, index);
    struct gather g = { .a = a, .size = 16 * rule->nselections };

    g.lines = arena_array(a, str, g.size + 1);
    for (size_t i = 0; i < rule->nselections; i++) {
        g.selection = &rule->selections[i];
        g.nseen = 0;
        if (g.selection->kind != NULL)
            list_match(&g, &g.selection->match, rs->line);
    }
    *ret_n = g.n;
    return g.lines;
}
