/* SPDX-License-Identifier: Apache-2.0 */
/*
 * times: what is known of time in a case: the zone of each host, its boots, how hosts' clocks stand
 * to each other, what could not be settled. Made by case_settle_times, shown by reports. docs/time.md
 * tells how.
 */
#pragma once

#include "fact.h"
#include "zone.h"

struct case_file;

/* What the user wants of times. */
struct time_options {
    bool has_since, has_until;
    int64_t since, until; /* ns, UTC */
    bool zoned;           /* zone is for stamps whose own is not known */
    struct zone zone;
    str zone_name;
};

struct host_zone {
    str host;              /* "" = of what belongs to no host */
    bool known, used;      /* used: some time was turned by it */
    str text;              /* "UTC+1, summer time UTC+2", "as --tz says: ..." */
    str by;                /* what tells it: "systeminfo", "stamps that name an offset" */
    const struct fact *on; /* one place that does; NULL = none */
};

enum boot_end { BOOT_END_UNKNOWN, BOOT_END_CLEAN, BOOT_END_CUT };

struct boot {
    str host;
    struct when at;   /* MONOTONIC 0 where the wall clock is not known */
    struct when down; /* when it was shut down; NONE = not told */
    enum boot_end end;
    str by;
    const struct fact *on;
    bool last; /* the last of its host that is known */
};

/* The clock of b is `ahead` ns before that of a. */
struct skew {
    str a, b;
    int64_t ahead;
    uint16_t doubt;
    size_t anchors;
};

struct time_note {
    str host, text;
    struct span where; /* member 0 = no place */
};

struct times {
    const struct host_zone *zones;
    size_t nzones;
    const struct boot *boots; /* by host, then time */
    size_t nboots;
    const struct skew *skews;
    size_t nskews;
    const struct time_note *notes;
    size_t nnotes, notes_fallen;
};

/*
 * Turns local, year-less and monotonic times of the case's facts into wall time where that can be
 * done, adds the boots of hosts as facts, and takes out what lies outside options->since and
 * options->until. After the hosts are settled. options may be NULL.
 */
void case_settle_times(struct case_file *c, const struct time_options *options);

/* Whether the stage reads facts of this kind (whose text field equals value): they are kept whatever
 * the rules want. */
bool times_want(const struct kind *kind, size_t field, str value);
/* Whether it needs each such fact: they are not folded. */
bool times_want_all(const struct fact *fact);
/* Whether a fact lies outside since and until for certain, whatever its zone. */
bool time_outside(const struct time_options *options, const struct fact *fact);
