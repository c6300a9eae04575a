/* SPDX-License-Identifier: Apache-2.0 */
#include "unknown_groups.h"

#include <stdlib.h>

static void *must(void *p)
{
    if (p == NULL)
        abort();
    return p;
}

static void place(struct groups *g, size_t item)
{
    size_t at = str_hash(g->items[item].key) & (g->nslots - 1);

    while (g->slots[at] != 0)
        at = (at + 1) & (g->nslots - 1);
    g->slots[at] = item + 1;
}

static struct group *find(struct groups *g, str key, bool add)
{
    size_t at;

    if (g->n * 2 >= g->nslots) {
        g->nslots = g->nslots != 0 ? g->nslots * 2 : 256;
        free(g->slots);
        g->slots = must(calloc(g->nslots, sizeof(*g->slots)));
        for (size_t i = 0; i < g->n; i++)
            place(g, i);
    }
    at = str_hash(key) & (g->nslots - 1);
    for (; g->slots[at] != 0; at = (at + 1) & (g->nslots - 1)) {
        if (str_eq(g->items[g->slots[at] - 1].key, key))
            return &g->items[g->slots[at] - 1];
    }
    if (!add)
        return NULL;
    if (g->n == g->size) {
        g->size = g->size != 0 ? g->size * 2 : 64;
        g->items = must(realloc(g->items, g->size * sizeof(*g->items)));
    }
    g->items[g->n] = (struct group){ .key = key };
    g->slots[at] = ++g->n;
    return &g->items[g->n - 1];
}

static void mark_taken(struct groups *g, struct arena *a, group_key_fn *key_of,
        const struct finding *findings, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; k < findings[i].nevidence; k++) {
            str key = key_of(a, findings[i].evidence[k].fact);
            struct group *group = key.n != 0 ? find(g, key, false) : NULL;

            if (group != NULL)
                group->taken = true;
        }
    }
}

static bool same_place(const struct fact *a, const struct fact *b)
{
    return a->where.member == b->where.member && a->where.offset == b->where.offset &&
           a->where.length == b->where.length;
}

/* A code in a record that a finding rests on is told with it, whatever kind of fact the finding took. */
static void mark_places(struct groups *g, const struct finding *findings, size_t n)
{
    for (size_t at = 0; at < g->n; at++) {
        for (size_t i = 0; i < n && !g->items[at].taken; i++) {
            for (size_t k = 0; k < findings[i].nevidence && !g->items[at].taken; k++)
                g->items[at].taken = same_place(g->items[at].first, findings[i].evidence[k].fact);
        }
    }
}

static void stretch(struct group *group, const struct fact *fact)
{
    struct when last = fact->last.basis != WHEN_NONE ? fact->last : fact->when;

    if (fact->when.basis == WHEN_NONE)
        return;
    if (group->earliest.basis == WHEN_NONE || when_cmp(fact->when, group->earliest) < 0)
        group->earliest = fact->when;
    if (group->latest.basis == WHEN_NONE || when_cmp(last, group->latest) > 0)
        group->latest = last;
}

void groups_collect(struct groups *g, const struct report *r, struct arena *a, group_key_fn *key_of)
{
    const struct case_file *c = r->file;

    for (size_t i = 0; i < c->nfacts; i++) {
        str key = key_of(a, c->facts[i]);
        struct group *group;

        if (key.n == 0)
            continue;
        group = find(g, key, true);
        group->count += c->facts[i]->count;
        if (group->first == NULL)
            group->first = c->facts[i];
        group->last = c->facts[i];
        stretch(group, c->facts[i]);
    }
    mark_taken(g, a, key_of, r->verdict->findings, r->verdict->nfindings);
    mark_taken(g, a, key_of, r->verdict->ruled_out, r->verdict->nruled_out);
    mark_places(g, r->verdict->findings, r->verdict->nfindings);
}

int unknown_by_count(const void *a, const void *b)
{
    const struct unknown_item *x = a, *y = b;

    if (x->count != y->count)
        return x->count < y->count ? 1 : -1;
    return str_cmp(x->text, y->text);
}

size_t unknown_most_frequent(struct unknown_item *items, size_t n)
{
    if (n != 0)
        qsort(items, n, sizeof(*items), unknown_by_count);
    return n < UNKNOWN_MOST ? n : UNKNOWN_MOST;
}

void groups_finish(struct groups *g)
{
    free(g->items);
    free(g->slots);
}
