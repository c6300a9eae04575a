/* SPDX-License-Identifier: Apache-2.0 */
/* matching: which machine of one case is which of the other, and how long each had been up. */
#include "fields.h"
#include "host_names.h"
#include "parts.h"

/* From the boot that a fact names to the last line of the machine's members. */
static double since(const struct case_file *c, str host, struct when boot)
{
    double longest = -1, seconds;

    for (size_t i = 0; i < c->nsources; i++)
        if (str_eq(c->sources[i].host, host) && diff_seconds(boot, c->sources[i].last, &seconds) &&
                seconds > longest)
            longest = seconds;
    return longest;
}

static double larger(double a, double b)
{
    return a > b ? a : b;
}

/* The longest that any fact says: a log that counts from the boot says at least its last line. */
static double uptime_of(const struct case_file *c, str host)
{
    double longest = -1;

    for (size_t i = 0; i < c->nfacts; i++) {
        const struct fact *f = c->facts[i];

        if (f->kind != &kind_HOST || !str_eq(f->host, host))
            continue;
        if (has(f, HOST_UPTIME))
            longest = larger(longest, (double)int_or(f, HOST_UPTIME, 0));
        else if (has(f, HOST_BOOT))
            longest = larger(longest, since(c, host, f->values[HOST_BOOT].t));
    }
    for (size_t i = 0; i < c->nsources; i++) {
        const struct source *s = &c->sources[i];

        if (s->last.basis == WHEN_MONOTONIC && s->last.ns >= WHEN_NS && str_eq(s->host, host))
            longest = larger(longest, (double)s->last.ns / WHEN_NS);
    }
    return longest;
}

struct pairing {
    struct diff_host *hosts;
    size_t n;
    struct host_names names;
    uint32_t *machines; /* [host] number in names; 0 = nameless */
};

static void add_side(
        struct diff *d, struct pairing *p, enum diff_side side, str name, uint32_t machine)
{
    struct diff_host *host = NULL;
    double up = uptime_of(diff_case(d, side), name);

    for (size_t i = 0; i < p->n && host == NULL; i++)
        if (p->machines[i] == machine)
            host = &p->hosts[i];
    if (host == NULL) {
        p->machines[p->n] = machine;
        host = &p->hosts[p->n++];
        *host = (struct diff_host){ .uptime_before = -1, .uptime_after = -1 };
    }
    if (side == SIDE_BEFORE) {
        host->before = name;
        host->in_before = true;
        host->uptime_before = up;
    } else {
        host->after = name;
        host->in_after = true;
        host->uptime_after = up;
    }
}

static bool nameless(const struct case_file *c)
{
    return c->nhosts == 0 || (c->nhosts == 1 && c->hosts[0].n == 0);
}

/* One machine on one side, and none named on the other: taken to be the same. */
static void join_nameless(struct diff *d, struct pairing *p)
{
    const struct case_file *b = diff_case(d, SIDE_BEFORE), *a = diff_case(d, SIDE_AFTER);
    struct diff_host *first = &p->hosts[0], *second = &p->hosts[1];

    if (p->n != 2 || nameless(b) == nameless(a))
        return;
    if (first->in_before && second->in_after) {
        first->after = second->after;
        first->in_after = true;
        first->uptime_after = second->uptime_after;
        p->n = 1;
    }
}

void diff_match_hosts(struct diff *d)
{
    struct pairing p = { 0 };
    size_t most = d->before->file.nhosts + d->after->file.nhosts + 2;

    p.hosts = arena_array(d->arena, struct diff_host, most);
    p.machines = arena_array(d->arena, uint32_t, most);
    host_names_init(&p.names, d->arena);
    for (int side = SIDE_BEFORE; side <= SIDE_AFTER; side++) {
        const struct case_file *c = diff_case(d, (enum diff_side)side);

        for (size_t i = 0; i < c->nhosts; i++)
            (void)host_names_add(&p.names, c->hosts[i]);
    }
    host_names_settle(&p.names);
    for (int side = SIDE_BEFORE; side <= SIDE_AFTER; side++) {
        const struct case_file *c = diff_case(d, (enum diff_side)side);

        for (size_t i = 0; i < c->nhosts; i++)
            add_side(d, &p, (enum diff_side)side, c->hosts[i],
                    host_names_find(&p.names, c->hosts[i]));
        if (c->nhosts == 0 && c->nsources != 0)
            add_side(d, &p, (enum diff_side)side, STR(""), 0);
    }
    join_nameless(d, &p);
    d->hosts = p.hosts;
    d->nhosts = p.n;
}

const struct diff_host *diff_host_of(const struct diff *d, enum diff_side side, str name)
{
    for (size_t i = 0; i < d->nhosts; i++) {
        const struct diff_host *host = &d->hosts[i];

        if (side == SIDE_BEFORE ? host->in_before && str_eq(host->before, name)
                                : host->in_after && str_eq(host->after, name))
            return host;
    }
    /* What belongs to no host belongs to the only one there is. */
    return name.n == 0 && d->nhosts == 1 ? &d->hosts[0] : NULL;
}
