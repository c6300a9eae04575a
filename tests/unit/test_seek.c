/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading by what is looked for gives the facts that reading every line gives (but for what lines tell
 * of clocks, of which a sample is enough): over every sample of
 * every format, every worked case, and long logs made of random lines with the samples' lines among
 * them. Catches a mark that is missing, a literal that a rule's pattern need not hold, a line that
 * is passed over although one before it is still open, times and boots that depend on lines nobody
 * looks for.
 */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "case_text.h"
#include "code_tables.h"

/* A rule for lines as a site would write it; %s is its matcher. */
static const char rule_text[] =
        "{ \"title\": \"t\", \"cause\": \"test/line\", \"role\": \"symptom\", \"severity\": \"low\","
        " \"status\": \"test\", \"evidence\": { \"line\": { \"fact\": \"log.line\", \"text\": %s } },"
        " \"summary\": \"s\", \"remedy\": [], \"references\": [\"r\"],"
        " \"cases\": { \"fires\": [], \"silent\": [] } }";

static const char *const matchers[] = {
    "{ \"contains\": \"carrier lost\" }",
    "{ \"regex\": \"queue depth [0-9]+ of (device|port) [a-z]+\" }",
    "{ \"regex\": \"(?i)RESTORED\" }",
    "{ \"prefix\": [\"session closed\", \"session opened\"] }",
    "{ \"suffix\": \"limit\" }",
    "{ \"regex\": \"^[a-z]+ retry count exceeded\" }",
};

static struct ruleset *make_rules(void)
{
    struct ruleset *rs = ruleset_create(case_kinds);
    size_t n, own = 0;

    ruleset_add_builtin(rs);
    for (size_t i = 0; i < sizeof(matchers) / sizeof(matchers[0]); i++) {
        char text[1024], id[32];

        (void)snprintf(text, sizeof(text), rule_text, matchers[i]);
        (void)snprintf(id, sizeof(id), "test/line-%zu", i);
        ruleset_add(rs, str_z(id), str_z(id), str_z(text));
    }
    (void)ruleset_freeze(rs);
    (void)ruleset_problems(rs, &n);
    for (size_t i = 0; i < ruleset_lines(rs); i++)
        own += str_starts(ruleset_line_rule(rs, i), STR("test/line-"));
    assert_int_equal(own, sizeof(matchers) / sizeof(matchers[0]));
    return rs;
}

static void put_value(struct out *o, const struct value *v)
{
    char buf[WHEN_TEXT];

    switch (v->type) {
    case VALUE_NONE:
        break;
    case VALUE_BOOL:
        out_z(o, v->b ? "true" : "false");
        break;
    case VALUE_INT:
        out_printf(o, "%lld", (long long)v->i);
        break;
    case VALUE_REAL:
        out_printf(o, "%.17g", v->d);
        break;
    case VALUE_TEXT:
        out_json_str(o, v->s);
        break;
    case VALUE_TIME:
        out_json_str(o, when_format(v->t, buf));
        break;
    case VALUE_MAP:
        for (size_t i = 0; i < v->m.n; i++) {
            out_json_str(o, v->m.pairs[i].name);
            out_json_str(o, v->m.pairs[i].text);
        }
        break;
    }
    out_char(o, '|');
}

/* Everything that a fact says, one line each. */
static void put_facts(struct out *o, const struct case_file *c)
{
    char buf[WHEN_TEXT];

    for (size_t i = 0; i < c->nfacts; i++) {
        const struct fact *f = c->facts[i];

        if (f->kind == &kind_CLOCK)
            continue;
        out_printf(o, "%s at %.*s:%u+%llu #%llu x%llu ", f->kind->name,
                STR_ARG(c->sources[f->where.member - 1].path), f->where.line,
                (unsigned long long)f->where.offset, (unsigned long long)f->where.record,
                (unsigned long long)f->count);
        out_json_str(o, f->host);
        out_str(o, when_format(f->when, buf));
        out_char(o, '-');
        out_str(o, when_format(f->last, buf));
        for (size_t k = 0; k < f->kind->nfields; k++)
            put_value(o, &f->values[k]);
        out_json_str(o, f->quote);
        out_char(o, '\n');
    }
}

static void read_facts(
        const char *path, const struct ruleset *rules, bool careful, struct out *ret, size_t *ret_n)
{
    const struct case_options options = { .rules = rules, .careful = careful };
    struct case_file c;

    case_read(&c, &path, 1, &options);
    out_init_memory(ret);
    put_facts(ret, &c);
    *ret_n = c.nfacts;
    case_finish(&c);
}

/* Both ways over one path; the number of facts. */
static size_t compare(const char *path, const struct ruleset *rules)
{
    struct out careful, quick;
    size_t n, m;
    str a, b;

    read_facts(path, rules, true, &careful, &n);
    read_facts(path, rules, false, &quick, &m);
    a = out_text(&careful);
    b = out_text(&quick);
    while (a.n != 0 || b.n != 0) {
        str x = str_cut(&a, '\n'), y = str_cut(&b, '\n');

        if (!str_eq(x, y)) {
            print_error("%s\n careful: %.*s\n quick:   %.*s\n", path, STR_ARG(x), STR_ARG(y));
            assert_true(str_eq(x, y));
        }
    }
    (void)out_finish(&careful);
    (void)out_finish(&quick);
    return n;
}

static size_t compare_folder(const char *dir, const struct ruleset *rules)
{
    struct dirent **names;
    int n = scandir(dir, &names, NULL, alphasort);
    size_t facts = 0;

    assert_true(n > 2);
    for (int i = 0; i < n; i++) {
        char path[4096];

        (void)snprintf(path, sizeof(path), "%s/%s", dir, names[i]->d_name);
        if (names[i]->d_name[0] != '.')
            facts += compare(path, rules);
        free(names[i]);
    }
    free(names);
    return facts;
}

static void test_samples(void **state)
{
    assert_true(compare_folder(SOURCE_TOP "/tests/formats", *state) > 500);
}

static void test_cases(void **state)
{
    assert_true(compare_folder(SOURCE_TOP "/corpus/cases", *state) > 1000);
}

/* --- long logs --- */

static uint32_t next_random(uint32_t *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    return *seed >> 8;
}

static void put_words(struct out *o, uint32_t *seed)
{
    static const char *const words[] = { "link", "state", "carrier", "lost", "restored", "session",
        "opened", "closed", "queue", "depth", "17 of", "device", "port", "sda", "temperature",
        "normal", "limit", "retry", "count", "exceeded", "status", "error", "code", "1450",
        "(0x5aa)", "rc", "=", "-12", "failed", "container", "exit", "Memory:", "Exception", "at",
        "err:", "hr=", "0x8007000e", "8007000E", "-2147024882", "[12]", ":", "with", "was", "fails",
        "bug", "check", "Bugcheck", "0x0000000A", "(80070008)", "C000009A:", "2147942414" };
    unsigned n = 3 + next_random(seed) % 9;

    for (unsigned i = 0; i < n; i++) {
        out_z(o, words[next_random(seed) % (sizeof(words) / sizeof(words[0]))]);
        out_char(o, ' ');
    }
}

enum long_form { LONG_SYSLOG, LONG_DMESG, LONG_PROGRAM };

static void put_prefix(struct out *o, enum long_form form, unsigned second, uint32_t *seed)
{
    unsigned s = second % 60, m = second / 60 % 60, h = second / 3600 % 24, d = 1 + second / 86400;

    switch (form) {
    case LONG_SYSLOG:
        out_printf(o, "Mar %2u %02u:%02u:%02u node%u %s: ", d, h, m, s, next_random(seed) % 3,
                next_random(seed) % 2 != 0 ? "kernel" : "app[812]");
        break;
    case LONG_DMESG:
        out_printf(o, "[%5u.%06u] ", second, next_random(seed) % 1000000);
        break;
    case LONG_PROGRAM:
        out_printf(o, "2024-03-%02u %02u:%02u:%02u backupd: ", d, h, m, s);
        break;
    }
}

/* A log of n bytes or more: random lines, and now and then a sample of the format. */
static void put_log(struct out *o, enum long_form form, const char *dir, size_t size)
{
    struct dirent **names;
    int n = scandir(dir, &names, NULL, alphasort), at = 0;
    uint32_t seed = 7;
    unsigned second = 0;

    assert_true(n > 2);
    while (out_text(o).n < size) {
        for (unsigned i = 200 + next_random(&seed) % 4000; i > 0; i--) {
            put_prefix(o, form, second, &seed);
            if (next_random(&seed) % 40 == 0)
                put_words(o, &seed);
            else
                out_printf(o, "all is well with unit %u", next_random(&seed) % 10000);
            out_char(o, '\n');
            second += next_random(&seed) % 3;
        }
        /* Folded by a mailer: what is looked for stands across the fold, and in the line alone. */
        put_prefix(o, form, second, &seed);
        out_z(o, "WARN NIOServerCnxn: Too many connections\nfrom /10.0.0.7 - max is 60\n");

        char path[4096];
        size_t length;
        str text, line;

        for (at = (at + 1) % n; !str_ends(str_z(names[at]->d_name), STR(".in"));)
            at = (at + 1) % n;
        (void)snprintf(path, sizeof(path), "%s/%s", dir, names[at]->d_name);
        char *p = read_file(path, &length);

        text = (str){ p, length };
        while (str_line(&text, &line)) {
            if (form != LONG_PROGRAM)
                put_prefix(o, form, second, &seed);
            out_str(o, line);
            out_char(o, '\n');
        }
        free(p);
    }
    for (int i = 0; i < n; i++)
        free(names[i]);
    free(names);
}

static void compare_log(const struct ruleset *rules, enum long_form form, const char *dir)
{
    char path[] = "/tmp/fathom-seek-XXXXXX";
    int fd = mkstemp(path);
    struct out o;
    str text;

    assert_true(fd >= 0);
    out_init_memory(&o);
    put_log(&o, form, dir, 3u << 20);
    text = out_text(&o);
    assert_int_equal(write(fd, text.p, text.n), (ssize_t)text.n);
    close(fd);
    (void)out_finish(&o);
    assert_true(compare(path, rules) > 100);
    unlink(path);
}

static void test_long_logs(void **state)
{
    compare_log(*state, LONG_SYSLOG, SOURCE_TOP "/tests/formats/kernel-log");
    compare_log(*state, LONG_DMESG, SOURCE_TOP "/tests/formats/kernel-log");
    compare_log(*state, LONG_SYSLOG, SOURCE_TOP "/tests/formats/log");
    compare_log(*state, LONG_PROGRAM, SOURCE_TOP "/tests/formats/log");
    compare_log(*state, LONG_PROGRAM, SOURCE_TOP "/tests/formats/stack-trace");
    compare_log(*state, LONG_PROGRAM, SOURCE_TOP "/tests/formats/backup");
    compare_log(*state, LONG_PROGRAM, SOURCE_TOP "/tests/formats/vzctl");
}

enum { SPELLINGS = 7 };

static void put_number(struct out *o, size_t spelling, uint32_t number)
{
    switch (spelling) {
    case 0:
        out_printf(o, "0x%08x", number);
        break;
    case 1:
        out_printf(o, "%08X", number);
        break;
    case 2:
        out_printf(o, "(0x%08X)", number);
        break;
    case 3:
        out_printf(o, "ffffffff%08x", number);
        break;
    case 4:
        out_printf(o, "%u", number);
        break;
    case 5:
        out_printf(o, "-%u", 0u - number);
        break;
    case 6:
        out_printf(o, "x=%u", number);
        break;
    }
}

/* Every status that has a name, as it may be written, among lines that say nothing.
 * Catches: numbers that are not looked for, or not in every spelling. */
static void test_numbers(void **state)
{
    char path[] = "/tmp/fathom-seek-XXXXXX";
    int fd = mkstemp(path);
    uint32_t seed = 3;
    struct out o;
    str text;

    assert_true(fd >= 0);
    out_init_memory(&o);
    for (size_t i = 0; i < code_nrows * SPELLINGS; i++) {
        const uint32_t number = code_rows[i / SPELLINGS].number;

        put_prefix(&o, LONG_PROGRAM, (unsigned)i, &seed);
        if (number < 0x80010000u || i % 3 == 0)
            out_z(&o, "all is well");
        else
            put_number(&o, i % SPELLINGS, number);
        out_z(&o, i % 2 != 0 ? "\n" : " said unit 7\n");
    }
    text = out_text(&o);
    assert_int_equal(write(fd, text.p, text.n), (ssize_t)text.n);
    close(fd);
    (void)out_finish(&o);
    assert_true(compare(path, *state) > 50);
    unlink(path);
}

/* Groups of lines that go on from each other, among lines of which a rule looks for a few. */
static void compare_groups(
        const struct ruleset *rules, enum long_form form, const char *const (*groups)[3], size_t n)
{
    char path[] = "/tmp/fathom-seek-XXXXXX";
    int fd = mkstemp(path);
    uint32_t seed = 5;
    struct out o;
    str text;

    assert_true(fd >= 0);
    out_init_memory(&o);
    for (unsigned i = 0; i < 20000; i++) {
        const char *const *group = groups[next_random(&seed) % n];
        unsigned from = next_random(&seed) % 3;

        for (unsigned k = from; k < 3 && i % 40 == 39; k++) {
            if (form == LONG_SYSLOG)
                put_prefix(&o, form, i, &seed);
            out_printf(&o, "%s\n", group[k]);
        }
        put_prefix(&o, form, i, &seed);
        out_printf(&o, "%s %u\n", next_random(&seed) % 30 == 0 ? "carrier lost" : "all is well", i);
    }
    text = out_text(&o);
    assert_int_equal(write(fd, text.p, text.n), (ssize_t)text.n);
    close(fd);
    (void)out_finish(&o);
    assert_true(compare(path, rules) > 100);
    unlink(path);
}

/*
 * Lines without a mark in which a rule finds its literal: heads of chains of a module that no mark
 * knows, containers named in a form that is no mark, frames behind other blanks.
 */
static void test_openers(void **state)
{
    static const char *const groups[][3] = {
        { "2024-03-01T05:06:08:000-03:00 100 E09990004: carrier lost",
                "| error 0xfff0: carrier lost", "| code: 0x800705aa" },
        { "2024-03-01 05:06:08 CT 101 : carrier lost", "2024-03-01 05:06:08 carrier lost",
                "2024-03-01 05:06:08 carrier lost, err = 1450 Failed" },
        { "2024-03-01 05:06:08 a.b.Exception: carrier lost", "\t at a.b.C.d(E.java:1) carrier lost",
                "  at a.b.C.d(E.java:1) carrier lost" },
        { "2024-03-01 05:06:08 carrier lost", "Traceback (most recent call last): carrier lost",
                "  File \"carrier lost\", line 3, in f" },
    };

    compare_groups(*state, LONG_PROGRAM, groups, sizeof(groups) / sizeof(groups[0]));
}

/* Marks that stand only in what becomes of a line: without colours, hard blanks and escapes. */
static void test_altered(void **state)
{
    static const char *const groups[][3] = {
        { "carrier lost err\xc2\xa0= 1450", "carrier lost err\033[0m = 1450",
                "carrier lost a.b.Exception#012carrier lost" },
        { "carrier lost Out of me\033[1mmory: Kill process 12 (app)",
                "carrier lost a.b.Exception[   12.345678] carrier lost",
                "carrier lost#011at a.b.C.d(E.java:1)" },
    };

    compare_groups(*state, LONG_SYSLOG, groups, sizeof(groups) / sizeof(groups[0]));
}

static int set_up(void **state)
{
    *state = make_rules();
    return 0;
}

static int tear_down(void **state)
{
    ruleset_destroy(*state);
    return 0;
}

/* With paths: compares over these instead. */
int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_samples),
        cmocka_unit_test(test_cases),
        cmocka_unit_test(test_long_logs),
        cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_openers),
        cmocka_unit_test(test_altered),
    };

    if (argc > 1) {
        struct ruleset *rules = make_rules();

        for (int i = 1; i < argc; i++)
            printf("%s: %zu facts\n", argv[i], compare(argv[i], rules));
        ruleset_destroy(rules);
        return 0;
    }
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
