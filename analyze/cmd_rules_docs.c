/* SPDX-License-Identifier: Apache-2.0 */
/* fathom rules docs: the knowledge base as articles. */
#include <string.h>
#include <unistd.h>

#include "analysis.h"
#include "articles.h"
#include "command.h"
#include "files.h"

struct writer {
    const struct options *o;
    struct articles articles;
    const struct article_format *format;
    const char *folder;
    size_t written;
};

struct article_job {
    enum { JOB_INDEX, JOB_CAUSE, JOB_TABLE } sort;
    size_t number;
    str path;
};

static bool write_page(struct writer *w, const struct article_job *job)
{
    struct out out;
    struct article_writer p = { .out = &out, .format = w->format, .path = job->path };
    struct arena a;
    int error;

    arena_init(&a, 0);
    out_init_memory(&out);
    if (job->sort == JOB_INDEX)
        article_write_index(&p, &w->articles);
    else if (job->sort == JOB_CAUSE)
        article_write_cause(&p, &w->articles, job->number);
    else
        article_write_table(&p, &w->articles, &article_tables[job->number]);
    error = file_write(&a,
            arena_printf(&a, "%s/%.*s%s", w->folder, STR_ARG(job->path), w->format->ending),
            out_text(&out), FILE_OVER);
    if (error != 0)
        command_say(w->o, "%s/%.*s%s: %s", w->folder, STR_ARG(job->path), w->format->ending,
                strerror(error));
    (void)out_finish(&out);
    arena_finish(&a);
    w->written += error == 0;
    return error == 0;
}

static bool write_all(struct writer *w)
{
    bool ok = write_page(w, &(struct article_job){ JOB_INDEX, 0, STR_INIT("index") });

    for (size_t i = 0; ok && i < w->articles.ncauses; i++)
        ok = write_page(w, &(struct article_job){ JOB_CAUSE, i, w->articles.causes[i].id });
    for (size_t i = 0; ok && i < article_ntables; i++)
        ok = write_page(w, &(struct article_job){ JOB_TABLE, i, str_z(article_tables[i].path) });
    return ok;
}

static int run(struct options *o)
{
    static const struct article_format *const formats[] = { &article_html, &article_markdown };
    struct ruleset *rules = analysis_rules(o);
    struct writer w = { .o = o, .format = &article_html };
    struct out out;
    bool ok;

    if (rules == NULL)
        return STATUS_USAGE;
    for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
        if (strcmp(formats[i]->name, o->format) == 0)
            w.format = formats[i];
    }
    w.folder = o->output != NULL ? o->output : "knowledge-base";
    articles_build(&w.articles, rules);
    ok = write_all(&w);
    articles_finish(&w.articles);
    ruleset_destroy(rules);
    if (!ok)
        return STATUS_USAGE;
    out_init_fd(&out, STDOUT_FILENO);
    out_printf(&out, "%zu pages; begin with %s/index%s\n", w.written, w.folder, w.format->ending);
    return out_finish(&out) ? STATUS_DONE : STATUS_USAGE;
}

const struct command command_rules_docs = {
    .name = "rules docs",
    .arguments = "",
    .summary = "the knowledge base as articles, for a wiki or a browser",
    .about =
            "Writes one page per cause: symptoms, what can be behind it, how it was told, codes and\n"
            "messages, remedy, what to collect, references, related causes; an index of all of them;\n"
            "and the tables of codes, events, pool tags and messages. Pages lie in folders as the ids\n"
            "of causes do, and lead to each other. HTML pages need nothing else, and no network.\n"
            "\n"
            "Rules of a site are in it like all others. Pages that are there are written anew.",
    .examples = "  fathom rules docs --output knowledge-base\n"
                "  fathom rules docs --format markdown --rules our-rules -o wiki\n",
    .options = OPTION_BIT(OPTION_FORMAT) | OPTION_BIT(OPTION_FOLDER) | OPTION_BIT(OPTION_RULES),
    .formats = "html markdown",
    .run = run,
};
