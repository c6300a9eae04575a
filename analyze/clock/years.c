/* SPDX-License-Identifier: Apache-2.0 */
/*
 * years: the year of stamps that have none. Within a member the parser has numbered them (a new one
 * begins where the stamps go back by months), so one year decides all. What tells it, in this order:
 *
 *   dated lines of the same member; the same record in a member that has dates;
 *   borders that the newest stamp cannot lie behind: the date when the evidence was taken, the date
 *   in the file's name, the file's time in the archive: the earliest of them;
 *   the battery clock; the file that was rotated after it; dated lines of the same host.
 *
 * A 29 February must fall into a leap year.
 */
#include <stdlib.h>

#include "settle.h"

#define DAY_NS (86400 * WHEN_NS)
/* Zones and clocks that are a little off. */
#define SLACK_NS DAY_NS
#define QUARTER_NS (92 * DAY_NS)

enum {
    ROTATIONS = 2000
}; /* every member is looked for among all: more year-less logs are nobody's */

enum year_by {
    BY_NONE,
    BY_LINES,
    BY_TWIN,
    BY_NOW,
    BY_NAME,
    BY_MTIME,
    BY_BATTERY,
    BY_ROTATION,
    BY_HOST,
};

static const char *const by_texts[] = {
    [BY_NONE] = "nothing",
    [BY_LINES] = "dated lines of the same file",
    [BY_TWIN] = "the same record in another file",
    [BY_NOW] = "the date when the evidence was taken",
    [BY_NAME] = "the date in its name",
    [BY_MTIME] = "its time in the archive",
    [BY_BATTERY] = "the battery clock at boot",
    [BY_ROTATION] = "the rotation of its log",
    [BY_HOST] = "other files of its host",
};

/* Earlier dates are what clocks begin with. */
#define OLDEST_NS (800000000 * WHEN_NS) /* 1995 */

/* The year-less stamps of one member. */
struct span_of_years {
    bool any, backwards;
    struct when oldest, newest;
    uint16_t turns; /* years begun between them */
    uint32_t host;
    enum year_by by;
    int year;           /* of the newest stamp */
    int64_t border;     /* which it does not lie behind */
    enum year_by limit; /* what sets the border; BY_NONE = nothing */
};

/* Dated facts of one host. */
struct host_span {
    int64_t first, last, now; /* now: of marks that say so; INT64_MIN = none */
};

struct years {
    struct settle *s;
    struct span_of_years *members; /* [nsources + 1] */
    const uint32_t *list;          /* those with year-less stamps */
    size_t n;
    struct host_span *hosts;
};

static bool is_leap(int year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

/* The stamp in that year; false for 29 February of a plain year. */
static bool in_year(struct when w, int year, int64_t *ret_ns)
{
    struct civil c = civil_from_ns(w.ns);

    c.year = year;
    return civil_to_ns(&c, ret_ns);
}

/* Years between a stamp with this number and the newest one. */
static int behind(const struct span_of_years *m, uint16_t number)
{
    return m->backwards ? number : m->turns - number;
}

static void collect_spans(struct years *y)
{
    for (size_t i = 0; i < y->s->nmarks; i++) {
        const struct clock_mark *mark = &y->s->marks[i];
        struct span_of_years *m = &y->members[mark->member];
        struct when wall = mark->fact->values[CLOCK_WALL].t;

        if (mark->says != MARK_YEARS && mark->says != MARK_YEARS_BACKWARDS)
            continue;
        m->any = true;
        m->backwards = mark->says == MARK_YEARS_BACKWARDS;
        m->oldest = m->backwards ? wall : mark->fact->when;
        m->newest = m->backwards ? mark->fact->when : wall;
        m->turns = wall.boot;
        m->host = mark->host;
    }
}

/* Whether the leap days of the member fall into leap years if the newest stamp is of this one. */
static bool leaps(const struct years *y, uint32_t member, int year)
{
    const struct span_of_years *m = &y->members[member];

    for (size_t i = y->s->first_mark[member]; i < y->s->first_mark[member + 1]; i++) {
        const struct clock_mark *mark = &y->s->marks[i];

        if (mark->says == MARK_LEAP_DAY && !is_leap(year - behind(m, mark->fact->when.boot)))
            return false;
    }
    return true;
}

/* Two records that name different years: neither is believed more. */
static void settle_on(struct years *y, uint32_t member, int year, enum year_by by)
{
    struct span_of_years *m = &y->members[member];

    if (m->by == BY_NONE) {
        m->by = by;
        m->year = year;
    } else if (m->year != year) {
        settle_note(y->s, m->host, (struct span){ .member = member },
                "stamps without a year: %s says %d, %s says %d", by_texts[m->by], m->year,
                by_texts[by], year);
    }
}

static void not_after(struct span_of_years *m, int64_t border, enum year_by by)
{
    if (border < OLDEST_NS || border > INT64_MAX - SLACK_NS ||
            (m->limit != BY_NONE && border >= m->border))
        return;
    m->border = border;
    m->limit = by;
}

/* The latest year in which the newest stamp is not behind the border. */
static bool year_before(const struct years *y, uint32_t member, int64_t border, int *ret)
{
    const struct span_of_years *m = &y->members[member];
    int year = civil_from_ns(border).year;

    for (int i = 0; i < 9; i++, year--) {
        int64_t ns;

        if (in_year(m->newest, year, &ns) && ns <= border + SLACK_NS && leaps(y, member, year)) {
            *ret = year;
            return true;
        }
    }
    return false;
}

/* The year that brings a stamp nearest to a dated instant. */
static int nearest_year(struct when stamp, int64_t dated)
{
    int middle = civil_from_ns(dated).year, best = middle;
    int64_t least = INT64_MAX;

    for (int year = middle - 1; year <= middle + 1; year++) {
        int64_t ns, apart;

        if (!in_year(stamp, year, &ns) || __builtin_sub_overflow(ns, dated, &apart))
            continue;
        if (apart < 0)
            apart = -apart;
        if (apart < least) {
            least = apart;
            best = year;
        }
    }
    return best;
}

static struct when stamp_of(const struct clock_mark *mark)
{
    return mark->fact->values[CLOCK_WALL].type == VALUE_TIME ? mark->fact->values[CLOCK_WALL].t
                                                             : mark->fact->when;
}

/* The nearest year-less mark of the same member, its own line first. */
static const struct clock_mark *neighbour(const struct settle *s, size_t at)
{
    uint32_t member = s->marks[at].member;
    size_t from = s->first_mark[member], to = s->first_mark[member + 1];

    for (size_t step = 0; step < to - from; step++) {
        for (int side = 0; side < 2; side++) {
            size_t k = side == 0 ? at - step : at + step;
            const struct clock_mark *mark = &s->marks[k];

            if (k < from || k >= to || mark->says == MARK_YEARS ||
                    mark->says == MARK_YEARS_BACKWARDS)
                continue;
            if (mark->fact->when.basis == WHEN_YEARLESS)
                return mark;
        }
    }
    return NULL;
}

/* Dated and year-less marks of one member: lines of two forms in one log. */
static void by_lines(struct years *y, bool battery)
{
    const struct settle *s = y->s;

    for (size_t i = 0; i < s->nmarks; i++) {
        struct when dated = stamp_of(&s->marks[i]);
        struct span_of_years *m = &y->members[s->marks[i].member];
        const struct clock_mark *mark;

        if (!is_wall(dated) || !m->any || m->by != BY_NONE || dated.ns < OLDEST_NS ||
                (s->marks[i].says == MARK_RTC) != battery)
            continue;
        mark = neighbour(s, i);
        if (mark != NULL)
            settle_on(y, s->marks[i].member,
                    nearest_year(mark->fact->when, dated.ns) + behind(m, mark->fact->when.boot),
                    battery ? BY_BATTERY : BY_LINES);
    }
}

static void by_twins(struct years *y)
{
    const struct settle *s = y->s;

    for (size_t from = 0, to; from < s->ntwins; from = to) {
        for (to = from + 1; to < s->ntwins && s->twins[to].id == s->twins[from].id; to++)
            ;
        for (size_t i = from; i < to && to - from <= 8; i++) {
            const struct fact *f = s->twins[i].fact;
            struct span_of_years *m = &y->members[f->where.member];

            if (f->when.basis != WHEN_YEARLESS || !m->any || s->twins[i].weight != TWIN_STRONG)
                continue;
            for (size_t k = from; k < to; k++) {
                const struct fact *other = s->twins[k].fact;
                int year = nearest_year(f->when, other->when.ns);
                int64_t ns;

                if (!is_wall(other->when) || s->twins[k].host != s->twins[i].host ||
                        !in_year(f->when, year, &ns) || ns > other->when.ns + SLACK_NS ||
                        ns < other->when.ns - SLACK_NS)
                    continue;
                settle_on(y, f->where.member, year + behind(m, f->when.boot), BY_TWIN);
            }
        }
    }
}

static str base_name(str path)
{
    if (str_ends(path, STR("!")))
        path.n--;
    for (size_t i = path.n; i > 0; i--) {
        if (path.p[i - 1] == '/' || path.p[i - 1] == '!')
            return str_from(path, i);
    }
    return path;
}

/* The date in the name of the file, else of the nearest folder that has one. */
static bool path_date(str path, struct when *ret)
{
    bool daytime;

    while (path.n != 0) {
        str name = base_name(path);

        if (name_date(name, ret, &daytime))
            return true;
        path.n = (size_t)(name.p - path.p);
        if (path.n != 0)
            path.n--;
    }
    return false;
}

static void by_borders(struct years *y)
{
    for (size_t i = 0; i < y->n; i++) {
        uint32_t member = y->list[i];
        struct span_of_years *m = &y->members[member];
        const struct source *source = &y->s->c->sources[member - 1];
        struct when date;
        int year;

        not_after(m, y->hosts[m->host].now, BY_NOW);
        if (path_date(source->path, &date))
            not_after(m, date.ns + DAY_NS, BY_NAME);
        if (source->mtime > 0 && source->mtime < INT64_MAX / WHEN_NS)
            not_after(m, source->mtime * WHEN_NS, BY_MTIME);
        if (m->limit == BY_NONE || !year_before(y, member, m->border, &year))
            continue;
        if (m->by == BY_NONE || m->year > year)
            settle_on(y, member, year, m->limit);
    }
}

/* "messages.2.gz!" -> "messages" and 2; a log without a number is number 0. */
static str rotation(str path, uint64_t *ret_number)
{
    str stem = path, tail;
    size_t dot;

    if (str_ends(stem, STR("!")))
        stem.n--;
    for (size_t i = 0; i < 4; i++) {
        static const str packed[] = { STR_INIT(".gz"), STR_INIT(".xz"), STR_INIT(".bz2"),
            STR_INIT(".zst") };

        if (str_ends(stem, packed[i]))
            stem.n -= packed[i].n;
    }
    *ret_number = 0;
    dot = str_rfind_char(stem, '.');
    tail = dot != STR_NONE ? str_from(stem, dot + 1) : STR("");
    if (tail.n != 0 && tail.n <= 3 && str_u64(tail, ret_number))
        stem.n = dot;
    return stem;
}

/* The file that was begun when this one was put away: its oldest stamp comes after our newest. */
static bool by_rotation(struct years *y, uint32_t member)
{
    uint64_t number, other_number;
    str stem = rotation(settle_path(y->s, member), &number);

    for (size_t i = 0; i < y->n && number != 0; i++) {
        const struct span_of_years *later = &y->members[y->list[i]];
        int64_t ns;
        int year;

        if (later->by == BY_NONE ||
                !str_eq(rotation(settle_path(y->s, y->list[i]), &other_number), stem) ||
                other_number + 1 != number ||
                !in_year(later->oldest, later->year - later->turns, &ns) ||
                !year_before(y, member, ns, &year))
            continue;
        settle_on(y, member, year, BY_ROTATION);
        return true;
    }
    return false;
}

static void by_rotations(struct years *y)
{
    bool more = y->n <= ROTATIONS;

    while (more) {
        more = false;
        for (size_t i = 0; i < y->n; i++) {
            if (y->members[y->list[i]].by == BY_NONE)
                more |= by_rotation(y, y->list[i]);
        }
    }
}

/* The newest stamp within a quarter of the host's dated ones, and no other year would do. */
static void by_host(struct years *y, uint32_t member)
{
    const struct span_of_years *m = &y->members[member];
    const struct host_span *host = &y->hosts[m->host];
    int64_t ns;
    int year;

    if (m->by != BY_NONE || host->last < host->first)
        return;
    year = nearest_year(m->newest, host->last);
    if (in_year(m->newest, year, &ns) && ns < host->last + QUARTER_NS &&
            ns > host->first - QUARTER_NS && leaps(y, member, year))
        settle_on(y, member, year, BY_HOST);
}

static void collect_hosts(struct years *y)
{
    const struct settle *s = y->s;

    y->hosts = arena_array(&y->s->scratch, struct host_span, s->nhosts);
    for (uint32_t h = 0; h < s->nhosts; h++)
        y->hosts[h] = (struct host_span){ INT64_MAX, INT64_MIN, INT64_MIN };
    for (size_t i = 0; i < s->c->nfacts; i++) {
        const struct fact *f = s->c->facts[i];
        struct host_span *h;

        if (!is_wall(f->when) || f->when.ns < OLDEST_NS)
            continue;
        h = &y->hosts[settle_host(y->s, f->host)];
        h->first = f->when.ns < h->first ? f->when.ns : h->first;
        h->last = f->when.ns > h->last ? f->when.ns : h->last;
        if (f->kind == &kind_CLOCK && str_eq(text_of(f, CLOCK_SAYS), STR("now")) &&
                f->when.ns > h->now)
            h->now = f->when.ns;
    }
}

static void apply(struct settle *s, const struct fact *fact, uint32_t host, struct when *w)
{
    const struct span_of_years *members = s->years, *m = &members[fact->where.member];
    int64_t ns;

    (void)host;
    if (w->basis != WHEN_YEARLESS || m->by == BY_NONE ||
            !in_year(*w, m->year - behind(m, w->boot), &ns))
        return;
    w->ns = ns;
    w->basis = WHEN_LOCAL;
    w->boot = 0;
    w->settled |= WHEN_BY_YEAR;
}

void settle_years(struct settle *s)
{
    struct years y = {
        .s = s,
        .members = arena_array(&s->scratch, struct span_of_years, s->c->nsources + 1),
    };
    uint32_t *list = arena_array(&s->scratch, uint32_t, s->c->nsources + 1);

    collect_spans(&y);
    for (uint32_t m = 1; m <= s->c->nsources; m++) {
        if (y.members[m].any)
            list[y.n++] = m;
    }
    if (y.n == 0)
        return;
    y.list = list;
    collect_hosts(&y);
    by_lines(&y, false);
    by_twins(&y);
    by_borders(&y);
    by_lines(&y, true);
    by_rotations(&y);
    for (size_t i = 0; i < y.n; i++)
        by_host(&y, list[i]);
    s->years = y.members;
    settle_each(s, apply);
}
