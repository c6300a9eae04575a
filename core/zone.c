/* SPDX-License-Identifier: Apache-2.0 */
#include "zone.h"

#include <stdio.h>

#include "when.h"

enum { DAY = 86400, MOST_OFFSET = 26 * 3600, MOST_CHANGES = 4096 };

struct zone zone_fixed(int32_t offset)
{
    return (struct zone){
        .first = offset,
        .rule = { .standard = offset, .summer = offset },
        .older_until = INT64_MIN,
    };
}

static bool take_two(str *s, int *ret)
{
    if (s->n < 2 || !is_digit(s->p[0]) || !is_digit(s->p[1]))
        return false;
    *ret = (s->p[0] - '0') * 10 + (s->p[1] - '0');
    *s = str_from(*s, 2);
    return true;
}

bool zone_parse_offset(str s, int32_t *ret_offset)
{
    int hours, minutes = 0, sign;
    bool named = str_take_nocase(&s, STR("UTC")) || str_take_nocase(&s, STR("GMT"));

    if (s.n == 0 && named) {
        *ret_offset = 0;
        return true;
    }
    if (!named && str_eq_nocase(s, STR("Z"))) {
        *ret_offset = 0;
        return true;
    }
    if (s.n == 0 || (s.p[0] != '+' && s.p[0] != '-'))
        return false;
    sign = s.p[0] == '-' ? -1 : 1;
    s = str_from(s, 1);
    if (!take_two(&s, &hours)) {
        if (s.n == 0 || !is_digit(s.p[0]))
            return false;
        hours = s.p[0] - '0';
        s = str_from(s, 1);
    }
    if (s.n != 0) {
        (void)str_take_char(&s, ':');
        if (!take_two(&s, &minutes) || s.n != 0)
            return false;
    }
    if (hours > 15 || minutes > 59)
        return false;
    *ret_offset = sign * (hours * 3600 + minutes * 60);
    return true;
}

/* --- POSIX TZ texts ----------------------------------------------------------------------- */

static bool take_name(str *s)
{
    size_t n = 0;

    if (str_take_char(s, '<')) {
        n = str_find_char(*s, '>');
        if (n == STR_NONE || n < 3)
            return false;
        *s = str_from(*s, n + 1);
        return true;
    }
    while (n < s->n && is_alpha(s->p[n]))
        n++;
    *s = str_from(*s, n);
    return n >= 3;
}

/* "[+-]h[h[h]][:mm[:ss]]" */
static bool take_time(str *s, int32_t *ret)
{
    static const int32_t units[] = { 3600, 60, 1 };
    int32_t total = 0;
    int sign = 1;
    uint64_t part;

    if (s->n != 0 && (s->p[0] == '+' || s->p[0] == '-')) {
        sign = s->p[0] == '-' ? -1 : 1;
        *s = str_from(*s, 1);
    }
    for (int i = 0; i < 3; i++) {
        if (!str_take_u64(s, &part) || part > (i == 0 ? 167 : 59))
            return false;
        total += (int32_t)part * units[i];
        if (i == 2 || !str_take_char(s, ':'))
            break;
    }
    *ret = sign * total;
    return true;
}

static bool take_number(str *s, int least, int most, int *ret)
{
    uint64_t n;

    if (!str_take_u64(s, &n) || n > (uint64_t)most || (int)n < least)
        return false;
    *ret = (int)n;
    return true;
}

static bool take_day(str *s, struct zone_day *ret)
{
    struct zone_day d = { .form = 'N', .time = 2 * 3600 };

    if (str_take_char(s, 'M')) {
        d.form = 'M';
        if (!take_number(s, 1, 12, &d.month) || !str_take_char(s, '.') ||
                !take_number(s, 1, 5, &d.week) || !str_take_char(s, '.') ||
                !take_number(s, 0, 6, &d.day))
            return false;
    } else {
        if (str_take_char(s, 'J'))
            d.form = 'J';
        if (!take_number(s, d.form == 'J', 365, &d.day))
            return false;
    }
    if (str_take_char(s, '/') && !take_time(s, &d.time))
        return false;
    *ret = d;
    return true;
}

bool zone_parse_rule(str s, struct zone *ret)
{
    struct zone_rule rule = { 0 };
    int32_t west;

    if (!take_name(&s) || !take_time(&s, &west) || west > MOST_OFFSET || west < -MOST_OFFSET)
        return false;
    rule.standard = rule.summer = -west;
    if (s.n != 0) {
        if (!take_name(&s))
            return false;
        rule.summer = rule.standard + 3600;
        if (s.n != 0 && s.p[0] != ',') {
            if (!take_time(&s, &west) || west > MOST_OFFSET || west < -MOST_OFFSET)
                return false;
            rule.summer = -west;
        }
        rule.changes = true;
        if (!str_take_char(&s, ',') || !take_day(&s, &rule.begin) || !str_take_char(&s, ',') ||
                !take_day(&s, &rule.end) || s.n != 0)
            return false;
    }
    *ret = zone_fixed(rule.standard);
    ret->rule = rule;
    return true;
}

static int64_t day_number(int year, int month, int day)
{
    const struct civil c = { .year = year, .month = month, .day = day };
    int64_t ns;

    return civil_to_ns(&c, &ns) ? ns / WHEN_NS / DAY - (ns % (WHEN_NS * DAY) < 0) : 0;
}

static bool is_leap(int year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

/* Days since 1970 of the change in that year. */
static int64_t day_of(const struct zone_day *d, int year)
{
    int64_t first, day;

    if (d->form == 'J')
        return day_number(year, 1, 1) + d->day - 1 + (is_leap(year) && d->day > 59);
    if (d->form == 'N')
        return day_number(year, 1, 1) + d->day;
    first = day_number(year, d->month, 1);
    day = first + ((d->day - (first + 4)) % 7 + 7) % 7 + 7 * (d->week - 1); /* day 0: a Thursday */
    while (day >= (d->month < 12 ? day_number(year, d->month + 1, 1) : day_number(year + 1, 1, 1)))
        day -= 7;
    return day;
}

static int year_of(int64_t seconds)
{
    /* Outside of what int64 nanoseconds reach nothing is stamped. */
    if (seconds > INT64_MAX / WHEN_NS)
        return 2261;
    return seconds < INT64_MIN / WHEN_NS ? 1678 : civil_from_ns(seconds * WHEN_NS).year;
}

static int32_t rule_offset(const struct zone_rule *rule, int64_t utc)
{
    int year;
    int64_t begin, end;

    if (!rule->changes)
        return rule->standard;
    year = year_of(utc + rule->standard);
    begin = day_of(&rule->begin, year) * DAY + rule->begin.time - rule->standard;
    end = day_of(&rule->end, year) * DAY + rule->end.time - rule->summer;
    if (begin < end)
        return utc >= begin && utc < end ? rule->summer : rule->standard;
    return utc >= end && utc < begin ? rule->standard : rule->summer;
}

/* --- TZif files --------------------------------------------------------------------------- */

struct tzif {
    uint32_t isutcnt, isstdcnt, leapcnt, timecnt, typecnt, charcnt;
};

static uint64_t big_endian(const char *p, size_t n)
{
    uint64_t value = 0;

    for (size_t i = 0; i < n; i++)
        value = value << 8 | (unsigned char)p[i];
    return value;
}

static bool take_head(str *s, struct tzif *ret)
{
    uint32_t *counts[] = { &ret->isutcnt, &ret->isstdcnt, &ret->leapcnt, &ret->timecnt,
        &ret->typecnt, &ret->charcnt };

    if (s->n < 44 || !str_starts(*s, STR("TZif")))
        return false;
    for (size_t i = 0; i < 6; i++) {
        *counts[i] = (uint32_t)big_endian(s->p + 20 + 4 * i, 4);
        if (*counts[i] > MOST_CHANGES)
            return false;
    }
    *s = str_from(*s, 44);
    return ret->typecnt != 0;
}

static size_t body_size(const struct tzif *t, size_t width)
{
    return t->timecnt * (width + 1) + t->typecnt * 6 + t->charcnt + t->leapcnt * (width + 4) +
           t->isstdcnt + t->isutcnt;
}

/* The offset of local time type number i. */
static int32_t type_offset(const char *types, size_t i)
{
    return (int32_t)(uint32_t)big_endian(types + 6 * i, 4);
}

/* One body: the changes; standard time where a type says so is what held before the first. */
static bool read_body(
        struct arena *a, str body, const struct tzif *t, size_t width, struct zone *ret)
{
    const char *times = body.p, *indexes = times + t->timecnt * width;
    const char *types = indexes + t->timecnt;
    struct zone_change *changes = arena_array(a, struct zone_change, t->timecnt + 1);

    for (size_t i = 0; i < t->timecnt; i++) {
        size_t type = (unsigned char)indexes[i];
        uint64_t at = big_endian(times + i * width, width);

        if (type >= t->typecnt)
            return false;
        changes[i].at = width == 8 ? (int64_t)at : (int64_t)(int32_t)(uint32_t)at;
        changes[i].offset = type_offset(types, type);
        if (i != 0 && changes[i].at <= changes[i - 1].at)
            return false;
    }
    *ret = zone_fixed(type_offset(types, 0));
    ret->changes = changes;
    ret->nchanges = t->timecnt;
    if (t->timecnt != 0)
        ret->rule.standard = ret->rule.summer = changes[t->timecnt - 1].offset;
    return true;
}

bool zone_parse_tzif(struct arena *a, str bytes, struct zone *ret)
{
    struct tzif head = { 0 };
    struct zone z, footer;
    size_t size, width = 4;
    bool later = bytes.n > 4 && bytes.p[4] >= '2';

    if (!take_head(&bytes, &head) || body_size(&head, 4) > bytes.n)
        return false;
    if (later) { /* the same again in 64 bits */
        bytes = str_from(bytes, body_size(&head, 4));
        width = 8;
        if (!take_head(&bytes, &head))
            return false;
    }
    size = body_size(&head, width);
    if (size > bytes.n || !read_body(a, bytes, &head, width, &z))
        return false;
    bytes = str_from(bytes, size);
    if (later && str_take_char(&bytes, '\n') && zone_parse_rule(str_cut(&bytes, '\n'), &footer))
        z.rule = footer.rule;
    *ret = z;
    return true;
}

/* --- both ways ---------------------------------------------------------------------------- */

int32_t zone_offset(const struct zone *z, int64_t utc)
{
    size_t from = 0, to = z->nchanges;

    if (z->nchanges == 0)
        return rule_offset(utc < z->older_until ? &z->older : &z->rule, utc);
    if (utc < z->changes[0].at)
        return z->first;
    if (utc >= z->changes[z->nchanges - 1].at)
        return rule_offset(&z->rule, utc);
    while (to - from > 1) {
        size_t middle = from + (to - from) / 2;

        if (z->changes[middle].at <= utc)
            from = middle;
        else
            to = middle;
    }
    return z->changes[from].offset;
}

unsigned zone_utc(const struct zone *z, int64_t local, int64_t ret[static 2])
{
    /* No two changes lie within two days of each other. */
    int32_t before, after;
    unsigned n = 0;

    if (local > INT64_MAX / 2 || local < INT64_MIN / 2)
        local = 0;
    before = zone_offset(z, local - DAY);
    after = zone_offset(z, local + DAY);
    if (zone_offset(z, local - before) == before)
        ret[n++] = local - before;
    if (after != before && zone_offset(z, local - after) == after)
        ret[n++] = local - after;
    if (n == 0)
        ret[0] = local - before;
    return n;
}

bool zone_is_fixed(const struct zone *z)
{
    return z->nchanges == 0 && !z->rule.changes && z->older_until == INT64_MIN;
}

str zone_format(int32_t offset, char buf[static ZONE_TEXT])
{
    int32_t minutes = (offset < 0 ? -offset : offset) / 60;
    int n = snprintf(buf, ZONE_TEXT, "UTC");

    if (minutes != 0)
        n += snprintf(buf + n, ZONE_TEXT - (size_t)n, "%c%d", offset < 0 ? '-' : '+',
                (int)(minutes / 60 % 100));
    if (minutes % 60 != 0)
        n += snprintf(buf + n, ZONE_TEXT - (size_t)n, ":%02d", (int)(minutes % 60));
    return (str){ buf, (size_t)n };
}
