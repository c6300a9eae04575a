/* SPDX-License-Identifier: Apache-2.0 */
/* code: numbers to codes, codes to text and back, names. The tokenizer is code_scan.c. */
#include "code.h"

#include <stdio.h>

#include "code_tables.h"

static const char *const families[CODE_FAMILIES] = {
    [CODE_NONE] = "none",
    [CODE_WIN32] = "win32",
    [CODE_NTSTATUS] = "ntstatus",
    [CODE_HRESULT] = "hresult",
    [CODE_ERRNO] = "errno",
    [CODE_BUGCHECK] = "bugcheck",
};

/* What RtlNtStatusToDosError gives, for the statuses that occur in this domain. */
static const struct {
    uint32_t status;
    uint16_t win32;
} win32_of[] = {
    { 0xc0000005, 998 },
    { 0xc0000007, 1454 },
    { 0xc0000008, 6 },
    { 0xc000000d, 87 },
    { 0xc000000e, 2 },
    { 0xc000000f, 2 },
    { 0xc0000011, 38 },
    { 0xc0000013, 21 },
    { 0xc0000017, 8 },
    { 0xc0000022, 5 },
    { 0xc0000034, 2 },
    { 0xc0000035, 183 },
    { 0xc000003a, 3 },
    { 0xc000003e, 23 },
    { 0xc0000040, 8 },
    { 0xc0000043, 32 },
    { 0xc0000044, 1816 },
    { 0xc0000054, 33 },
    { 0xc000007f, 112 },
    { 0xc000009a, 1450 },
    { 0xc000009c, 23 },
    { 0xc00000a1, 1453 },
    { 0xc00000ac, 231 },
    { 0xc00000b5, 121 },
    { 0xc00000bb, 50 },
    { 0xc00000be, 53 },
    { 0xc00000bf, 54 },
    { 0xc00000c4, 59 },
    { 0xc00000c9, 64 },
    { 0xc00000ca, 65 },
    { 0xc00000cc, 67 },
    { 0xc00000cf, 70 },
    { 0xc00000d0, 71 },
    { 0xc0000109, 317 },
    { 0xc000011f, 4 },
    { 0xc0000120, 995 },
    { 0xc000012c, 1454 },
    { 0xc000012d, 1455 },
    { 0xc0000142, 1114 },
    { 0xc0000185, 1117 },
    { 0xc0000205, 1130 },
    { 0xc0000427, 665 },
};

struct code code_from_number(uint64_t number)
{
    uint32_t v = (uint32_t)number;

    if (number >> 32 == UINT32_MAX && (v & 0x80000000u) != 0)
        number = v; /* sign-extended to 64 bits */
    if (number > UINT32_MAX || v == 0 || v >= 0xffff0000u)
        return (struct code){ CODE_NONE, 0 };
    if (v <= UINT16_MAX)
        return (struct code){ CODE_WIN32, v };
    if (v >> 28 == 0xd || v >> 28 == 9) /* FACILITY_NT_BIT: an NTSTATUS as HRESULT */
        return (struct code){ CODE_NTSTATUS, v & ~0x10000000u };
    if ((v >> 16 == 0x8007 || v >> 16 == 0xc007) && (v & 0xffff) != 0)
        return (struct code){ CODE_WIN32, v & 0xffff };
    if (v >> 28 == 0xc)
        return (struct code){ CODE_NTSTATUS, v };
    if (v >> 31 != 0)
        return (struct code){ CODE_HRESULT, v };
    return (struct code){ v >> 28 == 4 ? CODE_NTSTATUS : CODE_NONE, v };
}

struct code code_to_win32(struct code code)
{
    if (code.family != CODE_NTSTATUS)
        return code;
    for (size_t i = 0; i < sizeof(win32_of) / sizeof(win32_of[0]); i++) {
        if (win32_of[i].status == code.number)
            return (struct code){ CODE_WIN32, win32_of[i].win32 };
    }
    return code;
}

static const struct code_row *find_row(struct code code)
{
    size_t low = 0, high = code_nrows;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const struct code_row *row = &code_rows[middle];

        if (row->family == code.family && row->number == code.number)
            return row;
        if (row->family < code.family || (row->family == code.family && row->number < code.number))
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

static const char *text_at(uint32_t at)
{
    return at != 0 ? code_blob + at : NULL;
}

const char *code_name(struct code code)
{
    const struct code_row *row = find_row(code);

    return row != NULL ? text_at(row->name) : NULL;
}

const char *code_meaning(struct code code)
{
    const struct code_row *row = find_row(code);

    return row != NULL ? text_at(row->meaning) : NULL;
}

const char *code_class(struct code code)
{
    const struct code_row *row = find_row(code);

    return row != NULL ? text_at(row->class) : NULL;
}

const char *code_family_name(enum code_family family)
{
    return families[family < CODE_FAMILIES ? family : CODE_NONE];
}

str code_format(struct code code, char buf[static CODE_TEXT])
{
    const char *family = code_family_name(code.family);
    int n;

    if (code.family == CODE_NTSTATUS || code.family == CODE_HRESULT)
        n = snprintf(buf, CODE_TEXT, "%s:0x%08X", family, (unsigned)code.number);
    else if (code.family == CODE_BUGCHECK)
        n = snprintf(buf, CODE_TEXT, "%s:0x%X", family, (unsigned)code.number);
    else
        n = snprintf(buf, CODE_TEXT, "%s:%u", family, (unsigned)code.number);
    return (str){ buf, (size_t)n };
}

str code_text(struct arena *a, struct code code)
{
    char buf[CODE_TEXT];

    return arena_str(a, code_format(code, buf));
}

bool code_parse(str text, struct code *ret)
{
    str rest = text, family = str_cut(&rest, ':');
    uint64_t number;

    for (unsigned f = CODE_WIN32; f < CODE_FAMILIES; f++) {
        bool hex = f == CODE_NTSTATUS || f == CODE_HRESULT || f == CODE_BUGCHECK;

        if (!str_eq(family, str_z(families[f])))
            continue;
        if (!(hex ? str_starts(rest, STR("0x")) && str_hex(rest, &number)
                  : str_u64(rest, &number)) ||
                number > UINT32_MAX)
            return false;
        *ret = (struct code){ (enum code_family)f, (uint32_t)number };
        return true;
    }
    return false;
}

const struct vzctl_exit *vzctl_exit_find(unsigned code, bool vz7)
{
    const struct vzctl_exit *other = NULL;

    for (const struct vzctl_exit *row = vzctl_exits; row->name != NULL; row++) {
        if (row->code != code)
            continue;
        if (row->vz7 == vz7)
            return row;
        other = row;
    }
    return other;
}
