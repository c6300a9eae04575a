/* SPDX-License-Identifier: Apache-2.0 */
/* explain_backup: errors of the Acronis engine; states and writers of VSS. */
#include "explain_parts.h"

bool acronis_module_known(uint32_t module)
{
    const struct table *table = table_find("acronis_modules");
    char buf[CODE_TEXT];
    str number = code_format((struct code){ CODE_WIN32, module }, buf);

    (void)str_cut(&number, ':');
    return table_row(table, number) != table->nrows;
}

bool explain_acronis(struct explain *e, int rank, uint32_t module, uint32_t code)
{
    const struct table *modules = table_find("acronis_modules"),
                       *codes = table_find("acronis_codes");
    str m = arena_printf(e->a, "%u", (unsigned)module),
        c = arena_printf(e->a, "%u", (unsigned)code);
    size_t row = table_row2(codes, m, c);
    str name = table_cell(modules, table_row(modules, m), "name");
    struct reading *r = reading_add(e, rank + (row != codes->nrows && rank < RANK_CERTAIN ? 10 : 0),
            "acronis", arena_printf(e->a, "acronis:%.*s/%.*s", STR_ARG(m), STR_ARG(c)));

    if (r == NULL)
        return true;
    r->context = STR("if a backup product with the Acronis engine says it");
    reading_row(e, r, codes, row);
    if (r->meaning.n == 0)
        r->meaning = STR("a code that our table does not hold");
    reading_detail(e, r, "module",
            arena_printf(e->a, "%.*s%s%.*s", STR_ARG(m), name.n != 0 ? ": " : ", not in the table",
                    STR_ARG(name)));
    r->written = arena_printf(e->a, "Module=%X Code=%X (hexadecimal), 0x%X, %u", (unsigned)module,
            (unsigned)code, (unsigned)(module << 16 | code), (unsigned)(module << 16 | code));
    if (module == 0 && code == 65520)
        reading_see(e, r, STR("backup/write-failed"));
    reading_rules(e, r, arena_printf(e->a, "code=acronis:%.*s/%.*s", STR_ARG(m), STR_ARG(c)));
    return true;
}

bool explain_vss_state(struct explain *e, uint32_t state)
{
    const struct table *table = table_find("vss_states");
    size_t row = table_row(table, arena_printf(e->a, "%u", (unsigned)state));
    struct reading *r;

    if (row == table->nrows)
        return false;
    r = reading_add(e, RANK_GIVEN, "vss", arena_printf(e->a, "vss state %u", (unsigned)state));
    if (r == NULL)
        return true;
    r->context = STR("the state of a writer in vssadmin list writers");
    reading_row(e, r, table, row);
    if (state >= 6) {
        reading_rules(e, r, STR("class=vss-writer-failed"));
        reading_see(e, r, STR("vss-writer-failed"));
    }
    return true;
}

bool explain_vss_writer(struct explain *e, str name)
{
    const struct table *table = table_find("vss_writers");
    size_t row = table_row(table, name);
    struct reading *r;

    if (row == table->nrows)
        return false;
    r = reading_add(e, RANK_GIVEN, "vss", table_cell(table, row, "writer"));
    if (r == NULL)
        return true;
    r->context = STR("a writer in vssadmin list writers");
    r->meaning = arena_printf(
            e->a, "it lives in the service %.*s", STR_ARG(table_cell(table, row, "service")));
    r->advice = STR(
            "a failed state is cleared by a restart of that service; read its last error first");
    r->source = table_cell(table, row, "source");
    reading_rules(e, r, STR("class=vss-writer-failed"));
    reading_see(e, r, STR("vss-writer-failed"));
    return true;
}
