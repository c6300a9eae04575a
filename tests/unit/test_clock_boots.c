/* SPDX-License-Identifier: Apache-2.0 */
/* Time since boot to wall time, and what lies before the last boot. */
#include "clock_rig.h"

/* syslogd starts 12 s after the kernel and stamps what it finds then; from 20 s on lines are in time.
 * The boot was at 12:00:00: 100 s is 12:01:40. Catches: the first line taken for the truth. */
static void test_delay(void **state)
{
    struct rig rig;
    struct fact *f, *g;

    (void)state;
    rig_start(&rig);
    rig_member(&rig, "syslog", "n1");
    (void)rig_anchor(&rig, "2021-07-15T12:00:12Z", "+0");
    (void)rig_anchor(&rig, "2021-07-15T12:00:12Z", "+8");
    (void)rig_anchor(&rig, "2021-07-15T12:00:20Z", "+20");
    (void)rig_message(&rig, "2021-07-15T12:01:40Z", "at one hundred seconds");
    rig_member(&rig, "dmesg", "n1");
    rig_mark(&rig, "boot", "+0", "+0", NULL, NAN);
    f = rig_message(&rig, "+100", "at one hundred seconds");
    g = rig_message(&rig, "+30", "another one");
    (void)rig_message(&rig, "+40", "nothing");
    rig_run(&rig);
    (void)g;
    /* One weak message in common proves nothing; see test_messages. */
    want(f, "+100s", 0);
    rig_stop(&rig);
}

/* Three messages in common, 3000 s apart by either clock: the capture is of that boot. */
static void test_messages(void **state)
{
    struct rig rig;
    struct fact *f;

    (void)state;
    rig_start(&rig);
    rig_member(&rig, "syslog", "n1");
    (void)rig_message(&rig, "2021-07-15T12:01:40Z", "one");
    (void)rig_message(&rig, "2021-07-15T12:51:40Z", "two");
    (void)rig_message(&rig, "2021-07-15T13:41:41Z", "three");
    rig_member(&rig, "dmesg", "n1");
    (void)rig_message(&rig, "+100.2", "one");
    (void)rig_message(&rig, "+3100.3", "two");
    (void)rig_message(&rig, "+6100.9", "three");
    f = rig_message(&rig, "+50.2", "only here");
    rig_run(&rig);
    /* The differences are 11:59:59.8, 11:59:59.7 and 12:00:00.1: delays only add, so the least is
     * nearest, and 50.2 s behind it is 12:00:49.9. Three seconds of doubt for the delay. */
    want(f, "2021-07-15T12:00:49.9Z", 3);
    rig_stop(&rig);
}

/* The same microsecond in two captures: one boot, so the anchor of one is good for the other. */
static void test_two_captures(void **state)
{
    struct rig rig;
    struct fact *f;

    (void)state;
    rig_start(&rig);
    rig_member(&rig, "console.log", "n1");
    (void)rig_anchor(&rig, "2021-07-15T12:01:40Z", "+100");
    (void)rig_message(&rig, "+200.000123", "in both");
    rig_member(&rig, "dmesg", "n1");
    (void)rig_message(&rig, "+200.000123", "in both");
    f = rig_message(&rig, "+300", "only here");
    rig_run(&rig);
    want(f, "2021-07-15T12:05:00Z", 1);
    rig_stop(&rig);
}

/*
 * 12:01:40 at 100 s; at 200 s it slept for an hour: 250 s is 13:04:10. At 300 s it sleeps again and
 * nobody says how long: 350 s is open, until an anchor behind it: 13:30:00 at 400 s, so 360 s is
 * 13:29:20. Catches: a sleep forgotten, its length added to what was before it.
 */
static void test_suspend(void **state)
{
    (void)state;
    for (int later = 0; later < 2; later++) {
        struct rig rig;
        struct fact *before, *after, *open;

        rig_start(&rig);
        rig_member(&rig, "kern.log", "n1");
        (void)rig_anchor(&rig, "2021-07-15T12:01:40Z", "+100");
        rig_mark(&rig, "suspend", "+200", "+200", NULL, NAN);
        rig_mark(&rig, "suspended", "+200.5", "+200.5", NULL, 3600);
        rig_mark(&rig, "resume", "+201", "+201", NULL, NAN);
        rig_mark(&rig, "suspend", "+300", "+300", NULL, NAN);
        if (later)
            (void)rig_anchor(&rig, "2021-07-15T13:30:00Z", "+400");
        before = rig_message(&rig, "+150", "a");
        after = rig_message(&rig, "+250", "b");
        open = rig_message(&rig, "+360", "c");
        rig_run(&rig);
        want(before, "2021-07-15T12:02:30Z", 1);
        want(after, "2021-07-15T13:04:10Z", 1);
        want(open, later ? "2021-07-15T13:29:20Z" : "+360s", later ? 1 : 0);
        rig_stop(&rig);
    }
}

/* The clock was set an hour forward somewhere between 100 s and 200 s, and no sleep tells where: the
 * time between is as before, and off by up to that hour. */
static void test_contradiction(void **state)
{
    struct rig rig;
    struct fact *f;

    (void)state;
    rig_start(&rig);
    rig_member(&rig, "kern.log", "n1");
    (void)rig_anchor(&rig, "2021-07-15T12:00:00Z", "+1000");
    (void)rig_anchor(&rig, "2021-07-15T13:16:40Z", "+2000");
    f = rig_message(&rig, "+1500", "a");
    rig_run(&rig);
    want(f, "2021-07-15T12:08:20Z", 3602);
    rig_stop(&rig);
}

/* A day of uptime drifts against the wall clock: 8.64 s at 100 ppm. Two anchors 86400 s apart that
 * differ by 6 s: half-way it is 3 s. */
static void test_drift(void **state)
{
    struct rig rig;
    struct fact *half, *far;

    (void)state;
    rig_start(&rig);
    rig_member(&rig, "kern.log", "n1");
    (void)rig_anchor(&rig, "2021-07-15T00:00:00Z", "+0");
    (void)rig_anchor(&rig, "2021-07-16T00:00:06Z", "+86400");
    half = rig_message(&rig, "+43200", "a");
    far = rig_message(&rig, "+172800", "b");
    rig_run(&rig);
    want(half, "2021-07-15T12:00:03Z", 1);
    want(far, "2021-07-17T00:00:06Z", 9);
    rig_stop(&rig);
}

/* Nothing dates the capture: it stays time since boot, of a boot of its own: not to be compared with
 * that of another capture. Of two boots in one file the first is past. */
static void test_no_anchor(void **state)
{
    struct rig rig;
    struct fact *first, *second, *other;

    (void)state;
    rig_start(&rig);
    rig_member(&rig, "console.log", "n1");
    first = rig_message(&rig, "+100", "a");
    second = rig_message(&rig, "+50/1", "b");
    rig_member(&rig, "dmesg", "n1");
    other = rig_message(&rig, "+75", "c");
    rig_run(&rig);
    want(first, "+100s", 0);
    want(second, "+50s", 0);
    assert_false(when_comparable(first->when, second->when));
    assert_false(when_comparable(first->when, other->when));
    assert_true(when_cmp(first->when, second->when) < 0);
    assert_true(is_past(first));
    assert_false(is_past(second));
    assert_false(is_past(other));
    want_note(&rig, "nothing ties");
    rig_stop(&rig);
}

/* Two boots in a syslog, at 12:00 and 13:00: the first is past, and so is a program's line of 12:30
 * in a log that knows nothing of boots. */
static void test_two_boots(void **state)
{
    struct rig rig;
    struct fact *first, *second, *before, *after;

    (void)state;
    rig_start(&rig);
    rig_member(&rig, "syslog", "n1");
    (void)rig_anchor(&rig, "2021-07-15T12:00:10Z", "+10");
    first = rig_message(&rig, "2021-07-15T12:40:00Z", "a");
    (void)rig_anchor(&rig, "2021-07-15T13:00:10Z", "+10/1");
    second = rig_message(&rig, "2021-07-15T13:10:00Z", "b");
    rig_member(&rig, "app.log", "n1");
    before = rig_message(&rig, "2021-07-15T12:30:00Z", "c");
    after = rig_message(&rig, "2021-07-15T13:30:00Z", "d");
    rig_run(&rig);
    assert_true(is_past(first) && is_past(before));
    assert_false(is_past(second) || is_past(after));
    assert_int_equal(rig.c.times->nboots, 2);
    assert_true(rig.c.times->boots[1].last && !rig.c.times->boots[0].last);
    rig_stop(&rig);
}

/* Windows: started at 08:00:00 by event 12, log at 08:00:40, both one boot; cut, as 6008 says at the
 * next start, 20:00. What 6008 tells of happened before that start. */
static void test_events(void **state)
{
    struct rig rig;
    struct fact *past, *present, *crash;

    (void)state;
    rig_start(&rig);
    rig_member(&rig, "system.evtx", "VZ1");
    (void)rig_event(&rig, "2021-07-15T08:00:00Z", "Microsoft-Windows-Kernel-General", 12, 1);
    (void)rig_event(&rig, "2021-07-15T08:00:40Z", "EventLog", 6005, 2);
    past = rig_event(&rig, "2021-07-15T12:00:00Z", "Srv", 2019, 3);
    (void)rig_event(&rig, "2021-07-15T20:00:00Z", "Microsoft-Windows-Kernel-General", 12, 4);
    crash = rig_event(&rig, "2021-07-15T20:00:41Z", "EventLog", 6008, 5);
    (void)rig_event(&rig, "2021-07-15T20:00:42Z", "EventLog", 6005, 6);
    present = rig_event(&rig, "2021-07-15T21:00:00Z", "Srv", 2019, 7);
    rig_run(&rig);
    assert_int_equal(rig.c.times->nboots, 2);
    assert_int_equal(rig.c.times->boots[0].end, BOOT_END_CUT);
    assert_int_equal(rig.c.times->boots[1].end, BOOT_END_UNKNOWN);
    assert_true(is_past(past) && is_past(crash));
    assert_false(is_past(present));
    rig_stop(&rig);
}

/* date says 06:10:00 UTC, uptime 06:11:20 and two hours: the boot was at 04:11:20, and 100 s of the
 * dmesg beside it is 04:13:00; uptime counts minutes. */
static void test_capture(void **state)
{
    const struct value uptime[CLOCK_NFIELDS] = {
        [CLOCK_SAYS] = value_z("uptime"),
        [CLOCK_SECONDS] = value_real(7200),
        [CLOCK_DAYTIME] = value_int(6 * 3600 + 11 * 60 + 20),
    };
    struct rig rig;
    struct fact *f;

    (void)state;
    rig_start(&rig);
    rig_member(&rig, "sos/date", "n1");
    (void)rig_zone(&rig, "now", "2021-07-15T06:10:00Z", NULL, NULL);
    rig_member(&rig, "sos/uptime", "n1");
    (void)rig_put(&rig, &kind_CLOCK, NULL, uptime);
    rig_member(&rig, "sos/dmesg", "n1");
    f = rig_message(&rig, "+100", "a");
    rig_run(&rig);
    want(f, "2021-07-15T04:13:00Z", 60);
    rig_stop(&rig);
}

/* The battery clock runs an hour fast; the journal knows better. */
static void test_battery(void **state)
{
    struct rig rig;
    struct fact *f;

    (void)state;
    rig_start(&rig);
    rig_member(&rig, "journal.json", "n1");
    rig_mark(&rig, "rtc", "2021-07-15T13:00:01Z", "+1", "2021-07-15T13:00:01Z", NAN);
    (void)rig_anchor(&rig, "2021-07-15T12:01:00Z", "+60");
    f = rig_message(&rig, "+30", "a");
    rig_run(&rig);
    want(f, "2021-07-15T12:00:30Z", 1);
    want_note(&rig, "3600 s fast");
    rig_stop(&rig);
}

/* A container that its node starts three times, and whose log has it boot 95 s later each time: its
 * clock is ahead. Two times would prove nothing. */
static void test_skew(void **state)
{
    const struct value start[OPERATION_NFIELDS] = {
        [OPERATION_ACTION] = value_z("start"),
        [OPERATION_OBJECT] = value_z("101"),
        [OPERATION_OUTCOME] = value_z("completed"),
    };
    static const char *const node[] = { "2021-07-15T12:00:00Z", "2021-07-16T15:00:00Z",
        "2021-07-18T09:00:00Z" };
    static const char *const guest[] = { "2021-07-15T12:01:35Z", "2021-07-16T15:01:35Z",
        "2021-07-18T09:01:36Z" };

    (void)state;
    for (size_t n = 2; n <= 3; n++) {
        struct rig rig;

        rig_start(&rig);
        rig_member(&rig, "guest/messages", "ct101");
        for (size_t i = 0; i < n; i++)
            rig_mark(&rig, "boot", guest[i], NULL, NULL, NAN);
        rig_member(&rig, "node/vzctl.log", "vz1");
        for (size_t i = 0; i < n; i++)
            (void)rig_put(&rig, &kind_OPERATION, node[i], start);
        rig_run(&rig);
        assert_int_equal(rig.c.times->nskews, n == 3);
        if (n == 3) {
            const struct skew *skew = &rig.c.times->skews[0];

            assert_true(str_eq(skew->a, STR("vz1")) && str_eq(skew->b, STR("ct101")));
            assert_true(skew->ahead == 95 * WHEN_NS);
            assert_int_equal(skew->anchors, 3);
            want_note(&rig, "95 s ahead of that of vz1");
        }
        rig_stop(&rig);
    }
}

/* Only the battery clock dates the boot, 12:00:00. It may be off: a line of 11:30 may be of this boot, one of
 * 10:30 is not. Catches: a clock that nobody sets trusted to the second. */
static void test_battery_boot(void **state)
{
    struct rig rig;
    struct fact *near, *far;

    (void)state;
    rig_start(&rig);
    rig_member(&rig, "dmesg", "n1");
    rig_mark(&rig, "rtc", "+2", "+2", "2021-07-15T12:00:02Z", NAN);
    (void)rig_message(&rig, "+30", "a");
    rig_member(&rig, "app.log", "n1");
    far = rig_message(&rig, "2021-07-15T10:30:00Z", "b");
    near = rig_message(&rig, "2021-07-15T11:30:00Z", "c");
    rig_run(&rig);
    assert_int_equal(rig.c.times->nboots, 1);
    assert_true(is_past(far));
    assert_false(is_past(near));
    rig_stop(&rig);
}

/* --since and --until: what lies outside goes, what has no date stays and is counted. */
static void test_restrict(void **state)
{
    struct rig rig;
    size_t messages = 0;

    (void)state;
    rig_start(&rig);
    rig.options.has_since = rig.options.has_until = true;
    rig.options.since = rig_time("2021-07-15T12:00:00Z").ns;
    rig.options.until = rig_time("2021-07-15T13:00:00Z").ns;
    rig_member(&rig, "a.log", "n1");
    (void)rig_message(&rig, "2021-07-15T11:59:59Z", "before");
    (void)rig_message(&rig, "2021-07-15T12:00:00Z", "at the border");
    (void)rig_message(&rig, "2021-07-15T13:00:01Z", "behind");
    (void)rig_message(&rig, "2021-07-14T12:00:00", "local, a day before: outside in any zone");
    (void)rig_message(&rig, "2021-07-15T20:00:00", "local, may be inside");
    (void)rig_message(&rig, "+5", "no date");
    rig_run(&rig);
    for (size_t i = 0; i < rig.c.nfacts; i++)
        messages += rig.c.facts[i]->kind == &kind_KERNEL_MESSAGE;
    assert_int_equal(messages, 3);
    assert_int_equal(rig.c.left_out, 3);
    assert_int_equal(rig.c.untimed, 2);
    rig_stop(&rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_delay),
        cmocka_unit_test(test_messages),
        cmocka_unit_test(test_two_captures),
        cmocka_unit_test(test_suspend),
        cmocka_unit_test(test_contradiction),
        cmocka_unit_test(test_drift),
        cmocka_unit_test(test_no_anchor),
        cmocka_unit_test(test_two_boots),
        cmocka_unit_test(test_events),
        cmocka_unit_test(test_capture),
        cmocka_unit_test(test_battery),
        cmocka_unit_test(test_skew),
        cmocka_unit_test(test_battery_boot),
        cmocka_unit_test(test_restrict),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
