/* SPDX-License-Identifier: Apache-2.0 */
/* Which host a fact belongs to, by what its member, its folder and the case say. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "case.h"
#include "out.h"

static const struct kind kind = { .name = "line", .doc = "a line" };

struct world {
    struct case_file c;
    struct source sources[16];
    struct fact facts[16];
    const struct fact *list[16];
};

static void add(struct world *w, const char *path, const char *member_host, const char *fact_host)
{
    size_t i = w->c.nsources;

    w->sources[i] = (struct source){ .path = str_z(path), .host = str_z(member_host) };
    w->facts[i] = (struct fact){
        .kind = &kind, .where = { .member = (uint32_t)i + 1 }, .host = str_z(fact_host)
    };
    w->list[i] = &w->facts[i];
    w->c.sources = w->sources;
    w->c.facts = w->list;
    w->c.nsources = w->c.nfacts = i + 1;
}

static void settle(struct world *w, const char *const *want, const char *hosts)
{
    struct out out;

    arena_init(&w->c.arena, 0);
    case_settle_hosts(&w->c);
    for (size_t i = 0; i < w->c.nfacts; i++) {
        if (!str_eq(w->facts[i].host, str_z(want[i])))
            print_error("%.*s: host \"%.*s\", want \"%s\"\n", STR_ARG(w->sources[i].path),
                    STR_ARG(w->facts[i].host), want[i]);
        assert_true(str_eq(w->facts[i].host, str_z(want[i])));
    }
    out_init_memory(&out);
    for (size_t i = 0; i < w->c.nhosts; i++)
        out_printf(&out, "%s%.*s", i != 0 ? " " : "", STR_ARG(w->c.hosts[i]));
    assert_true(str_eq(out_text(&out), str_z(hosts)));
    (void)out_finish(&out);
    arena_finish(&w->c.arena);
}

/* Catches: one machine counted as several for its spelling. */
static void test_spellings(void **state)
{
    struct world w = { 0 };

    (void)state;
    add(&w, "a", "vz1.example.net", "");
    add(&w, "b", "VZ1", "");
    add(&w, "c", "", "Vz1.Example.Net.");
    settle(&w, (const char *const[]){ "VZ1", "VZ1", "VZ1" }, "VZ1");
}

/* Catches: a short name given to one of two machines that both begin with it; a name that any
 * machine may have. */
static void test_unclear(void **state)
{
    struct world w = { 0 };

    (void)state;
    add(&w, "a", "vz1.example.net", "");
    add(&w, "b", "VZ1", "");
    add(&w, "c", "", "vz1.other.org");
    add(&w, "d", "localhost.localdomain", "localhost");
    settle(&w, (const char *const[]){ "vz1.example.net", "VZ1", "vz1.other.org", "" },
            "VZ1 vz1.example.net vz1.other.org");
}

/* Catches: different machines taken for one. */
static void test_different(void **state)
{
    struct world w = { 0 };

    (void)state;
    add(&w, "a", "db1.example.net", "");
    add(&w, "b", "db1.example.org", "");
    add(&w, "c", "10.0.0.1", "");
    add(&w, "d", "10.0.0.2", "");
    add(&w, "e", "", "");
    settle(&w,
            (const char *const[]){
                    "db1.example.net", "db1.example.org", "10.0.0.1", "10.0.0.2", "" },
            "10.0.0.1 10.0.0.2 db1.example.net db1.example.org");
}

/* Catches: a folder's evidence given to the neighbour's host; an archive that is no folder. */
static void test_folders(void **state)
{
    struct world w = { 0 };

    (void)state;
    add(&w, "case.zip!node1/systeminfo.txt", "NODE1", "");
    add(&w, "case.zip!node1/logs/poolmon.txt", "", "");
    add(&w, "case.zip!node2/dump/systeminfo.txt", "NODE2", "");
    add(&w, "case.zip!node2/poolmon.txt", "", "");
    add(&w, "case.zip!poolmon.txt", "", "");
    add(&w, "case.zip!node1/forwarded.xml", "", "NODE3");
    /* The folder node1 speaks of two machines: its name decides. */
    settle(&w, (const char *const[]){ "NODE1", "NODE1", "NODE2", "NODE2", "", "NODE3" },
            "NODE1 NODE2 NODE3");
}

/* Catches: files of several machines in one folder, told apart by the word before '_'; a word that
 * is no machine's, though some file of it speaks of one. */
static void test_prefixes(void **state)
{
    struct world w = { 0 };

    (void)state;
    add(&w, "mps.cab!DC1_systeminfo.txt", "DC1", "");
    add(&w, "mps.cab!DC1_poolmon.txt", "", "");
    add(&w, "mps.cab!FS2_poolmon.txt", "", "");  /* as DC1's is called */
    add(&w, "mps.cab!FS2_tasklist.txt", "", ""); /* of the same word */
    add(&w, "mps.cab!event_system.xml", "DC1", "");
    add(&w, "mps.cab!event_other.txt", "", "");
    settle(&w, (const char *const[]){ "DC1", "DC1", "FS2", "FS2", "DC1", "" }, "DC1 FS2");
}

/* Catches: a folder per host of which only one says whose it is. */
static void test_folder_per_host(void **state)
{
    struct world w = { 0 };

    (void)state;
    add(&w, "all/web1/log/messages", "web1.example.net", "");
    add(&w, "all/web1/meminfo", "", "");
    add(&w, "all/web2/meminfo", "", "");
    add(&w, "all/web2/sub/slabinfo", "", "");
    add(&w, "all/notes/todo.txt", "", "");
    settle(&w, (const char *const[]){ "web1.example.net", "web1.example.net", "web2", "web2", "" },
            "web1.example.net web2");
}

/* Catches: what collectors call their archives; content that knows better. */
static void test_collectors(void **state)
{
    struct world w = { 0 };

    (void)state;
    add(&w, "sosreport-web-1-01234567-2026-03-04-abcdefg.tar.xz!sosreport-x/proc/meminfo", "", "");
    add(&w, "scc_sles5_260304_1530.txz!scc_sles5_260304_1530/memory.txt", "", "");
    add(&w, "esx-esx7.lab-2026-03-04--12.30-9.tgz!var/log/vmkernel.log", "", "");
    add(&w, "psSDP_Net_SRV9_03-04-2026-1530.zip!poolmon.txt", "", "");
    add(&w, "TSS_SRV8_260304-153012_Perf.zip!poolmon.txt", "", "");
    add(&w, "sosreport-alias-2026-03-04-qwertyu/etc/x", "real", "");
    add(&w, "sosreport-notes.txt", "", ""); /* no date: nothing that sos wrote */
    settle(&w, (const char *const[]){ "web-1", "sles5", "esx7.lab", "SRV9", "SRV8", "real", "" },
            "SRV8 SRV9 esx7.lab real sles5 web-1");
}

/* Catches: figures of two machines read as one machine's. One such folder needs no name. */
static void test_machines(void **state)
{
    struct world two = { 0 }, one = { 0 };

    (void)state;
    add(&two, "a/left/proc/meminfo", "", "");
    add(&two, "a/right/proc/slabinfo", "", "");
    add(&two, "a/right/sos_commands/memory/free", "", "");
    settle(&two, (const char *const[]){ "left", "right", "right" }, "left right");
    add(&one, "a/left/proc/meminfo", "", "");
    add(&one, "a/left/sos_commands/memory/free", "", "");
    settle(&one, (const char *const[]){ "", "" }, "");
}

/* Catches: no host where the case speaks of one only. */
static void test_only_host(void **state)
{
    struct world w = { 0 };

    (void)state;
    add(&w, "x/a/one.txt", "APP7", "");
    add(&w, "x/b/c/two.txt", "", "");
    add(&w, "three.txt", "", "");
    settle(&w, (const char *const[]){ "APP7", "APP7", "APP7" }, "APP7");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_spellings),
        cmocka_unit_test(test_different),
        cmocka_unit_test(test_unclear),
        cmocka_unit_test(test_folders),
        cmocka_unit_test(test_prefixes),
        cmocka_unit_test(test_folder_per_host),
        cmocka_unit_test(test_collectors),
        cmocka_unit_test(test_machines),
        cmocka_unit_test(test_only_host),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
