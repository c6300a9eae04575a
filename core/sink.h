/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sink: where facts and diagnostics go. Parsers and correlators know only this face; the case
 * behind it keeps what some rule or view wants, counts the rest, and caps both.
 */
#pragma once

#include "diag.h"

/* Which of the patterns that are looked for in lines may match a line: those whose literals stand in
 * it. */
struct line_hits {
    const uint32_t *ids; /* ascending */
    size_t n;
};

struct sink {
    void (*emit)(struct sink *sink, const struct fact *fact); /* borrowed, see fact.h */
    void (*diag)(struct sink *sink, const struct diag *diag); /* borrowed; detail is copied */
    /*
     * Whether anybody would look at a fact of this kind whose text field `field` equals `value`
     * (case-insensitive; field SIZE_MAX or absent value = any). A "no" lets a parser skip the work
     * of building it.
     */
    bool (*wants)(const struct sink *sink, const struct kind *kind, size_t field, str value);
    /*
     * A line of text as a fact: it is kept for each pattern that matches it. hits NULL = not known,
     * any may. NULL where nobody looks at lines.
     */
    void (*line)(struct sink *sink, const struct fact *fact, const struct line_hits *hits);
};
