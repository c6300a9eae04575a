/* SPDX-License-Identifier: Apache-2.0 */
/* cells: rows into cells, sizes and dates as Windows prints them in several languages. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "cells.h"

/* Catches: groups taken for decimals and the other way round, units lost, thousands for kilobytes. */
static void test_size(void **state)
{
    static const struct {
        const char *in;
        int64_t want; /* -1: refused */
    } rows[] = {
        { "12,345 K", 12345 * 1024ll },
        { "4,21,340 K", 421340 * 1024ll },
        { "587\xc2\xa0"
          "732 \xd0\x9a\xd0\x91",
                587732 * 1024ll },
        { "587\xef\xbf\xbd"
          "732 \xef\xbf\xbd\xef\xbf\xbd",
                587732 * 1024ll },
        { "1.234.567 K", 1234567 * 1024ll },
        { "1\xe2\x80\xaf"
          "024 Ko",
                1048576 },
        { "2,047 MB", 2047 * 1048576ll },
        { "1.5 GB", 1610612736 },
        { "1,5 Go", 1610612736 },
        { "0.125 MB", 131072 },
        { "12", 12 * 1024 },
        { "7 B", 7 },
        { "7 dogs", -1 },
        { "", -1 },
        { "K", -1 },
        { "-3 K", -1 },
        { "99999999999999999999 K", -1 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        uint64_t got = 0;
        bool ok = cell_size(str_z(rows[i].in), 1024, &got);

        if (ok != (rows[i].want >= 0) || (ok && got != (uint64_t)rows[i].want))
            fail_msg("\"%s\": %d, %llu", rows[i].in, ok, (unsigned long long)got);
    }
}

static void test_split(void **state)
{
    static const struct {
        const char *row;
        char sep;
        const char *want; /* cells between brackets */
    } rows[] = {
        { "a,b,,c", ',', "[a][b][][c]" },
        { "a,b,", ',', "[a][b][]" },
        { "\"a, b\",\"c\"", ',', "[a, b][c]" },
        { "\"say \"\"x\"\"\",2", ',', "[say \"\"x\"\"][2]" },
        { "\"open", ',', "[open]" },
        { "| a | b |", '|', "[a][b]" },
        { "a\t\tb", '\t', "[a][][b]" },
        { "two words   x \t y", ' ', "[two words][x][y]" },
        { "", ',', "" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        str cells[8];
        char got[128];
        size_t n = cells_split(str_z(rows[i].row), rows[i].sep, cells, 8), at = 0;

        got[0] = '\0';
        for (size_t k = 0; k < n; k++)
            at += (size_t)snprintf(got + at, sizeof(got) - at, "[%.*s]", STR_ARG(cells[k]));
        if (!str_eq(str_z(got), str_z(rows[i].want)))
            fail_msg("%s: got %s", rows[i].row, got);
    }
}

/* Catches: day and month swapped, noon and midnight, an order assumed without saying so. */
static void test_date(void **state)
{
    static const struct {
        const char *in;
        enum date_order order;
        const char *want; /* NULL: refused */
        bool guessed;
    } rows[] = {
        { "3/14/2026, 2:10:33 PM", DATE_UNKNOWN, "2026-03-14T14:10:33", false },
        { "3/4/2026 12:00:01 AM", DATE_UNKNOWN, "2026-03-04T00:00:01", true },
        { "3/4/2026 12:00:01 PM", DATE_DMY, "2026-04-03T12:00:01", false },
        { "3/4/2026, 14:34:44", DATE_UNKNOWN, NULL, false },
        { "3/4/2026, 14:34:44", DATE_MDY, "2026-03-04T14:34:44", false },
        { "14.03.2026 2:10:33,45", DATE_UNKNOWN, "2026-03-14T02:10:33.45", false },
        { "2026.03.14-02:10:33 CET", DATE_UNKNOWN, "2026-03-14T02:10:33", false },
        { "2026/3/14, 14:34:44", DATE_UNKNOWN, "2026-03-14T14:34:44", false },
        { "2026-03-14T02:10:33Z", DATE_UNKNOWN, "2026-03-14T02:10:33Z", false },
        { "31/31/2026 1:00", DATE_UNKNOWN, NULL, false },
        { "12:30", DATE_UNKNOWN, NULL, false },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        str s = str_z(rows[i].in);
        struct when w = { 0 };
        char buf[WHEN_TEXT];
        bool guessed = false, ok = date_take_local(&s, rows[i].order, &w, &guessed);
        str got = when_format(w, buf);

        if (ok != (rows[i].want != NULL) || guessed != rows[i].guessed ||
                (ok && !str_eq(got, str_z(rows[i].want))))
            fail_msg("\"%s\": %d, %d, \"%.*s\"", rows[i].in, ok, guessed, STR_ARG(got));
    }
}

static void test_name(void **state)
{
    static const struct {
        const char *in, *want;
    } rows[] = {
        { "poolmon_20260314_0210.txt", "2026-03-14T02:10:00" },
        { "poolmon-2026-03-14T02-10.txt", "2026-03-14T02:10:00" },
        { "n1-2026-03-14T02-10-33.log", "2026-03-14T02:10:33" },
        { "20260314021033.txt", "2026-03-14T02:10:33" },
        { "poolmon_20260314.txt", NULL },
        { "case-12345678-9999.txt", NULL },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct when w = { 0 };
        char buf[WHEN_TEXT];
        bool ok = date_in_name(str_z(rows[i].in), &w);

        if (ok != (rows[i].want != NULL) ||
                (ok && !str_eq(when_format(w, buf), str_z(rows[i].want))))
            fail_msg("\"%s\": %d", rows[i].in, ok);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_size),
        cmocka_unit_test(test_split),
        cmocka_unit_test(test_date),
        cmocka_unit_test(test_name),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
