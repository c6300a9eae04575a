/* SPDX-License-Identifier: Apache-2.0 */
/*
 * diag: the input is odd. Not a failure of the run and not a bug: it is noted with a stable code
 * and a place, and the work goes on. Codes are "family.reason", lower case, literal; texts may
 * change.
 */
#pragma once

#include "fact.h"

enum diag_level {
    DIAG_NOTE,    /* worth knowing: an assumption was made */
    DIAG_WARNING, /* something of the input was lost or cut */
    DIAG_ERROR,   /* a member, or its rest, could not be read */
};

struct diag {
    enum diag_level level;
    const char *code; /* "poolmon.row-law" */
    struct span where;
    str detail;       /* what was met, one line; may be absent */
    uint32_t repeats; /* more of the same in the same member */
};

const char *diag_level_name(enum diag_level level); /* "note" */
