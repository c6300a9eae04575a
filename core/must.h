/* SPDX-License-Identifier: Apache-2.0 */
/* must: memory of a size the program chose. Without it nothing can go on. */
#pragma once

#include <stdio.h>
#include <stdlib.h>

static inline void *must(void *p)
{
    if (p == NULL) {
        fputs("fathom: out of memory\n", stderr);
        abort();
    }
    return p;
}
