/* SPDX-License-Identifier: Apache-2.0 */
/* pool_plain_avx2: a row in a few steps of 32 bytes; what is odd or near the end is left to the plain twin. */
#include "pool_plain.h"

#ifdef __x86_64__
#include <immintrin.h>
#include <string.h>

#define AVX2 __attribute__((target("avx2")))

enum {
    REACH = 128,     /* bytes that must be there to read */
    NUMBERS_AT = 11, /* see pool_plain.c */
    DIGITS = 16,
};

AVX2 static inline __m256i load(const char *p)
{
    return _mm256_loadu_si256((const __m256i_u *)(const void *)p);
}

AVX2 static inline uint32_t bits(__m256i v)
{
    return (uint32_t)_mm256_movemask_epi8(v);
}

AVX2 static inline __m256i equal(__m256i v, char c)
{
    return _mm256_cmpeq_epi8(v, _mm256_set1_epi8(c));
}

AVX2 static inline __m256i digits(__m256i v)
{
    const __m256i nine = _mm256_set1_epi8(9);
    __m256i value = _mm256_sub_epi8(v, _mm256_set1_epi8('0'));

    return _mm256_cmpeq_epi8(_mm256_min_epu8(value, nine), value);
}

static inline uint64_t eight(const char *p)
{
    uint64_t v;

    memcpy(&v, p, sizeof(v));
    return v;
}

/* As pool_row_plain has it: the bytes of the tag may be anything but control characters. */
AVX2 static inline bool is_plain(const char *p)
{
    const uint64_t least = 0x2020202000, high = 0x8080808000;
    uint64_t front = eight(p), type = eight(p + 6);
    __m256i v = load(p + 8), fit;

    if ((front & 0x0000ff00000000ff) != 0x0000200000000020 ||
            ((front - least) & ~front & high) != 0)
        return false;
    if ((type & 0xffffffffff) != 0x20706e6f4e && (type & 0xffffffffffff) != 0x206465676150)
        return false;
    fit = _mm256_or_si256(_mm256_or_si256(digits(v), equal(v, ' ')),
            _mm256_or_si256(equal(v, '-'), _mm256_or_si256(equal(v, '('), equal(v, ')'))));
    return (bits(fit) | 7) == UINT32_MAX;
}

/* As pool_plain_row of a row that is not long; 0 = ask the twin. */
AVX2 static inline size_t row(const char *p)
{
    uint64_t feeds;

    if (!is_plain(p))
        return 0;
    feeds = bits(equal(load(p + PLAIN_LEAST), '\n')) |
            (uint64_t)bits(equal(load(p + PLAIN_LEAST + 32), '\n')) << 32;
    return feeds != 0 ? PLAIN_LEAST + (size_t)__builtin_ctzll(feeds) + 1 : 0;
}

AVX2 static struct pool_rows find_rows(const char *p, const char *end, uint32_t most)
{
    struct pool_rows rows = { 0 };

    while (rows.lines < most) {
        const char *next = p + rows.n;
        size_t extent = end - next >= REACH ? row(next) : 0;

        if (extent == 0)
            extent = pool_plain_row(next, end);
        if (extent == 0)
            break;
        pool_rows_add(&rows, extent);
    }
    return rows;
}

AVX2 static inline __m256i alike(const char *a, const char *b)
{
    return _mm256_cmpeq_epi8(load(a), load(b));
}

AVX2 static size_t find_same(const char *a, const char *b, size_t n)
{
    size_t i = 0;

    for (; n - i >= 128; i += 128) {
        __m256i low = _mm256_and_si256(alike(a + i, b + i), alike(a + i + 32, b + i + 32));
        __m256i high =
                _mm256_and_si256(alike(a + i + 64, b + i + 64), alike(a + i + 96, b + i + 96));

        if (bits(_mm256_and_si256(low, high)) != UINT32_MAX)
            break;
    }
    for (; n - i >= 32; i += 32) {
        uint32_t differ = ~bits(alike(a + i, b + i));

        if (differ != 0)
            return i + (size_t)__builtin_ctz(differ);
    }
    return i + pool_plain_kernel_plain.same(a + i, b + i, n - i);
}

/* The n digits that end at `end`. */
AVX2 static inline int64_t number(const char *end, size_t n)
{
    static const uint8_t keep[2 * DIGITS] = {
        [DIGITS] = 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255
    };
    const __m128i_u *at = (const __m128i_u *)(const void *)(end - DIGITS);
    __m128i v = _mm_sub_epi8(_mm_loadu_si128(at), _mm_set1_epi8('0'));
    uint64_t halves;

    v = _mm_and_si128(v, _mm_loadu_si128((const __m128i_u *)(const void *)(keep + n)));
    v = _mm_maddubs_epi16(v, _mm_set1_epi16(0x010a)); /* 10 times the first and the second */
    v = _mm_madd_epi16(v, _mm_set1_epi32(0x00010064));
    v = _mm_packus_epi32(v, v);
    v = _mm_madd_epi16(v, _mm_set1_epi32(0x00012710));
    halves = (uint64_t)_mm_cvtsi128_si64(v);
    return (int64_t)((halves & UINT32_MAX) * 100000000 + (halves >> 32));
}

AVX2 static inline uint64_t pair(uint32_t low, uint32_t high)
{
    return low | (uint64_t)high << 32;
}

/* The digits of a row and what is neither digit nor blank, bit by bit from its first digit on. */
struct shape {
    size_t first;
    uint64_t digits, odd;
};

AVX2 static inline bool see(const char *p, struct shape *ret)
{
    __m256i a = load(p), b = load(p + 32), c = load(p + 64), d = load(p + 96);
    uint64_t low = pair(bits(digits(a)), bits(digits(b))) & ~0ull << NUMBERS_AT;
    uint64_t high = pair(bits(digits(c)), bits(digits(d)));
    uint64_t odd = ~(low | pair(bits(equal(a, ' ')), bits(equal(b, ' ')))) & ~0ull << NUMBERS_AT;
    uint64_t odd_high = ~(high | pair(bits(equal(c, ' ')), bits(equal(d, ' '))));
    size_t at = low != 0 ? (size_t)__builtin_ctzll(low) : 64;

    if (at == 64 || (odd & ((1ull << at) - 1)) != 0)
        return false;
    ret->first = at;
    ret->digits = low >> at | high << (64 - at); /* at is 11 or more */
    ret->odd = odd >> at | odd_high << (64 - at);
    return true;
}

AVX2 static bool see_numbers(const char *p, size_t n, int64_t ret[5])
{
    struct shape s;
    size_t at;

    if (!see(p, &s))
        return false;
    at = s.first;
    for (int i = 0; i < 5; i++) {
        size_t length, gap = s.digits != 0 ? (size_t)__builtin_ctzll(s.digits) : 64;

        if (gap == 64)
            return false;
        s.digits >>= gap;
        length = s.digits != ~0ull ? (size_t)__builtin_ctzll(~s.digits) : 64;
        at += gap + length;
        if (length > DIGITS || at < DIGITS)
            return false;
        ret[i] = number(p + at, length);
        s.digits >>= length;
    }
    /* The last one ends with the line or a blank; before it is nothing odd. */
    return at <= n && at - s.first < 64 && (s.odd & ((1ull << (at - s.first)) - 1)) == 0 &&
           (at == n || p[at] == ' ');
}

AVX2 static bool find_numbers(const char *p, size_t n, const char *end, int64_t ret[5])
{
    return (end - p >= REACH && see_numbers(p, n, ret)) ||
           pool_plain_kernel_plain.numbers(p, n, end, ret);
}

const struct pool_plain_kernel pool_plain_kernel_avx2 = { find_rows, find_same, find_numbers };
#endif
