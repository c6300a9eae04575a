/* SPDX-License-Identifier: Apache-2.0 */
/* explain_tag: pool tags, also with wildcards, and as a number that memory or a dump shows. */
#include "explain_parts.h"

static bool is_tag_text(str tag)
{
    for (size_t i = 0; i < tag.n; i++) {
        if (tag.p[i] < ' ' || tag.p[i] > '~')
            return false;
    }
    return tag.n != 0 && tag.n <= 4;
}

static bool has_wildcard(str s)
{
    return str_find_char(s, '?') != STR_NONE || str_find_char(s, '*') != STR_NONE;
}

static bool all_digits(str word)
{
    uint64_t n;

    return str_u64(word, &n);
}

static void put_tag(struct explain *e, struct reading *r, size_t row, str tag)
{
    const struct table *table = table_find("pool_tags");
    str known = table_cell(table, row, "tag"), pool = table_cell(table, row, "pool");

    r->name = row == table->nrows ? STR("owner not known") : table_cell(table, row, "owner");
    r->context = STR("if it is a pool tag: poolmon, !poolused, event 2004");
    reading_row(e, r, table, row);
    if (row == table->nrows) {
        r->advice = arena_printf(e->a,
                "the driver that uses it is found on the machine with: findstr /m /l %.*s "
                "%%SystemRoot%%\\System32\\drivers\\*.sys",
                STR_ARG(tag));
        return;
    }
    reading_detail(e, r, "product", table_cell(table, row, "product"));
    reading_detail(e, r, "pool",
            str_eq(pool, STR("both"))      ? STR("nonpaged and paged")
            : str_eq(pool, STR("session")) ? STR("paged pool of a session")
                                           : pool);
    if (has_wildcard(known) && !str_eq(known, tag))
        reading_detail(e, r, "pattern",
                arena_printf(e->a, "%.*s: this very tag is not in the table", STR_ARG(known)));
}

static void put_rules(struct explain *e, struct reading *r, str tag)
{
    reading_rules_part(e, r, STR("tag"), tag);
    reading_rules(e, r, arena_printf(e->a, "'%.*s", STR_ARG(tag)));
}

static bool tag_fits(str pattern, str tag)
{
    for (size_t i = 0; i < 4; i++) {
        char p = i < pattern.n ? pattern.p[i] : ' ', t = i < tag.n ? tag.p[i] : ' ';

        if (p == '*')
            return true;
        if (p != '?' && p != t)
            return false;
    }
    return pattern.n <= 4;
}

/* Every tag of the table that the pattern fits; the row of the pattern itself comes first. */
static void explain_pattern(struct explain *e, str pattern)
{
    enum { MOST = 40 };
    const struct table *table = table_find("pool_tags");
    struct reading *r = reading_add(e, RANK_CERTAIN, "tag", pattern);
    str tags = { NULL, 0 };
    size_t n = 0, row = table_row(table, pattern);

    if (r == NULL)
        return;
    put_tag(e, r, row, pattern);
    for (size_t i = 0; i < table->nrows; i++) {
        str tag = table_cell(table, i, "tag");

        if (i == row || has_wildcard(tag) || !tag_fits(pattern, tag))
            continue;
        if (n++ < MOST)
            tags = arena_printf(
                    e->a, "%.*s%s%.*s", STR_ARG(tags), n != 1 ? ", " : "", STR_ARG(tag));
    }
    if (row == table->nrows) {
        r->name = n != 0 ? STR("") : STR("no tag of the table fits");
        r->advice = (str){ NULL, 0 };
    }
    if (n > MOST)
        tags = arena_printf(e->a, "%.*s and %zu more", STR_ARG(tags), n - MOST);
    reading_detail(e, r, "tags", tags);
    put_rules(e, r, pattern);
}

void explain_tag(struct explain *e, str tag, bool given)
{
    const struct table *table = table_find("pool_tags");
    size_t row = table_pool_tag(table, tag);
    bool exact = str_eq(table_cell(table, row, "tag"), str_trim_end(tag));
    struct reading *r;
    int rank;

    if (!is_tag_text(tag))
        return;
    if (has_wildcard(tag)) {
        explain_pattern(e, str_trim_end(tag));
        return;
    }
    /* What nobody knows is a tag only if it looks like one, or is called so. */
    if (!given && row == table->nrows && (tag.n != 4 || all_digits(tag)))
        return;
    rank = given                 ? RANK_GIVEN
           : row == table->nrows ? RANK_UNLIKELY
           : all_digits(tag)     ? RANK_POSSIBLE
           : exact               ? RANK_LIKELY + 10
           : tag.n == 4          ? RANK_MIDDLE - 10
                                 : RANK_UNLIKELY;
    r = reading_add(e, rank, "tag", str_trim_end(tag));
    if (r == NULL)
        return;
    put_tag(e, r, row, str_trim_end(tag));
    put_rules(e, r, str_trim_end(tag));
}

bool explain_tag_nocase(struct explain *e, str tag)
{
    const struct table *table = table_find("pool_tags");
    bool any = false;

    if (!is_tag_text(tag) || has_wildcard(tag))
        return false;
    for (size_t row = 0; (row = table_next(table, row, "tag", tag, true)) < table->nrows; row++) {
        str known = table_cell(table, row, "tag");
        struct reading *r = reading_add(e, RANK_POSSIBLE, "tag", known);

        if (r == NULL)
            continue;
        put_tag(e, r, row, known);
        reading_detail(e, r, "case",
                arena_printf(e->a, "%.*s was asked for: case counts in tags", STR_ARG(tag)));
        put_rules(e, r, known);
        any = true;
    }
    return any;
}

/* 0x64657246 in memory order is "Fred"; a hex editor shows the bytes from left to right. */
void explain_tag_number(struct explain *e, struct number number)
{
    const struct table *table = table_find("pool_tags");
    uint32_t v = (uint32_t)number.value;
    char forward[4], backward[4];
    str orders[2] = { { backward, 4 }, { forward, 4 } };

    if (number.value > UINT32_MAX)
        return;
    for (unsigned i = 0; i < 4; i++) {
        /* Bit 31 marks protected objects. */
        backward[i] = (char)(v >> (8 * i) & (i == 3 ? 0x7f : 0xff));
        forward[i] = (char)(v >> (24 - 8 * i) & 0xff);
    }
    for (unsigned i = 0; i < 2; i++) {
        str tag = str_trim_end(orders[i]);
        bool known = is_tag_text(tag) && table_row(table, tag) != table->nrows;
        struct reading *r;

        if (!is_tag_text(orders[i]) || (!known && i == 1))
            continue;
        for (size_t k = 0; !known && k < 4; k++) {
            if (!is_alnum(orders[i].p[k]) && orders[i].p[k] != ' ')
                return;
        }
        r = reading_add(e, known ? RANK_LIKELY + 5 : RANK_POSSIBLE, "tag", tag);
        if (r == NULL)
            continue;
        put_tag(e, r, table_pool_tag(table, tag), tag);
        put_rules(e, r, tag);
        r->context =
                i == 0 ? STR("if it is a pool tag as a dump or a debugger shows it: bytes reversed")
                       : STR("if it is a pool tag whose bytes were written from left to right");
        reading_detail(e, r, "parts",
                arena_printf(e->a, "0x%08X = '%c%c%c%c'", (unsigned)v, orders[i].p[0],
                        orders[i].p[1], orders[i].p[2], orders[i].p[3]));
    }
}
