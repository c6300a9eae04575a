/* SPDX-License-Identifier: Apache-2.0 */
/* Lines by their form in a table of fixed size. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "clusters.h"

static const struct when none = { 0 };

static struct when at(int64_t seconds)
{
    return (struct when){ .ns = seconds * WHEN_NS, .basis = WHEN_UTC };
}

static void add(struct clusters *c, const char *line, struct when when, uint32_t number)
{
    clusters_add(c, str_z(line), 1, when, none, (struct span){ .member = 1, .line = number });
}

/* Catches: counts, times and places of the wrong line. */
static void test_counts(void **state)
{
    struct clusters c;
    const struct cluster *row;

    (void)state;
    clusters_init(&c, 64);
    add(&c, "fan 2 failed", at(50), 7);
    add(&c, "fan 11 failed", at(40), 8);
    add(&c, "pump failed", none, 9);
    clusters_add(&c, STR("fan 3 failed"), 10, at(60), at(90), (struct span){ .line = 10 });
    row = clusters_find(&c, STR("fan 99 failed"));
    assert_non_null(row);
    assert_int_equal(row->count, 12);
    assert_int_equal(row->where.line, 7);
    assert_int_equal(row->first.ns, 40 * WHEN_NS);
    assert_int_equal(row->last.ns, 90 * WHEN_NS);
    assert_memory_equal(row->form, "fan # failed", row->form_length);
    assert_memory_equal(row->example, "fan 2 failed", row->example_length);
    assert_int_equal(clusters_find(&c, STR("pump failed"))->first.basis, WHEN_NONE);
    assert_null(clusters_find(&c, STR("pump well")));
    add(&c, "", none, 11);
    assert_int_equal(c.fallen, 0);
    clusters_finish(&c);
}

/* Words, since numbers are masked. */
static void word_of(unsigned i, char buf[static 32])
{
    size_t n = 0;

    do {
        buf[n++] = (char)('a' + i % 26);
        i /= 26;
    } while (i != 0);
    buf[n] = '\0';
}

/* Catches: a table that grows, lines that are lost without being counted, a frequent form that a
 * flood of rare ones drives out. */
static void test_bound(void **state)
{
    enum { LINES = 20000 };
    struct clusters c;
    uint64_t kept = 0, forms = 0;

    (void)state;
    clusters_init(&c, 256);
    for (unsigned i = 0; i < LINES; i++) {
        char word[32], line[64];

        word_of(i, word);
        (void)snprintf(line, sizeof(line), "%s is not known", word);
        add(&c, line, none, i);
        if (i % 10 == 0)
            add(&c, "disk 5 failed", none, i);
    }
    assert_true(c.n <= 256);
    for (size_t i = 0; i < c.n; i++) {
        const struct cluster *row = clusters_row(&c, i);

        kept += row->count;
        forms += row->count != 0;
    }
    assert_int_equal(kept + c.fallen, LINES + LINES / 10);
    assert_int_equal(forms + c.fallen_forms, LINES + 1);
    assert_int_equal(clusters_find(&c, STR("disk 7 failed"))->count, LINES / 10);
    clusters_finish(&c);
}

/* Catches: an example cut inside a character, or past its room. */
static void test_long(void **state)
{
    struct clusters c;
    char line[CLUSTER_EXAMPLE + 3];
    const struct cluster *row;

    (void)state;
    memset(line, 'x', sizeof(line));
    memcpy(line + CLUSTER_EXAMPLE - 2, "\xe2\x82\xac", 3);
    clusters_init(&c, 8);
    clusters_add(&c, (str){ line, sizeof(line) }, 1, none, none, (struct span){ .line = 1 });
    row = clusters_find(&c, (str){ line, sizeof(line) });
    assert_int_equal(row->example_length, CLUSTER_EXAMPLE - 2);
    assert_int_equal(row->form_length, CLUSTER_FORM);
    clusters_finish(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_counts),
        cmocka_unit_test(test_bound),
        cmocka_unit_test(test_long),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
