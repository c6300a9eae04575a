/* SPDX-License-Identifier: Apache-2.0 */
#include "utf16.h"

#include "bytes.h"
#include "utf8.h"

void utf16_put(struct out *o, str bytes)
{
    struct bytes b = bytes_of(bytes);
    char buf[256];
    size_t n = 0;

    while (b.n - b.at >= 2) {
        uint32_t c = b.p[b.at] | (uint32_t)b.p[b.at + 1] << 8;

        b.at += 2;
        if (n > sizeof(buf) - 4) {
            out_str(o, (str){ buf, n });
            n = 0;
        }
        /* Strings may carry their terminator, and a second string behind it. */
        if (c < 0x80) {
            if (c != '\r')
                buf[n++] = c != 0 ? (char)c : ' ';
            continue;
        }
        if (c >= 0xD800 && c < 0xDC00 && b.n - b.at >= 2) {
            size_t at = b.at;
            uint32_t low = bytes_u16(&b);

            if (low >= 0xDC00 && low < 0xE000)
                c = 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00);
            else
                b.at = at;
        }
        if (c >= 0xD800 && c < 0xE000)
            c = 0xFFFD;
        n += utf8_put(c, buf + n);
    }
    out_str(o, (str){ buf, n });
}

str utf16_text(struct arena *a, str bytes)
{
    struct out o;
    size_t n = 0;
    str text;

    while (n + 2 <= bytes.n && bytes_u16_at(bytes, n) != 0)
        n += 2;
    out_init_memory(&o);
    utf16_put(&o, str_slice(bytes, 0, n));
    text = arena_str(a, out_text(&o));
    (void)out_finish(&o);
    return text;
}
