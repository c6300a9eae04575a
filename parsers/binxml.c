/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Binary XML: tokens of one byte, names by their offset in the chunk (a name stands inline where it
 * is used first), templates with numbered holes and the values that fill them.
 *
 *     0F 01 01 00                   fragment
 *     0C 01 id offset               instance of the template at that offset (inline at its first
 *                                   use), then a count, a size and type per value, the values
 *     01|41 dependency size name    element; 41 has attributes. An element that depends on a value
 *                                   which is not there is left out
 *     46|06 name                    attribute
 *     05 type count text            value
 *     0D|0E number type             hole; an array repeats the element around it
 *     02 03 04                      end of start tag, empty element, end tag
 *
 * Elements of a fragment that is itself a value have no dependency field. Nesting of elements and
 * of fragments is bounded.
 */
#include "binxml_token.h"
#include "limits.h"
#include "utf16.h"

enum {
    ARRAY = 0x80,
    TYPE_NULL = 0,
    TYPE_XML = 0x21,
    ATTRIBUTES = 32,
    FRAGMENTS = 8, /* fragments in values; real logs have two */
    /* Tokens and bytes of values in one record: templates may fill holes with templates. */
    WORK = 4 * 1024 * 1024,
};

struct filling {
    uint8_t type;
    uint16_t size;
    uint32_t at;
};

struct fillings {
    const struct filling *list;
    size_t n;
};

struct walk {
    struct binxml *b;
    struct arena *a;
    const struct xml_calls *calls;
    void *ctx;
    const bool *stop;
    unsigned depth, fragments;
    bool form; /* a template without values: holes are told by number */
    size_t work;
};

struct element {
    str name;
    const char *attributes[ATTRIBUTES * 2 + 1];
    size_t nattributes;
};

static const struct filling *take_hole(struct bytes *c, const struct fillings *f)
{
    uint16_t number = bytes_u16(c);

    bytes_skip(c, 1); /* the type that the template expects; the value has its own */
    return number < f->n ? &f->list[number] : NULL;
}

/* Counts work; past the budget the record is taken for damaged. */
static bool spend(struct walk *w, size_t n)
{
    w->work += n + 1;
    return w->work <= WORK;
}

static str filling_bytes(const struct walk *w, const struct filling *f)
{
    return str_slice(w->b->chunk, f->at, (size_t)f->at + f->size);
}

static bool is_text(unsigned token)
{
    token &= ~(unsigned)BINXML_MORE;
    return token == VALUE || token == CDATA || token == CHARACTER || token == ENTITY ||
           token == HOLE || token == OPTIONAL_HOLE;
}

/* One text token, alike in attributes and content, appended to the text at hand. */
static void take_text(struct walk *w, struct bytes *c, const struct fillings *f)
{
    unsigned token = bytes_u8(c) & ~(unsigned)BINXML_MORE;
    struct out *o = &w->b->text;
    const struct filling *filling;
    size_t n;
    uint8_t type;

    if (token == VALUE) {
        type = bytes_u8(c);
        n = bytes_u16(c);
        binxml_value(o, type, bytes_take(c, type == 1 ? n * 2 : n));
    } else if (token == CDATA) {
        n = bytes_u16(c);
        utf16_put(o, bytes_take(c, n * 2));
    } else if (token == CHARACTER) {
        utf16_put(o, bytes_take(c, 2));
    } else if (token == ENTITY) {
        binxml_entity(o, binxml_name(w->b, c));
    } else if (w->form) {
        out_char(o, BINXML_HOLE);
        binxml_digits(o, bytes_u16(c), 16);
        bytes_skip(c, 1);
    } else {
        filling = take_hole(c, f);
        if (filling == NULL || (filling->type & ARRAY) != 0)
            return;
        if (spend(w, filling->size))
            binxml_value(o, filling->type, filling_bytes(w, filling));
        else
            c->bad = true;
    }
}

static void take_attributes(
        struct walk *w, struct bytes *c, const struct fillings *f, struct element *e)
{
    size_t end = bytes_u32(c);

    end += c->at;
    if (end > c->n)
        c->bad = true;
    while (!c->bad && c->at < end && (c->p[c->at] & ~BINXML_MORE) == ATTRIBUTE) {
        str name;

        bytes_skip(c, 1);
        name = binxml_name(w->b, c);
        w->b->text.used = 0;
        while (!c->bad && c->at < end && is_text(c->p[c->at]))
            take_text(w, c, f);
        if (c->bad || e->nattributes == ATTRIBUTES)
            continue;
        e->attributes[e->nattributes * 2] = name.p;
        e->attributes[e->nattributes * 2 + 1] = arena_z(w->a, str_trim(out_text(&w->b->text)));
        e->nattributes++;
    }
    e->attributes[e->nattributes * 2] = NULL;
    w->b->text.used = 0; /* an empty element must not hand it to the text behind it */
}

static void tell_open(struct walk *w, struct element *e)
{
    w->calls->open(w->ctx, e->name, (struct xml_attributes){ e->attributes });
}

static void tell_text(struct walk *w)
{
    str text = out_text(&w->b->text);

    if (text.n != 0)
        w->calls->text(w->ctx, text);
    w->b->text.used = 0;
}

/* An array repeats the element around it: strings end with NUL, the rest has a size. */
static void tell_array(struct walk *w, const struct filling *f, struct element *e)
{
    str rest = filling_bytes(w, f);
    uint8_t type = f->type & (uint8_t)~ARRAY;
    size_t each = binxml_value_size(type), n;

    for (bool first = true; rest.n != 0 && spend(w, rest.n / 16); first = false) {
        if (!first) {
            w->calls->close(w->ctx, e->name);
            tell_open(w, e);
        }
        n = 0;
        if (type == 1) {
            while (n + 1 < rest.n && (rest.p[n] != 0 || rest.p[n + 1] != 0))
                n += 2;
        } else {
            n = each != 0 ? each : rest.n;
        }
        w->b->text.used = 0;
        binxml_value(&w->b->text, type, str_slice(rest, 0, n));
        tell_text(w);
        rest = str_from(rest, type == 1 ? n + 2 : n);
    }
}

static bool walk_fragment(
        struct walk *w, struct bytes *c, const struct fillings *f, bool in_template);
static void walk_element(
        struct walk *w, struct bytes *c, const struct fillings *f, bool in_template);

/* A hole filled by XML or an array; others are text. */
static bool take_structure(
        struct walk *w, struct bytes *c, const struct fillings *f, struct element *e)
{
    struct bytes ahead = *c, inner = bytes_of(w->b->chunk);
    unsigned token = bytes_u8(&ahead) & ~(unsigned)BINXML_MORE;
    const struct fillings none = { NULL, 0 };
    const struct filling *filling;

    if ((token != HOLE && token != OPTIONAL_HOLE) || w->form)
        return false;
    filling = take_hole(&ahead, f);
    if (ahead.bad || filling == NULL || (filling->type != TYPE_XML && !(filling->type & ARRAY)))
        return false;
    *c = ahead;
    if ((filling->type & ARRAY) != 0) {
        tell_array(w, filling, e);
        return true;
    }
    inner.at = filling->at;
    inner.n = (size_t)filling->at + filling->size;
    if (filling->size != 0 && !walk_fragment(w, &inner, &none, false))
        c->bad = true;
    return true;
}

static void take_content(struct walk *w, struct bytes *c, const struct fillings *f,
        bool in_template, struct element *e)
{
    w->b->text.used = 0;
    while (!c->bad && !*w->stop && c->at < c->n) {
        unsigned token = c->p[c->at] & ~(unsigned)BINXML_MORE;

        if (!spend(w, 0)) {
            c->bad = true;
        } else if (token == CLOSE) {
            bytes_skip(c, 1);
            return;
        } else if (token == OPEN) {
            walk_element(w, c, f, in_template);
        } else if (token == TEMPLATE || token == FRAGMENT) {
            if (!walk_fragment(w, c, f, in_template))
                c->bad = true;
        } else if (token == PI_TARGET) {
            bytes_skip(c, 1);
            (void)binxml_name(w->b, c);
        } else if (token == PI_DATA) {
            bytes_skip(c, 1);
            bytes_skip(c, (size_t)bytes_u16(c) * 2);
        } else if (!is_text(token)) {
            c->bad = true;
        } else if (!take_structure(w, c, f, e)) {
            take_text(w, c, f);
            tell_text(w);
        }
    }
    if (!*w->stop)
        c->bad = true; /* no end tag */
}

static bool is_absent(const struct fillings *f, uint16_t number)
{
    return number != BINXML_ALWAYS && number < f->n &&
           (f->list[number].type == TYPE_NULL || f->list[number].size == 0);
}

static void walk_element(
        struct walk *w, struct bytes *c, const struct fillings *f, bool in_template)
{
    bool attributes = (bytes_u8(c) & BINXML_MORE) != 0;
    uint16_t dependency = in_template ? bytes_u16(c) : BINXML_ALWAYS;
    size_t end = bytes_u32(c);
    struct element e; /* not zeroed: it has room for many attributes, and most elements have none */
    unsigned token;

    end += c->at;
    if (is_absent(f, dependency) && end <= c->n && end > c->at) {
        c->at = end;
        return;
    }
    e.name = binxml_name(w->b, c);
    e.nattributes = 0;
    e.attributes[0] = NULL;
    if (attributes)
        take_attributes(w, c, f, &e);
    token = bytes_u8(c);
    if (c->bad || w->depth >= LIMIT_NESTING || (token != CLOSE_START && token != CLOSE_EMPTY)) {
        c->bad = true;
        return;
    }
    w->depth++;
    w->b->dependency = dependency;
    tell_open(w, &e);
    if (token == CLOSE_START && !*w->stop)
        take_content(w, c, f, in_template, &e);
    /* An element without its end is not told to be whole: its text may be cut. */
    w->b->dependency = dependency;
    if (!c->bad && !*w->stop)
        w->calls->close(w->ctx, e.name);
    w->depth--;
}

/* The values behind a template: a table of sizes and types, then the bytes. */
static bool take_fillings(struct walk *w, struct bytes *c, struct fillings *ret)
{
    uint32_t n = bytes_u32(c);
    struct filling *list;
    size_t at;

    if (c->bad || n > (c->n - c->at) / 4)
        return false;
    list = arena_array(w->a, struct filling, n + 1);
    at = c->at + (size_t)n * 4;
    for (uint32_t i = 0; i < n; i++) {
        list[i].size = bytes_u16(c);
        list[i].type = bytes_u8(c);
        bytes_skip(c, 1);
        list[i].at = (uint32_t)at;
        at += list[i].size;
        if (at > c->n)
            list[i].size = 0, list[i].type = TYPE_NULL;
    }
    c->at = at <= c->n ? at : c->n;
    *ret = (struct fillings){ list, n };
    return true;
}

static bool walk_template(struct walk *w, struct bytes *c)
{
    struct bytes body = bytes_of(w->b->chunk);
    struct fillings f;
    uint32_t offset, size;

    bytes_skip(c, 5); /* version, template id */
    offset = bytes_u32(c);
    body.at = offset;
    bytes_skip(&body, 20); /* next template, GUID */
    size = bytes_u32(&body);
    if (c->bad || !bytes_has(&body, size))
        return false;
    body.n = body.at + size;
    if (offset == c->at)
        c->at = body.n;
    if (c->at > c->n || !take_fillings(w, c, &f))
        return false;
    return walk_fragment(w, &body, &f, true);
}

static bool walk_fragment(
        struct walk *w, struct bytes *c, const struct fillings *f, bool in_template)
{
    bool fine = w->fragments < FRAGMENTS;

    w->fragments++;
    while (fine && !*w->stop && !c->bad && c->at < c->n) {
        unsigned token = c->p[c->at] & ~(unsigned)BINXML_MORE;

        fine = spend(w, 0);
        if (token == END) {
            bytes_skip(c, 1);
            break;
        }
        if (token == FRAGMENT) {
            bytes_skip(c, 4);
        } else if (token == TEMPLATE) {
            bytes_skip(c, 1);
            fine = fine && walk_template(w, c);
            break;
        } else if (token == OPEN) {
            walk_element(w, c, f, in_template);
        } else {
            fine = false;
        }
    }
    w->fragments--;
    return fine && !c->bad;
}

bool binxml_walk(struct binxml *b, struct arena *a, size_t from, size_t to,
        const struct xml_calls *calls, void *ctx, const bool *stop)
{
    struct walk w = { .b = b, .a = a, .calls = calls, .ctx = ctx, .stop = stop };
    const struct fillings none = { NULL, 0 };
    struct bytes c = bytes_of(b->chunk);

    if (to < c.n)
        c.n = to;
    c.at = from;
    return walk_fragment(&w, &c, &none, false);
}

bool binxml_form(struct binxml *b, struct arena *a, uint32_t template,
        const struct xml_calls *calls, void *ctx)
{
    static const bool never = false;
    struct walk w = { .b = b, .a = a, .calls = calls, .ctx = ctx, .stop = &never, .form = true };
    const struct fillings none = { NULL, 0 };
    struct bytes body = bytes_of(b->chunk);
    uint32_t size;

    body.at = template;
    bytes_skip(&body, 20); /* next template, GUID */
    size = bytes_u32(&body);
    if (!bytes_has(&body, size))
        return false;
    body.n = body.at + size;
    return walk_fragment(&w, &body, &none, true);
}
