/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whose facts are whose. Members name their machine in many ways (VZ1, vz1, vz1.example.net) or not
 * at all. Spellings are made one; where the content of a member is silent, its place speaks:
 *
 *     the one host of the nearest folder that has one        web1/proc/meminfo beside web1/messages
 *     a name of which other places show that it is a host's  MPS/FS2_poolmon.txt, because there is
 *                                                            MPS/DC1_poolmon.txt that speaks of DC1
 *     the name that a collector gave to what it collected    sosreport-web2-2026-03-04-ab12cd/
 *     the folder, where several hold a whole machine         node-a/proc/meminfo, node-b/proc/meminfo
 *     the only host of the case
 *
 * else the fact belongs to no host.
 */
#include <stdlib.h>
#include <string.h>

#include "case.h"
#include "case_layout.h"
#include "host_names.h"
#include "must.h"

#define HOST_NONE 0U
#define HOST_MANY UINT32_MAX /* more than one */

/* What is known of one place, by its path; the same table holds the marks of layouts. */
struct place {
    str path;
    uint32_t host; /* number of the host, or HOST_ */
    bool used, named;
};

struct table {
    struct place *places; /* open addressing */
    size_t n, size;
};

/* A name that only the layout gives, for the place that it speaks of. */
struct layout_name {
    str place, name;
    uint32_t spelling;
};

struct settle {
    struct case_file *c;
    struct arena arena;
    struct host_names names;
    uint32_t *of_source, *of_fact; /* spellings */
    struct table places, marks;
    struct layout_name *layout;
    size_t nlayout, layout_size;
};

static size_t find_slot(const struct table *t, str path)
{
    size_t at = str_hash(path) & (t->size - 1);

    while (t->places[at].used && !str_eq(t->places[at].path, path))
        at = (at + 1) & (t->size - 1);
    return at;
}

static void grow(struct table *t)
{
    struct place *old = t->places;
    size_t size = t->size;

    t->size = size != 0 ? size * 2 : 256;
    t->places = must(calloc(t->size, sizeof(*t->places)));
    for (size_t i = 0; i < size; i++) {
        if (old[i].used)
            t->places[find_slot(t, old[i].path)] = old[i];
    }
    free(old);
}

static struct place *find_place(struct table *t, str path)
{
    size_t at;

    if (t->n * 2 >= t->size)
        grow(t);
    at = find_slot(t, path);
    if (!t->places[at].used) {
        t->places[at] = (struct place){ .path = path, .used = true };
        t->n++;
    }
    return &t->places[at];
}

/* NULL when it was never noted. */
static const struct place *look_up(const struct table *t, str path)
{
    const struct place *p = t->size != 0 ? &t->places[find_slot(t, path)] : NULL;

    return p != NULL && p->used ? p : NULL;
}

static uint32_t host_at(const struct settle *s, str place)
{
    const struct place *p = look_up(&s->places, place);

    return p != NULL ? p->host : HOST_NONE;
}

static void note(struct settle *s, str path, uint32_t host)
{
    if (host == HOST_NONE)
        return;
    do {
        struct place *p = find_place(&s->places, path);

        if (p->host == HOST_MANY || p->host == host)
            return; /* so are all around it */
        p->host = p->host == HOST_NONE ? host : HOST_MANY;
    } while (place_up(&path));
}

static void note_content(struct settle *s)
{
    const struct case_file *c = s->c;
    uint32_t member = 0, before = 0;

    for (size_t i = 0; i < c->nsources; i++)
        note(s, c->sources[i].path, host_names_host(&s->names, s->of_source[i]));
    for (size_t i = 0; i < c->nfacts; i++) {
        uint32_t host = host_names_host(&s->names, s->of_fact[i]);

        if (c->facts[i]->where.member == 0 ||
                (c->facts[i]->where.member == member && host == before))
            continue; /* facts of a host come in runs */
        member = c->facts[i]->where.member;
        before = host;
        note(s, c->sources[member - 1].path, host);
    }
}

/* The host that a place is called after; HOST_NONE when it is called something else. */
static uint32_t named_after(const struct settle *s, str place)
{
    return host_names_find(&s->names, place_name(place));
}

/* What stands around a place, and what stands in it up to the member, as one key. */
static str make_mark(struct settle *s, str member, str place)
{
    str name = place_name(place), around = place, key;
    size_t begin;
    char *p;

    (void)place_up(&around);
    begin = (size_t)(name.p - place.p);
    key.n = begin + 1 + (member.n - place.n);
    p = arena_buffer(&s->arena, key.n);
    memcpy(p, place.p, begin);
    p[begin] = '\0';
    memcpy(p + begin + 1, member.p + place.n, member.n - place.n);
    key.p = p;
    return key;
}

/* Notes where each member stands in a place that is called after the one host it speaks of. */
static void mark_patterns(struct settle *s)
{
    for (size_t i = 0; i < s->c->nsources; i++) {
        str member = s->c->sources[i].path, place = member;

        while (place_up(&place)) {
            uint32_t host = host_at(s, place);

            if (host == HOST_MANY)
                break; /* so are all around it */
            if (host != HOST_NONE && named_after(s, place) == host)
                find_place(&s->marks, make_mark(s, member, place))->host = host;
        }
    }
}

static void add_layout(struct settle *s, str place, str name)
{
    struct place *p = find_place(&s->marks, place);

    if (p->named)
        return;
    p->named = true;
    if (s->nlayout == s->layout_size) {
        s->layout_size = s->layout_size != 0 ? s->layout_size * 2 : 16;
        s->layout = must(realloc(s->layout, s->layout_size * sizeof(*s->layout)));
    }
    s->layout[s->nlayout++] = (struct layout_name){ .place = place, .name = name };
}

/* A member where the same member of another host stands in a place of that host's name. */
static void name_by_pattern(struct settle *s, str member)
{
    str place = member;

    while (place_up(&place) && place.n != 0) {
        if (host_at(s, place) == HOST_NONE &&
                look_up(&s->marks, make_mark(s, member, place)) != NULL)
            add_layout(s, place, place_name(place));
    }
}

static void name_by_collector(struct settle *s, str member)
{
    str place = member, name;

    do {
        if (host_at(s, place) == HOST_NONE &&
                place_names_host(str_from(place, (size_t)(place_name(place).p - place.p)), &name))
            add_layout(s, place, name);
    } while (place_up(&place));
}

/* Several folders with the files of a whole machine: as many machines, whatever they are called. */
static void name_machines(struct settle *s)
{
    const struct case_file *c = s->c;
    str first = { NULL, 0 }, folder;
    bool several = false;

    for (size_t i = 0; i < c->nsources && !several; i++) {
        if (!place_machine(c->sources[i].path, &folder))
            continue;
        several = first.p != NULL && !str_eq(first, folder);
        first = folder;
    }
    for (size_t i = 0; i < c->nsources && several; i++) {
        if (place_machine(c->sources[i].path, &folder) && host_at(s, folder) == HOST_NONE)
            add_layout(s, folder, place_name(folder));
    }
}

static void read_layout(struct settle *s)
{
    size_t marks;

    mark_patterns(s);
    marks = s->marks.n;
    for (size_t i = 0; i < s->c->nsources; i++) {
        if (marks != 0)
            name_by_pattern(s, s->c->sources[i].path);
        name_by_collector(s, s->c->sources[i].path);
    }
    name_machines(s);
    for (size_t i = 0; i < s->nlayout; i++)
        s->layout[i].spelling = host_names_add(&s->names, s->layout[i].name);
    if (s->nlayout == 0)
        return;
    host_names_settle(&s->names);
    for (size_t i = 0; i < s->places.size; i++)
        s->places.places[i].host = HOST_NONE;
    note_content(s);
    for (size_t i = 0; i < s->nlayout; i++)
        note(s, s->layout[i].place, host_names_host(&s->names, s->layout[i].spelling));
}

/*
 * A folder may be called after a host that speaks elsewhere. A file is not: "mail.log" is no log of
 * the host "mail", nor are all files that begin with "event_" of one machine.
 */
static uint32_t host_of_place(const struct settle *s, str member, str place)
{
    uint32_t host = host_at(s, place);
    bool prefix = place.n != 0 && place.p[place.n - 1] == '_';

    if (host != HOST_NONE && host != HOST_MANY)
        return !prefix || named_after(s, place) == host ? host : HOST_NONE;
    if (host == HOST_NONE && (prefix || place.n == member.n))
        return HOST_NONE;
    return named_after(s, place);
}

static uint32_t host_of_member(const struct settle *s, uint32_t member)
{
    str path = s->c->sources[member - 1].path, place = path;
    uint32_t host;

    do
        host = host_of_place(s, path, place);
    while (host == HOST_NONE && place_up(&place));
    return host;
}

static str name_of(const struct settle *s, uint32_t host)
{
    return host != HOST_NONE ? s->names.names[host - 1] : STR("");
}

static void collect(struct settle *s)
{
    struct case_file *c = s->c;

    arena_init(&s->arena, 0);
    host_names_init(&s->names, &s->arena);
    s->of_source = arena_array(&s->arena, uint32_t, c->nsources + 1);
    s->of_fact = arena_array(&s->arena, uint32_t, c->nfacts + 1);
    for (size_t i = 0; i < c->nsources; i++)
        s->of_source[i] = host_names_add(&s->names, c->sources[i].host);
    for (size_t i = 0; i < c->nfacts; i++)
        s->of_fact[i] = host_names_add(&s->names, c->facts[i]->host);
    host_names_settle(&s->names);
}

void case_settle_hosts(struct case_file *c)
{
    struct settle s = { .c = c };
    str *names;

    collect(&s);
    note_content(&s);
    read_layout(&s);
    for (size_t i = 0; i < c->nsources; i++)
        c->sources[i].host = name_of(&s, host_of_member(&s, (uint32_t)i + 1));
    for (size_t i = 0; i < c->nfacts; i++) {
        struct fact *fact = (struct fact *)(uintptr_t)c->facts[i];
        uint32_t host = host_names_host(&s.names, s.of_fact[i]);

        if (host != HOST_NONE)
            fact->host = name_of(&s, host);
        else if (fact->where.member != 0)
            fact->host = c->sources[fact->where.member - 1].host;
        else
            fact->host = STR("");
    }
    names = arena_array(&c->arena, str, s.names.n + 1);
    if (s.names.n != 0)
        memcpy(names, s.names.names, s.names.n * sizeof(*names));
    c->hosts = names;
    c->nhosts = s.names.n;
    free(s.places.places);
    free(s.marks.places);
    free(s.layout);
    arena_finish(&s.arena);
}
