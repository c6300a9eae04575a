/* SPDX-License-Identifier: Apache-2.0 */
/*
 * oom_class: what kind of shortage one run of the OOM killer was. The order of the tests is the order
 * of their strength: what the kernel says of itself first, arithmetic on the zones after that, and a
 * global shortage is what remains.
 */
#pragma once

#include "watermark.h"

struct oom {
    const struct kernel_report *r;
    const struct fact *head, *memory, *alloc; /* alloc: the alloc.verdict on it, or NULL */
    const struct fact *holder;                /* memory.consumer that leads, or NULL */
    const struct fact *totals; /* memory.status of the same log or machine, or NULL */
    const char *class;
    str cgroup, explanation;
    bool sure, parent, dirty;
    int64_t kills;
};

void oom_classify(struct oom *o, struct arena *a);
/* Always true: a test that settles the class ends the search. */
bool oom_settle(struct oom *o, const char *class, bool sure, str explanation);
