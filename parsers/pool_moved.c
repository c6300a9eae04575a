/* SPDX-License-Identifier: Apache-2.0 */
#include "pool_moved.h"

#include <string.h>

enum {
    RANKS = 32, /* tags of each pool that are told for each reason */
    FIRST_TAGS = 256
};

static bool is_of(const struct pool_moved *m, str tag, enum pool pool)
{
    if (m->pool != (uint8_t)pool || m->n != tag.n)
        return false;
    return tag.n == 4 ? memcmp(m->tag, tag.p, 4) == 0 : memcmp(m->tag, tag.p, tag.n) == 0;
}

/* The slot that holds it, or where it belongs. */
static size_t slot_of(const struct pool_tags *t, str tag, enum pool pool)
{
    size_t mask = 2 * t->size - 1;
    size_t at = (str_hash(tag) + (size_t)pool) & mask;

    while (t->slots[at] != 0 && !is_of(&t->tags[t->slots[at] - 1], tag, pool))
        at = (at + 1) & mask;
    return at;
}

static void grow(struct pool_tags *t)
{
    struct pool_moved *old = t->tags;

    t->size = t->size != 0 ? t->size * 2 : FIRST_TAGS;
    t->tags = arena_array(t->a, struct pool_moved, t->size);
    t->slots = arena_array(t->a, uint32_t, 2 * t->size);
    for (size_t i = 0; i < t->n; i++) {
        t->tags[i] = old[i];
        t->slots[slot_of(t, (str){ old[i].tag, old[i].n }, (enum pool)old[i].pool)] =
                (uint32_t)i + 1;
    }
}

struct pool_moved *pool_tags_find(struct pool_tags *t, str tag, enum pool pool)
{
    struct pool_moved *m;
    size_t slot;

    if (t->next < t->n && is_of(&t->tags[t->next], tag, pool))
        return &t->tags[t->next++];
    if (t->n == t->size)
        grow(t);
    slot = slot_of(t, tag, pool);
    if (t->slots[slot] != 0) {
        t->next = t->slots[slot];
        return &t->tags[t->next - 1];
    }
    m = &t->tags[t->n];
    *m = (struct pool_moved){ .n = (uint8_t)tag.n,
        .pool = (uint8_t)pool,
        .most = INT64_MIN,
        .least = INT64_MAX,
        .most_blocks = INT64_MIN,
        .least_blocks = INT64_MAX };
    memcpy(m->tag, tag.p, tag.n);
    t->next = t->slots[slot] = (uint32_t)++t->n;
    return m;
}

void pool_moved_see(struct pool_moved *m, int64_t bytes, int64_t blocks)
{
    m->most = bytes > m->most ? bytes : m->most;
    m->least = bytes < m->least ? bytes : m->least;
    m->most_blocks = blocks > m->most_blocks ? blocks : m->most_blocks;
    m->least_blocks = blocks < m->least_blocks ? blocks : m->least_blocks;
}

static double by_size(const struct pool_moved *m)
{
    return (double)m->most;
}

static double by_change(const struct pool_moved *m)
{
    return (double)m->most - (double)m->least;
}

static double by_blocks(const struct pool_moved *m)
{
    return (double)m->most_blocks - (double)m->least_blocks;
}

/* The RANKS first of one pool; equal ones by tag, so that the order in which they came means nothing. */
static void choose(
        struct pool_tags *t, enum pool pool, double (*weight)(const struct pool_moved *m))
{
    struct pool_moved *best[RANKS];
    size_t n = 0;

    for (size_t i = 0; i < t->n; i++) {
        struct pool_moved *m = &t->tags[i];
        size_t at = n;

        if (m->pool != (uint8_t)pool || weight(m) <= 0)
            continue;
        for (; at > 0; at--) {
            const struct pool_moved *b = best[at - 1];
            double lead = weight(m) - weight(b);

            if (lead < 0 ||
                    (lead <= 0 && str_cmp((str){ b->tag, b->n }, (str){ m->tag, m->n }) < 0))
                break;
            if (at < RANKS)
                best[at] = best[at - 1];
        }
        if (at < RANKS)
            best[at] = m;
        n += n < RANKS;
    }
    for (size_t i = 0; i < n; i++)
        best[i]->told = true;
}

void pool_tags_choose(struct pool_tags *t)
{
    static double (*const weights[])(
            const struct pool_moved *m) = { by_size, by_change, by_blocks };

    for (size_t i = 0; i < sizeof(weights) / sizeof(weights[0]); i++) {
        choose(t, POOL_NONPAGED, weights[i]);
        choose(t, POOL_PAGED, weights[i]);
    }
}
