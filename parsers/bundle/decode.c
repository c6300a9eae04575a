/* SPDX-License-Identifier: Apache-2.0 */
#include "decode.h"

#include <stdlib.h>
#include <string.h>

#include "block.h"
#include "limits.h"
#include "utf8.h"
#include "wide.h"

enum {
    ROOM = 16,   /* what a step may write at most, and some */
    FAST = 4096, /* with less room than this, converting in place is not worth it */
};

/* The front may be a character whose rest has not come yet. */
static bool is_cut(str s)
{
    unsigned char lead = (unsigned char)s.p[0];
    size_t want = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;

    if (lead < 0xc2 || lead > 0xf4 || s.n >= want)
        return false;
    for (size_t i = 1; i < s.n; i++) {
        if (((unsigned char)s.p[i] & 0xc0) != 0x80)
            return false;
    }
    return true;
}

static str pending(const struct decode *d)
{
    return (str){ d->pending + d->at, d->end - d->at };
}

/* Reads behind what is pending, up to LIMIT_BLOCK in all. */
static size_t refill(struct decode *d)
{
    size_t got;

    if (d->at != 0) {
        memmove(d->pending, d->pending + d->at, d->end - d->at);
        d->end -= d->at;
        d->at = 0;
    }
    if (d->ended || d->end == LIMIT_BLOCK)
        return 0;
    got = d->raw->read(d->raw, d->pending + d->end, LIMIT_BLOCK - d->end);
    d->end += got;
    d->ended = got == 0;
    return got;
}

/* Out of the run of NUL before it comes one line feed, unless a line has just ended. */
static size_t end_nul(struct decode *d, char *out)
{
    bool feed = d->nul && d->last != '\n';

    d->nul = false;
    if (feed)
        *out = '\n';
    return feed;
}

static size_t put_bad(struct decode *d, char *out)
{
    size_t n = end_nul(d, out);

    d->bad++;
    d->last = '?';
    return n + utf8_put(0xfffd, out + n);
}

static size_t put_run(struct decode *d, char *out, str run)
{
    size_t n = end_nul(d, out);

    memcpy(out + n, run.p, run.n);
    d->last = run.p[run.n - 1];
    return n + run.n;
}

static void skip_nuls(struct decode *d)
{
    while (d->at < d->end && d->pending[d->at] == 0) {
        d->at++;
        d->nuls++;
    }
    d->nul = true;
}

static size_t convert_utf8(struct decode *d, char *out, size_t size)
{
    size_t n = 0;

    while (d->at < d->end && size - n >= ROOM) {
        str in = pending(d);
        str view = str_slice(in, 0, size - n - 1);
        size_t run = d->choice.decided ? block_utf8(view) : block_ascii(view);

        if (run != 0) {
            n += put_run(d, out + n, str_slice(in, 0, run));
            d->at += run;
        } else if (in.p[0] == 0) {
            skip_nuls(d);
        } else if (!d->choice.decided) {
            break;
        } else if (!d->ended && is_cut(in)) {
            break;
        } else {
            n += put_bad(d, out + n);
            d->at++;
        }
    }
    return n;
}

static size_t convert_page(struct decode *d, char *out, size_t size)
{
    size_t n = 0;

    while (d->at < d->end && size - n >= ROOM) {
        str in = pending(d), rest;
        size_t run = block_ascii(str_slice(in, 0, size - n - 1));
        uint64_t bad = d->page.bad;

        if (run != 0) {
            n += put_run(d, out + n, str_slice(in, 0, run));
            d->at += run;
            continue;
        }
        if (in.p[0] == 0) {
            skip_nuls(d);
            continue;
        }
        /* To the end of the line: neither LF nor NUL is ever the second byte of a character. */
        run = str_find_char(in, '\n');
        rest = in = str_slice(in, 0, run != STR_NONE ? run : in.n);
        run = str_find_char(in, '\0');
        rest = in = str_slice(in, 0, run);
        n += end_nul(d, out + n);
        run = codepage_convert(
                &d->page, &rest, out + n, size - n, d->ended || rest.n < d->end - d->at);
        d->bad += d->page.bad - bad;
        if (run == 0 && rest.n == in.n)
            break;
        d->at += in.n - rest.n;
        n += run;
        d->last = '?';
    }
    return n;
}

static size_t convert_wide(struct decode *d, char *out, size_t size)
{
    const bool big = d->choice.form == TEXT_UTF16BE;
    size_t n = 0;

    while (d->end - d->at >= 2 && size - n >= ROOM) {
        str in = pending(d);
        size_t feed = d->nul && d->last != '\n', taken;
        size_t run = block_utf16(in, big, out + n + feed, size - n - feed, &taken);
        uint32_t c;

        if (run != 0) {
            n += end_nul(d, out + n) + run;
            d->last = out[n - 1];
            d->at += taken;
            continue;
        }
        taken = wide_take(in, big, d->ended, &c);
        if (taken == 0)
            break;
        d->at += taken;
        if (c == 0) {
            d->nuls += 2;
            d->nul = true;
        } else if (c == WIDE_BAD) {
            n += put_bad(d, out + n);
        } else if (c != 0xfeff || d->last != '\n') { /* a BOM where files were put together */
            n += end_nul(d, out + n);
            n += utf8_put(c, out + n);
            d->last = '?';
        }
    }
    if (d->ended && d->end - d->at == 1) { /* half a character */
        d->bad += d->pending[d->at] != 0;
        d->at = d->end;
    }
    return n;
}

/* Now that a byte above 127 has come, with up to a block behind it. */
static void decide(struct decode *d)
{
    struct decode_choice choice;

    while (refill(d) != 0)
        ;
    choice = decode_choose(pending(d), d->ended);
    d->choice.decided = true;
    if (d->choice.declared != NULL && codepage_converts(d->choice.declared, pending(d)))
        d->choice.page = d->choice.declared;
    else if (choice.form == TEXT_PAGE)
        d->choice.page = choice.page;
    if (d->choice.page != NULL && codepage_begin(&d->page, d->choice.page))
        d->choice.form = TEXT_PAGE;
}

static size_t convert(struct decode *d, char *out, size_t size)
{
    size_t n;

    if (d->choice.form == TEXT_UTF8) {
        n = convert_utf8(d, out, size);
        if (n != 0 || d->choice.decided || d->at == d->end)
            return n;
        decide(d);
    }
    switch (d->choice.form) {
    case TEXT_UTF16LE:
    case TEXT_UTF16BE:
        return convert_wide(d, out, size);
    case TEXT_PAGE:
        return convert_page(d, out, size);
    default:
        return convert_utf8(d, out, size);
    }
}

/* Reads to where it is wanted; only what follows the first odd byte is set aside. */
static size_t read_in_place(struct decode *d, char *out, size_t size)
{
    str in = pending(d);
    size_t have = in.n, good;

    size = size < LIMIT_BLOCK ? size : LIMIT_BLOCK;
    if (have != 0)
        memcpy(out, in.p, have);
    d->at = d->end = 0;
    in = (str){ out, have + d->raw->read(d->raw, out + have, size - have) };
    d->ended = in.n == have;
    good = d->choice.decided ? block_utf8(in) : block_ascii(in);
    d->end = in.n - good;
    if (d->end != 0)
        memcpy(d->pending, out + good, d->end);
    if (good != 0)
        d->last = out[good - 1];
    return good;
}

static void begin(struct decode *d)
{
    d->begun = true;
    if (d->pending == NULL)
        d->pending = text_room(LIMIT_BLOCK);
    while (d->end < d->choice.bom && refill(d) != 0)
        ;
    d->at = d->choice.bom < d->end ? d->choice.bom : d->end;
}

static size_t produce(struct decode *d, char *out, size_t size)
{
    for (;;) {
        size_t n = 0;

        if (d->at != d->end)
            n = convert(d, out, size);
        if (n != 0 || d->ended)
            return n;
        /* What is left is less than a character. */
        if (d->choice.form == TEXT_UTF8 && size >= FAST && !d->nul && d->end - d->at < 4)
            n = read_in_place(d, out, size);
        else
            refill(d);
        if (n != 0)
            return n;
    }
}

static size_t read_text(struct text_source *source, char *buf, size_t size)
{
    struct decode *d = (struct decode *)source;
    size_t n;

    if (!d->begun)
        begin(d);
    if (d->choice.form == TEXT_BINARY)
        return d->raw->read(d->raw, buf, size);
    if (d->spill_at == d->spill_n) {
        if (size >= ROOM)
            return produce(d, buf, size);
        d->spill_at = 0;
        d->spill_n = produce(d, d->spill, sizeof(d->spill));
    }
    n = d->spill_n - d->spill_at;
    n = n < size ? n : size;
    memcpy(buf, d->spill + d->spill_at, n);
    d->spill_at += n;
    return n;
}

void decode_begin(struct decode *d, struct text_source *raw, struct decode_choice choice)
{
    char *kept = d->pending;

    *d = (struct decode){ .source.read = read_text, .raw = raw, .choice = choice, .last = '\n' };
    d->pending = kept;
    if (choice.form == TEXT_PAGE && !codepage_begin(&d->page, choice.page))
        d->choice.form = TEXT_UTF8;
}

void decode_end(struct decode *d)
{
    codepage_end(&d->page);
}

void decode_destroy(struct decode *d)
{
    free(d->pending);
    d->pending = NULL;
}

bool decode_verbatim(const struct decode *d)
{
    return d->choice.form == TEXT_UTF8 && d->choice.bom == 0 && d->bad == 0 && d->nuls == 0;
}
