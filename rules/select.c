/* SPDX-License-Identifier: Apache-2.0 */
/*
 * select: reads the objects of "evidence" into tests and runs them. What operators there are and
 * what they do stands in operators.c.
 */
#include "select.h"

#include "limits.h"
#include "literals.h"
#include "suggest.h"

static const struct operator* find_operator(str name)
{
    for (const struct operator* op = operators; op->name != NULL; op++) {
        if (str_is(name, op->name))
            return op;
    }
    return NULL;
}

static void unknown_operator(const struct select_load *l, const struct json *node)
{
    struct place place = place_node(l->file, node);
    struct suggest hint;

    suggest_init(&hint, node->key);
    for (const struct operator* op = operators; op->name != NULL; op++)
        suggest_try(&hint, str_z(op->name));
    problem_error(&place, 0, "rule.unknown-operator", "no operator '%.*s'%.*s", STR_ARG(node->key),
            STR_ARG(problem_hint(l->a, hint.best)));
}

static bool load_test(const struct select_load *l, const struct field_ref *ref,
        const struct operator* op, const struct json *operand, bool nocase, struct test *ret)
{
    struct place place = place_node(l->file, operand);

    *ret = (struct test){ .op = op, .ref = *ref, .shape = field_shape(ref), .nocase = nocase };
    if (ret->shape.type == RESULT_UNKNOWN && (op->types & (1u << RESULT_UNKNOWN)) == 0) {
        problem_error(&place, 0, "rule.type", "%s is a map: name an entry, \"%s.Name\"",
                ref->field->name, ref->field->name);
        return false;
    }
    if ((op->types & (1u << ret->shape.type)) == 0) {
        problem_error(&place, 0, "rule.type", "'%s' does not apply to %s, which is %s", op->name,
                ref->field->name, shape_name(ret->shape));
        return false;
    }
    return op->compile(l, ret, operand);
}

/* { "prefix": "x", "nocase": true }: "nocase": true tells how the others compare. */
static bool load_operators(const struct select_load *l, const struct field_ref *ref,
        const struct json *object, struct match *m)
{
    const struct json *flag = json_get(object, STR("nocase"));
    bool nocase = flag != NULL && flag->type == JSON_BOOL, ok = true;
    struct place place = place_node(l->file, object);

    if (object->child == NULL || (nocase && json_count(object) == 1)) {
        problem_error(&place, 0, "rule.type", "an operator expected");
        return false;
    }
    for (const struct json *c = object->child; c != NULL; c = c->next) {
        const struct operator* op = find_operator(c->key);

        if (nocase && c == flag)
            continue;
        if (op == NULL) {
            unknown_operator(l, c);
            ok = false;
            continue;
        }
        if (load_test(l, ref, op, c, nocase && flag->number != 0, &m->tests[m->ntests]))
            m->ntests++;
        else
            ok = false;
    }
    return ok;
}

static bool load_field(const struct select_load *l, const struct json *node, struct match *m)
{
    struct place place = place_node(l->file, node);
    struct field_ref ref;
    str hint = { NULL, 0 };

    if (!field_resolve(l->kind, node->key, &ref, &hint)) {
        problem_error(&place, 0, "rule.unknown-field", "%s has no field '%.*s'%.*s", l->kind->name,
                STR_ARG(node->key), STR_ARG(problem_hint(l->a, hint)));
        return false;
    }
    if (node->type == JSON_OBJECT)
        return load_operators(l, &ref, node, m);
    if (!load_test(l, &ref, &operators[0], node, false, &m->tests[m->ntests]))
        return false;
    m->ntests++;
    return true;
}

/* One object, or a list of them. */
static bool load_branches(const struct select_load *l, const struct json *node, bool list_only,
        struct match **ret, size_t *ret_n)
{
    const struct json *first = node->type == JSON_ARRAY ? node->child : node;
    struct place place = place_node(l->file, node);
    bool ok = true;

    if ((node->type != JSON_ARRAY && (list_only || node->type != JSON_OBJECT)) || first == NULL) {
        problem_error(&place, 0, "rule.type",
                list_only ? "a list of objects expected" : "an object or a list of them expected");
        return false;
    }
    *ret = arena_array(l->a, struct match, node->type == JSON_ARRAY ? json_count(node) : 1);
    *ret_n = 0;
    for (const struct json *c = first; c != NULL; c = node->type == JSON_ARRAY ? c->next : NULL) {
        if (match_load(l, c, "", &(*ret)[*ret_n]))
            (*ret_n)++;
        else
            ok = false;
    }
    return ok;
}

static bool is_skipped(const char *skip, str key)
{
    str rest = str_z(skip), word;

    while (str_word(&rest, &word)) {
        if (str_eq(word, key))
            return true;
    }
    return false;
}

/* Nesting is bounded by that of JSON. */
bool match_load(
        const struct select_load *l, const struct json *object, const char *skip, struct match *ret)
{
    struct place place = place_node(l->file, object);
    size_t most = 0;
    bool ok = true;

    *ret = (struct match){ 0 };
    if (object->type != JSON_OBJECT) {
        problem_error(&place, 0, "rule.type", "an object of fields and matchers expected");
        return false;
    }
    for (const struct json *c = object->child; c != NULL; c = c->next)
        most += c->type == JSON_OBJECT ? json_count(c) : 1;
    ret->tests = arena_array(l->a, struct test, most + 1);
    for (const struct json *c = object->child; c != NULL; c = c->next) {
        if (is_skipped(skip, c->key))
            continue;
        if (str_eq(c->key, STR("any")))
            ok = load_branches(l, c, true, &ret->any, &ret->nany) && ok;
        else if (str_eq(c->key, STR("not")))
            ok = load_branches(l, c, false, &ret->not, &ret->nnot) && ok;
        else
            ok = load_field(l, c, ret) && ok;
    }
    return ok;
}

static bool test_holds(const struct test *t, const struct fact *fact, bool *hit_limit)
{
    struct result value = fact_result(fact, &t->ref);

    /* A whole map is neither value nor unknown; only "exists" may ask for it. */
    if (t->ref.field->type == VALUE_MAP && t->ref.member.n == 0)
        value = result_bool(fact->values[t->ref.index].type == VALUE_MAP);
    if (value.type == RESULT_UNKNOWN && (t->op->types & (1u << RESULT_UNKNOWN)) == 0)
        return false;
    return t->op->holds(t, value, hit_limit);
}

/*
 * A pattern that ran into its limit has not matched, and is told of only where nothing else speaks
 * against the fact: so it does not matter whether an index had passed the fact over.
 */
bool match_holds(const struct match *m, const struct fact *fact, bool *hit_limit)
{
    bool any = m->nany == 0, tests_over = false, not_over = false, any_over = false;

    for (size_t i = 0; i < m->ntests; i++) {
        bool over = false;

        if (!test_holds(&m->tests[i], fact, &over) && !over)
            return false;
        tests_over = tests_over || over;
    }
    for (size_t i = 0; i < m->nnot; i++) {
        if (match_holds(&m->not [i], fact, &not_over))
            return false;
    }
    for (size_t i = 0; i < m->nany && !any; i++)
        any = match_holds(&m->any[i], fact, &any_over);
    if (!any && !any_over)
        return false;
    *hit_limit = *hit_limit || tests_over || not_over || any_over;
    return any && !tests_over;
}

bool match_may_hold(const struct match *m, const struct fact *fact, uint64_t known)
{
    bool any = m->nany == 0;

    for (size_t i = 0; i < m->ntests; i++) {
        size_t field = m->tests[i].ref.index;
        bool over = false;

        if (field < 64 && (known >> field & 1) != 0 && !test_holds(&m->tests[i], fact, &over) &&
                !over)
            return false;
    }
    for (size_t i = 0; i < m->nany && !any; i++)
        any = match_may_hold(&m->any[i], fact, known);
    return any;
}

static void ignore(void *ctx, struct result literal)
{
    (void)ctx, (void)literal;
}

bool match_literals(const struct match *m, size_t field, str member,
        void (*each)(void *ctx, struct result literal), void *ctx)
{
    bool all = m->nany != 0;

    for (size_t i = 0; i < m->ntests; i++) {
        const struct test *t = &m->tests[i];

        if (!t->op->literal || t->ref.index != field || !str_eq(t->ref.member, member))
            continue;
        for (size_t k = 0; k < t->nvalues; k++)
            each(ctx, t->values[k]);
        return true;
    }
    for (size_t i = 0; i < m->nany; i++)
        all = all && match_literals(&m->any[i], field, member, ignore, NULL);
    for (size_t i = 0; i < m->nany && all; i++)
        (void)match_literals(&m->any[i], field, member, each, ctx);
    return all;
}

bool match_is_slow(const struct match *m)
{
    bool slow = false;

    for (size_t i = 0; i < m->ntests; i++) {
        const struct test *t = &m->tests[i];

        if (t->regex == NULL)
            return false;
        slow = slow || regex_literals(t->regex)->n == 0;
    }
    return slow;
}
