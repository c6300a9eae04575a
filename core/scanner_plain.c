/* SPDX-License-Identifier: Apache-2.0 */
/* scanner_plain: the filter in plain C. */
#include "scanner_parts.h"

/* 1 when the map has the window, else 0. */
static inline uint32_t passes(const struct scan_plan *plan, unsigned stride, const char *p)
{
    const struct scan_place place = scan_place_of(scan_gram(p), plan->bits);
    const uint32_t second =
            stride == SCAN_WIDE ? scan_second_behind(scan_gram(p + 4)) : place.second;
    const uint32_t word = plan->map[place.word];

    return (word << place.first & word << second) >> 31;
}

/* Its callers name the stride, so that all of it is known when it is compiled. */
__attribute__((always_inline)) static inline size_t filter(const struct scan_plan *plan,
        unsigned stride, const char *text, size_t at, size_t to, struct scan_group *ret)
{
    const size_t step = 32u << stride;
    uint32_t mask = 0;
    size_t n = 0;

    for (; at + step - (1u << stride) < to; at += step) {
        mask = 0;
#pragma GCC unroll 32
        for (unsigned i = 0; i < 32; i++)
            mask |= passes(plan, stride, text + at + (i << stride)) << i;
        ret[n] = (struct scan_group){ (uint32_t)at, mask };
        n += mask != 0;
    }
    mask = 0;
    for (unsigned i = 0; at + (i << stride) < to; i++)
        mask |= passes(plan, stride, text + at + (i << stride)) << i;
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

/* 1 when some set has bytes like these. */
static inline uint32_t few_pass(const uint8_t whole[2][4][128], const unsigned char *p)
{
    unsigned sets = 0;

    for (size_t half = 0; half < 2; half++)
        sets |= (unsigned)whole[half][0][p[0] & 127] & whole[half][1][p[1] & 127] &
                whole[half][2][p[2] & 127] & whole[half][3][p[3] & 127];
    return sets != 0;
}

static size_t filter_few(const struct scan_plan *plan, const char *text, size_t at, size_t to,
        struct scan_group *ret)
{
    size_t n = 0;

    for (; at < to; at += 32) {
        const unsigned char *p = (const unsigned char *)text + at;
        uint32_t mask = 0;

        for (size_t i = 0; i < 32 && i < to - at; i++) {
            mask |= few_pass(plan->whole, p + i) << i;
        }
        ret[n] = (struct scan_group){ (uint32_t)at, mask };
        n += mask != 0;
    }
    return n;
}

static size_t filter_digits(const struct scan_plan *plan, const char *text, size_t at, size_t to,
        struct scan_group *ret)
{
    size_t n = 0;

    (void)plan;
    for (; at < to; at += 32) {
        const size_t left = to - at < 32 ? to - at : 32;
        uint64_t mask = 0;

        for (size_t i = 0; i < left + SCAN_DIGITS - 1; i++)
            mask |= (uint64_t)is_hex(text[at + i]) << i;
        ret[n] = (struct scan_group){ (uint32_t)at, scan_runs(mask) };
        n += ret[n].mask != 0;
    }
    return n;
}

static void list(struct scan_windows *w, const struct scan_group *groups, size_t n, unsigned stride)
{
    scan_list(w, groups, n, stride);
}

const struct scan_kernel scan_kernel_plain = { "plain",
    { filter_all, filter_second, filter_fourth }, filter_few, filter_digits, list, false };
