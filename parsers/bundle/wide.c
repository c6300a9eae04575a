/* SPDX-License-Identifier: Apache-2.0 */
#include "wide.h"

static uint32_t unit(str in, size_t at, bool big)
{
    unsigned char a = (unsigned char)in.p[at], b = (unsigned char)in.p[at + 1];

    return big ? (uint32_t)(a << 8 | b) : (uint32_t)(b << 8 | a);
}

size_t wide_take(str in, bool big, bool last, uint32_t *ret)
{
    uint32_t c = unit(in, 0, big), low;

    *ret = c;
    if (c < 0xd800 || c > 0xdfff)
        return 2;
    *ret = WIDE_BAD;
    if (c >= 0xdc00)
        return 2;
    if (in.n < 4)
        return last ? 2 : 0;
    low = unit(in, 2, big);
    if (low < 0xdc00 || low > 0xdfff)
        return 2;
    *ret = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
    return 4;
}

struct pairs {
    size_t all;     /* that are not 00 00 */
    size_t ascii;   /* a printable or white character and a zero */
    size_t wrong;   /* the same in the other order */
    size_t both;    /* two printable characters: more likely bytes than one of U+2020 and up */
    size_t letters; /* of the scripts that logs are written in */
};

static bool is_plain(uint32_t c)
{
    return (c >= 0x20 && c < 0x7f) || (c >= '\t' && c <= '\r') || c == 0x1b;
}

static bool is_written(uint32_t c)
{
    return (c >= 0xa0 && c < 0x700) || (c >= 0x2010 && c < 0x2040) || (c >= 0x3000 && c < 0x3100) ||
           (c >= 0x4e00 && c < 0xa000) || (c >= 0xac00 && c < 0xd7b0) ||
           (c >= 0xff00 && c < 0xfff0);
}

static struct pairs count_pairs(str head, bool big)
{
    struct pairs n = { 0 };

    for (size_t i = 0; i + 2 <= head.n; i += 2) {
        uint32_t c = unit(head, i, big);

        if (c == 0)
            continue;
        n.all++;
        n.ascii += is_plain(c);
        n.wrong += (c & 0xff) == 0 && is_plain(c >> 8);
        n.both += is_plain(c & 0xff) && is_plain(c >> 8);
        n.letters += is_written(c);
    }
    return n;
}

static bool is_wide(const struct pairs *n)
{
    if (n->all < 2 || n->wrong * 16 > n->all)
        return false;
    if (n->ascii * 10 >= n->all * 7)
        return true;
    return n->all >= 8 && n->ascii * 20 >= n->all && (n->ascii + n->letters) * 20 >= n->all * 19 &&
           n->both * 3 <= n->all;
}

enum wide_guess wide_guess(str head)
{
    struct pairs little = count_pairs(head, false), big = count_pairs(head, true);

    if (is_wide(&little) && little.ascii >= big.ascii)
        return WIDE_LITTLE;
    return is_wide(&big) ? WIDE_BIG : WIDE_NO;
}
