/* SPDX-License-Identifier: Apache-2.0 */
/*
 * container: from a stream to the leaves in it. One layer of compression or one archive per call,
 * at most LIMIT_DEPTH archives and LIMIT_PACKED compressed files between two of them.
 */
#include <stdio.h>
#include <string.h>

#include "entry_name.h"
#include "reader.h"
#include "unpack.h"
#include "walk.h"

void tell(struct walk *w, enum diag_level level, const char *code, const char *detail)
{
    const struct diag diag = { .level = level, .code = code, .detail = str_z(detail) };

    w->ops->diag(w->ctx, &diag, (str){ w->path, w->path_n });
}

void tell_trouble(struct walk *w, struct trouble *trouble, uint32_t member)
{
    struct diag diag = { .level = trouble->level, .code = trouble->code };

    if (trouble->code == NULL)
        return;
    diag.where.member = member;
    diag.detail = str_z(trouble->detail);
    w->ops->diag(w->ctx, &diag, (str){ w->path, w->path_n });
    trouble->code = NULL;
}

void path_cut(struct walk *w, size_t mark)
{
    w->path_n = mark;
}

bool path_add(struct walk *w, char sep, str name, size_t *ret_mark)
{
    *ret_mark = w->path_n;
    if (name.n + 1 > sizeof(w->path) - w->path_n) {
        tell(w, DIAG_WARNING, "bundle.path", "a path in here is too long");
        return false;
    }
    if (w->path_n != 0)
        w->path[w->path_n++] = sep;
    memcpy(w->path + w->path_n, name.p, name.n);
    w->path_n += name.n;
    return true;
}

/* What could not be entered is a leaf like any other, if its first bytes are still to be had. */
static void fall_back(struct walk *w, struct stream *s, struct place place)
{
    place.shut = true;
    if (stream_rewind(s))
        walk_leaf(w, s, place);
}

static void walk_packed(struct walk *w, struct stream *s, struct place place, enum form form)
{
    struct layer layer = { .outer = place.layer, .source = s, .total = &w->bytes };
    struct place inside = place;
    struct unpack_stream u;

    inside.layer = &layer;
    inside.packed++;
    inside.size = 0;
    unpack_open(&u, s, form, &layer);
    if (stream_head(&u.s).n == 0 && u.s.trouble.code != NULL) {
        tell_trouble(w, &u.s.trouble, 0);
        fall_back(w, s, place);
    } else {
        walk_stream(w, &u.s, inside);
        tell_trouble(w, &u.s.trouble, 0);
    }
    unpack_close(&u);
}

/* Adds the entry's name; what does not fit of it is left out at its front. */
static size_t add_name(struct walk *w, const struct item *item, enum form form)
{
    static char name[LIMIT_PATH];
    size_t room = sizeof(w->path) - w->path_n, mark;
    bool dos = form == FORM_ZIP || form == FORM_7Z || form == FORM_CAB;
    bool cut = false;
    size_t n;

    room = room > 1 ? room - 1 : 0;
    n = entry_name(item->path, dos, name, room, &cut);
    if (cut)
        tell(w, DIAG_WARNING, "bundle.path", "a path in here is too long");
    (void)path_add(w, '!', (str){ name, n }, &mark);
    return mark;
}

static void walk_item(struct walk *w, struct reader *r, const struct item *item, struct place place,
        enum form form)
{
    size_t mark = add_name(w, item, form);
    char detail[300];

    switch (item->type) {
    case ITEM_DIRECTORY:
        break;
    case ITEM_LINK:
        (void)snprintf(detail, sizeof(detail), "link to %.*s, not followed",
                (int)(item->target.n < 200 ? item->target.n : 200),
                item->target.p != NULL ? item->target.p : "");
        tell(w, DIAG_NOTE, "bundle.link", detail);
        break;
    case ITEM_SPECIAL:
        tell(w, DIAG_NOTE, "bundle.special", "not a file");
        break;
    case ITEM_FILE:
        if (item->encrypted) {
            tell(w, DIAG_ERROR, "bundle.encrypted", "needs a password");
            break;
        }
        walk_stream(w, reader_stream(r), place);
        tell_trouble(w, &reader_stream(r)->trouble, 0);
        break;
    }
    path_cut(w, mark);
}

/* Any entry of it can be come to without those before. */
static bool any_order(const struct walk *w, const struct stream *s, enum form form)
{
    return w->ops->entry != NULL && form == FORM_ZIP && s->layer == NULL && s->seek != NULL &&
           s->size != STREAM_UNSIZED;
}

static void end_entries(
        struct walk *w, const struct reader *r, const struct layer *layer, size_t entries)
{
    const struct bundle_entries end = {
        .n = entries,
        .unpacked = layer->leaf > layer->out ? layer->leaf : layer->out,
        .sound = reader_sound(r) && !layer_stopped(layer) && !w->stopped,
    };

    w->ops->entries_end(w->ctx, &end);
}

static void walk_entries(struct walk *w, struct stream *s, struct place place, enum form form)
{
    struct layer layer = { .outer = place.layer, .source = s, .total = &w->bytes };
    struct place inside = { .layer = &layer, .depth = place.depth + 1 };
    struct reader *r = reader_open(s, form, &layer);
    struct trouble trouble;
    struct item item;
    size_t entries = 0;

    while (!w->stopped && !layer_stopped(&layer) && reader_next(r, &item)) {
        inside.mtime = item.mtime != 0 ? item.mtime : place.mtime;
        inside.size = item.size;
        if (!any_order(w, s, form) || w->ops->entry(w->ctx, entries, item.size))
            walk_item(w, r, &item, inside, form);
        entries++;
    }
    if (any_order(w, s, form))
        end_entries(w, r, &layer, entries);
    trouble = *reader_trouble(r);
    reader_close(r);
    if (entries == 0 && trouble.code == NULL && !w->stopped)
        tell(w, DIAG_NOTE, "bundle.no-entries", "an archive without entries");
    tell_trouble(w, &trouble, 0);
    if (entries == 0 && !w->stopped)
        fall_back(w, s, place);
}

/* Formats whose directory stands at their end are held in memory when the file is not on the disk.
 */
static void walk_held(struct walk *w, struct stream *s, struct place place, enum form form)
{
    struct memory_stream m;
    bool whole = stream_into_memory(&m, s, (size_t)LIMIT_NESTED - w->held);

    w->held += m.n;
    if (whole || form != FORM_7Z) {
        if (!whole)
            tell(w, DIAG_NOTE, "bundle.nested-size",
                    "too large to hold; read without its directory");
        walk_entries(w, &m.s, place, form);
    } else {
        tell(w, DIAG_ERROR, "bundle.nested-size", "too large to hold; not opened");
        place.shut = true;
        walk_leaf(w, &m.s, place);
    }
    w->held -= m.n;
    stream_of_memory_finish(&m);
}

void walk_stream(struct walk *w, struct stream *s, struct place place)
{
    enum form form = form_of(stream_head(s));
    bool seeks = form == FORM_ZIP || form == FORM_7Z;

    if (form_is_packed(form) && place.packed < LIMIT_PACKED) {
        walk_packed(w, s, place, form);
        return;
    }
    if (form_is_archive(form) && place.depth < LIMIT_DEPTH) {
        if (seeks && s->seek == NULL)
            walk_held(w, s, place, form);
        else
            walk_entries(w, s, place, form);
        return;
    }
    if (form == FORM_SEALED)
        tell(w, DIAG_WARNING, "bundle.sealed", "an archive of a kind that is not opened");
    else if (form != FORM_LEAF)
        tell(w, DIAG_ERROR, "bundle.depth", "too many archives in each other; not opened");
    place.shut = form != FORM_LEAF;
    walk_leaf(w, s, place);
}
