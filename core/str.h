/* SPDX-License-Identifier: Apache-2.0 */
/*
 * str: borrowed bytes with a length. There is no NUL behind them and nobody owns them: a str lives
 * as long as what it points into. An absent string is { NULL, 0 }.
 *
 * The take_ functions eat from the front of *s and leave it alone when they return false.
 * Everything here is ASCII-minded and locale-free; bytes above 127 pass through.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef struct str {
    const char *p;
    size_t n;
} str;

#define STR(lit) ((str){ (lit), sizeof(lit) - 1 })
#define STR_INIT(lit)                                                                              \
    {                                                                                              \
        (lit), sizeof(lit) - 1                                                                     \
    }
#define STR_ARG(s) (int)(s).n, (s).p
#define STR_NONE SIZE_MAX

static inline bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static inline bool is_alpha(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static inline bool is_alnum(char c)
{
    return is_digit(c) || is_alpha(c);
}

static inline bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static inline bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static inline bool is_hex(char c)
{
    return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

static inline char to_lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}

/*
 * The steps that run for every line, or every byte, of every member stand here so that the compiler
 * sees through them: most comparisons end at the first byte.
 */
static inline str str_slice(str s, size_t from, size_t to) /* clamps; to may be STR_NONE */
{
    if (to > s.n)
        to = s.n;
    if (from > to)
        from = to;
    if (from != 0)
        s.p += from;
    s.n = to - from;
    return s;
}

static inline str str_from(str s, size_t from)
{
    return str_slice(s, from, STR_NONE);
}

static inline bool str_eq(str a, str b)
{
    return a.n == b.n && (a.n == 0 || (a.p[0] == b.p[0] && memcmp(a.p, b.p, a.n) == 0));
}

static inline bool str_starts(str s, str prefix)
{
    return s.n >= prefix.n &&
           (prefix.n == 0 || (s.p[0] == prefix.p[0] && memcmp(s.p, prefix.p, prefix.n) == 0));
}

bool str_same_nocase(const char *a, const char *b, size_t n);

static inline bool str_starts_nocase(str s, str prefix)
{
    return s.n >= prefix.n && (prefix.n == 0 || (to_lower(s.p[0]) == to_lower(prefix.p[0]) &&
                                                        str_same_nocase(s.p, prefix.p, prefix.n)));
}

static inline bool str_eq_nocase(str a, str b)
{
    return a.n == b.n && str_starts_nocase(a, b);
}

/* NULL gives the absent string. */
static inline str str_z(const char *z)
{
    return (str){ z, z != NULL ? strlen(z) : 0 };
}

/* The same as str_eq with str_z of z, which is not NULL. */
static inline bool str_is(str s, const char *z)
{
    size_t i = 0;

    while (i < s.n && z[i] != '\0' && z[i] == s.p[i])
        i++;
    return i == s.n && z[i] == '\0';
}

int str_cmp(str a, str b); /* by bytes; total order for qsort */
bool str_ends(str s, str suffix);
bool str_has(str s, str what);
uint64_t str_hash(str s);

/* Offset of the first (last) occurrence, or STR_NONE. */
size_t str_find(str s, str what);
size_t str_find_nocase(str s, str what);
size_t str_find_char(str s, char c);
size_t str_rfind_char(str s, char c);

str str_trim(str s); /* white space on both ends */
str str_trim_end(str s);

/* What stands before the first sep; *s becomes what follows it, or empty without one. */
str str_cut(str *s, char sep);
/* The next line without its terminator (LF, CR LF, CR CR LF); false when *s is empty. */
bool str_line(str *s, str *ret_line);
/* The next run of non-white bytes, leading white space skipped; false at the end. */
bool str_word(str *s, str *ret_word);

static inline bool str_take(str *s, str prefix)
{
    if (!str_starts(*s, prefix))
        return false;
    *s = str_from(*s, prefix.n);
    return true;
}

static inline bool str_take_nocase(str *s, str prefix)
{
    if (!str_starts_nocase(*s, prefix))
        return false;
    *s = str_from(*s, prefix.n);
    return true;
}

static inline bool str_take_char(str *s, char c)
{
    if (s->n == 0 || s->p[0] != c)
        return false;
    *s = str_from(*s, 1);
    return true;
}

void str_skip_blanks(str *s);
bool str_take_u64(str *s, uint64_t *ret); /* decimal digits; false on none or overflow */
bool str_take_hex(str *s, uint64_t *ret); /* hex digits without 0x */

/* The whole string must be the number. */
bool str_u64(str s, uint64_t *ret);
bool str_i64(str s, int64_t *ret);
bool str_hex(str s, uint64_t *ret); /* with or without 0x */
bool str_real(str s, double *ret);  /* 12, -3.5, .5, 1e6; never a locale's comma */

/*
 * A whole number with any group marks that occur in the wild dropped: comma, full stop, apostrophe,
 * blank, NBSP (U+00A0), narrow NBSP (U+202F), thin space (U+2009) and U+FFFD. Groups of any size
 * (4,21,340).
 */
bool str_grouped(str s, uint64_t *ret);
