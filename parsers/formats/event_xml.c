/* SPDX-License-Identifier: Apache-2.0 */
/*
 * event-xml: Windows event logs as XML, in any shape:
 *
 *     <Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System>...</Event>
 *
 * back to back as wevtutil prints them, below <Events>, on one line or pretty-printed, saved by the
 * Event Viewer with RenderingInfo, or pasted from its XML view with "- " before every tag that can
 * be folded, cut off anywhere, with prose between.
 *
 * Taken: every event that somebody wants, see event_xml_record.c; event 2004 also as a snapshot of
 * memory, see event_resource.c. Lines between events go to parse_stray. Not taken: the document
 * around the events.
 */
#include "event_tally.h"
#include "event_xml_record.h"
#include "limits.h"

static const struct kind *const kinds[] = { &kind_EVENT, &kind_BUGCHECK, &kind_MEMORY_STATUS,
    &kind_POOL_USAGE, &kind_POOL_TAG, &kind_PROCESS, &kind_ERROR, &kind_LOG_MESSAGE, NULL };

/* Whether a line that ends before `at` announces XML: "Event Xml:", in any language. */
static bool announced(str text, size_t at)
{
    str before = str_trim(str_slice(text, 0, at));
    size_t nl;

    while (str_ends(before, STR("-")) || str_ends(before, STR("+")))
        before = str_trim_end(str_slice(before, 0, before.n - 1));
    nl = str_rfind_char(before, '\n');
    if (nl != STR_NONE)
        before = str_from(before, nl + 1);
    return str_find_nocase(before, STR("xml")) != STR_NONE && before.n < 64 &&
           (str_ends(before, STR(":")) || str_ends(before, STR("\xef\xbc\x9a")));
}

static int sniff(const struct sniff *in)
{
    size_t at = event_xml_find(in->text, 0);

    if (at == STR_NONE)
        return BID_NO;
    /* The tail of a record copied as text: whoever reads the text also reads the XML. */
    if (announced(in->text, at))
        return BID_SHAPE - 10;
    if (str_has(in->text, STR("http://schemas.microsoft.com/win/2004/08/events/event")))
        return BID_MAGIC;
    if (str_has(in->text, STR("<System>")) && str_has(in->text, STR("<Provider")) &&
            str_has(in->text, STR("<EventID")))
        return BID_SHAPE + 5;
    return BID_NO;
}

/* XML around the events, and the tree marks of a browser before them. */
static bool is_frame(str s)
{
    s = str_trim(s);
    while (str_take_char(&s, '-') || str_take_char(&s, '+') || str_take_char(&s, ' '))
        ;
    return s.n == 0 || str_starts_nocase(s, STR("<?xml")) || str_starts(s, STR("<Events")) ||
           str_starts(s, STR("</Events")) || str_starts(s, STR("<!--"));
}

/* The first n bytes of the window are no event: line by line. */
static void take_gap(struct parse *in, size_t n)
{
    if (str_trim(str_slice(text_peek(&in->text), 0, n)).n == 0) {
        parse_took_bytes(in, n);
        text_skip(&in->text, n);
        return;
    }
    while (n != 0) {
        str gap = str_slice(text_peek(&in->text), 0, n);
        size_t nl = str_find_char(gap, '\n');
        size_t extent = nl != STR_NONE ? nl + 1 : gap.n;
        struct line line = { .number = in->text.number, .offset = in->text.offset };

        line.s = str_trim_end(str_slice(gap, 0, extent));
        line.length = (uint32_t)line.s.n;
        line.extent = (uint32_t)extent;
        if (line.s.n > LIMIT_LINE) {
            line.s.n = LIMIT_LINE;
            while (line.s.n != 0 && ((unsigned char)line.s.p[line.s.n] & 0xC0) == 0x80)
                line.s.n--;
        }
        if (is_frame(line.s))
            parse_took_bytes(in, extent);
        else
            parse_stray(in, &line, (struct when){ 0 });
        text_skip(&in->text, extent);
        n -= extent;
    }
}

/* A window without an event: its whole lines, but never a start tag that it cuts. */
static void take_lines(struct parse *in)
{
    str window = text_peek(&in->text);
    size_t nl = str_rfind_char(window, '\n');

    if (in->text.eof)
        take_gap(in, window.n);
    else if (nl != STR_NONE)
        take_gap(in, nl + 1);
    else
        take_gap(in, window.n - 16);
}

static void parse(struct parse *in)
{
    struct event_reader reader;
    struct event_log log;

    event_reader_init(&reader);
    event_log_init(&log);
    log.tally = event_tally_create(in);
    reader.tags = arena_alloc(in->scratch, sizeof(*reader.tags));
    for (;;) {
        str window = text_peek(&in->text);
        size_t at = event_xml_find(window, 0);

        if (at != STR_NONE) {
            take_gap(in, at);
            event_xml_take(in, &log, &reader, NULL);
        } else if (window.n >= LIMIT_BLOCK / 2 || !text_more(&in->text)) {
            if (window.n == 0)
                break;
            take_lines(in);
        }
    }
    event_tally_finish(log.tally);
    event_log_finish(&log);
    event_reader_finish(&reader);
}

/* The splitter ends an event at its end tag, and begins one at each start tag. */
static size_t cut(str head, str piece, uint64_t at)
{
    const str end = STR("</Event>");
    size_t from = 0, next;

    (void)head;
    (void)at;
    while ((next = event_xml_find(piece, from)) != STR_NONE) {
        if (str_ends(str_trim_end(str_slice(piece, 0, next)), end))
            return next;
        from = next + 1;
    }
    return STR_NONE;
}

const struct parser parser_event_xml = {
    .name = "event-xml",
    .summary = "Windows event log as XML: wevtutil, Event Viewer, pasted XML view",
    .kinds = kinds,
    .sniff = sniff,
    .parse = parse,
    .cut = cut,
};
