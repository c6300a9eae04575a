/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pages: the knowledge base as articles, one page per cause, an index and the tables, for a wiki or
 * a folder of HTML. A page is written block by block; how a block looks is the format's business:
 *
 *     article_open(p, ARTICLE_ITEM); article_text(p, "raise it: "); article_code(p, "sysctl -w ..."); article_close(p);
 */
#pragma once

#include "out.h"
#include "rule_index.h"
#include "ruleset.h"

enum article_block {
    ARTICLE_PARAGRAPH,
    ARTICLE_LIST,
    ARTICLE_STEPS,
    ARTICLE_ITEM,
    ARTICLE_H1,
    ARTICLE_H2,
    ARTICLE_H3
};

enum { ARTICLE_DEPTH = 8, ARTICLE_CELLS = 8 };

struct article_writer {
    struct out *out;
    const struct article_format *format;
    str path; /* of the page, without its ending: "windows/pool/tag-leak" */
    enum article_block open[ARTICLE_DEPTH];
    unsigned depth,
            steps[ARTICLE_DEPTH]; /* blocks that are open; number of the last step in each */
    bool fresh;                   /* nothing stands in the newest block yet */
    bool tabular;                 /* inside a table */
};

struct article_format {
    const char *name;   /* "html", as --format takes it */
    const char *ending; /* ".html" */
    void (*begin)(struct article_writer *p, str title);
    void (*end)(struct article_writer *p, str foot);
    void (*open)(struct article_writer *p, enum article_block block);
    void (*close)(struct article_writer *p, enum article_block block);
    void (*text)(struct article_writer *p, str text);
    void (*variable)(struct article_writer *p, str text); /* stands for what differs */
    void (*code)(struct article_writer *p, str text);
    void (*lines)(struct article_writer *p, str text); /* a block of commands */
    void (*link)(struct article_writer *p, str text, str href);
    void (*row)(
            struct article_writer *p, bool head, size_t ncells); /* cells follow, then row_end */
    void (*cell)(struct article_writer *p, bool head, bool first);
    void (*row_end)(struct article_writer *p, bool head, size_t ncells);
    void (*table)(struct article_writer *p, bool open);
};

extern const struct article_format article_html, article_markdown;

void article_begin(struct article_writer *p, str title);
void article_end(struct article_writer *p, str foot);
void article_open(struct article_writer *p, enum article_block block);
void article_close(struct article_writer *p);
void article_lines(struct article_writer *p, str text); /* a block of commands */
void article_table_begin(struct article_writer *p, const char *const *heads, size_t n);
void article_table_end(struct article_writer *p);
/* Cells of a row: begin, then what stands in it. */
void article_row_begin(struct article_writer *p, size_t ncells);
void article_cell(struct article_writer *p); /* the next one; the first is open already */
void article_row_end(struct article_writer *p, size_t ncells);
void article_text(struct article_writer *p, str text);
void article_z(struct article_writer *p, const char *text);
void article_code(struct article_writer *p, str text);
/* To another page, given by its path without ending; from wherever this one lies. */
void article_link(struct article_writer *p, str text, str path);
/* A text of a rule: {expressions} stand as what they are called. */
void article_template(struct article_writer *p, str text);
str template_plain(struct arena *a, str text); /* the same, for blocks of commands */
/* A heading of nothing but text. */
void article_heading(struct article_writer *p, enum article_block level, const char *text);

/* "first(own.driver)" -> "driver"; what an expression of a template is called. */
str template_name(struct arena *a, str expression);

/* ---- what the pages are made of */

struct article_cause {
    str id;
    const struct cause_info *info; /* NULL: no list of causes has it */
    const uint32_t *rules;         /* numbers of rules that tell of it */
    size_t nrules;
    const uint32_t *explains, *explained; /* numbers of causes */
    size_t nexplains, nexplained;
    const uint32_t *cleared; /* rules that rule it out */
    size_t ncleared;
};

struct articles {
    struct arena arena;
    const struct ruleset *rules;
    const struct rule_index *index;
    const struct json **json; /* [rule] */
    struct article_cause *causes;
    size_t ncauses;
    str foot; /* what stands under each page */
};

/* *ret is to be finished by articles_finish. */
void articles_build(struct articles *ret, const struct ruleset *rules);
void articles_finish(struct articles *articles);
/* NULL when there is no such cause. */
const struct article_cause *articles_find(const struct articles *articles, str id);
/* The number of the first one whose id does not stand before this. */
size_t articles_from(const struct articles *articles, str id);
/* What people call it: its meaning, else its id. */
str article_cause_name(const struct article_cause *cause);

void article_write_cause(struct article_writer *p, const struct articles *articles, size_t cause);
void article_write_index(struct article_writer *p, const struct articles *articles);
/* Codes, events, tags and messages that rules of the cause ask for or that point to it. */
void article_write_words(struct article_writer *p, const struct articles *articles,
        const struct article_cause *cause);

/* A table of rules/tables as a page; words of its last column lead to causes. */
struct article_table {
    const char *table, *path, *title;
    const char *columns[ARTICLE_CELLS], *heads[ARTICLE_CELLS]; /* NULL behind the last */
};
extern const struct article_table article_tables[];
extern const size_t article_ntables;
void article_write_table(struct article_writer *p, const struct articles *articles,
        const struct article_table *table);
