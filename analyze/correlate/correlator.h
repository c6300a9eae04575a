/* SPDX-License-Identifier: Apache-2.0 */
/*
 * correlator: derives facts from facts. One correlator = one file in analyze/correlate/ that
 * exports one `const struct correlator correlator_NAME`, and one line in
 * analyze/correlate/meson.build. `wants` and `emits` give the order in which they run; the list's
 * order does not matter. The kinds that correlators emit are declared in
 * analyze/correlate/derived.def, in the manner of parsers/kinds.def.
 */
#pragma once

#include "derived.h"
#include "eval.h"
#include "kinds.h"

struct correlate {
    struct arena *arena;   /* of the case: derived facts live in it */
    struct fact_set facts; /* all so far, formats' and earlier correlators' */
    const str *hosts;      /* sorted; facts without a host belong to every host */
    size_t nhosts;
    const struct pool_view
            *pools; /* of the facts of formats, made by the first that asks, see pools.h */
    void (*add)(struct correlate *c, const struct fact *fact); /* copies */
};

struct correlator {
    const char *name, *summary;
    const struct kind *const *wants, *const *emits; /* NULL-terminated */
    void (*run)(struct correlate *c);
};

extern const struct correlator *const correlators[]; /* NULL-terminated */
/* Whether any of them works on facts of this kind: such facts are kept whatever the rules want. */
bool correlators_want(const struct kind *kind);

/* A derived fact that stands on the evidence of `on`: its place, quote, time and host. */
void derive(struct correlate *c, const struct kind *kind, const struct fact *on,
        const struct value *values);
