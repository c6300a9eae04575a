/* SPDX-License-Identifier: Apache-2.0 */
#include "text.h"

#include <stdlib.h>
#include <string.h>

#include "block.h"
#include "limits.h"
#include "must.h"

enum { PAGE = 4096 };

char *text_room(size_t size)
{
    return must(aligned_alloc(PAGE, size));
}

void text_init(struct text *t, struct text_source *source)
{
    *t = (struct text){ .source = source, .number = 1 };
}

void text_renew(struct text *t, struct text_source *source)
{
    *t = (struct text){ .source = source, .number = 1, .buf = t->buf, .size = t->size };
}

void text_finish(struct text *t)
{
    free(t->buf);
    t->buf = NULL;
}

str text_peek(const struct text *t)
{
    return (str){ t->buf != NULL ? t->buf + t->at : NULL, t->end - t->at };
}

/* Makes room behind the window: moves it to the front, then grows the buffer. */
static bool make_room(struct text *t)
{
    char *old;

    if (t->end < t->size)
        return true;
    if (t->at > t->size / 2 || (t->at != 0 && t->size >= LIMIT_RECORD)) {
        memmove(t->buf, t->buf + t->at, t->end - t->at);
        t->end -= t->at;
        t->at = 0;
        t->generation++;
        return true;
    }
    if (t->size >= LIMIT_RECORD)
        return false;
    old = t->buf;
    t->size = t->size != 0 ? t->size * 2 : LIMIT_BLOCK;
    t->buf = text_room(t->size);
    if (t->end != 0)
        memcpy(t->buf, old, t->end);
    free(old);
    t->generation++;
    return true;
}

bool text_more(struct text *t)
{
    size_t got;

    if (t->eof || !make_room(t))
        return false;
    got = t->source->read(t->source, t->buf + t->end, t->size - t->end);
    t->end += got;
    t->eof = got == 0;
    return got != 0;
}

str text_ahead(struct text *t, size_t n)
{
    while (t->end - t->at < n && text_more(t))
        ;
    return text_peek(t);
}

static void count_lines(struct text *t, uint32_t lines)
{
    if (__builtin_add_overflow(t->number, lines, &t->number))
        t->number = UINT32_MAX;
}

static void advance(struct text *t, size_t n, uint32_t lines)
{
    count_lines(t, lines);
    t->at += n;
    t->offset += n;
}

void text_skip(struct text *t, size_t n)
{
    text_skip_lines(t, n, block_newlines((str){ t->buf + t->at, n }));
}

void text_skip_lines(struct text *t, size_t n, size_t lines)
{
    advance(t, n, (uint32_t)lines);
}

/* Length of the line at the cursor with its terminator; the window holds it, or its first
 * LIMIT_RECORD bytes. */
static size_t line_extent(struct text *t, bool *ret_ended)
{
    size_t seen = 0;

    for (;;) {
        str window = text_peek(t);
        size_t at = str_find_char(str_from(window, seen), '\n');

        if (at != STR_NONE) {
            *ret_ended = true;
            return seen + at + 1;
        }
        seen = window.n;
        if (!text_more(t)) {
            *ret_ended = t->eof;
            return seen;
        }
    }
}

static bool look_at_line(struct text *t, struct line *ret, size_t *ret_extent, bool *ret_ended)
{
    size_t extent = line_extent(t, ret_ended);
    str s = str_slice(text_peek(t), 0, extent);

    if (extent == 0)
        return false;
    if (s.p[s.n - 1] == '\n')
        s.n--;
    while (s.n != 0 && s.p[s.n - 1] == '\r')
        s.n--;
    *ret = (struct line){ .s = s, .number = t->number, .offset = t->offset };
    ret->length = (uint32_t)s.n;
    ret->extent = (uint32_t)extent;
    if (s.n > LIMIT_LINE) {
        size_t cut = LIMIT_LINE;

        while (cut > 0 && ((unsigned char)s.p[cut] & 0xC0) == 0x80)
            cut--; /* never in the middle of a character */
        ret->s.n = cut;
    }
    *ret_extent = extent;
    return true;
}

/*
 * A line longer than the window: its first `keep` bytes stay in front of the buffer for the caller,
 * the rest streams through the room behind them.
 */
static void drop_long_rest(struct text *t, size_t keep)
{
    bool ended = false;

    t->generation++;
    memmove(t->buf, t->buf + t->at, keep);
    t->offset += t->end - t->at;
    while (!ended) {
        size_t got = t->source->read(t->source, t->buf + keep, t->size - keep);
        str block = { t->buf + keep, got };
        size_t nl = str_find_char(block, '\n');

        ended = got == 0 || nl != STR_NONE;
        t->eof = got == 0;
        t->at = keep + (nl != STR_NONE ? nl + 1 : got);
        t->end = keep + got;
        t->offset += t->at - keep;
    }
    count_lines(t, 1);
}

bool text_line(struct text *t, struct line *ret)
{
    size_t extent;
    bool ended;

    if (!look_at_line(t, ret, &extent, &ended))
        return false;
    if (ret->length > LIMIT_LINE)
        t->long_lines++;
    if (ended) {
        advance(t, extent, t->buf[t->at + extent - 1] == '\n');
    } else {
        uint64_t taken;

        drop_long_rest(t, ret->s.n);
        ret->s.p = t->buf;
        taken = t->offset - ret->offset;
        ret->extent = taken < UINT32_MAX ? (uint32_t)taken : UINT32_MAX;
    }
    return true;
}

bool text_peek_line(struct text *t, struct line *ret)
{
    size_t extent;
    bool ended;

    return look_at_line(t, ret, &extent, &ended);
}
