/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sections: the parts of a text as members. Nothing of the text is held but the window over it: a
 * section is a source that ends before the next mark.
 */
#include <string.h>

#include "entry_name.h"
#include "walk.h"

struct sections {
    struct walk *w;
    struct text text;
    enum section_form form;
    size_t ready;   /* bytes in front of the window that belong to the section */
    bool inside;    /* the window begins in the middle of a line */
    bool mark_kept; /* it begins with the mark of the section itself */
    bool ended;     /* behind the ready bytes comes a mark, or nothing */
};

/* Looks for the next mark, as far as the window shows. */
static void look(struct sections *s)
{
    str window = text_peek(&s->text);
    size_t at = s->ready;
    bool begins = at != 0 || !s->inside;

    while (!s->ended && at < window.n) {
        str rest = str_from(window, at), line;
        size_t end = str_find_char(rest, '\n');

        if (end == STR_NONE && !s->text.eof)
            break;
        line = str_trim_end(str_slice(rest, 0, end));
        s->ended = begins && !(at == 0 && s->mark_kept) && section_begins(s->form, line);
        if (s->ended)
            break;
        at = end != STR_NONE ? at + end + 1 : window.n;
        begins = true;
    }
    s->ready = at;
    s->ended = s->ended || (s->text.eof && at == window.n);
}

/* At least `n` bytes of the section, if it has them. */
static void look_ahead(struct sections *s, size_t n)
{
    look(s);
    while (!s->ended && s->ready < n) {
        if (!text_more(&s->text) && !s->text.eof) {
            s->ready = text_peek(&s->text).n; /* a line longer than the window */
            return;
        }
        look(s);
    }
}

static void eat(struct sections *s, size_t n)
{
    s->inside = text_peek(&s->text).p[n - 1] != '\n';
    s->mark_kept = false;
    s->ready -= n;
    text_skip(&s->text, n);
}

static size_t read_section(struct leaf *leaf, char *buf, size_t size)
{
    struct sections *s = leaf->sections;
    size_t n;

    look_ahead(s, 1);
    n = s->ready < size ? s->ready : size;
    if (n == 0)
        return 0;
    memcpy(buf, text_peek(&s->text).p, n);
    eat(s, n);
    leaf->member.bytes += n;
    if (s->w->ops->tap != NULL)
        s->w->ops->tap(s->w->ctx, (str){ buf, n });
    return n;
}

static size_t read_raw(struct text_source *source, char *buf, size_t size)
{
    return read_section((struct leaf *)source, buf, size);
}

static size_t read_text(struct text_source *source, char *buf, size_t size)
{
    return read_section((void *)((char *)source - offsetof(struct leaf, text)), buf, size);
}

/* Without a character that the end of the head cut. */
static size_t copy_head(struct sections *s, char *to)
{
    str head;

    look_ahead(s, LIMIT_SNIFF);
    head = str_slice(text_peek(&s->text), 0, s->ready < LIMIT_SNIFF ? s->ready : LIMIT_SNIFF);
    if (head.n != 0)
        memcpy(to, head.p, head.n);
    if (head.n == LIMIT_SNIFF) {
        while (head.n != 0 && ((unsigned char)head.p[head.n - 1] & 0xc0) == 0x80)
            head.n--;
        if (head.n != 0 && ((unsigned char)head.p[head.n - 1] & 0x80) != 0)
            head.n--;
    }
    return head.n;
}

/* The section that the window stands in. */
static void walk_section(struct sections *s, const struct leaf *whole, str host)
{
    struct leaf leaf = { .raw.read = read_raw, .text.read = read_text, .w = s->w, .sections = s };
    struct member *m = &leaf.member;
    char rest[4096];

    m->head = m->raw_head = (str){ s->w->head, copy_head(s, s->w->head) };
    /* Nothing under a mark, as for a file that was not there, is no member. */
    if ((s->ended && str_trim(m->head).n == 0) || !leaf_number(s->w, m)) {
        text_skip(&s->text, s->ready);
        return;
    }
    m->mtime = whole->member.mtime;
    m->encoding = whole->member.encoding;
    m->text = &leaf.text;
    m->raw = &leaf.raw;
    m->line = s->text.number;
    m->offset = s->text.offset;
    m->host = host;
    s->w->ops->member(s->w->ctx, m);
    while (leaf.raw.read(&leaf.raw, rest, sizeof(rest)) != 0)
        ; /* a member need not be read; the next one begins behind it all the same */
}

/* Eats the mark that the window begins with and walks what is under it. */
static void walk_marked(struct sections *s, const struct leaf *whole)
{
    struct section section;
    struct line line, next = { .number = 0 };
    char first[LIMIT_QUOTE], host[64], name[LIMIT_PATH];
    str mark, named = { NULL, 0 };
    size_t place, n;
    bool cut;

    (void)text_peek_line(&s->text, &line);
    mark = str_slice(line.s, 0, sizeof(first));
    memcpy(first, mark.p, mark.n);
    mark.p = first;
    section_read(s->form, mark, next.s, &section);
    if (section.kept) {
        s->mark_kept = true;
    } else {
        (void)text_line(&s->text, &line);
        if (text_peek_line(&s->text, &next)) {
            section_read(s->form, mark, str_slice(next.s, 0, LIMIT_QUOTE), &section);
            if (section.eats)
                (void)text_line(&s->text, &next);
        }
    }
    if (section.host.n != 0 && section.host.n <= sizeof(host)) {
        memcpy(host, section.host.p, section.host.n);
        named = (str){ host, section.host.n };
    }
    s->ready = 0;
    s->inside = s->ended = false;
    n = entry_name((str){ section.name, section.n }, false, name,
            sizeof(name) - s->w->path_n < sizeof(name) ? sizeof(name) - s->w->path_n - 1 : 0, &cut);
    if (path_add(s->w, '!', (str){ name, n }, &place))
        walk_section(s, whole, named);
    path_cut(s->w, place);
}

void walk_sections(struct walk *w, struct leaf *whole, enum section_form form)
{
    struct sections s = { .w = w, .form = form };

    text_init(&s.text, &whole->text);
    walk_section(&s, whole, (str){ NULL, 0 });
    while (!w->stopped && text_ahead(&s.text, 1).n != 0)
        walk_marked(&s, whole);
    text_finish(&s.text);
}
