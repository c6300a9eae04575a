/* SPDX-License-Identifier: Apache-2.0 */
/*
 * language: what the rule language is made of, for its documentation and its tests. The rows come
 * from the tables that the loader and the evaluator themselves work with.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

enum language_table {
    LANGUAGE_KEYS,      /* of a rule */
    LANGUAGE_OPERATORS, /* of a matcher */
    LANGUAGE_FUNCTIONS,
    LANGUAGE_FILTERS, /* of templates */
    LANGUAGE_UNITS,
};

struct language_row {
    const char *name;
    const char *usage; /* "growth(s.f)", "a number"; "" where there is nothing to say */
    const char *doc;   /* one line */
    bool required;     /* of keys */
};

/* Row by row in the order of the table; false behind the last. */
bool language_row(enum language_table table, size_t index, struct language_row *ret);
