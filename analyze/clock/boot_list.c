/* SPDX-License-Identifier: Apache-2.0 */
/*
 * boot_list: signs that stand close together are of one boot. How boots ended is told by events 6006
 * and 13 (shut down), 6008 and 41 (noticed at the next start). What lies before the last boot of its
 * host is marked as past.
 */
#include <stdlib.h>

#include "boot_signs.h"
#include "derived.h"

/* What tells of one boot stands within this: services start minutes after the kernel. */
#define SPAN_NS (300 * WHEN_NS)
/* So long after a boot a system reports how the one before ended. */
#define START_NS (1800 * WHEN_NS)

enum {
    MOST_SIGNS = 256, /* of one boot */
    /* Seconds: nobody sets a battery clock while the machine is off, so it does not tell what was said
     * shortly before a boot and what since. */
    BATTERY_DOUBT = 3600,
};

static int compare_signs(const void *a, const void *b)
{
    const struct sign *x = a, *y = b;

    if (x->host != y->host)
        return x->host < y->host ? -1 : 1;
    if (x->at.basis != y->at.basis)
        return x->at.basis < y->at.basis ? -1 : 1;
    if (x->at.ns != y->at.ns)
        return x->at.ns < y->at.ns ? -1 : 1;
    if (x->sort != y->sort)
        return x->sort < y->sort ? -1 : 1;
    if (x->on->where.member != y->on->where.member)
        return x->on->where.member < y->on->where.member ? -1 : 1;
    return (x->on->where.offset > y->on->where.offset) -
           (x->on->where.offset < y->on->where.offset);
}

/* One sort of sign that a member gives twice is of two boots; an uptime may be told every day. */
static bool repeats(const struct sign *list, size_t from, size_t to, const struct sign *next)
{
    if (next->sort == SORT_COUNTED || next->sort == SORT_STATED)
        return false;
    for (size_t i = from; i < to; i++) {
        if (list[i].sort == next->sort && list[i].on->where.member == next->on->where.member &&
                (next->sort != SORT_SERVICE ||
                        int_or(list[i].on, EVENT_ID, 0) == int_or(next->on, EVENT_ID, 0)))
            return true;
    }
    return false;
}

static struct boot make_boot(const struct settle *s, const struct sign *list, size_t n)
{
    const struct sign *best = &list[0];
    struct boot boot = { .host = settle_host_name(s, list[0].host) };

    for (size_t i = 1; i < n; i++) {
        if (list[i].sort < best->sort ||
                (list[i].sort == best->sort && list[i].at.doubt < best->at.doubt))
            best = &list[i];
    }
    boot.at = best->at;
    if (best->battery)
        boot.at.doubt = (uint16_t)(boot.at.doubt < WHEN_DOUBT_MAX - BATTERY_DOUBT
                                           ? boot.at.doubt + BATTERY_DOUBT
                                           : WHEN_DOUBT_MAX);
    boot.by = str_z(best->by);
    boot.on = best->on;
    return boot;
}

/* The boots of a case while they are made: boots[i] is of host number hosts[i]. By host, UTC before
 * local, time. */
struct boots {
    struct boot *list;
    uint32_t *hosts;
    size_t n;
    uint32_t *of_group; /* [id of a boot_group]: index plus one */
    size_t ids;         /* these are below it */
};

static void cluster(struct settle *s, const struct signs *signs, struct boots *b)
{
    const struct sign *list = signs->list;

    for (size_t from = 0, to; from < signs->n; from = to) {
        for (to = from + 1;
                to < signs->n && to - from < MOST_SIGNS && list[to].host == list[from].host &&
                list[to].at.basis == list[from].at.basis &&
                list[to].at.ns - list[from].at.ns <= SPAN_NS + list[to].at.doubt * WHEN_NS &&
                !repeats(list, from, to, &list[to]);
                to++)
            ;
        b->list[b->n] = make_boot(s, &list[from], to - from);
        b->hosts[b->n++] = list[from].host;
        for (size_t i = from; i < to; i++)
            b->of_group[list[i].group] = (uint32_t)b->n;
    }
    b->of_group[0] = 0; /* signs without a group */
}

static bool is_after(const struct boots *b, size_t i, uint32_t host, struct when at)
{
    if (b->hosts[i] != host)
        return b->hosts[i] > host;
    if (b->list[i].at.basis != at.basis)
        return b->list[i].at.basis > at.basis;
    return b->list[i].at.ns > at.ns;
}

/* The boot of that host in which an instant lies. */
static struct boot *boot_at(const struct boots *b, uint32_t host, struct when at)
{
    size_t from = 0, to = b->n;

    while (from < to) {
        size_t middle = from + (to - from) / 2;

        if (is_after(b, middle, host, at))
            to = middle;
        else
            from = middle + 1;
    }
    return from != 0 && b->hosts[from - 1] == host && b->list[from - 1].at.basis == at.basis
                   ? &b->list[from - 1]
                   : NULL;
}

/* Shutdowns belong to the boot before; what notices a crash stands at the start of the one behind. */
static void take_ends(struct settle *s, const struct boots *b)
{
    for (size_t i = 0; i < s->c->nfacts; i++) {
        const struct fact *f = s->c->facts[i];
        uint32_t host = settle_host(s, f->host);
        struct boot *boot;
        bool clean, cut;
        int64_t id;

        if (f->kind != &kind_EVENT || !is_wall(f->when))
            continue;
        id = int_or(f, EVENT_ID, 0);
        clean = (id == 6006 && event_is_from(f, "EventLog")) ||
                (id == 13 && event_is_from(f, "Kernel-General"));
        cut = (id == 6008 && event_is_from(f, "EventLog")) ||
              (id == 41 && event_is_from(f, "Kernel-Power"));
        boot = clean || cut ? boot_at(b, host, f->when) : NULL;
        if (boot == NULL)
            continue;
        if (clean) {
            boot->down = f->when;
            boot->end = BOOT_END_CLEAN;
        } else if (boot > b->list && b->hosts[boot - b->list - 1] == host &&
                   boot[-1].at.basis == boot->at.basis && boot[-1].end != BOOT_END_CLEAN) {
            boot[-1].end = BOOT_END_CUT;
        }
    }
}

/* --- what is past ------------------------------------------------------------------------- */

struct past {
    const struct boot **last; /* [host * 2 + local]: NULL = no boot known */
    const struct boots *boots;
    bool *followed; /* [id of a boot_group]: another boot begins behind it in the same member */
};

static void find_followed(const struct settle *s, bool *followed)
{
    for (size_t i = 0; i < s->nruns; i++) {
        const struct run *run = &s->runs[i], *next = run + 1;

        if (run->backwards)
            followed[run->group->id] |= run->boot > 0;
        else if (i + 1 < s->nruns)
            followed[run->group->id] |= next->member == run->member && next->host == run->host;
    }
    if (s->clocks == WHEN_BOOT_MAX)
        followed[WHEN_BOOT_MAX] = false; /* ids beyond what there is room for say nothing */
}

static bool is_past(const struct past *p, uint32_t host, struct when w)
{
    const struct boot *last;

    if (w.basis == WHEN_MONOTONIC)
        return w.boot < p->boots->ids && p->followed[w.boot];
    if (!is_wall(w))
        return false;
    last = p->last[host * 2 + (w.basis == WHEN_LOCAL)];
    if (last == NULL)
        return false;
    if ((w.settled & WHEN_BY_BOOT) != 0 && w.boot < p->boots->ids &&
            p->boots->of_group[w.boot] != 0)
        return &p->boots->list[p->boots->of_group[w.boot] - 1] != last;
    return w.ns + w.doubt * WHEN_NS < last->at.ns - last->at.doubt * WHEN_NS;
}

/* What a start says of the end before it. */
static bool looks_back(const struct fact *f)
{
    int64_t id;

    if (f->kind == &kind_BUGCHECK)
        return true;
    if (f->kind != &kind_EVENT)
        return false;
    id = int_or(f, EVENT_ID, 0);
    return (id == 6008 && event_is_from(f, "EventLog")) ||
           (id == 41 && event_is_from(f, "Kernel-Power")) ||
           (id == 1001 && (event_is_from(f, "WER-SystemErrorReporting") ||
                                  event_is_from(f, "BugCheck"))) ||
           (id == 1003 && event_is_from(f, "System Error"));
}

static bool at_last_start(const struct past *p, uint32_t host, struct when w)
{
    const struct boot *last = is_wall(w) ? p->last[host * 2 + (w.basis == WHEN_LOCAL)] : NULL;

    return last != NULL && w.ns < last->at.ns + START_NS;
}

static void mark_past(struct settle *s, const struct past *p)
{
    for (size_t i = 0; i < s->c->nfacts; i++) {
        struct fact *fact = (struct fact *)(uintptr_t)s->c->facts[i];
        uint32_t host = settle_host(s, fact->host);

        bool back = looks_back(fact);

        if (is_past(p, host, fact->when) || (back && at_last_start(p, host, fact->when)))
            fact->when.settled |= WHEN_PAST;
        if (is_past(p, host, fact->last) || (back && at_last_start(p, host, fact->last)))
            fact->last.settled |= WHEN_PAST;
    }
}

static struct fact *boot_fact(struct arena *a, const struct boot *b)
{
    static const char *const ends[] = { NULL, "clean", "cut" };
    const struct value values[BOOT_NFIELDS] = {
        [BOOT_AT] = value_time(b->at),
        [BOOT_DOWN] = value_time(b->down),
        [BOOT_END] = value_z(ends[b->end]),
        [BOOT_LAST] = value_bool(b->last),
        [BOOT_BY] = value_text(b->by),
    };
    const struct fact fact = {
        .kind = &kind_BOOT,
        .where = b->on->where,
        .quote = b->on->quote,
        .when = b->at,
        .last = b->at,
        .count = 1,
        .host = b->host,
        .values = values,
    };

    return fact_keep(a, &fact);
}

/* Boots by a clock of unknown zone are the same ones again where others are in UTC. */
static void publish(struct settle *s, const struct past *past)
{
    const struct boots *b = past->boots;
    struct boot *list = arena_array(&s->c->arena, struct boot, b->n + 1);
    const struct fact **facts = arena_array(&s->scratch, const struct fact *, b->n + 1);
    size_t n = 0, nfacts = 0;

    for (size_t i = 0; i < b->n; i++) {
        uint32_t host = b->hosts[i];
        bool local = b->list[i].at.basis == WHEN_LOCAL;

        if (local && past->last[host * 2] != NULL)
            continue;
        list[n] = b->list[i];
        list[n].last = past->last[host * 2 + local] == &b->list[i];
        if (!list[n].last)
            list[n].at.settled |= WHEN_PAST;
        facts[nfacts] = boot_fact(&s->c->arena, &list[n++]);
        nfacts += facts[nfacts] != NULL;
    }
    s->times->boots = list;
    s->times->nboots = n;
    case_append(s->c, facts, nfacts);
}

void list_boots(struct settle *s)
{
    struct signs signs;
    size_t ids = (size_t)s->clocks + 1;
    struct boots b = { .of_group = arena_array(&s->scratch, uint32_t, ids), .ids = ids };
    struct past past = {
        .last = arena_array(&s->scratch, const struct boot *, 2 * s->nhosts),
        .boots = &b,
        .followed = arena_array(&s->scratch, bool, ids),
    };

    find_boot_signs(s, &signs);
    if (signs.n != 0)
        qsort(signs.list, signs.n, sizeof(*signs.list), compare_signs);
    b.list = arena_array(&s->scratch, struct boot, signs.n + 1);
    b.hosts = arena_array(&s->scratch, uint32_t, signs.n + 1);
    cluster(s, &signs, &b);
    take_ends(s, &b);
    for (size_t i = 0; i < b.n; i++)
        past.last[b.hosts[i] * 2 + (b.list[i].at.basis == WHEN_LOCAL)] = &b.list[i];
    find_followed(s, past.followed);
    mark_past(s, &past);
    publish(s, &past);
}
