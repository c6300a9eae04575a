/* SPDX-License-Identifier: Apache-2.0 */
/* event_text_record: the state of a member of event-text, record by record. */
#pragma once

#include "event_words.h"
#include "event_xml_record.h"

enum event_text_state {
    EVENT_TEXT_OUTSIDE,
    EVENT_TEXT_HEAD,        /* keys and values */
    EVENT_TEXT_DESCRIPTION, /* lines of it */
    EVENT_TEXT_DUMP,        /* rows of bytes */
    EVENT_TEXT_FRIENDLY,    /* a tree of the Friendly View */
};

struct event_text {
    struct parse *in;
    struct event_log log;
    struct event_reader reader;
    struct arena arena;     /* of the record at hand */
    struct out description; /* of the record at hand */
    enum event_order order; /* of day and month in this member */
    enum event_text_state state;
    struct event e;
    struct span where;
    uint64_t end;           /* offset behind the last line of the record */
    str values[EVENT_KEYS]; /* as shown; absent = not told yet */
    str quote;              /* the line with the id */
    unsigned blank;         /* blank lines in a row */
    bool one_paragraph;     /* the description began on the line of its key */
    bool wide;              /* a list of PowerShell */
    bool announced;         /* its XML follows */
    /* Friendly View: the section, the group in it and the element in that */
    str section, group, item;
    size_t position; /* positional data so far */
};

void event_text_init(struct event_text *t, struct parse *in);
void event_text_finish(struct event_text *t);
void event_text_line(struct event_text *t, const struct line *line);
/* Begins a record at this line; the one before it is told. */
void event_text_begin(struct event_text *t, const struct line *line, enum event_text_state state);
/* Tells the record at hand, if it is one. */
void event_text_flush(struct event_text *t);
/* Takes an event in XML that begins on the next line. */
bool event_text_take_xml(struct event_text *t);
/* The next part of a line that may hold a whole record: cut before each key of one. */
bool event_text_part(str *line, str *ret_part);

/* The Friendly View: whether this line belongs to it (and was taken). */
bool event_friendly_line(struct event_text *t, const struct line *line);
bool event_friendly_sniff(str text);
