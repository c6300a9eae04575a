/* SPDX-License-Identifier: Apache-2.0 */
/* Rows that are read fast: the twins agree, and what they take is what the careful reader makes of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "pool_plain.h"

enum { ROWS = 12, ROUNDS = 40000 };

static unsigned seed = 1;

static unsigned roll(unsigned n)
{
    seed = seed * 1664525u + 1013904223u;
    return (seed >> 8) % n;
}

/* A number of up to so many digits; small ones as often as large ones. */
static long long number(unsigned digits)
{
    long long most = 1;

    for (unsigned n = roll(digits + 1); n > 0; n--)
        most *= 10;
    return (long long)roll(1 << 24) * 7919 % most;
}

/* Lawful rows of widths as they come, some with what follows the numbers. */
static size_t put_row(char *to, size_t size)
{
    static const char *const behind[] = { "", "", "", " ", " [ttxflt.sys]", " ( 12)", " 77", "\r" };
    const unsigned wide = roll(3) * 3;
    long long frees = number(12), diff = roll(4) != 0 ? number(7) : 0,
              each = diff != 0 ? number(6) : 0;
    long long over = diff > 1 ? number(3) % diff : 0;

    return (size_t)snprintf(to, size, " %c%c%02u %s %*lld%*lld%*lld%*lld%*lld%s\n", "TsK "[roll(4)],
            "tx\xc3<"[roll(4)], roll(100), roll(2) != 0 ? "Nonp " : "Paged", (int)(10 + wide),
            frees + diff, (int)(9 + wide), frees, (int)(8 + wide), diff, (int)(12 + wide / 3),
            each * diff + over, (int)(9 + roll(3)), each, behind[roll(8)]);
}

static size_t put_rows(char *to, size_t size, unsigned damage)
{
    static const char bytes[] = " 01589()-+,\n\r\tKNPx|\x01\xc3";
    size_t n = 0;

    for (unsigned i = 0; i < ROWS; i++)
        n += put_row(to + n, size - n);
    for (unsigned i = 0; i < damage; i++)
        to[roll((unsigned)n)] = bytes[roll(sizeof(bytes) - 1)];
    return n;
}

#ifdef __x86_64__
/* Catches: a row that one twin takes and the other does not; a byte read outside the text (with the sanitizer). */
static void test_rows_alike(void **state)
{
    (void)state;
    if (!__builtin_cpu_supports("avx2"))
        skip();
    for (unsigned i = 0; i < ROUNDS; i++) {
        char text[ROWS * 160];
        size_t n = put_rows(text, sizeof(text), roll(4));
        size_t cut = roll(2) != 0 ? n : roll((unsigned)n + 1);
        uint32_t most = roll(3) != 0 ? UINT32_MAX : roll(ROWS);
        char *exact = malloc(cut + 1);
        struct pool_rows plain, fast;

        assert_non_null(exact);
        memcpy(exact, text, cut);
        plain = pool_plain_kernel_plain.rows(exact, exact + cut, most);
        fast = pool_plain_kernel_avx2.rows(exact, exact + cut, most);
        if (plain.n != fast.n || plain.lines != fast.lines || plain.extent != fast.extent ||
                plain.lines > most)
            fail_msg("round %u: %u bytes and %u", i, plain.n, fast.n);
        free(exact);
    }
}

/* Catches: a byte that differs passed over, or a byte read behind the end of either text (with the sanitizer). */
static void test_same(void **state)
{
    enum { MOST = 700 };

    (void)state;
    if (!__builtin_cpu_supports("avx2"))
        skip();
    for (unsigned i = 0; i < ROUNDS; i++) {
        size_t n = roll(MOST) + 1, at = roll((unsigned)n * 2);
        char *a = malloc(n), *b = malloc(n);

        assert_true(a != NULL && b != NULL);
        for (size_t k = 0; k < n; k++)
            a[k] = b[k] = (char)roll(256);
        if (at < n)
            b[at] = (char)(a[at] ^ (1 << roll(8)));
        assert_int_equal(pool_plain_kernel_avx2.same(a, b, n), at < n ? at : n);
        assert_int_equal(pool_plain_kernel_plain.same(a, b, n), at < n ? at : n);
        free(a);
        free(b);
    }
}

/* Catches: a number that the twins read differently, or only one of them. */
static void test_numbers_alike(void **state)
{
    unsigned taken = 0;

    (void)state;
    if (!__builtin_cpu_supports("avx2"))
        skip();
    for (unsigned i = 0; i < ROUNDS; i++) {
        char text[ROWS * 160];
        size_t size = put_rows(text, sizeof(text), roll(3) * 4);
        const char *nl = memchr(text, '\n', size);
        size_t n = nl != NULL ? (size_t)(nl - text) : size;
        const char *end = text + (roll(2) != 0 ? size : n + (n < size));
        int64_t plain[5] = { 0 }, fast[5] = { 0 };
        bool took = pool_plain_kernel_plain.numbers(text, n, end, plain);

        if (took != pool_plain_kernel_avx2.numbers(text, n, end, fast) ||
                (took && memcmp(plain, fast, sizeof(plain)) != 0))
            fail_msg("round %u: %.*s", i, (int)n, text);
        taken += took;
    }
    assert_true(taken > ROUNDS / 3);
}
#endif

/* Catches: a row taken fast that says something else when it is read with care, or that breaks the law; a row of
 * another tag; and rows as poolmon prints them that are not taken fast. */
static void test_careful(void **state)
{
    unsigned taken = 0;

    (void)state;
    for (unsigned i = 0; i < ROUNDS; i++) {
        char text[ROWS * 160];
        size_t size = put_rows(text, sizeof(text), roll(3) * 6);
        const char *nl = memchr(text, '\n', size);
        str line = { text, nl != NULL ? (size_t)(nl - text) : size };
        struct pool_plain plain;
        struct pool_row row;
        bool careful, front;

        while (line.n != 0 && line.p[line.n - 1] == '\r')
            line.n--;
        careful = pool_row_read(line, &row);
        front = pool_plain_front(line.p, line.n, &plain);
        if (front && careful && (!str_eq(row.tag, (str){ plain.tag, 4 }) || row.pool != plain.pool))
            fail_msg("round %u: %.*s", i, STR_ARG(line));
        if (!pool_plain_read(line.p, line.n, text + size, &plain))
            continue;
        taken++;
        if (!careful || row.law != POOL_LAW_HOLDS || row.diff.i != plain.diff ||
                row.bytes.i != plain.bytes)
            fail_msg("round %u: %.*s", i, STR_ARG(line));
    }
    assert_true(taken > ROUNDS / 5);
}

/* What the arithmetic must give, and where it ends: 16 digits are read, 17 are left to the careful reader. */
static void test_limits(void **state)
{
    static const struct {
        const char *row;
        bool taken;
        int64_t diff, bytes;
    } rows[] = {
        { " Ttx1 Nonp        7026         6000          1026        328320         320", true, 1026,
                328320 },
        { " Ttx1 Paged  9007199254740992 9007199254740990 2 1000000000000001 500000000000000", true,
                2, 1000000000000001 },
        { " Ttx1 Paged  19007199254740992 19007199254740990 2 1000000000000000 500000000000000",
                false, 0, 0 },
        { " Ttx1 Nonp        7026         6000          1027        328320         320", false, 0,
                0 },
        { " Ttx1 Nonp        7026 (   4)  6000 (   0)   1026        328320         320", false, 0,
                0 },
        { " Ttx1 Nonp           6         4294967295       7          2240         320", true, 7,
                2240 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char text[512];
        size_t n = strlen(rows[i].row);
        struct pool_plain plain = { .diff = -1 };

        memset(text, '\n', sizeof(text));
        memcpy(text, rows[i].row, n);
        for (size_t room = n; room <= sizeof(text);
                room += sizeof(text) - n) { /* near the end, and far from it */
            assert_int_equal(pool_plain_read(text, n, text + room, &plain), rows[i].taken);
            if (!rows[i].taken)
                continue;
            assert_int_equal(plain.diff, rows[i].diff);
            assert_int_equal(plain.bytes, rows[i].bytes);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#ifdef __x86_64__
        cmocka_unit_test(test_rows_alike),
        cmocka_unit_test(test_same),
        cmocka_unit_test(test_numbers_alike),
#endif
        cmocka_unit_test(test_careful),
        cmocka_unit_test(test_limits),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
