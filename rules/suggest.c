/* SPDX-License-Identifier: Apache-2.0 */
#include "suggest.h"

enum { LONGEST = 63 };

/* Optimal string alignment: insert, delete, replace, swap of neighbours; case counts half by being
 * ignored. */
static unsigned distance(str a, str b)
{
    uint8_t rows[3][LONGEST + 1];
    uint8_t *before = rows[0], *above = rows[1], *row = rows[2];

    if (a.n > LONGEST || b.n > LONGEST)
        return LONGEST;
    for (size_t k = 0; k <= b.n; k++)
        above[k] = (uint8_t)k;
    for (size_t i = 1; i <= a.n; i++) {
        uint8_t *spare = before;

        row[0] = (uint8_t)i;
        for (size_t k = 1; k <= b.n; k++) {
            char x = to_lower(a.p[i - 1]), y = to_lower(b.p[k - 1]);
            unsigned best = above[k - 1] + (x != y);

            if (above[k] + 1u < best)
                best = above[k] + 1u;
            if (row[k - 1] + 1u < best)
                best = row[k - 1] + 1u;
            if (i > 1 && k > 1 && x == to_lower(b.p[k - 2]) && to_lower(a.p[i - 2]) == y &&
                    before[k - 2] + 1u < best)
                best = before[k - 2] + 1u;
            row[k] = (uint8_t)best;
        }
        before = above;
        above = row;
        row = spare;
    }
    return above[b.n];
}

void suggest_init(struct suggest *s, str name)
{
    *s = (struct suggest){ .name = name };
    s->distance = name.n < 4 ? 2 : name.n < 8 ? 3 : 4; /* one more than is tolerated */
}

void suggest_try(struct suggest *s, str candidate)
{
    size_t longer = candidate.n > s->name.n ? candidate.n - s->name.n : s->name.n - candidate.n;
    unsigned d = longer < s->distance ? distance(s->name, candidate) : LONGEST;

    if (d < s->distance) {
        s->distance = d;
        s->best = candidate;
    }
}
