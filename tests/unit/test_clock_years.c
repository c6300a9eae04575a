/* SPDX-License-Identifier: Apache-2.0 */
/* The year of stamps that have none, by calendar. */
#include "clock_rig.h"

/* The span of the member's stamps, as the parser tells it at the end. */
static void put_years(struct rig *rig, const char *first, const char *last)
{
    rig_mark(rig, "years", first, NULL, last, NAN);
}

/* Catches: the year of the file's time given to stamps before New Year, the turn missed. The file was
 * last written on 3 January 2022. */
static void test_year_change(void **state)
{
    struct rig rig;
    struct fact *before, *after;

    (void)state;
    rig_start(&rig);
    rig_member(&rig, "a.tar!messages", "n1");
    before = rig_message(&rig, "12-31T23:59:59", "a");
    after = rig_message(&rig, "01-01T00:00:01/1", "b");
    put_years(&rig, "12-30T00:00:00", "01-03T10:00:00/1");
    rig.sources[0].mtime = 1641204000; /* 2022-01-03 10:00 UTC */
    rig_run(&rig);
    want(before, "2021-12-31T23:59:59", 0);
    want(after, "2022-01-01T00:00:01", 0);
    assert_true((after->when.settled & WHEN_BY_YEAR) != 0);
    rig_stop(&rig);
}

/* Two turns; the newest stamp is later in the year than the file's date: of the year before. */
static void test_file_name(void **state)
{
    struct rig rig;
    struct fact *first, *last;

    (void)state;
    rig_start(&rig);
    rig_member(&rig, "sos-2024-05-01/var/log/messages-20210718", "n1");
    first = rig_message(&rig, "06-01T00:00:00", "a");
    last = rig_message(&rig, "12-24T00:00:00/2", "b");
    put_years(&rig, "06-01T00:00:00", "12-24T00:00:00/2");
    rig_run(&rig);
    want(last, "2020-12-24T00:00:00", 0);
    want(first, "2018-06-01T00:00:00", 0);
    rig_stop(&rig);
}

/* Catches: 29 February in a plain year. By the file's time it would be 2023; 2020 is the leap year
 * before. */
static void test_leap_day(void **state)
{
    struct rig rig;
    struct fact *leap;

    (void)state;
    rig_start(&rig);
    rig_member(&rig, "a.tar!messages", "n1");
    rig_mark(&rig, "leap-day", "02-29T12:00:00", NULL, NULL, NAN);
    leap = rig_message(&rig, "02-29T12:00:00", "a");
    put_years(&rig, "02-28T00:00:00", "03-01T00:00:00");
    rig.sources[0].mtime = 1680000000; /* 2023-03-28 */
    rig_run(&rig);
    want(leap, "2020-02-29T12:00:00", 0);
    rig_stop(&rig);
}

/* The same OOM kill, with process ids, in a journal: that settles the year whatever the file says. */
static void test_twin(void **state)
{
    const struct value oom[KERNEL_OOM_NFIELDS] = {
        [KERNEL_OOM_VICTIM] = value_z("java"),
        [KERNEL_OOM_VICTIM_PID] = value_int(4711),
    };
    struct rig rig;
    struct fact *f;

    (void)state;
    rig_start(&rig);
    rig_member(&rig, "journal.json", "n1");
    (void)rig_put(&rig, &kind_KERNEL_OOM, "2021-07-15T21:44:32Z", oom);
    rig_member(&rig, "messages", "n1");
    f = rig_put(&rig, &kind_KERNEL_OOM, "07-15T23:44:32", oom);
    put_years(&rig, "07-15T23:44:32", "07-15T23:44:32");
    rig_run(&rig);
    /* And the zone: two hours ahead of UTC. */
    want(f, "2021-07-15T21:44:32Z", 0);
    rig_stop(&rig);
}

/* messages.1 was put away when messages began: its Nov comes before the Dec of 2021. */
static void test_rotation(void **state)
{
    struct rig rig;
    struct fact *old;

    (void)state;
    rig_start(&rig);
    rig_member(&rig, "log/messages", "n1");
    put_years(&rig, "12-05T00:00:00", "01-03T10:00:00/1");
    rig.sources[0].mtime = 1641204000;
    rig_member(&rig, "log/messages.1", "n1");
    old = rig_message(&rig, "11-30T00:00:00", "a");
    put_years(&rig, "11-01T00:00:00", "12-04T23:00:00");
    rig_run(&rig);
    want(old, "2021-11-30T00:00:00", 0);
    rig_stop(&rig);
}

/* Catches: a year where nothing tells one. */
static void test_nothing_tells(void **state)
{
    struct rig rig;
    struct fact *f;

    (void)state;
    rig_start(&rig);
    rig_member(&rig, "messages", "n1");
    f = rig_message(&rig, "11-30T00:00:00", "a");
    put_years(&rig, "11-01T00:00:00", "12-04T23:00:00");
    rig_run(&rig);
    want(f, "11-30T00:00:00", 0);
    assert_int_equal(f->when.settled, 0);
    rig_stop(&rig);
}

/* The date in the evidence lies before what a record in another file says: told, not hidden. */
static void test_contradiction(void **state)
{
    const struct value oom[KERNEL_OOM_NFIELDS] = { [KERNEL_OOM_VICTIM_PID] = value_int(4711) };
    struct rig rig;

    (void)state;
    rig_start(&rig);
    rig_member(&rig, "journal.json", "n1");
    (void)rig_put(&rig, &kind_KERNEL_OOM, "2021-07-15T21:44:32Z", oom);
    rig_member(&rig, "messages-20190801", "n1");
    (void)rig_put(&rig, &kind_KERNEL_OOM, "07-15T23:44:32", oom);
    put_years(&rig, "07-15T23:44:32", "07-15T23:44:32");
    rig_run(&rig);
    want_note(&rig, "says 2021");
    want_note(&rig, "says 2019");
    rig_stop(&rig);
}

/* Newest first: the first stamp is of 2022, the one behind the turn of 2021. */
static void test_backwards(void **state)
{
    struct rig rig;
    struct fact *f;

    (void)state;
    rig_start(&rig);
    rig_member(&rig, "log-20220110", "n1");
    f = rig_message(&rig, "12-31T00:00:00/1", "a");
    rig_mark(&rig, "years-backwards", "01-03T10:00:00", NULL, "12-30T00:00:00/1", NAN);
    rig_run(&rig);
    want(f, "2021-12-31T00:00:00", 0);
    rig_stop(&rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_year_change),
        cmocka_unit_test(test_file_name),
        cmocka_unit_test(test_leap_day),
        cmocka_unit_test(test_twin),
        cmocka_unit_test(test_rotation),
        cmocka_unit_test(test_nothing_tells),
        cmocka_unit_test(test_contradiction),
        cmocka_unit_test(test_backwards),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
