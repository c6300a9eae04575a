/* SPDX-License-Identifier: Apache-2.0 */
/*
 * case_need: whether anybody would look at an event. Logs hold a million of them of a few hundred sorts, so
 * the answer is found once for each sort: provider, id, level, and whether there is a message or a status.
 */
#pragma once

#include "ruleset.h"

struct need_answer {
    uint64_t sort; /* 0 = free */
    bool needed;
};

struct need_memo {
    struct need_answer *answers; /* open addressing, power of two */
    size_t n, size;
};

void need_memo_finish(struct need_memo *memo);
/* The fields of an event whose value, or absence, tells of its sort. */
uint64_t event_known(const struct fact *event);
/*
 * Whether rules, the stage of times, or the list of what no rule took may need it. known: the fields that the
 * event has already.
 */
bool event_needed(struct need_memo *memo, const struct ruleset *rules, const struct fact *event,
        uint64_t known);
