/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pool_plain: many rows of a listing as poolmon prints it, with nothing odd in them:
 *
 *      Ttx1 Nonp       7026             6000             1026      328320        320
 *
 * What they say is what pool_row says of them, in a fraction of the time. Odd rows are declined, and
 * left to pool_row. AVX2 where the processor has it, plain C elsewhere, with the same answers.
 */
#pragma once

#include "pool_row.h"

struct pool_plain {
    char tag[4];
    enum pool pool;
    int64_t diff, bytes;
};

/* Rows one behind the other, whole lines. */
struct pool_rows {
    uint32_t n, lines;
    uint32_t extent; /* of each with its terminator; 0 = they differ */
    /* For pool_capture: they are the first snapshot's from this one (by number from 1) on; 0 = its own. */
    uint32_t same;
    /* For pool_tell: all were plain, and of this tag (by number from 1) and those behind it; 0 = not so. */
    uint32_t tag;
};

/*
 * Of one row, a line of n bytes without terminator at p, behind which the text goes on to `end`: its tag
 * and pool. False when pool_row_read has to be asked for them.
 */
bool pool_plain_front(const char *p, size_t n, struct pool_plain *ret);
/* The same, and its numbers; they obey the law in their own columns. */
bool pool_plain_read(const char *p, size_t n, const char *end, struct pool_plain *ret);

/* Length with its terminator of the row at p, before `end`; 0 = none by its shape. */
size_t pool_plain_row(const char *p, const char *end);

/* The twins behind these. */
struct pool_plain_kernel {
    /*
     * The rows at the front of a text by their shape (pool_row_plain), `most` of them: whole lines that
     * nothing but rows stands in. Not so many as there may be.
     */
    struct pool_rows (*rows)(const char *p, const char *end, uint32_t most);
    /* Bytes, of n, in which two texts are equal from the front on. */
    size_t (*same)(const char *a, const char *b, size_t n);
    bool (*numbers)(const char *p, size_t n, const char *end, int64_t ret[5]);
};
extern const struct pool_plain_kernel pool_plain_kernel_plain;
extern const struct pool_plain_kernel pool_plain_kernel_avx2; /* on x86-64 only */
const struct pool_plain_kernel *pool_plain_kernel(void);

/* Puts the next row of so many bytes behind the others. */
static inline void pool_rows_add(struct pool_rows *rows, size_t extent)
{
    if (rows->lines == 0)
        rows->extent = (uint32_t)extent;
    else if (rows->extent != extent)
        rows->extent = 0;
    rows->n += (uint32_t)extent;
    rows->lines++;
}
