/* SPDX-License-Identifier: Apache-2.0 */
/*
 * nearest: for text that no format claimed, which one came nearest, and what kept it from bidding: the
 * text is tried again from later lines on, without what mail and editors put before lines, and as if
 * there were more of it. For people who look at why something was not read.
 */
#pragma once

#include "parser.h"

enum nearest_why {
    NEAREST_NONE,
    NEAREST_LATER,   /* it would take what begins at `line` */
    NEAREST_MARKED,  /* it would take the lines without marks and blanks before them */
    NEAREST_TOO_FEW, /* it would take more lines of this kind */
};

struct nearest {
    const struct parser *parser; /* NULL: none knows a line of it */
    int bid;
    enum nearest_why why;
    uint32_t line; /* from 1 */
};

/* scratch: for copies of the text, some ten KiB. */
struct nearest parser_nearest(const struct sniff *in, struct arena *scratch);
/* "meminfo would take it from line 12 on (bid 90); the lines before are of another shape" */
str nearest_text(const struct nearest *nearest, struct arena *a);
