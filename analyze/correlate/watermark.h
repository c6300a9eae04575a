/* SPDX-License-Identifier: Apache-2.0 */
/*
 * watermark: the kernel's own test whether a zone may serve a request (__zone_watermark_ok of
 * mm/page_alloc.c), done again on the figures that a Mem-Info block prints. In pages:
 *
 *     mark   min for a failed allocation, high for the last try before an OOM kill
 *     f      free - (2^order - 1) - highatomic (not for atomic requests, from 4.4 on)
 *            - CMA (not for movable requests, from 3.7 on)
 *     privileged requests: mark -= mark / 2 with __GFP_HIGH, then mark -= mark / 4 if the caller
 *            cannot wait; the last try before an OOM kill has neither
 *     fails when f <= mark + lowmem_reserve[highest zone of the request]
 *     up to 4.3, for each smaller order o: f -= nr_free[o] << o; mark >>= 1; fails when f <= mark
 *     from 4.4 on, order > 0: fails without a block of that order in a list it may use
 */
#pragma once

#include "reports.h"

enum zone_type {
    ZONE_TYPE_DMA,
    ZONE_TYPE_DMA32,
    ZONE_TYPE_NORMAL,
    ZONE_TYPE_HIGHMEM,
    ZONE_TYPE_MOVABLE,
    ZONE_TYPE_DEVICE,
    ZONE_TYPES,
};

/* ZONE_TYPES when the name is none. */
enum zone_type zone_type(str name);

struct request {
    int order;
    enum zone_type highest;
    bool oom; /* the last try before the kill */
    bool can_sleep, high, atomic, movable;
    bool no_reserves; /* __GFP_NOMEMALLOC */
    bool old;         /* 4.3 and before: counts blocks instead of looking at them */
    bool no_cma_rule; /* before 3.7 */
    int64_t page;     /* bytes */
    str mems_allowed, nodemask;
};

int64_t page_size(const struct kernel_report *r);
/* What the report's failure or OOM fact asks for. False when order or zone are not known: the
 * request is then an unprivileged order 0 of the Normal zone. */
bool request_of(const struct kernel_report *r, const struct fact *head, struct request *ret);

/* Zone types that this kernel has, in its own order: index of lowmem_reserve. */
struct zone_layout {
    enum zone_type types[ZONE_TYPES];
    size_t n;
    bool high; /* a 32-bit kernel with high memory */
};

struct zone_layout zone_layout_of(const struct kernel_report *r);

/* All in pages. */
struct zone_check {
    const struct fact *zone;
    bool eligible; /* type and node are open to the request */
    bool node_ok;
    bool known;   /* free and mark are printed; else only the lists can speak */
    bool mark_ok; /* passes the mark (old kernels: before the smaller blocks are taken off) */
    bool ok;
    int64_t free, usable, mark, reserve, base; /* base: the mark as printed */
    int64_t cma, highatomic, boost;
    int64_t blocks, small; /* free blocks large enough; pages in blocks that are too small */
};

struct zone_check zone_check(
        const struct request *request, const struct zone_layout *layout, const struct fact *zone);
