/* SPDX-License-Identifier: Apache-2.0 */
/* load_values: what the keys of a rule hold: expressions, templates, words, lists, graded lists. */
#include "loader.h"
#include "suggest.h"

const struct expr *load_expr(struct loader *l, const struct json *node, enum result_type want)
{
    struct place place = place_node(&l->file, node);
    struct expr *e;

    if (node->type != JSON_STRING) {
        problem_error(&place, 0, "rule.type", "an expression expected");
        return NULL;
    }
    e = expr_parse(l->a, node->text, &place);
    return e != NULL && expr_check(l->a, e, &l->scope, want, &place) ? e : NULL;
}

const struct template *load_template(struct loader *l, const struct json *node)
{
    struct place place = place_node(&l->file, node);

    if (node->type != JSON_STRING || str_trim(node->text).n == 0) {
        problem_error(&place, 0, "rule.type", "a text expected");
        return NULL;
    }
    return template_load(l->a, node->text, &l->scope, &place);
}

static str word_at(const char *values, size_t index)
{
    str rest = str_z(values), word = { NULL, 0 };

    for (size_t i = 0; i <= index; i++) {
        if (!str_word(&rest, &word))
            return (str){ NULL, 0 };
    }
    return word;
}

int load_value(struct loader *l, const struct json *node, const char *values)
{
    struct place place = place_node(&l->file, node);
    struct suggest hint;
    str text = json_text(node), word;

    for (size_t i = 0; (word = word_at(values, i)).n != 0; i++) {
        if (str_eq(word, text))
            return (int)i;
    }
    suggest_init(&hint, text);
    for (size_t i = 0; (word = word_at(values, i)).n != 0; i++)
        suggest_try(&hint, word);
    problem_error(&place, 0, "rule.value", "one of: %s%.*s", values,
            STR_ARG(problem_hint(l->a, hint.best)));
    return -1;
}

struct strs load_texts(struct loader *l, const struct json *node)
{
    struct strs list = { arena_array(l->a, str, json_count(node) + 1), 0 };

    for (const struct json *c = node->child; c != NULL; c = c->next) {
        struct place place = place_node(&l->file, c);

        if (json_text(c).n != 0)
            list.p[list.n++] = c->text;
        else
            problem_error(&place, 0, "rule.type", "a text expected");
    }
    return list;
}

struct grade *load_grades(
        struct loader *l, const struct json *node, const char *values, size_t *ret_n)
{
    struct grade *grades = arena_array(l->a, struct grade, json_count(node) + 1);
    bool closed = false;
    size_t n = 0;

    for (const struct json *c = node->child; c != NULL; c = c->next) {
        struct place place = place_node(&l->file, c);

        if (c->type != JSON_ARRAY || json_count(c) != 2) {
            problem_error(&place, 0, "rule.type", "[grade, expression] expected");
            continue;
        }
        if (closed)
            problem_warning(&place, 0, "rule.unreachable", "what stands before is always true");
        grades[n].grade = load_value(l, c->child, values);
        grades[n].when = load_expr(l, c->child->next, RESULT_BOOL);
        closed = closed || (grades[n].when != NULL && grades[n].when->op == EXPR_LITERAL &&
                                   is_true(grades[n].when->literal));
        n++;
    }
    *ret_n = n;
    return grades;
}

const char *wrong_form(const struct json *node, char form)
{
    switch (form) {
    case 't':
    case 'T':
    case 'x':
    case 'e':
        return node->type == JSON_STRING && node->text.n != 0 ? NULL : "a text";
    case 'b':
        return node->type == JSON_BOOL ? NULL : "true or false";
    case 'n':
        return node->type == JSON_NUMBER ? NULL : "a number";
    case 'o':
        return node->type == JSON_OBJECT ? NULL : "an object";
    case 'G':
        return node->type == JSON_STRING || node->type == JSON_ARRAY ? NULL : "a text or a list";
    default:
        return node->type == JSON_ARRAY ? NULL : "a list";
    }
}

static bool check_key(struct loader *l, const struct json *node, const struct key *keys)
{
    struct place place = place_node(&l->file, node);
    struct suggest hint;

    for (const struct key *k = keys; k->name != NULL; k++) {
        const char *want = wrong_form(node, k->form);

        if (!str_is(node->key, k->name))
            continue;
        if (want != NULL)
            problem_error(&place, 0, "rule.type", "%s expected", want);
        return want == NULL;
    }
    suggest_init(&hint, node->key);
    for (const struct key *k = keys; k->name != NULL; k++)
        suggest_try(&hint, str_z(k->name));
    problem_error(&place, 0, "rule.unknown-key", "no key '%.*s'%.*s", STR_ARG(node->key),
            STR_ARG(problem_hint(l->a, hint.best)));
    return false;
}

bool check_keys(struct loader *l, const struct json *object, const struct key *keys)
{
    struct place place = place_node(&l->file, object);
    bool ok = true;

    if (l->rs->base != NULL)
        return true; /* it was checked before it was written */
    if (object->type != JSON_OBJECT) {
        problem_error(&place, 0, "rule.type", "an object expected");
        return false;
    }
    for (const struct json *c = object->child; c != NULL; c = c->next)
        ok = check_key(l, c, keys) && ok;
    for (const struct key *k = keys; k->name != NULL; k++) {
        if (k->required && json_get(object, str_z(k->name)) == NULL) {
            problem_error(&place, 0, "rule.missing-key", "\"%s\" is missing", k->name);
            ok = false;
        }
    }
    return ok;
}
