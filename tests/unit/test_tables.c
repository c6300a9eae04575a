/* SPDX-License-Identifier: Apache-2.0 */
/* tables: rows by key and by pattern; wordings that stand in a line. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "code_tables.h"
#include "tables.h"

static const struct table *need(const char *name)
{
    const struct table *table = table_find(name);

    assert_non_null(table);
    assert_true(table->nrows != 0);
    return table;
}

/* Catches: an index in another order than the search takes; keys that collide; a case that counts. */
static void test_keys(void **state)
{
    (void)state;
    for (const struct table *const *t = tables; *t != NULL; t++) {
        const struct table *table = *t;

        for (size_t row = 0; row < table->nrows && table->nkey != 0; row++) {
            str key[3] = { { NULL, 0 } };
            size_t found;

            for (size_t i = 0; i < table->nkey; i++)
                key[i] = table_cell(table, row, table->columns[table->key[i]]);
            found = table->nkey == 1   ? table_row(table, key[0])
                    : table->nkey == 2 ? table_row2(table, key[0], key[1])
                                       : table_row3(table, key[0], key[1], key[2]);
            if (found != row)
                print_error("%s: %.*s\n", table->name, STR_ARG(key[0]));
            assert_int_equal(found, row);
        }
    }
    assert_true(table_row2(need("events"), STR("sRV"), STR("2019")) < need("events")->nrows);
    assert_true(table_row2(need("events"), STR("Srv"), STR("20199")) == need("events")->nrows);
    assert_true(table_row(need("events"), STR("Srv")) == need("events")->nrows);
    assert_true(table_row(need("pool_tags"), STR("mmst")) == need("pool_tags")->nrows);
    assert_true(table_row(need("pool_limits"), STR("2003")) == need("pool_limits")->nrows);
    assert_null(table_find("no_such_table"));
    assert_int_equal(table_cell(need("events"), 0, "no_such_column").n, 0);
    assert_int_equal(table_cell(need("events"), SIZE_MAX, "id").n, 0);
}

/* Catches: a pattern before the exact row, one with fewer letters first, case folded, blanks not padded. */
static void test_tags(void **state)
{
    static const struct {
        const char *tag, *row; /* NULL = none */
    } rows[] = {
        { "MmSt", "MmSt" },
        { "MmZz", "Mm??" },
        { "Irp ", "Irp" },
        { "Irp", "Irp" },
        { "irp", NULL },
        { "TcpE", "TcpE" },
        { "TcpQ", "Tcp?" }, /* three letters beat the two of Tc?? */
        { "TcQQ", "Tc??" },
        { "Gh05", "Gh?5" },
        { "Gh0z", "Gh??" },
        { "LS2a", "LS2?" },
        { "LSzz", "LS??" },
        { "AmlX", "Aml*" },
        { "Ntf0", "Ntf0" },
        { "Ntzz", "Nt??" },
        { "Q9#z", NULL },
        { "", NULL },
        { "MmStX", NULL },
        { "CM ", "CM" },
    };
    const struct table *tags = need("pool_tags");

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        size_t row = table_pool_tag(tags, str_z(rows[i].tag));
        str got = table_cell(tags, row, "tag"), want = str_z(rows[i].row);

        if (!str_eq(got, want))
            print_error("%s: %.*s, want %.*s\n", rows[i].tag, STR_ARG(got), STR_ARG(want));
        assert_true(str_eq(got, want));
    }
}

/* Catches: a star that wants something behind it, an alias that hides the provider's own rows. */
static void test_aliases(void **state)
{
    static const char *const rows[][2] = {
        { "MSSQL$SALES", "MSSQLSERVER" },
        { "mssql$", "MSSQLSERVER" },
        { "MSSQL", NULL },
        { "srv", "Srv" },
        { "iaStorAVC", "storahci" },
    };
    const struct table *aliases = need("event_providers");

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        str got = table_cell(aliases, table_match(aliases, str_z(rows[i][0])), "provider");

        assert_true(str_eq(got, str_z(rows[i][1])));
    }
}

/* Catches: a fragment that another one hides, or whose second part is not looked for. */
static void test_wordings(void **state)
{
    char line[600];

    (void)state;
    for (size_t i = 0; i < log_nwordings; i++) {
        const struct log_wording *want = &log_wordings[i], *got;
        struct literal_hit hit;
        str fragment = log_literals[i].text;
        int n = snprintf(line, sizeof(line), "12:00 x: %.*s; %s", STR_ARG(fragment), want->also);

        got = log_wording_find((str){ line, (size_t)n }, 0, &hit);
        if (got == NULL || got->class != want->class)
            print_error("%s: %s\n", line, got != NULL ? log_classes[got->class] : "nothing");
        assert_non_null(got);
        assert_string_equal(log_classes[got->class], log_classes[want->class]);
        if (*want->also == '\0' || str_find_nocase(fragment, str_z(want->also)) != STR_NONE)
            continue;
        n = snprintf(line, sizeof(line), "12:00 x: %.*s;", STR_ARG(fragment));
        got = log_wording_find((str){ line, (size_t)n }, 0, &hit);
        assert_true(got != want);
    }
}

/* Catches: a class by code that is lost between the tables. */
static void test_code_classes(void **state)
{
    (void)state;
    assert_string_equal(code_class((struct code){ CODE_HRESULT, 0x800423f2 }), "vss-timeout");
    assert_string_equal(code_class((struct code){ CODE_WIN32, 665 }), "sparse-limit");
    assert_string_equal(code_class((struct code){ CODE_WIN32, 10055 }), "no-buffers");
    assert_null(code_class((struct code){ CODE_WIN32, 1450 }));
    assert_null(code_class((struct code){ CODE_WIN32, 64999 }));
    assert_string_equal(code_name((struct code){ CODE_ERRNO, 117 }), "EUCLEAN");
    assert_string_equal(
            code_name((struct code){ CODE_BUGCHECK, 0x154 }), "UNEXPECTED_STORE_EXCEPTION");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_keys),
        cmocka_unit_test(test_tags),
        cmocka_unit_test(test_aliases),
        cmocka_unit_test(test_wordings),
        cmocka_unit_test(test_code_classes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
