/* SPDX-License-Identifier: Apache-2.0 */
/* decode: bytes in, valid UTF-8 out, whatever the sizes of the reads on either side. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "decode.h"
#include "limits.h"
#include "utf8.h"

struct bytes {
    struct text_source source;
    str left;
    size_t step; /* at most so many bytes per read */
};

static size_t read_bytes(struct text_source *source, char *buf, size_t size)
{
    struct bytes *b = (struct bytes *)source;
    size_t n = b->left.n;

    n = n < size ? n : size;
    n = n < b->step ? n : b->step;
    memcpy(buf, b->left.p, n);
    b->left = str_from(b->left, n);
    return n;
}

struct result {
    char *text;
    size_t n;
    char encoding[32];
    bool binary;
    uint64_t bad, nuls;
};

/* The head is what a walk would have shown: up to LIMIT_SNIFF. */
static struct result run(str in, size_t raw_step, size_t read_step)
{
    struct bytes bytes = { .source.read = read_bytes, .left = in, .step = raw_step };
    str head = str_slice(in, 0, LIMIT_SNIFF);
    struct decode d = { 0 };
    struct result r = { .text = malloc(4 * in.n + 64) };
    size_t n;

    decode_begin(&d, &bytes.source, decode_choose(head, in.n < LIMIT_SNIFF));
    while ((n = d.source.read(&d.source, r.text + r.n, read_step)) != 0)
        r.n += n;
    snprintf(r.encoding, sizeof(r.encoding), "%s", decode_name(&d.choice));
    r.binary = d.choice.form == TEXT_BINARY;
    r.bad = d.bad;
    r.nuls = d.nuls;
    decode_end(&d);
    decode_destroy(&d);
    return r;
}

struct row {
    const char *what;
    str in;
    const char *encoding;
    str want;
    uint64_t bad, nuls;
};

static void check_row(const struct row *row, size_t raw_step, size_t read_step)
{
    struct result r = run(row->in, raw_step, read_step);
    str got = { r.text, r.n };

    if (strcmp(r.encoding, row->encoding) != 0 || r.bad != row->bad || r.nuls != row->nuls ||
            !str_eq(got, row->want))
        fail_msg("%s (%zu, %zu): %s \"%.*s\" %llu bad %llu NUL, want %s \"%.*s\" %llu %llu",
                row->what, raw_step, read_step, r.encoding, STR_ARG(got), (unsigned long long)r.bad,
                (unsigned long long)r.nuls, row->encoding, STR_ARG(row->want),
                (unsigned long long)row->bad, (unsigned long long)row->nuls);
    free(r.text);
}

#define FFFD "\xef\xbf\xbd"

static const struct row rows[] = {
    { "plain", STR_INIT("one\ntwo\n"), "utf-8", STR_INIT("one\ntwo\n"), 0, 0 },
    { "a BOM goes, CR stays",
            STR_INIT("\xef\xbb\xbf"
                     "a\r\n\xc3\xa4\r"),
            "utf-8", STR_INIT("a\r\n\xc3\xa4\r"), 0, 0 },
    { "colours stay", STR_INIT("\x1b[1mbold\x1b[0m\n"), "utf-8", STR_INIT("\x1b[1mbold\x1b[0m\n"),
            0, 0 },
    /* Three good characters, one bad byte: still UTF-8. */
    { "mostly UTF-8", STR_INIT("\xc3\xa4\xc3\xb6\xc3\xbc \xff.\n"), "utf-8",
            STR_INIT("\xc3\xa4\xc3\xb6\xc3\xbc " FFFD ".\n"), 1, 0 },
    { "an overlong slash and a surrogate are not characters",
            STR_INIT("\xd0\xb0\xd0\xb1\xd0\xb2\xd0\xb3\xd0\xb4\xd0\xb5 \xc0\xaf \xed\xa0\x80."),
            "utf-8",
            STR_INIT("\xd0\xb0\xd0\xb1\xd0\xb2\xd0\xb3\xd0\xb4\xd0\xb5 " FFFD FFFD
                     " " FFFD FFFD FFFD "."),
            5, 0 },
    { "cut at the end", STR_INIT("\xe2\x82\xac\xe2\x82\xac \xe2\x82"), "utf-8",
            STR_INIT("\xe2\x82\xac\xe2\x82\xac " FFFD FFFD), 2, 0 },
    /* Records of kmsg end with NUL; a file grown in blocks ends with many. */
    { "NUL between records", STR_INIT("6,1;a\0006,2;b\0\0\0006,3;c\n\0\0d"), "utf-8",
            STR_INIT("6,1;a\n6,2;b\n6,3;c\nd"), 0, 6 },
    { "NUL at the end", STR_INIT("a\n\0\0\0\0\0\0\0\0\0\0\0\0"), "utf-8", STR_INIT("a\n"), 0, 12 },
    { "NUL in front", STR_INIT("\0\0\0a\n"), "utf-8", STR_INIT("a\n"), 0, 3 },
    { "nothing but NUL", STR_INIT("\0\0\0\0\0\0\0\0"), "utf-8", STR_INIT(""), 0, 8 },
    { "UTF-16LE with BOM",
            STR_INIT("\xff\xfe"
                     "a\0\xe4\0\r\0\n\0\x16\x04"),
            "utf-16le", STR_INIT("a\xc3\xa4\r\n\xd0\x96"), 0, 0 },
    { "UTF-16BE with BOM", STR_INIT("\xfe\xff\0a\0\xe4\0\n\x04\x16"), "utf-16be",
            STR_INIT("a\xc3\xa4\n\xd0\x96"), 0, 0 },
    { "UTF-16LE without", STR_INIT("N\0a\0m\0e\0=\0x\0\r\0\n\0"), "utf-16le",
            STR_INIT("Name=x\r\n"), 0, 0 },
    { "UTF-16BE without", STR_INIT("\0N\0a\0m\0e\0=\0x\0\r\0\n"), "utf-16be",
            STR_INIT("Name=x\r\n"), 0, 0 },
    { "UTF-16LE, zeros at the end", STR_INIT("a\0b\0c\0\n\0\0\0\0\0\0\0\0\0"), "utf-16le",
            STR_INIT("abc\n"), 0, 8 },
    { "a pair and half a pair", STR_INIT("\xff\xfe\x3d\xd8\x00\xde \0\x3d\xd8 \0\0\xde.\0"),
            "utf-16le", STR_INIT("\xf0\x9f\x98\x80 " FFFD " " FFFD "."), 2, 0 },
    { "an odd byte at the end",
            STR_INIT("\xff\xfe"
                     "a\0b\0c"),
            "utf-16le", STR_INIT("ab"), 1, 0 },
    { "two files with BOM in one",
            STR_INIT("\xff\xfe"
                     "a\0\n\0\xff\xfe"
                     "b\0\n\0"),
            "utf-16le", STR_INIT("a\nb\n"), 0, 0 },
    { "Cyrillic in UTF-16LE without BOM",
            STR_INIT("\x1e\x04\x48\x04\x38\x04\x31\x04\x3a\x04\x30\x04 \0"
                     "1\0\x1e\x04\x48\x04\x38\x04\x31\x04\x3a\x04\x30\x04\r\0\n\0"),
            "utf-16le",
            STR_INIT(
                    "\xd0\x9e\xd1\x88\xd0\xb8\xd0\xb1\xd0\xba\xd0\xb0 1\xd0\x9e\xd1\x88\xd0\xb8\xd0\xb1\xd0"
                    "\xba\xd0\xb0\r\n"),
            0, 0 },
    /* U-umlaut and e-acute of windows-1252 and of cp850. */
    { "windows-1252", STR_INIT("Ger\xe4t verf\xfcgbar\n"), "windows-1252",
            STR_INIT("Ger\xc3\xa4t verf\xc3\xbcgbar\n"), 0, 0 },
    { "cp850", STR_INIT("Ger\x84t verf\x81gbar\n"), "cp850",
            STR_INIT("Ger\xc3\xa4t verf\xc3\xbcgbar\n"), 0, 0 },
    /* A console groups digits with the no-break space of its page: 0xff, a log with 0xa0. */
    { "no-break space of cp850",
            STR_INIT("1\xff"
                     "234 K\n"),
            "cp850",
            STR_INIT("1\xc2\xa0"
                     "234 K\n"),
            0, 0 },
    { "no-break space of windows-1252",
            STR_INIT("1\xa0"
                     "234 K\n"),
            "windows-1252",
            STR_INIT("1\xc2\xa0"
                     "234 K\n"),
            0, 0 },
    { "windows-1251", STR_INIT("\xce\xf8\xe8\xe1\xea\xe0: 1450\n"), "windows-1251",
            STR_INIT("\xd0\x9e\xd1\x88\xd0\xb8\xd0\xb1\xd0\xba\xd0\xb0: 1450\n"), 0, 0 },
    { "cp866", STR_INIT("\x8e\xe8\xa8\xa1\xaa\xa0: 1450\n"), "cp866",
            STR_INIT("\xd0\x9e\xd1\x88\xd0\xb8\xd0\xb1\xd0\xba\xd0\xb0: 1450\n"), 0, 0 },
    /* "not enough memory" of a Chinese and a Japanese system */
    { "GBK", STR_INIT("\xc4\xda\xb4\xe6\xb2\xbb\xd7\xe3\n"), "gb18030",
            STR_INIT("\xe5\x86\x85\xe5\xad\x98\xe4\xb8\x8d\xe8\xb6\xb3\n"), 0, 0 },
    { "Shift-JIS", STR_INIT("\x83\x81\x83\x82\x83\x8a\x95\x73\x91\xab\n"), "shift_jis",
            STR_INIT("\xe3\x83\xa1\xe3\x83\xa2\xe3\x83\xaa\xe4\xb8\x8d\xe8\xb6\xb3\n"), 0, 0 },
    { "a GBK character before a NUL", STR_INIT("\xc4\xda\xb4\xe6\0\0\xb2\xbb\xd7\xe3"), "gb18030",
            STR_INIT("\xe5\x86\x85\xe5\xad\x98\n\xe4\xb8\x8d\xe8\xb6\xb3"), 0, 2 },
    /* CE BB is a character of GBK and lambda in UTF-8; who declares, is believed. */
    { "declared in a .vmx", STR_INIT(".encoding = \"GBK\"\nguest = \"\xce\xbb\"\n"), "gb18030",
            STR_INIT(".encoding = \"GBK\"\nguest = \"\xe4\xbd\x8d\"\n"), 0, 0 },
    { "declared in XML", STR_INIT("<?xml version='1.0' encoding='windows-1251'?><a>\xe0</a>\n"),
            "windows-1251",
            STR_INIT("<?xml version='1.0' encoding='windows-1251'?><a>\xd0\xb0</a>\n"), 0, 0 },
    { "declared wrongly: not GBK", STR_INIT(".encoding = \"GBK\"\nn = \"\xfc\"\n"), "windows-1252",
            STR_INIT(".encoding = \"GBK\"\nn = \"\xc3\xbc\"\n"), 0, 0 },
    { "declared UTF-16 in bytes", STR_INIT("<?xml version=\"1.0\" encoding=\"utf-16\"?>\n<a/>"),
            "utf-8", STR_INIT("<?xml version=\"1.0\" encoding=\"utf-16\"?>\n<a/>"), 0, 0 },
    { "nothing", STR_INIT(""), "utf-8", STR_INIT(""), 0, 0 },
};

/* Catches: state lost between reads, a character cut by a block's end, no room for U+FFFD. */
static void test_rows(void **state)
{
    static const size_t steps[] = { 1, 2, 3, 5, 17, 64, 100000 };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        for (size_t k = 0; k < sizeof(steps) / sizeof(*steps); k++) {
            check_row(&rows[i], steps[k], 100000);
            check_row(&rows[i], 100000, steps[k]);
            check_row(&rows[i], steps[k], steps[k]);
        }
    }
}

/* Catches: a code page that is decided on a head of ASCII and then never again. */
static void test_late(void **state)
{
    size_t n = 3 * LIMIT_BLOCK;
    char *in = malloc(n + 16);
    struct result r;

    (void)state;
    memset(in, 'x', n);
    for (size_t i = 99; i < n; i += 100)
        in[i] = '\n';
    memcpy(in + n, "Ger\xe4t\n", 6);
    r = run((str){ in, n + 6 }, SIZE_MAX, 64 * KIB);
    assert_string_equal(r.encoding, "windows-1252");
    assert_int_equal(r.n, n + 7);
    assert_memory_equal(r.text, in, n);
    assert_memory_equal(r.text + n, "Ger\xc3\xa4t\n", 7);
    free(r.text);
    /* the same after a NUL, and as UTF-8 */
    memcpy(in + n, "\0Ger\xc3\xa4t\n", 8);
    r = run((str){ in, n + 8 }, SIZE_MAX, 64 * KIB);
    assert_string_equal(r.encoding, "utf-8");
    assert_int_equal(r.n, n + 8); /* the NUL makes a line feed */
    free(r.text);
    free(in);
}

/* Catches: a character that lies across two blocks, in the way without copying. */
static void test_across_blocks(void **state)
{
    size_t n = LIMIT_BLOCK + 64;

    (void)state;
    for (size_t shift = 0; shift < 4; shift++) {
        char *in = malloc(4 * n);
        size_t at = 0;
        struct result r;

        memset(in, 'x', shift);
        for (at = shift; at < 3 * n; at += 3)
            memcpy(in + at, "\xe2\x82\xac", 3);
        for (size_t step = 4096; step < 4099; step++) {
            r = run((str){ in, at }, step + 100, 2 * step);
            assert_int_equal(r.bad, 0);
            assert_int_equal(r.n, at);
            assert_memory_equal(r.text, in, at);
            free(r.text);
        }
        free(in);
    }
}

/* Catches: binary taken for text of some code page, and the other way round. */
static void test_binary(void **state)
{
    char block[4096];
    uint32_t seed = 1;
    struct result r;

    (void)state;
    for (size_t i = 0; i < sizeof(block); i++) {
        seed = seed * 1664525u + 1013904223u;
        block[i] = (char)(seed >> 24);
    }
    r = run((str){ block, sizeof(block) }, SIZE_MAX, sizeof(block));
    assert_true(r.binary);
    assert_int_equal(r.n, sizeof(block));
    assert_memory_equal(r.text, block, sizeof(block)); /* as it is */
    free(r.text);
    for (size_t i = 0; i < sizeof(block); i += 8) /* little numbers and zeros */
        memcpy(block + i, "\x01\0\0\0\x02\x10\0\0", 8);
    r = run((str){ block, sizeof(block) }, SIZE_MAX, sizeof(block));
    assert_true(r.binary);
    free(r.text);
    for (size_t i = 0; i < sizeof(block);
            i += 8) /* UTF-16 by its zeros, but of control characters */
        memcpy(block + i, "\x01\0\x02\0\x03\0\x04\0", 8);
    r = run((str){ block, sizeof(block) }, SIZE_MAX, sizeof(block));
    assert_true(r.binary);
    free(r.text);
}

/* Whatever comes in: valid UTF-8 without NUL, the same in any steps, or binary untouched. */
static void test_anything(void **state)
{
    static const char *const pieces[] = { "a", "log line\n", "\xc3\xa4", "\xe4", "\xff\xfe",
        "\xfe\xff", "\xd8\x3d", "\x3d\xd8", "\xe2\x82", "\xf0\x9f\x98\x80", "\r\n", "\x83\x81",
        "\xc4\xda", "\x81\x30\x81\x30", "\x80", "\x1b[m", "\xef\xbb\xbf", "\x7f" };
    uint32_t seed = 7;

    (void)state;
    for (unsigned round = 0; round < 3000; round++) {
        char in[256];
        size_t n = 0;
        struct result a, b;

        while (n + 16 < sizeof(in)) {
            const char *piece;

            seed = seed * 1664525u + 1013904223u;
            if ((seed >> 28) == 0)
                break;
            if ((seed >> 16) % 9 == 0) {
                in[n++] = 0;
                continue;
            }
            piece = pieces[(seed >> 20) % (sizeof(pieces) / sizeof(*pieces))];
            memcpy(in + n, piece, strlen(piece));
            n += strlen(piece);
        }
        a = run((str){ in, n }, SIZE_MAX, 4096);
        b = run((str){ in, n }, 1 + round % 7, 1 + round % 19);
        assert_int_equal(a.n, b.n);
        assert_memory_equal(a.text, b.text, a.n);
        if (!a.binary) {
            assert_true(utf8_valid((str){ a.text, a.n }));
            assert_true(str_find_char((str){ a.text, a.n }, '\0') == STR_NONE);
        }
        free(a.text);
        free(b.text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_late),
        cmocka_unit_test(test_across_blocks),
        cmocka_unit_test(test_binary),
        cmocka_unit_test(test_anything),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
