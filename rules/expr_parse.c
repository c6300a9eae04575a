/* SPDX-License-Identifier: Apache-2.0 */
/*
 * expr_parse: text to tree. A lexer and a Pratt parser: every operator has a binding power, an
 * expression eats operators as long as they bind tighter than what it stands in. Depth is
 * bounded, so the recursion here and in everything that walks the tree is.
 */
#include <string.h>

#include "expr.h"
#include "limits.h"
#include "suggest.h"

enum token_type { TOKEN_END, TOKEN_NUMBER, TOKEN_TEXT, TOKEN_NAME, TOKEN_OPERATOR, TOKEN_WRONG };

struct token {
    enum token_type type;
    uint32_t column, end; /* end: column behind it */
    str text;             /* of a name or operator; of a text without its quotes */
    double number;
    struct dim dim;
};

struct parser_state {
    struct arena *a;
    const struct place *place;
    str text;
    size_t at;
    struct token token;
    uint32_t end; /* behind the last token eaten */
    unsigned depth;
    const struct expr *closed; /* the last one that stood in parentheses */
    bool failed;
};

/* Loosest first; equal powers are one level. */
static const struct infix {
    const char *text;
    enum expr_op op;
    unsigned power;
} infixes[] = {
    { "||", EXPR_OR, 1 },
    { "&&", EXPR_AND, 2 },
    { "==", EXPR_EQ, 4 },
    { "!=", EXPR_NE, 4 },
    { "<=", EXPR_LE, 4 },
    { ">=", EXPR_GE, 4 },
    { "<", EXPR_LT, 4 },
    { ">", EXPR_GT, 4 },
    { "in", EXPR_IN, 4 },
    { "+", EXPR_ADD, 5 },
    { "-", EXPR_SUB, 5 },
    { "*", EXPR_MUL, 6 },
    { "/", EXPR_DIV, 6 },
};
enum { POWER_NOT = 3, POWER_COMPARE = 4, POWER_MINUS = 7 };

static struct expr *parse_expr(struct parser_state *p, unsigned power);

static void fail(struct parser_state *p, uint32_t column, const char *code, str text)
{
    if (!p->failed)
        problem_error(p->place, column, code, "%.*s", STR_ARG(text));
    p->failed = true;
}

static bool is_name_char(char c)
{
    return is_alnum(c) || c == '_';
}

static size_t name_length(str s)
{
    size_t n = 0;

    while (n < s.n && is_name_char(s.p[n]))
        n++;
    return n;
}

static void lex_number(struct parser_state *p, str rest)
{
    const struct unit_row *unit;
    size_t n = 0, blanks;
    str name;

    while (n < rest.n && (is_digit(rest.p[n]) || rest.p[n] == '.'))
        n++;
    if (!str_real(str_slice(rest, 0, n), &p->token.number)) {
        fail(p, p->token.column, "rule.syntax", STR("not a number"));
        return;
    }
    p->token.type = TOKEN_NUMBER;
    p->token.dim = dim_of(UNIT_NONE);
    rest = str_from(rest, n);
    for (blanks = 0; blanks < rest.n && is_space(rest.p[blanks]); blanks++)
        ;
    rest = str_from(rest, blanks);
    name = str_slice(rest, 0, rest.n != 0 && rest.p[0] == '%' ? 1 : name_length(rest));
    if (name.n != 0 && is_digit(name.p[0]))
        name = (str){ NULL, 0 };
    unit = unit_find(name);
    if (unit != NULL) {
        p->token.number = unit_scale(unit, p->token.number);
        p->token.dim = dim_of(unit->unit);
        n += blanks + name.n;
    } else if (name.n != 0 && !str_eq(name, STR("in"))) {
        struct suggest hint;

        suggest_init(&hint, name);
        for (const struct unit_row *u = unit_rows; u->name != NULL; u++)
            suggest_try(&hint, str_z(u->name));
        fail(p, p->token.column + (uint32_t)(n + blanks), "rule.unit",
                arena_printf(p->a, "no unit '%.*s'%.*s", STR_ARG(name),
                        STR_ARG(problem_hint(p->a, hint.best))));
    }
    p->at += n;
}

/* 'text', a quote inside doubled. */
static void lex_text(struct parser_state *p, str rest)
{
    char *copy = arena_alloc(p->a, rest.n);
    size_t n = 0, at = 1;

    for (; at < rest.n; at++) {
        if (rest.p[at] == '\'') {
            if (at + 1 >= rest.n || rest.p[at + 1] != '\'')
                break;
            at++;
        }
        copy[n++] = rest.p[at];
    }
    if (at >= rest.n) {
        fail(p, p->token.column, "rule.syntax", STR("text without closing quote"));
        return;
    }
    p->token.type = TOKEN_TEXT;
    p->token.text = (str){ copy, n };
    p->at += at + 1;
}

static void lex_operator(struct parser_state *p, str rest)
{
    static const char *const operators[] = { "||", "&&", "==", "!=", "<=", ">=", "<", ">", "!", "+",
        "-", "*", "/", "(", ")", "[", "]", ",", "." };

    for (size_t i = 0; i < sizeof(operators) / sizeof(operators[0]); i++) {
        str text = str_z(operators[i]);

        if (str_starts(rest, text)) {
            p->token.type = TOKEN_OPERATOR;
            p->token.text = text;
            p->at += text.n;
            return;
        }
    }
    if (rest.p[0] == '=')
        fail(p, p->token.column, "rule.syntax", STR("'=' is no operator; did you mean '=='?"));
    else if (rest.p[0] == '"')
        fail(p, p->token.column, "rule.syntax", STR("texts stand in single quotes"));
    else
        fail(p, p->token.column, "rule.syntax", STR("unexpected character"));
}

static void next(struct parser_state *p)
{
    str rest;

    p->end = p->token.end;
    while (p->at < p->text.n && is_space(p->text.p[p->at]))
        p->at++;
    rest = str_from(p->text, p->at);
    p->token = (struct token){ .type = TOKEN_END, .column = (uint32_t)p->at + 1 };
    if (p->failed || rest.n == 0) {
        /* the end */
    } else if (is_digit(rest.p[0])) {
        lex_number(p, rest);
    } else if (rest.p[0] == '\'') {
        lex_text(p, rest);
    } else if (is_name_char(rest.p[0])) {
        p->token.type = TOKEN_NAME;
        p->token.text = str_slice(rest, 0, name_length(rest));
        p->at += p->token.text.n;
    } else {
        lex_operator(p, rest);
    }
    if (p->failed)
        p->token.type = TOKEN_WRONG;
    p->token.end = (uint32_t)p->at + 1;
}

static bool at_operator(const struct parser_state *p, const char *text)
{
    return p->token.type == TOKEN_OPERATOR && str_eq(p->token.text, str_z(text));
}

static bool take(struct parser_state *p, const char *text)
{
    if (!at_operator(p, text))
        return false;
    next(p);
    return true;
}

static void expect(struct parser_state *p, const char *text)
{
    if (!take(p, text))
        fail(p, p->token.column, "rule.syntax", arena_printf(p->a, "'%s' expected", text));
}

static struct expr *node_new(struct parser_state *p, enum expr_op op, uint32_t column)
{
    struct expr *e = arena_new(p->a, struct expr);

    e->op = op;
    e->column = e->from = column;
    e->depth = 1;
    return e;
}

static void add_arg(struct parser_state *p, struct expr *e, struct expr *arg)
{
    /* Arguments are few; doubling at powers of two. */
    if ((e->nargs & (e->nargs - 1)) == 0) {
        struct expr **bigger = arena_array(p->a, struct expr *, e->nargs != 0 ? e->nargs * 2 : 1);

        if (e->nargs != 0)
            memcpy(bigger, e->args, e->nargs * sizeof(*bigger));
        e->args = bigger;
    }
    e->args[e->nargs++] = arg;
    if (arg->depth >= e->depth)
        e->depth = arg->depth + 1;
    if (e->depth > LIMIT_NESTING)
        fail(p, e->column, "rule.depth", STR("nested too deeply"));
}

static struct expr *end_node(struct parser_state *p, struct expr *e)
{
    e->text = str_slice(p->text, e->from - 1, p->end > e->from ? p->end - 1 : e->from - 1);
    return e;
}

static struct expr *parse_literal(struct parser_state *p)
{
    struct expr *e = node_new(p, EXPR_LITERAL, p->token.column);

    if (p->token.type == TOKEN_NUMBER) {
        e->literal = result_number(p->token.number);
        e->shape = (struct shape){ RESULT_NUMBER, p->token.dim };
        if (e->literal.type == RESULT_UNKNOWN)
            fail(p, e->column, "rule.syntax", STR("number out of range"));
    } else {
        e->literal = result_text(p->token.text);
        e->shape.type = RESULT_TEXT;
    }
    next(p);
    return end_node(p, e);
}

/* [ literal, ... ] behind "in". */
static struct expr *parse_list(struct parser_state *p)
{
    struct expr *e = node_new(p, EXPR_LIST, p->token.column);

    expect(p, "[");
    while (!p->failed) {
        bool minus = take(p, "-");
        struct expr *item;

        if (p->token.type != TOKEN_NUMBER && (minus || p->token.type != TOKEN_TEXT)) {
            fail(p, p->token.column, "rule.syntax", STR("a list holds numbers or texts"));
            break;
        }
        item = parse_literal(p);
        if (minus)
            item->literal.d = -item->literal.d;
        add_arg(p, e, item);
        if (!take(p, ","))
            break;
    }
    expect(p, "]");
    return end_node(p, e);
}

static struct expr *parse_call(struct parser_state *p, struct expr *e)
{
    e->op = EXPR_CALL;
    expect(p, "(");
    while (!p->failed && !at_operator(p, ")")) {
        add_arg(p, e, parse_expr(p, 0));
        if (!take(p, ","))
            break;
    }
    expect(p, ")");
    return end_node(p, e);
}

/* name, name(...), name.field, name.map.entry, name.map.'an entry' */
static struct expr *parse_name(struct parser_state *p)
{
    struct expr *e = node_new(p, EXPR_NAME, p->token.column);
    bool quoted = false;

    e->name = p->token.text;
    next(p);
    if (str_eq(e->name, STR("true")) || str_eq(e->name, STR("false"))) {
        e->op = EXPR_LITERAL;
        e->literal = result_bool(e->name.p[0] == 't');
        e->shape.type = RESULT_BOOL;
        return end_node(p, e);
    }
    if (at_operator(p, "("))
        return parse_call(p, e);
    while (!p->failed && !quoted && at_operator(p, ".")) {
        /* What follows is a name to the letter: "1" is an entry, not a number. */
        str rest = str_from(p->text, p->at);
        size_t n = name_length(rest);

        if (n != 0) {
            p->token =
                    (struct token){ TOKEN_NAME, (uint32_t)p->at + 1, 0, { rest.p, n }, 0, { 0 } };
            p->at += n;
            p->token.end = (uint32_t)p->at + 1;
        } else {
            next(p);
            quoted = p->token.type == TOKEN_TEXT && e->member.n != 0;
            if (!quoted) {
                fail(p, p->token.column, "rule.syntax", STR("a field name expected"));
                break;
            }
        }
        e->member = e->member.n == 0 ? p->token.text
                                     : arena_printf(p->a, "%.*s.%.*s", STR_ARG(e->member),
                                               STR_ARG(p->token.text));
        next(p);
    }
    return end_node(p, e);
}

static struct expr *parse_prefix(struct parser_state *p)
{
    uint32_t column = p->token.column;
    struct expr *e;

    if (take(p, "(")) {
        e = parse_expr(p, 0);
        expect(p, ")");
        e->from = column;
        p->closed = e;
        return e;
    }
    if (take(p, "!")) {
        e = node_new(p, EXPR_NOT, column);
        add_arg(p, e, parse_expr(p, POWER_NOT));
        return end_node(p, e);
    }
    if (take(p, "-")) {
        e = node_new(p, EXPR_MINUS, column);
        add_arg(p, e, parse_expr(p, POWER_MINUS));
        return end_node(p, e);
    }
    if (p->token.type == TOKEN_NUMBER || p->token.type == TOKEN_TEXT)
        return parse_literal(p);
    if (p->token.type == TOKEN_NAME && !str_eq(p->token.text, STR("in")))
        return parse_name(p);
    fail(p, column, "rule.syntax",
            at_operator(p, "[") ? STR("a list stands only behind 'in'") : STR("a value expected"));
    return node_new(p, EXPR_LITERAL, column);
}

static const struct infix *infix_here(const struct parser_state *p)
{
    if (p->token.type != TOKEN_OPERATOR && p->token.type != TOKEN_NAME)
        return NULL;
    for (size_t i = 0; i < sizeof(infixes) / sizeof(infixes[0]); i++) {
        if (str_eq(p->token.text, str_z(infixes[i].text)))
            return &infixes[i];
    }
    return NULL;
}

static struct expr *parse_expr(struct parser_state *p, unsigned power)
{
    struct expr *left;
    const struct infix *infix;

    if (++p->depth > LIMIT_NESTING) {
        fail(p, p->token.column, "rule.depth", STR("nested too deeply"));
        p->depth--;
        return node_new(p, EXPR_LITERAL, p->token.column);
    }
    left = parse_prefix(p);
    while (!p->failed && (infix = infix_here(p)) != NULL && infix->power > power) {
        struct expr *e = node_new(p, infix->op, left->from);

        if (infix->power == POWER_COMPARE && left->op >= EXPR_EQ && left->op <= EXPR_IN &&
                left != p->closed) {
            fail(p, p->token.column, "rule.syntax", STR("comparisons do not chain; use &&"));
            break;
        }
        next(p);
        add_arg(p, e, left);
        add_arg(p, e, infix->op == EXPR_IN ? parse_list(p) : parse_expr(p, infix->power));
        left = end_node(p, e);
    }
    p->depth--;
    return left;
}

struct expr *expr_parse(struct arena *a, str text, const struct place *place)
{
    struct parser_state p = { .a = a, .place = place, .text = text };
    struct expr *e;

    next(&p);
    if (p.token.type == TOKEN_END)
        fail(&p, 1, "rule.syntax", STR("empty expression"));
    e = parse_expr(&p, 0);
    if (p.token.type != TOKEN_END)
        fail(&p, p.token.column, "rule.syntax", STR("an operator expected"));
    return p.failed ? NULL : e;
}
