/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One event in XML:
 *
 *     <Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'>
 *       <System><Provider Name='Disk'/><EventID Qualifiers='49156'>11</EventID>...</System>
 *       <EventData><Data>\Device\Harddisk1</Data><Binary>0F00...</Binary></EventData>
 *       <RenderingInfo Culture='de-DE'><Message>...</Message></RenderingInfo>
 *     </Event>
 *
 * Taken: System; EventData by name, or by number from 1 where Data has no name (an empty Data
 * counts but is no fact); UserData by the path of element names below the payload element, whose
 * name is the provider's own; the Message of RenderingInfo, whose other parts are in the user's
 * language. Text between elements (the "- " marks of a browser's tree view) means nothing.
 * Not taken: attributes of user data, ProcessingErrorData, DebugData.
 */
#include "event_xml_record.h"

#include <string.h>

#include "limits.h"

enum section { OUTSIDE, SYSTEM, EVENT_DATA_PART, USER_DATA, RENDERING };

enum {
    HEAD_BYTES = 4096,      /* System stands first and is short */
    QUOTE = LIMIT_QUOTE + 8 /* emit_at cuts at a character's border */
};

void event_reader_init(struct event_reader *r)
{
    r->xml = xml_create();
    r->tags = NULL;
    out_init_memory(&r->text);
}

void event_reader_finish(struct event_reader *r)
{
    xml_destroy(r->xml);
    (void)out_finish(&r->text);
}

static enum section section_of(str name)
{
    static const struct {
        str name;
        enum section section;
    } sections[] = {
        { STR_INIT("System"), SYSTEM },
        { STR_INIT("EventData"), EVENT_DATA_PART },
        { STR_INIT("UserData"), USER_DATA },
        { STR_INIT("RenderingInfo"), RENDERING },
    };

    for (size_t i = 0; i < sizeof(sections) / sizeof(sections[0]); i++) {
        if (str_eq(name, sections[i].name))
            return sections[i].section;
    }
    return OUTSIDE;
}

static void open_system(struct event_reading *d, str name, struct xml_attributes attributes)
{
    struct event *e = d->e;
    str value;

    if (str_eq(name, STR("Provider"))) {
        e->provider = arena_str(d->arena, xml_attribute(attributes, STR("Name")));
    } else if (str_eq(name, STR("EventID"))) {
        value = xml_attribute(attributes, STR("Qualifiers"));
        e->has_qualifiers = str_u64(value, &e->qualifiers);
    } else if (str_eq(name, STR("TimeCreated"))) {
        value = xml_attribute(attributes, STR("SystemTime"));
        (void)when_take_iso(&value, &e->when);
    } else if (str_eq(name, STR("Security"))) {
        e->user = arena_str(d->arena, xml_attribute(attributes, STR("UserID")));
    }
}

static void on_open(void *ctx, str name, struct xml_attributes attributes)
{
    struct event_reading *d = ctx;
    str given = xml_attribute(attributes, STR("Name"));

    d->depth++;
    d->leaf = true;
    d->r->text.used = 0;
    if (d->depth == 2)
        d->section = section_of(name);
    else if (d->depth == 3 && d->section == SYSTEM)
        open_system(d, name, attributes);
    /* A name stays until the end tag: it is in the path of everything below. Data of EventData
     * without a name are positional. */
    if (given.n == 0 && (d->section == USER_DATA || d->depth > 3))
        given = name;
    if (d->section == EVENT_DATA_PART || d->section == USER_DATA)
        d->names[d->depth] = arena_str(d->arena, given);
}

static void on_text(void *ctx, str text)
{
    struct event_reading *d = ctx;

    if (d->leaf && d->section != OUTSIDE)
        out_str(&d->r->text, text);
}

/* Names from depth `from` to the element at hand, '.' between. */
static str path_of(struct event_reading *d, unsigned from)
{
    size_t size = 0, n = 0;
    char *p;

    if (d->depth <= from)
        return d->names[d->depth];
    for (unsigned i = from; i <= d->depth; i++)
        size += d->names[i].n + 1;
    p = arena_alloc(d->arena, size);
    for (unsigned i = from; i <= d->depth; i++) {
        if (d->names[i].n == 0)
            continue;
        if (n != 0)
            p[n++] = '.';
        memcpy(p + n, d->names[i].p, d->names[i].n);
        n += d->names[i].n;
    }
    return (str){ p, n };
}

static void close_system(struct event_reading *d, str name, str text)
{
    struct event *e = d->e;

    if (str_eq(name, STR("EventID")) && str_u64(text, &e->id)) {
        e->has_id = true;
        if (e->id > 0xFFFF && !e->has_qualifiers) {
            e->qualifiers = e->id >> 16 & 0xFFFF;
            e->has_qualifiers = true;
        }
    } else if (str_eq(name, STR("Level"))) {
        e->has_level = str_u64(text, &e->level);
    } else if (str_eq(name, STR("EventRecordID"))) {
        (void)str_u64(text, &e->record);
    } else if (str_eq(name, STR("Channel"))) {
        e->channel = arena_str(d->arena, text);
    } else if (str_eq(name, STR("Computer"))) {
        e->computer = arena_str(d->arena, text);
    }
}

static void close_data(struct event_reading *d, str name, str text)
{
    if (d->depth == 3 && str_eq(name, STR("Binary"))) {
        event_take_binary(d->e, text);
    } else if (d->depth == 3 && d->names[3].n == 0) {
        d->position++;
        event_add(d->arena, d->e, event_number(d->arena, d->position), arena_str(d->arena, text));
    } else if (text.n != 0) {
        event_add(d->arena, d->e, path_of(d, 3), arena_str(d->arena, text));
    }
}

static void on_close(void *ctx, str name)
{
    struct event_reading *d = ctx;
    str text = str_trim(out_text(&d->r->text));

    if (d->leaf && d->depth == 3 && d->section == SYSTEM) {
        close_system(d, name, text);
    } else if (d->leaf && d->depth >= 3 && d->section == EVENT_DATA_PART) {
        close_data(d, name, text);
    } else if (d->leaf && d->depth >= 3 && d->section == USER_DATA && text.n != 0) {
        d->e->nested = true;
        event_add(d->arena, d->e, path_of(d, 4), arena_str(d->arena, text));
    } else if (d->leaf && d->depth == 3 && d->section == RENDERING &&
               str_eq(name, STR("Message"))) {
        d->e->message = arena_str(d->arena, text);
    }
    if (d->depth == 2)
        d->section = OUTSIDE;
    d->leaf = false;
    d->depth--;
}

const struct xml_calls event_reading_calls = { on_open, on_close, on_text };

void event_reading_begin(
        struct event_reading *d, struct event_reader *r, struct arena *a, struct event *ret)
{
    *ret = (struct event){ 0 };
    *d = (struct event_reading){ .r = r, .arena = a, .e = ret, .section = OUTSIDE };
    r->text.used = 0;
}

bool event_xml_read(struct event_reader *r, struct arena *a, str record, struct event *ret)
{
    struct event_reading d;
    enum xml_end end;

    event_reading_begin(&d, r, a, ret);
    r->reached = record.n;
    if (xml_read_plain(record, &event_reading_calls, &d))
        return true;
    event_reading_begin(&d, r, a, ret);
    end = xml_read(r->xml, record, &event_reading_calls, &d);
    r->reached = xml_reached(r->xml);
    if (end == XML_END_WHOLE)
        return true;
    event_reading_begin(&d, r, a, ret);
    return xml_read(r->xml, xml_mend(a, record), &event_reading_calls, &d) == XML_END_WHOLE;
}

str event_xml_provider(str record)
{
    str head = str_slice(record, 0, HEAD_BYTES);
    size_t at = str_find(head, STR("<Provider"));
    str tag = at != STR_NONE ? str_from(head, at) : STR("");
    char quote;

    tag = str_slice(tag, 0, str_find_char(tag, '>'));
    at = str_find(tag, STR("Name="));
    /* EventSourceName may come first. */
    if (at != STR_NONE && at != 0 && is_alnum(tag.p[at - 1])) {
        size_t next = str_find(str_from(tag, at + 1), STR("Name="));

        at = next != STR_NONE ? at + 1 + next : STR_NONE;
    }
    if (at == STR_NONE)
        return (str){ NULL, 0 };
    tag = str_from(tag, at + 5);
    if (tag.n == 0 || (tag.p[0] != '"' && tag.p[0] != '\''))
        return (str){ NULL, 0 };
    quote = tag.p[0];
    tag = str_from(tag, 1);
    at = str_find_char(tag, quote);
    return at != STR_NONE ? str_slice(tag, 0, at) : (str){ NULL, 0 };
}

str event_xml_computer(str record)
{
    str head = str_slice(record, 0, HEAD_BYTES);
    size_t at = str_find(head, STR("<Computer>"));
    str rest = at != STR_NONE ? str_from(head, at + 10) : STR("");

    at = str_find_char(rest, '<');
    return at != STR_NONE ? str_trim(str_slice(rest, 0, at)) : (str){ NULL, 0 };
}

struct when event_xml_when(str record)
{
    str head = str_slice(record, 0, HEAD_BYTES);
    size_t at = str_find(head, STR("SystemTime="));
    str rest = at != STR_NONE ? str_from(head, at + 12) : STR("");
    struct when when = { 0 };

    return when_take_iso(&rest, &when) ? when : (struct when){ 0 };
}

static size_t fold_space(char *to, size_t size, str from)
{
    size_t n = 0;

    for (size_t i = 0; i < from.n && n < size; i++) {
        bool space = is_space(from.p[i]);

        if (!space)
            to[n++] = from.p[i];
        else if (n != 0 && to[n - 1] != ' ' && to[n - 1] != '>')
            to[n++] = ' ';
    }
    return n;
}

str event_xml_quote(struct arena *a, str record)
{
    size_t from = str_find(record, STR("<Provider")), to = str_find(record, STR("</EventID>"));
    size_t system = str_find(record, STR("</System>")), n;
    char *p = arena_alloc(a, QUOTE);
    str payload;

    if (from == STR_NONE || to == STR_NONE || to < from)
        return record;
    n = fold_space(p, QUOTE, str_slice(record, from, to + 10));
    payload = system != STR_NONE && system > to ? str_from(record, system + 9) : STR("");
    if (n < QUOTE && str_trim(payload).n != 0) {
        p[n++] = ' ';
        n += fold_space(p + n, QUOTE - n, payload);
    }
    return (str){ p, n };
}
