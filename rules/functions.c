/* SPDX-License-Identifier: Apache-2.0 */
/*
 * functions: what expressions can call. A row of the table names a function, its arguments and its
 * type; several rows of one name are several ways to call it. A new function is one row, one
 * function, and lines in tests/rules/functions.test.
 */
#include "functions.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "trend.h"

static const struct facts *facts_of(const struct eval *e, const struct expr *arg)
{
    return &e->selections[arg->index];
}

static struct result arg(struct eval *e, const struct expr *call, size_t i)
{
    return expr_eval(e, call->args[i]);
}

/* The numbers of a field, in order of time. *ret lives in the evaluation's arena. */
static size_t numbers_of(struct eval *e, const struct expr *a, double **ret)
{
    const struct facts *facts = facts_of(e, a);
    double *v = arena_array(e->scratch, double, facts->n + 1);
    size_t n = 0;

    for (size_t i = 0; i < facts->n; i++) {
        struct result r = fact_result(facts->p[i], &a->ref);

        if (r.type == RESULT_NUMBER)
            v[n++] = r.d;
    }
    *ret = v;
    return n;
}

static struct result call_count(struct eval *e, const struct expr *call)
{
    const struct facts *facts = facts_of(e, call->args[0]);
    double n = 0;

    for (size_t i = 0; i < facts->n; i++)
        n += (double)facts->p[i]->count;
    return result_number(n);
}

static struct result call_exists(struct eval *e, const struct expr *call)
{
    const struct expr *a = call->args[0];
    const struct facts *facts = facts_of(e, a);

    if (a->op == EXPR_SELECTION)
        return result_bool(facts->n != 0);
    for (size_t i = 0; i < facts->n; i++) {
        if (fact_result(facts->p[i], &a->ref).type != RESULT_UNKNOWN)
            return result_bool(true);
    }
    return result_bool(false);
}

static struct result call_known(struct eval *e, const struct expr *call)
{
    return result_bool(arg(e, call, 0).type != RESULT_UNKNOWN);
}

static struct result call_first(struct eval *e, const struct expr *call)
{
    const struct facts *facts = facts_of(e, call->args[0]);
    struct result r = result_unknown();

    for (size_t i = 0; i < facts->n && r.type == RESULT_UNKNOWN; i++)
        r = fact_result(facts->p[i], &call->args[0]->ref);
    return r;
}

static struct result call_last(struct eval *e, const struct expr *call)
{
    return expr_eval(e, call->args[0]);
}

static struct result call_min(struct eval *e, const struct expr *call)
{
    double *v, best;
    size_t n = numbers_of(e, call->args[0], &v);

    if (n == 0)
        return result_unknown();
    best = v[0];
    for (size_t i = 1; i < n; i++)
        best = v[i] < best ? v[i] : best;
    return result_number(best);
}

static struct result call_max(struct eval *e, const struct expr *call)
{
    double *v, best;
    size_t n = numbers_of(e, call->args[0], &v);

    if (n == 0)
        return result_unknown();
    best = v[0];
    for (size_t i = 1; i < n; i++)
        best = v[i] > best ? v[i] : best;
    return result_number(best);
}

static struct result call_sum(struct eval *e, const struct expr *call)
{
    double *v, sum = 0;
    size_t n = numbers_of(e, call->args[0], &v);

    for (size_t i = 0; i < n; i++)
        sum += v[i];
    return n != 0 ? result_number(sum) : result_unknown();
}

static struct result call_avg(struct eval *e, const struct expr *call)
{
    double *v, sum = 0;
    size_t n = numbers_of(e, call->args[0], &v);

    for (size_t i = 0; i < n; i++)
        sum += v[i];
    return n != 0 ? result_number(sum / (double)n) : result_unknown();
}

static struct result call_median(struct eval *e, const struct expr *call)
{
    double *v;
    size_t n = numbers_of(e, call->args[0], &v);

    return n != 0 ? result_number(trend_median(v, n)) : result_unknown();
}

static int compare_hashes(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

    return (x > y) - (x < y);
}

/* By 64-bit hash: a collision among LIMIT_FACTS values is less likely than a broken machine. */
static struct result call_distinct(struct eval *e, const struct expr *call)
{
    const struct facts *facts = facts_of(e, call->args[0]);
    uint64_t *hashes = arena_array(e->scratch, uint64_t, facts->n + 1);
    size_t n = 0, different = 0;

    for (size_t i = 0; i < facts->n; i++) {
        struct result r = fact_result(facts->p[i], &call->args[0]->ref);

        if (r.type != RESULT_UNKNOWN)
            hashes[n++] = result_hash(r);
    }
    qsort(hashes, n, sizeof(*hashes), compare_hashes);
    for (size_t i = 0; i < n; i++)
        different += i == 0 || hashes[i] != hashes[i - 1];
    return result_number((double)different);
}

static struct result call_growth(struct eval *e, const struct expr *call)
{
    double *v;
    size_t n = numbers_of(e, call->args[0], &v);

    return n >= 2 ? result_number(v[n - 1] - v[0]) : result_unknown();
}

/* Points whose times compare with the latest one's. */
static struct result call_slope(struct eval *e, const struct expr *call)
{
    const struct expr *a = call->args[0];
    const struct facts *facts = facts_of(e, a);
    double *x = arena_array(e->scratch, double, facts->n + 1);
    double *y = arena_array(e->scratch, double, facts->n + 1);
    struct when latest = { 0 };
    size_t n = 0;

    for (size_t i = facts->n; i > 0; i--) {
        const struct fact *fact = facts->p[i - 1];
        struct result r = fact_result(fact, &a->ref);

        if (r.type != RESULT_NUMBER || fact->when.basis == WHEN_NONE)
            continue;
        if (latest.basis == WHEN_NONE)
            latest = fact->when;
        if (!when_comparable(fact->when, latest))
            continue;
        x[n] = ((double)fact->when.ns - (double)latest.ns) / (double)WHEN_NS;
        y[n++] = r.d;
    }
    return n >= 2 ? result_number(trend_slope(x, y, n)) : result_unknown();
}

static struct result call_rising(struct eval *e, const struct expr *call)
{
    double *v;
    size_t n = numbers_of(e, call->args[0], &v);

    return n >= 3 ? result_number(trend_rising(v, n)) : result_unknown();
}

struct instant {
    struct when when;
    const struct fact *fact;
};

static int compare_instants(const void *a, const void *b)
{
    const struct instant *x = a, *y = b;

    return when_cmp(x->when, y->when);
}

/* First and last time of each fact, sorted. A folded fact was met at both. */
static size_t instants_of(struct eval *e, const struct facts *facts, struct instant **ret)
{
    struct instant *list = arena_array(e->scratch, struct instant, facts->n * 2 + 1);
    size_t n = 0;

    for (size_t i = 0; i < facts->n; i++) {
        const struct fact *fact = facts->p[i];

        if (fact->when.basis != WHEN_NONE)
            list[n++] = (struct instant){ fact->when, fact };
        if (fact->last.basis != WHEN_NONE)
            list[n++] = (struct instant){ fact->last, fact };
    }
    qsort(list, n, sizeof(*list), compare_instants);
    *ret = list;
    return n;
}

static struct result call_within(struct eval *e, const struct expr *call)
{
    struct result limit = arg(e, call, 2);
    struct instant *x, *y;
    size_t nx = instants_of(e, facts_of(e, call->args[0]), &x);
    size_t ny = instants_of(e, facts_of(e, call->args[1]), &y), k = 0;
    bool compared = false, open = false;

    if (limit.type != RESULT_NUMBER)
        return limit;
    /* Both lists are sorted: the nearest of y stand just before and just after x. */
    for (size_t i = 0; i < nx; i++) {
        while (k < ny && when_cmp(y[k].when, x[i].when) < 0)
            k++;
        for (size_t near = k > 0 ? k - 1 : 0; near <= k && near < ny; near++) {
            int64_t least, most;

            if (!when_comparable(x[i].when, y[near].when))
                continue;
            compared = true;
            when_apart(x[i].when, y[near].when, &least, &most);
            if ((double)most <= limit.d * (double)WHEN_NS)
                return result_bool(true);
            open |= (double)least <= limit.d * (double)WHEN_NS;
        }
    }
    return compared && !open ? result_bool(false) : result_unknown();
}

static struct result call_first_time(struct eval *e, const struct expr *call)
{
    const struct facts *facts = facts_of(e, call->args[0]);

    for (size_t i = 0; i < facts->n; i++) {
        if (facts->p[i]->when.basis != WHEN_NONE)
            return result_time(facts->p[i]->when);
    }
    return result_unknown();
}

static struct result call_last_time(struct eval *e, const struct expr *call)
{
    const struct facts *facts = facts_of(e, call->args[0]);
    struct when last = { 0 };

    for (size_t i = 0; i < facts->n; i++) {
        const struct fact *fact = facts->p[i];
        struct when t = fact->last.basis != WHEN_NONE ? fact->last : fact->when;

        if (when_order(t, last) >= 0)
            last = t;
    }
    return result_time(last);
}

static struct result call_before(struct eval *e, const struct expr *call)
{
    const struct expr second = { .args = call->args + 1, .nargs = 1 };
    struct result x = call_first_time(e, call), y = call_first_time(e, &second);
    int order;

    if (x.type == RESULT_UNKNOWN || y.type == RESULT_UNKNOWN || !when_compare(x.t, y.t, &order))
        return result_unknown();
    return result_bool(order < 0);
}

const struct function functions[] = {
    { "count", "count(s)",
            "how often the selection's facts were said, repeats included; 0 when none", "s", 'p',
            call_count },
    { "exists", "exists(s), exists(s.field)", "whether there is such a fact; never unknown", "e",
            'b', call_exists },
    { "known", "known(x)", "whether x has a value; never unknown", "a", 'b', call_known },
    { "first", "first(s.f)", "of the earliest fact that has the field", "f", 'f', call_first },
    { "last", "last(s.f)", "of the latest fact that has the field; s.f alone means the same", "f",
            'f', call_last },
    { "min", "min(s.f) or min(x, y)", "the least over all facts", "n", 'f', call_min },
    { "min", "min(s.f) or min(x, y)", "the lesser of two numbers", "xx", 'u', call_min2 },
    { "max", "max(s.f) or max(x, y)", "the greatest over all facts", "n", 'f', call_max },
    { "max", "max(s.f) or max(x, y)", "the greater of two numbers", "xx", 'u', call_max2 },
    { "sum", "sum(s.f)", "over all facts; repeats of a fold count once", "n", 'f', call_sum },
    { "avg", "avg(s.f)", "the mean over all facts", "n", 'f', call_avg },
    { "median", "median(s.f)", "the middle value over all facts", "n", 'f', call_median },
    { "distinct", "distinct(s.f)", "number of different values; 0 when none", "f", 'p',
            call_distinct },
    { "growth", "growth(s.f)", "last minus first; unknown with fewer than two facts", "n", 'f',
            call_growth },
    { "slope", "slope(s.f)",
            "Theil-Sen slope by seconds over facts with comparable, different times; unknown with fewer than two",
            "n", '/', call_slope },
    { "rising", "rising(s.f)",
            "Mann-Kendall one-sided p-value for growth: small = it rises; unknown with fewer than three",
            "n", 'p', call_rising },
    { "within", "within(a, b, d)",
            "some fact of a and some of b lie at most d apart; unknown when their times do not tell",
            "ssd", 'b', call_within },
    { "before", "before(a, b)",
            "the first of a is earlier than the first of b; unknown when their times do not tell",
            "ss", 'b', call_before },
    { "first_time", "first_time(s)", "when the first was said", "s", 'T', call_first_time },
    { "last_time", "last_time(s)", "when the last was said", "s", 'T', call_last_time },
    { "share", "share(x, y)", "x / y as a ratio; unknown when y is 0", "xx", '%', call_share },
    { "if", "if(c, x, y)", "x when c is true, y when false", "baa", '2', call_if },
    { "abs", "abs(x)", "without sign", "x", 'f', call_abs },
    { "round", "round(x)", "the nearest whole number, halves away from zero", "x", 'f',
            call_round },
    { "floor", "floor(x)", "the whole number below", "x", 'f', call_floor },
    { "ceil", "ceil(x)", "the whole number above", "x", 'f', call_ceil },
    { "sqrt", "sqrt(x)", "the square root of a plain number; unknown below 0", "x", 'p',
            call_sqrt },
    { "contains", "contains(t, u)", "t holds u", "tt", 'b', call_contains },
    { "starts", "starts(t, u)", "t starts with u", "tt", 'b', call_starts },
    { "ends", "ends(t, u)", "t ends with u", "tt", 'b', call_ends },
    { "matches", "matches(t, 'pattern')", "PCRE2 finds the pattern in t", "tr", 'b', call_matches },
    { "part", "part(t, 'pattern')",
            "what the first group of the pattern takes of t; unknown when it takes nothing", "tr",
            't', call_part },
    { "lower", "lower(t)", "ASCII letters in lower case", "t", 't', call_lower },
    { "number", "number(t)", "the number a text spells; unknown when it spells none", "t", 'p',
            call_number },
    { "word", "word(t, n)", "the n-th word of t, from 1; unknown when there are not so many", "tx",
            't', call_word },
    { "plural", "plural(n, 'noun')", "the number with its noun: 1 kill, 20 kills, 2 processes",
            "xt", 't', call_plural },
    { NULL, NULL, NULL, NULL, 0, NULL },
};

str function_wants(const struct function *function)
{
    static const struct {
        const char *name;
        str wants;
    } rows[] = {
        { "growth", STR_INIT(": a second value") },
        { "slope", STR_INIT(": values at two times") },
        { "rising", STR_INIT(": three values") },
        { "within", STR_INIT(": times that can be compared") },
        { "before", STR_INIT(": times that can be compared") },
        { "first_time", STR_INIT(": a time") },
        { "last_time", STR_INIT(": a time") },
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (strcmp(rows[i].name, function->name) == 0)
            return rows[i].wants;
    }
    return STR("");
}
