/* SPDX-License-Identifier: Apache-2.0 */
/* pool_trend, pool_share, pool_lockstep, process_top on small series whose statistics are known. */
#include <math.h>

#include "correlate_rig.h"

extern const struct correlator correlator_pool_trend;
extern const struct correlator correlator_pool_share;
extern const struct correlator correlator_pool_lockstep;
extern const struct correlator correlator_process_top;

static const int64_t MB = 1024 * 1024;

static void put_tag(struct rig *rig, const char *tag, const char *pool, int64_t snapshot,
        int64_t allocs, int64_t diff, int64_t bytes)
{
    const struct value v[POOL_TAG_NFIELDS] = {
        [POOL_TAG_TAG] = value_z(tag),
        [POOL_TAG_POOL] = value_z(pool),
        [POOL_TAG_SNAPSHOT] = value_int(snapshot),
        [POOL_TAG_ALLOCS] = value_int(allocs),
        [POOL_TAG_DIFF] = value_int(diff),
        [POOL_TAG_BYTES] = value_int(bytes),
    };

    rig_put(rig, &kind_POOL_TAG, v);
}

static void put_usage(struct rig *rig, const char *pool, int64_t snapshot, int64_t bytes)
{
    const struct value v[POOL_USAGE_NFIELDS] = {
        [POOL_USAGE_POOL] = value_z(pool),
        [POOL_USAGE_SNAPSHOT] = value_int(snapshot),
        [POOL_USAGE_BYTES] = value_int(bytes),
    };

    rig_put(rig, &kind_POOL_USAGE, v);
}

static void put_limit(struct rig *rig, int64_t nonpaged)
{
    const struct value v[LIMIT_NFIELDS] = { [LIMIT_NONPAGED] = value_int(nonpaged) };

    rig_put(rig, &kind_LIMIT, v);
}

static struct when at(int64_t seconds)
{
    return when_utc(seconds * WHEN_NS);
}

static void want_real(const struct fact *f, size_t field, double want)
{
    double got = real_or(f, field, NAN);

    if (!(fabs(got - want) <= 1e-9 * (1 + fabs(want))))
        fail_msg("%s.%s is %.12g, want %.12g", f->kind->name, f->kind->fields[field].name, got,
                want);
}

static const struct fact *trend_of(const struct rig *rig, const char *tag)
{
    for (size_t i = 0; i < rig->n; i++)
        if (rig->facts[i]->kind == &kind_POOL_TREND &&
                str_eq(text_of(rig->facts[i], POOL_TREND_TAG), str_z(tag)))
            return rig->facts[i];
    fail_msg("no trend of %s", tag);
    return NULL;
}

/* A series of MB, one snapshot an hour. p by counting permutations: of 4 in order 1 / 24, of 5 with
 * one exchange (1 + 4) / 120, of 3 in order 1 / 6. */
static void test_verdicts(void **state)
{
    static const struct {
        const char *verdict;
        int64_t mb[6];
        size_t n;
        double p;
    } rows[] = {
        { "candidate", { 10 }, 1, -1 },
        { "rate", { 10, 20 }, 2, -1 },
        { "rate", { 20, 10 }, 2, -1 },
        { "rising", { 10, 20, 30 }, 3, 1.0 / 6 },
        { "flat", { 10, 30, 20 }, 3, 0.5 },
        { "flat", { 30, 30, 30 }, 3, 1 },
        { "falling", { 30, 20, 10 }, 3, 1 },
        { "rising", { 10, 20, 30, 40 }, 4, 1.0 / 24 },
        { "flat", { 10, 30, 20, 40 }, 4, 4.0 / 24 },
        { "rising", { 10, 20, 40, 30, 50 }, 5, 5.0 / 120 },
        { "falling", { 50, 30, 40, 20, 10 }, 5, 1 - 1.0 / 120 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct fact *t;
        struct rig rig;
        str got;

        rig_start(&rig);
        for (size_t k = 0; k < rows[i].n; k++) {
            rig.when = at((int64_t)k * 3600);
            put_tag(&rig, "Leak", "nonpaged", (int64_t)k + 1, 1000 * ((int64_t)k + 1),
                    rows[i].mb[k], rows[i].mb[k] * MB);
        }
        correlator_pool_trend.run(&rig.c);
        t = trend_of(&rig, "Leak");
        got = text_of(t, POOL_TREND_VERDICT);
        if (!str_eq(got, str_z(rows[i].verdict)))
            fail_msg("row %zu: %.*s, want %s", i, STR_ARG(got), rows[i].verdict);
        if (rows[i].p >= 0)
            want_real(t, POOL_TREND_P, rows[i].p);
        else
            want_absent(t, POOL_TREND_P);
        want_int(t, POOL_TREND_GAIN, (rows[i].mb[rows[i].n - 1] - rows[i].mb[0]) * MB);
        rig_stop(&rig);
    }
}

/* 10, 20, 90, 40 MB at hours 0 1 2 3: slopes per hour 10, 40, 10, 70, 10, -50; their median is 10. The
 * odd third value does not move it. 100 MB limit, pool at 40: 60 MB left = 6 hours. */
static void test_slope(void **state)
{
    static const int64_t mb[] = { 10, 20, 90, 40 };
    const struct fact *t;
    struct rig rig;

    (void)state;
    rig_start(&rig);
    put_limit(&rig, 100 * MB);
    for (int64_t k = 0; k < 4; k++) {
        rig.when = at(k * 3600);
        put_tag(&rig, "Leak", "nonpaged", k + 1, 1000 * (k + 1), 1, mb[k] * MB);
        put_usage(&rig, "nonpaged", k + 1, mb[k] * MB);
    }
    correlator_pool_trend.run(&rig.c);
    t = trend_of(&rig, "Leak");
    want_real(t, POOL_TREND_SLOPE, 10.0 * (double)MB / 3600);
    want_real(t, POOL_TREND_SECONDS, 3 * 3600);
    want_real(t, POOL_TREND_SECONDS_TO_LIMIT, 6 * 3600);
    want_real(t, POOL_TREND_SHARE, 0.4);
    rig_stop(&rig);
}

/* 0, 10, 30 MB at hours 0 1 2: slopes 10, 15, 20. One sigma each way (15.9 % and 84.1 % of the way) is
 * 11.59 and 18.41. Of 100 MB 70 are left: 4 h 40 min; (70 / 11.59 - 70 / 18.41) / 2 = 1.1187 h. */
static void test_exhaustion(void **state)
{
    static const int64_t mb[] = { 0, 10, 30 };
    const struct fact *t;
    struct rig rig;

    (void)state;
    for (int64_t n = 2; n <= 3; n++) {
        rig_start(&rig);
        put_limit(&rig, 100 * MB);
        for (int64_t k = 0; k < n; k++) {
            rig.when = at(k * 3600);
            put_tag(&rig, "Leak", "nonpaged", k + 1, 1000 * (k + 1), 1, mb[k] * MB);
            put_tag(&rig, "Calm", "nonpaged", k + 1, 1000 * (k + 1), 1, 5 * MB);
            put_usage(&rig, "nonpaged", k + 1, mb[k] * MB);
        }
        correlator_pool_trend.run(&rig.c);
        t = trend_of(&rig, "Leak");
        if (n == 3) {
            want_real(t, POOL_TREND_SECONDS_TO_LIMIT, 70.0 / 15 * 3600);
            want_real(t, POOL_TREND_ERROR,
                    (70 / (10 + 0.318 * 5) - 70 / (15 + 0.682 * 5)) / 2 * 3600);
        } else {
            /* Two snapshots: a rate, 10 MB an hour and 90 left, whose error nobody knows. */
            want_real(t, POOL_TREND_SECONDS_TO_LIMIT, 9 * 3600);
            want_absent(t, POOL_TREND_ERROR);
            want_absent(t, POOL_TREND_P);
        }
        /* What does not grow never fills the pool. */
        want_real(trend_of(&rig, "Calm"), POOL_TREND_SLOPE, 0);
        want_absent(trend_of(&rig, "Calm"), POOL_TREND_SECONDS_TO_LIMIT);
        rig_stop(&rig);
    }
}

/* 10 and 14 MB at one instant, 20 an hour later: slopes 10 and 6, none between the two. */
static void test_equal_times(void **state)
{
    static const int64_t mb[] = { 10, 14, 20 }, hours[] = { 0, 0, 1 };
    struct rig rig;

    (void)state;
    rig_start(&rig);
    for (int64_t k = 0; k < 3; k++) {
        rig.when = at(hours[k] * 3600);
        put_tag(&rig, "Leak", "nonpaged", k + 1, 1000 * (k + 1), 1, mb[k] * MB);
    }
    correlator_pool_trend.run(&rig.c);
    want_real(trend_of(&rig, "Leak"), POOL_TREND_SLOPE, 8.0 * (double)MB / 3600);
    rig_stop(&rig);
}

/* Same instants give no slope and no division by zero; no times at all neither. */
static void test_without_times(void **state)
{
    (void)state;
    for (int timed = 0; timed < 2; timed++) {
        const struct fact *t;
        struct rig rig;

        rig_start(&rig);
        put_limit(&rig, 100 * MB);
        rig.when = timed != 0 ? at(77) : (struct when){ 0 };
        for (int64_t k = 0; k < 3; k++)
            put_tag(&rig, "Leak", "nonpaged", k + 1, 1000 * (k + 1), 1, 10 * (k + 1) * MB);
        correlator_pool_trend.run(&rig.c);
        t = trend_of(&rig, "Leak");
        want_text(t, POOL_TREND_VERDICT, "rising");
        want_absent(t, POOL_TREND_SLOPE);
        want_absent(t, POOL_TREND_SECONDS_TO_LIMIT);
        rig_stop(&rig);
    }
}

/* Without times the counters put the members in order, however the files are called. */
static void test_order_by_counters(void **state)
{
    static const int64_t allocs[] = { 300, 100, 200 };
    const struct fact *t;
    struct rig rig;

    (void)state;
    rig_start(&rig);
    for (uint32_t m = 0; m < 3; m++) {
        rig.member = m + 1;
        put_tag(&rig, "Leak", "paged", 1, allocs[m], allocs[m], allocs[m] * MB);
        put_tag(&rig, "Calm", "paged", 1, allocs[m] * 7, 5, MB);
    }
    correlator_pool_trend.run(&rig.c);
    t = trend_of(&rig, "Leak");
    want_int(t, POOL_TREND_FIRST_BYTES, 100 * MB);
    want_int(t, POOL_TREND_LAST_BYTES, 300 * MB);
    want_text(t, POOL_TREND_VERDICT, "rising");
    want_text(trend_of(&rig, "Calm"), POOL_TREND_VERDICT, "flat");
    rig_stop(&rig);
}

/* Allocs 5000, 6000, then 50: a restart. Only the two snapshots after it count. A counter that goes
 * from near 2^32 to a small number has wrapped. */
static void test_resets(void **state)
{
    static const int64_t allocs[] = { 5000, 6000, 50, 80 };
    static const int64_t wraps[] = { 4294000000, 4294900000, 700, 90000 };
    const struct fact *t;
    struct rig rig;

    (void)state;
    rig_start(&rig);
    for (int64_t k = 0; k < 4; k++) {
        rig.when = at(k * 60);
        put_tag(&rig, "Boot", "nonpaged", k + 1, allocs[k], 1, (k == 1 ? 90 : k + 1) * MB);
        put_tag(&rig, "Wrap", "nonpaged", k + 1, wraps[k], 1, (k + 1) * MB);
    }
    correlator_pool_trend.run(&rig.c);
    t = trend_of(&rig, "Boot");
    want_int(t, POOL_TREND_RESETS, 1);
    want_int(t, POOL_TREND_SNAPSHOTS, 2);
    want_int(t, POOL_TREND_GAIN, MB);
    want_text(t, POOL_TREND_VERDICT, "rate");
    t = trend_of(&rig, "Wrap");
    want_int(t, POOL_TREND_RESETS, 0);
    want_int(t, POOL_TREND_WRAPS, 1);
    want_text(t, POOL_TREND_VERDICT, "rising");
    rig_stop(&rig);
}

/* The same tag in the other pool, of another host, or of a session is another series. */
static void test_series_apart(void **state)
{
    const struct value session[POOL_TAG_NFIELDS] = {
        [POOL_TAG_TAG] = value_z("Leak"),
        [POOL_TAG_POOL] = value_z("paged"),
        [POOL_TAG_BYTES] = value_int(99 * MB),
        [POOL_TAG_SCOPE] = value_z("session 1"),
    };
    struct rig rig;

    (void)state;
    rig_start(&rig);
    rig.host = STR("A");
    put_tag(&rig, "Leak", "paged", 1, 10, 1, MB);
    put_tag(&rig, "Leak", "nonpaged", 1, 10, 1, MB);
    rig_put(&rig, &kind_POOL_TAG, session);
    rig.member = 2;
    rig.host = STR("B");
    put_tag(&rig, "Leak", "paged", 1, 20, 1, MB);
    correlator_pool_trend.run(&rig.c);
    assert_int_equal(rig_count(&rig, &kind_POOL_TREND), 3);
    for (size_t i = 0; i < 3; i++)
        want_text(rig_get(&rig, &kind_POOL_TREND, i), POOL_TREND_VERDICT, "candidate");
    rig_stop(&rig);
}

/* 500 snapshots are thinned, not squared, and the ends stay. */
static void test_many(void **state)
{
    struct rig rig;

    (void)state;
    rig_start(&rig);
    for (int64_t k = 0; k < 500; k++) {
        rig.when = at(k * 60);
        put_tag(&rig, "Leak", "nonpaged", k + 1, k + 1, k, k * MB);
    }
    correlator_pool_trend.run(&rig.c);
    want_int(trend_of(&rig, "Leak"), POOL_TREND_SNAPSHOTS, 500);
    want_int(trend_of(&rig, "Leak"), POOL_TREND_GAIN, 499 * MB);
    want_real(trend_of(&rig, "Leak"), POOL_TREND_SLOPE, (double)MB / 60);
    assert_true(real_or(trend_of(&rig, "Leak"), POOL_TREND_P, 1) < 1e-9);
    rig_stop(&rig);
}

/* 60 of a pool of 100: the rows listed are 75 of it, so the listing is not whole. */
static void test_share(void **state)
{
    const struct fact *s;
    struct rig rig;

    (void)state;
    rig_start(&rig);
    put_limit(&rig, 200 * MB);
    put_tag(&rig, "Old ", "nonpaged", 1, 1, 1, 99 * MB);
    put_tag(&rig, "Smal", "nonpaged", 2, 1, 1, 15 * MB);
    put_tag(&rig, "Big ", "nonpaged", 2, 1, 1, 60 * MB);
    put_tag(&rig, "Page", "paged", 2, 1, 1, 60 * MB);
    put_usage(&rig, "nonpaged", 2, 100 * MB);
    correlator_pool_share.run(&rig.c);
    s = rig_get(&rig, &kind_POOL_SHARE, 0);
    want_text(s, POOL_SHARE_TAG, "Big ");
    want_int(s, POOL_SHARE_RANK, 1);
    want_real(s, POOL_SHARE_SHARE, 0.6);
    want_real(s, POOL_SHARE_LIMIT_SHARE, 0.3);
    want_bool(s, POOL_SHARE_COMPLETE, false);
    want_text(rig_get(&rig, &kind_POOL_SHARE, 1), POOL_SHARE_TAG, "Smal");
    /* Two rows without a header may be filtered: no share of anything. */
    s = rig_get(&rig, &kind_POOL_SHARE, 2);
    want_text(s, POOL_SHARE_TAG, "Page");
    want_absent(s, POOL_SHARE_SHARE);
    want_absent(s, POOL_SHARE_COMPLETE);
    assert_int_equal(rig_count(&rig, &kind_POOL_SHARE), 3);
    rig_stop(&rig);
}

static void put_delta(struct rig *rig, const char *tag, int64_t diff, int64_t bytes)
{
    const struct value v[POOL_DELTA_NFIELDS] = {
        [POOL_DELTA_TAG] = value_z(tag),
        [POOL_DELTA_DIFF] = value_int(diff),
        [POOL_DELTA_BYTES] = value_int(bytes),
        [POOL_DELTA_SECONDS] = value_real(1000),
    };

    rig_put(rig, &kind_POOL_DELTA, v);
}

/* Xflt, File and IoNm gain alike, IoFE twice as much; Oth1 is 4 % off, Oth2 stands alone. */
static void test_lockstep(void **state)
{
    const struct fact *g;
    struct rig rig;

    (void)state;
    rig_start(&rig);
    put_delta(&rig, "File", 100000, 30 * MB);
    put_delta(&rig, "Xflt", 100700, 20 * MB);
    put_delta(&rig, "IoNm", 99000, 10 * MB);
    put_delta(&rig, "IoFE", 201000, 10 * MB);
    put_delta(&rig, "Oth1", 104000, 10 * MB);
    put_delta(&rig, "Oth2", 730, 5 * MB);
    correlator_pool_trend.run(&rig.c);
    correlator_pool_lockstep.run(&rig.c);
    assert_int_equal(rig_count(&rig, &kind_POOL_LOCKSTEP), 1);
    g = rig_get(&rig, &kind_POOL_LOCKSTEP, 0);
    want_text(g, POOL_LOCKSTEP_LEADER, "Xflt");
    want_text(g, POOL_LOCKSTEP_TAGS, "IoNm, File, Xflt, IoFE");
    want_text(g, POOL_LOCKSTEP_RATIO, "IoNm 1 : File 1 : Xflt 1 : IoFE 2");
    want_int(g, POOL_LOCKSTEP_MEMBERS, 4);
    want_int(g, POOL_LOCKSTEP_GAIN_DIFF, 99000);
    want_int(g, POOL_LOCKSTEP_GAIN, 70 * MB);
    /* Each member says whose group it is in. */
    assert_int_equal(rig_count(&rig, &kind_POOL_COMPANION), 4);
    for (size_t i = 0; i < 4; i++) {
        want_text(rig_get(&rig, &kind_POOL_COMPANION, i), POOL_COMPANION_LEADER, "Xflt");
        want_int(rig_get(&rig, &kind_POOL_COMPANION, i), POOL_COMPANION_GAIN_DIFF, 99000);
        want_int(rig_get(&rig, &kind_POOL_COMPANION, i), POOL_COMPANION_GAIN, 70 * MB);
    }
    want_text(rig_get(&rig, &kind_POOL_COMPANION, 3), POOL_COMPANION_TAG, "IoFE");
    rig_stop(&rig);
}

/* Two alike are chance; three that gained a hundredth of everything are chance too; small gains are
 * noise. */
static void test_no_lockstep(void **state)
{
    struct rig rig;

    (void)state;
    rig_start(&rig);
    put_delta(&rig, "Aaaa", 5000, 2 * MB);
    put_delta(&rig, "Bbbb", 5010, 2 * MB);
    put_delta(&rig, "Cccc", 10010, 2 * MB);
    correlator_pool_trend.run(&rig.c);
    correlator_pool_lockstep.run(&rig.c);
    assert_int_equal(rig_count(&rig, &kind_POOL_LOCKSTEP), 0);
    rig_stop(&rig);

    rig_start(&rig);
    put_delta(&rig, "Aaaa", 5000, 2 * MB);
    put_delta(&rig, "Bbbb", 5010, 2 * MB);
    put_delta(&rig, "Cccc", 5020, 2 * MB);
    put_delta(&rig, "Huge", 900000, 600 * MB);
    correlator_pool_trend.run(&rig.c);
    correlator_pool_lockstep.run(&rig.c);
    assert_int_equal(rig_count(&rig, &kind_POOL_LOCKSTEP), 0);
    rig_stop(&rig);

    rig_start(&rig);
    put_delta(&rig, "Aaaa", 300, 2 * MB);
    put_delta(&rig, "Bbbb", 300, 2 * MB);
    put_delta(&rig, "Cccc", 300, 2 * MB);
    correlator_pool_trend.run(&rig.c);
    correlator_pool_lockstep.run(&rig.c);
    assert_int_equal(rig_count(&rig, &kind_POOL_LOCKSTEP), 0);
    rig_stop(&rig);
}

static void put_process(struct rig *rig, const char *name, int64_t pid, int64_t session,
        int64_t handles, int64_t snapshot)
{
    struct value v[PROCESS_NFIELDS] = {
        [PROCESS_NAME] = value_z(name),
        [PROCESS_PID] = value_int(pid),
        [PROCESS_SESSION] = value_int(session),
        [PROCESS_SNAPSHOT] = value_int(snapshot),
    };

    if (handles >= 0)
        v[PROCESS_HANDLES] = value_int(handles);
    rig_put(rig, &kind_PROCESS, v);
}

/* 6000 of 10000 handles, the next 3000. The second listing is another one; Idle is no process. */
static void test_process_top(void **state)
{
    const struct fact *p;
    struct rig rig;

    (void)state;
    rig_start(&rig);
    put_process(&rig, "System Idle Process", 0, 0, 90000, 1);
    put_process(&rig, "svchost.exe", 800, 0, 3000, 1);
    put_process(&rig, "leaky.exe", 4242, 101, 6000, 1);
    put_process(&rig, "csrss.exe", 400, 0, 1000, 1);
    put_process(&rig, "nothing.exe", 401, 0, -1, 1);
    put_process(&rig, "svchost.exe", 800, 0, 3000, 2);
    put_process(&rig, "leaky.exe", 4242, 101, 1000, 2);
    correlator_process_top.run(&rig.c);
    assert_int_equal(rig_count(&rig, &kind_PROCESS_TOP), 2);
    p = rig_get(&rig, &kind_PROCESS_TOP, 0);
    want_text(p, PROCESS_TOP_NAME, "leaky.exe");
    want_text(p, PROCESS_TOP_METRIC, "handles");
    want_text(p, PROCESS_TOP_CONTAINER, "101");
    want_int(p, PROCESS_TOP_VALUE, 6000);
    want_int(p, PROCESS_TOP_SECOND, 3000);
    want_int(p, PROCESS_TOP_PROCESSES, 3);
    want_real(p, PROCESS_TOP_SHARE, 0.6);
    p = rig_get(&rig, &kind_PROCESS_TOP, 1);
    want_text(p, PROCESS_TOP_NAME, "svchost.exe");
    want_absent(p, PROCESS_TOP_CONTAINER);
    rig_stop(&rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_verdicts),
        cmocka_unit_test(test_slope),
        cmocka_unit_test(test_exhaustion),
        cmocka_unit_test(test_equal_times),
        cmocka_unit_test(test_without_times),
        cmocka_unit_test(test_order_by_counters),
        cmocka_unit_test(test_resets),
        cmocka_unit_test(test_series_apart),
        cmocka_unit_test(test_many),
        cmocka_unit_test(test_share),
        cmocka_unit_test(test_lockstep),
        cmocka_unit_test(test_no_lockstep),
        cmocka_unit_test(test_process_top),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
