/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A log of which most events are only counted must tell the same as one of which every event is read: how many of
 * each sort, from when to when, and of what is read whole the same values at the same place. Over logs made of
 * records as Windows, its tools and others write them, given to the parser in pieces of any size.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "event.h"

enum { LOG_MOST = 1 << 20, SAID_MOST = 1 << 13, SORTS = 64, WHOLE_FIRST = 3 };

/* Parts in other orders, entities, comments, CDATA, prefixes, text that looks like tags, empty values. */
static const char *const forms[] = {
    ("<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider Name='%' Guid='{1}'/>"
     "<EventID Qualifiers='16384'>%</EventID><Version>0</Version><Level>%</Level><Task>0</Task><Opcode>0</Opcode>"
     "<Keywords>0x80</Keywords><TimeCreated SystemTime='%'/><EventRecordID>7</EventRecordID><Correlation/>"
     "<Execution ProcessID='4' ThreadID='8'/><Channel>System</Channel><Computer>%</Computer><Security/></System>"
     "<EventData><Data Name='param1'>a</Data><Data>b</Data></EventData></Event>"),
    ("<Event xmlns=\"x\">\r\n  <System>\r\n    <Provider Name=\"%\" EventSourceName=\"S\" />\r\n"
     "    <EventID>%</EventID>\r\n    <Level>%</Level>\r\n    <TimeCreated SystemTime=\"%\" />\r\n"
     "    <Computer>%</Computer>\r\n    <Security UserID=\"S-1\" />\r\n  </System>\r\n  <EventData>\r\n"
     "    <Data Name=\"Status\">7</Data>\r\n  </EventData>\r\n</Event>"),
    ("<Event xmlns='x'><System><Provider Guid='{1}' Name='%'/><EventID>%</EventID><Level>%</Level>"
     "<TimeCreated SystemTime='%'/><Computer>%</Computer></System><UserData><I xmlns='y'><N>n</N></I></UserData>"
     "</Event>"),
    ("<Event xmlns='x'><!-- <EventID>1</EventID> --><System><Provider Name='%'/><EventID>%</EventID><Level>%</Level>"
     "<TimeCreated SystemTime='%'/><Computer>%</Computer></System></Event>"),
    ("<Event xmlns='x'><System><Provider Name='%'/><EventID>%</EventID><Level>%</Level><TimeCreated SystemTime='%'/>"
     "<Computer>%</Computer></System><EventData><Data><![CDATA[</EventData><Level>9</Level>]]></Data>"
     "</EventData></Event>"),
    ("<Event xmlns='x'><System><Provider Name='%'/><EventID>%</EventID><Version/><Level>%</Level>"
     "<Keywords></Keywords><TimeCreated SystemTime='%'/><Correlation ActivityID='{a>b}'/><Computer>%</Computer>"
     "</System>"
     "<RenderingInfo Culture='x'><Message>&lt;Level&gt;1&lt;/Level&gt;</Message><Level>2</Level></RenderingInfo>"
     "</Event>"),
    ("<Event xmlns='x'><System><Provider Name='&#83;%'/><EventID>%</EventID><Level>%</Level>"
     "<TimeCreated SystemTime='%'/><Computer>%&amp;</Computer></System><EventData/></Event>"),
};
enum { FORMS = sizeof(forms) / sizeof(forms[0]) };

struct said {
    uint64_t offset, count;
    uint32_t line, length;
    uint64_t sort, values;
    struct when when, last;
};

struct list {
    struct sink sink;
    struct said *said;
    size_t n;
    uint64_t asked[SORTS]; /* how often, by sort */
    uint64_t passed;
    uint64_t host; /* of the last event */
    struct when first, last;
    bool all;
};

struct pieces {
    struct text_source source;
    const char *p;
    size_t n, most;
    unsigned seed;
};

static unsigned roll(unsigned *seed, unsigned n)
{
    *seed = *seed * 1664525u + 1013904223u;
    return (unsigned)((uint64_t)*seed * n >> 32);
}

static size_t read_pieces(struct text_source *source, char *buf, size_t size)
{
    struct pieces *s = (struct pieces *)source;
    size_t n = 1 + roll(&s->seed, (unsigned)s->most);

    n = n < size ? n : size;
    n = n < s->n ? n : s->n;
    memcpy(buf, s->p, n);
    s->p += n;
    s->n -= n;
    return n;
}

static uint64_t hash_of(const struct value *v)
{
    return v->type == VALUE_TEXT ? str_hash(v->s) : v->type == VALUE_INT ? (uint64_t)v->i + 1 : 0;
}

static uint64_t sort_of(const struct fact *fact)
{
    uint64_t hash = hash_of(&fact->values[EVENT_PROVIDER]);

    hash = hash * 31 + hash_of(&fact->values[EVENT_ID]);
    hash = hash * 31 + hash_of(&fact->values[EVENT_LEVEL]);
    return hash * 31 + hash_of(&fact->values[EVENT_COMPUTER]);
}

static void stretch(struct when *first, struct when *last, struct when a, struct when b)
{
    if (first->basis == WHEN_NONE || when_cmp(a, *first) < 0)
        *first = a;
    if (last->basis == WHEN_NONE || when_cmp(b, *last) > 0)
        *last = b;
}

static void on_emit(struct sink *sink, const struct fact *fact)
{
    struct list *list = (struct list *)sink;
    struct said *said = &list->said[list->n++];

    assert_true(list->n < SAID_MOST);
    assert_ptr_equal(fact->kind, &kind_EVENT);
    *said = (struct said){ .sort = sort_of(fact), .when = fact->when, .last = fact->last };
    said->count = fact->count;
    said->offset = fact->where.offset;
    said->line = fact->where.line;
    said->length = fact->where.length;
    for (size_t i = 0; i < fact->kind->nfields; i++)
        said->values = said->values * 31 + hash_of(&fact->values[i]);
}

static void on_diag(struct sink *sink, const struct diag *diag)
{
    (void)sink;
    fail_msg("%s", diag->code);
}

static bool wants_events(const struct sink *sink, const struct kind *kind, size_t field, str value)
{
    (void)sink, (void)field, (void)value;
    return kind == &kind_EVENT;
}

/* A third of the sorts is read whole, a third after some, and of a third nobody wants any. */
static enum sink_need need(const struct sink *sink, const struct fact *fact, uint64_t known)
{
    struct list *list = (struct list *)(uintptr_t)sink;
    uint64_t sort = sort_of(fact);

    (void)known;
    if (sort % 3 == 0)
        return SINK_WHOLE;
    if (sort % 3 == 1)
        return SINK_NOTHING;
    return list->asked[sort % SORTS]++ < WHOLE_FIRST ? SINK_WHOLE_YET : SINK_COUNT;
}

static void on_passed(struct sink *sink, const struct kind *kind, uint64_t count, struct when first,
        struct when last)
{
    struct list *list = (struct list *)sink;

    assert_ptr_equal(kind, &kind_EVENT);
    list->passed += count;
    stretch(&list->first, &list->last, first, last);
}

static uint64_t run(struct list *list, str text, unsigned seed, size_t most)
{
    struct pieces source = { .source.read = read_pieces, .p = text.p, .n = text.n };
    struct arena scratch;
    struct parse in = { .sink = &list->sink, .scratch = &scratch, .member = 1 };

    source.seed = seed;
    source.most = most;
    list->sink = (struct sink){ .emit = on_emit, .diag = on_diag, .wants = wants_events };
    if (!list->all) {
        list->sink.need = need;
        list->sink.passed = on_passed;
    }
    arena_init(&scratch, 0);
    text_init(&in.text, &source.source);
    parser_find(STR("event-xml"))->parse(&in);
    list->host = str_hash(in.host);
    text_finish(&in.text);
    arena_finish(&scratch);
    return in.understood;
}

/* The next part for each '%'. */
static size_t fill(char *to, const char *form, const char *const parts[])
{
    char *p = to;

    for (; *form != '\0'; form++) {
        if (*form == '%')
            p = stpcpy(p, *parts++);
        else
            *p++ = *form;
    }
    return (size_t)(p - to);
}

static size_t make_log(char *text, unsigned *seed)
{
    static const char *const providers[] = { "Disk", "Service Control Manager", "A B",
        "EventLog-Long-Name" };
    static const char *const ids[] = { "1", "1007", "65535" }, *const levels[] = { "0", "2", "4" };
    static const char *const hosts[] = { "H", "HOST1", "host2.example.org" };
    static const char *const between[] = { "", "\n", "\r\n\t", "\n\n", "\n<!-- -->\n",
        "\n</Events>\n<Events>\n" };
    size_t events = 1 + roll(seed, 1500), n = 0;
    unsigned kinds = 1 + roll(seed, FORMS), gaps = 1 + roll(seed, 6);

    n = fill(text, "<?xml version='1.0'?>\n<Events>\n", NULL);
    for (size_t i = 0; i < events; i++) {
        const char *form = forms[roll(seed, kinds)];
        char when[40];
        const char *const parts[] = { providers[roll(seed, 4)], ids[roll(seed, 3)],
            levels[roll(seed, 3)], when, hosts[roll(seed, 3)] };

        (void)snprintf(when, sizeof(when), "2024-0%u-1%uT%02u:%02u:5%u.%07uZ", 1 + roll(seed, 9),
                roll(seed, 10), roll(seed, 24), roll(seed, 60), roll(seed, 10),
                roll(seed, 10000000));
        n += fill(text + n, form, parts);
        n += fill(text + n, between[roll(seed, gaps)], NULL);
    }
    return n;
}

struct sum {
    uint64_t count;
    struct when first, last;
};

static struct sum sum_of(const struct list *list, uint64_t sort)
{
    struct sum sum = { 0 };

    for (size_t i = 0; i < list->n; i++) {
        const struct said *s = &list->said[i];

        if (s->sort != sort)
            continue;
        sum.count += s->count;
        stretch(&sum.first, &sum.last, s->when, s->last);
    }
    return sum;
}

static void check_same(struct when a, struct when b)
{
    assert_int_equal(a.basis, b.basis);
    assert_int_equal(a.ns, b.ns);
}

/* What was read whole stands in both at the same place, with the same values. */
static void check_whole(const struct list *all, const struct list *some)
{
    size_t k = 0;

    for (size_t i = 0; i < some->n; i++) {
        const struct said *s = &some->said[i];

        if (s->length == 0)
            continue; /* a sum */
        while (k < all->n && all->said[k].offset != s->offset)
            k++;
        assert_true(k < all->n);
        assert_int_equal(s->line, all->said[k].line);
        assert_int_equal(s->length, all->said[k].length);
        assert_int_equal(s->values, all->said[k].values);
    }
}

static void check(const struct list *all, const struct list *some)
{
    struct when first = some->first, last = some->last;
    struct sum nobody = { 0 };

    check_whole(all, some);
    for (size_t i = 0; i < all->n; i++) {
        const struct said *s = &all->said[i];
        bool known = false;

        for (size_t k = 0; k < i && !known; k++)
            known = all->said[k].sort == s->sort;
        if (s->sort % 3 == 1) {
            nobody.count++;
            stretch(&nobody.first, &nobody.last, s->when, s->when);
        } else if (!known) {
            struct sum a = sum_of(all, s->sort), b = sum_of(some, s->sort);

            assert_int_equal(a.count, b.count);
            check_same(a.first, b.first);
            check_same(a.last, b.last);
        }
    }
    for (size_t i = 0; i < some->n; i++) { /* what the careful way read although nobody asked */
        const struct said *s = &some->said[i];

        if (s->sort % 3 != 1)
            continue;
        nobody.count -= s->count;
        stretch(&first, &last, s->when, s->last);
    }
    assert_int_equal(nobody.count, some->passed);
    check_same(nobody.first, first);
    check_same(nobody.last, last);
}

/* Catches: an event that is counted twice, or not at all, or as another; one that is told at the wrong line. */
static void test_counted(void **state)
{
    char *text = malloc(LOG_MOST);
    struct said *said[2] = { calloc(SAID_MOST, sizeof(**said)), calloc(SAID_MOST, sizeof(**said)) };
    unsigned seed = 11;

    (void)state;
    for (unsigned round = 0; round < 60; round++) {
        struct list all = { .said = said[0], .all = true }, some = { .said = said[1] };
        str log = { text, make_log(text, &seed) };
        size_t most = round % 3 == 0 ? 700 : 400000;

        assert_int_equal(run(&all, log, seed, 400000), log.n);
        assert_int_equal(run(&some, log, seed + 1, most), log.n);
        assert_int_equal(all.host, some.host);
        check(&all, &some);
    }
    free(text);
    free(said[0]);
    free(said[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_counted),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
