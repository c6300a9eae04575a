/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Facts of a member are folded and capped here; case.c folds them once more over all members.
 */
#include "reading.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock_watch.h"
#include "correlator.h"
#include "limits.h"
#include "line_seeker.h"
#include "nearest.h"
#include "seek.h"

/* The sink of one member. */
struct member_sink {
    struct sink sink;
    struct member_reader *r;
    struct reading *reading;
    uint64_t *kept; /* facts kept per kind */
    int64_t folded; /* number of the report whose head was only counted; 0 = none */
    bool part;      /* of a member: others come before it */
};

static size_t kind_number(const struct kind *kind)
{
    size_t i = 0;

    while (case_kinds[i] != NULL && case_kinds[i] != kind)
        i++;
    assert(case_kinds[i] != NULL);
    return i;
}

size_t kind_total(void)
{
    size_t n = 0;

    while (case_kinds[n] != NULL)
        n++;
    return n;
}

void source_diag(struct source *s, struct arena *a, const struct diag *diag)
{
    struct diag *diags;

    s->ndiags_total += 1 + diag->repeats;
    for (size_t i = 0; i < s->ndiags; i++) {
        struct diag *old = (struct diag *)(uintptr_t)&s->diags[i];

        if (strcmp(old->code, diag->code) == 0 && str_eq(old->detail, diag->detail)) {
            old->repeats += 1 + diag->repeats;
            return;
        }
    }
    if (s->ndiags == LIMIT_DIAGS)
        return;
    if (s->ndiags % SOURCE_DIAGS_STEP == 0) {
        diags = arena_array(a, struct diag, s->ndiags + SOURCE_DIAGS_STEP);
        if (s->ndiags != 0)
            memcpy(diags, s->diags, s->ndiags * sizeof(*diags));
        s->diags = diags;
    }
    diags = (struct diag *)(uintptr_t)s->diags;
    diags[s->ndiags] = *diag;
    diags[s->ndiags].detail = arena_str(a, diag->detail);
    s->ndiags++;
}

static void add_diag(struct member_sink *s, const struct diag *diag)
{
    source_diag(&s->reading->source, s->r->lasting, diag);
}

static void sink_diag(struct sink *sink, const struct diag *diag)
{
    add_diag((struct member_sink *)sink, diag);
}

bool member_reader_diag(struct member_reader *r, const struct diag *diag)
{
    if (diag->where.member == 0 || r->current == NULL)
        return false;
    add_diag(r->current, diag);
    return true;
}

void source_stretch(struct source *s, struct when when)
{
    if (when.basis == WHEN_NONE)
        return;
    if (s->first.basis == WHEN_NONE || when_cmp(when, s->first) < 0)
        s->first = when;
    if (s->last.basis == WHEN_NONE || when_cmp(when, s->last) > 0)
        s->last = when;
}

static void list_add(struct reading_list *list, struct fact *fact, bool lasting)
{
    if (list->n == list->size) {
        list->size = list->size != 0 ? list->size * 2 : 64;
        list->facts = realloc(list->facts, list->size * sizeof(*list->facts));
        list->lasting = realloc(list->lasting, list->size * sizeof(*list->lasting));
        if (list->facts == NULL || list->lasting == NULL) {
            fputs("fathom: out of memory\n", stderr);
            abort();
        }
    }
    list->facts[list->n] = fact;
    list->lasting[list->n++] = lasting;
}

static void keep(struct member_sink *s, const struct fact *fact, struct fold *fold)
{
    struct member_reader *r = s->r;
    bool lasting = fold == NULL;
    size_t kind = kind_number(fact->kind);
    struct fact *copy = NULL;

    if (s->kept[kind] < LIMIT_FACTS)
        copy = fact_keep(lasting ? r->lasting : r->folding, fact);
    if (copy == NULL) {
        struct diag diag = { .level = DIAG_WARNING, .code = "facts.cap", .where = fact->where };

        diag.detail = str_z(fact->kind->name);
        add_diag(s, &diag);
        return;
    }
    s->kept[kind]++;
    list_add(&r->kept, copy, lasting);
    if (fold != NULL) {
        fold->last = copy;
        fold->kept++;
    }
}

/* A report that says nothing new takes its parts with it: they must not be read without their head. */
static bool of_folded_report(const struct member_sink *s, const struct fact *fact)
{
    return s->folded != 0 && fold_report(fact) == s->folded;
}

/* Events of a sort that nobody looks at are counted only, however they were read. */
static bool is_needless(struct member_reader *r, const struct fact *fact, uint64_t known)
{
    const struct ruleset *rules = r->options->rules;

    return rules != NULL && fact->kind == &kind_EVENT && !correlators_want(fact->kind) &&
           !event_needed(&r->needs, rules, fact, known);
}

static void count_facts(struct member_sink *s, const struct kind *kind, uint64_t count,
        struct when first, struct when last)
{
    s->reading->source.facts += count;
    s->reading->source.facts_by_kind[kind_number(kind)] += count;
    source_stretch(&s->reading->source, first);
    source_stretch(&s->reading->source, last);
}

static void sink_passed(struct sink *sink, const struct kind *kind, uint64_t count,
        struct when first, struct when last)
{
    count_facts((struct member_sink *)sink, kind, count, first, last);
}

static enum sink_need sink_need(const struct sink *sink, const struct fact *fact, uint64_t known)
{
    const struct member_sink *s = (const struct member_sink *)sink;
    const struct case_options *options = s->r->options;
    uint64_t key;

    /* Facts outside --since and --until are counted one by one. */
    if (options->rules == NULL || options->careful ||
            (options->times != NULL && (options->times->has_since || options->times->has_until)))
        return SINK_WHOLE;
    if (is_needless(s->r, fact, known))
        return SINK_NOTHING;
    key = fold_key(fact);
    if (key == 0)
        return SINK_WHOLE;
    return folds_find(&s->r->folds, key)->kept >= LIMIT_FOLD ? SINK_COUNT : SINK_WHOLE_YET;
}

static bool wants_all(const struct case_options *o, const struct kind *kind)
{
    if (o->rules == NULL || correlators_want(kind))
        return true;
    for (const struct kind *const *also = o->also; also != NULL && *also != NULL; also++) {
        if (*also == kind)
            return true;
    }
    return false;
}

static void sink_emit(struct sink *sink, const struct fact *fact)
{
    struct member_sink *s = (struct member_sink *)sink;
    const struct ruleset *rules = s->r->options->rules;
    uint64_t key = fold_key(fact);
    struct fold *fold = NULL;

    count_facts(s, fact->kind, fact->count, fact->when, fact->last);
    if (fact->kind == &kind_EVENT && is_needless(s->r, fact, event_known(fact)))
        return;
    if (!wants_all(s->r->options, fact->kind) &&
            !ruleset_wants(rules, fact->kind, SIZE_MAX, (str){ NULL, 0 }) &&
            !times_want(fact->kind, SIZE_MAX, (str){ NULL, 0 }))
        return;
    if (s->r->options->times != NULL && time_outside(s->r->options->times, fact) &&
            !times_want_all(fact)) {
        s->reading->left_out += fact->count;
        return;
    }
    if (of_folded_report(s, fact))
        return;
    /* fathom facts shows everything; a report folds what is said again. */
    if (rules != NULL && key != 0) {
        fold = folds_find(&s->r->folds, key);
        if (fold->kept >= LIMIT_FOLD) {
            fold_again(fold->last, fact);
            s->folded = fold_report(fact);
            return;
        }
    }
    keep(s, fact, fold);
}

enum { TRIED_AT_ONCE = 256 };

/* One pattern over a line: a fact of its own where it matches. */
static void try_line(struct member_sink *s, const struct fact *line, size_t pattern)
{
    const struct ruleset *rules = s->r->options->rules;
    struct value values[LOG_LINE_NFIELDS];
    struct fact fact = *line;
    bool hit_limit = false;

    if (ruleset_line_holds(rules, pattern, line, &hit_limit)) {
        memcpy(values, line->values, sizeof(values));
        values[LOG_LINE_PATTERN] = value_int((int64_t)pattern);
        fact.values = values;
        sink_emit(&s->sink, &fact);
    }
    if (hit_limit) {
        struct diag diag = { .level = DIAG_WARNING, .code = "regex.limit", .where = line->where };

        diag.detail = ruleset_line_rule(rules, pattern);
        add_diag(s, &diag);
    }
}

/* hits NULL: all patterns are tried, without a look at what they need. */
static void sink_line(struct sink *sink, const struct fact *fact, const struct line_hits *hits)
{
    struct member_sink *s = (struct member_sink *)sink;
    const struct ruleset *rules = s->r->options->rules;
    size_t n = hits != NULL ? hits->n : ruleset_lines(rules);
    uint32_t some[TRIED_AT_ONCE];

    for (size_t i = 0; i < n && hits == NULL; i++)
        try_line(s, fact, i);
    for (size_t i = 0; i < n && hits != NULL; i += TRIED_AT_ONCE) {
        size_t left = n - i < TRIED_AT_ONCE ? n - i : TRIED_AT_ONCE;
        size_t m = ruleset_line_may_hold(rules, hits->ids + i, left, fact, some);

        for (size_t k = 0; k < m; k++)
            try_line(s, fact, some[k]);
    }
}

/* Nothing is passed over when everything is kept, or some rule must see every line. Made for the
 * first member that is a text of lines. */
static struct seeker *seeker_of(struct member_reader *r)
{
    const struct ruleset *rules = r->options->rules;

    if (!r->seeker_made && rules != NULL && !r->options->careful) {
        r->seeker_made = true;
        r->seeker = line_seeker(&r->patterns, rules);
    }
    return r->seeker;
}

static bool sink_wants(const struct sink *sink, const struct kind *kind, size_t field, str value)
{
    const struct member_sink *s = (const struct member_sink *)sink;
    const struct ruleset *rules = s->r->options->rules;

    return wants_all(s->r->options, kind) || times_want(kind, field, value) ||
           ruleset_wants(rules, kind, field, value);
}

static str last_component(str path)
{
    size_t slash = str_rfind_char(path, '/'), bang = str_rfind_char(path, '!');
    size_t at = slash == STR_NONE ? bang : bang == STR_NONE || slash > bang ? slash : bang;

    return at != STR_NONE ? str_from(path, at + 1) : path;
}

static void parse_member(
        struct member_sink *s, struct member *m, const struct parser *parser, str name)
{
    struct member_reader *r = s->r;
    struct source *source = &s->reading->source;
    struct parse in = {
        .sink = &s->sink,
        .scratch = &r->scratch,
        .path = source->path,
        .name = name,
        .mtime = m->mtime,
        .member = m->number,
        .text = r->text,
        .host = m->host,
    };

    in.ahead = parser->raw ? NULL : r->ahead;
    in.offers_lines = s->sink.line != NULL && !parser->raw && !parser->says_lines;
    if (!parser->raw && (parser->says_lines || in.offers_lines) && seeker_of(r) != NULL)
        seek_begin(&in, r->seeker);
    text_renew(&in.text, parser->raw ? m->raw : m->text);
    in.text.number = m->line;
    in.text.offset = m->offset;
    parser->parse(&in);
    parse_stray_finish(&in);
    clock_finish(&in);
    /* The size is known only at the end; a parser that stopped early leaves the rest to us. */
    while (text_more(&in.text) || text_peek(&in.text).n != 0)
        text_skip(&in.text, text_peek(&in.text).n);
    source->bytes = in.text.offset - m->offset;
    r->text = in.text;
    source_stretch(source, in.first);
    source_stretch(source, in.last);
    source->host = arena_str(r->lasting, in.host);
    source->understood = in.understood < source->bytes ? in.understood : source->bytes;
    s->reading->lines = in.text.number - m->line;
    s->reading->snapshots = in.snapshots;
    /* A host named in the middle of a member speaks for what stood before it. */
    for (size_t i = 0; i < r->kept.n && !s->part; i++) {
        if (r->kept.facts[i]->host.n == 0)
            r->kept.facts[i]->host = source->host;
    }
    arena_reset(&r->scratch);
}

void member_reader_tap(struct member_reader *r, str raw)
{
    sha256_update(&r->sha256, raw.n, (const uint8_t *)raw.p);
}

static void put_sha256(struct member_reader *r, char ret_hex[65])
{
    static const char digits[] = "0123456789abcdef";
    uint8_t digest[SHA256_DIGEST_SIZE];

    sha256_digest(&r->sha256, sizeof(digest), digest);
    for (size_t i = 0; i < sizeof(digest); i++) {
        ret_hex[2 * i] = digits[digest[i] >> 4];
        ret_hex[2 * i + 1] = digits[digest[i] & 15];
    }
}

/* The size of a member that nobody reads is known without reading it only on the disk. */
static void finish_member(
        struct member_reader *r, struct source *source, struct member *m, bool read)
{
    if (r->options->hash || (!read && m->size == 0))
        member_drain(m);
    if (r->options->hash)
        put_sha256(r, source->sha256);
    if (!read)
        source->bytes = m->bytes != 0 ? m->bytes : m->size;
    source->encoding = arena_str(r->lasting, str_z(m->encoding));
}

const struct parser *member_choose(struct member_reader *r, struct member *m, struct source *ret)
{
    struct sniff sniff = { .text = m->binary ? STR("") : m->head, .raw = m->raw_head };
    struct bid_result bid;

    *ret = (struct source){ .path = arena_str(r->lasting, m->path), .text = !m->binary };
    ret->mtime = m->mtime;
    ret->encoding = str_z(m->encoding);
    sniff.path = ret->path;
    sniff.name = last_component(ret->path);
    bid = parser_choose(&sniff, m->binary);
    ret->bid = bid.bid;
    ret->second = bid.second;
    ret->runner_up = bid.runner_up != NULL ? str_z(bid.runner_up->name) : STR("");
    if (r->options->declined && !m->binary && m->head.n != 0 && bid.bid <= BID_FALLBACK) {
        struct nearest nearest = parser_nearest(&sniff, &r->scratch);

        ret->declined = nearest_text(&nearest, r->lasting);
    }
    if (bid.parser != NULL) {
        ret->text = ret->text && !bid.parser->raw; /* a binary format that looks like text */
        ret->format = str_z(bid.parser->name);
    } else {
        ret->format = m->raw_head.n == 0 ? STR("empty") : STR("binary");
    }
    return bid.parser;
}

static void begin(struct member_reader *r, struct member_sink *s, struct reading *ret)
{
    bool lines = r->options->rules != NULL && ruleset_lines(r->options->rules) != 0;

    *s = (struct member_sink){ .sink = { sink_emit, sink_diag, sink_wants, lines ? sink_line : NULL,
                                       sink_need, sink_passed },
        .r = r,
        .reading = ret };
    ret->source.facts_by_kind = arena_array(r->lasting, uint64_t, kind_total());
    s->kept = arena_array(&r->scratch, uint64_t, kind_total());
    folds_clear(&r->folds);
    r->kept.n = 0;
    r->current = s;
}

static void end(struct member_reader *r, struct reading *ret)
{
    r->current = NULL;
    ret->facts = r->kept.facts;
    ret->lasting = r->kept.lasting;
    ret->nfacts = r->kept.n;
}

void member_read(struct member_reader *r, struct member *m, struct reading *ret)
{
    struct source *source = &ret->source;
    const struct parser *parser;
    struct member_sink s;

    *ret = (struct reading){ 0 };
    parser = member_choose(r, m, source);
    begin(r, &s, ret);
    if (r->options->hash)
        sha256_init(&r->sha256);
    if (parser != NULL)
        parse_member(&s, m, parser, last_component(source->path));
    finish_member(r, source, m, parser != NULL);
    end(r, ret);
}

void member_read_part(struct member_reader *r, const struct member_part *part, struct reading *ret)
{
    struct member m = { .number = 1, .path = part->member->path, .line = 1 };
    struct member_sink s;

    m.mtime = part->member->mtime;
    m.text = m.raw = part->text;
    m.offset = part->offset;
    *ret = (struct reading){ .source = *part->member };
    begin(r, &s, ret);
    s.part = true;
    parse_member(&s, &m, part->parser, last_component(part->member->path));
    end(r, ret);
}

void member_reader_init(struct member_reader *r, const struct case_options *options,
        struct arena *folding, struct arena *lasting)
{
    *r = (struct member_reader){ .options = options, .folding = folding, .lasting = lasting };
    arena_init(&r->scratch, 0);
    arena_init(&r->patterns, 0);
}

void member_reader_prepare(struct member_reader *r)
{
    (void)seeker_of(r);
}

const struct seeker *member_reader_seeker(struct member_reader *r)
{
    return seeker_of(r);
}

void member_reader_finish(struct member_reader *r)
{
    text_finish(&r->text);
    arena_finish(&r->scratch);
    arena_finish(&r->patterns);
    folds_finish(&r->folds);
    need_memo_finish(&r->needs);
    free(r->kept.facts);
    free(r->kept.lasting);
}
