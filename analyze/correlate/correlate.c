/* SPDX-License-Identifier: Apache-2.0 */
#include "correlator.h"

#define CORRELATOR(NAME) extern const struct correlator correlator_##NAME;
#include "correlators.def"
#undef CORRELATOR

const struct correlator *const correlators[] = {
#define CORRELATOR(NAME) &correlator_##NAME,
#include "correlators.def"
#undef CORRELATOR
    NULL,
};

void derive(struct correlate *c, const struct kind *kind, const struct fact *on,
        const struct value *values)
{
    struct fact fact = *on;

    fact.kind = kind;
    fact.values = values;
    c->add(c, &fact);
}
