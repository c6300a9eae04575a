/* SPDX-License-Identifier: Apache-2.0 */
/* layout: where lines break, and what stands at the right edge. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "layout.h"

/* Catches: words cut in two, blanks kept at a break, endless loops, wide characters counted as one column. */
static void test_wrap(void **state)
{
    static const struct {
        const char *in;
        unsigned columns;
        const char *want; /* lines with '|' between */
    } rows[] = {
        { "one two three", 7, "one two|three" },
        { "one two three", 8, "one two|three" },
        { "one two three", 3, "one|two|thr|ee" },
        { "one  two", 4, "one|two" },
        { "", 10, "" },
        { "   ", 2, "" },
        { "unbreakable", 4, "unbr|eaka|ble" },
        { "/var/log/kern.log", 10, "/var/log/|kern.log" },
        { "a /var/log/kern.log", 10, "a|/var/log/|kern.log" },
        /* Three characters of two columns each: two fit into five. */
        { "\xe5\xa4\x87\xe4\xbb\xbd\xe5\xa4\xb1", 5, "\xe5\xa4\x87\xe4\xbb\xbd|\xe5\xa4\xb1" },
        { "ab\xe5\xa4\x87", 3, "ab|\xe5\xa4\x87" },
        /* Wider than the column: taken all the same. */
        { "\xe5\xa4\x87\xe4\xbb\xbd", 1, "\xe5\xa4\x87|\xe4\xbb\xbd" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        str text = str_z(rows[i].in);
        struct out out;

        out_init_memory(&out);
        for (unsigned line = 0; text.n != 0 && line < 20; line++) {
            str part = wrap_take(&text, rows[i].columns);

            if (line != 0 && part.n != 0)
                out_char(&out, '|');
            out_str(&out, part);
        }
        if (!str_eq(out_text(&out), str_z(rows[i].want)))
            print_error("\"%s\" at %u: \"%.*s\", want \"%s\"\n", rows[i].in, rows[i].columns,
                    STR_ARG(out_text(&out)), rows[i].want);
        assert_true(str_eq(out_text(&out), str_z(rows[i].want)));
        (void)out_finish(&out);
    }
}

/*
 * Catches: plain text broken elsewhere than text that is not. A mark of no width at the front makes a text
 * one that is taken character by character; but for the mark the lines must be the same.
 */
static void test_wrap_twins(void **state)
{
    static const char letters[] = "aaaabbb  c/,;\\\x01";
    static const char mark[] = "\xcc\x80"; /* U+0300 */
    uint32_t random = 1;

    (void)state;
    for (unsigned round = 0; round < 20000; round++) {
        char marked[2 + 48];
        size_t n = 1 + round % 47;
        unsigned columns = 1 + round / 47 % 20;
        str plain = { marked + 2, n }, twin = { marked, n + 2 }, line, other;

        memcpy(marked, mark, 2);
        for (size_t i = 0; i < n; i++) {
            random = random * 1664525 + 1013904223;
            marked[2 + i] = letters[(random >> 16) % (sizeof(letters) - 1)];
        }
        if (plain.p[0] == ' ')
            marked[2] = 'x'; /* a blank behind the mark is no blank at the front */
        line = wrap_take(&plain, columns);
        other = wrap_take(&twin, columns);
        assert_true(str_starts(other, str_z(mark)));
        assert_true(str_eq(line, str_from(other, 2)));
        assert_true(str_eq(plain, twin));
    }
}

static void check_row(const struct row *row, unsigned width, bool color, const char *want)
{
    struct layout l;
    struct out out;

    out_init_memory(&out);
    layout_init(&l, &out, width, color);
    layout_row(&l, row);
    layout_finish(&l);
    if (!str_eq(out_text(&out), str_z(want)))
        print_error("got:\n%.*swant:\n%s", STR_ARG(out_text(&out)), want);
    assert_true(str_eq(out_text(&out), str_z(want)));
    (void)out_finish(&out);
}

/* Catches: a place that overwrites the text, trailing blanks, labels repeated on wrapped lines. */
static void test_rows(void **state)
{
    const struct row fits = {
        .indent = 2, .hang = 6, .label = STR("do"), .text = STR("one two"), .right = STR("a:1")
    };
    const struct row follows = {
        .hang = 6, .text = STR("one two three four five six"), .right = STR("file.txt:12")
    };
    const struct row beside = { .hang = 4,
        .text = STR("one two three four five six seven"),
        .right = STR("high"),
        .beside = true };
    const struct row cut = {
        .hang = 0, .text = STR("one two three four five six seven eight nine ten"), .most = 2
    };
    const struct row lines = { .hang = 2, .text = STR("one\ntwo\n") };
    const struct row bad = { .hang = 0, .text = STR("a\033[31mb\tc") };

    (void)state;
    check_row(&fits, 30, false, "  do  one two              a:1\n");
    check_row(
            &follows, 30, false, "      one two three four five\n      six          file.txt:12\n");
    check_row(&beside, 30, false, "    one two three four    high\n    five six seven\n");
    check_row(&cut, 20, false, "one two three four\nfive six seven...\n");
    check_row(&lines, 30, false, "  one\n  two\n");
    check_row(&bad, 30, false, "a\xc2\xb7[31mb c\n");
    check_row(&(struct row){ .text = STR("x"), .text_style = STYLE_STRONG }, 30, true,
            "\033[1mx\033[0m\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_wrap),
        cmocka_unit_test(test_wrap_twins), cmocka_unit_test(test_rows) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
