/* SPDX-License-Identifier: Apache-2.0 */
#include "tag_scan.h"

#include <stdlib.h>

#include "bytes.h"

enum {
    FIRST_ITEMS = 256,
    LETTERS = 3, /* of a tag, at least, before its trailing blanks */
};

void tag_scan_finish(struct tag_scan *t)
{
    free(t->items);
    free(t->slots);
}

/* The slot of a tag, or the empty one where it belongs. */
static size_t find_slot(const struct tag_scan *t, uint32_t tag)
{
    size_t mask = 2 * t->size - 1, at = (tag * 2654435761u >> 7) & mask;

    while (t->slots[at] != 0 && t->items[t->slots[at] - 1].tag != tag)
        at = (at + 1) & mask;
    return at;
}

static void grow(struct tag_scan *t)
{
    t->size = t->size != 0 ? t->size * 2 : FIRST_ITEMS;
    t->items = realloc(t->items, t->size * sizeof(*t->items));
    free(t->slots);
    t->slots = calloc(2 * t->size, sizeof(*t->slots));
    if (t->items == NULL || t->slots == NULL)
        abort();
    for (size_t i = 0; i < t->n; i++)
        t->slots[find_slot(t, t->items[i].tag)] = (uint32_t)i + 1;
}

static bool is_print(unsigned char c)
{
    return c >= ' ' && c <= '~';
}

/* Printable, blanks only at the end, and hardly anything but letters and digits. */
static bool is_tag(uint32_t tag)
{
    unsigned letters = 0, blanks = 0;

    for (unsigned i = 0; i < 4; i++) {
        unsigned char c = (unsigned char)(tag >> (8 * i));

        if (!is_print(c) || (blanks != 0 && c != ' '))
            return false;
        letters += is_alnum((char)c);
        blanks += c == ' ';
    }
    return blanks == 0 ? letters >= LETTERS : blanks <= 2 && letters == 4 - blanks;
}

static void sight(struct tag_scan *t, uint32_t tag, bool code, uint64_t offset)
{
    struct tag_sighting *item;
    size_t at;

    if (t->n == t->size && t->size < TAG_SCAN_MAX)
        grow(t);
    at = find_slot(t, tag);
    if (t->slots[at] == 0) {
        if (t->n == TAG_SCAN_MAX) {
            t->full = true;
            return;
        }
        t->items[t->n] = (struct tag_sighting){ .tag = tag, .first = offset };
        t->slots[at] = (uint32_t)++t->n;
    }
    item = &t->items[t->slots[at] - 1];
    item->code += code && item->code != UINT32_MAX;
    item->data += !code && item->data != UINT32_MAX;
}

/* Bytes of "mov [...], imm32" before its constant; 0 when it is none. */
static size_t store_length(const unsigned char *p)
{
    unsigned mode = p[1] >> 6, base = p[1] & 7;
    size_t n = 2;

    if (p[0] != 0xC7 || (p[1] >> 3 & 7) != 0)
        return 0;
    if (mode == 3)
        return n; /* to a register */
    if (base == 4) {
        n++;
        if (mode == 0 && (p[2] & 7) == 5)
            return n + 4;
    }
    if (mode == 0)
        return base == 5 ? n + 4 : n;
    return n + (mode == 1 ? 1 : 4);
}

/* push imm32, mov reg, imm32, mov [...], imm32 */
void tag_scan_intel(struct tag_scan *t, str s, size_t n, uint64_t offset)
{
    const unsigned char *p = (const unsigned char *)s.p;

    for (size_t i = 0; i < n && i + TAG_SCAN_AHEAD <= s.n; i++) {
        size_t length = 0;
        uint32_t tag;

        if (p[i] == 0x68 || (p[i] & 0xF8) == 0xB8)
            length = 1;
        else if (p[i] == 0xC7)
            length = store_length(p + i);
        if (length == 0)
            continue;
        tag = bytes_u32_at(s, i + length);
        if (is_tag(tag))
            sight(t, tag, true, offset + i + length);
    }
}

/* movz wN, #low; movk wN, #high, lsl #16, next to each other or with one instruction between. */
void tag_scan_arm64(struct tag_scan *t, str s, size_t n, uint64_t offset)
{
    for (size_t i = 0; i < n; i += 4) {
        uint32_t low = bytes_u32_at(s, i), tag;

        if (low >> 21 != 0x52800000u >> 21)
            continue;
        for (size_t k = 4; k <= 8; k += 4) {
            uint32_t high = bytes_u32_at(s, i + k);

            if (high >> 21 != 0x72A00000u >> 21 || ((high ^ low) & 31) != 0)
                continue;
            tag = (low >> 5 & 0xFFFF) | (high >> 5 & 0xFFFF) << 16;
            if (is_tag(tag))
                sight(t, tag, true, offset + i);
            break;
        }
    }
}

void tag_scan_data(struct tag_scan *t, str s, size_t n, char before, uint64_t offset)
{
    for (size_t i = 0; i < n; i++) {
        if (is_print((unsigned char)s.p[i]) && !is_print((unsigned char)before) && i + 4 < s.n &&
                !is_print((unsigned char)s.p[i + 4]) && is_tag(bytes_u32_at(s, i)))
            sight(t, bytes_u32_at(s, i), false, offset + i);
        before = s.p[i];
    }
}

static int by_count(const void *pa, const void *pb)
{
    const struct tag_sighting *a = pa, *b = pb;
    uint64_t x = (uint64_t)a->code + a->data, y = (uint64_t)b->code + b->data;

    if (x != y)
        return x > y ? -1 : 1;
    if ((a->code != 0) != (b->code != 0))
        return a->code != 0 ? -1 : 1;
    return a->first < b->first ? -1 : a->first > b->first;
}

void tag_scan_sort(struct tag_scan *t)
{
    if (t->n != 0)
        qsort(t->items, t->n, sizeof(*t->items), by_count);
}
