/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pool_capture: the snapshots of one member, held as the lines they are until the member ends: only
 * then is it known which are worth telling of. A monitor that ran for days took thousands, and a
 * trend needs but some dozens, evenly spaced, the first and the last among them. pool_tell says what is in
 * them.
 *
 * Many tags rest: what the rows of the first snapshot say again is not held again.
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
    size_t from, to; /* of the snapshot's rows */
};

struct pool_snapshot {
    int64_t number;
    struct when when;
    struct pool_header header;
    bool rows_seen, status_told;
    struct span pools_at; /* where the pools' totals stand */
    char quote[LIMIT_QUOTE], scope[POOL_SCOPE];
    size_t quoted;
    size_t bytes; /* of all its rows */
    char *text;   /* of those held themselves, one behind the other */
    size_t used, room;
    struct pool_rows *rows;
    size_t nrows, rows_room;
    struct pool_lines *runs;
    size_t nruns, size;
    bool cut;                    /* it has more rows than are held */
    int64_t listed[3], count[3]; /* by enum pool, once it is weighed */
};

/* The plain rows with which the first snapshot begins. */
struct pool_first {
    const char *text;
    uint32_t *at;       /* [n + 1]: where each begins */
    uint32_t n, extent; /* of each; 0 = they differ */
};

struct pool_capture {
    struct parse *in;
    struct pool_snapshot *slots[LIMIT_SNAPSHOTS + 1];
    struct pool_snapshot *kept[LIMIT_SNAPSHOTS]; /* in order */
    struct pool_snapshot *open;                  /* the newest */
    size_t nslots, nkept, held, usual; /* usual: what a snapshot needs, as the last one tells */
    int64_t total, stride;
    struct pool_first first;
    uint32_t like; /* the row of the first snapshot that may come next */
    uint32_t
            unlike; /* rows to pass before it is compared again: where little rests it is not worth it */
    struct pool_rows *found; /* what was found last */
    size_t nfound, found_room;
};

void pool_capture_init(struct pool_capture *c, struct parse *in);
/* The next snapshot, empty. It stays good until the next one is asked for. */
struct pool_snapshot *pool_capture_next(struct pool_capture *c);
/*
 * The rows at the front of a text, by their shape: whole lines that nothing but rows stands in. How many
 * bytes and lines they are. Not so many as there may be.
 */
size_t pool_capture_find(struct pool_capture *c, str text, size_t *ret_lines);
/* The one line of n bytes with its terminator in place of them. */
void pool_capture_found(struct pool_capture *c, size_t n);
/* What was found in this text, whose front is at the place that `like` names, are rows of the open snapshot. */
void pool_capture_rows(struct pool_capture *c, const struct pool_lines *like, const char *text);
/* No snapshot follows: `kept` is what is told. */
void pool_capture_end(struct pool_capture *c);
