/* SPDX-License-Identifier: Apache-2.0 */
#include "utf16.h"

#include "bytes.h"
#include "utf8.h"

/*
 * Four units at once that are ASCII but NUL and '\r': their bytes go to buf. False: they are something else.
 */
static bool take_four(const unsigned char *p, char *buf)
{
    const uint64_t ones = 0x0001000100010001, below = 0x7fff * ones, high = 0x8000 * ones;
    uint64_t v = p[0] | (uint64_t)p[1] << 8 | (uint64_t)p[2] << 16 | (uint64_t)p[3] << 24 |
                 (uint64_t)p[4] << 32 | (uint64_t)p[5] << 40 | (uint64_t)p[6] << 48 |
                 (uint64_t)p[7] << 56;

    if ((v & 0xff80 * ones) != 0 || ((v + below) & ((v ^ '\r' * ones) + below) & high) != high)
        return false;
    for (int i = 0; i < 4; i++)
        buf[i] = (char)(v >> 16 * i & 0x7f);
    return true;
}

/* Characters from the cursor on, as many as have room (4 bytes are kept free for the last one). */
static size_t convert(struct bytes *b, char *buf, size_t room)
{
    size_t n = 0;

    while (b->n - b->at >= 2 && n + 4 <= room) {
        uint32_t c;

        while (b->n - b->at >= 10 && n + 8 <= room && take_four(b->p + b->at, buf + n)) {
            b->at += 8;
            n += 4;
        }
        c = b->p[b->at] | (uint32_t)b->p[b->at + 1] << 8;

        b->at += 2;
        /* Strings may carry their terminator, and a second string behind it. */
        if (c < 0x80) {
            if (c != '\r')
                buf[n++] = c != 0 ? (char)c : ' ';
            continue;
        }
        if (c >= 0xD800 && c < 0xDC00 && b->n - b->at >= 2) {
            size_t at = b->at;
            uint32_t low = bytes_u16(b);

            if (low >= 0xDC00 && low < 0xE000)
                c = 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00);
            else
                b->at = at;
        }
        if (c >= 0xD800 && c < 0xE000)
            c = 0xFFFD;
        n += utf8_put(c, buf + n);
    }
    return n;
}

void utf16_put(struct out *o, str bytes)
{
    struct bytes b = bytes_of(bytes);
    char buf[256];

    while (b.n - b.at >= 2)
        out_str(o, (str){ buf, convert(&b, buf, sizeof(buf)) });
}

str utf16_text(struct arena *a, str bytes)
{
    struct bytes b;
    char buf[1024];
    size_t n = 0;
    struct out o;
    str text;

    while (n + 2 <= bytes.n && (bytes.p[n] != 0 || bytes.p[n + 1] != 0))
        n += 2;
    b = bytes_of(str_slice(bytes, 0, n));
    n = convert(&b, buf, sizeof(buf));
    if (b.n - b.at < 2)
        return arena_str(a, (str){ buf, n });
    out_init_memory(&o);
    out_str(&o, (str){ buf, n });
    utf16_put(&o, bytes_take(&b, b.n - b.at));
    text = arena_str(a, out_text(&o));
    (void)out_finish(&o);
    return text;
}
