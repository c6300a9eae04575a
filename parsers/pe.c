/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Little-endian:
 *
 *     "MZ", at 3Ch the offset of "PE\0\0", u16 machine, u16 sections, stamp, at 20 u16 size of the
 *     optional header: u16 10Bh or 20Bh (64 bits), at 56 size in memory, at 68 u16 subsystem, at 92
 *     or 108 the count of directories, each address and size: 2 resources, 6 debug. Sections follow:
 *     name, size, address, size and offset in the file, at 36 flags
 *
 * The version resource is found by what cannot stand elsewhere: the signature of its fixed part, and
 * the names of its strings, each behind the length of the record, of the value (in characters), and
 * its type. Of several languages the first counts.
 */
#include "pe.h"

#include <stdlib.h>

#include "bytes.h"
#include "utf16.h"

enum {
    COFF = 4, /* behind the signature */
    OPTIONAL = 24,
    SECTION = 40,
    RESOURCES = 2,
    DEBUG = 6,
    DEBUG_ENTRY = 28,
    REPRODUCIBLE = 16, /* type of a debug entry */
    KEY_MAX = 32,
    VALUE_MAX = 512, /* characters of a version string */
    FIXED_BYTES = 16,
};

#define FLAG_CODE 0x20000020u /* contains code, may be executed */

static uint32_t directory(str optional, size_t number, size_t part)
{
    size_t count_at = bytes_u16_at(optional, 0) == 0x20B ? 108 : 92;

    return bytes_u32_at(optional, count_at) > number
                   ? bytes_u32_at(optional, count_at + 4 + number * 8 + part)
                   : 0;
}

static int by_place(const void *pa, const void *pb)
{
    const struct pe_section *a = pa, *b = pb;

    if (a->at != b->at)
        return a->at < b->at ? -1 : 1;
    return a->rva < b->rva ? -1 : a->rva > b->rva;
}

static void read_sections(struct pe *pe, struct arena *a, str table, size_t n)
{
    pe->sections = arena_array(a, struct pe_section, n + 1);
    for (size_t i = 0; i < n; i++) {
        str s = bytes_part(table, i * SECTION, SECTION);

        if (bytes_u32_at(s, 16) == 0 || bytes_u32_at(s, 20) == 0)
            continue; /* nothing of it is in the file */
        pe->sections[pe->nsections++] = (struct pe_section){
            .rva = bytes_u32_at(s, 12),
            .size = bytes_u32_at(s, 16),
            .at = bytes_u32_at(s, 20),
            .code = (bytes_u32_at(s, 36) & FLAG_CODE) != 0,
        };
    }
    qsort(pe->sections, pe->nsections, sizeof(*pe->sections), by_place);
}

bool pe_read(struct pe *pe, struct arena *a, str head)
{
    str image = str_from(head, bytes_u32_at(head, 0x3C)), optional = str_from(image, OPTIONAL);
    uint16_t magic = bytes_u16_at(optional, 0);
    size_t n = bytes_u16_at(image, COFF + 2), length = bytes_u16_at(image, COFF + 16);

    if (!str_starts(head, STR("MZ")) || !str_starts(image, STR("PE\0\0")) ||
            (magic != 0x10B && magic != 0x20B))
        return false;
    *pe = (struct pe){
        .machine = bytes_u16_at(image, COFF),
        .stamp = bytes_u32_at(image, COFF + 4),
        .size = bytes_u32_at(optional, 56),
        .subsystem = bytes_u16_at(optional, 68),
        .resources = directory(optional, RESOURCES, 0),
        .debug = directory(optional, DEBUG, 0),
        .debug_size = directory(optional, DEBUG, 4),
    };
    if (a != NULL)
        read_sections(pe, a, str_from(optional, length), n < PE_SECTIONS ? n : PE_SECTIONS);
    return true;
}

const struct pe_section *pe_find(const struct pe *pe, uint32_t rva)
{
    for (size_t i = 0; i < pe->nsections; i++) {
        const struct pe_section *s = &pe->sections[i];

        if (rva != 0 && rva >= s->rva && rva - s->rva < s->size)
            return s;
    }
    return NULL;
}

bool pe_is_reproducible(str debug)
{
    for (size_t at = 0; at + DEBUG_ENTRY <= debug.n; at += DEBUG_ENTRY) {
        if (bytes_u32_at(debug, at + 12) == REPRODUCIBLE)
            return true;
    }
    return false;
}

/* The value of a version string; absent when there is none of that name. */
static str string_of(struct arena *a, str resources, const char *name)
{
    char wide[2 * KEY_MAX] = { 0 };
    str key = { wide, 0 };
    size_t from = 0, at;

    for (size_t i = 0; name[i] != '\0' && i + 1 < KEY_MAX; i++) {
        wide[2 * i] = name[i];
        key.n += 2;
    }
    key.n += 2; /* with its terminator */
    while ((at = str_find(str_from(resources, from), key)) != STR_NONE) {
        size_t head, value, chars;

        at += from;
        from = at + key.n;
        if (at < 6 || at % 2 != 0)
            continue;
        head = at - 6;
        value = (from + 3) / 4 * 4;
        chars = bytes_u16_at(resources, head + 2);
        if (bytes_u16_at(resources, head) >= from - head && chars <= VALUE_MAX)
            return str_trim(utf16_text(a, bytes_part(resources, value, chars * 2)));
    }
    return (str){ NULL, 0 };
}

void pe_read_version(struct pe_version *ret, struct arena *a, str resources)
{
    static const str signature = STR_INIT("\xBD\x04\xEF\xFE");
    size_t at = str_find(resources, signature);

    *ret = (struct pe_version){
        .company = string_of(a, resources, "CompanyName"),
        .product = string_of(a, resources, "ProductName"),
        .description = string_of(a, resources, "FileDescription"),
    };
    if (at != STR_NONE && bytes_part(resources, at, FIXED_BYTES).n != 0)
        ret->version = arena_printf(a, "%u.%u.%u.%u", bytes_u16_at(resources, at + 10),
                bytes_u16_at(resources, at + 8), bytes_u16_at(resources, at + 14),
                bytes_u16_at(resources, at + 12));
    else
        ret->version = string_of(a, resources, "FileVersion");
}
