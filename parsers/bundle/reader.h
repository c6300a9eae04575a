/* SPDX-License-Identifier: Apache-2.0 */
/*
 * reader (archive.c): the entries of zip, tar, 7z, cab and deb, one after the other, and the bytes
 * of each. Nothing is extracted: a name is text, a link is a name, and the bytes of an entry are a
 * stream.
 */
#pragma once

#include "form.h"
#include "stream.h"

enum item_type { ITEM_FILE, ITEM_DIRECTORY, ITEM_LINK, ITEM_SPECIAL };

struct item {
    enum item_type type;
    str path;   /* bytes as the archive has them; lives until the next item */
    str target; /* of a link */
    int64_t mtime;
    uint64_t size; /* as the header claims, 0 = not said */
    bool encrypted;
};

struct reader;

/* from stays the caller's and must outlive the reader. 7z needs one that can seek. */
struct reader *reader_open(struct stream *from, enum form form, struct layer *layer);
void reader_close(struct reader *r);

/* False at the end, or when the rest cannot be read. */
bool reader_next(struct reader *r, struct item *ret);
/* The bytes of the item that reader_next gave; dies with the next one. */
struct stream *reader_stream(struct reader *r);
/* What went wrong with the archive itself, worst first; code is NULL if nothing did. */
const struct trouble *reader_trouble(const struct reader *r);
/* Whether all entries were found where they should be. */
bool reader_sound(const struct reader *r);
