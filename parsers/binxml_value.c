/* SPDX-License-Identifier: Apache-2.0 */
/* Values of binary XML as text. */
#include "binxml.h"
#include "bytes.h"
#include "utf16.h"
#include "utf8.h"
#include "when.h"

static void put_ansi(struct out *o, str s)
{
    char buf[4];
    bool utf8 = utf8_valid(s);

    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];

        if (c == 0)
            out_char(o, ' ');
        else if (c < 0x80 || utf8)
            out_char(o, (char)c);
        else
            out_str(o, (str){ buf, utf8_put(c, buf) });
    }
}

static void put_hex(struct out *o, str s)
{
    static const char digits[] = "0123456789ABCDEF";
    char buf[256];
    size_t n = 0;

    for (size_t i = 0; i < s.n; i++) {
        buf[n++] = digits[(unsigned char)s.p[i] >> 4];
        buf[n++] = digits[(unsigned char)s.p[i] & 15];
        if (n == sizeof(buf) || i + 1 == s.n) {
            out_str(o, (str){ buf, n });
            n = 0;
        }
    }
}

void binxml_digits(struct out *o, uint64_t value, unsigned base)
{
    char buf[24];
    size_t at = sizeof(buf);

    do
        buf[--at] = "0123456789abcdef"[value % base];
    while ((value /= base) != 0);
    out_str(o, (str){ buf + at, sizeof(buf) - at });
}

/* All digits of a number of so many bytes. */
static char *put_wide(char *to, uint64_t value, size_t bytes)
{
    for (size_t i = 2 * bytes; i-- > 0; value >>= 4)
        to[i] = "0123456789abcdef"[value & 15];
    return to + 2 * bytes;
}

static void put_guid(struct out *o, struct bytes *b)
{
    char buf[40], *p = buf;

    *p++ = '{';
    p = put_wide(p, bytes_u32(b), 4);
    for (size_t i = 0; i < 2; i++) {
        *p++ = '-';
        p = put_wide(p, bytes_u16(b), 2);
    }
    for (size_t i = 0; i < 8; i++) {
        if (i == 0 || i == 2)
            *p++ = '-';
        p = put_wide(p, bytes_u8(b), 1);
    }
    *p++ = '}';
    out_str(o, (str){ buf, (size_t)(p - buf) });
}

static void put_sid(struct out *o, struct bytes *b)
{
    unsigned revision = bytes_u8(b), count = bytes_u8(b);
    uint64_t authority = 0;

    for (size_t i = 0; i < 6; i++)
        authority = authority << 8 | bytes_u8(b);
    out_z(o, "S-");
    binxml_digits(o, revision, 10);
    out_char(o, '-');
    binxml_digits(o, authority, 10);
    while (count-- > 0 && b->n - b->at >= 4) {
        out_char(o, '-');
        binxml_digits(o, bytes_u32(b), 10);
    }
}

static void put_time(struct out *o, struct when when)
{
    char buf[WHEN_TEXT];

    out_str(o, when_format(when, buf));
}

static void put_systemtime(struct out *o, struct bytes *b)
{
    struct civil c = { 0 };
    int64_t ns;
    unsigned ms;

    c.year = bytes_u16(b);
    c.month = bytes_u16(b);
    bytes_skip(b, 2); /* day of the week */
    c.day = bytes_u16(b);
    c.hour = bytes_u16(b);
    c.minute = bytes_u16(b);
    c.second = bytes_u16(b);
    ms = bytes_u16(b);
    c.ns = (int32_t)(ms % 1000) * 1000000;
    if (!b->bad && ms < 1000 && civil_to_ns(&c, &ns))
        put_time(o, when_utc(ns));
}

static void put_real(struct out *o, struct bytes *b, size_t size)
{
    union {
        uint32_t u;
        float f;
    } single;
    union {
        uint64_t u;
        double d;
    } wide;

    if (size == 4) {
        single.u = bytes_u32(b);
        out_json_real(o, (double)single.f);
    } else {
        wide.u = bytes_u64(b);
        out_json_real(o, wide.d);
    }
}

static void put_number(struct out *o, uint8_t type, struct bytes *b)
{
    size_t size = b->n < 8 ? b->n : 8;
    uint64_t value = bytes_little(b, size);
    unsigned shift = (unsigned)(64 - 8 * size);

    if (type == 0x10 || type == 0x14 || type == 0x15) {
        out_z(o, "0x");
        binxml_digits(o, value, 16);
    } else if (type % 2 != 0 && size != 0 && value >> (8 * size - 1) != 0) {
        out_char(o, '-'); /* the odd ones are signed */
        binxml_digits(o, (0 - (value << shift)) >> shift, 10);
    } else {
        binxml_digits(o, value, 10);
    }
}

void binxml_value(struct out *o, uint8_t type, str bytes)
{
    struct bytes b = bytes_of(bytes);

    if (bytes.n == 0)
        return;
    switch (type) {
    case 0x01:
        utf16_put(o, bytes);
        break;
    case 0x02:
        put_ansi(o, bytes);
        break;
    case 0x0B:
    case 0x0C:
        if (bytes.n == 4 || bytes.n == 8)
            put_real(o, &b, bytes.n);
        break;
    case 0x0D:
        out_z(o, bytes_u8(&b) != 0 ? "true" : "false");
        break;
    case 0x0E:
        put_hex(o, bytes);
        break;
    case 0x0F:
        if (bytes.n >= 16)
            put_guid(o, &b);
        break;
    case 0x11:
        if (bytes.n >= 8)
            put_time(o, when_filetime(bytes_u64(&b)));
        break;
    case 0x12:
        put_systemtime(o, &b);
        break;
    case 0x13:
        if (bytes.n >= 8)
            put_sid(o, &b);
        break;
    default:
        if ((type >= 0x03 && type <= 0x0A) || type == 0x10 || type == 0x14 || type == 0x15)
            put_number(o, type, &b);
        break;
    }
}

size_t binxml_value_size(uint8_t type)
{
    static const uint8_t sizes[] = {
        [0x03] = 1,
        [0x04] = 1,
        [0x05] = 2,
        [0x06] = 2,
        [0x07] = 4,
        [0x08] = 4,
        [0x09] = 8,
        [0x0A] = 8,
        [0x0B] = 4,
        [0x0C] = 8,
        [0x0D] = 4,
        [0x0F] = 16,
        [0x11] = 8,
        [0x12] = 16,
        [0x14] = 4,
        [0x15] = 8,
    };

    return type < sizeof(sizes) ? sizes[type] : 0;
}

void binxml_entity(struct out *o, str name)
{
    static const struct {
        str name;
        char c;
    } entities[] = {
        { STR_INIT("amp"), '&' },
        { STR_INIT("lt"), '<' },
        { STR_INIT("gt"), '>' },
        { STR_INIT("quot"), '"' },
        { STR_INIT("apos"), '\'' },
    };

    for (size_t i = 0; i < sizeof(entities) / sizeof(entities[0]); i++) {
        if (str_eq(name, entities[i].name))
            out_char(o, entities[i].c);
    }
}
