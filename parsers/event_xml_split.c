/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The splitter: finds where events begin and end without parsing them, so that a log of a million
 * events costs little where few are wanted. It resynchronizes at the next start tag, which a
 * parser of whole documents cannot: exports are cut off, pasted and joined in the wild.
 *
 * Inside an event "<Event" begins other names too (EventID, EventData, EventRecordID); text has its
 * "<" escaped.
 */
#include "event_tally.h"
#include "event_xml_record.h"
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "limits.h"

static const str open_tag = STR_INIT("<Event"), close_tag = STR_INIT("</Event>");

enum {
    AHEAD_BYTES = 16 * 1024, /* most events are shorter */
    TAIL_BYTES = 16,         /* a tag may be cut by the window's end */
    CUT_BYTES = 64 * 1024    /* of an event too long to hold: its System and first data */
};

static bool in_name(char c)
{
    return is_alnum(c) || c == '_' || c == '-' || c == '.' || c == ':';
}

static bool is_start(str s)
{
    return s.n > open_tag.n && str_starts(s, open_tag) && !in_name(s.p[open_tag.n]);
}

/* A start or end tag of an event stands at the front, with one byte behind its name. */
static bool is_tag(str s)
{
    if (str_starts(s, close_tag))
        return true;
    return is_start(s);
}

/* Candidates are "<E" and "</E": a look at each byte in place of one search per tag. */
static size_t find_tag(str s, size_t from)
{
#ifdef __SSE2__
    const __m128i less = _mm_set1_epi8('<'), slash = _mm_set1_epi8('/'), e = _mm_set1_epi8('E');

    for (; from + 18 <= s.n; from += 16) {
        __m128i a = _mm_loadu_si128((const __m128i *)(const void *)(s.p + from));
        __m128i b = _mm_loadu_si128((const __m128i *)(const void *)(s.p + from + 1));
        __m128i c = _mm_loadu_si128((const __m128i *)(const void *)(s.p + from + 2));
        __m128i second = _mm_or_si128(_mm_cmpeq_epi8(b, e),
                _mm_and_si128(_mm_cmpeq_epi8(b, slash), _mm_cmpeq_epi8(c, e)));
        __m128i hits = _mm_and_si128(_mm_cmpeq_epi8(a, less), second);

        for (unsigned bits = (unsigned)_mm_movemask_epi8(hits); bits != 0; bits &= bits - 1) {
            size_t at = from + (size_t)__builtin_ctz(bits);

            if (is_tag(str_from(s, at)))
                return at;
        }
    }
#endif
    for (; from < s.n; from++) {
        size_t at = str_find_char(str_from(s, from), '<');

        if (at == STR_NONE)
            break;
        from += at;
        if (is_tag(str_from(s, from)))
            return from;
    }
    return STR_NONE;
}

size_t event_xml_find(str s, size_t from)
{
    size_t at;

    while ((at = find_tag(s, from)) != STR_NONE && s.p[at + 1] == '/')
        from = at + close_tag.n;
    return at;
}

/* The end of the event at the front, looked for from `seen` on: behind its end tag, or before the
 * next event's start tag, which makes it a damaged one. */
static bool find_end(str window, size_t seen, size_t *ret_end, bool *ret_closed)
{
    size_t at = find_tag(window, seen);

    if (at == STR_NONE)
        return false;
    *ret_closed = window.p[at + 1] == '/';
    *ret_end = *ret_closed ? at + close_tag.n : at;
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

static void pass(struct parse *in, size_t n)
{
    parse_took_bytes(in, n);
    text_skip(&in->text, n);
}

/* Where the next event begins, if nothing but blanks stands before it. */
static bool follows(str window, size_t *at)
{
    size_t next = *at;

    while (next < window.n && is_space(window.p[next]))
        next++;
    *at = next;
    return is_start(str_from(window, next));
}

static bool is_plain(
        struct event_xml_tags *tags, str window, struct event_head *ret, size_t *ret_end)
{
    return event_xml_tags_look(tags, window, ret, ret_end) == EVENT_LOOK_PLAIN ||
           event_xml_look(window, ret, ret_end) == EVENT_LOOK_PLAIN;
}

/*
 * Events as Windows writes them, one behind the other. Those that are only counted are passed in one go: nobody
 * asks for their lines.
 */
static bool take_plain(struct parse *in, struct event_log *log, struct event_reader *r)
{
    str window = text_ahead(&in->text, AHEAD_BYTES);
    struct event_head head;
    size_t at = 0, begin = 0, end;
    bool any = false;

    r->tags->n = r->tags->next = 0;
    while (is_plain(r->tags, str_from(window, begin), &head, &end)) {
        at = begin + end;
        any = true;
        if (event_tally_reads(log->tally, &head)) {
            pass(in, begin);
            (void)read_record(in, log, r, str_slice(window, begin, at), true, NULL);
            arena_reset(&log->arena);
            pass(in, end);
            window = str_from(window, at);
            at = 0;
        } else {
            event_host(in, log, head.computer);
        }
        begin = at;
        if (!follows(window, &begin))
            break;
    }
    pass(in, at);
    return any;
}

void event_xml_take(
        struct parse *in, struct event_log *log, struct event_reader *r, const struct event *told)
{
    size_t seen = open_tag.n, end;
    bool closed, full = false;
    str record, provider;

    if (told == NULL && r->tags != NULL && take_plain(in, log, r))
        return;
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
    } else {
        parse_saw(in, event_xml_when(record));
        event_host(in, log, event_xml_computer(record));
    }
    if (full) {
        skip_rest(in, end);
        return;
    }
    pass(in, end);
}
