/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rule_rows: what the tests of rules share: a small vocabulary of their own, facts written on one
 * line, and the rows of tests/rules/ *.test.
 *
 *     pool.tag tag=TPLA bytes=5MB @2026-01-01T00:00:00Z ..2026-01-02T00:00:00Z #VZ1 x3; event id=7
 *
 * @ first time, .. last time, # host, x how often it was said; times without zone are local, +12.5
 * is seconds since boot. Values with blanks stand in single quotes.
 */
#pragma once

#include "eval.h"

extern const struct kind *const test_kinds[];

struct fact_list {
    const struct fact **p;
    size_t n;
};

/* Fails the test when the line cannot be read. "-" is no fact. */
struct fact_list facts_read(struct arena *a, str line);

struct row {
    str lines[16];
    size_t n;
    unsigned number; /* of its first line */
};

/* The file as a whole; the next block of lines between empty ones. Lines that begin with # are
 * skipped, and so are directives, which go to `directive`. */
str rows_file(struct arena *a, const char *name);
bool rows_next(str *rest, unsigned *number, struct row *ret, void (*directive)(void *ctx, str line),
        void *ctx);

/* Complains and counts; the test goes on to the next row. */
void row_wrong(const struct row *row, str got);
int rows_wrong(void); /* how many so far */
