/* SPDX-License-Identifier: Apache-2.0 */
/*
 * expr: the expressions of rules, in three steps. expr_parse makes a tree of names (expr_parse.c),
 * expr_check ties names to selections, fields and functions and settles all types (expr_check.c),
 * expr_eval computes with three truth values (expr_eval.c, functions.c). Trees live in the
 * ruleset's arena and do not change after the check.
 */
#pragma once

#include "problems.h"
#include "regex.h"
#include "result.h"

enum expr_op {
    EXPR_LITERAL,
    EXPR_LIST,      /* behind "in" only: args are literals */
    EXPR_NAME,      /* not checked yet: name, name.member */
    EXPR_LET,       /* index: the let */
    EXPR_SELECTION, /* index: the selection; an argument only */
    EXPR_FIELD,     /* index, ref: field of the latest fact of a selection */
    EXPR_HOST,      /* ref: merged facts of the host */
    EXPR_LIMIT,     /* ref: merged limits of the host */
    EXPR_OWN,       /* ref: field of the fact a "say" speaks of */
    EXPR_CALL,
    EXPR_NOT,
    EXPR_MINUS,
    EXPR_OR,
    EXPR_AND,
    EXPR_EQ,
    EXPR_NE,
    EXPR_LT,
    EXPR_LE,
    EXPR_GT,
    EXPR_GE,
    EXPR_IN,
    EXPR_ADD,
    EXPR_SUB,
    EXPR_MUL,
    EXPR_DIV,
};

struct function;

struct expr {
    enum expr_op op;
    struct shape shape;
    uint32_t column; /* of its first character, from 1 */
    uint32_t from;   /* the same, with the parentheses around it */
    str text;        /* as written, without them */
    unsigned depth;
    size_t nargs;
    struct expr **args;
    struct result literal;
    str name, member; /* EXPR_NAME, EXPR_CALL: as written */
    size_t index;
    struct field_ref ref;
    const struct function *function;
    struct regex *regex; /* of matches() */
    uint32_t slot;       /* where an evaluation keeps its value, from 1; 0 = not kept */
    bool varies;         /* differs between the groups of `each` */
};

/* What names may stand for. */
struct scope_selection {
    str name;
    const struct kind *kind;
    bool narrowed; /* by each */
};
struct scope_let {
    str name;
    struct expr *expr; /* checked; NULL after a syntax error */
    uint32_t slot;
};
struct scope {
    const struct kind *host, *limit; /* NULL: the vocabulary has no such kind */
    const struct scope_selection *selections;
    size_t nselections;
    const struct scope_let *lets;
    size_t nlets;
    const struct kind *own; /* "say": fields by their bare name; else NULL */
    struct regex_list *regexes;
    uint32_t *slots; /* counts the slots given out */
    bool *uses_host; /* set when host.* or limit.* is read */
};

/* NULL after a syntax error, which has been reported. */
struct expr *expr_parse(struct arena *a, str text, const struct place *place);
/* Reports everything that is wrong. want UNKNOWN = any type. False when something was. */
bool expr_check(struct arena *a, struct expr *e, const struct scope *scope, enum result_type want,
        const struct place *place);

struct facts {
    const struct fact *const *p;
    size_t n;
};

/* One evaluation: a rule, a host, a group. */
struct eval {
    struct arena *arena;            /* for what templates print */
    struct arena *scratch;          /* for what is needed until the rule is done */
    const struct facts *selections; /* in order of time */
    const struct scope_let *lets;
    const struct value *host, *limit; /* merged values, NULL = none */
    const struct fact *own;
    struct result *slots; /* [slot] */
    uint8_t *slot_known;  /* [slot] */
    bool *hit_limit;      /* a pattern reached its match limits */
    bool printed_unknown; /* a template had to print a value that is not known */
};

struct result expr_eval(struct eval *e, const struct expr *expr);
bool expr_true(struct eval *e, const struct expr *expr);

/* The functions of the language: one row each, several rows for several ways to call one. */
struct function {
    const char *name, *signature, *doc;
    /*
     * One letter per argument: s selection, f selection.field, n the same of numbers, e selection
     * with or without field, x number, d seconds, t text, r literal pattern, b condition, a
     * anything.
     */
    const char *args;
    /* b condition, p plain number, % ratio, T time, t text, f type of the first argument,
     * / its unit by seconds, u what all numbers measure, 2 type of the second. */
    char gives;
    struct result (*call)(struct eval *e, const struct expr *call);
};
extern const struct function functions[]; /* ends with a NULL name */
/* What would make an unknown call of this function known: ": a second value", or "". */
str function_wants(const struct function *function);
