/* SPDX-License-Identifier: Apache-2.0 */
/* base: opened, and rule by rule loaded. */
#include "base.h"

#include <assert.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "must.h"
#include "wants.h"

uint64_t base_vocabulary(const struct kind *const *kinds)
{
    uint64_t hash = sizeof(struct base_header); /* another layout, another meaning */

    for (size_t i = 0; kinds[i] != NULL; i++) {
        hash = hash * 31 + str_hash(str_z(kinds[i]->name));
        for (size_t f = 0; f < kinds[i]->nfields; f++)
            hash = hash * 31 + str_hash(str_z(kinds[i]->fields[f].name)) +
                   (uint64_t)kinds[i]->fields[f].type;
    }
    return hash;
}

uint64_t base_sum(const void *p, size_t n)
{
    uint64_t lanes[4] = { 1, 2, 3, 4 }, word, sum = n;
    const char *at = p;
    size_t i = 0;

    for (; i < n / 8; i++) {
        memcpy(&word, at + 8 * i, sizeof(word));
        lanes[i % 4] = (lanes[i % 4] ^ word) * 0x9e3779b97f4a7c15u;
        lanes[i % 4] ^= lanes[i % 4] >> 29;
    }
    for (i = 0; i < 4; i++)
        sum = (sum ^ lanes[i]) * 0x9e3779b97f4a7c15u;
    return sum ^ (sum >> 32);
}

/* Whole, of this program's own vocabulary, and every part inside. */
static bool is_base(str bytes, const struct kind *const *kinds)
{
    const size_t behind_sum = offsetof(struct base_header, kinds);
    struct base_header head;

    if (bytes.n < sizeof(head) || bytes.n % 8 != 0 || (uintptr_t)bytes.p % 8 != 0)
        return false;
    memcpy(&head, bytes.p, sizeof(head));
    if (memcmp(head.magic, BASE_MAGIC, sizeof(head.magic)) != 0 || head.size != bytes.n ||
            head.kinds != base_vocabulary(kinds))
        return false;
    for (int i = 0; i < BASE_PARTS; i++) {
        if (head.parts[i].at % 8 != 0 || head.parts[i].at > bytes.n ||
                head.parts[i].n > bytes.n - head.parts[i].at)
            return false;
    }
    return head.sum == base_sum(bytes.p + behind_sum, bytes.n - behind_sum);
}

static const struct pack *const *open_packs(struct base *b, struct arena *a)
{
    const struct base_pack *rows = base_part(b, BASE_PACKS);
    size_t n = b->head->parts[BASE_PACKS].n / sizeof(*rows);
    const struct pack **packs = arena_array(a, const struct pack *, n + 1);

    for (size_t i = 0; i < n; i++) {
        struct pack *pack = arena_new(a, struct pack);

        *pack = (struct pack){ base_text(b, rows[i].name), (enum pack_sort)rows[i].sort, i + 1 };
        packs[i] = pack;
    }
    return packs;
}

/* The scanner for lines, as long as the base: a copy of what it says would be no better. */
static void open_lines(struct base *b)
{
    const struct ruleset *rs = b->rs;
    str bytes = ruleset_scanner(rs);

    b->lines = bytes.n != 0 ? scanner_view(bytes) : NULL;
    if (b->lines != NULL && (rs->line == NULL || scanner_patterns(b->lines) < rs->nlines ||
                                    kind_field(rs->line, STR("text"), &b->text) == NULL))
        b->lines = NULL;
}

struct ruleset *ruleset_open(const struct kind *const *kinds, str bytes)
{
    struct ruleset *rs;
    struct base *b;

    if (!is_base(bytes, kinds))
        return NULL;
    rs = ruleset_create(kinds);
    b = arena_new(&rs->arena, struct base);
    b->rs = rs;
    b->head = (const struct base_header *)(const void *)bytes.p;
    b->packs = open_packs(b, &rs->arena);
    rs->nrules = b->head->parts[BASE_RULES].n / sizeof(struct base_rule);
    rs->nlines = b->head->parts[BASE_LINES].n / sizeof(uint32_t);
    rs->rules = must(calloc(rs->nrules + 1, sizeof(*rs->rules)));
    rs->lines = must(calloc(rs->nlines + 1, sizeof(*rs->lines)));
    memcpy(rs->sha256, b->head->sha256, sizeof(b->head->sha256));
    rs->regexes.trusted = true;
    rs->wants = wants_open(rs, b);
    rs->base = b;
    rs->frozen = true;
    open_lines(b);
    return rs;
}

struct rule *base_load(const struct base *b, size_t index)
{
    const struct base_rule *row = (const struct base_rule *)base_part(b, BASE_RULES) + index;
    struct ruleset *rs = b->rs;
    struct rule *rule;

    rs->pack = b->packs[row->pack];
    rule = rule_load(rs, base_text(b, row->id), base_text(b, row->file), base_text(b, row->json));
    assert(rule != NULL && !rule->broken); /* it was checked before it was written */
    rule->cycle = row->cycle;
    number_rule(rs, rule, row->line);
    rs->rules[index] = rule;
    return rule;
}

size_t base_find(const struct base *b, str id)
{
    const struct base_rule *rows = base_part(b, BASE_RULES);
    size_t n = b->head->parts[BASE_RULES].n / sizeof(*rows), low = 0, high = n;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = str_cmp(base_text(b, rows[middle].id), id);

        if (order == 0)
            return middle;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return n;
}

str ruleset_scanner(const struct ruleset *rs)
{
    if (rs->base == NULL || rs->base->head->parts[BASE_SCANNER].n == 0)
        return (str){ NULL, 0 };
    return (str){ base_part(rs->base, BASE_SCANNER), rs->base->head->parts[BASE_SCANNER].n };
}
