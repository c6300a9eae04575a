/* SPDX-License-Identifier: Apache-2.0 */
/*
 * article_words: codes, events, pool tags and messages of a cause, with what the tables say of them:
 * those that its rules ask for, and those whose row points to it.
 */
#include "articles.h"
#include "code.h"
#include "tables.h"

struct words {
    struct article_writer *p;
    const struct articles *articles;
    const struct article_cause *cause;
    struct arena *a;
    str *said;
    size_t n, size;
};

/* A row of the list, unless the word stands there already. */
static void put_word(struct words *w, str word, str name, str meaning)
{
    static const char *const heads[] = { "word", "what it means" };

    for (size_t i = 0; i < w->n; i++) {
        if (str_eq_nocase(w->said[i], word))
            return;
    }
    if (w->n == w->size) {
        str *bigger = arena_array(w->a, str, w->size != 0 ? w->size * 2 : 32);

        for (size_t i = 0; i < w->n; i++)
            bigger[i] = w->said[i];
        w->size = w->size != 0 ? w->size * 2 : 32;
        w->said = bigger;
    }
    if (w->n == 0) {
        article_heading(w->p, ARTICLE_H2, "Codes, events, tags and messages");
        article_table_begin(w->p, heads, 2);
    }
    w->said[w->n++] = word;
    article_row_begin(w->p, 2);
    article_code(w->p, word);
    article_cell(w->p);
    article_text(w->p, name);
    if (name.n != 0 && meaning.n != 0)
        article_z(w->p, ": ");
    article_text(w->p, meaning);
    article_row_end(w->p, 2);
}

static void put_code(struct words *w, str id)
{
    struct code code;

    if (code_parse(id, &code))
        put_word(w, code_text(w->a, code), str_z(code_name(code)), str_z(code_meaning(code)));
}

static void put_event(struct words *w, str id)
{
    const struct table *table = table_find("events");
    size_t slash = str_rfind_char(id, '/');
    str provider = str_slice(id, 0, slash), number = str_from(id, slash + 1);

    for (size_t row = 0; row < table->nrows; row++) {
        str have = table_cell(table, row, "provider");

        if (!str_eq_nocase(have, provider) || !str_eq(table_cell(table, row, "id"), number))
            continue;
        put_word(w, arena_printf(w->a, "%.*s/%.*s", STR_ARG(have), STR_ARG(number)), STR(""),
                table_cell(table, row, "meaning"));
    }
}

static void put_tag(struct words *w, str tag)
{
    const struct table *table = table_find("pool_tags");
    size_t row = table_pool_tag(table, tag);

    if (row != table->nrows)
        put_word(w, tag, table_cell(table, row, "owner"), table_cell(table, row, "what"));
}

static void put_class(struct words *w, str class)
{
    const struct table *table = table_find("message_classes");
    size_t row = table_row(table, class);

    if (row != table->nrows)
        put_word(w, class, STR(""), table_cell(table, row, "meaning"));
}

/* Literals that a rule of the cause asks for: keys of the index. */
static void put_literals(
        struct words *w, const char *prefix, void (*put)(struct words *w, str rest))
{
    const struct rule_index *index = w->articles->index;
    size_t from, to;

    rule_index_range(index, str_z(prefix), &from, &to);
    for (size_t key = from; key < to; key++) {
        bool own = false;

        for (uint32_t i = index->first[key]; i < index->first[key + 1] && !own; i++)
            own = str_eq(rule_index_cause(index, index->refs[i]), w->cause->id);
        if (own)
            put(w, str_from(rule_index_key(index, key), str_z(prefix).n));
    }
}

/* Whether words separated by commas hold the id. */
static bool sees(str words, str id)
{
    while (words.n != 0) {
        if (str_eq(str_trim(str_cut(&words, ',')), id))
            return true;
    }
    return false;
}

/* Rows that point to the cause. Their word is one cell, or two with a mark between. */
static void put_pointers(
        struct words *w, const char *name, const char *first, const char *second, const char *mark)
{
    const struct table *table = table_find(name);

    for (size_t row = 0; row < table->nrows; row++) {
        str word = table_cell(table, row, first);

        if (!sees(table_cell(table, row, "see"), w->cause->id))
            continue;
        if (second != NULL)
            word = arena_printf(w->a, "%.*s%s%.*s", STR_ARG(word), mark,
                    STR_ARG(table_cell(table, row, second)));
        put_word(w, word, table_cell(table, row, "name"), table_cell(table, row, "meaning"));
    }
}

void article_write_words(struct article_writer *p, const struct articles *articles,
        const struct article_cause *cause)
{
    struct arena a;
    struct words w = { .p = p, .articles = articles, .cause = cause, .a = &a };

    arena_init(&a, 0);
    put_literals(&w, "code=", put_code);
    put_literals(&w, "event=", put_event);
    put_literals(&w, "tag=", put_tag);
    put_literals(&w, "class=", put_class);
    put_pointers(&w, "own_codes", "family", "number", ":");
    put_pointers(&w, "events", "provider", "id", "/");
    put_pointers(&w, "message_classes", "class", NULL, "");
    put_pointers(&w, "exit_codes", "scope", "code", " ");
    put_pointers(&w, "vzctl_exit", "generation", "code", " ");
    put_pointers(&w, "terms", "term", NULL, "");
    if (w.n != 0)
        article_table_end(p);
    arena_finish(&a);
}
