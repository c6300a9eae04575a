/* SPDX-License-Identifier: Apache-2.0 */
/* event_words: what the Event Viewer calls things, in the languages met, and its dates. */
#pragma once

#include "event.h"

enum event_key {
    EVENT_KEY_NONE,
    EVENT_KEY_TYPE, /* or level */
    EVENT_KEY_SOURCE,
    EVENT_KEY_CATEGORY,
    EVENT_KEY_ID,
    EVENT_KEY_DATE, /* or date and time */
    EVENT_KEY_TIME,
    EVENT_KEY_USER,
    EVENT_KEY_COMPUTER,
    EVENT_KEY_DESCRIPTION,
    EVENT_KEY_DATA,
    EVENT_KEY_LOG,
    EVENT_KEY_RECORD,
    EVENT_KEY_XML,
    EVENT_KEY_OTHER, /* keywords, opcode: belongs to a record, says nothing that is taken */
    EVENT_KEYS,
};

struct event_word {
    enum event_key key;
    bool strong; /* of an event record and nothing else: "Event Source", not "Source" */
    bool wide;   /* "Key : value", as PowerShell prints lists: keys may follow the message */
    str value;
};

/* The key at the front of a line: "Event ID: 7", "Event ID - 7", "Event ID 7". */
struct event_word event_word(str line);
/* All strong keys. */
void event_word_signs(struct signs *to);
/* A key alone, as a table's heading. */
struct event_word event_heading(str word);
/* 1 critical ... 5 verbose; false when it is no word for a level. */
bool event_level(str word, uint64_t *ret);

enum event_order { EVENT_ORDER_UNKNOWN, EVENT_ORDER_DAY_FIRST, EVENT_ORDER_MONTH_FIRST };

/*
 * Date and time as shown: "2011-12-01T12:12:12.000", "12/27/2023 12:17:15", "27.12.2023", with the
 * time in `time` or behind the date. *order is what the member has taught about "a/b/year" so far;
 * a date that can only be read one way teaches it. False when there is no instant in it;
 * *ret_ambiguous when day and month cannot be told apart.
 */
bool event_when(str date, str time, enum event_order *order, struct when *ret, bool *ret_ambiguous);
/* Learns the order from all dates in a text. */
void event_learn_order(str text, enum event_order *order);
