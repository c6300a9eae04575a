/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ahead: a long log is read by one process, and looked through by others that have nothing else to do, some
 * blocks before the reader comes to them. The reader finds what they found on a board in memory that all
 * share; blocks that nobody has looked through it looks through itself. The hits of a line depend on its bytes and
 * on the plan alone, so what comes out is the same whoever looked, and however many did.
 *
 * Only for a file of the disk whose text is its bytes as they are (text_source.verbatim).
 */
#pragma once

#include "seek.h"

struct ahead;
/* Of a board. It begins as zeros. */
size_t ahead_size(void);

/* --- for the reader --- */

/* The next log of this reader; log: from 1, no two are the same. */
void ahead_begin(struct ahead *a, uint64_t log);
/* Room for the log's sample, of SCAN_SAMPLE bytes, where the others see it without a copy; NULL: it is not free. */
char *ahead_sample(struct ahead *a);
/* From now on the log is looked through by the plan for this sample. */
void ahead_open(struct ahead *a, str sample);
/* The others leave the log. */
void ahead_close(struct ahead *a);

/* The hits of some lines, in their order. */
struct ahead_walk {
    const struct ahead *a;
    uint64_t block, end, from, to; /* blocks [block, end) are left */
    uint32_t next;
};
/* The reader has come to the lines [from, to) of the log: false when not all of them were looked through. */
bool ahead_take(struct ahead *a, uint64_t from, uint64_t to, struct ahead_walk *ret);
/* at: offset in the log */
bool ahead_next(struct ahead_walk *w, uint64_t *ret_at, uint32_t *ret_id);

/* --- for the others --- */

/* The log that may be looked through, 0 = none. */
uint64_t ahead_log(const struct ahead *a);
/* Looks through this log, open for reading as fd, until its reader is done with it or all is taken. */
void ahead_help(struct ahead *a, uint64_t log, const struct seeker *seeker, int fd);
