/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libarchive, one format at a time: which one is decided by form.c, so that nothing is guessed here
 * (mtree would take any text, raw any bytes). Compression around an archive is unpack.c's.
 *
 * Blocks of damaged archives are lost whole: inflate gives nothing of the input it was handed with
 * the bad byte. Formats that inflate are therefore fed in small grains.
 */
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "libarchive.h"
#include "limits.h"
#include "reader.h"

enum {
    BUFFER = 64 * 1024,
    GRAIN = 1024,   /* costs 3 % of inflate's speed, saves all but some 4 KiB before damage */
    RETRIES = 4096, /* in a row: a run of damaged tar blocks in one buffer has 128 */
    RESYNCS = 4096,
};

static const struct libarchive *la; /* set when the first archive is opened */

struct reader {
    struct stream item; /* first: reader_stream hands it out */
    struct stream *from;
    struct archive *a;
    struct archive_entry *entry;
    enum form form;
    locale_t locale;
    struct trouble trouble;
    bool opened;
    uint64_t base; /* where this handle began to read `from` */
    uint64_t good; /* all before it was read well: the next entry is not in front of it */
    unsigned resyncs;
    size_t items;
    bool item_bad; /* the last one could not be read to its end */

    char *buf; /* what libarchive is fed from */
    size_t at, end;

    const char *block; /* of the item, not yet read */
    size_t block_n;
    uint64_t hole;   /* zeros before it: sparse files */
    uint64_t offset; /* in the item, of what was given last */
    bool item_done;
};

static la_ssize_t feed(struct archive *a, void *ctx, const void **ret)
{
    struct reader *r = ctx;
    size_t n;

    (void)a;
    if (r->at == r->end) {
        r->at = 0;
        r->end = stream_read(r->from, r->buf, BUFFER);
    }
    n = r->end - r->at;
    if (r->form == FORM_ZIP && n > GRAIN)
        n = GRAIN;
    *ret = r->buf + r->at;
    r->at += n;
    return (la_ssize_t)n;
}

static la_int64_t skip(struct archive *a, void *ctx, la_int64_t n)
{
    struct reader *r = ctx;
    uint64_t to, left = r->from->size - r->from->at;
    size_t buffered = r->end - r->at;

    (void)a;
    if (n <= (la_int64_t)buffered) {
        r->at += (size_t)n;
        return n;
    }
    to = (uint64_t)n - buffered;
    if (to > left)
        to = left;
    if (!stream_seek(r->from, r->from->at + to))
        return 0;
    r->at = r->end;
    return (la_int64_t)(buffered + to);
}

static la_int64_t seek(struct archive *a, void *ctx, la_int64_t offset, int whence)
{
    struct reader *r = ctx;
    int64_t to = offset;

    (void)a;
    if (whence == SEEK_END)
        to += (int64_t)r->from->size;
    else if (whence == SEEK_CUR)
        to += (int64_t)r->from->at - (int64_t)(r->end - r->at);
    if (to < 0 || (uint64_t)to > r->from->size || !stream_seek(r->from, (uint64_t)to))
        return ARCHIVE_FATAL;
    r->at = r->end = 0;
    return to;
}

static void note(struct trouble *t, enum diag_level level, const char *code, const char *text)
{
    if (t->code != NULL && t->level >= level)
        return;
    t->code = code;
    t->level = level;
    (void)snprintf(t->detail, sizeof(t->detail), "%s", text != NULL ? text : "damaged");
}

/* What libarchive says went wrong; its texts are stable within a version. */
static void note_error(struct reader *r, struct trouble *t, enum diag_level level)
{
    const char *text = la->error_string(r->a);
    str s = str_z(text);
    const char *code = "bundle.corrupt";

    if (la->read_has_encrypted_entries(r->a) > 0 && str_find_nocase(s, STR("encrypt")) != STR_NONE)
        code = "bundle.encrypted";
    else if (str_find_nocase(s, STR("truncat")) != STR_NONE)
        code = "bundle.truncated";
    else if (str_find(s, STR("CRC")) != STR_NONE || str_find_nocase(s, STR("checksum")) != STR_NONE)
        code = "bundle.checksum";
    note(t, level, code, text);
}

static bool can_seek(const struct stream *s)
{
    return s->seek != NULL && s->size != STREAM_UNSIZED;
}

/* seeking: by the central directory; without, entry by entry from where `from` stands. */
static bool open_handle(struct reader *r, bool seeking)
{
    int (*const support[])(struct archive *) = {
        [FORM_ZIP] = la->read_support_format_zip,
        [FORM_TAR] = la->read_support_format_tar,
        [FORM_7Z] = la->read_support_format_7zip,
        [FORM_CAB] = la->read_support_format_cab,
        [FORM_AR] = la->read_support_format_ar,
    };

    r->at = r->end = 0;
    r->a = la->read_new();
    if (r->a == NULL) {
        fputs("fathom: out of memory\n", stderr);
        abort();
    }
    (void)(r->form == FORM_ZIP && !seeking ? la->read_support_format_zip_streamable(r->a)
                                           : support[r->form](r->a));
    (void)la->read_set_callback_data(r->a, r);
    (void)la->read_set_read_callback(r->a, feed);
    if (seeking)
        (void)la->read_set_seek_callback(r->a, seek);
    if (can_seek(r->from))
        (void)la->read_set_skip_callback(r->a, skip);
    r->opened = la->read_open1(r->a) == ARCHIVE_OK;
    if (!r->opened)
        note_error(r, &r->trouble, DIAG_ERROR);
    return r->opened;
}

static size_t next_block(struct reader *r)
{
    const void *block = NULL;
    size_t n = 0;
    la_int64_t offset = (la_int64_t)r->offset;
    int rc = la->read_data_block(r->a, &block, &n, &offset);

    /* The last block of a zip entry comes together with the warning that its sum is wrong. */
    if (rc == ARCHIVE_WARN) {
        note_error(r, &r->item.trouble, DIAG_WARNING);
    } else if (rc != ARCHIVE_OK) {
        if (rc != ARCHIVE_EOF)
            note_error(r, &r->item.trouble, DIAG_ERROR);
        r->item_bad = rc != ARCHIVE_EOF;
        r->item_done = true;
        return 0;
    }
    if (offset < (la_int64_t)r->offset) {
        note(&r->item.trouble, DIAG_ERROR, "bundle.corrupt", "sparse blocks overlap");
        r->item_done = true;
        return 0;
    }
    r->hole = (uint64_t)offset - r->offset;
    r->offset = (uint64_t)offset + n;
    r->block = block;
    r->block_n = n;
    return n;
}

static size_t read_item(struct stream *s, char *buf, size_t size)
{
    struct reader *r = (struct reader *)s;
    unsigned idle = 0;
    size_t n;

    while (r->block_n == 0 && r->hole == 0 && !r->item_done) {
        if (next_block(r) == 0 && r->hole == 0 && ++idle > RETRIES)
            r->item_done = true;
    }
    if (r->hole != 0) {
        n = r->hole < size ? (size_t)r->hole : size;
        memset(buf, 0, n);
        r->hole -= n;
        return n;
    }
    n = r->block_n < size ? r->block_n : size;
    if (n != 0)
        memcpy(buf, r->block, n);
    r->block += n;
    r->block_n -= n;
    return n;
}

struct reader *reader_open(struct stream *from, enum form form, struct layer *layer)
{
    struct reader *r = calloc(1, sizeof(*r));

    la = libarchive();
    if (r == NULL || (r->buf = malloc(BUFFER)) == NULL) {
        fputs("fathom: out of memory\n", stderr);
        abort();
    }
    r->from = from;
    r->form = form;
    r->item.layer = layer;
    /* Names are turned to UTF-8 whatever the locale of the user. */
    r->locale = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
    (void)open_handle(r, can_seek(from));
    return r;
}

void reader_close(struct reader *r)
{
    if (r == NULL)
        return;
    stream_finish(&r->item);
    (void)la->read_free(r->a);
    if (r->locale != (locale_t)0)
        freelocale(r->locale);
    free(r->buf);
    free(r);
}

/*
 * The directory of a zip led to something that is no entry, or there is none: look for the next
 * entry by its signature and go on from there. False when there is no more.
 */
static bool resync(struct reader *r)
{
    uint64_t from = r->good;
    size_t have = 0, got;

    if (r->form != FORM_ZIP || !can_seek(r->from) || ++r->resyncs > RESYNCS ||
            !stream_seek(r->from, from))
        return false;
    while ((got = stream_read(r->from, r->buf + have, BUFFER - have)) != 0) {
        str window = { r->buf, have + got };
        size_t at = str_find(window, STR("PK\x03\x04"));

        if (at != STR_NONE) {
            r->base = from + at;
            r->good = r->base + 4;
            (void)la->read_free(r->a);
            return stream_seek(r->from, r->base) && open_handle(r, false);
        }
        have = window.n < 3 ? window.n : 3;
        memmove(r->buf, window.p + window.n - have, have);
        from += window.n - have;
    }
    return false;
}

/* Where libarchive has come to. After a failure it does not say any more. */
static void note_place(struct reader *r)
{
    la_int64_t at = r->opened ? la->filter_bytes(r->a, 0) : 0;

    if (at > 0 && r->base + (uint64_t)at > r->good && r->items != 0)
        r->good = r->base + (uint64_t)at;
}

static int next_header(struct reader *r)
{
    unsigned retries = 0;
    int rc;

    do {
        rc = r->opened ? la->read_next_header(r->a, &r->entry) : ARCHIVE_FATAL;
        if (rc == ARCHIVE_RETRY || rc == ARCHIVE_FAILED) {
            note_error(r, &r->trouble, DIAG_ERROR);
            retries++;
        } else if (rc == ARCHIVE_FATAL) {
            if (!r->item_bad) /* else it is told already */
                note_error(r, &r->trouble, DIAG_ERROR);
            r->item_bad = false;
            if (resync(r))
                rc = ARCHIVE_RETRY;
        }
    } while ((rc == ARCHIVE_RETRY || rc == ARCHIVE_FAILED) && retries < RETRIES);
    return rc;
}

static enum item_type item_type(struct archive_entry *e, bool linked)
{
    if (linked)
        return ITEM_LINK;
    switch (la->entry_filetype(e)) {
    case AE_IFDIR:
        return ITEM_DIRECTORY;
    case 0:
    case AE_IFREG:
        return ITEM_FILE;
    default:
        return ITEM_SPECIAL;
    }
}

static void fill_item(struct reader *r, struct item *ret)
{
    struct archive_entry *e = r->entry;
    const char *path = la->entry_pathname(e), *target = la->entry_symlink(e);

    if (path == NULL)
        path = la->entry_pathname_utf8(e);
    if (target == NULL)
        target = la->entry_hardlink(e);
    *ret = (struct item){ .path = str_z(path), .target = str_z(target) };
    ret->type = item_type(e, target != NULL || la->entry_filetype(e) == AE_IFLNK);
    ret->mtime = la->entry_mtime_is_set(e) ? la->entry_mtime(e) : 0;
    if (la->entry_size_is_set(e) && la->entry_size(e) > 0)
        ret->size = (uint64_t)la->entry_size(e);
    ret->encrypted = la->entry_is_encrypted(e) != 0;
}

bool reader_next(struct reader *r, struct item *ret)
{
    struct layer *layer = r->item.layer;
    locale_t old;
    int rc;

    stream_finish(&r->item);
    r->item = (struct stream){ .read = read_item, .size = STREAM_UNSIZED, .layer = layer };
    r->item.counts = true;
    r->block_n = 0;
    r->hole = r->offset = 0;
    r->item_done = false;
    note_place(r);
    old = uselocale(r->locale);
    rc = next_header(r);
    if (rc == ARCHIVE_OK || rc == ARCHIVE_WARN) {
        fill_item(r, ret);
        r->items++;
        r->item_bad = false;
        note_place(r);
    }
    (void)uselocale(old);
    return rc == ARCHIVE_OK || rc == ARCHIVE_WARN;
}

struct stream *reader_stream(struct reader *r)
{
    return &r->item;
}

const struct trouble *reader_trouble(const struct reader *r)
{
    return &r->trouble;
}

bool reader_sound(const struct reader *r)
{
    return r->trouble.code == NULL && r->resyncs == 0;
}
