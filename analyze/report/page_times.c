/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The timeline of the text report: the evidence of the findings and the boots, each with its first
 * and last time; programs get the rest of it. And what is to be known of the clocks that it is read
 * from: by which zone, whose are ahead, what stays open.
 */
#include <stdlib.h>

#include "page.h"

/* To the minute is what is shown. */
enum { EXACT = 60 };

enum { DAY = sizeof("2012-03-04") - 1, DAYTIME = sizeof("01:50") - 1 };

static bool same_day(str a, str b)
{
    return str_eq(str_slice(a, 0, DAY), str_slice(b, 0, DAY));
}

/*
 * "about" for what may be off by a minute or more, "local" for what no zone is known of. The day stands
 * where it begins.
 */
static str moment_text(struct page *t, struct when when, const struct timeline_item *before)
{
    struct arena *a = &t->arena;
    str text = page_clock(a, when);

    if (when.basis <= WHEN_LOCAL && before != NULL && before->when.basis <= WHEN_LOCAL &&
            same_day(text, page_clock(a, before->when)))
        text = str_from(text, DAY + 1);
    return arena_printf(a, "%s%.*s%s", when.doubt >= EXACT ? "about " : "", STR_ARG(text),
            when.basis == WHEN_LOCAL ? " local" : "");
}

/* ", 14 times until 01:50": the day only where it is another one. */
static str repeats_text(struct page *t, const struct timeline_item *item)
{
    struct arena *a = &t->arena;
    str first = page_clock(a, item->when), last = page_clock(a, item->last);

    if (item->count < 2)
        return STR("");
    if (!when_comparable(item->when, item->last) || str_eq(first, last))
        return arena_printf(a, ", %llu times", (unsigned long long)item->count);
    if (item->when.basis <= WHEN_LOCAL && same_day(first, last))
        last = str_slice(last, DAY + 1, DAY + 1 + DAYTIME);
    return arena_printf(
            a, ", %llu times until %.*s", (unsigned long long)item->count, STR_ARG(last));
}

static bool page_shows(const struct page *t, const struct timeline_item *item)
{
    if (item->finding != NULL && item->finding->severity < t->options->min_severity)
        return false;
    return item->rank <= RANK_BOOT;
}

static int by_rank(const void *a, const void *b)
{
    const struct timeline_item *x = *(const struct timeline_item *const *)a;
    const struct timeline_item *y = *(const struct timeline_item *const *)b;

    if (x->rank != y->rank)
        return (int)x->rank - (int)y->rank;
    return (x < y) - (x > y); /* the latest first */
}

static int by_place(const void *a, const void *b)
{
    const struct timeline_item *x = *(const struct timeline_item *const *)a;
    const struct timeline_item *y = *(const struct timeline_item *const *)b;

    return (x > y) - (x < y);
}

/* What all happened in one minute needs no order. */
static bool is_one_moment(struct page *t, const struct timeline_item *const *items, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        if (!when_comparable(items[i]->when, items[0]->when) ||
                !str_eq(page_clock(&t->arena, items[i]->when),
                        page_clock(&t->arena, items[0]->when)))
            return false;
    }
    return true;
}

void page_timeline(struct page *t)
{
    const struct report *r = t->r;
    const struct timeline_item **items =
            arena_array(&t->arena, const struct timeline_item *, r->ntimeline + 1);
    struct section s;
    size_t n = 0, shown;

    for (size_t i = 0; i < r->ntimeline; i++) {
        if (page_shows(t, &r->timeline[i]))
            items[n++] = &r->timeline[i];
    }
    if (is_one_moment(t, items, n))
        return;
    shown = n < MOMENTS ? n : MOMENTS;
    qsort(items, n, sizeof(struct timeline_item *), by_rank);
    qsort(items, shown, sizeof(struct timeline_item *), by_place);
    s = page_section(t, "timeline");
    for (size_t i = 0; i < shown; i++) {
        const struct timeline_item *item = items[i];
        bool named = r->nhosts > 1 && item->host.n != 0;

        page_row(t, &s,
                arena_printf(&t->arena, "%.*s  %.*s%s%.*s%.*s",
                        STR_ARG(moment_text(t, item->when, i != 0 ? items[i - 1] : NULL)),
                        STR_ARG(named ? item->host : STR("")), named ? ": " : "",
                        STR_ARG(item->text), STR_ARG(repeats_text(t, item))),
                places_text(&t->places, &t->arena, item->where), QUOTE_LINES);
    }
    if (shown < n)
        page_row(t, &s, arena_printf(&t->arena, "and %zu more that matter less", n - shown),
                (str){ NULL, 0 }, 0);
}

static void put_clock_row(
        struct page *t, struct section *s, size_t *rows, str host, str text, struct span where)
{
    if (*rows == 0)
        *s = page_section(t, "clocks");
    if ((*rows)++ >= LISTED)
        return;
    if (host.n != 0 && t->r->nhosts > 1)
        text = arena_printf(&t->arena, "%.*s: %.*s", STR_ARG(host), STR_ARG(text));
    page_row(t, s, text, places_text(&t->places, &t->arena, where), 0);
}

void page_clocks(struct page *t)
{
    const struct times *times = t->r->file->times;
    struct section s = { NULL, 0, 0 };
    size_t rows = 0;

    if (times == NULL)
        return;
    for (size_t i = 0; i < times->nnotes; i++)
        put_clock_row(
                t, &s, &rows, times->notes[i].host, times->notes[i].text, times->notes[i].where);
    for (size_t i = 0; i < times->nzones; i++) {
        const struct host_zone *zone = &times->zones[i];

        put_clock_row(t, &s, &rows, zone->host,
                arena_printf(&t->arena, "local times are read as %.*s, by %.*s",
                        STR_ARG(zone->text), STR_ARG(zone->by)),
                zone->on != NULL ? zone->on->where : (struct span){ 0 });
    }
    if (rows > LISTED)
        page_row(
                t, &s, arena_printf(&t->arena, "and %zu more", rows - LISTED), (str){ NULL, 0 }, 0);
}
