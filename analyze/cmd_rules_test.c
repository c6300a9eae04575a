/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fathom rules test: the worked cases of corpus/cases/<area>/<case>/ against the rules.
 *
 * case.json says what must be found, ruled out and left undecided, what must not be found, and what
 * each member is; a finding above info that it does not list fails the case. A rule must fire on
 * the cases that it names under "fires" and stay silent on those under "silent", of which one at
 * least must hold the kind of evidence that it looks for. Every cause must be seen in some case.
 *
 * With a site's rules, what rules and causes owe is asked of the site's only.
 */
#include <stdlib.h>
#include <string.h>

#include "case_expect.h"
#include "command.h"
#include "worked.h"

/* What the cases showed of one rule. */
struct record {
    size_t failures;
    bool near; /* some near miss holds evidence of its kinds */
    str fired; /* a case in which it fired */
};

struct test {
    const struct options *o;
    struct ruleset *rules;
    struct out *out;
    struct worked cases;
    struct rule_trial *trials; /* of the case that runs */
    struct record *records;    /* [rule] */
    bool *seen;                /* [cause] */
    bool site;                 /* a site's rules are there: only they have duties */
    size_t passed, failed, warnings, healthy;
};

static bool names(const str *ids, size_t n, str id)
{
    for (size_t i = 0; i < n; i++) {
        if (str_eq(ids[i], id))
            return true;
    }
    return false;
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

/* --- one case ----------------------------------------------------------------------------- */

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

static void check_rule(struct test *t, str id, const struct analysis *a, size_t rule)
{
    const struct rule_trial *trial = &t->trials[rule];
    struct rule_info info = ruleset_rule(t->rules, rule);
    struct record *record = &t->records[rule];
    bool must = names(info.fires, info.nfires, id), near = names(info.silent, info.nsilent, id);
    bool fires = trial->fired;

    if (fires && record->fired.n == 0)
        record->fired = id;
    if (trial->gap != NULL) {
        record->failures++;
        out_printf(t->out, "rule %.*s: its %s prints an unknown value ('?') on %.*s\n",
                STR_ARG(info.id), trial->gap, STR_ARG(id));
    }
    if (near && worked_shares(a, t->rules, rule))
        record->near = true;
    /* Silenced by a better rule or cleared away is silent, too. */
    if (near && fires)
        fires = cause_found(&a->verdict, info.cause);
    if ((!must && !near) || fires == must)
        return;
    record->failures++;
    out_printf(t->out, "rule %.*s: %s on %.*s\n", STR_ARG(info.id),
            must ? "does not fire" : "is not silent", STR_ARG(id));
}

static void mark_seen(struct test *t, const struct finding *findings, size_t n)
{
    size_t ncauses;
    const struct cause_info *causes = ruleset_causes(t->rules, &ncauses);

    for (size_t i = 0; i < n; i++) {
        const struct cause_info *cause = ruleset_cause(t->rules, findings[i].cause);

        if (cause != NULL)
            t->seen[cause - causes] = true;
    }
}

static void run_case(struct test *t, str id)
{
    struct analysis a;
    struct out wrong;
    bool healthy;
    str lines, line;

    out_init_memory(&wrong);
    worked_run(&t->cases, id, t->rules, &a, t->trials);
    if (a.file.nsources == 0)
        out_z(&wrong, "there is nothing in bundle.zip or input/\n");
    case_expect(worked_path(&t->cases, id, "case.json"), &a, &wrong, &healthy);
    lines = out_text(&wrong);
    if (lines.n != 0)
        t->failed++;
    else
        t->passed++;
    t->healthy += healthy;
    while (str_line(&lines, &line))
        out_printf(t->out, "case %.*s: %.*s\n", STR_ARG(id), STR_ARG(line));
    for (size_t i = 0; i < ruleset_count(t->rules); i++)
        check_rule(t, id, &a, i);
    mark_seen(t, a.verdict.findings, a.verdict.nfindings);
    mark_seen(t, a.verdict.ruled_out, a.verdict.nruled_out);
    (void)out_finish(&wrong);
    analysis_finish(&a);
}

/* --- what rules and causes owe ------------------------------------------------------------ */

/* Warnings fail with --strict only. */
static void warn(struct test *t, size_t *failures, const char *what, str id, const char *text)
{
    out_printf(t->out, "%s%s %.*s: %s\n", t->o->strict ? "" : "warning: ", what, STR_ARG(id), text);
    if (t->o->strict)
        ++*failures;
    else
        t->warnings++;
}

static void check_named(
        struct test *t, const struct rule_info *info, size_t rule, const str *ids, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (worked_has(&t->cases, ids[i]))
            continue;
        t->records[rule].failures++;
        out_printf(
                t->out, "rule %.*s: there is no case %.*s\n", STR_ARG(info->id), STR_ARG(ids[i]));
    }
}

static void check_duties(struct test *t, const struct rule_info *info, size_t rule)
{
    struct record *record = &t->records[rule];

    check_named(t, info, rule, info->fires, info->nfires);
    check_named(t, info, rule, info->silent, info->nsilent);
    if (info->nfires == 0) {
        record->failures++;
        out_printf(t->out,
                "rule %.*s: names no case where it fires (\"cases\": {\"fires\": [...]})",
                STR_ARG(info->id));
        if (record->fired.n != 0)
            out_printf(t->out, "; it does on %.*s", STR_ARG(record->fired));
        out_char(t->out, '\n');
    }
    if (info->nsilent == 0) {
        record->failures++;
        out_printf(t->out,
                "rule %.*s: names no near miss: a case with such evidence where it stays silent\n",
                STR_ARG(info->id));
    } else if (!record->near) {
        warn(t, &record->failures, "rule", info->id,
                "none of its silent cases is a near miss: none holds evidence of its kinds");
    }
}

/* Blanks of a draft, as the lint told them. */
static void check_blanks(struct test *t, const struct rule_info *info, size_t rule)
{
    size_t n;
    const struct rule_problem *problems = ruleset_problems(t->rules, &n);

    for (size_t i = 0; i < n; i++) {
        if (strcmp(problems[i].code, "rule.blank") != 0 || !str_eq(problems[i].file, info->file))
            continue;
        t->records[rule].failures++;
        out_printf(t->out, "rule %.*s: %.*s is %.*s\n", STR_ARG(info->id),
                STR_ARG(problems[i].pointer), STR_ARG(problems[i].text));
    }
}

static void count_rules(struct test *t)
{
    bool duties = t->o->nargs == 0 && !t->o->partial;

    for (size_t i = 0; i < ruleset_count(t->rules); i++) {
        struct rule_info info = ruleset_rule(t->rules, i);

        if (duties && (info.site || !t->site)) {
            check_duties(t, &info, i);
            if (str_has(info.json, STR(RULE_BLANK)))
                check_blanks(t, &info, i);
        }
        if (t->records[i].failures != 0)
            t->failed++;
        else if (t->o->nargs == 0 && (info.site || !t->site))
            t->passed++;
    }
}

/* Blanks of the vocabulary: of what stands in no rule file. */
static size_t check_cause_blanks(struct test *t)
{
    size_t n, blanks = 0;
    const struct rule_problem *problems = ruleset_problems(t->rules, &n);

    for (size_t i = 0; i < n; i++) {
        if (strcmp(problems[i].code, "rule.blank") != 0 ||
                !str_ends(problems[i].file, STR("causes.tsv")))
            continue;
        blanks++;
        out_printf(t->out, "%.*s %.*s is %.*s\n", STR_ARG(problems[i].file),
                STR_ARG(problems[i].pointer), STR_ARG(problems[i].text));
    }
    return blanks;
}

static void count_causes(struct test *t)
{
    size_t n;
    const struct cause_info *causes = ruleset_causes(t->rules, &n);

    if (t->o->nargs != 0 || t->o->partial)
        return;
    t->failed += check_cause_blanks(t);
    for (size_t i = 0; i < n; i++) {
        size_t failures = 0;

        if (t->site && !causes[i].site)
            continue;
        if (!t->seen[i])
            warn(t, &failures, "cause", causes[i].id, "no case shows it");
        t->failed += failures;
        t->passed += t->seen[i];
    }
    if (!t->site && t->healthy == 0) {
        out_z(t->out, "there is no healthy capture (\"healthy\": true in case.json)\n");
        t->failed++;
    }
}

static int run_all(struct test *t)
{
    size_t ran = 0, ncauses;

    if (!worked_find(&t->cases, t->o->cases)) {
        command_say(t->o, "%s: there are no cases there", t->o->cases);
        return STATUS_USAGE;
    }
    (void)ruleset_causes(t->rules, &ncauses);
    t->trials = arena_array(&t->cases.arena, struct rule_trial, ruleset_count(t->rules) + 1);
    t->records = arena_array(&t->cases.arena, struct record, ruleset_count(t->rules) + 1);
    t->seen = arena_array(&t->cases.arena, bool, ncauses + 1);
    for (size_t i = 0; i < t->cases.n; i++) {
        if (!chosen(t->o, t->cases.ids[i]))
            continue;
        run_case(t, t->cases.ids[i]);
        ran++;
    }
    if (ran == 0) {
        command_say(t->o, "no case of that name below %s", t->o->cases);
        return STATUS_USAGE;
    }
    count_rules(t);
    count_causes(t);
    out_printf(t->out, "%zu passed, %zu failed", t->passed, t->failed);
    if (t->warnings != 0)
        out_printf(t->out, ", %zu warning%s", t->warnings, t->warnings == 1 ? "" : "s");
    out_char(t->out, '\n');
    return t->failed != 0 ? STATUS_FOUND : STATUS_DONE;
}

static bool has_site_rules(const struct ruleset *rules)
{
    for (size_t i = 0; i < ruleset_count(rules); i++) {
        if (ruleset_rule(rules, i).site)
            return true;
    }
    return false;
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
    analysis_lint(rules);
    t.out = &output.out;
    t.site = has_site_rules(rules);
    status = output_close(&output, run_all(&t));
    worked_finish(&t.cases);
    ruleset_destroy(rules);
    return status;
}

const struct command command_rules_test = {
    .name = "rules test",
    .arguments = "[CASE...]",
    .summary = "the worked cases: what must be found, and what must not",
    .about =
            "Analyzes every case below --cases (or those named) and compares with its case.json: what\n"
            "is missing, what is found beyond it, what a member was taken for.\n"
            "\n"
            "Then what is still missing of each rule: a case where it fires, a near miss (a case with\n"
            "evidence of its kinds where it stays silent), a text that prints an unknown value, blanks\n"
            "of a draft; and of each cause a case that shows it. With --rules this is asked of the\n"
            "rules and causes of those packs, not of the built-in ones.\n"
            "\n"
            "The last line counts cases, rules and causes; status 1 when one failed.",
    .examples = "  fathom rules test\n"
                "  fathom rules test windows/vz-2003-npp-shortage\n"
                "  fathom rules test --rules our-rules --cases our-cases\n",
    .options = OPTION_BIT(OPTION_OUTPUT) | OPTION_BIT(OPTION_RULES) | OPTION_BIT(OPTION_CASES) |
               OPTION_BIT(OPTION_PARTIAL) | OPTION_BIT(OPTION_STRICT),
    .run = run,
};
