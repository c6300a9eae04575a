/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kernel_brackets: what may stand in brackets before a kernel message.
 *
 *     [   12.345678]   [    1.000000 <    0.000010>]   [  +0.000123]   [Feb13 23:31]
 *     [Thu Jul 15 23:44:32 2021]   [2023-06-22 21:55:31.778747]   [  T464]   [4: kswapd0: 1209]
 */
#include "kernel_prefix.h"

/* Digits, full stop, three to nine digits: ns. Leaves *s behind the number. */
static bool take_stamp(str *s, int64_t *ret_ns)
{
    str rest = *s;
    uint64_t seconds;
    int64_t fraction = 0, unit = WHEN_NS;
    size_t digits = 0;

    if (!str_take_u64(&rest, &seconds) || seconds > 4000000000u || !str_take_char(&rest, '.'))
        return false;
    for (; digits < 9 && rest.n != 0 && is_digit(rest.p[0]); digits++, rest = str_from(rest, 1)) {
        unit /= 10;
        fraction += (rest.p[0] - '0') * unit;
    }
    if (digits < 3 || (rest.n != 0 && is_digit(rest.p[0])))
        return false;
    *ret_ns = (int64_t)seconds * WHEN_NS + fraction;
    *s = rest;
    return true;
}

void prefix_set_wall(struct prefix *p, struct when when)
{
    p->parts |= PREFIX_WALL;
    p->when = when;
}

/* "    7.000000>" behind a time stamp, or alone. */
static bool take_delta(str *s, struct prefix *p)
{
    str rest = *s;
    int64_t ns;

    if (!str_take_char(&rest, '<'))
        return false;
    str_skip_blanks(&rest);
    if (!take_stamp(&rest, &ns) || !str_take_char(&rest, '>'))
        return false;
    p->parts |= PREFIX_DELTA;
    p->delta = ns;
    *s = rest;
    return true;
}

/* "T464", "C1", "4:        kswapd0: 1209" */
static bool take_caller(str inner, struct prefix *p)
{
    str rest = inner;
    uint64_t number;

    if ((str_take_char(&rest, 'T') || str_take_char(&rest, 'C')) && str_u64(rest, &number)) {
        p->caller = inner;
        return true;
    }
    rest = inner;
    if (str_take_u64(&rest, &number) && str_take_char(&rest, ':') && rest.n != 0 &&
            is_blank(rest.p[0])) {
        size_t colon = str_rfind_char(rest, ':');
        str pid = colon != STR_NONE ? str_trim(str_from(rest, colon + 1)) : (str){ NULL, 0 };

        if (pid.n != 0 && str_u64(pid, &number)) {
            p->caller = pid;
            return true;
        }
    }
    return false;
}

/* "Feb13 23:31": minutes only, the deltas of the lines behind it count on from there. */
static bool take_short_date(str inner, struct prefix *p)
{
    struct civil c = { .year = 1972, .month = prefix_month(inner) };
    str word = str_cut(&inner, ' ');
    size_t digits = word.n;
    uint64_t part;

    while (digits != 0 && is_digit(word.p[digits - 1]))
        digits--;
    if (c.month == 0 || !str_u64(str_from(word, digits), &part) || part > 31)
        return false;
    c.day = (int)part;
    inner = str_trim(inner);
    if (!str_take_u64(&inner, &part) || part > 23 || !str_take_char(&inner, ':'))
        return false;
    c.hour = (int)part;
    if (!str_u64(inner, &part) || part > 59)
        return false;
    c.minute = (int)part;
    p->rounded = true;
    struct when when = { .basis = WHEN_YEARLESS };
    if (!civil_to_ns(&c, &when.ns))
        return false;
    prefix_set_wall(p, when);
    return true;
}

/* What stands in a bracket that begins with a digit, blank or sign. */
static bool numeric_bracket(str inner, struct prefix *p)
{
    str rest = inner;
    struct when when;
    uint64_t cpu;
    int64_t ns;

    if (take_stamp(&rest, &ns) ||
            (str_take_u64(&rest, &cpu) && str_take_char(&rest, '-') && take_stamp(&rest, &ns))) {
        str_skip_blanks(&rest);
        if ((rest.n != 0 && !take_delta(&rest, p)) || rest.n != 0 ||
                (p->parts & PREFIX_UPTIME) != 0)
            return false;
        p->parts |= PREFIX_UPTIME;
        p->uptime = ns;
        return true;
    }
    rest = inner;
    if (str_take_char(&rest, '+') && take_stamp(&rest, &ns) && rest.n == 0) {
        p->parts |= PREFIX_DELTA;
        p->delta = ns;
        return true;
    }
    rest = inner;
    if (take_delta(&rest, p))
        return rest.n == 0;
    if (when_take_iso(&rest, &when) && rest.n == 0 && (p->parts & PREFIX_WALL) == 0) {
        prefix_set_wall(p, when);
        return true;
    }
    return (p->parts & PREFIX_CALLER) == 0 && take_caller(inner, p) &&
           (p->parts |= PREFIX_CALLER) != 0;
}

static bool wordy_bracket(str inner, struct prefix *p)
{
    struct when when;
    size_t delta;

    if ((p->parts & PREFIX_CALLER) == 0 && take_caller(inner, p)) {
        p->parts |= PREFIX_CALLER;
        return true;
    }
    if ((p->parts & PREFIX_WALL) != 0 && !p->rounded)
        return false;
    delta = str_find_char(inner, '<');
    if (delta != STR_NONE) {
        str rest = str_from(inner, delta);

        if (!take_delta(&rest, p))
            return false;
        inner = str_slice(inner, 0, delta);
    }
    if (prefix_ctime(inner, &when)) {
        prefix_set_wall(p, when);
        p->parts |= PREFIX_CTIME;
        p->rounded = false;
        return true;
    }
    return take_short_date(inner, p);
}

/* " [error]", " [mpm_prefork:notice]": httpd writes its level behind a stamp like that of dmesg -T. */
static bool is_httpd_level(str rest)
{
    static const str levels[] = { STR_INIT("emerg"), STR_INIT("alert"), STR_INIT("crit"),
        STR_INIT("error"), STR_INIT("warn"), STR_INIT("notice"), STR_INIT("info"),
        STR_INIT("debug") };
    size_t end, colon;
    str word;

    if (!str_take(&rest, STR(" [")))
        return false;
    end = str_find_char(str_slice(rest, 0, 40), ']');
    if (end == STR_NONE)
        return false;
    word = str_slice(rest, 0, end);
    colon = str_rfind_char(word, ':');
    if (colon != STR_NONE)
        word = str_from(word, colon + 1);
    for (size_t i = 0; i < sizeof(levels) / sizeof(levels[0]); i++) {
        if (str_eq(word, levels[i]))
            return true;
    }
    return false;
}

bool prefix_take_bracket(str *s, struct prefix *p)
{
    size_t end;
    str inner;
    bool ok;

    if (s->n < 3 || s->p[0] != '[')
        return false;
    end = str_find_char(str_slice(*s, 0, 72), ']');
    if (end == STR_NONE || end < 2)
        return false;
    /* Stamps and callers end in a digit, deltas in '>': cheap refusal of [drm], [mem 0x..] ... */
    if (!is_digit(s->p[end - 1]) && s->p[end - 1] != '>')
        return false;
    inner = str_trim(str_slice(*s, 1, end));
    if (inner.n == 0 || (is_alpha(inner.p[0]) && is_httpd_level(str_from(*s, end + 1))))
        return false;
    ok = is_digit(inner.p[0]) || inner.p[0] == '+' || inner.p[0] == '<' ? numeric_bracket(inner, p)
                                                                        : wordy_bracket(inner, p);
    if (!ok)
        return false;
    *s = str_from(*s, end + 1);
    return true;
}
