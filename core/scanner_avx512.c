/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scanner_avx512: what AVX-512 does better. A look-up of 128 bytes tells of each byte of the text in which
 * sets of short literals it may stand, where AVX2 has to ask its halves: so there are twice as many
 * sets, and far less passes by chance.
 */
#include "scanner_parts.h"

#ifdef __x86_64__
#include <immintrin.h>

#define AVX512 __attribute__((target("avx512f,avx512bw,avx512vbmi")))

/* Eight sets by one place of their windows. */
struct rows128 {
    __m512i low, high;
};

AVX512 static inline __m512i load(const void *p)
{
    return _mm512_loadu_si512(p);
}

/* A look-up takes the place of its bytes: they had better be copied than loaded once more, since three
 * of four loads cross a line of the cache. */
AVX512 static inline __m512i load_once(const void *p)
{
    __m512i v = load(p);

    __asm__("" : "+v"(v));
    return v;
}

AVX512 static inline struct rows128 rows_of(const uint8_t row[128])
{
    return (struct rows128){ load(row), load(row + 64) };
}

AVX512 static inline __m512i sets_with(struct rows128 rows, __m512i bytes)
{
    return _mm512_permutex2var_epi8(rows.low, bytes, rows.high);
}

/* 64 windows as two groups. */
static inline size_t put_groups(struct scan_group *ret, size_t at, uint64_t mask)
{
    size_t n = 0;

    ret[n] = (struct scan_group){ (uint32_t)at, (uint32_t)mask };
    n += (uint32_t)mask != 0;
    ret[n] = (struct scan_group){ (uint32_t)at + 32, (uint32_t)(mask >> 32) };
    return n + (mask >> 32 != 0);
}

AVX512 static size_t filter_few(const struct scan_plan *plan, const char *text, size_t at,
        size_t to, struct scan_group *ret)
{
    struct rows128 rows[2][4];
    size_t n = 0;

    for (size_t k = 0; k < 4; k++) {
        rows[0][k] = rows_of(plan->whole[0][k]);
        rows[1][k] = rows_of(plan->whole[1][k]);
    }
    for (; at + 64 <= to; at += 64) {
        const __m512i b0 = load_once(text + at), b1 = load_once(text + at + 1);
        const __m512i b2 = load_once(text + at + 2), b3 = load_once(text + at + 3);
        __m512i some = _mm512_and_si512(sets_with(rows[0][0], b0), sets_with(rows[0][1], b1));
        __m512i more = _mm512_and_si512(sets_with(rows[1][0], b0), sets_with(rows[1][1], b1));
        uint64_t mask;

        some = _mm512_and_si512(some, sets_with(rows[0][2], b2));
        more = _mm512_and_si512(more, sets_with(rows[1][2], b2));
        some = _mm512_and_si512(some, sets_with(rows[0][3], b3));
        more = _mm512_and_si512(more, sets_with(rows[1][3], b3));
        some = _mm512_or_si512(some, more);
        mask = _mm512_test_epi8_mask(some, some);
        n += put_groups(ret + n, at, mask);
    }
    return n + scan_kernel_plain.few(plan, text, at, to, ret + n);
}

/* A bit for each of 64 bytes, or of so many as are left. */
AVX512 static inline uint64_t are_digits(const char *p, size_t left)
{
    const __m512i v = left >= 64 ? load(p) : _mm512_maskz_loadu_epi8((UINT64_C(1) << left) - 1, p);
    const __m512i folded = _mm512_or_si512(v, _mm512_set1_epi8(0x20));

    return _mm512_cmplt_epu8_mask(_mm512_sub_epi8(v, _mm512_set1_epi8('0')), _mm512_set1_epi8(10)) |
           _mm512_cmplt_epu8_mask(
                   _mm512_sub_epi8(folded, _mm512_set1_epi8('a')), _mm512_set1_epi8(6));
}

/* From which of the bytes of the first mask on eight are digits. */
static inline uint64_t runs_of(uint64_t digits, uint64_t behind)
{
    digits &= digits >> 1 | behind << 63;
    behind &= behind >> 1;
    digits &= digits >> 2 | behind << 62;
    behind &= behind >> 2;
    return digits & (digits >> 4 | behind << 60);
}

AVX512 static size_t filter_digits(const struct scan_plan *plan, const char *text, size_t at,
        size_t to, struct scan_group *ret)
{
    const size_t end = to + SCAN_DIGITS - 1;
    uint64_t digits = at < to ? are_digits(text + at, end - at) : 0;
    size_t n = 0;

    (void)plan;
    for (; at < to; at += 64) {
        const uint64_t behind = at + 64 < end ? are_digits(text + at + 64, end - at - 64) : 0;

        if (runs_of(digits, behind) != 0)
            n += put_groups(ret + n, at, runs_of(digits, behind));
        digits = behind;
    }
    return n;
}

static void list(struct scan_windows *w, const struct scan_group *groups, size_t n, unsigned stride)
{
    scan_kernel_avx2.list(w, groups, n, stride);
}

/* The map is read as AVX2 reads it: either way, twice as wide is not faster. */
#define WITH_GRAMS(NAME, OTHER)                                                                    \
    static size_t NAME##_all(const struct scan_plan *plan, const char *text, size_t at, size_t to, \
            struct scan_group *ret)                                                                \
    {                                                                                              \
        return OTHER.grams[0](plan, text, at, to, ret);                                            \
    }                                                                                              \
    static size_t NAME##_second(const struct scan_plan *plan, const char *text, size_t at,         \
            size_t to, struct scan_group *ret)                                                     \
    {                                                                                              \
        return OTHER.grams[1](plan, text, at, to, ret);                                            \
    }                                                                                              \
    static size_t NAME##_fourth(const struct scan_plan *plan, const char *text, size_t at,         \
            size_t to, struct scan_group *ret)                                                     \
    {                                                                                              \
        return OTHER.grams[2](plan, text, at, to, ret);                                            \
    }

WITH_GRAMS(gather, scan_kernel_avx2)
WITH_GRAMS(load, scan_kernel_avx2_loads)

const struct scan_kernel scan_kernel_avx512 = { "avx512",
    { gather_all, gather_second, gather_fourth }, filter_few, filter_digits, list, 400000, 65000,
    false };
const struct scan_kernel scan_kernel_avx512_loads = { "avx512-loads",
    { load_all, load_second, load_fourth }, filter_few, filter_digits, list, 400000, 65000, false };
#endif
