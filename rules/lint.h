/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lint: what makes a rule poor though nothing in it is wrong: advice that says nothing, conditions
 * that decide nothing, parts that nobody uses. Everything here is a warning. It costs more than
 * loading and is only done when somebody asks for it. Internal to rules/.
 */
#pragma once

#include "rule.h"

struct lint {
    struct ruleset *rs;
    const struct lint_tables *tables;
    struct rule *rule;
    const struct json *root; /* of the rule's file */
    struct arena *scratch;   /* of the rule */
};

void lint_warn(const struct lint *l, str pointer, uint32_t column, const char *code,
        const char *format, ...) __attribute__((format(printf, 5, 6)));

/* One expression of a rule with its place: a condition, a value, a piece of a template. */
struct lint_spot {
    const struct expr *expr;
    str pointer;
    uint32_t offset; /* of the expression in the text that the pointer means */
    enum lint_use { LINT_LET, LINT_CONDITION, LINT_VALUE, LINT_PRINT } use;
    const struct expr *under; /* a condition under which it is asked at all; NULL: none */
    bool own;                 /* in a "say", where fields of the fact go by their bare names */
    bool open;                /* also printed where "when" was not decided */
    bool optional;            /* left out where it is unknown */
};
typedef void lint_spot_fn(struct lint *l, const struct lint_spot *spot, void *ctx);
void lint_each_spot(struct lint *l, lint_spot_fn *fn, void *ctx);
/* The column of a part of the spot's expression. */
uint32_t lint_column(const struct lint_spot *spot, const struct expr *part);

void lint_texts(struct lint *l);        /* remedies that say nothing, blanks */
void lint_use_of_names(struct lint *l); /* selections and lets that nobody uses, absent values */
void lint_logic(struct lint *l);        /* conditions that decide nothing */
void lint_matches(struct lint *l);      /* selections that match nothing */
void lint_patterns(struct lint *l);     /* patterns that run away */
void lint_advice(struct lint *l);       /* for another system */
void lint_causes(struct ruleset *rs);   /* what nothing explains */

/* Facts about a host that are given; everything else may be anything. */
struct fold_host {
    str os, product;
};
/* What an expression comes to whatever the evidence is; unknown where it depends. */
struct result fold(const struct rule *rule, const struct expr *e, const struct fold_host *host);
