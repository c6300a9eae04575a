/* SPDX-License-Identifier: Apache-2.0 */
/* systeminfo_keys: the lines of systeminfo by their keys, in nine languages. */
#pragma once

#include "str.h"

/* In the order of the lines. Places without a name here hold nothing that is taken. */
enum systeminfo_place {
    PLACE_NAME = 0,
    PLACE_OS = 1,
    PLACE_VERSION = 2,
    PLACE_BOOT = 10, /* or the up time, in XP and 2003 */
    PLACE_MAKER = 11,
    PLACE_MODEL = 12,
    PLACE_TYPE = 13,
    PLACE_CPUS = 14,
    PLACE_BIOS = 15,
    PLACE_LOCALE = 19,
    PLACE_ZONE = 21,
    PLACE_RAM = 22,
    PLACE_AVAILABLE = 23,
    PLACE_LIMIT = 24,
    PLACE_FREE = 25,
    PLACE_COMMIT = 26,
    PLACES = 27,
};

/* The place of the line's key, and its value; PLACES when no language knows the key. */
size_t systeminfo_key(str line, str *ret_value);
