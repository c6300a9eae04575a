/* SPDX-License-Identifier: Apache-2.0 */
/*
 * event_xml_record: events in XML, for every format that holds some: one record into a struct
 * event, and the splitter that takes records from a member's text.
 */
#pragma once

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
    struct out text; /* of the element at hand */
    size_t reached;  /* how far the last record was well-formed */
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

/*
 * What the head of the event at the front says, and where the event ends: false where it is not plain or
 * does not end in the window, which says nothing of it.
 */
bool event_xml_look(str window, struct event_head *ret, size_t *ret_end);
/* Offset of the next start tag of an event at or after from, or STR_NONE. */
size_t event_xml_find(str s, size_t from);
/*
 * Takes the event whose start tag stands at the front of the member's text, and emits it if wanted.
 * told is what a text around the XML says of it: fills in what the XML lacks; may be NULL.
 */
void event_xml_take(
        struct parse *in, struct event_log *log, struct event_reader *r, const struct event *told);
