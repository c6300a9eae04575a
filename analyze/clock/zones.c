/* SPDX-License-Identifier: Apache-2.0 */
/*
 * zones: from local time to UTC, host by host. What is told of a zone, and how a stamp is turned
 * by it; zone_sights.c finds what is told.
 *
 * A name gives a rule for all days. A single offset holds as far as no change of clocks may lie
 * between; beyond that the time is off by up to an hour, and says so. What names and offsets say of
 * one moment must agree; where they do not, the name is not believed, and two offsets of one moment
 * leave the zone open.
 */
#include <stdlib.h>

#include "zone_sights.h"

#define DAY 86400ll

enum {
    HOUR = 3600,
    ENOUGH = 3,       /* weight of votes that make an offset */
    SAME_SPELL = 150, /* days between two equal offsets that may hide no two changes */
};

/* Every country that changes its clocks does so in March, April, September, October or November. */
bool may_change_between(int64_t a, int64_t b)
{
    static const struct {
        int from_month, to_month, to_day;
    } windows[] = { { 3, 4, 15 }, { 9, 11, 15 } };
    int64_t from = a < b ? a : b, to = a < b ? b : a;
    int first, last;

    if (to - from >= 300 * DAY)
        return true;
    first = civil_from_ns(from * WHEN_NS).year;
    last = civil_from_ns(to * WHEN_NS).year;
    for (int year = first; year <= last; year++) {
        for (int i = 0; i < 2; i++) {
            const struct civil begin = { .year = year, .month = windows[i].from_month, .day = 1 };
            const struct civil end = {
                .year = year, .month = windows[i].to_month, .day = windows[i].to_day
            };
            int64_t begin_ns, end_ns;

            if (civil_to_ns(&begin, &begin_ns) && civil_to_ns(&end, &end_ns) &&
                    to > begin_ns / WHEN_NS && from < end_ns / WHEN_NS)
                return true;
        }
    }
    return false;
}

/* --- what the sights of a host come to ---------------------------------------------------- */

static bool is_near(const struct sight *a, const struct sight *b)
{
    return !may_change_between(a->at, b->at);
}

/* Votes for and against one sight among those of the same spell of clocks. */
static void count_votes(
        const struct sight *list, size_t n, size_t at, unsigned *ret_for, unsigned *ret_against)
{
    *ret_for = *ret_against = 0;
    for (size_t i = 0; i < n; i++) {
        if (!is_near(&list[i], &list[at]))
            continue;
        if (list[i].offset == list[at].offset)
            *ret_for += list[i].weight;
        else if (list[i].offset != 0)
            *ret_against += list[i].weight;
    }
}

/*
 * Keeps the sights that are told often enough. Programs that write UTC whatever the zone (+00:00)
 * say nothing against another offset. Two offsets of one spell are a contradiction.
 */
static void weigh_sights(struct settle *s, struct host_clock *h, struct sight *list, size_t n)
{
    size_t kept = 0;
    struct sight *good = arena_array(&s->scratch, struct sight, n + 1);

    for (size_t i = 0; i < n; i++) {
        unsigned votes, against, zero = 0;

        count_votes(list, n, i, &votes, &against);
        for (size_t k = 0; list[i].offset == 0 && k < n; k++)
            zero |= list[k].offset != 0 && is_near(&list[k], &list[i]);
        if (votes < ENOUGH || zero != 0 || votes <= 2 * against)
            h->torn |= votes >= ENOUGH && against >= ENOUGH && list[i].offset != 0;
        else
            good[kept++] = list[i];
    }
    h->sights = good;
    h->nsights = kept;
}

/* A rule that a sight speaks against is not the zone of this clock. */
static void check_rule(struct settle *s, struct host_clock *h, uint32_t host)
{
    char told[ZONE_TEXT], seen[ZONE_TEXT];

    for (size_t i = 0; h->ruled && i < h->nsights; i++) {
        int32_t offset = zone_offset(&h->zone, h->sights[i].at);

        if (offset == h->sights[i].offset)
            continue;
        (void)zone_format(offset, told);
        (void)zone_format(h->sights[i].offset, seen);
        settle_note(s, host, h->on != NULL ? h->on->where : (struct span){ 0 },
                "the zone by %s would be %s, but %s show %s: the zone is taken from these", h->by,
                told, h->sights[i].by, seen);
        h->ruled = false;
    }
}

static int compare_sights(const void *a, const void *b)
{
    const struct sight *x = a, *y = b;

    if (x->host != y->host)
        return x->host < y->host ? -1 : 1;
    if (x->at != y->at)
        return x->at < y->at ? -1 : 1;
    if (x->offset != y->offset)
        return x->offset < y->offset ? -1 : 1;
    return (int)y->weight - (int)x->weight;
}

/* Many sights of one offset in a row are two: the first and the last. */
static size_t thin_sights(struct sight *list, size_t n)
{
    size_t kept = 0;

    for (size_t i = 0; i < n; i++) {
        struct sight *last = kept != 0 ? &list[kept - 1] : NULL;

        if (kept >= 2 && last->host == list[i].host && last->offset == list[i].offset &&
                list[kept - 2].host == list[i].host && list[kept - 2].offset == list[i].offset &&
                !may_change_between(list[kept - 2].at, list[i].at)) {
            list[kept - 2].weight = ENOUGH > list[kept - 2].weight + last->weight
                                            ? (uint8_t)(list[kept - 2].weight + last->weight)
                                            : ENOUGH;
            *last = list[i];
            continue;
        }
        list[kept++] = list[i];
    }
    return kept;
}

static void weigh_hosts(struct settle *s, struct sights *told)
{
    size_t n;

    if (told->n != 0)
        qsort(told->list, told->n, sizeof(*told->list), compare_sights);
    n = thin_sights(told->list, told->n);
    for (size_t from = 0, to; from < n; from = to) {
        uint32_t host = told->list[from].host;
        struct host_clock *h = &s->host_clocks[host];

        for (to = from + 1; to < n && told->list[to].host == host; to++)
            ;
        if (to - from > 500)
            h->torn = true; /* no clock changes its zone that often */
        else
            weigh_sights(s, h, &told->list[from], to - from);
        if (h->torn) {
            h->nsights = 0;
            settle_note(s, host, told->list[from].on->where,
                    "stamps of one time name different offsets from UTC: the zone stays open");
        }
    }
    for (uint32_t host = 0; host < s->nhosts; host++)
        check_rule(s, &s->host_clocks[host], host);
}

/* --- turning a stamp ---------------------------------------------------------------------- */

/* Set back over this time: what was written before the step was read the first time. */
static bool before_step(const struct settle *s, const struct fact *fact, int64_t local, bool *ret)
{
    uint32_t member = fact->where.member;

    if (member == 0 || fact->where.line == 0)
        return false;
    for (size_t i = s->first_mark[member]; i < s->first_mark[member + 1]; i++) {
        const struct clock_mark *mark = &s->marks[i];

        if (mark->local_from == INT64_MIN || local < mark->local_from / WHEN_NS - HOUR ||
                local > mark->local_to / WHEN_NS + HOUR)
            continue;
        *ret = fact->where.line < mark->fact->where.line;
        return true;
    }
    return false;
}

static bool by_zone(const struct settle *s, const struct zone *zone, const struct fact *fact,
        int64_t local, int64_t *ret_utc, int64_t *ret_doubt)
{
    int64_t readings[2];
    unsigned n = zone_utc(zone, local, readings);
    bool first;

    *ret_utc = readings[0];
    *ret_doubt = n == 1 ? 0 : HOUR;
    if (n == 2 && before_step(s, fact, local, &first)) {
        *ret_utc = readings[first ? 0 : 1];
        *ret_doubt = 0;
    }
    return true;
}

/* By the nearest sight of an offset. */
static bool by_sights(
        const struct host_clock *h, int64_t local, int64_t *ret_utc, int64_t *ret_doubt)
{
    const struct sight *before = NULL, *after = NULL, *near;

    for (size_t i = 0; i < h->nsights; i++) {
        const struct sight *sight = &h->sights[i];

        if (sight->at + sight->offset <= local)
            before = sight;
        else if (after == NULL)
            after = sight;
    }
    if (before == NULL && after == NULL)
        return false;
    near = before == NULL                                                             ? after
           : after == NULL                                                            ? before
           : local - before->at - before->offset <= after->at + after->offset - local ? before
                                                                                      : after;
    *ret_utc = local - near->offset;
    *ret_doubt = HOUR;
    if (!may_change_between(*ret_utc, near->at) ||
            (before != NULL && after != NULL && before->offset == after->offset &&
                    after->at - before->at < SAME_SPELL * DAY))
        *ret_doubt = 0;
    return true;
}

/* The user's zone is for hosts of which none is known; it may also add the summer time of one of which
 * only the offset without it is. */
static bool by_option(const struct settle *s, const struct host_clock *h)
{
    if (!s->options->zoned)
        return false;
    return !h->based || h->torn || s->options->zone.rule.standard == h->base;
}

bool to_utc(const struct settle *s, uint32_t host, const struct fact *fact, struct when *w)
{
    const struct host_clock *h = &s->host_clocks[host];
    int64_t local = seconds_of(*w), utc, doubt = 0;
    uint8_t how = WHEN_BY_ZONE;

    if (h->ruled) {
        (void)by_zone(s, &h->zone, fact, local, &utc, &doubt);
    } else if (by_sights(h, local, &utc, &doubt)) {
        how = WHEN_BY_ZONE;
    } else if (by_option(s, h)) {
        (void)by_zone(s, &s->options->zone, fact, local, &utc, &doubt);
        how = WHEN_BY_OPTION;
    } else if (h->based && !h->torn) {
        utc = local - h->base; /* or an hour earlier, in summer */
        doubt = HOUR;
    } else {
        return false;
    }
    w->ns += (utc - local) * WHEN_NS;
    w->basis = WHEN_UTC;
    w->settled |= how;
    w->boot = h->clock;
    w->doubt = (uint16_t)(w->doubt + doubt < WHEN_DOUBT_MAX ? w->doubt + doubt : WHEN_DOUBT_MAX);
    return true;
}

static void apply(struct settle *s, const struct fact *fact, uint32_t host, struct when *w)
{
    if (w->basis == WHEN_LOCAL && to_utc(s, host, fact, w))
        s->zones[host].used = true;
}

/* --- what the report says of it ----------------------------------------------------------- */

static str rule_text(struct settle *s, const struct zone *z)
{
    char standard[ZONE_TEXT], summer[ZONE_TEXT];

    (void)zone_format(z->rule.standard, standard);
    (void)zone_format(z->rule.summer, summer);
    if (!z->rule.changes)
        return arena_str(&s->c->arena, str_z(standard));
    return arena_printf(&s->c->arena, "%s, in summer %s", standard, summer);
}

static void describe(struct settle *s, uint32_t host)
{
    const struct host_clock *h = &s->host_clocks[host];
    struct host_zone *zone = &s->zones[host];
    char text[ZONE_TEXT];

    zone->host = settle_host_name(s, host);
    zone->known = true;
    zone->on = h->on;
    zone->by = str_z(h->by);
    if (h->ruled) {
        zone->text = rule_text(s, &h->zone);
    } else if (h->nsights != 0) {
        const struct sight *last = &h->sights[h->nsights - 1];

        zone->text = arena_str(&s->c->arena, zone_format(last->offset, text));
        zone->by = str_z(last->by);
        zone->on = last->on;
    } else if (by_option(s, h)) {
        zone->text = s->options->zone_name;
        zone->by = STR("--tz");
        zone->on = NULL;
    } else if (h->based && !h->torn) {
        zone->text = arena_printf(
                &s->c->arena, "%.*s, summer time not known", STR_ARG(zone_format(h->base, text)));
        zone->by = STR("the zone that systeminfo names");
    } else {
        zone->known = false;
    }
}

/* Before local times turn into UTC: what the clocks showed around a step. */
static void remember_steps(struct settle *s)
{
    for (size_t i = 0; i < s->nmarks; i++) {
        struct clock_mark *mark = &s->marks[i];

        mark->local_from = mark->local_to = INT64_MIN;
        if (mark->says != MARK_STEP || mark->fact->when.basis != WHEN_LOCAL ||
                mark->fact->values[CLOCK_WALL].type != VALUE_TIME)
            continue;
        mark->local_from = mark->fact->when.ns;
        mark->local_to = mark->fact->values[CLOCK_WALL].t.ns;
    }
}

void settle_zones(struct settle *s)
{
    struct sights told = { 0 };

    s->host_clocks = arena_array(&s->scratch, struct host_clock, s->nhosts);
    for (uint32_t host = 0; host < s->nhosts; host++)
        s->host_clocks[host].clock = settle_clock(s);
    remember_steps(s);
    find_sights(s, &told);
    weigh_hosts(s, &told);
    for (uint32_t host = 0; host < s->nhosts; host++)
        describe(s, host);
    settle_each(s, apply);
}
