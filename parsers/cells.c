/* SPDX-License-Identifier: Apache-2.0 */
#include "cells.h"

#include "limits.h"

#define NBSP "\xc2\xa0"
#define NARROW_NBSP "\xe2\x80\xaf"

static bool is_high(char c)
{
    return ((unsigned char)c & 0x80) != 0;
}

str cell_trim(str s)
{
    for (;;) {
        str before;

        s = str_trim(s);
        before = s;
        if (s.n != 0 && is_high(s.p[0]))
            (void)(str_take(&s, STR(NBSP)) || str_take(&s, STR(NARROW_NBSP)));
        if (s.n != 0 && is_high(s.p[s.n - 1])) {
            if (str_ends(s, STR(NBSP)))
                s.n -= sizeof(NBSP) - 1;
            else if (str_ends(s, STR(NARROW_NBSP)))
                s.n -= sizeof(NARROW_NBSP) - 1;
        }
        if (s.n == before.n)
            return s;
    }
}

/* A cell that begins with a quote ends at the next single one. */
static str cut_quoted(str *row, char sep)
{
    size_t end = 1;
    str cell;

    while (end < row->n) {
        if (row->p[end] == '"') {
            if (end + 1 < row->n && row->p[end + 1] == '"')
                end++;
            else
                break;
        }
        end++;
    }
    cell = str_slice(*row, 1, end);
    *row = str_from(*row, end < row->n ? end + 1 : end);
    (void)str_cut(row, sep);
    return cell;
}

static str cut_blanks(str *row)
{
    size_t at = 0, end;

    while (at < row->n && !(row->p[at] == '\t' || (row->p[at] == ' ' && at + 1 < row->n &&
                                                          is_blank(row->p[at + 1]))))
        at++;
    end = at;
    while (end < row->n && is_blank(row->p[end]))
        end++;
    str cell = str_slice(*row, 0, at);
    *row = str_from(*row, end);
    return cell;
}

size_t cells_split(str row, char sep, str *cells, size_t max)
{
    size_t n = 0;
    bool more;

    if (sep == ' ' || sep == '|')
        row = str_trim(row);
    if (sep == '|') {
        (void)str_take_char(&row, '|');
        if (str_ends(row, STR("|")))
            row.n--;
    }
    more = row.n != 0;
    while (more && n < max) {
        bool quoted = (sep == ',' || sep == ';') && row.n != 0 && row.p[0] == '"';
        size_t before = row.n;

        if (quoted)
            cells[n] = cut_quoted(&row, sep);
        else
            cells[n] = sep == ' ' ? cut_blanks(&row) : str_cut(&row, sep);
        /* A separator at the very end still begins an empty cell, except between blanks. */
        more = row.n != 0 || (sep != ' ' && !quoted && before > cells[n].n);
        cells[n] = str_trim(cells[n]);
        n++;
    }
    return n;
}

static bool take_mark(str *s, char *ret)
{
    static const struct {
        str mark;
        char is;
    } marks[] = {
        { STR_INIT(","), ',' },
        { STR_INIT("."), '.' },
        { STR_INIT("'"), '\'' },
        { STR_INIT(" "), ' ' },
        { STR_INIT(NBSP), ' ' },
        { STR_INIT(NARROW_NBSP), ' ' },
        { STR_INIT("\xe2\x80\x89"), ' ' },
        { STR_INIT("\xe2\x80\x99"), '\'' },
        { STR_INIT("\xef\xbf\xbd"), ' ' },
    };

    if (s->n == 0 || is_alnum(s->p[0]))
        return false;
    for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
        if (str_take(s, marks[i].mark)) {
            *ret = marks[i].is;
            return true;
        }
    }
    return false;
}

static size_t count_digits(str s)
{
    size_t n = 0;

    while (n < s.n && is_digit(s.p[n]))
        n++;
    return n;
}

struct digits {
    double value;
    char mark;     /* the last one */
    size_t marks;  /* how many */
    size_t behind; /* digits behind the last */
    bool mixed;    /* the last mark differs from those before it */
};

/* Digits with marks between them; a mark without a digit behind it ends the number. */
static bool take_digits(str *s, struct digits *ret)
{
    struct digits d = { 0 };
    str rest = *s;

    if (count_digits(rest) == 0)
        return false;
    for (;;) {
        size_t n = count_digits(rest);
        str next;
        char mark;

        for (size_t i = 0; i < n; i++)
            d.value = d.value * 10 + (rest.p[i] - '0');
        d.behind = n;
        rest = str_from(rest, n);
        next = rest;
        if (!take_mark(&next, &mark) || count_digits(next) == 0)
            break;
        /* A blank groups only in threes: "12 345", not two columns. */
        if (mark == ' ' && count_digits(next) != 3)
            break;
        d.mixed = d.marks != 0 && mark != d.mark;
        d.mark = mark;
        d.marks++;
        rest = next;
    }
    *s = rest;
    *ret = d;
    return true;
}

bool cell_take_number(str *s, double *ret)
{
    struct digits d;
    str rest = cell_trim(*s);
    bool minus = str_take_char(&rest, '-') || str_take(&rest, STR("\xe2\x88\x92"));

    if (!minus)
        (void)str_take_char(&rest, '+');
    if (!take_digits(&rest, &d))
        return false;
    if ((d.mark == ',' || d.mark == '.') &&
            (d.mixed || (d.marks == 1 && (d.behind != 3 || d.value < 1000)))) {
        for (size_t i = 0; i < d.behind; i++)
            d.value /= 10;
    }
    *s = rest;
    *ret = minus ? -d.value : d.value;
    return true;
}

uint64_t cell_unit(str s)
{
    static const struct {
        str first;
        uint64_t bytes;
    } units[] = {
        { STR_INIT("k"), KIB }, { STR_INIT("K"), KIB }, { STR_INIT("\xd0\x9a"), KIB }, /* К */
        { STR_INIT("\xd0\xba"), KIB },                                                 /* к */
        { STR_INIT("m"), MIB }, { STR_INIT("M"), MIB }, { STR_INIT("\xd0\x9c"), MIB }, /* М */
        { STR_INIT("\xd0\xbc"), MIB }, { STR_INIT("g"), GIB }, { STR_INIT("G"), GIB },
        { STR_INIT("\xd0\x93"), GIB }, /* Г */
        { STR_INIT("\xd0\xb3"), GIB }, { STR_INIT("t"), 1024 * GIB }, { STR_INIT("T"), 1024 * GIB },
        { STR_INIT("\xd0\xa2"), 1024 * GIB }, /* Т */
    };
    static const str seconds[] = { STR_INIT(""), STR_INIT("b"), STR_INIT("ib"), STR_INIT("o"),
        STR_INIT("io"), STR_INIT("\xd0\x91"), STR_INIT("\xd0\xb1"), STR_INIT("bytes") };

    s = cell_trim(s);
    if (str_eq_nocase(s, STR("b")) || str_eq_nocase(s, STR("bytes")) || str_eq(s, STR("\xd0\x91")))
        return 1;
    for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
        str rest = s;

        if (!str_take(&rest, units[i].first))
            continue;
        for (size_t k = 0; k < sizeof(seconds) / sizeof(seconds[0]); k++) {
            if (str_eq_nocase(rest, seconds[k]))
                return units[i].bytes;
        }
    }
    return 0;
}

/* Letters that no code page brought through. */
static bool unreadable(str s)
{
    while (str_take(&s, STR("\xef\xbf\xbd")) || str_take_char(&s, '?'))
        ;
    return s.n == 0;
}

bool cell_size(str s, uint64_t unit, uint64_t *ret)
{
    double number;
    uint64_t named;

    s = cell_trim(s);
    if (!cell_take_number(&s, &number) || number < 0)
        return false;
    s = cell_trim(s);
    if (!unreadable(s)) {
        named = cell_unit(s);
        if (named == 0)
            return false;
        unit = named;
    }
    number *= (double)unit;
    if (number > 9e18)
        return false;
    *ret = (uint64_t)(number + 0.5);
    return true;
}

str cell_key(str s, char *buf, size_t size)
{
    static const str marks = STR_INIT(" \t()-.:#'*_/,");
    size_t n = 0;

    while (s.n != 0 && n < size) {
        if (str_take(&s, STR("\xc2\xa0")) || str_take(&s, STR("\xe2\x80\x99")) ||
                str_take(&s, STR("\xef\xbc\x88")) || str_take(&s, STR("\xef\xbc\x89")) ||
                str_take(&s, STR("\xe3\x80\x80")))
            continue;
        if (str_find_char(marks, s.p[0]) == STR_NONE)
            buf[n++] = to_lower(s.p[0]);
        s = str_from(s, 1);
    }
    return (str){ buf, n };
}

static bool take_int(str *s, size_t most, int *ret)
{
    size_t n = count_digits(*s);
    int value = 0;

    if (n == 0 || n > most)
        return false;
    for (size_t i = 0; i < n; i++)
        value = value * 10 + (s->p[i] - '0');
    *s = str_from(*s, n);
    *ret = value;
    return true;
}

enum half { HALF_NONE, HALF_AM, HALF_PM };

static enum half take_half(str *s)
{
    static const struct {
        str word;
        enum half is;
    } words[] = {
        { STR_INIT("am"), HALF_AM },
        { STR_INIT("pm"), HALF_PM },
        { STR_INIT("a.m."), HALF_AM },
        { STR_INIT("p.m."), HALF_PM },
        { STR_INIT("a. m."), HALF_AM },
        { STR_INIT("p. m."), HALF_PM },
        { STR_INIT("\xe4\xb8\x8a\xe5\x8d\x88"), HALF_AM }, /* zh */
        { STR_INIT("\xe4\xb8\x8b\xe5\x8d\x88"), HALF_PM },
        { STR_INIT("\xe5\x8d\x88\xe5\x89\x8d"), HALF_AM }, /* ja */
        { STR_INIT("\xe5\x8d\x88\xe5\xbe\x8c"), HALF_PM },
        { STR_INIT("\xec\x98\xa4\xec\xa0\x84"), HALF_AM }, /* ko */
        { STR_INIT("\xec\x98\xa4\xed\x9b\x84"), HALF_PM },
    };
    str rest = *s;

    while (str_take_char(&rest, ' ') || str_take(&rest, STR(NBSP)) ||
            str_take(&rest, STR(NARROW_NBSP)))
        ;
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (str_take_nocase(&rest, words[i].word)) {
            *s = rest;
            return words[i].is;
        }
    }
    return HALF_NONE;
}

static void take_fraction(str *s, struct civil *c)
{
    str rest = *s;
    size_t n;
    int32_t unit = 100000000;

    if (!str_take_char(&rest, '.') && !str_take_char(&rest, ','))
        return;
    n = count_digits(rest);
    if (n == 0 || n > 9)
        return;
    for (size_t i = 0; i < n; i++, unit /= 10)
        c->ns += (rest.p[i] - '0') * unit;
    *s = str_from(rest, n);
}

/* "2:10:33 PM", "14:10", "14.10.33"; *ret_half says whether a half of the day was named. */
static bool take_clock(str *s, struct civil *c, enum half *ret_half)
{
    str rest = *s;
    enum half half = take_half(&rest);

    str_skip_blanks(&rest);
    if (!take_int(&rest, 2, &c->hour) || rest.n == 0 || (rest.p[0] != ':' && rest.p[0] != '.'))
        return false;
    rest = str_from(rest, 1);
    if (!take_int(&rest, 2, &c->minute))
        return false;
    if (str_take_char(&rest, ':') || str_take_char(&rest, '.')) {
        if (!take_int(&rest, 2, &c->second))
            return false;
        take_fraction(&rest, c);
    }
    if (half == HALF_NONE)
        half = take_half(&rest);
    if (half != HALF_NONE && c->hour > 12)
        half = HALF_NONE;
    if (half == HALF_PM && c->hour < 12)
        c->hour += 12;
    else if (half == HALF_AM && c->hour == 12)
        c->hour = 0;
    *ret_half = half;
    *s = rest;
    return true;
}

/* Between date and time. */
static void skip_joint(str *s)
{
    (void)(str_take_char(s, ',') || str_take_char(s, 'T') || str_take_char(s, '-'));
    while (str_take_char(s, ' ') || str_take(s, STR(NBSP)) || str_take(s, STR(NARROW_NBSP)))
        ;
}

static bool is_date_sep(char c)
{
    return c == '/' || c == '.' || c == '-';
}

bool date_take_local(str *s, enum date_order order, struct when *ret, bool *ret_guessed)
{
    struct civil c = { 0 };
    str rest = *s;
    int part[3];
    enum half half;
    char sep;
    bool slash, guessed = false;

    if (when_take_iso(s, ret)) {
        *ret_guessed = false;
        return true;
    }
    if (!take_int(&rest, 4, &part[0]) || rest.n == 0 || !is_date_sep(rest.p[0]))
        return false;
    sep = rest.p[0];
    slash = sep == '/';
    if (!str_take_char(&rest, sep) || !take_int(&rest, 2, &part[1]) || !str_take_char(&rest, sep) ||
            !take_int(&rest, 4, &part[2]))
        return false;
    skip_joint(&rest);
    if (!take_clock(&rest, &c, &half))
        return false;
    if (part[0] > 31) {
        c.year = part[0], c.month = part[1], c.day = part[2];
    } else {
        bool month_first = order == DATE_MDY;

        if (part[0] > 12 || part[1] > 12) {
            month_first = part[1] > 12;
        } else if (order == DATE_UNKNOWN && part[0] != part[1]) {
            /* Full stops and dashes stand in day-first dates; AM and PM mostly in American ones. */
            if (slash && half == HALF_NONE)
                return false;
            month_first = slash;
            guessed = slash;
        }
        c.year = part[2] < 100 ? 2000 + part[2] : part[2];
        c.month = part[month_first ? 0 : 1];
        c.day = part[month_first ? 1 : 0];
    }
    if (!civil_to_ns(&c, &ret->ns))
        return false;
    ret->basis = WHEN_LOCAL;
    ret->boot = 0;
    *ret_guessed = guessed;
    *s = rest;
    return true;
}

static bool take_digits_of(str *s, size_t n, int *ret)
{
    str head = str_slice(*s, 0, n);

    if (head.n != n || !take_int(&head, n, ret) || head.n != 0)
        return false;
    *s = str_from(*s, n);
    return true;
}

static void skip_one(str *s, str any)
{
    if (s->n != 0 && str_find_char(any, s->p[0]) != STR_NONE)
        *s = str_from(*s, 1);
}

static bool take_name_date(str s, struct when *ret)
{
    struct civil c = { 0 };

    if (!take_digits_of(&s, 4, &c.year) || c.year < 1990 || c.year > 2100)
        return false;
    skip_one(&s, STR("-_."));
    if (!take_digits_of(&s, 2, &c.month))
        return false;
    skip_one(&s, STR("-_."));
    if (!take_digits_of(&s, 2, &c.day))
        return false;
    skip_one(&s, STR("-_.T "));
    if (!take_digits_of(&s, 2, &c.hour))
        return false;
    skip_one(&s, STR("-_.h"));
    if (!take_digits_of(&s, 2, &c.minute))
        return false;
    skip_one(&s, STR("-_."));
    if (!take_digits_of(&s, 2, &c.second))
        c.second = 0;
    if (s.n != 0 && is_digit(s.p[0]))
        return false;
    if (!civil_to_ns(&c, &ret->ns))
        return false;
    ret->basis = WHEN_LOCAL;
    ret->boot = 0;
    return true;
}

bool date_in_name(str name, struct when *ret)
{
    for (size_t i = 0; i < name.n; i++) {
        if (is_digit(name.p[i]) && (i == 0 || !is_digit(name.p[i - 1])) &&
                take_name_date(str_from(name, i), ret))
            return true;
    }
    return false;
}
