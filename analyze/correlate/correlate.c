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

bool correlators_want(const struct kind *kind)
{
    for (size_t i = 0; correlators[i] != NULL; i++)
        for (size_t k = 0; correlators[i]->wants[k] != NULL; k++)
            if (correlators[i]->wants[k] == kind)
                return true;
    return false;
}

void derive(struct correlate *c, const struct kind *kind, const struct fact *on,
        const struct value *values)
{
    struct fact fact = *on;

    fact.kind = kind;
    fact.values = values;
    c->add(c, &fact);
}
