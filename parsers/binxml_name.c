/* SPDX-License-Identifier: Apache-2.0 */
/* binxml_name: names by their offset in the chunk, each made UTF-8 once; and what the head of a record is. */
#include "binxml_token.h"
#include "utf16.h"

void binxml_init(struct binxml *b)
{
    *b = (struct binxml){ .chunk = { NULL, 0 } };
    arena_init(&b->names_arena, 0);
    out_init_memory(&b->text);
    out_init_memory(&b->name_text);
}

void binxml_finish(struct binxml *b)
{
    arena_finish(&b->names_arena);
    (void)out_finish(&b->text);
    (void)out_finish(&b->name_text);
}

void binxml_chunk(struct binxml *b, str chunk)
{
    b->chunk = chunk;
    b->number++;
    arena_reset(&b->names_arena);
}

/* The slot of the name, or one for it: a free one, or else what is there makes room. */
static struct binxml_name *slot_of(struct binxml *b, uint32_t offset)
{
    enum { PROBES = 4 };
    uint32_t first = offset * 2654435761u >> 16;

    for (uint32_t i = 0; i < PROBES; i++) {
        struct binxml_name *slot = &b->names[(first + i) % BINXML_NAMES];

        if (slot->chunk != b->number || slot->offset == offset)
            return slot;
    }
    return &b->names[first % BINXML_NAMES];
}

/* A name: next name in its hash chain, hash, length, UTF-16, a terminator. */
static str name_at(struct binxml *b, uint32_t offset, size_t *ret_end)
{
    struct binxml_name *slot = slot_of(b, offset);
    struct bytes c = bytes_of(b->chunk);
    uint16_t n;
    str wide;

    if (slot->chunk == b->number && slot->offset == offset) {
        *ret_end = slot->end;
        return slot->name;
    }
    c.at = offset;
    bytes_skip(&c, 6);
    n = bytes_u16(&c);
    wide = bytes_take(&c, (size_t)n * 2);
    *ret_end = c.at + 2;
    if (wide.p == NULL)
        return (str){ NULL, 0 };
    b->name_text.used = 0;
    utf16_put(&b->name_text, wide);
    *slot = (struct binxml_name){ b->number, offset, *ret_end,
        arena_str(&b->names_arena, out_text(&b->name_text)) };
    return slot->name;
}

str binxml_name(struct binxml *b, struct bytes *c)
{
    uint32_t offset = bytes_u32(c);
    bool inline_here = offset == c->at;
    size_t end;
    str name = name_at(b, offset, &end);

    if (name.p == NULL || name.n == 0)
        c->bad = true;
    else if (inline_here)
        bytes_skip(c, end - c->at);
    return name;
}

bool binxml_instance(const struct binxml *b, size_t from, size_t to, struct binxml_instance *ret)
{
    struct bytes c = bytes_of(b->chunk);
    unsigned token;

    c.at = from;
    c.n = to < c.n ? to : c.n;
    token = bytes_u8(&c);
    if (token == FRAGMENT) { /* fragments in values may do without */
        bytes_skip(&c, 3);
        token = bytes_u8(&c);
    }
    if (token != TEMPLATE)
        return false;
    bytes_skip(&c, 5); /* version, template id */
    ret->template = bytes_u32(&c);
    if (ret->template == c.at)
        bytes_skip(&c, 24 + (size_t)bytes_u32_at(b->chunk, c.at + 20));
    ret->nvalues = bytes_u32(&c);
    ret->table = (uint32_t)c.at;
    ret->end = (uint32_t)c.n;
    if (c.bad || ret->template == 0 || ret->nvalues > (c.n - c.at) / 4)
        return false;
    ret->values = ret->table + ret->nvalues * 4;
    return true;
}
