/* SPDX-License-Identifier: Apache-2.0 */
/* What --since, --until and --tz take. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "time_options.h"
#include "when.h"

/* 2024-02-29T00:00:00Z: 19782 days. */
#define DAY_0 (19782ll * 86400 * WHEN_NS)
#define MINUTE (60 * WHEN_NS)
#define HOUR (60 * MINUTE)

static int64_t border(const char *text, bool end, int32_t offset)
{
    const struct zone zone = zone_fixed(offset);
    int64_t ns;

    if (!time_parse_border(str_z(text), end, &zone, &ns))
        fail_msg("'%s' is not taken", text);
    return ns;
}

/* What is not written is zero; a zone that is written is believed, else the one given holds. */
static void test_borders(void **state)
{
    (void)state;
    assert_int_equal(border("2024-02-29", false, 0), DAY_0);
    assert_int_equal(border("2024-02-29", false, 7200), DAY_0 - 2 * HOUR);
    assert_int_equal(border("2024-02-29 06:07", false, 0), DAY_0 + 6 * HOUR + 7 * MINUTE);
    assert_int_equal(border("2024-02-29T06:07", false, 3600), DAY_0 + 5 * HOUR + 7 * MINUTE);
    assert_int_equal(border("2024/02/29 06:07:08.5", false, 0),
            DAY_0 + 6 * HOUR + 7 * MINUTE + 8 * WHEN_NS + WHEN_NS / 2);
    assert_int_equal(border("2024-02-29 06:07+05:30", false, 3600), DAY_0 + 37 * MINUTE);
    assert_int_equal(border("2024-02-29T06:07:00Z", false, 3600), DAY_0 + 6 * HOUR + 7 * MINUTE);
    assert_int_equal(border("2024-02-29 06:07 UTC", false, 3600), DAY_0 + 6 * HOUR + 7 * MINUTE);
}

/* "--until 2024-02-29" has that day in it, "--until 06:07" that minute. Catches: a day cut at 00:00. */
static void test_ends(void **state)
{
    (void)state;
    assert_int_equal(border("2024-02-29", true, 0), DAY_0 + 24 * HOUR - 1);
    assert_int_equal(border("2024-02-29 06:07", true, 0), DAY_0 + 6 * HOUR + 8 * MINUTE - 1);
    assert_int_equal(border("2024-02-29 06:07Z", true, 3600), DAY_0 + 6 * HOUR + 8 * MINUTE - 1);
    assert_int_equal(border("2024-02-29 06:07:08", true, 0),
            DAY_0 + 6 * HOUR + 7 * MINUTE + 9 * WHEN_NS - 1);
    assert_int_equal(border("2024-02-29 00:00:00.25", true, 0), DAY_0 + WHEN_NS / 4);
}

/* Clocks of Central Europe went back on 27 October 2024 at 03:00: 02:30 was at 00:30 and 01:30 UTC. What
 * begins then begins at the first, what ends then at the second. They went forward on 31 March at
 * 02:00, 01:00 UTC: 02:30 is 01:30 UTC by the clock before. */
static void test_summer_time(void **state)
{
    const int64_t october = (20023ll * 86400 + 1800) * WHEN_NS; /* 2024-10-27T00:30:00Z */
    const int64_t march = (19813ll * 86400 + 5400) * WHEN_NS;   /* 2024-03-31T01:30:00Z */
    struct arena a;
    struct zone zone;
    int64_t ns;

    (void)state;
    arena_init(&a, 0);
    assert_true(time_parse_zone(&a, STR("CET-1CEST,M3.5.0,M10.5.0/3"), &zone));
    assert_true(time_parse_border(STR("2024-10-27 02:30:00"), false, &zone, &ns));
    assert_int_equal(ns, october);
    assert_true(time_parse_border(STR("2024-10-27 02:30:00"), true, &zone, &ns));
    assert_int_equal(ns, october + HOUR + WHEN_NS - 1);
    assert_true(time_parse_border(STR("2024-03-31 02:30"), false, &zone, &ns));
    assert_int_equal(ns, march);
    arena_finish(&a);
}

static void test_refused_borders(void **state)
{
    static const char *const texts[] = { "", "2024", "2024-02", "2024-2-9", "2024-02-30",
        "2024-02-29 ", "2024-02-29 6", "2024-02-29 06", "2024-02-29 24:00", "2024-02-29 06:60",
        "2024-02-29 06:07x", "2024-02-29 06:07 PST", "29.02.2024", "yesterday",
        "2024-02-29 06:07:08.123456789 and more than there is room for in any time" };
    const struct zone utc = zone_fixed(0);
    int64_t ns;

    (void)state;
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        if (time_parse_border(str_z(texts[i]), false, &utc, &ns))
            fail_msg("'%s' is taken", texts[i]);
    }
}

/* 1 July 2024 is 1719792000: summer time, where there is one. */
static void want_zone(const char *text, int32_t summer)
{
    struct arena a;
    struct zone zone;

    arena_init(&a, 0);
    if (!time_parse_zone(&a, str_z(text), &zone))
        fail_msg("'%s' is not taken", text);
    assert_int_equal(zone_offset(&zone, 1719792000), summer);
    arena_finish(&a);
}

static void test_zones(void **state)
{
    static const char *const refused[] = { "", "Mars/Phobos", "../../../etc/passwd", "/etc/passwd",
        "Europe", "CST", "+99:00", "." };
    struct arena a;
    struct zone zone;

    (void)state;
    want_zone("UTC", 0);
    want_zone("Z", 0);
    want_zone("+05:30", 19800);
    want_zone("-08:00", -28800);
    want_zone("EST5EDT,M3.2.0,M11.1.0", -14400);
    want_zone("W. Europe Standard Time", 7200);
    arena_init(&a, 0);
    if (time_parse_zone(&a, STR("Europe/Berlin"), &zone)) /* where the machine has zone files */
        assert_int_equal(zone_offset(&zone, 1719792000), 7200);
    for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
        if (time_parse_zone(&a, str_z(refused[i]), &zone))
            fail_msg("'%s' is taken", refused[i]);
    }
    arena_finish(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_borders),
        cmocka_unit_test(test_ends),
        cmocka_unit_test(test_summer_time),
        cmocka_unit_test(test_refused_borders),
        cmocka_unit_test(test_zones),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
