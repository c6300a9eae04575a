/* SPDX-License-Identifier: Apache-2.0 */
/*
 * operators: what a matcher can ask of a field. A row of the table names an operator, the fields it
 * applies to, how its operand is read and how it is matched. A new operator is one row, two
 * functions, and lines in tests/rules/operators.test.
 */
#include "limits.h"
#include "select.h"

#define ON_BOOL (1u << RESULT_BOOL)
#define ON_NUMBER (1u << RESULT_NUMBER)
#define ON_TEXT (1u << RESULT_TEXT)
#define ON_ALL (ON_BOOL | ON_NUMBER | ON_TEXT | (1u << RESULT_TIME) | (1u << RESULT_UNKNOWN))

static bool report(
        const struct select_load *l, const struct json *node, const char *code, const char *what)
{
    struct place place = place_node(l->file, node);

    problem_error(&place, 0, code, "%s", what);
    return false;
}

static bool load_number(const struct select_load *l, const struct test *t, const struct json *node,
        struct result *ret)
{
    struct place place = place_node(l->file, node);
    struct dim dim = { 0 };
    double d = node->number;

    if (node->type == JSON_STRING && !quantity_parse(node->text, &d, &dim)) {
        problem_error(
                &place, 0, "rule.unit", "'%.*s' is no number with a unit", STR_ARG(node->text));
        return false;
    }
    if (node->type != JSON_NUMBER && node->type != JSON_STRING)
        return report(l, node, "rule.type", "a number expected");
    if (!dim_unify(dim, t->shape.dim, &dim) ||
            (!dim_plain(t->shape.dim) && !dim_equal(dim, t->shape.dim))) {
        problem_error(&place, 0, "rule.unit", "%s is measured in %s", t->ref.field->name,
                dim_name(t->shape.dim));
        return false;
    }
    *ret = result_number(d);
    return ret->type != RESULT_UNKNOWN || report(l, node, "rule.type", "out of range");
}

/* One value of the field's own type. */
static bool load_value(const struct select_load *l, const struct test *t, const struct json *node,
        struct result *ret)
{
    switch (t->shape.type) {
    case RESULT_NUMBER:
        return load_number(l, t, node, ret);
    case RESULT_TEXT:
        if (node->type != JSON_STRING || node->text.n == 0)
            return report(l, node, "rule.type", "a text expected");
        *ret = result_text(node->text);
        return true;
    case RESULT_BOOL:
        if (node->type != JSON_BOOL)
            return report(l, node, "rule.type", "true or false expected");
        *ret = result_bool(node->number != 0);
        return true;
    case RESULT_UNKNOWN:
    case RESULT_TIME:
        break;
    }
    return report(l, node, "rule.type", "this field can only be asked whether it exists");
}

/* One value or a list. */
static bool load_values(const struct select_load *l, struct test *t, const struct json *operand)
{
    bool list = operand->type == JSON_ARRAY, ok = true;
    const struct json *c = list ? operand->child : operand;

    if (c == NULL)
        return report(l, operand, "rule.type", "an empty list matches nothing");
    t->values = arena_array(l->a, struct result, list ? json_count(operand) : 1);
    for (; c != NULL; c = list ? c->next : NULL)
        ok = load_value(l, t, c, &t->values[t->nvalues++]) && ok;
    return ok;
}

static bool load_nocase(const struct select_load *l, struct test *t, const struct json *operand)
{
    t->nocase = true;
    return load_values(l, t, operand);
}

static bool load_single(const struct select_load *l, struct test *t, const struct json *operand)
{
    if (operand->type == JSON_ARRAY)
        return report(l, operand, "rule.type", "one number expected");
    return load_values(l, t, operand);
}

static bool load_between(const struct select_load *l, struct test *t, const struct json *operand)
{
    if (operand->type != JSON_ARRAY || json_count(operand) != 2)
        return report(l, operand, "rule.type", "a list of two numbers expected");
    if (!load_values(l, t, operand))
        return false;
    if (t->values[0].d > t->values[1].d)
        return report(l, operand, "rule.type", "the lower end stands first");
    return true;
}

static bool load_regex(const struct select_load *l, struct test *t, const struct json *operand)
{
    struct place place = place_node(l->file, operand);
    uint32_t offset, added = t->nocase ? sizeof("(?i)") - 1 : 0;
    str pattern, error;

    if (operand->type != JSON_STRING)
        return report(l, operand, "rule.type", "a pattern expected");
    pattern = arena_printf(l->a, "%s%.*s", t->nocase ? "(?i)" : "", STR_ARG(operand->text));
    t->regex = regex_create(l->a, l->regexes, pattern, &error, &offset);
    if (t->regex != NULL)
        return true;
    problem_error(
            &place, offset > added ? offset - added + 1 : 1, "rule.regex", "%.*s", STR_ARG(error));
    return false;
}

static bool load_exists(const struct select_load *l, struct test *t, const struct json *operand)
{
    if (operand->type != JSON_BOOL)
        return report(l, operand, "rule.type", "true or false expected");
    t->want = operand->number != 0;
    return true;
}

/* family:number; what families there are is the parsers' affair. */
static bool load_code(const struct select_load *l, struct test *t, const struct json *operand)
{
    bool ok = load_values(l, t, operand);

    t->nocase = true; /* hexadecimal digits */
    for (size_t i = 0; ok && i < t->nvalues; i++) {
        str number = t->values[i].s, family = str_cut(&number, ':');

        if (family.n == 0 || number.n == 0)
            ok = report(l, operand, "rule.type", "codes are written family:number, as win32:1450");
    }
    return ok;
}

static bool same(const struct test *t, struct result x, struct result y)
{
    if (t->nocase && x.type == RESULT_TEXT && y.type == RESULT_TEXT)
        return str_eq_nocase(x.s, y.s);
    return result_equal(x, y);
}

static bool holds_any(const struct test *t, struct result value, bool *hit_limit)
{
    (void)hit_limit;
    for (size_t i = 0; i < t->nvalues; i++) {
        if (same(t, value, t->values[i]))
            return true;
    }
    return false;
}

static bool holds_none(const struct test *t, struct result value, bool *hit_limit)
{
    return !holds_any(t, value, hit_limit);
}

static bool holds_gt(const struct test *t, struct result value, bool *hit_limit)
{
    (void)hit_limit;
    return value.d > t->values[0].d;
}

static bool holds_ge(const struct test *t, struct result value, bool *hit_limit)
{
    (void)hit_limit;
    return value.d >= t->values[0].d;
}

static bool holds_lt(const struct test *t, struct result value, bool *hit_limit)
{
    (void)hit_limit;
    return value.d < t->values[0].d;
}

static bool holds_le(const struct test *t, struct result value, bool *hit_limit)
{
    (void)hit_limit;
    return value.d <= t->values[0].d;
}

static bool holds_between(const struct test *t, struct result value, bool *hit_limit)
{
    (void)hit_limit;
    return value.d >= t->values[0].d && value.d <= t->values[1].d;
}

static bool holds_prefix(const struct test *t, struct result value, bool *hit_limit)
{
    (void)hit_limit;
    for (size_t i = 0; i < t->nvalues; i++) {
        if (t->nocase ? str_starts_nocase(value.s, t->values[i].s)
                      : str_starts(value.s, t->values[i].s))
            return true;
    }
    return false;
}

static bool holds_suffix(const struct test *t, struct result value, bool *hit_limit)
{
    (void)hit_limit;
    for (size_t i = 0; i < t->nvalues; i++) {
        str want = t->values[i].s;
        str end = value.s.n >= want.n ? str_from(value.s, value.s.n - want.n) : STR("");

        if (t->nocase ? str_eq_nocase(end, want) : str_eq(end, want))
            return true;
    }
    return false;
}

static bool holds_contains(const struct test *t, struct result value, bool *hit_limit)
{
    (void)hit_limit;
    for (size_t i = 0; i < t->nvalues; i++) {
        if ((t->nocase ? str_find_nocase(value.s, t->values[i].s)
                       : str_find(value.s, t->values[i].s)) != STR_NONE)
            return true;
    }
    return false;
}

static bool holds_regex(const struct test *t, struct result value, bool *hit_limit)
{
    enum regex_found found = regex_match(t->regex, value.s);

    if (found == REGEX_LIMIT)
        *hit_limit = true;
    return found == REGEX_YES;
}

static bool holds_exists(const struct test *t, struct result value, bool *hit_limit)
{
    bool map = t->ref.field->type == VALUE_MAP && t->ref.member.n == 0;

    (void)hit_limit;
    return (map ? value.b : value.type != RESULT_UNKNOWN) == t->want;
}

/* The first row is what a bare value or list means. */
const struct operator operators[] = {
    { "eq", "a value or a list", "equal to one of them; the same as the bare value",
            ON_BOOL | ON_NUMBER | ON_TEXT, true, true, load_values, holds_any },
    { "nocase", "a text or a list",
            "equal, ASCII letters of either case; true beside another operator: that one in either case",
            ON_TEXT, true, true, load_nocase, holds_any },
    { "ne", "a value or a list", "present and none of them", ON_BOOL | ON_NUMBER | ON_TEXT, false,
            false, load_values, holds_none },
    { "gt", "a number", "greater", ON_NUMBER, false, false, load_single, holds_gt },
    { "ge", "a number", "greater or equal", ON_NUMBER, false, false, load_single, holds_ge },
    { "lt", "a number", "less", ON_NUMBER, false, false, load_single, holds_lt },
    { "le", "a number", "less or equal", ON_NUMBER, false, false, load_single, holds_le },
    { "between", "two numbers", "not less than the first, not greater than the second", ON_NUMBER,
            false, false, load_between, holds_between },
    { "prefix", "a text or a list", "starts with one of them", ON_TEXT, false, true, load_values,
            holds_prefix },
    { "suffix", "a text or a list", "ends with one of them", ON_TEXT, false, true, load_values,
            holds_suffix },
    { "contains", "a text or a list", "holds one of them", ON_TEXT, false, true, load_values,
            holds_contains },
    { "regex", "a pattern", "PCRE2 finds a match", ON_TEXT, false, false, load_regex, holds_regex },
    { "exists", "true or false", "the field is present, absent", ON_ALL, false, false, load_exists,
            holds_exists },
    { "code", "a code or a list", "a canonical code field is one of these: win32:1450", ON_TEXT,
            true, true, load_code, holds_any },
    { NULL, NULL, NULL, 0, false, false, NULL, NULL },
};
