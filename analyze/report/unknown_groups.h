/* SPDX-License-Identifier: Apache-2.0 */
/*
 * unknown_groups: facts in groups by a text, for what no rule took. A group is taken when one of its facts stands
 * in the evidence of a finding or of an exoneration.
 */
#pragma once

#include "report.h"

enum { UNKNOWN_MOST = 100 /* kept of each sort; text shows a few, programs get these */ };

struct group {
    str key;
    const struct fact *first, *last;
    struct when earliest, latest; /* of those that have a time */
    uint64_t count;
    bool taken;
};

struct groups {
    struct group *items;
    size_t n, size;
    size_t *slots; /* index + 1, open addressing */
    size_t nslots;
};

/* The text of a fact, in the arena or of the fact itself; absent = of no group. */
typedef str group_key_fn(struct arena *a, const struct fact *fact);

/* All facts of the report's case, in the order in which their first ones come. */
void groups_collect(
        struct groups *g, const struct report *r, struct arena *a, group_key_fn *key_of);
void groups_finish(struct groups *g);

/* The largest counts first. Sorts, and returns how many are told. */
size_t unknown_most_frequent(struct unknown_item *items, size_t n);
int unknown_by_count(const void *a, const void *b); /* for qsort, over what begins with an item */

static inline str fact_text(const struct fact *fact, size_t field)
{
    return fact->values[field].type == VALUE_TEXT ? fact->values[field].s : (str){ NULL, 0 };
}

static inline int64_t fact_int(const struct fact *fact, size_t field)
{
    return fact->values[field].type == VALUE_INT ? fact->values[field].i : 0;
}
