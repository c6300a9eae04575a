/* SPDX-License-Identifier: Apache-2.0 */
/* fathom explain: every reading of a code, a tag, an event, a word. */
#include <string.h>

#include "analysis.h"
#include "command.h"
#include "explain.h"
#include "jsonw.h"
#include "layout.h"

enum { RULES_SHOWN = 8 };

static void put_row(struct layout *l, const char *label, str text)
{
    const struct row row = {
        .indent = 6, .hang = 16, .label = str_z(label), .label_style = STYLE_DIM, .text = text
    };

    if (text.n != 0)
        layout_row(l, &row);
}

static str rules_text(struct arena *a, const struct reading *r)
{
    str text = { NULL, 0 };

    for (size_t i = 0; i < r->nrules && i < RULES_SHOWN; i++)
        text = arena_printf(
                a, "%.*s%s%.*s", STR_ARG(text), i != 0 ? ", " : "", STR_ARG(r->rules[i]));
    if (r->nrules > RULES_SHOWN)
        text = arena_printf(a, "%.*s and %zu more", STR_ARG(text), r->nrules - RULES_SHOWN);
    return text;
}

static void put_reading(struct layout *l, struct arena *a, const struct reading *r)
{
    const char *what = strcmp(r->sort, "code") == 0 ? "" : r->sort;
    const struct row head = {
        .hang = 4,
        .text = arena_printf(a, "%s%s%.*s%s%.*s", what, *what != '\0' ? " " : "", STR_ARG(r->id),
                r->name.n != 0 ? "  " : "", STR_ARG(r->name)),
        .text_style = STYLE_STRONG,
    };

    layout_row(l, &head);
    put_row(l, "", r->meaning);
    put_row(l, "normal", strcmp(r->sort, "tag") == 0 ? r->cause : (str){ NULL, 0 });
    put_row(l, "cause", strcmp(r->sort, "event") == 0 ? r->cause : (str){ NULL, 0 });
    put_row(l, "do", r->advice);
    put_row(l, "written", r->spellings);
    put_row(l, "rules", rules_text(a, r));
}

static void put_text(struct layout *l, struct arena *a, str word, const struct explained *e)
{
    const struct row head = { .text = word };

    layout_row(l, &head);
    if (e->n == 0) {
        const struct row none = { .hang = 2, .text = STR("nothing known by this name") };

        layout_row(l, &none);
    }
    for (size_t i = 0; i < e->n; i++)
        put_reading(l, a, &e->readings[i]);
}

static void put_json(struct jsonw *w, str word, const struct explained *e)
{
    jsonw_object(w, NULL);
    jsonw_str(w, "word", word);
    jsonw_array(w, "readings");
    for (size_t i = 0; i < e->n; i++) {
        const struct reading *r = &e->readings[i];

        jsonw_object(w, NULL);
        jsonw_z(w, "sort", r->sort);
        jsonw_str(w, "id", r->id);
        jsonw_str_or_null(w, "name", r->name);
        jsonw_str_or_null(w, "meaning", r->meaning);
        jsonw_str_or_null(w, strcmp(r->sort, "tag") == 0 ? "normal" : "cause", r->cause);
        jsonw_str_or_null(w, "advice", r->advice);
        jsonw_str_or_null(w, "written", r->spellings);
        jsonw_str_or_null(w, "source", r->source);
        jsonw_strs(w, "rules", r->rules, r->nrules);
        jsonw_end_object(w);
    }
    jsonw_end_array(w);
    jsonw_end_object(w);
}

static void explain_all(const struct options *o, const struct ruleset *rules, struct out *out)
{
    bool json = strcmp(o->format, "json") == 0;
    struct layout l;
    struct jsonw w;
    struct arena a;

    arena_init(&a, 0);
    layout_init(&l, out, o->width != 0 ? o->width : 80, false);
    jsonw_init(&w, out, false);
    if (json)
        jsonw_array(&w, NULL);
    for (size_t i = 0; i < o->nargs; i++) {
        struct explained e;

        explain_word(&a, rules, str_z(o->args[i]), &e);
        if (json) {
            put_json(&w, str_z(o->args[i]), &e);
        } else {
            if (i != 0)
                layout_blank(&l);
            put_text(&l, &a, str_z(o->args[i]), &e);
        }
        arena_reset(&a);
    }
    if (json) {
        jsonw_end_array(&w);
        jsonw_finish(&w);
    }
    layout_finish(&l);
    arena_finish(&a);
}

static int run(struct options *o)
{
    struct ruleset *rules = analysis_rules(o);
    struct output output;

    if (rules == NULL)
        return STATUS_USAGE;
    if (!output_open(o, &output)) {
        ruleset_destroy(rules);
        return STATUS_USAGE;
    }
    explain_all(o, rules, &output.out);
    ruleset_destroy(rules);
    return output_close(&output, STATUS_DONE);
}

const struct command command_explain = {
    .name = "explain",
    .arguments = "WORD...",
    .summary = "every reading of an error code, a pool tag, an event, a word",
    .about =
            "Takes codes in any spelling (decimal, hexadecimal, signed, as HRESULT or NTSTATUS, by\n"
            "name), pool tags, events as PROVIDER/ID, and words of the rule base. Prints every\n"
            "reading, most likely first, and the rules that speak of it.",
    .examples = "  fathom explain 1450 0x13D -2147023446 0xC000009A\n"
                "  fathom explain TPLA Srv/2019 page-allocation-failure\n",
    .options = OPTION_BIT(OPTION_FORMAT) | OPTION_BIT(OPTION_OUTPUT) | OPTION_BIT(OPTION_RULES) |
               OPTION_BIT(OPTION_WIDTH),
    .formats = "text json",
    .least = 1,
    .negatives = true,
    .run = run,
};
