/* SPDX-License-Identifier: Apache-2.0 */
/* fathom explain: every reading of a code, a tag, an event, an exit code, a mask, a pasted line. */
#include <string.h>

#include "analysis.h"
#include "command.h"
#include "explain.h"
#include "jsonw.h"
#include "layout.h"
#include "version.h"

enum { FULL = 5, CLOSE = 30, RULES_SHOWN = 8, INDENT = 6, HANG = 16 };

static void put_row(struct layout *l, const char *label, str text)
{
    const struct row row = { .indent = INDENT,
        .hang = HANG,
        .label = str_z(label),
        .label_style = STYLE_DIM,
        .text = text };

    if (text.n != 0)
        layout_row(l, &row);
}

static str list_text(struct arena *a, const str *words, size_t n, size_t most)
{
    str text = { NULL, 0 };

    for (size_t i = 0; i < n && i < most; i++)
        text = arena_printf(a, "%.*s%s%.*s", STR_ARG(text), i != 0 ? ", " : "", STR_ARG(words[i]));
    if (n > most)
        text = arena_printf(a, "%.*s and %zu more", STR_ARG(text), n - most);
    return text;
}

static str head_text(struct arena *a, const struct reading *r)
{
    static const char *const plain[] = { "code", "bugcheck", "exit", "gfp", "acronis", "vss",
        "facility", "report" };
    const char *sort = r->sort;

    for (size_t i = 0; i < sizeof(plain) / sizeof(plain[0]); i++) {
        if (strcmp(sort, plain[i]) == 0)
            sort = "";
    }
    return arena_printf(a, "%s%s%.*s%s%.*s", sort, *sort != '\0' ? " " : "", STR_ARG(r->id),
            r->name.n != 0 ? "  " : "", STR_ARG(r->name));
}

static void put_reading(struct layout *l, struct arena *a, const struct reading *r)
{
    const struct row head = {
        .indent = 2, .hang = 2, .text = head_text(a, r), .text_style = STYLE_STRONG
    };
    const struct row meaning = { .indent = INDENT, .hang = INDENT, .text = r->meaning };
    str context = r->context;

    layout_row(l, &head);
    if (r->meaning.n != 0)
        layout_row(l, &meaning);
    if (str_take(&context, STR("if ")))
        put_row(l, "if", context);
    else
        put_row(l, "is", context);
    put_row(l, "not", r->isnot);
    for (size_t i = 0; i < r->ndetails; i++)
        put_row(l, r->details[i].label, r->details[i].text);
    put_row(l, "normal", r->normal);
    put_row(l, "leaks", r->leaks);
    put_row(l, "cause", r->cause);
    put_row(l, strcmp(r->sort, "tag") == 0 && r->meaning.n != 0 ? "if large" : "do", r->advice);
    put_row(l, "written", r->written);
    if (strcmp(r->sort, "tag") == 0 && !str_eq(r->confidence, STR("high")))
        put_row(l, "sure", r->confidence);
    put_row(l, "rules", list_text(a, r->rules, r->nrules, RULES_SHOWN));
    put_row(l, "see", list_text(a, r->see, r->nsee, RULES_SHOWN));
}

/* What is so much less likely that one line is enough. */
static bool is_full(const struct explained *e, size_t i)
{
    int best = e->readings[0].rank, rank = e->readings[i].rank;

    return rank > RANK_SEARCH &&
           (i == 0 || (i < FULL && rank >= best - CLOSE && rank > RANK_UNLIKELY));
}

static void put_short(struct layout *l, struct arena *a, const struct explained *e)
{
    bool first = true;

    for (size_t i = 0; i < e->n; i++) {
        const struct reading *r = &e->readings[i];
        bool hit = r->rank <= RANK_SEARCH;
        str what = hit ? (str){ NULL, 0 } : r->meaning;
        const struct row row = { .indent = INDENT,
            .hang = HANG,
            .label = first ? hit ? STR("found in") : STR("also") : (str){ NULL, 0 },
            .label_style = STYLE_DIM,
            .text = arena_printf(a, "%.*s%s%.*s", STR_ARG(head_text(a, r)), what.n != 0 ? ": " : "",
                    STR_ARG(what)) };

        if (is_full(e, i))
            continue;
        layout_row(l, &row);
        first = false;
    }
}

static void put_text(struct layout *l, struct arena *a, const struct explained *e)
{
    const struct row head = { .text = e->text, .most = 4 };

    layout_row(l, &head);
    if (e->n == 0) {
        const struct row none = {
            .indent = 2, .hang = 2, .text = STR("nothing is known by this name")
        };

        layout_row(l, &none);
    }
    for (size_t i = 0; i < e->n; i++) {
        if (is_full(e, i))
            put_reading(l, a, &e->readings[i]);
    }
    put_short(l, a, e);
    put_row(l, "near", list_text(a, e->near, e->nnear, RULES_SHOWN));
}

static const char *likelihood(const struct reading *r)
{
    return r->rank >= RANK_LIKELY    ? "likely"
           : r->rank > RANK_UNLIKELY ? "possible"
           : r->rank > RANK_SEARCH   ? "unlikely"
                                     : "found";
}

static void put_reading_json(struct jsonw *w, const struct reading *r)
{
    jsonw_object(w, NULL);
    jsonw_z(w, "sort", r->sort);
    jsonw_str(w, "id", r->id);
    jsonw_z(w, "likelihood", likelihood(r));
    jsonw_str_or_null(w, "name", r->name);
    jsonw_str_or_null(w, "context", r->context);
    jsonw_str_or_null(w, "meaning", r->meaning);
    jsonw_str_or_null(w, "not", r->isnot);
    jsonw_str_or_null(w, "normal", r->normal);
    jsonw_str_or_null(w, "leaks", r->leaks);
    jsonw_str_or_null(w, "cause", r->cause);
    jsonw_str_or_null(w, "advice", r->advice);
    jsonw_str_or_null(w, "written", r->written);
    jsonw_array(w, "details");
    for (size_t i = 0; i < r->ndetails; i++) {
        jsonw_object_inline(w, NULL);
        jsonw_z(w, "label", r->details[i].label);
        jsonw_str(w, "text", r->details[i].text);
        jsonw_end_object(w);
    }
    jsonw_end_array(w);
    jsonw_strs(w, "rules", r->rules, r->nrules);
    jsonw_strs(w, "see", r->see, r->nsee);
    jsonw_str_or_null(w, "confidence", r->confidence);
    jsonw_str_or_null(w, "source", r->source);
    jsonw_end_object(w);
}

static void put_json(struct jsonw *w, const struct explained *e)
{
    jsonw_object(w, NULL);
    jsonw_str(w, "text", e->text);
    jsonw_bool(w, "line", e->line);
    jsonw_array(w, "readings");
    for (size_t i = 0; i < e->n; i++)
        put_reading_json(w, &e->readings[i]);
    jsonw_end_array(w);
    jsonw_strs(w, "near", e->near, e->nnear);
    jsonw_end_object(w);
}

static void begin_json(struct jsonw *w)
{
    jsonw_object(w, NULL);
    jsonw_int(w, "schema", 1);
    jsonw_z(w, "fathom", FATHOM_VERSION);
    jsonw_array(w, "words");
}

static void explain_all(const struct options *o, const struct rule_source *source, struct out *out)
{
    bool json = strcmp(o->format, "json") == 0;
    str *words;
    struct layout l;
    struct jsonw w;
    struct arena a, fixed;

    arena_init(&a, 0);
    arena_init(&fixed, 0);
    words = arena_array(&fixed, str, o->nargs);
    for (size_t i = 0; i < o->nargs; i++)
        words[i] = str_z(o->args[i]);
    layout_init(&l, out, o->width != 0 ? o->width : 80, false);
    jsonw_init(&w, out, false);
    if (json)
        begin_json(&w);
    for (size_t i = 0; i < o->nargs;) {
        struct explained e;
        size_t taken = explain_next(&a, source, words + i, o->nargs - i, &e);

        if (json) {
            put_json(&w, &e);
        } else {
            if (i != 0)
                layout_blank(&l);
            put_text(&l, &a, &e);
        }
        i += taken;
        arena_reset(&a);
    }
    if (json) {
        jsonw_end_array(&w);
        jsonw_end_object(&w);
        jsonw_finish(&w);
    }
    layout_finish(&l);
    arena_finish(&fixed);
    arena_finish(&a);
}

/* A site's own rules lie somewhere: then all are loaded. The build has made an index of the built-in ones. */
static bool has_site_rules(const struct options *o, struct arena *a)
{
    size_t n = 0;

    if (!o->no_site_rules)
        (void)site_rules(a, &n);
    return n != 0 || o->nrules != 0;
}

static int run(struct options *o)
{
    struct rule_source source = { .index = &builtin_index };
    struct ruleset *rules = NULL;
    struct output output;
    struct arena a;
    int status = STATUS_USAGE;
    bool site;

    arena_init(&a, 0);
    site = has_site_rules(o, &a);
    if (site)
        rules = analysis_rules(o);
    if (rules != NULL)
        source = (struct rule_source){ rule_index_build(&a, rules), rules };
    if ((rules != NULL || !site) && output_open(o, &output)) {
        explain_all(o, &source, &output.out);
        status = output_close(&output, STATUS_DONE);
    }
    ruleset_destroy(rules);
    arena_finish(&a);
    return status;
}

const struct command command_explain = {
    .name = "explain",
    .arguments = "WORD...",
    .summary = "every reading of a code, a tag, an event, an exit code, a pasted line",
    .about =
            "Takes codes in any spelling (decimal, hexadecimal, signed, as HRESULT or NTSTATUS, by\n"
            "name), pool tags (with ? and *, or as a number from a dump), events as PROVIDER/ID, exit\n"
            "codes, bug checks with their parameters, GFP masks with a kernel version, beancounters,\n"
            "errors of Acronis and VSS, causes and rules by id, and lines of logs. Prints every\n"
            "reading, most likely first: what it means, what causes it, what to do, which rules speak\n"
            "of it. What is not known by name is looked for in all texts.\n"
            "\n"
            "A number says little without who said it: put that before it, as in the examples.",
    .examples = "  fathom explain 1450 0x13D -2147023446 0xC000009A\n"
                "  fathom explain TPLA 'FM*' Srv/2019 0x64657246\n"
                "  fathom explain exit 137; fathom explain vzctl 6; fathom explain errno 12\n"
                "  fathom explain 0xC2 0x7 0x1200 0x0 0xfffffa8003a1b010\n"
                "  fathom explain 0x2084020 4.9; fathom explain 'GFP_ATOMIC|__GFP_COMP'\n"
                "  fathom explain 'nf_conntrack: table full, dropping packet'\n",
    .options = OPTION_BIT(OPTION_FORMAT) | OPTION_BIT(OPTION_OUTPUT) | OPTION_BIT(OPTION_RULES) |
               OPTION_BIT(OPTION_WIDTH),
    .formats = "text json",
    .least = 1,
    .negatives = true,
    .run = run,
};
