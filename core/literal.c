/* SPDX-License-Identifier: Apache-2.0 */
#include "literal.h"

#include <assert.h>
#include <string.h>

enum { NONE = UINT16_MAX };

/* Both cases give one hash: bit 5 is set in every byte. What else that folds, the compare tells. */
static uint32_t gram_hash(const char *p)
{
    uint32_t v;

    memcpy(&v, p, 4);
    v |= 0x20202020u;
    return (v * 2654435761u) >> (32 - LITERAL_BITS);
}

/* How common four bytes are in logs: blanks and frequent letters make many false candidates. */
static unsigned gram_cost(const char *p)
{
    static const char common[] = "_pmcudhlrsnioate ";
    unsigned cost = 0;

    for (int i = 0; i < 4; i++) {
        const char *at = p[i] != '\0' ? strchr(common, to_lower(p[i])) : NULL;

        cost += at != NULL ? (unsigned)(at - common) + 1 : 0;
    }
    return cost;
}

static uint8_t best_gram(str text)
{
    size_t best = 0;

    for (size_t i = 1; i + 4 <= text.n; i++) {
        if (gram_cost(text.p + i) < gram_cost(text.p + best))
            best = i;
    }
    return (uint8_t)best;
}

void literals_prepare(struct literals *set, const struct literal *rows, size_t n)
{
    assert(n <= LITERALS_MAX);
    memset(set, 0, sizeof(*set));
    memset(set->head, 0xff, sizeof(set->head));
    set->rows = rows;
    set->n = n;
    for (size_t i = n; i-- > 0;) {
        uint32_t h;

        assert(rows[i].text.n >= 4 && rows[i].text.n <= UINT8_MAX);
        set->gram[i] = best_gram(rows[i].text);
        h = gram_hash(rows[i].text.p + set->gram[i]);
        set->bits[h / 64] |= UINT64_C(1) << (h % 64);
        set->hash[i] = (uint16_t)h;
        set->next[i] = set->head[h & 0xff];
        set->head[h & 0xff] = (uint16_t)i;
    }
}

static bool is_word(char c)
{
    return is_alnum(c) || c == '_';
}

static bool stands_at(str t, size_t at, const struct literal *literal)
{
    size_t end = at + literal->text.n;

    if (!str_starts_nocase(str_from(t, at), literal->text))
        return false;
    return !literal->word ||
           ((at == 0 || !is_word(t.p[at - 1])) && (end == t.n || !is_word(t.p[end])));
}

bool literals_at(const struct literals *set, str t, size_t at, struct literal_hit *ret)
{
    const struct literal *best = NULL;

    for (size_t i = 0; i < set->n; i++) {
        const struct literal *one = &set->rows[i];

        if ((best == NULL || one->text.n > best->text.n) && stands_at(t, at, one))
            best = one;
    }
    if (best == NULL)
        return false;
    *ret = (struct literal_hit){ at, at + best->text.n, best };
    return true;
}

bool literals_find(
        const struct literals *set, str t, size_t from, size_t to, struct literal_hit *ret)
{
    size_t last = t.n < 4 ? 0 : t.n - 3;

    /* The window may lie behind the beginning of its string, at most this far. */
    if (to < last && last - to > UINT8_MAX)
        last = to + UINT8_MAX;
    for (size_t i = from; i < last; i++) {
        uint32_t h = gram_hash(t.p + i);

        if ((set->bits[h / 64] >> (h % 64) & 1) == 0)
            continue;
        for (uint16_t m = set->head[h & 0xff]; m != NONE; m = set->next[m]) {
            size_t gram = set->gram[m];

            if (set->hash[m] == h && i >= from + gram && i - gram < to &&
                    stands_at(t, i - gram, &set->rows[m]))
                return literals_at(set, t, i - gram, ret);
        }
    }
    return false;
}
