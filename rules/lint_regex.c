/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lint_regex: patterns that run away. Every pattern is matched under a limit, so none hangs; but a
 * line that needs more steps counts as not matching, and a pattern such as (a+)+$ needs them on a
 * line of forty letters.
 *
 * What a line would have to look like is read off the pattern: a sample of what stands before a
 * repeated group, then what the group takes, many times over, then something that cannot match. The
 * pattern is tried on these lines with few steps allowed: what is linear, square or even cubic in
 * their length stays far below, what doubles with each character does not.
 */
#include <string.h>

#include "lint.h"

enum { SAMPLE = 256, GROUPS = 16, REPEATS = 64, STEPS = 100000 };

struct sampler {
    str rest;
    char text[SAMPLE];
    size_t n;
    size_t open[GROUPS], depth; /* where the samples of open groups begin */
    struct {
        size_t from, to;
    } repeated[GROUPS];
    size_t nrepeated;
};

static void put(struct sampler *s, char c)
{
    if (s->n < SAMPLE)
        s->text[s->n++] = c;
}

static char sample_escape(char c)
{
    switch (c) {
    case 'd':
        return '0';
    case 's':
    case 'h':
    case 'R':
        return ' ';
    case 'S':
    case 'w':
    case 'D':
    case 'H':
    case 'N':
        return 'a';
    case 'W':
        return '-';
    case 't':
        return '\t';
    default:
        return is_alnum(c) ? '\0' : c; /* anchors and the like stand for nothing */
    }
}

static void take_escape(struct sampler *s)
{
    char c = s->rest.n > 1 ? s->rest.p[1] : '\0';

    s->rest = str_from(s->rest, 2);
    c = sample_escape(c);
    if (c != '\0')
        put(s, c);
}

/* A member of the class, by its first item; of one that excludes, a letter it is likely to take. */
static void take_class(struct sampler *s)
{
    str rest = str_from(s->rest, 1);
    bool negated = str_take_char(&rest, '^');
    char sample = 'a';

    if (!negated && rest.n != 0) {
        sample = rest.p[0];
        if (sample == '\\' && rest.n > 1)
            sample = sample_escape(rest.p[1]);
        else if (sample == '[')
            sample = str_starts(rest, STR("[:digit:]")) ? '0' : 'a';
    }
    if (rest.n != 0 && rest.p[0] == ']')
        rest = str_from(rest, 1);
    while (rest.n != 0 && rest.p[0] != ']') {
        size_t close = rest.p[0] == '[' && rest.n > 1 && rest.p[1] == ':'
                               ? str_find(rest, STR(":]"))
                               : STR_NONE;

        rest = str_from(rest, close != STR_NONE ? close + 2 : rest.p[0] == '\\' ? 2 : 1);
    }
    s->rest = str_from(rest, 1);
    put(s, sample != '\0' ? sample : 'a');
}

/* (?:, (?=, (?<name>, (?i: ... up to where the group's own pattern begins. */
static void open_group(struct sampler *s)
{
    if (s->depth < GROUPS)
        s->open[s->depth] = s->n;
    s->depth++;
    if (!str_take(&s->rest, STR("?")))
        return;
    while (s->rest.n != 0 && str_find_char(STR(":=!>)"), s->rest.p[0]) == STR_NONE)
        s->rest = str_from(s->rest, 1);
    if (s->rest.n != 0 && s->rest.p[0] != ')')
        s->rest = str_from(s->rest, 1);
}

/* Whether what follows repeats without bound. */
static bool is_repeated(str rest)
{
    if (rest.n == 0)
        return false;
    if (rest.p[0] == '*' || rest.p[0] == '+')
        return true;
    return rest.p[0] == '{' && str_find_char(str_slice(rest, 0, 8), ',') != STR_NONE;
}

static void close_group(struct sampler *s)
{
    if (s->depth == 0)
        return;
    s->depth--;
    if (s->depth < GROUPS && s->nrepeated < GROUPS && is_repeated(s->rest)) {
        s->repeated[s->nrepeated].from = s->open[s->depth];
        s->repeated[s->nrepeated++].to = s->n;
    }
}

static void take_braces(struct sampler *s)
{
    size_t close = str_find_char(s->rest, '}');

    if (s->rest.n != 0 && is_digit(s->rest.p[0]) && close != STR_NONE)
        s->rest = str_from(s->rest, close + 1);
    else
        put(s, '{');
}

static void sample_pattern(struct sampler *s)
{
    while (s->rest.n != 0) {
        char c = s->rest.p[0];

        if (c == '\\') {
            take_escape(s);
            continue;
        }
        if (c == '[') {
            take_class(s);
            continue;
        }
        s->rest = str_from(s->rest, 1);
        if (c == '(')
            open_group(s);
        else if (c == ')')
            close_group(s);
        else if (c == '{')
            take_braces(s);
        else if (c == '.')
            put(s, 'a');
        else if (str_find_char(STR("|^$*+?"), c) == STR_NONE)
            put(s, c);
    }
}

/* before, `body` many times over, and what nothing matches. */
static str probe(struct arena *a, str before, str body)
{
    char *p = arena_alloc(a, before.n + body.n * REPEATS + 2);
    size_t n = 0;

    memcpy(p, before.p, before.n);
    n += before.n;
    for (size_t i = 0; i < REPEATS; i++) {
        memcpy(p + n, body.p, body.n);
        n += body.n;
    }
    p[n++] = '\x01';
    return (str){ p, n };
}

static bool runs_away(struct arena *a, const struct regex *r)
{
    struct sampler s = { .rest = regex_pattern(r) };

    (void)str_take(&s.rest, STR("(?i)"));
    sample_pattern(&s);
    for (size_t g = 0; g < s.nrepeated; g++) {
        str before = { s.text, s.repeated[g].from };
        str body = { s.text + before.n, s.repeated[g].to - before.n };

        if (body.n == 0)
            continue;
        if (regex_exceeds(r, probe(a, before, body), STEPS))
            return true;
        for (size_t i = 0; i < body.n && i < 8; i++) {
            if (regex_exceeds(r, probe(a, before, str_slice(body, i, i + 1)), STEPS))
                return true;
        }
    }
    return false;
}

static void check_regex(struct lint *l, const struct regex *r, str pointer, uint32_t column)
{
    if (r != NULL && runs_away(l->scratch, r))
        lint_warn(l, pointer, column, "rule.runaway-regex",
                "a line can make this pattern take steps without end: a repeated group whose parts repeat, too");
}

static void check_tests(struct lint *l, const struct match *m, str pointer)
{
    for (size_t i = 0; i < m->ntests; i++) {
        const struct test *t = &m->tests[i];

        check_regex(l, t->regex,
                arena_printf(l->scratch, "%.*s/%s%s%.*s/regex", STR_ARG(pointer),
                        t->ref.field->name, t->ref.member.n != 0 ? "." : "",
                        STR_ARG(t->ref.member)),
                0);
    }
    for (size_t i = 0; i < m->nany; i++)
        check_tests(l, &m->any[i], arena_printf(l->scratch, "%.*s/any/%zu", STR_ARG(pointer), i));
    for (size_t i = 0; i < m->nnot; i++)
        check_tests(l, &m->not [i],
                m -> nnot == 1 ? arena_printf(l->scratch, "%.*s/not", STR_ARG(pointer))
                               : arena_printf(l->scratch, "%.*s/not/%zu", STR_ARG(pointer), i));
}

static void check_calls(struct lint *l, const struct lint_spot *spot, const struct expr *e)
{
    check_regex(l, e->regex, spot->pointer, lint_column(spot, e));
    for (size_t i = 0; i < e->nargs; i++)
        check_calls(l, spot, e->args[i]);
}

static void on_spot(struct lint *l, const struct lint_spot *spot, void *ctx)
{
    (void)ctx;
    check_calls(l, spot, spot->expr);
}

void lint_patterns(struct lint *l)
{
    for (size_t i = 0; i < l->rule->nselections; i++)
        check_tests(l, &l->rule->selections[i].match,
                arena_printf(l->scratch, "/evidence/%.*s", STR_ARG(l->rule->selections[i].name)));
    lint_each_spot(l, on_spot, NULL);
}
