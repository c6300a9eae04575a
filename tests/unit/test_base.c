/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rule sets as bytes, and kept in files. Catches: a set that says otherwise once it was written and
 * opened, of a whole case or of what it wants; damaged bytes taken for a set; a kept set that is used
 * though its folder changed, and one that is kept too early to notice.
 *
 * tests/unit/test_rules.c evaluates its rows both ways, too.
 */
#include <dirent.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "analysis.h"
#include "pack.h"
#include "rule_cache.h"
#include "rule_rows.h"

#define RULE(TAG, ROLE)                                                                            \
    "{\"title\":\"t\",\"cause\":\"t/x\",\"role\":\"" ROLE "\",\"severity\":\"high\","              \
    "\"status\":\"test\",\"summary\":\"s\",\"references\":[\"r\"],"                                \
    "\"evidence\":{\"p\":{\"fact\":\"pool.tag\",\"tag\":" TAG ",\"bytes\":{\"gt\":5}}}}"

static struct ruleset *builtin(void)
{
    struct ruleset *rs = ruleset_create(case_kinds);

    ruleset_add_builtin(rs);
    assert_true(ruleset_freeze(rs));
    return rs;
}

static str report_of(struct arena *a, const struct ruleset *rs, const char *path)
{
    const struct render_options options = { .width = 100 };
    struct analysis analysis;
    struct out out;
    str text;

    analysis_run(&analysis, rs, &path, 1);
    out_init_memory(&out);
    renderer_find(STR("json"))->render(&analysis.report, &options, &out);
    text = arena_str(a, out_text(&out));
    (void)out_finish(&out);
    analysis_finish(&analysis);
    return text;
}

/* Every folder below this one is a case. */
static size_t compare_below(const struct ruleset *x, const struct ruleset *y, const char *top)
{
    struct dirent **names;
    int n = scandir(top, &names, NULL, alphasort);
    size_t compared = 0;

    assert_true(n > 0);
    for (int i = 0; i < n; i++) {
        char path[1024];
        struct arena a;

        (void)snprintf(path, sizeof(path), "%s/%s", top, names[i]->d_name);
        if (names[i]->d_name[0] != '.') {
            arena_init(&a, 0);
            if (!str_eq(report_of(&a, x, path), report_of(&a, y, path)))
                fail_msg("%s: another report", path);
            arena_finish(&a);
            compared++;
        }
        free(names[i]);
    }
    free(names);
    return compared;
}

/* Whole cases by the built-in rules, loaded all and as they are opened. */
static void test_cases(void **state)
{
    struct ruleset *all = builtin(), *opened = ruleset_open_builtin(case_kinds);
    size_t n = 0;

    (void)state;
    assert_int_equal(ruleset_count(all), ruleset_count(opened));
    assert_int_equal(ruleset_site_count(opened), 0);
    assert_int_equal(ruleset_lines(all), ruleset_lines(opened));
    assert_true(str_eq(ruleset_sha256(all), ruleset_sha256(opened)));
    n += compare_below(all, opened, SOURCE_TOP "/corpus/cases/windows");
    n += compare_below(all, opened, SOURCE_TOP "/corpus/cases/linux");
    n += compare_below(all, opened, SOURCE_TOP "/corpus/cases/virt");
    n += compare_below(all, opened, SOURCE_TOP "/corpus/cases/app");
    assert_true(n > 250);
    ruleset_destroy(opened);
    ruleset_destroy(all);
}

/* Which texts any rule wants, and which facts it may take before all of them is known. */
static void test_wants(void **state)
{
    static const char *const values[] = { "TPLA", "tpla", "srv", "Srv", "ntfs", "disk", "nobody",
        "win32:1450", "oom", "" };
    struct ruleset *all = builtin(), *opened = ruleset_open_builtin(case_kinds);
    struct arena a;
    size_t taken = 0;

    (void)state;
    arena_init(&a, 0);
    for (size_t k = 0; case_kinds[k] != NULL; k++) {
        const struct kind *kind = case_kinds[k];
        struct value *row = arena_array(&a, struct value, kind->nfields);
        const struct fact fact = { .kind = kind, .values = row };

        assert_int_equal(ruleset_wants(all, kind, SIZE_MAX, STR("")),
                ruleset_wants(opened, kind, SIZE_MAX, STR("")));
        for (size_t f = 0; f < kind->nfields; f++) {
            for (size_t v = 0; v < sizeof(values) / sizeof(values[0]); v++) {
                str value = str_z(values[v]);
                bool may;

                if (kind->fields[f].type != VALUE_TEXT)
                    continue;
                assert_int_equal(
                        ruleset_wants(all, kind, f, value), ruleset_wants(opened, kind, f, value));
                row[f] = value_text(value);
                may = ruleset_may_take(all, &fact, f < 64 ? 1ull << f : 0);
                if (strcmp(kind->name, "log.line") != 0) /* of lines the scanner tells */
                    assert_int_equal(may, ruleset_may_take(opened, &fact, f < 64 ? 1ull << f : 0));
                taken += may;
                row[f] = (struct value){ 0 };
            }
        }
    }
    assert_true(taken > 0);
    arena_finish(&a);
    ruleset_destroy(opened);
    ruleset_destroy(all);
}

/* Any byte changed, any length, another vocabulary. */
static void test_damage(void **state)
{
    struct ruleset *rs = ruleset_create(test_kinds), *opened;
    struct arena a;
    str bytes;
    char *copy;

    (void)state;
    arena_init(&a, 0);
    ruleset_begin_pack(rs, STR("site"), PACK_SITE);
    ruleset_add(rs, STR("a/one"), STR("one.json"), str_z(RULE("[\"A\",\"B\"]", "symptom")));
    assert_true(ruleset_freeze(rs));
    bytes = ruleset_write(rs, STR("scanner"), &a);
    copy = arena_alloc(&a, bytes.n);
    memcpy(copy, bytes.p, bytes.n);
    opened = ruleset_open(test_kinds, (str){ copy, bytes.n });
    assert_non_null(opened);
    assert_true(str_eq(ruleset_scanner(opened), STR("scanner")));
    assert_int_equal(ruleset_site_count(opened), 1);
    assert_true(str_eq(ruleset_rule(opened, 0).id, STR("a/one")));
    assert_true(str_eq(ruleset_rule(opened, 0).pack, STR("site")));
    ruleset_destroy(opened);
    for (size_t i = 0; i < bytes.n; i++) {
        copy[i] ^= 0x10;
        assert_null(ruleset_open(test_kinds, (str){ copy, bytes.n }));
        copy[i] ^= 0x10;
        assert_null(ruleset_open(test_kinds, (str){ copy, i }));
    }
    assert_null(ruleset_open(case_kinds, (str){ copy, bytes.n }));
    ruleset_destroy(rs);
    arena_finish(&a);
}

static char top[64];

static void put_file(const char *name, const char *text)
{
    char path[160];
    FILE *file;

    (void)snprintf(path, sizeof(path), "%s/%s", top, name);
    file = fopen(path, "w");
    assert_non_null(file);
    (void)fputs(text, file);
    assert_int_equal(fclose(file), 0);
}

static struct rule_cache find(struct arena *a)
{
    const char **folder = arena_array(a, const char *, 1);
    struct rule_cache cache;

    folder[0] = arena_printf(a, "%s/rules", top).p;
    rule_cache_find(&cache, a, folder, 1);
    return cache;
}

/* A limit on the size of files keeps nothing, and does not end the run. */
static void check_small_files(const struct rule_cache *cache, const struct ruleset *rs)
{
    struct rlimit limit, small;

    assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
    small = (struct rlimit){ .rlim_cur = 100, .rlim_max = limit.rlim_max };
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    rule_cache_keep(cache, rs);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
    assert_null(rule_cache_open(cache, case_kinds));
}

/* What a run left that was killed while it wrote goes with a later one, not while it may be at work. */
static void check_leftovers(
        struct arena *a, const struct rule_cache *cache, const struct ruleset *rs)
{
    const struct timespec times[2] = { { .tv_sec = 1000000000 }, { .tv_sec = 1000000000 } };

    put_file("fathom/new-old", "");
    put_file("fathom/new-now", "");
    assert_int_equal(utimensat(AT_FDCWD, arena_printf(a, "%s/fathom/new-old", top).p, times, 0), 0);
    rule_cache_keep(cache, rs);
    assert_int_not_equal(access(arena_printf(a, "%s/fathom/new-old", top).p, F_OK), 0);
    assert_int_equal(access(arena_printf(a, "%s/fathom/new-now", top).p, F_OK), 0);
}

/* Catches: a set that is used each day and goes because it was written long ago. */
static void check_used(const struct rule_cache *cache)
{
    const struct timespec old[2] = { { .tv_sec = 1000000 }, { .tv_sec = 1000000 } };
    struct ruleset *opened;
    struct stat st;

    assert_int_equal(utimensat(AT_FDCWD, cache->path.p, old, 0), 0);
    opened = rule_cache_open(cache, case_kinds);
    assert_non_null(opened);
    ruleset_destroy(opened);
    assert_int_equal(stat(cache->path.p, &st), 0);
    assert_true(st.st_mtim.tv_sec > old[0].tv_sec);
}

static void test_kept(void **state)
{
    struct ruleset *rs = ruleset_create(case_kinds), *opened;
    struct rule_cache cache, other;
    struct arena a;
    char command[128];

    (void)state;
    arena_init(&a, 0);
    (void)snprintf(top, sizeof(top), "/tmp/fathom-base-XXXXXX");
    assert_non_null(mkdtemp(top));
    assert_int_equal(setenv("XDG_CACHE_HOME", top, 1), 0);
    assert_int_equal(mkdir(arena_printf(&a, "%s/rules", top).p, 0700), 0);
    put_file("rules/one.json", RULE("\"A\"", "symptom"));
    ruleset_begin_pack(rs, STR("site"), PACK_SITE);
    ruleset_add(rs, STR("one"), STR("one.json"), str_z(RULE("\"A\"", "symptom")));
    assert_true(ruleset_freeze(rs));
    cache = find(&a);
    assert_true(cache.path.n != 0 && cache.fresh); /* it was written a moment ago */
    rule_cache_keep(&cache, rs);
    assert_null(rule_cache_open(&cache, case_kinds));
    cache.fresh = false; /* as it will be in some seconds */
    check_small_files(&cache, rs);
    rule_cache_keep(&cache, rs);
    opened = rule_cache_open(&cache, case_kinds);
    assert_non_null(opened);
    assert_true(str_eq(ruleset_rule(opened, 0).id, STR("one")));
    ruleset_destroy(opened);
    check_used(&cache);
    other = find(&a);
    assert_true(str_eq(other.path, cache.path));
    put_file("rules/note.txt", "no rule"); /* no part of the pack */
    other = find(&a);
    assert_true(str_eq(other.path, cache.path));
    assert_int_equal(symlink("nowhere", arena_printf(&a, "%s/rules/lost", top).p), 0);
    other = find(&a);
    assert_true(str_eq(other.path, cache.path));
    assert_int_equal(nanosleep(&(struct timespec){ .tv_nsec = 20000000 }, NULL),
            0);                                           /* a tick of files' times */
    put_file("rules/one.json", RULE("\"B\"", "symptom")); /* the same size */
    other = find(&a);
    assert_false(str_eq(other.path, cache.path));
    assert_int_equal(unlink(cache.path.p), 0);
    rule_cache_keep(&cache, rs); /* found before the change, and what was read may be either */
    assert_null(rule_cache_open(&cache, case_kinds));
    other.fresh = false;
    rule_cache_keep(&other, rs);
    cache = other;
    check_leftovers(&a, &other, rs);
    put_file("rules/two.json", RULE("\"A\"", "symptom"));
    assert_false(str_eq(find(&a).path, other.path));
    assert_int_equal(chmod(cache.path.p, 0666), 0); /* anybody may have written it */
    assert_null(rule_cache_open(&cache, case_kinds));
    assert_int_equal(chmod(arena_printf(&a, "%s/fathom", top).p, 0777), 0); /* or put it there */
    assert_int_equal(find(&a).path.n, 0);
    (void)snprintf(command, sizeof(command), "rm -r %s", top);
    assert_int_equal(system(command), 0);
    other = find(&a);
    assert_int_equal(other.path.n, 0); /* a folder that cannot be read */
    ruleset_destroy(rs);
    arena_finish(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cases),
        cmocka_unit_test(test_wants),
        cmocka_unit_test(test_damage),
        cmocka_unit_test(test_kept),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
