/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lookup: the facts of a case by kind, and by the value of a field where some selection asks for a
 * literal. Rules then look only at facts that can match. Internal to rules/.
 */
#pragma once

#include "eval.h"
#include "rule.h"

struct value_table;

struct lookup {
    struct arena *a;
    struct fact_set facts;
    const struct kind *const *kinds;
    uint64_t tested; /* facts that some selection was tried on */
    struct kind_facts {
        uint32_t *p; /* indexes into facts, ascending */
        size_t n;
        struct value_table *tables;
    } * by_kind;
};

void lookup_init(
        struct lookup *l, struct arena *a, const struct kind *const *kinds, struct fact_set facts);
/* Indexes of the facts that a selection matches, ascending; in arena a. */
uint32_t *lookup_select(struct lookup *l, struct arena *a, const struct selection *s, size_t *ret_n,
        bool *hit_limit);
/* Of a value that a literal test lets through as of the literal: texts in either case. */
uint64_t lookup_hash(struct result r);
/* All of one kind. */
const struct kind_facts *lookup_kind(const struct lookup *l, const struct kind *kind);
