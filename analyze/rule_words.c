/* SPDX-License-Identifier: Apache-2.0 */
#include "rule_words.h"

#include "ruleset.h"

/* "medium", or "medium to critical" where the rule grades it. */
str rule_severity_text(struct arena *a, const struct json *rule)
{
    const struct json *node = json_get(rule, STR("severity"));
    enum severity low = SEVERITY_CRITICAL, high = SEVERITY_INFO, s;

    if (node == NULL || node->type != JSON_ARRAY)
        return json_text(node);
    for (const struct json *pair = node->child; pair != NULL; pair = pair->next) {
        if (!severity_parse(json_text(pair->child), &s))
            continue;
        low = s < low ? s : low;
        high = s > high ? s : high;
    }
    if (low >= high)
        return str_z(severity_name(high));
    return arena_printf(a, "%s to %s", severity_name(low), severity_name(high));
}

/* A JSON value as people would say it: lists with commas, operators with their words. */
str rule_value_text(struct arena *a, const struct json *node)
{
    str text = { NULL, 0 };

    switch (node->type) {
    case JSON_STRING:
        return node->text;
    case JSON_NUMBER:
        return arena_printf(a, "%.15g", node->number);
    case JSON_BOOL:
        return node->number != 0 ? STR("true") : STR("false");
    case JSON_NULL:
        return STR("null");
    case JSON_ARRAY:
    case JSON_OBJECT:
        break;
    }
    for (const struct json *c = node->child; c != NULL; c = c->next) {
        text = arena_printf(a, "%.*s%s%.*s%s%.*s", STR_ARG(text), text.n != 0 ? ", " : "",
                STR_ARG(c->key), c->key.n != 0 ? " " : "", STR_ARG(rule_value_text(a, c)));
    }
    if (node->type == JSON_ARRAY && node->child != NULL && node->child->next != NULL)
        return arena_printf(a, "one of (%.*s)", STR_ARG(text));
    return text;
}

str rule_selection_text(struct arena *a, const struct json *selection)
{
    str text = arena_printf(a, "%.*s: %.*s", STR_ARG(selection->key),
            STR_ARG(json_text(json_get(selection, STR("fact")))));
    bool any = false;

    for (const struct json *c = selection->child; c != NULL; c = c->next) {
        if (str_eq(c->key, STR("fact")) || str_eq(c->key, STR("say")) ||
                str_eq(c->key, STR("show")))
            continue;
        text = arena_printf(a, "%.*s%s%.*s %.*s", STR_ARG(text), any ? ", " : " with ",
                STR_ARG(c->key), STR_ARG(rule_value_text(a, c)));
        any = true;
    }
    return text;
}
