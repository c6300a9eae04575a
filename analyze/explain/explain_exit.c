/* SPDX-License-Identifier: Apache-2.0 */
/* explain_exit: exit codes of processes, containers, vzctl and others; signals. */
#include "code_tables.h"
#include "explain_parts.h"

enum { SIGNALS = 128 };

static const char *context_of(str scope)
{
    static const struct {
        const char *scope, *context;
    } rows[] = {
        { "process", "if it is the exit code of a Unix process or container" },
        { "container", "if it is the exit code of docker run or podman run" },
        { "windows", "if it is the exit code of a Windows process or container" },
        { "java", "if a Java process ended with it" },
        { "sysexits", "if a mail or other BSD program ended with it" },
        { "systemd", "if systemd says it: status=203/EXEC" },
        { "robocopy", "if Robocopy ended with it" },
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (str_eq(scope, str_z(rows[i].scope)))
            return rows[i].context;
    }
    return NULL;
}

static bool add_row(struct explain *e, int rank, str scope, str code)
{
    const struct table *table = table_find("exit_codes");
    size_t row = table_row2(table, scope, code);
    struct reading *r;

    if (row == table->nrows)
        return false;
    r = reading_add(e, rank, "exit",
            str_eq(scope, STR("process"))
                    ? arena_printf(e->a, "exit:%.*s", STR_ARG(code))
                    : arena_printf(e->a, "exit:%.*s:%.*s", STR_ARG(scope), STR_ARG(code)));
    if (r == NULL)
        return true;
    r->name = table_cell(table, row, "name");
    r->context = str_z(context_of(scope));
    reading_row(e, r, table, row);
    reading_rules(e, r, arena_printf(e->a, "exit_code=%.*s", STR_ARG(code)));
    return true;
}

bool explain_exit_of(struct explain *e, int rank, str scope, uint32_t code)
{
    str text = arena_printf(e->a, code > UINT16_MAX ? "0x%08X" : "%u", (unsigned)code);

    return add_row(e, rank, scope, text);
}

/* Robocopy's bits add up. */
static void explain_robocopy(struct explain *e, uint32_t code)
{
    if (code == 0 || code > 31) {
        (void)add_row(e, RANK_GIVEN, STR("robocopy"), arena_printf(e->a, "%u", (unsigned)code));
        return;
    }
    for (uint32_t bit = 16; bit != 0; bit >>= 1) {
        if ((code & bit) != 0)
            (void)add_row(e, RANK_GIVEN, STR("robocopy"), arena_printf(e->a, "%u", (unsigned)bit));
    }
}

/* Any signal that the table does not hold by its number. */
static void explain_signal_exit(struct explain *e, int rank, uint32_t code)
{
    struct reading *r;

    if (code <= SIGNALS || code > SIGNALS + 64)
        return;
    r = reading_add(e, rank, "exit", arena_printf(e->a, "exit:%u", (unsigned)code));
    if (r == NULL)
        return;
    r->context = STR("if it is the exit code of a Unix process or container");
    r->meaning = arena_printf(e->a, "ended by signal %u", (unsigned)(code - SIGNALS));
}

void explain_exit(struct explain *e, int rank, uint32_t code)
{
    str text = arena_printf(e->a, code > UINT16_MAX ? "0x%08X" : "%u", (unsigned)code);
    bool signal = code == SIGNALS + 9 || code == SIGNALS + 11 || code == SIGNALS + 15 ||
                  code == SIGNALS + 6;
    bool given = rank >= RANK_CERTAIN;

    if (code > 255 && !given)
        return;
    if (signal && !given)
        rank = RANK_LIKELY;
    if (!add_row(e, rank, STR("process"), text))
        explain_signal_exit(e, given ? rank : RANK_UNLIKELY, code);
    (void)add_row(e, given ? rank : rank - 5, STR("container"), text);
    (void)add_row(e, given ? rank - 5 : rank - 15, STR("windows"), text);
    (void)add_row(e, given ? rank - 10 : rank - 15, STR("java"), text);
    (void)add_row(e, given ? rank - 20 : rank - 15, STR("systemd"), text);
    (void)add_row(e, given ? rank - 20 : rank - 15, STR("sysexits"), text);
    if (given && code > UINT16_MAX)
        explain_number(e, (struct number){ code, false });
}

bool explain_vzctl(struct explain *e, int rank, uint32_t code)
{
    const struct table *table = table_find("vzctl_exit");
    str text = arena_printf(e->a, "%u", (unsigned)code);
    bool any = false;

    if (code == 0 || code > UINT8_MAX)
        return false;
    for (size_t row = 0; (row = table_next(table, row, "code", text, false)) < table->nrows;
            row++) {
        str generation = table_cell(table, row, "generation");
        bool both = str_eq(generation, STR("both")), vz7 = str_eq(generation, STR("vz7"));
        struct reading *r = reading_add(e, rank, "exit",
                both ? arena_printf(e->a, "vzctl:%.*s", STR_ARG(text))
                     : arena_printf(e->a, "vzctl:%.*s:%.*s", STR_ARG(text), STR_ARG(generation)));

        any = true;
        if (r == NULL)
            continue;
        r->name = table_cell(table, row, "name");
        r->context = both  ? STR("if vzctl ended with it (OpenVZ, Virtuozzo)")
                     : vz7 ? STR("if vzctl of Virtuozzo 7 ended with it")
                           : STR("if vzctl of OpenVZ or Virtuozzo up to 6 ended with it");
        reading_row(e, r, table, row);
        reading_rules(e, r, arena_printf(e->a, "code=vzctl:%.*s", STR_ARG(text)));
    }
    return any;
}

bool explain_signal(struct explain *e, str word)
{
    const struct table *table = table_find("exit_codes");
    size_t row = table_next(table, 0, "name",
            str_starts_nocase(word, STR("SIG")) ? word
                                                : arena_printf(e->a, "SIG%.*s", STR_ARG(word)),
            true);

    if (row == table->nrows || !str_eq(table_cell(table, row, "scope"), STR("process")))
        return false;
    return add_row(e, RANK_CERTAIN, STR("process"), table_cell(table, row, "code"));
}

/* For phrases: "robocopy 9", "systemd 203". */
bool explain_program_exit(struct explain *e, str program, uint32_t code)
{
    if (str_eq_nocase(program, STR("robocopy"))) {
        explain_robocopy(e, code);
        return e->ret->n != 0;
    }
    if (str_eq_nocase(program, STR("vzctl")))
        return explain_vzctl(e, RANK_GIVEN, code);
    if (str_eq_nocase(program, STR("systemd")))
        return explain_exit_of(e, RANK_GIVEN, STR("systemd"), code);
    return false;
}
