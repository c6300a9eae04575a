/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Block b of a log is the lines that begin in its BLOCK bytes from b * BLOCK on; the last of them may end behind
 * them. So each block can be looked through without the one before it.
 *
 * Blocks stand in a ring. Nobody takes a block whose place one still holds that the reader may need: the reader
 * never goes back behind the offset that it has told.
 */
#include "ahead.h"

#include <stdatomic.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "limits.h"

enum {
    BLOCK = LIMIT_BLOCK,
    BLOCKS = 64,     /* the others are at most so many before the reader */
    HITS = 8192,     /* a block with more is left to the reader */
    NAP_NS = 200000, /* the reader takes as long for a few blocks */
    ROOM = BLOCK + LIMIT_LINE + 1,
};

struct ahead_hit {
    uint32_t at; /* from b * BLOCK on */
    uint32_t id;
};

struct ahead_block {
    _Atomic uint64_t ready; /* the number of the block that stands here and one; 0 = none */
    uint64_t from, to;      /* its lines; none when they could not be looked through */
    uint32_t n;
    struct ahead_hit hits[HITS];
};

struct ahead {
    uint64_t log;          /* the reader's */
    _Atomic uint64_t open; /* the log that may be looked through; 0 = none */
    _Atomic bool all;      /* every block of it is taken */
    _Atomic uint32_t helpers;
    _Atomic uint64_t at;   /* the reader needs nothing before this offset */
    _Atomic uint64_t next; /* block; those before it are taken */
    size_t sample_n;
    char sample[SCAN_SAMPLE];
    struct ahead_block blocks[BLOCKS];
};

size_t ahead_size(void)
{
    return sizeof(struct ahead);
}

/* --- the reader --------------------------------------------------------------------------- */

void ahead_begin(struct ahead *a, uint64_t log)
{
    ahead_close(a);
    a->log = log;
}

/* Somebody may still be at the log before, or have died at it: this one is read without help. */
static bool is_free(const struct ahead *a)
{
    return atomic_load(&a->open) == 0 && atomic_load(&a->helpers) == 0;
}

char *ahead_sample(struct ahead *a)
{
    return is_free(a) ? a->sample : NULL;
}

void ahead_open(struct ahead *a, str sample)
{
    if (!is_free(a))
        return;
    sample = str_slice(sample, 0, SCAN_SAMPLE);
    if (sample.n != 0 && sample.p != a->sample)
        memcpy(a->sample, sample.p, sample.n);
    a->sample_n = sample.n;
    for (size_t i = 0; i < BLOCKS; i++)
        atomic_store(&a->blocks[i].ready, 0);
    atomic_store(&a->at, 0);
    atomic_store(&a->next, 0);
    atomic_store(&a->all, false);
    atomic_store(&a->open, a->log);
}

void ahead_close(struct ahead *a)
{
    atomic_store(&a->open, 0);
}

static const struct ahead_block *block_of(const struct ahead *a, uint64_t number)
{
    return &a->blocks[number % BLOCKS];
}

/* What ends before this offset the reader looks through itself. */
static void reserve(struct ahead *a, uint64_t to)
{
    uint64_t next = atomic_load(&a->next), end = to / BLOCK;

    while (next < end && !atomic_compare_exchange_weak(&a->next, &next, end))
        ;
}

bool ahead_take(struct ahead *a, uint64_t from, uint64_t to, struct ahead_walk *ret)
{
    uint64_t covered = from, number;

    if (atomic_load(&a->open) == 0)
        return false;
    atomic_store(&a->at, from);
    for (number = from / BLOCK; covered < to; number++) {
        const struct ahead_block *b = block_of(a, number);

        if (atomic_load(&b->ready) != number + 1 || b->from > covered || b->to <= covered) {
            reserve(a, to);
            return false;
        }
        covered = b->to;
    }
    *ret = (struct ahead_walk){ .a = a, .block = from / BLOCK, .end = number, .from = from };
    ret->to = to;
    return true;
}

bool ahead_next(struct ahead_walk *w, uint64_t *ret_at, uint32_t *ret_id)
{
    for (; w->block < w->end; w->block++, w->next = 0) {
        const struct ahead_block *b = block_of(w->a, w->block);

        while (w->next < b->n) {
            const struct ahead_hit *hit = &b->hits[w->next++];

            *ret_at = w->block * BLOCK + hit->at;
            *ret_id = hit->id;
            if (*ret_at >= w->from && *ret_at < w->to)
                return true;
        }
    }
    return false;
}

/* --- the others --------------------------------------------------------------------------- */

uint64_t ahead_log(const struct ahead *a)
{
    return atomic_load(&a->all) ? 0 : atomic_load(&a->open);
}

struct helper {
    struct ahead *a;
    uint64_t log;
    const struct seeker *seeker;
    const struct scan_plan *plan;
    int fd;
    char *buf;
};

/* The next block that nobody has taken; false when the reader is done. */
static bool take_block(const struct helper *h, uint64_t *ret)
{
    const struct timespec nap = { .tv_nsec = NAP_NS };
    struct ahead *a = h->a;

    while (atomic_load(&a->open) == h->log) {
        uint64_t at = atomic_load(&a->at) / BLOCK, next = atomic_load(&a->next);
        uint64_t want = next > at ? next : at + 1;

        if (want >= at + BLOCKS) {
            (void)nanosleep(&nap, NULL);
        } else if (atomic_compare_exchange_weak(&a->next, &next, want + 1)) {
            *ret = want;
            return true;
        }
    }
    return false;
}

static size_t read_at(int fd, char *buf, size_t size, uint64_t offset)
{
    size_t n = 0;
    ssize_t got;

    while (n < size && (got = pread(fd, buf + n, size - n, (off_t)(offset + n))) > 0)
        n += (size_t)got;
    return n;
}

/* What begins at or behind byte `at` of s: the first byte of a line, s.n at its end. */
static size_t line_from(str s, size_t at)
{
    size_t nl = at == 0 ? STR_NONE : str_find_char(str_from(s, at - 1), '\n');

    return at == 0 ? 0 : nl != STR_NONE ? at + nl : s.n;
}

static void put_hits(const struct helper *h, struct ahead_block *b, str lines, uint32_t at)
{
    struct scan scan;
    struct scan_hit hit;

    scan_begin(&scan, h->plan, lines, 0);
    while (seeker_next(h->seeker, &scan, &hit)) {
        if (b->n == HITS) {
            b->to = b->from;
            return;
        }
        b->hits[b->n++] = (struct ahead_hit){ at + (uint32_t)hit.begin, hit.id };
    }
}

/* False at the end of the log. */
static bool look_through(const struct helper *h, uint64_t number)
{
    struct ahead_block *b = &h->a->blocks[number % BLOCKS];
    uint64_t begin = number * BLOCK;
    size_t before = begin != 0, from, to; /* the byte before it tells whether a line begins here */
    str s = { h->buf, read_at(h->fd, h->buf, ROOM, begin - before) };
    bool ended = s.n < ROOM;

    if (s.n <= before)
        return false;
    from = line_from(s, before);
    to = line_from(s, before + BLOCK < s.n ? before + BLOCK : s.n);
    atomic_store(&b->ready, 0);
    b->n = 0;
    b->from = begin - before + from;
    b->to = begin - before + to;
    if (from >= to || (to == s.n && !ended))
        b->to = b->from; /* a long line */
    else
        put_hits(h, b, str_slice(s, from, to), (uint32_t)(from - before));
    atomic_store(&b->ready, number + 1);
    return true;
}

void ahead_help(struct ahead *a, uint64_t log, const struct seeker *seeker, int fd)
{
    struct helper h = { .a = a, .log = log, .seeker = seeker, .fd = fd };
    struct arena arena;
    uint64_t number;

    atomic_fetch_add(&a->helpers, 1);
    if (atomic_load(&a->open) == log) {
        arena_init(&arena, 0);
        h.plan = seeker_plan(&arena, seeker, (str){ a->sample, a->sample_n });
        h.buf = arena_buffer(&arena, ROOM);
        while (take_block(&h, &number)) {
            if (!look_through(&h, number)) {
                atomic_store(&a->all, true);
                break;
            }
        }
        arena_finish(&arena);
    }
    atomic_fetch_sub(&a->helpers, 1);
}
