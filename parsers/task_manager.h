/* SPDX-License-Identifier: Apache-2.0 */
/*
 * task_manager: the figures of Task Manager's Performance tab, copied or typed:
 *
 *     Physical Memory (K)            Kernel Memory (K)
 *     Total        4193788           Total      402089
 *     Available    1403552           Paged      145065
 *                                    Nonpaged   257024
 */
#pragma once

#include "limits.h"
#include "parser.h"

enum task_section {
    TASK_NONE,
    TASK_TOTALS, /* handles, threads, processes */
    TASK_PHYSICAL,
    TASK_COMMIT,
    TASK_KERNEL,
};

enum { TASK_SECTIONS = 4 };

struct task_manager {
    struct {
        enum task_section is;
        uint64_t unit;
        size_t at; /* offset of its title in the line */
    } sections[TASK_SECTIONS];
    size_t nsections;
    int64_t total, available, commit, limit, peak, nonpaged, paged; /* -1 = not met */
    int64_t snapshot;
    bool any;
    struct span where; /* of the line that shows the commit charge, else of the first */
    char quote[LIMIT_QUOTE];
    size_t quoted;
};

void task_manager_init(struct task_manager *t);
/* Takes the line if it belongs to such a tab. */
bool task_manager_line(struct task_manager *t, struct parse *in, const struct line *line);
/* Tells memory.status of what was gathered. */
void task_manager_end(struct task_manager *t, struct parse *in);
/* Whether the text shows such a tab. */
bool task_manager_sniff(str text);
void task_manager_signs(struct signs *to); /* of which such a tab shows one */
