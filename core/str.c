/* SPDX-License-Identifier: Apache-2.0 */
#include "str.h"

#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

int str_cmp(str a, str b)
{
    size_t n = a.n < b.n ? a.n : b.n;
    int order = n != 0 ? memcmp(a.p, b.p, n) : 0;

    if (order != 0)
        return order;
    return (a.n > b.n) - (a.n < b.n);
}

bool str_same_nocase(const char *a, const char *b, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (to_lower(a[i]) != to_lower(b[i]))
            return false;
    }
    return true;
}

bool str_ends(str s, str suffix)
{
    return s.n >= suffix.n &&
           (suffix.n == 0 || memcmp(s.p + (s.n - suffix.n), suffix.p, suffix.n) == 0);
}

bool str_has(str s, str what)
{
    return str_find(s, what) != STR_NONE;
}

/* FNV-1a: keys are short, tables are private, inputs are capped; speed of a hash never decides
 * here. */
uint64_t str_hash(str s)
{
    uint64_t hash = 0xcbf29ce484222325u;

    for (size_t i = 0; i < s.n; i++)
        hash = (hash ^ (unsigned char)s.p[i]) * 0x100000001b3u;
    return hash;
}

/* Below this memmem's preparations cost more than it saves. */
enum { FIND_SHORT = 512 };

static size_t find_plain(str s, str what)
{
    const char *at, *end;

    if (s.n < what.n)
        return STR_NONE;
    if (s.n > FIND_SHORT) {
        at = memmem(s.p, s.n, what.p, what.n);
        return at != NULL ? (size_t)(at - s.p) : STR_NONE;
    }
    end = s.p + (s.n - what.n) + 1;
    for (at = s.p; (at = memchr(at, what.p[0], (size_t)(end - at))) != NULL; at++) {
        if (memcmp(at, what.p, what.n) == 0)
            return (size_t)(at - s.p);
    }
    return STR_NONE;
}

#ifdef __SSE2__
/* Where in so many places both ends stand and what is between does not, memmem takes over. */
enum { MISSED_MOST = 64 };

/* The bit in which the cases of a letter differ. */
static inline char case_bit(char c, bool nocase)
{
    return nocase && is_alpha(c) ? 0x20 : 0;
}

/* Where of sixteen bytes c stands; bit: what does not count of it. */
static inline __m128i stands_at(const char *p, char c, char bit)
{
    const __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)p);

    return _mm_cmpeq_epi8(_mm_or_si128(bytes, _mm_set1_epi8(bit)), _mm_set1_epi8((char)(c | bit)));
}

/* Sixteen places at a time; *at is where it is not known any more whether it stands there. */
static inline size_t find_by_ends(str s, str what, bool nocase, size_t *at)
{
    const char first = what.p[0], last = what.p[what.n - 1];
    const char first_bit = case_bit(first, nocase), last_bit = case_bit(last, nocase);
    const size_t places = s.n - what.n + 1;
    unsigned missed = 0;

    for (; places - *at >= 16 && missed < MISSED_MOST; *at += 16) {
        const char *p = s.p + *at;
        const __m128i begins = stands_at(p, first, first_bit);
        const __m128i ends = stands_at(p + what.n - 1, last, last_bit);
        unsigned both = (unsigned)_mm_movemask_epi8(_mm_and_si128(begins, ends));

        for (; both != 0; both &= both - 1) {
            size_t i = *at + (unsigned)__builtin_ctz(both);

            if (nocase ? str_same_nocase(s.p + i, what.p, what.n)
                       : memcmp(s.p + i, what.p, what.n) == 0)
                return i;
            missed++;
        }
    }
    return STR_NONE;
}
#endif

size_t str_find(str s, str what)
{
    size_t from = 0, found;

    if (what.n == 0)
        return 0;
    if (s.n < what.n)
        return STR_NONE;
#ifdef __SSE2__
    found = find_by_ends(s, what, false, &from);
    if (found != STR_NONE)
        return found;
#endif
    found = find_plain(str_from(s, from), what);
    return found != STR_NONE ? from + found : STR_NONE;
}

size_t str_find_nocase(str s, str what)
{
    const char *begin, *end, *low, *high;
    size_t from = 0;
    char a, b;

    if (what.n == 0)
        return 0;
    if (s.n < what.n)
        return STR_NONE;
#ifdef __SSE2__
    size_t found = find_by_ends(s, what, true, &from);
    if (found != STR_NONE)
        return found;
#endif
    begin = s.p + from;
    end = s.p + (s.n - what.n) + 1;
    a = to_lower(what.p[0]);
    b = a >= 'a' && a <= 'z' ? (char)(a - 0x20) : a;
    low = memchr(begin, a, (size_t)(end - begin));
    high = a != b ? memchr(begin, b, (size_t)(end - begin)) : NULL;
    while (low != NULL || high != NULL) {
        bool first = high == NULL || (low != NULL && low < high);
        const char *at = first ? low : high;
        const char *next = memchr(at + 1, first ? a : b, (size_t)(end - at - 1));

        if (str_same_nocase(at, what.p, what.n))
            return (size_t)(at - s.p);
        if (first)
            low = next;
        else
            high = next;
    }
    return STR_NONE;
}

size_t str_find_char(str s, char c)
{
    const char *at = s.n != 0 ? memchr(s.p, c, s.n) : NULL;

    return at != NULL ? (size_t)(at - s.p) : STR_NONE;
}

size_t str_rfind_char(str s, char c)
{
    const char *at = s.n != 0 ? memrchr(s.p, c, s.n) : NULL;

    return at != NULL ? (size_t)(at - s.p) : STR_NONE;
}

str str_trim_end(str s)
{
    while (s.n != 0 && is_space(s.p[s.n - 1]))
        s.n--;
    return s;
}

str str_trim(str s)
{
    while (s.n != 0 && is_space(s.p[0])) {
        s.p++;
        s.n--;
    }
    return str_trim_end(s);
}

str str_cut(str *s, char sep)
{
    size_t at = str_find_char(*s, sep);
    str head = str_slice(*s, 0, at);

    *s = at != STR_NONE ? str_from(*s, at + 1) : str_from(*s, s->n);
    return head;
}

bool str_line(str *s, str *ret_line)
{
    str line;

    if (s->n == 0)
        return false;
    line = str_cut(s, '\n');
    while (line.n != 0 && line.p[line.n - 1] == '\r')
        line.n--;
    *ret_line = line;
    return true;
}

bool str_word(str *s, str *ret_word)
{
    str rest = *s;
    size_t n = 0;

    while (rest.n != 0 && is_space(rest.p[0]))
        rest = str_from(rest, 1);
    while (n < rest.n && !is_space(rest.p[n]))
        n++;
    if (n == 0)
        return false;
    *ret_word = str_slice(rest, 0, n);
    *s = str_from(rest, n);
    return true;
}

void str_skip_blanks(str *s)
{
    size_t n = 0;

    while (n < s->n && is_blank(s->p[n]))
        n++;
    if (n != 0)
        *s = str_from(*s, n);
}

bool str_take_u64(str *s, uint64_t *ret)
{
    uint64_t value = 0;
    size_t n = 0;

    for (; n < s->n && is_digit(s->p[n]); n++) {
        if (__builtin_mul_overflow(value, 10u, &value) ||
                __builtin_add_overflow(value, (uint64_t)(s->p[n] - '0'), &value))
            return false;
    }
    if (n == 0)
        return false;
    *s = str_from(*s, n);
    *ret = value;
    return true;
}

static unsigned hex_digit(char c)
{
    return is_digit(c) ? (unsigned)(c - '0') : (unsigned)(to_lower(c) - 'a' + 10);
}

bool str_take_hex(str *s, uint64_t *ret)
{
    uint64_t value = 0;
    size_t n = 0;

    for (; n < s->n && is_hex(s->p[n]); n++) {
        if (value >> 60 != 0)
            return false;
        value = value << 4 | hex_digit(s->p[n]);
    }
    if (n == 0)
        return false;
    *s = str_from(*s, n);
    *ret = value;
    return true;
}

bool str_u64(str s, uint64_t *ret)
{
    uint64_t value;

    if (!str_take_u64(&s, &value) || s.n != 0)
        return false;
    *ret = value;
    return true;
}

bool str_i64(str s, int64_t *ret)
{
    bool minus = str_take_char(&s, '-');
    uint64_t value;

    if (!str_u64(s, &value) || value > (uint64_t)INT64_MAX + minus)
        return false;
    *ret = minus ? (int64_t)(0 - value) : (int64_t)value;
    return true;
}

bool str_hex(str s, uint64_t *ret)
{
    uint64_t value;

    (void)(str_take(&s, STR("0x")) || str_take(&s, STR("0X")));
    if (!str_take_hex(&s, &value) || s.n != 0)
        return false;
    *ret = value;
    return true;
}

/* By one exact power up to 10^22: 0.07 must be the double nearest to it, and 7 / 10 / 10 is not. */
static double scale_by_ten(double value, int64_t exponent)
{
    enum { EXACT = 22 };

    while (exponent != 0) {
        int64_t size = exponent < 0 ? -exponent : exponent;
        double power = 1;

        size = size < EXACT ? size : EXACT;
        for (int64_t i = 0; i < size; i++)
            power *= 10;
        value = exponent < 0 ? value / power : value * power;
        exponent += exponent < 0 ? size : -size;
    }
    return value;
}

bool str_real(str s, double *ret)
{
    bool minus = str_take_char(&s, '-');
    double value = 0;
    int64_t exponent = 0, scale = 0;
    size_t digits = 0;

    for (; s.n != 0 && is_digit(s.p[0]); s = str_from(s, 1), digits++)
        value = value * 10 + (s.p[0] - '0');
    if (str_take_char(&s, '.')) {
        for (; s.n != 0 && is_digit(s.p[0]); s = str_from(s, 1), digits++, scale--)
            value = value * 10 + (s.p[0] - '0');
    }
    if (digits == 0)
        return false;
    if (str_take_nocase(&s, STR("e"))) {
        (void)str_take_char(&s, '+');
        if (!str_i64(s, &exponent) || exponent < -300 || exponent > 300)
            return false;
    } else if (s.n != 0) {
        return false;
    }
    value = scale_by_ten(value, exponent + scale);
    *ret = minus ? -value : value;
    return true;
}

static bool take_group_mark(str *s)
{
    static const str marks[] = {
        STR_INIT(","),
        STR_INIT("."),
        STR_INIT("'"),
        STR_INIT(" "),
        STR_INIT("\xc2\xa0"),
        STR_INIT("\xe2\x80\xaf"),
        STR_INIT("\xe2\x80\x89"),
        STR_INIT("\xef\xbf\xbd"),
        STR_INIT("\xe2\x80\x99"),
    };

    if (s->n == 0 || is_alnum(s->p[0]))
        return false;
    for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
        if (str_take(s, marks[i]))
            return true;
    }
    return false;
}

bool str_grouped(str s, uint64_t *ret)
{
    uint64_t value = 0;
    bool any = false;

    while (s.n != 0) {
        if (is_digit(s.p[0])) {
            if (__builtin_mul_overflow(value, 10u, &value) ||
                    __builtin_add_overflow(value, (uint64_t)(s.p[0] - '0'), &value))
                return false;
            s = str_from(s, 1);
            any = true;
        } else if (!any || !take_group_mark(&s) || s.n == 0 || !is_digit(s.p[0])) {
            return false;
        }
    }
    if (!any)
        return false;
    *ret = value;
    return true;
}
