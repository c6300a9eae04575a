/* SPDX-License-Identifier: Apache-2.0 */
/* str: what every parser stands on. Tables of { in, want }; a miss prints both. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "str.h"

static void check_str(str got, str want, const char *of)
{
    if (!str_eq(got, want))
        fail_msg("%s: got \"%.*s\", want \"%.*s\"", of, STR_ARG(got), STR_ARG(want));
}

/* Catches: a group mark that ends or begins a number, groups that are not three wide, overflow. */
static void test_grouped(void **state)
{
    static const struct {
        const char *in;
        bool ok;
        uint64_t want;
    } rows[] = {
        { "0", true, 0 },
        { "12,345", true, 12345 },
        { "4,21,340", true, 421340 },
        { "587\xc2\xa0"
          "732",
                true, 587732 },
        { "587\xe2\x80\xaf"
          "732",
                true, 587732 },
        { "587\xef\xbf\xbd"
          "732",
                true, 587732 },
        { "1'234'567", true, 1234567 },
        { "1.234", true, 1234 },
        { "1 234", true, 1234 },
        { "18446744073709551615", true, UINT64_MAX },
        { "18446744073709551616", false, 0 },
        { "", false, 0 },
        { ",1", false, 0 },
        { "1,", false, 0 },
        { "1,,2", false, 0 },
        { "12 K", false, 0 },
        { "-5", false, 0 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        uint64_t got = 0;
        bool ok = str_grouped(str_z(rows[i].in), &got);

        if (ok != rows[i].ok || got != rows[i].want)
            fail_msg("\"%s\": got %d %llu", rows[i].in, ok, (unsigned long long)got);
    }
}

/* Catches: a take that eats although it fails, hex beyond 64 bits, signs where none belong. */
static void test_numbers(void **state)
{
    str s = STR("18446744073709551616x");
    uint64_t u = 7;
    int64_t i = 7;
    double d = 7;

    (void)state;
    assert_false(str_take_u64(&s, &u));
    assert_int_equal(s.n, 21);
    assert_int_equal(u, 7);
    assert_true(str_i64(STR("-9223372036854775808"), &i) && i == INT64_MIN);
    assert_false(str_i64(STR("-9223372036854775809"), &i));
    assert_false(str_i64(STR("--1"), &i));
    assert_true(str_hex(STR("0xFFFFFFFFC000009A"), &u) && u == 0xFFFFFFFFC000009Au);
    assert_false(str_hex(STR("10000000000000000"), &u));
    assert_false(str_hex(STR("0x"), &u));
    assert_true(str_real(STR("-12.25"), &d) && d == -12.25);
    assert_true(str_real(STR(".5"), &d) && d == 0.5);
    assert_true(str_real(STR("1.5e3"), &d) && d == 1500);
    /* Catches: scaling by ten twice, which rounds twice. */
    assert_true(str_real(STR("0.07"), &d) && d == 0.07);
    assert_true(str_real(STR("0.000123"), &d) && d == 0.000123);
    assert_true(str_real(STR("1e-30"), &d) && d > 0.99e-30 && d < 1.01e-30);
    assert_false(str_real(STR("1,5"), &d));
    assert_false(str_real(STR("."), &d));
    assert_false(str_real(STR("1e999"), &d));
}

/* Catches: terminators left on lines, a last line without one, an empty line taken for the end. */
static void test_lines(void **state)
{
    str s = STR("a\r\nb\r\r\n\nc"), line;
    static const str want[] = { STR_INIT("a"), STR_INIT("b"), STR_INIT(""), STR_INIT("c") };

    (void)state;
    for (size_t i = 0; i < 4; i++) {
        assert_true(str_line(&s, &line));
        check_str(line, want[i], "line");
    }
    assert_false(str_line(&s, &line));
}

static void test_pieces(void **state)
{
    str s = STR("  one\ttwo "), word, rest = STR("key:value:more");

    (void)state;
    assert_true(str_word(&s, &word));
    check_str(word, STR("one"), "first word");
    assert_true(str_word(&s, &word));
    check_str(word, STR("two"), "second word");
    assert_false(str_word(&s, &word));
    check_str(str_cut(&rest, ':'), STR("key"), "cut");
    check_str(rest, STR("value:more"), "rest of cut");
    check_str(str_cut(&rest, '#'), STR("value:more"), "cut without separator");
    assert_int_equal(rest.n, 0);
    assert_int_equal(str_find(STR("abcabc"), STR("ca")), 2);
    assert_true(str_find(STR("ab"), STR("abc")) == STR_NONE);
    assert_int_equal(str_find_nocase(STR("xxABC"), STR("aBc")), 2);
    assert_int_equal(str_rfind_char(STR("a/b/c"), '/'), 3);
    check_str(str_slice(STR("abc"), 2, 9), STR("c"), "slice clamps");
    check_str(str_trim(STR(" \t x y \r\n")), STR("x y"), "trim");
    assert_true(str_eq_nocase(STR("SRV"), STR("srv")));
    assert_false(str_eq_nocase(STR("SRV2"), STR("srv")));
    assert_true(str_cmp(STR("ab"), STR("abc")) < 0);
}

/* Catches: a place left out at the border of what is looked at in one step, bytes read behind the end, and one of
 * the ways in which a long text of a few letters is looked through. */
static void test_find(void **state)
{
    uint32_t random = 1;

    (void)state;
    for (unsigned round = 0; round < 20000; round++) {
        const size_t n = 1 + round % 97 + (round % 50 == 0 ? 900 : 0), most = 1 + round % 40;
        char *text = malloc(n),
             *what = malloc(most); /* on the heap, where one byte more is an error */
        size_t m = most < n ? most : n, want = STR_NONE;

        assert_true(text != NULL && what != NULL);
        for (size_t i = 0; i < n + m; i++) {
            char *to = i < n ? &text[i] : &what[i - n];

            random = random * 1664525 + 1013904223;
            *to = "aaaaaaaaab"[(random >> 16) % (round % 3 == 0 ? 10 : 9 + round % 2)];
        }
        for (size_t i = 0; i + m <= n && want == STR_NONE; i++)
            want = memcmp(text + i, what, m) == 0 ? i : STR_NONE;
        assert_int_equal(str_find((str){ text, n }, (str){ what, m }), want);
        free(text);
        free(what);
    }
}

/* Catches besides: bytes that differ from a letter's neighbours in the bit that parts its cases. */
static void test_find_nocase(void **state)
{
    uint32_t random = 2;

    (void)state;
    for (unsigned round = 0; round < 20000; round++) {
        const size_t n = 1 + round % 97 + (round % 50 == 0 ? 900 : 0),
                     m = 1 + round % (n < 5 ? n : 5);
        char *text = malloc(n), *what = malloc(m);
        size_t want = STR_NONE;

        assert_true(text != NULL && what != NULL);
        for (size_t i = 0; i < n + m; i++) {
            char *to = i < n ? &text[i] : &what[i - n];

            random = random * 1664525 + 1013904223;
            *to = "aAzZ@`[{\r-"[(random >> 16) % (round % 3 == 0 ? 2 : 10)];
        }
        for (size_t i = 0; i + m <= n && want == STR_NONE; i++) {
            size_t same = 0;

            while (same < m && to_lower(text[i + same]) == to_lower(what[same]))
                same++;
            want = same == m ? i : STR_NONE;
        }
        assert_int_equal(str_find_nocase((str){ text, n }, (str){ what, m }), want);
        free(text);
        free(what);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_grouped),
        cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_lines),
        cmocka_unit_test(test_pieces),
        cmocka_unit_test(test_find),
        cmocka_unit_test(test_find_nocase),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
