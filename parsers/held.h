/* SPDX-License-Identifier: Apache-2.0 */
/*
 * held: the front of a binary member in memory, for formats whose tables point back and forth. What
 * lies behind it is counted and not kept.
 */
#pragma once

#include "out.h"
#include "parser.h"

struct held {
    str bytes;
    uint64_t size; /* of the whole member */
    struct out out;
};

/* Reads the member to its end and keeps its first `most` bytes. */
void held_read(struct held *h, struct parse *in, size_t most);
void held_finish(struct held *h);
