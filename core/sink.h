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

/* What is left to do for a fact of which only some fields are known yet. */
enum sink_need {
    SINK_NOTHING,   /* nobody looks at such facts; tell of them by `passed` */
    SINK_COUNT,     /* enough of them are kept: count and times are all that matters */
    SINK_WHOLE_YET, /* wanted whole; ask again for the next one */
    SINK_WHOLE,     /* wanted whole, as all that agree in these fields will be */
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
    /* known: bit i is set when values[i] is what the fact will have, absent or not. NULL: all whole. */
    enum sink_need (*need)(const struct sink *sink, const struct fact *fact, uint64_t known);
    /* So many facts of this kind were not built, because nobody needs them. NULL where need is. */
    void (*passed)(struct sink *sink, const struct kind *kind, uint64_t count, struct when first,
            struct when last);
};
