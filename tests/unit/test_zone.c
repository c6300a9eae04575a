/* SPDX-License-Identifier: Apache-2.0 */
/* zone: offsets and changes; the expected side is worked out by calendar and by what the laws say. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "when.h"
#include "zone.h"

static int64_t at(const char *text)
{
    str s = str_z(text);
    struct when w;

    assert_true(when_take_iso(&s, &w));
    return w.ns / WHEN_NS;
}

/* Catches: signs the wrong way round, minutes lost, half a text taken for a whole one. */
static void test_offsets(void **state)
{
    static const struct {
        const char *in;
        bool ok;
        int32_t want;
        const char *text;
    } rows[] = {
        { "Z", true, 0, "UTC" },
        { "utc", true, 0, "UTC" },
        { "+02:00", true, 7200, "UTC+2" },
        { "-0330", true, -12600, "UTC-3:30" },
        { "+5:30", true, 19800, "UTC+5:30" },
        { "UTC-8", true, -28800, "UTC-8" },
        { "GMT+01:00", true, 3600, "UTC+1" },
        { "+16", false, 0, NULL },
        { "+02:60", false, 0, NULL },
        { "02:00", false, 0, NULL },
        { "+02:00x", false, 0, NULL },
        { "", false, 0, NULL },
        { "Europe/Berlin", false, 0, NULL },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        int32_t got = 0;
        char buf[ZONE_TEXT];

        if (zone_parse_offset(str_z(rows[i].in), &got) != rows[i].ok || got != rows[i].want)
            fail_msg("\"%s\": %d", rows[i].in, (int)got);
        if (rows[i].ok && !str_eq(zone_format(got, buf), str_z(rows[i].text)))
            fail_msg("\"%s\": written \"%s\"", rows[i].in, buf);
    }
}

static struct zone rule(const char *text)
{
    struct zone z;

    assert_true(zone_parse_rule(str_z(text), &z));
    return z;
}

/*
 * Central Europe: the clock goes from 02:00 to 03:00 on the last Sunday of March and from 03:00
 * back to 02:00 on the last one of October, both at 01:00 UTC. In 2021 these were 28 March and 31
 * October. Catches: the wrong Sunday, the change at local instead of UTC time, an hour that was
 * there twice or never taken for a plain one.
 */
static void test_summer_time(void **state)
{
    const struct zone z = rule("CET-1CEST,M3.5.0,M10.5.0/3");
    int64_t got[2];

    (void)state;
    assert_int_equal(zone_offset(&z, at("2021-03-28T00:59:59Z")), 3600);
    assert_int_equal(zone_offset(&z, at("2021-03-28T01:00:00Z")), 7200);
    assert_int_equal(zone_offset(&z, at("2021-10-31T00:59:59Z")), 7200);
    assert_int_equal(zone_offset(&z, at("2021-10-31T01:00:00Z")), 3600);

    assert_int_equal(zone_utc(&z, at("2021-07-15T23:44:32"), got), 1);
    assert_int_equal(got[0], at("2021-07-15T21:44:32Z"));
    assert_int_equal(zone_utc(&z, at("2021-12-31T23:59:59"), got), 1);
    assert_int_equal(got[0], at("2021-12-31T22:59:59Z"));
    /* 02:30 was there twice: at 00:30 and at 01:30 UTC. */
    assert_int_equal(zone_utc(&z, at("2021-10-31T02:30:00"), got), 2);
    assert_int_equal(got[0], at("2021-10-31T00:30:00Z"));
    assert_int_equal(got[1], at("2021-10-31T01:30:00Z"));
    /* 02:30 was never there: by the offset of the night before it would have been 01:30 UTC. */
    assert_int_equal(zone_utc(&z, at("2021-03-28T02:30:00"), got), 0);
    assert_int_equal(got[0], at("2021-03-28T01:30:00Z"));
}

/* South of the equator summer time spans the new year; New Zealand: UTC+12, +13 in summer, last
 * Sunday of September to first Sunday of April: in 2022 3 April and 25 September. */
static void test_south(void **state)
{
    const struct zone z = rule("NZST-12NZDT,M9.5.0,M4.1.0/3");

    (void)state;
    assert_int_equal(zone_offset(&z, at("2022-01-01T00:00:00Z")), 13 * 3600);
    assert_int_equal(zone_offset(&z, at("2022-04-02T13:59:59Z")), 13 * 3600);
    assert_int_equal(zone_offset(&z, at("2022-04-02T14:00:00Z")), 12 * 3600);
    assert_int_equal(zone_offset(&z, at("2022-09-24T13:59:59Z")), 12 * 3600);
    assert_int_equal(zone_offset(&z, at("2022-09-24T14:00:00Z")), 13 * 3600);
}

/* Days by number: J60 is 1 March in every year, 59 is it in a plain year and 29 February in a leap
 * year. Catches: 29 February counted where it is not, names in brackets. */
static void test_day_numbers(void **state)
{
    const struct zone j = rule("<+03>-3<+04>,J60/0,J300/0"), n = rule("AAA0BBB,59/0,300/0");

    (void)state;
    assert_int_equal(zone_offset(&j, at("2020-02-29T20:59:59Z")), 3 * 3600);
    assert_int_equal(zone_offset(&j, at("2020-02-29T21:00:00Z")), 4 * 3600);
    assert_int_equal(zone_offset(&j, at("2021-02-28T21:00:00Z")), 4 * 3600);
    assert_int_equal(zone_offset(&n, at("2020-02-29T00:00:00Z")), 3600);
    assert_int_equal(zone_offset(&n, at("2021-02-28T23:59:59Z")), 0);
    assert_int_equal(zone_offset(&n, at("2021-03-01T00:00:00Z")), 3600);
}

static void test_bad_rules(void **state)
{
    static const char *const rows[] = { "", "CE-1", "CET", "CET-1CEST", "CET-1CEST,M3.5.0",
        "CET-1CEST,M13.5.0,M10.5.0", "CET-1CEST,M3.6.0,M10.5.0", "CET-1CEST,M3.5.7,M10.5.0",
        "CET-99", "CET-1 ", "<ab>-1", "CET-1CEST,J0,J2" };
    struct zone z;

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (zone_parse_rule(str_z(rows[i]), &z))
            fail_msg("\"%s\" is taken", rows[i]);
    }
}

static void put(char *to, size_t *n, uint64_t value, size_t width)
{
    for (size_t i = width; i-- > 0;)
        to[(*n)++] = (char)(value >> (8 * i));
}

/* A file with two changes in 64 bits (to +2 h at 1000, to +1 h at 2000) and a rule behind them. */
static size_t make_tzif(char *to, const char *footer)
{
    size_t n = 0;

    for (int pass = 0; pass < 2; pass++) {
        size_t width = pass == 0 ? 4 : 8;

        memcpy(to + n, "TZif2", 5);
        memset(to + n + 5, 0, 15);
        n += 20;
        put(to, &n, 0, 4); /* isutcnt */
        put(to, &n, 0, 4);
        put(to, &n, 0, 4);
        put(to, &n, pass == 0 ? 0 : 2, 4); /* timecnt */
        put(to, &n, 2, 4);                 /* typecnt */
        put(to, &n, 4, 4);                 /* charcnt */
        if (pass == 1) {
            put(to, &n, 1000, width);
            put(to, &n, 2000, width);
            put(to, &n, 1, 1);
            put(to, &n, 0, 1);
        }
        put(to, &n, 3600, 4);
        put(to, &n, 0, 2);
        put(to, &n, 7200, 4);
        put(to, &n, 1 << 8, 2);
        memcpy(to + n, "CET", 4);
        n += 4;
    }
    memcpy(to + n, footer, strlen(footer));
    return n + strlen(footer);
}

/* Catches: the 32-bit half taken, changes and rule mixed up, a cut file read past its end. */
static void test_tzif(void **state)
{
    char file[256];
    size_t n = make_tzif(file, "\nXXX-3\n");
    struct zone z;
    struct arena a;

    (void)state;
    arena_init(&a, 0);
    assert_true(zone_parse_tzif(&a, (str){ file, n }, &z));
    assert_int_equal(zone_offset(&z, 999), 3600);
    assert_int_equal(zone_offset(&z, 1000), 7200);
    assert_int_equal(zone_offset(&z, 1999), 7200);
    assert_int_equal(zone_offset(&z, 2000), 3 * 3600);
    n = make_tzif(file, "\n\n");
    assert_true(zone_parse_tzif(&a, (str){ file, n }, &z));
    assert_int_equal(zone_offset(&z, 1 << 30), 3600);
    for (size_t cut = 0; cut + 2 < n; cut++)
        assert_false(zone_parse_tzif(&a, (str){ file, cut }, &z));
    assert_false(zone_parse_tzif(&a, STR("not a zone file, whatever its length may be"), &z));
    arena_finish(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_offsets),
        cmocka_unit_test(test_summer_time),
        cmocka_unit_test(test_south),
        cmocka_unit_test(test_day_numbers),
        cmocka_unit_test(test_bad_rules),
        cmocka_unit_test(test_tzif),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
