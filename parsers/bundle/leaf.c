/* SPDX-License-Identifier: Apache-2.0 */
/* leaf: one member: its bytes, its text, and what is to be told of them. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "walk.h"

static void tell_text(struct leaf *leaf, enum diag_level level, const char *code, uint32_t repeats,
        const char *detail)
{
    struct diag diag = { .level = level, .code = code, .repeats = repeats };

    diag.where.member = leaf->member.number;
    diag.detail = str_z(detail);
    leaf->w->ops->diag(leaf->w->ctx, &diag, leaf->member.path);
}

/* What the text turned out to be, told when it is at its end, once. */
static void tell_decoding(struct leaf *leaf)
{
    struct decode *d = &leaf->w->decode;
    char detail[80];

    if (!leaf->text_read)
        return;
    leaf->text_read = false;
    if (d->choice.form == TEXT_PAGE) {
        leaf->member.encoding = d->choice.page->name;
        (void)snprintf(detail, sizeof(detail), "%s, %s", d->choice.page->name,
                d->choice.page == d->choice.declared ? "as it declares" : "by its bytes");
        tell_text(leaf, DIAG_NOTE, "text.codepage", 0, detail);
    }
    if (d->nuls != 0) {
        (void)snprintf(detail, sizeof(detail), "%" PRIu64 " bytes", d->nuls);
        tell_text(leaf, DIAG_NOTE, "text.nul", 0, detail);
    }
    if (d->bad != 0) {
        uint32_t n = d->bad < UINT32_MAX ? (uint32_t)d->bad : UINT32_MAX;

        tell_text(leaf, DIAG_WARNING, "text.bad-utf8", n - 1, "not valid; shown as U+FFFD");
    }
}

static size_t read_raw(struct text_source *source, char *buf, size_t size)
{
    struct leaf *leaf = (struct leaf *)source;
    struct walk *w = leaf->w;
    size_t n = w->stopped ? 0 : stream_read(leaf->s, buf, size);

    if (n == 0) {
        tell_trouble(w, &leaf->s->trouble, leaf->member.number);
        return 0;
    }
    leaf->member.bytes += n;
    if (leaf->s->layer != NULL) {
        layer_leaf(leaf->s->layer, n);
    } else if ((w->bytes += n) > LIMIT_BYTES) {
        w->stopped = true;
        tell(w, DIAG_ERROR, "bundle.bytes", "the case is too large");
    }
    if (w->ops->tap != NULL && !leaf->entered)
        w->ops->tap(w->ctx, (str){ buf, n });
    return n;
}

static size_t read_text(struct text_source *source, char *buf, size_t size)
{
    struct leaf *leaf = (void *)((char *)source - offsetof(struct leaf, text));
    struct decode *d = &leaf->w->decode;
    size_t n;

    leaf->text_read = true;
    n = d->source.read(&d->source, buf, size);
    leaf->text.verbatim = leaf->s->layer == NULL && decode_verbatim(d);
    if (n == 0)
        tell_decoding(leaf);
    return n;
}

void member_drain(struct member *member)
{
    static char buf[64 * 1024];

    while (member->raw->read(member->raw, buf, sizeof(buf)) != 0)
        ;
    tell_decoding((struct leaf *)member->raw);
}

struct head_source {
    struct text_source source;
    str left;
};

static size_t read_head(struct text_source *source, char *buf, size_t size)
{
    struct head_source *h = (struct head_source *)source;

    size = size < h->left.n ? size : h->left.n;
    memcpy(buf, h->left.p, size);
    h->left = str_from(h->left, size);
    return size;
}

/* The head as text, by the same way that the whole member will take. */
static str decode_head(struct walk *w, str raw, struct decode_choice choice)
{
    struct head_source source = { .source.read = read_head, .left = raw };
    size_t n = 0, got;

    if (choice.form == TEXT_BINARY)
        return raw;
    decode_begin(&w->decode, &source.source, choice);
    while (n < LIMIT_SNIFF &&
            (got = w->decode.source.read(&w->decode.source, w->head + n, LIMIT_SNIFF - n)) != 0)
        n += got;
    decode_end(&w->decode);
    /* A character cut by the end of the head is not the text's fault. */
    while (raw.n == LIMIT_SNIFF && str_ends((str){ w->head, n }, STR("\xef\xbf\xbd")))
        n -= 3;
    return (str){ w->head, n };
}

bool leaf_number(struct walk *w, struct member *m)
{
    if (w->members == LIMIT_MEMBERS) {
        w->stopped = true;
        tell(w, DIAG_ERROR, "bundle.members", "more members than are read of one case");
        return false;
    }
    m->number = (uint32_t)++w->members;
    m->path = (str){ w->path, w->path_n };
    return true;
}

static void read_leaf(struct walk *w, struct leaf *leaf, struct decode_choice choice)
{
    struct member *m = &leaf->member;
    enum section_form form = m->binary ? SECTION_NONE : section_form(m->head);

    leaf->entered = form != SECTION_NONE;
    m->path = (str){ w->path, w->path_n };
    decode_begin(&w->decode, &leaf->raw, choice);
    if (form != SECTION_NONE) {
        walk_sections(w, leaf, form);
    } else if (leaf_number(w, m)) {
        m->whole_file = leaf->s->layer == NULL && leaf->s->seek != NULL;
        w->ops->member(w->ctx, m);
    }
    decode_end(&w->decode);
}

void walk_leaf(struct walk *w, struct stream *s, struct place place)
{
    struct leaf leaf = { .raw.read = read_raw, .text.read = read_text, .w = w, .s = s };
    struct member *m = &leaf.member;
    struct decode_choice choice;

    if (w->stopped)
        return;
    m->line = 1;
    m->mtime = place.mtime;
    m->size = s->size != STREAM_UNSIZED ? s->size : place.size;
    m->raw_head = stream_head(s);
    choice = decode_choose(m->raw_head, m->raw_head.n < LIMIT_SNIFF);
    if (place.shut)
        choice = (struct decode_choice){ .form = TEXT_BINARY };
    m->binary = choice.form == TEXT_BINARY;
    m->encoding = decode_name(&choice);
    m->head = decode_head(w, m->raw_head, choice);
    m->text = &leaf.text;
    m->raw = &leaf.raw;
    read_leaf(w, &leaf, choice);
}
