/* SPDX-License-Identifier: Apache-2.0 */
/* article_markdown: pages as Markdown with tables, as wikis take it. */
#include <string.h>

#include "articles.h"

/* In front of each line of what stands inside items. */
static void indent(struct article_writer *p)
{
    for (unsigned i = 0; i < p->depth; i++) {
        if (p->open[i] == ARTICLE_ITEM)
            out_z(p->out, "   ");
    }
}

static bool in_item(const struct article_writer *p)
{
    return p->depth != 0 && p->open[p->depth - 1] == ARTICLE_ITEM;
}

static void put_text(struct article_writer *p, str text)
{
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];

        if (strchr("\\`*_[]<>#|", c) != NULL && c != '\0')
            out_char(p->out, '\\');
        out_char(p->out, c == '\n' ? ' ' : c);
    }
}

static void begin(struct article_writer *p, str title)
{
    (void)title;
    if (!str_eq(p->path, STR("index"))) {
        article_link(p, STR("Causes"), STR("index"));
        out_z(p->out, "\n\n");
    }
}

static void end(struct article_writer *p, str foot)
{
    out_z(p->out, "\n---\n\n");
    put_text(p, foot);
    out_char(p->out, '\n');
}

static void open_item(struct article_writer *p)
{
    unsigned list = p->depth - 1;

    if (p->depth != 0 && p->open[list] == ARTICLE_STEPS)
        out_printf(p->out, "%u. ", ++p->steps[list]);
    else
        out_z(p->out, "-  ");
}

/* p->depth counts the blocks around it. */
static void open_block(struct article_writer *p, enum article_block block)
{
    static const char *const marks[] = {
        [ARTICLE_H1] = "# ", [ARTICLE_H2] = "## ", [ARTICLE_H3] = "### "
    };

    switch (block) {
    case ARTICLE_H1:
    case ARTICLE_H2:
    case ARTICLE_H3:
        out_z(p->out, block == ARTICLE_H1 ? "" : "\n");
        out_z(p->out, marks[block]);
        break;
    case ARTICLE_LIST:
    case ARTICLE_STEPS:
        out_char(p->out, '\n');
        break;
    case ARTICLE_ITEM:
        indent(p);
        open_item(p);
        break;
    case ARTICLE_PARAGRAPH:
        if (in_item(p) && p->fresh)
            break;
        out_char(p->out, '\n');
        indent(p);
        break;
    }
}

static void close_block(struct article_writer *p, enum article_block block)
{
    if (block != ARTICLE_LIST && block != ARTICLE_STEPS && !(block == ARTICLE_ITEM && p->fresh))
        out_char(p->out, '\n');
}

static void variable(struct article_writer *p, str text)
{
    out_char(p->out, '*');
    put_text(p, text);
    out_char(p->out, '*');
}

/* A code span is fenced by one tick more than any run in it. */
static void code(struct article_writer *p, str text)
{
    size_t run = 0, most = 0;
    bool edge = text.n != 0 && (text.p[0] == '`' || text.p[text.n - 1] == '`');

    for (size_t i = 0; i < text.n; i++) {
        run = text.p[i] == '`' ? run + 1 : 0;
        most = run > most ? run : most;
    }
    out_repeat(p->out, '`', most + 1);
    out_z(p->out, edge ? " " : "");
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] == '|' && p->tabular)
            out_char(p->out, '\\');
        out_char(p->out, text.p[i] == '\n' ? ' ' : text.p[i]);
    }
    out_z(p->out, edge ? " " : "");
    out_repeat(p->out, '`', most + 1);
}

static void lines(struct article_writer *p, str text)
{
    const char *fence = str_has(text, STR("```")) ? "~~~~" : "```";
    str line;

    out_char(p->out, '\n');
    indent(p);
    out_printf(p->out, "%s\n", fence);
    while (str_line(&text, &line)) {
        indent(p);
        out_str(p->out, line);
        out_char(p->out, '\n');
    }
    indent(p);
    out_printf(p->out, "%s\n", fence);
}

static void link_to(struct article_writer *p, str text, str href)
{
    out_char(p->out, '[');
    put_text(p, text);
    out_z(p->out, "](");
    out_str(p->out, href);
    out_char(p->out, ')');
}

static void table(struct article_writer *p, bool open)
{
    if (open)
        out_char(p->out, '\n');
}

static void row(struct article_writer *p, bool head, size_t ncells)
{
    (void)head;
    (void)ncells;
    out_z(p->out, "| ");
}

static void cell(struct article_writer *p, bool head, bool first)
{
    (void)head;
    if (!first)
        out_z(p->out, " | ");
}

static void row_end(struct article_writer *p, bool head, size_t ncells)
{
    out_z(p->out, " |\n");
    if (!head)
        return;
    for (size_t i = 0; i < ncells; i++)
        out_z(p->out, "| --- ");
    out_z(p->out, "|\n");
}

const struct article_format article_markdown = {
    .name = "markdown",
    .ending = ".md",
    .begin = begin,
    .end = end,
    .open = open_block,
    .close = close_block,
    .text = put_text,
    .variable = variable,
    .code = code,
    .lines = lines,
    .link = link_to,
    .table = table,
    .row = row,
    .cell = cell,
    .row_end = row_end,
};
