/* SPDX-License-Identifier: Apache-2.0 */
/* json: what is plain is read in one pass, and as cJSON reads it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "case.h"
#include "json.h"
#include "pack.h"
#include "ruleset.h"

static bool same(const struct json *x, const struct json *y)
{
    const struct json *c = x->child, *d = y->child;

    if (x->type != y->type || x->index != y->index || !str_eq(x->key, y->key) ||
            !str_eq(x->text, y->text) || (x->text.p == NULL) != (y->text.p == NULL) ||
            (x->key.p == NULL) != (y->key.p == NULL) ||
            memcmp(&x->number, &y->number, sizeof(x->number)) != 0)
        return false;
    for (; c != NULL && d != NULL; c = c->next, d = d->next) {
        if (c->parent != x || d->parent != y || !same(c, d))
            return false;
    }
    return c == NULL && d == NULL;
}

/* What was not declined is what cJSON reads. True when it was not. */
static bool agrees(str text)
{
    const struct json *plain, *careful;
    str error = { NULL, 0 };
    struct arena a;
    bool taken;

    arena_init(&a, 0);
    plain = json_parse_plain((struct json_room){ &a, &a }, text);
    taken = plain != NULL;
    careful = taken ? json_parse_careful((struct json_room){ &a, &a }, text, &error) : NULL;
    if (taken && (careful == NULL || !same(plain, careful)))
        fail_msg("read another way: %.*s", STR_ARG(text));
    arena_finish(&a);
    return taken;
}

/* Catches: a text taken that JSON forbids or that has a second meaning, and a plain one declined. */
static void test_rows(void **state)
{
    static const char *const plain[] = { "{}", " [ ] ", "0", "-12.50", "999999999999999", "0.1",
        "123456789.012345", "\"\"", "true", "[null, false]", "{\"a\": {\"b\": [1, \"x\", {}]}}\r\n",
        "\"\\\"\\\\\\/\\n\\r\\t\\b\\f \\\\\"", "{\"\": 1, \"\xc3\xa4\": \"\xff\"}" };
    static const char *const declined[] = { "", "{", "{\"a\"}", "{\"a\":1,}", "[1,]", "[1 2]",
        "1 2", "01", "-0", "1.", ".5", "-", "1e3", "1234567890123456", "\"\\u0041\"", "\"\\x\"",
        "\"\\\"", "\"\\", "\"a\nb\"", "\"a\n\"", "\"a", "nul", "truex", "{\"a\": 1, \"a\": 2}",
        "{'a': 1}", "\xef\xbb\xbf{}", "[1]]", "+1", "1-2", "1.2.3" };

    (void)state;
    for (size_t i = 0; i < sizeof(plain) / sizeof(plain[0]); i++)
        assert_true(agrees(str_z(plain[i])));
    for (size_t i = 0; i < sizeof(declined) / sizeof(declined[0]); i++) {
        if (agrees(str_z(declined[i])))
            fail_msg("taken: %s", declined[i]);
    }
}

/* n levels of arrays. */
static bool takes_nested(size_t n)
{
    char text[1024];

    memset(text, '[', n);
    memset(text + n, ']', n);
    return agrees((str){ text, 2 * n });
}

/* Catches: a nesting that cJSON's way refuses. */
static void test_depth(void **state)
{
    size_t n = 1;

    (void)state;
    while (n < 512 && takes_nested(n))
        n++;
    assert_in_range(n, 100, 200);
}

/* Catches: a rule read another way, and what becomes of a rule when a byte of it is another. */
static void test_rules(void **state)
{
    struct ruleset *rules = ruleset_open_builtin(case_kinds);
    uint32_t random = 7;
    size_t taken = 0, n = ruleset_count(rules);

    (void)state;
    for (size_t i = 0; i < n; i++) {
        str text = ruleset_rule(rules, i).json;
        struct arena a;
        char *copy;

        arena_init(&a, 0);
        taken += agrees(text);
        copy = arena_z(&a, text);
        for (unsigned round = 0; round < 20; round++) {
            static const char odd[] = "{}[]\",:\\0-.e \n\x01\xff"
                                      "1t";
            size_t at;
            char was;

            random = random * 1664525 + 1013904223;
            at = (random >> 8) % text.n;
            was = copy[at];
            copy[at] = odd[(random >> 3) % (sizeof(odd) - 1)];
            (void)agrees((str){ copy, text.n });
            copy[at] = was;
            (void)agrees((str){ copy, at });
        }
        arena_finish(&a);
    }
    assert_true(taken > n / 2);
    print_message("%zu of %zu rules are plain\n", taken, n);
    ruleset_destroy(rules);
}

/* Every node is where the other reader says it is, and its key stands there. */
static void check_places(str text, const struct json *x, const struct json *y)
{
    size_t at = json_place(text, x);

    assert_int_equal(at, json_place(text, y));
    if (x->key.n != 0) {
        assert_int_equal(text.p[at], '"');
        assert_true(str_starts(str_from(text, at + 1), x->key));
    }
    for (x = x->child, y = y->child; x != NULL; x = x->next, y = y->next)
        check_places(text, x, y);
}

/* Catches: a place that counts commas and brackets of strings or of deeper levels, or takes an equal key
 * elsewhere. The careful reader copies all strings, so its nodes are found by walking. */
static void test_places(void **state)
{
    static const char z[] =
            " {\"a\": [1, \"x,]}\\\"\", {\"b\": null}],\n\"c{,\": {\"b\": [[], {}, [2, 3]],"
            " \"a\": \"b\"}}";
    const str text = STR(z);
    const struct json *plain, *careful, *b, *list;
    str error = { NULL, 0 };
    struct arena a;

    (void)state;
    arena_init(&a, 0);
    plain = json_parse_plain((struct json_room){ &a, &a }, text);
    careful = json_parse_careful((struct json_room){ &a, &a }, text, &error);
    assert_non_null(plain);
    assert_non_null(careful);
    list = json_get(careful, STR("a"));
    assert_int_equal(json_place(text, careful), 1);
    assert_int_equal(json_place(text, list->child->next), str_find(text, STR("\"x,")));
    assert_int_equal(
            json_place(text, list->child->next->next), str_find(text, STR("{\"b\": null")));
    b = json_get(json_get(careful, STR("c{,")), STR("b"));
    assert_int_equal(json_place(text, b), str_find(text, STR("\"b\": [[")));
    assert_int_equal(
            json_place(text, b->child->next->next->child->next), str_find(text, STR("3]")));
    assert_int_equal(json_place(text, NULL), 0);
    /* Of an escaped string in an array the plain reader, too, has a copy. */
    check_places(text, plain, careful);
    arena_finish(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_rows), cmocka_unit_test(test_places),
        cmocka_unit_test(test_depth), cmocka_unit_test(test_rules) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
