/* SPDX-License-Identifier: Apache-2.0 */
/*
 * extend: a rule that is another one with changes. The file of the base and the file of the
 * extending rule are merged as RFC 7386 says: objects are merged key by key, null takes a key away,
 * everything else takes the place of what was there. The base lies in an earlier pack, so chains
 * end. Worked cases are not inherited: they lie beside the base.
 */
#include "out.h"
#include "rule.h"

static void put_indent(struct out *out, unsigned depth)
{
    out_char(out, '\n');
    out_repeat(out, ' ', 2 * (size_t)depth);
}

static void put_merged(
        struct out *out, const struct json *base, const struct json *patch, unsigned depth);

static void put_member(struct out *out, const struct json *base, const struct json *patch,
        unsigned depth, bool *any)
{
    if (*any)
        out_char(out, ',');
    *any = true;
    put_indent(out, depth);
    out_json_str(out, patch != NULL ? patch->key : base->key);
    out_z(out, ": ");
    put_merged(out, base, patch, depth);
}

/* At the top of a rule: what speaks of the file, not of what the rule says. */
static bool is_left_out(const struct json *node, bool inherited)
{
    return node->parent->parent == NULL &&
           (str_eq(node->key, STR("extends")) || str_eq(node->key, STR("$schema")) ||
                   (inherited && str_eq(node->key, STR("cases"))));
}

/* Either may be NULL. Depth is bounded by json_parse. */
static void put_object(
        struct out *out, const struct json *base, const struct json *patch, unsigned depth)
{
    bool any = false;

    out_char(out, '{');
    for (const struct json *c = base != NULL ? base->child : NULL; c != NULL; c = c->next) {
        const struct json *over = patch != NULL ? json_get(patch, c->key) : NULL;

        if (over == NULL ? !is_left_out(c, true)
                         : over->type != JSON_NULL && !is_left_out(over, false))
            put_member(out, c, over, depth + 1, &any);
    }
    for (const struct json *c = patch != NULL ? patch->child : NULL; c != NULL; c = c->next) {
        if (c->type != JSON_NULL && !is_left_out(c, false) &&
                (base == NULL || json_get(base, c->key) == NULL))
            put_member(out, NULL, c, depth + 1, &any);
    }
    if (any)
        put_indent(out, depth);
    out_char(out, '}');
}

static void put_array(struct out *out, const struct json *array, unsigned depth)
{
    out_char(out, '[');
    for (const struct json *c = array->child; c != NULL; c = c->next) {
        put_indent(out, depth + 1);
        put_merged(out, c, NULL, depth + 1);
        out_z(out, c->next != NULL ? "," : "");
    }
    if (array->child != NULL)
        put_indent(out, depth);
    out_char(out, ']');
}

static void put_merged(
        struct out *out, const struct json *base, const struct json *patch, unsigned depth)
{
    const struct json *node = patch != NULL ? patch : base;

    switch (node->type) {
    case JSON_NULL:
        out_z(out, "null");
        break;
    case JSON_BOOL:
        out_z(out, node->number != 0 ? "true" : "false");
        break;
    case JSON_NUMBER:
        out_json_real(out, node->number);
        break;
    case JSON_STRING:
        out_json_str(out, node->text);
        break;
    case JSON_ARRAY:
        put_array(out, node, depth);
        break;
    case JSON_OBJECT:
        /* A patch takes the place of anything that is no object. */
        put_object(out, base != NULL && base->type == JSON_OBJECT ? base : NULL, patch, depth);
        break;
    }
}

str extend_rule(struct ruleset *rs, const struct place *file, const struct json *root)
{
    const struct json *node = json_get(root, STR("extends")), *base;
    struct place place = place_node(file, node);
    const struct rule *rule = ruleset_find(rs, json_text(node));
    struct out out;
    str error, text = { NULL, 0 };

    if (json_text(node).n == 0) {
        problem_error(&place, 0, "rule.type", "the id of a rule expected");
        return text;
    }
    if (rule == NULL || rule->pack->number >= rs->pack->number) {
        problem_error(&place, 0, "rule.unknown-rule", "no earlier pack has a rule '%.*s'",
                STR_ARG(node->text));
        return text;
    }
    base = json_parse(&rs->nodes, rule->json, &error);
    out_init_memory(&out);
    put_object(&out, base, root, 0);
    out_char(&out, '\n');
    text = arena_str(&rs->arena, out_text(&out));
    (void)out_finish(&out);
    return text;
}
