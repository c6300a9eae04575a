/* SPDX-License-Identifier: Apache-2.0 */
/* fathom rules check: every error and warning of the rules, with file, JSON pointer and column. */
#include "analysis.h"
#include "command.h"

static int run(struct options *o)
{
    struct ruleset *rules = ruleset_create(case_kinds);
    struct output output;
    size_t errors, problems;
    bool ok = true;

    if (!output_open(o, &output)) {
        ruleset_destroy(rules);
        return STATUS_USAGE;
    }
    ruleset_add_builtin(rules);
    for (size_t i = 0; i < o->nargs; i++) {
        str error = { NULL, 0 };

        if (!ruleset_add_dir(rules, o->args[i], PACK_SITE, &error)) {
            command_say(o, "%s: %.*s", o->args[i], STR_ARG(error));
            ok = false;
        }
    }
    ok = ruleset_freeze(rules) && ok;
    errors = analysis_print_problems(rules, o->strict, true);
    (void)ruleset_problems(rules, &problems);
    out_printf(&output.out, "%zu rules, %zu errors, %zu warnings\n", ruleset_count(rules), errors,
            problems - errors);
    ruleset_destroy(rules);
    return output_close(&output, ok && errors == 0 ? STATUS_DONE : STATUS_USAGE);
}

const struct command command_rules_check = {
    .name = "rules check",
    .arguments = "[DIR...]",
    .summary = "errors and warnings in the rules",
    .about =
            "Checks the built-in rules with those below each DIR laid over them: names of kinds and\n"
            "fields, types and units in expressions, templates, causes that nobody tells of, cases.\n"
            "All problems are printed, as 'file#/pointer column N: text', and the status is 2 when\n"
            "there is an error.",
    .examples = "  fathom rules check\n"
                "  fathom rules check --strict our-rules/\n",
    .options = OPTION_BIT(OPTION_OUTPUT) | OPTION_BIT(OPTION_STRICT),
    .run = run,
};
