/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A look at one event in XML, without parsing it: where it ends, and what its System says. Every tag is
 * visited once, by its first letters. Whatever is not as Windows writes it is left to the careful way:
 * elements in another order, twice or missing, references, comments, an end that does not come.
 *
 *     <Event xmlns='...'><System><Provider Name='Disk'/><EventID Qualifiers='49156'>11</EventID>
 *     ... <Level>2</Level> ... <TimeCreated SystemTime='2024-03-01T10:00:00.0000000Z'/> ...
 *     <Computer>HOST1</Computer> ... </System><EventData>...</EventData></Event>
 */
#include "event_tally.h"
#include "event_xml_record.h"
#ifdef __SSE2__
#include <emmintrin.h>
#endif

enum {
    STEP = 64,       /* bytes of one mask */
    VALUE_MOST = 255 /* bytes of a name */
};

enum part { BEFORE, SYSTEM, PAYLOAD };
enum seen { PROVIDER = 1, ID = 2, LEVEL = 4, TIME = 8, COMPUTER = 16, NEEDED = 27 };

struct look {
    str window;
    struct event_head *head;
    enum part part;
    unsigned seen;
    bool started; /* the last tag of System began an element */
    struct event_payload payload;
};

/* Bit i: a "<" stands at p[i]. */
static uint64_t tag_mask(const char *p)
{
    uint64_t mask = 0;

#ifdef __SSE2__
    const __m128i less = _mm_set1_epi8('<');

    for (unsigned i = 0; i < STEP; i += 16) {
        __m128i v = _mm_loadu_si128((const __m128i *)(const void *)(p + i));

        mask |= (uint64_t)(uint16_t)_mm_movemask_epi8(_mm_cmpeq_epi8(v, less)) << i;
    }
#else
    for (unsigned i = 0; i < STEP; i++)
        mask |= (uint64_t)(p[i] == '<') << i;
#endif
    return mask;
}

static bool ends_name(char c)
{
    return c == ' ' || c == '>' || c == '/' || c == '\t' || c == '\n' || c == '\r';
}

/* Printable and without references, so that it is what a parser would say. */
static bool is_plain(str s)
{
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '&' || s.p[i] == '<' || (unsigned char)s.p[i] < ' ')
            return false;
    }
    return s.n != 0 && s.n <= VALUE_MOST && s.p[0] != ' ' && s.p[s.n - 1] != ' ';
}

/* The value in quotes at the front. */
static str quoted(str s)
{
    str rest = str_slice(s, 1, VALUE_MOST + 2);
    size_t n =
            s.n > 1 && (s.p[0] == '\'' || s.p[0] == '"') ? str_find_char(rest, s.p[0]) : STR_NONE;

    return n != STR_NONE ? str_slice(rest, 0, n) : (str){ NULL, 0 };
}

static enum event_look saw(struct look *l, enum seen what, bool fine)
{
    if (!fine || (l->seen & what) != 0)
        return EVENT_LOOK_ODD;
    l->seen |= what;
    return EVENT_LOOK_MORE;
}

/* Digits up to the end tag. */
static bool take_number(str s, uint64_t *ret)
{
    return str_take_u64(&s, ret) && str_starts(s, STR("</"));
}

static enum event_look take_id(struct look *l, str tag)
{
    size_t n = tag.n > 8 && tag.p[8] == '>' ? 8 : str_find_char(str_slice(tag, 0, STEP), '>');

    if (n == STR_NONE || tag.p[n - 1] == '/')
        return EVENT_LOOK_ODD;
    l->head->has_id = true;
    return saw(l, ID, take_number(str_from(tag, n + 1), &l->head->id));
}

/* Name stands first, or behind the quote that ends another attribute. */
static enum event_look take_provider(struct look *l, str tag)
{
    size_t n = str_find_char(str_slice(tag, 0, 4 * STEP), '>'), at = 10;
    str rest;

    if (n == STR_NONE)
        return EVENT_LOOK_ODD;
    tag = str_slice(tag, 0, n);
    if (!str_starts(tag, STR("<Provider Name="))) {
        at = str_find(tag, STR(" Name="));
        if (at == STR_NONE || (tag.p[at - 1] != '\'' && tag.p[at - 1] != '"'))
            return EVENT_LOOK_ODD;
        at++;
    }
    rest = str_from(tag, at + 5);
    l->head->provider = quoted(rest);
    return saw(l, PROVIDER, is_plain(l->head->provider));
}

static enum event_look take_time(struct look *l, str tag)
{
    str value;

    if (!str_take(&tag, STR("<TimeCreated SystemTime=")))
        return EVENT_LOOK_ODD;
    value = quoted(tag);
    return saw(l, TIME, is_plain(value) && when_take_iso(&value, &l->head->when));
}

static enum event_look take_computer(struct look *l, str tag)
{
    str text = str_slice(str_from(tag, 10), 0, VALUE_MOST + 2);
    size_t n = str_find_char(text, '<');

    l->head->computer = str_slice(text, 0, n);
    return saw(l, COMPUTER, n + 1 < text.n && text.p[n + 1] == '/' && is_plain(l->head->computer));
}

/* Whether what stands before a tag ends an empty element; blanks and the marks of a tree view may lie between. */
static bool behind_empty(str window, size_t at)
{
    while (at > 2 && (is_space(window.p[at - 1]) || window.p[at - 1] == '-'))
        at--;
    return at > 2 && window.p[at - 1] == '>' && window.p[at - 2] == '/';
}

/* The elements of System hold text and nothing else: one that begins in another makes it odd. */
static bool is_nested(struct look *l, str tag, size_t at)
{
    bool begins = tag.p[1] != '/', nested = begins && l->started && !behind_empty(l->window, at);

    l->started = begins;
    return nested;
}

/* Elements of System that are not read. */
static bool is_other(str tag)
{
    return str_starts(tag, STR("<Version")) || str_starts(tag, STR("<Task")) ||
           str_starts(tag, STR("<Opcode")) || str_starts(tag, STR("<Keywords")) ||
           str_starts(tag, STR("<EventRecordID")) || str_starts(tag, STR("<Correlation")) ||
           str_starts(tag, STR("<Execution")) || str_starts(tag, STR("<Channel")) ||
           str_starts(tag, STR("<Security"));
}

static enum event_look end_of_system(struct look *l, str tag)
{
    if (str_starts(tag, STR("</System>"))) {
        l->part = PAYLOAD;
        l->payload = (struct event_payload){ .head = l->head, .from = tag.p };
    }
    return str_starts(tag, STR("</Event>")) ? EVENT_LOOK_ODD : EVENT_LOOK_MORE;
}

static enum event_look take_system(struct look *l, str tag, size_t at)
{
    if (is_nested(l, tag, at))
        return EVENT_LOOK_ODD;
    if (tag.p[1] == '/')
        return end_of_system(l, tag);
    if (is_other(tag))
        return EVENT_LOOK_MORE;
    if (str_starts(tag, STR("<Provider")) && ends_name(tag.p[9]))
        return take_provider(l, tag);
    if (str_starts(tag, STR("<EventID")) && ends_name(tag.p[8]))
        return take_id(l, tag);
    if (str_starts(tag, STR("<TimeCreated")))
        return take_time(l, tag);
    if (str_starts(tag, STR("<Computer>")))
        return take_computer(l, tag);
    if (!str_starts(tag, STR("<Level>")))
        return EVENT_LOOK_ODD;
    l->head->has_level = true;
    return saw(l, LEVEL, take_number(str_from(tag, 7), &l->head->level));
}

/* Whether the packet that binary data may be carries a status: its first bytes tell. */
static bool may_be_packet(struct event_payload *l, str tag)
{
    str hex = str_slice(tag, 8, 8 + 2 * EVENT_PACKET_BYTES);
    size_t n = str_find_char(hex, '<');
    struct event e = { .nbinary = 0 };

    if (l->binary || is_space(hex.p[0]) ||
            (n != STR_NONE && !str_starts(str_from(hex, n), STR("</"))))
        return true;
    hex = str_slice(hex, 0, n);
    if (str_find_char(hex, '&') != STR_NONE)
        return true;
    l->binary = true;
    event_take_binary(&e, hex);
    return event_packet_status(
                   (str){ (const char *)e.binary, e.nbinary }, l->head->has_id, l->head->id) != 0;
}

/* Only what may be a status counts of the data; of an element that is not known here, anything may. */
static enum event_look take_data(struct event_payload *l, str tag)
{
    struct event_head *head = l->head;
    static const str name = STR_INIT("<Data Name=");

    if (str_starts(tag, STR("<Data>")) || str_starts(tag, STR("<Data/>")) ||
            str_starts(tag, STR("<EventData")) || str_starts(tag, STR("<Binary/>")) ||
            str_starts(tag, STR("<Binary></")))
        return EVENT_LOOK_MORE;
    if (str_starts(tag, STR("<Binary>"))) {
        head->may_status |= may_be_packet(l, tag);
        return EVENT_LOOK_MORE;
    }
    if (!str_starts(tag, name)) {
        str word = str_slice(tag, 0, str_find_char(str_slice(tag, 0, STEP), '>'));

        head->may_status = true;
        return str_find_char(word, ':') != STR_NONE || str_starts(tag, STR("<System"))
                       ? EVENT_LOOK_ODD
                       : EVENT_LOOK_MORE;
    }
    tag = quoted(str_from(tag, name.n));
    if (tag.n == 0 || event_names_status(str_trim(tag)) || str_find_char(tag, '&') != STR_NONE)
        head->may_status = true;
    return EVENT_LOOK_MORE;
}

/* The service control manager puts exit codes in as message numbers. */
enum event_look event_payload_end(const struct event_payload *l, const char *end)
{
    str payload = { l->from, (size_t)(end - l->from) };

    if (str_eq_nocase(l->head->provider, STR("Service Control Manager")) &&
            str_has(payload, STR("%%")))
        l->head->may_status = true;
    return EVENT_LOOK_PLAIN;
}

enum event_look event_payload_tag(struct event_payload *l, str tag)
{
    if (tag.p[1] == '!' || tag.p[1] == '?')
        return EVENT_LOOK_ODD;
    if (str_starts(tag, STR("<Event")) && ends_name(tag.p[6]))
        return EVENT_LOOK_ODD; /* the next one: this one has no end */
    if (tag.p[1] == '/') {
        if (str_starts(tag, STR("</RenderingInfo>")))
            l->rendered = false;
        return str_starts(tag, STR("</Event>")) ? event_payload_end(l, tag.p + 8) : EVENT_LOOK_MORE;
    }
    if (l->rendered)
        return EVENT_LOOK_MORE;
    if (str_starts(tag, STR("<RenderingInfo"))) {
        l->head->may_message = true;
        l->rendered = true;
        return EVENT_LOOK_MORE;
    }
    return take_data(l, tag);
}

static enum event_look take_tag(struct look *l, size_t at)
{
    str tag = str_from(l->window, at);

    if (l->part == PAYLOAD)
        return event_payload_tag(&l->payload, tag);
    if (tag.p[1] == '!' || tag.p[1] == '?')
        return EVENT_LOOK_ODD;
    if (l->part == BEFORE) {
        l->part = SYSTEM;
        return str_starts(tag, STR("<System>")) ? EVENT_LOOK_MORE : EVENT_LOOK_ODD;
    }
    return take_system(l, tag, at);
}

enum event_look event_xml_look(str window, struct event_head *ret, size_t *ret_end)
{
    struct look l = { .window = window, .head = ret };

    *ret = (struct event_head){ .has_id = false };
    /* Behind each tag there is room enough for any name that it is compared with. */
    for (size_t base = 0; base + 2 * STEP <= window.n; base += STEP) {
        uint64_t mask = tag_mask(window.p + base);

        for (mask &= base == 0 ? ~1ull : ~0ull; mask != 0; mask &= mask - 1) {
            size_t at = base + (size_t)__builtin_ctzll(mask);
            enum event_look look = take_tag(&l, at);

            if (look == EVENT_LOOK_MORE)
                continue;
            *ret_end = at + 8;
            return (l.seen & NEEDED) == NEEDED ? look : EVENT_LOOK_ODD;
        }
    }
    return EVENT_LOOK_MORE;
}
