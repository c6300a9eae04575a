/* SPDX-License-Identifier: Apache-2.0 */
/*
 * evt: the binary event log before Vista (SysEvent.Evt). Little-endian, records back to back in a
 * ring behind the header:
 *
 *     header   48, "LfLe", version 1.1, offset of the oldest record, of the end mark, number of the
 *              next record, of the oldest, size, flags (1 dirty, 2 wrapped), retention, 48
 *     record   length, "LfLe", number, time generated, time written, id, u16 type, strings,
 *              category, flags, closing record, offset of the strings, length and offset of the
 *              SID, length and offset of the data; from +56 source, computer, SID, strings, data;
 *              the length again
 *     end mark 40, 11111111 22222222 33333333 44444444, oldest offset, end, next number, oldest
 *              number, 40
 *
 * A record that does not fit at the end of the file goes on behind the header; less room than a
 * record's head is filled with words of 27h. A log that was copied while it was open has a stale
 * header: it decides nothing, the records are walked from the front and each has to show its magic
 * and its length at both ends. Behind the end mark lie records that the log has given up and not
 * yet overwritten; they are taken, too. Where bytes are lost the next record is found by its magic.
 * Not taken: text from message files; the closing record number.
 */
#include <inttypes.h>
#include <string.h>

#include "binxml.h"
#include "bytes.h"
#include "event.h"
#include "limits.h"
#include "utf16.h"

static const struct kind *const kinds[] = { &kind_EVENT, &kind_BUGCHECK, &kind_ERROR, NULL };

enum {
    HEADER = 48,
    FIXED = 56,           /* of a record, before its names */
    SMALLEST = FIXED + 4, /* with the length at its end */
    MARK = 40,
    FILL = 0x27,
    LARGEST = 512 * 1024, /* what the system's own readers take */
    TYPE_SID = 0x13       /* among the value types of binary XML */
};

/* What stands at a place of the file. */
enum thing {
    THING_RECORD,
    THING_SPLIT, /* the head of one whose rest is not there */
    THING_MARK,
    THING_FILL,
    THING_OTHER,
    THING_END
};

static const str magic = STR_INIT("LfLe"),
                 mark_words = STR_INIT("\x11\x11\x11\x11\x22\x22\x22\x22"
                                       "\x33\x33\x33\x33\x44\x44\x44\x44");

struct log {
    struct parse *in;
    struct event_log events;
    struct out sid;
    str channel;
    uint32_t next;  /* number of the next record, as the header says; 0 = no header */
    uint32_t ended; /* the same as the end mark says; 0 = none seen */
    bool dirty;
    /* Behind the end mark, up to the oldest record: what was given up. */
    bool stale;
    uint64_t stale_end;
    uint64_t recovered;
    char *front; /* bytes before the first record: the end of one at the end of the file */
    size_t nfront;
    bool joined;
};

static bool is_record(str s)
{
    uint32_t length = bytes_u32_at(s, 0);

    return str_eq(str_slice(s, 4, 8), magic) && length >= SMALLEST && length <= LARGEST;
}

static bool is_whole(str s)
{
    uint32_t length = bytes_u32_at(s, 0);

    return is_record(s) && length <= s.n && bytes_u32_at(s, length - 4) == length;
}

static bool is_mark(str s)
{
    return s.n >= MARK && bytes_u32_at(s, 0) == MARK && str_starts(str_from(s, 4), mark_words);
}

static bool is_header(str s)
{
    return bytes_u32_at(s, 0) == HEADER && str_eq(str_slice(s, 4, 8), magic);
}

/* Offset of the first record that is whole, or of an end mark; STR_NONE when there is none. */
static size_t find_start(str s, size_t from)
{
    size_t record = 0, at;
    bool searched = false;

    for (;;) {
        if (!searched || record < from) {
            at = str_find(str_from(s, from), magic);
            record = at != STR_NONE ? from + at : s.n;
            searched = true;
        }
        at = str_find(str_slice(s, from, record), mark_words);
        at = at != STR_NONE ? from + at : record;
        if (at == s.n)
            return STR_NONE;
        if (at >= 4 && (is_whole(str_from(s, at - 4)) || is_mark(str_from(s, at - 4))))
            return at - 4;
        from = at + 1;
    }
}

/* A file that lost its beginning is known by a record near its front. */
static int sniff(const struct sniff *in)
{
    if (is_header(in->raw) || is_record(in->raw))
        return BID_MAGIC;
    return find_start(in->raw, 0) != STR_NONE ? BID_SHAPE : BID_NO;
}

/* Success and audits are what classic sources write for "always log". */
static uint64_t level_of(uint16_t type)
{
    static const uint8_t levels[] = { [1] = 2, [2] = 3, [4] = 4 };

    return type < sizeof(levels) ? levels[type] : 0;
}

/* The string at *at, moved behind its terminator; false when it has none before the end. */
static bool take_string(struct arena *a, str body, size_t *at, str *ret)
{
    for (size_t end = *at; end + 2 <= body.n; end += 2) {
        if (bytes_u16_at(body, end) != 0)
            continue;
        *ret = utf16_text(a, str_slice(body, *at, end));
        *at = end + 2;
        return true;
    }
    return false;
}

/* The strings end where the data begin. */
static bool take_strings(struct arena *a, str body, struct event *e)
{
    size_t n = bytes_u16_at(body, 26), at = bytes_u32_at(body, 36);
    size_t data = bytes_u32_at(body, 52);
    str text;

    if (data > at)
        body = str_slice(body, 0, data);
    for (size_t i = 1; i <= n; i++) {
        if (at < FIXED || !take_string(a, body, &at, &text))
            return false;
        event_add(a, e, event_number(a, i), text);
    }
    return true;
}

static bool take_sid(struct log *log, str body, struct event *e)
{
    uint32_t length = bytes_u32_at(body, 40);
    str sid = bytes_part(body, bytes_u32_at(body, 44), length);

    if (sid.n == 0)
        return length == 0;
    log->sid.used = 0;
    binxml_value(&log->sid, TYPE_SID, sid);
    e->user = out_text(&log->sid);
    return true;
}

static bool take_data(str body, struct event *e)
{
    uint32_t length = bytes_u32_at(body, 48);
    str data = bytes_part(body, bytes_u32_at(body, 52), length);

    e->nbinary = data.n < EVENT_BINARY_BYTES ? data.n : EVENT_BINARY_BYTES;
    if (e->nbinary != 0)
        memcpy(e->binary, data.p, e->nbinary);
    return data.n == length;
}

static void read_record(struct log *log, str record, uint64_t offset)
{
    struct arena *a = &log->events.arena;
    str body = str_slice(record, 0, record.n - 4);
    uint32_t id = bytes_u32_at(body, 20);
    struct span where = { .member = log->in->member, .offset = offset };
    struct event e = { .channel = log->channel, .has_id = true, .has_qualifiers = true };
    size_t at = FIXED;
    bool sound;

    e.id = id;
    e.qualifiers = id >> 16;
    e.has_level = true;
    e.level = level_of(bytes_u16_at(body, 24));
    e.record = bytes_u32_at(body, 8);
    e.when = when_unix(bytes_u32_at(body, 12));
    if (e.when.basis == WHEN_NONE)
        e.when = when_unix(bytes_u32_at(body, 16));
    parse_saw(log->in, e.when);
    where.length = (uint32_t)record.n;
    sound = take_string(a, body, &at, &e.provider) && take_string(a, body, &at, &e.computer);
    if (e.provider.n != 0 && event_wanted(log->in, e.provider)) {
        sound = take_sid(log, body, &e) && sound;
        sound = take_strings(a, body, &e) && sound;
        sound = take_data(body, &e) && sound;
        if (e.capped)
            parse_diag_at(log->in, DIAG_WARNING, "event-xml.data-cap", offset,
                    STR("more than 1024 data"));
        event_emit(log->in, &log->events, &e, where, event_quote(a, &e));
    }
    if (!sound)
        parse_diag_at(log->in, DIAG_WARNING, "evt.damaged-record", offset,
                STR("a part points outside of its record"));
    log->recovered += log->stale;
    arena_reset(a);
    parse_took_bytes(log->in, record.n);
}

/* Bytes before the first record are kept: a record at the end of the file may go on in them. */
static void keep_front(struct log *log, str s)
{
    if (log->front == NULL)
        log->front = arena_buffer(log->in->scratch, LARGEST);
    if (s.n > LARGEST - log->nfront)
        s.n = LARGEST - log->nfront;
    memcpy(log->front + log->nfront, s.p, s.n);
    log->nfront += s.n;
}

/* The head of a record at the end of the file, and its rest from behind the header. */
static bool join(struct log *log, str head, uint64_t offset)
{
    uint32_t length = bytes_u32_at(head, 0);
    size_t rest = length - head.n;
    char *whole;

    if (log->joined || rest > log->nfront)
        return false;
    whole = arena_buffer(log->in->scratch, length);
    memcpy(whole, head.p, head.n);
    memcpy(whole + head.n, log->front, rest);
    if (!is_whole((str){ whole, length }))
        return false;
    log->joined = true;
    read_record(log, (str){ whole, length }, offset);
    return true;
}

static enum thing look(struct text *text, size_t *ret_size)
{
    str s = text_ahead(text, 8);

    *ret_size = 0;
    if (s.n == 0)
        return THING_END;
    if (is_record(s)) {
        *ret_size = bytes_u32_at(s, 0);
        s = text_ahead(text, *ret_size);
        if (s.n < *ret_size)
            return THING_SPLIT;
        return is_whole(s) ? THING_RECORD : THING_OTHER;
    }
    if (is_mark(text_ahead(text, MARK))) {
        *ret_size = MARK;
        return THING_MARK;
    }
    *ret_size = 4;
    return s.n >= 4 && bytes_u32_at(s, 0) == FILL ? THING_FILL : THING_OTHER;
}

static bool is_empty(str s)
{
    size_t n = 0;

    while (n < s.n && s.p[n] == 0)
        n++;
    return n == s.n;
}

/* Goes to the next record or end mark; false at the end of the file. *ret_empty: nothing lies
 * between. */
static bool find_next(struct log *log, bool front, bool *ret_empty)
{
    struct text *text = &log->in->text;
    size_t from = 1;

    *ret_empty = true;
    for (;;) {
        str s = text_ahead(text, LIMIT_BLOCK);
        bool last = s.n < LIMIT_BLOCK;
        size_t at = find_start(s, from), n = at;

        if (at == STR_NONE)
            n = last ? s.n : s.n / 2;
        *ret_empty = *ret_empty && is_empty(str_slice(s, 0, n));
        if (front)
            keep_front(log, str_slice(s, 0, n));
        text_skip(text, n);
        if (at != STR_NONE)
            return true;
        if (last)
            return false;
        from = 0;
    }
}

static void skip_other(struct log *log, bool split)
{
    uint64_t offset = log->in->text.offset;
    bool front = offset <= HEADER && log->next != 0, stale = log->stale, empty, found;

    found = find_next(log, front, &empty);
    if (empty || front || stale)
        return;
    if (split && !found)
        parse_diag_at(log->in, DIAG_WARNING, "evt.truncated", offset,
                STR("the file ends inside a record"));
    else
        parse_diag_at(log->in, DIAG_WARNING, "evt.damaged-record", offset,
                STR("bytes that are no record"));
}

static void read_mark(struct log *log, str mark)
{
    log->stale = true;
    log->stale_end = bytes_u32_at(mark, 20);
    log->ended = bytes_u32_at(mark, 28);
    if (log->stale_end <= log->in->text.offset)
        log->stale_end = UINT64_MAX; /* nothing but room behind it */
    parse_took_bytes(log->in, MARK);
}

static size_t read_header(struct log *log)
{
    str s = text_ahead(&log->in->text, HEADER);
    size_t size;

    if (!is_header(s))
        return 0;
    log->next = bytes_u32_at(s, 24);
    log->dirty = (bytes_u32_at(s, 36) & 1) != 0;
    size = s.n < HEADER ? s.n : HEADER;
    parse_took_bytes(log->in, size);
    return size;
}

static void tell_state(struct log *log)
{
    struct arena *a = log->in->scratch;

    if (log->next != 0 && log->ended != 0 && log->next != log->ended)
        parse_diag_at(log->in, DIAG_NOTE, "evt.dirty", 0,
                arena_printf(a,
                        "next record %" PRIu32 " by its header, %" PRIu32 " by its end mark",
                        log->next, log->ended));
    else if (log->dirty)
        parse_diag_at(log->in, DIAG_NOTE, "evt.dirty", 0, STR("by its header"));
    if (log->recovered != 0)
        parse_diag_at(log->in, DIAG_NOTE, "evt.recovered", 0,
                arena_printf(a, "records: %" PRIu64, log->recovered));
    if (log->nfront != 0 && !log->joined)
        parse_diag_at(log->in, DIAG_WARNING, "evt.damaged-record", HEADER,
                STR("the first record has lost its beginning"));
}

/* The file's name, as Windows gives it, is all that tells which log it is. */
static str channel_of(str name)
{
    static const struct {
        str start, channel;
    } names[] = {
        { STR_INIT("sysevent"), STR_INIT("System") },
        { STR_INIT("system"), STR_INIT("System") },
        { STR_INIT("appevent"), STR_INIT("Application") },
        { STR_INIT("application"), STR_INIT("Application") },
        { STR_INIT("secevent"), STR_INIT("Security") },
        { STR_INIT("security"), STR_INIT("Security") },
    };

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (str_starts_nocase(name, names[i].start))
            return names[i].channel;
    }
    return (str){ NULL, 0 };
}

/* One step; false at the end. */
static bool read_thing(struct log *log)
{
    struct text *text = &log->in->text;
    size_t size;
    enum thing thing;

    if (log->stale && text->offset >= log->stale_end)
        log->stale = false;
    thing = look(text, &size);
    switch (thing) {
    case THING_END:
        return false;
    case THING_RECORD:
        read_record(log, str_slice(text_peek(text), 0, size), text->offset);
        break;
    case THING_MARK:
        read_mark(log, text_peek(text));
        break;
    case THING_FILL:
        parse_took_bytes(log->in, size);
        break;
    case THING_SPLIT:
        size = text_peek(text).n;
        if (join(log, text_peek(text), text->offset))
            break;
        skip_other(log, true);
        return true;
    default:
        skip_other(log, false);
        return true;
    }
    text_skip(text, size);
    return true;
}

static void parse(struct parse *in)
{
    struct log log = { .in = in, .channel = channel_of(in->name) };

    event_log_init(&log.events);
    out_init_memory(&log.sid);
    text_skip(&in->text, read_header(&log));
    while (read_thing(&log))
        ;
    tell_state(&log);
    (void)out_finish(&log.sid);
    event_log_finish(&log.events);
}

const struct parser parser_evt = {
    .name = "evt",
    .summary = "Windows event log before Vista, binary (.evt)",
    .kinds = kinds,
    .raw = true,
    .sniff = sniff,
    .parse = parse,
};
