/* SPDX-License-Identifier: Apache-2.0 */
/* text: the window over a member. Lines must come out the same however the bytes come in. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "limits.h"
#include "text.h"

struct bytes {
    struct text_source source;
    str left;
    size_t step;
};

static size_t read_bytes(struct text_source *source, char *buf, size_t size)
{
    struct bytes *b = (struct bytes *)source;
    size_t n = b->left.n < size ? b->left.n : size;

    assert_true(size != 0);
    n = n < b->step ? n : b->step;
    memcpy(buf, b->left.p, n);
    b->left = str_from(b->left, n);
    return n;
}

static struct bytes of(str s, size_t step)
{
    return (struct bytes){ .source.read = read_bytes, .left = s, .step = step };
}

static void want_line(struct text *t, str want, uint32_t number, uint64_t offset)
{
    struct line peeked, line;

    assert_true(text_peek_line(t, &peeked));
    assert_true(peeked.number == number && str_eq(peeked.s, want));
    assert_true(text_line(t, &line));
    if (!str_eq(line.s, want) || line.number != number || line.offset != offset)
        fail_msg("line %u at %llu: \"%.*s\", want %u at %llu \"%.*s\"", line.number,
                (unsigned long long)line.offset, STR_ARG(line.s), number,
                (unsigned long long)offset, STR_ARG(want));
    assert_int_equal(line.length, want.n);
}

/* Catches: CR CR LF of wmic, a lone CR, the last line without LF, an empty line, any refill. */
static void test_ends(void **state)
{
    (void)state;
    for (size_t step = 1; step < 24; step++) {
        struct bytes in = of(STR("one\r\r\ntwo\rhalf\n\nlast"), step);
        struct text t;
        struct line line;

        text_init(&t, &in.source);
        want_line(&t, STR("one"), 1, 0);
        want_line(&t, STR("two\rhalf"), 2, 6);
        want_line(&t, STR(""), 3, 15);
        want_line(&t, STR("last"), 4, 16);
        assert_false(text_line(&t, &line));
        assert_false(text_peek_line(&t, &line));
        assert_int_equal(t.offset, 20);
        text_finish(&t);
    }
}

/* Catches: a member that begins with what the one before left in the buffer, or with its numbers. */
static void test_renew(void **state)
{
    struct bytes one = of(STR("a\nb"), 1), two = of(STR("c\nd"), 2);
    struct text t;
    struct line line;

    (void)state;
    text_init(&t, &one.source);
    want_line(&t, STR("a"), 1, 0);
    text_renew(&t, &two.source);
    want_line(&t, STR("c"), 1, 0);
    want_line(&t, STR("d"), 2, 2);
    assert_false(text_line(&t, &line));
    text_finish(&t);
}

static void test_empty(void **state)
{
    struct bytes in = of(STR(""), 1);
    struct text t;
    struct line line;

    (void)state;
    text_init(&t, &in.source);
    assert_false(text_line(&t, &line));
    assert_int_equal(text_ahead(&t, 10).n, 0);
    text_finish(&t);
}

/* Catches: lines lost or counted twice where the window is refilled or grown. */
static void test_refills(void **state)
{
    enum { LINES = 20000 };
    static char all[LINES * 60];
    struct text t;
    struct line line;
    size_t n = 0;

    (void)state;
    for (unsigned i = 0; i < LINES; i++)
        n += (size_t)snprintf(all + n, sizeof(all) - n, "%u %.*s\n", i, (int)(i % 50),
                "..................................................");
    for (size_t step = 1000; step < 2000000; step *= 7) {
        struct bytes in = of((str){ all, n }, step);
        uint64_t offset = 0;

        text_init(&t, &in.source);
        for (unsigned i = 0; i < LINES; i++) {
            uint64_t got;

            assert_true(text_line(&t, &line));
            assert_int_equal(line.number, i + 1);
            assert_int_equal(line.offset, offset);
            assert_true(str_take_u64(&line.s, &got) && got == i);
            offset += line.length + 1u;
        }
        assert_false(text_line(&t, &line));
        assert_int_equal(offset, n);
        text_finish(&t);
    }
}

/* A line of `length` bytes between two short ones. */
static void check_long(size_t length, size_t step)
{
    char *all = malloc(length + 16);
    struct bytes in;
    struct text t;
    struct line line;

    memcpy(all, "a\n", 2);
    memset(all + 2, 'x', length);
    memcpy(all + 2 + length, "\nb\nc", 4);
    in = of((str){ all, length + 6 }, step);
    text_init(&t, &in.source);
    want_line(&t, STR("a"), 1, 0);
    assert_true(text_line(&t, &line));
    assert_int_equal(line.number, 2);
    assert_int_equal(line.offset, 2);
    assert_int_equal(line.s.n, length < LIMIT_LINE ? length : LIMIT_LINE);
    for (size_t i = 0; i < line.s.n; i++)
        assert_true(line.s.p[i] == 'x');
    assert_int_equal(line.extent, length + 1);
    assert_int_equal(t.long_lines, length > LIMIT_LINE);
    want_line(&t, STR("b"), 3, length + 3);
    want_line(&t, STR("c"), 4, length + 5);
    assert_false(text_line(&t, &line));
    text_finish(&t);
    free(all);
}

/* Catches: off by one at each cap, and the rest of a line longer than any window. */
static void test_long(void **state)
{
    static const size_t lengths[] = { LIMIT_LINE - 1, LIMIT_LINE, LIMIT_LINE + 1, LIMIT_BLOCK - 3,
        LIMIT_BLOCK, LIMIT_RECORD - 4, LIMIT_RECORD - 3, LIMIT_RECORD - 2, LIMIT_RECORD - 1,
        LIMIT_RECORD, LIMIT_RECORD + 1, LIMIT_RECORD + LIMIT_LINE, 3 * LIMIT_RECORD };

    (void)state;
    for (size_t i = 0; i < sizeof(lengths) / sizeof(*lengths); i++) {
        check_long(lengths[i], SIZE_MAX);
        check_long(lengths[i], 4099);
    }
}

/* Catches: a long line at the very end, without LF. */
static void test_long_last(void **state)
{
    size_t length = 2 * LIMIT_RECORD + 7;
    char *all = malloc(length);
    struct bytes in = of((str){ all, length }, 65536);
    struct text t;
    struct line line;

    (void)state;
    memset(all, 'x', length);
    text_init(&t, &in.source);
    assert_true(text_line(&t, &line));
    assert_int_equal(line.s.n, LIMIT_LINE);
    assert_int_equal(line.extent, length);
    assert_false(text_line(&t, &line));
    assert_int_equal(t.offset, length);
    text_finish(&t);
    free(all);
}

/* Catches: a cut in the middle of a character. */
static void test_long_character(void **state)
{
    size_t n = LIMIT_LINE + 30;
    char *all = malloc(n);

    (void)state;
    for (size_t shift = 0; shift < 3; shift++) {
        struct bytes in = of((str){ all, n }, 1000);
        struct text t;
        struct line line;

        memset(all, 'x', n);
        for (size_t at = LIMIT_LINE - 15 + shift; at + 3 < n; at += 3)
            memcpy(all + at, "\xe2\x82\xac", 3);
        text_init(&t, &in.source);
        assert_true(text_line(&t, &line));
        assert_true(line.s.n <= LIMIT_LINE && line.s.n > LIMIT_LINE - 3);
        assert_true(line.s.p[line.s.n - 1] == '\xac' || line.s.p[line.s.n - 1] == 'x');
        text_finish(&t);
    }
    free(all);
}

/* Catches: skip and line disagreeing on where they are. */
static void test_window(void **state)
{
    struct bytes in = of(STR("head\nbody one\nbody two\n"), 3);
    struct text t;

    (void)state;
    text_init(&t, &in.source);
    assert_true(str_starts(text_ahead(&t, 9), STR("head\nbody")));
    text_skip(&t, 5);
    assert_int_equal(t.offset, 5);
    assert_int_equal(t.number, 2);
    text_skip(&t, 2);
    want_line(&t, STR("dy one"), 2, 7);
    want_line(&t, STR("body two"), 3, 14);
    assert_int_equal(text_ahead(&t, 1).n, 0);
    text_finish(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ends),
        cmocka_unit_test(test_renew),
        cmocka_unit_test(test_empty),
        cmocka_unit_test(test_refills),
        cmocka_unit_test(test_long),
        cmocka_unit_test(test_long_last),
        cmocka_unit_test(test_long_character),
        cmocka_unit_test(test_window),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
