/* SPDX-License-Identifier: Apache-2.0 */
/* name_date: the date that a file was named after. Only forms that begin with the year: the others mean
 * different days in different countries. */
#include "settle.h"

static bool take_digits(str *s, size_t digits, int *ret)
{
    int value = 0;

    if (s->n < digits)
        return false;
    for (size_t i = 0; i < digits; i++) {
        if (!is_digit(s->p[i]))
            return false;
        value = value * 10 + (s->p[i] - '0');
    }
    *s = str_from(*s, digits);
    *ret = value;
    return true;
}

static void take_separator(str *s, const char *set)
{
    for (; s->n != 0 && *set != '\0'; set++) {
        if (s->p[0] == *set) {
            *s = str_from(*s, 1);
            return;
        }
    }
}

/* "06.07.08", "0607", "T060708"; nothing of it is no time of day. */
static bool take_daytime(str s, struct civil *c)
{
    struct civil d = *c;

    take_separator(&s, "_-T. ");
    if (!take_digits(&s, 2, &d.hour) || d.hour > 23)
        return false;
    take_separator(&s, "-.:_h");
    if (!take_digits(&s, 2, &d.minute) || d.minute > 59)
        return false;
    take_separator(&s, "-.:_m");
    if (!take_digits(&s, 2, &d.second) || d.second > 59)
        d.second = 0;
    if (s.n != 0 && is_digit(s.p[0]))
        return false; /* a longer number */
    *c = d;
    return true;
}

static bool take_date(str s, struct when *ret, bool *ret_daytime)
{
    struct civil c = { 0 };
    char separator;

    if (!take_digits(&s, 4, &c.year) || c.year < 1990 || c.year > 2099 || s.n == 0)
        return false;
    separator = s.p[0];
    if (separator == '-' || separator == '_' || separator == '.')
        s = str_from(s, 1);
    else
        separator = '\0';
    if (!take_digits(&s, 2, &c.month))
        return false;
    if (separator != '\0' && !str_take_char(&s, separator))
        return false;
    if (!take_digits(&s, 2, &c.day))
        return false;
    *ret_daytime = take_daytime(s, &c);
    if (!*ret_daytime && s.n != 0 && is_digit(s.p[0]))
        return false;
    ret->basis = WHEN_LOCAL;
    return civil_to_ns(&c, &ret->ns);
}

bool name_date(str name, struct when *ret, bool *ret_daytime)
{
    *ret = (struct when){ 0 };
    for (size_t i = 0; i + 8 <= name.n; i++) {
        if ((i == 0 || !is_digit(name.p[i - 1])) && take_date(str_from(name, i), ret, ret_daytime))
            return true;
    }
    *ret = (struct when){ 0 };
    return false;
}
