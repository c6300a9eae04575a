/* SPDX-License-Identifier: Apache-2.0 */
/*
 * zone_verdict: the zones of one report, each put to the kernel's test, and what that says of the
 * request as a whole: it fails when every zone open to it fails.
 */
#pragma once

#include "watermark.h"

struct zone_verdict {
    const char *class;
    bool sure;
    const struct zone_check *zone; /* that decides; NULL = none */
    int64_t boost;                 /* pages */
    str explanation;
};

/* checks has room for every zone of the report. */
struct zone_verdict zone_verdict(struct arena *a, const struct kernel_report *r,
        const struct request *q, struct zone_check *checks);
