/* SPDX-License-Identifier: Apache-2.0 */
/*
 * evtx: the binary event log since Vista. Little-endian:
 *
 *     file     "ElfFile\0"; +0x28 u16 size of the header block (4096); +0x78 flags: 1 dirty, 2 no
 *              checksums; +0x7C CRC of the first 0x78 bytes. Chunks of 64 KiB follow
 *     chunk    "ElfChnk\0"; +0x30 u32 end of the records, +0x34 their CRC, +0x7C CRC of the header
 *              without these 8 bytes; records from 0x200
 *     record   2A 2A 00 00, u32 size, u64 number, FILETIME, binary XML (binxml.c), u32 size
 *
 * Dirty and damaged files are normal: a chunk is found by its signature, a record by its own, and
 * records behind the end that the header knows are taken while their numbers go on. Checksums that
 * do not hold are noted, and what can be read is. Every record is told as event-xml would tell it.
 * Not taken: records of an earlier life in the slack of a chunk.
 */
#include "binxml.h"
#include "block.h"
#include "bytes.h"
#include "crc32.h"
#include "event_xml_record.h"
#include "evtx_look.h"
#include "limits.h"

static const struct kind *const kinds[] = { &kind_EVENT, &kind_BUGCHECK, &kind_MEMORY_STATUS,
    &kind_POOL_USAGE, &kind_POOL_TAG, &kind_PROCESS, &kind_ERROR, NULL };

enum {
    HEAD = 4096, /* of the file */
    CHUNK = 64 * 1024,
    HEADER = 0x200,       /* of a chunk */
    RECORD = 24,          /* header of a record */
    SMALLEST = RECORD + 4 /* with the size at its end */
};

static const str file_magic = STR_INIT("ElfFile\0"), chunk_magic = STR_INIT("ElfChnk\0"),
                 record_magic = STR_INIT("**\0\0");

struct log {
    struct parse *in;
    struct event_log events;
    struct event_reader reader;
    struct binxml binxml;
    struct evtx_looks *looks;
    bool checksums;
    uint64_t number; /* of the last record taken, 0 = none in this chunk */
};

/* What a look at a record's head finds out. */
struct peek {
    str provider;
    bool found;
};

static int sniff(const struct sniff *in)
{
    return str_starts(in->raw, file_magic) || str_starts(in->raw, chunk_magic) ? BID_MAGIC : BID_NO;
}

/* Forwarders write no checksums: 0. */
static bool differs(uint32_t stored, uint32_t counted)
{
    return stored != 0 && stored != counted;
}

static void tell(struct log *log, enum diag_level level, const char *code, size_t at, str detail)
{
    parse_diag_at(log->in, level, code, log->in->text.offset + at, detail);
}

static void peek_open(void *ctx, str name, struct xml_attributes attributes)
{
    struct peek *peek = ctx;

    if (!str_eq(name, STR("Provider")))
        return;
    peek->provider = xml_attribute(attributes, STR("Name"));
    peek->found = true;
}

static void peek_close(void *ctx, str name)
{
    (void)ctx;
    (void)name;
}

static void peek_text(void *ctx, str text)
{
    (void)ctx;
    (void)text;
}

/* A record of the chunk: [at, at + size). */
struct record {
    size_t at, size;
    uint64_t number, ticks;
};

/* Whether the record is counted by its head, and need not be read. The provider is absent where the head is not
 * plain. */
static bool count_record(struct log *log, const struct record *r, str *ret_provider)
{
    struct event_head head;
    bool plain = evtx_look(log->looks, &log->binxml, &log->events.arena, r->at + RECORD,
            r->at + r->size - 4, r->ticks, &head);

    *ret_provider = plain ? head.provider : (str){ NULL, 0 };
    if (!plain || event_tally_reads(log->events.tally, &head))
        return false;
    event_host(log->in, &log->events, head.computer); /* as when it is read */
    parse_took_bytes(log->in, r->size);
    return true;
}

/* Who logged it, by its first element that says so; false where none does. */
static bool find_provider(struct log *log, const struct record *r, str *ret)
{
    static const struct xml_calls calls = { peek_open, peek_close, peek_text };
    struct peek peek = { .found = false };

    (void)binxml_walk(&log->binxml, &log->events.arena, r->at + RECORD, r->at + r->size - 4, &calls,
            &peek, &peek.found);
    *ret = peek.provider;
    return peek.found;
}

static void emit_record(struct log *log, const struct record *r)
{
    struct arena *a = &log->events.arena;
    struct event_reading reading;
    struct event e;
    const bool never = false;
    struct span where = { .member = log->in->member, .length = (uint32_t)r->size };

    where.offset = log->in->text.offset + r->at;
    event_reading_begin(&reading, &log->reader, a, &e);
    if (!binxml_walk(&log->binxml, a, r->at + RECORD, r->at + r->size - 4, &event_reading_calls,
                &reading, &never))
        tell(log, DIAG_WARNING, "evtx.damaged-record", r->at, STR("binary XML"));
    if (e.capped)
        tell(log, DIAG_WARNING, "event-xml.data-cap", r->at, STR("more than 1024 data"));
    if (e.record == 0)
        e.record = r->number;
    if (e.when.basis == WHEN_NONE)
        e.when = when_filetime(r->ticks);
    if (e.provider.n != 0 || e.has_id)
        event_emit(log->in, &log->events, &e, where, event_quote(a, &e));
}

static void take_record(struct log *log, const struct record *r)
{
    str provider;

    if (count_record(log, r, &provider))
        return;
    parse_saw(log->in, when_filetime(r->ticks));
    if ((provider.n == 0 && !find_provider(log, r, &provider)) || event_wanted(log->in, provider))
        emit_record(log, r);
    arena_reset(&log->events.arena);
    parse_took_bytes(log->in, r->size);
}

/* Size of the record at this place, 0 when there is none. */
static size_t record_size(str chunk, size_t at)
{
    uint32_t size;

    if (at + SMALLEST > chunk.n || !str_starts(str_from(chunk, at), record_magic))
        return 0;
    size = bytes_u32_at(chunk, at + 4);
    if (size < SMALLEST || size > chunk.n - at || bytes_u32_at(chunk, at + size - 4) != size)
        return 0;
    return size;
}

static size_t next_record(str chunk, size_t from, size_t end)
{
    for (;;) {
        size_t at = str_find(str_slice(chunk, from, end), record_magic);

        if (at == STR_NONE)
            return end;
        from += at;
        if (record_size(chunk, from) != 0)
            return from;
        from += 1;
    }
}

/* Notes where the checksums of a chunk do not hold. */
static void check_chunk(struct log *log, str chunk, size_t end)
{
    uint32_t header = crc32_more(0, str_slice(chunk, 0, 0x78));

    header = crc32_more(header, str_slice(chunk, 0x80, HEADER));
    if (differs(bytes_u32_at(chunk, 0x7C), header) ||
            differs(bytes_u32_at(chunk, 0x34), crc32_more(0, str_slice(chunk, HEADER, end))))
        tell(log, DIAG_NOTE, "evtx.checksum", 0, STR("a chunk was not finished or is damaged"));
}

static void read_chunk(struct log *log, str chunk)
{
    size_t end = bytes_u32_at(chunk, 0x30);
    bool sane = end >= HEADER && end <= chunk.n;
    struct record r = { .at = HEADER };

    if (!sane)
        end = chunk.n;
    if (log->checksums && sane && chunk.n >= HEADER)
        check_chunk(log, chunk, end);
    binxml_chunk(&log->binxml, chunk);
    evtx_looks_chunk(log->looks);
    log->number = 0;
    parse_took_bytes(log->in, chunk.n < HEADER ? chunk.n : HEADER);
    while (r.at + SMALLEST <= chunk.n) {
        r.size = record_size(chunk, r.at);
        if (r.size == 0) {
            if (r.at >= end)
                break;
            tell(log, DIAG_WARNING, "evtx.damaged-record", r.at, STR("header"));
            r.at = next_record(chunk, r.at + 1, end);
            continue;
        }
        r.number = bytes_u64_at(chunk, r.at + 8);
        r.ticks = bytes_u64_at(chunk, r.at + 16);
        /* Behind the known end only what goes on; the rest is of an earlier life. */
        if (r.at >= end && r.number != log->number + 1)
            break;
        take_record(log, &r);
        log->number = r.number;
        r.at += r.size;
    }
}

static size_t read_header(struct log *log, str head)
{
    struct bytes b = bytes_of(head);
    uint16_t size;

    log->checksums = true;
    if (!str_starts(head, file_magic) || head.n < 128)
        return 0;
    b.at = 0x28;
    size = bytes_u16(&b);
    log->checksums = (bytes_u32_at(head, 0x78) & 2) == 0;
    if (differs(bytes_u32_at(head, 0x7C), crc32_more(0, str_slice(head, 0, 0x78))))
        tell(log, DIAG_NOTE, "evtx.checksum", 0, STR("the file's header"));
    return size >= 128 && size <= head.n ? size : HEAD;
}

/* Skips to the next chunk; false at the end of the file. */
static bool find_chunk(struct log *log)
{
    struct text *text = &log->in->text;

    for (;;) {
        str window = text_ahead(text, CHUNK);
        size_t at = block_find(window, chunk_magic);

        if (at != STR_NONE) {
            text_skip(text, at);
            return true;
        }
        if (window.n <= chunk_magic.n)
            return false;
        text_skip(text, window.n - chunk_magic.n + 1);
    }
}

/* A chunk has 64 KiB, or less where bytes were lost before the next one. */
static str this_chunk(str window)
{
    str chunk = str_slice(window, 0, CHUNK);
    size_t from = HEADER, at;

    while ((at = block_find(str_from(chunk, from), chunk_magic)) != STR_NONE) {
        from += at;
        if (chunk.n - from < HEADER || bytes_u32_at(chunk, from + 0x28) == 128)
            return str_slice(chunk, 0, from);
        from++;
    }
    return chunk;
}

static void parse(struct parse *in)
{
    struct log log = { .in = in };
    str head = str_slice(text_ahead(&in->text, HEAD), 0, HEAD); /* whatever else was read with it */
    size_t skip;

    event_log_init(&log.events);
    event_reader_init(&log.reader);
    binxml_init(&log.binxml);
    log.looks = evtx_looks_create(in->scratch);
    log.events.tally = event_tally_create(in);
    skip = read_header(&log, head);
    skip = skip < head.n ? skip : head.n;
    parse_took_bytes(in, skip);
    text_skip(&in->text, skip);
    while (find_chunk(&log)) {
        str chunk = this_chunk(text_ahead(&in->text, CHUNK));

        /* Behind the end of its records a chunk holds nothing that would be missed. */
        if (chunk.n < HEADER || chunk.n < bytes_u32_at(chunk, 0x30))
            tell(&log, DIAG_WARNING, "evtx.truncated", 0,
                    STR("the file ends among a chunk's records"));
        read_chunk(&log, chunk);
        text_skip_lines(&in->text, chunk.n, 0);
    }
    event_tally_finish(log.events.tally);
    evtx_looks_finish(log.looks);
    binxml_finish(&log.binxml);
    event_reader_finish(&log.reader);
    event_log_finish(&log.events);
}

/* At a chunk where one is due. The flag against checksums stands in the head alone. */
static size_t cut(str head, str piece, uint64_t at)
{
    size_t due = (size_t)((CHUNK - (at + CHUNK - HEAD) % CHUNK) % CHUNK);

    if (!str_starts(head, file_magic) || head.n < 128 || (bytes_u32_at(head, 0x78) & 2) != 0)
        return STR_NONE;
    for (; due + HEADER <= piece.n; due += CHUNK) {
        if (str_starts(str_from(piece, due), chunk_magic) && bytes_u32_at(piece, due + 0x28) == 128)
            return due;
    }
    return STR_NONE;
}

const struct parser parser_evtx = {
    .name = "evtx",
    .summary = "Windows event log, binary (.evtx)",
    .kinds = kinds,
    .raw = true,
    .sniff = sniff,
    .parse = parse,
    .cut = cut,
};
