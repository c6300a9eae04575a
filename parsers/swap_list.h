/* SPDX-License-Identifier: Apache-2.0 */
/*
 * swap_list: lists of swap areas, as the kernel and swapon print them, added up.
 *
 *     Filename            Type            Size      Used     Priority     /proc/swaps, kB
 *     /dev/dm-1           partition       8388604   1262424  -2
 *
 *     NAME      TYPE      SIZE USED PRIO                                 swapon --show
 *     /dev/dm-1 partition   8G 1.2G   -2
 */
#pragma once

#include "parser.h"

enum { SWAP_COLUMNS = 8 };

struct swap_area {
    str name;
    uint64_t size, used;
};

/* What the columns of a list hold; all zero = as /proc/swaps has them. */
struct swap_heading {
    enum { SWAP_NONE, SWAP_NAME, SWAP_SIZE, SWAP_USED, SWAP_OTHER } columns[SWAP_COLUMNS];
    size_t n;
    bool own_units; /* numbers without a unit are bytes */
};

/* A heading of either kind. */
bool swap_heading(str line, struct swap_heading *ret);
/* One area. Without a heading its numbers tell their unit: no machine has 64 TB or 64 MB of swap. */
bool swap_take(str line, const struct swap_heading *heading, struct swap_area *ret);
/* One list in the making: its fact stands at its first area. */
struct swap_sum {
    uint64_t size, used;
    size_t areas;
    struct span where;
    char quote[160];
    size_t quoted;
    int64_t snapshot;
};

/* Whether a row is of swapon --summary, which parts the name from the type by a TAB; the kernel does
 * not. */
bool swap_is_summary(str line);

void swap_add(struct swap_sum *sum, const struct parse *in, const struct line *line,
        const struct swap_area *area);
/* memory.status of what was added, if anything was. */
void swap_tell(struct swap_sum *sum, struct parse *in, const char *source);
