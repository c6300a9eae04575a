/* SPDX-License-Identifier: Apache-2.0 */
/* when: stamps in, canonical text out. The expected side is worked out by calendar, not by the program. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "when.h"

/* Catches: zones applied with the wrong sign, fractions of odd length, local taken for UTC, bad dates let in. */
static void test_iso(void **state)
{
    static const struct {
        const char *in, *want, *rest;
    } rows[] = {
        { "2009-02-13T23:31:30Z", "2009-02-13T23:31:30Z", "" },
        { "2009-02-13T23:31:30,123456+00:00 x", "2009-02-13T23:31:30.123456Z", " x" },
        { "2012-06-14T03:12:41+0400 vzctl", "2012-06-13T23:12:41Z", " vzctl" },
        { "2018-08-16T22:04:16:829-03:00 2876", "2018-08-17T01:04:16.829Z", " 2876" },
        { "2023-06-22 21:55:31.778747]", "2023-06-22T21:55:31.778747", "]" },
        { "2020/02/29 00:00:00", "2020-02-29T00:00:00", "" },
        { "2023-12-27T11:17:15.5785479Z", "2023-12-27T11:17:15.5785479Z", "" },
        { "2019-02-29T00:00:00Z", NULL, NULL },
        { "2019-13-01T00:00:00Z", NULL, NULL },
        { "2019-01-01 24:00:00", NULL, NULL },
        { "19-01-01 00:00:00", NULL, NULL },
        { "2019-01/01 00:00:00", NULL, NULL },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        str s = str_z(rows[i].in);
        struct when w = { 0 };
        char buf[WHEN_TEXT];
        bool ok = when_take_iso(&s, &w);
        str got = when_format(w, buf);

        if (ok != (rows[i].want != NULL))
            fail_msg("\"%s\": taken %d", rows[i].in, ok);
        if (ok && (!str_eq(got, str_z(rows[i].want)) || !str_eq(s, str_z(rows[i].rest))))
            fail_msg("\"%s\": got \"%.*s\" and \"%.*s\"", rows[i].in, STR_ARG(got), STR_ARG(s));
        if (!ok && s.p != rows[i].in)
            fail_msg("\"%s\": eaten although refused", rows[i].in);
    }
}

/* With '-' in the date the usual form is taken by eight bytes at a time, with '/' piece by piece: what else is
 * in the text, the two must agree. Catches: a byte beside the digits taken for one, a part at the wrong place. */
static void test_twins(void **state)
{
    static const char bytes[] = "0123456789/:;.,-+TtZ \x1f\xb0@";
    unsigned seed = 1, taken = 0;

    (void)state;
    for (int round = 0; round < 200000; round++) {
        char text[2][40] = { "2024-02-29T10:59:00.1234567Z rest" };
        struct when w[2] = { { 0 } };
        size_t n = 0;
        str s[2];

        for (unsigned k = 0; k < 6; k++) {
            seed = seed * 1664525u + 1013904223u;
            if (k == 0)
                n = 18 + (seed >> 16) % 15;
            else if ((seed >> 28) < 8)
                text[0][(seed >> 8) % 32] = bytes[(seed >> 16) % (k < 5 ? 10 : sizeof(bytes) - 1)];
        }
        text[0][4] = text[0][7] = '-';
        memcpy(text[1], text[0], sizeof(text[0]));
        text[1][4] = text[1][7] = '/';
        for (unsigned i = 0; i < 2; i++) {
            s[i] = (str){ text[i], n };
            taken += when_take_iso(&s[i], &w[i]);
        }
        if (s[0].n != s[1].n || when_cmp(w[0], w[1]) != 0)
            fail_msg("\"%.*s\"", (int)n, text[0]);
    }
    assert_true(taken > 20000);
}

/* Any number of digits, any byte behind them, near the end of the text and far from it. Catches: digits that are
 * counted or weighed wrongly, a byte behind them taken for one. */
static void test_fractions(void **state)
{
    enum { FRONT = 20, DIGITS = 12 };
    unsigned seed = 1;

    (void)state;
    for (unsigned round = 0; round < 50000; round++) {
        char text[64] = "2024-02-29T10:59:00.";
        size_t n = 1 + round % DIGITS, behind = round / DIGITS % 9;
        int64_t want = 0, unit = 100000000;
        struct when w = { 0 };
        str s;

        for (size_t i = 0; i < FRONT + sizeof("behind it"); i++) {
            seed = seed * 1664525u + 1013904223u;
            text[FRONT + i] = i < n ? (char)('0' + (seed >> 16) % 10) : (char)(seed >> 24);
        }
        while (is_digit(text[FRONT + n]) || strchr("Z+-", text[FRONT + n]) != NULL)
            text[FRONT + n]++;
        for (size_t i = 0; i < n && unit != 0; i++, unit /= 10)
            want += (text[FRONT + i] - '0') * unit;
        s = (str){ text, FRONT + n + behind };
        assert_true(when_take_iso(&s, &w));
        assert_int_equal(s.n, behind);
        assert_int_equal((w.ns % WHEN_NS), want);
    }
}

static void test_syslog(void **state)
{
    str s = STR("Jul  5 23:44:32 host kernel: x");
    struct when w;
    char buf[WHEN_TEXT];

    (void)state;
    assert_true(when_take_syslog(&s, &w));
    assert_int_equal(w.basis, WHEN_YEARLESS);
    assert_true(str_eq(when_format(w, buf), STR("07-05T23:44:32")));
    s = STR("Feb 29 00:00:00");
    assert_true(when_take_syslog(&s, &w)); /* the year is not known: it may be a leap year */
    s = STR("Feb 30 00:00:00");
    assert_false(when_take_syslog(&s, &w));
    s = STR("Juli 5 23:44:32");
    assert_false(when_take_syslog(&s, &w));
}

/* Every month in either case, and each with any other byte in any of its places. Catches a month taken for
 * another, a byte beside the letters that loses its case bit. */
static void test_months(void **state)
{
    static const char *const names[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug",
        "Sep", "Oct", "Nov", "Dec" };

    (void)state;
    for (int m = 0; m < 12; m++) {
        for (size_t at = 0; at < 3; at++) {
            for (int byte = 0; byte < 256; byte++) {
                char name[3] = { names[m][0], names[m][1], names[m][2] };
                int want = 0;

                name[at] = (char)byte;
                for (int k = 0; k < 12; k++) {
                    if (str_eq_nocase((str){ name, 3 }, str_z(names[k])))
                        want = k + 1;
                }
                assert_int_equal(when_month((str){ name, 3 }), want);
            }
        }
        assert_int_equal(when_month((str){ names[m], 2 }), 0);
    }
    assert_int_equal(when_month(STR("JANUARY")), 1);
    assert_int_equal(when_month(STR("juli")), 7);
    assert_int_equal(when_month(STR("")), 0);
}

/* Catches: era arithmetic that is off at century and leap borders, and before 1970. */
static void test_calendar(void **state)
{
    static const struct {
        struct civil c;
        int64_t seconds;
    } rows[] = {
        { { 1970, 1, 1, 0, 0, 0, 0 }, 0 },
        { { 1969, 12, 31, 23, 59, 59, 0 }, -1 },
        { { 2000, 2, 29, 12, 0, 0, 0 }, 951825600 },
        { { 2000, 3, 1, 0, 0, 0, 0 }, 951868800 },
        { { 2100, 3, 1, 0, 0, 0, 0 }, 4107542400 },
        { { 2009, 2, 13, 23, 31, 30, 0 }, 1234567890 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct civil back;
        int64_t ns;

        assert_true(civil_to_ns(&rows[i].c, &ns));
        assert_true(ns == rows[i].seconds * WHEN_NS);
        back = civil_from_ns(ns);
        assert_int_equal(back.year, rows[i].c.year);
        assert_int_equal(back.month, rows[i].c.month);
        assert_int_equal(back.day, rows[i].c.day);
        assert_int_equal(back.second, rows[i].c.second);
    }
    assert_false(civil_to_ns(&(struct civil){ 2100, 2, 29, 0, 0, 0, 0 }, &(int64_t){ 0 }));
}

/* Counts of other systems: 0 is no time, and what 64 bits of nanoseconds do not hold is none. */
static void test_counts(void **state)
{
    char buf[WHEN_TEXT];

    (void)state;
    assert_int_equal(when_unix(0).basis, WHEN_NONE);
    assert_true(str_eq(when_format(when_unix(UINT32_MAX), buf), STR("2106-02-07T06:28:15Z")));
    assert_int_equal(when_filetime(0).basis, WHEN_NONE);
    assert_true(str_eq(
            when_format(when_filetime(116444736000000000), buf), STR("1970-01-01T00:00:00Z")));
    assert_true(str_eq(when_format(when_filetime(116444735999999999), buf),
            STR("1969-12-31T23:59:59.9999999Z")));
    assert_int_equal(when_filetime(1).basis, WHEN_NONE); /* 1601 */
    assert_int_equal(when_filetime(UINT64_MAX).basis, WHEN_NONE);
    assert_int_equal(when_filetime(INT64_MAX).basis, WHEN_NONE);
}

static void test_order(void **state)
{
    struct when utc = when_utc(5), mono = when_monotonic(5, 0), later = when_monotonic(1, 1);
    char buf[WHEN_TEXT];

    (void)state;
    assert_false(when_comparable(utc, mono));
    assert_false(when_comparable(mono, later));
    assert_true(when_comparable(mono, when_monotonic(9, 0)));
    assert_true(when_cmp(mono, later) < 0);
    assert_false(when_comparable((struct when){ 0 }, (struct when){ 0 }));
    assert_true(str_eq(when_format(when_monotonic(12345678000, 0), buf), STR("+12.345678s")));
}

/* Catches: doubt forgotten, doubt of one clock counted twice, an overflow of far instants. */
static void test_apart(void **state)
{
    const struct when noon = { .ns = 100 * WHEN_NS, .basis = WHEN_UTC };
    const struct when about = {
        .ns = 110 * WHEN_NS, .basis = WHEN_UTC, .boot = 1, .settled = WHEN_BY_BOOT, .doubt = 4
    };
    struct when same = about;
    int64_t least, most;

    (void)state;
    when_apart(noon, about, &least, &most);
    assert_true(least == 6 * WHEN_NS && most == 14 * WHEN_NS);
    when_apart(about, noon, &least, &most);
    assert_true(least == 6 * WHEN_NS && most == 14 * WHEN_NS);
    same.ns += WHEN_NS; /* off by the same: one second apart for sure */
    when_apart(about, same, &least, &most);
    assert_true(least == WHEN_NS && most == WHEN_NS);
    same.boot = 2; /* another clock: 1 s apart, each off by up to 4 */
    when_apart(about, same, &least, &most);
    assert_true(least == 0 && most == 9 * WHEN_NS);
    when_apart(when_utc(INT64_MIN), when_utc(INT64_MAX), &least, &most);
    assert_true(least == INT64_MAX && most == INT64_MAX);
}

/* Catches: a span that an unknown time moves, or that only grows at one end. */
static void test_stretch(void **state)
{
    const struct when at[] = { { .basis = WHEN_UTC, .ns = 5 }, { .basis = WHEN_NONE },
        { .basis = WHEN_UTC, .ns = 9 }, { .basis = WHEN_UTC, .ns = 2 },
        { .basis = WHEN_UTC, .ns = 7 } };
    struct when first = { 0 }, last = { 0 };

    (void)state;
    for (size_t i = 0; i < sizeof(at) / sizeof(at[0]); i++)
        when_stretch(&first, &last, at[i]);
    assert_int_equal(first.ns, 2);
    assert_int_equal(last.ns, 9);
    assert_true(first.basis == WHEN_UTC && last.basis == WHEN_UTC);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_apart),
        cmocka_unit_test(test_iso),
        cmocka_unit_test(test_fractions),
        cmocka_unit_test(test_stretch),
        cmocka_unit_test(test_twins),
        cmocka_unit_test(test_syslog),
        cmocka_unit_test(test_months),
        cmocka_unit_test(test_calendar),
        cmocka_unit_test(test_counts),
        cmocka_unit_test(test_order),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
