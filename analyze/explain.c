/* SPDX-License-Identifier: Apache-2.0 */
#include "explain.h"

#include <stdlib.h>
#include <string.h>

#include "code.h"
#include "tables.h"

/*
 * How likely a reading is: what our own tables speak of is what people ask about, so a meaning of
 * ours counts more than a name from a header; hexadecimal small numbers may be bug checks, decimal
 * ones errno values or event ids.
 */
enum {
    RANK_GIVEN = 100, /* the word says its family itself */
    RANK_STATUS = 95, /* top bit set: nothing else looks so */
    RANK_WIN32 = 60,
    RANK_TAG = 85,
    RANK_TAG_PATTERN = 50,
    RANK_TAG_DIGITS = 45,
    RANK_EVENT = 70,
    RANK_BUGCHECK = 55,
    RANK_ERRNO = 50,
    RANK_OURS = 20, /* added where our tables explain it */
    RANK_WORDS = 10,
};

struct explain {
    struct arena *a;
    const struct ruleset *rules;
    struct explained *ret;
};

static struct reading *add(struct explain *e, int rank, const char *sort, str id)
{
    struct explained *r = e->ret;
    struct reading *reading;

    for (size_t i = 0; i < r->n; i++) {
        if (str_eq(r->readings[i].id, id) && strcmp(r->readings[i].sort, sort) == 0)
            return NULL;
    }
    if (r->n == r->size) {
        struct reading *bigger = arena_array(e->a, struct reading, r->size * 2 + 8);

        if (r->n != 0)
            memcpy(bigger, r->readings, r->n * sizeof(*bigger));
        r->readings = bigger;
        r->size = r->size * 2 + 8;
    }
    reading = &r->readings[r->n++];
    *reading = (struct reading){ .rank = rank, .sort = sort, .id = id };
    return reading;
}

/* --- codes -------------------------------------------------------------------------------- */

static str spellings_of(struct arena *a, struct code code)
{
    uint32_t wrapped;

    switch (code.family) {
    case CODE_WIN32:
        wrapped = 0x80070000u | code.number;
        return arena_printf(a, "%u, 0x%X; as HRESULT 0x%08X, %d, %u", (unsigned)code.number,
                (unsigned)code.number, (unsigned)wrapped, (int)wrapped, (unsigned)wrapped);
    case CODE_NTSTATUS:
    case CODE_HRESULT:
        return arena_printf(a, "0x%08X, %d, %u", (unsigned)code.number, (int)code.number,
                (unsigned)code.number);
    case CODE_BUGCHECK:
        return arena_printf(a, "0x%08X, %u", (unsigned)code.number, (unsigned)code.number);
    default:
        return (str){ NULL, 0 };
    }
}

/* Unknown small numbers are no reading; an unknown status still is one. */
static void add_code(struct explain *e, int rank, struct code code)
{
    const char *name = code_name(code), *meaning = code_meaning(code);
    struct reading *r;

    if (code.family == CODE_NONE || (name == NULL && rank < RANK_STATUS - 10))
        return;
    r = add(e, rank + (meaning != NULL ? RANK_OURS : 0), "code", code_text(e->a, code));
    if (r == NULL)
        return;
    r->name = str_z(name);
    r->meaning = str_z(meaning);
    r->spellings = spellings_of(e->a, code);
    r->rules = explain_rules_code(e->a, e->rules, r->id, &r->nrules);
}

static void add_status(struct explain *e, uint32_t number)
{
    struct code code = code_from_number(number), win32 = code_to_win32(code);

    add_code(e, RANK_STATUS, code);
    if (win32.family != code.family)
        add_code(e, RANK_STATUS - 5, win32);
}

static void add_events_of(struct explain *e, uint32_t id)
{
    const struct table *table = table_find("events");
    char text[16];
    str want = arena_printf(e->a, "%u", id);

    (void)text;
    for (size_t row = 0; (row = table_next(table, row, "id", want, false)) < table->nrows; row++) {
        struct reading *r = add(e, RANK_EVENT, "event",
                arena_printf(e->a, "%.*s/%u", STR_ARG(table_cell(table, row, "provider")), id));

        if (r == NULL)
            continue;
        r->meaning = table_cell(table, row, "meaning");
        r->cause = table_cell(table, row, "cause");
        r->advice = table_cell(table, row, "advice");
        r->source = table_cell(table, row, "source");
        r->rules = explain_rules_event(
                e->a, e->rules, table_cell(table, row, "provider"), id, &r->nrules);
    }
}

static void add_number(struct explain *e, uint64_t number, bool hex)
{
    uint32_t v = (uint32_t)number;

    if (number >> 32 != 0 && number >> 32 != UINT32_MAX)
        return;
    if (v > UINT16_MAX) {
        add_status(e, v);
        return;
    }
    add_code(e, RANK_WIN32, (struct code){ CODE_WIN32, v });
    if (hex)
        add_code(e, RANK_BUGCHECK, (struct code){ CODE_BUGCHECK, v });
    else
        add_code(e, RANK_ERRNO, (struct code){ CODE_ERRNO, v });
    if (!hex)
        add_events_of(e, v);
}

/* Decimal with or without sign, 0x..., or eight and more hex digits bare. */
static bool take_number(str word, uint64_t *ret, bool *ret_hex)
{
    int64_t i;

    *ret_hex = str_starts_nocase(word, STR("0x"));
    if (*ret_hex)
        return str_hex(word, ret);
    /* 80070005 and c000009a are statuses; 2147943850 has ten digits. */
    if ((word.n == 8 || word.n == 16) && str_hex(word, ret) && (uint32_t)*ret >> 31 != 0) {
        *ret_hex = true;
        return true;
    }
    if (!str_i64(word, &i))
        return str_u64(word, ret);
    if (i < INT32_MIN)
        return false;
    *ret = i < 0 ? (uint32_t)i : (uint64_t)i;
    return true;
}

/* --- tags --------------------------------------------------------------------------------- */

static bool all_digits(str word)
{
    uint64_t n;

    return str_u64(word, &n);
}

static void add_tag(struct explain *e, str word)
{
    const struct table *table = table_find("pool_tags");
    size_t row = table_pool_tag(table, word);
    str known = table_cell(table, row, "tag");
    bool pattern = str_find_char(known, '?') != STR_NONE || str_find_char(known, '*') != STR_NONE;
    struct reading *r;

    if (word.n == 0 || word.n > 4 || (row == table->nrows && (word.n != 4 || all_digits(word))))
        return;
    r = add(e,
            row == table->nrows ? RANK_WORDS
            : all_digits(word)  ? RANK_TAG_DIGITS
            : pattern           ? RANK_TAG_PATTERN
                                : RANK_TAG,
            "tag", word);
    if (r == NULL)
        return;
    r->name = row == table->nrows ? STR("owner not known") : table_cell(table, row, "owner");
    r->meaning = table_cell(table, row, "what");
    r->cause = table_cell(table, row, "normal");
    r->advice = table_cell(table, row, "advice");
    r->source = table_cell(table, row, "source");
    if (row == table->nrows)
        r->advice = arena_printf(e->a,
                "if it is a pool tag, the driver that uses it is found on the machine with: findstr /m "
                "/l %.*s %%SystemRoot%%\\System32\\drivers\\*.sys",
                STR_ARG(word));
    r->rules = explain_rules_tag(e->a, e->rules, word, &r->nrules);
}

/* --- events ------------------------------------------------------------------------------- */

/* Microsoft-Windows-Resource-Exhaustion-Detector is known by its last words, too. */
static bool same_provider(str full, str given)
{
    size_t cut = full.n - given.n;

    return str_eq_nocase(full, given) || (given.n < full.n && full.p[cut - 1] == '-' &&
                                                 str_eq_nocase(str_from(full, cut), given));
}

static void add_event(struct explain *e, str word)
{
    const struct table *table = table_find("events");
    size_t slash = str_rfind_char(word, '/');
    str provider = str_slice(word, 0, slash);
    uint64_t id;
    bool known = false;

    if (slash == STR_NONE || slash == 0 || !str_u64(str_from(word, slash + 1), &id) ||
            id > UINT16_MAX)
        return;
    for (size_t row = 0; row < table->nrows; row++) {
        str cell = table_cell(table, row, "provider");
        struct reading *r;

        if (!same_provider(cell, provider) ||
                !str_eq(table_cell(table, row, "id"), str_from(word, slash + 1)))
            continue;
        r = add(e, RANK_GIVEN, "event", arena_printf(e->a, "%.*s/%u", STR_ARG(cell), (unsigned)id));
        known = true;
        if (r == NULL)
            continue;
        r->meaning = table_cell(table, row, "meaning");
        r->cause = table_cell(table, row, "cause");
        r->advice = table_cell(table, row, "advice");
        r->source = table_cell(table, row, "source");
        r->rules = explain_rules_event(e->a, e->rules, cell, (int64_t)id, &r->nrules);
    }
    if (!known) {
        struct reading *r = add(e, RANK_GIVEN, "event", word);

        r->meaning = STR(
                "an event that the table does not hold; other providers use the same number for other things");
        r->rules = explain_rules_event(e->a, e->rules, provider, (int64_t)id, &r->nrules);
    }
}

/* --- words -------------------------------------------------------------------------------- */

static void add_words(struct explain *e, str word)
{
    size_t n;
    const str *ids = explain_rules_words(e->a, e->rules, word, &n);

    for (size_t i = 0; i < ruleset_count(e->rules) && n != 0; i++) {
        struct rule_info info = ruleset_rule(e->rules, i);
        struct reading *r;

        if (!str_eq(info.id, *ids))
            continue;
        r = add(e, RANK_WORDS, "rule", info.id);
        if (r != NULL)
            r->name = info.title;
        ids++;
        n--;
    }
}

static void add_names(struct explain *e, str word)
{
    str text = word;
    struct code_hit hit;

    while (code_next(&text, &hit))
        add_code(e, RANK_STATUS, hit.code);
}

static int by_rank(const void *a, const void *b)
{
    const struct reading *x = a, *y = b;

    return x->rank != y->rank ? (x->rank < y->rank) - (x->rank > y->rank) : str_cmp(x->id, y->id);
}

void explain_word(struct arena *a, const struct ruleset *rules, str word, struct explained *ret)
{
    struct explain e = { a, rules, ret };
    struct code code;
    uint64_t number;
    bool hex;

    *ret = (struct explained){ 0 };
    if (code_parse(word, &code))
        add_code(&e, RANK_GIVEN, code);
    if (take_number(word, &number, &hex))
        add_number(&e, number, hex);
    else
        add_names(&e, word);
    add_tag(&e, word);
    add_event(&e, word);
    if (ret->n == 0 || ret->readings[0].rank <= RANK_WORDS)
        add_words(&e, word);
    if (ret->n != 0)
        qsort(ret->readings, ret->n, sizeof(*ret->readings), by_rank);
}
