/* SPDX-License-Identifier: Apache-2.0 */
/* article_index: the list of causes, and tables as pages. */
#include <stdio.h>

#include "articles.h"
#include "rule_words.h"
#include "tables.h"

const struct article_table article_tables[] = {
    { "own_codes", "tables/codes", "Error codes",
            { "family", "number", "meaning", "cause", "advice", "see" },
            { "family", "number", "meaning", "cause", "what to do", "see" } },
    { "events", "tables/events", "Windows events",
            { "provider", "id", "meaning", "isnot", "advice", "see" },
            { "provider", "id", "meaning", "is not", "what to do", "see" } },
    { "message_classes", "tables/messages", "Messages of kernels and programs",
            { "class", "by", "meaning", "cause", "advice", "see" },
            { "class", "by", "meaning", "cause", "what to do", "see" } },
    { "pool_tags", "tables/pool-tags", "Pool tags",
            { "tag", "owner", "what", "normal", "leaks", "advice" },
            { "tag", "owner", "what", "normal", "known leaks", "what to do" } },
    { "bugchecks", "tables/bugchecks", "Bug checks", { "code", "p1", "cause", "advice" },
            { "code", "first parameter", "cause", "what to do" } },
    { "exit_codes", "tables/exit-codes", "Exit codes",
            { "scope", "code", "name", "meaning", "advice", "see" },
            { "of", "code", "name", "meaning", "what to do", "see" } },
    { "vzctl_exit", "tables/vzctl", "Exit codes of vzctl and prlctl",
            { "generation", "code", "name", "meaning", "advice", "see" },
            { "generation", "code", "name", "meaning", "what to do", "see" } },
    { "beancounters", "tables/beancounters", "Beancounters",
            { "resource", "unit", "meaning", "symptom", "remedy" },
            { "resource", "unit", "meaning", "symptom", "what to do" } },
};

const size_t article_ntables = sizeof(article_tables) / sizeof(article_tables[0]);

/* "windows", "linux": the first word of an id. */
static str area_of(str id)
{
    return str_cut(&id, '/');
}

static size_t next_area(const struct articles *articles, size_t from)
{
    str area = area_of(articles->causes[from].id);

    while (from < articles->ncauses && str_eq(area_of(articles->causes[from].id), area))
        from++;
    return from;
}

static const char *role_of(const struct articles *articles, const struct article_cause *cause)
{
    if (cause->info != NULL)
        return role_name(cause->info->role);
    return cause->nrules != 0 ? role_name(ruleset_rule(articles->rules, cause->rules[0]).role) : "";
}

static void put_area(
        struct article_writer *p, const struct articles *articles, size_t from, size_t to)
{
    static const char *const heads[] = { "cause", "role", "rules", "id" };
    char number[24];

    article_open(p, ARTICLE_H2);
    article_text(p, area_of(articles->causes[from].id));
    article_close(p);
    article_table_begin(p, heads, 4);
    for (size_t i = from; i < to; i++) {
        const struct article_cause *cause = &articles->causes[i];

        article_row_begin(p, 4);
        article_link(p, article_cause_name(cause), cause->id);
        article_cell(p);
        article_z(p, role_of(articles, cause));
        article_cell(p);
        (void)snprintf(number, sizeof(number), "%zu", cause->nrules);
        article_z(p, number);
        article_cell(p);
        article_code(p, cause->id);
        article_row_end(p, 4);
    }
    article_table_end(p);
}

void article_write_index(struct article_writer *p, const struct articles *articles)
{
    article_begin(p, STR("Causes and remedies"));
    article_heading(p, ARTICLE_H1, "Causes and remedies");
    article_open(p, ARTICLE_PARAGRAPH);
    article_z(p,
            "What uses up memory, handles, space and other resources of Windows, Linux and the "
            "hypervisors between them: how it shows, how it is told from evidence, what to do.");
    article_close(p);
    for (size_t from = 0, to; from < articles->ncauses; from = to) {
        to = next_area(articles, from);
        put_area(p, articles, from, to);
    }
    article_heading(p, ARTICLE_H2, "Tables");
    article_open(p, ARTICLE_LIST);
    for (size_t i = 0; i < article_ntables; i++) {
        article_open(p, ARTICLE_ITEM);
        article_link(p, str_z(article_tables[i].title), str_z(article_tables[i].path));
        article_close(p);
    }
    article_close(p);
    article_end(p, articles->foot);
}

/* Words separated by commas; those that are causes lead to them. */
static void put_see(struct article_writer *p, const struct articles *articles, str words)
{
    for (bool any = false; words.n != 0; any = true) {
        str word = str_trim(str_cut(&words, ','));
        const struct article_cause *cause = articles_find(articles, word);

        article_z(p, any ? ", " : "");
        if (cause != NULL)
            article_link(p, word, cause->id);
        else
            article_text(p, word);
    }
}

void article_write_table(
        struct article_writer *p, const struct articles *articles, const struct article_table *page)
{
    const struct table *table = table_find(page->table);
    size_t n = 0;

    while (n < ARTICLE_CELLS && page->columns[n] != NULL)
        n++;
    article_begin(p, str_z(page->title));
    article_heading(p, ARTICLE_H1, page->title);
    article_table_begin(p, page->heads, n);
    for (size_t row = 0; row < table->nrows; row++) {
        article_row_begin(p, n);
        for (size_t i = 0; i < n; i++) {
            str cell = table_cell(table, row, page->columns[i]);

            if (i != 0)
                article_cell(p);
            if (str_eq(str_z(page->columns[i]), STR("see")))
                put_see(p, articles, cell);
            else
                article_text(p, cell);
        }
        article_row_end(p, n);
    }
    article_table_end(p);
    article_end(p, articles->foot);
}
