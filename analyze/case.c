/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The case builder: takes readings of the bundle's members in their order, whoever made them, folds
 * their facts over all members and caps them.
 */
#include "case.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "builder.h"
#include "case_jobs.h"
#include "limits.h"

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

/* A fact that the case keeps; one that does not last is copied. NULL when memory is used up. */
static struct fact *take_fact(struct case_file *c, struct fact *fact, bool lasting)
{
    return lasting ? fact : fact_keep(&c->arena, fact);
}

static void add_fact(struct builder *b, struct source *s, struct fact *fact, bool lasting)
{
    struct case_file *c = b->c;
    uint64_t key = b->options->rules != NULL ? fold_key(fact) : 0;
    struct fold *fold = key != 0 ? folds_find(&b->folds, key) : NULL;
    struct fact *kept;

    if (b->folded != 0 && fold_report(fact) == b->folded)
        return;
    if (fold != NULL && fold->kept >= LIMIT_FOLD) {
        fold_again(fold->last, fact);
        b->folded = fold_report(fact);
        return;
    }
    kept = take_fact(c, fact, lasting);
    if (kept == NULL) {
        struct diag diag = { .level = DIAG_WARNING, .code = "facts.cap", .where = fact->where };

        diag.detail = str_z(fact->kind->name);
        source_diag(s, &c->arena, &diag);
        return;
    }
    c->facts = grow(c->facts, &b->facts_size, c->nfacts, sizeof(*c->facts));
    c->facts[c->nfacts++] = kept;
    if (fold != NULL) {
        fold->last = kept;
        fold->kept++;
    }
}

/* What a worker read lies in memory of its own. */
static void keep_source(struct source *s, struct arena *a)
{
    struct diag *diags = arena_array(a, struct diag, s->ndiags + SOURCE_DIAGS_STEP);
    uint64_t *counts = arena_array(a, uint64_t, kind_total());

    s->path = arena_str(a, s->path);
    s->encoding = arena_str(a, s->encoding);
    s->host = arena_str(a, s->host);
    memcpy(counts, s->facts_by_kind, kind_total() * sizeof(*counts));
    s->facts_by_kind = counts;
    for (size_t i = 0; i < s->ndiags; i++) {
        diags[i] = s->diags[i];
        diags[i].detail = arena_str(a, diags[i].detail);
    }
    s->diags = diags;
}

void builder_add(struct builder *b, const struct reading *reading)
{
    struct case_file *c = b->c;
    struct source *source;

    c->sources = grow(c->sources, &b->sources_size, c->nsources, sizeof(*c->sources));
    source = &c->sources[c->nsources++];
    *source = reading->source;
    if (reading->lasting == NULL)
        keep_source(source, &c->arena);
    b->folded = 0;
    for (size_t i = 0; i < reading->nfacts; i++) {
        reading->facts[i]->where.member = (uint32_t)c->nsources;
        add_fact(b, source, reading->facts[i], reading->lasting != NULL && reading->lasting[i]);
    }
    c->bytes += source->bytes;
    c->left_out += reading->left_out;
}

static void on_member(void *ctx, struct member *m)
{
    struct builder *b = ctx;
    struct reading reading;

    m->number = (uint32_t)b->c->nsources + 1;
    member_read(&b->reader, m, &reading);
    builder_add(b, &reading);
    arena_reset(&b->folding);
}

static void on_tap(void *ctx, str raw)
{
    struct builder *b = ctx;

    member_reader_tap(&b->reader, raw);
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

void builder_diag(struct builder *b, const struct diag *diag, str path)
{
    struct case_file *c = b->c;
    struct diag *diags;
    str *paths;
    size_t at;

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

static void on_diag(void *ctx, const struct diag *diag, str path)
{
    struct builder *b = ctx;

    if (!member_reader_diag(&b->reader, diag))
        builder_diag(b, diag, path);
}

static bool on_file(void *ctx, int at, const char *name)
{
    (void)at;
    return !jobs_take(ctx, name);
}

static void on_file_end(void *ctx)
{
    (void)ctx;
}

void case_read(struct case_file *c, const char *const *paths, size_t npaths,
        const struct case_options *options)
{
    const struct bundle_ops ops = {
        .member = on_member,
        .diag = on_diag,
        .tap = options->hash ? on_tap : NULL,
        .file = on_file,
        .file_end = on_file_end,
    };
    struct builder b = { .c = c, .options = options };

    *c = (struct case_file){ 0 };
    arena_init(&c->arena, LIMIT_FACT_BYTES);
    arena_init(&b.folding, LIMIT_FACT_BYTES);
    member_reader_init(&b.reader, options, &b.folding, &c->arena);
    jobs_start(&b, paths, npaths, options->jobs);
    (void)bundle_walk(&c->arena, paths, npaths, &ops, &b, &c->name);
    jobs_finish(&b);
    member_reader_finish(&b.reader);
    arena_finish(&b.folding);
    folds_finish(&b.folds);
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
