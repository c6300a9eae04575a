/* SPDX-License-Identifier: Apache-2.0 */
#include "evtx_look.h"

#include "bytes.h"
#include "utf16.h"

enum {
    FORMS = 256,  /* slots; a chunk has a few dozen templates */
    VALUES = 128, /* of one instance; more are for the careful way */
    RAW = 512,    /* bytes of a name as UTF-16 */
    TYPE_NONE = 0x00,
    TYPE_TEXT = 0x01,
    TYPE_BINARY = 0x0E,
    TYPE_TIME = 0x11,
    TYPE_XML = 0x21,
};

enum from { NOWHERE, LITERAL, VALUE };

/* Where a field comes from. */
struct source {
    enum from from;
    uint16_t value;
    str text; /* literal */
};

enum section { OUTSIDE, SYSTEM, PAYLOAD };

/* What a template says of the records made of it. */
struct form {
    uint32_t chunk;    /* number of the one it is of: those of others are free slots */
    uint32_t template; /* its offset in the chunk */
    bool nested;       /* it is that of an inner fragment */
    bool odd;
    struct source provider, id, level, time, computer, binary;
    struct source inner; /* data that stand in a fragment of their own */
    bool inner_below; /* that fragment is what an element of the payload holds, not the payload itself */
    bool foreign; /* a root of it is something else than EventData or UserData */
    bool may_status, may_message;
    bool services; /* the provider is a literal, and the service control manager */
    uint16_t root; /* the value without which the whole event is left out */
};

/* A form in the making. */
struct making {
    struct form *form;
    const struct binxml *b;
    struct arena *a;
    unsigned depth, pieces;
    bool nested; /* the template of an inner fragment: payload all of it */
    enum section section;
    struct source text; /* of the element at hand */
};

/* A name as it stood in the last record, and as UTF-8. */
struct known_name {
    char raw[RAW];
    size_t nraw;
    struct out text;
    bool services; /* it is the service control manager */
};

struct evtx_looks {
    struct form forms[FORMS];
    uint32_t chunk;        /* number of the one at hand, from 1 */
    struct arena literals; /* of the chunk's templates */
    struct known_name provider, computer;
};

struct values {
    size_t n, nxml, xml; /* how many of them are XML, and one of those */
    struct {
        uint8_t type;
        uint16_t size;
        uint32_t at;
    } list[VALUES];
};

struct evtx_looks *evtx_looks_create(struct arena *a)
{
    struct evtx_looks *l = arena_new(a, struct evtx_looks);

    l->chunk = 1;
    arena_init(&l->literals, 0);
    out_init_memory(&l->provider.text);
    out_init_memory(&l->computer.text);
    return l;
}

void evtx_looks_finish(struct evtx_looks *l)
{
    arena_finish(&l->literals);
    (void)out_finish(&l->provider.text);
    (void)out_finish(&l->computer.text);
}

void evtx_looks_chunk(struct evtx_looks *l)
{
    l->chunk++;
    arena_reset(&l->literals);
}

/* ---- forms */

/* A text of a template: a hole as binxml_form tells it, or what it says in every record. */
static struct source source_of(struct making *m, str text)
{
    struct source s = { .from = LITERAL };
    uint64_t number;

    if (str_take_char(&text, BINXML_HOLE)) {
        if (!str_take_hex(&text, &number) || text.n != 0)
            m->form->odd = true;
        s.from = VALUE;
        s.value = (uint16_t)number;
    } else {
        m->form->odd = m->form->odd || str_find_char(text, BINXML_HOLE) != STR_NONE;
        s.text = arena_str(m->a, str_trim(text));
    }
    return s;
}

/* Each field once, in an element that is there whenever its value is. */
static void set(struct making *m, struct source *field, struct source to)
{
    uint16_t on = m->b->dependency;

    if (field->from != NOWHERE || (on != BINXML_ALWAYS && (to.from != VALUE || to.value != on)))
        m->form->odd = true;
    *field = to;
}

static void open_payload(struct making *m, str name, str given)
{
    if (str_eq(name, STR("RenderingInfo")))
        m->form->may_message = true;
    if (event_names_status(name) || event_names_status(given) ||
            str_find_char(given, BINXML_HOLE) != STR_NONE)
        m->form->may_status = true;
}

static void on_open(void *ctx, str name, struct xml_attributes attributes)
{
    struct making *m = ctx;
    str given = xml_attribute(attributes, STR("Name"));

    m->depth++;
    m->text = (struct source){ .from = NOWHERE };
    m->pieces = 0;
    if (m->depth == 1)
        m->form->root = m->b->dependency;
    if (m->nested && m->depth == 1)
        m->form->foreign |= !str_eq(name, STR("EventData")) && !str_eq(name, STR("UserData"));
    if (!m->nested && m->depth == 2)
        m->section = str_eq(name, STR("System")) ? SYSTEM : PAYLOAD;
    if (m->section != SYSTEM) {
        open_payload(m, name, given);
        return;
    }
    if (m->depth == 2)
        m->form->odd |= m->b->dependency != BINXML_ALWAYS;
    m->form->odd |= m->depth > 3;
    if (str_eq(name, STR("Provider")))
        set(m, &m->form->provider, source_of(m, given));
    else if (str_eq(name, STR("TimeCreated")))
        set(m, &m->form->time, source_of(m, xml_attribute(attributes, STR("SystemTime"))));
}

static void on_text(void *ctx, str text)
{
    struct making *m = ctx;

    m->text = source_of(m, text);
    m->pieces++;
    m->form->may_status |= m->section == PAYLOAD && str_has(text, STR("%%"));
}

static void on_close(void *ctx, str name)
{
    struct making *m = ctx;
    struct form *f = m->form;

    if (m->section == SYSTEM && m->depth == 3) {
        struct source *field = str_eq(name, STR("EventID"))    ? &f->id
                               : str_eq(name, STR("Level"))    ? &f->level
                               : str_eq(name, STR("Computer")) ? &f->computer
                                                               : NULL;

        if (field != NULL) {
            f->odd |= m->pieces != 1;
            set(m, field, m->text);
        }
    } else if (str_eq(name, STR("Binary")) && m->text.from != NOWHERE) {
        f->may_status |= m->text.from == LITERAL || f->binary.from != NOWHERE || m->pieces != 1;
        f->binary = m->text;
    } else if (!m->nested && m->text.from == VALUE && f->inner.from == NOWHERE &&
               (m->depth == 1 || (m->depth == 2 && m->section == PAYLOAD))) {
        f->inner = m->text;
        f->inner_below = m->depth == 2;
    }
    m->text = (struct source){ .from = NOWHERE };
    if (m->depth == 2 && !m->nested)
        m->section = OUTSIDE;
    m->depth--;
}

static bool is_service_manager(str provider)
{
    return str_eq_nocase(provider, STR("Service Control Manager"));
}

/* The slot of the template's form, or one for it: a free one, or else what is there makes room. */
static struct form *slot_of(struct evtx_looks *l, uint32_t template, bool nested)
{
    enum { PROBES = 4 };
    uint32_t first = template * 2654435761u >> 16;

    for (uint32_t i = 0; i < PROBES; i++) {
        struct form *f = &l->forms[(first + i) % FORMS];

        if (f->chunk != l->chunk || (f->template == template && f->nested == nested))
            return f;
    }
    return &l->forms[first % FORMS];
}

static const struct form *form_of(struct evtx_looks *l, struct binxml *b, struct arena *scratch,
        uint32_t template, bool nested)
{
    static const struct xml_calls calls = { on_open, on_close, on_text };
    struct form *f = slot_of(l, template, nested);
    struct making m = { .form = f, .b = b, .a = &l->literals, .nested = nested };

    if (f->chunk == l->chunk && f->template == template && f->nested == nested)
        return f;
    *f = (struct form){ .chunk = l->chunk, .template = template, .nested = nested };
    m.section = nested ? PAYLOAD : OUTSIDE;
    if (!binxml_form(b, scratch, template, &calls, &m))
        f->odd = true;
    f->services = f->provider.from == LITERAL && is_service_manager(f->provider.text);
    return f;
}

/* ---- records */

/* The values of an instance, which holds their table. */
static bool take_values(str chunk, const struct binxml_instance *in, struct values *ret)
{
    const unsigned char *entry = (const unsigned char *)chunk.p + in->table;
    uint32_t at = in->values;

    if (in->nvalues > VALUES)
        return false;
    ret->n = in->nvalues;
    ret->nxml = 0;
    for (size_t i = 0; i < ret->n; i++, entry += 4) {
        ret->list[i].size = (uint16_t)(entry[0] | entry[1] << 8);
        ret->list[i].type = entry[2];
        ret->list[i].at = at;
        at += ret->list[i].size;
        if (ret->list[i].type == TYPE_XML && ret->list[i].size != 0) {
            ret->nxml++;
            ret->xml = i;
        }
    }
    return at <= in->end;
}

static bool is_left_out(const struct values *v, uint16_t value)
{
    return value < v->n && (v->list[value].size == 0 || v->list[value].type == TYPE_NONE);
}

static bool is_there(const struct values *v, const struct source *s)
{
    return s->from == VALUE && s->value < v->n && v->list[s->value].size != 0 &&
           v->list[s->value].type != TYPE_NONE;
}

/* Unsigned numbers only. *ret_has is false where there is none. */
static bool take_number(
        str chunk, const struct values *v, const struct source *s, uint64_t *ret, bool *ret_has)
{
    static const uint8_t sizes[] = { [0x04] = 1, [0x06] = 2, [0x08] = 4, [0x0A] = 8 };

    if (s->from == LITERAL) {
        *ret_has = str_u64(s->text, ret);
        return true;
    }
    if (!is_there(v, s))
        return true;
    if (v->list[s->value].type >= sizeof(sizes) ||
            v->list[s->value].size != sizes[v->list[s->value].type])
        return false;
    *ret = bytes_at(chunk, v->list[s->value].at, v->list[s->value].size);
    *ret_has = true;
    return true;
}

/* Most records name what the one before named. */
static bool take_name(str chunk, const struct values *v, const struct source *s,
        struct known_name *known, str *ret)
{
    str raw;

    *ret = s->text;
    if (s->from == LITERAL)
        return ret->n != 0;
    if (!is_there(v, s) || v->list[s->value].type != TYPE_TEXT || v->list[s->value].size > RAW)
        return false;
    raw = str_slice(
            chunk, v->list[s->value].at, (size_t)v->list[s->value].at + v->list[s->value].size);
    if (!str_eq(raw, (str){ known->raw, known->nraw })) {
        memcpy(known->raw, raw.p, raw.n);
        known->nraw = raw.n;
        known->text.used = 0;
        utf16_put(&known->text, raw);
        known->services = is_service_manager(str_trim(out_text(&known->text)));
    }
    *ret = str_trim(out_text(&known->text));
    return ret->n != 0;
}

static bool take_time(
        str chunk, const struct values *v, const struct source *s, uint64_t ticks, struct when *ret)
{
    *ret = (struct when){ 0 };
    if (s->from == LITERAL && s->text.n != 0)
        return false;
    if (is_there(v, s)) {
        if (v->list[s->value].type != TYPE_TIME || v->list[s->value].size != 8)
            return false;
        *ret = when_filetime(bytes_at(chunk, v->list[s->value].at, 8));
    }
    if (ret->basis == WHEN_NONE)
        *ret = when_filetime(ticks);
    return true;
}

/* XML elsewhere than in the inner fragment may say anything. */
static bool has_other_xml(const struct values *v, const struct source *inner)
{
    return v->nxml > 1 || (v->nxml == 1 && (inner->from != VALUE || inner->value != v->xml));
}

/* Binary data are mostly of another sort than the packet that holds a status. */
static bool may_hold_status(
        str chunk, const struct values *v, const struct source *s, const struct event_head *head)
{
    str bytes;

    if (!is_there(v, s))
        return false;
    if (v->list[s->value].type != TYPE_BINARY)
        return true;
    bytes = str_slice(
            chunk, v->list[s->value].at, (size_t)v->list[s->value].at + v->list[s->value].size);
    return event_packet_status(bytes, head->has_id, head->id) != 0;
}

/* What the data of the record may be, by the template of their own. */
static bool look_inside(struct evtx_looks *l, struct binxml *b, struct arena *scratch, size_t from,
        size_t to, bool below, struct event_head *ret)
{
    static const struct source none = { .from = NOWHERE };
    struct binxml_instance in;
    const struct form *f;
    struct values v;

    if (!binxml_instance(b, from, to, &in) || !take_values(b->chunk, &in, &v))
        return false;
    f = form_of(l, b, scratch, in.template, true);
    ret->may_status |= f->may_status || may_hold_status(b->chunk, &v, &f->binary, ret) ||
                       has_other_xml(&v, &none);
    ret->may_message |= f->may_message;
    return !f->odd && (below || !f->foreign) && f->provider.from == NOWHERE;
}

bool evtx_look(struct evtx_looks *l, struct binxml *b, struct arena *scratch, size_t from,
        size_t to, uint64_t ticks, struct event_head *ret)
{
    struct binxml_instance in;
    const struct form *f;
    struct values v;
    bool services;

    *ret = (struct event_head){ .has_id = false };
    if (!binxml_instance(b, from, to, &in) || !take_values(b->chunk, &in, &v))
        return false;
    f = form_of(l, b, scratch, in.template, false);
    if (f->odd || f->provider.from == NOWHERE || f->computer.from == NOWHERE ||
            is_left_out(&v, f->root) || has_other_xml(&v, &f->inner) ||
            !take_name(b->chunk, &v, &f->provider, &l->provider, &ret->provider) ||
            !take_name(b->chunk, &v, &f->computer, &l->computer, &ret->computer) ||
            !take_number(b->chunk, &v, &f->id, &ret->id, &ret->has_id) ||
            !take_number(b->chunk, &v, &f->level, &ret->level, &ret->has_level) ||
            !take_time(b->chunk, &v, &f->time, ticks, &ret->when))
        return false;
    ret->may_status = f->may_status || may_hold_status(b->chunk, &v, &f->binary, ret);
    ret->may_message = f->may_message;
    /* Asked now: the inner form may take the place of this one. */
    services = f->provider.from == LITERAL ? f->services : l->provider.services;
    if (is_there(&v, &f->inner) && v.list[f->inner.value].type == TYPE_XML) {
        size_t at = v.list[f->inner.value].at;

        if (!look_inside(l, b, scratch, at, at + v.list[f->inner.value].size, f->inner_below, ret))
            return false;
    } else if (is_there(&v, &f->inner) && !f->inner_below) {
        return false;
    }
    /* It puts exit codes in as message numbers. */
    if (!ret->may_status && services)
        ret->may_status = str_has(str_slice(b->chunk, from, to), (str){ "%\0%", 4 });
    return ret->has_id;
}
