/* SPDX-License-Identifier: Apache-2.0 */
#include "clock_watch.h"

#include <math.h>

#include "limits.h"

/*
 * Wall clocks of logs have seconds, time since boot has microseconds, and a line is written a little
 * after it is said. Differences below these are no news: a fall is, earlier than a rise, because
 * delays only ever add.
 */
#define FALL_NS (3 * WHEN_NS / 2)
#define RISE_NS (3 * WHEN_NS)
/* Clocks that are set back: above what threads that write one log get out of order, below what a
 * log put together of several goes back. */
#define BACK_NS (120 * WHEN_NS)
#define BACK_MOST_NS (26 * 3600 * WHEN_NS)
#define DAY_NS (86400 * WHEN_NS)
/* Back by more than half a year: the next year has begun. */
#define YEAR_TURN_NS (183 * DAY_NS)

enum {
    HOSTS = 64,
    STEPS = 8, /* a clock that is set back more often is no clock: the lines are not in order */
};

/* What was told of the clock of one host. */
struct host_clock {
    uint64_t host; /* hash of its name */
    bool anchored, named;
    uint16_t boot;
    enum when_basis basis; /* of the anchor's wall clock */
    int64_t ahead;         /* wall clock less time since boot, as told last */
    int32_t offset;
    struct when last; /* newest stamp with a date */
    unsigned steps;
};

struct clock_watch {
    struct host_clock hosts[HOSTS];
    unsigned nhosts, said;
    bool newest_first, capped;
    bool yearless, leap_said;
    uint16_t year;
    struct when first, last; /* year-less stamps */
    struct line line;        /* of the last one; s is not kept */
};

static struct clock_watch *watch_of(struct parse *in)
{
    if (in->clock == NULL)
        in->clock = arena_new(in->scratch, struct clock_watch);
    return in->clock;
}

/* NULL when there are too many hosts in one log. */
static struct host_clock *host_clock(struct clock_watch *w, str host)
{
    uint64_t hash = str_hash(host);

    for (unsigned i = 0; i < w->nhosts; i++) {
        if (w->hosts[i].host == hash)
            return &w->hosts[i];
    }
    if (w->nhosts == HOSTS)
        return NULL;
    w->hosts[w->nhosts] = (struct host_clock){ .host = hash };
    return &w->hosts[w->nhosts++];
}

void clock_say(struct parse *in, const struct line *line, const struct clock_say *say)
{
    struct clock_watch *w = watch_of(in);
    const struct value values[CLOCK_NFIELDS] = {
        [CLOCK_SAYS] = value_z(say->says),
        [CLOCK_UPTIME] = value_time(say->uptime),
        [CLOCK_WALL] = value_time(say->wall),
        [CLOCK_OFFSET] = say->offset != NULL ? value_int(*say->offset) : value_none(),
        [CLOCK_ZONE] = value_text(say->zone),
        [CLOCK_DAYTIME] = say->daytime != NULL ? value_int(*say->daytime) : value_none(),
        [CLOCK_SECONDS] = isnan(say->seconds) ? value_none() : value_real(say->seconds),
    };

    if (w->said < LIMIT_CLOCKS) {
        w->said++;
        emit(in, &kind_CLOCK, line, say->when, values);
    } else if (!w->capped) {
        w->capped = true;
        parse_diag(in, DIAG_NOTE, "clock.cap", line,
                STR("what later lines say of clocks is not followed"));
    }
}

/* The year-less stamps of a member, in order, begin a new year where they go back by months. */
static void count_years(
        struct parse *in, struct clock_watch *w, const struct line *line, struct when *when)
{
    int64_t forth;
    struct civil c = civil_from_ns(when->ns);

    if (w->yearless) {
        forth = w->newest_first ? w->last.ns - when->ns : when->ns - w->last.ns;
        if (forth < -YEAR_TURN_NS && w->year < WHEN_BOOT_MAX) {
            w->year++;
            w->leap_said = false;
        }
    } else {
        w->first = *when;
    }
    when->boot = w->year;
    w->yearless = true;
    w->last = *when;
    w->line = *line;
    if (c.month == 2 && c.day == 29 && !w->leap_said) {
        w->leap_said = true;
        clock_say(
                in, line, &(struct clock_say){ .says = "leap-day", .when = *when, .seconds = NAN });
    }
}

static void see_offset(
        struct parse *in, struct host_clock *h, const struct line *line, const struct stamp *s)
{
    if (!s->named || s->zulu || (h->named && h->offset == s->offset))
        return;
    h->named = true;
    h->offset = s->offset;
    clock_say(in, line,
            &(struct clock_say){
                    .says = "offset", .when = s->when, .offset = &s->offset, .seconds = NAN });
}

/* A clock that was set back shows times again that were there before. */
static void see_order(struct parse *in, const struct clock_watch *w, struct host_clock *h,
        const struct line *line, struct when when)
{
    bool back = !w->newest_first && when_comparable(h->last, when) &&
                when.ns < h->last.ns - BACK_NS && when.ns > h->last.ns - BACK_MOST_NS;

    if (back && ++h->steps == STEPS + 1)
        parse_diag(in, DIAG_NOTE, "clock.disorder", line,
                STR("stamps go back again and again: the lines are not in order of time"));
    if (back && h->steps <= STEPS)
        clock_say(in, line,
                &(struct clock_say){ .says = "step",
                        .when = when,
                        .wall = h->last,
                        .seconds = ((double)when.ns - (double)h->last.ns) / (double)WHEN_NS });
    h->last = when;
}

static void see_anchor(
        struct parse *in, struct host_clock *h, const struct line *line, const struct stamp *s)
{
    int64_t ahead;

    if (s->uptime < 0 || __builtin_sub_overflow(s->when.ns, s->uptime, &ahead))
        return;
    if (h->anchored && h->boot == s->boot && h->basis == s->when.basis &&
            ahead > h->ahead - FALL_NS && ahead < h->ahead + RISE_NS)
        return;
    h->anchored = true;
    h->boot = s->boot;
    h->basis = s->when.basis;
    h->ahead = ahead;
    clock_say(in, line,
            &(struct clock_say){ .says = "anchor",
                    .when = s->when,
                    .uptime = when_monotonic(s->uptime, s->boot),
                    .wall = s->when,
                    .seconds = NAN });
}

static bool is_wall(enum when_basis basis)
{
    return basis == WHEN_UTC || basis == WHEN_LOCAL || basis == WHEN_YEARLESS;
}

void clock_see(struct parse *in, const struct line *line, str host, struct stamp *s)
{
    struct clock_watch *w = watch_of(in);
    struct host_clock *h;
    str before = in->host;

    if (!is_wall(s->when.basis))
        return;
    if (host.n != 0)
        in->host = host; /* told while the member still stands at another's */
    if (s->when.basis == WHEN_YEARLESS)
        count_years(in, w, line, &s->when);
    h = host_clock(w, in->host);
    if (h != NULL) {
        see_offset(in, h, line, s);
        see_order(in, w, h, line, s->when);
        see_anchor(in, h, line, s);
    }
    in->host = before;
}

struct when clock_line(struct parse *in, const struct line *line, struct when before, str *ret_rest)
{
    struct stamp stamp;

    *ret_rest = line->s;
    if (!stamp_take_named(ret_rest, &stamp))
        return before;
    clock_see(in, line, STR(""), &stamp);
    return stamp.when;
}

void clock_newest_first(struct parse *in)
{
    watch_of(in)->newest_first = true;
}

void clock_finish(struct parse *in)
{
    struct clock_watch *w = in->clock;

    if (w == NULL || !w->yearless)
        return;
    w->line.s = STR("");
    clock_say(in, &w->line,
            &(struct clock_say){ .says = w->newest_first ? "years-backwards" : "years",
                    .when = w->first,
                    .wall = w->last,
                    .seconds = NAN });
}
