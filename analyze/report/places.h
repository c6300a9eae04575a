/* SPDX-License-Identifier: Apache-2.0 */
/*
 * places: "poolmon.txt:14" for people: without the folders that all members share, and where that
 * is too long still, the shortest end of the path that no other member has.
 */
#pragma once

#include "report.h"

struct places {
    const struct report *report;
    size_t shared; /* bytes at the front of every path */
    unsigned most; /* columns a place may take before it is shortened */
};

void places_init(struct places *p, const struct report *report, unsigned most);
/* Empty for a span that names no member. */
str places_text(const struct places *p, struct arena *a, struct span where);
/* The same for a path of the case. */
str places_path(const struct places *p, str path);
