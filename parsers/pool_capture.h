/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pool_capture: the snapshots of one member, held as the lines they are until the member ends: only
 * then is it known which are worth telling of. A monitor that ran for days took thousands, and a
 * trend needs but some dozens, evenly spaced, the first and the last among them. pool_tell says what is in
 * them.
 */
#pragma once

#include "limits.h"
#include "pool_header.h"
#include "pool_plain.h"
#include "pool_table.h"

/* Rows that stand right one behind the other and are read alike. */
struct pool_lines {
    const struct pool_table *table; /* whose heading they stand below; NULL: poolmon's own */
    double seconds;                 /* a span in the prose above the table */
    char scope[POOL_SCOPE];
    uint32_t number; /* of the first line */
    uint64_t offset, next;
    size_t at; /* in the snapshot's text */
    struct pool_rows rows;
    size_t first_tag; /* all rows were plain, and of this tag (by number from 1) and those behind it; 0 = not so */
};

struct pool_snapshot {
    int64_t number;
    struct when when;
    struct pool_header header;
    bool rows_seen, status_told;
    struct span pools_at; /* where the pools' totals stand */
    char quote[LIMIT_QUOTE], scope[POOL_SCOPE];
    size_t quoted;
    char *text;
    size_t used, room;
    struct pool_lines *runs;
    size_t nruns, size;
    bool cut;                   /* it has more rows than are held */
    int64_t listed[3], rows[3]; /* by enum pool, once it is weighed */
};

struct pool_capture {
    struct parse *in;
    struct pool_snapshot *slots[LIMIT_SNAPSHOTS + 1];
    struct pool_snapshot *kept[LIMIT_SNAPSHOTS]; /* in order */
    struct pool_snapshot *open;                  /* the newest */
    size_t nslots, nkept, held, usual; /* usual: what a snapshot needs, as the last one tells */
    int64_t total, stride;
};

void pool_capture_init(struct pool_capture *c, struct parse *in);
/* The next snapshot, empty. It stays good until the next one is asked for. */
struct pool_snapshot *pool_capture_next(struct pool_capture *c);
/* These lines, each with its terminator, that begin at the place `like` names, are rows of the open snapshot. */
void pool_capture_rows(struct pool_capture *c, const struct pool_lines *like, const char *text,
        const struct pool_rows *rows);
/* No snapshot follows: `kept` is what is told. */
void pool_capture_end(struct pool_capture *c);
