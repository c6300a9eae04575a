/* SPDX-License-Identifier: Apache-2.0 */
/* reading_sink: what the rules want of a member's facts is kept, folded and capped. Internal to reading*.c. */
#pragma once

#include "reading.h"

/* The sink of one member. */
struct member_sink {
    struct sink sink;
    struct member_reader *r;
    struct reading *reading;
    uint64_t *kept; /* facts kept per kind */
    int64_t folded; /* number of the report whose head was only counted; 0 = none */
    bool part;      /* of a member: others come before it */
};

/* The sink of what r reads into *ret. Its ret->facts are r->kept. */
void member_sink_begin(struct member_sink *s, struct member_reader *r, struct reading *ret);
