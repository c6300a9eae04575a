/* SPDX-License-Identifier: Apache-2.0 */
/* draft_target: what a draft is to be about, and the facts of the bundle that say it. */
#include <stdlib.h>

#include "code.h"
#include "command.h"
#include "draft.h"
#include "jsonw.h"
#include "kinds.h"

enum {
    LINE_MOST = 64 * 1024,
    LINE_LONG = 8 * 1024, /* the probe of a longer one would be no rule for its size */
    STARTS = 64,
    START_LEAST = 6,
    STARTS_LONG = 8
};

/* "logs/vzctl.log:14" */
static bool take_line(struct draft *d, str place)
{
    size_t colon = str_rfind_char(place, ':');
    uint64_t line;

    if (colon == STR_NONE || colon == 0 || !str_u64(str_from(place, colon + 1), &line) ||
            line == 0 || line > UINT32_MAX) {
        command_say(d->o, "--line takes MEMBER:LINE, not '%.*s'", STR_ARG(place));
        return false;
    }
    d->sort = DRAFT_LINE;
    d->want = str_slice(place, 0, colon);
    d->line = (uint32_t)line;
    return true;
}

bool draft_chosen(struct draft *d)
{
    const struct options *o = d->o;
    const struct {
        enum draft_sort sort;
        const char *value;
    } given[] = {
        { DRAFT_LINE, o->line },
        { DRAFT_TAG, o->tag },
        { DRAFT_CODE, o->code },
        { DRAFT_EVENT, o->event },
    };

    for (size_t i = 0; i < sizeof(given) / sizeof(given[0]); i++) {
        if (given[i].value == NULL)
            continue;
        if (d->sort != DRAFT_NONE) {
            command_say(o, "one of --line, --tag, --code and --event at a time");
            return false;
        }
        d->sort = given[i].sort;
        d->want = str_z(given[i].value);
    }
    if (d->sort == DRAFT_EVENT && str_find_char(d->want, '/') == STR_NONE) {
        command_say(o, "--event takes PROVIDER/ID, not '%s'", o->event);
        return false;
    }
    return d->sort != DRAFT_LINE || take_line(d, d->want);
}

static bool first_of(
        struct draft *d, enum draft_sort sort, const struct unknown_item *items, size_t n)
{
    if (n == 0)
        return false;
    d->sort = sort;
    d->want = arena_str(d->a, items[0].text);
    return true;
}

bool draft_first_unknown(struct draft *d, const struct analysis *analysis)
{
    const struct report *r = &analysis->report;

    for (size_t i = 0; i < r->nlines; i++) {
        struct span where = r->lines[i].where;

        if (where.line == 0 || where.member == 0 || !r->file->sources[where.member - 1].text)
            continue;
        d->sort = DRAFT_LINE;
        d->want = arena_str(d->a, r->file->sources[where.member - 1].path);
        d->line = where.line;
        return true;
    }
    return first_of(d, DRAFT_EVENT, r->events, r->nevents) ||
           first_of(d, DRAFT_CODE, r->codes, r->ncodes) ||
           first_of(d, DRAFT_TAG, r->tags, r->ntags);
}

/* --- the line itself ----------------------------------------------------------------------- */

struct seek_line {
    struct draft *d;
    str found; /* the line, in the arena of the draft */
    str path;
    size_t members; /* whose path ends like that */
    uint32_t last;  /* the number of lines there are */
};

static bool path_ends(str path, str end)
{
    return str_ends(path, end) && (path.n == end.n || path.p[path.n - end.n - 1] == '/' ||
                                          path.p[path.n - end.n - 1] == '!');
}

static void read_line(struct seek_line *s, struct member *m)
{
    struct text text;
    struct line line;

    text_init(&text, m->text);
    while (s->last < s->d->line && text_line(&text, &line)) {
        s->last = line.number;
        if (line.number == s->d->line)
            s->found = arena_str(s->d->a, str_slice(line.s, 0, LINE_MOST));
    }
    text_finish(&text);
}

static void on_member(void *ctx, struct member *m)
{
    struct seek_line *s = ctx;
    bool same = str_eq(m->path, s->d->want);

    if (!same && !path_ends(m->path, s->d->want))
        return;
    s->members++;
    s->path = arena_str(s->d->a, m->path);
    if (!m->binary && s->members == 1)
        read_line(s, m);
}

static void on_diag(void *ctx, const struct diag *diag, str path)
{
    (void)ctx;
    (void)diag;
    (void)path;
}

static bool find_line(struct draft *d, str *ret_line)
{
    const struct bundle_ops ops = { .member = on_member, .diag = on_diag };
    struct seek_line s = { .d = d };
    str name;

    (void)bundle_walk(d->a, d->o->args, d->o->nargs, &ops, &s, &name);
    if (s.members == 0)
        command_say(
                d->o, "there is no member '%.*s'; 'fathom inspect' lists them", STR_ARG(d->want));
    else if (s.members > 1)
        command_say(d->o, "%zu members end with '%.*s': give more of the path", s.members,
                STR_ARG(d->want));
    else if (s.found.p == NULL)
        command_say(d->o, "%.*s has no line %u of text: it ends at line %u", STR_ARG(s.path),
                d->line, s.last);
    else if (str_trim(s.found).n == 0)
        command_say(d->o, "line %u of %.*s is empty", d->line, STR_ARG(s.path));
    else {
        d->want = s.path;
        *ret_line = str_trim(s.found);
        return true;
    }
    return false;
}

/* --- facts --------------------------------------------------------------------------------- */

/*
 * What formats make of the line begins with the line itself without its beginning: time stamp, host,
 * tag. A rule can ask for every text that begins with one of its words and what follows it.
 */
static void put_texts(struct jsonw *w, str line)
{
    size_t n = 0, most = line.n < LINE_LONG ? STARTS : STARTS_LONG;

    jsonw_object_inline(w, "text");
    jsonw_array_inline(w, "prefix");
    for (size_t at = 0; at < line.n && n < most; at++) {
        if (at != 0 &&
                (line.n - at < START_LEAST || is_space(line.p[at]) || is_alnum(line.p[at - 1])))
            continue;
        jsonw_str(w, NULL, str_from(line, at));
        n++;
    }
    jsonw_end_array(w);
    jsonw_end_object(w);
}

static void put_probe(struct draft *d, struct jsonw *w, str line)
{
    static const char *const kinds[] = {
        [DRAFT_LINE] = "log.line",
        [DRAFT_EVENT] = "event",
        [DRAFT_CODE] = "error",
        [DRAFT_TAG] = "pool.tag",
    };
    uint64_t id;

    jsonw_object(w, "what");
    jsonw_z(w, "fact", kinds[d->sort]);
    if (d->sort == DRAFT_LINE) {
        jsonw_str(w, "file", d->want);
        put_texts(w, line);
    } else if (d->sort == DRAFT_EVENT &&
               str_u64(str_from(d->want, str_rfind_char(d->want, '/') + 1), &id)) {
        jsonw_int(w, "id", (int64_t)id);
    }
    jsonw_end_object(w);
}

/* A rule that asks for nothing else, so that nothing else is kept. */
static struct ruleset *probe_rules(struct draft *d, str line)
{
    struct ruleset *rules = ruleset_create(case_kinds);
    struct out out;
    struct jsonw w;

    out_init_memory(&out);
    jsonw_init(&w, &out, false);
    jsonw_object(&w, NULL);
    jsonw_z(&w, "title", "draft");
    jsonw_z(&w, "cause", "draft");
    jsonw_z(&w, "role", "symptom");
    jsonw_z(&w, "severity", "info");
    jsonw_z(&w, "status", "draft");
    jsonw_object(&w, "evidence");
    put_probe(d, &w, line);
    jsonw_end_object(&w);
    jsonw_z(&w, "summary", "draft");
    jsonw_end_object(&w);
    ruleset_begin_pack(rules, STR("draft"), PACK_SITE);
    ruleset_add(rules, STR("draft"), STR("draft"), out_text(&out));
    (void)out_finish(&out);
    (void)ruleset_freeze(rules);
    return rules;
}

static str text_of(const struct fact *fact, size_t field)
{
    return fact->values[field].type == VALUE_TEXT ? fact->values[field].s : (str){ NULL, 0 };
}

/* "win32:1450", and "1450" or "0x5AA" for whatever family has it. */
static bool is_code(str want, str code)
{
    struct code have, asked;
    uint64_t number;

    if (str_eq_nocase(want, code))
        return true;
    if (!code_parse(code, &have))
        return false;
    if (code_parse(want, &asked))
        return asked.family == have.family && asked.number == have.number;
    return (str_u64(want, &number) || str_hex(want, &number)) && number == have.number;
}

static bool is_event(str want, const struct fact *fact)
{
    size_t slash = str_rfind_char(want, '/');
    uint64_t id;

    return str_eq_nocase(str_slice(want, 0, slash), text_of(fact, EVENT_PROVIDER)) &&
           str_u64(str_from(want, slash + 1), &id) && fact->values[EVENT_ID].type == VALUE_INT &&
           (uint64_t)fact->values[EVENT_ID].i == id;
}

static bool is_hit(const struct draft *d, const struct fact *fact)
{
    switch (d->sort) {
    case DRAFT_LINE:
        return fact->kind == &kind_LOG_LINE && str_starts(text_of(fact, LOG_LINE_TEXT), d->text);
    case DRAFT_EVENT:
        return fact->kind == &kind_EVENT && is_event(d->want, fact);
    case DRAFT_CODE:
        return fact->kind == &kind_ERROR && is_code(d->want, text_of(fact, ERROR_CODE));
    case DRAFT_TAG:
        return fact->kind == &kind_POOL_TAG &&
               str_eq(str_trim_end(d->want), str_trim_end(text_of(fact, POOL_TAG_TAG)));
    case DRAFT_NONE:
        break;
    }
    return false;
}

/*
 * The text of the fact that stands in the line, or says the same where that one was only counted; as
 * far as it is the line's, for some records go on in the next one.
 */
static void take_text(struct draft *d, str line)
{
    const struct fact *first = NULL;

    for (size_t i = 0; i < d->file.nfacts; i++) {
        const struct fact *f = d->file.facts[i];

        if (f->kind == &kind_LOG_LINE && (first == NULL || f->where.line == d->line))
            first = f;
        if (first != NULL && first->where.line == d->line)
            break;
    }
    if (first == NULL)
        return;
    d->text = text_of(first, LOG_LINE_TEXT);
    d->component = text_of(first, LOG_LINE_COMPONENT);
    for (size_t at = 0; at < line.n; at++) {
        if (str_starts(d->text, str_from(line, at))) {
            d->text = str_slice(d->text, 0, line.n - at);
            return;
        }
    }
}

static void collect(struct draft *d)
{
    const struct fact **hits = arena_array(d->a, const struct fact *, d->file.nfacts + 1);

    for (size_t i = 0; i < d->file.nfacts; i++) {
        if (is_hit(d, d->file.facts[i]))
            hits[d->nhits++] = d->file.facts[i];
    }
    d->hits = hits;
}

static void say_nothing_found(const struct draft *d, str line)
{
    static const char *const names[] = {
        [DRAFT_EVENT] = "event",
        [DRAFT_CODE] = "error code",
        [DRAFT_TAG] = "pool tag",
    };

    if (d->sort != DRAFT_LINE) {
        command_say(
                d->o, "nothing in the bundle says the %s '%.*s'", names[d->sort], STR_ARG(d->want));
        return;
    }
    for (size_t i = 0; i < d->file.nsources; i++) {
        const struct source *s = &d->file.sources[i];

        if (str_eq(s->path, d->want))
            command_say(d->o,
                    "line %u of %.*s is no line of a log for %.*s: '%.*s'; 'fathom facts' shows "
                    "what was read of it",
                    d->line, STR_ARG(s->path), STR_ARG(s->format), STR_ARG(str_slice(line, 0, 60)));
    }
}

bool draft_find(struct draft *d)
{
    struct case_options options = { 0 };
    struct ruleset *rules;
    str line = { NULL, 0 };

    if (d->sort == DRAFT_LINE && !find_line(d, &line))
        return false;
    rules = probe_rules(d, line);
    options.rules = rules;
    case_read(&d->file, d->o->args, d->o->nargs, &options);
    ruleset_destroy(rules);
    if (d->sort == DRAFT_LINE)
        take_text(d, line);
    if (d->sort != DRAFT_LINE || d->text.n != 0)
        collect(d);
    if (d->nhits == 0) {
        say_nothing_found(d, line);
        return false;
    }
    return true;
}
