/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stream: bytes pulled from a file, an archive's entry, a decompressor or memory. The first
 * LIMIT_SNIFF bytes are kept, so that one can look before one decides, and go back while nothing
 * past them was read. Inside the bundle layer only.
 */
#pragma once

#include "diag.h"

#define STREAM_UNSIZED UINT64_MAX

/* Why a stream ended before its time; code is NULL when it did not. */
struct trouble {
    const char *code;
    enum diag_level level;
    char detail[200];
};

/*
 * One archive or compressed file that is open: what it gave against what it took. far of the source
 * is the most it can have read, however often it went back.
 */
struct layer {
    struct layer *outer;
    const struct stream *source;
    uint64_t *total; /* of the case */
    uint64_t out;    /* bytes it gave itself */
    uint64_t leaf;   /* bytes of members under it, at any depth */
    bool stopped;    /* a cap bit: it gives no more */
};

struct stream {
    /* The bytes after the last read (or seek); 0 = end, trouble told in s->trouble. */
    size_t (*read)(struct stream *s, char *buf, size_t size);
    bool (*seek)(struct stream *s, uint64_t to); /* NULL = cannot */
    uint64_t size;                               /* if known for sure, else STREAM_UNSIZED */
    struct trouble trouble;
    struct layer *layer; /* what these bytes lie in; NULL for a file of the disk */
    bool counts;         /* they come fresh out of it (not a second time, from memory) */

    /* stream.c's own */
    char *head;
    size_t head_n;
    uint64_t at, raw_at, far;
    bool ended; /* a read gave nothing; none after it will */
};

/* A member under this layer was given n bytes. */
void layer_leaf(struct layer *layer, uint64_t n);
bool layer_stopped(const struct layer *layer);

void stream_finish(struct stream *s);

str stream_head(struct stream *s);
size_t stream_read(struct stream *s, char *buf, size_t size);
bool stream_seek(struct stream *s, uint64_t to);
/* Back to the first byte; false when that is no longer possible. */
bool stream_rewind(struct stream *s);
/* Notes the first trouble; later ones are consequences. */
void stream_fail(struct stream *s, enum diag_level level, const char *code, const char *format, ...)
        __attribute__((format(printf, 4, 5)));

struct file_stream {
    struct stream s;
    int fd;
};

/* fd stays the caller's. Seekable when it is a regular file. */
void stream_of_file(struct file_stream *f, int fd);

/* What is left of a stream, held in memory: seekable. */
struct memory_stream {
    struct stream s;
    char *bytes;
    size_t n;
    struct stream *rest; /* what did not fit follows from here, then it cannot seek */
};

/* False when `from` holds more than max; the stream gives everything all the same. */
bool stream_into_memory(struct memory_stream *m, struct stream *from, size_t max);
void stream_of_memory_finish(struct memory_stream *m);
