/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Long captures of poolmon: which snapshots and tags are told, and that what the parser takes in blocks is what
 * it takes line by line.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "limits.h"
#include "out.h"
#include "parser.h"

enum { TAGS = 400, MOST = 512 };

struct source {
    struct text_source source;
    str rest;
    size_t step;
};

struct rig {
    struct sink sink;
    struct out said;       /* every fact and diagnostic, one line each */
    unsigned rows[MOST];   /* facts pool.tag by snapshot */
    unsigned of_tag[TAGS]; /* by number of the tag */
    int64_t listed[MOST];  /* of the nonpaged pool */
    unsigned statuses, thinned, parted;
};

static size_t read_some(struct text_source *source, char *buf, size_t size)
{
    struct source *s = (struct source *)source;
    size_t n = s->rest.n < size ? s->rest.n : size;

    n = n < s->step ? n : s->step;
    memcpy(buf, s->rest.p, n);
    s->rest = str_from(s->rest, n);
    return n;
}

static void on_emit(struct sink *sink, const struct fact *fact)
{
    struct rig *rig = (struct rig *)sink;
    const struct value *v = fact->values;

    out_printf(&rig->said, "%s %u+%llu %.*s", fact->kind->name, fact->where.line,
            (unsigned long long)fact->where.offset, STR_ARG(fact->quote));
    for (size_t i = 0; i < fact->kind->nfields; i++) {
        if (v[i].type == VALUE_INT)
            out_printf(&rig->said, " %lld", (long long)v[i].i);
    }
    out_char(&rig->said, '\n');
    if (fact->kind == &kind_POOL_TAG) {
        unsigned long tag = strtoul(v[POOL_TAG_TAG].s.p + 1, NULL, 10);

        rig->rows[v[POOL_TAG_SNAPSHOT].i]++;
        if (tag < TAGS) /* else it is damaged */
            rig->of_tag[tag]++;
    } else if (fact->kind == &kind_POOL_USAGE && str_eq(v[POOL_USAGE_POOL].s, STR("nonpaged"))) {
        rig->listed[v[POOL_USAGE_SNAPSHOT].i] = v[POOL_USAGE_LISTED].i;
    } else if (fact->kind == &kind_MEMORY_STATUS) {
        rig->statuses++;
    }
}

static void on_diag(struct sink *sink, const struct diag *diag)
{
    struct rig *rig = (struct rig *)sink;

    out_printf(&rig->said, "%s %u\n", diag->code, diag->where.line);
    rig->thinned += strcmp(diag->code, "poolmon.snapshots") == 0;
    rig->parted += strcmp(diag->code, "poolmon.rows") == 0;
}

static void read_capture(struct rig *rig, str text, size_t step)
{
    struct source source = { .source.read = read_some, .rest = text, .step = step };
    struct arena scratch;
    struct parse in = { .sink = &rig->sink, .scratch = &scratch, .path = STR("p"), .member = 1 };

    *rig = (struct rig){ .sink = { .emit = on_emit, .diag = on_diag } };
    out_init_memory(&rig->said);
    arena_init(&scratch, 0);
    text_init(&in.text, &source.source);
    parser_find(STR("poolmon"))->parse(&in);
    parse_stray_finish(&in);
    assert_true(in.understood <= text.n);
    text_finish(&in.text);
    arena_finish(&scratch);
}

static void put_header(struct out *o)
{
    out_z(o, " Memory: 4096556K Avail:  411032K  PageFlts:   812   InRam Krnl: 2108K P:91532K\n"
             " Commit:1287940K Limit:4031862K Peak:1592000K            Pool N:98372K P:101384K\n"
             " Tag  Type     Allocs            Frees            Diff   Bytes      Per Alloc\n\n");
}

static void put_row(struct out *o, unsigned tag, long long held, long long each)
{
    out_printf(o, " T%03u Nonp %12lld %14d %13lld %13lld %10lld\n", tag, held + 1000, 1000, held,
            held * each, each);
}

/* Tag 7 is small and gains a block in each snapshot, tag 9 is the largest; the others rest. */
static void put_capture(struct out *o, unsigned snapshots, unsigned tags)
{
    out_init_memory(o);
    for (unsigned s = 0; s < snapshots; s++) {
        put_header(o);
        for (unsigned t = 0; t < tags; t++)
            put_row(o, t, t == 7 ? 1 + s : 10 + t, t == 9 ? 1 << 20 : t == 7 ? 16 : 64);
    }
}

/* Catches: a snapshot lost below the limit; above it the last lost, uneven spacing, a trend that rests on
 * snapshots of another number, totals of dropped snapshots, thinning that nobody is told of. */
static void test_snapshots(void **state)
{
    struct rig rig;
    struct out o;

    (void)state;
    put_capture(&o, LIMIT_SNAPSHOTS, 3);
    read_capture(&rig, out_text(&o), SIZE_MAX);
    for (unsigned s = 1; s <= LIMIT_SNAPSHOTS; s++)
        assert_int_equal(rig.rows[s], 3);
    assert_int_equal(rig.statuses, LIMIT_SNAPSHOTS);
    assert_int_equal(rig.thinned, 0);
    (void)out_finish(&rig.said);
    (void)out_finish(&o);

    /* 64 fill the room but for the last; every second and then every fourth stays: 1, 5 ... 197. */
    put_capture(&o, 200, 3);
    read_capture(&rig, out_text(&o), SIZE_MAX);
    for (unsigned s = 1; s <= 200; s++)
        assert_int_equal(rig.rows[s], s % 4 == 1 || s == 200 ? 3 : 0);
    assert_int_equal(rig.statuses, 51);
    assert_int_equal(rig.thinned, 1);
    assert_int_equal(rig.parted, 0);
    (void)out_finish(&rig.said);
    (void)out_finish(&o);
}

/* Catches: a tag that grows but is small, or the largest one, left out; a first or last snapshot that is not
 * whole; sums of what is told in place of sums of what is there. */
static void test_tags(void **state)
{
    struct rig rig;
    struct out o;
    int64_t sum = 0;

    (void)state;
    put_capture(&o, 60, TAGS);
    read_capture(&rig, out_text(&o), SIZE_MAX);
    assert_int_equal(rig.parted, 1);
    assert_int_equal(rig.thinned, 0);
    assert_int_equal(rig.rows[1], TAGS);
    assert_int_equal(rig.rows[60], TAGS);
    assert_true(rig.rows[30] >= 32 && rig.rows[30] <= 40);
    assert_int_equal(rig.of_tag[7], 60);
    assert_int_equal(rig.of_tag[9], 60);
    assert_int_equal(rig.of_tag[TAGS - 1], 60); /* the largest of the others */
    assert_int_equal(rig.of_tag[20], 2);
    for (unsigned t = 0; t < TAGS; t++)
        sum += t == 7 ? 16 * 30 : (10 + t) * (t == 9 ? 1 << 20 : 64);
    assert_int_equal(rig.listed[30], sum);
    (void)out_finish(&rig.said);
    (void)out_finish(&o);
}

/* The same rows, of which one has a blank behind it, so that lines are not all of one length. Catches: rows that
 * are found by their number told of another place than those that are read one by one. */
static void test_lengths(void **state)
{
    struct rig even, odd;
    struct out o, p;

    (void)state;
    put_capture(&o, 60, TAGS);
    out_init_memory(&p);
    for (str rest = out_text(&o), line; str_line(&rest, &line);) {
        out_str(&p, line);
        out_z(&p, str_starts(line, STR(" T005 ")) ? " \n" : "\n");
    }
    read_capture(&even, out_text(&o), SIZE_MAX);
    read_capture(&odd, out_text(&p), SIZE_MAX);
    assert_int_equal(odd.parted, 1);
    assert_memory_equal(even.rows, odd.rows, sizeof(even.rows));
    assert_memory_equal(even.of_tag, odd.of_tag, sizeof(even.of_tag));
    assert_memory_equal(even.listed, odd.listed, sizeof(even.listed));
    (void)out_finish(&even.said);
    (void)out_finish(&odd.said);
    (void)out_finish(&o);
    (void)out_finish(&p);
}

static unsigned roll(unsigned *seed, unsigned n)
{
    *seed = *seed * 1664525u + 1013904223u;
    return (*seed >> 8) % n;
}

/* A capture whose lines were damaged here and there. */
static void put_damaged(struct out *o, unsigned seed)
{
    static const char bytes[] = " 0159()-\n\r\tKNPx,|:";

    put_capture(o, 3, 40);
    for (unsigned i = 0; i < 60; i++)
        o->buf[roll(&seed, (unsigned)o->used)] = bytes[roll(&seed, sizeof(bytes) - 1)];
}

/* Pieces so small that no row stands whole in the window: each is taken as a line of its own. Catches: a row that
 * the blocks take and the lines do not, or place elsewhere; a border that a block runs over. */
static void test_blocks(void **state)
{
    struct rig blocks, lines;
    struct out o;

    (void)state;
    for (unsigned seed = 1; seed <= 300; seed++) {
        put_damaged(&o, seed);
        read_capture(&blocks, out_text(&o), SIZE_MAX);
        read_capture(&lines, out_text(&o), 1);
        if (!str_eq(out_text(&blocks.said), out_text(&lines.said)))
            fail_msg("seed %u", seed);
        (void)out_finish(&blocks.said);
        (void)out_finish(&lines.said);
        (void)out_finish(&o);
    }
}

/*
 * Snapshots in which so many of a hundred rows rest, others change, go, come, are odd, or stand in another place
 * than before.
 */
static void put_resting(struct out *o, unsigned snapshots, unsigned seed)
{
    unsigned rest = roll(&seed, 101), odd = roll(&seed, 3);

    out_init_memory(o);
    for (unsigned s = 0; s < snapshots; s++) {
        put_header(o);
        for (unsigned t = 0; t < TAGS; t++) {
            bool moves = roll(&seed, 100) >= rest;
            unsigned what = moves && s != 0 ? roll(&seed, 24) : 23;

            if (what == 0)
                continue;
            if (what == 1)
                put_row(o, (t * 7 + s) % TAGS, s, 16);
            else if (what == 2 && odd != 0)
                out_printf(o, " T%03u Nonp %12d (   4) %14d (   0) %13d %13d (  64) %10d\n", t,
                        1010, 1000, 10, 640, 64);
            else if (what == 3 && odd == 2)
                out_printf(o, " T%03u Nonp %12d %14d %13d %13d %10d\n", t, 1010, 1000, 11, 640, 64);
            else if (what == 4 && odd == 2)
                out_z(o, roll(&seed, 2) != 0 ? " Session 3 pool information\n"
                                             : " System pool information\n");
            put_row(o, t,
                    t == 7  ? 1 + s
                    : moves ? roll(&seed, 3000)
                            : 10 + t,
                    t == 9 ? 1 << 20 : 64);
            if (odd != 0 && t % 50 == 3)
                out_printf(o, " U%03u Nonp %12d (   4) %14d (   0) %13d %13d (  64) %10d\n", t,
                        1010, 1000, 10, 640, 64);
        }
    }
}

/* Catches: a row that rests in the first snapshot's place, and says there something else than where it stands: in its
 * numbers, its place, its snapshot, what is odd about it. */
static void test_resting(void **state)
{
    struct rig blocks, lines;
    struct out o;

    (void)state;
    for (unsigned seed = 1; seed <= 24; seed++) {
        put_resting(&o, seed % 3 == 0 ? 63 : seed % 3 == 1 ? 12 : 70, seed);
        read_capture(&blocks, out_text(&o), seed % 2 != 0 ? SIZE_MAX : 5000);
        read_capture(&lines, out_text(&o), 50);
        assert_true(blocks.parted == (seed % 3 == 0));
        if (!str_eq(out_text(&blocks.said), out_text(&lines.said)))
            fail_msg("seed %u", seed);
        (void)out_finish(&blocks.said);
        (void)out_finish(&lines.said);
        (void)out_finish(&o);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_snapshots),
        cmocka_unit_test(test_tags),
        cmocka_unit_test(test_lengths),
        cmocka_unit_test(test_blocks),
        cmocka_unit_test(test_resting),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
