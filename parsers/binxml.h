/* SPDX-License-Identifier: Apache-2.0 */
/*
 * binxml: the binary XML of .evtx, told as the same calls that core/xml makes, so that one reader of
 * events serves both. All offsets are of the chunk.
 */
#pragma once

#include "out.h"
#include "xml.h"

enum { BINXML_NAMES = 512 /* slots of the name cache; a chunk has a hundred or two */ };

struct binxml_name {
    uint32_t chunk; /* number of the one it is of: those of others are free slots */
    uint32_t offset;
    size_t end; /* behind it */
    str name;
};

/* What stands for a hole in the texts of a form, before its number in hexadecimal. */
#define BINXML_HOLE '\1'
/* Of an element that is there whatever the values are. */
enum { BINXML_ALWAYS = 0xFFFF };

struct binxml {
    str chunk;
    uint32_t number;          /* of the chunk, from 1 */
    struct arena names_arena; /* of the chunk */
    struct binxml_name names[BINXML_NAMES];
    struct out text, name_text; /* of the value and of the name at hand */
    uint16_t
            dependency; /* of the element that was opened last: the value without which it is left out */
};

/* A fragment that is one instance of a template: where its values stand. */
struct binxml_instance {
    uint32_t template, table, values, end;
    uint32_t nvalues;
};

void binxml_init(struct binxml *b);
void binxml_finish(struct binxml *b);
/* Another chunk: forgets the names of the one before. */
void binxml_chunk(struct binxml *b, str chunk);

/*
 * Walks the fragment [from, to) and tells it; a call may set *stop to end it. False when it is
 * damaged; what stood before was told. Memory for one walk comes from arena a.
 */
bool binxml_walk(struct binxml *b, struct arena *a, size_t from, size_t to,
        const struct xml_calls *calls, void *ctx, const bool *stop);

/* False when the fragment [from, to) is something else. */
bool binxml_instance(const struct binxml *b, size_t from, size_t to, struct binxml_instance *ret);
/* Walks a template without values: each of its elements is told, and its holes as texts by number. */
bool binxml_form(struct binxml *b, struct arena *a, uint32_t template,
        const struct xml_calls *calls, void *ctx);

/* One value as the Event Log renders it, appended to o. */
void binxml_value(struct out *o, uint8_t type, str bytes);
/* What an entity stands for; nothing for one that XML does not know by itself. */
void binxml_entity(struct out *o, str name);
/* A number to this base, in small letters. */
void binxml_digits(struct out *o, uint64_t value, unsigned base);
/* Bytes of one element of an array of this type; 0 where they vary. */
size_t binxml_value_size(uint8_t type);
