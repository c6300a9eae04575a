/* SPDX-License-Identifier: Apache-2.0 */
#include "pool_capture.h"

#include <string.h>

enum {
    FIRST_RUNS = 4, /* room of a snapshot for runs of rows */
    FIRST_ROWS = 16,
    FIRST_TEXT = 8 * 1024,
    NEAR = 8, /* so many rows may have gone in front of one that stays */
    TAG_AND_TYPE = 8,
    FEW = 4, /* rows that are not worth the search for them */
    UNLIKE_MOST = 63,
};

void pool_capture_init(struct pool_capture *c, struct parse *in)
{
    *c = (struct pool_capture){ .in = in, .stride = 1 };
}

static void drop(struct pool_capture *c, struct pool_snapshot *s)
{
    c->held -= s->bytes;
    s->bytes = s->used = 0;
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

/* Before a second one: where the rows of the first begin. */
static void list_first(struct pool_capture *c, const struct pool_snapshot *s)
{
    struct pool_first *f = &c->first;
    const char *end = s->text + s->used;
    size_t lines = 0, extent;

    if (s->nruns == 0 || s->runs[0].table != NULL)
        return;
    for (size_t i = s->runs[0].from; i < s->runs[0].to; i++)
        lines += s->rows[i].lines;
    f->text = s->text;
    f->at = arena_room(c->in->scratch, uint32_t, lines + 1);
    f->at[0] = 0;
    while (f->n < lines && (extent = pool_plain_row(f->text + f->at[f->n], end)) != 0) {
        f->extent = f->n == 0 || f->extent == extent ? (uint32_t)extent : 0;
        f->at[f->n + 1] = f->at[f->n] + (uint32_t)extent;
        f->n++;
    }
}

/* A newer one comes: the newest so far was perhaps not worth keeping. One place is for the last. */
static void settle(struct pool_capture *c)
{
    struct pool_snapshot *s = c->open;

    if (s == NULL)
        return;
    if (s->number == 1)
        list_first(c, s);
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
        .rows = s->rows,
        .rows_room = s->rows_room,
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
}

/* Room for one more. */
static struct pool_rows *grow_rows(
        struct pool_capture *c, struct pool_rows *rows, size_t n, size_t *room)
{
    struct pool_rows *bigger;

    if (n < *room)
        return rows;
    *room = *room != 0 ? 2 * *room : FIRST_ROWS;
    bigger = arena_room(c->in->scratch, struct pool_rows, *room);
    if (n != 0)
        memcpy(bigger, rows, n * sizeof(*rows));
    return bigger;
}

/* Whether `next` goes on where the others end; they then take it in. */
static bool join(struct pool_rows *rows, const struct pool_rows *next)
{
    if (next->same != (rows->same != 0 ? rows->same + rows->lines : 0))
        return false;
    if (rows->extent != next->extent)
        rows->extent = 0;
    rows->n += next->n;
    rows->lines += next->lines;
    return true;
}

static void find_more(struct pool_capture *c, struct pool_rows next)
{
    if (c->nfound != 0 && join(&c->found[c->nfound - 1], &next))
        return;
    c->found = grow_rows(c, c->found, c->nfound, &c->found_room);
    c->found[c->nfound++] = next;
}

/* The row of the first snapshot, from `row` on, that ends behind this place of its text. */
static uint32_t row_beyond(const struct pool_first *f, uint32_t row, size_t at)
{
    uint32_t high = f->n;

    if (f->extent != 0)
        return (uint32_t)(at / f->extent);
    while (row < high) {
        uint32_t middle = row + (high - row) / 2;

        if (f->at[middle + 1] <= at)
            row = middle + 1;
        else
            high = middle;
    }
    return row;
}

/* Whole rows that stand at p as they stood in the first snapshot: their bytes. */
static size_t find_same(struct pool_capture *c, const char *p, const char *end)
{
    const struct pool_first *f = &c->first;
    uint32_t row = c->like;
    size_t from = f->at[row], most = f->at[f->n] - from, room = (size_t)(end - p);
    size_t n = pool_plain_kernel()->same(p, f->text + from, most < room ? most : room);

    c->like = row_beyond(f, row, from + n);
    n = f->at[c->like] - from;
    if (c->like - row >= FEW)
        c->unlike = 0;
    else if (c->unlike < UNLIKE_MOST)
        c->unlike = 2 * c->unlike + 1;
    if (n != 0)
        find_more(c, (struct pool_rows){ (uint32_t)n, c->like - row, f->extent, row + 1, 0 });
    return n;
}

/* Rows from p on that are not so in the first snapshot: what follows the tag of the first of them there? */
static void pass_like(struct pool_capture *c, const char *p, uint32_t lines)
{
    const struct pool_first *f = &c->first;
    uint32_t row = c->like > NEAR ? c->like - NEAR : 0;
    uint32_t stop = f->n - c->like > NEAR ? c->like + NEAR : f->n;

    if (memcmp(p + 1, f->text + f->at[c->like] + 1, TAG_AND_TYPE) != 0) {
        while (row < stop && memcmp(p + 1, f->text + f->at[row] + 1, TAG_AND_TYPE) != 0)
            row++;
        if (row < stop)
            c->like = row;
        else
            lines--; /* a row that is new, as it seems */
    }
    c->like = f->n - c->like > lines ? c->like + lines : f->n;
}

size_t pool_capture_find(struct pool_capture *c, str text, size_t *ret_lines)
{
    const char *p = text.p, *end = p + text.n;

    c->nfound = 0;
    *ret_lines = 0;
    while (end - p > PLAIN_LEAST) { /* an empty window has no place */
        uint32_t most = UINT32_MAX;
        struct pool_rows rows;

        if (c->like < c->first.n) {
            p += find_same(c, p, end);
            most = c->like < c->first.n ? 1 + c->unlike : UINT32_MAX;
        }
        rows = pool_plain_kernel()->rows(p, end, most);
        if (rows.lines == 0)
            break;
        find_more(c, rows);
        if (c->like < c->first.n)
            pass_like(c, p, rows.lines);
        p += rows.n;
    }
    for (size_t i = 0; i < c->nfound; i++)
        *ret_lines += c->found[i].lines;
    return (size_t)(p - text.p);
}

void pool_capture_found(struct pool_capture *c, size_t n)
{
    c->nfound = 0;
    find_more(c, (struct pool_rows){ (uint32_t)n, 1, (uint32_t)n, 0, 0 });
}

static bool goes_on(const struct pool_lines *run, const struct pool_lines *like)
{
    return run->next == like->offset && run->table == like->table &&
           strcmp(run->scope, like->scope) == 0;
}

/* What was found, and its text where it is not the first snapshot's. */
static void add_rows(struct pool_capture *c, struct pool_lines *run, const char *text)
{
    struct pool_snapshot *s = c->open;

    for (size_t i = 0; i < c->nfound; i++) {
        const struct pool_rows *rows = &c->found[i];

        if (rows->same == 0)
            add_text(c, s, text, rows->n);
        text += rows->n;
        if (run->to == run->from || !join(&s->rows[run->to - 1], rows)) {
            s->rows = grow_rows(c, s->rows, s->nrows, &s->rows_room);
            s->rows[s->nrows++] = *rows;
            run->to = s->nrows;
        }
    }
}

void pool_capture_rows(struct pool_capture *c, const struct pool_lines *like, const char *text)
{
    struct pool_snapshot *s = c->open;
    struct pool_lines *run = s->nruns != 0 ? &s->runs[s->nruns - 1] : NULL;
    size_t n = 0;

    for (size_t i = 0; i < c->nfound; i++)
        n += c->found[i].n;
    s->rows_seen = true;
    s->cut = s->cut || s->bytes + n > LIMIT_SNAPSHOT_TEXT;
    if (s->cut)
        return;
    s->bytes += n;
    c->held += n;
    if (run == NULL || !goes_on(run, like)) {
        run = add_run(c, s);
        *run = *like;
        run->from = run->to = s->nrows;
    }
    add_rows(c, run, text);
    run->next = like->next;
}

void pool_capture_end(struct pool_capture *c)
{
    if (c->open != NULL && c->open->number != 0)
        c->kept[c->nkept++] = c->open;
    c->open = NULL;
}
