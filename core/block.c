/* SPDX-License-Identifier: Apache-2.0 */
/* block: the plain twins, and the choice. */
#include "block.h"

#include <string.h>

#include "utf8.h"

#define ONES 0x0101010101010101ull
#define HIGHS 0x8080808080808080ull

static uint64_t load8(const char *p)
{
    uint64_t w;

    memcpy(&w, p, sizeof(w));
    return w;
}

/* The highest bit of each byte that is a line feed. */
static uint64_t feeds(uint64_t w)
{
    w ^= ONES * '\n';
    return ~(((w & ~HIGHS) + ~HIGHS) | w) & HIGHS;
}

static size_t count_newlines(str s)
{
    size_t i = 0, n = 0;

    for (; i + 8 <= s.n; i += 8)
        n += (size_t)__builtin_popcountll(feeds(load8(s.p + i)));
    for (; i < s.n; i++)
        n += s.p[i] == '\n';
    return n;
}

static size_t find_places(str s, char c, uint16_t *ret)
{
    size_t n = 0;

    for (size_t at = 0; at < s.n; at++) {
        ret[n] = (uint16_t)at;
        n += s.p[at] == c;
    }
    return n;
}

static size_t ascii_length(str s)
{
    size_t i = 0;

    while (i + 32 <= s.n) {
        uint64_t a = load8(s.p + i), b = load8(s.p + i + 8);
        uint64_t c = load8(s.p + i + 16), e = load8(s.p + i + 24);

        /* A byte of 0 borrows, a byte above 127 is high by itself. */
        if ((((a - ONES) | a | (b - ONES) | b | (c - ONES) | c | (e - ONES) | e) & HIGHS) != 0)
            break;
        i += 32;
    }
    while (i < s.n && (unsigned char)(s.p[i] - 1) < 0x7f)
        i++;
    return i;
}

static size_t utf8_front(str s)
{
    size_t i = 0;

    while (i < s.n) {
        size_t n;

        if ((unsigned char)(s.p[i] - 1) < 0x7f) {
            i += ascii_length(str_from(s, i));
            continue;
        }
        n = s.p[i] != 0 ? utf8_length(str_from(s, i)) : 0;
        if (n == 0)
            break;
        i += n;
    }
    return i;
}

static uint32_t unit(const char *p, bool big)
{
    unsigned char a = (unsigned char)p[0], b = (unsigned char)p[1];

    return big ? (uint32_t)a << 8 | b : (uint32_t)b << 8 | a;
}

/* A pair of surrogates in front, as its character; 0 when there is none. */
static uint32_t pair(str in, bool big)
{
    uint32_t high, low;

    if (in.n < 4)
        return 0;
    high = unit(in.p, big);
    low = unit(in.p + 2, big);
    if (high < 0xd800 || high > 0xdbff || low < 0xdc00 || low > 0xdfff)
        return 0;
    return 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
}

static size_t put_unit(uint32_t c, char *out)
{
    if (c < 0x80) {
        out[0] = (char)c;
        return 1;
    }
    if (c < 0x800) {
        out[0] = (char)(0xc0 | c >> 6);
        out[1] = (char)(0x80 | (c & 0x3f));
        return 2;
    }
    out[0] = (char)(0xe0 | c >> 12);
    out[1] = (char)(0x80 | (c >> 6 & 0x3f));
    out[2] = (char)(0x80 | (c & 0x3f));
    return 3;
}

/* Units that are ASCII without NUL, four at a time, up to where one at a time would end. */
static size_t put_ascii(str in, bool big, char *out, size_t room)
{
    const uint64_t low = 0x00ff00ff00ff00ffull, ones = 0x0001000100010001ull;
    size_t n = 0;

    for (; 2 * n + 8 <= in.n && n + 7 <= room; n += 4) {
        uint64_t w = load8(in.p + 2 * n);
        uint32_t four;

        w = __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ ? __builtin_bswap64(w) : w;
        w = big ? (w >> 8 & low) | (w & low) << 8 : w;
        if (((w | (w - ones)) & 0xff80ff80ff80ff80ull) != 0)
            break;
        w = (w | w >> 8) & 0x0000ffff0000ffffull;
        four = (uint32_t)(w | w >> 16);
        four = __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ ? __builtin_bswap32(four) : four;
        memcpy(out + n, &four, sizeof(four));
    }
    return n;
}

static size_t convert_utf16(str in, bool big, char *out, size_t room, size_t *ret_read)
{
    size_t at = 0, n = 0;

    while (at + 2 <= in.n && n + 4 <= room) {
        uint32_t c = unit(in.p + at, big);

        if (c == 0 || c == 0xfeff)
            break;
        if (c >= 0xd800 && c < 0xe000) {
            c = pair(str_from(in, at), big);
            if (c == 0)
                break;
            n += utf8_put(c, out + n);
            at += 4;
            continue;
        }
        n += put_unit(c, out + n);
        at += 2;
        if (c < 0x80) {
            size_t run = put_ascii(str_from(in, at), big, out + n, room - n);

            n += run;
            at += 2 * run;
        }
    }
    *ret_read = at;
    return n;
}

const struct block_kernel block_kernel_plain = { count_newlines, find_places, str_find,
    ascii_length, utf8_front, convert_utf16 };

static const struct block_kernel *kernel(void)
{
#ifdef __x86_64__
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") &&
            __builtin_cpu_supports("popcnt"))
        return &block_kernel_avx2;
#endif
    return &block_kernel_plain;
}

size_t block_newlines(str s)
{
    return kernel()->newlines(s);
}

size_t block_places(str s, char c, uint16_t *ret)
{
    return kernel()->places(s, c, ret);
}

size_t block_find(str s, str what)
{
    return kernel()->find(s, what);
}

size_t block_ascii(str s)
{
    return kernel()->ascii(s);
}

size_t block_utf8(str s)
{
    return kernel()->utf8(s);
}

size_t block_utf16(str in, bool big, char *out, size_t room, size_t *ret_read)
{
    return kernel()->utf16(in, big, out, room, ret_read);
}
