/* SPDX-License-Identifier: Apache-2.0 */
/*
 * clusters: lines by their form (see mask.h), with how often, first, last and an example, in memory
 * that does not grow with the input. Where the table is full the rarest of a few makes room, and its
 * lines are counted as fallen out: what is said often stays.
 */
#pragma once

#include "fact.h"

enum { CLUSTER_FORM = 160, CLUSTER_EXAMPLE = 240 };

struct cluster {
    uint64_t hash;
    uint64_t count;
    struct when first, last; /* of the lines that have a time */
    struct span where;       /* of the example, which is the line met first */
    bool taken;              /* the caller's: some finding rests on such a line */
    uint8_t form_length, example_length;
    char form[CLUSTER_FORM], example[CLUSTER_EXAMPLE];
};

struct clusters {
    struct cluster *rows; /* sets of a few rows by hash; hash 0 = free */
    size_t sets;
    uint32_t *used; /* the rows that are not free, in the order in which they were taken */
    size_t n;
    uint64_t fallen,
            fallen_forms; /* lines that the table no longer knows; times a row was given up */
};

/* About `most` forms. Freed by clusters_finish. */
void clusters_init(struct clusters *c, size_t most);
void clusters_finish(struct clusters *c);
void clusters_add(struct clusters *c, str line, uint64_t count, struct when first, struct when last,
        struct span where);
/* NULL when no such line is there. */
struct cluster *clusters_find(struct clusters *c, str line);
/* i from 0 to n. */
const struct cluster *clusters_row(const struct clusters *c, size_t i);
