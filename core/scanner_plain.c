/* SPDX-License-Identifier: Apache-2.0 */
/* scanner_plain: the filter in plain C. */
#include "scanner_parts.h"

/* 1 when the map has the window, else 0. One bit is enough: to ask for the other one costs more than what
 * passes by chance, but at the widest stride, where it tells of other bytes. */
static inline uint32_t passes(const struct scan_plan *plan, unsigned stride, const char *p)
{
    const uint32_t mix = scan_gram(p) * SCAN_FACTOR;
    uint32_t word = plan->map[mix >> (32 - plan->bits) >> 5];

    word <<= mix >> (33 - plan->bits) & 15;
    if (stride == SCAN_WIDE)
        word &= plan->map[mix >> (32 - plan->bits) >> 5] << scan_second_behind(scan_gram(p + 4));
    return word >> 31;
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

static size_t filter_few(const struct scan_plan *plan, const char *text, size_t at, size_t to,
        struct scan_group *ret)
{
    size_t n = 0;

    for (; at < to; at += 32) {
        const unsigned char *p = (const unsigned char *)text + at;
        uint32_t mask = 0;

        for (size_t i = 0; i < 32 && i < to - at; i++) {
            unsigned sets = plan->bytes[0][p[i]] & plan->bytes[1][p[i + 1]] &
                            plan->bytes[2][p[i + 2]] & plan->bytes[3][p[i + 3]];

            mask |= (uint32_t)(sets != 0) << i;
        }
        ret[n] = (struct scan_group){ (uint32_t)at, mask };
        n += mask != 0;
    }
    return n;
}

/* Whether four of eight bytes that begin at a multiple of four are digits: a bit for each that is none. */
static bool has_four_digits(const char *p)
{
    const uint64_t each = UINT64_C(0x0101010101010101), low = 0x7f * each;
    uint64_t v, digit, letter, none;

    memcpy(&v, p, sizeof(v));
    digit = (v ^ 0x30 * each) & low;                  /* 0 to 9 */
    letter = ((v | 0x20 * each) ^ 0x60 * each) & low; /* 1 to 6 */
    none = (digit + 0x76 * each) & ((letter + 0x79 * each) | ~(letter + 0x7f * each));
    none = (none | v) & 0x80 * each;
    return (uint32_t)none == 0 || none >> 32 == 0;
}

/* How many of the last bytes of p[0, SCAN_DIGITS) are digits. */
static size_t digits_before_end(const char *p)
{
    size_t n = 0;

    while (n < SCAN_DIGITS && is_hex(p[SCAN_DIGITS - 1 - n]))
        n++;
    return n;
}

/* Of eight digits in a row four begin at a multiple of four: at one of the first four, or the next. */
static size_t filter_digits(const struct scan_plan *plan, const char *text, size_t at, size_t to,
        struct scan_group *ret)
{
    const size_t begin = at, end = to + SCAN_DIGITS - 1;
    size_t n = 0, next = at; /* the first window that was not looked at */

    (void)plan;
    for (; at < to + 3; at += 8) {
        const size_t last = at + 8 < to ? at + 8 : to;

        if (at + 8 <= end && !has_four_digits(text + at))
            continue;
        next = next + 3 < at ? at - 3 : next;
        while (next < last) {
            const size_t digits = digits_before_end(text + next);
            const size_t group = begin + (next - begin) / 32 * 32;

            if (digits < SCAN_DIGITS) {
                next += SCAN_DIGITS - digits;
                continue;
            }
            if (n == 0 || ret[n - 1].at != group)
                ret[n++] = (struct scan_group){ (uint32_t)group, 0 };
            ret[n - 1].mask |= 1u << (next - group);
            next++;
        }
    }
    return n;
}

static void list(struct scan_windows *w, const struct scan_group *groups, size_t n, unsigned stride)
{
    scan_list(w, groups, n, stride);
}

const struct scan_kernel scan_kernel_plain = { "plain",
    { filter_all, filter_second, filter_fourth }, filter_few, filter_digits, list, 1000000, 1200000,
    false };
