/* SPDX-License-Identifier: Apache-2.0 */
/* literals_parts: what is known of a stretch of a pattern. Internal to rules/literals*.c. */
#pragma once

#include "literals.h"

struct strings {
    const str *p;
    size_t n;
};

/* A set that every match of the stretch must hold a member of. */
struct required {
    const struct required *next;
    struct strings strings;
    size_t count; /* of the list from here */
};

struct part {
    /* It matches the strings of front and nothing else. */
    bool exact;
    /* Every match begins (ends) with one of these; the empty one says nothing. Exact: the same. */
    struct strings front, back;
    const struct required *required; /* beside these */
};

struct part part_empty(void);
/* Anything, of any length. */
struct part part_any(void);
struct part part_exact(struct strings strings);
struct part part_join(struct arena *a, struct part x, struct part y);
struct part part_either(struct arena *a, const struct part *branches, size_t n);
struct part part_repeat(struct arena *a, struct part x, uint32_t least, uint32_t most);
/* Of a stretch that is not joined to anything: its ends are sets by themselves. */
const struct required *part_finish(struct arena *a, const struct part *x);
/* list with one more, if it is of use. */
const struct required *required_add(
        struct arena *a, const struct required *list, struct strings strings);

/* What one of several must hold: one set of each together. */
const struct required *required_either(
        struct arena *a, const struct required *const *lists, size_t n);

/* The best of a list, ready for use. */
struct literal_sets literals_choose(struct arena *a, const struct required *list, bool nocase);
