/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the parameters of a stop mean is known for each code by itself. Two meanings matter here: an
 * NTSTATUS (a page that could not be read for lack of pool, say) and a pool tag.
 */
#include "bugcheck.h"

#include <inttypes.h>

#include "code.h"

/* Small dumps set it on codes of exceptions: 0x1000007E. */
#define SMALL_DUMP 0x10000000u

static const struct {
    uint16_t code;
    uint8_t parameter; /* from 0 */
} statuses[] = {
    { 0x1E, 0 },
    { 0x3B, 0 },
    { 0x4D, 3 },
    { 0x77, 1 },
    { 0x7A, 1 },
    { 0x7E, 0 },
    { 0x8E, 0 },
};

/* The parameter that holds a tag depends on the first one, which says what happened. */
static const struct {
    uint16_t code;
    uint8_t first, parameter;
} tags[] = {
    { 0xC2, 0x00, 3 }, /* asked for no bytes */
    { 0xC2, 0x0A, 2 }, /* freed under another tag: the one it was allocated with */
};

static uint32_t plain(uint64_t code)
{
    uint32_t c = (uint32_t)code;

    return (c & ~SMALL_DUMP) <= UINT16_MAX ? c & ~SMALL_DUMP : c;
}

str bugcheck_code(struct arena *a, uint64_t code)
{
    return code_text(a, (struct code){ CODE_BUGCHECK, plain(code) });
}

static struct value hex(struct arena *a, uint64_t n)
{
    return value_text(arena_printf(a, "0x%" PRIX64, n));
}

static struct value status_of(struct arena *a, const struct bugcheck *b)
{
    for (size_t i = 0; i < sizeof(statuses) / sizeof(statuses[0]); i++) {
        uint32_t status = (uint32_t)b->parameters[statuses[i].parameter];

        if (statuses[i].code == plain(b->code) && statuses[i].parameter < b->nparameters &&
                status >> 30 == 3)
            return value_text(code_text(a, (struct code){ CODE_NTSTATUS, status }));
    }
    return value_none();
}

/* Little-endian, with the top bit set where the pool protects the block. */
static struct value tag_text(struct arena *a, uint64_t number)
{
    char tag[4];

    for (size_t i = 0; i < 4; i++) {
        tag[i] = (char)(number >> (8 * i) & (i == 3 ? 0x7F : 0xFF));
        if (tag[i] < ' ' || tag[i] > '~')
            return value_none();
    }
    return value_text(arena_str(a, (str){ tag, 4 }));
}

static struct value tag_of(struct arena *a, const struct bugcheck *b)
{
    for (size_t i = 0; i < sizeof(tags) / sizeof(tags[0]); i++) {
        if (tags[i].code == plain(b->code) && tags[i].parameter < b->nparameters &&
                tags[i].first == b->parameters[0])
            return tag_text(a, b->parameters[tags[i].parameter]);
    }
    return value_none();
}

void bugcheck_emit(struct parse *in, struct arena *a, const struct bugcheck *b, struct span where,
        str quote, struct when when)
{
    struct value values[BUGCHECK_NFIELDS] = {
        [BUGCHECK_SOURCE] = value_z(b->source),
        [BUGCHECK_DUMP] = value_text(b->dump),
    };

    if (b->has_code) {
        values[BUGCHECK_CODE] = value_text(bugcheck_code(a, b->code));
        values[BUGCHECK_STOP] = hex(a, plain(b->code));
        values[BUGCHECK_NAME] = value_z(code_name((struct code){ CODE_BUGCHECK, plain(b->code) }));
        values[BUGCHECK_SPELLED] = hex(a, b->code);
        for (size_t i = 0; i < b->nparameters; i++)
            values[BUGCHECK_P1 + i] = hex(a, b->parameters[i]);
        values[BUGCHECK_STATUS] = status_of(a, b);
        values[BUGCHECK_TAG] = tag_of(a, b);
    }
    emit_at(in, &kind_BUGCHECK, where, quote, when, values);
}
