/* SPDX-License-Identifier: Apache-2.0 */
/*
 * uptime: the line that uptime, w and top begin with:
 *
 *     06:07:08 up 12 days,  3:04,  2 users,  load average: 0.00, 0.01, 0.05
 */
#pragma once

#include "str.h"

struct uptime {
    int64_t daytime; /* seconds since midnight, of the wall clock */
    double up;       /* seconds since boot; NAN where the line does not say it in a known form */
    bool has_load;
    double load[3]; /* over one, five and fifteen minutes */
};

/* False when it is no such line. */
bool uptime_read(str line, struct uptime *ret);
