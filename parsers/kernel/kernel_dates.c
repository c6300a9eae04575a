/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kernel_dates: dates as dmesg -T and journalctl print them under any locale.
 *
 *     [Thu Jul 15 23:44:32 2021]   [Di Aug 12 03:54:03 2025]   avril 16 21:08:50
 *
 * Weekday names are not read; the parts of a date are told apart by their shape, not their place.
 */
#include "kernel_prefix.h"
#include "literal.h"

/* First letters in lower case; longer before shorter where one begins the other. */
static const struct {
    str name;
    int month;
} months[] = {
    { STR_INIT("jan"), 1 },
    { STR_INIT("ene"), 1 },
    { STR_INIT("gen"), 1 },
    { STR_INIT("sty"), 1 },
    { STR_INIT("led"), 1 },
    { STR_INIT("oca"), 1 },
    { STR_INIT("jän"), 1 },
    { STR_INIT("янв"), 1 },
    { STR_INIT("січ"), 1 },
    { STR_INIT("feb"), 2 },
    { STR_INIT("fev"), 2 },
    { STR_INIT("fév"), 2 },
    { STR_INIT("lut"), 2 },
    { STR_INIT("úno"), 2 },
    { STR_INIT("şub"), 2 },
    { STR_INIT("фев"), 2 },
    { STR_INIT("лют"), 2 },
    { STR_INIT("mar"), 3 },
    { STR_INIT("mär"), 3 },
    { STR_INIT("mrz"), 3 },
    { STR_INIT("mrt"), 3 },
    { STR_INIT("bře"), 3 },
    { STR_INIT("мар"), 3 },
    { STR_INIT("бер"), 3 },
    { STR_INIT("apr"), 4 },
    { STR_INIT("avr"), 4 },
    { STR_INIT("abr"), 4 },
    { STR_INIT("kwi"), 4 },
    { STR_INIT("dub"), 4 },
    { STR_INIT("nis"), 4 },
    { STR_INIT("апр"), 4 },
    { STR_INIT("кві"), 4 },
    { STR_INIT("may"), 5 },
    { STR_INIT("mai"), 5 },
    { STR_INIT("maj"), 5 },
    { STR_INIT("mei"), 5 },
    { STR_INIT("mag"), 5 },
    { STR_INIT("kvě"), 5 },
    { STR_INIT("мая"), 5 },
    { STR_INIT("май"), 5 },
    { STR_INIT("тра"), 5 },
    { STR_INIT("jun"), 6 },
    { STR_INIT("juin"), 6 },
    { STR_INIT("giu"), 6 },
    { STR_INIT("cze"), 6 },
    { STR_INIT("haz"), 6 },
    { STR_INIT("июн"), 6 },
    { STR_INIT("чер"), 6 },
    { STR_INIT("jul"), 7 },
    { STR_INIT("juil"), 7 },
    { STR_INIT("lug"), 7 },
    { STR_INIT("lip"), 7 },
    { STR_INIT("tem"), 7 },
    { STR_INIT("červenec"), 7 },
    { STR_INIT("čvc"), 7 },
    { STR_INIT("čer"), 6 },
    { STR_INIT("июл"), 7 },
    { STR_INIT("лип"), 7 },
    { STR_INIT("aug"), 8 },
    { STR_INIT("aou"), 8 },
    { STR_INIT("aoû"), 8 },
    { STR_INIT("ago"), 8 },
    { STR_INIT("sie"), 8 },
    { STR_INIT("srp"), 8 },
    { STR_INIT("ağu"), 8 },
    { STR_INIT("авг"), 8 },
    { STR_INIT("сер"), 8 },
    { STR_INIT("sep"), 9 },
    { STR_INIT("set"), 9 },
    { STR_INIT("wrz"), 9 },
    { STR_INIT("zář"), 9 },
    { STR_INIT("eyl"), 9 },
    { STR_INIT("сен"), 9 },
    { STR_INIT("вер"), 9 },
    { STR_INIT("oct"), 10 },
    { STR_INIT("okt"), 10 },
    { STR_INIT("ott"), 10 },
    { STR_INIT("out"), 10 },
    { STR_INIT("paź"), 10 },
    { STR_INIT("říj"), 10 },
    { STR_INIT("eki"), 10 },
    { STR_INIT("окт"), 10 },
    { STR_INIT("жов"), 10 },
    { STR_INIT("nov"), 11 },
    { STR_INIT("lis"), 11 },
    { STR_INIT("kas"), 11 },
    { STR_INIT("ноя"), 11 },
    { STR_INIT("лис"), 11 },
    { STR_INIT("dec"), 12 },
    { STR_INIT("dez"), 12 },
    { STR_INIT("dic"), 12 },
    { STR_INIT("déc"), 12 },
    { STR_INIT("gru"), 12 },
    { STR_INIT("pro"), 12 },
    { STR_INIT("ara"), 12 },
    { STR_INIT("дек"), 12 },
    { STR_INIT("гру"), 12 },
};

/* Lower case of ASCII and of the basic Cyrillic letters; n stays the same. */
static str lower(str s, char buf[static 32])
{
    size_t n = s.n < 32 ? s.n : 32;

    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)s.p[i], d = i + 1 < n ? (unsigned char)s.p[i + 1] : 0;

        if (c == 0xd0 && d >= 0x90 && d <= 0x9f) {
            buf[i++] = (char)0xd0;
            buf[i] = (char)(d + 0x20);
        } else if (c == 0xd0 && d >= 0xa0 && d <= 0xaf) {
            buf[i++] = (char)0xd1;
            buf[i] = (char)(d - 0x20);
        } else {
            buf[i] = to_lower((char)c);
        }
    }
    return (str){ buf, n };
}

int prefix_month(str name)
{
    static struct firsts firsts;
    char buf[32];
    str low = lower(name, buf);
    str rest = low;
    uint64_t number;
    bool known = firsts_has(FIRSTS_OF(&firsts, months), low);

    for (size_t i = 0; known && i < sizeof(months) / sizeof(months[0]); i++) {
        if (str_starts(low, months[i].name))
            return months[i].month;
    }
    if (str_take_u64(&rest, &number) && number >= 1 && number <= 12 &&
            (str_starts(rest, STR("月")) || str_starts(rest, STR("월"))))
        return (int)number;
    return 0;
}

static bool two_digits(str s, size_t at, int *ret)
{
    if (at + 2 > s.n || !is_digit(s.p[at]) || !is_digit(s.p[at + 1]))
        return false;
    *ret = (s.p[at] - '0') * 10 + (s.p[at + 1] - '0');
    return true;
}

/* "23:44:32", "23:44:32.123" or, where short_ok, "23:44" */
static bool clock_of(str word, bool short_ok, struct civil *c)
{
    str fraction;
    int32_t unit = 100000000;

    if (!two_digits(word, 0, &c->hour) || word.n < 5 || word.p[2] != ':' ||
            !two_digits(word, 3, &c->minute))
        return false;
    if (word.n == 5)
        return short_ok;
    if (word.p[5] != ':' || !two_digits(word, 6, &c->second))
        return false;
    fraction = str_from(word, 8);
    if (fraction.n == 0)
        return true;
    if (fraction.p[0] != '.' && fraction.p[0] != ',')
        return false;
    for (size_t i = 1; i < fraction.n; i++) {
        if (!is_digit(fraction.p[i]))
            return false;
        c->ns += (fraction.p[i] - '0') * unit;
        unit /= 10;
    }
    return true;
}

/* "15", "15.", "15," */
static bool day_of(str word, int *ret)
{
    uint64_t day;

    while (word.n != 0 && (word.p[word.n - 1] == '.' || word.p[word.n - 1] == ','))
        word.n--;
    if (word.n > 2 || !str_u64(word, &day) || day < 1 || day > 31)
        return false;
    *ret = (int)day;
    return true;
}

bool prefix_ctime(str s, struct when *ret)
{
    struct civil c = { 0 };
    bool clock = false;
    str word;
    int64_t ns;
    uint64_t year;

    while (str_word(&s, &word)) {
        if (!clock && clock_of(word, false, &c))
            clock = true;
        else if (word.n == 4 && c.year == 0 && str_u64(word, &year))
            c.year = (int)year;
        else if (c.day == 0 && day_of(word, &c.day))
            continue;
        else {
            /* A weekday may begin like a month (French "mar." is Tuesday): the last one counts. */
            int month = prefix_month(word);

            if (month != 0)
                c.month = month;
        }
    }
    if (!clock || !civil_to_ns(&c, &ns))
        return false;
    *ret = when_local(ns);
    return true;
}

bool prefix_take_date(str *s, struct when *ret)
{
    struct civil c = { .year = 1972 };
    str rest = *s, word;
    int64_t ns;

    if (when_take_syslog(s, ret)) {
        if (s->n != 0 && s->p[0] != ' ') {
            *s = rest;
            return false;
        }
        return true;
    }
    word = str_cut(&rest, ' ');
    if (word.n < 3 || word.n > 24 || is_digit(word.p[0]))
        return false;
    c.month = prefix_month(word);
    if (c.month == 0 || !str_word(&rest, &word) || !day_of(word, &c.day) ||
            !str_word(&rest, &word) || !clock_of(word, false, &c) || !civil_to_ns(&c, &ns))
        return false;
    *ret = when_yearless(ns);
    *s = rest;
    return true;
}
