/* SPDX-License-Identifier: Apache-2.0 */
/*
 * code_message: finds the fragments of rules/tables/messages.tsv in a text. One pass with a bit map
 * of four-byte windows; what passes it is compared in full, so the cost does not grow with the
 * table.
 */
#include <string.h>

#include "code_tables.h"

enum { GRAM_BITS = 13, GRAM_NEXT_NONE = 0xff };

static struct {
    bool ready;
    uint64_t bits[(1u << GRAM_BITS) / 64];
    uint8_t head[256];             /* by the low byte of the hash: first message */
    uint8_t next[GRAM_NEXT_NONE];  /* the next with the same byte */
    uint16_t hash[GRAM_NEXT_NONE]; /* the hash of each */
} grams;

/* Both cases give one hash: bit 5 is set in every byte. What else that folds is told by compare. */
static uint32_t gram_hash(const char *p)
{
    uint32_t v;

    memcpy(&v, p, 4);
    v |= 0x20202020u;
    return (v * 2654435761u) >> (32 - GRAM_BITS);
}

static void prepare(void)
{
    memset(grams.head, GRAM_NEXT_NONE, sizeof(grams.head));
    for (size_t i = code_nmessages; i-- > 0;) {
        uint32_t h = gram_hash(code_messages[i].text + code_messages[i].gram);

        grams.bits[h / 64] |= UINT64_C(1) << (h % 64);
        grams.hash[i] = (uint16_t)h;
        grams.next[i] = grams.head[h & 0xff];
        grams.head[h & 0xff] = (uint8_t)i;
    }
    grams.ready = true;
}

static bool is_word(char c)
{
    return is_alnum(c) || c == '_';
}

static bool stands_at(str t, size_t at, const struct code_message *m)
{
    if (!str_starts_nocase(str_from(t, at), (str){ m->text, m->n }))
        return false;
    return !m->symbol ||
           ((at == 0 || !is_word(t.p[at - 1])) && (at + m->n == t.n || !is_word(t.p[at + m->n])));
}

/* Of the messages that begin at one place the longest counts: "too many open files in system". */
bool message_at(str t, size_t at, struct message_hit *ret)
{
    const struct code_message *best = NULL;

    for (size_t i = 0; i < code_nmessages; i++) {
        const struct code_message *m = &code_messages[i];

        if ((best == NULL || m->n > best->n) && stands_at(t, at, m))
            best = m;
    }
    if (best == NULL)
        return false;
    *ret = (struct message_hit){ at, at + best->n, best };
    return true;
}

bool message_find(str t, size_t from, size_t to, struct message_hit *ret)
{
    /* The window may lie behind the beginning of its fragment, at most this far. */
    size_t last = t.n < 4 ? 0 : t.n - 3;

    if (!grams.ready)
        prepare();
    if (last > to + UINT8_MAX)
        last = to + UINT8_MAX;
    for (size_t i = from; i < last; i++) {
        uint32_t h = gram_hash(t.p + i);

        if ((grams.bits[h / 64] >> (h % 64) & 1) == 0)
            continue;
        for (uint8_t m = grams.head[h & 0xff]; m != GRAM_NEXT_NONE; m = grams.next[m]) {
            size_t gram = code_messages[m].gram;

            if (grams.hash[m] == h && i >= from + gram && i - gram < to &&
                    stands_at(t, i - gram, &code_messages[m]))
                return message_at(t, i - gram, ret);
        }
    }
    return false;
}

uint32_t message_family(struct code code)
{
    code = code_to_win32(code);
    if (code.family == CODE_WIN32 && (code.number == 1451 || code.number == 1452))
        return 1450;
    if (code.family == CODE_WIN32 && code.number == 1454)
        return 1453;
    if (code.family == CODE_ERRNO && (code.number == 105 || code.number == 24))
        return code.number == 105 ? 10055 : 10024;
    return (code.family == CODE_WIN32 ? 0 : (uint32_t)code.family << 28) ^ code.number;
}
