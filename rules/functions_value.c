/* SPDX-License-Identifier: Apache-2.0 */
/* functions_value: those that compute with values. */
#include <math.h>

#include "functions.h"

static struct result arg(struct eval *e, const struct expr *call, size_t i)
{
    return expr_eval(e, call->args[i]);
}

struct result call_max2(struct eval *e, const struct expr *call)
{
    struct result x = arg(e, call, 0), y = arg(e, call, 1);

    if (x.type != RESULT_NUMBER || y.type != RESULT_NUMBER)
        return result_unknown();
    return x.d > y.d ? x : y;
}

struct result call_min2(struct eval *e, const struct expr *call)
{
    struct result x = arg(e, call, 0), y = arg(e, call, 1);

    if (x.type != RESULT_NUMBER || y.type != RESULT_NUMBER)
        return result_unknown();
    return x.d < y.d ? x : y;
}

struct result call_share(struct eval *e, const struct expr *call)
{
    struct result x = arg(e, call, 0), y = arg(e, call, 1);

    if (x.type != RESULT_NUMBER || y.type != RESULT_NUMBER || y.d == 0)
        return result_unknown();
    return result_number(x.d / y.d);
}

struct result call_if(struct eval *e, const struct expr *call)
{
    struct result c = arg(e, call, 0);

    return c.type == RESULT_BOOL ? arg(e, call, c.b ? 1 : 2) : result_unknown();
}

struct result call_abs(struct eval *e, const struct expr *call)
{
    struct result x = arg(e, call, 0);

    return x.type == RESULT_NUMBER ? result_number(fabs(x.d)) : x;
}

struct result call_round(struct eval *e, const struct expr *call)
{
    struct result x = arg(e, call, 0);

    return x.type == RESULT_NUMBER ? result_number(round(x.d)) : x;
}

struct result call_floor(struct eval *e, const struct expr *call)
{
    struct result x = arg(e, call, 0);

    return x.type == RESULT_NUMBER ? result_number(floor(x.d)) : x;
}

struct result call_ceil(struct eval *e, const struct expr *call)
{
    struct result x = arg(e, call, 0);

    return x.type == RESULT_NUMBER ? result_number(ceil(x.d)) : x;
}

struct result call_sqrt(struct eval *e, const struct expr *call)
{
    struct result x = arg(e, call, 0);

    return x.type == RESULT_NUMBER ? result_number(sqrt(x.d)) : x;
}

/* Both texts, or false when one is unknown. */
static bool two_texts(struct eval *e, const struct expr *call, str *ret_x, str *ret_y)
{
    struct result x = arg(e, call, 0), y = arg(e, call, 1);

    if (x.type != RESULT_TEXT || y.type != RESULT_TEXT)
        return false;
    *ret_x = x.s;
    *ret_y = y.s;
    return true;
}

struct result call_contains(struct eval *e, const struct expr *call)
{
    str t, u;

    return two_texts(e, call, &t, &u) ? result_bool(str_has(t, u)) : result_unknown();
}

struct result call_starts(struct eval *e, const struct expr *call)
{
    str t, u;

    return two_texts(e, call, &t, &u) ? result_bool(str_starts(t, u)) : result_unknown();
}

struct result call_ends(struct eval *e, const struct expr *call)
{
    str t, u;

    return two_texts(e, call, &t, &u) ? result_bool(str_ends(t, u)) : result_unknown();
}

struct result call_matches(struct eval *e, const struct expr *call)
{
    struct result t = arg(e, call, 0);

    if (t.type != RESULT_TEXT)
        return result_unknown();
    switch (regex_match(call->args[1]->regex, t.s)) {
    case REGEX_YES:
        return result_bool(true);
    case REGEX_NO:
        return result_bool(false);
    case REGEX_LIMIT:
        break;
    }
    *e->hit_limit = true;
    return result_unknown();
}

struct result call_part(struct eval *e, const struct expr *call)
{
    struct result t = arg(e, call, 0);
    enum regex_found found = REGEX_NO;
    str part = { NULL, 0 };

    if (t.type == RESULT_TEXT)
        found = regex_part(call->args[1]->regex, t.s, &part);
    if (found == REGEX_LIMIT)
        *e->hit_limit = true;
    return found == REGEX_YES && part.n != 0 ? result_text(part) : result_unknown();
}

struct result call_lower(struct eval *e, const struct expr *call)
{
    struct result t = arg(e, call, 0);
    char *copy;

    if (t.type != RESULT_TEXT)
        return t;
    copy = arena_alloc(e->scratch, t.s.n + 1);
    for (size_t i = 0; i < t.s.n; i++)
        copy[i] = to_lower(t.s.p[i]);
    return result_text((str){ copy, t.s.n });
}

struct result call_number(struct eval *e, const struct expr *call)
{
    struct result t = arg(e, call, 0);
    uint64_t u;
    double d;
    str s;

    if (t.type != RESULT_TEXT)
        return result_unknown();
    s = str_trim(t.s);
    if (str_real(s, &d))
        return result_number(d);
    if (str_starts_nocase(s, STR("0x")) && str_hex(s, &u))
        return result_number((double)u);
    /* 1,234 but not a version: 10.0.1 */
    if (str_find_char(s, '.') == STR_NONE && str_grouped(s, &u))
        return result_number((double)u);
    return result_unknown();
}

/* English nouns as rules use them: kill, process, match, copy, day. */
static const char *plural_ending(str *noun)
{
    char last = noun->n != 0 ? noun->p[noun->n - 1] : '\0';
    char before = noun->n > 1 ? noun->p[noun->n - 2] : '\0';

    if (last == 'y' && before != 'a' && before != 'e' && before != 'o') {
        noun->n--;
        return "ies";
    }
    return last == 's' || last == 'x' || (last == 'h' && (before == 's' || before == 'c')) ? "es"
                                                                                           : "s";
}

struct result call_plural(struct eval *e, const struct expr *call)
{
    struct result n = arg(e, call, 0), noun = arg(e, call, 1);
    const char *ending = "";

    if (n.type != RESULT_NUMBER || noun.type != RESULT_TEXT)
        return result_unknown();
    if (n.d != 1)
        ending = plural_ending(&noun.s);
    return result_text(arena_printf(e->scratch, "%.0f %.*s%s", n.d, STR_ARG(noun.s), ending));
}

struct result call_word(struct eval *e, const struct expr *call)
{
    struct result t = arg(e, call, 0), n = arg(e, call, 1);
    str word;

    if (t.type != RESULT_TEXT || n.type != RESULT_NUMBER)
        return result_unknown();
    for (double i = 1; str_word(&t.s, &word); i++) {
        if (i >= n.d)
            return n.d >= 1 ? result_text(word) : result_unknown();
    }
    return result_unknown();
}
