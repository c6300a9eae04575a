/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scanner: what a walk finds is held against a search of every literal at every place. A plan is free
 * to look for any one set of a pattern, so the hits of a pattern must be all places of all literals of
 * one of its sets, whichever; and each kernel must find what the others find, in the same order.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "scanner_parts.h"

enum { HITS = 1 << 16 };

static uint32_t seed;

static uint32_t roll(uint32_t below)
{
    seed = seed * 1664525u + 1013904223u;
    return (uint32_t)((uint64_t)seed * below >> 32);
}

/* An exact copy on the heap: reading one byte past it is an error. */
static char *exact(str s)
{
    char *p = malloc(s.n != 0 ? s.n : 1);

    assert_non_null(p);
    if (s.n != 0)
        memcpy(p, s.p, s.n);
    return p;
}

static struct scan_hit hits[2][HITS];

static size_t walk(const struct scan_plan *plan, str block, size_t from, struct scan_hit *ret)
{
    struct scan scan;
    size_t n = 0;

    scan_begin(&scan, plan, block, from);
    while (scan_next(&scan, &ret[n]))
        assert_true(++n < HITS);
    assert_false(scan_next(&scan, &ret[n]));
    return n;
}

static bool stands_at(str block, size_t at, str literal, bool nocase)
{
    str there = str_from(block, at);

    return nocase ? str_starts_nocase(there, literal) : str_starts(there, literal);
}

static bool is_hit(const struct scan_hit *found, size_t n, uint32_t id, size_t begin, size_t end)
{
    size_t same = 0;

    for (size_t i = 0; i < n; i++)
        same += found[i].id == id && found[i].begin == begin && found[i].end == end;
    assert_true(same <= 1);
    return same == 1;
}

/* Whether the hits of this pattern are just the places of this set. */
static bool is_set(const struct scan_pattern *p, const struct scan_set *set, str block, size_t from,
        const struct scan_hit *found, size_t n)
{
    size_t want = 0, have = 0;

    for (size_t i = 0; i < n; i++)
        have += found[i].id == p->id;
    for (size_t m = 0; m < set->n; m++) {
        bool again = false;

        for (size_t k = 0; k < m; k++)
            again = again || (p->nocase ? str_eq_nocase(set->literals[k], set->literals[m])
                                        : str_eq(set->literals[k], set->literals[m]));
        for (size_t at = from; !again && at < block.n; at++) {
            if (!stands_at(block, at, set->literals[m], p->nocase))
                continue;
            want++;
            if (!is_hit(found, n, p->id, at, at + set->literals[m].n))
                return false;
        }
    }
    return want == have;
}

/* Whether the hits of this pattern are just the places where eight digits stand. */
static bool is_digits(uint32_t id, str block, size_t from, const struct scan_hit *found, size_t n)
{
    size_t want = 0, have = 0, digits = 0;

    for (size_t i = 0; i < n; i++)
        have += found[i].id == id;
    for (size_t at = from; at < block.n; at++) {
        digits = is_hex(block.p[at]) ? digits + 1 : 0;
        if (digits < 8)
            continue;
        want++;
        if (!is_hit(found, n, id, at - 7, at + 1))
            return false;
    }
    return want == have;
}

static void check_hits(const struct scan_pattern *patterns, size_t npatterns, str block,
        size_t from, const struct scan_hit *found, size_t n)
{
    for (size_t i = 0; i < npatterns; i++) {
        bool one = patterns[i].nsets == 0 && is_digits(patterns[i].id, block, from, found, n);

        for (size_t k = 0; k < patterns[i].nsets && !one; k++)
            one = is_set(&patterns[i], &patterns[i].sets[k], block, from, found, n);
        if (!one)
            fail_msg("pattern %u of %zu: its hits are those of no set", patterns[i].id, npatterns);
    }
}

/* Which strides the planner has taken, and the few beside them, over all tests. */
static bool strides_seen[SCAN_STRIDES], few_seen;

static size_t check_kernels(struct scan_plan *plan, str block, size_t from)
{
    static const struct scan_kernel *const others[] = {
#ifdef __x86_64__
        &scan_kernel_avx2,
        &scan_kernel_avx2_loads,
        &scan_kernel_avx512,
        &scan_kernel_avx512_loads,
#endif
        &scan_kernel_plain,
    };
    size_t n;

    strides_seen[plan->stride] = strides_seen[plan->stride] || plan->grams.used;
    few_seen = few_seen || plan->few.used;
    plan->kernel = &scan_kernel_plain;
    n = walk(plan, block, from, hits[0]);
    for (size_t k = 0; k < sizeof(others) / sizeof(others[0]); k++) {
        if (!scan_kernel_runs(others[k]))
            continue;
        plan->kernel = others[k];
        assert_int_equal(walk(plan, block, from, hits[1]), n);
        for (size_t i = 0; i < n; i++)
            assert_true(hits[0][i].id == hits[1][i].id && hits[0][i].begin == hits[1][i].begin &&
                        hits[0][i].end == hits[1][i].end);
    }
    return n;
}

static bool holds_all(const struct scan_pattern *p, str text)
{
    for (size_t k = 0; k < p->nsets; k++) {
        bool held = p->sets[k].n > SCAN_LOOKED_AT;

        for (size_t m = 0; m < p->sets[k].n; m++) {
            for (size_t at = 0; at < text.n && !held; at++)
                held = stands_at(text, at, p->sets[k].literals[m], p->nocase);
        }
        if (!held)
            return false;
    }
    return true;
}

/* Of many at once as one by one. */
static void check_may_match_of(const struct scanner *s, str text)
{
    size_t n = scanner_patterns(s), m, k = 0;
    uint32_t *all = calloc(n + 1, sizeof(*all)), *some = calloc(n + 1, sizeof(*some));

    for (size_t i = 0; i < n; i++)
        all[i] = (uint32_t)i;
    m = scanner_may_match_of(s, all, n, text, some);
    for (size_t i = 0; i < n; i++) {
        if (scanner_may_match(s, i, text))
            assert_true(k < m && some[k++] == i);
    }
    assert_int_equal(k, m);
    free(all);
    free(some);
}

static int compare_hits(const void *a, const void *b)
{
    const struct scan_hit *x = a, *y = b;

    if (x->begin != y->begin)
        return x->begin < y->begin ? -1 : 1;
    if (x->id != y->id)
        return x->id < y->id ? -1 : 1;
    return (x->end > y->end) - (x->end < y->end);
}

/* Which stride is the fastest depends on the machine; what is found must not. Of each sample the first stride
 * is the one that the others are held to. */
static void check_stride(unsigned sample, bool first, size_t n)
{
    static struct scan_hit others[2][HITS];
    static size_t found[2];

    qsort(hits[0], n, sizeof(hits[0][0]), compare_hits);
    if (first) {
        memcpy(others[sample], hits[0], n * sizeof(hits[0][0]));
        found[sample] = n;
    }
    assert_int_equal(n, found[sample]);
    for (size_t i = 0; i < n; i++)
        assert_int_equal(compare_hits(&hits[0][i], &others[sample][i]), 0);
}

/* The whole check, with plans of every stride for this text and for none. */
static void check(
        const struct scan_pattern *patterns, size_t npatterns, str text, size_t from, unsigned map)
{
    struct arena a;
    char *block = exact(text);

    arena_init(&a, 0);
    for (unsigned i = 0; i < 2 * SCAN_STRIDES; i++) {
        struct scanner *s = scanner_create(&a, patterns, npatterns);
        str sample = i % 2 != 0 ? text : (str){ NULL, 0 };
        struct scan_plan *plan = scan_plan_with(&a, s, sample, map, i / 2);
        size_t n = check_kernels(plan, (str){ block, text.n }, from);

        check_hits(patterns, npatterns, text, from, hits[0], n);
        check_stride(i % 2, i < 2, n);
        for (size_t k = 0; i == 0 && k < npatterns; k++)
            assert_int_equal(
                    scanner_may_match(s, k, (str){ block, text.n }), holds_all(&patterns[k], text));
        if (i == 0)
            check_may_match_of(s, (str){ block, text.n });
    }
    arena_finish(&a);
    free(block);
}

/* --- by hand --- */

#define ONE_SET(id, nocase, ...)                                                                   \
    {                                                                                              \
        id, nocase,                                                                                \
                (const struct scan_set[]){ { (const str[]){ __VA_ARGS__ },                         \
                        sizeof((const str[]){ __VA_ARGS__ }) / sizeof(str) } },                    \
                1                                                                                  \
    }

static void want_hits(const struct scan_pattern *patterns, size_t npatterns, str text,
        const struct scan_hit *want, size_t nwant)
{
    struct arena a;
    struct scan_plan *plan;
    size_t n;

    arena_init(&a, 0);
    plan = scan_plan_create(
            &a, scanner_create(&a, patterns, npatterns), (str){ NULL, 0 }, SCAN_MAP);
    n = check_kernels(plan, text, 0);
    assert_int_equal(n, nwant);
    for (size_t i = 0; i < nwant; i++)
        assert_true(is_hit(hits[0], n, want[i].id, want[i].begin, want[i].end));
    check(patterns, npatterns, text, 0, SCAN_MAP);
    check(patterns, npatterns, text, 0, SCAN_MAP_LINES);
    arena_finish(&a);
}

/* Catches: the first and the last bytes of a block left out. */
static void test_borders(void **state)
{
    const struct scan_pattern patterns[] = { ONE_SET(7, false, STR("first words")),
        ONE_SET(9, false, STR("last")) };
    const struct scan_hit want[] = { { 7, 0, 11 }, { 9, 12, 16 } };

    (void)state;
    want_hits(patterns, 2, STR("first words last"), want, 2);
}

/* Catches: a literal that is cut by the end of the block or begins in front of `from`. */
static void test_cut(void **state)
{
    const struct scan_pattern patterns[] = { ONE_SET(1, false, STR("oom-killer")) };

    (void)state;
    want_hits(patterns, 1, STR("invoked oom-kille"), NULL, 0);
    want_hits(patterns, 1, STR("oom-kille"), NULL, 0);
    check(patterns, 1, STR("oom-killer oom-killer"), 1, SCAN_MAP);
}

static void test_short_blocks(void **state)
{
    const struct scan_pattern patterns[] = { ONE_SET(1, false, STR("abcd")) };
    const struct scan_hit want[] = { { 1, 0, 4 } };

    (void)state;
    want_hits(patterns, 1, STR(""), NULL, 0);
    want_hits(patterns, 1, STR("a"), NULL, 0);
    want_hits(patterns, 1, STR("abc"), NULL, 0);
    want_hits(patterns, 1, STR("abcd"), want, 1);
    check(patterns, 1, STR("abcd"), 4, SCAN_MAP);
    check(patterns, 1, STR("abcd"), 5, SCAN_MAP);
}

/* Catches: a literal within another one, or overlapping itself, told once only. */
static void test_overlaps(void **state)
{
    const struct scan_pattern patterns[] = { ONE_SET(1, false, STR("out of memory")),
        ONE_SET(2, false, STR("of memory: kill")), ONE_SET(3, false, STR("memory")),
        ONE_SET(4, false, STR("aaaaaaaa")) };
    const struct scan_hit want[] = { { 1, 0, 13 }, { 3, 7, 13 }, { 2, 4, 19 }, { 4, 20, 28 },
        { 4, 21, 29 }, { 4, 22, 30 } };

    (void)state;
    want_hits(patterns, 4, STR("out of memory: kill aaaaaaaaaa"), want, 6);
}

/* Catches: patterns that share a literal, of which only the first is told; one told twice. */
static void test_shared(void **state)
{
    const struct scan_pattern patterns[] = { ONE_SET(5, false, STR("table full"), STR("no match")),
        ONE_SET(6, false, STR("table full")), ONE_SET(7, true, STR("Table Full")),
        ONE_SET(8, false, STR("table full"), STR("table full")) };
    const struct scan_hit want[] = { { 5, 0, 10 }, { 6, 0, 10 }, { 7, 0, 10 }, { 8, 0, 10 },
        { 7, 11, 21 } };

    (void)state;
    want_hits(patterns, 4, STR("table full TABLE FULL"), want, 5);
}

/* Catches: case folded where it counts, not folded where it does not; @ taken for `, [ for {. */
static void test_case(void **state)
{
    const struct scan_pattern patterns[] = { ONE_SET(1, true, STR("Disk [3] FULL")),
        ONE_SET(2, false, STR("Disk [3] FULL")), ONE_SET(3, true, STR("\xc3\x84rger@host")) };
    const struct scan_hit want[] = { { 1, 0, 13 }, { 1, 14, 27 }, { 2, 14, 27 }, { 3, 28, 39 } };

    (void)state;
    want_hits(patterns, 3,
            STR("dISK [3] full Disk [3] FULL \xc3\x84RGER@HOST \xc3\xa4rger@host DISK {3} FULL \xc3\x84rger`host"),
            want, 4);
}

static void test_no_patterns(void **state)
{
    (void)state;
    want_hits(NULL, 0, STR("any text at all"), NULL, 0);
}

#define DIGITS(id)                                                                                 \
    {                                                                                              \
        id, false, NULL, 0                                                                         \
    }

/* Catches: seven digits taken for eight; letters that are none; hits out of order with those of literals;
 * two patterns of which one only is told. */
static void test_digits(void **state)
{
    const struct scan_pattern patterns[] = { DIGITS(3), ONE_SET(4, false, STR("0x80")), DIGITS(5) };
    const struct scan_hit want[] = { { 4, 11, 15 }, { 3, 13, 21 }, { 5, 13, 21 }, { 3, 32, 40 },
        { 5, 32, 40 }, { 3, 33, 41 }, { 5, 33, 41 } };
    struct arena a;

    (void)state;
    want_hits(patterns, 3, STR("1234567 or 0x8007000E, 1234567g 0123aBcDf"), want, 7);
    want_hits(patterns, 3, STR("1234567"), NULL, 0);
    want_hits(patterns, 3, STR("/:@`gG/:"), NULL, 0);
    arena_init(&a, 0);
    for (size_t n = 8; n < 200; n += 13) {
        char *text = arena_alloc(&a, n);

        for (size_t at = 0; at + 8 <= n; at++) {
            memset(text, 'x', n);
            memset(text + at, '7', at + 9 <= n && at % 3 == 0 ? 9 : 8);
            check(patterns, 3, (str){ text, n }, at % 5 == 0 ? at : 0, 5);
        }
    }
    arena_finish(&a);
}

/* --- by chance --- */

/* A text of few letters, in which literals made alike are met by chance; or a log of sorts. */
static str make_text(struct arena *a, size_t n, unsigned letters)
{
    static const char *const words[] = { "kernel: ", "page allocation failure", "[12.345]", " eth0",
        "\n", "Out of memory", "oom_score_adj", " 0x1f", "\xd0\xbe\xd1\x88", "=", "ABCD", " abcd",
        "0x8007000e", "12345678" };
    char *p = arena_alloc(a, n + 32);
    size_t at = 0;

    while (at < n) {
        str word = str_z(words[roll(14)]);

        if (letters != 0)
            p[at++] = "abAB\xe4 \n_"[roll(letters)];
        else if (at + word.n <= n + 32)
            at += word.n, memcpy(p + at - word.n, word.p, word.n);
    }
    return (str){ p, n };
}

static struct scan_pattern *make_patterns(
        struct arena *a, size_t n, unsigned letters, unsigned shortest, str text)
{
    struct scan_pattern *patterns = arena_array(a, struct scan_pattern, n + 1);

    for (uint32_t i = 0; i < n; i++) {
        struct scan_set *sets = arena_array(a, struct scan_set, 3);

        patterns[i] = (struct scan_pattern){ i * 3 + 1, roll(2) != 0, sets,
            roll(8) != 0 ? 1 + roll(3) : 0 };
        for (size_t k = 0; k < patterns[i].nsets; k++) {
            str *literals = arena_array(a, str, 3);

            sets[k] = (struct scan_set){ literals, 1 + roll(3) };
            for (size_t m = 0; m < sets[k].n; m++) {
                size_t length = shortest + roll(roll(4) == 0 ? 12 : 4);

                literals[m] = make_text(a, length, letters);
                if (roll(2) != 0 && text.n > length)
                    literals[m] = str_slice(text, roll((uint32_t)(text.n - length)), STR_NONE);
                literals[m].n = length;
            }
        }
    }
    return patterns;
}

/* Catches: whatever was not thought of. */
static void test_random(void **state)
{
    (void)state;
    seed = 1;
    for (int round = 0; round < 400; round++) {
        const unsigned letters = round % 3 == 0 ? 0 : 2 + roll(7);
        const size_t n = roll(4) == 0 ? roll(9000) : roll(300);
        struct arena a;
        str text;
        struct scan_pattern *patterns;
        size_t npatterns = 1 + roll(12);

        arena_init(&a, 0);
        text = make_text(&a, n, letters);
        patterns = make_patterns(
                &a, npatterns, letters, letters != 0 && letters < 5 ? 9 : 4 + roll(5), text);
        check(patterns, npatterns, text, roll(3) == 0 ? roll((uint32_t)n + 1) : 0,
                roll(2) != 0 ? SCAN_MAP : 5 + roll(13));
        arena_finish(&a);
    }
}

/* Hundreds of literals of four bytes among longer ones, and a text of both and of what is nearly one.
 * Catches: a literal that its set lets not pass; sets so wide that a stride does not pay. */
static void test_many_short(void **state)
{
    enum { SHORT = 480, LONG = 200, PIECES = 3000 };
    static const char glue[] = " \t\"'()[{=:<\\", behind[] = "0123456789abcdef-% \t";
    struct scan_pattern patterns[SHORT + LONG];
    struct scan_plan *plan;
    struct arena a;
    size_t n = 0;
    str *literals;
    char *text;

    (void)state;
    arena_init(&a, 0);
    seed = 4;
    literals = arena_array(&a, str, SHORT + LONG);
    for (size_t i = 0; i < SHORT + LONG; i++) {
        struct scan_set *set = arena_array(&a, struct scan_set, 1);

        literals[i] = i < SHORT ? arena_printf(&a, "%s%c%c", i % 2 != 0 ? "rc" : "hr",
                                          glue[i / 2 % 12], behind[i / 24 % 20])
                                : arena_printf(&a, "driver%zu: lost", i * 7919);
        *set = (struct scan_set){ &literals[i], 1 };
        patterns[i] = (struct scan_pattern){ (uint32_t)i, true, set, 1 };
    }
    text = arena_alloc(&a, PIECES * 24);
    for (size_t i = 0; i < PIECES; i++) {
        str piece = literals[roll(SHORT + LONG)];

        memcpy(text + n, piece.p, piece.n);
        if (roll(3) == 0)
            text[n + roll((uint32_t)piece.n)] = (char)(roll(2) != 0 ? 'R' : ':');
        n += piece.n;
        for (uint32_t k = roll(6); k > 0; k--)
            text[n++] = "abcdefghijklmnopqrst uvwxyz.\n"[roll(29)];
    }
    plan = scan_plan_create(&a, scanner_create(&a, patterns, SHORT + LONG), STR(""), SCAN_MAP);
    assert_true(plan->stride != 0 && plan->few.used);
    check(patterns, SHORT + LONG, (str){ text, n }, 0, SCAN_MAP);
    arena_finish(&a);
}

/*
 * Short words of any letters, and a text of the letters that are rare in logs: its plan puts the words into sets of
 * its own. Catches: a word that is looked for by one window and filed by another; sets that are worse than the
 * scanner's.
 */
static void test_own_sets(void **state)
{
    enum { WORDS = 300, TEXT = 40000 };
    struct scan_pattern patterns[WORDS];
    struct scan_plan *plan, *own;
    size_t passed[2] = { 0 };
    struct scanner *s;
    struct arena a;
    str *words;
    char *text;

    (void)state;
    arena_init(&a, 0);
    seed = 5;
    words = arena_array(&a, str, WORDS);
    for (size_t i = 0; i < WORDS; i++) {
        struct scan_set *set = arena_array(&a, struct scan_set, 1);
        char *word = arena_alloc(&a, 6);

        for (size_t k = 0; k < 6; k++)
            word[k] = (char)('a' + roll(26));
        words[i] = (str){ word, 4 + roll(3) };
        *set = (struct scan_set){ &words[i], 1 };
        patterns[i] = (struct scan_pattern){ (uint32_t)i, i % 2 != 0, set, 1 };
    }
    text = arena_alloc(&a, TEXT);
    for (size_t i = 0; i < TEXT; i++)
        text[i] = "qxzjkvwqxzjkvwqxzjkvwaeiotn \n"[roll(29)];
    for (size_t at = 0; at + 6 <= TEXT; at += 50 + roll(100)) {
        str word = words[roll(WORDS)];

        memcpy(text + at, word.p, word.n);
    }
    s = scanner_create(&a, patterns, WORDS);
    plan = scan_plan_with(&a, s, STR(""), SCAN_MAP, SCAN_WIDE);
    own = scan_plan_with(&a, s, (str){ text, TEXT }, SCAN_MAP, SCAN_WIDE);
    for (size_t at = 0; at + 4 <= TEXT; at++) {
        uint16_t sets[2] = { UINT16_MAX, UINT16_MAX };

        for (size_t k = 0; k < 4; k++) {
            sets[0] &= plan->bytes[k][(unsigned char)text[at + k]];
            sets[1] &= own->bytes[k][(unsigned char)text[at + k]];
        }
        passed[0] += sets[0] != 0;
        passed[1] += sets[1] != 0;
    }
    assert_true(passed[1] < passed[0]);
    check(patterns, WORDS, (str){ text, TEXT }, 0, SCAN_MAP);
    arena_finish(&a);
}

/* Catches: a window lost where vectors, groups or stripes meet: one literal at every place. */
static void test_places(void **state)
{
    static const str literals[] = { STR_INIT("Oops"), STR_INIT("Oops: "), STR_INIT("Oops: 0"),
        STR_INIT("Oops: 0002"), STR_INIT("Oops: 0002 "), STR_INIT("Oops: 0002 [#1]") };

    (void)state;
    for (size_t k = 0; k < sizeof(literals) / sizeof(literals[0]); k++) {
        const struct scan_pattern pattern = ONE_SET(1, false, literals[k]);
        struct arena a;
        struct scan_plan *plan;

        arena_init(&a, 0);
        plan = scan_plan_create(&a, scanner_create(&a, &pattern, 1), (str){ NULL, 0 }, SCAN_MAP);
        for (size_t n = literals[k].n; n < 300; n++) {
            char *block = malloc(n);

            for (size_t at = 0; at + literals[k].n <= n; at += n < 150 ? 1 : 7) {
                memset(block, '.', n);
                memcpy(block + at, literals[k].p, literals[k].n);
                assert_int_equal(check_kernels(plan, (str){ block, n }, 0), 1);
                assert_int_equal(hits[0][0].begin, at);
                assert_int_equal(check_kernels(plan, (str){ block, n }, at + 1), 0);
            }
            free(block);
        }
        for (size_t at = SCAN_STRIPE - 40; at < SCAN_STRIPE + 40; at++) {
            char *block = malloc(3 * SCAN_STRIPE);

            memset(block, '.', 3 * SCAN_STRIPE);
            memcpy(block + at, literals[k].p, literals[k].n);
            memcpy(block + SCAN_STRIPE + at, literals[k].p, literals[k].n);
            assert_int_equal(check_kernels(plan, (str){ block, 3 * SCAN_STRIPE }, 0), 2);
            assert_int_equal(hits[0][1].begin, SCAN_STRIPE + at);
            free(block);
        }
        arena_finish(&a);
    }
}

/* Catches: tables that overflow with many literals; a planner that thinks them few. */
static void test_many(void **state)
{
    enum { MANY = 20000 };
    struct scan_pattern *patterns;
    struct scan_plan *plan;
    struct arena a;
    str text = STR("x literal 0 of many, literal 19999 of many and literal 777 of many.");
    size_t n;

    (void)state;
    arena_init(&a, 0);
    patterns = arena_array(&a, struct scan_pattern, MANY);
    for (uint32_t i = 0; i < MANY; i++) {
        struct scan_set *set = arena_new(&a, struct scan_set);
        str *literal = arena_new(&a, str);

        *literal = arena_printf(&a, "literal %u of many", i);
        *set = (struct scan_set){ literal, 1 };
        patterns[i] = (struct scan_pattern){ i, i % 2 != 0, set, 1 };
    }
    plan = scan_plan_create(&a, scanner_create(&a, patterns, MANY), (str){ NULL, 0 }, SCAN_MAP);
    n = check_kernels(plan, text, 0);
    assert_int_equal(n, 3);
    assert_true(hits[0][0].id == 0 && hits[0][1].id == 19999 && hits[0][2].id == 777);
    arena_finish(&a);
}

/* Catches: hits of a later line in front of those of an earlier one. */
static void test_lines_in_order(void **state)
{
    (void)state;
    seed = 5;
    for (int round = 0; round < 60; round++) {
        struct arena a;
        struct scan_pattern *patterns;
        struct scan_plan *plan;
        char *copy;
        str text, plain;
        size_t n, line = 0;

        arena_init(&a, 0);
        text = make_text(&a, 5000, 0);
        copy = arena_buffer(&a, text.n);
        for (size_t i = 0; i < text.n; i++)
            copy[i] = text.p[i] == '\n' ? ' ' : text.p[i]; /* literals are made of it */
        plain = (str){ copy, text.n };
        patterns = make_patterns(&a, 40, 5, 6, plain);
        plan = scan_plan_create(&a, scanner_create(&a, patterns, 40), text, SCAN_MAP);
        n = check_kernels(plan, text, 0);
        for (size_t i = 0; i < n; i++) {
            size_t begin = str_rfind_char(str_slice(text, 0, hits[0][i].begin), '\n');

            begin = begin == STR_NONE ? 0 : begin + 1;
            assert_true(begin >= line);
            line = begin;
        }
        arena_finish(&a);
    }
}

/* --- as bytes --- */

/* Catches: a byte of a kept scanner that is believed: each is flipped, and the thing is used. */
static void test_damage(void **state)
{
    const struct scan_pattern patterns[] = { ONE_SET(5, false, STR("table full"), STR("no match")),
        ONE_SET(6, true, STR("EDAC MC0")), ONE_SET(7, false, STR("Oops")) };
    str text = STR("table full, EDAC MC0: Oops no match edac mc0");
    const struct scanner *view;
    struct scanner *s;
    size_t size, n;
    struct arena a;
    char *bytes;

    (void)state;
    arena_init(&a, 0);
    s = scanner_create(&a, patterns, 3);
    size = scanner_size(s);
    bytes = malloc(size);
    scanner_write(s, bytes);
    view = scanner_view((str){ bytes, size });
    assert_non_null(view);
    assert_int_equal(scanner_patterns(view), 3);
    n = check_kernels(scan_plan_create(&a, view, (str){ NULL, 0 }, SCAN_MAP), text, 0);
    assert_int_equal(n, 5);
    check_hits(patterns, 3, text, 0, hits[0], n);
    for (size_t i = 0; i < size * 8; i++) {
        struct arena scratch;

        arena_init(&scratch, 0);
        bytes[i / 8] ^= (char)(1u << i % 8);
        view = scanner_view((str){ bytes, size });
        if (view != NULL)
            (void)check_kernels(scan_plan_create(&scratch, view, text, 10), text, 0);
        bytes[i / 8] ^= (char)(1u << i % 8);
        arena_finish(&scratch);
    }
    for (size_t cut = 0; cut < size; cut++)
        assert_null(scanner_view((str){ bytes, cut }));
    free(bytes);
    bytes = malloc(size + 8);
    scanner_write(s, bytes + 1);
    assert_null(scanner_view((str){ bytes + 1, size }));
    free(bytes);
    arena_finish(&a);
}

/* Catches: tests above that no longer reach a filter, since planning has changed. */
static void test_all_seen(void **state)
{
    (void)state;
    for (unsigned i = 0; i < SCAN_STRIDES; i++)
        assert_true(strides_seen[i]);
    assert_true(few_seen);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_borders),
        cmocka_unit_test(test_cut),
        cmocka_unit_test(test_short_blocks),
        cmocka_unit_test(test_overlaps),
        cmocka_unit_test(test_shared),
        cmocka_unit_test(test_case),
        cmocka_unit_test(test_no_patterns),
        cmocka_unit_test(test_digits),
        cmocka_unit_test(test_random),
        cmocka_unit_test(test_many_short),
        cmocka_unit_test(test_own_sets),
        cmocka_unit_test(test_places),
        cmocka_unit_test(test_many),
        cmocka_unit_test(test_lines_in_order),
        cmocka_unit_test(test_damage),
        cmocka_unit_test(test_all_seen),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
