/* SPDX-License-Identifier: Apache-2.0 */
/*
 * literals: what a pattern is said to need, held against PCRE2 itself: patterns grown from a grammar,
 * subjects grown from the same tree, then both bent at random. Whatever PCRE2 matches must hold a
 * member of every set. A few by hand say which sets are expected at least.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <cmocka.h>
#include <pcre2.h>

#include "literals.h"
#include "regex.h"
#include "utf8.h"

static uint32_t seed;

static uint32_t roll(uint32_t below)
{
    seed = seed * 1664525u + 1013904223u;
    return (uint32_t)((uint64_t)seed * below >> 32);
}

static bool has(str text, str what, bool nocase)
{
    return (nocase ? str_find_nocase(text, what) : str_find(text, what)) != STR_NONE;
}

static void check_sets(const struct literal_sets *sets, str pattern, str subject)
{
    for (size_t i = 0; i < sets->n; i++) {
        bool one = false;

        assert_true(sets->sets[i].n != 0);
        for (size_t k = 0; k < sets->sets[i].n; k++) {
            str literal = sets->sets[i].literals[k];

            assert_true(literal.n >= SCAN_SHORTEST && literal.n <= SCAN_LONGEST);
            assert_true(str_find_char(literal, '\n') == STR_NONE);
            one = one || has(subject, literal, sets->nocase);
        }
        if (!one)
            fail_msg("/%.*s/ matches \"%.*s\", which has none of \"%.*s\" ...", STR_ARG(pattern),
                    STR_ARG(subject), STR_ARG(sets->sets[i].literals[0]));
    }
}

static pcre2_code *compile(str pattern)
{
    PCRE2_SIZE offset;
    int error;

    return pcre2_compile((PCRE2_SPTR)pattern.p, pattern.n,
            PCRE2_UTF | PCRE2_MATCH_INVALID_UTF | PCRE2_NEVER_BACKSLASH_C, &error, &offset, NULL);
}

static bool matches(const pcre2_code *code, str subject)
{
    pcre2_match_data *data = pcre2_match_data_create(1, NULL);
    int n = pcre2_match(code, (PCRE2_SPTR)subject.p, subject.n, 0, 0, data, NULL);

    pcre2_match_data_free(data);
    return n >= 0;
}

/* --- by hand --- */

/* "a|b c|d": sets by blanks in front of each, members by |; * in front: nocase. */
static void want_sets(const char *pattern, const char *want)
{
    struct arena a;
    struct literal_sets sets;
    str rest = str_z(want), set;
    pcre2_code *code = compile(str_z(pattern));

    arena_init(&a, 0);
    if (code == NULL)
        fail_msg("/%s/ is no pattern", pattern);
    pcre2_code_free(code);
    sets = literals_of_pattern(&a, str_z(pattern));
    assert_int_equal(sets.nocase && sets.n != 0, str_take_char(&rest, '*'));
    while (rest.n != 0) {
        bool found = false;

        set = str_cut(&rest, ';');
        for (size_t i = 0; i < sets.n && !found; i++) {
            str left = set;
            size_t n = 0, same = 0;

            while (left.n != 0) {
                str one = str_cut(&left, '|');

                n++;
                for (size_t k = 0; k < sets.sets[i].n; k++)
                    same += str_eq(sets.sets[i].literals[k], one);
            }
            found = n == same && n == sets.sets[i].n;
        }
        if (!found)
            fail_msg("/%s/: no set %.*s among %zu", pattern, STR_ARG(set), sets.n);
    }
    if (want[0] == '\0' && sets.n != 0)
        fail_msg("/%s/: a set with \"%.*s\"", pattern, STR_ARG(sets.sets[0].literals[0]));
    arena_finish(&a);
}

/* Catches: a set that is not seen, for the forms that rules are written in. */
static void test_by_hand(void **state)
{
    static const char *const rows[][2] = {
        { "pool is empty", "pool is empty" },
        { "pool.*empty!", "pool;empty!" },
        { "pools? is", "pool is|pools is" },
        { "pools* is full", "pool; is full" },
        { "pools+ is so", "pools; is so" },
        { "pool{2}x", "poollx" },
        { "pool{2,3}xxxx", "pooll;llxxxx" },
        { "pool{0,3}xxxx", "xxxx" },
        { "abc|defg", "" },
        { "abcd|defg", "abcd|defg" },
        { "(?:abc|defg)hi", "abchi|defghi" },
        { "pool (is empty|was exhausted): \\d+ bytes",
                "pool is empty: |pool was exhausted: ;pool ; bytes" },
        { "retry (\\d+|none of them) left", "retry ; left" },
        { "error (code \\d+ here|text .* there)", "error code |error text ; here| there" },
        { "(abcdef)?ghij", "ghij|abcdefghij" },
        { "(abcdef\\d)?ghij", "ghij" },
        { "[uU]nable to", "unable to|Unable to" },
        { "neighbo[u]?r tabl[e]", "neighbor table|neighbour table" },
        { "[0-9]abc[^x]defg[]x]ghij", "defg]ghij|defgxghij" },
        { "[[:alpha:]]xyzw", "xyzw" },
        { "a\\.bcd\\d+\\/\\-\\_x", "a.bcd;/-_x" },
        { "\\x41bcd\\x{20ac}\\0601", "Abcd\xe2\x82\xac"
                                     "01" },
        { "\\Qa.b[c\\E+d", "a.b[c" },
        { "x\\Qyz.w\\E", "xyz.w" },
        { "caf\xc3\xa9?s and", "cafs and|caf\xc3\xa9s and" },
        { "(?=abcd)ef.*(?<=ghij)", "abcd;ghij" },
        { "(?!abcd)efgh(?<!xxxx)", "efgh" },
        { "(?<name>abcd)ef(?'other'gh)(?P<third>ij)", "abcdefghij" },
        { "(?>ab|cd)efgh", "abefgh|cdefgh" },
        { "^line$|\\Aother\\z", "line|other" },
        { "a{b}cd", "a{b}cd" },
        { "(?x) ab c [ ] d # words\n e\\ fg", "abc de fg" },
        { "(abcd)efg\\1hijk", "abcdefg;hijk" },
        { "(x)?(?(1)abcd|efgh)ijkl", "ijkl" },
        { "(?P<n>abcd)efg(?P=n)hijk(?P>n)", "abcdefg;hijk" },
        { "abcde{,3}fghi", "abcd;fghi" },
        { "(?(?=abcd)efgh)ijkl", "ijkl" },
        { "(abcd)(?1)efgh(?R)?", "abcd;efgh" },
        { "\\bBUG: (?#what) it", "BUG:  it" },
        { "(?i)Pool full", "*Pool full" },
        { "ab(?i)Cd.EFGH", "*EFGH" },
        { "(?i:abcd)efgh", "*abcdefgh" },
        { "(?i)p\xc3\xb6ol all", "*ol all" },
        { "(?i)\xe9\x94\x99\xe8\xaf\xaf 8", "\xe9\x94\x99\xe8\xaf\xaf 8" },
        { "(*ACCEPT)abcd", "" },
        { "abcd\\nefgh", "abcd;efgh" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        want_sets(rows[i][0], rows[i][1]);
}

/* Catches: "disk" in either case, which is also written with two characters of other blocks. */
static void test_case_beyond_ascii(void **state)
{
    str subject = STR("di\xc5\xbf\xe2\x84\xaa FAILURE"), pattern = STR("(?i)disk failure");
    pcre2_code *code = compile(pattern);
    struct literal_sets sets;
    struct arena a;

    (void)state;
    arena_init(&a, 0);
    assert_true(matches(code, subject));
    sets = literals_of_pattern(&a, pattern);
    assert_true(sets.n >= 2 && sets.nocase);
    check_sets(&sets, pattern, subject);
    pcre2_code_free(code);
    /* There are just these two. */
    code = compile(STR("(?i)^[a-z]$"));
    for (uint32_t c = 0x80; c < 0x110000; c++) {
        char buf[4];

        if (c < 0xd800 || c > 0xdfff)
            assert_int_equal(
                    matches(code, (str){ buf, utf8_put(c, buf) }), c == 0x17f || c == 0x212a);
    }
    pcre2_code_free(code);
    arena_finish(&a);
}

/* --- grown --- */

struct text {
    char p[4000];
    size_t n;
};

static void put(struct text *t, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void put(struct text *t, const char *format, ...)
{
    va_list args;
    int n;

    va_start(args, format);
    n = vsnprintf(t->p + t->n, sizeof(t->p) - t->n, format, args);
    va_end(args);
    t->n += (size_t)n < sizeof(t->p) - t->n ? (size_t)n : 0;
}

/* A pattern while it grows, and a subject that it matches (nearly always). */
struct growth {
    struct text pattern, subject;
    bool nocase, extended;
};

static void grow(struct growth *g, int depth);

static void grow_space(struct growth *g)
{
    static const char *const gaps[] = { " ", "\t", "\n", "# a note (\n", "(?#no|te)" };

    if (g->extended && roll(4) == 0)
        put(&g->pattern, "%s", gaps[roll(5)]);
    if (roll(40) == 0)
        put(&g->pattern, "%s", roll(3) == 0 ? "\\Q\\E" : roll(2) != 0 ? "\\E" : "(?#x)");
}

static void grow_char(struct growth *g)
{
    static const char *const chars[] = { "a", "b", "c", "d", "e", "k", "s", "S", "K", "B", "0", "7",
        " ", ":", "-", "_", "/", "\xc3\xa9", "\xd0\x96", "\xe9\x94\x99", "\xf0\x9f\x98\x80", "#",
        "}", "]" };
    static const char special[] = ".^$*+?()[{\\|";
    const char *c = chars[roll(24)];
    char one[2] = { special[roll(12)], '\0' };
    unsigned spelling = roll(20);

    if (roll(9) == 0) {
        put(&g->pattern, "\\%s", one);
        put(&g->subject, "%s", one);
        return;
    }
    if (spelling == 0 && (unsigned char)c[0] < 0x80)
        put(&g->pattern, roll(2) != 0 ? "\\x%02x" : "\\x{%x}", (unsigned)(unsigned char)c[0]);
    else if (spelling == 1 && (unsigned char)c[0] < 0x80)
        put(&g->pattern, "\\0%02o", (unsigned)(unsigned char)c[0] & 077);
    else if (spelling == 2)
        put(&g->pattern, "\\Q%s%s\\E", c, one);
    else if (!is_alnum(c[0]) && (unsigned char)c[0] < 0x80)
        put(&g->pattern, "\\%s", c);
    else
        put(&g->pattern, "%s", c);
    if (spelling == 1 && (unsigned char)c[0] < 0x80)
        put(&g->subject, "%c", c[0] & 077);
    else if (g->nocase && roll(4) == 0 && is_alpha(c[0]))
        put(&g->subject, "%s",
                (c[0] | 0x20) == 's'   ? "\xc5\xbf"
                : (c[0] | 0x20) == 'k' ? "\xe2\x84\xaa"
                                       : c);
    else if (g->nocase && is_alpha(c[0]))
        put(&g->subject, "%c", c[0] ^ (char)(roll(2) << 5));
    else if (g->nocase && c[0] == '\xc3')
        put(&g->subject, "\xc3%c%s", c[1] ^ (char)(roll(2) << 5), spelling == 2 ? one : "");
    else
        put(&g->subject, "%s%s", c, spelling == 2 ? one : "");
    if (g->nocase && spelling == 2 && is_alpha(c[0]))
        put(&g->subject, "%s", one);
}

static void grow_class(struct growth *g)
{
    static const char *const rows[][2] = { { "[abc]", "b" }, { "[a-c]", "c" }, { "[^a]", "z" },
        { "[]x]", "]" }, { "[^]x]", "y" }, { "\\d", "5" }, { ".", "q" }, { "[0-9a-f]", "9" },
        { "[[:alpha:]_]", "_" }, { "\\w", "w" }, { "[\\]\\-k]", "k" }, { "[u\\x55]", "U" },
        { "\\s", " " }, { "[a-]", "-" }, { "[\\d-]", "-" }, { "\\p{L}", "\xd0\xb6" },
        { "[\xc3\xa9\xc3\xa8]", "\xc3\xa8" }, { "\\N", "n" }, { "\\h", " " }, { "[\\t ]", " " },
        { "\\t", "\t" }, { "[s]", "s" } };
    unsigned row = roll(22);

    put(&g->pattern, "%s", rows[row][0]);
    put(&g->subject, "%s", rows[row][1]);
}

static void grow_word(struct growth *g)
{
    for (unsigned left = 1 + roll(7); left != 0; left--)
        grow_char(g);
}

/* Only one branch goes into the subject. */
static void grow_branches(struct growth *g, int depth)
{
    const unsigned n = 1 + roll(3), taken = roll(n);
    const struct growth before = *g;

    for (unsigned i = 0; i < n; i++) {
        static struct text subject;

        subject = g->subject;
        if (i != 0)
            put(&g->pattern, "|");
        grow(g, depth - 1);
        if (i != taken)
            g->subject = subject;
    }
    g->nocase = before.nocase;
    g->extended = before.extended;
}

static void grow_group(struct growth *g, int depth)
{
    static const char *const opens[] = { "(", "(?:", "(?>", "(?|",
        "(?i:", "(?-i:", "(?x:", "(?^:", "(?s-x:" };
    unsigned open = roll(9);
    const struct growth before = *g;

    put(&g->pattern, "%s", opens[open]);
    if (open == 4)
        g->nocase = true;
    if (open == 5 || open == 7)
        g->nocase = false;
    if (open == 6)
        g->extended = true;
    if (open == 7 || open == 8)
        g->extended = false;
    grow_branches(g, depth);
    put(&g->pattern, ")");
    g->nocase = before.nocase;
    g->extended = before.extended;
}

static void grow_around(struct growth *g)
{
    size_t begin;

    switch (roll(5)) {
    case 0: /* what follows, twice */
        put(&g->pattern, "(?=");
        begin = g->pattern.n;
        grow_word(g);
        {
            static struct text word;

            word = (struct text){ .n = 0 };
            put(&word, "%.*s", (int)(g->pattern.n - begin), g->pattern.p + begin);
            put(&g->pattern, ")%s", word.p);
        }
        break;
    case 1:
        put(&g->pattern, "abcd(?<=ab%s)", roll(2) != 0 ? "cd" : "[cx]d");
        put(&g->subject, "abcd");
        break;
    case 2:
        put(&g->pattern, "(?!xyzw)(?<!xyzw)");
        break;
    case 3:
        put(&g->pattern, "(efgh)?(?(%s)ijkl|mnop)", roll(2) != 0 ? "1" : "?=mn");
        put(&g->subject, "mnop");
        break;
    default:
        put(&g->pattern, "%s", roll(2) != 0 ? "\\b" : "$?");
        break;
    }
}

static void grow_item(struct growth *g, int depth)
{
    unsigned kind = roll(12);

    if (kind == 0 && depth > 0)
        grow_around(g);
    else if (kind <= 3 && depth > 0)
        grow_group(g, depth);
    else if (kind <= 5)
        grow_class(g);
    else
        grow_char(g);
}

/* The item as often as the quantifier lets; the subject has it once. */
static void grow_quantifier(struct growth *g, const struct text *before, size_t from)
{
    static const struct {
        const char *text;
        unsigned least, most;
    } rows[] = { { "?", 0, 1 }, { "*", 0, 4 }, { "+", 1, 4 }, { "{1}", 1, 1 }, { "{1,}", 1, 4 },
        { "{1,2}", 1, 2 }, { "{0,1}", 0, 1 }, { "{0,3}", 0, 3 }, { "{0}", 0, 0 }, { "{2}", 2, 2 },
        { "{2,4}", 2, 4 } };
    const unsigned row = roll(11);
    const unsigned times = rows[row].least + roll(rows[row].most - rows[row].least + 1);
    static struct text once;

    grow_space(g);
    put(&g->pattern, "%s%s", rows[row].text, roll(5) == 0 ? "?" : roll(8) == 0 ? "+" : "");
    once.n = 0;
    put(&once, "%.*s", (int)(g->subject.n - from), g->subject.p + from);
    g->subject = *before;
    for (unsigned i = 0; i < times; i++)
        put(&g->subject, "%.*s", (int)once.n, once.p);
}

static void grow(struct growth *g, int depth)
{
    for (unsigned left = 1 + roll(5); left != 0; left--) {
        struct text *before = malloc(sizeof(*before));
        size_t from = g->subject.n;

        *before = g->subject;
        grow_space(g);
        if (roll(30) == 0) {
            static const char *const braces[] = { "{,3}", "{ 2}", "{2 }", "{x}", "{2,1x}", "{" };
            unsigned row = roll(6); /* no quantifiers, to PCRE2 before 10.43 */

            if (!g->extended || row != 1) {
                put(&g->pattern, "a%s", braces[row]);
                put(&g->subject, "a%s", braces[row]);
            }
        }
        if (roll(30) == 0) {
            put(&g->pattern, roll(2) != 0 ? "(?i)" : "(?-i)");
            g->nocase = g->pattern.p[g->pattern.n - 3] == '?';
        }
        if (roll(3) != 0) {
            grow_word(g);
        } else {
            grow_item(g, depth);
            if (roll(2) != 0)
                grow_quantifier(g, before, from);
        }
        free(before);
    }
}

/* A byte changed, dropped or doubled. */
static void bend(struct text *t)
{
    static const char bytes[] = "ab(|)[]{}?*+,0123\\QE^-:x #is=!<>";
    size_t at = roll((uint32_t)t->n);

    if (t->n < 2 || t->n + 2 > sizeof(t->p))
        return;
    if (roll(3) == 0) {
        t->p[at] = bytes[roll(sizeof(bytes) - 1)];
    } else if (roll(2) == 0) {
        memmove(t->p + at, t->p + at + 1, t->n - at - 1);
        t->n--;
    } else {
        memmove(t->p + at + 1, t->p + at, t->n - at);
        t->p[at] = bytes[roll(sizeof(bytes) - 1)];
        t->n++;
    }
}

static void try_pattern(struct arena *a, const struct text *pattern, const struct text *subject,
        unsigned *met, unsigned *useful)
{
    str p = { pattern->p, pattern->n }, s = { subject->p, subject->n };
    struct literal_sets sets = literals_of_pattern(a, p);
    pcre2_code *code = compile(p);

    if (code != NULL && matches(code, s)) {
        (*met)++;
        *useful += sets.n != 0;
        check_sets(&sets, p, s);
        if (!literals_hold(&sets, s))
            fail_msg("/%.*s/ matches \"%.*s\" and is told not to", STR_ARG(p), STR_ARG(s));
    }
    pcre2_code_free(code);
}

/* Catches: whatever of the syntax is read otherwise than PCRE2 reads it. */
static void test_grown(void **state)
{
    enum { ROUNDS = 8000 };
    static struct growth g;
    unsigned met = 0, useful = 0, bent = 0, bent_useful = 0;

    (void)state;
    seed = 7;
    for (int round = 0; round < ROUNDS; round++) {
        struct arena a;

        arena_init(&a, 0);
        g.pattern.n = g.subject.n = 0;
        g.nocase = roll(3) == 0;
        g.extended = roll(4) == 0;
        put(&g.pattern, "%s%s", g.nocase ? "(?i)" : "", g.extended ? "(?x)" : "");
        grow_branches(&g, 3);
        if (g.pattern.n < sizeof(g.pattern.p) / 2 && g.subject.n < sizeof(g.subject.p) / 2) {
            try_pattern(&a, &g.pattern, &g.subject, &met, &useful);
            for (int i = 0; i < 6; i++) {
                struct growth *other = malloc(sizeof(*other));

                *other = g;
                if (roll(2) != 0)
                    bend(&other->pattern);
                else
                    bend(&other->subject);
                try_pattern(&a, &other->pattern, &other->subject, &bent, &bent_useful);
                free(other);
            }
        }
        arena_finish(&a);
    }
    /* The grammar is of no use if its subjects do not match, the sets are none if all is given up. */
    assert_true(met > ROUNDS * 3 / 4);
    assert_true(useful > ROUNDS / 3);
    assert_true(bent > ROUNDS && bent_useful > ROUNDS / 3);
}

/* Catches: memory or time without end for a pattern that is large or deep. */
static void test_large(void **state)
{
    enum { SIZE = 200000 };
    char *p = malloc(SIZE);
    struct arena a;

    (void)state;
    arena_init(&a, 0);
    memset(p, '(', SIZE);
    assert_int_equal(literals_of_pattern(&a, (str){ p, SIZE }).n, 0);
    for (size_t i = 0; i < SIZE; i++)
        p[i] = "ab|cd[sk]ef?"[i % 12];
    (void)literals_of_pattern(&a, (str){ p, SIZE });
    for (size_t i = 0; i < SIZE; i++)
        p[i] = (char)('a' + i % 26);
    assert_true(literals_of_pattern(&a, (str){ p, SIZE }).n != 0);
    assert_true(a.used < 1 << 20);
    arena_finish(&a);
    free(p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_by_hand),
        cmocka_unit_test(test_case_beyond_ascii),
        cmocka_unit_test(test_grown),
        cmocka_unit_test(test_large),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
