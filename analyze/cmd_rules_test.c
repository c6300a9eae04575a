/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fathom rules test: the worked cases of corpus/cases/<area>/<case>/ against the rules.
 *
 * case.json says what must be found, ruled out and left undecided, what must not be found, and what
 * each member is; a finding above info that it does not list fails the case. A rule must fire on
 * the cases that it names under "fires" and stay silent on those under "silent".
 */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "analysis.h"
#include "case_expect.h"
#include "command.h"

struct test {
    const struct options *o;
    const struct ruleset *rules;
    struct out *out;
    struct arena arena;
    str *cases; /* ids: "windows/commit-high" */
    size_t ncases, size;
    size_t *rule_failures; /* parallel to the rules */
    size_t passed, failed;
};

/* --- finding the cases -------------------------------------------------------------------- */

static int by_id(const void *a, const void *b)
{
    return str_cmp(*(const str *)a, *(const str *)b);
}

static bool chosen(const struct options *o, str id)
{
    for (size_t i = 0; i < o->nargs; i++) {
        str want = str_z(o->args[i]);

        if (str_eq(id, want) || (str_starts(id, want) && id.p[want.n] == '/'))
            return true;
    }
    return o->nargs == 0;
}

static bool is_there(const char *path)
{
    struct stat st;

    return stat(path, &st) == 0;
}

static void add_case(struct test *t, str id)
{
    if (t->ncases == t->size) {
        t->size = t->size != 0 ? t->size * 2 : 64;
        t->cases = realloc(t->cases, t->size * sizeof(*t->cases));
        if (t->cases == NULL)
            abort();
    }
    t->cases[t->ncases++] = id;
}

/* Folders that hold a case.json, two levels down: area, case. */
static void find_cases(struct test *t, const char *dir, str id, unsigned depth)
{
    DIR *d = opendir(dir);
    struct dirent *entry;

    if (d == NULL)
        return;
    while ((entry = readdir(d)) != NULL) {
        str path, child;

        if (entry->d_name[0] == '.')
            continue;
        path = arena_printf(&t->arena, "%s/%s", dir, entry->d_name);
        child = arena_printf(
                &t->arena, "%.*s%s%s", STR_ARG(id), id.n != 0 ? "/" : "", entry->d_name);
        if (depth == 0)
            find_cases(t, path.p, child, 1);
        else if (is_there(arena_z(&t->arena, arena_printf(&t->arena, "%s/case.json", path.p))))
            add_case(t, child);
    }
    (void)closedir(d);
}

/* --- one case ----------------------------------------------------------------------------- */

static bool names(const str *ids, size_t n, str id)
{
    for (size_t i = 0; i < n; i++) {
        if (str_eq(ids[i], id))
            return true;
    }
    return false;
}

/* Whether this rule alone, before others speak for it, silence it or clear it, says anything. */
static bool fires_alone(const struct rule_info *info, const struct case_file *file)
{
    struct ruleset *alone = ruleset_create(case_kinds);
    struct verdict verdict = { 0 };
    struct arena a;
    bool fires;

    arena_init(&a, 0);
    ruleset_add(alone, info->id, info->file, info->json);
    (void)ruleset_freeze(alone);
    rules_evaluate(&a, alone, (struct fact_set){ file->facts, file->nfacts }, &verdict);
    fires = verdict.nfindings + verdict.nruled_out != 0;
    ruleset_destroy(alone);
    arena_finish(&a);
    return fires;
}

static bool cause_found(const struct verdict *v, str cause)
{
    for (size_t i = 0; i < v->nfindings; i++) {
        if (str_eq(v->findings[i].cause, cause))
            return true;
    }
    for (size_t i = 0; i < v->nruled_out; i++) {
        if (str_eq(v->ruled_out[i].cause, cause))
            return true;
    }
    return false;
}

static void check_rules(struct test *t, str id, const struct analysis *a)
{
    for (size_t i = 0; i < ruleset_count(t->rules); i++) {
        struct rule_info info = ruleset_rule(t->rules, i);
        bool must = names(info.fires, info.nfires, id);
        bool fires;

        if (!must && !names(info.silent, info.nsilent, id))
            continue;
        fires = fires_alone(&info, &a->file);
        /* Silenced by a better rule or cleared away is silent, too. */
        if (!must && fires)
            fires = cause_found(&a->verdict, info.cause);
        if (fires == must)
            continue;
        t->rule_failures[i]++;
        out_printf(t->out, "rule %.*s: %s on %.*s\n", STR_ARG(info.id),
                must ? "does not fire" : "is not silent", STR_ARG(id));
    }
}

static void run_case(struct test *t, str id)
{
    str dir = arena_printf(&t->arena, "%s/%.*s", t->o->cases, STR_ARG(id));
    const char *bundle =
            arena_z(&t->arena, arena_printf(&t->arena, "%.*s/bundle.zip", STR_ARG(dir)));
    const char *input = arena_z(&t->arena, arena_printf(&t->arena, "%.*s/input", STR_ARG(dir)));
    const char *path = is_there(bundle) ? bundle : input;
    struct out wrong;
    struct analysis a;
    str lines, line;

    out_init_memory(&wrong);
    analysis_run(&a, t->rules, &path, 1);
    if (a.file.nsources == 0)
        out_z(&wrong, "there is nothing in bundle.zip or input/\n");
    case_expect(arena_z(&t->arena, arena_printf(&t->arena, "%.*s/case.json", STR_ARG(dir))), &a,
            &wrong);
    lines = out_text(&wrong);
    if (lines.n != 0)
        t->failed++;
    else
        t->passed++;
    while (str_line(&lines, &line))
        out_printf(t->out, "case %.*s: %.*s\n", STR_ARG(id), STR_ARG(line));
    check_rules(t, id, &a);
    (void)out_finish(&wrong);
    analysis_finish(&a);
}

/* --- the rules' own duties ---------------------------------------------------------------- */

static void check_named(
        struct test *t, const struct rule_info *info, size_t rule, const str *ids, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (names(t->cases, t->ncases, ids[i]))
            continue;
        t->rule_failures[rule]++;
        out_printf(
                t->out, "rule %.*s: there is no case %.*s\n", STR_ARG(info->id), STR_ARG(ids[i]));
    }
}

static void count_rules(struct test *t)
{
    for (size_t i = 0; i < ruleset_count(t->rules); i++) {
        struct rule_info info = ruleset_rule(t->rules, i);

        if (t->o->nargs == 0 && !t->o->partial) {
            check_named(t, &info, i, info.fires, info.nfires);
            check_named(t, &info, i, info.silent, info.nsilent);
            if (info.nfires == 0 || info.nsilent == 0) {
                t->rule_failures[i]++;
                out_printf(t->out, "rule %.*s: names no case where it %s\n", STR_ARG(info.id),
                        info.nfires == 0 ? "fires" : "stays silent");
            }
        }
        if (t->rule_failures[i] != 0)
            t->failed++;
        else if (t->o->nargs == 0)
            t->passed++;
    }
}

static int run_all(struct test *t)
{
    size_t ran = 0;

    find_cases(t, t->o->cases, STR(""), 0);
    if (t->ncases == 0) {
        command_say(t->o, "%s: there are no cases there", t->o->cases);
        return STATUS_USAGE;
    }
    qsort(t->cases, t->ncases, sizeof(*t->cases), by_id);
    for (size_t i = 0; i < t->ncases; i++) {
        if (!chosen(t->o, t->cases[i]))
            continue;
        run_case(t, t->cases[i]);
        ran++;
    }
    if (ran == 0) {
        command_say(t->o, "no case of that name below %s", t->o->cases);
        return STATUS_USAGE;
    }
    count_rules(t);
    out_printf(t->out, "%zu passed, %zu failed\n", t->passed, t->failed);
    return t->failed != 0 ? STATUS_FOUND : STATUS_DONE;
}

static int run(struct options *o)
{
    struct ruleset *rules = analysis_rules(o);
    struct test t = { .o = o, .rules = rules };
    struct output output;
    int status;

    if (rules == NULL)
        return STATUS_USAGE;
    if (!output_open(o, &output)) {
        ruleset_destroy(rules);
        return STATUS_USAGE;
    }
    arena_init(&t.arena, 0);
    t.out = &output.out;
    t.rule_failures = arena_array(&t.arena, size_t, ruleset_count(rules));
    status = output_close(&output, run_all(&t));
    free(t.cases);
    arena_finish(&t.arena);
    ruleset_destroy(rules);
    return status;
}

const struct command command_rules_test = {
    .name = "rules test",
    .arguments = "[CASE...]",
    .summary = "the worked cases: what must be found, and what must not",
    .about =
            "Analyzes every case below --cases (or those named) and compares with its case.json: what\n"
            "is missing, what is found beyond it, what a member was taken for. Then whether each rule\n"
            "fires on the cases that it names and stays silent on its near misses. The last line\n"
            "counts cases and rules; status 1 when one failed.",
    .examples = "  fathom rules test\n"
                "  fathom rules test windows/vz-2003-npp-shortage\n"
                "  fathom rules test --rules our-rules --cases our-cases --partial\n",
    .options = OPTION_BIT(OPTION_OUTPUT) | OPTION_BIT(OPTION_RULES) | OPTION_BIT(OPTION_CASES) |
               OPTION_BIT(OPTION_PARTIAL),
    .run = run,
};
