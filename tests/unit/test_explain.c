/* SPDX-License-Identifier: Apache-2.0 */
/*
 * explain: which reading comes first, which others there are, and how many words are one thing. What is wanted
 * follows from the tables and from who writes a number so.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "explain.h"

static const struct rule_source source = { .index = &builtin_index };

static const struct reading *find(const struct explained *e, const char *id)
{
    for (size_t i = 0; i < e->n; i++) {
        if (str_eq(e->readings[i].id, str_z(id)))
            return &e->readings[i];
    }
    return NULL;
}

/* Words separated by blanks are several arguments. Returns how many the first thing took. */
static size_t ask(struct arena *a, const char *line, struct explained *ret)
{
    str words[64], rest = str_z(line), word;
    size_t n = 0;

    while (str_word(&rest, &word))
        words[n++] = word;
    return explain_next(a, &source, words, n, ret);
}

struct wanted {
    const char *words, *first;
    size_t taken;        /* words that are one thing */
    const char *also[3]; /* readings that must be there, too */
};

static void check(const struct wanted *w, bool quoted)
{
    struct arena a;
    struct explained e;
    size_t taken;
    str whole = str_z(w->words);

    arena_init(&a, 0);
    taken = quoted ? explain_next(&a, &source, &whole, 1, &e) : ask(&a, w->words, &e);
    if (e.n == 0 || !str_eq(e.readings[0].id, str_z(w->first)) || taken != (quoted ? 1 : w->taken))
        print_error("%s: %.*s, took %zu; want %s, %zu\n", w->words,
                e.n != 0 ? (int)e.readings[0].id.n : 7, e.n != 0 ? e.readings[0].id.p : "nothing",
                taken, w->first, w->taken);
    assert_true(e.n != 0);
    assert_true(str_eq(e.readings[0].id, str_z(w->first)));
    assert_int_equal(taken, quoted ? 1 : w->taken);
    for (size_t i = 0; i < 3 && w->also[i] != NULL; i++) {
        if (find(&e, w->also[i]) == NULL)
            print_error("%s: no reading %s\n", w->words, w->also[i]);
        assert_non_null(find(&e, w->also[i]));
    }
    arena_finish(&a);
}

/* Catches: a spelling that is not known, a family that pushes itself before the one people mean. */
static void test_numbers(void **state)
{
    static const struct wanted rows[] = {
        { "1450", "win32:1450", 1, { NULL } },
        { "0x5AA", "win32:1450", 1, { NULL } },
        { "0x800705AA", "win32:1450", 1, { NULL } },
        { "800705aa", "win32:1450", 1, { NULL } },
        { "-2147023446", "win32:1450", 1, { NULL } },
        { "2147943850", "win32:1450", 1, { NULL } },
        { "ffffffff800705aa", "win32:1450", 1, { NULL } },
        { "win32:1450", "win32:1450", 1, { NULL } },
        { "(0x800705AA)", "win32:1450", 1, { NULL } },
        /* The status itself, then what user mode is given for it. */
        { "0xC000009A", "ntstatus:0xC000009A", 1, { "win32:1450" } },
        { "-1073741670", "ntstatus:0xC000009A", 1, { "win32:1450" } },
        { "0xD000009A", "ntstatus:0xC000009A", 1, { NULL } },
        { "0x13D", "win32:317", 1, { "bugcheck:0x13D" } },
        { "8", "win32:8", 1, { "errno:8", "vzctl:8" } },
        { "12", "errno:12", 1, { "win32:12", "vzctl:12:vz7" } },
        { "28", "errno:28", 1, { NULL } },
        { "2019", "Srv/2019", 1, { NULL } },
        { "4231", "Tcpip/4231", 1, { NULL } },
        { "137", "exit:137", 1, { "vzctl:137:vz7" } },
        { "143", "exit:143", 1, { NULL } },
        { "10055", "win32:10055", 1, { NULL } },
        { "0xC2", "bugcheck:0xC2", 1, { "win32:194" } },
        { "0x1000007E", "bugcheck:0x7E", 1, { NULL } },
        { "0x80042306", "hresult:0x80042306", 1, { NULL } },
        { "0x80370106", "hresult:0x80370106", 1, { NULL } },
        { "0x80780119", "hresult:0x80780119", 1, { NULL } },
        { "3221225495", "exit:windows:0xC0000017", 1, { "ntstatus:0xC0000017", "win32:8" } },
        { "0xE0434352", "exit:windows:0xE0434352", 1, { NULL } },
        { "0x70004", "acronis:7/4", 1, { NULL } },
        { "0x2084020", "gfp:0x2084020", 1, { NULL } },
        { "0x200da", "gfp:0x200da", 1, { NULL } },
        { "0xd0", "bugcheck:0xD0", 1, { "gfp:0xd0" } },
        { "0x74536d4d", "MmSt", 1, { NULL } },
        { "0x4D6D5374", "MmSt", 1, { NULL } },
        { "0x64657246", "Fred", 1, { NULL } },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        check(&rows[i], false);
}

/* Catches: names in another case, tags whose case counts, a provider's other names. */
static void test_names(void **state)
{
    static const struct wanted rows[] = {
        { "ERROR_NO_SYSTEM_RESOURCES", "win32:1450", 1, { NULL } },
        { "status_no_memory", "ntstatus:0xC0000017", 1, { NULL } },
        { "VSS_E_PROVIDER_VETO", "hresult:0x80042306", 1, { NULL } },
        { "HCS_E_UNEXPECTED_EXIT", "hresult:0x80370106", 1, { NULL } },
        { "BAD_POOL_CALLER", "bugcheck:0xC2", 1, { NULL } },
        { "ENOMEM", "errno:12", 1, { NULL } },
        { "FACILITY_ITF", "hresult facility 4", 1, { NULL } },
        { "GFP_ATOMIC", "GFP_ATOMIC", 1, { NULL } },
        { "TPLA", "TPLA", 1, { NULL } },
        { "CM99", "CM99", 1, { NULL } },
        { "irp", "Irp", 1, { NULL } },
        { "FM*", "FM*", 1, { NULL } },
        { "xq#z", "xq#z", 1, { NULL } },
        { "Srv/2019", "Srv/2019", 1, { NULL } },
        { "srv/2019", "Srv/2019", 1, { NULL } },
        { "Microsoft-Windows-SMBServer/2019", "Srv/2019", 1, { NULL } },
        { "Microsoft-Windows-SMBServer/1020", "Microsoft-Windows-SMBServer/1020", 1, { NULL } },
        { "MSSQL$SALES/17890", "MSSQLSERVER/17890", 1, { NULL } },
        { "Resource-Exhaustion-Detector/2004",
                "Microsoft-Windows-Resource-Exhaustion-Detector/2004", 1, { NULL } },
        { "Nobody/7", "Nobody/7", 1, { NULL } },
        { "SIGKILL", "exit:137", 1, { NULL } },
        { "kmemsize", "kmemsize", 1, { NULL } },
        { "conntrack-full", "conntrack-full", 1, { NULL } },
        { "windows/pool/tag-leak", "windows/pool/tag-leak", 1, { NULL } },
        { "linux/limits/inotify", "linux/limits/inotify", 1, { NULL } },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        check(&rows[i], false);
}

/* Catches: words torn apart that belong together, and words joined that do not. */
static void test_phrases(void **state)
{
    static const struct wanted rows[] = {
        { "exit 137", "exit:137", 2, { NULL } },
        { "exit code 1", "exit:1", 3, { NULL } },
        { "exit 0xC0000142", "exit:windows:0xC0000142", 2, { "ntstatus:0xC0000142" } },
        { "exit=139", "exit:139", 1, { NULL } },
        { "exit:windows:0xC0000017", "exit:windows:0xC0000017", 1, { NULL } },
        { "signal 9", "exit:137", 2, { NULL } },
        { "vzctl 6", "vzctl:6", 2, { NULL } },
        { "vzctl 129", "vzctl:129:legacy", 2, { "vzctl:129:vz7" } },
        { "vzctl:137:vz7", "vzctl:137:vz7", 1, { NULL } },
        { "robocopy 9", "exit:robocopy:1", 2, { "exit:robocopy:8" } },
        { "systemd 203", "exit:systemd:203", 2, { NULL } },
        { "event 2019", "Srv/2019", 2, { NULL } },
        { "Srv 2019 2020", "Srv/2019", 2, { NULL } },
        { "Application Popup 333", "Application Popup/333", 3, { NULL } },
        { "errno 12 28", "errno:12", 2, { NULL } },
        { "win32 12", "win32:12", 2, { NULL } },
        { "tag 2019", "2019", 2, { NULL } },
        { "0xC2 0x7 0x1200 0x0 0xfffffa8003a1b010", "bugcheck:0xC2", 5, { NULL } },
        { "0xC2 0x7", "bugcheck:0xC2", 2, { NULL } },
        /* No first parameter of 0x3F is 0xC2: two codes. */
        { "0x3F 0xC2", "bugcheck:0x3F", 1, { NULL } },
        { "0x3F 0 16 32 48", "bugcheck:0x3F", 5, { NULL } },
        { "stop 0x1000007A 1 0xc000009a 3 4", "bugcheck:0x7A", 6, { NULL } },
        { "0x2084020 4.9", "gfp:0x2084020", 2, { NULL } },
        { "gfp_mask=0x201da 3.10.0-957.el7.x86_64", "gfp:0x201da", 2, { NULL } },
        { "acronis 7 4", "acronis:7/4", 3, { NULL } },
        { "acronis:0/65520", "acronis:0/65520", 1, { NULL } },
        /* Hexadecimal in this form: module 0x135 is 309. */
        { "Module=135 Code=3D", "acronis:309/61", 2, { NULL } },
        { "vss state 9", "vss state 9", 3, { NULL } },
        { "hresult facility 7", "hresult facility 7", 3, { NULL } },
        { "1450 TPLA", "win32:1450", 1, { NULL } },
        { "1450 zzz", "win32:1450", 1, { NULL } },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        check(&rows[i], false);
}

/* Catches: a line that is only understood in quotes, or only without. */
static void test_lines(void **state)
{
    static const struct wanted rows[] = {
        { "nf_conntrack: table full, dropping packet", "conntrack-full", 5, { NULL } },
        { "[12.3] TCP: out of memory -- consider tuning tcp_mem", "tcp-memory", 9, { NULL } },
        { "System error 1450 has occurred.", "win32:1450", 5, { NULL } },
        { "bash: fork: Cannot allocate memory", "fork-failed", 5, { "errno:12" } },
        { "java: page allocation failure: order:1, mode:0x20", "kernel.alloc_failure", 6,
                { "gfp:0x20" } },
        { "Out of memory: Killed process 7 (x) total-vm:8kB, anon-rss:4kB", "kernel.oom", 9,
                { NULL } },
        { "101: kmemsize 1 2 3 4 5", "kmemsize", 7, { NULL } },
        { "MmSt Paged 1234567 1200000 34567 91234567 2639", "MmSt", 7, { NULL } },
        { "FATAL: sorry, too many clients already", "connections-limit", 6, { NULL } },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        check(&rows[i], false);
        check(&rows[i], true);
    }
}

/* Catches: names that are near and not told, words that are in a text and not found. */
static void test_unknown(void **state)
{
    static const char *const near[][2] = { { "knemsize", "kmemsize" }, { "ballon", "balloon" },
        { "ERROR_NO_SYSTEM_RESOURCEZ", "ERROR_NO_SYSTEM_RESOURCES" },
        { "windows/pool/tag-leek", "windows/pool/tag-leak" }, { "TPLB", "TPLA" } };
    struct explained e;
    struct arena a;

    (void)state;
    arena_init(&a, 0);
    for (size_t i = 0; i < sizeof(near) / sizeof(near[0]); i++) {
        bool found = false;

        (void)ask(&a, near[i][0], &e);
        for (size_t k = 0; k < e.nnear; k++)
            found = found || str_eq(e.near[k], str_z(near[i][1]));
        if (!found)
            print_error("%s: %s is not told\n", near[i][0], near[i][1]);
        assert_true(found);
    }
    assert_int_equal(ask(&a, "qwertyuiopas", &e), 1);
    assert_int_equal(e.n, 0);
    assert_int_equal(ask(&a, "shadow storage", &e), 2);
    assert_non_null(find(&e, "vss-storage"));
    assert_int_equal(ask(&a, "conntrack", &e), 1);
    assert_non_null(find(&e, "linux/net/conntrack-full"));
    arena_finish(&a);
}

static str detail(const struct reading *r, const char *label)
{
    for (size_t i = 0; i < r->ndetails; i++) {
        if (strcmp(r->details[i].label, label) == 0)
            return r->details[i].text;
    }
    return STR("");
}

/* Catches: parameters under the wrong label, tags of a bug check not read, rules of a word not found. */
static void test_parts(void **state)
{
    struct explained e;
    struct arena a;

    (void)state;
    arena_init(&a, 0);
    (void)ask(&a, "0xC2 0xA 0x1000 0x74536d4d 0x20706349", &e);
    assert_true(str_has(detail(&e.readings[0], "P3"), STR("'MmSt'")));
    assert_true(str_has(detail(&e.readings[0], "P4"), STR("'Icp '")));
    (void)ask(&a, "0x7A 1 0xffffffffc000009a 3 4", &e);
    assert_true(str_has(detail(&e.readings[0], "P2"), STR("no nonpaged pool")));
    (void)ask(&a, "0x80042306", &e);
    assert_true(str_has(detail(&e.readings[0], "parts"), STR("facility 4")));
    (void)ask(&a, "TPLA", &e);
    assert_true(e.readings[0].nrules >= 1);
    assert_true(str_starts(e.readings[0].rules[0], STR("windows/pool/")));
    /* GFP_ATOMIC of 6.9 differs from that of 5.4. */
    (void)ask(&a, "GFP_ATOMIC", &e);
    assert_true(str_has(detail(&e.readings[0], "masks"), STR("0x820")));
    assert_true(str_has(detail(&e.readings[0], "masks"), STR("0xa20")));
    arena_finish(&a);
}

/* Catches: an index that was built in another order than it is searched, or that lost a rule. */
static void test_index(void **state)
{
    const struct rule_index *index = &builtin_index;

    (void)state;
    assert_true(index->nrules > 100);
    assert_true(index->nkeys > 200);
    for (size_t i = 0; i < index->nkeys; i++)
        assert_int_equal(rule_index_find(index, rule_index_key(index, i)), i);
    for (size_t i = 0; i < index->nrules; i++)
        assert_int_equal(rule_index_rule(index, rule_index_id(index, i)), i);
    for (size_t i = 0; i < index->ncauses; i++)
        assert_int_equal(rule_index_cause_find(index, rule_index_cause_row(index, i).id), i);
    assert_int_equal(rule_index_find(index, STR("no=such")), index->nkeys);
    assert_int_equal(rule_index_rule(index, STR("no/such")), index->nrules);
    assert_true(rule_index_find(index, STR("event=srv/2019")) < index->nkeys);
    assert_true(rule_index_find(index, STR("class=conntrack-full")) < index->nkeys);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_phrases),
        cmocka_unit_test(test_lines),
        cmocka_unit_test(test_unknown),
        cmocka_unit_test(test_parts),
        cmocka_unit_test(test_index),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
