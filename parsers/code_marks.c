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

/* Four hex digits of eight or sixteen that stand for themselves or behind 0x. */
static bool status_counts(str block, size_t begin, size_t end)
{
    size_t n = 0, before = begin;

    while (end + n < block.n && n < 5 && is_hex(block.p[end + n]))
        n++;
    while (before > 0 && (is_alnum(block.p[before - 1]) || block.p[before - 1] == '_'))
        before--;
    return n >= 4 && (begin - before == 0 || begin - before == 2 || begin - before >= 8);
}

/* Five digits of ten, with a sign or without. */
static bool decimal_counts(str block, size_t begin, size_t end)
{
    size_t n = 0;

    while (end + n < block.n && n < 6 && is_digit(block.p[end + n]))
        n++;
    return n == 5 && (begin == 0 || !is_word(block.p[begin - 1]) || block.p[begin - 1] == '-');
}

static void add_decimals(struct marks *m, uint64_t from, uint64_t to)
{
    char text[16];

    for (uint64_t head = from / 100000; head <= to / 100000; head++) {
        (void)snprintf(text, sizeof(text), "%llu", (unsigned long long)head);
        marks_add(m, str_z(text), decimal_counts);
    }
}

/* The upper half of every status that has a name, in all its spellings. */
static void add_statuses(struct marks *m)
{
    static const uint16_t others[] = { 0x8007, 0x8037, 0x8078, 0xd000 };
    uint32_t last = 0;
    char text[16];

    for (size_t i = 0; i < code_nrows + sizeof(others) / sizeof(others[0]); i++) {
        uint32_t high = i < code_nrows ? code_rows[i].number >> 16 : others[i - code_nrows];
        uint64_t first = (uint64_t)high << 16;

        if (high < 0x8001 || high == last)
            continue;
        last = high;
        (void)snprintf(text, sizeof(text), "%04x", (unsigned)high);
        marks_add(m, str_z(text), status_counts);
        if (first >= 1000000000u)
            add_decimals(m, first, first + 0xffff);
        first = (UINT64_C(1) << 32) - first - 0xffff;
        if (first >= 1000000000u)
            add_decimals(m, first, first + 0xffff);
    }
}

void code_scan_marks(struct marks *m)
{
    char text[16];
    uint64_t n;
    str word;

    for (size_t i = 0; context_word(i, &word); i++) {
        if ((context_word_flags(word) & WORD_ANY_CONTEXT) == 0)
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
    add_statuses(m);
    marks_add(m, STR("V-79-"), NULL);
}

void code_message_marks(struct marks *m)
{
    for (size_t i = 0; i < code_nmessages; i++)
        marks_add(m, code_literals[i].text, NULL);
}
