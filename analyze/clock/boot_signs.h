/* SPDX-License-Identifier: Apache-2.0 */
/* boot_signs: everything that tells of a boot; see boot_signs.c. */
#pragma once

#include "settle.h"

/* In order of how well they time a boot. */
enum sort {
    SORT_UPTIME,
    SORT_START,
    SORT_STATED,
    SORT_COUNTED,
    SORT_SERVICE,
    SORT_BANNER,
    SORT_CUT
};

struct sign {
    uint32_t host;
    struct when at;
    enum sort sort;
    const char *by;
    const struct fact *on;
    uint16_t group; /* 0 = none */
    bool battery;   /* timed by the clock that runs while the machine is off */
};

struct signs {
    struct sign *list;
    size_t n;
};

/* In the scratch arena, not sorted. */
void find_boot_signs(struct settle *s, struct signs *ret);
/* "EventLog", "Kernel-General": with or without its maker. */
bool event_is_from(const struct fact *f, const char *provider);
