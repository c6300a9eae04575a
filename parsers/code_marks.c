/* SPDX-License-Identifier: Apache-2.0 */
/*
 * code_marks: what a line must hold for code_scan to find a code in it: a word that speaks of codes
 * with a number behind it, a number that says itself what it is, or a message.
 */
#include <stdio.h>

#include "code_context.h"
#include "code_tables.h"
#include "marks.h"

static bool is_word(char c)
{
    return is_alnum(c) || c == '_' || (unsigned char)c >= 0x80;
}

static bool is_eight_hex(str block, size_t at)
{
    for (size_t i = at; i < at + 8; i++) {
        if (i >= block.n || !is_hex(block.p[i]))
            return false;
    }
    return true;
}

/* Whether the number that a word speaks of may begin here: blanks, quotes and brackets between. */
static bool number_ahead(str block, size_t at)
{
    for (size_t i = at; i < block.n && i <= at + 10; i++) {
        char c = block.p[i];

        if (is_digit(c) || c == '-' || c == '%' || is_eight_hex(block, i))
            return true;
        if (!context_is_glue(c))
            return false;
    }
    return false;
}

/* A whole word, and a number behind it. */
static bool word_counts(str block, size_t begin, size_t end)
{
    return (begin == 0 || !is_word(block.p[begin - 1])) &&
           (end == block.n || !is_word(block.p[end])) && number_ahead(block, end);
}

/* Behind the word around or before `at`, what may stand before the next one. */
static size_t next_word(str block, size_t at)
{
    const size_t most = at + CONTEXT_LONGEST;

    while (at < block.n && at < most && is_word(block.p[at]))
        at++;
    for (int i = 0; i < CONTEXT_BETWEEN && at < block.n && context_is_between(block.p[at]); i++)
        at++;
    return at;
}

/* "failed with 5", "bug check 5", "bugcheck was 5": the second word speaks of codes behind the first only. */
static bool pair_counts(str block, size_t end, str second)
{
    const size_t at = next_word(block, end);

    return str_starts_nocase(str_from(block, at), second) && number_ahead(block, at + second.n);
}

static bool fail_counts(str block, size_t begin, size_t end)
{
    (void)begin;
    while (end < block.n && is_alpha(block.p[end]))
        end++;
    return number_ahead(block, end) || pair_counts(block, end, STR("with"));
}

static bool bugcheck_counts(str block, size_t begin, size_t end)
{
    return word_counts(block, begin, end) || pair_counts(block, end, STR("was"));
}

/* end: behind the first byte after the word. */
static bool bug_counts(str block, size_t begin, size_t end)
{
    return (begin == 0 || !is_word(block.p[begin - 1])) &&
           pair_counts(block, end - 2, STR("check"));
}

/* Words that count behind another one only: that is looked for, since "check", "was" and "with" are
 * everywhere. */
static void add_pairs(struct marks *m)
{
    char text[5] = "bug";

    marks_add(m, STR("fail"), fail_counts);
    marks_add(m, STR("bugcheck"), bugcheck_counts);
    for (char c = 1; c < 127; c++) {
        text[3] = c;
        for (char next = 1; context_is_between(c) && next < 127; next++) {
            text[4] = next;
            if (next == 'c' || context_is_between(next))
                marks_add(m, (str){ text, 5 }, bug_counts);
        }
    }
}

/* Whether a mark of those stands where it does. */
static bool is_paired(str word)
{
    return str_starts_nocase(word, STR("fail")) || str_eq_nocase(word, STR("check")) ||
           str_eq_nocase(word, STR("was")) || str_eq_nocase(word, STR("with")) ||
           str_eq_nocase(word, STR("bugcheck"));
}

/* A short word with what follows it: three letters and one of glue, or two and two. */
static bool short_word_counts(str block, size_t begin, size_t end)
{
    size_t word = begin;

    while (is_alpha(block.p[word]))
        word++;
    (void)end;
    return (begin == 0 || !is_word(block.p[begin - 1])) && number_ahead(block, word);
}

static void add_short_word(struct marks *m, str word)
{
    static const char glue[] = " \t\"'()[{=:<\\";
    static const char behind[] = " \t\"'()[{=:<\\-%0123456789abcdef";
    char text[4];

    for (size_t i = 0; i < word.n; i++)
        text[i] = word.p[i];
    for (const char *g = glue; *g != '\0'; g++) {
        text[word.n] = *g;
        if (word.n == 3)
            marks_add(m, (str){ text, 4 }, short_word_counts);
        for (const char *b = behind; word.n == 2 && *b != '\0'; b++) {
            text[3] = *b;
            marks_add(m, (str){ text, 4 }, short_word_counts);
        }
    }
}

/* --- numbers that say themselves what they are --- */

/* The upper half of each status that has a name, and the first five of ten digits of each in decimal,
 * with a sign or without. */
struct numbers {
    uint64_t halves[65536 / 64], tens[(UINT32_MAX / 100000 + 64) / 64];
};

static void add_number(uint64_t *set, uint64_t n)
{
    set[n / 64] |= UINT64_C(1) << n % 64;
}

static bool has_number(const uint64_t *set, uint32_t n)
{
    return (set[n / 64] >> n % 64 & 1) != 0;
}

/* Those of ten digits. */
static void add_tens(struct numbers *all, uint64_t from, uint64_t to)
{
    for (uint64_t n = from / 100000; from >= 1000000000u && n <= to / 100000; n++)
        add_number(all->tens, n);
}

static const struct numbers *known_numbers(void)
{
    static const uint16_t others[] = { 0x8007, 0x8037, 0x8078, 0xd000 };
    static struct numbers all;
    static bool ready;

    for (size_t i = 0; !ready && i < code_nrows + sizeof(others) / sizeof(others[0]); i++) {
        uint32_t high = i < code_nrows ? code_rows[i].number >> 16 : others[i - code_nrows];
        uint64_t first = (uint64_t)high << 16;

        if (high < 0x8001)
            continue;
        add_number(all.halves, high);
        add_tens(&all, first, first + 0xffff);
        first = (UINT64_C(1) << 32) - first - 0xffff;
        add_tens(&all, first, first + 0xffff);
    }
    ready = true;
    return &all;
}

/* Eight hex digits or sixteen that stand for themselves or behind 0x. */
static bool is_status(str block, size_t begin)
{
    size_t before = 0;

    while (before < 8 && before < begin &&
            (is_alnum(block.p[begin - before - 1]) || block.p[begin - before - 1] == '_'))
        before++;
    return before == 0 || before == 2 || before == 8;
}

/* Ten digits. */
static bool is_decimal(str block, size_t begin)
{
    size_t n = 0;

    while (n < 11 && begin + n < block.n && is_digit(block.p[begin + n]))
        n++;
    return n == 10 && (begin == 0 || !is_word(block.p[begin - 1]) || block.p[begin - 1] == '-');
}

static bool number_counts(str block, size_t begin, size_t end)
{
    const struct numbers *known = known_numbers();
    const char *p = block.p + begin;
    uint32_t half = 0, ten = 0;

    (void)end;
    for (size_t i = 0; i < 4; i++)
        half = half << 4 | (uint32_t)(is_digit(p[i]) ? p[i] - '0' : to_lower(p[i]) - 'a' + 10);
    if (has_number(known->halves, half))
        return is_status(block, begin);
    for (size_t i = 0; i < 5; i++) {
        if (!is_digit(p[i]))
            return false;
        ten = ten * 10 + (uint32_t)(p[i] - '0');
    }
    return ten <= UINT32_MAX / 100000 && has_number(known->tens, ten) && is_decimal(block, begin);
}

void code_scan_marks(struct marks *m)
{
    char text[16];
    uint64_t n;
    str word;

    for (size_t i = 0; context_word(i, &word); i++) {
        if ((context_word_flags(word) & WORD_ANY_CONTEXT) == 0)
            continue;
        if (is_paired(word))
            continue;
        if (word.n >= 4)
            marks_add(m, word, word_counts);
        else
            add_short_word(m, word);
    }
    for (size_t i = 0; code_distinctive(i, &n); i++) {
        (void)snprintf(text, sizeof(text), "[%u]", (unsigned)n);
        marks_add(m, str_z(text), NULL);
        (void)snprintf(text, sizeof(text), "(0x%x)", (unsigned)n);
        marks_add(m, str_z(text), NULL);
    }
    add_pairs(m);
    marks_add_digits(m, number_counts);
    marks_add(m, STR("V-79-"), NULL);
}

void code_message_marks(struct marks *m)
{
    for (size_t i = 0; i < code_nmessages; i++)
        marks_add(m, code_literals[i].text, NULL);
}
