/* SPDX-License-Identifier: Apache-2.0 */
/*
 * boot_clock: time since one boot turned to wall time by anchors: moments of which both are known.
 * Between anchors time since boot drifts a little against the wall clock (nobody disciplines it),
 * and stands still while the machine sleeps.
 */
#pragma once

#include "fact.h"

struct anchor {
    int64_t up;    /* ns since boot */
    int64_t ahead; /* wall clock less that */
    enum when_basis basis;
    uint8_t settled; /* of the wall clock */
    uint16_t doubt;  /* seconds */
    bool battery;    /* of the clock that runs while the machine is off: may be off by anything */
    const struct fact *on;
    const char *by;
};

/* The machine slept: time since boot stood still at `up`. */
struct pause {
    int64_t up;
    int64_t length; /* ns, -1 = not told */
};

struct boot_clock {
    const struct anchor *anchors; /* one basis, sorted by up, cleaned */
    size_t nanchors;
    const struct pause *pauses; /* sorted */
    size_t npauses;
};

/*
 * Anchors sorted by up: each gets the least that the clocks differ by in what follows soon. A line is
 * written a little after it is said, at boot much later: delays only add, and they pass; a sleep adds
 * for good.
 */
void clean_anchors(struct anchor *list, size_t n);

/* The wall time of up; false when no anchor reaches there. ret keeps its boot. */
bool boot_clock_wall(const struct boot_clock *clock, int64_t up, struct when *ret);
