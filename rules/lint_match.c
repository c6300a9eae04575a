/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lint_match: selections that can match nothing, or in part: tests of one field that contradict each
 * other, arms of "any" that the tests around them rule out.
 *
 *     "id": { "gt": 7, "lt": 5 }
 *     "provider": "Srv", "any": [ { "provider": "disk", "id": 11 }, { "id": 2019 } ]
 */
#include <math.h>
#include <string.h>

#include "lint.h"

/* Tests that must hold together: those of a match and of what stands around it. */
struct around {
    const struct match *match;
    const struct around *outer;
};

static bool same_field(const struct test *x, const struct test *y)
{
    return x->ref.index == y->ref.index && str_eq(x->ref.member, y->ref.member);
}

/* The next test of the field, all matches around included. */
struct each_test {
    const struct around *at;
    size_t i;
};

static const struct test *next_test(struct each_test *e, const struct test *of)
{
    for (; e->at != NULL; e->at = e->at->outer, e->i = 0) {
        while (e->i < e->at->match->ntests) {
            const struct test *t = &e->at->match->tests[e->i++];

            if (same_field(t, of))
                return t;
        }
    }
    return NULL;
}

static bool is_absence(const struct test *t)
{
    return strcmp(t->op->name, "exists") == 0 && !t->want;
}

/* Whether every test of the field takes this value. */
static bool value_holds(const struct around *around, const struct test *of, struct result value)
{
    struct each_test each = { around, 0 };
    const struct test *t;
    bool hit_limit = false;

    while ((t = next_test(&each, of)) != NULL) {
        if (is_absence(t) || !t->op->holds(t, value, &hit_limit))
            return false;
    }
    return true;
}

static bool literal_possible(const struct around *around, const struct test *t)
{
    for (size_t i = 0; i < t->nvalues; i++) {
        if (value_holds(around, t, t->values[i]))
            return true;
    }
    return false;
}

/* Some number is left between the bounds of the field. */
static bool range_possible(const struct around *around, const struct test *of)
{
    struct each_test each = { around, 0 };
    double low = -INFINITY, high = INFINITY;
    bool low_open = false, high_open = false;
    const struct test *t;

    while ((t = next_test(&each, of)) != NULL) {
        const char *name = t->op->name;
        double first = t->nvalues != 0 ? t->values[0].d : 0;
        bool gt = strcmp(name, "gt") == 0, lt = strcmp(name, "lt") == 0;

        if ((gt || strcmp(name, "ge") == 0 || strcmp(name, "between") == 0) && first >= low) {
            low_open = gt || (low_open && first == low);
            low = first;
        }
        if (strcmp(name, "between") == 0)
            first = t->values[1].d;
        if ((lt || strcmp(name, "le") == 0 || strcmp(name, "between") == 0) && first <= high) {
            high_open = lt || (high_open && first == high);
            high = first;
        }
    }
    return low < high || (low == high && !low_open && !high_open);
}

static bool absence_possible(const struct around *around, const struct test *of)
{
    struct each_test each = { around, 0 };
    const struct test *t;

    while ((t = next_test(&each, of)) != NULL) {
        if (!is_absence(t))
            return false;
    }
    return true;
}

static bool test_possible(const struct around *around, const struct test *t)
{
    if (is_absence(t))
        return absence_possible(around, t);
    if (t->op->literal)
        return literal_possible(around, t);
    return t->shape.type != RESULT_NUMBER || range_possible(around, t);
}

/* A "not" of one test that takes all that a literal test of the same field lets through. */
static bool excluded(const struct around *around, const struct match * not )
{
    struct each_test each = { around, 0 };
    const struct test *no = not ->tests, *t;
    bool hit_limit = false;

    if (not ->ntests != 1 || not ->nany != 0 || not ->nnot != 0)
        return false;
    while ((t = next_test(&each, no)) != NULL) {
        bool all = t->op->literal;

        for (size_t i = 0; i < t->nvalues && all; i++)
            all = !is_absence(no) && no->op->holds(no, t->values[i], &hit_limit);
        if (all)
            return true;
    }
    return false;
}

static const char *field_name(const struct lint *l, const struct test *t)
{
    return t->ref.member.n == 0
                   ? t->ref.field->name
                   : arena_printf(l->scratch, "%s.%.*s", t->ref.field->name, STR_ARG(t->ref.member))
                             .p;
}

static void check_match(
        struct lint *l, const struct match *match, const struct around *outer, str pointer)
{
    const struct around around = { match, outer };

    for (size_t i = 0; i < match->ntests; i++) {
        if (test_possible(&around, &match->tests[i]))
            continue;
        lint_warn(l, pointer, 0, "rule.never-matches",
                "nothing can match: the tests of '%s' contradict each other",
                field_name(l, &match->tests[i]));
        return;
    }
    for (size_t i = 0; i < match->nnot; i++) {
        if (excluded(&around, &match->not [i]))
            lint_warn(l, pointer, 0, "rule.never-matches",
                    "nothing can match: \"not\" excludes every '%s' that is asked for",
                    field_name(l, &match->not [i].tests[0]));
    }
    for (size_t i = 0; i < match->nany; i++)
        check_match(l, &match->any[i], &around,
                arena_printf(l->scratch, "%.*s/any/%zu", STR_ARG(pointer), i));
}

void lint_matches(struct lint *l)
{
    for (size_t i = 0; i < l->rule->nselections; i++) {
        const struct selection *s = &l->rule->selections[i];

        if (s->kind != NULL)
            check_match(l, &s->match, NULL,
                    arena_printf(l->scratch, "/evidence/%.*s", STR_ARG(s->name)));
    }
}
