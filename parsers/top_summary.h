/* SPDX-License-Identifier: Apache-2.0 */
/*
 * top_summary: what stands above the processes of a screen of top, in every generation's words:
 *
 *     Tasks: 212 total,   3 running, 209 sleeping,   0 stopped,   0 zombie
 *     %Cpu(s):  1.2 us,  0.5 sy,  0.0 ni, 60.0 id, 38.0 wa,  0.0 hi,  0.3 si,  0.0 st
 *     MiB Mem :  15884.8 total,    195.6 free,  11718.8 used,   3970.4 buff/cache
 *
 * Sizes are in bytes. A number with '+', whose last digits are cut off, is none.
 */
#pragma once

#include "kinds.h"

struct top_summary {
    struct value memory[MEMORY_STATUS_NFIELDS], load[LOAD_NFIELDS];
    double total, used, free, buffers, cached; /* NAN = not told */
    bool any_memory, any_load, cache_in_used;
};

enum top_line { TOP_NO_SUMMARY, TOP_MEMORY, TOP_SWAP, TOP_TASKS, TOP_CPU };

void top_summary_init(struct top_summary *t);
/* Which line it is, *s then what stands behind its label; *ret_unit is of its bare numbers. */
enum top_line top_summary_line(str *s, double *ret_unit);
/* What stands behind the label of such a line. */
void top_summary_take(struct top_summary *t, enum top_line line, str s, double unit);
/* Fills in t->memory but for source and snapshot; false when no memory was told. */
bool top_summary_memory(struct top_summary *t);

/* "15884.8", "1,2g", "8062412k", "123m": takes digits, a decimal part, a unit; *ret_unit 0: none. */
bool top_number(str *s, double *ret, double *ret_unit);
/* Absent where it is no size. */
struct value top_bytes(double n);
