/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fathom rules coverage: what each rule stands on: the cases in which it fires, its near misses, how
 * many members hold its evidence, what it is looked up by, what it costs, and, with reports of real
 * cases, how often and when it fired last.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "jsonw.h"
#include "worked.h"

struct record {
    str *fires; /* cases */
    size_t nfires, near;
    size_t samples; /* members whose lines were its evidence */
    uint64_t tested, patterns;
    size_t reports;      /* given reports in which it fired */
    str last, last_case; /* the latest time it speaks of there; the report that says so */
};

struct coverage {
    const struct options *o;
    const struct ruleset *rules;
    struct arena arena;
    struct worked cases;
    struct rule_trial *trials;
    struct record *records; /* [rule] */
    uint32_t *told;         /* [rule] the last report that counted */
    size_t nreports;
};

/* --- the worked cases --------------------------------------------------------------------- */

static bool is_named(const struct rule_info *info, str id)
{
    for (size_t i = 0; i < info->nsilent; i++) {
        if (str_eq(info->silent[i], id))
            return true;
    }
    return false;
}

/* Findings name the rule that speaks; others may have found the same. */
static size_t find_rule(const struct coverage *c, str id)
{
    size_t from = 0, to = ruleset_count(c->rules);

    while (from < to) {
        size_t middle = from + (to - from) / 2;

        if (str_cmp(ruleset_rule(c->rules, middle).id, id) < 0)
            from = middle + 1;
        else
            to = middle;
    }
    return from < ruleset_count(c->rules) && str_eq(ruleset_rule(c->rules, from).id, id) ? from
                                                                                         : SIZE_MAX;
}

static void count_samples(struct coverage *c, const struct finding *findings, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        size_t rule = find_rule(c, findings[i].rule);
        uint32_t last = 0;

        for (size_t k = 0; rule != SIZE_MAX && k < findings[i].nevidence; k++) {
            uint32_t member = findings[i].evidence[k].fact->where.member;

            c->records[rule].samples += member != 0 && member != last;
            last = member;
        }
    }
}

static void run_case(struct coverage *c, str id)
{
    struct analysis a;

    worked_run(&c->cases, id, c->rules, &a, c->trials);
    for (size_t i = 0; i < ruleset_count(c->rules); i++) {
        struct rule_info info = ruleset_rule(c->rules, i);
        struct record *record = &c->records[i];

        record->tested += c->trials[i].tested;
        record->patterns += c->trials[i].patterns;
        if (c->trials[i].fired)
            record->fires[record->nfires++] = id;
        else if (is_named(&info, id) && worked_shares(&a, c->rules, i))
            record->near++;
    }
    count_samples(c, a.verdict.findings, a.verdict.nfindings);
    count_samples(c, a.verdict.ruled_out, a.verdict.nruled_out);
    analysis_finish(&a);
}

/* --- reports of real cases ---------------------------------------------------------------- */

static void note_findings(struct coverage *c, const struct json *list, str name)
{
    for (const struct json *f = list != NULL ? list->child : NULL; f != NULL; f = f->next) {
        size_t rule = find_rule(c, json_text(json_get(f, STR("rule"))));
        str last = json_text(json_get(f, STR("last")));
        struct record *record;

        if (rule == SIZE_MAX)
            continue;
        record = &c->records[rule];
        record->reports += c->told[rule] != c->nreports;
        c->told[rule] = (uint32_t)c->nreports;
        /* Times since boot say nothing of when it was. */
        if (last.n == 0 || !is_digit(last.p[0]))
            last = STR("");
        if (record->last_case.n == 0 || str_cmp(last, record->last) >= 0) {
            record->last = arena_str(&c->arena, last);
            record->last_case = arena_str(&c->arena, name);
        }
    }
}

static bool note_report(struct coverage *c, str text)
{
    struct arena a;
    const struct json *report, *findings;
    str error;

    arena_init(&a, 0);
    report = json_parse(&a, text, &error);
    findings = json_get(report, STR("findings"));
    if (findings != NULL) {
        c->nreports++;
        note_findings(c, findings, json_text(json_get(json_get(report, STR("case")), STR("name"))));
        note_findings(c, json_get(report, STR("ruled_out")),
                json_text(json_get(json_get(report, STR("case")), STR("name"))));
    }
    arena_finish(&a);
    return findings != NULL;
}

/* One report a line, or one report in all: its first line alone is then no document. */
static bool read_reports(struct coverage *c, const char *path)
{
    FILE *file = strcmp(path, "-") == 0 ? stdin : fopen(path, "rbe");
    struct out whole;
    char *line = NULL;
    size_t size = 0;
    ssize_t n;
    bool any = false;

    if (file == NULL) {
        command_say(c->o, "%s: %s", path, strerror(errno));
        return false;
    }
    out_init_memory(&whole);
    while ((n = getline(&line, &size, file)) > 0) {
        str text = str_trim((str){ line, (size_t)n });

        if (out_text(&whole).n == 0 && (text.n == 0 || note_report(c, text)))
            any = any || text.n != 0;
        else
            out_str(&whole, (str){ line, (size_t)n });
    }
    if (out_text(&whole).n != 0)
        any = !any && note_report(c, out_text(&whole));
    (void)out_finish(&whole);
    free(line);
    if (file != stdin)
        (void)fclose(file);
    if (!any)
        command_say(c->o, "%s: no report of fathom (analyze --format json)", path);
    return any;
}

/* --- what is printed ---------------------------------------------------------------------- */

static void put_rule_json(struct coverage *c, struct jsonw *w, size_t rule)
{
    struct rule_info info = ruleset_rule(c->rules, rule);
    const struct record *r = &c->records[rule];
    size_t n;
    const str *lookups = ruleset_lookups(c->rules, &c->arena, rule, &n);

    jsonw_object(w, NULL);
    jsonw_str(w, "id", info.id);
    jsonw_str(w, "cause", info.cause);
    jsonw_str(w, "pack", info.pack);
    jsonw_strs(w, "fires", r->fires, r->nfires);
    jsonw_int(w, "near_misses", (int64_t)r->near);
    jsonw_int(w, "samples", (int64_t)r->samples);
    jsonw_strs(w, "lookups", lookups, n);
    jsonw_int(w, "tested", (int64_t)r->tested);
    jsonw_int(w, "patterns", (int64_t)r->patterns);
    jsonw_int(w, "reports", (int64_t)r->reports);
    jsonw_str_or_null(w, "last", r->last);
    jsonw_str_or_null(w, "last_case", r->last_case);
    jsonw_end_object(w);
}

static void put_json(struct coverage *c, struct out *out)
{
    struct jsonw w;

    jsonw_init(&w, out, false);
    jsonw_object(&w, NULL);
    jsonw_int(&w, "cases", (int64_t)c->cases.n);
    jsonw_int(&w, "reports", (int64_t)c->nreports);
    jsonw_array(&w, "rules");
    for (size_t i = 0; i < ruleset_count(c->rules); i++)
        put_rule_json(c, &w, i);
    jsonw_end_array(&w);
    jsonw_end_object(&w);
    jsonw_finish(&w);
}

static size_t width_of_ids(const struct coverage *c)
{
    size_t width = 4;

    for (size_t i = 0; i < ruleset_count(c->rules); i++) {
        size_t n = ruleset_rule(c->rules, i).id.n;

        width = n > width && n <= 40 ? n : width;
    }
    return width;
}

static void put_row(struct coverage *c, struct out *out, size_t rule, size_t width)
{
    struct rule_info info = ruleset_rule(c->rules, rule);
    const struct record *r = &c->records[rule];
    size_t n;

    (void)ruleset_lookups(c->rules, &c->arena, rule, &n);
    if (info.id.n > width)
        out_printf(out, "%.*s\n%*s", STR_ARG(info.id), (int)width, "");
    else
        out_printf(out, "%-*.*s", (int)width, STR_ARG(info.id));
    out_printf(out, " %5zu %4zu", r->nfires, r->near);
    if (c->nreports == 0)
        out_printf(out, " %7zu", r->samples);
    out_printf(out, " %4zu %6llu", n, (unsigned long long)(r->tested + r->patterns));
    if (c->nreports != 0)
        out_printf(out, " %5zu %.*s", r->reports,
                STR_ARG(r->last.n != 0 ? str_slice(r->last, 0, 10) : STR("-")));
    out_char(out, '\n');
}

static void put_text(struct coverage *c, struct out *out)
{
    size_t width = width_of_ids(c), idle = 0, bare = 0, unseen = 0;

    out_printf(out, "%-*s fires near%s keys  steps%s\n", (int)width, "rule",
            c->nreports == 0 ? " samples" : "", c->nreports != 0 ? "  seen last" : "");
    for (size_t i = 0; i < ruleset_count(c->rules); i++) {
        put_row(c, out, i, width);
        idle += c->records[i].nfires == 0;
        bare += c->records[i].near == 0;
        unseen += c->records[i].reports == 0;
    }
    out_printf(out, "%zu rules over %zu cases: %zu fire in none, %zu have no near miss",
            ruleset_count(c->rules), c->cases.n, idle, bare);
    out_char(out, '\n');
    if (c->nreports != 0)
        out_printf(out, "%zu fired in none of %zu reports\n", unseen, c->nreports);
}

static int cover(struct coverage *c, struct out *out)
{
    size_t n = ruleset_count(c->rules);

    if (!worked_find(&c->cases, c->o->cases)) {
        command_say(c->o, "%s: there are no cases there", c->o->cases);
        return STATUS_USAGE;
    }
    c->trials = arena_array(&c->arena, struct rule_trial, n + 1);
    c->records = arena_array(&c->arena, struct record, n + 1);
    c->told = arena_array(&c->arena, uint32_t, n + 1);
    for (size_t i = 0; i < n; i++)
        c->records[i].fires = arena_array(&c->arena, str, c->cases.n);
    for (size_t i = 0; i < c->o->nargs; i++) {
        if (!read_reports(c, c->o->args[i]))
            return STATUS_USAGE;
    }
    for (size_t i = 0; i < c->cases.n; i++)
        run_case(c, c->cases.ids[i]);
    if (strcmp(c->o->format, "json") == 0)
        put_json(c, out);
    else
        put_text(c, out);
    return STATUS_DONE;
}

static int run(struct options *o)
{
    struct ruleset *rules = analysis_rules(o);
    struct coverage c = { .o = o, .rules = rules };
    struct output output;
    int status;

    if (rules == NULL)
        return STATUS_USAGE;
    if (!output_open(o, &output)) {
        ruleset_destroy(rules);
        return STATUS_USAGE;
    }
    arena_init(&c.arena, 0);
    status = output_close(&output, cover(&c, &output.out));
    worked_finish(&c.cases);
    arena_finish(&c.arena);
    ruleset_destroy(rules);
    return status;
}

const struct command command_rules_coverage = {
    .name = "rules coverage",
    .arguments = "[REPORT...]",
    .summary = "what each rule stands on, costs, and when it fired last",
    .about =
            "One line per rule: in how many worked cases it fires, how many near misses it has, how\n"
            "many files of the cases hold its evidence, by how many fields its facts are looked up (0:\n"
            "every fact of the kind is tried), and how many steps it took over all cases: facts\n"
            "and lines tried and patterns run, counted and not timed.\n"
            "\n"
            "With reports of real cases (JSON, or one a line), in how many of them it fired and when\n"
            "last. --format json names the cases and literals.",
    .examples = "  fathom rules coverage\n"
                "  fathom rules coverage reports.ndjson | sort -n -k6\n"
                "  fathom rules coverage --format json | jq '.rules[] | select(.fires == [])'\n",
    .options = OPTION_BIT(OPTION_FORMAT) | OPTION_BIT(OPTION_OUTPUT) | OPTION_BIT(OPTION_RULES) |
               OPTION_BIT(OPTION_CASES),
    .formats = "text json",
    .run = run,
};
