/* SPDX-License-Identifier: Apache-2.0 */
/*
 * block: each question is asked of the plain twin, of the AVX2 one and of a careful version of one
 * line per rule, over exact heap blocks, so that a byte read or written beyond is an error.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "block.h"
#include "utf8.h"

static uint32_t seed;

static uint32_t roll(uint32_t below)
{
    seed = seed * 1664525u + 1013904223u;
    return (uint32_t)((uint64_t)seed * below >> 32);
}

static const struct block_kernel *const kernels[] = { &block_kernel_plain,
#ifdef __x86_64__
    &block_kernel_avx2
#endif
};

static size_t kernel_count(void)
{
#ifdef __x86_64__
    return __builtin_cpu_supports("avx2") ? 2 : 1;
#endif
    return 1;
}

static size_t slow_newlines(str s)
{
    size_t n = 0;

    for (size_t i = 0; i < s.n; i++)
        n += s.p[i] == '\n';
    return n;
}

/* Over an exact block: an offset that is written too far behind is an error. */
static void check_places(const struct block_kernel *kernel, str s, char c)
{
    uint16_t *found = malloc((s.n + BLOCK_PLACES_MORE) * sizeof(*found));
    size_t n = kernel->places(s, c, found), at = 0;

    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] != c)
            continue;
        assert_true(at < n);
        assert_int_equal(found[at++], i);
    }
    assert_int_equal(at, n);
    free(found);
}

static size_t slow_ascii(str s)
{
    size_t i = 0;

    while (i < s.n && s.p[i] != '\0' && (unsigned char)s.p[i] < 0x80)
        i++;
    return i;
}

static size_t slow_utf8(str s)
{
    size_t i = 0;

    while (i < s.n && s.p[i] != '\0') {
        size_t n = utf8_length(str_from(s, i));

        if (n == 0)
            break;
        i += n;
    }
    return i;
}

static void check_bytes(str s)
{
    char *copy = malloc(s.n != 0 ? s.n : 1);

    if (s.n != 0)
        memcpy(copy, s.p, s.n);
    s.p = copy;
    for (size_t k = 0; k < kernel_count(); k++) {
        assert_int_equal(kernels[k]->newlines(s), slow_newlines(s));
        check_places(kernels[k], s, '\n');
        check_places(kernels[k], s, 'a');
        assert_int_equal(kernels[k]->ascii(s), slow_ascii(s));
        assert_int_equal(kernels[k]->utf8(s), slow_utf8(s));
    }
    free(copy);
}

/* Catches: any two bytes (three, four at the edges of what is valid) judged wrongly, at any place of a
 * vector, and the error of one that is told at the next. */
static void test_sequences(void **state)
{
    static const unsigned char edges[] = { 0x00, 0x01, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf,
        0xc0, 0xc1, 0xc2, 0xdf, 0xe0, 0xe1, 0xec, 0xed, 0xee, 0xef, 0xf0, 0xf1, 0xf3, 0xf4, 0xf5,
        0xff };
    enum { EDGES = sizeof(edges) };
    char text[80];

    (void)state;
    for (unsigned two = 0; two < 0x10000; two++) {
        memset(text, 'a', sizeof(text));
        text[29 + two % 4] = (char)(two >> 8);
        text[30 + two % 4] = (char)two;
        check_bytes((str){ text, sizeof(text) });
    }
    for (unsigned i = 0; i < EDGES * EDGES * EDGES * EDGES; i++) {
        size_t at = 28 + i % 7;

        memset(text, 'a', sizeof(text));
        text[at] = (char)edges[i % EDGES];
        text[at + 1] = (char)edges[i / EDGES % EDGES];
        text[at + 2] = (char)edges[i / EDGES / EDGES % EDGES];
        text[at + 3] = (char)edges[i / EDGES / EDGES / EDGES];
        for (size_t k = 0; k < kernel_count(); k++)
            assert_int_equal(kernels[k]->utf8((str){ text, sizeof(text) }),
                    slow_utf8((str){ text, sizeof(text) }));
    }
}

/* Texts of two letters, in which all but the last bytes of what is looked for stand often. Catches: one that is
 * overlooked at the border of two vectors or at the end, one that is found too late, a byte read beyond. */
static void test_find(void **state)
{
    (void)state;
    seed = 7;
    for (unsigned round = 0; round < 20000; round++) {
        size_t n = roll(150), m = 2 + roll(9);
        char *text = malloc(n + 1), what[16];

        for (size_t i = 0; i < n; i++)
            text[i] = "ab"[roll(8) == 0];
        for (size_t i = 0; i < m; i++)
            what[i] = "ab"[roll(4) == 0];
        for (size_t k = 0; k < kernel_count(); k++) {
            size_t at = 0;

            while (at + m <= n && memcmp(text + at, what, m) != 0)
                at++;
            assert_int_equal(kernels[k]->find((str){ text, n }, (str){ what, m }),
                    at + m <= n ? at : STR_NONE);
        }
        free(text);
    }
}

/* Long stretches of one script, with an odd byte now and then. */
static size_t make_text(char *text, size_t size)
{
    static const uint32_t bases[] = { 'a', 'a', 0x430, 0x4e00, 0x1f600 };
    size_t n = 0;

    while (n + 4 <= size) {
        uint32_t base = bases[roll(5)];

        for (uint32_t left = roll(90); left != 0 && n + 4 <= size; left--)
            n += utf8_put(roll(9) == 0 ? '\n' : base + roll(26), text + n);
        if (roll(8) == 0 && n < size)
            text[n++] = (char)roll(256);
    }
    return n;
}

/* Catches: what comes of length and place only. */
static void test_texts(void **state)
{
    static char text[9000];

    (void)state;
    seed = 3;
    for (int round = 0; round < 3000; round++) {
        size_t size = roll(10) == 0 ? sizeof(text) : 4 + roll(200);
        str s = { text, make_text(text, size) };

        check_bytes(str_slice(s, roll(5), STR_NONE));
        check_bytes(str_slice(s, roll(64), s.n - roll(4)));
    }
    memset(text, '\n', sizeof(text)); /* more than a byte can count */
    check_bytes((str){ text, sizeof(text) });
    check_bytes((str){ NULL, 0 });
}

/* --- UTF-16 --- */

static uint32_t unit(str s, size_t at, bool big)
{
    unsigned char a = (unsigned char)s.p[at], b = (unsigned char)s.p[at + 1];

    return big ? (uint32_t)a << 8 | b : (uint32_t)b << 8 | a;
}

static size_t slow_utf16(str in, bool big, char *out, size_t room, size_t *ret_read)
{
    size_t at = 0, n = 0;

    while (at + 2 <= in.n && n + 4 <= room) {
        uint32_t c = unit(in, at, big);

        if (c == 0 || c == 0xfeff || (c >= 0xdc00 && c < 0xe000))
            break;
        if (c >= 0xd800 && c < 0xdc00) {
            uint32_t low = at + 4 <= in.n ? unit(in, at + 2, big) : 0;

            if (low < 0xdc00 || low >= 0xe000)
                break;
            c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
            at += 2;
        }
        n += utf8_put(c, out + n);
        at += 2;
    }
    *ret_read = at;
    return n;
}

static void put_units(char *buf, size_t *n, uint32_t c, bool big)
{
    buf[*n + big] = (char)c;
    buf[*n + !big] = (char)(c >> 8);
    *n += 2;
}

static size_t make_units(char *buf, size_t units, bool big, uint32_t odd)
{
    static const uint32_t bases[] = { 'a', 'a', 0x80, 0x430, 0x7f0, 0x4e00, 0xffe0 };
    size_t n = 0;

    while (n < 2 * units) {
        uint32_t base = bases[roll(7)];

        for (uint32_t left = roll(40); left != 0 && n < 2 * units; left--)
            put_units(buf, &n, roll(7) == 0 ? ' ' : base + roll(26), big);
        if (roll(2) != 0) {
            put_units(buf, &n, 0xd800 + roll(0x400), big);
            put_units(buf, &n, 0xdc00 + roll(0x400), big);
        }
        if (roll(odd) == 0) {
            static const uint32_t all[] = { 0, 0xfeff, 0xd812, 0xdc12, 0xfffe, 0xffff, 0x7f, 0x80,
                0x7ff, 0x800, 0xd7ff, 0xe000 };

            put_units(buf, &n, all[roll(12)], big);
        }
    }
    return n;
}

/* Catches: a pair across vectors, an end in a pair, room that runs out, bytes written behind it. */
static void test_utf16(void **state)
{
    static char units[4200], want[8400];

    (void)state;
    seed = 4;
    for (int round = 0; round < 20000; round++) {
        const bool big = roll(2) != 0;
        size_t n = make_units(units, roll(20) == 0 ? 1000 : roll(60), big, 2 + roll(60));
        size_t room = roll(2) != 0 ? roll((uint32_t)n * 2 + 8) : n * 2 + 40, read, written;
        size_t size = n - (n != 0 && roll(4) == 0); /* half a unit at the end */
        char *copy = memcpy(malloc(size + 1), units, size);
        str in = { copy, size };

        written = slow_utf16(in, big, want, room, &read);
        for (size_t k = 0; k < kernel_count(); k++) {
            char *out = malloc(room + 1);
            size_t got_read;

            assert_int_equal(kernels[k]->utf16(in, big, out, room, &got_read), written);
            assert_int_equal(got_read, read);
            assert_memory_equal(out, want, written);
            free(out);
        }
        free(copy);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sequences),
        cmocka_unit_test(test_find),
        cmocka_unit_test(test_texts),
        cmocka_unit_test(test_utf16),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
