/* SPDX-License-Identifier: Apache-2.0 */
/* article_html: pages as HTML that is XML, too: no scripts, nothing from elsewhere, light and dark. */
#include "articles.h"

static const char style[] =
        ":root{--ink:#1d2329;--soft:#5b6770;--back:#fff;--raised:#f3f5f7;--line:#d9dfe4;--link:#0b5cad}\n"
        "@media(prefers-color-scheme:dark){:root{--ink:#dde3e8;--soft:#96a3ad;--back:#14181c;"
        "--raised:#1e242a;--line:#333c44;--link:#7ab7f5}}\n"
        "*{box-sizing:border-box}\n"
        "body{margin:0;background:var(--back);color:var(--ink);"
        "font:16px/1.55 system-ui,'Segoe UI',Roboto,'Noto Sans',sans-serif}\n"
        "nav,main,footer{max-width:60rem;margin:0 auto;padding:0 1.25rem}\n"
        "nav{padding-top:1rem;font-size:.9rem;color:var(--soft)}\n"
        "footer{margin-top:3rem;padding-top:.75rem;padding-bottom:2rem;border-top:1px solid var(--line);"
        "color:var(--soft);font-size:.85rem}\n"
        "h1{font-size:1.75rem;line-height:1.25;margin:.6rem 0 .4rem}\n"
        "h2{font-size:1.2rem;margin:2.2rem 0 .5rem;padding-bottom:.25rem;border-bottom:1px solid var(--line)}\n"
        "h3{font-size:1rem;margin:1.4rem 0 .3rem}\n"
        "p,ul,ol{margin:.5rem 0}li{margin:.3rem 0}li>p{margin:.2rem 0}\n"
        "a{color:var(--link);text-decoration:none}a:hover,a:focus{text-decoration:underline}\n"
        "code{font:.88em/1.45 ui-monospace,'Cascadia Mono','DejaVu Sans Mono',monospace;"
        "background:var(--raised);border-radius:4px;padding:.1em .3em;overflow-wrap:anywhere}\n"
        "pre{background:var(--raised);border-left:3px solid var(--line);border-radius:4px;"
        "padding:.6rem .8rem;margin:.4rem 0;white-space:pre-wrap;overflow-wrap:anywhere}\n"
        "pre code{background:none;padding:0}\n"
        "var{color:var(--soft)}\n"
        ".scroll{overflow-x:auto}table{border-collapse:collapse;width:100%;margin:.5rem 0;font-size:.92rem}\n"
        "th,td{text-align:left;vertical-align:top;padding:.35rem .7rem .35rem 0;"
        "border-bottom:1px solid var(--line)}th{color:var(--soft);font-weight:600}\n"
        "td code{white-space:nowrap}\n"
        "@media print{nav{display:none}a{color:inherit}}\n";

static const char *const names[] = {
    [ARTICLE_PARAGRAPH] = "p",
    [ARTICLE_LIST] = "ul",
    [ARTICLE_STEPS] = "ol",
    [ARTICLE_ITEM] = "li",
    [ARTICLE_H1] = "h1",
    [ARTICLE_H2] = "h2",
    [ARTICLE_H3] = "h3",
};

static void begin(struct article_writer *p, str title)
{
    out_z(p->out,
            "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\" />\n"
            "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\" />\n<title>");
    out_html(p->out, title);
    out_z(p->out, "</title>\n<style>\n");
    out_z(p->out, style);
    out_z(p->out, "</style>\n</head>\n<body>\n<nav>");
    article_link(p, STR("Causes"), STR("index"));
    out_z(p->out, "</nav>\n<main>\n");
}

static void end(struct article_writer *p, str foot)
{
    out_z(p->out, "</main>\n<footer>");
    out_html(p->out, foot);
    out_z(p->out, "</footer>\n</body>\n</html>\n");
}

static void open_block(struct article_writer *p, enum article_block block)
{
    out_printf(p->out, "<%s>%s", names[block],
            block == ARTICLE_LIST || block == ARTICLE_STEPS ? "\n" : "");
}

static void close_block(struct article_writer *p, enum article_block block)
{
    out_printf(p->out, "</%s>\n", names[block]);
}

static void put_in(struct article_writer *p, const char *name, str text)
{
    out_printf(p->out, "<%s>", name);
    out_html(p->out, text);
    out_printf(p->out, "</%s>", name);
}

static void text(struct article_writer *p, str text)
{
    out_html(p->out, text);
}

static void variable(struct article_writer *p, str text)
{
    put_in(p, "var", text);
}

static void code(struct article_writer *p, str text)
{
    put_in(p, "code", text);
}

static void lines(struct article_writer *p, str text)
{
    out_z(p->out, "<pre>");
    put_in(p, "code", text);
    out_z(p->out, "</pre>\n");
}

static void link_to(struct article_writer *p, str text, str href)
{
    out_z(p->out, "<a href=\"");
    out_html(p->out, href);
    out_z(p->out, "\">");
    out_html(p->out, text);
    out_z(p->out, "</a>");
}

static void table(struct article_writer *p, bool open)
{
    out_z(p->out, open ? "<div class=\"scroll\"><table>\n" : "</table></div>\n");
}

static void row(struct article_writer *p, bool head, size_t ncells)
{
    (void)head;
    (void)ncells;
    out_z(p->out, "<tr>");
}

static void cell(struct article_writer *p, bool head, bool first)
{
    if (!first)
        out_z(p->out, head ? "</th>" : "</td>");
    out_z(p->out, head ? "<th>" : "<td>");
}

static void row_end(struct article_writer *p, bool head, size_t ncells)
{
    (void)ncells;
    out_printf(p->out, "</%s></tr>\n", head ? "th" : "td");
}

const struct article_format article_html = {
    .name = "html",
    .ending = ".html",
    .begin = begin,
    .end = end,
    .open = open_block,
    .close = close_block,
    .text = text,
    .variable = variable,
    .code = code,
    .lines = lines,
    .link = link_to,
    .table = table,
    .row = row,
    .cell = cell,
    .row_end = row_end,
};
