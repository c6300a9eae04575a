/* SPDX-License-Identifier: Apache-2.0 */
/* kernel_prefix: every form of prefix, alone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "kernel_prefix.h"

struct row {
    const char *in, *text, *when, *host, *tag, *caller;
    int priority;
};

static unsigned compare(const char *what, const char *in, str got, const char *want)
{
    str wanted = str_z(want != NULL ? want : "");

    if (str_eq(got, wanted))
        return 0;
    print_error("%s: %s is \"%.*s\", want \"%.*s\"\n", in, what, STR_ARG(got), STR_ARG(wanted));
    return 1;
}

static unsigned check(const struct row *row)
{
    struct prefix p;
    char buf[WHEN_TEXT];
    unsigned wrong;

    prefix_parse(str_z(row->in), &p);
    wrong = compare("text", row->in, p.text, row->text);
    wrong += compare("when", row->in, when_format(p.when, buf), row->when);
    wrong += compare("host", row->in, p.host, row->host);
    wrong += compare("tag", row->in, p.tag, row->tag);
    wrong += compare("caller", row->in, p.caller, row->caller);
    if (p.priority != row->priority) {
        print_error("%s: priority is %d, want %d\n", row->in, p.priority, row->priority);
        wrong++;
    }
    return wrong;
}

/* Catches: a part taken for another, text lost or kept, levels and facilities mixed up. */
static void test_forms(void **state)
{
    static const struct row rows[] = {
        { "plain text", "plain text", NULL, NULL, NULL, NULL, -1 },
        /* httpd's error log has the stamp of dmesg -T, and a level behind it */
        { "[Sat Feb 07 10:01:00 2026] [error] [client 10.0.0.9] a",
                "[Sat Feb 07 10:01:00 2026] [error] [client 10.0.0.9] a", NULL, NULL, NULL, NULL,
                -1 },
        { "[Sat Feb 07 10:01:00.5 2026] [mpm_worker:notice] a",
                "[Sat Feb 07 10:01:00.5 2026] [mpm_worker:notice] a", NULL, NULL, NULL, NULL, -1 },
        { "[Sat Feb  7 10:01:00 2026] [drm:err] a", "[drm:err] a", "2026-02-07T10:01:00", NULL,
                NULL, NULL, -1 },
        { "[   12.345678] text", "text", "+12.345678s", NULL, NULL, NULL, -1 },
        { "[4379596.347992]  indented", " indented", "+4379596.347992s", NULL, NULL, NULL, -1 },
        { "[  421.716359][  T464] a", "a", "+421.716359s", NULL, NULL, "T464", -1 },
        { "[    1.000000] [T1] a", "a", "+1s", NULL, NULL, "T1", -1 },
        { "[    1.000000][    C3] a", "a", "+1s", NULL, NULL, "C3", -1 },
        { "<4>[   12.345678] a", "a", "+12.345678s", NULL, NULL, NULL, 4 },
        { "<10>[    1.000000] a", "a", "+1s", NULL, NULL, NULL, 2 },
        { "<6>[  156.701551]  [4:        kswapd0: 1209] a", "a", "+156.701551s", NULL, NULL, "1209",
                6 },
        { "[2-3219.1870] a", "a", "+3219.187s", NULL, NULL, NULL, -1 },
        { "kern  :warn  : [   12.345678] a", "a", "+12.345678s", NULL, NULL, NULL, 4 },
        { "[Thu Jul 15 23:44:32 2021] a", "a", "2021-07-15T23:44:32", NULL, NULL, NULL, -1 },
        { "[Di Aug 12 03:54:03 2025] a", "a", "2025-08-12T03:54:03", NULL, NULL, NULL, -1 },
        { "[Ср сен 10 20:08:49 2025] a", "a", "2025-09-10T20:08:49", NULL, NULL, NULL, -1 },
        { "[五 7月  3 10:11:12 2020] a", "a", "2020-07-03T10:11:12", NULL, NULL, NULL, -1 },
        { "[mar. mars  4 10:11:12 2025] a", "a", "2025-03-04T10:11:12", NULL, NULL, NULL, -1 },
        { "[mar. août 12 10:11:12 2025] a", "a", "2025-08-12T10:11:12", NULL, NULL, NULL, -1 },
        { "[    8.000000 <    7.000000>] a", "a", "+8s", NULL, NULL, NULL, -1 },
        { "[<    7.000000>] a", "a", NULL, NULL, NULL, NULL, -1 },
        { "[Feb13 23:31] a", "a", "02-13T23:31:00", NULL, NULL, NULL, -1 },
        { "[Feb13 23:31] [Fri Feb 13 23:31:30 2009 <    0.000000>] a", "a", "2009-02-13T23:31:30",
                NULL, NULL, NULL, -1 },
        { "2009-02-13T23:31:30,123456+00:00 a", "a", "2009-02-13T23:31:30.123456Z", NULL, NULL,
                NULL, -1 },
        { "2009-02-13T23:31:30,123456+00:00 [T7] a: b", "a: b", "2009-02-13T23:31:30.123456Z", NULL,
                NULL, "T7", -1 },
        { "kern  :err   : 2025-01-21T04:41:44,5+00:00 a", "a", "2025-01-21T04:41:44.5Z", NULL, NULL,
                NULL, 3 },
        { "[    1.000000] [Fri Feb 13 23:31:31 2009] 2009-02-13T23:31:31,123456+00:00 a", "a",
                "2009-02-13T23:31:31.123456Z", NULL, NULL, NULL, -1 },
        { "6,339,5140900,-,caller=T1;a;b", "a;b", "+5.1409s", NULL, NULL, "T1", 6 },
        { "6.1.0-13,4,339,5140900,-;a", "a", "+5.1409s", NULL, NULL, NULL, 4 },
        { "192.168.17.32:6665 [   12.345678] a", "a", "+12.345678s", NULL, NULL, NULL, -1 },
        { "Jul 15 23:44:32 vz3 kernel: a", "a", "07-15T23:44:32", "vz3", "kernel", NULL, -1 },
        { "Jul 15 23:44:32 vz3 kernel: [46106.733511]  a", " a", "07-15T23:44:32", "vz3", "kernel",
                NULL, -1 },
        { "Jan  5 15:19:27 kernel: [ 5864.708440] a", "a", "01-05T15:19:27", NULL, "kernel", NULL,
                -1 },
        { "Jan  5 15:19:27 vz3 crond[812]: a", "a", "01-05T15:19:27", "vz3", "crond", NULL, -1 },
        { "avril 16 21:08:50 vz3 oomd[93]: a", "a", "04-16T21:08:50", "vz3", "oomd", NULL, -1 },
        { "kernel: [ 1022.277623] a", "a", "+1022.277623s", NULL, "kernel", NULL, -1 },
        { "kernel: a", "a", NULL, NULL, "kernel", NULL, -1 },
        { "2020-06-16T14:59:36.6489 err kern kernel  [679648.898309] a", "a",
                "2020-06-16T14:59:36.6489", NULL, "kernel", NULL, 3 },
        { "2023-01-02T03:04:05+08:00 vz3 kernel: a", "a", "2023-01-01T19:04:05Z", "vz3", "kernel",
                NULL, -1 },
        { "warning|kernel[-]|[2919920.414131] a", "a", "+2919920.414131s", NULL, "kernel", NULL,
                4 },
        { "[  244.327081] vz3 kernel: a", "a", "+244.327081s", "vz3", "kernel", NULL, -1 },
        { "10:53:41 AM kernel: a", "a", NULL, NULL, "kernel", NULL, -1 },
        { "[2023-06-22 21:55:31.778747][5975154.296056] a", "a", "2023-06-22T21:55:31.778747", NULL,
                NULL, NULL, -1 },
        { "<165>1 2026-03-04T15:29:58.003+01:00 web1 app 881 ID47 [x@1 k=\"v \\\" ]\"][y] a: b",
                "a: b", "2026-03-04T14:29:58.003Z", "web1", "app", NULL, 5 },
        { "<3>1 - web1 kernel - - - \xef\xbb\xbf"
          "a",
                "a", NULL, "web1", "kernel", NULL, 3 },
        { "<11>Mar  4 15:30:05 web1 sshd[801]: a", "a", "03-04T15:30:05", "web1", "sshd", NULL, 3 },
        { "<4>2026-03-04T15:30:05+01:00 web1 kernel: a", "a", "2026-03-04T14:30:05Z", "web1",
                "kernel", NULL, 4 },
        { "03-04 15:30:01.123  1000  1020 W ActivityManager: a: b", "a: b", "03-04T15:30:01.123",
                NULL, "ActivityManager", NULL, 4 },
        { "Wed 2026-03-04 15:30:01 CET web1 app[881]: a", "a", "2026-03-04T15:30:01", "web1", "app",
                NULL, -1 },
        { "Wed 2026-03-04 15:30:01 UTC web1 kernel: a", "a", "2026-03-04T15:30:01Z", "web1",
                "kernel", NULL, -1 },
        { "1772634605.123456 web1 app[881]: a", "a", "2026-03-04T14:30:05.123456Z", "web1", "app",
                NULL, -1 },
        { "03-04 15:30:01.123 F /disp:2211:2212/ a", "a", "03-04T15:30:01.123", NULL, "disp", NULL,
                -1 },
    };
    unsigned wrong = 0;

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        wrong += check(&rows[i]);
    assert_int_equal(wrong, 0);
}

/* Catches: brackets of the message eaten as a prefix, dates of other logs taken for syslog's. */
static void test_messages_that_look_alike(void **state)
{
    static const struct row rows[] = {
        { "[ 1876]     0  1876    59513 x", "[ 1876]     0  1876    59513 x", NULL, NULL, NULL,
                NULL, -1 },
        { "[   12.345678] [drm] initialised", "[drm] initialised", "+12.345678s", NULL, NULL, NULL,
                -1 },
        { "<4>1 apple", "1 apple", NULL, NULL, NULL, NULL, 4 },
        { "<4>1 2026-03-04T15:29:58Z web1 app 1 - [open",
                "1 2026-03-04T15:29:58Z web1 app 1 - [open", NULL, NULL, NULL, NULL, 4 },
        { "03-04 15:30:01.123 done", "03-04 15:30:01.123 done", NULL, NULL, NULL, NULL, -1 },
        { "13-04 15:30:01.123 1 2 W x: a", "13-04 15:30:01.123 1 2 W x: a", NULL, NULL, NULL, NULL,
                -1 },
        { "[   12.345678] [ pid ]   uid  tgid", "[ pid ]   uid  tgid", "+12.345678s", NULL, NULL,
                NULL, -1 },
        { "[   12.345678] [  774]     0   774", "[  774]     0   774", "+12.345678s", NULL, NULL,
                NULL, -1 },
        { "[   12.345678]  [<ffffffff81131420>] ? f+0x1/0x2", " [<ffffffff81131420>] ? f+0x1/0x2",
                "+12.345678s", NULL, NULL, NULL, -1 },
        { " [<ffffffff81131420>] f+0x1/0x2", " [<ffffffff81131420>] f+0x1/0x2", NULL, NULL, NULL,
                NULL, -1 },
        { "<IRQ>  f+0x1/0x2", "<IRQ>  f+0x1/0x2", NULL, NULL, NULL, NULL, -1 },
        { "2024-01-02 03:04:05 10.0.0.1 4711", " 10.0.0.1 4711", "2024-01-02T03:04:05", NULL, NULL,
                NULL, -1 },
        { "12 pages reserved", "12 pages reserved", NULL, NULL, NULL, NULL, -1 },
        { "", "", NULL, NULL, NULL, NULL, -1 },
        { "[", "[", NULL, NULL, NULL, NULL, -1 },
        { "[]", "[]", NULL, NULL, NULL, NULL, -1 },
        { "<4", "<4", NULL, NULL, NULL, NULL, -1 },
        { "6,339,5140900", "6,339,5140900", NULL, NULL, NULL, NULL, -1 },
    };
    unsigned wrong = 0;

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct row row = rows[i];

        /* One blank behind a date belongs to the prefix. */
        if (row.text[0] == ' ' && row.in[0] == '2')
            row.text++;
        wrong += check(&row);
    }
    assert_int_equal(wrong, 0);
}

static struct when track(struct prefix_track *t, const char *line)
{
    struct prefix p;

    prefix_parse(str_z(line), &p);
    prefix_track(t, &p);
    return p.when;
}

/* Catches: a reboot that is missed or counted twice, CPUs a little out of order taken for one. */
static void test_boots(void **state)
{
    struct prefix_track t = { .uptime = -1 };

    (void)state;
    assert_int_equal(track(&t, "[    0.000000] Linux version 5.4.0").boot, 0);
    assert_int_equal(track(&t, "[ 1000.000000] a").boot, 0);
    assert_int_equal(track(&t, "[  999.999000] b").boot, 0);
    assert_int_equal(track(&t, "[    0.000000] Initializing cgroup subsys cpu").boot, 1);
    assert_int_equal(track(&t, "[    0.000000] Linux version 5.4.0").boot, 1);
    assert_int_equal(track(&t, "[    5.000000] c").boot, 1);
    assert_int_equal(track(&t, "[    0.000000] Linux version 5.4.0").boot, 2);
}

/* Kernels that counted from 2^32 ms less five minutes: the wrap is no boot. 4294967.0 - 4294667.296 =
 * 299.704 s; behind the wrap 300 s are added. */
static void test_wrap(void **state)
{
    static const struct {
        const char *line, *want;
    } rows[] = {
        { "[4294667.296000] Linux version 2.6.12", "+0s" },
        { "[4294672.296000] a", "+5s" },
        { "[4294967.000000] b", "+299.704s" },
        { "[    0.500000] c", "+300.5s" },
        { "[  100.000000] d", "+400s" },
    };
    struct prefix_track t = { .uptime = -1 };
    char buf[WHEN_TEXT];

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct when when = track(&t, rows[i].line);

        assert_int_equal(when.boot, 0);
        if (!str_eq(when_format(when, buf), str_z(rows[i].want)))
            fail_msg("%s: %s", rows[i].line, buf);
    }
    assert_int_equal(track(&t, "[    0.000000] Linux version 2.6.18").boot, 1);
}

/* Catches: deltas of dmesg -e counted from the wrong base. */
static void test_deltas(void **state)
{
    struct prefix_track t = { .uptime = -1 };
    char buf[WHEN_TEXT];

    (void)state;
    (void)track(&t, "[Feb13 23:31] a");
    (void)track(&t, "[ +19.500000] b");
    struct when when = track(&t, "[ +41.000000] c");
    /* 23:31:00 + 19.5 s + 41 s */
    assert_true(str_eq(when_format(when, buf), STR("02-13T23:32:00.5")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_forms),
        cmocka_unit_test(test_messages_that_look_alike),
        cmocka_unit_test(test_boots),
        cmocka_unit_test(test_wrap),
        cmocka_unit_test(test_deltas),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
