/* SPDX-License-Identifier: Apache-2.0 */
/* The rules a command works with, and what is wrong with them. */
#include <stdio.h>

#include "analysis.h"
#include "command.h"

static bool is_error(const struct rule_problem *problem, bool strict)
{
    return strict || !problem->warning;
}

size_t analysis_print_problems(const struct ruleset *rules, bool strict, bool warnings)
{
    size_t n, errors = 0;
    const struct rule_problem *problems = ruleset_problems(rules, &n);

    for (size_t i = 0; i < n; i++) {
        const struct rule_problem *p = &problems[i];

        errors += is_error(p, strict);
        if (!is_error(p, strict) && !warnings)
            continue;
        fprintf(stderr, "%.*s#%.*s", STR_ARG(p->file), STR_ARG(p->pointer));
        if (p->column != 0)
            fprintf(stderr, " column %u", p->column);
        fprintf(stderr, ": %s%.*s\n", is_error(p, strict) ? "" : "warning: ", STR_ARG(p->text));
    }
    return errors;
}

struct ruleset *analysis_rules(const struct options *o)
{
    struct ruleset *rules = ruleset_create(case_kinds);
    bool ok = true;
    size_t errors;

    ruleset_add_builtin(rules);
    for (size_t i = 0; i < o->nrules; i++) {
        str error = { NULL, 0 };

        if (!ruleset_add_dir(rules, o->rules[i], PACK_SITE, &error)) {
            command_say(o, "%s: %.*s", o->rules[i], STR_ARG(error));
            ok = false;
        }
    }
    ok = ruleset_freeze(rules) && ok;
    errors = analysis_print_problems(rules, o->strict, o->strict);
    if (errors != 0)
        command_say(o, "%zu error%s in the rules", errors, errors == 1 ? "" : "s");
    if (ok && errors == 0)
        return rules;
    ruleset_destroy(rules);
    return NULL;
}
