/* SPDX-License-Identifier: Apache-2.0 */
/*
 * minidump: the container of a user dump: a directory of streams, strings and lists by offset. Every
 * offset and count is checked against the file, and what does not fit is told.
 */
#pragma once

#include "held.h"

enum minidump_stream {
    STREAM_THREADS = 3,
    STREAM_MODULES = 4,
    STREAM_EXCEPTION = 6,
    STREAM_SYSTEM = 7,
    STREAM_COMMENT = 10,
    STREAM_COMMENT_WIDE = 11,
    STREAM_HANDLES = 12,
    STREAM_UNLOADED = 14,
    STREAM_MISC = 15,
    STREAM_MEMORY_INFO = 16,
    STREAM_SYSTEM_MEMORY = 21,
    STREAM_TYPES = 32 /* beyond are the extensions of others */
};

struct minidump {
    struct parse *in;
    struct held held;
    struct {
        str bytes; /* absent when there is no such stream, or it does not lie in the file */
        uint64_t offset;
    } streams[STREAM_TYPES];
};

/* Rows of a list: what lies behind its heading. */
struct minidump_list {
    str rows;
    size_t each, n;
    uint64_t offset; /* of the first */
};

/* Reads the member. False when it has no directory to go by; that was told. */
bool minidump_open(struct minidump *m, struct parse *in);
void minidump_close(struct minidump *m);

/*
 * The list in a stream: a count alone, or sizes of heading and row before a count of 4 or 8 bytes.
 * Rows that do not fit in the stream are told and left out.
 */
struct minidump_list minidump_plain_list(
        const struct minidump *m, enum minidump_stream type, size_t each);
struct minidump_list minidump_sized_list(
        const struct minidump *m, enum minidump_stream type, size_t count_size, size_t least);
/* Cuts a list that is longer than makes sense, and tells. */
void minidump_limit(const struct minidump *m, struct minidump_list *list, size_t most);
str minidump_row(const struct minidump_list *list, size_t i);

/* A string with its length in bytes before it. Absent and told when it does not lie in the file. */
str minidump_string(const struct minidump *m, uint32_t rva);
void minidump_tell(const struct minidump *m, const char *code, uint64_t offset, const char *detail);
