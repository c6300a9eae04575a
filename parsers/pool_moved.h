/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pool_moved: what each tag did over the snapshots of a capture, and which tags may matter: the largest, and
 * those that moved most.
 */
#pragma once

#include "pool_row.h"

/* What a tag did in one pool. */
struct pool_moved {
    char tag[20];
    uint8_t n, pool;
    bool told; /* it may matter */
    int64_t most, least, most_blocks, least_blocks;
};

struct pool_tags {
    struct arena *a;
    struct pool_moved *tags; /* as they were met */
    size_t n, size;
    uint32_t *slots; /* open addressing over twice the size: number in tags + 1; 0 = free */
    size_t next; /* snapshots list their tags in one order: behind the last that was asked for */
};

/* The one of this tag and pool; made where it is new. It stays until the next one is asked for. */
struct pool_moved *pool_tags_find(struct pool_tags *t, str tag, enum pool pool);
void pool_moved_see(struct pool_moved *m, int64_t bytes, int64_t blocks);
/* Sets `told` of those that may matter. */
void pool_tags_choose(struct pool_tags *t);
