/* SPDX-License-Identifier: Apache-2.0 */
#include "when.h"

#include <stdio.h>
#include <string.h>

#include "digits.h"

/* Days since 1970-01-01, of years above 0; the calendar is counted in eras of 400 years that begin in March. */
static int days_from_civil(unsigned y, unsigned m, unsigned d)
{
    unsigned era, yoe, doy, doe;

    y -= m <= 2;
    era = y / 400;
    yoe = y - era * 400;
    doy = (153 * (m > 2 ? m - 3 : m + 9) + 2) / 5 + d - 1;
    doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
    return (int)(era * 146097 + doe) - 719468;
}

static int month_days(int year, int month)
{
    static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

    return days[month - 1] + (month == 2 && leap);
}

bool civil_to_ns(const struct civil *c, int64_t *ret_ns)
{
    int64_t seconds;

    /* int64 nanoseconds end in 2262 and begin in 1677. */
    if (c->year < 1678 || c->year > 2261 || c->month < 1 || c->month > 12 || c->day < 1 ||
            (c->day > 28 && c->day > month_days(c->year, c->month)) || c->hour < 0 ||
            c->hour > 23 || c->minute < 0 || c->minute > 59 || c->second < 0 || c->second > 60 ||
            c->ns < 0 || c->ns >= WHEN_NS)
        return false;
    seconds = days_from_civil((unsigned)c->year, (unsigned)c->month, (unsigned)c->day) * 86400ll +
              c->hour * 3600 + c->minute * 60 + c->second;
    *ret_ns = seconds * WHEN_NS + c->ns;
    return true;
}

struct civil civil_from_ns(int64_t ns)
{
    int64_t seconds = ns / WHEN_NS - (ns % WHEN_NS < 0);
    int64_t fraction = ns - seconds * WHEN_NS;
    int64_t days = seconds / 86400 - (seconds % 86400 < 0);
    int64_t left = seconds - days * 86400;
    int64_t z = days + 719468, era, doe, yoe, doy, mp;
    struct civil c = { 0 };

    era = (z >= 0 ? z : z - 146096) / 146097;
    doe = z - era * 146097;
    yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    mp = (5 * doy + 2) / 153;
    c.day = (int)(doy - (153 * mp + 2) / 5 + 1);
    c.month = (int)(mp < 10 ? mp + 3 : mp - 9);
    c.year = (int)(yoe + era * 400 + (c.month <= 2));
    c.hour = (int)(left / 3600);
    c.minute = (int)(left / 60 % 60);
    c.second = (int)(left % 60);
    c.ns = (int32_t)fraction;
    return c;
}

static bool take_fixed(str *s, size_t digits, int *ret)
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

static uint64_t load8(const char *p)
{
    uint64_t word;

    memcpy(&word, p, sizeof(word));
    return word;
}

/* Fewer than eight digits at the front of eight bytes: how many, and what they say; 0 = there are more, or none. */
static size_t few_digits(const char *p, int32_t *ret)
{
    uint64_t word = load8(p) ^ DIGITS_ZEROS, odd = digits_odd(word);
    size_t n = odd != 0 && DIGITS_AT_ONCE ? (size_t)__builtin_ctzll(odd) / 8 : 0;

    if (n != 0)
        *ret = (int32_t)digits_value(word << (64 - 8 * n)); /* zeros in front of them */
    return n;
}

static int32_t take_fraction(str *s)
{
    static const int32_t units[] = { 1000000000, 100000000, 10000000, 1000000, 100000, 10000, 1000,
        100, 10, 1 };
    int32_t value = 0;
    size_t n = s->n >= 8 ? few_digits(s->p, &value) : 0, digits;

    if (n != 0) {
        *s = str_from(*s, n);
        return value * units[n];
    }
    for (; n < s->n && n < 9 && is_digit(s->p[n]); n++)
        value = value * 10 + (s->p[n] - '0');
    digits = n;
    while (n < s->n && is_digit(s->p[n]))
        n++;
    *s = str_from(*s, n);
    return value * units[digits];
}

/* What may stand behind the seconds. */
static void take_second_parts(str *s, struct civil *c)
{
    if (s->n < 2 || (s->p[0] != '.' && s->p[0] != ',' && s->p[0] != ':') || !is_digit(s->p[1]))
        return;
    *s = str_from(*s, 1);
    c->ns = take_fraction(s);
}

static bool take_clock(str *s, struct civil *c)
{
    str rest = *s;

    if (!take_fixed(&rest, 2, &c->hour) || !str_take_char(&rest, ':') ||
            !take_fixed(&rest, 2, &c->minute) || !str_take_char(&rest, ':') ||
            !take_fixed(&rest, 2, &c->second))
        return false;
    take_second_parts(&rest, c);
    *s = rest;
    return true;
}

/* "+01:00", "+0100", "+01"; *ret_seconds is east of UTC. */
static bool take_zone(str *s, int *ret_seconds)
{
    str rest = *s;
    int hours, minutes = 0, sign;

    if (str_take_char(s, 'Z')) {
        *ret_seconds = 0;
        return true;
    }
    if (rest.n == 0 || (rest.p[0] != '+' && rest.p[0] != '-'))
        return false;
    sign = rest.p[0] == '-' ? -1 : 1;
    rest = str_from(rest, 1);
    if (!take_fixed(&rest, 2, &hours))
        return false;
    if (str_take_char(&rest, ':')) {
        if (!take_fixed(&rest, 2, &minutes))
            return false;
    } else {
        (void)take_fixed(&rest, 2, &minutes);
    }
    if (hours > 15 || minutes > 59)
        return false;
    *s = rest;
    *ret_seconds = sign * (hours * 3600 + minutes * 60);
    return true;
}

/* Whether each of eight bytes is a digit where the form has one, and else the byte of the form. */
static bool has_form(const char *p, const char *form, const char *digits)
{
    const uint64_t x = load8(p) ^ load8(form), digit = load8(digits); /* 0f at digits */

    /* A half byte above 9 carries into the upper half. */
    return ((x | (x + (digit & 0x0606060606060606ull))) & ~digit) == 0;
}

static int two(const char *p)
{
    return (p[0] - '0') * 10 + (p[1] - '0');
}

/* Date and time as most write them, by eight bytes at a time; all else is taken piece by piece. */
static bool take_usual(str *s, struct civil *c)
{
    static const char form[] = "0000-00-00T00:00:00";
    static const char digits[] = "\17\17\17\17\0\17\17\0\17\17\0\17\17\0\17\17\0\17\17";
    const char *p = s->p;

    if (s->n < sizeof(form) - 1 || !has_form(p, form, digits) ||
            !has_form(p + 8, form + 8, digits + 8) || !has_form(p + 11, form + 11, digits + 11))
        return false;
    c->year = two(p) * 100 + two(p + 2);
    c->month = two(p + 5);
    c->day = two(p + 8);
    c->hour = two(p + 11);
    c->minute = two(p + 14);
    c->second = two(p + 17);
    *s = str_from(*s, sizeof(form) - 1);
    return true;
}

static bool take_date(str *s, struct civil *c)
{
    char sep;

    if (!take_fixed(s, 4, &c->year) || s->n == 0 || (s->p[0] != '-' && s->p[0] != '/'))
        return false;
    sep = s->p[0];
    *s = str_from(*s, 1);
    return take_fixed(s, 2, &c->month) && str_take_char(s, sep) && take_fixed(s, 2, &c->day) &&
           (str_take_char(s, 'T') || str_take_char(s, ' '));
}

bool when_take_iso_zone(str *s, struct when *ret, bool *ret_named, int32_t *ret_offset)
{
    struct civil c = { 0 };
    str rest = *s;
    int zone = 0;
    int64_t ns;

    if (take_usual(&rest, &c))
        take_second_parts(&rest, &c);
    else if (!take_date(&rest, &c) || !take_clock(&rest, &c))
        return false;
    if (!civil_to_ns(&c, &ns))
        return false;
    *ret_named = take_zone(&rest, &zone);
    *ret_offset = zone;
    *ret = (struct when){ .ns = ns - zone * WHEN_NS, .basis = *ret_named ? WHEN_UTC : WHEN_LOCAL };
    *s = rest;
    return true;
}

bool when_take_iso(str *s, struct when *ret)
{
    int32_t offset;
    bool named;

    return when_take_iso_zone(s, ret, &named, &offset);
}

int when_month(str name)
{
    static const char names[] = "janfebmaraprmayjunjulaugsepoctnovdec";
    char a, b, c;

    if (name.n < 3)
        return 0;
    a = to_lower(name.p[0]);
    b = to_lower(name.p[1]);
    c = to_lower(name.p[2]);
    for (int m = 0; m < 12; m++) {
        if (names[3 * m + 2] == c && names[3 * m + 1] == b && names[3 * m] == a)
            return m + 1;
    }
    return 0;
}

bool when_take_syslog(str *s, struct when *ret)
{
    struct civil c = { .year = 1972 };
    str rest = *s;
    uint64_t day;
    int64_t ns;

    c.month = when_month(str_slice(rest, 0, 3));
    rest = str_from(rest, 3);
    if (c.month == 0 || !str_take_char(&rest, ' '))
        return false;
    str_skip_blanks(&rest);
    if (!str_take_u64(&rest, &day) || day > 31 || !str_take_char(&rest, ' '))
        return false;
    c.day = (int)day;
    if (!take_clock(&rest, &c) || !civil_to_ns(&c, &ns))
        return false;
    *ret = when_yearless(ns);
    *s = rest;
    return true;
}

struct when when_utc(int64_t ns)
{
    return (struct when){ .ns = ns, .basis = WHEN_UTC };
}

struct when when_local(int64_t ns)
{
    return (struct when){ .ns = ns, .basis = WHEN_LOCAL };
}

struct when when_yearless(int64_t ns)
{
    return (struct when){ .ns = ns, .basis = WHEN_YEARLESS };
}

struct when when_unix(uint32_t seconds)
{
    return seconds != 0 ? when_utc((int64_t)seconds * WHEN_NS) : (struct when){ 0 };
}

struct when when_filetime(uint64_t ticks)
{
    const int64_t epoch = 116444736000000000; /* 1970 */
    int64_t ns;

    if (ticks == 0 || ticks > INT64_MAX ||
            __builtin_mul_overflow((int64_t)ticks - epoch, (int64_t)100, &ns))
        return (struct when){ 0 };
    return when_utc(ns);
}

struct when when_monotonic(int64_t ns, uint32_t boot)
{
    return (struct when){
        .ns = ns,
        .basis = WHEN_MONOTONIC,
        .boot = (uint16_t)(boot < WHEN_BOOT_MAX ? boot : WHEN_BOOT_MAX),
    };
}

static size_t put_fraction(char *buf, size_t size, int64_t ns)
{
    int n;

    if (ns == 0)
        return 0;
    n = snprintf(buf, size, ".%09lld", (long long)ns);
    while (n > 0 && buf[n - 1] == '0')
        n--;
    return (size_t)n;
}

/* So many digits of value, and what parts them from the next. */
static size_t put_part(char *buf, unsigned value, size_t digits, char behind)
{
    for (size_t i = digits; i-- > 0; value /= 10)
        buf[i] = (char)('0' + value % 10);
    buf[digits] = behind;
    return digits + 1;
}

/* Events are told by the hundred thousand: no printf. Years have four digits in nanoseconds of 64 bits. */
static size_t put_civil(char buf[static WHEN_TEXT], const struct civil *c, bool year)
{
    size_t n = year ? put_part(buf, (unsigned)c->year, 4, '-') : 0;

    n += put_part(buf + n, (unsigned)c->month, 2, '-');
    n += put_part(buf + n, (unsigned)c->day, 2, 'T');
    n += put_part(buf + n, (unsigned)c->hour, 2, ':');
    n += put_part(buf + n, (unsigned)c->minute, 2, ':');
    n += put_part(buf + n, (unsigned)c->second, 2, '.');
    if (c->ns == 0)
        return n - 1;
    n += put_part(buf + n, (unsigned)c->ns, 9, '0');
    while (buf[n - 1] == '0')
        n--;
    return n;
}

str when_format(struct when w, char buf[static WHEN_TEXT])
{
    struct civil c = civil_from_ns(w.ns);
    size_t n = 0;

    switch (w.basis) {
    case WHEN_NONE:
        break;
    case WHEN_MONOTONIC:
        n = (size_t)snprintf(buf, WHEN_TEXT, "+%lld", (long long)(w.ns / WHEN_NS));
        n += put_fraction(buf + n, WHEN_TEXT - n, w.ns % WHEN_NS);
        buf[n++] = 's';
        break;
    case WHEN_YEARLESS:
    case WHEN_LOCAL:
    case WHEN_UTC:
        n = put_civil(buf, &c, w.basis != WHEN_YEARLESS);
        if (w.basis == WHEN_UTC)
            buf[n++] = 'Z';
        break;
    }
    return (str){ buf, n };
}

static bool counts_boots(enum when_basis basis)
{
    return basis == WHEN_MONOTONIC || basis == WHEN_YEARLESS;
}

int when_cmp(struct when a, struct when b)
{
    if (a.basis != b.basis)
        return a.basis < b.basis ? -1 : 1;
    if (counts_boots(a.basis) && a.boot != b.boot)
        return a.boot < b.boot ? -1 : 1;
    return (a.ns > b.ns) - (a.ns < b.ns);
}

void when_stretch(struct when *first, struct when *last, struct when when)
{
    if (when.basis == WHEN_NONE)
        return;
    if (first->basis == WHEN_NONE || when_cmp(when, *first) < 0)
        *first = when;
    if (last->basis == WHEN_NONE || when_cmp(when, *last) > 0)
        *last = when;
}

bool when_comparable(struct when a, struct when b)
{
    return a.basis != WHEN_NONE && a.basis == b.basis &&
           (!counts_boots(a.basis) || a.boot == b.boot);
}

static bool same_clock(struct when a, struct when b)
{
    return a.boot == b.boot && a.boot != 0;
}

void when_apart(struct when a, struct when b, int64_t *ret_least, int64_t *ret_most)
{
    int64_t doubt = same_clock(a, b) ? 0 : ((int64_t)a.doubt + b.doubt) * WHEN_NS, apart;

    if (__builtin_sub_overflow(a.ns > b.ns ? a.ns : b.ns, a.ns > b.ns ? b.ns : a.ns, &apart) ||
            __builtin_add_overflow(apart, doubt, ret_most))
        *ret_most = apart = INT64_MAX;
    *ret_least = apart > doubt ? apart - doubt : 0;
}

bool when_compare(struct when a, struct when b, int *ret_order)
{
    int64_t least, most;

    if (!when_comparable(a, b))
        return false;
    when_apart(a, b, &least, &most);
    *ret_order = when_cmp(a, b);
    return least > 0 || most == 0;
}
