/* SPDX-License-Identifier: Apache-2.0 */
/* stamp: the time at the front of a log line, in any of the forms that logs use. */
#pragma once

#include "when.h"

/* A stamp with what else the line tells of the clock. */
struct stamp {
    struct when when;
    int64_t uptime; /* ns since boot beside it, -1 = not told */
    uint16_t boot;  /* of uptime */
    bool named;     /* the text names an offset from UTC */
    bool zulu;      /* by a Z: a convention of programs, which says nothing of the machine */
    int32_t offset; /* seconds east of UTC */
};

/*
 * Takes a time stamp, with brackets around it or not, from the front:
 *
 *     2019-01-29T21:16:30:606+01:00    2012-06-14 03:12:41,123    Jul 15 23:44:32
 *     Apr 03, 2012 11:37:02 PM         07/13/2017 04:37:54.439    13.07.2017 04:37:54
 *     10/Oct/2000:13:55:36 -0700
 *
 * A date whose order of day and month cannot be told (03/04/2017 without AM or PM) is eaten but
 * gives no time. False and *s unchanged when there is none.
 */
bool stamp_take(str *s, struct when *ret);
/* The same, with the offset that it names. */
bool stamp_take_named(str *s, struct stamp *ret);
/* The form of when_take_iso alone. */
bool stamp_take_iso(str *s, struct stamp *ret);
