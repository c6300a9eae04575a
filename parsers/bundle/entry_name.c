/* SPDX-License-Identifier: Apache-2.0 */
#include "entry_name.h"

#include <string.h>

#include "codepage.h"
#include "utf8.h"

enum { LONGEST = 64 * 1024 }; /* of zip; tar may claim more, and is cut before it is read */

/* The bytes as UTF-8, whatever they were. */
static size_t to_utf8(str raw, bool dos, char *out, size_t room)
{
    struct codepage_state state;
    const struct codepage *page;
    size_t n = 0;
    int sense;

    if (utf8_valid(raw)) {
        n = raw.n < room ? raw.n : room;
        memcpy(out, raw.p, n);
        return n;
    }
    page = dos ? codepage_guess_name(raw) : codepage_guess(raw, &sense);
    if (!codepage_begin(&state, page))
        return 0;
    while (raw.n != 0 && n + 16 <= room) {
        size_t got = codepage_convert(&state, &raw, out + n, room - n, true);

        if (got == 0)
            break;
        n += got;
    }
    codepage_end(&state);
    return n;
}

/* A control character as "\x1b": in no terminal and no list may a name move the cursor. */
static size_t put_component(str c, char *out)
{
    static const char digits[] = "0123456789abcdef";
    size_t n = 0;

    while (c.n != 0) {
        uint32_t character;
        str rest = c;

        if (!utf8_take(&rest, &character)) {
            n += utf8_put(0xfffd, out + n);
            rest = str_from(c, 1);
        } else if (character < 0x20 || (character >= 0x7f && character < 0xa0)) {
            out[n++] = '\\';
            out[n++] = 'x';
            out[n++] = digits[character >> 4];
            out[n++] = digits[character & 15];
        } else {
            memcpy(out + n, c.p, c.n - rest.n);
            n += c.n - rest.n;
        }
        c = rest;
    }
    return n;
}

static size_t tidy(str name, char *out)
{
    size_t n = 0;

    while (name.n != 0) {
        str component = str_cut(&name, '/');

        if (component.n == 0 || str_eq(component, STR(".")) || str_eq(component, STR("..")))
            continue;
        if (n != 0)
            out[n++] = '/';
        n += put_component(component, out + n);
    }
    if (n == 0) {
        memcpy(out, "unnamed", 7);
        n = 7;
    }
    return n;
}

size_t entry_name(str raw, bool dos, char *out, size_t room, bool *ret_cut)
{
    static char utf8[2 * LONGEST + 16], tidied[8 * LONGEST + 64];
    size_t n, from = 0;
    str name;

    raw = str_slice(raw, raw.n > LONGEST ? raw.n - LONGEST : 0, raw.n);
    name = (str){ utf8, to_utf8(raw, dos, utf8, sizeof(utf8)) };
    if (dos && str_find_char(name, '/') == STR_NONE) {
        for (size_t i = 0; i < name.n; i++)
            utf8[i] = utf8[i] == '\\' ? '/' : utf8[i];
    }
    n = tidy(name, tidied);
    *ret_cut = n > room;
    if (n > room) {
        from = n - room;
        while (from < n && ((unsigned char)tidied[from] & 0xc0) == 0x80)
            from++;
    }
    memcpy(out, tidied + from, n - from);
    return n - from;
}
