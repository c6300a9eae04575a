/* SPDX-License-Identifier: Apache-2.0 */
/* time_options: see time_options.c. */
#pragma once

#include "zone.h"

/*
 * "2024-02-29", "2024-02-29 06:07", "2024-02-29T06:07:08.5", with an offset, Z or " UTC" behind it, else
 * by that zone. An end lies at the end of what is named: a day, a minute or a second is meant whole.
 */
bool time_parse_border(str text, bool end, const struct zone *zone, int64_t *ret);
/*
 * "+02:00", "UTC"; a name of this machine's zone files, "Europe/Berlin"; a rule in the form of POSIX,
 * "CET-1CEST,M3.5.0,M10.5.0/3"; a name of Windows, "W. Europe Standard Time".
 */
bool time_parse_zone(struct arena *a, str text, struct zone *ret);
