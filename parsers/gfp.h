/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gfp: what the mask of a page allocation says. The bits moved with nearly every kernel; the table
 * by version is rules/tables/gfp_bits.tsv. Names printed by the kernel itself win over any table,
 * because distributions carry bits backwards.
 */
#pragma once

#include "arena.h"

struct gfp {
    str flags;    /* names, | separated */
    bool guessed; /* the layout was told from the mask alone */
    bool can_sleep, atomic, movable;
    bool highmem;     /* may use high memory, where there is such a zone */
    const char *zone; /* highest zone it may use: DMA, DMA32, Normal, HighMem, Movable */
};

/* "3.10.0-957.el7.x86_64" as one number that orders by version; 0 = not a version. */
uint32_t release_version(str release);

/*
 * version 0 = not known: guessed from the mask. names as printed in parentheses, absent = none.
 * high_zones: the machine is known to have a HighMem zone; without one HIGHMEM means Normal.
 */
struct gfp gfp_decode(struct arena *a, uint64_t mask, str names, uint32_t version, bool high_zones);

/* The bits of one name on that kernel; false when it has none of this name. */
bool gfp_mask_of(str name, uint32_t version, uint64_t *ret);
