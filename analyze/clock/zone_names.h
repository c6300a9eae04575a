/* SPDX-License-Identifier: Apache-2.0 */
/*
 * zone_names: zones by the names that systems give them: "W. Europe Standard Time" and "(UTC+01:00)
 * Amsterdam, Berlin" of Windows, "CEST" of Linux. The table holds what does not change from machine
 * to machine; names that mean different zones in different countries (CST, IST, BST) are not in it.
 */
#pragma once

#include "zone.h"

/*
 * False when the name is not known, or does not go with `standard`, the offset of its standard time
 * (NULL = not told). Of abbreviations only those of summer time name a zone: CET stands on clocks
 * that know summer time and on some that do not.
 */
bool zone_by_name(str name, const int32_t *standard, struct zone *ret);
/* The offset of an abbreviation: CEST is two hours ahead, whatever the day. */
bool zone_abbreviation(str name, int32_t *ret_offset);
