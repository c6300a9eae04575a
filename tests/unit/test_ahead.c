/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Catches: hits of another process that are not those of the reader's own scan (at borders of blocks, in lines
 * that cross them, behind lines longer than a block, in a block with more hits than the board holds, at a
 * log's end without a line feed), a block that is written over while the reader still needs it, a helper
 * that goes on when its log is done.
 */
#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "ahead.h"
#include "limits.h"
#include "out.h"

enum { LOG = 3, OTHER = 4 };

struct place {
    uint64_t at;
    uint32_t id;
};

static struct arena arena;
static struct seeker *seeker;
static char name[] = "/tmp/fathom-ahead-XXXXXX";

static uint32_t next_random(uint32_t *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    return *seed >> 8;
}

static int open_log(str text)
{
    int fd = open(name, O_RDWR | O_TRUNC | O_CLOEXEC);

    assert_true(fd >= 0);
    assert_int_equal(write(fd, text.p, text.n), (ssize_t)text.n);
    return fd;
}

static struct ahead *make_board(void)
{
    void *p = mmap(NULL, ahead_size(), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    assert_true(p != MAP_FAILED);
    return p;
}

static int in_order(const void *a, const void *b)
{
    const struct place *x = a, *y = b;

    return x->at != y->at ? (x->at < y->at ? -1 : 1) : (int)x->id - (int)y->id;
}

/* The hits of text[from, to), as the reader finds them by itself. */
static size_t scan_itself(
        str text, size_t from, size_t to, const struct scan_plan *plan, struct place *ret)
{
    struct scan scan;
    struct scan_hit hit;
    size_t n = 0;

    scan_begin(&scan, plan, str_slice(text, from, to), 0);
    while (seeker_next(seeker, &scan, &hit))
        ret[n++] = (struct place){ from + hit.begin, hit.id };
    qsort(ret, n, sizeof(*ret), in_order);
    return n;
}

/* Whether the lines [from, to) were looked through; then their hits are the reader's own. */
static bool holds(struct ahead *a, str text, size_t from, size_t to, const struct scan_plan *plan,
        struct place *theirs, struct place *own)
{
    struct ahead_walk walk;
    size_t n = 0, m;

    if (!ahead_take(a, from, to, &walk))
        return false;
    while (ahead_next(&walk, &theirs[n].at, &theirs[n].id))
        n++;
    qsort(theirs, n, sizeof(*theirs), in_order);
    m = scan_itself(text, from, to, plan, own);
    assert_int_equal(n, m);
    for (size_t i = 0; i < n; i++)
        assert_true(theirs[i].at == own[i].at && theirs[i].id == own[i].id);
    return true;
}

struct help {
    struct ahead *a;
    uint64_t log;
    int fd;
};

static void *help(void *ctx)
{
    const struct help *h = ctx;

    ahead_help(h->a, h->log, seeker, h->fd);
    return NULL;
}

/* Lines of any length up to `most`, and of what is looked for one in `rare`. */
static void put_lines(struct out *o, size_t size, unsigned most, unsigned rare, uint32_t *seed)
{
    static const char *const words[] = { "carrier lost", "queue depth", "Out of memory",
        "exit status 3" };

    while (out_text(o).n < size) {
        for (unsigned n = next_random(seed) % most; n > 0; n--)
            out_char(o, "abcdefgh ij klmn"[next_random(seed) % 16]);
        if (next_random(seed) % rare == 0)
            out_z(o, words[next_random(seed) % 4]);
        out_char(o, '\n');
    }
}

/* End of the line at or behind `at`. */
static size_t line_end(str text, size_t at)
{
    size_t nl = str_find_char(str_from(text, at), '\n');

    return nl != STR_NONE ? at + nl + 1 : text.n;
}

/* All of a short log is looked through before the reader begins; the share of bytes that it need not scan. */
static double share_of(str text)
{
    uint32_t seed = 3;
    struct ahead *a = make_board();
    struct help h = { a, LOG, open_log(text) };
    const struct scan_plan *plan = seeker_plan(&arena, seeker, (str){ NULL, 0 });
    struct place *theirs = calloc(text.n / 4, sizeof(*theirs)),
                 *own = calloc(text.n / 4, sizeof(*own));
    size_t helped = 0;
    double ret;

    ahead_begin(a, LOG);
    assert_int_equal(ahead_log(a), 0);
    ahead_open(a, (str){ NULL, 0 });
    assert_int_equal(ahead_log(a), LOG);
    (void)help(&h);
    assert_int_equal(ahead_log(a), 0); /* all is taken */
    for (size_t from = 0, to; from < text.n; from = to) {
        to = line_end(text, from + next_random(&seed) % (LIMIT_BLOCK / 2));
        if (holds(a, text, from, to, plan, theirs, own))
            helped += to - from;
    }
    ret = (double)helped / (double)text.n;
    close(h.fd);
    (void)munmap(a, ahead_size());
    free(theirs);
    free(own);
    return ret;
}

static void test_hits(void **state)
{
    uint32_t seed = 1;
    struct out o;

    (void)state;
    out_init_memory(&o);
    put_lines(&o, 3u << 20, 200, 20, &seed);
    /* The first of its twelve blocks is the reader's, and what reaches into it. */
    assert_true(share_of(out_text(&o)) > 0.8);
    out_z(&o, "and carrier lost at the end");
    assert_true(share_of(out_text(&o)) > 0.8);
    (void)out_finish(&o);
}

static void test_odd_blocks(void **state)
{
    uint32_t seed = 2;
    struct out o;

    (void)state;
    out_init_memory(&o);
    put_lines(&o, 1u << 20, 200, 20, &seed);
    put_lines(&o, 2u << 20, 12, 1, &seed); /* more hits in a block than the board holds */
    for (unsigned i = 0; i < 700000; i++)  /* a line longer than two blocks */
        out_char(&o, 'x');
    out_z(&o, "carrier lost\n");
    put_lines(&o, 4u << 20, 60000, 1, &seed);
    assert_true(share_of(out_text(&o)) > 0.3);
    (void)out_finish(&o);
}

/* A log of more blocks than the board has places, with two at work before the reader. */
static void test_ring(void **state)
{
    uint32_t seed = 5;
    struct out o;
    struct ahead *a = make_board();
    const struct scan_plan *plan = seeker_plan(&arena, seeker, (str){ NULL, 0 });
    pthread_t threads[2];
    struct place *theirs = calloc(1u << 20, sizeof(*theirs)), *own = calloc(1u << 20, sizeof(*own));
    size_t helped = 0;
    str text;

    (void)state;
    out_init_memory(&o);
    put_lines(&o, 40u << 20, 400, 50, &seed);
    text = out_text(&o);

    struct help h = { a, LOG, open_log(text) };

    ahead_begin(a, LOG);
    ahead_open(a, (str){ NULL, 0 });
    for (int i = 0; i < 2; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, help, &h), 0);
    for (size_t from = 0, to; from < text.n; from = to) {
        to = line_end(text, from + LIMIT_BLOCK / 2);
        helped += holds(a, text, from, to, plan, theirs, own);
        /* Now and then all places are full before the reader goes on. */
        if (next_random(&seed) % 40 == 0)
            (void)usleep(20000);
        /* As a reader that goes back a little for a line which an earlier one belongs to. */
        if (to < text.n && next_random(&seed) % 4 == 0)
            to = line_end(text, to - 4096);
    }
    ahead_close(a);
    for (int i = 0; i < 2; i++)
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    assert_true(helped > 0);
    close(h.fd);
    (void)munmap(a, ahead_size());
    (void)out_finish(&o);
    free(theirs);
    free(own);
}

/* Another log than the one that is open is not looked at, and neither is one that was closed. */
static void test_other_log(void **state)
{
    struct ahead *a = make_board();
    struct ahead_walk walk;
    struct help h = { a, OTHER, open_log(STR("carrier lost\n")) };

    (void)state;
    ahead_begin(a, LOG);
    ahead_open(a, STR("carrier lost\n"));
    (void)help(&h);
    assert_int_equal(ahead_log(a), LOG);
    ahead_close(a);
    h.log = LOG;
    (void)help(&h);
    assert_int_equal(ahead_log(a), 0);
    assert_false(ahead_take(a, 0, 13, &walk));
    close(h.fd);
    (void)munmap(a, ahead_size());
}

static int set_up(void **state)
{
    static const str literals[] = { STR_INIT("carrier lost"), STR_INIT("queue depth") };
    static const struct scan_set sets[] = { { &literals[0], 1 }, { &literals[1], 1 } };
    const struct scan_pattern patterns[] = { { 0, false, &sets[0], 1 }, { 1, true, &sets[1], 1 } };
    int fd = mkstemp(name);

    (void)state;
    assert_true(fd >= 0);
    close(fd);
    arena_init(&arena, 0);
    seeker = seeker_create(&arena, patterns, 2);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    unlink(name);
    arena_finish(&arena);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_hits),
        cmocka_unit_test(test_odd_blocks),
        cmocka_unit_test(test_ring),
        cmocka_unit_test(test_other_log),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
