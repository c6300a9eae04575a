/* SPDX-License-Identifier: Apache-2.0 */
/* How two cases are put side by side: times, machines, figures, and how sure "fixed" is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "fields.h"
#include "parts.h"

static const int64_t HOUR = 3600 * WHEN_NS;

static struct when at(enum when_basis basis, double hours)
{
    return (struct when){ .basis = basis, .ns = (int64_t)(hours * (double)HOUR) };
}

/* Catches: a difference between clocks of which nobody knows how they stand to each other. */
static void test_seconds(void **state)
{
    static const struct {
        enum when_basis a, b;
        double from, to;
        bool known;
        double want;
    } rows[] = {
        { WHEN_UTC, WHEN_UTC, 1, 3, true, 7200 },
        { WHEN_UTC, WHEN_UTC, 3, 1, true, -7200 },
        { WHEN_LOCAL, WHEN_LOCAL, 1, 1, true, 0 },
        /* A zone may lie 14 hours off: 20 hours are 6 at least, 13 may be none. */
        { WHEN_UTC, WHEN_LOCAL, 0, 20, true, 6 * 3600 },
        { WHEN_LOCAL, WHEN_UTC, 20, 0, true, -6 * 3600 },
        { WHEN_UTC, WHEN_LOCAL, 0, 13, false, 0 },
        { WHEN_YEARLESS, WHEN_YEARLESS, 0, 5, true, 5 * 3600 },
        { WHEN_YEARLESS, WHEN_UTC, 0, 500, false, 0 },
        { WHEN_MONOTONIC, WHEN_MONOTONIC, 0, 5, false, 0 },
        { WHEN_NONE, WHEN_UTC, 0, 5, false, 0 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        double got = 0;
        bool known = diff_seconds(at(rows[i].a, rows[i].from), at(rows[i].b, rows[i].to), &got);

        if (known != rows[i].known || (known && got != rows[i].want))
            print_error("row %zu: %d %f\n", i, known, got);
        assert_true(known == rows[i].known);
        assert_true(!known || got == rows[i].want);
    }
}

/* Two cases of one machine, each one log of kernel messages. */
struct world {
    struct arena arena;
    struct analysis before, after;
    struct source sources[2];
    struct finding findings[2];
    struct fact facts[32];
    const struct fact *lists[2][32];
    struct evidence evidence[2][32];
    str hosts[2];
    struct value values[KERNEL_MESSAGE_NFIELDS];
    struct diff d;
};

static void side(struct world *w, struct analysis *a, size_t i, enum when_basis basis, double from,
        double to)
{
    w->sources[i] = (struct source){ .path = STR("kern.log"),
        .format = STR("kernel-log"),
        .host = STR("gw1"),
        .first = at(basis, from),
        .last = at(basis, to) };
    w->hosts[i] = STR("gw1");
    a->file.sources = &w->sources[i];
    a->file.nsources = 1;
    a->file.hosts = &w->hosts[i];
    a->file.nhosts = 1;
    a->file.facts = w->lists[i];
    a->verdict.findings = &w->findings[i];
}

static void set_up(
        struct world *w, enum when_basis basis, const double *before, const double *after)
{
    arena_init(&w->arena, 0);
    side(w, &w->before, 0, basis, before[0], before[1]);
    side(w, &w->after, 1, basis, after[0], after[1]);
}

/* One finding of BEFORE, with one fact for each time. */
static void found(struct world *w, size_t i, enum when_basis basis, const double *hours, size_t n)
{
    struct analysis *a = i == 0 ? &w->before : &w->after;

    for (size_t k = 0; k < n; k++) {
        struct fact *f = &w->facts[i * 16 + k];

        *f = (struct fact){ .kind = &kind_KERNEL_MESSAGE,
            .where.member = 1,
            .when = at(basis, hours[k]),
            .count = 1,
            .host = STR("gw1"),
            .values = w->values };
        w->lists[i][k] = f;
        w->evidence[i][k] = (struct evidence){ .selection = STR("m"), .fact = f };
    }
    w->findings[i] = (struct finding){ .cause = STR("linux/net/conntrack-full"),
        .title = STR("The table is full"),
        .host = STR("gw1"),
        .first = at(basis, hours[0]),
        .last = at(basis, hours[n - 1]),
        .count = n,
        .evidence = w->evidence[i],
        .nevidence = n };
    a->file.nfacts = n;
    a->verdict.nfindings = 1;
}

static const struct diff_finding *compare(struct world *w)
{
    diff_build(&w->arena, &w->before, &w->after, NULL, &w->d);
    assert_int_equal(w->d.nfindings, 1);
    return &w->d.findings[0];
}

static void rate(const double *hours, size_t n, double covered, enum diff_fixed want)
{
    struct world w = { 0 };

    set_up(&w, WHEN_UTC, (double[]){ 0, 100 }, (double[]){ 200, 200 + covered });
    found(&w, 0, WHEN_UTC, hours, n);
    assert_int_equal(compare(&w)->state, DIFF_GONE);
    if (w.d.findings[0].fixed != want)
        print_error("%zu in 100 h, none in %g h: %s, want %s: %.*s\n", n, covered,
                diff_fixed_name(w.d.findings[0].fixed), diff_fixed_name(want),
                STR_ARG(w.d.findings[0].reason));
    assert_int_equal(w.d.findings[0].fixed, want);
    arena_finish(&w.arena);
}

/*
 * BEFORE covers 100 hours. Once: (100/190)^1 = 53 %, (100/201)^1 = 49.8 %, (100/1990) = 5.03 %,
 * (100/2010) = 4.98 %. Four times: 5 % at 100 x (0.05^-1/4 - 1) = 111.5 h, 0.1 % at 462.3 h. Ten
 * times: 0.1 % at 99.5 h. Catches: "fixed" for lack of time.
 */
static void test_rates(void **state)
{
    static const double four[] = { 10, 30, 50, 90 };
    static const double ten[] = { 1, 11, 21, 31, 41, 51, 61, 71, 81, 91 };
    /* Ten lines of one burst are one occurrence: with one, 1900 hours are wanted. */
    static const double burst[] = { 50, 50.01, 50.02, 50.03, 50.04, 50.05, 50.06, 50.07, 50.08,
        50.09 };

    (void)state;
    rate(four, 1, 90, FIXED_TOO_EARLY);
    rate(four, 1, 101, FIXED_POSSIBLE);
    rate(four, 1, 1890, FIXED_POSSIBLE);
    rate(four, 1, 1910, FIXED_LIKELY);
    rate(four, 4, 18, FIXED_TOO_EARLY); /* (100/118)^4 = 51.6 % */
    rate(four, 4, 111, FIXED_POSSIBLE);
    rate(four, 4, 112, FIXED_LIKELY);
    rate(four, 4, 462, FIXED_LIKELY);
    rate(four, 4, 463, FIXED_CERTAIN);
    rate(ten, 10, 99, FIXED_LIKELY);
    rate(ten, 10, 100, FIXED_CERTAIN);
    rate(burst, 10, 100, FIXED_POSSIBLE);
    rate(burst, 10, 0.01, FIXED_TOO_EARLY);
}

/* Catches: "fixed" by a capture that is older than the trouble. */
static void test_wrong_order(void **state)
{
    struct world w = { 0 };

    (void)state;
    set_up(&w, WHEN_UTC, (double[]){ 1000, 1100 }, (double[]){ 0, 900 });
    found(&w, 0, WHEN_UTC, (double[]){ 1050 }, 1);
    assert_int_equal(compare(&w)->fixed, FIXED_UNKNOWN);
    assert_int_equal(w.d.nnotes, 1);
    arena_finish(&w.arena);
}

/* A log that still holds the old lines: gone where it goes further and they are the same ones, there
 * where a newer one came. Catches: old records told as "still there", or a new one as old. */
static void test_old_records(void **state)
{
    static const struct {
        enum when_basis basis;
        double last, end;
        enum diff_state want;
    } rows[] = {
        { WHEN_UTC, 50, 700, DIFF_GONE }, { WHEN_UTC, 600, 700, DIFF_SAME },
        { WHEN_UTC, 50, 100, DIFF_SAME }, /* AFTER goes no further: nothing can be said */
        { WHEN_MONOTONIC, 50, 700, DIFF_GONE },
        { WHEN_MONOTONIC, 51, 700, DIFF_SAME }, /* of another boot */
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct world w = { 0 };

        set_up(&w, rows[i].basis, (double[]){ 0, 100 }, (double[]){ 0, rows[i].end });
        found(&w, 0, rows[i].basis, (double[]){ 50 }, 1);
        found(&w, 1, rows[i].basis, (double[]){ rows[i].last }, 1);
        if (compare(&w)->state != rows[i].want)
            print_error("row %zu: %s\n", i, diff_state_name(w.d.findings[0].state));
        assert_int_equal(w.d.findings[0].state, rows[i].want);
        assert_true(w.d.findings[0].old == (rows[i].want == DIFF_GONE));
        arena_finish(&w.arena);
    }
}

static void figures(const char *before, const char *after, const char *want)
{
    struct world w = { 0 };
    struct out out;

    set_up(&w, WHEN_UTC, (double[]){ 0, 1 }, (double[]){ 2, 3 });
    found(&w, 0, WHEN_UTC, (double[]){ 0.5 }, 1);
    found(&w, 1, WHEN_UTC, (double[]){ 2.5 }, 1);
    w.findings[0].summary = str_z(before);
    w.findings[1].summary = str_z(after);
    out_init_memory(&out);
    for (size_t i = 0; i < compare(&w)->nchanges; i++)
        out_printf(&out, "%s%.*s %.*s -> %.*s", i != 0 ? "; " : "",
                STR_ARG(w.d.findings[0].changes[i].what),
                STR_ARG(w.d.findings[0].changes[i].before),
                STR_ARG(w.d.findings[0].changes[i].after));
    if (!str_eq(out_text(&out), str_z(want)))
        print_error("got  \"%.*s\"\nwant \"%s\"\n", STR_ARG(out_text(&out)), want);
    assert_true(str_eq(out_text(&out), str_z(want)));
    (void)out_finish(&out);
    arena_finish(&w.arena);
}

/* Catches: a number without its unit, one told twice, numbers of different sentences side by side. */
static void test_figures(void **state)
{
    (void)state;
    figures("it holds 31 MB, 12% of the pool.", "it holds 44 MB, 17% of the pool.",
            "figure 31 MB -> 44 MB; figure 12% -> 17%");
    figures("it holds 900 KB.", "it holds 1.2 MB.", "figure 900 KB -> 1.2 MB");
    figures("1 time (31 MB)", "2 times (31 MB)", "figure 1 -> 2");
    figures("5 of 5 failed", "7 of 7 failed", "figure 5 -> 7");
    figures("5 failed", "7 were refused", "");
    figures("5 failed", "5 failed", "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_seconds),
        cmocka_unit_test(test_rates),
        cmocka_unit_test(test_wrong_order),
        cmocka_unit_test(test_old_records),
        cmocka_unit_test(test_figures),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
