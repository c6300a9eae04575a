/* SPDX-License-Identifier: Apache-2.0 */
/* scanner_plain: the filter in plain C. */
#include "scanner_parts.h"

/* 1 when the map has the window, else 0. */
static inline uint32_t passes(const uint32_t *map, unsigned shift, const char *p)
{
    uint32_t hash = (scan_gram(p) * SCAN_FACTOR) >> shift;

    return (map[hash >> 5] << (hash & 31)) >> 31;
}

/* Its callers name the stride, so that all of it is known when it is compiled. */
__attribute__((always_inline)) static inline size_t filter(const struct scan_plan *plan,
        unsigned stride, const char *text, size_t at, size_t to, struct scan_group *ret)
{
    const uint32_t *map = plan->map;
    const unsigned shift = 32 - plan->bits;
    const size_t step = 32u << stride;
    uint32_t mask = 0;
    size_t n = 0;

    for (; at + step - (1u << stride) < to; at += step) {
        mask = 0;
#pragma GCC unroll 32
        for (unsigned i = 0; i < 32; i++)
            mask |= passes(map, shift, text + at + (i << stride)) << i;
        ret[n] = (struct scan_group){ (uint32_t)at, mask };
        n += mask != 0;
    }
    mask = 0;
    for (unsigned i = 0; at + (i << stride) < to; i++)
        mask |= passes(map, shift, text + at + (i << stride)) << i;
    ret[n] = (struct scan_group){ (uint32_t)at, mask };
    return n + (mask != 0);
}

static size_t filter_all(const struct scan_plan *plan, const char *text, size_t at, size_t to,
        struct scan_group *ret)
{
    return filter(plan, 0, text, at, to, ret);
}

static size_t filter_second(const struct scan_plan *plan, const char *text, size_t at, size_t to,
        struct scan_group *ret)
{
    return filter(plan, 1, text, at, to, ret);
}

static size_t filter_fourth(const struct scan_plan *plan, const char *text, size_t at, size_t to,
        struct scan_group *ret)
{
    return filter(plan, 2, text, at, to, ret);
}

static size_t filter_few(const struct scan_plan *plan, const char *text, size_t at, size_t to,
        struct scan_group *ret)
{
    size_t n = 0;

    for (; at < to; at += 32) {
        const unsigned char *p = (const unsigned char *)text + at;
        uint32_t mask = 0;

        for (size_t i = 0; i < 32 && i < to - at; i++) {
            unsigned sets = plan->whole[0][p[i]] & plan->whole[1][p[i + 1]] &
                            plan->whole[2][p[i + 2]] & plan->whole[3][p[i + 3]];

            mask |= (uint32_t)(sets != 0) << i;
        }
        ret[n] = (struct scan_group){ (uint32_t)at, mask };
        n += mask != 0;
    }
    return n;
}

const struct scan_kernel scan_kernel_plain = { "plain",
    { filter_all, filter_second, filter_fourth }, filter_few };
