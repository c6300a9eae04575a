/* SPDX-License-Identifier: Apache-2.0 */
/* load_evidence: the selections of a rule and the fields that split it into groups. */
#include "limits.h"
#include "loader.h"
#include "suggest.h"

static bool is_identifier(str s)
{
    if (s.n == 0 || is_digit(s.p[0]))
        return false;
    for (size_t i = 0; i < s.n; i++) {
        if (!is_alnum(s.p[i]) && s.p[i] != '_')
            return false;
    }
    return true;
}

bool check_name(struct loader *l, const struct json *node)
{
    static const char *const reserved[] = { "true", "false", "in", "host", "limit" };
    struct place place = place_node(&l->file, node);
    bool taken = false;

    if (!is_identifier(node->key)) {
        problem_error(&place, 0, "rule.name",
                "a name is made of letters, digits and _, and starts with no digit");
        return false;
    }
    for (size_t i = 0; i < sizeof(reserved) / sizeof(reserved[0]); i++)
        taken = taken || str_eq(node->key, str_z(reserved[i]));
    for (size_t i = 0; i < l->scope.nselections; i++)
        taken = taken || str_eq(node->key, l->scope.selections[i].name);
    if (taken)
        problem_error(&place, 0, "rule.name", "the name '%.*s' is taken", STR_ARG(node->key));
    return !taken;
}

static const struct kind *load_kind(struct loader *l, const struct json *object)
{
    const struct json *node = json_get(object, STR("fact"));
    struct place place = place_node(&l->file, node != NULL ? node : object);
    const struct kind *kind;
    struct suggest hint;

    if (json_text(node).n == 0) {
        problem_error(&place, 0, node == NULL ? "rule.missing-key" : "rule.type",
                "\"fact\" must name a kind of fact");
        return NULL;
    }
    kind = kind_find(l->rs->kinds, node->text);
    if (kind != NULL)
        return kind;
    suggest_init(&hint, node->text);
    for (const struct kind *const *k = l->rs->kinds; *k != NULL; k++)
        suggest_try(&hint, str_z((*k)->name));
    problem_error(&place, 0, "rule.unknown-kind", "no kind of fact '%.*s'%.*s", STR_ARG(node->text),
            STR_ARG(problem_hint(l->a, hint.best)));
    return NULL;
}

static void load_show(struct loader *l, const struct json *node, struct selection *s)
{
    struct place place;

    s->show = SIZE_MAX;
    if (node == NULL)
        return;
    place = place_node(&l->file, node);
    if (node->type != JSON_NUMBER || node->number < 0 || node->number > LIMIT_EVIDENCE ||
            node->number != (double)(size_t)node->number)
        problem_error(&place, 0, "rule.value", "a whole number from 0 to %d", LIMIT_EVIDENCE);
    else
        s->show = (size_t)node->number;
}

static void load_host(struct loader *l, const struct json *node, struct selection *s)
{
    struct place place;

    if (node == NULL)
        return;
    place = place_node(&l->file, node);
    s->any_host = str_eq(json_text(node), STR("any"));
    if (!s->any_host)
        problem_error(&place, 0, "rule.value", "\"host\" can only be \"any\"");
}

/* "say": expressions in which the fact's own fields go by their bare names. */
static void load_say(struct loader *l, const struct json *node, struct selection *s)
{
    if (node == NULL || s->kind == NULL)
        return;
    l->scope.own = s->kind;
    s->say = (struct template *)(uintptr_t)load_template(l, node);
    l->scope.own = NULL;
}

static void load_selection(struct loader *l, const struct json *node, struct selection *s)
{
    struct select_load load = { l->a, NULL, &l->rs->regexes, &l->file };
    struct place place = place_node(&l->file, node);

    s->name = node->key;
    if (node->type != JSON_OBJECT) {
        problem_error(&place, 0, "rule.type", "an object with \"fact\" and matchers expected");
        return;
    }
    load.kind = s->kind = load_kind(l, node);
    load_show(l, json_get(node, STR("show")), s);
    load_host(l, json_get(node, STR("host")), s);
    if (s->kind == NULL)
        return;
    if (match_load(&load, node, "fact say show host", &s->match) && l->rs->base == NULL &&
            match_is_slow(&s->match))
        problem_warning(&place, 0, "rule.slow-regex",
                "a pattern without a literal of %d bytes, and nothing else narrows the search",
                LIMIT_LITERAL);
}

void load_evidence(struct loader *l, const struct json *node)
{
    struct rule *rule = l->rule;
    struct place place = place_node(&l->file, node);
    size_t n = json_count(node), i = 0;

    if (n == 0) {
        problem_error(&place, 0, "rule.type", "at least one selection expected");
        return;
    }
    rule->selections = arena_array(l->a, struct selection, n);
    l->names = arena_array(l->a, struct scope_selection, n);
    for (const struct json *c = node->child; c != NULL; c = c->next) {
        (void)check_name(l, c);
        load_selection(l, c, &rule->selections[i]);
        l->names[i] = (struct scope_selection){ c->key, rule->selections[i].kind, false };
        i++;
        l->scope.selections = l->names;
        l->scope.nselections = rule->nselections = i;
    }
}

void load_says(struct loader *l, const struct json *evidence)
{
    size_t i = 0;

    for (const struct json *c = evidence->child; c != NULL; c = c->next, i++)
        load_say(l, json_get(c, STR("say")), &l->rule->selections[i]);
}

bool find_selection(struct loader *l, const struct json *node, str name, size_t *ret)
{
    struct place place = place_node(&l->file, node);
    struct suggest hint;

    for (size_t i = 0; i < l->scope.nselections; i++) {
        if (str_eq(l->scope.selections[i].name, name)) {
            *ret = i;
            return true;
        }
    }
    suggest_init(&hint, name);
    for (size_t i = 0; i < l->scope.nselections; i++)
        suggest_try(&hint, l->scope.selections[i].name);
    problem_error(&place, 1, "rule.unknown-name", "no selection '%.*s'%.*s", STR_ARG(name),
            STR_ARG(problem_hint(l->a, hint.best)));
    return false;
}

static bool load_each_one(struct loader *l, const struct json *node, struct each *ret)
{
    struct place place = place_node(&l->file, node);
    str field = json_text(node), name = str_cut(&field, '.'), hint = { NULL, 0 };
    const struct kind *kind;
    struct shape shape, first;

    if (name.n == 0 || field.n == 0) {
        problem_error(&place, 0, "rule.type", "\"selection.field\" expected");
        return false;
    }
    if (!find_selection(l, node, name, &ret->selection))
        return false;
    if (l->names[ret->selection].narrowed) {
        problem_error(&place, 0, "rule.name", "'%.*s' is narrowed twice", STR_ARG(name));
        return false;
    }
    l->names[ret->selection].narrowed = true;
    kind = l->names[ret->selection].kind;
    if (kind == NULL)
        return false;
    if (!field_resolve(kind, field, &ret->ref, &hint)) {
        problem_error(&place, (uint32_t)name.n + 2, "rule.unknown-field",
                "%s has no field '%.*s'%.*s", kind->name, STR_ARG(field),
                STR_ARG(problem_hint(l->a, hint)));
        return false;
    }
    shape = field_shape(&ret->ref);
    first = l->rule->neach != 0 ? field_shape(&l->rule->each[0].ref) : shape;
    if (shape.type == RESULT_UNKNOWN || shape.type != first.type) {
        problem_error(&place, 0, "rule.type", "%s cannot be compared with %s", shape_name(shape),
                shape_name(first));
        return false;
    }
    return true;
}

void load_each(struct loader *l, const struct json *node)
{
    l->rule->each = arena_array(l->a, struct each, json_count(node) + 1);
    for (const struct json *c = node->child; c != NULL; c = c->next) {
        if (load_each_one(l, c, &l->rule->each[l->rule->neach]))
            l->rule->neach++;
    }
}
