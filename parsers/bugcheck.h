/* SPDX-License-Identifier: Apache-2.0 */
/* bugcheck: a stop error by its numbers, and the one way to turn it into a fact. */
#pragma once

#include "parser.h"

struct bugcheck {
    uint64_t code; /* as it stands there, with the flags of small dumps */
    uint64_t parameters[4];
    size_t nparameters; /* the first ones, as far as they are known */
    bool has_code;
    const char *source; /* "dump", "event" */
    str dump;
};

/* Memory comes from arena a. */
void bugcheck_emit(struct parse *in, struct arena *a, const struct bugcheck *b, struct span where,
        str quote, struct when when);
/* "bugcheck:0x7E", the flag of small dumps taken off. */
str bugcheck_code(struct arena *a, uint64_t code);
