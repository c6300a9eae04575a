/* SPDX-License-Identifier: Apache-2.0 */
/* The parts of the JSON report that are about times: the timeline, and how clocks were read. */
#include "json_parts.h"

static void put_settled(struct jsonw *w, struct when when)
{
    static const struct {
        enum when_settled bit;
        const char *name;
    } ways[] = { { WHEN_BY_YEAR, "year" }, { WHEN_BY_ZONE, "zone" }, { WHEN_BY_OPTION, "option" },
        { WHEN_BY_BOOT, "boot" }, { WHEN_BY_NAME, "name" } };

    jsonw_array_inline(w, "settled");
    for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
        if ((when.settled & ways[i].bit) != 0)
            jsonw_z(w, NULL, ways[i].name);
    }
    jsonw_end_array(w);
}

static void put_timeline(
        struct jsonw *w, const struct report *r, const struct render_options *options)
{
    jsonw_array(w, "timeline");
    for (size_t i = 0; i < r->ntimeline; i++) {
        const struct timeline_item *item = &r->timeline[i];

        char id[13] = "";

        if (item->finding != NULL && json_shown(item->finding, options))
            finding_id(item->finding, id);
        jsonw_object_inline(w, NULL);
        jsonw_when(w, "when", item->when);
        jsonw_when(w, "last", item->last);
        jsonw_int(w, "count", (int64_t)item->count);
        jsonw_str_or_null(w, "host", item->host);
        jsonw_str(w, "text", item->text);
        json_put_place(w, r, item->where);
        jsonw_str_or_null(w, "finding", str_z(id));
        jsonw_bool(w, "history", (item->when.settled & WHEN_PAST) != 0);
        jsonw_int(w, "doubt", item->when.doubt);
        put_settled(w, item->when);
        jsonw_end_object(w);
    }
    jsonw_end_array(w);
}

static void put_zones(struct jsonw *w, const struct report *r, const struct times *t)
{
    jsonw_array(w, "zones");
    for (size_t i = 0; i < t->nzones; i++) {
        const struct host_zone *zone = &t->zones[i];

        jsonw_object_inline(w, NULL);
        jsonw_str_or_null(w, "host", zone->host);
        jsonw_str(w, "zone", zone->text);
        jsonw_str(w, "by", zone->by);
        json_put_place(w, r, zone->on != NULL ? zone->on->where : (struct span){ 0 });
        jsonw_end_object(w);
    }
    jsonw_end_array(w);
}

static void put_boots(struct jsonw *w, const struct report *r, const struct times *t)
{
    static const char *const ends[] = { NULL, "clean", "cut" };

    jsonw_array(w, "boots");
    for (size_t i = 0; i < t->nboots; i++) {
        const struct boot *boot = &t->boots[i];

        jsonw_object_inline(w, NULL);
        jsonw_str_or_null(w, "host", boot->host);
        jsonw_when(w, "at", boot->at);
        jsonw_int(w, "doubt", boot->at.doubt);
        jsonw_when(w, "down", boot->down);
        jsonw_str_or_null(w, "end", str_z(ends[boot->end]));
        jsonw_bool(w, "last", boot->last);
        jsonw_str(w, "by", boot->by);
        json_put_place(w, r, boot->on->where);
        jsonw_end_object(w);
    }
    jsonw_end_array(w);
}

static void put_skews(struct jsonw *w, const struct times *t)
{
    jsonw_array(w, "skews");
    for (size_t i = 0; i < t->nskews; i++) {
        const struct skew *skew = &t->skews[i];

        jsonw_object_inline(w, NULL);
        jsonw_str(w, "host", skew->b);
        jsonw_str(w, "ahead_of", skew->a);
        jsonw_int(w, "seconds", skew->ahead / WHEN_NS);
        jsonw_int(w, "doubt", skew->doubt);
        jsonw_int(w, "anchors", (int64_t)skew->anchors);
        jsonw_end_object(w);
    }
    jsonw_end_array(w);
}

/* How the times of the case were read. */
static void put_clocks(struct jsonw *w, const struct report *r)
{
    static const struct times none = { 0 };
    const struct times *t = r->file->times != NULL ? r->file->times : &none;

    jsonw_object(w, "clocks");
    put_zones(w, r, t);
    put_boots(w, r, t);
    put_skews(w, t);
    jsonw_array(w, "notes");
    for (size_t i = 0; i < t->nnotes; i++) {
        jsonw_object_inline(w, NULL);
        jsonw_str_or_null(w, "host", t->notes[i].host);
        jsonw_str(w, "text", t->notes[i].text);
        json_put_place(w, r, t->notes[i].where);
        jsonw_end_object(w);
    }
    jsonw_end_array(w);
    jsonw_end_object(w);
}

void json_put_times(struct jsonw *w, const struct report *r, const struct render_options *options)
{
    put_timeline(w, r, options);
    put_clocks(w, r);
}
