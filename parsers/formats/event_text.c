/* SPDX-License-Identifier: Apache-2.0 */
/*
 * event-text: Windows events as the Event Viewer and its kin show them, one or many, in several
 * languages, with anything between:
 *
 *     Event Type:     Error                Log Name:      System
 *     Event Source:   Srv                  Source:        Disk
 *     Event Category: None                 Date:          12/27/2019 12:17:15
 *     Event ID:       2019                 Event ID:      11
 *     Date:           12/27/2006           Level:         Error
 *     Time:           12:17:15             Computer:      fs1
 *     Computer:       FS1                  Description:
 *     Description:                         The driver detected ...
 *     The server was unable ...            Event Xml:
 *     Data:                                <Event xmlns=...>
 *     0000: 00 00 04 00 01 00 54 00
 *
 * Also taken: articles' "Source - SRV", a heading "Event ID 2019", records flattened to one line,
 * wevtutil's /f:text, lists of PowerShell, the Friendly View (event_friendly.c). Where the XML of
 * an event follows, it speaks for it and the text only gives the message. Lines that belong to no
 * record go to parse_stray, and so do the paragraphs of a description after its first, since
 * nothing marks where it ends.
 *
 * A record is told only if it has an id. Dates are local; one that may be read two ways is left out
 * unless another in the member can be read only one way.
 */
#include "event_text_record.h"
#include "limits.h"
#include "signs.h"

static const struct kind *const kinds[] = { &kind_EVENT, &kind_BUGCHECK, &kind_MEMORY_STATUS,
    &kind_POOL_USAGE, &kind_POOL_TAG, &kind_PROCESS, &kind_ERROR, &kind_LOG_MESSAGE, NULL };

enum {
    SNIFF_RUN = 16,    /* lines that a record's head may take */
    SNIFF_PREAMBLE = 3 /* lines before it that a member of records may have */
};

struct run {
    unsigned keys; /* bits of enum event_key seen */
    unsigned lines, strong;
    bool id, xml;
};

static unsigned bits(unsigned set)
{
    return (unsigned)__builtin_popcount(set);
}

/* A record's head: an id and two more keys close together. */
static bool is_head(const struct run *r)
{
    return r->id && bits(r->keys) >= 3;
}

static void look(struct run *r, str line)
{
    struct event_word word = event_word(line);
    uint64_t id;
    str value = word.value;

    if (word.key == EVENT_KEY_NONE) {
        if (str_trim(line).n != 0 && ++r->lines > SNIFF_RUN)
            *r = (struct run){ .xml = r->xml };
        return;
    }
    r->lines = 0;
    r->keys |= 1u << word.key;
    r->strong += word.strong;
    r->id |= word.key == EVENT_KEY_ID && str_take_u64(&value, &id);
    r->xml |= word.key == EVENT_KEY_XML;
}

static void signs(struct signs *to)
{
    event_word_signs(to);
    signs_add(to, STR("[ SystemTime]"));
}

static int sniff(const struct sniff *in)
{
    struct run run = { 0 };
    str rest = in->text, line, part;
    size_t before = 0, lines = 0;
    bool found = false;

    if (event_friendly_sniff(in->text))
        return BID_SHAPE + 5;
    while (!found && str_line(&rest, &line)) {
        lines += str_trim(line).n != 0;
        while (!found && event_text_part(&line, &part)) {
            look(&run, part);
            if (run.keys == 0)
                before = lines;
            found = is_head(&run);
        }
    }
    if (!found || run.strong == 0)
        return BID_NO;
    /* In a longer story the records may be an aside. */
    return before < SNIFF_PREAMBLE ? BID_SHAPE + 5 : BID_SHAPE - 5;
}

static void parse(struct parse *in)
{
    struct event_text t;
    struct line line;

    event_text_init(&t, in);
    for (;;) {
        if (event_text_take_xml(&t))
            continue;
        if (!parse_line(in, &line))
            break;
        if (!event_friendly_line(&t, &line))
            event_text_line(&t, &line);
    }
    event_text_flush(&t);
    event_text_finish(&t);
}

const struct parser parser_event_text = {
    .name = "event-text",
    .summary = "Windows events as text: 2000/2003, Copy details as text, Friendly View, wevtutil",
    .kinds = kinds,
    .sniff = sniff,
    .signs = signs,
    .parse = parse,
};
