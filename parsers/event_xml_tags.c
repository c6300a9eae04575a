/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The look at an event by the places of its tags: where each "<" stands is found for many events at once, so that
 * nothing is searched for and one element is compared while the next is loaded. System is expected in the order in
 * which Windows writes it; elements that are not read may be missing, and anything may stand between two. All else
 * is left to event_xml_look(), which says the same of whatever is plain here.
 */
#include "block.h"
#include "digits.h"
#include "event_tally.h"
#include "event_xml_record.h"
#ifdef __SSE2__
#include <emmintrin.h>
#endif

enum {
    STEP = 16,
    SLACK = 512,      /* behind the last tag, more than any value and name */
    SYSTEM_MOST = 34, /* tags of a System */
    VALUE_MOST = 255, /* bytes of a name */
    DIGITS_MOST = 18  /* no overflow */
};

#define INLINE __attribute__((always_inline)) static inline

static void find_tags(struct event_xml_tags *t, str window)
{
    size_t n = window.n > SLACK ? window.n - SLACK : 0;

    t->text = window.p;
    t->next = 0;
    n = n < EVENT_TAGS_BYTES ? n : EVENT_TAGS_BYTES;
    t->n = block_places(str_slice(window, 0, n), '<', t->at);
}

INLINE uint64_t eight(const char *p)
{
    uint64_t word;

    memcpy(&word, p, sizeof(word));
    return word;
}

INLINE uint32_t four(const char *p)
{
    uint32_t word;

    memcpy(&word, p, sizeof(word));
    return word;
}

/* A few comparisons of words, since n is known where this is used; memcmp would be called. n at least 4. */
INLINE bool stands(const char *p, const char *what, size_t n)
{
    uint64_t differs = 0;

    if (n < 8)
        return ((four(p) ^ four(what)) | (four(p + n - 4) ^ four(what + n - 4))) == 0;
    for (size_t i = 0; i + 8 < n; i += 8)
        differs |= eight(p + i) ^ eight(what + i);
    return (differs | (eight(p + n - 8) ^ eight(what + n - 8))) == 0;
}

#define STANDS(p, what) stands(p, what, sizeof(what) - 1)

/* Bit i: p[i] is a mark, a quote or not printed, so that it ends a value or is not what a parser would say. */
INLINE unsigned no_value(const char *p)
{
#ifdef __SSE2__
    const __m128i v = _mm_loadu_si128((const __m128i *)(const void *)p);
    const __m128i one = _mm_or_si128(v, _mm_set1_epi8(1)), two = _mm_or_si128(v, _mm_set1_epi8(2));
    __m128i odd = _mm_cmpeq_epi8(_mm_min_epu8(v, _mm_set1_epi8(0x1f)), v);

    odd = _mm_or_si128(odd, _mm_cmpeq_epi8(one, _mm_set1_epi8('\''))); /* and & */
    odd = _mm_or_si128(odd, _mm_cmpeq_epi8(two, _mm_set1_epi8('>')));  /* and < */
    odd = _mm_or_si128(odd, _mm_cmpeq_epi8(v, _mm_set1_epi8('"')));
    return (unsigned)_mm_movemask_epi8(odd);
#else
    unsigned odd = 0;

    for (unsigned i = 0; i < STEP; i++) {
        char c = p[i];

        odd |= (unsigned)(c == '<' || c == '>' || c == '&' || c == '\'' || c == '"' ||
                          (unsigned char)c < ' ')
               << i;
    }
    return odd;
#endif
}

/* The value at p; n 0: none, or too long. */
INLINE str value_at(const char *p)
{
    for (size_t n = 0; n <= VALUE_MOST; n += STEP) {
        unsigned odd = no_value(p + n);

        if (odd != 0)
            return (str){ p, n + (size_t)__builtin_ctz(odd) };
    }
    return (str){ p, 0 };
}

/* The same in quotes. */
INLINE str quoted_at(const char *p)
{
    str s = value_at(p + 1);

    s.n = (p[0] == '\'' || p[0] == '"') && p[1 + s.n] == p[0] ? s.n : 0;
    return s;
}

INLINE bool is_name(str s)
{
    return s.n != 0 && s.n <= VALUE_MOST && s.p[0] != ' ' && s.p[s.n - 1] != ' ';
}

INLINE const char *tag(const struct event_xml_tags *t, size_t i)
{
    return t->text + t->at[i];
}

/* Digits that end at a tag; in front of them stands a start tag of seven bytes or more. */
INLINE bool number_to(const char *p, const char *end, uint64_t *ret)
{
    uint64_t n = 0;
    bool digits = true;

    if (p >= end || end - p > DIGITS_MOST)
        return false;
    if (end - p <= 8 && DIGITS_AT_ONCE) {
        const unsigned before = 64 - 8 * (unsigned)(end - p); /* bits */

        n = (eight(end - 8) ^ DIGITS_ZEROS) >> before << before;
        *ret = digits_value(n);
        return digits_odd(n) == 0;
    }
    for (; p < end; p++) {
        digits &= is_digit(*p);
        n = n * 10 + (uint64_t)(*p - '0');
    }
    *ret = n;
    return digits;
}

/* Whether the tag before this one ended an empty element. */
INLINE bool behind_empty(const char *p)
{
    while (is_space(p[-1]))
        p--;
    return p[-1] == '>' && p[-2] == '/';
}

/* Each takes its element, whose first tag is number *i, to the tag behind it. */

INLINE bool take_provider(const struct event_xml_tags *t, size_t *i, struct event_head *head)
{
    const char *p = tag(t, *i), *end = tag(t, *i + 1);

    if (!STANDS(p, "<Provider Name=") || end - p > VALUE_MOST || !behind_empty(end))
        return false;
    head->provider = quoted_at(p + 15);
    (*i)++;
    return is_name(head->provider);
}

INLINE bool take_id(const struct event_xml_tags *t, size_t *i, struct event_head *head)
{
    const char *p = tag(t, *i), *end = tag(t, *i + 1);

    if (!STANDS(p, "<EventID") || !STANDS(end, "</EventID>"))
        return false;
    p += 8;
    if (STANDS(p, " Qualifiers=")) {
        str passed = quoted_at(p + 12);

        p += passed.n != 0 && passed.n <= STEP ? 14 + passed.n : 0;
    }
    *i += 2;
    head->has_id = true;
    return *p == '>' && number_to(p + 1, end, &head->id);
}

INLINE bool take_level(const struct event_xml_tags *t, size_t *i, struct event_head *head)
{
    const char *p = tag(t, *i), *end = tag(t, *i + 1);

    if (!STANDS(p, "<Level>"))
        return true;
    *i += 2;
    head->has_level = true;
    return STANDS(end, "</Level>") && number_to(p + 7, end, &head->level);
}

INLINE bool take_time(const struct event_xml_tags *t, size_t *i, struct event_head *head)
{
    const char *p = tag(t, *i), *end = tag(t, *i + 1);
    str value;

    if (!STANDS(p, "<TimeCreated SystemTime=") || !behind_empty(end))
        return false;
    value = (str){ p + 25, (size_t)(end - p - 25) };
    (*i)++;
    return (p[24] == '\'' || p[24] == '"') && when_take_iso(&value, &head->when) && value.n != 0 &&
           value.p[0] == p[24];
}

INLINE bool take_computer(const struct event_xml_tags *t, size_t *i, struct event_head *head)
{
    const char *p = tag(t, *i), *end = tag(t, *i + 1);

    head->computer = value_at(p + 10);
    *i += 2;
    return STANDS(p, "<Computer>") && STANDS(end, "</Computer>") &&
           head->computer.p + head->computer.n == end && is_name(head->computer);
}

/* An element that is not read, or none. */
INLINE bool pass_text(
        const struct event_xml_tags *t, size_t *i, const char *open, const char *close, size_t n)
{
    if (!stands(tag(t, *i), open, n))
        return true;
    *i += 2;
    return stands(tag(t, *i - 1), close, n + 1);
}

#define PASS_TEXT(t, i, name) pass_text(t, i, "<" name ">", "</" name ">", sizeof("<" name ">") - 1)

INLINE bool pass_empty(const struct event_xml_tags *t, size_t *i, const char *open, size_t n)
{
    if (!stands(tag(t, *i), open, n))
        return true;
    ++*i;
    return behind_empty(tag(t, *i));
}

#define PASS_EMPTY(t, i, name) pass_empty(t, i, "<" name, sizeof("<" name) - 1)

/* From <System> to its end tag. */
static enum event_look take_system(
        const struct event_xml_tags *t, size_t *i, struct event_head *head)
{
    if (t->n < *i + SYSTEM_MOST)
        return EVENT_LOOK_MORE;
    if (!STANDS(tag(t, *i), "<System>"))
        return EVENT_LOOK_ODD;
    ++*i;
    if (take_provider(t, i, head) && take_id(t, i, head) && PASS_TEXT(t, i, "Version") &&
            take_level(t, i, head) && PASS_TEXT(t, i, "Task") && PASS_TEXT(t, i, "Opcode") &&
            PASS_TEXT(t, i, "Keywords") && take_time(t, i, head) &&
            PASS_TEXT(t, i, "EventRecordID") && PASS_EMPTY(t, i, "Correlation") &&
            PASS_EMPTY(t, i, "Execution") && PASS_TEXT(t, i, "Channel") &&
            take_computer(t, i, head) && PASS_EMPTY(t, i, "Security") &&
            STANDS(tag(t, *i), "</System>"))
        return EVENT_LOOK_PLAIN;
    return EVENT_LOOK_ODD;
}

/* What a payload mostly consists of, and says nothing of what is asked here. */
INLINE bool is_dull(const char *p)
{
    if (STANDS(p, "</Data>"))
        return true;
    if (STANDS(p, "<Data Name=")) {
        str name = quoted_at(p + 11);

        return is_name(name) && !event_names_status(name);
    }
    return STANDS(p, "<Data>") || STANDS(p, "<EventData>") || STANDS(p, "</EventData>");
}

/* From the end tag of System on. */
static enum event_look take_payload(struct event_xml_tags *t, size_t i, struct event_head *head)
{
    struct event_payload payload = { .head = head, .from = tag(t, i) };

    for (i++; i < t->n; i++) {
        const char *p = tag(t, i);
        enum event_look look;

        if (STANDS(p, "</Event>")) {
            t->next = i + 1;
            return event_payload_end(&payload, p + 8);
        }
        if (!payload.rendered && is_dull(p))
            continue;
        look = event_payload_tag(&payload, (str){ p, SLACK });
        if (look != EVENT_LOOK_MORE)
            return look;
    }
    return EVENT_LOOK_MORE;
}

/* The list begins with the event at p, or goes on with it. */
static void list(struct event_xml_tags *t, str window)
{
    while (t->next < t->n && tag(t, t->next) < window.p)
        t->next++;
    if (t->next == t->n || tag(t, t->next) != window.p)
        find_tags(t, window);
}

enum event_look event_xml_tags_look(
        struct event_xml_tags *t, str window, struct event_head *ret, size_t *ret_end)
{
    enum event_look look;
    size_t i;

    for (;;) {
        list(t, window);
        *ret = (struct event_head){ .has_id = false };
        i = t->next + 1;
        look = take_system(t, &i, ret);
        if (look == EVENT_LOOK_PLAIN)
            look = take_payload(t, i, ret);
        if (look != EVENT_LOOK_MORE || t->text == window.p)
            break;
        t->next = t->n; /* cut by the end of the list */
    }
    if (look == EVENT_LOOK_PLAIN)
        *ret_end = (size_t)(tag(t, t->next - 1) + 8 - window.p);
    return look;
}
