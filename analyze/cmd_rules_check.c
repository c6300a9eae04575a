/* SPDX-License-Identifier: Apache-2.0 */
/* fathom rules check: every error and warning of the rules, with file, JSON pointer and column. */
#include <string.h>

#include "analysis.h"
#include "command.h"
#include "jsonw.h"

static void put_json(struct out *out, const struct ruleset *rules, bool strict)
{
    size_t n;
    const struct rule_problem *problems = ruleset_problems(rules, &n);
    struct jsonw w;

    jsonw_init(&w, out, false);
    jsonw_array(&w, NULL);
    for (size_t i = 0; i < n; i++) {
        const struct rule_problem *p = &problems[i];

        jsonw_object_inline(&w, NULL);
        jsonw_str(&w, "file", p->file);
        jsonw_str(&w, "pointer", p->pointer);
        jsonw_int(&w, "column", p->column);
        jsonw_z(&w, "level", p->warning && !strict ? "warning" : "error");
        jsonw_z(&w, "code", p->code);
        jsonw_str(&w, "text", p->text);
        jsonw_end_object(&w);
    }
    jsonw_end_array(&w);
    jsonw_finish(&w);
}

static size_t count_errors(const struct ruleset *rules, bool strict)
{
    size_t n, errors = 0;
    const struct rule_problem *problems = ruleset_problems(rules, &n);

    for (size_t i = 0; i < n; i++)
        errors += strict || !problems[i].warning;
    return errors;
}

/* "1 error", "2 errors" */
static void put_count(struct out *out, size_t n, const char *what)
{
    out_printf(out, "%zu %s%s", n, what, n == 1 ? "" : "s");
}

static void put_text(struct out *out, const struct ruleset *rules, bool strict)
{
    size_t problems, errors = analysis_print_problems(rules, strict, true, out);

    (void)ruleset_problems(rules, &problems);
    put_count(out, ruleset_count(rules), "rule");
    out_z(out, ", ");
    put_count(out, errors, "error");
    out_z(out, ", ");
    put_count(out, problems - errors, "warning");
    out_char(out, '\n');
}

static int run(struct options *o)
{
    struct ruleset *rules = ruleset_create(case_kinds);
    struct output output;
    bool ok;

    if (!output_open(o, &output)) {
        ruleset_destroy(rules);
        return STATUS_USAGE;
    }
    ok = analysis_add_rules(o, rules);
    for (size_t i = 0; i < o->nargs; i++) {
        str error = { NULL, 0 };

        if (ruleset_add_dir(rules, o->args[i], PACK_SITE, &error))
            continue;
        command_say(o, "%s: %.*s", o->args[i], STR_ARG(error));
        ok = false;
    }
    (void)ruleset_freeze(rules);
    analysis_lint(rules);
    if (strcmp(o->format, "json") == 0)
        put_json(&output.out, rules, o->strict);
    else
        put_text(&output.out, rules, o->strict);
    ok = ok && count_errors(rules, o->strict) == 0;
    ruleset_destroy(rules);
    return output_close(&output, ok ? STATUS_DONE : STATUS_USAGE);
}

const struct command command_rules_check = {
    .name = "rules check",
    .arguments = "[DIR...]",
    .summary = "errors and warnings in the rules",
    .about =
            "Checks the built-in rules with those below each DIR laid over them: names of kinds and\n"
            "fields, types and units in expressions, templates, causes that nobody tells of, advice\n"
            "that says nothing or is for another system, conditions that decide nothing, patterns\n"
            "that are slow, blanks that a draft left. All problems are printed, as\n"
            "'file#/pointer column N: text [code]', and the status is 2 when there is an error.",
    .examples =
            "  fathom rules check\n"
            "  fathom rules check --strict our-rules/\n"
            "  fathom rules check --format json our-rules/ | jq -r '.[] | .code' | sort | uniq -c\n",
    .options = OPTION_BIT(OPTION_FORMAT) | OPTION_BIT(OPTION_OUTPUT) | OPTION_BIT(OPTION_RULES) |
               OPTION_BIT(OPTION_STRICT),
    .formats = "text json",
    .run = run,
};
