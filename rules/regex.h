/* SPDX-License-Identifier: Apache-2.0 */
/*
 * regex: PCRE2 behind one wrapper: checked when made, compiled at the first match and for the machine
 * when that pays, always matched under limits. Literals that every match must hold are looked for first.
 */
#pragma once

#include "arena.h"

struct literal_sets;
struct regex;
struct regex_room;

/* Regexes live in an arena but hold memory of the library: the list remembers them. */
struct regex_list {
    struct regex *first;
    uint64_t tries;          /* times PCRE2 ran */
    bool trusted;            /* patterns were checked before: compiled at the first match only */
    struct regex_room *room; /* of all of them; NULL until the first match */
};
void regex_list_finish(struct regex_list *list);

/* NULL when the pattern is wrong: *ret_error says why, *ret_offset where (bytes). */
struct regex *regex_create(struct arena *a, struct regex_list *list, str pattern, str *ret_error,
        uint32_t *ret_offset);

enum regex_found { REGEX_NO, REGEX_YES, REGEX_LIMIT };
enum regex_found regex_match(struct regex *r, str text);
/* *ret = what the first group took: empty when it took no part; the whole match of a pattern without group. */
enum regex_found regex_part(struct regex *r, str text, str *ret);

str regex_pattern(const struct regex *r);
/* Whether the pattern takes more than so many steps on a text, for the lint: without JIT, which counts
 * otherwise, and without the shortcuts that depend on the text. */
bool regex_exceeds(const struct regex *r, str text, uint32_t steps);
/* What every match holds. */
const struct literal_sets *regex_literals(struct regex *r);
