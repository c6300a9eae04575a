/* SPDX-License-Identifier: Apache-2.0 */
#include "settle.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    str name;
    enum mark_says says;
} says_names[] = {
    { STR_INIT("anchor"), MARK_ANCHOR },
    { STR_INIT("rtc"), MARK_RTC },
    { STR_INIT("boot"), MARK_BOOT },
    { STR_INIT("suspend"), MARK_SUSPEND },
    { STR_INIT("resume"), MARK_RESUME },
    { STR_INIT("suspended"), MARK_SUSPENDED },
    { STR_INIT("offset"), MARK_OFFSET },
    { STR_INIT("zone"), MARK_ZONE },
    { STR_INIT("now"), MARK_NOW },
    { STR_INIT("uptime"), MARK_UPTIME },
    { STR_INIT("step"), MARK_STEP },
    { STR_INIT("leap-day"), MARK_LEAP_DAY },
    { STR_INIT("years"), MARK_YEARS },
    { STR_INIT("years-backwards"), MARK_YEARS_BACKWARDS },
};

static enum mark_says says_of(const struct fact *fact)
{
    str says = text_of(fact, CLOCK_SAYS);

    for (size_t i = 0; i < sizeof(says_names) / sizeof(says_names[0]); i++) {
        if (str_eq(says_names[i].name, says))
            return says_names[i].says;
    }
    return MARK_OTHER;
}

static int compare_names(const void *a, const void *b)
{
    return str_cmp(*(const str *)a, *(const str *)b);
}

uint32_t settle_host(struct settle *s, str name)
{
    const str *found;

    if (name.n == 0 || s->c->nhosts == 0)
        return 0;
    if (str_eq(name, s->last_name))
        return s->last_host;
    found = bsearch(&name, s->c->hosts, s->c->nhosts, sizeof(name), compare_names);
    s->last_name = name;
    s->last_host = found != NULL ? (uint32_t)(found - s->c->hosts) + 1 : 0;
    return s->last_host;
}

str settle_host_name(const struct settle *s, uint32_t host)
{
    return host != 0 ? s->c->hosts[host - 1] : STR("");
}

uint16_t settle_clock(struct settle *s)
{
    if (s->clocks < WHEN_BOOT_MAX)
        s->clocks++;
    return s->clocks;
}

str settle_path(const struct settle *s, uint32_t member)
{
    return member != 0 && member <= s->c->nsources ? s->c->sources[member - 1].path : STR("");
}

void settle_each(struct settle *s,
        void (*fn)(struct settle *s, const struct fact *fact, uint32_t host, struct when *w))
{
    for (size_t i = 0; i < s->c->nfacts; i++) {
        struct fact *fact = (struct fact *)(uintptr_t)s->c->facts[i];
        struct value *values = (struct value *)(uintptr_t)fact->values;
        uint32_t host = settle_host(s, fact->host);

        fn(s, fact, host, &fact->when);
        fn(s, fact, host, &fact->last);
        for (size_t k = 0; k < fact->kind->nfields; k++) {
            if (values[k].type == VALUE_TIME && !(fact->kind == &kind_CLOCK && k == CLOCK_UPTIME))
                fn(s, fact, host, &values[k].t);
        }
    }
}

void settle_note(struct settle *s, uint32_t host, struct span where, const char *format, ...)
{
    char buf[512];
    va_list args;
    int n;
    str text;

    va_start(args, format);
    n = vsnprintf(buf, sizeof(buf), format, args);
    va_end(args);
    if (n < 0)
        return;
    text = (str){ buf, n < (int)sizeof(buf) ? (size_t)n : sizeof(buf) - 1 };
    for (size_t i = 0; i < s->nnotes; i++) {
        if (str_eq(s->notes[i].text, text) && str_eq(s->notes[i].host, settle_host_name(s, host)))
            return;
    }
    if (s->nnotes == LIMIT_CLOCK_NOTES) {
        s->notes_fallen++;
        return;
    }
    s->notes[s->nnotes++] = (struct time_note){
        .host = settle_host_name(s, host),
        .text = arena_str(&s->c->arena, text),
        .where = where,
    };
}

static void list_marks(struct settle *s)
{
    size_t n = 0, *first;
    struct clock_mark *marks;

    for (size_t i = 0; i < s->c->nfacts; i++)
        n += s->c->facts[i]->kind == &kind_CLOCK;
    marks = arena_array(&s->scratch, struct clock_mark, n + 1);
    n = 0;
    for (size_t i = 0; i < s->c->nfacts; i++) {
        const struct fact *fact = s->c->facts[i];

        if (fact->kind == &kind_CLOCK)
            marks[n++] = (struct clock_mark){ .fact = fact,
                .says = says_of(fact),
                .host = settle_host(s, fact->host),
                .member = fact->where.member };
    }
    s->marks = marks;
    s->nmarks = n;
    first = arena_array(&s->scratch, size_t, s->c->nsources + 2);
    for (size_t i = 0; i < n; i++)
        first[marks[i].member + 1]++;
    for (size_t m = 1; m < s->c->nsources + 2; m++)
        first[m] += first[m - 1];
    s->first_mark = first;
}

/* What date and uptime printed. A case of thousands of machines asks each of them once or twice. */
static void list_asked(struct settle *s)
{
    s->asked = arena_array(&s->scratch, const struct clock_mark *, s->nmarks + 1);
    for (size_t i = 0; i < s->nmarks; i++) {
        if (s->marks[i].says == MARK_NOW || s->marks[i].says == MARK_UPTIME)
            s->asked[s->nasked++] = &s->marks[i];
    }
}

static void publish(struct settle *s)
{
    struct time_note *notes = arena_array(&s->c->arena, struct time_note, s->nnotes + 1);
    struct host_zone *zones = arena_array(&s->c->arena, struct host_zone, s->nhosts);
    size_t n = 0;

    memcpy(notes, s->notes, s->nnotes * sizeof(*notes));
    s->times->notes = notes;
    s->times->nnotes = s->nnotes;
    s->times->notes_fallen = s->notes_fallen;
    for (uint32_t h = 0; h < s->nhosts; h++) {
        if (s->zones[h].known && s->zones[h].used)
            zones[n++] = s->zones[h];
    }
    s->times->zones = zones;
    s->times->nzones = n;
    s->c->times = s->times;
}

void case_settle_times(struct case_file *c, const struct time_options *options)
{
    static const struct time_options none = { 0 };
    struct settle *s = calloc(1, sizeof(*s));

    if (s == NULL)
        abort();
    s->c = c;
    s->options = options != NULL ? options : &none;
    s->nhosts = (uint32_t)c->nhosts + 1;
    arena_init(&s->scratch, 0);
    s->times = arena_new(&c->arena, struct times);
    s->zones = arena_array(&s->scratch, struct host_zone, s->nhosts);
    list_marks(s);
    list_asked(s);
    find_twins(s);
    settle_years(s);
    list_runs(s);
    settle_zones(s);
    settle_boots(s);
    settle_captures(s);
    list_boots(s);
    find_skew(s);
    restrict_facts(s);
    publish(s);
    arena_finish(&s->scratch);
    free(s);
}
