/* SPDX-License-Identifier: Apache-2.0 */
#include "stamp.h"

#include "zone.h"

static bool take_number(str *s, size_t most, int *ret)
{
    size_t n = 0;
    int value = 0;

    for (; n < s->n && n < most && is_digit(s->p[n]); n++)
        value = value * 10 + (s->p[n] - '0');
    if (n == 0 || (n < s->n && is_digit(s->p[n])))
        return false;
    *s = str_from(*s, n);
    *ret = value;
    return true;
}

/* "11:37:02 PM", "04:37:54.439", "9:05:01" */
static bool take_clock(str *s, struct civil *c, bool *ret_ampm)
{
    str rest = *s;

    *ret_ampm = false;
    if (!take_number(&rest, 2, &c->hour) || !str_take_char(&rest, ':') ||
            !take_number(&rest, 2, &c->minute))
        return false;
    if (str_take_char(&rest, ':') && !take_number(&rest, 2, &c->second))
        return false;
    if (rest.n > 1 && (rest.p[0] == '.' || rest.p[0] == ',') && is_digit(rest.p[1])) {
        int32_t unit = 100000000;

        for (rest = str_from(rest, 1); rest.n != 0 && is_digit(rest.p[0]);
                rest = str_from(rest, 1)) {
            c->ns += (rest.p[0] - '0') * unit;
            unit /= 10;
        }
    }
    *s = rest;
    str_skip_blanks(&rest);
    if (str_starts_nocase(rest, STR("AM")) || str_starts_nocase(rest, STR("PM"))) {
        if (rest.n > 2 && is_alnum(rest.p[2]))
            return true;
        *ret_ampm = true;
        c->hour = c->hour % 12 + (to_lower(rest.p[0]) == 'p' ? 12 : 0);
        *s = str_from(rest, 2);
    }
    return true;
}

static bool finish(const struct civil *c, struct when *ret)
{
    *ret = (struct when){ .basis = WHEN_LOCAL };
    return civil_to_ns(c, &ret->ns);
}

/* "Apr 03, 2012 11:37:02 PM" */
static bool take_month_first(str *s, struct when *ret)
{
    struct civil c = { 0 };
    str rest = *s;
    bool ampm;

    c.month = when_month(str_slice(rest, 0, 3));
    rest = str_from(rest, 3);
    if (c.month == 0 || !str_take_char(&rest, ' ') || !take_number(&rest, 2, &c.day) ||
            !str_take(&rest, STR(", ")) || !take_number(&rest, 4, &c.year) ||
            !str_take_char(&rest, ' ') || !take_clock(&rest, &c, &ampm) || !finish(&c, ret))
        return false;
    *s = rest;
    return true;
}

/* " -0700" behind a date of web servers' logs */
static void take_offset(str *s, struct stamp *stamp)
{
    str text = str_slice(*s, 1, 6);

    if (s->n < 6 || s->p[0] != ' ' || (s->n > 6 && is_alnum(s->p[6])) ||
            !zone_parse_offset(text, &stamp->offset))
        return;
    stamp->named = true;
    stamp->when = when_utc(stamp->when.ns - stamp->offset * WHEN_NS);
    *s = str_from(*s, 6);
}

/* "07/13/2017 04:37:54", "13.07.2017 04:37:54", "10/Oct/2000:13:55:36 -0700" */
static bool take_numbers(str *s, struct stamp *stamp)
{
    struct when *ret = &stamp->when;
    struct civil c = { 0 };
    str rest = *s;
    int first, swap;
    bool ampm, named;
    char sep;

    if (!take_number(&rest, 2, &first) || rest.n < 8 ||
            (rest.p[0] != '/' && rest.p[0] != '.' && rest.p[0] != '-'))
        return false;
    sep = rest.p[0];
    rest = str_from(rest, 1);
    named = is_alpha(rest.p[0]);
    if (named) {
        c.month = when_month(str_slice(rest, 0, 3));
        rest = str_from(rest, 3);
    } else if (!take_number(&rest, 2, &c.month)) {
        return false;
    }
    c.day = first;
    if (!str_take_char(&rest, sep) || !take_number(&rest, 4, &c.year) || rest.n == 0 ||
            (rest.p[0] != ' ' && rest.p[0] != ':' && rest.p[0] != 'T'))
        return false;
    rest = str_from(rest, 1);
    if (!take_clock(&rest, &c, &ampm))
        return false;
    if (!named && sep != '.' && (ampm || c.month > 12)) {
        swap = c.day; /* the American order */
        c.day = c.month;
        c.month = swap;
    }
    if (!finish(&c, ret))
        return false;
    if (!named && sep != '.' && !ampm && c.day <= 12 && c.day != c.month)
        *ret = (struct when){ 0 }; /* 03/04/2017 */
    if (named)
        take_offset(&rest, stamp);
    *s = rest;
    return true;
}

bool stamp_take_iso(str *s, struct stamp *ret)
{
    str before = *s;

    *ret = (struct stamp){ .uptime = -1 };
    if (!when_take_iso_zone(s, &ret->when, &ret->named, &ret->offset))
        return false;
    ret->zulu = ret->named && before.p[before.n - s->n - 1] == 'Z';
    return true;
}

bool stamp_take_named(str *s, struct stamp *ret)
{
    str rest = *s;
    bool bracket;

    str_skip_blanks(&rest);
    bracket = str_take_char(&rest, '[');
    if (rest.n < 14)
        return false;
    if (!stamp_take_iso(&rest, ret) && !take_month_first(&rest, &ret->when) &&
            !when_take_syslog(&rest, &ret->when) && !take_numbers(&rest, ret))
        return false;
    if (bracket && !str_take_char(&rest, ']'))
        return false;
    *s = rest;
    return true;
}

bool stamp_take(str *s, struct when *ret)
{
    struct stamp stamp;

    if (!stamp_take_named(s, &stamp))
        return false;
    *ret = stamp.when;
    return true;
}
