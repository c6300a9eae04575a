/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A large event log that workers read in parts says what it says when one reads it. Catches: events lost or told
 * twice at a cut, lines and snapshots that are not numbered on, hosts of events that name none, counts and spans that
 * do not add up, a log in another encoding than its head shows, a cut where no record begins.
 */
#include <dirent.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "case_text.h"
#include "parser.h"

enum { LARGE = 33 << 20, CHUNK = 64 * 1024, HEAD = 4096 };

static char name[] = "/tmp/fathom-parts-XXXXXX";

static void put_file(str text)
{
    int fd = open(name, O_WRONLY | O_TRUNC | O_CLOEXEC);

    assert_true(fd >= 0);
    assert_int_equal(write(fd, text.p, text.n), (ssize_t)text.n);
    assert_int_equal(close(fd), 0);
}

static void compare(const struct ruleset *rules, size_t least_facts)
{
    struct case_options options = { .rules = rules, .jobs = 1 };
    struct out one, many;
    size_t n, m, lines = 0;
    str rest;

    case_text(name, &options, &one, &n);
    assert_int_equal(n, 1);
    for (rest = out_text(&one); rest.n != 0; lines++)
        (void)str_cut(&rest, '\n');
    assert_true(lines > least_facts);
    for (options.jobs = 2; options.jobs < 4; options.jobs++) {
        case_text(name, &options, &many, &m);
        assert_int_equal(m, 1);
        assert_true(str_eq(out_text(&one), out_text(&many)));
        (void)out_finish(&many);
    }
    (void)out_finish(&one);
}

static void add_file(struct out *o, const char *path)
{
    size_t n;
    char *text = read_file(path, &n);

    out_str(o, (str){ text, n });
    free(text);
}

static bool is_ascii(str s)
{
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == 0 || (unsigned char)s.p[i] >= 0x80)
            return false;
    }
    return true;
}

/* Every sample of the format, again and again: damaged and cut ones too, with prose between, and events that name
 * no computer. */
static void put_samples(struct out *ret)
{
    static const char dir[] = SOURCE_TOP "/tests/formats/event-xml";
    struct dirent **names;
    int n = scandir(dir, &names, NULL, alphasort);
    struct out samples[64];
    size_t count = 0;

    assert_true(n > 2);
    for (int i = 0; i < n; i++) {
        char path[4096];

        (void)snprintf(path, sizeof(path), "%s/%s", dir, names[i]->d_name);
        if (str_ends(str_z(path), STR(".in")) && count < 64) {
            out_init_memory(&samples[count]);
            add_file(&samples[count], path);
            if (is_ascii(out_text(&samples[count])))
                count++;
            else
                (void)out_finish(&samples[count]);
        }
        free(names[i]);
    }
    free(names);
    assert_true(count > 3);
    for (uint32_t i = 0; out_text(ret).n < LARGE; i = i * 1664525u + 1013904223u) {
        out_str(ret, out_text(&samples[(i >> 8) % count]));
        /* Most of a log are events that nobody looks for. */
        for (unsigned k = 0; k < 40; k++)
            out_printf(ret,
                    "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System>"
                    "<Provider Name='Service Control Manager'/><EventID>7036</EventID><Level>4</Level>"
                    "<TimeCreated SystemTime='2024-05-%02uT%02u:10:00.000Z'/><EventRecordID>%u"
                    "</EventRecordID><Channel>System</Channel><Computer>srv%u</Computer></System>"
                    "<EventData><Data Name='param1'>Spooler</Data></EventData></Event>\n",
                    k % 28 + 1, k % 24, i % 100000, i % 3);
    }
    for (size_t i = 0; i < count; i++)
        (void)out_finish(&samples[i]);
}

static void test_xml(void **state)
{
    struct ruleset *rules = builtin_rules();
    struct out o, marked;

    (void)state;
    out_init_memory(&o);
    put_samples(&o);
    put_file(out_text(&o));
    compare(rules, 100);
    /* With a byte order mark, which is no part of the text: offsets count from behind it. */
    out_init_memory(&marked);
    out_z(&marked, "\xef\xbb\xbf");
    out_str(&marked, out_text(&o));
    put_file(out_text(&marked));
    compare(rules, 100);
    (void)out_finish(&marked);
    /* Its end is not what its head is: in a code page; the first 64 KiB do not tell. */
    out_z(&o,
            "<Event><System><Provider Name='Disk'/><EventID>11</EventID><Computer>b\xfcro</Computer>"
            "</System></Event>\n");
    put_file(out_text(&o));
    compare(rules, 100);
    (void)out_finish(&o);
    ruleset_destroy(rules);
}

/* Events that name no computer are of the one named last, however far before them. */
static void test_hosts(void **state)
{
    struct ruleset *rules = builtin_rules();
    struct out o;

    (void)state;
    out_init_memory(&o);
    for (unsigned i = 0; out_text(&o).n < LARGE; i++) {
        bool named = out_text(&o).n < LARGE / 5;

        out_printf(&o,
                "<Event><System><Provider Name='Srv'/><EventID>%u</EventID><Level>2</Level>"
                "<TimeCreated SystemTime='2024-05-%02uT%02u:10:00.000Z'/><Channel>System</Channel>"
                "%s</System><EventData><Data>\\Device\\LanmanServer %u</Data></EventData></Event>\n",
                2019 + i % 2, i / 9000 % 28 + 1, i % 24, named ? "<Computer>first</Computer>" : "",
                i);
    }
    out_z(&o, "<Event><System><Provider Name='Srv'/><EventID>2019</EventID>"
              "<Computer>last</Computer></System></Event>\n");
    put_file(out_text(&o));
    compare(rules, 10);
    (void)out_finish(&o);
    ruleset_destroy(rules);
}

/* The chunk of each sample again and again, at full length: what a log has between its records and the next chunk. */
static void test_evtx(void **state)
{
    struct ruleset *rules = builtin_rules();
    static char zeros[CHUNK];
    struct out o, sample;
    str text;

    (void)state;
    out_init_memory(&o);
    for (unsigned i = 0; out_text(&o).n < LARGE; i++) {
        static const char *const files[] = { "classic.in", "types.in", "inner.in" };
        char path[4096];

        out_init_memory(&sample);
        (void)snprintf(path, sizeof(path), SOURCE_TOP "/tests/formats/evtx/%s", files[i % 3]);
        add_file(&sample, path);
        text = out_text(&sample);
        if (i == 0)
            out_str(&o, str_slice(text, 0, HEAD));
        text = str_from(text, HEAD);
        assert_true(text.n < CHUNK);
        out_str(&o, text);
        out_str(&o, (str){ zeros, CHUNK - text.n });
        (void)out_finish(&sample);
    }
    put_file(out_text(&o));
    compare(rules, 10);
    /* A chunk whose bytes were partly lost: those behind it stand where none is due. */
    text = out_text(&o);
    out_init_memory(&sample);
    out_str(&sample, str_slice(text, 0, HEAD + 3 * CHUNK + 40000));
    out_str(&sample, str_from(text, HEAD + 4 * CHUNK));
    put_file(out_text(&sample));
    compare(rules, 10);
    (void)out_finish(&sample);
    (void)out_finish(&o);
    ruleset_destroy(rules);
}

/* Where a record begins that stands alone, and where none does. */
static void test_cuts(void **state)
{
    size_t (*xml)(str head, str piece, uint64_t at) = parser_find(STR("event-xml"))->cut;
    size_t (*evtx)(str head, str piece, uint64_t at) = parser_find(STR("evtx"))->cut;
    static char piece[2 * CHUNK], head[128];

    (void)state;
    assert_int_equal(xml(STR(""), STR("a</Event>\r\n <Event x='1'>"), 9), 12);
    assert_int_equal(xml(STR(""), STR("<EventID>1</EventID></Event>"), 9), STR_NONE);
    /* Behind prose and behind a cut event there may be more that belongs together. */
    assert_int_equal(xml(STR(""), STR("</Event> prose <Event>"), 9), STR_NONE);
    assert_int_equal(xml(STR(""), STR("<Data>1<Event></Event><Event>"), 9), 22);

    memcpy(head, "ElfFile", 8);
    memcpy(piece + 1000, "ElfChnk", 8);
    piece[1000 + 0x28] = (char)128;
    assert_int_equal(
            evtx((str){ head, 128 }, (str){ piece, sizeof(piece) }, HEAD + CHUNK - 1000), 1000);
    assert_int_equal(
            evtx((str){ head, 128 }, (str){ piece, sizeof(piece) }, HEAD + CHUNK - 999), STR_NONE);
    assert_int_equal(evtx((str){ head, 128 }, (str){ piece, 1100 }, HEAD + CHUNK - 1000), STR_NONE);
    head[0x78] = 2; /* without sums: only the head says so */
    assert_int_equal(
            evtx((str){ head, 128 }, (str){ piece, sizeof(piece) }, HEAD + CHUNK - 1000), STR_NONE);
}

static int set_up(void **state)
{
    int fd = mkstemp(name);

    (void)state;
    return fd >= 0 ? close(fd) : -1;
}

static int tear_down(void **state)
{
    (void)state;
    return unlink(name);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cuts),
        cmocka_unit_test(test_xml),
        cmocka_unit_test(test_hosts),
        cmocka_unit_test(test_evtx),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
