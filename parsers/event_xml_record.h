/* SPDX-License-Identifier: Apache-2.0 */
/*
 * event_xml_record: events in XML, for every format that holds some: one record into a struct
 * event, and the splitter that takes records from a member's text.
 */
#pragma once

#include "block.h"
#include "event.h"
#include "limits.h"
#include "out.h"
#include "xml.h"

struct event_head;
struct event_reader;

/* An event in the making: the calls of XML or binary XML fill it in. */
struct event_reading {
    struct event_reader *r;
    struct arena *arena;
    struct event *e;
    int section;
    unsigned depth;
    bool leaf;       /* no child since the last start tag */
    size_t position; /* positional Data so far */
    str names[LIMIT_NESTING + 1];
};

extern const struct xml_calls event_reading_calls; /* their ctx is a struct event_reading */

struct event_reader {
    struct xml *xml;
    struct out text;             /* of the element at hand */
    size_t reached;              /* how far the last record was well-formed */
    struct event_xml_tags *tags; /* NULL: a log in which no event is only counted */
};

void event_reader_init(struct event_reader *r);
void event_reader_finish(struct event_reader *r);

/*
 * Reads one record, "<Event ...>...</Event>" or what is left of it, into *ret, which points into
 * the record and arena a. False when it is damaged; what stands before the damage is in *ret.
 */
bool event_xml_read(struct event_reader *r, struct arena *a, str record, struct event *ret);
/* Forgets what is at hand: the next call begins another event, *ret. */
void event_reading_begin(
        struct event_reading *d, struct event_reader *r, struct arena *a, struct event *ret);
/* Provider, computer and time at a glance, without decoding; absent when not found. */
str event_xml_provider(str record);
str event_xml_computer(str record);
struct when event_xml_when(str record);
/* What to quote for it: provider and id, then the payload, white space folded. */
str event_xml_quote(struct arena *a, str record);

enum event_look {
    EVENT_LOOK_PLAIN,
    EVENT_LOOK_ODD, /* not as Windows writes it, which says nothing of it */
    EVENT_LOOK_MORE /* its end has not come yet */
};

/* What the head of the event at the front says, and where the event ends; both only where it is plain. */
enum event_look event_xml_look(str window, struct event_head *ret, size_t *ret_end);

/* Places of the tags of the events at hand. */
enum { EVENT_TAGS_BYTES = 16 * 1024 };
struct event_xml_tags {
    const char *text; /* from here on */
    size_t n, next;   /* next: not looked at yet */
    uint16_t at[EVENT_TAGS_BYTES + BLOCK_PLACES_MORE];
};

/*
 * The same of events that mostly come one behind the other, in less time; what is not plain here may be so for
 * event_xml_look(). Before the first, and when the text has moved, n and next are 0.
 */
enum event_look event_xml_tags_look(
        struct event_xml_tags *t, str window, struct event_head *ret, size_t *ret_end);

/* A payload, of which tags are given one by one, with a name's length of text behind each. */
struct event_payload {
    struct event_head *head;
    const char *from; /* the end tag of System */
    bool rendered;    /* within RenderingInfo */
    bool binary;      /* binary data were seen */
};
enum event_look event_payload_tag(struct event_payload *p, str tag);
/* It ends before `end`, with the end tag of the event. */
enum event_look event_payload_end(const struct event_payload *p, const char *end);
/* Offset of the next start tag of an event at or after from, or STR_NONE. */
size_t event_xml_find(str s, size_t from);
/*
 * Takes the event whose start tag stands at the front of the member's text, and emits it if wanted. told is what
 * a text around the XML says of it: fills in what the XML lacks; where it is NULL, events right behind are taken too.
 */
void event_xml_take(
        struct parse *in, struct event_log *log, struct event_reader *r, const struct event *told);
