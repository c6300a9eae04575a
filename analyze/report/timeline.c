/* SPDX-License-Identifier: Apache-2.0 */
/* The evidence of all findings in order of time; what has no time is not in it. */
#include <stdlib.h>

#include "report_parts.h"

enum { MOST = 500 };

static int by_time(const void *a, const void *b)
{
    const struct timeline_item *x = a, *y = b;
    int order = when_cmp(x->when, y->when);

    if (order == 0)
        order = (x->where.member > y->where.member) - (x->where.member < y->where.member);
    if (order == 0)
        order = (x->where.offset > y->where.offset) - (x->where.offset < y->where.offset);
    return order != 0 ? order : str_cmp(x->text, y->text);
}

static struct timeline_item item_of(const struct evidence *e)
{
    const struct fact *fact = e->fact;

    return (struct timeline_item){
        .when = fact->when,
        .last = fact->last,
        .count = fact->count,
        .host = fact->host,
        .text = e->say.n != 0 ? e->say : str_trim(fact->quote),
        .where = fact->where,
    };
}

/* Two findings may stand on one line. */
static bool same(const struct timeline_item *a, const struct timeline_item *b)
{
    return when_cmp(a->when, b->when) == 0 && a->where.member == b->where.member &&
           a->where.offset == b->where.offset && str_eq(a->text, b->text);
}

void build_timeline(struct report *r, struct case_file *c)
{
    const struct verdict *v = r->verdict;
    struct timeline_item *items;
    size_t n = 0, kept = 0;

    for (size_t i = 0; i < v->nfindings; i++)
        n += v->findings[i].nevidence;
    items = arena_array(&c->arena, struct timeline_item, n);
    n = 0;
    for (size_t i = 0; i < v->nfindings; i++) {
        for (size_t k = 0; k < v->findings[i].nevidence; k++) {
            if (v->findings[i].evidence[k].fact->when.basis != WHEN_NONE)
                items[n++] = item_of(&v->findings[i].evidence[k]);
        }
    }
    if (n != 0)
        qsort(items, n, sizeof(*items), by_time);
    for (size_t i = 0; i < n; i++) {
        if (kept == 0 || !same(&items[kept - 1], &items[i]))
            items[kept++] = items[i];
    }
    r->timeline = items;
    r->ntimeline = kept < MOST ? kept : MOST;
}
