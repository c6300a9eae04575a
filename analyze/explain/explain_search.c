/* SPDX-License-Identifier: Apache-2.0 */
/* explain_search: where nothing goes by a name: what holds the words, and which names look like it. */
#include <string.h>

#include "code_tables.h"
#include "explain_parts.h"
#include "suggest.h"

enum { MOST = 12, WORDS_MAX = 8 };

static bool next_word(str *words, str *ret)
{
    size_t n = 0;

    while (words->n != 0 && !is_alnum(words->p[0]) && (unsigned char)words->p[0] < 0x80)
        *words = str_from(*words, 1);
    while (n < words->n && (is_alnum(words->p[n]) || (unsigned char)words->p[n] >= 0x80))
        n++;
    *ret = str_slice(*words, 0, n);
    *words = str_from(*words, n);
    return n != 0;
}

/* A word of three letters stands there as it is, a longer one as the beginning of one. */
static bool holds(str text, str word)
{
    size_t at;

    while ((at = str_find_nocase(text, word)) != STR_NONE) {
        size_t end = at + word.n;

        if ((at == 0 || !is_alnum(text.p[at - 1])) &&
                (word.n > 3 || end == text.n || !is_alnum(text.p[end])))
            return true;
        text = str_from(text, at + 1);
    }
    return false;
}

/* Every word of three letters or more stands in one of the texts. */
static bool holds_all(const str *texts, size_t n, str words)
{
    bool any = false;
    str word;

    while (next_word(&words, &word)) {
        bool found = false;

        if (word.n < 3)
            continue;
        for (size_t i = 0; i < n && !found; i++)
            found = holds(texts[i], word);
        if (!found)
            return false;
        any = true;
    }
    return any;
}

struct hits {
    struct explain *e;
    size_t n;
};

static void add_hit(struct hits *h, const char *sort, str id, str name)
{
    struct reading *r;

    h->n++;
    if (h->n > MOST)
        return;
    r = reading_add(h->e, RANK_SEARCH, sort, id);
    if (r != NULL)
        r->name = name;
}

static void search_rules(struct hits *h, str words)
{
    const struct rule_index *index = h->e->source->index;

    for (size_t i = 0; i < index->nrules; i++) {
        const str texts[] = { rule_index_id(index, i), rule_index_title(index, i),
            rule_index_cause(index, i) };

        if (holds_all(texts, 3, words))
            add_hit(h, "rule", texts[0], explain_template(h->e->a, texts[1]));
    }
}

static void search_causes(struct hits *h, str words)
{
    const struct rule_index *index = h->e->source->index;

    for (size_t i = 0; i < index->ncauses; i++) {
        struct index_cause cause = rule_index_cause_row(index, i);
        const str texts[] = { cause.id, cause.meaning };

        if (holds_all(texts, 2, words))
            add_hit(h, "cause", cause.id, cause.meaning);
    }
}

/* Columns of a table that are looked through; the first is what the hit is called. */
static void search_table(
        struct hits *h, const char *name, const char *sort, const char *const *columns, str words)
{
    const struct table *table = table_find(name);

    for (size_t row = 0; row < table->nrows; row++) {
        str texts[4];
        size_t n = 0;

        while (n < 4 && columns[n] != NULL) {
            texts[n] = table_cell(table, row, columns[n]);
            n++;
        }
        if (holds_all(texts, n, words))
            add_hit(h, sort, texts[0], texts[n - 1]);
    }
}

static void search_events(struct hits *h, str words)
{
    const struct table *table = table_find("events");

    for (size_t row = 0; row < table->nrows; row++) {
        const str texts[] = { table_cell(table, row, "provider"),
            table_cell(table, row, "meaning") };

        if (holds_all(texts, 2, words))
            add_hit(h, "event",
                    arena_printf(h->e->a, "%.*s/%.*s", STR_ARG(texts[0]),
                            STR_ARG(table_cell(table, row, "id"))),
                    texts[1]);
    }
}

static void search_codes(struct hits *h, str words)
{
    const struct table *table = table_find("own_codes");

    for (size_t row = 0; row < table->nrows; row++) {
        str id = arena_printf(h->e->a, "%.*s:%.*s", STR_ARG(table_cell(table, row, "family")),
                STR_ARG(table_cell(table, row, "number")));
        struct code code;
        str texts[2] = { table_cell(table, row, "meaning"), { NULL, 0 } };

        if (code_parse(id, &code))
            texts[1] = str_z(code_name(code));
        if (holds_all(texts, 2, words))
            add_hit(h, "code", id, texts[0]);
    }
}

void explain_search(struct explain *e, str words)
{
    static const char *const terms[] = { "term", "where", "meaning", NULL };
    static const char *const tags[] = { "tag", "product", "owner", "what", NULL };
    static const char *const classes[] = { "class", "cause", "meaning", NULL };
    static const char *const counters[] = { "resource", "symptom", "meaning", NULL };
    struct hits h = { .e = e };

    search_table(&h, "terms", "term", terms, words);
    search_table(&h, "message_classes", "message", classes, words);
    search_causes(&h, words);
    search_rules(&h, words);
    search_events(&h, words);
    search_table(&h, "beancounters", "beancounter", counters, words);
    search_table(&h, "pool_tags", "tag", tags, words);
    search_codes(&h, words);
}

static void try_column(struct suggest *s, const char *name, const char *column)
{
    const struct table *table = table_find(name);

    for (size_t row = 0; row < table->nrows; row++)
        suggest_try(s, table_cell(table, row, column));
}

static void try_events(struct explain *e, struct suggest *s)
{
    const struct table *table = table_find("events");

    for (size_t row = 0; row < table->nrows; row++)
        suggest_try(s, arena_printf(e->a, "%.*s/%.*s", STR_ARG(table_cell(table, row, "provider")),
                               STR_ARG(table_cell(table, row, "id"))));
}

static void add_near(struct explained *r, struct arena *a, str name)
{
    str *bigger = arena_array(a, str, r->nnear + 1);

    for (size_t i = 0; i < r->nnear; i++) {
        if (str_eq(r->near[i], name))
            return;
        bigger[i] = r->near[i];
    }
    bigger[r->nnear++] = name;
    r->near = bigger;
}

/* "conntrack" of "conntrack-full" */
static void try_parts(struct suggest *s, str name)
{
    str word;

    while (next_word(&name, &word)) {
        if (word.n > 3)
            suggest_try(s, word);
    }
}

static void try_words(struct explain *e, struct suggest *s)
{
    const struct rule_index *index = e->source->index;
    const struct table *table = table_find("message_classes");

    for (size_t i = 0; i < index->ncauses; i++)
        try_parts(s, rule_index_cause_row(index, i).id);
    for (size_t row = 0; row < table->nrows; row++)
        try_parts(s, table_cell(table, row, "class"));
}

/* The nearest of each sort of name. */
void explain_near(struct explain *e, str word)
{
    const struct rule_index *index = e->source->index;
    struct suggest s;

    suggest_init(&s, word);
    for (size_t i = 0; i < code_nrows; i++) {
        if (code_rows[i].name != 0)
            suggest_try(&s, str_z(code_blob + code_rows[i].name));
    }
    if (s.best.n != 0)
        add_near(e->ret, e->a, s.best);
    suggest_init(&s, word);
    for (size_t i = 0; i < index->nrules; i++)
        suggest_try(&s, rule_index_id(index, i));
    for (size_t i = 0; i < index->ncauses; i++)
        suggest_try(&s, rule_index_cause_row(index, i).id);
    try_column(&s, "message_classes", "class");
    try_column(&s, "beancounters", "resource");
    try_column(&s, "terms", "term");
    try_column(&s, "exit_codes", "name");
    if (s.best.n != 0)
        add_near(e->ret, e->a, s.best);
    suggest_init(&s, word);
    try_words(e, &s);
    if (s.best.n != 0)
        add_near(e->ret, e->a, s.best);
    suggest_init(&s, word);
    if (str_find_char(word, '/') != STR_NONE)
        try_events(e, &s);
    else if (word.n <= 4)
        try_column(&s, "pool_tags", "tag");
    if (s.best.n != 0)
        add_near(e->ret, e->a, s.best);
}
