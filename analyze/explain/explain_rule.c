/* SPDX-License-Identifier: Apache-2.0 */
/* explain_rule: causes and rules by their ids, with what their rules advise. */
#include "explain_parts.h"
#include "json.h"
#include "pack.h"

enum { REMEDIES = 6 };

/* "{t.tag} grows" without a case: "TAG grows". */
str explain_template(struct arena *a, str text)
{
    str plain = { NULL, 0 };

    while (text.n != 0) {
        size_t open = str_find_char(text, '{'), close = str_find_char(text, '}'), dot;
        str name;

        if (open == STR_NONE || close == STR_NONE || close < open)
            return arena_printf(a, "%.*s%.*s", STR_ARG(plain), STR_ARG(text));
        name = str_slice(text, open + 1, close);
        name = str_trim(str_cut(&name, '|'));
        dot = str_rfind_char(name, '.');
        name = arena_str(a, str_from(name, dot != STR_NONE ? dot + 1 : 0));
        for (size_t i = 0; i < name.n; i++) {
            char c = name.p[i];

            ((char *)(uintptr_t)name.p)[i] = c >= 'a' && c <= 'z'      ? (char)(c - 'a' + 'A')
                                             : is_alnum(c) || c == '_' ? c
                                                                       : ' ';
        }
        plain = arena_printf(a, "%.*s%.*s%.*s", STR_ARG(plain), STR_ARG(str_slice(text, 0, open)),
                STR_ARG(str_trim(name)));
        text = str_from(text, close + 1);
    }
    return plain;
}

/* The file of a rule. The built-in ones are unpacked only here. */
static const struct json *rule_json(struct explain *e, size_t number)
{
    const struct rule_source *source = e->source;
    str error = { NULL, 0 }, text;

    if (source->rules != NULL)
        text = ruleset_rule(source->rules, number).json;
    else if (!pack_rule(rule_index_id(source->index, number), &text))
        return NULL;
    return json_parse(e->a, text, &error);
}

static bool has_detail(const struct reading *r, str text)
{
    for (size_t i = 0; i < r->ndetails; i++) {
        if (str_starts(r->details[i].text, text))
            return true;
    }
    return false;
}

static void put_remedies(struct explain *e, struct reading *r, const struct json *rule, size_t *n)
{
    const struct json *remedy = json_get(rule, STR("remedy"));

    for (const struct json *step = remedy != NULL ? remedy->child : NULL;
            step != NULL && *n < REMEDIES; step = step->next) {
        str what = json_text(json_get(step, STR("do"))),
            command = json_text(json_get(step, STR("command")));
        str check = json_text(json_get(step, STR("verify"))),
            risk = json_text(json_get(step, STR("risk")));

        if (what.n == 0 || has_detail(r, explain_template(e->a, what)))
            continue;
        reading_detail(e, r, "step",
                explain_template(e->a, arena_printf(e->a, "%.*s%s%.*s%s%.*s%s%.*s", STR_ARG(what),
                                               command.n != 0 ? "\n" : "", STR_ARG(command),
                                               check.n != 0 ? "\ncheck: " : "", STR_ARG(check),
                                               risk.n != 0 ? "\nrisk: " : "", STR_ARG(risk))));
        (*n)++;
    }
}

static void put_explains(struct explain *e, struct reading *r, const struct json *rule)
{
    const struct json *explains = json_get(rule, STR("explains"));

    for (const struct json *c = explains != NULL ? explains->child : NULL; c != NULL; c = c->next) {
        if (str_find_char(json_text(c), '*') == STR_NONE)
            reading_see(e, r, json_text(c));
    }
}

static str head_of(struct explain *e, size_t number, const struct json *rule)
{
    str role = json_text(json_get(rule, STR("role")));
    str severity = json_text(json_get(rule, STR("severity")));
    str title = explain_template(e->a, rule_index_title(e->source->index, number));

    return arena_printf(e->a, "%.*s (%.*s%s%.*s)", STR_ARG(title), STR_ARG(role),
            severity.n != 0 ? ", " : "", STR_ARG(severity));
}

bool explain_rule(struct explain *e, str id)
{
    size_t number = rule_index_rule(e->source->index, id), steps = 0;
    const struct json *rule;
    struct reading *r;

    if (number == e->source->index->nrules)
        return false;
    rule = rule_json(e, number);
    r = reading_add(e, RANK_CERTAIN, "rule", id);
    if (r == NULL)
        return true;
    r->context = STR("a rule");
    r->name = explain_template(e->a, rule_index_title(e->source->index, number));
    reading_detail(e, r, "cause", rule_index_cause(e->source->index, number));
    if (rule == NULL)
        return true;
    reading_detail(e, r, "role", json_text(json_get(rule, STR("role"))));
    put_remedies(e, r, rule, &steps);
    reading_see(e, r, rule_index_cause(e->source->index, number));
    put_explains(e, r, rule);
    return true;
}

bool explain_cause(struct explain *e, str id)
{
    const struct rule_index *index = e->source->index;
    size_t key = rule_index_find(index, arena_printf(e->a, "cause=%.*s", STR_ARG(id)));
    size_t row = rule_index_cause_find(index, id), steps = 0;
    struct reading *r;

    if (key == index->nkeys && row == index->ncauses)
        return false;
    r = reading_add(e, RANK_CERTAIN + 5, "cause", id);
    if (r == NULL)
        return true;
    r->context = STR("a cause that rules tell of");
    if (row != index->ncauses) {
        struct index_cause cause = rule_index_cause_row(index, row);

        r->meaning = cause.meaning;
        reading_detail(e, r, "role", cause.role);
    }
    for (uint32_t i = key != index->nkeys ? index->first[key] : 0;
            key != index->nkeys && i < index->first[key + 1]; i++) {
        const struct json *rule = rule_json(e, index->refs[i]);

        if (rule == NULL)
            continue;
        reading_detail(e, r, "told as", head_of(e, index->refs[i], rule));
        put_remedies(e, r, rule, &steps);
        put_explains(e, r, rule);
    }
    reading_rules(e, r, arena_printf(e->a, "cause=%.*s", STR_ARG(id)));
    return true;
}
