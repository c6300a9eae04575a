/* SPDX-License-Identifier: Apache-2.0 */
/* explain_reading: readings are built of rows of tables, details and rules. */
#include <string.h>

#include "explain_parts.h"

struct reading *reading_add(struct explain *e, int rank, const char *sort, str id)
{
    struct explained *r = e->ret;

    for (size_t i = 0; i < r->n; i++) {
        if (str_eq(r->readings[i].id, id) && strcmp(r->readings[i].sort, sort) == 0) {
            if (r->readings[i].rank < rank)
                r->readings[i].rank = rank;
            return NULL;
        }
    }
    if (r->n == r->size) {
        struct reading *bigger = arena_array(e->a, struct reading, r->size * 2 + 8);

        if (r->n != 0)
            memcpy(bigger, r->readings, r->n * sizeof(*bigger));
        r->readings = bigger;
        r->size = r->size * 2 + 8;
    }
    r->readings[r->n] = (struct reading){ .rank = rank, .sort = sort, .id = arena_str(e->a, id) };
    return &r->readings[r->n++];
}

void reading_detail(struct explain *e, struct reading *r, const char *label, str text)
{
    struct detail *bigger = arena_array(e->a, struct detail, r->ndetails + 1);

    if (text.n == 0)
        return;
    if (r->ndetails != 0)
        memcpy(bigger, r->details, r->ndetails * sizeof(*bigger));
    bigger[r->ndetails++] = (struct detail){ label, text };
    r->details = bigger;
}

static void add_word(struct explain *e, const str **words, size_t *n, str word)
{
    str *bigger = arena_array(e->a, str, *n + 1);

    for (size_t i = 0; i < *n; i++) {
        if (str_eq((*words)[i], word))
            return;
        bigger[i] = (*words)[i];
    }
    bigger[(*n)++] = word;
    *words = bigger;
}

void reading_see(struct explain *e, struct reading *r, str words)
{
    while (words.n != 0) {
        str word = str_trim(str_cut(&words, ','));

        if (word.n != 0)
            add_word(e, &r->see, &r->nsee, word);
    }
}

/* What stands there stays: the first row speaks. */
static void take_cell(str *to, const struct table *table, size_t row, const char *column)
{
    if (to->n == 0)
        *to = table_cell(table, row, column);
}

void reading_row(struct explain *e, struct reading *r, const struct table *table, size_t row)
{
    take_cell(&r->meaning, table, row, "meaning");
    take_cell(&r->meaning, table, row, "what");
    take_cell(&r->isnot, table, row, "isnot");
    take_cell(&r->normal, table, row, "normal");
    take_cell(&r->leaks, table, row, "leaks");
    take_cell(&r->cause, table, row, "cause");
    take_cell(&r->advice, table, row, "advice");
    take_cell(&r->source, table, row, "source");
    take_cell(&r->confidence, table, row, "confidence");
    reading_see(e, r, table_cell(table, row, "see"));
}

static void add_key(struct explain *e, struct reading *r, size_t key)
{
    const struct rule_index *index = e->source->index;

    for (uint32_t i = index->first[key]; i < index->first[key + 1]; i++)
        add_word(e, &r->rules, &r->nrules, rule_index_id(index, index->refs[i]));
}

void reading_rules(struct explain *e, struct reading *r, str key)
{
    size_t at = rule_index_find(e->source->index, key);

    if (at < e->source->index->nkeys)
        add_key(e, r, at);
}

void reading_rules_part(struct explain *e, struct reading *r, str field, str text)
{
    size_t from, to;

    reading_rules(e, r, arena_printf(e->a, "%.*s=%.*s", STR_ARG(field), STR_ARG(text)));
    rule_index_range(e->source->index, arena_printf(e->a, "%.*s^", STR_ARG(field)), &from, &to);
    for (; from < to; from++) {
        if (str_starts(text, str_from(rule_index_key(e->source->index, from), field.n + 1)))
            add_key(e, r, from);
    }
    rule_index_range(e->source->index, arena_printf(e->a, "%.*s~", STR_ARG(field)), &from, &to);
    for (; from < to; from++) {
        if (str_has(text, str_from(rule_index_key(e->source->index, from), field.n + 1)))
            add_key(e, r, from);
    }
}

/* On which systems a setting works at all. */
static void put_lever(struct explain *e, struct reading *r, str term)
{
    const struct table *table = table_find("levers");
    size_t row = table_row(table, term);
    str products = table_cell(table, row, "products");

    if (row == table->nrows)
        return;
    if (products.n != 0)
        reading_detail(e, r, products.p[0] == '!' ? "not on" : "only on",
                str_from(products, products.p[0] == '!'));
    reading_detail(e, r, "else", table_cell(table, row, "note"));
    take_cell(&r->source, table, row, "source");
}

bool explain_term(struct explain *e, int rank, str term)
{
    const struct table *table = table_find("terms"), *levers = table_find("levers");
    size_t row = table_row(table, term), lever = table_row(levers, term);
    struct reading *r;

    if (row == table->nrows && lever == levers->nrows)
        return false;
    r = reading_add(e, rank, "term",
            row != table->nrows ? table_cell(table, row, "term")
                                : table_cell(levers, lever, "lever"));
    if (r == NULL)
        return true;
    r->context = row != table->nrows ? arena_printf(e->a, "a %.*s: %.*s",
                                               STR_ARG(table_cell(table, row, "kind")),
                                               STR_ARG(table_cell(table, row, "where")))
                                     : STR("a setting or tool");
    reading_row(e, r, table, row);
    put_lever(e, r, term);
    reading_rules(e, r, arena_printf(e->a, "name=%.*s", STR_ARG(r->id)));
    return true;
}
