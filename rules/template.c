/* SPDX-License-Identifier: Apache-2.0 */
#include "template.h"

#include <math.h>
#include <string.h>

#include "suggest.h"

/* Whole numbers as they are, others with three digits, never an exponent. */
static void print_number(struct out *out, double d)
{
    double size = fabs(d);

    if (d == floor(d) || size >= 100)
        out_printf(out, "%.0f", d);
    else
        out_printf(out, size >= 10 ? "%.1f" : size >= 0.1 ? "%.2f" : "%.4f", d);
}

static void filter_bytes(struct out *out, struct result r)
{
    double d = r.d > 9e18 ? 9e18 : r.d < -9e18 ? -9e18 : r.d;

    out_bytes(out, (int64_t)llround(d));
}

static void filter_number(struct out *out, struct result r)
{
    print_number(out, r.d);
}

static void filter_percent(struct out *out, struct result r)
{
    double d = r.d * 100, tenths = round(d * 10) / 10;

    out_printf(out, fabs(tenths) >= 10 || tenths == floor(tenths) ? "%.0f%%" : "%.1f%%", tenths);
}

static void filter_duration(struct out *out, struct result r)
{
    out_duration(out, r.d);
}

static void filter_time(struct out *out, struct result r)
{
    char buf[WHEN_TEXT];

    out_str(out, when_format(r.t, buf));
}

static void filter_mb(struct out *out, struct result r)
{
    out_printf(out, "%.0f", r.d / 1048576.0);
}

static void filter_kb(struct out *out, struct result r)
{
    out_printf(out, "%.0f", r.d / 1024.0);
}

const struct filter filters[] = {
    { "bytes", "a size with its unit: 83 MB", RESULT_NUMBER, filter_bytes },
    { "number", "without a unit", RESULT_NUMBER, filter_number },
    { "percent", "a ratio in hundredths: 33%", RESULT_NUMBER, filter_percent },
    { "duration", "seconds as hours, days ...", RESULT_NUMBER, filter_duration },
    { "time", "an instant", RESULT_TIME, filter_time },
    { "mb", "whole MB, digits only", RESULT_NUMBER, filter_mb },
    { "kb", "whole KB, digits only", RESULT_NUMBER, filter_kb },
    { NULL, NULL, RESULT_UNKNOWN, NULL },
};

/* By the shortest time in which it makes at least one of its kind. */
static void print_rate(struct out *out, double d, bool bytes)
{
    static const struct {
        double seconds;
        const char *name;
    } rows[] = { { 1, "second" }, { 3600, "hour" }, { 86400, "day" } };
    double enough = bytes ? 1048576.0 : 1.0;
    size_t i = 0;

    while (i < 2 && fabs(d) * rows[i].seconds < enough)
        i++;
    if (bytes)
        filter_bytes(out, result_number(d * rows[i].seconds));
    else
        print_number(out, d * rows[i].seconds);
    out_printf(out, " per %s", rows[i].name);
}

void result_print(struct out *out, struct result r, struct shape shape)
{
    switch (r.type) {
    case RESULT_UNKNOWN:
        out_char(out, '?');
        break;
    case RESULT_BOOL:
        out_z(out, r.b ? "yes" : "no");
        break;
    case RESULT_TEXT:
        out_str(out, r.s);
        break;
    case RESULT_TIME:
        filter_time(out, r);
        break;
    case RESULT_NUMBER:
        if (shape.dim.bytes != 0 && shape.dim.seconds == 0)
            filter_bytes(out, r);
        else if (shape.dim.seconds == -1)
            print_rate(out, r.d, shape.dim.bytes != 0);
        else if (shape.dim.seconds == 1)
            filter_duration(out, r);
        else if (shape.dim.ratio)
            filter_percent(out, r);
        else
            print_number(out, r.d);
        break;
    }
}

struct splitter {
    struct arena *a;
    const struct scope *scope;
    const struct place *place;
    bool failed;
};

/* Length up to the closing brace (or to a single bar, if bar is wanted); quotes are honoured. */
static size_t find_close(str s, bool bar)
{
    bool quoted = false;

    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];

        if (c == '\'')
            quoted = !quoted;
        if (quoted)
            continue;
        if (!bar && c == '}')
            return i;
        if (bar && c == '|') {
            if (i + 1 >= s.n || s.p[i + 1] != '|')
                return i;
            i++;
        }
    }
    return STR_NONE;
}

static const struct filter *find_filter(struct splitter *s, str name, uint32_t column)
{
    struct suggest hint;

    for (const struct filter *f = filters; f->name != NULL; f++) {
        if (str_is(name, f->name))
            return f;
    }
    suggest_init(&hint, name);
    for (const struct filter *f = filters; f->name != NULL; f++)
        suggest_try(&hint, str_z(f->name));
    problem_error(s->place, column, "rule.unknown-filter", "no filter '%.*s'%.*s", STR_ARG(name),
            STR_ARG(problem_hint(s->a, hint.best)));
    s->failed = true;
    return NULL;
}

/* body: what stands between the braces; column: of its first character. */
static void load_piece(struct splitter *s, struct piece *piece, str body, uint32_t column)
{
    size_t bar = find_close(body, true);
    str text = str_slice(body, 0, bar), name = bar != STR_NONE ? str_from(body, bar + 1) : STR("");
    struct place place = *s->place;
    struct expr *expr;

    place.column += column - 1;
    piece->column = column - 1;
    expr = expr_parse(s->a, text, &place);
    if (expr == NULL || !expr_check(s->a, expr, s->scope, RESULT_UNKNOWN, &place))
        s->failed = true;
    piece->expr = expr;
    if (bar == STR_NONE || expr == NULL)
        return;
    piece->filter = find_filter(s, str_trim(name), column + (uint32_t)bar + 1);
    if (piece->filter != NULL && expr->shape.type != RESULT_UNKNOWN &&
            piece->filter->type != expr->shape.type) {
        problem_error(s->place, column, "rule.type", "the filter '%s' takes %s, this is %s",
                piece->filter->name, shape_name((struct shape){ piece->filter->type, { 0 } }),
                shape_name(expr->shape));
        s->failed = true;
    }
}

/* How many of the same bracket stand at `at`: one is text, two open or close a part, four are two. */
static bool at_bracket(str all, size_t at, char c)
{
    return at + 1 < all.n && all.p[at] == c && all.p[at + 1] == c;
}

/* The text up to what opens or closes something, with doubled signs made single. */
static str take_text(struct splitter *s, str all, size_t *at)
{
    char *copy = arena_alloc(s->a, all.n - *at + 1);
    size_t n = 0;

    for (; *at < all.n; (*at)++) {
        char c = all.p[*at];

        if (c == '{' || c == '}') {
            if (*at + 1 < all.n && all.p[*at + 1] == c) {
                (*at)++;
            } else if (c == '{') {
                break;
            } else {
                problem_error(s->place, (uint32_t)*at + 1, "rule.template",
                        "a '}' alone; a brace in the text is doubled");
                s->failed = true;
            }
        } else if ((c == '[' || c == ']') && at_bracket(all, *at, c)) {
            if (!at_bracket(all, *at + 2, c))
                break;
            copy[n++] = c;
            *at += 3;
        }
        copy[n++] = c;
    }
    return (str){ copy, n };
}

/* "?condition:" behind the brackets that open a part; its length, 0 when there is none. */
static size_t load_condition(struct splitter *s, str rest, uint32_t column, const struct expr **ret)
{
    struct place place = *s->place;
    struct expr *expr;
    size_t n = 1;
    bool quoted = false;

    if (rest.n == 0 || rest.p[0] != '?')
        return 0;
    for (; n < rest.n && (quoted || rest.p[n] != ':'); n++)
        quoted ^= rest.p[n] == '\'';
    if (n == rest.n) {
        problem_error(s->place, column, "rule.template", "'[[?' without ':'");
        s->failed = true;
        return 0;
    }
    place.column += column;
    expr = expr_parse(s->a, str_slice(rest, 1, n), &place);
    if (expr == NULL || !expr_check(s->a, expr, s->scope, RESULT_BOOL, &place))
        s->failed = true;
    *ret = expr;
    return n + 1;
}

static bool is_open(str text, size_t at)
{
    return at_bracket(text, at, '[');
}

/* Steps over "[[", "[[?condition:" or "]]"; *part is the optional part that follows, 0 = none. */
static void cross_bracket(
        struct splitter *s, struct template *t, str text, size_t *at, uint32_t *part)
{
    bool open = is_open(text, *at);

    if (open == (*part != 0)) {
        problem_error(s->place, (uint32_t)*at + 1, "rule.template",
                open ? "'[[' inside '[[': optional parts do not nest" : "']]' without '[['");
        s->failed = true;
    }
    *at += 2;
    *part = 0;
    if (!open)
        return;
    *part = ++t->nparts;
    t->columns[t->nparts - 1] = (uint32_t)*at + 1;
    *at += load_condition(s, str_from(text, *at), (uint32_t)*at + 1, &t->conditions[t->nparts - 1]);
}

struct template *template_load(
        struct arena *a, str text, const struct scope *scope, const struct place *place)
{
    struct splitter s = { .a = a, .scope = scope, .place = place };
    struct template *t = arena_new(a, struct template);
    size_t most = 1, at = 0;
    uint32_t part = 0;

    for (size_t i = 0; i < text.n; i++)
        most += text.p[i] == '{' || text.p[i] == '[' || text.p[i] == ']';
    t->pieces = arena_array(a, struct piece, most);
    t->conditions = arena_array(a, const struct expr *, most);
    t->columns = arena_array(a, uint32_t, most);
    while (at < text.n) {
        struct piece *piece = &t->pieces[t->n++];
        size_t n;

        piece->part = part;
        piece->text = take_text(&s, text, &at);
        if (at >= text.n)
            break;
        if (text.p[at] != '{') {
            cross_bracket(&s, t, text, &at, &part);
            continue;
        }
        n = find_close(str_from(text, at + 1), false);
        if (n == STR_NONE) {
            problem_error(place, (uint32_t)at + 1, "rule.template", "'{' without '}'");
            return NULL;
        }
        load_piece(&s, piece, str_slice(text, at + 1, at + 1 + n), (uint32_t)at + 2);
        at += n + 2;
    }
    if (part != 0) {
        problem_error(place, 0, "rule.template", "'[[' without ']]'");
        return NULL;
    }
    return s.failed ? NULL : t;
}

/* Whether an optional part has all that it speaks of. */
static bool shows(struct eval *e, const struct template *t, uint32_t part)
{
    const struct expr *condition = t->conditions[part - 1];

    if (condition != NULL && !expr_true(e, condition))
        return false;
    for (size_t i = 0; i < t->n; i++) {
        const struct piece *piece = &t->pieces[i];

        if (piece->part == part && piece->expr != NULL &&
                expr_eval(e, piece->expr).type == RESULT_UNKNOWN)
            return false;
    }
    return true;
}

str template_print(struct eval *e, const struct template *t)
{
    struct out out;
    str text;

    if (t == NULL)
        return (str){ NULL, 0 };
    if (t->n == 1 && t->pieces[0].expr == NULL)
        return t->pieces[0].text;
    out_init_memory(&out);
    for (size_t i = 0; i < t->n; i++) {
        const struct piece *piece = &t->pieces[i];
        struct result r;

        if (piece->part != 0 && !shows(e, t, piece->part))
            continue;
        out_str(&out, piece->text);
        if (piece->expr == NULL)
            continue;
        r = expr_eval(e, piece->expr);
        e->printed_unknown = e->printed_unknown || r.type == RESULT_UNKNOWN;
        if (piece->filter != NULL && r.type == piece->filter->type)
            piece->filter->print(&out, r);
        else
            result_print(&out, r, piece->expr->shape);
    }
    text = arena_str(e->arena, out_text(&out));
    (void)out_finish(&out);
    return text;
}
