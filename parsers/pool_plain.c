/* SPDX-License-Identifier: Apache-2.0 */
#include "pool_plain.h"

#include <string.h>

enum {
    NUMBERS_AT = 11, /* the column behind "Nonp ", and the blank behind "Paged" */
    DIGITS = 16,     /* more than this are for the careful reader */
};

/* ---- the twin in plain C */

size_t pool_plain_row(const char *p, const char *end)
{
    size_t most = (size_t)(end - p) < PLAIN_MOST ? (size_t)(end - p) : PLAIN_MOST;
    const char *nl;

    if (most <= PLAIN_LEAST || !pool_row_plain(p))
        return 0;
    nl = memchr(p + PLAIN_LEAST, '\n', most - PLAIN_LEAST);
    return nl != NULL ? (size_t)(nl + 1 - p) : 0;
}

static struct pool_rows plain_rows(const char *p, const char *end, uint32_t most)
{
    struct pool_rows rows = { 0 };

    while (rows.lines < most) {
        size_t extent = pool_plain_row(p + rows.n, end);

        if (extent == 0)
            break;
        pool_rows_add(&rows, extent);
    }
    return rows;
}

static size_t plain_same(const char *a, const char *b, size_t n)
{
    size_t i = 0;

    while (i < n && a[i] == b[i])
        i++;
    return i;
}

/* Five runs of digits with blanks before each, the last with a blank or nothing behind it. */
static bool plain_numbers(const char *p, size_t n, const char *end, int64_t ret[5])
{
    size_t at = NUMBERS_AT;

    (void)end;
    for (size_t i = 0; i < 5; i++) {
        int64_t value = 0;
        size_t from;

        while (at < n && p[at] == ' ')
            at++;
        for (from = at; at < n && is_digit(p[at]) && at - from < DIGITS; at++)
            value = value * 10 + (p[at] - '0');
        if (at == from || (at < n ? p[at] != ' ' : i != 4))
            return false;
        ret[i] = value;
    }
    return true;
}

const struct pool_plain_kernel pool_plain_kernel_plain = { plain_rows, plain_same, plain_numbers };

/* ---- the choice */

const struct pool_plain_kernel *pool_plain_kernel(void)
{
#ifdef __x86_64__
    if (__builtin_cpu_supports("avx2"))
        return &pool_plain_kernel_avx2;
#endif
    return &pool_plain_kernel_plain;
}

/*
 * Tags of four ASCII characters only, and a blank behind the type wherever it may end: then the row has its
 * columns, and what stands in them is the tag, blanks and all.
 */
bool pool_plain_front(const char *p, size_t n, struct pool_plain *ret)
{
    if (n < PLAIN_LEAST || p[0] != ' ' || p[5] != ' ' || p[11] != ' ' || p[12] != ' ')
        return false;
    if (memcmp(p + 6, "Nonp ", 5) == 0)
        ret->pool = POOL_NONPAGED;
    else if (memcmp(p + 6, "Paged", 5) == 0)
        ret->pool = POOL_PAGED;
    else
        return false;
    memcpy(ret->tag, p + 1, sizeof(ret->tag));
    return ((p[1] | p[2] | p[3] | p[4]) & 0x80) == 0;
}

/* The law of pool_row.h for numbers that are not negative. */
static bool is_lawful(const int64_t v[5])
{
    if ((uint32_t)((uint64_t)v[0] - (uint64_t)v[1]) != (uint32_t)v[2])
        return false;
    return v[2] > 0 ? v[3] / v[2] == v[4] : v[4] == 0;
}

bool pool_plain_read(const char *p, size_t n, const char *end, struct pool_plain *ret)
{
    int64_t v[5];

    if (!pool_plain_front(p, n, ret) || !pool_plain_kernel()->numbers(p, n, end, v) ||
            !is_lawful(v))
        return false;
    ret->diff = v[2];
    ret->bytes = v[3];
    return true;
}
