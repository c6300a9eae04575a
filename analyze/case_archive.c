/* SPDX-License-Identifier: Apache-2.0 */
/*
 * case_archive: a large zip is read by several workers. Whoever took the file lists its entries first; then each
 * that is free takes the largest entry that nobody has, and at last the small ones as they come. The case puts
 * what they read in the order of the entries, as if one had read them all.
 *
 * Only where nothing is wrong with the archive: how far a damaged one is read depends on what was read of it
 * before, so one worker reads it, or the case.
 */
#include <stdlib.h>
#include <string.h>

#include "case_jobs_parts.h"
#include "must.h"

/* --- the workers -------------------------------------------------------------------------- */

static bool take_entry(struct worker *w, size_t number)
{
    uint8_t nobody = 0;

    if (number >= w->archive->entries) {
        w->share->sound = false; /* it changed meanwhile */
        return false;
    }
    if (!atomic_compare_exchange_strong(&w->archive->taken[number], &nobody, w->number))
        return false;
    w->entry = number;
    return true;
}

static void list_entry(struct worker *w, uint64_t size)
{
    uint64_t *sizes = w->sizes;

    if (w->nsizes == w->sizes_size) {
        w->sizes_size = w->sizes_size != 0 ? w->sizes_size * 2 : 256;
        sizes = arena_array(&w->arena, uint64_t, w->sizes_size);
        if (w->nsizes != 0)
            memcpy(sizes, w->sizes, w->nsizes * sizeof(*sizes));
        w->sizes = sizes;
    }
    sizes[w->nsizes++] = size;
}

bool archive_entry(void *ctx, size_t number, uint64_t size)
{
    struct worker *w = ctx;

    switch (w->mode) {
    case ENTRIES_LIST:
        list_entry(w, size);
        return false;
    case ENTRIES_ONE:
        return number == w->entry;
    case ENTRIES_OTHERS:
        return take_entry(w, number);
    default:
        return true;
    }
}

void archive_entries_end(void *ctx, const struct bundle_entries *entries)
{
    struct worker *w = ctx;

    w->ended = true;
    if (w->mode == ENTRIES_LIST) {
        w->listed = *entries;
    } else if (w->mode != ENTRIES_ALL) {
        w->share->sound = w->share->sound && entries->sound && entries->n == w->archive->entries;
        w->share->unpacked += entries->unpacked;
    }
}

struct sized {
    size_t entry;
    uint64_t size;
};

static int larger_first(const void *a, const void *b)
{
    const struct sized *x = a, *y = b;

    if (x->size != y->size)
        return x->size > y->size ? -1 : 1;
    return x->entry < y->entry ? -1 : 1;
}

/* What the others need to know before they read, too. */
static struct archive_work *make_archive(struct worker *w)
{
    struct archive_work *archive = arena_new(&w->arena, struct archive_work);
    struct sized large[SHARES * WORKERS_MOST];
    size_t n = 0, *order;
    uint64_t total = 0;

    for (size_t i = 0; i < w->nsizes; i++)
        total += w->sizes[i];
    for (size_t i = 0; i < w->nsizes; i++) {
        if (w->sizes[i] > total / (SHARES * w->jobs->workers) && n < SHARES * w->jobs->workers)
            large[n++] = (struct sized){ i, w->sizes[i] };
    }
    if (n != 0)
        qsort(large, n, sizeof(large[0]), larger_first);
    order = arena_array(&w->arena, size_t, n + 1);
    for (size_t i = 0; i < n; i++)
        order[i] = large[i].entry;
    archive->entries = w->nsizes;
    archive->taken = arena_alloc(&w->arena, w->nsizes * sizeof(*archive->taken));
    archive->large = order;
    archive->nlarge = n;
    return archive;
}

/* A walk that did not come to the archive's end may have lost an entry that was taken. */
static void walk_entries(struct worker *w, const struct bundle_ops *ops)
{
    w->ended = false;
    worker_walk(w, ops);
    w->share->sound = w->share->sound && w->ended;
}

static void read_entries(struct worker *w, const struct bundle_ops *ops)
{
    struct share *share = arena_new(&w->arena, struct share);

    share->worker = w->number;
    share->sound = true;
    share->next = atomic_load(&w->archive->shares);
    while (!atomic_compare_exchange_weak(&w->archive->shares, &share->next, share))
        ;
    w->share = share;
    w->end = &share->first;
    w->entry = SIZE_MAX;
    w->mode = ENTRIES_ONE;
    for (size_t i = 0; i < w->archive->nlarge; i++) {
        if (take_entry(w, w->archive->large[i]))
            walk_entries(w, ops);
    }
    w->mode = ENTRIES_OTHERS;
    walk_entries(w, ops);
    share->done = true;
    w->mode = ENTRIES_ALL;
}

void archive_read(struct worker *w, const struct bundle_ops *ops)
{
    w->mode = ENTRIES_LIST;
    w->nsizes = 0;
    worker_walk(w, ops);
    w->mode = ENTRIES_ALL;
    if (w->nsizes == 0)
        return;
    if (w->listed.sound) {
        w->archive = make_archive(w);
        atomic_store(&w->file->archive, w->archive);
        read_entries(w, ops);
        return;
    }
    /* What the list had to say of its state comes again. */
    w->file->first = NULL;
    w->end = &w->file->first;
    worker_walk(w, ops);
}

void archive_join(struct worker *w, const struct bundle_ops *ops)
{
    w->file = &w->jobs->files[w->target];
    w->archive = atomic_load(&w->file->archive);
    read_entries(w, ops);
    w->file = NULL;
}

bool archive_joined(const struct file_work *file, uint8_t worker)
{
    const struct archive_work *archive = atomic_load(&file->archive);

    for (const struct share *s = atomic_load(&archive->shares); s != NULL; s = s->next) {
        if (s->worker == worker)
            return true;
    }
    return false;
}

/* --- the case ----------------------------------------------------------------------------- */

/* The first happening of each entry that has any, in one array; NULL when something is of none of them. */
static struct happening **first_of_each(const struct archive_work *archive)
{
    struct happening **ret = must(calloc(archive->entries, sizeof(*ret)));

    for (const struct share *s = atomic_load(&archive->shares); s != NULL; s = s->next) {
        for (struct happening *h = s->first; h != NULL; h = h->next) {
            if (h->entry >= archive->entries) {
                free(ret);
                return NULL;
            }
            if (ret[h->entry] == NULL)
                ret[h->entry] = h;
        }
    }
    return ret;
}

bool archive_merge(const struct file_work *file, struct happening **ret, bool *ret_died)
{
    const struct archive_work *archive = atomic_load(&file->archive);
    struct happening **firsts, **end = ret;
    uint64_t unpacked = 0;

    *ret_died = false;
    for (const struct share *s = atomic_load(&archive->shares); s != NULL; s = s->next) {
        if (!s->sound)
            return false;
        unpacked += s->unpacked;
        *ret_died = *ret_died || !s->done;
    }
    /* One that read all of it would have stopped. */
    if (unpacked > LIMIT_RATIO_FLOOR && unpacked / LIMIT_RATIO > file->size)
        return false;
    firsts = first_of_each(archive);
    if (firsts == NULL)
        return false;
    for (size_t i = 0; i < archive->entries; i++) {
        if (firsts[i] == NULL)
            continue;
        *end = firsts[i];
        while (*end != NULL && (*end)->entry == i)
            end = &(*end)->next;
    }
    *end = NULL;
    free(firsts);
    return true;
}
