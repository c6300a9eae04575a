/* SPDX-License-Identifier: Apache-2.0 */
#include "codepage.h"

#include <errno.h>
#include <iconv.h>
#include <string.h>

#include "utf8.h"

enum {
    HIGH = 128,
    UNKNOWN = 0xfffd,
};

static const struct codepage pages[] = {
    { "windows-1252", "CP1252", PAGE_SINGLE },
    { "windows-1251", "CP1251", PAGE_SINGLE },
    { "cp866", "CP866", PAGE_SINGLE },
    { "cp850", "CP850", PAGE_SINGLE },
    { "cp437", "CP437", PAGE_SINGLE },
    { "gb18030", "GB18030", PAGE_MULTI },
    { "shift_jis", "CP932", PAGE_MULTI },
    { "big5", "CP950", PAGE_MULTI },
    { "euc-kr", "CP949", PAGE_MULTI },
    { "euc-jp", "EUC-JP", PAGE_MULTI },
    { "windows-1250", "CP1250", PAGE_SINGLE },
    { "windows-1253", "CP1253", PAGE_SINGLE },
    { "windows-1254", "CP1254", PAGE_SINGLE },
    { "windows-1255", "CP1255", PAGE_SINGLE },
    { "windows-1256", "CP1256", PAGE_SINGLE },
    { "windows-1257", "CP1257", PAGE_SINGLE },
    { "windows-1258", "CP1258", PAGE_SINGLE },
    { "windows-874", "CP874", PAGE_SINGLE },
    { "iso-8859-2", "ISO-8859-2", PAGE_SINGLE },
    { "iso-8859-5", "ISO-8859-5", PAGE_SINGLE },
    { "iso-8859-15", "ISO-8859-15", PAGE_SINGLE },
    { "koi8-r", "KOI8-R", PAGE_SINGLE },
    { "cp852", "CP852", PAGE_SINGLE },
};

enum { PAGES = sizeof(pages) / sizeof(*pages) };

/* Other spellings; windows-1252 stands for Latin-1, as browsers have it. */
static const struct {
    str alias;
    const char *name;
} aliases[] = {
    { STR_INIT("gbk"), "gb18030" },
    { STR_INIT("gb2312"), "gb18030" },
    { STR_INIT("cp936"), "gb18030" },
    { STR_INIT("windows-936"), "gb18030" },
    { STR_INIT("shift-jis"), "shift_jis" },
    { STR_INIT("sjis"), "shift_jis" },
    { STR_INIT("windows-31j"), "shift_jis" },
    { STR_INIT("windows-932"), "shift_jis" },
    { STR_INIT("cp932"), "shift_jis" },
    { STR_INIT("windows-950"), "big5" },
    { STR_INIT("windows-949"), "euc-kr" },
    { STR_INIT("ks_c_5601-1987"), "euc-kr" },
    { STR_INIT("iso-8859-1"), "windows-1252" },
    { STR_INIT("latin1"), "windows-1252" },
    { STR_INIT("cp1252"), "windows-1252" },
    { STR_INIT("cp1251"), "windows-1251" },
    { STR_INIT("ibm850"), "cp850" },
    { STR_INIT("ibm437"), "cp437" },
    { STR_INIT("ibm866"), "cp866" },
};

const struct codepage *codepage_find(str name)
{
    for (size_t i = 0; i < sizeof(aliases) / sizeof(*aliases); i++) {
        if (str_eq_nocase(aliases[i].alias, name))
            name = str_z(aliases[i].name);
    }
    for (size_t i = 0; i < PAGES; i++) {
        if (str_eq_nocase(str_z(pages[i].name), name))
            return &pages[i];
    }
    return NULL;
}

/* One iconv per single-byte page and process: 128 characters, then it is a table. */
const uint16_t *codepage_table(const struct codepage *page)
{
    static uint16_t tables[PAGES][HIGH];
    uint16_t *table = tables[page - pages];
    iconv_t cd;

    if (table[0] != 0)
        return table;
    cd = iconv_open("UTF-16LE", page->iconv);
    for (unsigned i = 0; i < HIGH; i++) {
        char in = (char)(HIGH + i), *from = &in;
        unsigned char wide[8];
        char *to = (char *)wide;
        size_t n = 1, room = sizeof(wide);

        table[i] = UNKNOWN;
        if (cd == (iconv_t)-1)
            continue;
        if (iconv(cd, &from, &n, &to, &room) != (size_t)-1 && room == sizeof(wide) - 2)
            table[i] = (uint16_t)(wide[0] | wide[1] << 8);
        (void)iconv(cd, NULL, NULL, NULL, NULL);
    }
    if (cd != (iconv_t)-1)
        (void)iconv_close(cd);
    return table;
}

void codepage_prepare(void)
{
    for (size_t i = 0; i < PAGES; i++) {
        struct codepage_state state;

        if (codepage_begin(&state, &pages[i]))
            codepage_end(&state);
    }
}

bool codepage_begin(struct codepage_state *s, const struct codepage *page)
{
    iconv_t cd;

    *s = (struct codepage_state){ .page = page };
    if (page->shape == PAGE_SINGLE) {
        s->table = codepage_table(page);
        return true;
    }
    cd = iconv_open("UTF-8", page->iconv);
    s->iconv = cd != (iconv_t)-1 ? cd : NULL;
    return s->iconv != NULL;
}

void codepage_end(struct codepage_state *s)
{
    if (s->iconv != NULL)
        (void)iconv_close(s->iconv);
    s->iconv = NULL;
}

static size_t put_unknown(struct codepage_state *s, char *out)
{
    s->bad++;
    return utf8_put(UNKNOWN, out);
}

static size_t convert_single(struct codepage_state *s, str *in, char *out, size_t room)
{
    size_t at = 0, n = 0;

    for (; at < in->n && n + 4 <= room; at++) {
        unsigned char c = (unsigned char)in->p[at];

        if (c < HIGH)
            out[n++] = (char)c;
        else if (s->table[c - HIGH] == UNKNOWN)
            n += put_unknown(s, out + n);
        else
            n += utf8_put(s->table[c - HIGH], out + n);
    }
    *in = str_from(*in, at);
    return n;
}

static size_t convert_multi(struct codepage_state *s, str *in, char *out, size_t room, bool last)
{
    size_t left = room;

    while (in->n != 0 && left >= 8) {
        char *from = (char *)(uintptr_t)in->p, *to = out + (room - left);
        size_t from_n = in->n, r;

        r = iconv(s->iconv, &from, &from_n, &to, &left);
        *in = str_from(*in, in->n - from_n);
        if (r != (size_t)-1 || errno == E2BIG || in->n == 0)
            break;
        if (errno == EINVAL && !last)
            break;
        (void)iconv(s->iconv, NULL, NULL, NULL, NULL);
        if (left < 8)
            break;
        left -= put_unknown(s, out + (room - left));
        *in = str_from(*in, 1);
    }
    return room - left;
}

size_t codepage_convert(struct codepage_state *s, str *in, char *out, size_t room, bool last)
{
    return s->table != NULL ? convert_single(s, in, out, room)
                            : convert_multi(s, in, out, room, last);
}

bool codepage_converts(const struct codepage *page, str sample)
{
    struct codepage_state state;
    char out[4096];
    bool good;

    if (!codepage_begin(&state, page))
        return false;
    while (sample.n != 0 && state.bad == 0 &&
            codepage_convert(&state, &sample, out, sizeof(out), false) != 0)
        ;
    good = state.bad == 0;
    codepage_end(&state);
    return good;
}
