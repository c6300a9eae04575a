/* SPDX-License-Identifier: Apache-2.0 */
#include "utf8.h"

#include <string.h>

#include "block.h"

static bool is_tail(str s, size_t i)
{
    return i < s.n && ((unsigned char)s.p[i] & 0xc0) == 0x80;
}

size_t utf8_length(str s)
{
    unsigned char a, b;

    if (s.n == 0)
        return 0;
    a = (unsigned char)s.p[0];
    if (a < 0x80)
        return 1;
    if (a < 0xc2 || a > 0xf4 || !is_tail(s, 1))
        return 0;
    if (a < 0xe0)
        return 2;
    b = (unsigned char)s.p[1];
    if (a < 0xf0) {
        if (!is_tail(s, 2) || (a == 0xe0 && b < 0xa0) || (a == 0xed && b > 0x9f))
            return 0;
        return 3;
    }
    if (!is_tail(s, 2) || !is_tail(s, 3) || (a == 0xf0 && b < 0x90) || (a == 0xf4 && b > 0x8f))
        return 0;
    return 4;
}

bool utf8_take(str *s, uint32_t *ret_char)
{
    static const unsigned char lead[] = { 0, 0x7f, 0x1f, 0x0f, 0x07 };
    size_t n = utf8_length(*s);
    uint32_t c;

    if (n == 0)
        return false;
    c = (unsigned char)s->p[0] & lead[n];
    for (size_t i = 1; i < n; i++)
        c = c << 6 | ((unsigned char)s->p[i] & 0x3f);
    *s = str_from(*s, n);
    *ret_char = c;
    return true;
}

size_t utf8_put(uint32_t c, char buf[static 4])
{
    if (c < 0x80) {
        buf[0] = (char)c;
        return 1;
    }
    if (c < 0x800) {
        buf[0] = (char)(0xc0 | c >> 6);
        buf[1] = (char)(0x80 | (c & 0x3f));
        return 2;
    }
    if (c < 0x10000) {
        buf[0] = (char)(0xe0 | c >> 12);
        buf[1] = (char)(0x80 | (c >> 6 & 0x3f));
        buf[2] = (char)(0x80 | (c & 0x3f));
        return 3;
    }
    buf[0] = (char)(0xf0 | c >> 18);
    buf[1] = (char)(0x80 | (c >> 12 & 0x3f));
    buf[2] = (char)(0x80 | (c >> 6 & 0x3f));
    buf[3] = (char)(0x80 | (c & 0x3f));
    return 4;
}

bool utf8_valid(str s)
{
    while (s.n != 0) {
        s = str_from(s, block_utf8(s));
        if (s.n != 0 && s.p[0] != '\0')
            return false;
        s = str_from(s, 1);
    }
    return true;
}

size_t utf8_ascii(str s)
{
    size_t n = 0;
    uint64_t word;

    for (; s.n - n >= sizeof(word); n += sizeof(word)) {
        memcpy(&word, s.p + n, sizeof(word));
        if ((word & 0x8080808080808080u) != 0)
            break;
    }
    while (n < s.n && (unsigned char)s.p[n] < 0x80)
        n++;
    return n;
}

/* The blocks that terminals draw two columns wide, and those they draw on top of the last
 * character. */
static size_t char_width(uint32_t c)
{
    if ((c >= 0x300 && c <= 0x36f) || (c >= 0x200b && c <= 0x200f) || (c >= 0xfe00 && c <= 0xfe0f))
        return 0;
    if ((c >= 0x1100 && c <= 0x115f) || (c >= 0x2e80 && c <= 0xa4cf) ||
            (c >= 0xac00 && c <= 0xd7a3) || (c >= 0xf900 && c <= 0xfaff) ||
            (c >= 0xfe30 && c <= 0xfe6f) || (c >= 0xff00 && c <= 0xff60) ||
            (c >= 0x1f300 && c <= 0x1faff) || (c >= 0x20000 && c <= 0x3fffd))
        return 2;
    return 1;
}

size_t utf8_width(str s)
{
    size_t width = 0;
    uint32_t c;

    for (;;) {
        size_t n = utf8_ascii(s); /* one column each */

        width += n;
        s = str_from(s, n);
        if (s.n == 0)
            return width;
        if (utf8_take(&s, &c)) {
            width += char_width(c);
        } else {
            width++;
            s = str_from(s, 1);
        }
    }
}
