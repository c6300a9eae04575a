/* SPDX-License-Identifier: Apache-2.0 */
/* What varies in a line, the form that is left, and the pattern that is made of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "mask.h"
#include "regex.h"

static const struct {
    const char *line, *form;
} rows[] = {
    { "nothing varies here", "nothing varies here" },
    { "error 5", "error #" },
    { "2026-03-01T10:00:01.250 took 1,234.5 ms, 12kB of 10/20", "# took # ms, #kB of #" },
    { "ct101: 3 of eth0", "ct#: # of eth#" },
    { "kernel 5.15.0-91-generic", "kernel #-generic" },
    { "at 0x800705AA and 0X1f", "at # and #" },
    { "0xyz is none", "#xyz is none" },
    { "commit 3f2504e04f8911d39a0c0305e82c3301 on dead beef", "commit # on dead beef" },
    { "facade and decade are words, deadbeef too", "facade and decade are words, deadbeef too" },
    { "{3F2504E0-4F89-11D3-9A0C-0305E82C3301}", "{#}" },
    { "peer 10.0.0.1:8080 and fe80::1ff:fe23:4567:890a, mac 00:1b:44:11:3a:b7",
            "peer # and #, mac #" },
    { "pod web-7d9f8b6c5-x2x9z is gone", "pod web-#-# is gone" },
    { "user don't 'know' it", "user don't '*' it" },
    { "cannot open \"a b\", then \"c\"", "cannot open \"*\", then \"*\"" },
    { "empty \"\" and 'x'", "empty \"\" and '*'" },
    { "`old style'", "`*'" },
    { "a \" alone", "a \" alone" },
    { "open /var/log/a-1.log: denied", "open *: denied" },
    { "see C:\\Windows\\x.dll, \\\\srv1\\share\\y.", "see *, *." },
    { "and/or 5/7 of http://x.y/z?a=1", "and/or # of *" },
    { "in (/etc/x) or ./y", "in (*) or *" },
    { "Gr\xc3\xb6\xc3\x9f"
      "e 12 \xe2\x82\xac",
            "Gr\xc3\xb6\xc3\x9f"
            "e # \xe2\x82\xac" },
    { "sha256 utf8 ipv6", "sha# utf# ipv#" },
    { "token aGVsbG8gd29ybGQ5aGVsbG8gd29ybGQx end", "token # end" },
};

/* Catches: two lines that differ only in what varies and are told apart; words that are masked. */
static void test_forms(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char buf[256];
        size_t n = mask_line(str_z(rows[i].line), buf, sizeof(buf));

        if (!str_eq((str){ buf, n }, str_z(rows[i].form)))
            fail_msg("%s\n  is    %.*s\n  want  %s", rows[i].line, (int)n, buf, rows[i].form);
    }
}

/* Catches: pieces that overlap, are left out, or are empty, whatever the bytes. */
static void test_pieces(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        for (size_t to = 0; to <= strlen(rows[i].line); to++) {
            str line = { rows[i].line, to };
            struct mask_piece piece;
            struct mask m;
            size_t at = 0;

            mask_init(&m, line);
            while (mask_next(&m, &piece)) {
                assert_ptr_equal(piece.text.p, line.p + at);
                assert_true(piece.text.n != 0);
                at += piece.text.n;
            }
            assert_int_equal(at, line.n);
        }
    }
}

/* Catches: a form cut inside a character, or past its buffer. */
static void test_cut(void **state)
{
    char buf[8] = "-------";

    (void)state;
    assert_int_equal(mask_line(STR("abcd\xe2\x82\xac"), buf, 6), 4);
    assert_int_equal(buf[6], '-');
    assert_int_equal(mask_line(STR("abcd\xe2\x82\xac"), buf, 7), 7);
    assert_int_equal(mask_line(STR("12345 6"), buf, 2), 2);
    assert_memory_equal(buf, "# ", 2);
}

static bool matches(struct arena *a, str pattern, const char *line)
{
    struct regex_list list = { 0 };
    str error;
    uint32_t offset;
    struct regex *r = regex_create(a, &list, pattern, &error, &offset);
    bool found;

    if (r == NULL)
        fail_msg("%.*s: %.*s", STR_ARG(pattern), STR_ARG(error));
    found = regex_match(r, str_z(line)) == REGEX_YES;
    regex_list_finish(&list);
    return found;
}

/* Catches: a pattern that does not match its own line, or no other of the form, or anything. */
static void test_patterns(void **state)
{
    struct arena a;

    (void)state;
    arena_init(&a, 0);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct out out;

        out_init_memory(&out);
        mask_pattern(str_z(rows[i].line), &out);
        if (!matches(&a, out_text(&out), rows[i].line))
            fail_msg("%.*s does not match %s", STR_ARG(out_text(&out)), rows[i].line);
        assert_false(matches(&a, out_text(&out), "another line"));
        (void)out_finish(&out);
    }
    {
        struct out out;

        out_init_memory(&out);
        mask_pattern(STR("ct101: cannot open \"/vz/x\" (0x5) after 3.5 s [a+b]"), &out);
        assert_true(str_eq(out_text(&out),
                STR("ct\\d+: cannot open \"[^\"]*\" \\(0[xX][0-9A-Fa-f]+\\) after [\\d.,:/T+-]+ s \\[a\\+b\\]")));
        assert_true(matches(&a, out_text(&out), "ct7: cannot open \"\" (0xFF) after 12 s [a+b]"));
        (void)out_finish(&out);
    }
    arena_finish(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_forms),
        cmocka_unit_test(test_pieces),
        cmocka_unit_test(test_cut),
        cmocka_unit_test(test_patterns),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
