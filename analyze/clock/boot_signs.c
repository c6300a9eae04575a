/* SPDX-License-Identifier: Apache-2.0 */
/*
 * boot_signs: what tells of a boot: anchored time since boot, what systeminfo and uptime say, events
 * 12, 6005, 6009 and 41 at a start, 6013 with the uptime, the first line of a kernel in a log.
 */
#include "boot_signs.h"

#include "boot_ties.h"

static void add_sign(struct signs *signs, uint32_t host, struct when at, uint16_t doubt,
        enum sort sort, const char *by, const struct fact *on)
{
    if (!is_wall(at))
        return;
    at.doubt = (uint16_t)(at.doubt < WHEN_DOUBT_MAX - doubt ? at.doubt + doubt : WHEN_DOUBT_MAX);
    signs->list[signs->n++] = (struct sign){ host, at, sort, by, on, 0, false };
}

/* The first number of the data of event 6013 is the uptime. */
static bool uptime_data(const struct fact *f, int64_t *ret_ns)
{
    const struct value *data = &f->values[EVENT_DATA];
    str message = text_of(f, EVENT_MESSAGE);
    uint64_t seconds;

    for (size_t i = 0; data->type == VALUE_MAP && i < data->m.n; i++) {
        if (str_u64(data->m.pairs[i].text, &seconds) && seconds < 1ull << 32) {
            *ret_ns = (int64_t)seconds * WHEN_NS;
            return true;
        }
    }
    /* "The system uptime is 86400 seconds." */
    while (message.n != 0 && !is_digit(message.p[0]))
        message = str_from(message, 1);
    if (!str_take_u64(&message, &seconds) || seconds >= 1ull << 32)
        return false;
    *ret_ns = (int64_t)seconds * WHEN_NS;
    return true;
}

bool event_is_from(const struct fact *f, const char *provider)
{
    str name = text_of(f, EVENT_PROVIDER);

    (void)str_take_nocase(&name, STR("Microsoft-Windows-"));
    return str_eq_nocase(name, str_z(provider));
}

static void take_event(struct settle *s, struct signs *signs, const struct fact *f)
{
    uint32_t host = settle_host(s, f->host);
    int64_t id = int_or(f, EVENT_ID, 0), up;
    struct when at = f->when;

    if (event_is_from(f, "EventLog")) {
        if (id == 6005 || id == 6009)
            add_sign(signs, host, at, 120, SORT_SERVICE, "the start of the event log", f);
        else if (id == 6013 && uptime_data(f, &up) && !__builtin_sub_overflow(at.ns, up, &at.ns))
            add_sign(signs, host, at, 2, SORT_COUNTED, "event 6013", f);
    } else if (event_is_from(f, "Kernel-General") && id == 12) {
        str start = value_map_get(&f->values[EVENT_DATA], STR("StartTime"));
        struct when told;

        if (when_take_iso(&start, &told) && told.basis == WHEN_UTC)
            at = told;
        add_sign(signs, host, at, 5, SORT_START, "event 12", f);
    } else if (event_is_from(f, "Kernel-Power") && id == 41) {
        add_sign(signs, host, at, 120, SORT_CUT, "event 41", f);
    }
}

static void take_facts(struct settle *s, struct signs *signs)
{
    for (size_t i = 0; i < s->c->nfacts; i++) {
        const struct fact *f = s->c->facts[i];

        if (f->kind == &kind_EVENT)
            take_event(s, signs, f);
        else if (f->kind == &kind_HOST && f->values[HOST_BOOT].type == VALUE_TIME)
            add_sign(signs, settle_host(s, f->host), f->values[HOST_BOOT].t, 2, SORT_STATED,
                    "the boot time that the system states", f);
    }
    for (size_t i = 0; i < s->nmarks; i++) {
        const struct clock_mark *mark = &s->marks[i];

        if (mark->says == MARK_BOOT && !has(mark->fact, CLOCK_UPTIME))
            add_sign(signs, mark->host, mark->fact->when, 120, SORT_BANNER,
                    "the first line of the kernel", mark->fact);
    }
}

static void take_groups(struct settle *s, struct signs *signs)
{
    for (size_t i = 0; i < s->ngroups; i++) {
        const struct boot_group *g = &s->groups[i];

        if (!g->known)
            continue;
        add_sign(signs, g->host, g->at, 0, SORT_UPTIME, g->by, g->on);
        signs->list[signs->n - 1].group = g->id;
        signs->list[signs->n - 1].battery = g->clock.anchors[0].battery;
    }
}

static void take_captures(struct settle *s, struct signs *signs)
{
    for (size_t i = 0; i < s->nasked; i++) {
        const struct clock_mark *mark = s->asked[i];
        struct anchor a;
        struct when at = { 0 };

        if (mark->says != MARK_UPTIME || !host_capture(s, mark->member, mark->host, &a))
            continue;
        at = (struct when){
            .ns = a.ahead, .basis = a.basis, .settled = a.settled, .doubt = a.doubt
        };
        add_sign(signs, mark->host, at, 0, SORT_STATED, "date and uptime", a.on);
    }
}

void find_boot_signs(struct settle *s, struct signs *ret)
{
    size_t most = s->nmarks + s->ngroups + s->nasked + 1;

    for (size_t i = 0; i < s->c->nfacts; i++)
        most += s->c->facts[i]->kind == &kind_EVENT || s->c->facts[i]->kind == &kind_HOST;
    *ret = (struct signs){ arena_room(&s->scratch, struct sign, most), 0 };
    take_groups(s, ret);
    take_facts(s, ret);
    take_captures(s, ret);
}
