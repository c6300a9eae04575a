/* SPDX-License-Identifier: Apache-2.0 */
#include "crc32.h"

#include "bytes.h"

static uint32_t
        table[8][256]; /* [k][i]: of the byte i and k zero bytes behind it; made at the first use */

static void make_table(void)
{
    for (uint32_t i = 0; i < 256; i++) {
        uint32_t c = i;

        for (unsigned k = 0; k < 8; k++)
            c = c & 1 ? c >> 1 ^ 0xEDB88320u : c >> 1;
        table[0][i] = c;
    }
    for (uint32_t i = 0; i < 256; i++) {
        for (unsigned k = 1; k < 8; k++)
            table[k][i] = table[k - 1][i] >> 8 ^ table[0][table[k - 1][i] & 255];
    }
}

uint32_t crc32_table(uint32_t crc, str s)
{
    struct bytes b = bytes_of(s);

    if (table[0][1] == 0)
        make_table();
    while (b.n - b.at >= 8) {
        uint32_t low = crc ^ bytes_u32(&b), high = bytes_u32(&b);

        crc = table[7][low & 255] ^ table[6][low >> 8 & 255] ^ table[5][low >> 16 & 255] ^
              table[4][low >> 24] ^ table[3][high & 255] ^ table[2][high >> 8 & 255] ^
              table[1][high >> 16 & 255] ^ table[0][high >> 24];
    }
    while (b.at < b.n)
        crc = crc >> 8 ^ table[0][(crc ^ bytes_u8(&b)) & 255];
    return crc;
}

#ifdef __x86_64__
#include <immintrin.h>

#define CLMUL __attribute__((target("sse4.1,pclmul")))

CLMUL static inline __m128i load(const char *p)
{
    return _mm_loadu_si128((const __m128i_u *)(const void *)p);
}

/* What stands in v, moved by the distance whose powers by hold, over what stands there. */
CLMUL static inline __m128i fold(__m128i v, __m128i by, __m128i onto)
{
    return _mm_xor_si128(onto,
            _mm_xor_si128(_mm_clmulepi64_si128(v, by, 0x00), _mm_clmulepi64_si128(v, by, 0x11)));
}

/* 128 bits to the remainder of 32: two more foldings, then Barrett's reduction. */
CLMUL static uint32_t reduce(__m128i v)
{
    const __m128i by_16 = _mm_set_epi64x(0x0ccaa009e, 0x1751997d0);
    const __m128i by_8 = _mm_set_epi64x(0, 0x163cd6124);
    const __m128i poly = _mm_set_epi64x(0x1f7011641, 0x1db710641);
    const __m128i words = _mm_set_epi32(0, -1, 0, -1);
    __m128i t;

    v = _mm_xor_si128(_mm_srli_si128(v, 8), _mm_clmulepi64_si128(v, by_16, 0x10));
    t = _mm_srli_si128(v, 4);
    v = _mm_xor_si128(t, _mm_clmulepi64_si128(_mm_and_si128(v, words), by_8, 0x00));
    t = _mm_clmulepi64_si128(_mm_and_si128(v, words), poly, 0x10);
    t = _mm_clmulepi64_si128(_mm_and_si128(t, words), poly, 0x00);
    return (uint32_t)_mm_extract_epi32(_mm_xor_si128(v, t), 1);
}

/* Intel's way: four lanes of 16 bytes are carried on over 64 bytes; the constants are powers of x. */
CLMUL uint32_t crc32_clmul(uint32_t crc, str s)
{
    const __m128i by_64 = _mm_set_epi64x(0x1c6e41596, 0x154442bd4);
    const __m128i by_16 = _mm_set_epi64x(0x0ccaa009e, 0x1751997d0);
    __m128i lanes[4];
    size_t at = 64;

    if (s.n < 64)
        return crc32_table(crc, s);
    for (int i = 0; i < 4; i++)
        lanes[i] = load(s.p + 16 * i);
    lanes[0] = _mm_xor_si128(lanes[0], _mm_cvtsi32_si128((int)crc));
    for (; s.n - at >= 64; at += 64) {
        for (int i = 0; i < 4; i++)
            lanes[i] = fold(lanes[i], by_64, load(s.p + at + 16 * i));
    }
    for (int i = 1; i < 4; i++)
        lanes[0] = fold(lanes[0], by_16, lanes[i]);
    for (; s.n - at >= 16; at += 16)
        lanes[0] = fold(lanes[0], by_16, load(s.p + at));
    return crc32_table(reduce(lanes[0]), str_from(s, at));
}
#endif

uint32_t crc32_more(uint32_t crc, str s)
{
#ifdef __x86_64__
    if (__builtin_cpu_supports("pclmul") && __builtin_cpu_supports("sse4.1"))
        return ~crc32_clmul(~crc, s);
#endif
    return ~crc32_table(~crc, s);
}
