/* SPDX-License-Identifier: Apache-2.0 */
/*
 * clock_rig: a bench for the stage that settles times: members and facts are put in by hand, run()
 * settles them, want() compares a fact's time.
 */
#pragma once

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "case.h"
#include "derived.h"

enum { RIG_MEMBERS = 8, RIG_HOSTS = 4 };

struct rig {
    struct case_file c;
    struct source sources[RIG_MEMBERS];
    str hosts[RIG_HOSTS];
    uint32_t member, line;
    str host;
    struct time_options options;
};

static inline void rig_start(struct rig *rig)
{
    memset(rig, 0, sizeof(*rig));
    arena_init(&rig->c.arena, 0);
    rig->c.sources = rig->sources;
    rig->c.hosts = rig->hosts;
}

static inline void rig_stop(struct rig *rig)
{
    free(rig->c.facts);
    arena_finish(&rig->c.arena);
}

/* What is put from here on stands in this member and, unless told otherwise, speaks of this host.
 * Hosts are named in the order of their names. */
static inline void rig_member(struct rig *rig, const char *path, const char *host)
{
    rig->sources[rig->c.nsources] = (struct source){ .path = str_z(path) };
    rig->member = (uint32_t)++rig->c.nsources;
    rig->line = 0;
    rig->host = str_z(host);
    for (size_t i = 0; i < rig->c.nhosts; i++) {
        if (str_eq(rig->hosts[i], rig->host))
            return;
    }
    if (rig->host.n != 0)
        rig->hosts[rig->c.nhosts++] = rig->host;
}

/* "2024-02-29T06:07:08Z", without Z local, "02-29T06:07:08" without year ("/1": of the second year of
 * its member), "+12.5" since boot ("/1": of the second boot). */
static inline struct when rig_time(const char *text)
{
    str s = str_z(text);
    struct when w = { 0 };
    uint64_t number;
    char buf[64];
    size_t slash = str_find_char(s, '/');
    str main = str_slice(s, 0, slash);

    if (text == NULL)
        return w;
    if (main.p[0] == '+') {
        double seconds;

        assert_true(str_real(str_from(main, 1), &seconds));
        w = when_monotonic((int64_t)llround(seconds * 1e6) * 1000, 0);
    } else if (main.p[2] == '-') {
        int n = snprintf(buf, sizeof(buf), "1972-%.*s", STR_ARG(main));
        str full = { buf, (size_t)n };

        assert_true(when_take_iso(&full, &w) && full.n == 0);
        w.basis = WHEN_YEARLESS;
    } else {
        assert_true(when_take_iso(&main, &w) && main.n == 0);
    }
    if (slash != STR_NONE) {
        assert_true(str_u64(str_from(s, slash + 1), &number));
        w.boot = (uint16_t)number;
    }
    return w;
}

static inline struct fact *rig_put(
        struct rig *rig, const struct kind *kind, const char *when, const struct value *values)
{
    struct fact fact = { .kind = kind, .values = values, .host = rig->host, .count = 1 };
    const struct fact *kept;

    fact.when = fact.last = rig_time(when);
    fact.where.member = rig->member;
    fact.where.line = ++rig->line;
    fact.where.offset = rig->line * 100u;
    kept = fact_keep(&rig->c.arena, &fact);
    case_append(&rig->c, &kept, 1);
    return (struct fact *)(uintptr_t)kept;
}

/* A mark of the clock; absent parts are NULL and NAN. */
static inline struct fact *rig_mark(struct rig *rig, const char *says, const char *when,
        const char *uptime, const char *wall, double seconds)
{
    const struct value values[CLOCK_NFIELDS] = {
        [CLOCK_SAYS] = value_z(says),
        [CLOCK_UPTIME] = value_time(rig_time(uptime)),
        [CLOCK_WALL] = value_time(rig_time(wall)),
        [CLOCK_SECONDS] = isnan(seconds) ? value_none() : value_real(seconds),
    };

    return rig_put(rig, &kind_CLOCK, when, values);
}

static inline struct fact *rig_anchor(struct rig *rig, const char *wall, const char *uptime)
{
    return rig_mark(rig, "anchor", wall, uptime, wall, NAN);
}

/* What the clock of the machine says of its zone: "offset", "zone" or "now". */
static inline struct fact *rig_zone(struct rig *rig, const char *says, const char *when,
        const int32_t *offset, const char *zone)
{
    const struct value values[CLOCK_NFIELDS] = {
        [CLOCK_SAYS] = value_z(says),
        [CLOCK_WALL] = value_time(rig_time(when)),
        [CLOCK_OFFSET] = offset != NULL ? value_int(*offset) : value_none(),
        [CLOCK_ZONE] = value_z(zone),
    };

    return rig_put(rig, &kind_CLOCK, when, values);
}

static inline struct fact *rig_message(struct rig *rig, const char *when, const char *text)
{
    const struct value values[KERNEL_MESSAGE_NFIELDS] = {
        [KERNEL_MESSAGE_CLASS] = value_z("tcp-memory"),
        [KERNEL_MESSAGE_TEXT] = value_z(text),
    };

    return rig_put(rig, &kind_KERNEL_MESSAGE, when, values);
}

static inline struct fact *rig_event(
        struct rig *rig, const char *when, const char *provider, int64_t id, int64_t record)
{
    const struct value values[EVENT_NFIELDS] = {
        [EVENT_PROVIDER] = value_z(provider),
        [EVENT_ID] = value_int(id),
        [EVENT_RECORD] = record != 0 ? value_int(record) : value_none(),
    };

    return rig_put(rig, &kind_EVENT, when, values);
}

static inline void rig_run(struct rig *rig)
{
    case_settle_times(&rig->c, &rig->options);
}

static inline void want(const struct fact *fact, const char *when, unsigned doubt)
{
    char buf[WHEN_TEXT];
    str got = when_format(fact->when, buf);

    if (!str_eq(got, str_z(when)))
        fail_msg("line %u of member %u: %.*s, want %s", fact->where.line, fact->where.member,
                STR_ARG(got), when);
    if (fact->when.doubt != doubt)
        fail_msg("line %u of member %u: off by up to %u s, want %u", fact->where.line,
                fact->where.member, fact->when.doubt, doubt);
}

static inline void want_note(const struct rig *rig, const char *part)
{
    const struct times *t = rig->c.times;

    for (size_t i = 0; i < t->nnotes; i++) {
        if (str_has(t->notes[i].text, str_z(part)))
            return;
    }
    fail_msg("no note holds \"%s\"%s", part, t->nnotes != 0 ? ", but there are others" : "");
}

static inline bool is_past(const struct fact *fact)
{
    return (fact->when.settled & WHEN_PAST) != 0;
}
