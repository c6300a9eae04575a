/* SPDX-License-Identifier: Apache-2.0 */
#include "stream.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "limits.h"

static void *must(void *p)
{
    if (p == NULL) {
        fputs("fathom: out of memory\n", stderr);
        abort();
    }
    return p;
}

void stream_finish(struct stream *s)
{
    free(s->head);
    s->head = NULL;
    s->head_n = 0;
}

void stream_fail(struct stream *s, enum diag_level level, const char *code, const char *format, ...)
{
    va_list args;

    if (s->trouble.code != NULL)
        return;
    s->trouble.code = code;
    s->trouble.level = level;
    va_start(args, format);
    (void)vsnprintf(s->trouble.detail, sizeof(s->trouble.detail), format, args);
    va_end(args);
}

static bool too_much(uint64_t out, const struct layer *layer)
{
    return out > LIMIT_RATIO_FLOOR && out / LIMIT_RATIO > layer->source->far;
}

/*
 * A bomb may be nested, so that no single archive swells by much: what a layer gave is held against
 * every file around it, and so is the sum of what the members under it came to.
 */
static bool layer_gave(struct stream *s, size_t n)
{
    struct layer *layer = s->layer;

    layer->out += n;
    *layer->total += n;
    for (struct layer *l = layer; l != NULL; l = l->outer)
        l->stopped = l->stopped || too_much(layer->out, l) || too_much(l->leaf, l);
    if (*layer->total > LIMIT_BYTES) {
        layer->stopped = true;
        stream_fail(s, DIAG_ERROR, "bundle.bytes", "the case is larger than %llu GiB",
                LIMIT_BYTES / GIB);
    }
    if (!layer_stopped(layer))
        return true;
    stream_fail(
            s, DIAG_ERROR, "bundle.ratio", "unpacks to more than %d times its size", LIMIT_RATIO);
    return false;
}

void layer_leaf(struct layer *layer, uint64_t n)
{
    for (; layer != NULL; layer = layer->outer)
        layer->leaf += n;
}

bool layer_stopped(const struct layer *layer)
{
    for (; layer != NULL; layer = layer->outer) {
        if (layer->stopped)
            return true;
    }
    return false;
}

/* The source's own read, at the place the reader has come to. */
static size_t read_raw(struct stream *s, char *buf, size_t size)
{
    size_t n;

    if (s->ended || (s->raw_at != s->at && (s->seek == NULL || !s->seek(s, s->at))))
        return 0;
    s->raw_at = s->at;
    n = s->read(s, buf, size);
    if (n == 0 || (s->counts && !layer_gave(s, n))) {
        s->ended = true;
        return 0;
    }
    s->raw_at += n;
    s->at += n;
    if (s->raw_at > s->far)
        s->far = s->raw_at;
    return n;
}

str stream_head(struct stream *s)
{
    if (s->head == NULL && s->at == 0) {
        size_t n;

        s->head = must(malloc(LIMIT_SNIFF));
        do {
            n = read_raw(s, s->head + s->head_n, LIMIT_SNIFF - s->head_n);
            s->head_n += n;
        } while (n != 0 && s->head_n < LIMIT_SNIFF);
        s->at = 0;
    }
    return (str){ s->head, s->head_n };
}

size_t stream_read(struct stream *s, char *buf, size_t size)
{
    size_t left;

    if (s->at >= s->head_n)
        return read_raw(s, buf, size);
    left = s->head_n - (size_t)s->at;
    size = size < left ? size : left;
    memcpy(buf, s->head + s->at, size);
    s->at += size;
    return size;
}

bool stream_seek(struct stream *s, uint64_t to)
{
    if (s->seek == NULL && (to > s->head_n || s->raw_at > s->head_n))
        return false;
    s->at = to;
    s->ended = s->ended && s->seek == NULL;
    return true;
}

bool stream_rewind(struct stream *s)
{
    return stream_seek(s, 0);
}

static size_t read_file(struct stream *s, char *buf, size_t size)
{
    struct file_stream *f = (struct file_stream *)s;
    ssize_t n;

    do {
        n = read(f->fd, buf, size);
    } while (n < 0 && errno == EINTR);
    if (n < 0)
        stream_fail(s, DIAG_ERROR, "bundle.read", "%s", strerror(errno));
    return n > 0 ? (size_t)n : 0;
}

static bool seek_file(struct stream *s, uint64_t to)
{
    struct file_stream *f = (struct file_stream *)s;

    return to <= INT64_MAX && lseek(f->fd, (off_t)to, SEEK_SET) == (off_t)to;
}

void stream_of_file(struct file_stream *f, int fd)
{
    struct stat st;

    *f = (struct file_stream){ .s.read = read_file, .s.size = STREAM_UNSIZED, .fd = fd };
    if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && lseek(fd, 0, SEEK_CUR) == 0) {
        f->s.seek = seek_file;
        f->s.size = (uint64_t)st.st_size;
    }
}

static size_t read_memory(struct stream *s, char *buf, size_t size)
{
    struct memory_stream *m = (struct memory_stream *)s;
    size_t n;

    if (s->raw_at < m->n) {
        n = m->n - (size_t)s->raw_at;
        n = n < size ? n : size;
        memcpy(buf, m->bytes + s->raw_at, n);
        return n;
    }
    n = m->rest != NULL ? stream_read(m->rest, buf, size) : 0;
    if (n == 0 && m->rest != NULL)
        s->trouble = m->rest->trouble;
    return n;
}

static bool seek_memory(struct stream *s, uint64_t to)
{
    return to <= ((struct memory_stream *)s)->n;
}

bool stream_into_memory(struct memory_stream *m, struct stream *from, size_t max)
{
    size_t size = 0, n = 1;

    *m = (struct memory_stream){ .s.read = read_memory, .s.layer = from->layer };
    while (n != 0 && m->n < max) {
        if (m->n == size) {
            size = size == 0 ? LIMIT_BLOCK : size * 2;
            size = size < max ? size : max;
            m->bytes = must(realloc(m->bytes, size));
        }
        n = stream_read(from, m->bytes + m->n, size - m->n);
        m->n += n;
    }
    if (n == 0) {
        m->s.seek = seek_memory;
        m->s.size = m->n;
        m->s.trouble = from->trouble;
        return true;
    }
    m->rest = from;
    m->s.size = STREAM_UNSIZED;
    return false;
}

void stream_of_memory_finish(struct memory_stream *m)
{
    stream_finish(&m->s);
    free(m->bytes);
    m->bytes = NULL;
}
