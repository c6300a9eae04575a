/* SPDX-License-Identifier: Apache-2.0 */
/*
 * capture: when evidence was taken. The date and the uptime that were asked for give the boot it was
 * taken in; the date in a file's name gives the time of a snapshot that has none of its own.
 */
#include "boot_ties.h"
#include "zone_sights.h"

#define DAY 86400ll

enum {
    QUARTER = 900,
    MINUTE_DOUBT = 60, /* uptime prints whole minutes */
    NEAR_DOUBT = 600,  /* one command after the other */
    NAME_DOUBT = 60,
};

static size_t common_prefix(str a, str b)
{
    size_t n = 0;

    while (n < a.n && n < b.n && a.p[n] == b.p[n])
        n++;
    return n;
}

/* The mark of that sort and host whose path is nearest; NULL without one. */
static const struct clock_mark *nearest_mark(
        const struct settle *s, enum mark_says says, uint32_t host, str path)
{
    const struct clock_mark *best = NULL;
    size_t longest = 0;

    for (size_t i = 0; i < s->nasked; i++) {
        const struct clock_mark *mark = s->asked[i];
        size_t common;

        if (mark->says != says || mark->host != host)
            continue;
        common = common_prefix(path, settle_path(s, mark->member));
        if (best == NULL || common > longest) {
            best = mark;
            longest = common;
        }
    }
    return best;
}

/* A time of day beside the uptime stands within minutes of the date, in whatever zone. */
static int64_t later_by(const struct clock_mark *uptime, struct when now)
{
    int64_t daytime = int_or(uptime->fact, CLOCK_DAYTIME, 0), apart;

    apart = (daytime - (seconds_of(now) % DAY + DAY) % DAY) % QUARTER;
    if (apart > QUARTER / 2)
        apart -= QUARTER;
    return apart < -QUARTER / 2 ? apart + QUARTER : apart;
}

bool host_capture(const struct settle *s, uint32_t member, uint32_t host, struct anchor *ret)
{
    str path = settle_path(s, member);
    const struct clock_mark *uptime = nearest_mark(s, MARK_UPTIME, host, path), *now;
    double up;
    struct when at;

    if (uptime == NULL)
        return false;
    now = nearest_mark(s, MARK_NOW, host, settle_path(s, uptime->member));
    up = real_or(uptime->fact, CLOCK_SECONDS, -1);
    if (now == NULL || up < 0 || up > 4e9)
        return false;
    at = now->fact->when;
    if (at.basis != WHEN_UTC && at.basis != WHEN_LOCAL)
        return false;
    *ret = (struct anchor){
        .up = (int64_t)(up * (double)WHEN_NS),
        .basis = at.basis,
        .settled = at.settled,
        .doubt = (uint16_t)(at.doubt < 60000 ? at.doubt + NEAR_DOUBT : at.doubt),
        .on = now->fact,
    };
    if (has(uptime->fact, CLOCK_DAYTIME)) {
        at.ns += later_by(uptime, at) * WHEN_NS;
        ret->doubt = (uint16_t)(ret->doubt - NEAR_DOUBT + MINUTE_DOUBT);
    }
    return !__builtin_sub_overflow(at.ns, ret->up, &ret->ahead);
}

/* What was looked at at one moment, with no time in it. */
static bool is_snapshot(const struct fact *f)
{
    static const struct kind *const kinds[] = { &kind_POOL_TAG, &kind_POOL_USAGE, &kind_PROCESS,
        &kind_MEMORY_STATUS, &kind_BEANCOUNTER, &kind_VM_BALLOON, &kind_KERNEL_COUNTER,
        &kind_NET_MEMORY };

    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        if (f->kind == kinds[i])
            return f->when.basis == WHEN_NONE;
    }
    return false;
}

/* "poolmon_20240229-0607.txt": the member's own name, not its folder's, with a time of day. */
static struct when member_time(const struct settle *s, uint32_t member)
{
    str path = settle_path(s, member);
    struct when when;
    bool daytime;

    while (path.n != 0 && path.p[path.n - 1] == '!')
        path.n--;
    for (size_t i = path.n; i > 0; i--) {
        if (path.p[i - 1] == '/' || path.p[i - 1] == '!') {
            path = str_from(path, i);
            break;
        }
    }
    if (!name_date(path, &when, &daytime) || !daytime)
        return (struct when){ 0 };
    return when;
}

void settle_captures(struct settle *s)
{
    uint32_t last = 0;
    struct when when = { 0 };

    for (size_t i = 0; i < s->c->nfacts; i++) {
        struct fact *fact = (struct fact *)(uintptr_t)s->c->facts[i];
        struct when own;

        if (fact->where.member == 0 || !is_snapshot(fact))
            continue;
        if (fact->where.member != last) {
            last = fact->where.member;
            when = member_time(s, last);
        }
        if (when.basis == WHEN_NONE)
            continue;
        own = when;
        own.settled = WHEN_BY_NAME;
        own.doubt = NAME_DOUBT;
        if (to_utc(s, settle_host(s, fact->host), fact, &own))
            s->zones[settle_host(s, fact->host)].used = true;
        fact->when = own;
        fact->last = own;
    }
}
