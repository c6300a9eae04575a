/* SPDX-License-Identifier: Apache-2.0 */
/* The rules a command works with, and what is wrong with them. */
#include <unistd.h>

#include "analysis.h"
#include "command.h"

static bool is_error(const struct rule_problem *problem, bool strict)
{
    return strict || !problem->warning;
}

size_t analysis_print_problems(
        const struct ruleset *rules, bool strict, bool warnings, struct out *out)
{
    size_t n, errors = 0;
    const struct rule_problem *problems = ruleset_problems(rules, &n);

    for (size_t i = 0; i < n; i++) {
        const struct rule_problem *p = &problems[i];

        errors += is_error(p, strict);
        if (!is_error(p, strict) && !warnings)
            continue;
        out_plain(out, p->file);
        out_char(out, '#');
        out_plain(out, p->pointer);
        if (p->column != 0)
            out_printf(out, " column %u", p->column);
        out_z(out, p->warning ? ": warning: " : ": ");
        out_plain(out, p->text);
        out_printf(out, " [%s]\n", p->code);
    }
    return errors;
}

static size_t tell_problems(const struct ruleset *rules, bool strict)
{
    struct out out;
    size_t errors;

    out_init_fd(&out, STDERR_FILENO);
    errors = analysis_print_problems(rules, strict, strict, &out);
    (void)out_finish(&out);
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
    errors = tell_problems(rules, o->strict);
    if (errors != 0)
        command_say(o, "%zu error%s in the rules", errors, errors == 1 ? "" : "s");
    if (ok && errors == 0)
        return rules;
    ruleset_destroy(rules);
    return NULL;
}
