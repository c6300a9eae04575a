/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The rows of tests/rules/: expressions, matchers, load errors and whole packs. Each goes the way a
 * rule goes: written as JSON, loaded, frozen, evaluated.
 *
 *     expr.test     expression [| filter] / facts / what a template prints of it
 *     match.test    one selection / facts / numbers of the facts that match
 *     load.test     keys that replace those of a sound rule / problems: code pointer[:column]
 *     lint.test     the same of an exoneration with three selections, and what the lint tells
 *     run.test      pack / facts / the verdict, one line each
 *
 * %%FAIL code [column] stands for an expression or selection that must be refused for that reason.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "json.h"
#include "out.h"
#include "rule_rows.h"

struct context {
    struct arena *a;
    str evidence, let;
    size_t rows;
};

static void directive(void *ctx, str line)
{
    struct context *c = ctx;

    if (str_take(&line, STR("%%evidence ")))
        c->evidence = line;
    else if (str_take(&line, STR("%%let ")))
        c->let = line;
    else
        fail_msg("no directive %.*s", STR_ARG(line));
}

static str lines_joined(struct arena *a, const struct row *row, size_t from)
{
    str all = STR("");

    for (size_t i = from; i < row->n; i++)
        all = arena_printf(a, "%.*s%.*s\n", STR_ARG(all), STR_ARG(row->lines[i]));
    return all;
}

static str quoted(struct arena *a, str s)
{
    struct out out;
    str text;

    out_init_memory(&out);
    out_json_str(&out, s);
    text = arena_str(a, out_text(&out));
    (void)out_finish(&out);
    return text;
}

/* "code pointer:column" of every problem; warnings as "w:code". */
static str problems_of(struct arena *a, const struct ruleset *rs, bool warnings)
{
    size_t n;
    const struct rule_problem *p = ruleset_problems(rs, &n);
    str all = STR("");

    for (size_t i = 0; i < n; i++) {
        if (p[i].warning && !warnings)
            continue;
        all = arena_printf(a, "%.*s%s%s%s%.*s", STR_ARG(all), p[i].warning ? "w:" : "", p[i].code,
                p[i].pointer.n != 0 ? " " : "", STR_ARG(p[i].pointer));
        if (p[i].column != 0)
            all = arena_printf(a, "%.*s:%u", STR_ARG(all), p[i].column);
        all = arena_printf(a, "%.*s\n", STR_ARG(all));
    }
    return all;
}

static const char base[] = "\"cause\":\"t/cause\",\"role\":\"symptom\",\"severity\":\"low\","
                           "\"status\":\"test\",\"summary\":\"s\",\"references\":[\"r\"]";

/* "T <head >head", "t <cell >cell", "f <foot >foot"; > is a column that stands at the right. */
static str put_cells(
        struct arena *a, str s, const char *mark, const struct finding_table *t, const str *cells)
{
    s = arena_printf(a, "%.*s%s", STR_ARG(s), mark);
    for (size_t i = 0; i < t->ncolumns; i++)
        s = arena_printf(
                a, "%.*s %s%.*s", STR_ARG(s), t->numbers[i] ? ">" : "<", STR_ARG(cells[i]));
    return arena_printf(a, "%.*s\n", STR_ARG(s));
}

static str put_table(struct arena *a, str s, const struct finding_table *t)
{
    if (t == NULL)
        return s;
    s = put_cells(a, s, "T", t, t->heads);
    for (size_t row = 0; row < t->nrows; row++)
        s = put_cells(a, s, "t", t, &t->cells[row * t->ncolumns]);
    if (t->total > t->nrows)
        s = arena_printf(a, "%.*st and %zu more\n", STR_ARG(s), t->total - t->nrows);
    return t->foot != NULL ? put_cells(a, s, "f", t, t->foot) : s;
}

/* "E 1 3! 6": which facts are kept of more that were met; ! is one that the words rest on. */
static str put_choice(struct arena *a, str s, const struct finding *f)
{
    if (f->nevidence == f->evidence_total)
        return s;
    s = arena_printf(a, "%.*sE", STR_ARG(s));
    for (size_t i = 0; i < f->nevidence; i++)
        s = arena_printf(a, "%.*s %u%s", STR_ARG(s), f->evidence[i].fact->where.line,
                f->evidence[i].decides ? "!" : "");
    return arena_printf(a, "%.*s\n", STR_ARG(s));
}

static str put_finding(struct arena *a, const struct finding *f, char mark)
{
    str s = arena_printf(a, "%c %.*s %.*s@%.*s", mark, STR_ARG(f->rule),
            STR_ARG(f->subject.n != 0 ? f->subject : STR("-")),
            STR_ARG(f->host.n != 0 ? f->host : STR("-")));

    if (mark == 'F')
        s = arena_printf(a, "%.*s %s %s x%llu", STR_ARG(s), severity_name(f->severity),
                confidence_name(f->confidence), (unsigned long long)f->count);
    s = arena_printf(a, "%.*s e%zu/%zu", STR_ARG(s), f->nevidence, f->evidence_total);
    if (f->history)
        s = arena_printf(a, "%.*s history", STR_ARG(s));
    for (size_t i = 0; i < f->nexplains; i++)
        s = arena_printf(a, "%.*s%s%u", STR_ARG(s), i != 0 ? "," : " >", f->explains[i] + 1);
    if (f->explained)
        s = arena_printf(a, "%.*s ^", STR_ARG(s));
    s = arena_printf(a, "%.*s \"%.*s\"\n", STR_ARG(s), STR_ARG(f->title));
    s = put_choice(a, s, f);
    return put_table(a, s, f->table);
}

static str put_verdict(struct arena *a, const struct verdict *v)
{
    str s = STR("");

    for (size_t i = 0; i < v->nfindings; i++)
        s = arena_printf(a, "%.*s%.*s", STR_ARG(s), STR_ARG(put_finding(a, &v->findings[i], 'F')));
    for (size_t i = 0; i < v->nruled_out; i++)
        s = arena_printf(a, "%.*s%.*s", STR_ARG(s), STR_ARG(put_finding(a, &v->ruled_out[i], 'R')));
    for (size_t i = 0; i < v->nundetermined; i++) {
        const struct undetermined *u = &v->undetermined[i];

        s = arena_printf(a, "%.*sU %.*s %.*s@%.*s", STR_ARG(s), STR_ARG(u->rule),
                STR_ARG(u->subject.n != 0 ? u->subject : STR("-")),
                STR_ARG(u->host.n != 0 ? u->host : STR("-")));
        if (str_find_char(u->title, '?') != STR_NONE)
            s = arena_printf(a, "%.*s \"%.*s\"", STR_ARG(s), STR_ARG(u->title));
        for (size_t k = 0; k < u->nmissing; k++)
            s = arena_printf(a, "%.*s%s%.*s", STR_ARG(s), k != 0 ? ", " : " missing ",
                    STR_ARG(u->missing[k]));
        for (size_t k = 0; k < u->nasks; k++)
            s = arena_printf(a, "%.*s; ask %.*s", STR_ARG(s), STR_ARG(u->asks[k]));
        s = arena_printf(a, "%.*s\n", STR_ARG(s));
    }
    for (size_t i = 0; i < v->nlimits; i++)
        s = arena_printf(
                a, "%.*sL %.*s %s\n", STR_ARG(s), STR_ARG(v->limits[i].file), v->limits[i].code);
    return s.n != 0 ? s : STR("nothing\n");
}

/* By the set itself, and by the same set written and opened: which must say the same. Catches: a rule
 * that is left unloaded though something it looks for is there. */
static void evaluate(struct arena *a, const struct ruleset *rs, const struct fact_list *facts,
        struct verdict *ret)
{
    const struct fact_set set = { facts->p, facts->n };
    struct ruleset *opened = ruleset_open(test_kinds, ruleset_write(rs, STR(""), a));
    struct verdict other;
    str got, want;

    assert_non_null(opened);
    rules_evaluate(a, rs, set, ret);
    rules_evaluate(a, opened, set, &other);
    want = put_verdict(a, ret);
    got = put_verdict(a, &other);
    if (!str_eq(got, want))
        fail_msg("opened: %.*sfrozen: %.*s", STR_ARG(got), STR_ARG(want));
    ruleset_destroy(opened);
}

static bool expr_row(struct context *c, const struct row *row, str *ret_got)
{
    struct arena *a = c->a;
    struct ruleset *rs = ruleset_create(test_kinds);
    struct fact_list facts = facts_read(a, row->lines[1]);
    struct verdict verdict;
    str title = quoted(a, arena_printf(a, "{%.*s}", STR_ARG(row->lines[0])));
    str rule = arena_printf(a,
            "{%s,\"title\":%.*s,\"let\":%.*s,\"when\":\"true\","
            "\"evidence\":{\"always\":{\"fact\":\"host\"},%.*s}}",
            base, STR_ARG(title), STR_ARG(c->let), STR_ARG(c->evidence));

    /* Something to stand on for rows without facts. */
    facts.p[facts.n++] = facts_read(a, STR("host product=any")).p[0];
    ruleset_add(rs, STR("t/rule"), STR("row"), rule);
    if (ruleset_freeze(rs)) {
        evaluate(a, rs, &facts, &verdict);
        assert_int_equal(verdict.nfindings, 1);
        *ret_got = arena_str(a, verdict.findings[0].title);
    } else {
        size_t n;
        const struct rule_problem *p = ruleset_problems(rs, &n);

        while (p->warning)
            p++;
        assert_true(str_eq(p->pointer, STR("/title")));
        *ret_got = arena_printf(a, "%%%%FAIL %s %u", p->code, p->column - 1);
    }
    ruleset_destroy(rs);
    return str_eq(*ret_got, row->lines[2]);
}

static bool match_row(struct context *c, const struct row *row, str *ret_got)
{
    struct arena *a = c->a;
    struct ruleset *rs = ruleset_create(test_kinds);
    struct fact_list facts = facts_read(a, row->lines[1]);
    struct verdict verdict;
    str rule = arena_printf(
            a, "{%s,\"title\":\"t\",\"evidence\":{\"s\":%.*s}}", base, STR_ARG(row->lines[0]));

    ruleset_add(rs, STR("t/rule"), STR("row"), rule);
    *ret_got = STR("");
    if (!ruleset_freeze(rs)) {
        str problems = problems_of(a, rs, false), first = str_cut(&problems, '\n');

        (void)str_cut(&first, ' ');
        *ret_got = arena_printf(
                a, "%%%%FAIL %s %.*s", ruleset_problems(rs, &(size_t){ 0 })->code, STR_ARG(first));
    } else {
        evaluate(a, rs, &facts, &verdict);
        for (size_t i = 0; verdict.nfindings != 0 && i < verdict.findings[0].nevidence; i++)
            *ret_got = arena_printf(a, "%.*s%s%u", STR_ARG(*ret_got), i != 0 ? " " : "",
                    verdict.findings[0].evidence[i].fact->where.line);
        if (verdict.nfindings == 0)
            *ret_got = verdict.nlimits != 0 ? STR("limit") : STR("none");
    }
    ruleset_destroy(rs);
    return str_eq(*ret_got, row->lines[2]);
}

/* Keys as given, the others as in a sound rule. */
static str whole_rule(struct arena *a, str keys, const char *const (*sound)[2], size_t n)
{
    str error, all = keys;
    const struct json *given = json_parse(a, arena_printf(a, "{%.*s}", STR_ARG(keys)), &error);

    for (size_t i = 0; i < n; i++) {
        const struct json *node = json_get(given, str_z(sound[i][0]));

        if (node == NULL)
            all = arena_printf(a, "%.*s%s\"%s\":%s", STR_ARG(all), all.n != 0 ? "," : "",
                    sound[i][0], sound[i][1]);
    }
    return arena_printf(a, "{%.*s}", STR_ARG(all));
}

static str load_rule(struct arena *a, str keys)
{
    static const char *const sound[][2] = {
        { "title", "\"t\"" },
        { "cause", "\"t/cause\"" },
        { "role", "\"symptom\"" },
        { "severity", "\"low\"" },
        { "status", "\"test\"" },
        { "evidence", "{\"p\":{\"fact\":\"pool.tag\"},\"e\":{\"fact\":\"event\"}}" },
        { "summary", "\"s\"" },
        { "references", "[\"r\"]" },
    };

    return whole_rule(a, keys, sound, sizeof(sound) / sizeof(sound[0]));
}

/* RAW in the row: the whole file. */
static bool load_row(struct context *c, const struct row *row, str *ret_got)
{
    struct arena *a = c->a;
    struct ruleset *rs = ruleset_create(test_kinds);
    str keys = row->lines[0], rule;

    rule = str_take(&keys, STR("RAW ")) ? keys
                                        : load_rule(a, str_eq(keys, STR("-")) ? STR("") : keys);
    ruleset_add(rs, STR("t/rule"), STR("row"), rule);
    (void)ruleset_freeze(rs);
    *ret_got = problems_of(a, rs, true);
    if (ret_got->n == 0)
        *ret_got = STR("ok\n");
    ruleset_destroy(rs);
    return str_eq(*ret_got, lines_joined(a, row, 1));
}

static str lint_rule(struct arena *a, str keys)
{
    static const char *const sound[][2] = {
        { "title", "\"t\"" },
        { "cause", "\"t/cause\"" },
        { "role", "\"exoneration\"" },
        { "severity", "\"low\"" },
        { "status", "\"test\"" },
        { "evidence", "{\"p\":{\"fact\":\"pool.tag\",\"tag\":\"A\"},"
                      "\"e\":{\"fact\":\"event\"},\"r\":{\"fact\":\"error\"}}" },
        { "summary", "\"s\"" },
        { "references", "[\"r\"]" },
    };

    return whole_rule(a, keys, sound, sizeof(sound) / sizeof(sound[0]));
}

static bool lint_row(struct context *c, const struct row *row, str *ret_got)
{
    static const struct lint_lever levers[] = {
        { STR_INIT("OldLever"), STR_INIT("windows"), STR_INIT("2000,xp"), STR_INIT("later: none") },
        { STR_INIT("NewLever"), STR_INIT("windows"), STR_INIT("!2000,xp,2003"), STR_INIT("") },
    };
    static const struct lint_tool tools[] = { { STR_INIT("wintool"), STR_INIT("windows") } };
    const struct lint_tables rows = { levers, 2, tools, 1 };
    struct ruleset *rs = ruleset_create(test_kinds);
    str keys = row->lines[0];

    ruleset_add_causes(rs, STR("causes.tsv"),
            STR("t/told\tmechanism\tm\t\tnobody can tell\nt/cause\tmechanism\tm\n"
                "t/x\tsymptom\tm\nwindows/x\tsymptom\tm\nlinux/x\tsymptom\tm\n"));
    ruleset_add(rs, STR("t/rule"), STR("row"),
            lint_rule(c->a, str_eq(keys, STR("-")) ? STR("") : keys));
    (void)ruleset_freeze(rs);
    ruleset_lint(rs, &rows);
    *ret_got = problems_of(c->a, rs, true);
    if (ret_got->n == 0)
        *ret_got = STR("ok\n");
    ruleset_destroy(rs);
    return str_eq(*ret_got, lines_joined(c->a, row, 1));
}

static bool run_row(struct context *c, const struct row *row, str *ret_got)
{
    struct arena *a = c->a;
    struct ruleset *rs = ruleset_create(test_kinds);
    struct fact_list facts = facts_read(a, row->lines[1]);
    str pack = arena_printf(a, "%s/packs/%.*s", RULE_TESTS, STR_ARG(row->lines[0])), error;
    struct verdict verdict;

    if (!ruleset_add_dir(rs, pack.p, PACK_SITE, &error))
        fail_msg("%.*s", STR_ARG(error));
    if (!ruleset_freeze(rs))
        fail_msg("%s: %.*s", pack.p, STR_ARG(problems_of(a, rs, false)));
    evaluate(a, rs, &facts, &verdict);
    *ret_got = put_verdict(a, &verdict);
    ruleset_destroy(rs);
    return str_eq(*ret_got, lines_joined(a, row, 2));
}

static void run_file(const char *name, size_t least,
        bool (*run_one)(struct context *c, const struct row *row, str *ret_got))
{
    struct arena a;
    struct context c = { &a, STR(""), STR("{}"), 0 };
    unsigned number = 0;
    int before = rows_wrong();
    struct row row;
    str rest;

    arena_init(&a, 0);
    rest = rows_file(&a, name);
    while (rows_next(&rest, &number, &row, directive, &c)) {
        str got;

        c.rows++;
        if (!run_one(&c, &row, &got))
            row_wrong(&row, got);
    }
    arena_finish(&a);
    if (c.rows < least)
        fail_msg("%s: only %zu rows", name, c.rows);
    if (rows_wrong() != before)
        fail_msg("%s: %d of %zu rows are wrong", name, rows_wrong() - before, c.rows);
}

static void test_expr(void **state)
{
    (void)state;
    run_file("expr.test", 120, expr_row);
}

static void test_match(void **state)
{
    (void)state;
    run_file("match.test", 50, match_row);
}

static void test_load(void **state)
{
    (void)state;
    run_file("load.test", 60, load_row);
}

static void test_lint(void **state)
{
    (void)state;
    run_file("lint.test", 60, lint_row);
}

static void test_run(void **state)
{
    (void)state;
    run_file("run.test", 30, run_row);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_expr),
        cmocka_unit_test(test_match),
        cmocka_unit_test(test_load),
        cmocka_unit_test(test_lint),
        cmocka_unit_test(test_run),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
