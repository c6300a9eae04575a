/* SPDX-License-Identifier: Apache-2.0 */
/* From local time to UTC: expected values by the calendar and the laws of summer time. */
#include "clock_rig.h"

static const int32_t plus_one = 3600, plus_two = 7200, minus_five = -18000, zero = 0;

static const char berlin[] = "(UTC+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna";

/* Central Europe in 2021: summer time from 28 March to 31 October. 02:30 was there twice on the
 * latter and never on the former. Catches: one offset for the whole year, a doubtful hour taken for a
 * sure one. */
static void test_rule(void **state)
{
    struct rig rig;
    struct fact *summer, *winter, *twice, *never;

    (void)state;
    rig_start(&rig);
    rig_member(&rig, "systeminfo.txt", "VZ1");
    (void)rig_zone(&rig, "zone", NULL, &plus_one, berlin);
    rig_member(&rig, "app.log", "VZ1");
    summer = rig_message(&rig, "2021-07-15T23:44:32", "a");
    winter = rig_message(&rig, "2021-01-01T00:30:00", "b");
    twice = rig_message(&rig, "2021-10-31T02:30:00", "c");
    never = rig_message(&rig, "2021-03-28T02:30:00", "d");
    rig_run(&rig);
    want(summer, "2021-07-15T21:44:32Z", 0);
    want(winter, "2020-12-31T23:30:00Z", 0);
    want(twice, "2021-10-31T00:30:00Z", 3600);
    want(never, "2021-03-28T01:30:00Z", 3600);
    assert_int_equal(rig.c.times->nzones, 1);
    assert_true(str_eq(rig.c.times->zones[0].text, STR("UTC+1, in summer UTC+2")));
    rig_stop(&rig);
}

/* The log itself shows where its clock went back: 02:59:50 and then 02:00:05. What stands before that
 * line was the first 02:30, what stands behind it the second. */
static void test_step(void **state)
{
    struct rig rig;
    struct fact *first, *second;

    (void)state;
    rig_start(&rig);
    rig_member(&rig, "systeminfo.txt", "VZ1");
    (void)rig_zone(&rig, "zone", NULL, &plus_one, berlin);
    rig_member(&rig, "app.log", "VZ1");
    first = rig_message(&rig, "2021-10-31T02:30:00", "a");
    rig_mark(&rig, "step", "2021-10-31T02:00:05", NULL, "2021-10-31T02:59:50", -3585);
    second = rig_message(&rig, "2021-10-31T02:30:00", "b");
    rig_run(&rig);
    want(first, "2021-10-31T00:30:00Z", 0);
    want(second, "2021-10-31T01:30:00Z", 0);
    rig_stop(&rig);
}

/* One offset, seen on 1 July: it holds until clocks may change, in September; behind that the hour is
 * open. Between two sights of one offset it holds if they are not half a year apart. */
static void test_sights(void **state)
{
    struct rig rig;
    struct fact *near, *far, *between;

    (void)state;
    rig_start(&rig);
    rig_member(&rig, "vzctl.log", "n1");
    (void)rig_zone(&rig, "offset", "2021-07-01T00:00:00Z", &plus_two, NULL);
    rig_member(&rig, "app.log", "n1");
    near = rig_message(&rig, "2021-08-20T12:00:00", "a");
    far = rig_message(&rig, "2021-12-20T12:00:00", "b");
    rig_member(&rig, "vzctl.log.1", "n2");
    (void)rig_zone(&rig, "offset", "2021-02-01T00:00:00Z", &plus_one, NULL);
    (void)rig_zone(&rig, "offset", "2021-05-01T00:00:00Z", &plus_one, NULL);
    between = rig_message(&rig, "2021-04-01T12:00:00", "c");
    rig_run(&rig);
    want(near, "2021-08-20T10:00:00Z", 0);
    want(far, "2021-12-20T10:00:00Z", 3600);
    want(between, "2021-04-01T11:00:00Z", 0);
    rig_stop(&rig);
}

/* Record 77 of the binary log and of the text export: 13:00:00 there is 12:00:00 UTC. Catches: only
 * the export's own stamps settled. */
static void test_records(void **state)
{
    struct rig rig;
    struct fact *export, *log;

    (void)state;
    rig_start(&rig);
    rig_member(&rig, "system.evtx", "VZ1");
    (void)rig_event(&rig, "2021-01-15T12:00:00Z", "Srv", 2019, 77);
    rig_member(&rig, "system.txt", "VZ1");
    export = rig_event(&rig, "2021-01-15T13:00:00", "Srv", 2019, 77);
    rig_member(&rig, "backup.log", "VZ1");
    log = rig_message(&rig, "2021-01-15T14:00:00", "a");
    rig_run(&rig);
    want(export, "2021-01-15T12:00:00Z", 0);
    want(log, "2021-01-15T13:00:00Z", 0);
    rig_stop(&rig);
}

/* Events without a record number: one pair is chance, three that agree are not. */
static void test_weak_records(void **state)
{
    static const char *const utc[] = { "2021-01-15T12:00:00Z", "2021-01-16T12:00:00Z",
        "2021-01-17T12:00:00Z" };
    static const char *const local[] = { "2021-01-15T13:00:00", "2021-01-16T13:00:00",
        "2021-01-17T13:00:00" };

    (void)state;
    for (size_t n = 1; n <= 3; n += 2) {
        struct rig rig;
        struct fact *f = NULL;

        rig_start(&rig);
        rig_member(&rig, "system.xml", "VZ1");
        for (size_t i = 0; i < n; i++)
            (void)rig_event(&rig, utc[i], "Srv", 2019, 0);
        rig_member(&rig, "system.csv", "VZ1");
        for (size_t i = 0; i < n; i++)
            f = rig_event(&rig, local[i], "Srv", 2019, 0);
        rig_run(&rig);
        want(f, n == 1 ? "2021-01-15T13:00:00" : "2021-01-17T12:00:00Z", 0);
        rig_stop(&rig);
    }
}

/* systeminfo says Berlin, the stamps of the machine five hours behind UTC: these are believed, and it
 * is said. */
static void test_name_against_stamps(void **state)
{
    struct rig rig;
    struct fact *f;

    (void)state;
    rig_start(&rig);
    rig_member(&rig, "systeminfo.txt", "VZ1");
    (void)rig_zone(&rig, "zone", NULL, &plus_one, berlin);
    rig_member(&rig, "vzctl.log", "VZ1");
    (void)rig_zone(&rig, "offset", "2021-01-10T00:00:00Z", &minus_five, NULL);
    f = rig_message(&rig, "2021-01-10T12:00:00", "a");
    rig_run(&rig);
    want(f, "2021-01-10T17:00:00Z", 0);
    want_note(&rig, "would be UTC+1");
    rig_stop(&rig);
}

/* Two offsets at one time, neither of them zero: nothing is settled, and it is said. A program that
 * writes UTC says nothing against the zone. */
static void test_two_offsets(void **state)
{
    struct rig rig;
    struct fact *torn, *whole;

    (void)state;
    rig_start(&rig);
    rig_member(&rig, "a.log", "n1");
    (void)rig_zone(&rig, "offset", "2021-01-10T00:00:00Z", &plus_one, NULL);
    rig_member(&rig, "b.log", "n1");
    (void)rig_zone(&rig, "offset", "2021-01-10T01:00:00Z", &minus_five, NULL);
    torn = rig_message(&rig, "2021-01-10T12:00:00", "a");
    rig_member(&rig, "c.log", "n2");
    (void)rig_zone(&rig, "offset", "2021-01-10T00:00:00Z", &plus_one, NULL);
    rig_member(&rig, "d.log", "n2");
    (void)rig_zone(&rig, "offset", "2021-01-10T01:00:00Z", &zero, NULL);
    whole = rig_message(&rig, "2021-01-10T12:00:00", "a");
    rig_run(&rig);
    want(torn, "2021-01-10T12:00:00", 0);
    want_note(&rig, "different offsets");
    want(whole, "2021-01-10T11:00:00Z", 0);
    rig_stop(&rig);
}

/* The clock shows CEST when the evidence is taken: summer time of Central Europe, winters included. */
static void test_now(void **state)
{
    struct rig rig;
    struct fact *f;

    (void)state;
    rig_start(&rig);
    rig_member(&rig, "date", "n1");
    (void)rig_zone(&rig, "now", "2021-07-15T23:44:32", NULL, "CEST");
    rig_member(&rig, "app.log", "n1");
    f = rig_message(&rig, "2021-01-10T12:00:00", "a");
    rig_run(&rig);
    want(f, "2021-01-10T11:00:00Z", 0);
    rig_stop(&rig);
}

/* Nothing tells the zone: the time stays local; the zone that the user names is for such times, and
 * not for those of a host whose zone is known. */
static void test_option(void **state)
{
    (void)state;
    for (int given = 0; given < 2; given++) {
        struct rig rig;
        struct fact *open, *known;

        rig_start(&rig);
        rig.options.zoned = given != 0;
        assert_true(zone_parse_rule(STR("EST5EDT,M3.2.0,M11.1.0"), &rig.options.zone));
        rig_member(&rig, "app.log", "n1");
        open = rig_message(&rig, "2021-07-15T12:00:00", "a");
        rig_member(&rig, "vzctl.log", "n2");
        (void)rig_zone(&rig, "offset", "2021-07-15T10:00:00Z", &plus_two, NULL);
        known = rig_message(&rig, "2021-07-15T12:00:00", "a");
        rig_run(&rig);
        want(open, given ? "2021-07-15T16:00:00Z" : "2021-07-15T12:00:00", 0);
        want(known, "2021-07-15T10:00:00Z", 0);
        assert_true(((open->when.settled & WHEN_BY_OPTION) != 0) == (given != 0));
        rig_stop(&rig);
    }
}

/* A boot that a journal times in UTC and a syslog in local time: at 100 s since boot it was 12:00:00
 * UTC; at 200 s 14:01:40 there. The difference is two hours. */
static void test_boots_alike(void **state)
{
    struct rig rig;
    struct fact *f;

    (void)state;
    rig_start(&rig);
    rig_member(&rig, "journal.json", "n1");
    (void)rig_anchor(&rig, "2021-07-15T12:00:00Z", "+100");
    rig_member(&rig, "syslog", "n1");
    (void)rig_anchor(&rig, "2021-07-15T14:01:40", "+200");
    f = rig_message(&rig, "2021-07-15T20:00:00", "a");
    rig_run(&rig);
    want(f, "2021-07-15T18:00:00Z", 0);
    rig_stop(&rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rule),
        cmocka_unit_test(test_step),
        cmocka_unit_test(test_sights),
        cmocka_unit_test(test_records),
        cmocka_unit_test(test_weak_records),
        cmocka_unit_test(test_name_against_stamps),
        cmocka_unit_test(test_two_offsets),
        cmocka_unit_test(test_now),
        cmocka_unit_test(test_option),
        cmocka_unit_test(test_boots_alike),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
