/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The case builder: for each member of the bundle it chooses a format, runs it, and keeps what the
 * rules want. Facts are folded and capped here and nowhere else.
 */
#include "case.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <nettle/sha2.h>

#include "clock_watch.h"
#include "correlator.h"
#include "limits.h"
#include "seek.h"

struct fold {
    uint64_t key;
    struct fact *last; /* the newest kept one; carries what is only counted */
    uint32_t kept;
};

struct builder {
    struct case_file *c;
    const struct case_options *options;
    struct arena scratch;
    struct text text; /* its buffer serves every member */
    size_t facts_size, sources_size, diags_size;
    struct fold *folds; /* open addressing, power of two */
    size_t nfolds, folds_size;
    bool memory_told;
    struct member_sink *current; /* of the member that is being read */
    struct sha256_ctx sha256;    /* of its bytes, if wanted */
    struct seeker *seeker;       /* NULL: not made yet, or every line is read */
    bool seeker_made;
};

/* The sink of one member: a case builder with the member's own counts. */
struct member_sink {
    struct sink sink;
    struct builder *b;
    struct source *source;
    struct diag diags[LIMIT_DIAGS];
    size_t ndiags, total;
    uint64_t *kept; /* facts kept per kind */
    int64_t folded; /* number of the report whose head was only counted; 0 = none */
};

static size_t kind_number(const struct kind *kind)
{
    size_t i = 0;

    while (case_kinds[i] != NULL && case_kinds[i] != kind)
        i++;
    assert(case_kinds[i] != NULL);
    return i;
}

static size_t kind_total(void)
{
    size_t n = 0;

    while (case_kinds[n] != NULL)
        n++;
    return n;
}

static void *grow(void *array, size_t *size, size_t used, size_t each)
{
    void *bigger;

    if (used < *size)
        return array;
    *size = *size != 0 ? *size * 2 : 64;
    bigger = realloc(array, *size * each);
    if (bigger == NULL) {
        fputs("fathom: out of memory\n", stderr);
        abort();
    }
    return bigger;
}

static void add_diag(struct member_sink *s, const struct diag *diag)
{
    s->total++;
    for (size_t i = 0; i < s->ndiags; i++) {
        if (strcmp(s->diags[i].code, diag->code) == 0 && str_eq(s->diags[i].detail, diag->detail)) {
            s->diags[i].repeats++;
            return;
        }
    }
    if (s->ndiags == LIMIT_DIAGS)
        return;
    s->diags[s->ndiags] = *diag;
    s->diags[s->ndiags].detail = arena_str(&s->b->c->arena, diag->detail);
    s->ndiags++;
}

static void sink_diag(struct sink *sink, const struct diag *diag)
{
    add_diag((struct member_sink *)sink, diag);
}

static void grow_folds(struct builder *b)
{
    struct fold *old = b->folds;
    size_t size = b->folds_size;

    b->folds_size = size != 0 ? size * 2 : 256;
    b->folds = calloc(b->folds_size, sizeof(*b->folds));
    if (b->folds == NULL)
        abort();
    for (size_t i = 0; i < size; i++) {
        size_t at = old[i].key & (b->folds_size - 1);

        if (old[i].key == 0)
            continue;
        while (b->folds[at].key != 0)
            at = (at + 1) & (b->folds_size - 1);
        b->folds[at] = old[i];
    }
    free(old);
}

static struct fold *find_fold(struct builder *b, uint64_t key)
{
    size_t at;

    if (b->nfolds * 2 >= b->folds_size)
        grow_folds(b);
    at = key & (b->folds_size - 1);
    while (b->folds[at].key != 0 && b->folds[at].key != key)
        at = (at + 1) & (b->folds_size - 1);
    if (b->folds[at].key == 0) {
        b->folds[at].key = key;
        b->nfolds++;
    }
    return &b->folds[at];
}

static void stretch(struct source *s, struct when when)
{
    if (when.basis == WHEN_NONE)
        return;
    if (s->first.basis == WHEN_NONE || when_cmp(when, s->first) < 0)
        s->first = when;
    if (s->last.basis == WHEN_NONE || when_cmp(when, s->last) > 0)
        s->last = when;
}

static void keep(struct member_sink *s, const struct fact *fact, struct fold *fold)
{
    struct builder *b = s->b;
    struct case_file *c = b->c;
    size_t kind = kind_number(fact->kind);
    struct fact *copy = NULL;

    if (s->kept[kind] < LIMIT_FACTS)
        copy = fact_keep(&c->arena, fact);
    if (copy == NULL) {
        struct diag diag = { .level = DIAG_WARNING, .code = "facts.cap", .where = fact->where };

        diag.detail = str_z(fact->kind->name);
        add_diag(s, &diag);
        return;
    }
    s->kept[kind]++;
    c->facts = grow(c->facts, &b->facts_size, c->nfacts, sizeof(*c->facts));
    c->facts[c->nfacts++] = copy;
    if (fold != NULL) {
        fold->last = copy;
        fold->kept++;
    }
}

/* The report that a fact is part of, by the field of that name; 0 = none. */
static int64_t report_number(const struct fact *fact)
{
    size_t at;

    if (kind_field(fact->kind, STR("report"), &at) == NULL || fact->values[at].type != VALUE_INT)
        return 0;
    return fact->values[at].i;
}

/* A report that says nothing new takes its parts with it: they must not be read without their head. */
static bool of_folded_report(const struct member_sink *s, const struct fact *fact)
{
    return s->folded != 0 && report_number(fact) == s->folded;
}

/*
 * Facts are said again only where their times mean the same: time since boot and dates without a year
 * are the member's own, and so is a host that is not known yet.
 */
static uint64_t fold_key(const struct fact *fact)
{
    uint64_t key = fact_fold_key(fact);

    if (key == 0 || times_want_all(fact))
        return 0;
    if (fact->host.n == 0 || fact->when.basis == WHEN_MONOTONIC ||
            fact->when.basis == WHEN_YEARLESS)
        key = (key ^ fact->where.member) * 0x9e3779b97f4a7c15u;
    key += fact->when.basis;
    return key != 0 ? key : 1;
}

/* Rotated logs are read in the order of their names, not of their times. */
static void say_again(struct fact *kept, const struct fact *fact)
{
    kept->count += fact->count;
    if (when_cmp(fact->when, kept->when) < 0)
        kept->when = fact->when;
    if (when_cmp(fact->last, kept->last) > 0)
        kept->last = fact->last;
}

static void sink_emit(struct sink *sink, const struct fact *fact)
{
    struct member_sink *s = (struct member_sink *)sink;
    const struct ruleset *rules = s->b->options->rules;
    uint64_t key = fold_key(fact);
    struct fold *fold = NULL;

    s->source->facts++;
    s->source->facts_by_kind[kind_number(fact->kind)]++;
    stretch(s->source, fact->when);
    stretch(s->source, fact->last);
    if (rules != NULL && !ruleset_wants(rules, fact->kind, SIZE_MAX, (str){ NULL, 0 }) &&
            !correlators_want(fact->kind) && !times_want(fact->kind, SIZE_MAX, (str){ NULL, 0 }))
        return;
    if (s->b->options->times != NULL && time_outside(s->b->options->times, fact) &&
            !times_want_all(fact)) {
        s->b->c->left_out += fact->count;
        return;
    }
    if (of_folded_report(s, fact))
        return;
    /* fathom facts shows everything; a report folds what is said again. */
    if (rules != NULL && key != 0) {
        fold = find_fold(s->b, key);
        if (fold->kept >= LIMIT_FOLD) {
            say_again(fold->last, fact);
            s->folded = report_number(fact);
            return;
        }
    }
    keep(s, fact, fold);
}

/* One pattern over a line: a fact of its own where it matches. */
static void try_line(struct member_sink *s, const struct fact *line, size_t pattern)
{
    const struct ruleset *rules = s->b->options->rules;
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

static void sink_line(struct sink *sink, const struct fact *fact, const struct line_hits *hits)
{
    struct member_sink *s = (struct member_sink *)sink;
    size_t n = hits != NULL ? hits->n : ruleset_lines(s->b->options->rules);

    for (size_t i = 0; i < n; i++)
        try_line(s, fact, hits != NULL ? hits->ids[i] : i);
}

/* Nothing is passed over when everything is kept, or some rule must see every line. Made for the
 * first member that is a text of lines. */
static struct seeker *seeker_of(struct builder *b)
{
    const struct ruleset *rules = b->options->rules;
    size_t n = rules != NULL ? ruleset_lines(rules) : 0;
    struct scan_pattern *patterns;

    if (b->seeker_made || rules == NULL || b->options->careful)
        return b->seeker;
    b->seeker_made = true;
    patterns = arena_array(&b->c->arena, struct scan_pattern, n + 1);
    for (size_t i = 0; i < n; i++) {
        if (!ruleset_line_pattern(rules, i, &b->c->arena, &patterns[i]))
            return NULL;
    }
    b->seeker = seeker_create(&b->c->arena, patterns, n);
    return b->seeker;
}

static bool sink_wants(const struct sink *sink, const struct kind *kind, size_t field, str value)
{
    const struct member_sink *s = (const struct member_sink *)sink;
    const struct ruleset *rules = s->b->options->rules;

    return rules == NULL || correlators_want(kind) || times_want(kind, field, value) ||
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
    struct builder *b = s->b;
    struct parse in = {
        .sink = &s->sink,
        .scratch = &b->scratch,
        .path = s->source->path,
        .name = name,
        .mtime = m->mtime,
        .member = m->number,
        .text = b->text,
        .host = m->host,
    };
    size_t from = b->c->nfacts;

    in.offers_lines = s->sink.line != NULL && !parser->raw && !parser->says_lines;
    if (!parser->raw && (parser->says_lines || in.offers_lines) && seeker_of(b) != NULL)
        seek_begin(&in, b->seeker);
    text_renew(&in.text, parser->raw ? m->raw : m->text);
    in.text.number = m->line;
    in.text.offset = m->offset;
    parser->parse(&in);
    parse_stray_finish(&in);
    clock_finish(&in);
    /* The size is known only at the end; a parser that stopped early leaves the rest to us. */
    while (text_more(&in.text) || text_peek(&in.text).n != 0)
        text_skip(&in.text, text_peek(&in.text).n);
    s->source->bytes = in.text.offset - m->offset;
    b->text = in.text;
    s->source->host = arena_str(&b->c->arena, in.host);
    s->source->understood = in.understood < s->source->bytes ? in.understood : s->source->bytes;
    /* A host named in the middle of a member speaks for what stood before it. */
    for (size_t i = from; i < b->c->nfacts; i++) {
        struct fact *fact = (struct fact *)(uintptr_t)b->c->facts[i];

        if (fact->host.n == 0)
            fact->host = s->source->host;
    }
    arena_reset(&b->scratch);
}

static void on_tap(void *ctx, str raw)
{
    struct builder *b = ctx;

    sha256_update(&b->sha256, raw.n, (const uint8_t *)raw.p);
}

static void put_sha256(struct builder *b, char ret_hex[65])
{
    static const char digits[] = "0123456789abcdef";
    uint8_t digest[SHA256_DIGEST_SIZE];

    sha256_digest(&b->sha256, sizeof(digest), digest);
    for (size_t i = 0; i < sizeof(digest); i++) {
        ret_hex[2 * i] = digits[digest[i] >> 4];
        ret_hex[2 * i + 1] = digits[digest[i] & 15];
    }
}

/* The size of a member that nobody reads is known without reading it only on the disk. */
static void finish_member(struct builder *b, struct source *source, struct member *m, bool read)
{
    if (b->options->hash || (!read && m->size == 0))
        member_drain(m);
    if (b->options->hash)
        put_sha256(b, source->sha256);
    if (!read)
        source->bytes = m->bytes != 0 ? m->bytes : m->size;
    source->encoding = arena_str(&b->c->arena, str_z(m->encoding));
}

static void on_member(void *ctx, struct member *m)
{
    struct builder *b = ctx;
    struct case_file *c = b->c;
    struct arena *a = &c->arena;
    const struct ruleset *rules = b->options->rules;
    bool lines = rules != NULL && ruleset_lines(rules) != 0;
    struct member_sink s = { .sink = { sink_emit, sink_diag, sink_wants, lines ? sink_line : NULL },
        .b = b };
    struct sniff sniff = { .text = m->binary ? STR("") : m->head, .raw = m->raw_head };
    struct bid_result bid;
    struct source *source;

    c->sources = grow(c->sources, &b->sources_size, c->nsources, sizeof(*c->sources));
    source = &c->sources[c->nsources++];
    *source = (struct source){ .path = arena_str(a, m->path), .text = !m->binary };
    source->mtime = m->mtime;
    assert(m->number == c->nsources);
    source->facts_by_kind = arena_array(a, uint64_t, kind_total());
    s.kept = arena_array(a, uint64_t, kind_total());
    s.source = source;
    b->current = &s;
    if (b->options->hash)
        sha256_init(&b->sha256);
    sniff.path = source->path;
    sniff.name = last_component(source->path);
    bid = parser_choose(&sniff, m->binary);
    source->bid = bid.bid;
    source->second = bid.second;
    source->runner_up = bid.runner_up != NULL ? str_z(bid.runner_up->name) : STR("");
    if (bid.parser != NULL) {
        source->text = source->text && !bid.parser->raw; /* a binary format that looks like text */
        source->format = str_z(bid.parser->name);
        parse_member(&s, m, bid.parser, sniff.name);
    } else {
        source->format = m->raw_head.n == 0 ? STR("empty") : STR("binary");
    }
    finish_member(b, source, m, bid.parser != NULL);
    b->current = NULL;
    c->bytes += source->bytes;
    if (s.ndiags != 0) {
        struct diag *diags = arena_array(a, struct diag, s.ndiags);

        memcpy(diags, s.diags, s.ndiags * sizeof(*diags));
        source->diags = diags;
    }
    source->ndiags = s.ndiags;
    source->ndiags_total = s.total;
}

static struct diag *find_diag(struct diag *diags, size_t n, const char *code)
{
    while (n-- > 0) {
        if (strcmp(diags[n].code, code) == 0)
            return &diags[n];
    }
    return NULL;
}

/*
 * Past the cap: the last of the same code counts the rest. A code not met before takes the place of
 * one that is there twice, so that a thousand links never hide a damaged archive. SIZE_MAX when
 * there is nothing more to be done.
 */
static size_t make_room(struct case_file *c, const struct diag *diag)
{
    struct diag *diags = (struct diag *)(uintptr_t)c->diags;
    struct diag *same = find_diag(diags, c->ndiags, diag->code);

    if (same != NULL) {
        same->repeats++;
        return SIZE_MAX;
    }
    for (size_t i = c->ndiags; i-- > 0;) {
        same = find_diag(diags, i, diags[i].code);
        if (same != NULL) {
            same->repeats += diags[i].repeats + 1;
            return i;
        }
    }
    return SIZE_MAX;
}

static void on_diag(void *ctx, const struct diag *diag, str path)
{
    struct builder *b = ctx;
    struct case_file *c = b->c;
    struct diag *diags;
    str *paths;
    size_t at;

    if (diag->where.member != 0 && b->current != NULL) {
        add_diag(b->current, diag);
        return;
    }
    at = c->ndiags < LIMIT_DIAGS ? c->ndiags : make_room(c, diag);
    if (at == SIZE_MAX)
        return;
    if (c->diags == NULL) {
        c->diags = arena_array(&c->arena, struct diag, LIMIT_DIAGS);
        c->diag_paths = arena_array(&c->arena, str, LIMIT_DIAGS);
    }
    diags = (struct diag *)(uintptr_t)c->diags;
    paths = (str *)(uintptr_t)c->diag_paths;
    diags[at] = *diag;
    diags[at].detail = arena_str(&c->arena, diag->detail);
    paths[at] = arena_str(&c->arena, path);
    c->ndiags += at == c->ndiags;
}

void case_read(struct case_file *c, const char *const *paths, size_t npaths,
        const struct case_options *options)
{
    const struct bundle_ops ops = {
        .member = on_member,
        .diag = on_diag,
        .tap = options->hash ? on_tap : NULL,
    };
    struct builder b = { .c = c, .options = options };

    *c = (struct case_file){ 0 };
    arena_init(&c->arena, LIMIT_FACT_BYTES);
    arena_init(&b.scratch, 0);
    (void)bundle_walk(&c->arena, paths, npaths, &ops, &b, &c->name);
    text_finish(&b.text);
    arena_finish(&b.scratch);
    free(b.folds);
}

void case_append(struct case_file *c, const struct fact *const *facts, size_t n)
{
    if (n == 0)
        return;
    c->facts = realloc(c->facts, (c->nfacts + n) * sizeof(*c->facts));
    if (c->facts == NULL)
        abort();
    memcpy(c->facts + c->nfacts, facts, n * sizeof(*c->facts));
    c->nfacts += n;
}

void case_finish(struct case_file *c)
{
    free(c->facts);
    free(c->sources);
    arena_finish(&c->arena);
}
