/* SPDX-License-Identifier: Apache-2.0 */
/* Packs laid over each other, the vocabulary of causes, and bases of a size that nobody has yet. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "rule_rows.h"
#include "ruleset.h"

#define RULE(KEYS)                                                                                 \
    "{\"title\":\"t\",\"cause\":\"t/x\",\"role\":\"symptom\",\"severity\":\"low\","                \
    "\"status\":\"test\",\"summary\":\"s\",\"references\":[\"r\"],"                                \
    "\"evidence\":{\"p\":{\"fact\":\"pool.tag\",\"tag\":\"A\",\"bytes\":{\"gt\":5}}}" KEYS "}"

static void add(struct ruleset *rs, const char *id, const char *text)
{
    ruleset_add(rs, str_z(id), str_z(id), str_z(text));
}

static bool has(const struct ruleset *rs, const char *code, bool warning)
{
    size_t n;
    const struct rule_problem *p = ruleset_problems(rs, &n);

    for (size_t i = 0; i < n; i++) {
        if (strcmp(p[i].code, code) == 0 && p[i].warning == warning)
            return true;
    }
    return false;
}

/* Catches: an extension that loses what it does not change, keeps what it takes away, or drags the
 * cases of the base along. */
static void test_extends(void **state)
{
    static const char want[] =
            "{\n  \"title\": \"t\",\n  \"cause\": \"t/x\",\n  \"role\": \"symptom\",\n"
            "  \"severity\": \"high\",\n  \"status\": \"test\",\n  \"summary\": \"s\",\n"
            "  \"references\": [\n    \"q\"\n  ],\n"
            "  \"evidence\": {\n    \"p\": {\n      \"fact\": \"pool.tag\",\n"
            "      \"bytes\": {\n        \"gt\": 5,\n        \"lt\": 9\n      }\n    }\n  }\n}\n";
    struct ruleset *rs = ruleset_create(test_kinds);
    struct rule_info info;

    (void)state;
    ruleset_begin_pack(rs, STR("base"), PACK_BASE);
    add(rs, "a/base", RULE(",\"cases\":{\"fires\":[\"c\"]}"));
    add(rs, "a/same", "{\"extends\":\"a/base\"}"); /* of one's own pack: refused */
    ruleset_begin_pack(rs, STR("site"), PACK_SITE);
    add(rs, "a/base",
            "{\"extends\":\"a/base\",\"severity\":\"high\",\"references\":[\"q\"],"
            "\"evidence\":{\"p\":{\"tag\":null,\"bytes\":{\"lt\":9}}}}");
    add(rs, "a/new", "{\"extends\":\"a/base\",\"title\":\"u\"}");
    assert_false(ruleset_freeze(rs));
    assert_true(has(rs, "rule.unknown-rule", false));
    assert_int_equal(ruleset_count(rs), 1);
    info = ruleset_rule(rs, 0);
    assert_true(str_eq(info.pack, STR("site")));
    assert_true(str_eq(info.replaces, STR("base")));
    assert_true(info.site);
    if (!str_eq(info.json, str_z(want)))
        fail_msg("got:\n%.*s", STR_ARG(info.json));
    ruleset_destroy(rs);
}

/* Catches: a disabled rule that comes back, cannot be told, or cannot be replaced by a later pack. */
static void test_layers(void **state)
{
    struct ruleset *rs = ruleset_create(test_kinds);

    (void)state;
    ruleset_begin_pack(rs, STR("base"), PACK_BASE);
    add(rs, "a", RULE(""));
    add(rs, "b", RULE(""));
    add(rs, "c", RULE(""));
    ruleset_begin_pack(rs, STR("one"), PACK_SITE);
    add(rs, "a", "{\"disabled\":true}");
    add(rs, "b", "{\"disabled\":true}");
    add(rs, "z", "{\"disabled\":true}");
    ruleset_begin_pack(rs, STR("two"), PACK_SITE);
    add(rs, "b", RULE(",\"subject\":\"again\""));
    assert_true(ruleset_freeze(rs));
    assert_true(has(rs, "rule.nothing-disabled", true));
    assert_int_equal(ruleset_count(rs), 2);
    assert_true(str_eq(ruleset_rule(rs, 0).id, STR("b")));
    assert_true(str_eq(ruleset_rule(rs, 0).pack, STR("two")));
    assert_int_equal(ruleset_removed(rs), 1);
    assert_true(str_eq(ruleset_rule(rs, 2).id, STR("a")));
    assert_true(str_eq(ruleset_rule(rs, 2).removed, STR("one")));
    ruleset_destroy(rs);
}

/* Catches: a cause outside the list that passes in the base, or stops a site; rows that are wrong. */
static void test_vocabulary(void **state)
{
    struct ruleset *rs = ruleset_create(test_kinds);
    const struct cause_info *causes;
    size_t n;

    (void)state;
    ruleset_begin_pack(rs, STR("base"), PACK_BASE);
    ruleset_add_causes(rs, STR("causes.tsv"),
            STR("# id\trole\n\nt/x\tsymptom\tit is x\tthe x\nt/y\tmechanism\tit is y\n"));
    add(rs, "a", RULE(",\"explains\":[\"t/y\"]"));
    ruleset_begin_pack(rs, STR("site"), PACK_SITE);
    ruleset_add_causes(rs, STR("causes.tsv"), STR("t/y\tmechanism\tours\n"));
    assert_true(ruleset_freeze(rs));
    assert_false(has(rs, "rule.unlisted-cause", false));
    assert_false(has(rs, "rule.unknown-cause", true)); /* no rule has t/y, but it is listed */
    causes = ruleset_causes(rs, &n);
    assert_int_equal(n, 2);
    assert_true(str_eq(causes[0].subject, STR("the x")) && !causes[0].site);
    assert_true(str_eq(causes[1].meaning, STR("ours")) && causes[1].site);
    assert_int_equal(ruleset_cause(rs, STR("t/y"))->role, ROLE_MECHANISM);
    assert_null(ruleset_cause(rs, STR("t/z")));
    ruleset_destroy(rs);

    for (int site = 0; site < 2; site++) {
        rs = ruleset_create(test_kinds);
        ruleset_begin_pack(rs, STR("pack"), site ? PACK_SITE : PACK_BASE);
        ruleset_add_causes(rs, STR("causes.tsv"), STR("t/other\tsymptom\tother\n"));
        add(rs, "a", RULE(""));
        assert_int_equal(ruleset_freeze(rs), site);
        assert_true(has(rs, "rule.unlisted-cause", site));
        ruleset_destroy(rs);
    }

    rs = ruleset_create(test_kinds);
    ruleset_add_causes(rs, STR("causes.tsv"),
            STR("T/x\tsymptom\tm\nt/x\tsympton\tm\nt/y\tsymptom\nt/z\tsymptom\tm\ts\tb\tmore\n"));
    (void)ruleset_problems(rs, &n);
    assert_int_equal(n, 4);
    assert_true(str_eq(ruleset_problems(rs, &n)[2].pointer, STR("L3")));
    ruleset_destroy(rs);
}

static void add_numbered(struct ruleset *rs, unsigned i, const char *relations)
{
    char id[32], text[512];

    (void)snprintf(id, sizeof(id), "r/%06u", i);
    (void)snprintf(text, sizeof(text),
            "{\"title\":\"t\",\"cause\":\"c/%06u\",\"role\":\"symptom\",\"severity\":\"low\","
            "\"status\":\"test\",\"summary\":\"s\",\"references\":[\"r\"],"
            "\"evidence\":{\"p\":{\"fact\":\"error\"}}%s}",
            i, relations);
    add(rs, id, text);
}

/*
 * Catches: work that grows with the square of the base, recursion as deep as it is large, names of
 * a circle told without end. Each of these took minutes, or the stack, when it was written naively.
 */
static void test_large(void **state)
{
    enum { MANY = 20000 };
    char relations[64];

    (void)state;
    for (int form = 0; form < 3; form++) {
        struct ruleset *rs = ruleset_create(test_kinds);
        const struct rule_problem *p;
        size_t n;

        (void)alarm(120);
        for (unsigned i = 0; i < MANY; i++) {
            /* a long chain; one circle of all; everything explains everything */
            (void)snprintf(relations, sizeof(relations), ",\"explains\":[\"c/%06u\"]",
                    form == 1 ? (i + 1) % MANY : i + 1);
            add_numbered(rs, i,
                    form == 2 ? ",\"explains\":[\"c/*\"],\"supersedes\":[\"x\"]" : relations);
        }
        assert_true(ruleset_freeze(rs));
        (void)alarm(0);
        p = ruleset_problems(rs, &n);
        if (form == 0) {
            assert_int_equal(n, 1); /* the last one explains what nobody has */
            assert_string_equal(p[0].code, "rule.unknown-cause");
        } else {
            assert_string_equal(p[n - 1].code, "rule.circle");
            assert_true(p[n - 1].text.n < 200);
            assert_int_equal(n, form == 1 ? 1 : MANY + 1);
        }
        ruleset_destroy(rs);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_extends),
        cmocka_unit_test(test_layers),
        cmocka_unit_test(test_vocabulary),
        cmocka_unit_test(test_large),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
