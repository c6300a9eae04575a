/* SPDX-License-Identifier: Apache-2.0 */
/*
 * reports: the facts of one kernel report (allocation failure, OOM) brought together by member and
 * report number. Built once per correlator in O(n log n), however many reports a log has.
 */
#pragma once

#include "correlator.h"

struct fact_list {
    const struct fact *const *facts;
    size_t n;
};

struct kernel_report {
    uint32_t member;
    int64_t number;
    struct fact_list failures, ooms, memories, zones, tasks, slabs, tagged, verdicts, consumers;
};

/* All reports with a number above 0, by member and number. In the arena. */
const struct kernel_report *kernel_reports(struct correlate *c, size_t *ret_n);

/* The first of a list, NULL when it is empty. */
static inline const struct fact *first_of(struct fact_list list)
{
    return list.n != 0 ? list.facts[0] : NULL;
}

/* "kernel 3.10" <= release: major and minor from the front of a release; false when there is none.
 */
bool kernel_version(str release, int *ret_major, int *ret_minor);
static inline bool version_at_least(int major, int minor, int want_major, int want_minor)
{
    return major > want_major || (major == want_major && minor >= want_minor);
}

/* Whether node is in a list as the kernel prints it: "0-3,7"; "(null)", "" and absent allow all. */
bool node_allowed(str list, int64_t node);
/* Whether a text of separated words holds one of them whole. */
bool has_word(str words, char separator, str word);

/* "3756 kB" */
static inline long long kb(int64_t bytes)
{
    return (long long)(bytes / 1024);
}
