/* SPDX-License-Identifier: Apache-2.0 */
/*
 * template: text with {expression} or {expression | filter}; {{ and }} are braces. Unknown prints
 * as "?". What stands in [[ ]] is left out when something in it is unknown; [[?condition: ...]] is
 * printed when the condition holds as well. [[[[ and ]]]] are the brackets themselves.
 */
#pragma once

#include "expr.h"
#include "out.h"

struct filter {
    const char *name, *doc;
    enum result_type type; /* what it takes */
    void (*print)(struct out *out, struct result r);
};
extern const struct filter filters[]; /* ends with a NULL name */

struct piece {
    str text;                /* what stands before the expression */
    const struct expr *expr; /* NULL: text only */
    const struct filter *filter;
    uint32_t part;   /* optional part that it belongs to, from 1; 0 = always printed */
    uint32_t column; /* how many bytes stand before the expression in the template */
};

struct template
{
    struct piece *pieces;
    size_t n;
    const struct expr **conditions; /* [part - 1]; NULL = none */
    uint32_t *columns;              /* [part - 1]: how many bytes stand before the condition */
    uint32_t nparts;
};

/* Reports what is wrong and gives NULL then. */
struct template *template_load(
        struct arena *a, str text, const struct scope *scope, const struct place *place);
/* In the evaluation's arena. */
str template_print(struct eval *e, const struct template *t);
/* With the unit that its shape says, as templates do without a filter. */
void result_print(struct out *out, struct result r, struct shape shape);
