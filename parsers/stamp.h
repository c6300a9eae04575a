/* SPDX-License-Identifier: Apache-2.0 */
/* stamp: the time at the front of a log line, in any of the forms that logs use. */
#pragma once

#include "when.h"

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
