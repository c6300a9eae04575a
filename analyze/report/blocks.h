/* SPDX-License-Identifier: Apache-2.0 */
/*
 * blocks: findings as people read them. What nobody explains leads a block; what is explained hangs
 * in the block of the finding that explains it best, and nowhere else. A cause that is only possible
 * does not take in what is surer than itself: that leads its own block, and the cause comes after.
 * Where two or more root causes share one effect, none of them is the whole answer: the effect
 * leads, and the causes hang in its block as what contributes to it; so does a condition of little
 * weight under something grave. What is sure comes before guesses, and both before what weighs
 * little; of those the block with the gravest finding first, then in the order of the verdict.
 */
#pragma once

#include "report.h"

struct blocks {
    const struct finding *findings; /* of the verdict; all arrays below are parallel to it */
    size_t n;
    bool *shown;       /* not below the least severity */
    size_t *parent;    /* the finding that it hangs under; SIZE_MAX: it leads */
    size_t *home;      /* the leader of its block */
    bool *contributes; /* a root cause that hangs under the effect it shares with others */
    unsigned *number;  /* of the leader's block, from 1; 0 = a note, which has no number */
    size_t *order;     /* leaders in the order in which they are shown, notes (info) last */
    size_t norder;
    struct grouped *members, *causes; /* see below */
};

/* Some of the findings, in the order of the verdict. */
struct finding_list {
    const size_t *p;
    size_t n;
};

void blocks_build(
        struct arena *a, const struct verdict *verdict, enum severity least, struct blocks *ret);
/* Whether cause explains effect, both shown. */
bool blocks_explains(const struct blocks *b, size_t cause, size_t effect);
/* What is shown in the block, the leader among it. */
struct finding_list blocks_members(const struct blocks *b, size_t leader);
/* Those that explain an effect, all of them shown; and what a cause explains, in arena a. */
struct finding_list blocks_causes(const struct blocks *b, size_t effect);
struct finding_list blocks_effects(const struct blocks *b, struct arena *a, size_t cause);
