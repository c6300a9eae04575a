/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which code page wrote this? Each candidate converts the sample; what comes out is weighed
 * character by character, beside its neighbours: letters of one script in a row, small letters
 * after small letters, a no-break space between digits, line drawing in runs speak for a page;
 * capitals inside words, two scripts in a word, signs between letters speak against it.
 */
#include "codepage.h"
#include "utf8.h"

enum {
    SAMPLE = 32 * 1024, /* bytes a guess looks at */
    NUMERO = 0x2116,
};

enum class {
    CLASS_OTHER,
    CLASS_SPACE,
    CLASS_DIGIT,
    CLASS_LATIN, /* ASCII letters */
    CLASS_ACCENT,
    CLASS_CYRILLIC,
    CLASS_KANA,
    CLASS_HAN,
    CLASS_SIGN, /* quotes, dashes, degree ...: common in prose */
    CLASS_DRAWING,
    CLASS_NBSP,
    CLASS_ODD, /* what prose and tables do not hold */
    CLASS_BAD,
};

static bool in_set(uint32_t c, const uint16_t *set, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (set[i] == c)
            return true;
    }
    return false;
}

#define IN(c, set) in_set((c), (set), sizeof(set) / sizeof(*(set)))

/* Section, copyright, left quote, not, registered, degree, plus-minus, middle dot, right quote;
 * dashes, quotes, dagger, bullet, ellipsis, per mille, euro, numero, trade mark; CJK full stops
 * and brackets, full-width forms are a range below. */
static const uint16_t signs[] = { 0xa7, 0xa9, 0xab, 0xae, 0xb0, 0xb7, 0xbb, 0x2013, 0x2014, 0x2018,
    0x2019, 0x201a, 0x201c, 0x201d, 0x201e, 0x2022, 0x2026, 0x20ac, 0x2116, 0x2122 };
/* a-umlaut o-umlaut u-umlaut sharp-s, and the accents of French, Spanish, Portuguese, Italian and
 * the Nordic languages. */
static const uint16_t accents[] = { 0xe4, 0xf6, 0xfc, 0xdf, 0xe9, 0xe8, 0xea, 0xe0, 0xe2, 0xe7,
    0xf4, 0xee, 0xef, 0xfb, 0xf9, 0xf1, 0xf3, 0xe1, 0xed, 0xfa, 0xe3, 0xf5, 0xe5, 0xe6, 0xf8, 0xc4,
    0xd6, 0xdc, 0xc9, 0xc5 };
/* The Cyrillic letters of a, v, e, i, l, n, o, r, s, t. */
static const uint16_t frequent[] = { 0x430, 0x432, 0x435, 0x438, 0x43b, 0x43d, 0x43e, 0x440, 0x441,
    0x442 };

static enum class class_of(uint32_t c) {
    if (c < 0x80){ char a = (char)c;

                   return is_alpha(a)   ? CLASS_LATIN
                          : is_digit(a) ? CLASS_DIGIT
                          : is_space(a) ? CLASS_SPACE
                                        : CLASS_OTHER; }
if (c == 0xfffd || c < 0xa0) return CLASS_BAD;
if (c == 0xa0)
    return CLASS_NBSP;
if (IN(c, signs))
    return CLASS_SIGN;
if (c >= 0xc0 && c <= 0x24f && c != 0xd7 && c != 0xf7 && c != 0x192)
    return CLASS_ACCENT;
if (c >= 0x400 && c <= 0x4ff)
    return CLASS_CYRILLIC;
if (c >= 0x2500 && c <= 0x259f)
    return CLASS_DRAWING;
if ((c >= 0x3041 && c <= 0x30ff) || c == 0x3005)
    return CLASS_KANA;
if ((c >= 0x3000 && c <= 0x301f) || (c >= 0xff01 && c <= 0xff5e))
    return CLASS_SIGN;
if (c >= 0x4e00 && c <= 0x9fff)
    return CLASS_HAN;
return CLASS_ODD;
}

static bool is_capital(uint32_t c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 0xc0 && c <= 0xde) || (c >= 0x400 && c <= 0x42f);
}

static bool is_word(enum class k)
{
    return k == CLASS_LATIN || k == CLASS_ACCENT || k == CLASS_CYRILLIC;
}

struct seen {
    uint32_t c;
    enum class k;
};

static int weigh_accent(struct seen was, struct seen is, struct seen next)
{
    int w = IN(is.c, accents) ? 3 : 1;

    if (was.k == CLASS_CYRILLIC || next.k == CLASS_CYRILLIC)
        return -5;
    if (was.k == CLASS_DIGIT && next.k == CLASS_DIGIT)
        return -4;
    if (was.k == CLASS_LATIN && !is_capital(was.c) && is_capital(is.c))
        return -3;
    if (was.k == CLASS_ACCENT)
        w -= 3;
    if (was.k != CLASS_LATIN && next.k != CLASS_LATIN)
        w -= 2;
    return w;
}

static int weigh_cyrillic(struct seen was, struct seen is, struct seen next)
{
    int w = IN(is.c, frequent) ? 3 : is.c >= 0x410 && is.c <= 0x44f ? 2 : -1;

    if (was.k == CLASS_LATIN || was.k == CLASS_ACCENT || next.k == CLASS_LATIN ||
            next.k == CLASS_ACCENT)
        return -4;
    if (was.k == CLASS_CYRILLIC && is_capital(is.c) && !is_capital(was.c))
        return -4;
    if (was.k == CLASS_DIGIT && next.k == CLASS_DIGIT)
        return -4;
    if (was.k != CLASS_CYRILLIC && next.k != CLASS_CYRILLIC)
        w -= 2;
    return w;
}

/* Weight of one character above 127, in the middle of three. */
static int weigh(struct seen was, struct seen is, struct seen next)
{
    switch (is.k) {
    case CLASS_ACCENT:
        return weigh_accent(was, is, next);
    case CLASS_CYRILLIC:
        return weigh_cyrillic(was, is, next);
    case CLASS_SIGN:
        if (is.c == NUMERO) /* stands alone in pages where others have a letter */
            return 0;
        return is_word(was.k) && is_word(next.k) && is.c != 0x2019 ? -2 : 2;
    case CLASS_NBSP:
        return was.k == CLASS_DIGIT && next.k == CLASS_DIGIT ? 5
               : is_word(was.k) && is_word(next.k)           ? -1
                                                             : 1;
    case CLASS_DRAWING:
        return was.k == CLASS_DRAWING || next.k == CLASS_DRAWING ? 2
               : is_word(was.k) || is_word(next.k)               ? -4
                                                                 : 0;
    case CLASS_KANA:
        return 5;
    case CLASS_HAN:
        return is.c < 0x9fa6 ? 0 : -6;
    case CLASS_BAD:
        return -20;
    default:
        return -4;
    }
}

/*
 * A pair of GB 2312's first level (the 3755 characters of daily use) or its signs speaks for
 * GB 18030; likewise JIS level 1 for Shift-JIS. Rare ones come out when the bytes are another page's.
 */
static int weigh_pair(bool japanese, unsigned char lead, unsigned char trail)
{
    if (japanese)
        return lead >= 0x98 ? -3 : lead >= 0x88 ? 3 : lead >= 0x84 ? -4 : 4;
    if (trail < 0xa1)
        return -5;
    return lead >= 0xb0 && lead <= 0xd7 ? 5 : lead >= 0xa1 && lead <= 0xa3 ? 3 : -3;
}

struct tally {
    int64_t weight;
    int64_t bytes; /* above 127 */
};

static void tally_single(struct tally *t, str sample, const uint16_t *table)
{
    struct seen was = { 0 }, is = { 0 }, next;

    for (size_t i = 0; i <= sample.n; i++) {
        unsigned char b = i < sample.n ? (unsigned char)sample.p[i] : '\n';

        next.c = b < 0x80 ? b : table[b - 0x80];
        next.k = class_of(next.c);
        if (is.c >= 0x80) {
            t->weight += weigh(was, is, next);
            t->bytes++;
        }
        was = is;
        is = next;
    }
}

/* Bytes of the character at the front, by the shape of the page; 0 = none begins so. */
static size_t pair_length(bool japanese, str s)
{
    unsigned char a = (unsigned char)s.p[0], b = s.n > 1 ? (unsigned char)s.p[1] : 0;

    if (japanese) {
        if (a >= 0xa1 && a <= 0xdf)
            return 1; /* half-width kana */
        return ((a >= 0x81 && a <= 0x9f) || (a >= 0xe0 && a <= 0xfc)) && b >= 0x40 && b != 0x7f &&
                               b <= 0xfc
                       ? 2
                       : 0;
    }
    if (a < 0x81 || a == 0xff)
        return 0;
    if (b >= 0x30 && b <= 0x39)
        return 4;
    return b >= 0x40 && b != 0x7f && b != 0xff ? 2 : 0;
}

static void tally_pairs(struct tally *t, str sample, bool japanese)
{
    while (sample.n > 1) {
        unsigned char lead = (unsigned char)sample.p[0];
        size_t n;

        if (lead < 0x80) {
            sample = str_from(sample, 1);
            continue;
        }
        n = pair_length(japanese, sample);
        if (n == 2)
            t->weight += weigh_pair(japanese, lead, (unsigned char)sample.p[1]);
        else
            t->weight += n == 0 ? -20 : n == 1 ? -3 : -10;
        n = n == 0 ? 1 : n;
        t->bytes += n == 4 ? 2 : (int64_t)n;
        sample = str_from(sample, n);
    }
}

static int sense(const struct tally *t)
{
    return t->bytes != 0 ? (int)(t->weight * 16 / t->bytes) : 0;
}

static int guess_one(const struct codepage *page, str sample)
{
    struct tally t = { 0 };

    if (page->shape == PAGE_SINGLE)
        tally_single(&t, sample, codepage_table(page));
    else
        tally_pairs(&t, sample, str_eq(str_z(page->name), STR("shift_jis")));
    return sense(&t);
}

/* Ties go to the earlier name. */
static const struct codepage *best_of(const char *const *names, str sample, int *ret_sense)
{
    const struct codepage *best = NULL;

    *ret_sense = INT32_MIN;
    for (; *names != NULL; names++) {
        const struct codepage *page = codepage_find(str_z(*names));
        int weight = guess_one(page, sample);

        if (weight > *ret_sense) {
            *ret_sense = weight;
            best = page;
        }
    }
    return best;
}

const struct codepage *codepage_guess(str sample, int *ret_sense)
{
    static const char *const names[] = { "windows-1252", "windows-1251", "cp850", "cp437", "cp866",
        "gb18030", "shift_jis", NULL };

    return best_of(names, str_slice(sample, 0, SAMPLE), ret_sense);
}

const struct codepage *codepage_guess_name(str name)
{
    static const char *const names[] = { "cp437", "cp866", "gb18030", "shift_jis", "windows-1252",
        "windows-1251", NULL };
    int sense_of_it;

    return best_of(names, name, &sense_of_it);
}
