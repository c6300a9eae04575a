/* SPDX-License-Identifier: Apache-2.0 */
#include "boot_clock.h"

/* Delays end within this. */
#define DELAY_NS (600 * WHEN_NS)

enum {
    DRIFT = 10000, /* away from anchors a second in so many may be lost: 100 ppm */
    STEADY = 2000, /* between two anchors this much is drift, more is a clock that was set */
};

void clean_anchors(struct anchor *list, size_t n)
{
    for (size_t i = n; i-- > 0;) {
        for (size_t k = i + 1; k < n && list[k].up - list[i].up <= DELAY_NS; k++) {
            if (list[k].ahead < list[i].ahead && list[k].basis == list[i].basis &&
                    list[k].battery == list[i].battery)
                list[i].ahead = list[k].ahead;
        }
    }
}

/* How long it slept between two times since boot, without sign; false when that is not told. */
static bool slept(const struct boot_clock *clock, int64_t from, int64_t to, int64_t *ret)
{
    *ret = 0;
    for (size_t i = 0; i < clock->npauses; i++) {
        const struct pause *p = &clock->pauses[i];

        if (p->up < from || p->up >= to)
            continue;
        if (p->length < 0 || __builtin_add_overflow(*ret, p->length, ret))
            return false;
    }
    return true;
}

/* What one anchor says of up: the difference of the clocks there, and its doubt in seconds. */
static bool by_anchor(const struct boot_clock *clock, const struct anchor *a, int64_t up,
        int64_t *ret_ahead, int64_t *ret_doubt)
{
    int64_t pause, far = up > a->up ? up - a->up : a->up - up;

    if (!slept(clock, up < a->up ? up : a->up, up < a->up ? a->up : up, &pause) ||
            __builtin_add_overflow(a->ahead, up < a->up ? -pause : pause, ret_ahead))
        return false;
    *ret_doubt = a->doubt + far / DRIFT / WHEN_NS;
    return true;
}

static int64_t distance(int64_t a, int64_t b)
{
    return a > b ? a - b : b - a;
}

/* How many anchors do not lie behind up. */
static size_t anchors_until(const struct boot_clock *clock, int64_t up)
{
    size_t from = 0, to = clock->nanchors;

    while (from < to) {
        size_t middle = from + (to - from) / 2;

        if (clock->anchors[middle].up <= up)
            from = middle + 1;
        else
            to = middle;
    }
    return from;
}

bool boot_clock_wall(const struct boot_clock *clock, int64_t up, struct when *ret)
{
    size_t behind = anchors_until(clock, up);
    const struct anchor *before = behind != 0 ? &clock->anchors[behind - 1] : NULL;
    const struct anchor *after = behind < clock->nanchors ? &clock->anchors[behind] : NULL;
    const struct anchor *used = before;
    int64_t ahead = 0, doubt = 0, ahead_after, doubt_after;
    bool known = false, known_after;

    if (before != NULL)
        known = by_anchor(clock, before, up, &ahead, &doubt);
    known_after = after != NULL && by_anchor(clock, after, up, &ahead_after, &doubt_after);
    if (known && known_after) {
        int64_t apart = distance(ahead, ahead_after), span = after->up - before->up;

        if (apart <= span / STEADY) { /* drift: a straight line between the two */
            ahead += (int64_t)((double)(ahead_after - ahead) * ((double)(up - before->up)) /
                               (double)span);
            doubt = before->doubt > after->doubt ? before->doubt : after->doubt;
        } else { /* set somewhere between: as before it, or as after it */
            doubt = before->doubt + apart / WHEN_NS + 1;
        }
    } else if (known_after) {
        used = after;
        ahead = ahead_after;
        doubt = doubt_after;
    }
    if ((!known && !known_after) || doubt >= WHEN_DOUBT_MAX ||
            __builtin_add_overflow(ahead, up, &ahead))
        return false;
    ret->ns = ahead;
    ret->basis = used->basis;
    ret->settled = (uint8_t)(used->settled | WHEN_BY_BOOT);
    ret->doubt = (uint16_t)doubt;
    return true;
}
