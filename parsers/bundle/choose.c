/* SPDX-License-Identifier: Apache-2.0 */
/* choose: what the bytes of a member are, from its head. */
#include <string.h>

#include "decode.h"
#include "utf8.h"
#include "wide.h"

enum { DECLARATION = 256 }; /* bytes in which a declaration of the encoding may end */

/* Counts of what stands in a head that may be UTF-8. */
struct census {
    size_t bytes;   /* without NUL */
    size_t control; /* that no text holds */
    size_t valid;   /* characters above 127 */
    size_t invalid; /* bytes that belong to none */
};

/* White space, bell, backspace, escape (colours), and the end mark of DOS are no fault. */
static bool is_control(unsigned char c)
{
    return (c < 0x20 && !(c >= 0x07 && c <= 0x0d) && c != 0x1a && c != 0x1b) || c == 0x7f;
}

static struct census take_census(str s, bool whole)
{
    struct census n = { 0 };

    while (s.n != 0) {
        unsigned char c = (unsigned char)s.p[0];
        size_t length = c < 0x80 ? 1 : utf8_length(s);

        if (length == 0 && !whole && s.n < 4)
            break; /* probably cut */
        if (c < 0x80)
            n.control += c != 0 && is_control(c);
        else if (length != 0)
            n.valid++;
        else
            n.invalid++;
        n.bytes += c != 0;
        s = str_from(s, length != 0 ? length : 1);
    }
    return n;
}

/* encoding="windows-1251" in <?xml ...?>, or .encoding = "GBK" on the first line. */
static const struct codepage *find_declared(str head)
{
    str rest = str_slice(head, 0, DECLARATION), name;
    size_t at;

    if (str_starts(rest, STR("<?xml")))
        rest = str_slice(rest, 0, str_find(rest, STR("?>")));
    else if (str_starts_nocase(rest, STR(".encoding")))
        rest = str_slice(rest, 0, str_find_char(rest, '\n'));
    else
        return NULL;
    at = str_find(rest, STR("encoding"));
    if (at == STR_NONE)
        return NULL;
    rest = str_from(rest, at + 8);
    str_skip_blanks(&rest);
    if (!str_take_char(&rest, '='))
        return NULL;
    str_skip_blanks(&rest);
    if (str_take_char(&rest, '"'))
        name = str_cut(&rest, '"');
    else if (str_take_char(&rest, '\''))
        name = str_cut(&rest, '\'');
    else
        return NULL;
    return codepage_find(str_trim(name));
}

static bool is_binary(const struct census *n)
{
    return n->control > 2 + n->bytes / 50;
}

static bool wide_is_binary(str head, bool big)
{
    size_t control = 0, units = 0;

    for (size_t i = 0; i + 2 <= head.n; i += 2) {
        unsigned char lo = (unsigned char)head.p[i + big], hi = (unsigned char)head.p[i + !big];

        units += lo != 0 || hi != 0;
        control += hi == 0 && lo != 0 && is_control(lo);
    }
    return control > 2 + units / 50;
}

static bool choose_wide(str head, struct decode_choice *c)
{
    enum wide_guess guess = WIDE_NO;

    if (str_starts(head, STR("\xff\xfe")))
        guess = WIDE_LITTLE;
    else if (str_starts(head, STR("\xfe\xff")))
        guess = WIDE_BIG;
    c->bom = guess != WIDE_NO ? 2 : 0;
    if (guess == WIDE_NO && str_find_char(head, '\0') != STR_NONE)
        guess = wide_guess(head);
    if (guess == WIDE_NO)
        return false;
    c->form = guess == WIDE_BIG ? TEXT_UTF16BE : TEXT_UTF16LE;
    if (wide_is_binary(str_from(head, c->bom), guess == WIDE_BIG)) {
        c->form = TEXT_BINARY;
        c->bom = 0;
    }
    return true;
}

/* First characters from one page, then nothing that fits: bytes above 127 at random. */
static bool is_senseless(const struct census *n, int sense)
{
    return sense < -48 && n->invalid * 4 > n->bytes;
}

struct decode_choice decode_choose(str head, bool whole)
{
    struct decode_choice c = { .decided = true };
    struct census n;
    int sense;

    if (choose_wide(head, &c))
        return c;
    if (str_starts(head, STR("\xef\xbb\xbf")))
        c.bom = 3;
    head = str_from(head, c.bom);
    n = take_census(head, whole);
    if (is_binary(&n)) {
        c.form = TEXT_BINARY;
        c.bom = 0;
        return c;
    }
    c.decided = n.valid != 0 || n.invalid != 0 || c.bom != 0;
    c.declared = c.bom == 0 ? find_declared(head) : NULL;
    if (!c.decided)
        return c;
    if (c.declared != NULL && codepage_converts(c.declared, head)) {
        c.form = TEXT_PAGE;
        c.page = c.declared;
    } else if (c.bom == 0 && n.invalid > n.valid) {
        c.page = codepage_guess(head, &sense);
        c.form = is_senseless(&n, sense) ? TEXT_BINARY : TEXT_PAGE;
    }
    return c;
}

const char *decode_name(const struct decode_choice *choice)
{
    switch (choice->form) {
    case TEXT_UTF16LE:
        return "utf-16le";
    case TEXT_UTF16BE:
        return "utf-16be";
    case TEXT_PAGE:
        return choice->page->name;
    case TEXT_BINARY:
        return "";
    default:
        return "utf-8";
    }
}
