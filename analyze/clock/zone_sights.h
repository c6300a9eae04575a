/* SPDX-License-Identifier: Apache-2.0 */
/* zone_sights: what the evidence says of the zones of hosts: rules by name, offsets at instants. */
#pragma once

#include "settle.h"

/* An offset that held at an instant. */
struct sight {
    int64_t at; /* seconds, UTC */
    int32_t offset;
    uint8_t weight;
    uint32_t host;
    const struct fact *on;
    const char *by;
};

struct sights {
    struct sight *list;
    size_t n, size;
};

/* The zone of one host. */
struct host_clock {
    bool ruled, based; /* a rule is known; the offset of standard time is */
    struct zone zone;
    int32_t base;
    const struct fact *on;
    const char *by;
    const struct sight *sights; /* sorted by time */
    size_t nsights;
    bool torn; /* what is told of it does not fit together */
    uint16_t clock;
};

/* Fills in rules and bases of s->host_clocks, and the sights of all hosts. */
void find_sights(struct settle *s, struct sights *ret);
/* Whether clocks may have been changed for summer time between two instants (seconds). */
bool may_change_between(int64_t a, int64_t b);
/* Turns a LOCAL time of that host to UTC; false when its zone is not known. */
bool to_utc(const struct settle *s, uint32_t host, const struct fact *fact, struct when *w);
