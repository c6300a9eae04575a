/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bytes: a cursor over binary data, little-endian. Reading past the end gives zeros and sets `bad`,
 * which stays: a record is read in a row and asked once.
 */
#pragma once

#include "str.h"

struct bytes {
    const unsigned char *p;
    size_t at, n;
    bool bad;
};

static inline struct bytes bytes_of(str s)
{
    return (struct bytes){ .p = (const unsigned char *)s.p, .n = s.n };
}

static inline bool bytes_has(struct bytes *b, size_t n)
{
    if (b->bad || b->at > b->n || b->n - b->at < n)
        b->bad = true;
    return !b->bad;
}

static inline uint64_t bytes_little(struct bytes *b, size_t n)
{
    uint64_t value = 0;

    if (!bytes_has(b, n))
        return 0;
    for (size_t i = 0; i < n; i++)
        value |= (uint64_t)b->p[b->at + i] << (8 * i);
    b->at += n;
    return value;
}

static inline uint8_t bytes_u8(struct bytes *b)
{
    return (uint8_t)bytes_little(b, 1);
}

static inline uint16_t bytes_u16(struct bytes *b)
{
    return (uint16_t)bytes_little(b, 2);
}

static inline uint32_t bytes_u32(struct bytes *b)
{
    return (uint32_t)bytes_little(b, 4);
}

static inline uint64_t bytes_u64(struct bytes *b)
{
    return bytes_little(b, 8);
}

static inline void bytes_skip(struct bytes *b, size_t n)
{
    if (bytes_has(b, n))
        b->at += n;
}

/* The next n bytes, borrowed; absent past the end. */
static inline str bytes_take(struct bytes *b, size_t n)
{
    if (!bytes_has(b, n))
        return (str){ NULL, 0 };
    b->at += n;
    return (str){ (const char *)b->p + (b->at - n), n };
}

/* A number at an offset, without a cursor; 0 past the end. */
static inline uint64_t bytes_at(str s, size_t at, size_t n)
{
    struct bytes b = bytes_of(s);

    b.at = at;
    return bytes_little(&b, n);
}

static inline uint16_t bytes_u16_at(str s, size_t at)
{
    return (uint16_t)bytes_at(s, at, 2);
}

static inline uint32_t bytes_u32_at(str s, size_t at)
{
    return (uint32_t)bytes_at(s, at, 4);
}

static inline uint64_t bytes_u64_at(str s, size_t at)
{
    return bytes_at(s, at, 8);
}

/* The n bytes at an offset; absent when they are not all there. */
static inline str bytes_part(str s, uint64_t at, uint64_t n)
{
    return at <= s.n && n <= s.n - at ? (str){ s.p + at, (size_t)n } : (str){ NULL, 0 };
}
