/* SPDX-License-Identifier: Apache-2.0 */
#include "unpack.h"

#include <bzlib.h>
#include <lzma.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "limits.h"

enum {
    INPUT = 64 * 1024,
    GZIP_WINDOW = 15 + 16, /* the largest, with a gzip header */
};

static void *gzip_open(void)
{
    z_stream *z = calloc(1, sizeof(*z));

    if (z != NULL && inflateInit2(z, GZIP_WINDOW) != Z_OK) {
        free(z);
        return NULL;
    }
    return z;
}

static void gzip_close(void *state)
{
    (void)inflateEnd(state);
    free(state);
}

static bool gzip_restart(void *state)
{
    return inflateReset(state) == Z_OK;
}

static enum unpack_step gzip_step(void *state, struct unpack_io *io)
{
    z_stream *z = state;
    int r;

    z->next_in = (Bytef *)(uintptr_t)io->in.p;
    z->avail_in = (uInt)io->in.n;
    z->next_out = (Bytef *)io->out;
    z->avail_out = (uInt)io->room;
    r = inflate(z, Z_NO_FLUSH);
    io->in = str_from(io->in, io->in.n - z->avail_in);
    io->out = (char *)z->next_out;
    io->room = z->avail_out;
    return r == Z_STREAM_END               ? UNPACK_END
           : r == Z_OK || r == Z_BUF_ERROR ? UNPACK_MORE
                                           : UNPACK_BAD;
}

static bool gzip_follows(str rest)
{
    return form_of(rest) == FORM_GZIP;
}

static void *xz_open(void)
{
    lzma_stream *z = calloc(1, sizeof(*z));

    if (z != NULL && lzma_stream_decoder(z, LIMIT_WINDOW, 0) != LZMA_OK) {
        free(z);
        return NULL;
    }
    return z;
}

static void xz_close(void *state)
{
    lzma_end(state);
    free(state);
}

static bool xz_restart(void *state)
{
    return lzma_stream_decoder(state, LIMIT_WINDOW, 0) == LZMA_OK;
}

static enum unpack_step xz_step(void *state, struct unpack_io *io)
{
    lzma_stream *z = state;
    lzma_ret r;

    z->next_in = (const uint8_t *)io->in.p;
    z->avail_in = io->in.n;
    z->next_out = (uint8_t *)io->out;
    z->avail_out = io->room;
    r = lzma_code(z, LZMA_RUN);
    io->in = str_from(io->in, io->in.n - z->avail_in);
    io->out = (char *)z->next_out;
    io->room = z->avail_out;
    switch (r) {
    case LZMA_OK:
    case LZMA_BUF_ERROR:
        return UNPACK_MORE;
    case LZMA_STREAM_END:
        return UNPACK_END;
    case LZMA_MEMLIMIT_ERROR:
        return UNPACK_WINDOW;
    default:
        return UNPACK_BAD;
    }
}

static bool xz_follows(str rest)
{
    return form_of(rest) == FORM_XZ;
}

static void *bzip2_open(void)
{
    bz_stream *z = calloc(1, sizeof(*z));

    if (z != NULL && BZ2_bzDecompressInit(z, 0, 0) != BZ_OK) {
        free(z);
        return NULL;
    }
    return z;
}

static void bzip2_close(void *state)
{
    (void)BZ2_bzDecompressEnd(state);
    free(state);
}

static bool bzip2_restart(void *state)
{
    (void)BZ2_bzDecompressEnd(state);
    memset(state, 0, sizeof(bz_stream));
    return BZ2_bzDecompressInit(state, 0, 0) == BZ_OK;
}

static enum unpack_step bzip2_step(void *state, struct unpack_io *io)
{
    bz_stream *z = state;
    int r;

    z->next_in = (char *)(uintptr_t)io->in.p;
    z->avail_in = (unsigned)io->in.n;
    z->next_out = io->out;
    z->avail_out = (unsigned)io->room;
    r = BZ2_bzDecompress(z);
    io->in = str_from(io->in, io->in.n - z->avail_in);
    io->out = z->next_out;
    io->room = z->avail_out;
    return r == BZ_STREAM_END ? UNPACK_END : r == BZ_OK ? UNPACK_MORE : UNPACK_BAD;
}

static bool bzip2_follows(str rest)
{
    return form_of(rest) == FORM_BZIP2;
}

static const struct codec *const codecs[] = {
    [FORM_GZIP] = &(
            const struct codec){ gzip_open, gzip_close, gzip_restart, gzip_step, 3, gzip_follows },
    [FORM_XZ] = &(const struct codec){ xz_open, xz_close, xz_restart, xz_step, 6, xz_follows },
    [FORM_BZIP2] = &(const struct codec){ bzip2_open, bzip2_close, bzip2_restart, bzip2_step, 10,
            bzip2_follows },
    [FORM_ZSTD] = &codec_zstd,
};

/* At least n bytes of input, if there are any more; what is uneaten moves to the front. */
static void fill(struct unpack_stream *u, size_t n)
{
    if (u->in.n >= n || u->dry)
        return;
    memmove(u->buf, u->in.p, u->in.n);
    u->in.p = u->buf;
    while (u->in.n < n && !u->dry) {
        size_t got = stream_read(u->from, u->buf + u->in.n, INPUT - u->in.n);

        u->dry = got == 0;
        u->in.n += got;
    }
}

/* Zeros up to a block's border follow what was on a tape, or padded by xz. */
static void skip_zeros(struct unpack_stream *u)
{
    do {
        while (u->in.n != 0 && u->in.p[0] == 0)
            u->in = str_from(u->in, 1);
        fill(u, 1);
    } while (u->in.n != 0 && u->in.p[0] == 0);
}

static void end_of_frame(struct unpack_stream *u)
{
    u->begun = false;
    fill(u, u->codec->magic);
    if (u->codec->follows(str_slice(u->in, 0, u->codec->magic))) {
        u->done = !u->codec->restart(u->state);
        return;
    }
    skip_zeros(u);
    fill(u, u->codec->magic);
    if (u->in.n != 0 && u->codec->follows(str_slice(u->in, 0, u->codec->magic))) {
        u->done = !u->codec->restart(u->state);
        return;
    }
    u->done = true;
    if (u->in.n != 0)
        stream_fail(&u->s, DIAG_NOTE, "bundle.trailing", "%s: other bytes follow its end", u->name);
}

static void starved(struct unpack_stream *u)
{
    u->done = true;
    if (u->from->trouble.code != NULL)
        u->s.trouble = u->from->trouble;
    else
        stream_fail(&u->s, DIAG_ERROR, "bundle.truncated", "%s: ends in the middle", u->name);
}

static void broken(struct unpack_stream *u, enum unpack_step step)
{
    u->done = true;
    if (step == UNPACK_WINDOW)
        stream_fail(&u->s, DIAG_ERROR, "bundle.window", "%s: wants a window of more than %llu MiB",
                u->name, LIMIT_WINDOW / MIB);
    else
        stream_fail(&u->s, DIAG_ERROR, "bundle.corrupt", "%s: damaged, the rest is lost", u->name);
}

static size_t read_unpacked(struct stream *s, char *buf, size_t size)
{
    struct unpack_stream *u = (struct unpack_stream *)s;
    struct unpack_io io = { .out = buf, .room = size < INT32_MAX ? size : INT32_MAX };
    size_t room = io.room;

    while (!u->done && io.room == room) {
        enum unpack_step step;
        size_t before;

        fill(u, 1);
        before = u->in.n;
        io.in = u->in;
        u->begun = u->begun || before != 0;
        step = u->codec->step(u->state, &io);
        u->in = io.in;
        if (step == UNPACK_END)
            end_of_frame(u);
        else if (step != UNPACK_MORE)
            broken(u, step);
        else if (io.room == room && u->in.n == before && (before != 0 || u->dry))
            starved(u);
    }
    return room - io.room;
}

void unpack_open(struct unpack_stream *u, struct stream *from, enum form form, struct layer *layer)
{
    *u = (struct unpack_stream){ .s.read = read_unpacked, .s.size = STREAM_UNSIZED, .from = from };
    u->s.layer = layer;
    u->s.counts = true;
    u->codec = codecs[form];
    u->name = form_name(form);
    u->buf = malloc(INPUT);
    u->state = u->codec->open();
    if (u->buf == NULL || u->state == NULL) {
        fputs("fathom: out of memory\n", stderr);
        abort();
    }
    u->in = (str){ u->buf, 0 };
}

void unpack_close(struct unpack_stream *u)
{
    u->codec->close(u->state);
    free(u->buf);
    stream_finish(&u->s);
}
