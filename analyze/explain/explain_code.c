/* SPDX-License-Identifier: Apache-2.0 */
/* explain_code: numbers and names of Win32, NTSTATUS, HRESULT and errno. */
#include "code_tables.h"
#include "explain_parts.h"

/* Decimal with or without sign, 0x..., or eight and more hex digits bare. */
bool number_take(str word, struct number *ret)
{
    uint64_t value;
    int64_t i;

    if (str_starts_nocase(word, STR("0x"))) {
        if (!str_hex(word, &value))
            return false;
        *ret = (struct number){ value, true };
        return true;
    }
    /* 80070005 and c000009a are statuses; 2147943850 has ten digits. */
    if ((word.n == 8 || word.n == 16) && str_hex(word, &value) && (uint32_t)value >> 31 != 0) {
        *ret = (struct number){ value, true };
        return true;
    }
    if (!str_i64(word, &i)) {
        *ret = (struct number){ 0, false };
        return str_u64(word, &ret->value);
    }
    if (i < INT32_MIN)
        return false;
    *ret = (struct number){ i < 0 ? (uint32_t)i : (uint64_t)i, false };
    return true;
}

static str spellings_of(struct arena *a, struct code code)
{
    uint32_t wrapped = 0x80070000u | code.number;

    switch (code.family) {
    case CODE_WIN32:
        return arena_printf(a, "%u, 0x%X; as HRESULT 0x%08X, %d, %u", (unsigned)code.number,
                (unsigned)code.number, (unsigned)wrapped, (int)wrapped, (unsigned)wrapped);
    case CODE_NTSTATUS:
        return arena_printf(a, "0x%08X, %d, %u; as HRESULT 0x%08X", (unsigned)code.number,
                (int)code.number, (unsigned)code.number, (unsigned)(code.number | 0x10000000u));
    case CODE_HRESULT:
        return arena_printf(a, "0x%08X, %d, %u", (unsigned)code.number, (int)code.number,
                (unsigned)code.number);
    default:
        return (str){ NULL, 0 };
    }
}

static const char *context_of(struct code code)
{
    switch (code.family) {
    case CODE_WIN32:
        return code.number >= 10000 && code.number < 11100
                       ? "if a Windows program says it of a socket: WSAGetLastError, errno=10055"
                       : "if a Windows program says it: err =, dwErr=, System error, GetLastError";
    case CODE_NTSTATUS:
        return "if a driver, an event's data, a bug check or an exit code holds it";
    case CODE_HRESULT:
        return code.number >> 8 == 0x800423 || code.number == 0x80042400
                       ? "if VSS or a backup program says it; other interfaces use the number, too"
                       : "if a COM interface, .NET or a Windows component says it";
    case CODE_ERRNO:
        return "if a Linux or Unix program says it: errno, [Errno n], os error n";
    default:
        return NULL;
    }
}

static void put_facility(struct explain *e, struct reading *r, struct code code)
{
    const struct table *table = table_find("facilities");
    bool status = code.family == CODE_NTSTATUS;
    unsigned facility = code.number >> 16 & (status ? 0xfff : 0x7ff);
    static const char *const severities[] = { "success", "informational", "warning", "error" };
    const char *severity = status ? severities[code.number >> 30] : "failure";
    size_t row = table_row2(
            table, status ? STR("ntstatus") : STR("hresult"), arena_printf(e->a, "%u", facility));
    str name = table_cell(table, row, "name"), meaning = table_cell(table, row, "meaning");

    reading_detail(e, r, "parts",
            arena_printf(e->a, "%s, facility %u%s%.*s%s%.*s, code %u (0x%X)", severity, facility,
                    name.n != 0 ? " " : "", STR_ARG(name), meaning.n != 0 ? ": " : "",
                    STR_ARG(meaning), (unsigned)(code.number & 0xffff),
                    (unsigned)(code.number & 0xffff)));
}

/* Unknown small numbers are no reading; an unknown status still is one. */
void explain_code(struct explain *e, int rank, struct code code)
{
    const struct table *table = table_find("own_codes");
    const char *name = code_name(code), *class;
    struct reading *r;
    char buf[CODE_TEXT];
    str text = code_format(code, buf), number = text, family;
    size_t row;

    if (code.family == CODE_NONE || (name == NULL && rank < RANK_CERTAIN))
        return;
    if (code.family == CODE_BUGCHECK) {
        explain_bugcheck(e, rank, code.number, NULL, 0);
        return;
    }
    family = str_cut(&number, ':');
    row = table_row2(table, family, number);
    if (row == table->nrows && rank < RANK_CERTAIN)
        rank -= 2 * RANK_OURS; /* a name in a header, and nothing that anybody asks about */
    r = reading_add(e, rank, "code", text);
    if (r == NULL)
        return;
    r->name = str_z(name);
    r->context = str_z(context_of(code));
    reading_row(e, r, table, row);
    if (r->meaning.n == 0 && name == NULL)
        r->meaning = STR("not in the tables: only its parts can be told");
    r->written = spellings_of(e->a, code);
    if (code.family == CODE_HRESULT || code.family == CODE_NTSTATUS)
        put_facility(e, r, code);
    reading_rules(e, r, arena_printf(e->a, "code=%.*s", STR_ARG(r->id)));
    class = code_class(code);
    if (class != NULL)
        reading_rules(e, r, arena_printf(e->a, "class=%s", class));
}

static struct reading *find_code(struct explain *e, struct code code)
{
    char buf[CODE_TEXT];
    str id = code_format(code, buf);

    for (size_t i = 0; i < e->ret->n; i++) {
        if (str_eq(e->ret->readings[i].id, id))
            return &e->ret->readings[i];
    }
    return NULL;
}

void explain_status(struct explain *e, uint32_t number)
{
    struct code code = code_from_number(number), win32 = code_to_win32(code);
    struct reading *r;

    /* 0x4... is a status only where it has a name: many other things begin so. */
    if (code.number >> 28 == 4 && code_name(code) == NULL)
        return;
    explain_code(e, RANK_CERTAIN, code);
    r = code.family == CODE_WIN32 ? find_code(e, code) : NULL;
    if (r != NULL && r->ndetails == 0)
        reading_detail(e, r, "parts",
                arena_printf(e->a, "0x%08X is a Win32 code in an HRESULT: facility 7, code %u",
                        (unsigned)number, (unsigned)code.number));
    /* 317 is what a status without a counterpart becomes: it says nothing of this one. */
    if (win32.family == code.family || win32.number == 317)
        return;
    explain_code(e, RANK_CERTAIN - 25, win32);
    r = find_code(e, win32);
    if (r != NULL)
        r->context = STR("what programs of user mode are given for this status");
}

/* Every family that knows a number of this size. */
static void explain_small(struct explain *e, struct number number)
{
    uint32_t v = (uint32_t)number.value;

    explain_code(e, RANK_MIDDLE + RANK_OURS, (struct code){ CODE_WIN32, v });
    if (number.hex) {
        explain_bugcheck(e, RANK_MIDDLE - 5, v, NULL, 0);
        if (gfp_mask_named(v))
            explain_gfp(e, RANK_POSSIBLE + 5, v, (str){ NULL, 0 }, (str){ NULL, 0 });
        return;
    }
    explain_code(e, v == 12 || v == 28 ? RANK_CERTAIN - 5 : RANK_MIDDLE + 5,
            (struct code){ CODE_ERRNO, v });
    (void)explain_event(e, v >= 1000 ? RANK_LIKELY : RANK_POSSIBLE - 5, (str){ NULL, 0 }, v);
    explain_exit(e, RANK_POSSIBLE, v);
    (void)explain_vzctl(e, RANK_UNLIKELY, v);
    explain_bugcheck(e, RANK_UNLIKELY, v, NULL, 0);
}

void explain_number(struct explain *e, struct number number)
{
    uint32_t v = (uint32_t)number.value;

    if (number.value >> 32 != 0 && number.value >> 32 != UINT32_MAX)
        return;
    if (number.value >> 32 == UINT32_MAX && v >> 31 == 0)
        return;
    if (v <= UINT16_MAX) {
        explain_small(e, number);
        return;
    }
    /* Exit codes are printed in decimal; statuses hardly are. */
    (void)explain_exit_of(e, number.hex ? RANK_LIKELY : RANK_CERTAIN + 5, STR("windows"), v);
    /* 0xE0434352 is an exception of .NET and no HRESULT. */
    if (e->ret->n == 0 || code_name(code_from_number(v)) != NULL)
        explain_status(e, v);
    if (v >> 28 == 1 && code_name((struct code){ CODE_BUGCHECK, v & 0x0fffffff }) != NULL)
        explain_bugcheck(e, RANK_LIKELY, v, NULL, 0);
    if (acronis_module_known(v >> 16) && v >> 16 != 0)
        (void)explain_acronis(e, RANK_MIDDLE, v >> 16, v & 0xffff);
    if (number.hex) {
        explain_tag_number(e, number);
        if (v >> 31 == 0 && gfp_mask_named(v))
            explain_gfp(e, RANK_LIKELY, v, (str){ NULL, 0 }, (str){ NULL, 0 });
    }
}

bool explain_code_name(struct explain *e, str word)
{
    bool any = false;

    if (word.n < 4)
        return false;
    for (size_t i = 0; i < code_nrows; i++) {
        const struct code_row *row = &code_rows[i];

        if (row->name == 0 || !str_eq_nocase(str_z(code_blob + row->name), word))
            continue;
        explain_code(
                e, RANK_CERTAIN + 5, (struct code){ (enum code_family)row->family, row->number });
        any = true;
    }
    return any;
}

static void add_facility(struct explain *e, const struct table *table, size_t row)
{
    struct reading *r = reading_add(e, RANK_GIVEN, "facility",
            arena_printf(e->a, "%.*s facility %.*s", STR_ARG(table_cell(table, row, "family")),
                    STR_ARG(table_cell(table, row, "number"))));

    if (r == NULL)
        return;
    r->name = table_cell(table, row, "name");
    reading_row(e, r, table, row);
}

bool explain_facility(struct explain *e, str family, uint32_t number)
{
    const struct table *table = table_find("facilities");
    size_t row = table_row2(table, family, arena_printf(e->a, "%u", (unsigned)number));

    if (row == table->nrows)
        return false;
    add_facility(e, table, row);
    return true;
}

bool explain_facility_name(struct explain *e, str word)
{
    const struct table *table = table_find("facilities");
    size_t row = 0;

    if (!str_starts_nocase(word, STR("FACILITY_")))
        return false;
    for (; (row = table_next(table, row, "name", word, true)) < table->nrows; row++)
        add_facility(e, table, row);
    return e->ret->n != 0;
}
