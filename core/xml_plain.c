/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The plain part of XML, in one pass: elements, attributes, text, the five references in text. Whatever else there
 * is, and whatever is not well-formed, is declined: expat tells what it is.
 */
#include <string.h>

#include "block.h"
#include "limits.h"
#include "xml.h"
#ifdef __SSE2__
#include <emmintrin.h>
#endif

enum { ATTRIBUTES_MOST = 16, COPY_BYTES = 2048 };

struct plain {
    const char *p, *end;
    const struct xml_calls *calls;
    void *ctx;
    unsigned depth;
    str open[LIMIT_NESTING];
    /* Of the tag at hand, with a NUL behind each. */
    const char *attributes[2 * ATTRIBUTES_MOST + 1];
    size_t nattributes, ncopy;
    char copy[COPY_BYTES];
};

/* What ends a run of text, or may not stand in it as it is. */
static bool is_odd(unsigned char c)
{
    return c == '<' || c == '&' || c == ']' || c == 0xef || (c < ' ' && c != '\t' && c != '\n');
}

/* The first such byte, or the end. */
static const char *find_odd(const char *p, const char *end)
{
#ifdef __SSE2__
    for (; end - p >= 16; p += 16) {
        const __m128i v = _mm_loadu_si128((const __m128i *)(const void *)p);
        const __m128i plain = _mm_or_si128(
                _mm_cmpeq_epi8(v, _mm_set1_epi8('\t')), _mm_cmpeq_epi8(v, _mm_set1_epi8('\n')));
        __m128i odd = _mm_cmpeq_epi8(_mm_min_epu8(v, _mm_set1_epi8(0x1f)), v);
        unsigned bits;

        odd = _mm_andnot_si128(plain, odd);
        odd = _mm_or_si128(odd, _mm_cmpeq_epi8(v, _mm_set1_epi8('<')));
        odd = _mm_or_si128(odd, _mm_cmpeq_epi8(v, _mm_set1_epi8('&')));
        odd = _mm_or_si128(odd, _mm_cmpeq_epi8(v, _mm_set1_epi8(']')));
        odd = _mm_or_si128(odd, _mm_cmpeq_epi8(v, _mm_set1_epi8((char)0xef)));
        bits = (unsigned)_mm_movemask_epi8(odd);
        if (bits != 0)
            return p + __builtin_ctz(bits);
    }
#endif
    while (p < end && !is_odd((unsigned char)*p))
        p++;
    return p;
}

static bool is_in_name(char c)
{
    return is_alpha(c) || is_digit(c) || c == '_' || c == '-' || c == '.';
}

static bool is_white(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static bool skip_white(struct plain *x)
{
    const char *from = x->p;

    while (x->p < x->end && is_white(*x->p))
        x->p++;
    return x->p != from;
}

static bool take(struct plain *x, char c)
{
    if (x->p == x->end || *x->p != c)
        return false;
    x->p++;
    return true;
}

/* A name of ASCII without a prefix. */
static bool take_name(struct plain *x, str *ret)
{
    const char *from = x->p;

    if (x->p == x->end || !(is_alpha(*x->p) || *x->p == '_'))
        return false;
    do
        x->p++;
    while (x->p < x->end && is_in_name(*x->p));
    *ret = (str){ from, (size_t)(x->p - from) };
    return true;
}

static bool take_value(struct plain *x, str *ret)
{
    char quote = x->p < x->end ? *x->p : '\0';
    const char *from;

    if (quote != '"' && quote != '\'')
        return false;
    from = ++x->p;
    for (; x->p < x->end && *x->p != quote; x->p++) {
        unsigned char c = (unsigned char)*x->p;

        if (c < ' ' || c == '<' || c == '&' || c == 0xef)
            return false;
    }
    *ret = (str){ from, (size_t)(x->p - from) };
    return take(x, quote);
}

static const char *copy(struct plain *x, str s)
{
    char *to = x->copy + x->ncopy;

    if (s.n >= COPY_BYTES - x->ncopy)
        return NULL;
    memcpy(to, s.p, s.n);
    to[s.n] = '\0';
    x->ncopy += s.n + 1;
    return to;
}

static bool add_attribute(struct plain *x, str name, str value)
{
    const char **to = &x->attributes[2 * x->nattributes];

    if (x->nattributes == ATTRIBUTES_MOST)
        return false;
    to[0] = copy(x, name);
    to[1] = copy(x, value);
    if (to[0] == NULL || to[1] == NULL)
        return false;
    for (size_t i = 0; i < x->nattributes; i++) {
        if (strcmp(x->attributes[2 * i], to[0]) == 0)
            return false;
    }
    x->nattributes++;
    return true;
}

static bool take_attributes(struct plain *x)
{
    x->nattributes = x->ncopy = 0;
    while (skip_white(x) && x->p < x->end && *x->p != '>' && *x->p != '/') {
        str name, value;

        if (!take_name(x, &name))
            return false;
        (void)skip_white(x);
        if (!take(x, '='))
            return false;
        (void)skip_white(x);
        if (!take_value(x, &value) || !add_attribute(x, name, value))
            return false;
    }
    x->attributes[2 * x->nattributes] = NULL;
    return true;
}

/* Behind "<". */
static bool take_start(struct plain *x)
{
    bool empty;
    str name;

    if (x->depth == LIMIT_NESTING || !take_name(x, &name) || !take_attributes(x))
        return false;
    empty = take(x, '/');
    if (!take(x, '>'))
        return false;
    x->calls->open(x->ctx, name, (struct xml_attributes){ x->attributes });
    if (empty)
        x->calls->close(x->ctx, name);
    else
        x->open[x->depth++] = name;
    return true;
}

/* Behind "</". */
static bool take_end(struct plain *x)
{
    str name = x->open[x->depth - 1];

    if ((size_t)(x->end - x->p) <= name.n || memcmp(x->p, name.p, name.n) != 0)
        return false;
    x->p += name.n;
    (void)skip_white(x);
    if (!take(x, '>'))
        return false;
    x->calls->close(x->ctx, name);
    x->depth--;
    return true;
}

static void tell(struct plain *x, const char *from)
{
    if (x->p != from)
        x->calls->text(x->ctx, (str){ from, (size_t)(x->p - from) });
}

static bool take_reference(struct plain *x)
{
    static const struct {
        str reference;
        const char *text;
    } five[] = {
        { STR_INIT("&lt;"), "<" },
        { STR_INIT("&gt;"), ">" },
        { STR_INIT("&amp;"), "&" },
        { STR_INIT("&quot;"), "\"" },
        { STR_INIT("&apos;"), "'" },
    };
    str rest = { x->p, (size_t)(x->end - x->p) };

    for (size_t i = 0; i < sizeof(five) / sizeof(five[0]); i++) {
        if (!str_starts(rest, five[i].reference))
            continue;
        x->calls->text(x->ctx, (str){ five[i].text, 1 });
        x->p += five[i].reference.n;
        return true;
    }
    return false;
}

/* CR and CR LF are LF. */
static void take_return(struct plain *x)
{
    x->calls->text(x->ctx, STR("\n"));
    x->p++;
    (void)take(x, '\n');
}

/* "]" and U+FFxx stand for themselves but in "]]>", U+FFFE and U+FFFF. */
static bool is_text(const struct plain *x)
{
    str rest = { x->p, (size_t)(x->end - x->p) };

    return (*x->p == ']' || *x->p == '\xef') && !str_starts(rest, STR("]]>")) &&
           !str_starts(rest, STR("\xef\xbf\xbe")) && !str_starts(rest, STR("\xef\xbf\xbf"));
}

/* Up to the next tag. */
static bool take_text(struct plain *x)
{
    const char *from = x->p;

    for (;;) {
        x->p = find_odd(x->p, x->end);
        if (x->p == x->end)
            return false;
        if (is_text(x)) {
            x->p++;
            continue;
        }
        tell(x, from);
        if (*x->p == '<')
            return true;
        if (*x->p == '\r')
            take_return(x);
        else if (*x->p != '&' || !take_reference(x))
            return false;
        from = x->p;
    }
}

bool xml_read_plain(str record, const struct xml_calls *calls, void *ctx)
{
    struct plain x;

    if (block_utf8(record) != record.n)
        return false;
    x.p = record.p;
    x.end = record.p + record.n;
    x.calls = calls;
    x.ctx = ctx;
    x.depth = 0;
    do {
        if (!take(&x, '<') || !(x.depth != 0 && take(&x, '/') ? take_end(&x) : take_start(&x)) ||
                (x.depth != 0 && !take_text(&x)))
            return false;
    } while (x.depth != 0);
    return x.p == x.end;
}
