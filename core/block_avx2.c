/* SPDX-License-Identifier: Apache-2.0 */
/* block_avx2: 32 bytes at a time; what is odd or too short is left to the plain twin. */
#include "block.h"

#ifdef __x86_64__
#include <immintrin.h>

#include "utf8.h"

#define AVX2 __attribute__((target("avx2")))
#define BITS __attribute__((target("avx2,bmi,popcnt"))) /* a processor with AVX2 has them */

AVX2 static inline __m256i load(const char *p)
{
    return _mm256_loadu_si256((const __m256i_u *)(const void *)p);
}

AVX2 static inline uint32_t high_bits(__m256i v)
{
    return (uint32_t)_mm256_movemask_epi8(v);
}

AVX2 static size_t count_newlines(str s)
{
    const __m256i feed = _mm256_set1_epi8('\n'), zero = _mm256_setzero_si256();
    __m256i sums = zero;
    uint64_t parts[4];
    size_t i = 0;

    while (i + 32 <= s.n) {
        __m256i bytes = zero; /* each counts down from 0, 255 at most */

        for (int k = 0; k < 255 && i + 32 <= s.n; k++, i += 32)
            bytes = _mm256_sub_epi8(bytes, _mm256_cmpeq_epi8(load(s.p + i), feed));
        sums = _mm256_add_epi64(sums, _mm256_sad_epu8(bytes, zero));
    }
    _mm256_storeu_si256((__m256i_u *)(void *)parts, sums);
    return parts[0] + parts[1] + parts[2] + parts[3] + block_kernel_plain.newlines(str_from(s, i));
}

/* Writes four at a time, whatever is there: what is too many is written over. */
BITS static inline size_t put_places(uint64_t mask, size_t from, uint16_t *ret)
{
    size_t n = (size_t)__builtin_popcountll(mask);

    do {
        for (unsigned i = 0; i < 4; i++) {
            *ret++ = (uint16_t)(from + _tzcnt_u64(mask));
            mask = _blsr_u64(mask);
        }
    } while (mask != 0);
    return n;
}

BITS static size_t find_places(str s, char c, uint16_t *ret)
{
    const __m256i wanted = _mm256_set1_epi8(c);
    size_t i = 0, n = 0;

    for (; i + 64 <= s.n; i += 64) {
        uint64_t low = high_bits(_mm256_cmpeq_epi8(load(s.p + i), wanted));
        uint64_t high = high_bits(_mm256_cmpeq_epi8(load(s.p + i + 32), wanted));

        n += put_places(low | high << 32, i, ret + n);
    }
    for (; i < s.n; i++) {
        ret[n] = (uint16_t)i;
        n += s.p[i] == c;
    }
    return n;
}

/* Where its first byte and one from its middle stand, the rest is compared. */
AVX2 static size_t find(str s, str what)
{
    const size_t middle = what.n / 2;
    const __m256i one = _mm256_set1_epi8(what.p[0]), two = _mm256_set1_epi8(what.p[middle]);
    size_t i = 0, at;

    for (; i + 31 + what.n <= s.n; i += 32) {
        uint32_t mask = high_bits(_mm256_and_si256(_mm256_cmpeq_epi8(load(s.p + i), one),
                _mm256_cmpeq_epi8(load(s.p + i + middle), two)));

        for (; mask != 0; mask &= mask - 1) {
            at = i + (size_t)__builtin_ctz(mask);
            if (memcmp(s.p + at, what.p, what.n) == 0)
                return at;
        }
    }
    at = block_kernel_plain.find(str_from(s, i), what);
    return at != STR_NONE ? i + at : STR_NONE;
}

AVX2 static inline bool is_ascii(__m256i v)
{
    return high_bits(_mm256_cmpgt_epi8(v, _mm256_setzero_si256())) == UINT32_MAX;
}

AVX2 static size_t ascii_front(const char *p, size_t n)
{
    size_t i = 0;

    while (i + 64 <= n && is_ascii(_mm256_min_epi8(load(p + i), load(p + i + 32))))
        i += 64;
    return i;
}

AVX2 static size_t ascii_length(str s)
{
    size_t i = ascii_front(s.p, s.n);

    return i + block_kernel_plain.ascii(str_from(s, i));
}

/* --- UTF-8 --- */

/* What can be wrong with two bytes in a row; after J. Keiser and D. Lemire, "Validating UTF-8 in
 * less than one instruction per byte". */
enum {
    TOO_SHORT = 1,     /* a lead without its tail */
    TOO_LONG = 2,      /* a tail after ASCII */
    OVERLONG_3 = 4,    /* e0, below a0 */
    TOO_LARGE = 8,     /* f4, 90 and above, or f5 and above */
    SURROGATE = 16,    /* ed, a0 and above */
    OVERLONG_2 = 32,   /* c0, c1 */
    TOO_LARGE_80 = 64, /* f5 and above, 80 to 8f */
    OVERLONG_4 = 64,   /* f0, below 90 */
    TAILS = 128,       /* two tails: right only as the end of three or four bytes */
    ANY = TOO_SHORT | TOO_LONG | TAILS,
};

#define TWICE(...) _mm256_setr_epi8(__VA_ARGS__, __VA_ARGS__)

AVX2 static inline __m256i by_first_high(__m256i nibbles)
{
    const __m256i table = TWICE(TOO_LONG, TOO_LONG, TOO_LONG, TOO_LONG, TOO_LONG, TOO_LONG,
            TOO_LONG, TOO_LONG, (char)TAILS, (char)TAILS, (char)TAILS, (char)TAILS,
            TOO_SHORT | OVERLONG_2, TOO_SHORT, TOO_SHORT | OVERLONG_3 | SURROGATE,
            TOO_SHORT | TOO_LARGE | TOO_LARGE_80 | OVERLONG_4);

    return _mm256_shuffle_epi8(table, nibbles);
}

AVX2 static inline __m256i by_first_low(__m256i nibbles)
{
    const char large = (char)(ANY | TOO_LARGE | TOO_LARGE_80);
    const __m256i table = TWICE((char)(ANY | OVERLONG_2 | OVERLONG_3 | OVERLONG_4),
            (char)(ANY | OVERLONG_2), (char)ANY, (char)ANY, (char)(ANY | TOO_LARGE), large, large,
            large, large, large, large, large, large, (char)(large | SURROGATE), large, large);

    return _mm256_shuffle_epi8(table, nibbles);
}

AVX2 static inline __m256i by_second_high(__m256i nibbles)
{
    const char tail = (char)(TOO_LONG | OVERLONG_2 | TAILS);
    const __m256i table = TWICE(TOO_SHORT, TOO_SHORT, TOO_SHORT, TOO_SHORT, TOO_SHORT, TOO_SHORT,
            TOO_SHORT, TOO_SHORT, (char)(tail | OVERLONG_3 | TOO_LARGE_80 | OVERLONG_4),
            (char)(tail | OVERLONG_3 | TOO_LARGE), (char)(tail | SURROGATE | TOO_LARGE),
            (char)(tail | SURROGATE | TOO_LARGE), TOO_SHORT, TOO_SHORT, TOO_SHORT, TOO_SHORT);

    return _mm256_shuffle_epi8(table, nibbles);
}

/* Whether 32 bytes, after the 32 before them, hold no error and no NUL. */
AVX2 static inline bool is_utf8(__m256i before, __m256i v)
{
    const __m256i half = _mm256_set1_epi8(15), zero = _mm256_setzero_si256();
    __m256i cross = _mm256_permute2x128_si256(before, v, 0x21);
    __m256i one = _mm256_alignr_epi8(v, cross, 15), two = _mm256_alignr_epi8(v, cross, 14);
    __m256i three = _mm256_alignr_epi8(v, cross, 13), wrong, inner;

    wrong = by_first_high(_mm256_and_si256(_mm256_srli_epi16(one, 4), half));
    wrong = _mm256_and_si256(wrong, by_first_low(_mm256_and_si256(one, half)));
    wrong = _mm256_and_si256(
            wrong, by_second_high(_mm256_and_si256(_mm256_srli_epi16(v, 4), half)));
    /* The third byte of three or four and the fourth of four: there, and only there, two tails. */
    inner = _mm256_or_si256(_mm256_subs_epu8(two, _mm256_set1_epi8(0xe0 - 0x80)),
            _mm256_subs_epu8(three, _mm256_set1_epi8(0xf0 - 0x80)));
    wrong = _mm256_xor_si256(wrong, _mm256_and_si256(inner, _mm256_set1_epi8((char)0x80)));
    wrong = _mm256_or_si256(wrong, _mm256_cmpeq_epi8(v, zero));
    return _mm256_testz_si256(wrong, wrong) != 0;
}

/* The last place at or before `at` where no character is cut, all up to `at` being well. */
static size_t whole_front(const char *p, size_t at)
{
    for (size_t back = 1; back <= 3 && back <= at; back++) {
        unsigned char c = (unsigned char)p[at - back];

        if (c >= 0xc0)
            return back < (c >= 0xf0 ? 4u : c >= 0xe0 ? 3u : 2u) ? at - back : at;
        if (c < 0x80)
            break;
    }
    return at;
}

AVX2 static size_t utf8_front(str s)
{
    __m256i before = _mm256_setzero_si256();
    size_t i = 0;

    while (i + 32 <= s.n) {
        __m256i v = load(s.p + i);

        if (!is_utf8(before, v))
            break;
        before = v;
        i += 32;
        if (is_ascii(v)) {
            size_t run = ascii_front(s.p + i, s.n - i);

            i += run;
            before = run != 0 ? load(s.p + i - 32) : before;
        }
    }
    i = whole_front(s.p, i);
    return i + block_kernel_plain.utf8(str_from(s, i));
}

/* --- UTF-16 --- */

/* Eight units that are ASCII without NUL, or false. */
AVX2 static inline bool put_ascii(__m128i v, char *out)
{
    __m128i odd = _mm_or_si128(_mm_and_si128(v, _mm_set1_epi16((short)0xff80)),
            _mm_cmpeq_epi16(v, _mm_setzero_si128()));

    if (!_mm_testz_si128(odd, odd))
        return false;
    _mm_storel_epi64((__m128i_u *)(void *)out, _mm_packus_epi16(v, v));
    return true;
}

/* As many as come, 32 at a time; like one at a time it leaves room for three more bytes. */
AVX2 static size_t put_ascii_run(str in, bool big, char *out, size_t room)
{
    const __m256i high = _mm256_set1_epi16((short)0xff80), zero = _mm256_setzero_si256();
    const __m256i swap = TWICE(1, 0, 3, 2, 5, 4, 7, 6, 9, 8, 11, 10, 13, 12, 15, 14);
    size_t n = 0;

    for (; 2 * n + 64 <= in.n && n + 35 <= room; n += 32) {
        __m256i a = load(in.p + 2 * n), b = load(in.p + 2 * n + 32), bytes;

        if (big) {
            a = _mm256_shuffle_epi8(a, swap);
            b = _mm256_shuffle_epi8(b, swap);
        }
        bytes = _mm256_permute4x64_epi64(_mm256_packus_epi16(a, b), 0xd8);
        if (!_mm256_testz_si256(_mm256_or_si256(a, b), high) ||
                high_bits(_mm256_cmpeq_epi8(bytes, zero)) != 0)
            break;
        _mm256_storeu_si256((__m256i_u *)(void *)(out + n), bytes);
    }
    return n;
}

/* Surrogates, NUL and U+FEFF take a closer look. */
AVX2 static inline bool is_odd(__m128i v)
{
    __m128i odd = _mm_cmpeq_epi16(
            _mm_and_si128(v, _mm_set1_epi16((short)0xf800)), _mm_set1_epi16((short)0xd800));

    odd = _mm_or_si128(odd, _mm_cmpeq_epi16(v, _mm_setzero_si128()));
    odd = _mm_or_si128(odd, _mm_cmpeq_epi16(v, _mm_set1_epi16((short)0xfeff)));
    return !_mm_testz_si128(odd, odd);
}

/* Four units, in a lane of 32 bits each: by two bits for each, which bytes of the lanes to keep. */
struct squeeze {
    uint8_t bytes[16];
};
static struct squeeze squeezes[256];
static uint8_t lengths[256];

static void make_squeezes(void)
{
    for (unsigned row = 0; row < 256; row++) {
        uint8_t n = 0;

        for (unsigned lane = 0; lane < 4; lane++) {
            /* Bits 0 to 3: two bytes or more. Bits 4 to 7: three. */
            unsigned length = 1 + (row >> lane & 1) + (row >> (4 + lane) & 1);

            for (unsigned k = 0; k < length; k++)
                squeezes[row].bytes[n++] = (uint8_t)(4 * lane + k);
        }
        lengths[row] = n;
    }
}

AVX2 static inline size_t put_four(__m128i c, char *out)
{
    const __m128i six = _mm_set1_epi32(0x3f), tail = _mm_set1_epi32(0x80);
    __m128i two = _mm_cmpgt_epi32(c, _mm_set1_epi32(0x7f));
    __m128i three = _mm_cmpgt_epi32(c, _mm_set1_epi32(0x7ff));
    __m128i last = _mm_or_si128(_mm_and_si128(c, six), tail);
    __m128i middle = _mm_or_si128(_mm_and_si128(_mm_srli_epi32(c, 6), six), tail);
    __m128i of_two = _mm_or_si128(
            _mm_or_si128(_mm_srli_epi32(c, 6), _mm_set1_epi32(0xc0)), _mm_slli_epi32(last, 8));
    __m128i of_three = _mm_or_si128(_mm_or_si128(_mm_srli_epi32(c, 12), _mm_set1_epi32(0xe0)),
            _mm_or_si128(_mm_slli_epi32(middle, 8), _mm_slli_epi32(last, 16)));
    __m128i bytes = _mm_blendv_epi8(_mm_blendv_epi8(c, of_two, two), of_three, three);
    unsigned row = (unsigned)_mm_movemask_ps(_mm_castsi128_ps(two)) |
                   (unsigned)_mm_movemask_ps(_mm_castsi128_ps(three)) << 4;

    bytes = _mm_shuffle_epi8(
            bytes, _mm_loadu_si128((const __m128i_u *)(const void *)squeezes[row].bytes));
    _mm_storeu_si128((__m128i_u *)(void *)out, bytes);
    return lengths[row];
}

/* Eight units take 24 bytes; what is stored beyond them is written over, or ends the room. */
enum { STORED = 12 + 16 };

AVX2 static size_t convert_utf16(str in, bool big, char *out, size_t room, size_t *ret_read)
{
    size_t at = 0, n = 0, rest, read;

    if (lengths[0] == 0)
        make_squeezes();
    while (at + 16 <= in.n && n + STORED <= room) {
        __m128i v = _mm_loadu_si128((const __m128i_u *)(const void *)(in.p + at));

        if (big)
            v = _mm_or_si128(_mm_slli_epi16(v, 8), _mm_srli_epi16(v, 8));
        if (put_ascii(v, out + n)) {
            size_t run = put_ascii_run(str_from(in, at + 16), big, out + n + 8, room - n - 8);

            n += 8 + run;
            at += 2 * run;
        } else if (!is_odd(v)) {
            n += put_four(_mm_cvtepu16_epi32(v), out + n);
            n += put_four(_mm_cvtepu16_epi32(_mm_srli_si128(v, 8)), out + n);
        } else {
            /* Eight units at most; a pair at their end may take one more. */
            n += block_kernel_plain.utf16(
                    str_slice(in, at, at + 16), big, out + n, room - n, &read);
            at += read;
            if (read + 2 < 16)
                break;
            continue;
        }
        at += 16;
    }
    rest = block_kernel_plain.utf16(str_from(in, at), big, out + n, room - n, &read);
    *ret_read = at + read;
    return n + rest;
}

const struct block_kernel block_kernel_avx2 = { count_newlines, find_places, find, ascii_length,
    utf8_front, convert_utf16 };
#endif
