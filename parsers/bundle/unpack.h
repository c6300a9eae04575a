/* SPDX-License-Identifier: Apache-2.0 */
/*
 * unpack: one compressed file as the stream of what is in it. Frames that follow each other (gzip
 * and xz files put together, as logrotate and pigz write them) are one stream. What was decoded
 * before damage is always given; libarchive's own filters would keep back up to 64 KiB of it, which
 * is why they are not used.
 */
#pragma once

#include "form.h"
#include "stream.h"

enum unpack_step {
    UNPACK_MORE,   /* wants input or room */
    UNPACK_END,    /* a frame ended */
    UNPACK_BAD,    /* damage: the rest is lost */
    UNPACK_WINDOW, /* wants more memory than LIMIT_WINDOW */
};

struct unpack_io {
    str in;
    char *out;
    size_t room;
};

struct codec {
    void *(*open)(void); /* NULL = no memory */
    void (*close)(void *state);
    bool (*restart)(void *state); /* for the next frame */
    /* Eats from io->in, writes to io->out; both move on. */
    enum unpack_step (*step)(void *state, struct unpack_io *io);
    size_t magic;              /* bytes that tell whether another frame follows */
    bool (*follows)(str rest); /* rest holds up to `magic` bytes */
};

extern const struct codec codec_zstd; /* zstd.c */

struct unpack_stream {
    struct stream s;
    struct stream *from;
    const struct codec *codec;
    void *state;
    const char *name;
    bool begun, done; /* inside a frame; no more frames */
    bool dry;         /* `from` is at its end */
    str in;           /* of buf, not yet eaten */
    char *buf;
};

void unpack_open(struct unpack_stream *u, struct stream *from, enum form form, struct layer *layer);
void unpack_close(struct unpack_stream *u);
