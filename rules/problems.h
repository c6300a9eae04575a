/* SPDX-License-Identifier: Apache-2.0 */
/*
 * problems: what is wrong with rule files, collected and never printed here. A place says where
 * the next one stands: file, JSON pointer, and what to add to columns when a text is a piece of a
 * longer one.
 */
#pragma once

#include "json.h"
#include "ruleset.h"

struct problems {
    struct arena *arena; /* the ruleset's */
    struct rule_problem *rows;
    size_t n, size;
    size_t errors;
};

struct place {
    struct problems *problems;
    str file, pointer;
    const struct json *node; /* whose pointer it is, worked out when something is wrong; or NULL */
    uint32_t column;         /* offset of the piece in its JSON string */
};

void problems_finish(struct problems *p);

/* The place of a JSON node of the same file. */
struct place place_node(const struct place *file, const struct json *node);
/* column counts from 1 inside the text, 0 = the whole value. Codes are stable: "rule.unit". */
void problem_error(const struct place *place, uint32_t column, const char *code, const char *format,
        ...) __attribute__((format(printf, 4, 5)));
void problem_warning(const struct place *place, uint32_t column, const char *code,
        const char *format, ...) __attribute__((format(printf, 4, 5)));
/* "; did you mean 'x'?" or nothing, for the end of a message. */
str problem_hint(struct arena *a, str best);
