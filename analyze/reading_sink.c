/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Facts of a member are folded and capped here; case.c folds them once more over all members.
 */
#include "reading_sink.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "correlator.h"
#include "limits.h"
#include "must.h"

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

static void list_add(struct reading_list *list, struct fact *fact, bool lasting)
{
    if (list->n == list->size) {
        list->size = list->size != 0 ? list->size * 2 : 64;
        list->facts = must(realloc(list->facts, list->size * sizeof(*list->facts)));
        list->lasting = must(realloc(list->lasting, list->size * sizeof(*list->lasting)));
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
    when_stretch(&s->reading->source.first, &s->reading->source.last, first);
    when_stretch(&s->reading->source.first, &s->reading->source.last, last);
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

static bool sink_wants(const struct sink *sink, const struct kind *kind, size_t field, str value)
{
    const struct member_sink *s = (const struct member_sink *)sink;
    const struct ruleset *rules = s->r->options->rules;

    return wants_all(s->r->options, kind) || times_want(kind, field, value) ||
           ruleset_wants(rules, kind, field, value);
}

void member_sink_begin(struct member_sink *s, struct member_reader *r, struct reading *ret)
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
