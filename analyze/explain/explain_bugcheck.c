/* SPDX-License-Identifier: Apache-2.0 */
/* explain_bugcheck: stop codes, with their four parameters where they are given. */
#include "explain_parts.h"

enum { SMALL_DUMP = 0x10000000, PARAMETERS = 4 };

static str code_key(struct arena *a, uint32_t code)
{
    return arena_printf(a, "0x%X", (unsigned)code);
}

static size_t row_of(const struct table *table, uint32_t code)
{
    char buf[CODE_TEXT];
    str key = code_format((struct code){ CODE_BUGCHECK, code }, buf);

    (void)str_cut(&key, ':');
    return table_row(table, key);
}

bool bugcheck_known(uint32_t code)
{
    const struct table *table = table_find("bugchecks");

    return row_of(table, code & ~(uint32_t)SMALL_DUMP) != table->nrows;
}

static str value_meaning(struct arena *a, uint32_t code, unsigned parameter, uint64_t value)
{
    const struct table *table = table_find("bugcheck_values");
    size_t row = table_row3(table, code_key(a, code), arena_printf(a, "%u", parameter),
            arena_printf(a, "0x%llX", (unsigned long long)value));

    /* Statuses are printed sign-extended on 64-bit Windows. */
    if (row == table->nrows && value >> 32 == UINT32_MAX)
        return value_meaning(a, code, parameter, (uint32_t)value);
    return table_cell(table, row, "meaning");
}

bool bugcheck_takes(uint32_t code, uint64_t first)
{
    struct arena a;
    bool known;

    arena_init(&a, 0);
    known = value_meaning(&a, code & ~(uint32_t)SMALL_DUMP, 1, first).n != 0;
    arena_finish(&a);
    return known;
}

/* Four printable bytes: a pool tag, as memory holds it. */
static str tag_in(struct arena *a, uint64_t value)
{
    char tag[4];

    if (value >> 32 != 0)
        return (str){ NULL, 0 };
    for (unsigned i = 0; i < 4; i++) {
        tag[i] = (char)(value >> (8 * i) & 0x7f);
        if (tag[i] < ' ' || tag[i] > '~')
            return (str){ NULL, 0 };
    }
    return arena_str(a, (str){ tag, 4 });
}

/* 0xC2 with P1 0xA: P3 and P4 are tags; with P1 0: P4. */
static bool is_tag_parameter(uint32_t code, const uint64_t *parameters, size_t n, unsigned at)
{
    if (code != 0xc2 || n == 0)
        return false;
    if (parameters[0] == 0xa)
        return at == 3 || at == 4;
    return (parameters[0] == 0 || parameters[0] == 0x9a) && at == 4;
}

/* What the parameter may be, where nobody gave it: ": 0x0 read; 0x1 write". */
static str values_of(struct arena *a, uint32_t code, unsigned at)
{
    enum { FEW = 6 };
    const struct table *table = table_find("bugcheck_values");
    str key = code_key(a, code), want = arena_printf(a, "%u", at), text = { NULL, 0 };
    size_t n = 0;

    for (size_t row = 0; (row = table_next(table, row, "code", key, false)) < table->nrows; row++) {
        if (!str_eq(table_cell(table, row, "parameter"), want))
            continue;
        if (n++ < FEW)
            text = arena_printf(a, "%.*s%s%.*s %.*s", STR_ARG(text), n == 1 ? ": " : "; ",
                    STR_ARG(table_cell(table, row, "value")),
                    STR_ARG(table_cell(table, row, "meaning")));
    }
    return n <= FEW ? text
                    : arena_printf(
                              a, ": %zu values are known; give the parameters behind the code", n);
}

static void put_parameter(struct explain *e, struct reading *r, uint32_t code,
        const uint64_t *parameters, size_t n, unsigned at)
{
    static const char *const labels[PARAMETERS] = { "P1", "P2", "P3", "P4" };
    static const char *const columns[PARAMETERS] = { "p1", "p2", "p3", "p4" };
    const struct table *table = table_find("bugchecks");
    str role = table_cell(table, row_of(table, code), columns[at - 1]);
    uint64_t value = at <= n ? parameters[at - 1] : 0;
    str meaning = at <= n ? value_meaning(e->a, code, at, value) : (str){ NULL, 0 };
    str tag = is_tag_parameter(code, parameters, n, at) ? tag_in(e->a, value) : (str){ NULL, 0 };

    if (at > n) {
        reading_detail(e, r, labels[at - 1],
                arena_printf(e->a, "%.*s%.*s", STR_ARG(role), STR_ARG(values_of(e->a, code, at))));
        return;
    }
    if (str_starts(role, STR("by the ")))
        role = (str){ NULL, 0 }; /* what it is stands with the first one */
    reading_detail(e, r, labels[at - 1],
            arena_printf(e->a, "0x%llX%s%.*s%s%.*s%s%.*s%s", (unsigned long long)value,
                    role.n != 0 ? "  " : "", STR_ARG(role), meaning.n != 0 ? ": " : "",
                    STR_ARG(meaning), tag.n != 0 ? " = tag '" : "", STR_ARG(tag),
                    tag.n != 0 ? "'" : ""));
    if (tag.n != 0)
        reading_see(e, r, str_trim_end(tag));
}

void explain_bugcheck(
        struct explain *e, int rank, uint32_t code, const uint64_t *parameters, size_t n)
{
    const struct table *table = table_find("bugchecks"), *own = table_find("own_codes");
    uint32_t plain = code & ~(uint32_t)SMALL_DUMP;
    struct code known = { CODE_BUGCHECK, plain };
    const char *name = code_name(known);
    size_t row = row_of(table, plain),
           meaning = table_row2(own, STR("bugcheck"), code_key(e->a, plain));
    struct reading *r;
    char buf[CODE_TEXT];

    if (name == NULL && rank < RANK_CERTAIN)
        return;
    if (row != table->nrows && rank > RANK_UNLIKELY && rank < RANK_CERTAIN)
        rank += RANK_OURS;
    r = reading_add(e, rank, "bugcheck", code_format(known, buf));
    if (r == NULL)
        return;
    r->name = str_z(name);
    r->context = STR(
            "if it is a stop code: a blue screen, event BugCheck 1001, Kernel-Power 41 (decimal)");
    reading_row(e, r, table, row);
    reading_row(e, r, own, meaning);
    if (r->meaning.n == 0)
        r->meaning = name != NULL ? STR("a stop code; our tables only know its name")
                                  : STR("not in the tables");
    if (plain != code)
        reading_detail(e, r, "parts", STR("0x10000000 is added by tools that read a small dump"));
    for (unsigned at = 1; at <= PARAMETERS && (row != table->nrows || n != 0); at++)
        put_parameter(e, r, plain, parameters, n, at);
    r->written = arena_printf(e->a, "0x%08X, %u", (unsigned)plain, (unsigned)plain);
    reading_rules(e, r, arena_printf(e->a, "code=%.*s", STR_ARG(r->id)));
    reading_rules(e, r, STR("event=bugcheck/1001"));
}
