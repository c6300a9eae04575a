/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lint_logic: conditions that decide nothing: what contradicts itself can never be true, what only
 * its own opposite could deny can never be false, and a grade behind one that covers it is never
 * reached.
 *
 *     last(t.bytes) > 5 MB && t.bytes < 1 MB      never true (different texts are not compared: this
 *                                                 is told only if both sides are written alike)
 *     count(e) >= 0                               never false
 *     [["high", "x > 5"], ["medium", "x > 9"]]    the second is never reached
 *
 * A condition is taken apart into what it says of each value, by the value's text. Where it is an
 * "or", each arm is looked at under what stands around it.
 */
#include <math.h>
#include <string.h>

#include "lint.h"

enum { MOST = 48, DEEPEST = 4 };

/* What is said of one value. */
struct said {
    str of;           /* its text without blanks */
    double low, high; /* of numbers; open: the end itself is not meant */
    bool low_open, high_open;
    const struct expr *equal; /* literal or list of literals; NULL = anything */
    const struct expr *unequal[4];
    size_t nunequal;
    int truth; /* of conditions: 1, 0; -1 = not said */
};

struct facts_said {
    struct said rows[MOST];
    size_t n;
    bool contradiction;
};

struct logic {
    struct lint *l;
    const struct lint_spot *spot;
    const struct rule *rule;
    bool told;
};

static str without_blanks(struct arena *a, str text)
{
    char *p = arena_alloc(a, text.n + 1);
    bool quoted = false;
    size_t n = 0;

    for (size_t i = 0; i < text.n; i++) {
        quoted ^= text.p[i] == '\'';
        if (quoted || !is_space(text.p[i]))
            p[n++] = text.p[i];
    }
    return (str){ p, n };
}

static struct said *row_of(struct facts_said *f, str of)
{
    for (size_t i = 0; i < f->n; i++) {
        if (str_eq(f->rows[i].of, of))
            return &f->rows[i];
    }
    if (f->n == MOST)
        return NULL;
    f->rows[f->n] = (struct said){ .of = of, .low = -INFINITY, .high = INFINITY, .truth = -1 };
    if (str_starts(of, STR("count(")) || str_starts(of, STR("distinct(")))
        f->rows[f->n].low = 0;
    return &f->rows[f->n++];
}

static bool in_range(const struct said *s, double d)
{
    return (s->low_open ? d > s->low : d >= s->low) && (s->high_open ? d < s->high : d <= s->high);
}

/* Whether the row allows this literal. */
static bool allows(const struct said *s, struct result r)
{
    if (r.type == RESULT_NUMBER && !in_range(s, r.d))
        return false;
    for (size_t i = 0; i < s->nunequal; i++) {
        const struct expr *e = s->unequal[i];

        if (e->op == EXPR_LITERAL && result_equal(e->literal, r))
            return false;
        for (size_t k = 0; e->op == EXPR_LIST && k < e->nargs; k++) {
            if (result_equal(e->args[k]->literal, r))
                return false;
        }
    }
    return true;
}

static bool lists(const struct expr *e, struct result r)
{
    if (e->op == EXPR_LITERAL)
        return result_equal(e->literal, r);
    for (size_t i = 0; i < e->nargs; i++) {
        if (result_equal(e->args[i]->literal, r))
            return true;
    }
    return false;
}

/* Some literal of the row's list is allowed, and by `other`, if that is given. */
static bool any_allowed(const struct said *s, const struct expr *other)
{
    const struct expr *e = s->equal;

    if (e->op == EXPR_LITERAL)
        return allows(s, e->literal) && (other == NULL || lists(other, e->literal));
    for (size_t i = 0; i < e->nargs; i++) {
        if (allows(s, e->args[i]->literal) && (other == NULL || lists(other, e->args[i]->literal)))
            return true;
    }
    return false;
}

static void settle(struct facts_said *f, const struct said *s)
{
    if (s->low > s->high || (s->low == s->high && (s->low_open || s->high_open)))
        f->contradiction = true;
    if (s->equal != NULL && !any_allowed(s, NULL))
        f->contradiction = true;
    if (s->low == s->high && !allows(s, result_number(s->low)))
        f->contradiction = true;
}

static void say_truth(struct facts_said *f, str of, bool truth)
{
    struct said *s = row_of(f, of);

    if (s == NULL)
        return;
    f->contradiction = f->contradiction || s->truth == !truth;
    s->truth = truth;
}

static void say_low(struct said *s, double d, bool open)
{
    if (d > s->low || (d == s->low && open)) {
        s->low = d;
        s->low_open = open;
    }
}

static void say_high(struct said *s, double d, bool open)
{
    if (d < s->high || (d == s->high && open)) {
        s->high = d;
        s->high_open = open;
    }
}

static void say_equal(struct facts_said *f, struct said *s, const struct expr *values)
{
    if (s->equal != NULL && !any_allowed(s, values))
        f->contradiction = true;
    if (s->equal == NULL || values->op == EXPR_LITERAL)
        s->equal = values;
}

static enum expr_op opposite(enum expr_op op)
{
    switch (op) {
    case EXPR_EQ:
        return EXPR_NE;
    case EXPR_NE:
        return EXPR_EQ;
    case EXPR_LT:
        return EXPR_GE;
    case EXPR_LE:
        return EXPR_GT;
    case EXPR_GT:
        return EXPR_LE;
    default:
        return EXPR_LT;
    }
}

/* 5 < x is x > 5. */
static enum expr_op turned(enum expr_op op)
{
    switch (op) {
    case EXPR_LT:
        return EXPR_GT;
    case EXPR_LE:
        return EXPR_GE;
    case EXPR_GT:
        return EXPR_LT;
    case EXPR_GE:
        return EXPR_LE;
    default:
        return op;
    }
}

static void say_compare(struct logic *g, struct facts_said *f, const struct expr *e, bool truth)
{
    bool left = e->args[0]->op == EXPR_LITERAL;
    const struct expr *value = e->args[left ? 1 : 0], *literal = e->args[left ? 0 : 1];
    enum expr_op op = left ? turned(e->op) : e->op;
    struct said *s;

    if (literal->op != EXPR_LITERAL || value->op == EXPR_LITERAL)
        return;
    op = truth ? op : opposite(op);
    s = row_of(f, without_blanks(g->l->scratch, value->text));
    if (s == NULL)
        return;
    if (literal->literal.type == RESULT_BOOL) {
        say_truth(f, s->of, literal->literal.b == (op == EXPR_EQ));
        return;
    }
    if (op == EXPR_NE && s->nunequal < sizeof(s->unequal) / sizeof(s->unequal[0]))
        s->unequal[s->nunequal++] = literal;
    if (op == EXPR_EQ)
        say_equal(f, s, literal);
    if (literal->literal.type == RESULT_NUMBER) {
        if (op == EXPR_EQ || op == EXPR_GT || op == EXPR_GE)
            say_low(s, literal->literal.d, op == EXPR_GT);
        if (op == EXPR_EQ || op == EXPR_LT || op == EXPR_LE)
            say_high(s, literal->literal.d, op == EXPR_LT);
    }
    settle(f, s);
}

static void say_in(struct logic *g, struct facts_said *f, const struct expr *e, bool truth)
{
    struct said *s = row_of(f, without_blanks(g->l->scratch, e->args[0]->text));

    if (s == NULL)
        return;
    if (truth)
        say_equal(f, s, e->args[1]);
    else if (s->nunequal < sizeof(s->unequal) / sizeof(s->unequal[0]))
        s->unequal[s->nunequal++] = e->args[1];
    settle(f, s);
}

/* exists(s) says as much as count(s) > 0. */
static void say_exists(struct logic *g, struct facts_said *f, const struct expr *e, bool truth)
{
    const struct expr *arg = e->args[0];
    struct said *s;

    if (arg->op != EXPR_SELECTION)
        return;
    s = row_of(f, arena_printf(g->l->scratch, "count(%.*s)", STR_ARG(arg->text)));
    if (s == NULL)
        return;
    if (truth)
        say_low(s, 0, true);
    else
        say_high(s, 0, false);
    settle(f, s);
}

static void say(
        struct logic *g, struct facts_said *f, const struct expr *e, bool truth, unsigned depth);

/* One of two holds: each is looked at under what is said around it. */
static void say_either(
        struct logic *g, struct facts_said *f, const struct expr *e, bool truth, unsigned depth)
{
    bool never = true;

    for (size_t i = 0; i < 2 && depth < DEEPEST; i++) {
        struct facts_said arm = *f;

        say(g, &arm, e->args[i], truth, depth + 1);
        never = never && arm.contradiction;
        if (arm.contradiction && !f->contradiction && g->spot != NULL && !g->told &&
                e->args[i]->op != EXPR_LITERAL) {
            g->told = true;
            lint_warn(g->l, g->spot->pointer, lint_column(g->spot, e->args[i]), "rule.constant",
                    "this can never be %s here", truth ? "true" : "false");
        }
    }
    if (depth < DEEPEST && never)
        f->contradiction = true;
}

/* Adds what a condition says where it is true (or false). */
static void say(
        struct logic *g, struct facts_said *f, const struct expr *e, bool truth, unsigned depth)
{
    switch (e->op) {
    case EXPR_LITERAL:
        f->contradiction = f->contradiction || is_true(e->literal) != truth;
        return;
    case EXPR_LET:
        if (g->rule->lets[e->index].expr != NULL)
            say(g, f, g->rule->lets[e->index].expr, truth, depth);
        return;
    case EXPR_NOT:
        say(g, f, e->args[0], !truth, depth);
        return;
    case EXPR_AND:
    case EXPR_OR:
        if ((e->op == EXPR_AND) != truth) {
            say_either(g, f, e, truth, depth);
        } else {
            say(g, f, e->args[0], truth, depth);
            say(g, f, e->args[1], truth, depth);
        }
        return;
    case EXPR_IN:
        say_in(g, f, e, truth);
        return;
    case EXPR_CALL:
        if (strcmp(e->function->name, "exists") == 0)
            say_exists(g, f, e, truth);
        say_truth(f, without_blanks(g->l->scratch, e->text), truth);
        return;
    case EXPR_EQ:
    case EXPR_NE:
    case EXPR_LT:
    case EXPR_LE:
    case EXPR_GT:
    case EXPR_GE:
        say_compare(g, f, e, truth);
        return;
    default:
        if (e->shape.type == RESULT_BOOL)
            say_truth(f, without_blanks(g->l->scratch, e->text), truth);
        return;
    }
}

/* "true" alone is how one says "always". */
static bool is_plain(const struct expr *e)
{
    return e->op == EXPR_LITERAL;
}

static void check_condition(struct lint *l, const struct lint_spot *spot, void *ctx)
{
    struct logic aloud = { l, spot, l->rule, false };
    struct facts_said *yes = arena_new(l->scratch, struct facts_said);
    struct facts_said *no = arena_new(l->scratch, struct facts_said);

    (void)ctx;
    if (spot->use != LINT_CONDITION || (is_plain(spot->expr) && is_true(spot->expr->literal)))
        return;
    say(&aloud, yes, spot->expr, true, 0);
    say(&aloud, no, spot->expr, false, 0);
    if (yes->contradiction)
        lint_warn(l, spot->pointer, spot->offset + 1, "rule.constant", "this can never be true");
    else if (no->contradiction && !aloud.told)
        lint_warn(l, spot->pointer, spot->offset + 1, "rule.constant", "this can never be false");
}

/* A grade whose condition says no more than one before it, or contradicts "when". */
static void check_grades(struct lint *l, const struct grade *grades, size_t n, const char *key)
{
    struct logic quiet = { l, NULL, l->rule, false };

    for (size_t i = 0; i < n; i++) {
        struct facts_said *f = arena_new(l->scratch, struct facts_said);

        if (grades[i].when == NULL)
            continue;
        say(&quiet, f, grades[i].when, true, 0);
        if (f->contradiction)
            continue; /* told already */
        for (size_t k = 0; k < i && !f->contradiction; k++) {
            if (grades[k].when == NULL || is_plain(grades[k].when))
                continue;
            say(&quiet, f, grades[k].when, false, 0);
            if (f->contradiction)
                lint_warn(l, arena_printf(l->scratch, "/%s/%zu", key, i), 0, "rule.unreachable",
                        "never reached: row %zu already covers it", k + 1);
        }
        if (f->contradiction || l->rule->when == NULL)
            continue;
        say(&quiet, f, l->rule->when, true, 0);
        if (f->contradiction)
            lint_warn(l, arena_printf(l->scratch, "/%s/%zu", key, i), 0, "rule.unreachable",
                    "never reached: \"when\" and the rows before rule it out");
    }
}

void lint_logic(struct lint *l)
{
    lint_each_spot(l, check_condition, NULL);
    check_grades(l, l->rule->severity, l->rule->nseverity, "severity");
    check_grades(l, l->rule->confidence, l->rule->nconfidence, "confidence");
}
