/* SPDX-License-Identifier: Apache-2.0 */
/* The rules a command works with, and what is wrong with them. */
#include <unistd.h>

#include "analysis.h"
#include "command.h"
#include "pack.h"
#include "rule_cache.h"

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

/* The folders of the site, then those of --rules. */
struct folders {
    const char **p;
    size_t n;
};

static struct folders rule_folders(const struct options *o, struct arena *a)
{
    size_t nsite = 0;
    const char *const *site = o->no_site_rules ? NULL : site_rules(a, &nsite);
    struct folders f = { arena_array(a, const char *, nsite + o->nrules + 1), 0 };

    for (size_t i = 0; i < nsite; i++)
        f.p[f.n++] = site[i];
    for (size_t i = 0; i < o->nrules; i++)
        f.p[f.n++] = o->rules[i];
    return f;
}

static bool add_folders(const struct options *o, struct ruleset *rules, const struct folders *f)
{
    bool ok = true;

    ruleset_add_builtin(rules);
    for (size_t i = 0; i < f->n; i++) {
        str error = { NULL, 0 };

        if (!ruleset_add_dir(rules, f->p[i], PACK_SITE, &error)) {
            command_say(o, "%s: %.*s", f->p[i], STR_ARG(error));
            ok = false;
        }
    }
    return ok;
}

bool analysis_add_rules(const struct options *o, struct ruleset *rules)
{
    struct arena a;
    struct folders f;
    bool ok;

    arena_init(&a, 0);
    f = rule_folders(o, &a);
    ok = add_folders(o, rules, &f);
    arena_finish(&a);
    return ok;
}

struct ruleset *analysis_open_rules(const struct options *o)
{
    struct arena a;
    struct folders f;
    struct rule_cache cache;
    struct ruleset *rules = NULL;

    arena_init(&a, 0);
    f = rule_folders(o, &a);
    if (f.n == 0) {
        rules = ruleset_open_builtin(case_kinds);
    } else {
        rule_cache_find(&cache, &a, f.p, f.n);
        rules = rule_cache_open(&cache, case_kinds);
        if (rules == NULL) {
            rules = analysis_rules(o);
            if (rules != NULL)
                rule_cache_keep(&cache, rules);
        }
    }
    arena_finish(&a);
    return rules;
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
