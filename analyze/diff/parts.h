/* SPDX-License-Identifier: Apache-2.0 */
/* parts: what the files of analyze/diff/ share. */
#pragma once

#include "derived.h"
#include "diff.h"
#include "layout.h"

enum diff_side { SIDE_BEFORE, SIDE_AFTER };

/* The case of a side. */
static inline const struct case_file *diff_case(const struct diff *d, enum diff_side side)
{
    return side == SIDE_BEFORE ? &d->before->file : &d->after->file;
}

/* matching.c */
void diff_match_hosts(struct diff *d);
/* The machine that a side calls so; NULL when it is not there. */
const struct diff_host *diff_host_of(const struct diff *d, enum diff_side side, str name);

/* reach.c: what of a case could have shown a finding. */
struct reach {
    size_t members;
    str path; /* of one of them */
    const struct parser *parser;
    struct when first, last; /* of their lines */
    double seconds;          /* that they tell of: from the boot where they count from it */
    double covered;          /* from their first line to the last */
};
/* The members that could show facts like these ones, on that host of that side. of: the case that
 * the facts are of. */
struct reach diff_reach(const struct diff *d, enum diff_side side, const struct diff_host *host,
        const struct finding *f, enum diff_side of);
/* From a to b in seconds; false when the two do not compare. Where the zone of one is not known, the
 * least it can be. */
bool diff_seconds(struct when a, struct when b, double *ret);

/* figures.c */
void diff_compare(struct diff *d, struct diff_finding *f);

/* fixed.c */
void diff_judge_gone(struct diff *d, struct diff_finding *f);
void diff_judge_new(struct diff *d, struct diff_finding *f);
/* Whether what AFTER still shows was all there when BEFORE was taken. */
bool diff_is_old(const struct diff *d, const struct finding *before, const struct finding *after);

/* rows.c */
void diff_build_rows(struct diff *d);
/* A duration for people: "3.2 h". */
str diff_duration(struct arena *a, double seconds);

/* diff_table.c */
void diff_print_section(struct layout *l, struct arena *a, const struct diff *d,
        const struct diff_section *section);
