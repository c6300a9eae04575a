/* SPDX-License-Identifier: Apache-2.0 */
/*
 * expr_check: names become selections, fields, lets and functions; every type and unit is settled.
 * An expression that was reported has the type UNKNOWN, and nothing above it is reported for that.
 */
#include "expr.h"
#include "limits.h"
#include "suggest.h"

struct check {
    struct arena *a;
    const struct scope *scope;
    const struct place *place;
    bool failed;
};

static const struct shape condition = { RESULT_BOOL, { 0 } };
static const struct shape plain = { RESULT_NUMBER, { 0 } };
static const struct shape text_shape = { RESULT_TEXT, { 0 } };
static const struct shape wrong = { 0 };

static struct shape check(struct check *c, struct expr *e);

#define FAIL(c, e, code, ...)                                                                      \
    ((c)->failed = true, problem_error((c)->place, (e)->column, (code), __VA_ARGS__))

static bool is_wrong(struct shape s)
{
    return s.type == RESULT_UNKNOWN;
}

static bool want(struct check *c, const struct expr *e, enum result_type type)
{
    if (is_wrong(e->shape))
        return false;
    if (e->shape.type == type)
        return true;
    FAIL(c, e, "rule.type", "%s expected, this is %s", shape_name((struct shape){ type, { 0 } }),
            shape_name(e->shape));
    return false;
}

static const struct scope_selection *find_selection(
        const struct check *c, str name, size_t *ret_index)
{
    for (size_t i = 0; i < c->scope->nselections; i++) {
        if (str_eq(c->scope->selections[i].name, name)) {
            *ret_index = i;
            return &c->scope->selections[i];
        }
    }
    return NULL;
}

static struct shape resolve_ref(
        struct check *c, struct expr *e, const struct kind *kind, enum expr_op op)
{
    str hint = { NULL, 0 };
    struct shape shape;

    e->op = op;
    if (!field_resolve(kind, e->member, &e->ref, &hint)) {
        FAIL(c, e, "rule.unknown-field", "%s has no field '%.*s'%.*s", kind->name,
                STR_ARG(e->member), STR_ARG(problem_hint(c->a, hint)));
        return wrong;
    }
    shape = field_shape(&e->ref);
    if (is_wrong(shape))
        FAIL(c, e, "rule.type", "%s is a map: name an entry, %.*s.%s.Name", e->ref.field->name,
                STR_ARG(e->name), e->ref.field->name);
    return shape;
}

static void unknown_name(struct check *c, const struct expr *e)
{
    const struct scope *s = c->scope;
    struct suggest hint;

    suggest_init(&hint, e->name);
    for (size_t i = 0; i < s->nselections; i++)
        suggest_try(&hint, s->selections[i].name);
    if (e->member.n == 0) {
        for (size_t i = 0; i < s->nlets; i++)
            suggest_try(&hint, s->lets[i].name);
        for (size_t i = 0; s->own != NULL && i < s->own->nfields; i++)
            suggest_try(&hint, str_z(s->own->fields[i].name));
    } else {
        suggest_try(&hint, STR("host"));
        suggest_try(&hint, STR("limit"));
    }
    FAIL(c, e, "rule.unknown-name", "nothing is called '%.*s' here%.*s", STR_ARG(e->name),
            STR_ARG(problem_hint(c->a, hint.best)));
}

/* "bytes" or "data.Name" in the "say" of a selection. */
static bool resolve_own(struct check *c, struct expr *e, struct shape *ret)
{
    str whole = e->name, hint;
    struct field_ref ref;

    if (c->scope->own == NULL)
        return false;
    if (e->member.n != 0)
        whole = arena_printf(c->a, "%.*s.%.*s", STR_ARG(e->name), STR_ARG(e->member));
    if (!field_resolve(c->scope->own, whole, &ref, &hint))
        return false;
    e->op = EXPR_OWN;
    e->ref = ref;
    e->varies = true;
    *ret = field_shape(&ref);
    if (is_wrong(*ret))
        FAIL(c, e, "rule.type", "%s is a map: name an entry, %s.Name", ref.field->name,
                ref.field->name);
    return true;
}

static struct shape check_name(struct check *c, struct expr *e)
{
    const struct scope *s = c->scope;
    const struct scope_selection *selection;
    struct shape shape;

    if (resolve_own(c, e, &shape))
        return shape;
    for (size_t i = 0; e->member.n == 0 && i < s->nlets; i++) {
        if (str_eq(s->lets[i].name, e->name)) {
            e->op = EXPR_LET;
            e->index = i;
            e->varies = s->lets[i].expr == NULL || s->lets[i].expr->varies;
            e->slot = s->lets[i].slot;
            return s->lets[i].expr != NULL ? s->lets[i].expr->shape : wrong;
        }
    }
    selection = find_selection(c, e->name, &e->index);
    if (selection != NULL && e->member.n == 0) {
        FAIL(c, e, "rule.type", "'%.*s' is a selection: write %.*s.FIELD, or count(%.*s)",
                STR_ARG(e->name), STR_ARG(e->name), STR_ARG(e->name));
        return wrong;
    }
    if (selection != NULL) {
        e->varies = selection->narrowed;
        return selection->kind != NULL ? resolve_ref(c, e, selection->kind, EXPR_FIELD) : wrong;
    }
    if (e->member.n != 0 && s->host != NULL && str_eq(e->name, STR("host"))) {
        *s->uses_host = true;
        return resolve_ref(c, e, s->host, EXPR_HOST);
    }
    if (e->member.n != 0 && s->limit != NULL && str_eq(e->name, STR("limit"))) {
        *s->uses_host = true;
        return resolve_ref(c, e, s->limit, EXPR_LIMIT);
    }
    unknown_name(c, e);
    return wrong;
}

/* An argument that names a selection, with or without field. */
static void check_selection(struct check *c, struct expr *e, char kind)
{
    const struct scope_selection *selection;

    if (e->op != EXPR_NAME || (kind == 's' && e->member.n != 0) ||
            ((kind == 'f' || kind == 'n') && e->member.n == 0)) {
        FAIL(c, e, "rule.type", "%s expected",
                kind == 's'   ? "the name of a selection"
                : kind == 'e' ? "a selection, or selection.field"
                              : "selection.field");
        return;
    }
    selection = find_selection(c, e->name, &e->index);
    if (selection == NULL) {
        unknown_name(c, e);
        return;
    }
    e->varies = selection->narrowed;
    if (e->member.n == 0) {
        e->op = EXPR_SELECTION;
    } else if (selection->kind != NULL) {
        e->shape = resolve_ref(c, e, selection->kind, EXPR_FIELD);
        if (kind == 'n')
            (void)want(c, e, RESULT_NUMBER);
    }
}

static void check_regex(struct check *c, struct expr *e)
{
    str error;
    uint32_t offset;

    if (e->op != EXPR_LITERAL || e->shape.type != RESULT_TEXT) {
        FAIL(c, e, "rule.type", "a pattern in quotes expected");
        return;
    }
    e->regex = regex_create(c->a, c->scope->regexes, e->literal.s, &error, &offset);
    if (e->regex == NULL) {
        c->failed = true;
        problem_error(c->place, e->column + 1 + offset, "rule.regex", "%.*s", STR_ARG(error));
    }
}

static void check_argument(struct check *c, struct expr *e, char kind)
{
    if (kind == 's' || kind == 'f' || kind == 'n' || kind == 'e') {
        check_selection(c, e, kind);
        return;
    }
    e->shape = check(c, e);
    if (kind == 'x') {
        (void)want(c, e, RESULT_NUMBER);
    } else if (kind == 't') {
        (void)want(c, e, RESULT_TEXT);
    } else if (kind == 'b') {
        (void)want(c, e, RESULT_BOOL);
    } else if (kind == 'r') {
        check_regex(c, e);
    } else if (kind == 'd' && want(c, e, RESULT_NUMBER)) {
        struct dim seconds = dim_of(UNIT_SECONDS), dim;

        if (!dim_unify(e->shape.dim, seconds, &dim))
            FAIL(c, e, "rule.unit", "seconds expected, this is %s", shape_name(e->shape));
    }
}

/* Two values that must be of one type and go together in units. */
static struct shape unify(
        struct check *c, const struct expr *at, const struct expr *x, const struct expr *y)
{
    struct shape shape = x->shape;

    if (is_wrong(x->shape) || is_wrong(y->shape))
        return wrong;
    if (x->shape.type != y->shape.type) {
        FAIL(c, at, "rule.type", "%s does not go with %s", shape_name(x->shape),
                shape_name(y->shape));
        return wrong;
    }
    if (shape.type == RESULT_NUMBER && !dim_unify(x->shape.dim, y->shape.dim, &shape.dim)) {
        FAIL(c, at, "rule.unit", "%s does not go with %s", shape_name(x->shape),
                shape_name(y->shape));
        return wrong;
    }
    return shape;
}

static struct shape call_shape(struct check *c, struct expr *e)
{
    struct expr *const *args = e->args;
    struct shape shape = plain;
    struct dim second = dim_of(UNIT_SECONDS);

    switch (e->function->gives) {
    case 'b':
        return condition;
    case 't':
        return text_shape;
    case 'T':
        return (struct shape){ RESULT_TIME, { 0 } };
    case '%':
        shape.dim = dim_of(UNIT_RATIO);
        return !is_wrong(unify(c, e, args[0], args[1])) ? shape : wrong;
    case 'f':
        return args[0]->shape;
    case '/':
        shape = args[0]->shape;
        if (shape.type == RESULT_NUMBER && !dim_divide(shape.dim, second, &shape.dim))
            shape.dim = dim_of(UNIT_NONE);
        return shape;
    case 'u':
        return unify(c, e, args[0], args[1]);
    case '2':
        return unify(c, e, args[1], args[2]);
    default:
        return plain;
    }
}

/* Exact in name and number of arguments; *ret_any: of that name. */
static const struct function *find_function(const struct expr *e, const struct function **ret_any)
{
    *ret_any = NULL;
    for (const struct function *f = functions; f->name != NULL; f++) {
        if (!str_is(e->name, f->name))
            continue;
        *ret_any = f;
        if (str_z(f->args).n == e->nargs)
            return f;
    }
    return NULL;
}

static void unknown_function(struct check *c, const struct expr *e)
{
    struct suggest hint;

    suggest_init(&hint, e->name);
    for (const struct function *f = functions; f->name != NULL; f++)
        suggest_try(&hint, str_z(f->name));
    FAIL(c, e, "rule.unknown-function", "no function '%.*s'%.*s", STR_ARG(e->name),
            STR_ARG(problem_hint(c->a, hint.best)));
}

static struct shape check_call(struct check *c, struct expr *e)
{
    const struct function *any;
    bool before = c->failed, failed;

    e->function = find_function(e, &any);
    if (e->function == NULL) {
        if (any != NULL)
            FAIL(c, e, "rule.arguments", "it takes %s", any->signature);
        else
            unknown_function(c, e);
        return wrong;
    }
    c->failed = false;
    for (size_t i = 0; i < e->nargs; i++) {
        check_argument(c, e->args[i], e->function->args[i]);
        e->varies = e->varies || e->args[i]->varies;
    }
    failed = c->failed;
    c->failed = before || failed;
    if (failed)
        return wrong;
    /* Walks over all facts of a selection are worth keeping; what a "say" computes differs from
     * fact to fact. */
    if (c->scope->own == NULL)
        e->slot = ++*c->scope->slots;
    return call_shape(c, e);
}

static struct shape check_sum(struct check *c, const struct expr *e)
{
    const struct expr *x = e->args[0], *y = e->args[1];
    struct shape seconds = { RESULT_NUMBER, dim_of(UNIT_SECONDS) };
    struct dim dim;

    if (is_wrong(x->shape) || is_wrong(y->shape))
        return wrong;
    if (x->shape.type == RESULT_TIME && y->shape.type == RESULT_TIME && e->op == EXPR_SUB)
        return seconds;
    if (x->shape.type == RESULT_TIME && y->shape.type == RESULT_NUMBER &&
            dim_unify(y->shape.dim, seconds.dim, &dim) && dim_equal(dim, seconds.dim))
        return x->shape;
    if (!want(c, x, RESULT_NUMBER) || !want(c, y, RESULT_NUMBER))
        return wrong;
    return unify(c, e, x, y);
}

static struct shape check_product(struct check *c, const struct expr *e)
{
    const struct expr *x = e->args[0], *y = e->args[1];
    struct shape shape = plain;
    bool ok;

    if (!want(c, x, RESULT_NUMBER) || !want(c, y, RESULT_NUMBER))
        return wrong;
    ok = e->op == EXPR_MUL ? dim_multiply(x->shape.dim, y->shape.dim, &shape.dim)
                           : dim_divide(x->shape.dim, y->shape.dim, &shape.dim);
    if (ok)
        return shape;
    FAIL(c, e, "rule.unit", "%s %s %s measures nothing", dim_name(x->shape.dim),
            e->op == EXPR_MUL ? "times" : "divided by", dim_name(y->shape.dim));
    return wrong;
}

static struct shape check_compare(struct check *c, const struct expr *e)
{
    struct shape shape = unify(c, e, e->args[0], e->args[1]);

    if (e->op != EXPR_EQ && e->op != EXPR_NE &&
            (shape.type == RESULT_TEXT || shape.type == RESULT_BOOL)) {
        FAIL(c, e, "rule.type", "%s has no order", shape_name(shape));
        return wrong;
    }
    return is_wrong(shape) ? wrong : condition;
}

static struct shape check_in(struct check *c, const struct expr *e)
{
    const struct expr *list = e->args[1];

    for (size_t i = 0; i < list->nargs; i++) {
        if (is_wrong(unify(c, list->args[i], e->args[0], list->args[i])))
            return wrong;
    }
    return condition;
}

/* Depth is bounded by the parser. */
static struct shape check_node(struct check *c, struct expr *e)
{
    if (e->op == EXPR_LITERAL || e->op == EXPR_LIST)
        return e->shape;
    if (e->op == EXPR_NAME)
        return check_name(c, e);
    if (e->op == EXPR_CALL)
        return check_call(c, e);
    for (size_t i = 0; i < e->nargs; i++) {
        (void)check(c, e->args[i]);
        e->varies = e->varies || e->args[i]->varies;
    }
    switch (e->op) {
    case EXPR_NOT:
        return want(c, e->args[0], RESULT_BOOL) ? condition : wrong;
    case EXPR_MINUS:
        return want(c, e->args[0], RESULT_NUMBER) ? e->args[0]->shape : wrong;
    case EXPR_OR:
    case EXPR_AND: {
        bool left = want(c, e->args[0], RESULT_BOOL), right = want(c, e->args[1], RESULT_BOOL);

        return left && right ? condition : wrong;
    }
    case EXPR_ADD:
    case EXPR_SUB:
        return check_sum(c, e);
    case EXPR_MUL:
    case EXPR_DIV:
        return check_product(c, e);
    case EXPR_IN:
        return check_in(c, e);
    default:
        return check_compare(c, e);
    }
}

/* A let is as deep as what it stands for: evaluation goes through it. */
static struct shape check(struct check *c, struct expr *e)
{
    e->shape = check_node(c, e);
    if (e->op == EXPR_LET && c->scope->lets[e->index].expr != NULL)
        e->depth = c->scope->lets[e->index].expr->depth + 1;
    for (size_t i = 0; i < e->nargs; i++)
        e->depth = e->args[i]->depth >= e->depth ? e->args[i]->depth + 1 : e->depth;
    if (e->depth > LIMIT_NESTING && !c->failed)
        FAIL(c, e, "rule.depth", "nested too deeply");
    return e->shape;
}

bool expr_check(struct arena *a, struct expr *e, const struct scope *scope, enum result_type type,
        const struct place *place)
{
    struct check c = { .a = a, .scope = scope, .place = place };

    (void)check(&c, e);
    if (type != RESULT_UNKNOWN && !c.failed)
        (void)want(&c, e, type);
    return !c.failed;
}
