/* SPDX-License-Identifier: Apache-2.0 */
/* tag_scan, pe: one instruction at a time, borders of what a tag is, images that are no drivers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "parser.h"
#include "pe.h"
#include "tag_scan.h"

extern const struct parser parser_driver_image;

#define BYTES(s) (s), sizeof(s) - 1

/* want: the tag in memory order; NULL = none is seen */
static const struct {
    const char *what, *p;
    size_t n;
    const char *want;
} intel[] = {
    { "push", BYTES("\x68Tag1"), "Tag1" },
    { "mov edx", BYTES("\xBATag1"), "Tag1" },
    { "mov r8d", BYTES("\x41\xB8Tag1"), "Tag1" },
    { "mov r15d", BYTES("\x41\xBFTag1"), "Tag1" },
    { "to a register", BYTES("\xC7\xC1Tag1"), "Tag1" },
    { "[rax]", BYTES("\xC7\x00Tag1"), "Tag1" },
    { "[rsp]", BYTES("\xC7\x04\x24Tag1"), "Tag1" },
    { "[rsp+20h]", BYTES("\xC7\x44\x24\x20Tag1"), "Tag1" },
    { "[rbp-8]", BYTES("\xC7\x45\xF8Tag1"), "Tag1" },
    { "[rbx+1000h]", BYTES("\xC7\x83\0\x10\0\0Tag1"), "Tag1" },
    { "[rsp+1000h]", BYTES("\xC7\x84\x24\0\x10\0\0Tag1"), "Tag1" },
    { "[rip+0]", BYTES("\xC7\x05\0\0\0\0Tag1"), "Tag1" },
    { "[abs]", BYTES("\xC7\x04\x25\0\0\0\0Tag1"), "Tag1" },
    { "another instruction of the group", BYTES("\xC7\x4C\x24\x20Tag1"), NULL },
    { "add eax", BYTES("\x05Tag1"), NULL },
    { "blanks behind", BYTES("\x68Io  "), "Io  " },
    { "three blanks", BYTES("\x68I   "), NULL },
    { "blank within", BYTES("\x68I o1"), NULL },
    { "blank before", BYTES("\x68 Tag"), NULL },
    { "one mark", BYTES("\x68Gh?5"), "Gh?5" },
    { "two marks", BYTES("\x68G-?5"), NULL },
    { "a mark and a blank", BYTES("\x68Gh? "), NULL },
    { "a control character", BYTES("\x68Tag\x07"), NULL },
    { "above 127", BYTES("\x68Tag\xE9"), NULL },
};

static void test_intel(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(intel) / sizeof(intel[0]); i++) {
        char code[64];
        struct tag_scan t = { 0 };
        uint32_t want = 0;

        memset(code, '\xCC', sizeof(code));
        memcpy(code + 3, intel[i].p, intel[i].n);
        tag_scan_intel(&t, (str){ code, sizeof(code) }, sizeof(code), 100);
        if (intel[i].want != NULL)
            memcpy(&want, intel[i].want, 4);
        if (t.n != (intel[i].want != NULL) || (t.n != 0 && t.items[0].tag != want))
            fail_msg("%s: %zu seen", intel[i].what, t.n);
        if (t.n != 0)
            assert_int_equal(t.items[0].first, 100 + 3 + intel[i].n - 4);
        tag_scan_finish(&t);
    }
}

static const struct {
    const char *p;
    size_t n, seen;
} data[] = {
    { BYTES("\0Tag1\0"), 1 },
    { BYTES("\0Tag1x\0"), 0 },
    { BYTES("\0xTag1\0"), 0 },
    { BYTES("Tag1\0"), 0 }, /* a letter stood before */
    { BYTES("\0Tag1"), 0 }, /* nothing shows where it ends */
    { BYTES("\xFFTag1\xFFTag1\xFF"), 1 },
};

static void test_data(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(data) / sizeof(data[0]); i++) {
        struct tag_scan t = { 0 };

        tag_scan_data(&t, (str){ data[i].p, data[i].n }, data[i].n, 'x', 0);
        if (t.n != data[i].seen)
            fail_msg("row %zu: %zu seen", i, t.n);
        tag_scan_finish(&t);
    }
}

/* More candidates than are kept: the later ones are dropped, and that is known. */
static void test_full(void **state)
{
    struct tag_scan t = { 0 };

    (void)state;
    for (unsigned i = 0; i < TAG_SCAN_MAX + 1; i++) {
        char word[8];

        (void)snprintf(word, sizeof(word), "\1%04X", i);
        assert_false(t.full);
        tag_scan_data(&t, (str){ word, 6 }, 6, '\0', i);
    }
    assert_true(t.full);
    assert_int_equal(t.n, TAG_SCAN_MAX);
    tag_scan_finish(&t);
}

static int bid(str raw)
{
    const struct sniff in = { .raw = raw, .path = STR("a.sys"), .name = STR("a.sys") };

    return parser_driver_image.sniff(&in);
}

static void put(char *p, size_t at, unsigned value)
{
    p[at] = (char)(value & 0xFF);
    p[at + 1] = (char)(value >> 8);
}

/* The subsystem decides; a name and "MZ" are not enough. */
static void test_sniff(void **state)
{
    char head[512] = "MZ";

    (void)state;
    put(head, 0x3C, 0x80);
    memcpy(head + 0x80, "PE", 2);
    put(head, 0x80 + 24, 0x20B);
    put(head, 0x80 + 24 + 68, 1);
    assert_int_equal(bid((str){ head, sizeof(head) }), BID_MAGIC);
    put(head, 0x80 + 24 + 68, 2); /* a program with windows */
    assert_int_equal(bid((str){ head, sizeof(head) }), BID_NO);
    put(head, 0x80 + 24 + 68, 1);
    assert_int_equal(bid((str){ head, 0x80 + 24 + 60 }), BID_NO);
    put(head, 0x80 + 24, 0x107); /* a ROM */
    assert_int_equal(bid((str){ head, sizeof(head) }), BID_NO);
    put(head, 0x3C, 0xFFFF);
    assert_int_equal(bid((str){ head, sizeof(head) }), BID_NO);
    assert_int_equal(bid(STR("MZ")), BID_NO);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_intel),
        cmocka_unit_test(test_data),
        cmocka_unit_test(test_full),
        cmocka_unit_test(test_sniff),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
