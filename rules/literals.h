/* SPDX-License-Identifier: Apache-2.0 */
/*
 * literals: what a text must hold to be matched. A set holds strings of which one stands in every
 * text that matches; a pattern or a matcher may have several, and a text must hold a member of each:
 *
 *     pool (is empty|was exhausted): \d+ bytes
 *         { "pool is empty: ", "pool was exhausted: " } and { "pool " } and { " bytes" }
 *
 * A scanner looks for one set of each; here what is sure is told, and nothing where in doubt.
 */
#pragma once

#include "scanner.h"

struct match;

struct literal_sets {
    const struct scan_set *sets; /* of strings that a scanner takes, none with a line end */
    size_t n;                    /* 0: any text may match */
    bool nocase;                 /* letters A-Z in either case */
};

/* Of a pattern that PCRE2 accepts, with the options that regex.c gives it. */
struct literal_sets literals_of_pattern(struct arena *a, str pattern);
/* Of the matchers that concern one text field, or one entry of a map field. */
struct literal_sets literals_of_match(
        struct arena *a, const struct match *m, size_t field, str member);
/* False for most texts that lack a member of some set: a look before the match itself. */
bool literals_hold(const struct literal_sets *sets, str text);
