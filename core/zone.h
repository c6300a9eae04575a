/* SPDX-License-Identifier: Apache-2.0 */
/*
 * zone: how the clock on the wall stands to UTC over the years: one offset for ever, the rule of a
 * POSIX TZ text ("CET-1CEST,M3.5.0,M10.5.0/3"), or the changes of a TZif file with such a rule
 * behind them. All times are whole seconds since 1970, offsets are seconds east of UTC. Nothing is
 * read from the machine: who wants the zone of a file hands over its bytes.
 */
#pragma once

#include "arena.h"

/* A day of the year and the time on it when the clock changes. */
struct zone_day {
    char form; /* 'M' month.week.weekday, 'J' day 1..365 without 29 February, 'N' 0..365 */
    int month, week, day; /* day: 0 = Sunday for 'M', else the day of the year */
    int32_t time; /* seconds after midnight by the clock before the change; may leave the day */
};

struct zone_rule {
    int32_t standard, summer; /* offsets; equal where the clock never changes */
    struct zone_day begin, end;
    bool changes;
};

struct zone_change {
    int64_t at; /* UTC */
    int32_t offset;
};

struct zone {
    const struct zone_change *changes; /* sorted */
    size_t nchanges;
    int32_t first; /* offset before the first change */
    struct zone_rule rule;
    /* A rule that held before: summer time moved to other dates. INT64_MIN = there was none. */
    struct zone_rule older;
    int64_t older_until; /* UTC */
};

struct zone zone_fixed(int32_t offset);
/* The whole text: "Z", "UTC", "GMT", "+02:00", "-0330", "+5:30", "UTC+2". */
bool zone_parse_offset(str s, int32_t *ret_offset);
/* The whole text is a POSIX TZ text. */
bool zone_parse_rule(str s, struct zone *ret);
/* The bytes of a TZif file of any version; the changes go into arena a. */
bool zone_parse_tzif(struct arena *a, str bytes, struct zone *ret);

int32_t zone_offset(const struct zone *z, int64_t utc);
/*
 * The instants at which the clock on the wall showed `local`: one, two when it was set back over
 * it (the earlier first), none when it was set forward over it. Then ret[0] is what it would have
 * been by the offset before.
 */
unsigned zone_utc(const struct zone *z, int64_t local, int64_t ret[static 2]);
/* Never changes, as far as is known. */
bool zone_is_fixed(const struct zone *z);

enum { ZONE_TEXT = 16 };
/* "UTC", "UTC+1", "UTC-3:30" */
str zone_format(int32_t offset, char buf[static ZONE_TEXT]);
