/* SPDX-License-Identifier: Apache-2.0 */
/* draft_rule: the texts of a draft: its rule, its cause and its cases, with their blanks. */
#include <stdio.h>

#include "code.h"
#include "command.h"
#include "draft.h"
#include "jsonw.h"
#include "kinds.h"
#include "mask.h"
#include "tables.h"

enum {
    PATTERN_MOST = 160, /* of a line: what tells it from others stands at its beginning */
    SLUG_MOST = 48,
    SLUG_WORDS = 6
};

static str text_of(const struct fact *fact, size_t field)
{
    return fact->values[field].type == VALUE_TEXT ? fact->values[field].s : (str){ NULL, 0 };
}

/* --- its name ------------------------------------------------------------------------------ */

/* "fan # of tray # failed" -> "fan-of-tray-failed" */
static str slug(struct arena *a, str text)
{
    char *buf = arena_alloc(a, SLUG_MOST + 1);
    size_t n = 0, words = 0, at = 0;

    while (at < text.n && words < SLUG_WORDS) {
        size_t from = at;

        while (at < text.n && is_alnum(text.p[at]))
            at++;
        if (at - from > 1 || (at - from == 1 && n != 0 && is_digit(text.p[from]))) {
            if (n + (n != 0) + (at - from) > SLUG_MOST)
                break;
            if (n != 0)
                buf[n++] = '-';
            for (size_t i = from; i < at; i++)
                buf[n++] = to_lower(text.p[i]);
            words++;
        }
        at += at == from;
    }
    return n != 0 ? (str){ buf, n } : STR("unnamed");
}

static str form_of(struct draft *d)
{
    char *buf = arena_alloc(d->a, PATTERN_MOST + 1);

    return (str){ buf, mask_line(d->text, buf, PATTERN_MOST) };
}

static str own_id(struct draft *d)
{
    str name;

    if (d->sort == DRAFT_LINE)
        name = slug(d->a, form_of(d));
    else if (d->sort == DRAFT_TAG)
        name = arena_printf(d->a, "tag-%.*s", STR_ARG(slug(d->a, str_trim(d->want))));
    else
        name = slug(d->a, d->shown);
    return arena_printf(d->a, "site/%.*s", STR_ARG(name));
}

/* area/name, in what every file system takes; the case of the same name lies as deep. */
static bool is_id(str id)
{
    size_t parts = 1;

    for (size_t i = 0; i < id.n; i++) {
        char c = id.p[i], before = i != 0 ? id.p[i - 1] : '/';
        bool word = is_digit(c) || (c >= 'a' && c <= 'z');

        if (!word && ((c != '-' && c != '/') || before == '-' || before == '/'))
            return false;
        parts += c == '/';
    }
    return parts == 2 && id.n != 0 && is_alnum(id.p[id.n - 1]);
}

static str shown_of(const struct draft *d)
{
    const struct fact *first = d->hits[0];

    if (d->sort == DRAFT_CODE)
        return text_of(first, ERROR_CODE);
    if (d->sort == DRAFT_EVENT)
        return arena_printf(d->a, "%.*s/%lld", STR_ARG(text_of(first, EVENT_PROVIDER)),
                (long long)first->values[EVENT_ID].i);
    if (d->sort == DRAFT_TAG)
        return str_trim_end(text_of(first, POOL_TAG_TAG));
    return arena_printf(d->a, "%.*s:%u", STR_ARG(d->want), d->line);
}

/* --- the rule ------------------------------------------------------------------------------ */

static void put_line_selection(struct draft *d, struct jsonw *w)
{
    str text = str_slice(d->text, 0, PATTERN_MOST);
    struct out pattern;

    jsonw_z(w, "fact", "log.line");
    if (d->component.n != 0)
        jsonw_str(w, "component", d->component);
    while (text.n < d->text.n && text.n != 0 && ((unsigned char)d->text.p[text.n] & 0xc0) == 0x80)
        text.n--;
    jsonw_object_inline(w, "text");
    if (str_eq(form_of(d), d->text)) {
        jsonw_str(w, "contains", text);
    } else {
        out_init_memory(&pattern);
        mask_pattern(text, &pattern);
        jsonw_str(w, "regex", out_text(&pattern));
        (void)out_finish(&pattern);
    }
    jsonw_end_object(w);
}

/* What all that was found agree in narrows the selection. */
static bool agree(const struct draft *d, size_t field)
{
    str first = text_of(d->hits[0], field);

    for (size_t i = 1; i < d->nhits; i++) {
        if (!str_eq(text_of(d->hits[i], field), first))
            return false;
    }
    return first.n != 0;
}

static void put_selection(struct draft *d, struct jsonw *w)
{
    const struct fact *first = d->hits[0];
    str code = text_of(first, ERROR_CODE);

    if (d->sort == DRAFT_LINE) {
        put_line_selection(d, w);
    } else if (d->sort == DRAFT_TAG) {
        jsonw_z(w, "fact", "pool.tag");
        jsonw_str(w, "tag", text_of(first, POOL_TAG_TAG));
        if (agree(d, POOL_TAG_POOL))
            jsonw_str(w, "pool", text_of(first, POOL_TAG_POOL));
    } else if (d->sort == DRAFT_EVENT) {
        jsonw_z(w, "fact", "event");
        jsonw_object_inline(w, "provider");
        jsonw_str(w, "nocase", text_of(first, EVENT_PROVIDER));
        jsonw_end_object(w);
        jsonw_int(w, "id", first->values[EVENT_ID].i);
    } else {
        jsonw_z(w, "fact", "error");
        jsonw_object_inline(w, "code");
        jsonw_strs(w, "code", &code, 1);
        jsonw_end_object(w);
        if (agree(d, ERROR_COMPONENT))
            jsonw_str(w, "component", text_of(first, ERROR_COMPONENT));
    }
}

static const char *selection_name(enum draft_sort sort)
{
    static const char *const names[] = { "", "line", "event", "error", "tag" };

    return names[sort];
}

static void put_blank(struct jsonw *w, const char *name, const char *what)
{
    char text[400];

    (void)snprintf(text, sizeof(text), RULE_BLANK ": %s", what);
    jsonw_z(w, name, text);
}

/* Half of the most that the bundle shows, in whole MB: a number to start from. */
static int64_t half_of_most(const struct draft *d)
{
    int64_t most = 0;

    for (size_t i = 0; i < d->nhits; i++) {
        const struct value *bytes = &d->hits[i]->values[POOL_TAG_BYTES];

        if (bytes->type == VALUE_INT && bytes->i > most)
            most = bytes->i;
    }
    return most / 2 / (1024 * 1024) + 1;
}

static void put_condition(struct draft *d, struct jsonw *w)
{
    char text[64];

    if (d->sort != DRAFT_TAG)
        return;
    (void)snprintf(text, sizeof(text), "last(tag.bytes) > %lld MB", (long long)half_of_most(d));
    jsonw_z(w, "when", text);
    jsonw_z(w, "subject", "{tag.tag}");
}

static void put_summary(const struct draft *d, struct jsonw *w)
{
    char text[160];

    if (d->sort == DRAFT_TAG)
        put_blank(w, "summary",
                "whose tag it is and what it means. {tag.tag} holds {last(tag.bytes)}.");
    else {
        (void)snprintf(text, sizeof(text), "what it means and what fails. Said {count(%s)} times.",
                selection_name(d->sort));
        put_blank(w, "summary", text);
    }
}

static void put_advice(struct jsonw *w)
{
    jsonw_array(w, "remedy");
    jsonw_object(w, NULL);
    put_blank(w, "do", "what to change, where, to what; or take the step away");
    put_blank(w, "command", "the command that does or shows it; or take this line away");
    put_blank(w, "verify", "which value to look at afterwards, against what");
    jsonw_z(w, "risk", "none");
    jsonw_end_object(w);
    jsonw_end_array(w);
    jsonw_array(w, "collect");
    jsonw_object(w, NULL);
    put_blank(w, "ask", "what would make it surer: a file, what a command prints; or nothing");
    jsonw_end_object(w);
    jsonw_end_array(w);
    jsonw_array(w, "references");
    put_blank(w, NULL, "where this is known from: a manual, a KB number, an own case");
    jsonw_end_array(w);
}

static const char *role_of(enum draft_sort sort)
{
    return sort == DRAFT_TAG ? "root-cause" : "symptom";
}

static str rule_text(struct draft *d)
{
    struct out out;
    struct jsonw w;
    str text;

    out_init_memory(&out);
    jsonw_init(&w, &out, false);
    jsonw_object(&w, NULL);
    put_blank(&w, "title", "one line that names what is wrong");
    jsonw_str(&w, "cause", d->id);
    jsonw_z(&w, "role", role_of(d->sort));
    jsonw_z(&w, "severity", "medium");
    jsonw_z(&w, "status", "draft");
    jsonw_object(&w, "evidence");
    jsonw_object(&w, selection_name(d->sort));
    put_selection(d, &w);
    jsonw_end_object(&w);
    jsonw_end_object(&w);
    put_condition(d, &w);
    put_summary(d, &w);
    put_advice(&w);
    jsonw_object(&w, "cases");
    jsonw_strs(&w, "fires", &d->id, 1);
    jsonw_strs(&w, "silent", &d->near, 1);
    jsonw_end_object(&w);
    jsonw_end_object(&w);
    jsonw_finish(&w);
    text = arena_str(d->a, out_text(&out));
    (void)out_finish(&out);
    return text;
}

bool draft_compose(struct draft *d)
{
    d->shown = shown_of(d);
    d->id = d->o->id != NULL ? str_z(d->o->id) : own_id(d);
    if (!is_id(d->id)) {
        command_say(d->o, "--id takes area/name in lower case letters, digits and '-', not '%.*s'",
                STR_ARG(d->id));
        return false;
    }
    d->near = arena_printf(d->a, "%.*s-near-miss", STR_ARG(d->id));
    d->rule = rule_text(d);
    d->cause = arena_printf(d->a,
            "%.*s\t%s\t" RULE_BLANK ": what the cause means, in one line\t%s\t%s\n", STR_ARG(d->id),
            role_of(d->sort), d->sort == DRAFT_TAG ? "the tag" : "",
            d->sort == DRAFT_TAG ? ""
                                 : RULE_BLANK ": what lies behind it; empty once a rule tells");
    return true;
}

/* --- its cases ----------------------------------------------------------------------------- */

static void put_findings(struct jsonw *w, const struct verdict *v)
{
    jsonw_array(w, "findings");
    for (size_t i = 0; i < v->nfindings; i++) {
        const struct finding *f = &v->findings[i];

        if (f->severity == SEVERITY_INFO)
            continue;
        jsonw_object_inline(w, NULL);
        jsonw_str(w, "cause", f->cause);
        if (f->subject.n != 0)
            jsonw_str(w, "subject", f->subject);
        jsonw_end_object(w);
    }
    jsonw_end_array(w);
}

str draft_case(const struct draft *d, const struct analysis *found)
{
    struct out out;
    struct jsonw w;
    str text;

    out_init_memory(&out);
    jsonw_init(&w, &out, false);
    jsonw_object(&w, NULL);
    put_blank(&w, "title",
            found != NULL ? "what happened there, in one line"
                          : "what is alike here, and why it is another thing");
    put_blank(&w, "source", "where the input comes from, and which names were replaced in it");
    jsonw_object(&w, "expect");
    if (found != NULL) {
        put_findings(&w, &found->verdict);
    } else {
        jsonw_array(&w, "findings");
        jsonw_end_array(&w);
        jsonw_strs(&w, "absent", &d->id, 1);
    }
    jsonw_end_object(&w);
    jsonw_end_object(&w);
    jsonw_finish(&w);
    text = arena_str(d->a, out_text(&out));
    (void)out_finish(&out);
    return text;
}
