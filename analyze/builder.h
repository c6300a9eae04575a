/* SPDX-License-Identifier: Apache-2.0 */
/* builder: a case while its bundle is read; shared by case.c and case_jobs.c. */
#pragma once

#include "reading.h"

struct builder {
    struct case_file *c;
    const struct case_options *options;
    struct member_reader reader;
    struct arena folding; /* facts of one member that may be said again */
    size_t facts_size, sources_size;
    struct folds folds; /* over all members */
    struct jobs *jobs;  /* what workers read; NULL = none */
    int64_t folded; /* number of the report of this member whose head was only counted; 0 = none */
};

/* The next member. What a reading points to must last, but for facts that it does not call so. */
void builder_add(struct builder *b, const struct reading *reading);
/* A diagnostic of the bundle itself. */
void builder_diag(struct builder *b, const struct diag *diag, str path);
