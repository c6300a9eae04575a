/* SPDX-License-Identifier: Apache-2.0 */
/* Which rules speak of a code, a tag, an event, or hold some words. */
#include "explain.h"
#include "json.h"

struct wanted {
    str text;   /* a literal of the rule; for events the provider */
    int64_t id; /* of events */
};

typedef bool holds_fn(const struct json *node, const struct wanted *wanted);

/* Depth is bounded by json_parse. */
static bool any_node(const struct json *node, holds_fn *holds, const struct wanted *wanted)
{
    if (holds(node, wanted))
        return true;
    for (const struct json *c = node->child; c != NULL; c = c->next) {
        if (any_node(c, holds, wanted))
            return true;
    }
    return false;
}

static bool is_literal(const struct json *node, const struct wanted *wanted)
{
    return node->type == JSON_STRING && str_eq(node->text, wanted->text);
}

/* Tags may be given without their trailing blanks, and stand quoted in expressions. */
static bool is_tag(const struct json *node, const struct wanted *wanted)
{
    char quoted[8] = "'";
    size_t n = 1;

    if (node->type != JSON_STRING)
        return false;
    if (str_eq(str_trim_end(node->text), wanted->text))
        return true;
    for (size_t i = 0; i < wanted->text.n && n < 5; i++)
        quoted[n++] = wanted->text.p[i];
    return str_eq(node->parent != NULL ? node->key : STR(""), STR("when")) &&
           str_has(node->text, (str){ quoted, n });
}

static bool is_provider(const struct json *node, const struct wanted *wanted)
{
    return node->type == JSON_STRING && str_eq_nocase(node->text, wanted->text);
}

static bool is_number(const struct json *node, const struct wanted *wanted)
{
    return node->type == JSON_NUMBER && node->number == (double)wanted->id;
}

/* A selection over events (or one of its "any" arms) with both. */
static bool is_event(const struct json *node, const struct wanted *wanted)
{
    const struct json *provider = json_get(node, STR("provider"));
    const struct json *id = json_get(node, STR("id"));

    return id != NULL && any_node(id, is_number, wanted) &&
           (wanted->text.n == 0 || (provider != NULL && any_node(provider, is_provider, wanted)));
}

static const str *search(struct arena *a, const struct ruleset *rules, holds_fn *holds,
        const struct wanted *wanted, size_t *ret_n)
{
    size_t n = ruleset_count(rules);
    str *ids = arena_array(a, str, n);
    struct arena scratch;

    *ret_n = 0;
    arena_init(&scratch, 0);
    for (size_t i = 0; i < n; i++) {
        struct rule_info info = ruleset_rule(rules, i);
        str error = { NULL, 0 };
        const struct json *rule = json_parse(&scratch, info.json, &error);

        if (rule != NULL && any_node(rule, holds, wanted))
            ids[(*ret_n)++] = info.id;
        arena_reset(&scratch);
    }
    arena_finish(&scratch);
    return ids;
}

const str *explain_rules_code(struct arena *a, const struct ruleset *rules, str code, size_t *ret_n)
{
    return search(a, rules, is_literal, &(struct wanted){ .text = code }, ret_n);
}

const str *explain_rules_tag(struct arena *a, const struct ruleset *rules, str tag, size_t *ret_n)
{
    return search(a, rules, is_tag, &(struct wanted){ .text = str_trim_end(tag) }, ret_n);
}

const str *explain_rules_event(
        struct arena *a, const struct ruleset *rules, str provider, int64_t id, size_t *ret_n)
{
    return search(a, rules, is_event, &(struct wanted){ provider, id }, ret_n);
}

static bool next_word(str *words, str *ret)
{
    size_t n = 0;

    while (words->n != 0 && !is_alnum(words->p[0]))
        *words = str_from(*words, 1);
    while (n < words->n && is_alnum(words->p[n]))
        n++;
    *ret = str_slice(*words, 0, n);
    *words = str_from(*words, n);
    return n != 0;
}

/* Every word somewhere in the id, title, cause or file of the rule. */
const str *explain_rules_words(
        struct arena *a, const struct ruleset *rules, str words, size_t *ret_n)
{
    size_t n = ruleset_count(rules);
    str *ids = arena_array(a, str, n);

    *ret_n = 0;
    for (size_t i = 0; i < n; i++) {
        struct rule_info info = ruleset_rule(rules, i);
        str rest = words, word;
        bool all = true, some = false;

        while (all && next_word(&rest, &word)) {
            some = true;
            all = str_find_nocase(info.id, word) != STR_NONE ||
                  str_find_nocase(info.json, word) != STR_NONE;
        }
        if (all && some)
            ids[(*ret_n)++] = info.id;
    }
    return ids;
}
