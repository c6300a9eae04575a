/* SPDX-License-Identifier: Apache-2.0 */
/*
 * literals_parts: the algebra. Where two stretches meet, what the one ends with and the other begins
 * with stands next to each other: all pairs of these make a set, as long as they are few. What does
 * not fit is told in pieces.
 */
#include "literals_parts.h"

#include <string.h>

/*
 * Pairs, and members of a set from branches: more would be met too often to be of use. Sets of a
 * pattern; turns of a repeat that are written out; sets under work.
 */
enum { MOST_PAIRS = 16, MOST_STRINGS = 96, MOST_SETS = 8, MOST_TURNS = 8, MOST_REQUIRED = 40 };

static const str nothing[] = { STR_INIT("") };

struct part part_empty(void)
{
    const struct strings strings = { nothing, 1 };

    return part_exact(strings);
}

struct part part_any(void)
{
    struct part any = part_empty();

    any.exact = false;
    return any;
}

struct part part_exact(struct strings strings)
{
    return (struct part){ .exact = true, .front = strings, .back = strings };
}

static bool holds_string(struct strings strings, str s)
{
    for (size_t i = 0; i < strings.n; i++) {
        if (str_eq(strings.p[i], s))
            return true;
    }
    return false;
}

static size_t shortest(struct strings strings)
{
    size_t n = SIZE_MAX;

    for (size_t i = 0; i < strings.n; i++)
        n = strings.p[i].n < n ? strings.p[i].n : n;
    return strings.n != 0 ? n : 0;
}

/* Byte by byte: a pattern may hold NUL. */
static str join(struct arena *a, str left, str right)
{
    char *p = arena_buffer(a, left.n + right.n);

    memcpy(p, left.p, left.n);
    memcpy(p + left.n, right.p, right.n);
    return (str){ p, left.n + right.n };
}

/* Every string of x before every one of y; n = 0: too many, or too long. */
static struct strings pairs(struct arena *a, struct strings x, struct strings y)
{
    struct strings all = { NULL, 0 };
    str *p;

    if (x.n * y.n > MOST_PAIRS)
        return all;
    p = arena_array(a, str, x.n * y.n);
    for (size_t i = 0; i < x.n * y.n; i++) {
        str left = x.p[i / y.n], right = y.p[i % y.n], both;

        if (left.n + right.n > SCAN_LONGEST)
            return (struct strings){ NULL, 0 };
        both = left.n == 0 ? right : left;
        if (left.n != 0 && right.n != 0)
            both = join(a, left, right);
        if (!holds_string((struct strings){ p, all.n }, both))
            p[all.n++] = both;
    }
    all.p = p;
    return all;
}

const struct required *required_add(
        struct arena *a, const struct required *list, struct strings strings)
{
    struct required *one;

    if (strings.n == 0 || strings.n > MOST_STRINGS || shortest(strings) < SCAN_SHORTEST ||
            (list != NULL && list->count == MOST_REQUIRED))
        return list;
    one = arena_new(a, struct required);
    one->next = list;
    one->count = list != NULL ? list->count + 1 : 1;
    one->strings = strings;
    return one;
}

static const struct required *required_join(
        struct arena *a, const struct required *x, const struct required *y)
{
    for (; x != NULL; x = x->next)
        y = required_add(a, y, x->strings);
    return y;
}

struct part part_join(struct arena *a, struct part x, struct part y)
{
    const struct strings both = pairs(a, x.back, y.front);
    struct part z = { .exact = x.exact && y.exact && both.n != 0,
        .front = x.front,
        .back = y.back,
        .required = required_join(a, x.required, y.required) };

    if (both.n == 0) {
        /* Front and back of an exact part are the same, and stay at one end of the whole. */
        if (!x.exact)
            z.required = required_add(a, z.required, x.back);
        if (!y.exact)
            z.required = required_add(a, z.required, y.front);
        return z;
    }
    if (x.exact)
        z.front = both;
    if (y.exact)
        z.back = both;
    if (!x.exact && !y.exact)
        z.required = required_add(a, z.required, both);
    return z;
}

/* All strings of all branches' fronts, or backs; the empty string alone when they are too many. */
static struct strings collect(struct arena *a, const struct part *branches, size_t n, bool back)
{
    struct strings all = { NULL, 0 };
    size_t most = 0;
    str *p;

    for (size_t i = 0; i < n; i++)
        most += back ? branches[i].back.n : branches[i].front.n;
    if (most > MOST_STRINGS)
        return (struct strings){ nothing, 1 };
    p = arena_array(a, str, most);
    for (size_t i = 0; i < n; i++) {
        const struct strings one = back ? branches[i].back : branches[i].front;

        for (size_t k = 0; k < one.n; k++) {
            if (!holds_string((struct strings){ p, all.n }, one.p[k]))
                p[all.n++] = one.p[k];
        }
    }
    all.p = p;
    return all;
}

/* Long and few is good. */
static int score(struct strings strings)
{
    size_t length = shortest(strings);
    int points = 2 * (int)(length < 12 ? length : 12);

    for (size_t n = strings.n; n > 1; n = (n + 1) / 2)
        points -= 3;
    return points;
}

/* The set of a list that has just `rank` better ones. */
static const struct required *ranked(const struct required *list, size_t rank)
{
    for (const struct required *one = list; one != NULL; one = one->next) {
        size_t better = 0;
        bool before = true;

        for (const struct required *other = list; other != NULL; other = other->next) {
            int points = score(other->strings) - score(one->strings);

            before = before && other != one;
            better += points > 0 || (points == 0 && before);
        }
        if (better == rank)
            return one;
    }
    return NULL;
}

const struct required *required_either(
        struct arena *a, const struct required *const *lists, size_t n)
{
    struct part *chosen = arena_array(a, struct part, n);
    const struct required *all = NULL;
    size_t most = 0;

    for (size_t i = 0; i < n; i++) {
        if (lists[i] == NULL)
            return NULL;
        most = lists[i]->count > most ? lists[i]->count : most;
    }
    for (size_t rank = 0; rank < most && rank < MOST_SETS / 2; rank++) {
        for (size_t i = 0; i < n; i++) {
            const struct required *r = ranked(lists[i], rank);

            chosen[i].front = (r != NULL ? r : ranked(lists[i], 0))->strings;
        }
        all = required_add(a, all, collect(a, chosen, n, false));
    }
    return all;
}

struct part part_either(struct arena *a, const struct part *branches, size_t n)
{
    struct part z = { .exact = true };
    size_t strings = 0;

    if (n == 1)
        return branches[0];
    for (size_t i = 0; i < n; i++) {
        z.exact = z.exact && branches[i].exact;
        strings += branches[i].front.n;
    }
    z.exact = z.exact && strings <= MOST_STRINGS;
    z.front = collect(a, branches, n, false);
    z.back = collect(a, branches, n, true);
    if (!z.exact) {
        const struct required **lists = arena_array(a, const struct required *, n);

        for (size_t i = 0; i < n; i++)
            lists[i] = part_finish(a, &branches[i]);
        z.required = required_either(a, lists, n);
    }
    return z;
}

struct part part_repeat(struct arena *a, struct part x, uint32_t least, uint32_t most)
{
    struct part z = x;
    uint32_t turns = 1;

    if (most == 0)
        return part_empty();
    if (least == 0) {
        const struct part branches[] = { part_empty(), { x.exact, x.front, x.back, NULL } };

        return most == 1 && x.exact ? part_either(a, branches, 2) : part_any();
    }
    for (; turns < least && turns < MOST_TURNS && z.exact; turns++)
        z = part_join(a, z, x);
    /* More turns begin and end as these do. */
    z.exact = z.exact && turns == most;
    return z;
}

const struct required *part_finish(struct arena *a, const struct part *x)
{
    const struct required *list = required_add(a, x->required, x->front);

    return x->exact ? list : required_add(a, list, x->back);
}

static bool is_same(struct strings x, const struct scan_set *y)
{
    size_t n = 0;

    for (size_t i = 0; i < x.n && x.n == y->n; i++)
        n += holds_string((struct strings){ y->literals, y->n }, x.p[i]);
    return x.n == y->n && n == x.n;
}

struct literal_sets literals_choose(struct arena *a, const struct required *list, bool nocase)
{
    struct scan_set *sets = arena_array(a, struct scan_set, MOST_SETS);
    const struct required *one;
    size_t n = 0;

    for (size_t rank = 0; n < MOST_SETS && (one = ranked(list, rank)) != NULL; rank++) {
        str *strings = arena_array(a, str, one->strings.n);
        bool again = false;

        for (size_t i = 0; i < n; i++)
            again = again || is_same(one->strings, &sets[i]);
        if (again)
            continue;
        for (size_t i = 0; i < one->strings.n; i++)
            strings[i] = arena_str(a, one->strings.p[i]);
        sets[n++] = (struct scan_set){ strings, one->strings.n };
    }
    return (struct literal_sets){ sets, n, nocase };
}
