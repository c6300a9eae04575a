/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pool_share: what each tag holds of its pool in the last snapshot of a host. Where the header says
 * how large the pool is and the rows do not add up to it, the listing is filtered or cut: its
 * shares are still of the whole pool, but the missing part may hold the culprit.
 */
#include <stdlib.h>

#include "fields.h"
#include "pools.h"

enum { RANKS = 100 };

static int by_bytes(const void *pa, const void *pb)
{
    const struct pool_row *a = *(const struct pool_row *const *)pa;
    const struct pool_row *b = *(const struct pool_row *const *)pb;
    int64_t x = int_or(a->fact, POOL_TAG_BYTES, 0), y = int_or(b->fact, POOL_TAG_BYTES, 0);

    return x != y ? (x > y ? -1 : 1) : str_cmp(a->tag, b->tag);
}

static void share_pool(struct correlate *c, const struct pool_view *view,
        const struct pool_snapshot *s, enum pool pool)
{
    const struct pool_row **rows = arena_array(c->arena, const struct pool_row *, s->n + 1);
    int64_t bytes = pool_bytes(s, pool), limit = pool_limit_of(view, s->host, pool);
    size_t n = 0;

    for (size_t i = 0; i < s->n; i++)
        if (s->rows[i].pool == pool)
            rows[n++] = &s->rows[i];
    qsort(rows, n, sizeof(*rows), by_bytes);
    for (size_t i = 0; i < n && i < RANKS; i++) {
        const struct fact *f = rows[i]->fact;
        double held = (double)int_or(f, POOL_TAG_BYTES, 0);
        struct value values[POOL_SHARE_NFIELDS] = {
            [POOL_SHARE_TAG] = value_of(f, POOL_TAG_TAG),
            [POOL_SHARE_POOL] = value_z(pool_label(pool)),
            [POOL_SHARE_DRIVER] = value_of(f, POOL_TAG_DRIVER),
            [POOL_SHARE_BYTES] = value_of(f, POOL_TAG_BYTES),
            [POOL_SHARE_DIFF] = value_of(f, POOL_TAG_DIFF),
            [POOL_SHARE_RANK] = value_u64(i + 1),
        };

        if (bytes > 0) {
            values[POOL_SHARE_POOL_BYTES] = value_int(bytes);
            values[POOL_SHARE_SHARE] = value_real(held / (double)bytes);
        }
        if (limit > 0) {
            values[POOL_SHARE_LIMIT] = value_int(limit);
            values[POOL_SHARE_LIMIT_SHARE] = value_real(held / (double)limit);
        }
        if (s->usage[pool] != NULL)
            values[POOL_SHARE_COMPLETE] = value_bool((double)s->sum[pool] > 0.9 * (double)bytes);
        derive(c, &kind_POOL_SHARE, f, values);
    }
}

static void run(struct correlate *c)
{
    const struct pool_view *view = pool_view_of(c);

    for (size_t i = 0; i < view->n;) {
        size_t n = pool_same_host(view, i);

        for (int pool = 0; pool < POOLS; pool++)
            for (size_t k = i + n; k-- > i;) {
                if (view->snapshots[k].sum[pool] == 0)
                    continue;
                share_pool(c, view, &view->snapshots[k], (enum pool)pool);
                break;
            }
        i += n;
    }
}

static const struct kind *const wants[] = { &kind_POOL_TAG, &kind_POOL_USAGE, &kind_LIMIT, NULL };
static const struct kind *const emits[] = { &kind_POOL_SHARE, NULL };

const struct correlator correlator_pool_share = {
    .name = "pool_share",
    .summary = "share of each tag in its pool and in the pool's limit",
    .wants = wants,
    .emits = emits,
    .run = run,
};
