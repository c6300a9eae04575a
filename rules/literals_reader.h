/* SPDX-License-Identifier: Apache-2.0 */
/* literals_reader: a pattern while it is read: characters, classes and escapes, below groups and
 * sequences. Internal to rules/literals*.c. */
#pragma once

#include "literals_parts.h"

struct options {
    bool nocase, extended, more; /* i, x, xx */
};

struct reader {
    struct arena *a;
    str rest;
    struct options options;
    bool quoted; /* within \Q..\E */
    bool failed; /* nothing is sure */
    bool nocase; /* some literal ignores case */
    unsigned depth;
};

static inline bool reader_take(struct reader *r, const char *what)
{
    return str_take(&r->rest, str_z(what));
}

static inline char reader_peek(const struct reader *r, size_t at)
{
    return at < r->rest.n ? r->rest.p[at] : '\0';
}

/* Ends the reading: nothing is sure any more. */
struct part reader_give_up(struct reader *r);
/* White space and comments under x, (?#...), \E and empty quotes; true when there was any. */
bool reader_skip_ignored(struct reader *r);
struct part reader_char(struct reader *r, uint32_t c);
struct part reader_class(struct reader *r);  /* from behind the bracket */
struct part reader_escape(struct reader *r); /* from the backslash, but for \Q */
