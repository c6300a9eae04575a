/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scanner_avx2: the filter, 32 windows at a time. The map is read by gather, or word by word where a processor
 * takes longer for a gather than for its loads.
 */
#include "scanner_parts.h"

#ifdef __x86_64__
#include <immintrin.h>

#define AVX2 __attribute__((target("avx2")))

/* The map, and how far a hash is shifted for each bit. */
struct lookup {
    const uint32_t *map;
    __m128i word, first, second;
};

AVX2 static inline struct lookup lookup_of(const struct scan_plan *plan)
{
    return (struct lookup){ plan->map, _mm_cvtsi32_si128((int)(37 - plan->bits)),
        _mm_cvtsi32_si128((int)(33 - plan->bits)), _mm_cvtsi32_si128((int)(29 - plan->bits)) };
}

/* Hashes of eight grams, four bytes apart. */
AVX2 static inline __m256i mixes(const char *p)
{
    __m256i v = _mm256_loadu_si256((const __m256i_u *)(const void *)p);

    return _mm256_mullo_epi32(
            _mm256_or_si256(v, _mm256_set1_epi32(0x20202020)), _mm256_set1_epi32((int)SCAN_FACTOR));
}

AVX2 static inline __m128i load_four(const uint32_t *map, uint64_t first, uint64_t last)
{
    __m128i words = _mm_cvtsi32_si128((int)map[(uint32_t)first]);

    words = _mm_insert_epi32(words, (int)map[first >> 32], 1);
    words = _mm_insert_epi32(words, (int)map[(uint32_t)last], 2);
    return _mm_insert_epi32(words, (int)map[last >> 32], 3);
}

/* The words of eight places. */
AVX2 __attribute__((always_inline)) static inline __m256i words_at(
        const uint32_t *map, __m256i places, bool gather)
{
    if (gather)
        return _mm256_i32gather_epi32((const int *)(const void *)map, places, 4);
    return _mm256_set_m128i(load_four(map, (uint64_t)_mm256_extract_epi64(places, 2),
                                    (uint64_t)_mm256_extract_epi64(places, 3)),
            load_four(map, (uint64_t)_mm256_extract_epi64(places, 0),
                    (uint64_t)_mm256_extract_epi64(places, 1)));
}

/* Eight windows, four bytes apart: in each lane's highest bit whether the map has it. */
AVX2 __attribute__((always_inline)) static inline __m256i passes(
        struct lookup in, unsigned stride, const char *p, bool gather)
{
    const __m256i lowest = _mm256_set1_epi32(15);
    const __m256i mix = mixes(p);
    __m256i first = _mm256_and_si256(_mm256_srl_epi32(mix, in.first), lowest);
    __m256i second = stride == SCAN_WIDE
                             ? _mm256_srli_epi32(mixes(p + 4), 28)
                             : _mm256_and_si256(_mm256_srl_epi32(mix, in.second), lowest);
    __m256i word = words_at(in.map, _mm256_srl_epi32(mix, in.word), gather);

    return _mm256_and_si256(
            _mm256_sllv_epi32(word, first), _mm256_sllv_epi32(_mm256_slli_epi32(word, 16), second));
}

/* 32 windows: those of each vector are four bytes apart; bits come out in order of the windows. */
AVX2 __attribute__((always_inline)) static inline uint32_t group(
        struct lookup in, unsigned stride, const char *p, bool gather)
{
    static const size_t begins[SCAN_STRIDES][3] = { { 1, 2, 3 }, { 2, 32, 34 }, { 32, 64, 96 } };
    __m256i a = passes(in, stride, p, gather);
    __m256i b = passes(in, stride, p + begins[stride][0], gather);
    __m256i c = passes(in, stride, p + begins[stride][1], gather);
    __m256i d = passes(in, stride, p + begins[stride][2], gather);

    if (stride == 0) {
        const __m256i odd = _mm256_set1_epi16((short)0xff00);

        a = _mm256_blendv_epi8(_mm256_srli_epi32(a, 24), _mm256_srli_epi32(b, 16), odd);
        c = _mm256_blendv_epi8(_mm256_srli_epi32(c, 8), d, odd);
        a = _mm256_blend_epi16(a, c, 0xaa);
    } else if (stride == 1) {
        a = _mm256_blend_epi16(_mm256_srli_epi32(a, 16), b, 0xaa);
        c = _mm256_blend_epi16(_mm256_srli_epi32(c, 16), d, 0xaa);
        a = _mm256_permute4x64_epi64(_mm256_packs_epi16(a, c), 0xd8);
    } else {
        a = _mm256_permute4x64_epi64(_mm256_packs_epi32(a, b), 0xd8);
        c = _mm256_permute4x64_epi64(_mm256_packs_epi32(c, d), 0xd8);
        a = _mm256_permute4x64_epi64(_mm256_packs_epi16(a, c), 0xd8);
    }
    return (uint32_t)_mm256_movemask_epi8(a);
}

AVX2 __attribute__((always_inline)) static inline size_t filter(const struct scan_plan *plan,
        unsigned stride, const char *text, size_t at, size_t to, struct scan_group *ret,
        bool gather)
{
    const struct lookup in = lookup_of(plan);
    const size_t step = 32u << stride;
    size_t n = 0;

    for (; at + step - (1u << stride) < to; at += step) {
        uint32_t mask = group(in, stride, text + at, gather);

        ret[n] = (struct scan_group){ (uint32_t)at, mask };
        n += mask != 0;
    }
    return n + scan_kernel_plain.grams[stride](plan, text, at, to, ret + n);
}

#define FILTER(NAME, STRIDE, GATHER)                                                               \
    AVX2 static size_t NAME(const struct scan_plan *plan, const char *text, size_t at, size_t to,  \
            struct scan_group *ret)                                                                \
    {                                                                                              \
        return filter(plan, STRIDE, text, at, to, ret, GATHER);                                    \
    }

FILTER(gather_all, 0, true)
FILTER(gather_second, 1, true)
FILTER(gather_fourth, 2, true)
FILTER(load_all, 0, false)
FILTER(load_second, 1, false)
FILTER(load_fourth, 2, false)

AVX2 static inline __m256i rows16(const uint8_t row[16])
{
    return _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i_u *)(const void *)row));
}

/* The sets that have such a byte at one place of their windows. */
AVX2 static inline __m256i sets_with(__m256i low, __m256i high, const char *p)
{
    const __m256i half = _mm256_set1_epi8(15);
    __m256i v = _mm256_loadu_si256((const __m256i_u *)(const void *)p);
    __m256i of_low = _mm256_shuffle_epi8(low, _mm256_and_si256(v, half));

    v = _mm256_and_si256(_mm256_srli_epi16(v, 4), half);
    return _mm256_and_si256(of_low, _mm256_shuffle_epi8(high, v));
}

AVX2 static size_t filter_few(const struct scan_plan *plan, const char *text, size_t at, size_t to,
        struct scan_group *ret)
{
    const __m256i l0 = rows16(plan->low[0]), h0 = rows16(plan->high[0]);
    const __m256i l1 = rows16(plan->low[1]), h1 = rows16(plan->high[1]);
    const __m256i l2 = rows16(plan->low[2]), h2 = rows16(plan->high[2]);
    const __m256i l3 = rows16(plan->low[3]), h3 = rows16(plan->high[3]);
    size_t n = 0;

    for (; at + 32 <= to; at += 32) {
        const char *p = text + at;
        __m256i first = _mm256_and_si256(sets_with(l0, h0, p), sets_with(l1, h1, p + 1));
        __m256i last = _mm256_and_si256(sets_with(l2, h2, p + 2), sets_with(l3, h3, p + 3));
        __m256i none = _mm256_cmpeq_epi8(_mm256_and_si256(first, last), _mm256_setzero_si256());
        uint32_t mask = ~(uint32_t)_mm256_movemask_epi8(none);

        ret[n] = (struct scan_group){ (uint32_t)at, mask };
        n += mask != 0;
    }
    return n + scan_kernel_plain.few(plan, text, at, to, ret + n);
}

/* A bit for each of 32 bytes: all below the least digit, or letter, lie below that as signed numbers
 * too, once the greatest is moved to the top. */
AVX2 static inline uint64_t are_digits(const char *p)
{
    __m256i v = _mm256_loadu_si256((const __m256i_u *)(const void *)p);
    __m256i digit = _mm256_add_epi8(v, _mm256_set1_epi8(127 - '9'));
    __m256i letter = _mm256_add_epi8(
            _mm256_or_si256(v, _mm256_set1_epi8(0x20)), _mm256_set1_epi8(127 - 'f'));

    digit = _mm256_cmpgt_epi8(digit, _mm256_set1_epi8(127 - 10));
    letter = _mm256_cmpgt_epi8(letter, _mm256_set1_epi8(127 - 6));
    return (uint32_t)_mm256_movemask_epi8(_mm256_or_si256(digit, letter));
}

AVX2 static size_t filter_digits(const struct scan_plan *plan, const char *text, size_t at,
        size_t to, struct scan_group *ret)
{
    uint64_t digits;
    size_t n = 0;

    if (at + 64 < to + SCAN_DIGITS) {
        digits = are_digits(text + at);
        for (; at + 64 < to + SCAN_DIGITS; at += 32) {
            uint32_t mask;

            digits |= are_digits(text + at + 32) << 32;
            mask = scan_runs(digits);
            ret[n] = (struct scan_group){ (uint32_t)at, mask };
            n += mask != 0;
            digits >>= 32;
        }
    }
    return n + scan_kernel_plain.digits(plan, text, at, to, ret + n);
}

__attribute__((target("avx2,bmi,popcnt"))) static void list(
        struct scan_windows *w, const struct scan_group *groups, size_t n, unsigned stride)
{
    scan_list(w, groups, n, stride);
}

const struct scan_kernel scan_kernel_avx2 = { "avx2", { gather_all, gather_second, gather_fourth },
    filter_few, filter_digits, list, 400000, 75000, true };
const struct scan_kernel scan_kernel_avx2_loads = { "avx2-loads",
    { load_all, load_second, load_fourth }, filter_few, filter_digits, list, 400000, 75000, true };
#endif
