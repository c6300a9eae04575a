/* SPDX-License-Identifier: Apache-2.0 */
/* kube_yaml: what kubectl's YAML means, written again as JSON; and quantities. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "kube.h"
#include "kube_yaml.h"

static bool same(const struct json *x, const struct json *y)
{
    const struct json *c = x->child, *d = y->child;

    if (x->type != y->type || x->index != y->index || !str_eq(x->key, y->key) ||
            !str_eq(x->text, y->text) || x->number < y->number || x->number > y->number)
        return false;
    for (; c != NULL && d != NULL; c = c->next, d = d->next) {
        if (c->parent != x || d->parent != y || !same(c, d))
            return false;
    }
    return c == NULL && d == NULL;
}

struct row {
    const char *yaml, *json;
    bool trouble;
};

/* Catches: a list told from the mapping around it by its column alone; a value that takes the next line or
 * leaves its own; escapes and folds by the wrong quote's rules; damage that takes more than what is below it. */
static void test_rows(void **state)
{
    static const struct row rows[] = {
        { "a: 1\nb:\n- x\n- y: 2\n  z:\n  - q\nc: {}\n",
                "{\"a\":1,\"b\":[\"x\",{\"y\":2,\"z\":[\"q\"]}],\"c\":{}}", false },
        { "a:\n    - b: 1\n      c: 2\n    - - 3\n      - 4\nd:\n", /* indented, nested, empty */
                "{\"a\":[{\"b\":1,\"c\":2},[3,4]],\"d\":null}", false },
        { "- a: 1\n  b: x # why\n", "[{\"a\":1,\"b\":\"x\"}]", false },
        { "-\n  a: true\n", "[{\"a\":true}]", false },
        { "a: one\n  two\n\n  three\nb: 'it''s\n  so'\n",
                "{\"a\":\"one two\\nthree\",\"b\":\"it's so\"}", false },
        { "a: \"x\\\n  \\ y\\n\\u00e9\\U0001F600\\t \"\nb: \"\"\n",
                "{\"a\":\"x y\\n\\u00e9\\ud83d\\ude00\\t \",\"b\":\"\"}", false },
        { "a: |\n  x\n    y: 1\n\n  - z\nb: |2-\n    w\nc: >-\n  p\n  q\n\n  r\nd: 1\n",
                "{\"a\":\"x\\n  y: 1\\n\\n- z\",\"b\":\"  w\",\"c\":\"p q\\nr\",\"d\":1}", false },
        { "a: [x, \"y, z\", 'w']\nb: {c: 1Gi, \"d\": ~}\ne: []\n",
                "{\"a\":[\"x\",\"y, z\",\"w\"],\"b\":{\"c\":\"1Gi\",\"d\":null},\"e\":[]}", false },
        { "\"a: b\": -1\nf:x: http://h:80\n'c': \"1\"\r\nd: 1e3\r\n",
                "{\"a: b\":-1,\"f:x\":\"http://h:80\",\"c\":\"1\",\"d\":1000}", false },
        { "metadata:\n  managedFields:\n  - k:{\"a\":\"b\"}:\n      ? c\n      : d\n  - e: f\n  name: n\n",
                "{\"metadata\":{\"managedFields\":null,\"name\":\"n\"}}", false },
        { "a: &x\n  b: 1\nc: 2\n", "{\"a\":null,\"c\":2}", true },
        { "a: {b: {c: 1}}\nd: 2\n", "{\"a\":null,\"d\":2}", true },
        { "a:\n  b: 1\n c d\n   e: 5\nf: 2\n", "{\"a\":{\"b\":1},\"f\":2}", true },
        { "a: 1\n- b\nc: 2\n", "{\"a\":1,\"c\":2}", true },
        { "a:\n\tb: 1\nc: 2\n", "{\"a\":null,\"c\":2}", true },
        { "a: 1\nb: \"x\n", "{\"a\":1,\"b\":null}", true },
        { "", "null", false },
    };
    struct arena a;

    (void)state;
    arena_init(&a, 0);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct yaml_trouble trouble;
        str error = { NULL, 0 };
        const struct json *yaml = yaml_parse(&a, str_z(rows[i].yaml), &trouble),
                          *json = json_parse(&a, str_z(rows[i].json), &error);

        if (json == NULL || !same(yaml, json) || (trouble.what != NULL) != rows[i].trouble)
            fail_msg("row %zu: %s", i, trouble.what != NULL ? trouble.what : "another tree");
        arena_reset(&a);
    }
    arena_finish(&a);
}

/* Catches: a suffix taken for another or for an exponent, and fractions rounded down: by Kubernetes' rules a byte that
 * is begun counts. */
static void test_quantities(void **state)
{
    static const struct {
        const char *text;
        int64_t bytes; /* 0: none */
    } rows[] = { { "128974848", 128974848 }, { "129e6", 129000000 }, { "129E6", 129000000 },
        { "129M", 129000000 }, { "123Mi", 128974848 }, { "1Gi", 1073741824 },
        { "1.5Gi", 1610612736 }, { "500m", 1 }, { "128974848000m", 128974848 }, { "1500m", 2 },
        { "2k", 2000 }, { "1E", 1000000000000000000 }, { "7Ei", 8070450532247928832 },
        { "1Pi", 1125899906842624 }, { "8Ei", 0 }, { "0", 0 }, { "", 0 }, { "Mi", 0 }, { "-1", 0 },
        { "1Xi", 0 }, { "<none>", 0 } };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct value v = kube_quantity(str_z(rows[i].text));

        if (v.type != (rows[i].bytes != 0 ? VALUE_INT : VALUE_NONE) ||
                (v.type == VALUE_INT && v.i != rows[i].bytes))
            fail_msg("%s", rows[i].text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_rows),
        cmocka_unit_test(test_quantities) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
