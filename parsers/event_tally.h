/* SPDX-License-Identifier: Apache-2.0 */
/*
 * event_tally: events that need not be read whole. A log knows of an event's head first: who logged it, its
 * id and level. That is enough to tell whether anybody looks at events of this sort; those that nobody needs, and
 * those of which enough are kept, are counted here by sort and told of when the log ends.
 */
#pragma once

#include "event.h"

/* What a look at the front of a record tells. */
struct event_head {
    str provider, computer;
    struct when when;
    uint64_t id, level;
    bool has_id, has_level;
    bool may_status;  /* it may carry a status: event_status() has something to look at */
    bool may_message; /* it may carry its text */
};

struct event_tally;

struct event_tally *event_tally_create(struct parse *in);
/* Whether to read the record; false: it is counted. */
bool event_tally_reads(struct event_tally *t, const struct event_head *head);
/* Tells of what was counted. */
void event_tally_finish(struct event_tally *t);
/* Whether a text of this name would be taken for a status. */
bool event_names_status(str name);
