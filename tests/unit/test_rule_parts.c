/* SPDX-License-Identifier: Apache-2.0 */
/* What rows cannot say: many facts, caps, overlays, listings, what stands in files beside the code. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "case.h"
#include "hosts.h"
#include "json.h"
#include "language.h"
#include "limits.h"
#include "rule.h"
#include "rule_rows.h"
#include "trend.h"

static str read_text(struct arena *a, const char *path)
{
    FILE *file = fopen(arena_printf(a, "%s/%s", SOURCE_TOP, path).p, "rb");
    char *text = arena_alloc(a, 1 << 20);

    assert_non_null(file);
    str s = { text, fread(text, 1, 1 << 20, file) };
    fclose(file);
    return s;
}

/* Catches: thinning that loses the ends, an overflow of the exact table. */
static void test_trend(void **state)
{
    double x[1000], y[1000], falling[10];

    (void)state;
    for (size_t i = 0; i < 1000; i++) {
        x[i] = (double)i;
        y[i] = 3.0 * (double)i + 7;
    }
    assert_float_equal(trend_slope(x, y, 1000), 3.0, 1e-9);
    assert_true(trend_rising(y, 1000) < 1e-9);
    for (size_t i = 0; i < 10; i++)
        falling[i] = (double)(10 - i);
    assert_float_equal(trend_rising(falling, 10), 1.0, 0);
    assert_float_equal(trend_rising(y, 10), 1.0 / 3628800, 1e-15);
    assert_float_equal(trend_median((double[]){ 5, 1, 3, 2 }, 4), 2.5, 0);
}

static struct ruleset *make_rules(const char *const *rules, size_t n)
{
    struct ruleset *rs = ruleset_create(test_kinds);

    for (size_t i = 0; i < n; i++) {
        str text = str_z(rules[i]), id = str_cut(&text, ' ');

        ruleset_add(rs, id, id, text);
    }
    return rs;
}

#define REST                                                                                       \
    "\"cause\":\"t/x\",\"role\":\"symptom\",\"severity\":\"low\",\"status\":\"test\",\"summary\":\"s\""

/* Catches: a parser told that nobody wants what a rule looks for. */
static void test_wants(void **state)
{
    static const char *const rules[] = {
        "a {\"title\":\"t\",\"evidence\":{\"s\":{\"fact\":\"event\",\"provider\":[\"Srv\",\"disk\"]}}," REST
        "}",
        "b {\"title\":\"t\",\"evidence\":{\"s\":{\"fact\":\"event\",\"any\":[{\"provider\":{\"nocase\":\"NTFS\"}},"
        "{\"provider\":\"vss\",\"id\":7}]}}," REST "}",
        "c {\"title\":\"t\",\"evidence\":{\"s\":{\"fact\":\"error\",\"code\":{\"code\":\"hresult:0x800423F2\"}},"
        "\"t\":{\"fact\":\"error\",\"not\":{\"object\":\"x\"},\"code\":\"win32:5\"}}," REST "}",
    };
    struct ruleset *rs = make_rules(rules, 3);
    const struct kind *event = test_kinds[3], *error = test_kinds[4];

    (void)state;
    assert_true(ruleset_freeze(rs));
    assert_true(ruleset_wants(rs, event, 0, STR("srv")));
    assert_true(ruleset_wants(rs, event, 0, STR("ntfs")));
    assert_true(ruleset_wants(rs, event, 0, STR("VSS")));
    assert_false(ruleset_wants(rs, event, 0, STR("tcpip")));
    assert_true(ruleset_wants(rs, event, SIZE_MAX, STR("")));
    assert_true(ruleset_wants(rs, event, 1, STR("")));
    assert_true(ruleset_wants(rs, event, 3, STR("any message")));
    assert_true(ruleset_wants(rs, error, 0, STR("hresult:0x800423f2")));
    assert_false(ruleset_wants(rs, error, 0, STR("win32:1450")));
    assert_true(ruleset_wants(rs, error, 1, STR("ct101")));
    assert_false(ruleset_wants(rs, test_kinds[2], SIZE_MAX, STR("")));
    ruleset_destroy(rs);
}

/* Catches: a site's pack that does not replace, or removes another; a hash that depends on order. */
static void test_overlay(void **state)
{
    static const char *const forward[] = {
        "a {\"title\":\"old\",\"evidence\":{\"s\":{\"fact\":\"event\"}}," REST "}",
        "b {\"title\":\"b\",\"evidence\":{\"s\":{\"fact\":\"event\"}}," REST "}",
        "c {\"title\":\"c\",\"evidence\":{\"s\":{\"fact\":\"event\"}}," REST "}",
        "a {\"title\":\"new\",\"evidence\":{\"s\":{\"fact\":\"event\"}}," REST "}",
        "b {\"disabled\":true}",
        "d {\"disabled\":true}",
    };
    static const char *const backward[] = {
        "c {\"title\":\"c\",\"evidence\":{\"s\":{\"fact\":\"event\"}}," REST "}",
        "a {\"title\":\"new\",\"evidence\":{\"s\":{\"fact\":\"event\"}}," REST "}",
    };
    struct ruleset *x = make_rules(forward, 6), *y = make_rules(backward, 2);

    (void)state;
    assert_true(ruleset_freeze(x) && ruleset_freeze(y));
    assert_int_equal(ruleset_count(x), 2);
    assert_true(str_eq(ruleset_rule(x, 0).title, STR("new")));
    assert_true(str_eq(ruleset_rule(x, 1).id, STR("c")));
    assert_int_equal(ruleset_sha256(x).n, 64);
    assert_true(str_eq(ruleset_sha256(x), ruleset_sha256(y)));
    ruleset_destroy(x);
    ruleset_destroy(y);
}

/* Catches: the first findings kept instead of the strongest, a cap that is not told. */
static void test_cap(void **state)
{
    static const char *const rules[] = {
        "a {\"title\":\"{p.tag}\",\"each\":[\"p.tag\"],\"share\":\"p.part\","
        "\"evidence\":{\"p\":{\"fact\":\"pool.tag\"}}," REST "}"
    };
    struct ruleset *rs = make_rules(rules, 1);
    struct fact_list facts;
    struct verdict v;
    struct arena a;
    str line = STR("");

    (void)state;
    arena_init(&a, 0);
    for (int i = 1; i <= 100; i++)
        line = arena_printf(&a, "%.*spool.tag tag=T%03d part=%d%%;", STR_ARG(line), i, i);
    facts = facts_read(&a, line);
    assert_int_equal(facts.n, 100);
    assert_true(ruleset_freeze(rs));
    rules_evaluate(&a, rs, (struct fact_set){ facts.p, facts.n }, &v);
    assert_int_equal(v.nfindings, LIMIT_FINDINGS);
    assert_true(str_eq(v.findings[0].subject, STR("T100")));
    assert_true(str_eq(v.findings[LIMIT_FINDINGS - 1].subject, STR("T037")));
    assert_int_equal(v.nlimits, 1);
    assert_string_equal(v.limits[0].code, "findings.cap");
    ruleset_destroy(rs);
    arena_finish(&a);
}

static bool is_too_deep(struct arena *a, str keys)
{
    struct ruleset *rs = ruleset_create(test_kinds);
    const struct rule_problem *p;
    bool deep = false;
    size_t n;

    ruleset_add(rs, STR("a"), STR("a"),
            arena_printf(a,
                    "{\"title\":\"t\",\"evidence\":{\"e\":{\"fact\":\"event\"}},%.*s," REST "}",
                    STR_ARG(keys)));
    (void)ruleset_freeze(rs);
    p = ruleset_problems(rs, &n);
    for (size_t i = 0; i < n; i++)
        deep = deep || strcmp(p[i].code, "rule.depth") == 0;
    ruleset_destroy(rs);
    return deep;
}

/* Catches: a rule file that overflows the stack, by brackets, by a long sum, or let by let. */
static void test_depth(void **state)
{
    str brackets = STR("1"), sum = STR("1"), lets = STR("\"l0\":\"1\"");
    struct arena a;

    (void)state;
    arena_init(&a, 0);
    for (int i = 1; i < 2 * LIMIT_NESTING; i++) {
        brackets = arena_printf(&a, "-(%.*s)", STR_ARG(brackets));
        sum = arena_printf(&a, "%.*s+1", STR_ARG(sum));
        lets = arena_printf(&a, "%.*s,\"l%d\":\"-l%d\"", STR_ARG(lets), i, i - 1);
    }
    assert_true(is_too_deep(&a, arena_printf(&a, "\"when\":\"%.*s > 0\"", STR_ARG(brackets))));
    assert_true(is_too_deep(&a, arena_printf(&a, "\"when\":\"%.*s > 0\"", STR_ARG(sum))));
    assert_true(is_too_deep(&a, arena_printf(&a, "\"let\":{%.*s}", STR_ARG(lets))));
    assert_false(is_too_deep(&a, STR("\"when\":\"((((1)))) + 1 + 1 + 1 > 0\"")));
    arena_finish(&a);
}

/* Catches: evidence of one selection that crowds out the others, or loses the last fact. */
static void test_evidence_cap(void **state)
{
    static const char *const rules[] = {
        "a {\"title\":\"t\",\"evidence\":{\"e\":{\"fact\":\"event\"},"
        "\"x\":{\"fact\":\"error\"},\"p\":{\"fact\":\"pool.tag\"}}," REST "}"
    };
    struct ruleset *rs = make_rules(rules, 1);
    struct fact_list facts;
    struct verdict v;
    struct arena a;
    str line = STR("");
    size_t events = 0;

    (void)state;
    arena_init(&a, 0);
    for (int i = 0; i < 200; i++)
        line = arena_printf(&a, "%.*sevent id=%d;", STR_ARG(line), i);
    line = arena_printf(&a, "%.*serror;error;pool.tag", STR_ARG(line));
    facts = facts_read(&a, line);
    assert_true(ruleset_freeze(rs));
    rules_evaluate(&a, rs, (struct fact_set){ facts.p, facts.n }, &v);
    assert_int_equal(v.nfindings, 1);
    assert_int_equal(v.findings[0].count, 200);
    assert_int_equal(v.findings[0].evidence_total, 203);
    assert_int_equal(v.findings[0].nevidence, LIMIT_EVIDENCE);
    for (size_t i = 0; i < v.findings[0].nevidence; i++)
        events += str_eq(v.findings[0].evidence[i].selection, STR("e"));
    assert_int_equal(events, LIMIT_EVIDENCE - 3);
    /* the first twelve and the very last */
    assert_int_equal(v.findings[0].evidence[0].fact->where.line, 1);
    assert_int_equal(v.findings[0].evidence[events - 2].fact->where.line, 12);
    assert_int_equal(v.findings[0].evidence[events - 1].fact->where.line, 200);
    ruleset_destroy(rs);
    arena_finish(&a);
}

static void print_place(const struct why_places *places, struct span where, struct out *out)
{
    (void)places;
    out_printf(out, "poolmon.txt:%u", where.line);
}

static void test_why(void **state)
{
    static const char *const rules[] = {
        "a {\"title\":\"TPLA\",\"evidence\":{\"p\":{\"fact\":\"pool.tag\",\"tag\":\"TPLA\"},"
        "\"e\":{\"fact\":\"event\"}},\"let\":{\"most\":\"10% * limit.nonpaged\"},"
        "\"when\":\"(p.bytes > most || exists(e)) && host.arch == 'x86'\"," REST "}"
    };
    static const char want[] = "a\n"
                               "  TPLA\n"
                               "  symptom of cause t/x\n"
                               "\n"
                               "host VZ1\n"
                               "  evidence\n"
                               "    p: 1 of 2 facts of pool.tag\n"
                               "      poolmon.txt:1  line 1\n"
                               "    e: 0 of 0 facts of event\n"
                               "  let\n"
                               "    most\n"
                               "      unknown  10% * limit.nonpaged\n"
                               "        unknown  limit.nonpaged\n"
                               "  when\n"
                               "    unknown  (p.bytes > most || exists(e)) && host.arch == 'x86'\n"
                               "      unknown  p.bytes > most || exists(e)\n"
                               "        unknown  p.bytes > most\n"
                               "          83 MB    p.bytes\n"
                               "          unknown  most\n"
                               "        false    exists(e)\n"
                               "      true     host.arch == 'x86'\n"
                               "        'x86'    host.arch\n"
                               "  => unknown; not known: limit.nonpaged\n";
    const struct why_places places = { print_place };
    struct ruleset *rs = make_rules(rules, 1);
    struct fact_list facts;
    struct arena a;
    struct out out;

    (void)state;
    arena_init(&a, 0);
    facts = facts_read(
            &a, STR("pool.tag tag=TPLA bytes=83MB #VZ1; pool.tag tag=File; host arch=x86 #VZ1"));
    assert_true(ruleset_freeze(rs));
    out_init_memory(&out);
    assert_false(
            rules_why_at(&a, rs, STR("b"), (struct fact_set){ facts.p, facts.n }, &places, &out));
    assert_true(
            rules_why_at(&a, rs, STR("a"), (struct fact_set){ facts.p, facts.n }, &places, &out));
    if (!str_eq(out_text(&out), str_z(want)))
        fail_msg("got:\n%.*s", STR_ARG(out_text(&out)));
    (void)out_finish(&out);
    ruleset_destroy(rs);
    arena_finish(&a);
}

/* The rules that are compiled in load without a word. */
static void test_builtin(void **state)
{
    struct ruleset *rs = ruleset_create(case_kinds);
    size_t n, errors = 0;
    const struct rule_problem *p;

    (void)state;
    ruleset_add_builtin(rs);
    assert_true(ruleset_freeze(rs));
    p = ruleset_problems(rs, &n);
    for (size_t i = 0; i < n; i++)
        errors += !p[i].warning;
    assert_int_equal(errors, 0);
    ruleset_destroy(rs);
}

static const struct json *walk(const struct json *node, const char *path)
{
    str rest = str_z(path);

    while (rest.n != 0 && node != NULL) {
        str key = str_cut(&rest, '/');
        uint64_t index;

        if (node->type == JSON_ARRAY && str_u64(key, &index)) {
            node = node->child;
            while (index-- != 0 && node != NULL)
                node = node->next;
        } else {
            node = json_get(node, key);
        }
    }
    return node;
}

static bool holds_text(const struct json *list, str text)
{
    for (const struct json *c = list != NULL ? list->child : NULL; c != NULL; c = c->next) {
        if (str_eq(json_text(c), text))
            return true;
    }
    return false;
}

/* The object schema at `path` has exactly the keys of the table, and requires the same. */
static void same_keys(
        const struct json *schema, const char *path, const char *required, const struct key *keys)
{
    const struct json *object = walk(schema, path), *list = walk(schema, required);
    size_t n = 0;

    for (; keys[n].name != NULL; n++) {
        if (json_get(json_get(object, STR("properties")), str_z(keys[n].name)) == NULL)
            fail_msg("%s lacks %s", path, keys[n].name);
        if (holds_text(list, str_z(keys[n].name)) != keys[n].required)
            fail_msg("%s: whether %s is required", path, keys[n].name);
    }
    assert_int_equal(json_count(json_get(object, STR("properties"))), n);
}

/* Blank separated values of the table are those of an "enum". */
static void same_values(const struct json *schema, const char *path, const char *values)
{
    str rest = str_z(values), word;
    size_t n = 0;

    for (; str_word(&rest, &word); n++) {
        if (!holds_text(walk(schema, path), word))
            fail_msg("%s lacks %.*s", path, STR_ARG(word));
    }
    assert_int_equal(json_count(walk(schema, path)), n);
}

static const struct key *find_key(const struct key *keys, const char *name)
{
    while (strcmp(keys->name, name) != 0)
        keys++;
    return keys;
}

/* Catches: a key or operator that editors do not know, or know and the loader does not. */
static void test_schema(void **state)
{
    struct arena a;
    struct language_row row;
    const struct json *schema, *matcher;
    str error;
    size_t n = 0;

    (void)state;
    arena_init(&a, 0);
    schema = json_parse(&a, read_text(&a, "rules/rule.schema.json"), &error);
    assert_non_null(schema);
    same_keys(schema, "", "anyOf/2/required", rule_keys);
    same_keys(schema, "properties/remedy/items", "properties/remedy/items/required",
            find_key(rule_keys, "remedy")->keys);
    same_keys(schema, "properties/collect/items", "properties/collect/items/required",
            find_key(rule_keys, "collect")->keys);
    same_keys(schema, "properties/table", "properties/table/required",
            find_key(rule_keys, "table")->keys);
    same_keys(schema, "properties/cases", "properties/cases/required",
            find_key(rule_keys, "cases")->keys);
    same_keys(schema, "$defs/selection", "$defs/selection/required",
            find_key(rule_keys, "evidence")->keys);
    same_values(schema, "properties/role/enum", find_key(rule_keys, "role")->values);
    same_values(schema, "properties/status/enum", find_key(rule_keys, "status")->values);
    same_values(schema, "$defs/severity/enum", find_key(rule_keys, "severity")->values);
    same_values(schema, "properties/confidence/items/prefixItems/0/enum",
            find_key(rule_keys, "confidence")->values);
    matcher = walk(schema, "$defs/matcher/oneOf/2/properties");
    for (; language_row(LANGUAGE_OPERATORS, n, &row); n++) {
        if (json_get(matcher, str_z(row.name)) == NULL)
            fail_msg("the schema lacks the operator %s", row.name);
    }
    assert_int_equal(json_count(matcher), n);
    arena_finish(&a);
}

/* Catches: a function, filter, unit, key or operator that the manual does not name. */
static void test_manual(void **state)
{
    struct arena a;
    str manual;

    (void)state;
    arena_init(&a, 0);
    manual = read_text(&a, "docs/rule-language.md");
    for (enum language_table t = LANGUAGE_KEYS; t <= LANGUAGE_UNITS; t++) {
        struct language_row row;

        for (size_t i = 0; language_row(t, i, &row); i++) {
            static const char ends[] = "`(\" ";
            bool found = false;

            for (size_t e = 0; e < sizeof(ends) - 1 && !found; e++) {
                found = str_has(manual, arena_printf(&a, "`%s%c", row.name, ends[e])) ||
                        str_has(manual, arena_printf(&a, " %s%c", row.name, ends[e])) ||
                        str_has(manual, arena_printf(&a, "\"%s%c", row.name, ends[e]));
            }
            if (!found)
                fail_msg("docs/rule-language.md says nothing of %s", row.name);
        }
    }
    arena_finish(&a);
}

/* Catches: whole numbers that all fall into a few buckets of a table, so that every rule for lines looks at the
 * lines of all. Of 1024 numbers that fall anywhere in 1024 buckets 647 are expected to be hit. */
static void test_hash(void **state)
{
    bool hit[1024] = { false };
    unsigned n = 0;

    (void)state;
    for (unsigned i = 0; i < 1024; i++) {
        bool *bucket = &hit[result_hash(result_number(i)) % 1024];

        n += !*bucket;
        *bucket = true;
    }
    assert_true(n > 500);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_trend),
        cmocka_unit_test(test_hash),
        cmocka_unit_test(test_wants),
        cmocka_unit_test(test_overlay),
        cmocka_unit_test(test_cap),
        cmocka_unit_test(test_depth),
        cmocka_unit_test(test_evidence_cap),
        cmocka_unit_test(test_why),
        cmocka_unit_test(test_builtin),
        cmocka_unit_test(test_schema),
        cmocka_unit_test(test_manual),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
