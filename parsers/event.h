/* SPDX-License-Identifier: Apache-2.0 */
/*
 * event: one record of a Windows event log, as every form of the log (XML, text, CSV, evtx, evt)
 * fills it in, and the one way to turn it into facts. All strings are borrowed.
 */
#pragma once

#include "parser.h"

enum {
    EVENT_DATA_MAX = 1024,   /* pairs of one event; the rest is dropped. event-xml.data-cap */
    EVENT_BINARY_BYTES = 64, /* of classic binary data: the I/O error packet ends before */
    EVENT_PACKET_BYTES = 24  /* of it, up to the end of its status */
};

struct event {
    str channel, provider, computer, user, message;
    struct when when;
    uint64_t id, qualifiers, level, record;
    bool has_id, has_qualifiers, has_level;
    /* Data by name; positional data by number from 1. Nested user data holds the whole path below
     * its payload element, '.' between: "ProcessInfo.Process_1.Name". */
    struct pair *data; /* in the log's arena */
    size_t ndata, data_size;
    unsigned char binary[EVENT_BINARY_BYTES];
    size_t nbinary;
    bool nested; /* data are user data: names are paths */
    bool capped; /* data beyond EVENT_DATA_MAX were dropped */
};

/* Adds a pair; an empty text is absent and dropped. */
void event_add(struct arena *a, struct event *e, str name, str text);
/* The name of positional data: "1", "2" ... */
str event_number(struct arena *a, size_t n);
str event_data(const struct event *e, str name);
/* Provider, id and data in a line: the quote of binary logs, which have no text of their own. */
str event_quote(struct arena *a, const struct event *e);
/* Takes hex digits of a Binary element. */
void event_take_binary(struct event *e, str hex);

/* Per member: what outlives one event. */
struct event_log {
    struct arena arena;        /* of the event at hand */
    char *host;                /* what in->host points to */
    struct event_tally *tally; /* NULL: every event is read */
};

void event_log_init(struct event_log *log);
void event_log_finish(struct event_log *log);

/* Whether anybody wants what an event of this provider becomes. */
bool event_wanted(const struct parse *in, str provider);
/* The machine that the following facts speak of. */
void event_host(struct parse *in, struct event_log *log, str computer);
/* Emits the event, and what it says of memory, pools and processes. Sets in->host. */
void event_emit(struct parse *in, struct event_log *log, const struct event *e, struct span where,
        str quote);

/* The values of an event that a look at its head may give; the others absent. */
void event_values(const struct event *e, struct value *ret);
/* The status in the packet that is an event's binary data; 0 = none, or none that is believed. */
uint32_t event_packet_status(str binary, bool has_id, uint64_t id);
/* Canonical code of the status that the record carries; absent when it has none. */
str event_status(struct arena *a, const struct event *e);

/* Event 2004 of the Resource-Exhaustion-Detector: see event_resource.c. */
bool event_is_resource(str provider);
void event_emit_resource(struct parse *in, struct event_log *log, const struct event *e,
        struct span where, str quote);

/* Events about a stop error: see event_bugcheck.c. */
bool event_is_bugcheck(str provider);
void event_emit_bugcheck(struct parse *in, struct event_log *log, const struct event *e,
        struct span where, str quote);
