/* SPDX-License-Identifier: Apache-2.0 */
/*
 * settle: the work table of case_settle_times. Steps run in this order, each on what the ones before
 * made of the facts: years (year-less to local), zones (local to UTC), boots (monotonic to wall),
 * captures (times of snapshots by file name), boot list, skew, restriction.
 */
#pragma once

#include "boot_clock.h"
#include "case.h"
#include "fields.h"
#include "limits.h"
#include "times.h"

enum mark_says {
    MARK_OTHER,
    MARK_ANCHOR,
    MARK_RTC,
    MARK_BOOT,
    MARK_SUSPEND,
    MARK_RESUME,
    MARK_SUSPENDED,
    MARK_OFFSET,
    MARK_ZONE,
    MARK_NOW,
    MARK_UPTIME,
    MARK_STEP,
    MARK_LEAP_DAY,
    MARK_YEARS,
    MARK_YEARS_BACKWARDS,
};

/* A fact of kind clock. */
struct clock_mark {
    const struct fact *fact;
    enum mark_says says;
    uint32_t host, member;
    int64_t local_from, local_to; /* of a step: what local clocks showed twice, ns */
};

/* Two or more facts that say the same thing: one of them, in order of id, host, member, line. */
struct twin {
    uint64_t id;
    const struct fact *fact;
    uint32_t host;
    uint8_t weight; /* how surely the same id means the same thing: TWIN_ */
};
enum { TWIN_WEAK = 1, TWIN_STRONG = 3 };

/* One boot as one member tells it; see runs.c. */
struct run {
    uint32_t member, host;
    uint16_t boot;
    bool backwards;            /* the member's newest line comes first */
    int64_t first_up, last_up; /* ns since boot */
    const struct clock_mark **marks;
    size_t nmarks;
    const struct anchor *anchors; /* sorted, cleaned */
    size_t nanchors;
    size_t same; /* another run of the same boot; itself */
    struct boot_group *group;
};

/* One boot of a host. */
struct boot_group {
    uint32_t host, member; /* of the first run */
    uint16_t boot, id;     /* id: in the case, see struct when */
    bool backwards;
    struct boot_clock clock;
    bool known; /* at is */
    struct when at;
    const char *by;
    const struct fact *on;
};

struct settle {
    struct case_file *c;
    const struct time_options *options;
    struct arena scratch;
    struct clock_mark *marks; /* in the order of the facts */
    size_t nmarks;
    const size_t *first_mark;        /* [member]; [nsources + 1] ends the last */
    const struct clock_mark **asked; /* what date and uptime printed */
    size_t nasked;
    const struct span_of_years *years; /* [member] */
    const struct twin *twins;
    size_t ntwins;
    uint32_t nhosts;                /* hosts of the case and, as number 0, "no host" */
    uint16_t clocks;                /* ids handed out, see struct when */
    struct host_clock *host_clocks; /* [nhosts] */
    struct host_zone *zones;        /* [nhosts]: what the report says of them */
    struct run *runs;               /* by member, host, boot */
    size_t nruns;
    struct boot_group *groups;
    size_t ngroups;
    struct times *times;
    struct time_note notes[LIMIT_CLOCK_NOTES];
    size_t nnotes, notes_fallen;
    uint32_t last_host; /* the look-up before */
    str last_name;
};

uint32_t settle_host(struct settle *s, str name); /* 0 = none, or not one of the case */
str settle_host_name(const struct settle *s, uint32_t host);
uint16_t settle_clock(struct settle *s); /* a new id; the last one again when there are too many */

/* Calls fn for every time of every fact. The since-boot values of clock facts are left alone. */
void settle_each(struct settle *s,
        void (*fn)(struct settle *s, const struct fact *fact, uint32_t host, struct when *w));

/* Something that a reader should know; told once. */
void settle_note(struct settle *s, uint32_t host, struct span where, const char *format, ...)
        __attribute__((format(printf, 4, 5)));

/* The path of a fact's member; absent for derived facts. */
str settle_path(const struct settle *s, uint32_t member);

static inline int64_t seconds_of(struct when w)
{
    return w.ns / WHEN_NS - (w.ns % WHEN_NS < 0);
}

static inline bool is_wall(struct when w)
{
    return w.basis == WHEN_UTC || w.basis == WHEN_LOCAL;
}

/* The steps, in their order. */
void find_twins(struct settle *s);
void settle_years(struct settle *s);
void list_runs(struct settle *s);
void settle_zones(struct settle *s);
void settle_boots(struct settle *s);
void settle_captures(struct settle *s);
void list_boots(struct settle *s);
void find_skew(struct settle *s);
void restrict_facts(struct settle *s);

/* NULL when the member has no such run. */
struct run *find_run(const struct settle *s, uint32_t member, uint32_t host, uint16_t boot);
/* Moments of which a run tells wall clock and time since boot, sorted by the latter. */
size_t run_anchors(struct settle *s, const struct run *run, struct anchor **ret);

/* A date in a file name, "messages-20240229", "poolmon_2024-02-29_06.07.08.txt": LOCAL, with or
 * without a time of day. */
bool name_date(str name, struct when *ret, bool *ret_daytime);
