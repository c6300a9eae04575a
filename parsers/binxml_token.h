/* SPDX-License-Identifier: Apache-2.0 */
/* binxml_token: what the bytes of binary XML begin with; for the binxml files alone. */
#pragma once

#include "binxml.h"
#include "bytes.h"

enum { BINXML_MORE = 0x40 /* flag on a token: more of its kind follow */ };

enum token {
    END = 0,
    OPEN = 1,
    CLOSE_START = 2,
    CLOSE_EMPTY = 3,
    CLOSE = 4,
    VALUE = 5,
    ATTRIBUTE = 6,
    CDATA = 7,
    CHARACTER = 8,
    ENTITY = 9,
    PI_TARGET = 0x0A,
    PI_DATA = 0x0B,
    TEMPLATE = 0x0C,
    HOLE = 0x0D,
    OPTIONAL_HOLE = 0x0E,
    FRAGMENT = 0x0F,
};

/* The name that the cursor stands before; it may stand there itself. Sets bad when it is none. NUL stands behind
 * what is returned. */
str binxml_name(struct binxml *b, struct bytes *c);
