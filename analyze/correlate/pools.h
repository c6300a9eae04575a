/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pools: the pool listings of a case as snapshots in order of time, host by host. Order comes from
 * the times when all snapshots of a host have comparable ones; else from the counters, which only
 * grow (allocs), and last from the names and numbers in which they were read.
 */
#pragma once

#include "correlator.h"

enum pool { POOL_NONPAGED, POOL_PAGED, POOLS };

struct pool_row {
    const struct fact *fact; /* pool.tag */
    str tag;
    enum pool pool;
    uint64_t key; /* pool and front of the tag: orders most rows by itself */
};

/* By pool and tag. */
int pool_row_cmp(const struct pool_row *a, const struct pool_row *b);

struct pool_snapshot {
    str host;
    uint32_t member;
    int64_t number; /* in its member */
    struct when when;
    const struct pool_row *rows; /* by pool and tag */
    size_t n;
    const struct fact *usage[POOLS]; /* pool.usage of the same snapshot, or NULL */
    int64_t sum[POOLS];              /* bytes of its rows */
    size_t nrows[POOLS];
};

struct pool_view {
    struct pool_snapshot *snapshots; /* by host, then in order of time */
    size_t n;
    const struct fact **limits; /* the limit facts of the case */
    size_t nlimits;
};

/* Made once: no correlator adds what it is made of. */
const struct pool_view *pool_view_of(struct correlate *c);
/* Snapshots from `from` on that are of one host. */
size_t pool_same_host(const struct pool_view *view, size_t from);

/* Bytes of a pool: as the header says, else the sum of the rows if they are many enough to be a
 * whole listing; else 0: a filtered listing has no shares to tell of. */
int64_t pool_bytes(const struct pool_snapshot *s, enum pool pool);
/* Limit of a pool on a host, 0 when it is not known. */
int64_t pool_limit_of(const struct pool_view *view, str host, enum pool pool);
const char *pool_label(enum pool pool);

/* Seconds from a to b; false when the times do not compare. */
bool seconds_between(struct when a, struct when b, double *ret);
