/* SPDX-License-Identifier: Apache-2.0 */
/*
 * why: one rule at work, for people: what each selection found and where, what every part of the
 * condition came to, and how it ended. The same bench as evaluation, another narrator.
 */
#include <string.h>

#include "limits.h"
#include "run.h"
#include "utf8.h"

enum { WIDTH = 80, LINES = 5, LABEL = 9 };

struct why {
    struct out *out;
    const struct why_places *places;
    size_t groups;
};

/* Text from the given column on, broken at blanks; later lines hang below the first. */
static void put_wrapped(struct out *out, size_t column, str text)
{
    size_t at = column;
    str word;

    while (str_word(&text, &word)) {
        size_t width = utf8_width(word);

        if (at != column && at + 1 + width > WIDTH) {
            out_char(out, '\n');
            out_repeat(out, ' ', column);
            at = column;
        }
        if (at != column) {
            out_char(out, ' ');
            at++;
        }
        out_plain(out, word);
        at += width;
    }
    out_char(out, '\n');
}

static str cut_to(str s, size_t width)
{
    size_t at = 0, used = 0;

    while (at < s.n) {
        size_t n = utf8_length(str_from(s, at));

        n = n != 0 ? n : 1;
        used += utf8_width(str_slice(s, at, at + n));
        if (used > width)
            break;
        at += n;
    }
    return str_slice(s, 0, at);
}

static str value_words(struct bench *b, struct result r, struct shape shape)
{
    struct out out;
    str text;

    if (r.type == RESULT_UNKNOWN)
        return STR("unknown");
    if (r.type == RESULT_BOOL)
        return r.b ? STR("true") : STR("false");
    out_init_memory(&out);
    if (r.type == RESULT_TEXT)
        out_char(&out, '\'');
    result_print(&out, r, shape);
    if (r.type == RESULT_TEXT)
        out_char(&out, '\'');
    text = arena_str(&b->run->rule, out_text(&out));
    (void)out_finish(&out);
    return text;
}

/* "  true     host.arch == 'x86'" */
static void put_value(struct why *w, struct bench *b, const struct expr *e, size_t indent)
{
    str value = value_words(b, expr_eval(&b->eval, e), e->shape);
    size_t width = utf8_width(value), column = indent + (width < LABEL ? LABEL : width + 2);

    out_repeat(w->out, ' ', indent);
    out_plain(w->out, value);
    if (column > WIDTH / 2) { /* a long text: the expression goes below it */
        column = indent + LABEL;
        out_char(w->out, '\n');
        out_repeat(w->out, ' ', column);
    } else {
        out_repeat(w->out, ' ', column - indent - width);
    }
    put_wrapped(w->out, column, e->text);
}

static bool is_plain_literal(const struct expr *e)
{
    return e->op == EXPR_LITERAL || e->op == EXPR_LIST ||
           (e->op == EXPR_MINUS && e->args[0]->op == EXPR_LITERAL);
}

/* Every part whose value is not plain from its text. Depth is bounded by the parser. */
static void put_parts(struct why *w, struct bench *b, const struct expr *e, size_t indent)
{
    if (is_plain_literal(e))
        return;
    put_value(w, b, e, indent);
    if (indent < WIDTH / 2)
        indent += 2;
    for (size_t i = 0; i < e->nargs; i++) {
        if (e->op != EXPR_CALL || strchr("sfne", e->function->args[i]) == NULL)
            put_parts(w, b, e->args[i], indent);
    }
}

static void put_place(struct why *w, const struct fact *fact, size_t indent)
{
    struct out place;
    size_t width;

    out_init_memory(&place);
    if (w->places != NULL)
        w->places->print(w->places, fact->where, &place);
    else
        out_printf(&place, "member %u, line %u", fact->where.member, fact->where.line);
    out_repeat(w->out, ' ', indent);
    out_plain(w->out, out_text(&place));
    width = indent + utf8_width(out_text(&place)) + 2;
    if (fact->count > 1)
        out_printf(w->out, " (%llu times)", (unsigned long long)fact->count);
    if (width + 20 > WIDTH || fact->count > 1) {
        out_char(w->out, '\n');
        width = indent + 2;
        out_repeat(w->out, ' ', width);
    } else {
        out_z(w->out, "  ");
    }
    out_plain(w->out, cut_to(str_trim(fact->quote), WIDTH - width));
    out_char(w->out, '\n');
    (void)out_finish(&place);
}

static void put_selection(struct why *w, const struct bench *b, size_t index)
{
    const struct selection *s = &b->rule->selections[index];
    const struct facts *facts = &b->group[index];
    size_t all = lookup_kind(&b->run->lookup, s->kind)->n;

    out_printf(w->out, "    %.*s: %zu of %zu facts of %s\n", STR_ARG(s->name), facts->n, all,
            s->kind->name);
    for (size_t i = 0; i < facts->n; i++) {
        if (facts->n > LINES && i == LINES - 1) {
            out_printf(w->out, "      ... %zu more, the last:\n", facts->n - i);
            i = facts->n - 1;
        }
        put_place(w, facts->p[i], 6);
    }
}

static void put_head(struct why *w, struct bench *b)
{
    out_z(w->out, "\nhost ");
    out_plain(w->out, b->host_number != 0 ? run_host_name(b->run, b->host_number) : STR("-"));
    if (b->rule->neach != 0) {
        out_z(w->out, ", group ");
        out_plain(w->out, b->value.type != RESULT_UNKNOWN
                                  ? value_words(b, b->value, field_shape(&b->rule->each[0].ref))
                                  : STR("without a value"));
    }
    out_char(w->out, '\n');
}

static void put_lets(struct why *w, struct bench *b)
{
    if (b->rule->nlets != 0)
        out_z(w->out, "  let\n");
    for (size_t i = 0; i < b->rule->nlets; i++) {
        out_printf(w->out, "    %.*s\n", STR_ARG(b->rule->lets[i].name));
        put_parts(w, b, b->rule->lets[i].expr, 6);
    }
}

static void put_grades(struct why *w, struct bench *b, const char *what, const struct grade *grades,
        size_t n, const char *(*name)(int grade))
{
    for (size_t i = 0; i < n; i++) {
        if (grades[i].when == NULL)
            continue;
        out_printf(w->out, "  %s %s\n", what, name(grades[i].grade));
        if (grades[i].when->op == EXPR_LITERAL)
            put_value(w, b, grades[i].when, 4);
        else
            put_parts(w, b, grades[i].when, 4);
    }
}

static const char *name_confidence(int grade)
{
    return confidence_name((enum confidence)grade);
}

static const char *name_severity(int grade)
{
    return severity_name((enum severity)grade);
}

static void put_end(struct why *w, struct bench *b, struct result when)
{
    const str *missing;
    size_t n;

    out_z(w->out, "  => ");
    if (when.type == RESULT_BOOL) {
        out_z(w->out, when.b ? "fires" : "silent");
        if (when.b && bench_subject(b).n != 0) {
            out_z(w->out, ", about ");
            out_plain(w->out, bench_subject(b));
        }
        if (when.b && bench_is_nobodys(b))
            out_z(w->out, ", for no host: by facts that name none");
        out_char(w->out, '\n');
        return;
    }
    out_z(w->out, "unknown; not known:");
    missing = missing_parts(b, b->rule->when, &n);
    for (size_t i = 0; i < n; i++) {
        out_z(w->out, i != 0 ? ", " : " ");
        out_plain(w->out, missing[i]);
    }
    out_char(w->out, '\n');
}

static void put_group(struct bench *b, void *ctx)
{
    struct why *w = ctx;
    struct result when = bench_when(b);

    if (++w->groups > LIMIT_FINDINGS) {
        if (w->groups == LIMIT_FINDINGS + 1)
            out_z(w->out, "\nmore groups are not shown\n");
        return;
    }
    put_head(w, b);
    out_z(w->out, "  evidence\n");
    for (size_t i = 0; i < b->rule->nselections; i++)
        put_selection(w, b, i);
    put_lets(w, b);
    out_z(w->out, "  when\n");
    if (b->rule->when != NULL)
        put_parts(w, b, b->rule->when, 4);
    else
        out_z(w->out, "    every selection has found something\n");
    if (is_true(when)) {
        put_grades(w, b, "severity", b->rule->severity, b->rule->nseverity, name_severity);
        put_grades(w, b, "confidence", b->rule->confidence, b->rule->nconfidence, name_confidence);
    }
    put_end(w, b, when);
}

bool rules_why_at(struct arena *a, const struct ruleset *rs, str id, struct fact_set facts,
        const struct why_places *places, struct out *out)
{
    const struct rule *rule = ruleset_find(rs, id);
    struct why w = { .out = out, .places = places };
    struct run run;

    if (rule == NULL || rule->broken || rule->removed != NULL)
        return false;
    out_printf(out, "%.*s\n", STR_ARG(rule->id));
    out_z(out, "  ");
    put_wrapped(out, 2, rule->title_text);
    out_printf(out, "  %s of cause %.*s\n", role_name(rule->role), STR_ARG(rule->cause));
    run_init(&run, a, rs, facts);
    bench_each(&run, rule, put_group, &w);
    if (w.groups == 0) {
        out_z(out, "\nno selection found anything:\n");
        for (size_t i = 0; i < rule->nselections; i++) {
            const struct selection *s = &rule->selections[i];

            out_printf(out, "    %.*s: 0 of %zu facts of %s\n", STR_ARG(s->name),
                    lookup_kind(&run.lookup, s->kind)->n, s->kind->name);
        }
    }
    for (size_t i = 0; i < run.nlimits; i++)
        out_printf(out, "\nlimit %s: %.*s\n", run.limits[i].code, STR_ARG(run.limits[i].text));
    run_finish(&run);
    return true;
}

bool rules_why(
        struct arena *a, const struct ruleset *rs, str id, struct fact_set facts, struct out *out)
{
    return rules_why_at(a, rs, id, facts, NULL, out);
}
