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

static bool add_folder(const struct options *o, struct ruleset *rules, const char *dir)
{
    str error = { NULL, 0 };

    if (ruleset_add_dir(rules, dir, PACK_SITE, &error))
        return true;
    command_say(o, "%s: %.*s", dir, STR_ARG(error));
    return false;
}

bool analysis_add_rules(const struct options *o, struct ruleset *rules)
{
    struct arena a;
    const char *const *folders;
    bool ok = true;
    size_t n = 0;

    arena_init(&a, 0);
    ruleset_add_builtin(rules);
    folders = o->no_site_rules ? NULL : site_rules(&a, &n);
    for (size_t i = 0; i < n; i++)
        ok = add_folder(o, rules, folders[i]) && ok;
    for (size_t i = 0; i < o->nrules; i++)
        ok = add_folder(o, rules, o->rules[i]) && ok;
    arena_finish(&a);
    return ok;
}

struct ruleset *analysis_rules(const struct options *o)
{
    struct ruleset *rules = ruleset_create(case_kinds);
    bool ok = analysis_add_rules(o, rules);
    size_t errors;

    ok = ruleset_freeze(rules) && ok;
    errors = tell_problems(rules, o->strict);
    if (errors != 0)
        command_say(o, "%zu error%s in the rules", errors, errors == 1 ? "" : "s");
    if (ok && errors == 0)
        return rules;
    ruleset_destroy(rules);
    return NULL;
}
