/* SPDX-License-Identifier: Apache-2.0 */
/*
 * zone_sights: names of zones (systeminfo, event 6013, summer time on the clock of `date`), and
 * offsets: in stamps that name one, in the date that was asked for, in records and boots that stand
 * in two members, once in UTC and once in local time.
 */
#include "zone_sights.h"

#include "limits.h"
#include "zone_names.h"

enum {
    SURE = 3,           /* weight of what needs no second voice */
    ALIKE = 2,          /* of boots that are timed alike: one in a hundred others would be, too */
    MOST_APART = 52200, /* 14.5 hours: the widest zone, and clocks that are a little off */
    QUARTER = 900,      /* zones are whole quarters of an hour ahead */
    CLOSE = 3,          /* seconds that two records of one thing may lie apart */
    RUNS = 1000,        /* boots of one host that are compared, each with each */
};

static void add_sight(struct settle *s, struct sights *told, const struct sight *sight)
{
    if (told->n == told->size) {
        size_t size = told->size != 0 ? told->size * 2 : 64;
        struct sight *bigger = arena_array(&s->scratch, struct sight, size);

        for (size_t i = 0; i < told->n; i++)
            bigger[i] = told->list[i];
        told->list = bigger;
        told->size = size;
    }
    told->list[told->n++] = *sight;
}

/* The first to tell is believed; a second is checked by its offsets. */
static void take_rule(struct settle *s, uint32_t host, const struct zone *zone,
        const struct fact *on, const char *by)
{
    struct host_clock *h = &s->host_clocks[host];

    if (h->ruled)
        return;
    h->ruled = true;
    h->zone = *zone;
    h->on = on;
    h->by = by;
}

static void take_named_zone(struct settle *s, const struct clock_mark *mark)
{
    struct host_clock *h = &s->host_clocks[mark->host];
    int32_t base = (int32_t)int_or(mark->fact, CLOCK_OFFSET, 0);
    struct zone zone;

    if (!has(mark->fact, CLOCK_OFFSET))
        return;
    if (zone_by_name(text_of(mark->fact, CLOCK_ZONE), &base, &zone)) {
        take_rule(s, mark->host, &zone, mark->fact, "the zone that systeminfo names");
    } else if (!h->based) {
        h->based = true;
        h->base = base;
        if (h->on == NULL)
            h->on = mark->fact;
    }
}

static void take_now(struct settle *s, struct sights *told, const struct clock_mark *mark)
{
    const struct fact *f = mark->fact;
    struct sight sight = { .weight = SURE, .host = mark->host, .on = f };
    str name = text_of(f, CLOCK_ZONE);
    struct zone zone;

    sight.by = "the date when the evidence was taken";
    if (has(f, CLOCK_OFFSET))
        sight.offset = (int32_t)int_or(f, CLOCK_OFFSET, 0);
    else if (name.n == 0 || !zone_abbreviation(name, &sight.offset))
        return;
    if (f->when.basis != WHEN_UTC && f->when.basis != WHEN_LOCAL)
        return;
    sight.at = seconds_of(f->when) - (f->when.basis == WHEN_LOCAL ? sight.offset : 0);
    add_sight(s, told, &sight);
    if (zone_by_name(name, NULL, &zone))
        take_rule(s, mark->host, &zone, f, sight.by);
}

static void take_marks(struct settle *s, struct sights *told)
{
    for (size_t i = 0; i < s->nmarks; i++) {
        const struct clock_mark *mark = &s->marks[i];

        if (mark->says == MARK_ZONE) {
            take_named_zone(s, mark);
        } else if (mark->says == MARK_NOW) {
            take_now(s, told, mark);
        } else if (mark->says == MARK_OFFSET && mark->fact->when.basis == WHEN_UTC) {
            const struct sight sight = {
                .at = seconds_of(mark->fact->when),
                .offset = (int32_t)int_or(mark->fact, CLOCK_OFFSET, 0),
                .weight = SURE,
                .host = mark->host,
                .on = mark->fact,
                .by = "stamps that name an offset",
            };

            add_sight(s, told, &sight);
        }
    }
}

/* Event 6013 ends its data with the zone: "60", "-60 W. Europe Standard Time". */
static void take_events(struct settle *s)
{
    for (size_t i = 0; i < s->c->nfacts; i++) {
        const struct fact *f = s->c->facts[i];
        const struct value *data;

        if (f->kind != &kind_EVENT || int_or(f, EVENT_ID, 0) != 6013 ||
                !str_eq_nocase(text_of(f, EVENT_PROVIDER), STR("EventLog")))
            continue;
        data = &f->values[EVENT_DATA];
        for (size_t k = 0; data->type == VALUE_MAP && k < data->m.n; k++) {
            str text = data->m.pairs[k].text;
            size_t blank = str_find_char(text, ' ');
            struct zone zone;

            if (blank != STR_NONE && zone_by_name(str_from(text, blank + 1), NULL, &zone))
                take_rule(s, settle_host(s, f->host), &zone, f, "event 6013");
        }
    }
}

/* The offset of a clock that showed `local` at `utc` (seconds): whole quarters of an hour. */
static bool offset_between(int64_t utc, int64_t local, int32_t *ret)
{
    int64_t apart, rest;

    if (__builtin_sub_overflow(local, utc, &apart) || apart > MOST_APART || apart < -MOST_APART)
        return false;
    *ret = (int32_t)((apart + (apart < 0 ? -QUARTER / 2 : QUARTER / 2)) / QUARTER * QUARTER);
    rest = apart - *ret;
    return rest <= CLOSE && rest >= -CLOSE;
}

/* The facts of one id, host and member stand side by side; the k-th of one is the k-th of another. */
static void pair_members(
        struct settle *s, struct sights *told, const struct twin *a, const struct twin *b, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct sight sight = { .host = a[i].host, .by = "records that stand in two files" };
        const struct twin *utc = a[i].fact->when.basis == WHEN_UTC ? &a[i] : &b[i];
        const struct twin *local = utc == &a[i] ? &b[i] : &a[i];

        if (utc->fact->when.basis != WHEN_UTC || local->fact->when.basis != WHEN_LOCAL)
            continue;
        sight.at = seconds_of(utc->fact->when);
        sight.weight = a[i].weight;
        sight.on = local->fact;
        if (offset_between(sight.at, seconds_of(local->fact->when), &sight.offset))
            add_sight(s, told, &sight);
    }
}

static size_t same_member(const struct twin *t, size_t n)
{
    size_t same = 1;

    while (same < n && t[same].id == t[0].id && t[same].host == t[0].host &&
            t[same].fact->where.member == t[0].fact->where.member)
        same++;
    return same;
}

static void take_twins(struct settle *s, struct sights *told)
{
    for (size_t i = 0; i < s->ntwins;) {
        size_t n = same_member(&s->twins[i], s->ntwins - i), k = i + n;

        for (int others = 0; others < 8 && k < s->ntwins && s->twins[k].id == s->twins[i].id &&
                             s->twins[k].host == s->twins[i].host;
                others++) {
            size_t m = same_member(&s->twins[k], s->ntwins - k);

            if (n == m && n <= LIMIT_FOLD)
                pair_members(s, told, &s->twins[i], &s->twins[k], n);
            k += m;
        }
        i += n;
    }
}

/* Two runs that have one uptime at one moment are of one boot, whatever the wall clocks show. */
static void pair_runs(struct settle *s, struct sights *told, const struct run *utc,
        const struct anchor *a, const struct run *local, const struct anchor *b)
{
    struct sight sight = { .host = local->host, .weight = ALIKE, .on = b->on };
    int64_t at;

    if (utc->host != local->host || a->basis != WHEN_UTC || b->basis != WHEN_LOCAL || a->battery ||
            b->battery || !offset_between(a->ahead / WHEN_NS, b->ahead / WHEN_NS, &sight.offset) ||
            __builtin_add_overflow(b->ahead, b->up, &at))
        return;
    sight.at = at / WHEN_NS - sight.offset;
    sight.by = "boots that two files time";
    add_sight(s, told, &sight);
}

static void take_runs(struct settle *s, struct sights *told)
{
    size_t n = s->nruns < RUNS ? s->nruns : RUNS;
    struct anchor **anchors = arena_array(&s->scratch, struct anchor *, n + 1);
    size_t *counts = arena_array(&s->scratch, size_t, n + 1);

    for (size_t i = 0; i < n; i++) {
        counts[i] = run_anchors(s, &s->runs[i], &anchors[i]);
        clean_anchors(anchors[i], counts[i]);
    }
    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; k < n; k++) {
            if (i == k || counts[i] == 0 || counts[k] == 0)
                continue;
            pair_runs(s, told, &s->runs[i], &anchors[i][0], &s->runs[k], &anchors[k][0]);
            pair_runs(s, told, &s->runs[i], &anchors[i][counts[i] - 1], &s->runs[k],
                    &anchors[k][counts[k] - 1]);
        }
    }
}

void find_sights(struct settle *s, struct sights *ret)
{
    take_marks(s, ret);
    take_events(s);
    take_twins(s, ret);
    take_runs(s, ret);
}
