/* SPDX-License-Identifier: Apache-2.0 */
/*
 * case_parts: a large member whose records stand alone is cut between records, and its parts are read by
 * whoever is free. The case puts together what they read, as if one had read it from the beginning: lines and
 * snapshots are numbered on, and what is said of no host goes to the one that was spoken of last.
 *
 * Only for a file of the disk, and text only where it is its bytes. Where a part turns out otherwise, the case
 * reads the file by itself.
 */
#include <string.h>
#include <unistd.h>

#include "case_jobs_parts.h"
#include "piece.h"

enum { CUT_PIECE = 256 * 1024 }; /* a record begins in so many bytes, or there is no cut */

/* --- the workers -------------------------------------------------------------------------- */

static void read_part(struct worker *w, struct parts_work *parts, size_t i, int fd)
{
    struct piece piece;
    struct member_part part = { .parser = parts->parser, .member = &parts->source };
    struct reading reading;

    part.offset = parts->cuts[i] - parts->cuts[0];
    piece_open(&piece, fd, parts->cuts[i], parts->cuts[i + 1]);
    part.text = parts->parser->raw ? &piece.raw : piece_text(&piece);
    member_read_part(&w->reader, &part, &reading);
    worker_keep(w, &reading);
    if (!piece_plain(&piece))
        atomic_store(&parts->odd, true);
    piece_close(&piece);
    parts->readings[i] = reading;
    atomic_store(&parts->done[i], true);
}

static void read_parts(struct worker *w, struct parts_work *parts, int fd)
{
    size_t i;

    while (!atomic_load(&parts->odd) && (i = atomic_fetch_add(&parts->next, 1)) < parts->n) {
        atomic_store(&parts->takers[i], w->number);
        read_part(w, parts, i, fd);
    }
}

/* A byte order mark is no part of the text. */
static uint64_t text_begin(const struct parser *parser, str head)
{
    const str mark = STR("\xef\xbb\xbf");

    return !parser->raw && str_starts(head, mark) ? mark.n : 0;
}

/* Cuts near every size / n bytes, where a record begins. */
static struct parts_work *cut_member(
        struct worker *w, const struct parser *parser, str head, uint64_t size, int fd)
{
    uint64_t most = size / PART_BYTES, n = SHARES * (uint64_t)w->jobs->workers;
    struct parts_work *parts = arena_new(&w->arena, struct parts_work);
    char *piece = arena_buffer(&w->arena, CUT_PIECE);
    uint64_t *cuts;

    n = n < most ? n : most;
    cuts = arena_array(&w->arena, uint64_t, n + 1);
    cuts[0] = text_begin(parser, head);
    for (uint64_t i = 1; i < n; i++) {
        uint64_t at = size / n * i;
        ssize_t got = pread(fd, piece, CUT_PIECE, (off_t)at);
        size_t cut = got > 0 ? parser->cut(head, (str){ piece, (size_t)got }, at) : STR_NONE;

        if (cut != STR_NONE && at + cut > cuts[parts->n])
            cuts[++parts->n] = at + cut;
    }
    cuts[++parts->n] = size;
    parts->cuts = cuts;
    parts->parser = parser;
    parts->readings = arena_array(&w->arena, struct reading, parts->n);
    parts->takers = arena_alloc(&w->arena, parts->n * sizeof(*parts->takers));
    parts->done = arena_alloc(&w->arena, parts->n * sizeof(*parts->done));
    return parts;
}

/* Sums go over all bytes in order, and whoever keeps every fact keeps their caps. */
static bool may_cut(const struct worker *w, const struct member *m)
{
    const struct case_options *o = w->reader.options;

    return w->mode == ENTRIES_LIST && m->whole_file && w->file->size >= WORTH_PARTS &&
           o->rules != NULL && !o->hash && !o->careful;
}

bool parts_read(struct worker *w, struct member *m)
{
    struct parts_work *parts;
    const struct parser *parser;
    struct source source;
    int fd;

    if (!may_cut(w, m))
        return false;
    parser = member_choose(&w->reader, m, &source);
    if (parser == NULL || parser->cut == NULL ||
            (!parser->raw && !str_eq(source.encoding, STR("utf-8"))))
        return false;
    fd = worker_open(w, w->file);
    if (fd < 0)
        return false;
    parts = cut_member(w, parser, m->raw_head, w->file->size, fd);
    parts->source = source;
    if (parts->n > 1) {
        atomic_store(&w->file->parts, parts);
        read_parts(w, parts, fd);
    }
    (void)close(fd);
    return parts->n > 1;
}

void parts_join(struct worker *w)
{
    struct file_work *file = &w->jobs->files[w->target];
    int fd = worker_open(w, file);

    if (fd < 0) {
        atomic_store(&atomic_load(&file->parts)->odd, true); /* it is not the same any more */
        return;
    }
    read_parts(w, atomic_load(&file->parts), fd);
    (void)close(fd);
}

/* --- the case ----------------------------------------------------------------------------- */

bool parts_left_by(const struct parts_work *parts, unsigned i)
{
    for (size_t k = 0; k < parts->n; k++) {
        if (parts->takers[k] == i && !parts->done[k])
            return true;
    }
    return false;
}

static void number_on(struct fact *fact, uint64_t lines, uint64_t snapshots)
{
    size_t at;

    if (fact->where.line != 0)
        fact->where.line += (uint32_t)lines;
    if (kind_field(fact->kind, STR("snapshot"), &at) != NULL &&
            fact->values[at].type == VALUE_INT) {
        struct value *values = (struct value *)(uintptr_t)fact->values;

        values[at].i += (int64_t)snapshots;
    }
}

static void add_diags(struct source *all, struct source *part, uint64_t lines, struct arena *a)
{
    size_t total = all->ndiags_total + part->ndiags_total;

    for (size_t i = 0; i < part->ndiags; i++) {
        struct diag diag = part->diags[i];

        if (diag.where.line != 0)
            diag.where.line += (uint32_t)lines;
        source_diag(all, a, &diag);
    }
    all->ndiags_total = total;
}

static void add_source(struct source *all, const struct source *part)
{
    all->bytes += part->bytes;
    all->understood += part->understood;
    all->facts += part->facts;
    for (size_t i = 0; i < kind_total(); i++)
        all->facts_by_kind[i] += part->facts_by_kind[i];
    when_stretch(&all->first, &all->last, part->first);
    when_stretch(&all->first, &all->last, part->last);
    if (part->host.n != 0)
        all->host = part->host;
}

/* False where the member's caps might have bitten, or a part of it was not for this. */
static bool is_plain(const struct parts_work *parts, size_t *ret_nfacts)
{
    *ret_nfacts = 0;
    for (size_t i = 0; i < parts->n; i++)
        *ret_nfacts += parts->done[i] ? parts->readings[i].nfacts : 0;
    return !parts->odd && *ret_nfacts < LIMIT_FACTS;
}

bool parts_merge(const struct file_work *file, struct arena *a, struct reading *ret, bool *ret_died)
{
    const struct parts_work *parts = atomic_load(&file->parts);
    uint64_t lines = 0, snapshots = 0;
    size_t nfacts;
    str host = parts->source.host;

    *ret = (struct reading){ .source = parts->source };
    if (!is_plain(parts, &nfacts))
        return false;
    ret->facts = arena_array(a, struct fact *, nfacts + 1);
    ret->source.facts_by_kind = arena_array(a, uint64_t, kind_total());
    *ret_died = false;
    for (size_t i = 0; i < parts->n; i++) {
        struct reading *r = &parts->readings[i];

        *ret_died = *ret_died || !parts->done[i];
        for (size_t k = 0; k < r->nfacts && parts->done[i]; k++) {
            number_on(r->facts[k], lines, snapshots);
            if (r->facts[k]->host.n == 0)
                r->facts[k]->host = host;
            ret->facts[ret->nfacts++] = r->facts[k];
        }
        if (!parts->done[i])
            continue;
        add_diags(&ret->source, &r->source, lines, a);
        add_source(&ret->source, &r->source);
        ret->left_out += r->left_out;
        lines += r->lines;
        snapshots += r->snapshots;
        host = ret->source.host;
    }
    for (size_t i = 0; i < ret->nfacts; i++) {
        if (ret->facts[i]->host.n == 0)
            ret->facts[i]->host = ret->source.host;
    }
    return true;
}
