/* SPDX-License-Identifier: Apache-2.0 */
#include "pool_capture.h"

#include <string.h>

enum {
    FIRST_RUNS = 4, /* room of a snapshot for runs of rows */
    FIRST_TEXT = 8 * 1024,
};

void pool_capture_init(struct pool_capture *c, struct parse *in)
{
    *c = (struct pool_capture){ .in = in, .stride = 1 };
}

static void drop(struct pool_capture *c, struct pool_snapshot *s)
{
    c->held -= s->used;
    s->used = 0;
    s->number = 0;
}

/* Every second one goes. */
static void thin(struct pool_capture *c)
{
    size_t n = 0;

    c->stride *= 2;
    for (size_t i = 0; i < c->nkept; i++) {
        if ((c->kept[i]->number - 1) % c->stride == 0)
            c->kept[n++] = c->kept[i];
        else
            drop(c, c->kept[i]);
    }
    c->nkept = n;
}

/* A newer one comes: the newest so far was perhaps not worth keeping. One place is for the last. */
static void settle(struct pool_capture *c)
{
    struct pool_snapshot *s = c->open;

    if (s == NULL)
        return;
    c->usual = s->used + s->used / 16;
    while (c->nkept >= 2 && (c->nkept + 1 >= LIMIT_SNAPSHOTS || c->held > LIMIT_SNAPSHOT_BYTES))
        thin(c);
    if ((s->number - 1) % c->stride == 0)
        c->kept[c->nkept++] = s;
    else
        drop(c, s);
}

static struct pool_snapshot *free_slot(struct pool_capture *c)
{
    struct pool_snapshot *s;

    for (size_t i = 0; i < c->nslots; i++) {
        if (c->slots[i]->number == 0)
            return c->slots[i];
    }
    s = arena_new(c->in->scratch, struct pool_snapshot);
    c->slots[c->nslots++] = s;
    return s;
}

struct pool_snapshot *pool_capture_next(struct pool_capture *c)
{
    static const struct pool_header no_header = { false, POOL_ABSENT, POOL_ABSENT, POOL_ABSENT,
        POOL_ABSENT, POOL_ABSENT, POOL_ABSENT, POOL_ABSENT, POOL_ABSENT };
    struct pool_snapshot *s;

    settle(c);
    s = free_slot(c);
    *s = (struct pool_snapshot){ .number = ++c->total,
        .text = s->text,
        .room = s->room,
        .runs = s->runs,
        .size = s->size,
        .header = no_header };
    c->open = s;
    return s;
}

static struct pool_lines *add_run(struct pool_capture *c, struct pool_snapshot *s)
{
    if (s->nruns == s->size) {
        size_t size = s->size != 0 ? s->size * 2 : FIRST_RUNS;
        struct pool_lines *runs = arena_array(c->in->scratch, struct pool_lines, size);

        if (s->nruns != 0)
            memcpy(runs, s->runs, s->nruns * sizeof(*runs));
        s->runs = runs;
        s->size = size;
    }
    return &s->runs[s->nruns++];
}

/* Snapshots are mostly of one size: the next one finds room for what the last one took. */
static void add_text(struct pool_capture *c, struct pool_snapshot *s, const char *text, size_t n)
{
    if (s->room - s->used < n) {
        size_t room = 2 * s->room > c->usual ? 2 * s->room : c->usual;
        char *bigger;

        while (room < s->used + n)
            room = room != 0 ? 2 * room : FIRST_TEXT;
        bigger = arena_buffer(c->in->scratch, room);
        if (s->used != 0)
            memcpy(bigger, s->text, s->used);
        s->text = bigger;
        s->room = room;
    }
    memcpy(s->text + s->used, text, n);
    s->used += n;
    c->held += n;
}

static bool goes_on(const struct pool_lines *run, const struct pool_lines *like)
{
    return run->next == like->offset && run->table == like->table &&
           strcmp(run->scope, like->scope) == 0;
}

void pool_capture_rows(struct pool_capture *c, const struct pool_lines *like, const char *text,
        const struct pool_rows *rows)
{
    struct pool_snapshot *s = c->open;
    struct pool_lines *run = s->nruns != 0 ? &s->runs[s->nruns - 1] : NULL;

    s->rows_seen = true;
    s->cut = s->cut || s->used + rows->n > LIMIT_SNAPSHOT_TEXT;
    if (s->cut)
        return;
    if (run == NULL || !goes_on(run, like)) {
        run = add_run(c, s);
        *run = *like;
        run->at = s->used;
        run->rows = (struct pool_rows){ .extent = rows->extent };
    }
    add_text(c, s, text, rows->n);
    if (run->rows.extent != rows->extent)
        run->rows.extent = 0;
    run->rows.n += rows->n;
    run->rows.lines += rows->lines;
    run->next = like->next;
}

void pool_capture_end(struct pool_capture *c)
{
    if (c->open != NULL && c->open->number != 0)
        c->kept[c->nkept++] = c->open;
    c->open = NULL;
}
