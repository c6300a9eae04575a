/* SPDX-License-Identifier: Apache-2.0 */
/*
 * select: the matchers of a selection, compiled. A match is a conjunction of tests on fields, of
 * one disjunction ("any") and of exclusions ("not"), both made of matches themselves.
 */
#pragma once

#include "problems.h"
#include "regex.h"
#include "result.h"

struct test;

struct select_load {
    struct arena *a;
    const struct kind *kind;
    struct regex_list *regexes;
    const struct place *file;
};

struct operator
{
    const char *name, *takes, *doc;
    /* Whether it applies to fields of this shape; bits 1 << enum result_type. */
    unsigned types;
    bool literal; /* holds only for values that are listed ... */
    bool inside;  /* ... or that have one of those listed in them */
    /* False after reporting. */
    bool (*compile)(const struct select_load *l, struct test *t, const struct json *operand);
    /* value is never unknown, but for "exists". */
    bool (*holds)(const struct test *t, struct result value, bool *hit_limit);
};
extern const struct operator operators[]; /* ends with a NULL name */

struct test {
    const struct operator* op;
    struct field_ref ref;
    struct shape shape;
    struct result *values; /* operands */
    size_t nvalues;
    bool nocase, want;
    struct regex *regex;
};

struct match {
    struct test *tests;
    size_t ntests;
    struct match *any; /* of which one must hold; n = 0: no such condition */
    size_t nany;
    struct match * not ;
    size_t nnot;
};

/*
 * Compiles the matchers of one object; keys in `skip` (space separated) are somebody else's.
 * Reports everything that is wrong; false then.
 */
bool match_load(const struct select_load *l, const struct json *object, const char *skip,
        struct match *ret);
bool match_holds(const struct match *m, const struct fact *fact, bool *hit_limit);

/* Whether m may hold for a fact of which only the fields with a bit in `known` are known yet. */
bool match_may_hold(const struct match *m, const struct fact *fact, uint64_t known);

/*
 * Whether m holds only for facts whose field is one of a few literals. Calls each with every one
 * of them.
 */
bool match_literals(const struct match *m, size_t field, str member,
        void (*each)(void *ctx, struct result literal), void *ctx);
/* The only regex work of a selection: nothing else narrows it. For the lint. */
bool match_is_slow(const struct match *m);
