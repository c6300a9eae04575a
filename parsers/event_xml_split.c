/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The splitter: finds where events begin and end without parsing them, so that a log of a million
 * events costs little where few are wanted. It resynchronizes at the next start tag, which a
 * parser of whole documents cannot: exports are cut off, pasted and joined in the wild.
 *
 * Inside an event "<Event" begins other names too (EventID, EventData, EventRecordID); text has its
 * "<" escaped.
 */
#include "event_xml_record.h"
#include "limits.h"

static const str open_tag = STR_INIT("<Event"), close_tag = STR_INIT("</Event>");

enum {
    TAIL_BYTES = 16,      /* a tag may be cut by the window's end */
    CUT_BYTES = 64 * 1024 /* of an event too long to hold: its System and first data */
};

static bool in_name(char c)
{
    return is_alnum(c) || c == '_' || c == '-' || c == '.' || c == ':';
}

size_t event_xml_find(str s, size_t from)
{
    for (;;) {
        size_t at = str_find(str_from(s, from), open_tag);

        if (at == STR_NONE || from + at + open_tag.n >= s.n)
            return STR_NONE;
        from += at;
        if (!in_name(s.p[from + open_tag.n]))
            return from;
        from += open_tag.n;
    }
}

/* The end of the event at the front, looked for from `seen` on: behind its end tag, or before the
 * next event's start tag, which makes it a damaged one. */
static bool find_end(str window, size_t seen, size_t *ret_end, bool *ret_closed)
{
    size_t close = str_find(str_from(window, seen), close_tag), next;

    if (close != STR_NONE)
        close += seen;
    next = event_xml_find(str_slice(window, 0, close), seen);
    if (next != STR_NONE) {
        *ret_end = next;
        *ret_closed = false;
        return true;
    }
    if (close == STR_NONE)
        return false;
    *ret_end = close + close_tag.n;
    *ret_closed = true;
    return true;
}

/* Drops the rest of an event that did not fit, up to its end or the next start. */
static void skip_rest(struct parse *in, size_t from)
{
    size_t end, step;
    bool closed, found = false;

    text_skip(&in->text, from);
    in->understood += from;
    do {
        str window = text_ahead(&in->text, TAIL_BYTES * 2);

        found = find_end(window, 0, &end, &closed);
        step = found ? end : window.n > TAIL_BYTES ? window.n - TAIL_BYTES : window.n;
        in->understood += step;
        text_skip(&in->text, step);
    } while (!found && step != 0);
}

static struct span span_of(const struct parse *in, str record)
{
    return (struct span){
        .member = in->member,
        .line = in->text.number,
        .offset = in->text.offset,
        .length = (uint32_t)record.n,
    };
}

static void tell(const struct parse *in, const char *code, str record, str detail)
{
    struct diag diag = { .level = DIAG_WARNING, .code = code, .where = span_of(in, record) };

    diag.detail = detail;
    in->sink->diag(in->sink, &diag);
}

/* What the text around an event says fills in what the XML lacks: only it has the message. */
static void fill_in(struct event *e, const struct event *told)
{
    if (e->message.n == 0)
        e->message = told->message;
    if (e->channel.n == 0)
        e->channel = told->channel;
    if (e->computer.n == 0)
        e->computer = told->computer;
    if (e->provider.n == 0)
        e->provider = told->provider;
    if (!e->has_id && told->has_id) {
        e->has_id = true;
        e->id = told->id;
    }
    if (e->when.basis == WHEN_NONE)
        e->when = told->when;
}

static size_t end_of_line(str s, size_t from)
{
    size_t nl = str_find_char(str_from(s, from), '\n');

    return nl != STR_NONE ? from + nl + 1 : s.n;
}

/* Reads and emits one record; returns how much of it was XML. */
static size_t read_record(struct parse *in, struct event_log *log, struct event_reader *r,
        str record, bool closed, const struct event *told)
{
    struct event e;
    size_t reached;
    bool whole = event_xml_read(r, &log->arena, record, &e);

    reached = closed ? record.n : end_of_line(record, r->reached);
    if (!whole)
        tell(in, "event-xml.damaged", record, closed ? STR("not well-formed") : STR("cut off"));
    if (told != NULL)
        fill_in(&e, told);
    if (e.capped)
        tell(in, "event-xml.data-cap", record, STR("more than 1024 data"));
    if (e.provider.n != 0 || e.has_id) {
        str quote = e.message.n != 0 ? e.message : event_xml_quote(&log->arena, record);

        event_emit(in, log, &e, span_of(in, record), quote);
    }
    return reached;
}

void event_xml_take(
        struct parse *in, struct event_log *log, struct event_reader *r, const struct event *told)
{
    size_t seen = open_tag.n, end;
    bool closed, full = false;
    str record, provider;

    for (;;) {
        str window = text_peek(&in->text);

        if (find_end(window, seen, &end, &closed))
            break;
        if (window.n > seen + TAIL_BYTES)
            seen = window.n - TAIL_BYTES;
        if (!text_more(&in->text)) {
            full = !in->text.eof;
            end = full ? CUT_BYTES : text_peek(&in->text).n;
            closed = false;
            break;
        }
    }
    record = str_slice(text_peek(&in->text), 0, end);
    provider = event_xml_provider(record);
    if (full)
        tell(in, "event-xml.long-record", record, STR("longer than 1 MiB; its data were cut"));
    /* A record that was cut off may have other things behind it: it is read to find where. */
    if (!closed || told != NULL || provider.n == 0 || str_find_char(provider, '&') != STR_NONE ||
            event_wanted(in, provider)) {
        end = read_record(in, log, r, record, closed || full, told);
        arena_reset(&log->arena);
    } else if (in->host.n == 0) {
        event_host(in, log, event_xml_computer(record));
    }
    if (full) {
        skip_rest(in, end);
        return;
    }
    parse_took_bytes(in, end);
    text_skip(&in->text, end);
}
