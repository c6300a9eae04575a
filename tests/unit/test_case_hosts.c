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
    struct source sources[8];
    struct fact facts[8];
    const struct fact *list[8];
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
    add(&w, "c", "", "vz1.other.org"); /* the short form decides: it was heard of before */
    settle(&w, (const char *const[]){ "VZ1", "VZ1", "VZ1" }, "VZ1");
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
    settle(&w, (const char *const[]){ "NODE1", "", "NODE2", "NODE2", "", "NODE3" },
            "NODE1 NODE2 NODE3");
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
        cmocka_unit_test(test_folders),
        cmocka_unit_test(test_only_host),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
