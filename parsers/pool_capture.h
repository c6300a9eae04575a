/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pool_capture: the snapshots of one member, held as the lines they are until the member ends: only
 * then is it known which are worth telling of. A monitor that ran for days took thousands, and a
 * trend needs but some dozens, evenly spaced, the first and the last among them. Of those between the
 * first and the last only the tags are told that may matter: the largest, and those that moved most.
 */
#pragma once

#include "limits.h"
#include "out.h"
#include "pool_table.h"

enum { POOL_ABSENT = -1, POOL_SCOPE = 32 };

/* The two lines above the rows, in bytes. */
struct pool_header {
    bool any;
    int64_t total, available, resident, commit, limit, peak, nonpaged, paged;
};

/* Rows that stand right one behind the other and are read alike. */
struct pool_lines {
    const struct pool_table *table; /* whose heading they stand below; NULL: poolmon's own */
    double seconds;                 /* a span in the prose above the table */
    char scope[POOL_SCOPE];
    uint32_t number; /* of the first line */
    uint64_t offset, next;
    size_t at, n, lines; /* in the snapshot's text */
};

struct pool_snapshot {
    int64_t number;
    struct when when;
    struct pool_header header;
    bool rows_seen, status_told;
    struct span pools_at; /* where the pools' totals stand */
    char quote[LIMIT_QUOTE], scope[POOL_SCOPE];
    size_t quoted;
    struct out text;
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
    size_t nslots, nkept, held;
    int64_t total, stride;
};

void pool_capture_init(struct pool_capture *c, struct parse *in);
/* The next snapshot, empty. It stays good until the next one is asked for. */
struct pool_snapshot *pool_capture_next(struct pool_capture *c);
/*
 * n bytes of whole lines with terminators, `lines` of them, that begin at that place of the member, are rows
 * of the open snapshot.
 */
void pool_capture_rows(
        struct pool_capture *c, const struct pool_lines *like, str text, size_t lines);
/* Says all that is kept, and frees it. */
void pool_capture_tell(struct pool_capture *c);
/* A row of growth alone. */
void pool_delta_emit(struct parse *in, const struct line *line, struct when when, double seconds,
        const struct pool_table_row *row);
