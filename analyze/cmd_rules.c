/* SPDX-License-Identifier: Apache-2.0 */
/* fathom rules list and rules show: the rule base for people and programs. */
#include <string.h>

#include "analysis.h"
#include "command.h"
#include "jsonw.h"
#include "layout.h"
#include "rule_words.h"
#include "utf8.h"

static const struct json *parse(struct arena *a, const struct rule_info *info)
{
    str error = { NULL, 0 };

    return json_parse(a, info->json, &error);
}

static void put_list_json(struct out *out, const struct ruleset *rules)
{
    struct arena a;
    struct jsonw w;

    arena_init(&a, 0);
    jsonw_init(&w, out, false);
    jsonw_array(&w, NULL);
    for (size_t i = 0; i < ruleset_count(rules) + ruleset_removed(rules); i++) {
        struct rule_info info = ruleset_rule(rules, i);

        jsonw_object(&w, NULL);
        jsonw_str(&w, "id", info.id);
        jsonw_str(&w, "title", info.title);
        jsonw_str(&w, "cause", info.cause);
        jsonw_z(&w, "role", role_name(info.role));
        jsonw_str_or_null(&w, "severity", rule_severity_text(&a, parse(&a, &info)));
        jsonw_str(&w, "status", info.status);
        jsonw_str(&w, "pack", info.pack);
        jsonw_str_or_null(&w, "replaces", info.replaces);
        jsonw_bool(&w, "disabled", info.removed.n != 0);
        jsonw_str(&w, "file", info.file);
        jsonw_strs(&w, "fires", info.fires, info.nfires);
        jsonw_strs(&w, "silent", info.silent, info.nsilent);
        jsonw_end_object(&w);
        arena_reset(&a);
    }
    jsonw_end_array(&w);
    jsonw_finish(&w);
    arena_finish(&a);
}

/* Where a site's rules come from, and what they do to those of others. */
static str origin_text(struct arena *a, const struct rule_info *info)
{
    if (info->removed.n != 0)
        return arena_printf(a, "disabled by %.*s", STR_ARG(info->removed));
    if (!info->site)
        return STR("");
    if (info->replaces.n != 0)
        return arena_printf(a, "from %.*s, replaces that of %.*s", STR_ARG(info->pack),
                STR_ARG(info->replaces));
    return arena_printf(a, "from %.*s", STR_ARG(info->pack));
}

static void put_list_text(struct out *out, const struct ruleset *rules)
{
    size_t n = ruleset_count(rules) + ruleset_removed(rules), ids = 0, causes = 0;
    struct arena a;

    arena_init(&a, 0);
    for (size_t i = 0; i < n; i++) {
        struct rule_info info = ruleset_rule(rules, i);

        ids = info.id.n > ids ? info.id.n : ids;
        causes = info.cause.n > causes ? info.cause.n : causes;
    }
    for (size_t i = 0; i < n; i++) {
        struct rule_info info = ruleset_rule(rules, i);
        str severity = rule_severity_text(&a, parse(&a, &info)), origin = origin_text(&a, &info);

        out_printf(out, "%-*.*s  %-11s  %-18.*s  %-*.*s  %.*s%s%.*s%s\n", (int)ids,
                STR_ARG(info.id), role_name(info.role), STR_ARG(severity), (int)causes,
                STR_ARG(info.cause), STR_ARG(info.title), origin.n != 0 ? "  [" : "",
                STR_ARG(origin), origin.n != 0 ? "]" : "");
        arena_reset(&a);
    }
    arena_finish(&a);
}

static int run_list(struct options *o)
{
    struct ruleset *rules = analysis_rules(o);
    struct output output;

    if (rules == NULL)
        return STATUS_USAGE;
    if (!output_open(o, &output)) {
        ruleset_destroy(rules);
        return STATUS_USAGE;
    }
    if (strcmp(o->format, "json") == 0)
        put_list_json(&output.out, rules);
    else
        put_list_text(&output.out, rules);
    ruleset_destroy(rules);
    return output_close(&output, STATUS_DONE);
}

/* --- show --------------------------------------------------------------------------------- */

struct show {
    struct layout l;
    struct arena a;
    const struct json *rule;
};

/* extra: columns further in, for what belongs to the row above. */
static void put_row_in(struct show *s, const char *label, str text, unsigned extra)
{
    const struct row row = {
        .hang = 13 + extra, .label = str_z(label), .label_style = STYLE_STRONG, .text = text
    };

    if (text.n != 0)
        layout_row(&s->l, &row);
}

static void put_row(struct show *s, const char *label, str text)
{
    put_row_in(s, label, text, 0);
}

static void put_each(struct show *s, const char *label, const struct json *list, bool keys)
{
    for (const struct json *c = list != NULL ? list->child : NULL; c != NULL; c = c->next) {
        str text = rule_value_text(&s->a, c);

        if (keys)
            text = arena_printf(&s->a, "%.*s = %.*s", STR_ARG(c->key), STR_ARG(text));
        put_row(s, label, text);
        label = "";
    }
}

static void put_confidence(struct show *s)
{
    const struct json *list = json_get(s->rule, STR("confidence"));
    const char *label = "confidence";

    for (const struct json *c = list != NULL ? list->child : NULL; c != NULL; c = c->next) {
        put_row(s, label,
                arena_printf(&s->a, "%.*s if %.*s", STR_ARG(json_text(c->child)),
                        STR_ARG(json_text(c->child != NULL ? c->child->next : NULL))));
        label = "";
    }
}

static void put_remedy(struct show *s)
{
    const struct json *list = json_get(s->rule, STR("remedy"));
    const char *label = "do";

    for (const struct json *c = list != NULL ? list->child : NULL; c != NULL; c = c->next) {
        str command = json_text(json_get(c, STR("command")));
        str when = json_text(json_get(c, STR("when")));

        put_row(s, label,
                arena_printf(&s->a, "%u. %.*s (risk: %.*s)", c->index + 1,
                        STR_ARG(json_text(json_get(c, STR("do")))),
                        STR_ARG(json_text(json_get(c, STR("risk"))))));
        label = "";
        if (when.n != 0)
            put_row_in(s, "", arena_printf(&s->a, "only if %.*s", STR_ARG(when)), 3);
        if (command.n != 0)
            put_row_in(s, "", command, 3);
        put_row_in(s, "",
                arena_printf(&s->a, "check: %.*s", STR_ARG(json_text(json_get(c, STR("verify"))))),
                3);
    }
}

static void put_collect(struct show *s)
{
    const struct json *list = json_get(s->rule, STR("collect"));
    const char *label = "ask for";

    for (const struct json *c = list != NULL ? list->child : NULL; c != NULL; c = c->next) {
        str when = json_text(json_get(c, STR("when")));

        put_row(s, label,
                arena_printf(&s->a, "%.*s%s%.*s%s", STR_ARG(json_text(json_get(c, STR("ask")))),
                        when.n != 0 ? " (if " : "", STR_ARG(when), when.n != 0 ? ")" : ""));
        label = "";
    }
}

static void put_rule(struct show *s, const struct rule_info *info)
{
    const struct row head = { .text = info->title, .text_style = STYLE_STRONG };
    const struct json *evidence = json_get(s->rule, STR("evidence"));
    const char *label = "evidence";

    layout_row(&s->l, &head);
    layout_blank(&s->l);
    put_row(s, "id", info->id);
    put_row(s, "cause", info->cause);
    put_row(s, "role", str_z(role_name(info->role)));
    put_row(s, "severity", rule_severity_text(&s->a, s->rule));
    put_row(s, "status", info->status);
    layout_blank(&s->l);
    for (const struct json *c = evidence != NULL ? evidence->child : NULL; c != NULL; c = c->next) {
        put_row(s, label, rule_selection_text(&s->a, c));
        label = "";
    }
    put_each(s, "each", json_get(s->rule, STR("each")), false);
    put_each(s, "let", json_get(s->rule, STR("let")), true);
    put_row(s, "when", json_text(json_get(s->rule, STR("when"))));
    put_row(s, "subject", json_text(json_get(s->rule, STR("subject"))));
    put_confidence(s);
    layout_blank(&s->l);
    put_row(s, "says", json_text(json_get(s->rule, STR("summary"))));
    put_remedy(s);
    put_collect(s);
    put_each(s, "explains", json_get(s->rule, STR("explains")), false);
    put_each(s, "supersedes", json_get(s->rule, STR("supersedes")), false);
    put_each(s, "clears", json_get(s->rule, STR("clears")), false);
    put_each(s, "from", json_get(s->rule, STR("references")), false);
    for (size_t i = 0; i < info->nfires; i++)
        put_row(s, i == 0 ? "fires on" : "", info->fires[i]);
    for (size_t i = 0; i < info->nsilent; i++)
        put_row(s, i == 0 ? "silent on" : "", info->silent[i]);
    put_row(s, "pack", info->pack);
    put_row(s, "file", info->file);
}

static bool find_rule(const struct ruleset *rules, str id, struct rule_info *ret)
{
    for (size_t i = 0; i < ruleset_count(rules); i++) {
        *ret = ruleset_rule(rules, i);
        if (str_eq(ret->id, id))
            return true;
    }
    return false;
}

/* No such id: rules whose ids hold what was given. */
static void tell_missing(const struct options *o, const struct ruleset *rules, const char *id)
{
    command_say(o, "there is no rule '%s'", id);
    for (size_t i = 0; i < ruleset_count(rules); i++) {
        struct rule_info info = ruleset_rule(rules, i);

        if (str_find_nocase(info.id, str_z(id)) != STR_NONE)
            command_say(o, "there is %.*s", STR_ARG(info.id));
    }
}

static int show_one(
        const struct options *o, const struct ruleset *rules, const char *id, struct output *output)
{
    struct show s;
    struct rule_info info;

    if (!find_rule(rules, str_z(id), &info)) {
        tell_missing(o, rules, id);
        return STATUS_USAGE;
    }
    if (strcmp(o->format, "json") == 0) {
        out_str(&output->out, str_trim(info.json));
        out_char(&output->out, '\n');
        return STATUS_DONE;
    }
    arena_init(&s.a, 0);
    layout_init(&s.l, &output->out, o->width != 0 ? o->width : 100, false);
    s.rule = parse(&s.a, &info);
    put_rule(&s, &info);
    layout_finish(&s.l);
    arena_finish(&s.a);
    return STATUS_DONE;
}

static int run_show(struct options *o)
{
    struct ruleset *rules = analysis_rules(o);
    struct output output;
    int status = STATUS_DONE;

    if (rules == NULL)
        return STATUS_USAGE;
    if (!output_open(o, &output)) {
        ruleset_destroy(rules);
        return STATUS_USAGE;
    }
    for (size_t i = 0; i < o->nargs; i++) {
        if (i != 0 && strcmp(o->format, "text") == 0)
            out_char(&output.out, '\n');
        if (show_one(o, rules, o->args[i], &output) != STATUS_DONE)
            status = STATUS_USAGE;
    }
    ruleset_destroy(rules);
    return output_close(&output, status);
}

const struct command command_rules_list = {
    .name = "rules list",
    .arguments = "",
    .summary = "all rules: id, role, severity, cause, title",
    .about =
            "One line per rule, sorted by id. Those of a site (--rules, or the configuration folders\n"
            "that --no-site-rules names) tell where they come from and what they replace; what a site\n"
            "has disabled stands at the end.",
    .examples =
            "  fathom rules list | grep windows/pool\n"
            "  fathom rules list --format json | jq -r '.[] | select(.status != \"stable\") | .id'\n",
    .options = OPTION_BIT(OPTION_FORMAT) | OPTION_BIT(OPTION_OUTPUT) | OPTION_BIT(OPTION_RULES),
    .formats = "text json",
    .run = run_list,
};

const struct command command_rules_show = {
    .name = "rules show",
    .arguments = "ID...",
    .summary = "one rule in full: evidence, condition, what it says, what to do",
    .about = "Prints a rule for reading. --format json prints its file as it is.",
    .examples =
            "  fathom rules show windows/pool/tpla-per-cpu\n"
            "  fathom rules show --format json linux/oom/global > our-rules/linux/oom/global.json\n",
    .options = OPTION_BIT(OPTION_FORMAT) | OPTION_BIT(OPTION_OUTPUT) | OPTION_BIT(OPTION_RULES) |
               OPTION_BIT(OPTION_WIDTH),
    .formats = "text json",
    .least = 1,
    .run = run_show,
};
