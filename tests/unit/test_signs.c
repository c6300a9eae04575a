/* SPDX-License-Identifier: Apache-2.0 */
/*
 * signs: a parser that is passed over would not have bid, and one that is told that none of its signs stands in
 * the text bids as if it had looked itself; over all samples of formats, all worked cases, and thousands of texts
 * made of them: cut, shuffled, mixed, with bytes changed. Catches a sign that is missing, or spelled otherwise
 * than what the sniffer looks for, and a sniffer that leaves out too much.
 */
#define _XOPEN_SOURCE 700
#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "kernel_look.h"
#include "limits.h"
#include "parser.h"
#include "signs.h"
#include "utf8.h"

enum { VARIANTS = 8, LINES = 1000 };

static char before[LIMIT_SNIFF], at_hand[LIMIT_SNIFF], made[LIMIT_SNIFF];
static size_t before_n, at_hand_n;
static uint32_t seed = 1;
static unsigned long texts, passed_over, bids[64];

static uint32_t next_random(uint32_t below)
{
    seed = seed * 1664525u + 1013904223u;
    return below != 0 ? (seed >> 8) % below : 0;
}

static int bid_of(const struct parser *p, const struct sniff *in, bool signless)
{
    struct kernel_look look = { .taken = false };
    struct sniff own = *in;

    own.look = &look;
    own.signless = signless;
    return p->sniff(&own);
}

static void check(str text, const char *path)
{
    struct sniff in = { .text = text, .raw = text, .path = str_z(path), .name = str_z(path) };
    uint64_t may = signs_look(text);
    size_t slash = str_rfind_char(in.path, '/');

    if (slash != STR_NONE)
        in.name = str_from(in.path, slash + 1);
    texts++;
    for (size_t i = 0; parsers[i] != NULL; i++) {
        const struct parser *p = parsers[i];
        int want = bid_of(p, &in, false), got = BID_NO;

        bids[i] += want != BID_NO;
        if (may >> i & 1)
            continue;
        passed_over++;
        if (p->by_shape)
            got = bid_of(p, &in, true);
        if (got != want)
            fail_msg("%s: %s bids %d, without its signs %d\n%.*s", path, p->name, want, got,
                    STR_ARG(str_slice(text, 0, 4096)));
    }
}

/* Bytes that are no UTF-8 become '?', as parsers may trust what they get. */
static str repaired(char *p, size_t n)
{
    for (size_t at = 0; at < n;) {
        size_t length = utf8_length((str){ p + at, n - at });

        if (length == 0)
            p[at] = '?';
        at += length != 0 ? length : 1;
    }
    return (str){ p, n };
}

static size_t lines_of(str text, str *lines)
{
    size_t n = 0;

    while (n < LINES && text.n != 0) {
        size_t at = str_find_char(text, '\n'), end = at != STR_NONE ? at + 1 : text.n;

        lines[n++] = str_slice(text, 0, end);
        text = str_from(text, end);
    }
    return n;
}

static size_t add(size_t n, str line)
{
    if (line.n > sizeof(made) - n)
        line.n = sizeof(made) - n;
    memcpy(made + n, line.p, line.n);
    return n + line.n;
}

/* Lines of the text at hand in another order, or with those of the one before among them. */
static size_t make_of_lines(bool mixed)
{
    static str own[LINES], other[LINES];
    size_t n = lines_of((str){ at_hand, at_hand_n }, own), size = 0;
    size_t m = mixed ? lines_of((str){ before, before_n }, other) : 0;
    size_t most = 1 + next_random(next_random(2) != 0 ? 4 : 60); /* one sign shows in few lines */

    for (size_t i = 0; i < most && n != 0; i++) {
        bool foreign = m != 0 && next_random(2) != 0;
        str line = foreign ? other[next_random((uint32_t)m)] : own[next_random((uint32_t)n)];

        size = add(size, line);
    }
    return size;
}

static size_t make(unsigned kind)
{
    size_t from, to;

    switch (kind % 4) {
    case 0:
        from = next_random((uint32_t)at_hand_n + 1);
        to = from + next_random(next_random(2) != 0 ? 400 : (uint32_t)at_hand_n + 1);
        return add(0, str_slice((str){ at_hand, at_hand_n }, from, to));
    case 1:
        return make_of_lines(false);
    case 2:
        return make_of_lines(true);
    default:
        to = add(0, (str){ at_hand, at_hand_n });
        for (uint32_t i = next_random(12); i > 0 && to != 0; i--)
            made[next_random((uint32_t)to)] = (char)(' ' + next_random(95));
        return to;
    }
}

static int visit(const char *path, const struct stat *st, int type, struct FTW *where)
{
    FILE *f = type == FTW_F ? fopen(path, "rb") : NULL;

    (void)st;
    (void)where;
    if (f == NULL)
        return 0;
    memcpy(before, at_hand, at_hand_n);
    before_n = at_hand_n;
    at_hand_n = fread(at_hand, 1, sizeof(at_hand), f);
    (void)fclose(f);
    check(repaired(at_hand, at_hand_n), path);
    for (unsigned i = 0; i < VARIANTS; i++)
        check(repaired(made, make(i)), path);
    return 0;
}

static void test_files(void **state)
{
    unsigned long parsers_n = 0;

    (void)state;
    assert_int_equal(nftw(SOURCE_TOP "/tests/formats", visit, 16, FTW_PHYS), 0);
    assert_int_equal(nftw(SOURCE_TOP "/corpus/cases", visit, 16, FTW_PHYS), 0);
    assert_true(texts > 2000);
    /* Each of them bid somewhere, and most were passed over most of the time. */
    for (size_t i = 0; parsers[i] != NULL; i++) {
        if (parsers[i]->signs != NULL && bids[i] == 0)
            fail_msg("nothing was bid for %s", parsers[i]->name);
        parsers_n++;
    }
    assert_true(passed_over > texts * parsers_n / 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_files) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
