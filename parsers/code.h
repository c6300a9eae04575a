/* SPDX-License-Identifier: Apache-2.0 */
/*
 * code: error codes in any text. One tokenizer for every format: decimal, hex, signed,
 * sign-extended, HRESULT-wrapped, bracketed. A bare number is never a code without a component or a
 * word that says so. Canonical text: "win32:1450", "ntstatus:0xC000009A", "hresult:0x800423F2",
 * "errno:12", "bugcheck:0x3F". Names come from rules/tables/codes.tsv (public-domain headers of
 * mingw-w64) and own_codes.tsv.
 */
#pragma once

#include "arena.h"

enum code_family {
    CODE_NONE,
    CODE_WIN32,
    CODE_NTSTATUS,
    CODE_HRESULT, /* only where it wraps neither of the two above */
    CODE_ERRNO,
    CODE_BUGCHECK,
    CODE_FAMILIES,
};

struct code {
    enum code_family family;
    uint32_t number;
};

/* Where a code stands in a text. */
struct code_hit {
    struct code code;
    str spelled;    /* the part of the text that spells it: "err = 1450" */
    bool text_only; /* told from a message text, without a number */
};

/*
 * A 32-bit status with its top bit set, or wider, as Windows prints it: masks the sign extension,
 * unwraps FACILITY_WIN32 and FACILITY_NT_BIT, maps the NTSTATUS values that have a known Win32
 * counterpart only on request (code_win32). Small numbers become Win32 codes.
 */
struct code code_from_number(uint64_t number);
/* The Win32 code that user mode gets for it: C000009A -> 1450. The same code where there is none.
 */
struct code code_to_win32(struct code code);

/* The next code in *text, eaten up to its end; false when there is none left. */
bool code_next(str *text, struct code_hit *ret);

enum { CODE_TEXT = 32 };
/* Canonical text, in buf. */
str code_format(struct code code, char buf[static CODE_TEXT]);
/* The same in the arena. */
str code_text(struct arena *a, struct code code);
/* Reads canonical text back: "win32:1450". */
bool code_parse(str text, struct code *ret);
/* "ERROR_NO_SYSTEM_RESOURCES"; NULL when the table has no such number. */
const char *code_name(struct code code);
/* What it means in this domain, one line of our own; NULL for the many that do not matter here. */
const char *code_meaning(struct code code);
/* The class of message that the code is by itself: "vss-timeout"; NULL for most. */
const char *code_class(struct code code);
const char *code_family_name(enum code_family family); /* "win32" */
