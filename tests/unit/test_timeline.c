/* SPDX-License-Identifier: Apache-2.0 */
/* The timeline of a report: what is one row, how often it was, what comes first, what falls out. */
#include "clock_rig.h"
#include "limits.h"
#include "report_parts.h"

static struct report report_of(struct rig *rig, const struct verdict *verdict)
{
    struct report r = { .file = &rig->c, .verdict = verdict };

    build_timeline(&r, &rig->c);
    return r;
}

static struct fact *put_event(struct rig *rig, const char *when, int64_t id, int64_t level)
{
    const struct value values[EVENT_NFIELDS] = {
        [EVENT_PROVIDER] = value_z("Srv"),
        [EVENT_ID] = value_int(id),
        [EVENT_LEVEL] = value_int(level),
    };

    return rig_put(rig, &kind_EVENT, when, values);
}

static void want_row(
        const struct report *r, size_t at, const char *when, const char *last, uint64_t count)
{
    char a[WHEN_TEXT], b[WHEN_TEXT];

    assert_true(at < r->ntimeline);
    if (!str_eq(when_format(r->timeline[at].when, a), str_z(when)) ||
            !str_eq(when_format(r->timeline[at].last, b), str_z(last)) ||
            r->timeline[at].count != count)
        fail_msg("row %zu: %.*s to %.*s, %llu times; want %s to %s, %llu", at,
                STR_ARG(when_format(r->timeline[at].when, a)),
                STR_ARG(when_format(r->timeline[at].last, b)),
                (unsigned long long)r->timeline[at].count, when, last, (unsigned long long)count);
}

/* Said three times, the second fact counting four: one row of 6. Another id is another row. What is for
 * information is in none. */
static void test_fold(void **state)
{
    const struct verdict none = { 0 };
    struct rig rig;
    struct report r;
    struct fact *f;

    (void)state;
    rig_start(&rig);
    rig_member(&rig, "system.evtx", "VZ1");
    (void)put_event(&rig, "2021-07-15T12:00:00Z", 2019, 2);
    f = put_event(&rig, "2021-07-15T12:10:00Z", 2019, 2);
    f->count = 4;
    f->last = rig_time("2021-07-15T12:40:00Z");
    (void)put_event(&rig, "2021-07-15T12:20:00Z", 2020, 2);
    (void)put_event(&rig, "2021-07-15T12:30:00Z", 2019, 2);
    (void)put_event(&rig, "2021-07-15T12:30:00Z", 1, 4);
    r = report_of(&rig, &none);
    assert_int_equal(r.ntimeline, 2);
    want_row(&r, 0, "2021-07-15T12:00:00Z", "2021-07-15T12:40:00Z", 6);
    want_row(&r, 1, "2021-07-15T12:20:00Z", "2021-07-15T12:20:00Z", 1);
    assert_true(str_eq(r.timeline[0].text, STR("Srv 2019")));
    assert_int_equal(r.timeline[0].where.line, 1);
    rig_stop(&rig);
}

/* The log and its export tell of the same three moments, two of them within a second; the export of one
 * more: four in all. Another host is another row. Catches: copies counted twice, and what is said in
 * quick succession counted once. */
static void test_copies(void **state)
{
    const struct verdict none = { 0 };
    struct rig rig;
    struct report r;

    (void)state;
    rig_start(&rig);
    rig_member(&rig, "system.evtx", "VZ1");
    (void)put_event(&rig, "2021-07-15T12:00:00Z", 2019, 2);
    (void)put_event(&rig, "2021-07-15T12:00:01Z", 2019, 2);
    (void)put_event(&rig, "2021-07-15T13:00:00Z", 2019, 2);
    rig_member(&rig, "system.txt", "VZ1");
    (void)put_event(&rig, "2021-07-15T12:00:00Z", 2019, 2);
    (void)put_event(&rig, "2021-07-15T12:00:01Z", 2019, 2);
    (void)put_event(&rig, "2021-07-15T13:00:00Z", 2019, 2);
    (void)put_event(&rig, "2021-07-15T14:00:00Z", 2019, 2);
    rig_member(&rig, "other.evtx", "VZ2");
    (void)put_event(&rig, "2021-07-15T12:00:00Z", 2019, 2);
    r = report_of(&rig, &none);
    assert_int_equal(r.ntimeline, 2);
    want_row(&r, 0, "2021-07-15T12:00:00Z", "2021-07-15T14:00:00Z", 4);
    want_row(&r, 1, "2021-07-15T12:00:00Z", "2021-07-15T12:00:00Z", 1);
    assert_true(str_eq(r.timeline[1].host, STR("VZ2")));
    rig_stop(&rig);
}

/* Before and behind the last boot are two rows, the boot is one between them; a local time of unknown
 * zone stands among them and keeps its form; without a year and since boot come last. */
static void test_order(void **state)
{
    const struct verdict none = { 0 };
    struct rig rig;
    struct report r;

    (void)state;
    rig_start(&rig);
    rig_member(&rig, "system.evtx", "VZ1");
    (void)put_event(&rig, "2021-07-15T11:00:00Z", 2019, 2);
    (void)rig_event(&rig, "2021-07-15T12:00:00Z", "Microsoft-Windows-Kernel-General", 12, 4);
    (void)put_event(&rig, "2021-07-15T13:00:00Z", 2019, 2);
    rig_member(&rig, "app.log", "ct1");
    (void)rig_message(&rig, "+75", "since boot");
    (void)rig_message(&rig, "07-15T11:30:00", "without a year");
    rig_member(&rig, "other.log", "ct2");
    (void)rig_message(&rig, "2021-07-15T12:30:00", "local");
    rig_run(&rig);
    r = report_of(&rig, &none);
    assert_int_equal(r.ntimeline, 6);
    want_row(&r, 0, "2021-07-15T11:00:00Z", "2021-07-15T11:00:00Z", 1);
    want_row(&r, 1, "2021-07-15T12:00:00Z", "2021-07-15T12:00:00Z", 1);
    want_row(&r, 2, "2021-07-15T12:30:00", "2021-07-15T12:30:00", 1);
    want_row(&r, 3, "2021-07-15T13:00:00Z", "2021-07-15T13:00:00Z", 1);
    want_row(&r, 4, "07-15T11:30:00", "07-15T11:30:00", 1);
    want_row(&r, 5, "+75s", "+75s", 1);
    assert_int_equal(r.timeline[1].rank, RANK_LAST_BOOT);
    assert_true((r.timeline[0].when.settled & WHEN_PAST) != 0);
    assert_true((r.timeline[3].when.settled & WHEN_PAST) == 0);
    rig_stop(&rig);
}

/* A line that proves a finding speaks in the words of its rule, and stands there once, although it holds
 * an error as well. */
static void test_evidence(void **state)
{
    const struct value values[ERROR_NFIELDS] = { [ERROR_CODE] = value_z("win32:1450") };
    struct finding finding = { .severity = SEVERITY_HIGH };
    struct evidence evidence = { .say = STR("the pool was empty") };
    const struct verdict verdict = { .findings = &finding, .nfindings = 1 };
    struct rig rig;
    struct report r;
    struct fact *error;

    (void)state;
    rig_start(&rig);
    rig_member(&rig, "system.evtx", "VZ1");
    evidence.fact = put_event(&rig, "2021-07-15T11:00:00Z", 2019, 2);
    error = rig_put(&rig, &kind_ERROR, "2021-07-15T11:00:00Z", values);
    error->where = evidence.fact->where;
    finding.evidence = &evidence;
    finding.nevidence = 1;
    r = report_of(&rig, &verdict);
    assert_int_equal(r.ntimeline, 1);
    assert_true(str_eq(r.timeline[0].text, STR("the pool was empty")));
    assert_true(r.timeline[0].finding == &finding);
    assert_int_equal(r.timeline[0].rank, 1); /* one below critical */
    rig_stop(&rig);
}

/* Three rows too many: what proves a finding stays although it is the oldest, of the rest the oldest
 * fall out, and how many is told. */
static void test_cap(void **state)
{
    struct finding finding = { .severity = SEVERITY_LOW };
    struct evidence evidence = { .say = STR("proof") };
    const struct verdict verdict = { .findings = &finding, .nfindings = 1 };
    struct rig rig;
    struct report r;

    (void)state;
    rig_start(&rig);
    rig_member(&rig, "system.evtx", "VZ1");
    evidence.fact = put_event(&rig, "2020-01-01T00:00:00Z", 1, 2);
    for (int64_t i = 0; i < LIMIT_TIMELINE + 2; i++) {
        struct fact *f = put_event(&rig, "2021-07-15T11:00:00Z", 1000 + i, 2);

        f->when.ns += i * WHEN_NS;
        f->last = f->when;
    }
    finding.evidence = &evidence;
    finding.nevidence = 1;
    r = report_of(&rig, &verdict);
    assert_int_equal(r.ntimeline, LIMIT_TIMELINE);
    assert_int_equal(r.timeline_fallen, 3);
    assert_true(str_eq(r.timeline[0].text, STR("proof")));
    want_row(&r, 1, "2021-07-15T11:00:03Z", "2021-07-15T11:00:03Z", 1);
    rig_stop(&rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fold),
        cmocka_unit_test(test_copies),
        cmocka_unit_test(test_order),
        cmocka_unit_test(test_evidence),
        cmocka_unit_test(test_cap),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
