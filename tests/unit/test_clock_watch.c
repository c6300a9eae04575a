/* SPDX-License-Identifier: Apache-2.0 */
/* clock_watch: what the stamps of a member's lines come to, line by line. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "clock_watch.h"
#include "out.h"

struct rig {
    struct sink sink;
    struct parse in;
    struct arena scratch;
    struct out out; /* "2 step; 5 years; " */
};

static void on_emit(struct sink *sink, const struct fact *fact)
{
    struct rig *rig = (struct rig *)sink;

    assert_ptr_equal(fact->kind, &kind_CLOCK);
    out_printf(&rig->out, "%u %.*s; ", fact->where.line, STR_ARG(fact->values[CLOCK_SAYS].s));
}

static void on_diag(struct sink *sink, const struct diag *diag)
{
    out_printf(&((struct rig *)sink)->out, "%s; ", diag->code);
}

static void start(struct rig *rig)
{
    *rig = (struct rig){ .sink = { .emit = on_emit, .diag = on_diag } };
    rig->in.sink = &rig->sink;
    rig->in.scratch = &rig->scratch;
    arena_init(&rig->scratch, 0);
    out_init_memory(&rig->out);
}

static void stop(struct rig *rig, const char *want)
{
    clock_finish(&rig->in);
    if (!str_eq(out_text(&rig->out), str_z(want)))
        fail_msg("got \"%.*s\", want \"%s\"", STR_ARG(out_text(&rig->out)), want);
    (void)out_finish(&rig->out);
    arena_finish(&rig->scratch);
}

/* The time of a line as the watch gives it back. */
static struct when see(struct rig *rig, uint32_t number, const char *text)
{
    const struct line line = { .s = str_z(text), .number = number };
    str rest;

    return clock_line(&rig->in, &line, (struct when){ 0 }, &rest);
}

/* Catches: a year that does not begin, one that begins where a log was put together (February behind
 * April is no turn), the second turn lost. */
static void test_years(void **state)
{
    struct rig rig;

    (void)state;
    start(&rig);
    assert_int_equal(see(&rig, 1, "Oct 31 10:00:00 n1 a").boot, 0);
    assert_int_equal(see(&rig, 2, "Jan  2 10:00:00 n1 a").boot, 1);
    assert_int_equal(see(&rig, 3, "Apr  1 10:00:00 n1 a").boot, 1);
    assert_int_equal(see(&rig, 4, "Feb 20 10:00:00 n1 a").boot, 1);
    assert_int_equal(see(&rig, 5, "Dec 31 10:00:00 n1 a").boot, 1);
    assert_int_equal(see(&rig, 6, "Jan  1 10:00:00 n1 a").boot, 2);
    stop(&rig, "6 years; ");
}

/* A leap day is told once a year. */
static void test_leap_day(void **state)
{
    struct rig rig;

    (void)state;
    start(&rig);
    (void)see(&rig, 1, "Feb 29 10:00:00 n1 a");
    (void)see(&rig, 2, "Feb 29 11:00:00 n1 a");
    (void)see(&rig, 3, "Mar  1 11:00:00 n1 a");
    stop(&rig, "1 leap-day; 3 years; ");
}

/* Catches: a step of seconds (threads of one log), a day-long jump (another log behind it); and a
 * log without any order, which is said once. */
static void test_steps(void **state)
{
    struct rig rig;
    uint32_t n = 4;

    (void)state;
    start(&rig);
    (void)see(&rig, 1, "2021-10-31 02:59:50 a");
    (void)see(&rig, 2, "2021-10-31 02:59:40 a");
    (void)see(&rig, 3, "2021-10-31 02:00:05 a");
    (void)see(&rig, 4, "2021-10-20 02:00:05 a");
    while (n < 40) {
        (void)see(&rig, ++n, "2021-10-31 09:00:00 a");
        (void)see(&rig, ++n, "2021-10-31 08:00:00 a");
    }
    stop(&rig, "3 step; 6 step; 8 step; 10 step; 12 step; 14 step; 16 step; 18 step; "
               "clock.disorder; ");
}

/* An offset is told where it begins, by digits only: a Z is what programs write. */
static void test_offsets(void **state)
{
    struct rig rig;

    (void)state;
    start(&rig);
    (void)see(&rig, 1, "2021-10-31T00:59:50Z a");
    (void)see(&rig, 2, "2021-10-31T02:59:50+02:00 a");
    (void)see(&rig, 3, "2021-10-31T02:59:51+02:00 a");
    (void)see(&rig, 4, "2021-10-31T02:00:05+01:00 a");
    stop(&rig, "2 offset; 4 offset; ");
}

/*
 * Anchors: 12:00:10 at 10 s; 12:00:21 at 20 s is a second of delay, no news; 12:00:28 at 30 s is 2 s
 * early: news; 13:00:30 at 31 s: an hour of sleep; another boot.
 */
static void test_anchors(void **state)
{
    static const struct {
        int seconds, up, boot;
    } rows[] = { { 10, 10, 0 }, { 21, 20, 0 }, { 28, 30, 0 }, { 3630, 31, 0 }, { 3640, 5, 1 } };
    struct rig rig;

    (void)state;
    start(&rig);
    for (uint32_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct line line = { .number = i + 1 };
        struct stamp s = {
            .when = when_utc((1626350400ll + rows[i].seconds) * WHEN_NS),
            .uptime = rows[i].up * WHEN_NS,
            .boot = (uint16_t)rows[i].boot,
        };

        clock_see(&rig.in, &line, STR("n1"), &s);
    }
    stop(&rig, "1 anchor; 3 anchor; 4 anchor; 5 anchor; ");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_years),
        cmocka_unit_test(test_leap_day),
        cmocka_unit_test(test_steps),
        cmocka_unit_test(test_offsets),
        cmocka_unit_test(test_anchors),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
