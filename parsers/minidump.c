/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Little-endian:
 *
 *     header     "MDMP", u16 A793h, u16 of the writer, streams, offset of their directory,
 *                checksum, time stamp (since 1970), u64 flags
 *     directory  type, size, offset
 *     string     length in bytes, UTF-16
 */
#include "minidump.h"

#include "bytes.h"
#include "limits.h"
#include "utf16.h"

enum {
    HEADER = 32,
    ENTRY = 12,
    STREAMS_MAX = 1024, /* writers use a dozen, and fill up with type 0 */
    STRING_MAX = 2048,  /* bytes: four times what a module's path may have */
};

void minidump_tell(const struct minidump *m, const char *code, uint64_t offset, const char *detail)
{
    parse_diag_at(m->in, DIAG_WARNING, code, offset, str_z(detail));
}

/* The bytes that something points to; absent and told when they are not all there. */
static str pointed(const struct minidump *m, uint64_t at, uint64_t n, const char *what)
{
    str bytes = bytes_part(m->held.bytes, at, n);

    if (bytes.p != NULL)
        return bytes;
    if (at <= m->held.size && n <= m->held.size - at)
        minidump_tell(m, "dump-user.held", at, what);
    else
        minidump_tell(m, "dump-user.bad-rva", at, what);
    return bytes;
}

static void take_stream(struct minidump *m, uint32_t type, uint32_t size, uint32_t at)
{
    if (type == 0 || type >= STREAM_TYPES || m->streams[type].bytes.p != NULL)
        return;
    m->streams[type].bytes = pointed(m, at, size, "a stream");
    m->streams[type].offset = at;
}

/* Parts of two streams in the same bytes: one of them is not what it says. */
static void tell_overlaps(const struct minidump *m)
{
    for (size_t i = 0; i < STREAM_TYPES; i++) {
        for (size_t k = 0; k < i; k++) {
            const uint64_t a = m->streams[i].offset, b = m->streams[k].offset;

            if (a < b + m->streams[k].bytes.n && b < a + m->streams[i].bytes.n)
                minidump_tell(m, "dump-user.overlap", a, "two streams share bytes");
        }
    }
}

bool minidump_open(struct minidump *m, struct parse *in)
{
    uint32_t n, at;
    str directory;

    *m = (struct minidump){ .in = in };
    held_read(&m->held, in, LIMIT_HELD);
    n = bytes_u32_at(m->held.bytes, 8);
    at = bytes_u32_at(m->held.bytes, 12);
    if (n > STREAMS_MAX) {
        minidump_tell(m, "dump-user.count", 8, "streams");
        n = STREAMS_MAX;
    }
    directory = m->held.bytes.n >= HEADER ? str_from(m->held.bytes, at) : STR("");
    if (directory.n < (size_t)n * ENTRY) {
        minidump_tell(m, "dump-user.bad-rva", at, "the directory");
        n = (uint32_t)(directory.n / ENTRY);
    }
    for (uint32_t i = 0; i < n; i++) {
        size_t entry = (size_t)i * ENTRY;

        take_stream(m, bytes_u32_at(directory, entry), bytes_u32_at(directory, entry + 4),
                bytes_u32_at(directory, entry + 8));
    }
    tell_overlaps(m);
    return n != 0;
}

void minidump_close(struct minidump *m)
{
    held_finish(&m->held);
}

static struct minidump_list list_of(const struct minidump *m, enum minidump_stream type,
        size_t heading, size_t each, uint64_t count)
{
    str stream = m->streams[type].bytes;
    struct minidump_list list = { .rows = str_from(stream, heading), .each = each };

    list.n = list.rows.n / each;
    list.offset = m->streams[type].offset + heading;
    if (count < list.n)
        list.n = (size_t)count;
    else if (count > list.n && stream.n != 0)
        minidump_tell(
                m, "dump-user.count", m->streams[type].offset, "more rows than its stream holds");
    return list;
}

/* Some writers align the rows to 8 bytes. */
struct minidump_list minidump_plain_list(
        const struct minidump *m, enum minidump_stream type, size_t each)
{
    str stream = m->streams[type].bytes;
    uint32_t count = bytes_u32_at(stream, 0);

    return list_of(m, type, stream.n == 8 + (uint64_t)count * each ? 8 : 4, each, count);
}

void minidump_limit(const struct minidump *m, struct minidump_list *list, size_t most)
{
    if (list->n <= most)
        return;
    minidump_tell(m, "dump-user.count", list->offset, "more rows than any process has");
    list->n = most;
}

struct minidump_list minidump_sized_list(
        const struct minidump *m, enum minidump_stream type, size_t count_size, size_t least)
{
    str stream = m->streams[type].bytes;
    uint32_t heading = bytes_u32_at(stream, 0), each = bytes_u32_at(stream, 4);

    if (stream.n == 0)
        return (struct minidump_list){ .each = least };
    if (heading < 8 + count_size || each < least) {
        minidump_tell(m, "dump-user.count", m->streams[type].offset, "the size of heading or rows");
        return (struct minidump_list){ .each = least };
    }
    return list_of(m, type, heading, each, bytes_at(stream, 8, count_size));
}

str minidump_row(const struct minidump_list *list, size_t i)
{
    return str_slice(list->rows, i * list->each, (i + 1) * list->each);
}

str minidump_string(const struct minidump *m, uint32_t rva)
{
    str length = pointed(m, rva, 4, "a string");
    uint32_t n = bytes_u32_at(length, 0);

    if (n > STRING_MAX) {
        minidump_tell(m, "dump-user.count", rva, "the length of a string");
        return (str){ NULL, 0 };
    }
    return length.n != 0 ? utf16_text(m->in->scratch, pointed(m, (uint64_t)rva + 4, n, "a string"))
                         : length;
}
