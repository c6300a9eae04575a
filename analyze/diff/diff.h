/* SPDX-License-Identifier: Apache-2.0 */
/*
 * diff: two cases of the same machines, taken before and after a change. Which findings are gone and
 * how sure it is that they will not come back, which changed, which are new; and what grew or shrank
 * in between, number by number.
 */
#pragma once

#include "analysis.h"

enum diff_state { DIFF_GONE, DIFF_CHANGED, DIFF_SAME, DIFF_NEW };

/* Whether a finding that is gone is fixed. Ordered: more is surer. */
enum diff_fixed { FIXED_UNKNOWN, FIXED_TOO_EARLY, FIXED_POSSIBLE, FIXED_LIKELY, FIXED_CERTAIN };

/* One thing of a finding that is no longer as it was: its severity, a number in its words. */
struct diff_change {
    str what, before, after;
};

struct diff_finding {
    enum diff_state state;
    const struct finding *before, *after; /* NULL: not there */
    bool old;                             /* AFTER still has its records, and none newer */
    enum diff_fixed fixed;                /* of one that is gone */
    str reason;                           /* of that; of a new one: why it may not be new; of one
                                             still there: whether its counter rose */
    const str *asks;                      /* what would decide */
    size_t nasks;
    const struct diff_change *changes;
    size_t nchanges;
};

/* One machine. A name is empty when its case gives none; uptimes in seconds, below 0 = not known. */
struct diff_host {
    str before, after;
    bool in_before, in_after;
    double uptime_before, uptime_after;
};

enum diff_unit { DIFF_COUNT, DIFF_BYTES, DIFF_TEXT };

struct diff_row {
    str name, host;
    enum diff_unit unit;
    bool counter; /* counts from the boot */
    bool has_before, has_after;
    double before, after;
    str text_before, text_after;
    bool has_rate; /* per hour, see struct diff_section */
    double rate;
    bool has_own_rates; /* of each side: a tag's own trend, a counter over the uptime */
    double rate_before, rate_after;
};

/* Rows of one sort; the largest change first. Rates are per hour, and across the two cases only
 * where no boot lies between. */
struct diff_section {
    const char *name, *title;
    const struct diff_row *rows;
    size_t nrows, total; /* kept; changed */
};

struct diff {
    struct arena *arena;
    const struct analysis *before, *after;
    const struct time_options *times; /* NULL: all that the cases tell is compared */
    const struct diff_host *hosts;
    size_t nhosts;
    const struct diff_finding *findings; /* gone, changed, the same, new; each the gravest first */
    size_t nfindings;
    const struct diff_section *sections; /* those with rows */
    size_t nsections;
    const str *notes; /* what makes the comparison doubtful */
    size_t nnotes;
};

/* Kinds of facts that a comparison looks at beside those that rules want. NULL-terminated. */
extern const struct kind *const diff_kinds[];

/* *ret lives in the arena and borrows from all. times: by which both were read; may be NULL. */
void diff_build(struct arena *a, const struct analysis *before, const struct analysis *after,
        const struct time_options *times, struct diff *ret);
void diff_print_text(const struct diff *d, const struct render_options *options, struct out *out);
void diff_print_json(const struct diff *d, const struct render_options *options, struct out *out);

const char *diff_state_name(enum diff_state state);
const char *diff_fixed_name(enum diff_fixed fixed);
