/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A look at an event must see what reading it says: over records as Windows and its tools write them, and over
 * thousands of damaged ones. What the look leaves to the careful way is always right.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "event_tally.h"
#include "event_xml_record.h"

enum { ROOM = 8192, TAIL = 256 /* bytes behind a record, as in a window */ };

static const char *const records[] = {
    ("<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider Name='Disk'/>"
     "<EventID Qualifiers='49156'>11</EventID><Version>0</Version><Level>2</Level><Task>0</Task>"
     "<Keywords>0x80000000000000</Keywords><TimeCreated SystemTime='2024-03-01T10:00:00.1234567Z'/>"
     "<EventRecordID>77</EventRecordID><Correlation/><Execution ProcessID='4' ThreadID='8'/>"
     "<Channel>System</Channel><Computer>HOST1</Computer><Security/></System><EventData>"
     "<Data>\\Device\\Harddisk1</Data><Binary>0F00800001000000000000000B0004C0</Binary></EventData></Event>"),
    ("<Event xmlns=\"http://schemas.microsoft.com/win/2004/08/events/event\">\r\n  <System>\r\n"
     "    <Provider Name=\"Service Control Manager\" Guid=\"{555908d1}\" EventSourceName=\"SCM\" />\r\n"
     "    <EventID Qualifiers=\"49152\">7023</EventID>\r\n    <Level>2</Level>\r\n"
     "    <TimeCreated SystemTime=\"2024-03-01T10:00:01.000Z\" />\r\n    <Computer>host2.example.org</Computer>\r\n"
     "    <Security UserID=\"S-1-5-18\" />\r\n  </System>\r\n  <EventData>\r\n"
     "    <Data Name=\"param1\">Spooler</Data>\r\n    <Data Name=\"param2\">%%1450</Data>\r\n  </EventData>\r\n"
     "  <RenderingInfo Culture=\"en-US\">\r\n    <Message>The service ended: no resources.</Message>\r\n"
     "    <Level>Error</Level>\r\n  </RenderingInfo>\r\n</Event>"),
    ("<Event xmlns='x'><System><Provider Guid='{1}' Name='Microsoft-Windows-Kernel-General'/><EventID>16</EventID>"
     "<Level>0</Level><TimeCreated SystemTime='2024-03-01T10:00:02Z'/><Computer>HOST3</Computer></System>"
     "<EventData><Data Name='HResult'>0x8007000E</Data><Data Name='x'>1</Data></EventData></Event>"),
    ("<Event xmlns='x'><System><Provider Name='A B'/><EventID>5</EventID><Level>4</Level>"
     "<TimeCreated SystemTime='2024-03-01T10:00:03Z'/><Computer>H</Computer></System><UserData>"
     "<Info xmlns='y'><Status>0xC000009A</Status><Name>n</Name></Info></UserData></Event>"),
    ("<Event xmlns='x'><System><Provider Name='Quiet'/><EventID>6</EventID>"
     "<TimeCreated SystemTime='2024-03-01T10:00:04Z'/><Computer>H</Computer></System></Event>"),
    ("<Event xmlns='x'><System><Provider Name='Disk'/><EventID Qualifiers='49156'>11</EventID><Level>2</Level>"
     "<TimeCreated SystemTime='2024-03-01T10:00:05Z'/><Computer>H</Computer></System><EventData><Data>d</Data>"
     "<Binary>0F00800001000000000000000B0004C0000000009A0000C000000000</Binary></EventData></Event>"),
};
enum { RECORDS = sizeof(records) / sizeof(records[0]) };

static unsigned roll(unsigned *seed, unsigned n)
{
    *seed = *seed * 1664525u + 1013904223u;
    return (*seed >> 8) % n;
}

/* Changes a byte, drops some, says some again, or puts a tag in. */
static size_t damage(char *p, size_t n, unsigned *seed)
{
    static const char *const tags[] = { "<Level>3</Level>", "<Event>", "</System>", "<System>",
        "</Event>", "<!-- -->", "<Binary>00</Binary>", "<Binary>",
        "<Data Name='Status'>0xC000009A</Data>", "<EventID>9</EventID>", "<Computer>Z</Computer>",
        "&amp;", "<![CDATA[<Level>1</Level>]]>", "<Provider Name='Z'/>", " ",
        "<x:Level>1</x:Level>", "<RenderingInfo><Message>m</Message></RenderingInfo>",
        "<Data>%%1450</Data>" };
    static const char bytes[] = "<>/='\" &x0:\n";
    size_t at = roll(seed, (unsigned)n), some = 1 + roll(seed, 24);
    const char *tag = tags[roll(seed, sizeof(tags) / sizeof(tags[0]))];

    some = some < n - at ? some : n - at;
    switch (roll(seed, 4)) {
    case 0:
        p[at] = bytes[roll(seed, sizeof(bytes) - 1)];
        return n;
    case 1:
        memmove(p + at, p + at + some, n - at - some);
        return n - some;
    case 2:
        memmove(p + at + some, p + at, n - at);
        return n + some;
    default:
        while (roll(seed, 4) != 0 && at < n && p[at] != '<')
            at++;
        memmove(p + at + strlen(tag), p + at, n - at);
        memcpy(p + at, tag, strlen(tag));
        return n + strlen(tag);
    }
}

static void check_text(const char *what, str looked, str read)
{
    if (!str_eq(looked, read))
        fail_msg("%s: \"%.*s\", read as \"%.*s\"", what, STR_ARG(looked), STR_ARG(read));
}

/* True where both know the record. */
static bool check(struct event_reader *r, struct arena *a, const char *p, size_t n)
{
    struct event_head head;
    struct event e;
    size_t end;
    bool plain = event_xml_look((str){ p, n + TAIL }, &head, &end) == EVENT_LOOK_PLAIN;

    if (!plain || !event_xml_read(r, a, (str){ p, end }, &e) || r->reached != end)
        return false;
    check_text("provider", head.provider, e.provider);
    check_text("computer", head.computer, e.computer);
    assert_int_equal(head.has_id, e.has_id);
    assert_int_equal(head.id, e.id);
    assert_int_equal(head.has_level, e.has_level);
    assert_int_equal(head.level, e.level);
    assert_true(when_cmp(head.when, e.when) == 0);
    if (!head.may_status && event_status(a, &e).n != 0)
        fail_msg("a status in %.*s", (int)end, p);
    assert_true(head.may_message || e.message.n == 0);
    return true;
}

/* Catches: a field that is read at the wrong place, or from the wrong one of two; a status or a message that
 * is not expected; an end that is none. */
static void test_twins(void **state)
{
    struct event_reader reader;
    struct arena a;
    unsigned seed = 1, known = 0;

    (void)state;
    arena_init(&a, 0);
    event_reader_init(&reader);
    for (unsigned i = 0; i < 30000; i++) {
        char text[ROOM + TAIL];
        size_t n = strlen(records[i % RECORDS]);

        memcpy(text, records[i % RECORDS], n);
        for (unsigned k = roll(&seed, 4); k != 0 && n > 64; k--)
            n = damage(text, n, &seed);
        memset(text + n, '\n', TAIL);
        known += check(&reader, &a, text, n);
        arena_reset(&a);
    }
    assert_true(known > 8000);
    event_reader_finish(&reader);
    arena_finish(&a);
}

/* ---- the look at many */

static size_t put(char *to, size_t n, const char *what)
{
    memcpy(to + n, what, strlen(what));
    return n + strlen(what);
}

/* A record at a time, now and then one that is damaged, and what may stand between two. */
static size_t make_log(char *text, size_t size, unsigned *seed)
{
    static const char *const between[] = { "", "\n", "\r\n  ", "\n- ", " text ",
        "</Events>\n<Events>" };
    unsigned odd = roll(seed, 4) * 4, kind = roll(seed, 2) != 0 ? RECORDS : 1 + roll(seed, RECORDS);
    size_t n = put(text, 0, "<Events>");

    while (n + ROOM + TAIL < size) {
        size_t from = n;

        n = put(text, n, records[roll(seed, kind)]);
        for (unsigned k = roll(seed, 16) < odd ? 1 + roll(seed, 2) : 0; k != 0; k--)
            n = from + damage(text + from, n - from, seed);
        n = put(text, n, between[roll(seed, odd != 0 ? 6 : 3)]);
    }
    return n;
}

static bool same_head(const struct event_head *a, const struct event_head *b)
{
    return str_eq(a->provider, b->provider) && str_eq(a->computer, b->computer) &&
           when_cmp(a->when, b->when) == 0 && a->id == b->id && a->level == b->level &&
           a->has_id == b->has_id && a->has_level == b->has_level &&
           a->may_status == b->may_status && a->may_message == b->may_message;
}

/* From event to event; how many the list knew. */
static unsigned walk(struct event_xml_tags *tags, str text)
{
    unsigned known = 0;
    size_t at = 0;

    tags->n = tags->next = 0;
    while ((at = event_xml_find(text, at)) != STR_NONE) {
        str window = str_from(text, at);
        struct event_head a, b;
        size_t end = 6, end_b = 0;
        enum event_look look = event_xml_look(window, &a, &end);

        if (event_xml_tags_look(tags, window, &b, &end_b) == EVENT_LOOK_PLAIN) {
            if (look != EVENT_LOOK_PLAIN || end != end_b || !same_head(&a, &b))
                fail_msg("%d, %zu, %zu: %.*s", look, end, end_b, 1500, window.p);
            known++;
        }
        at += look == EVENT_LOOK_PLAIN ? end : 6;
    }
    return known;
}

/* Catches: a value of another element or record; a list that goes on at the wrong tag behind an event that it
 * does not know; tags that count twice or not at all where one list ends and the next begins. */
static void test_lists(void **state)
{
    static char text[128 * 1024];
    struct event_xml_tags *tags = malloc(sizeof(*tags));
    unsigned seed = 5, known = 0;

    (void)state;
    for (unsigned i = 0; i < 1500; i++)
        known += walk(tags,
                (str){ text, make_log(text, 20000 + roll(&seed, sizeof(text) - 20000), &seed) });
    assert_true(known > 40000);
    free(tags);
}

/* Catches: a look that gives up on records as they are. */
static void test_plain(void **state)
{
    (void)state;
    for (size_t i = 0; i < RECORDS; i++) {
        char text[ROOM];
        size_t n = strlen(records[i]), end = 0;
        struct event_head head;

        memset(text, '\n', sizeof(text));
        memcpy(text, records[i], n);
        assert_int_equal(
                event_xml_look((str){ text, sizeof(text) }, &head, &end), EVENT_LOOK_PLAIN);
        assert_int_equal(end, n);
        /* Binary data that are no packet, and no data at all. */
        assert_int_equal(head.may_status, i != 0 && i != 4);
        assert_int_equal(head.may_message, i == 1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_twins),
        cmocka_unit_test(test_plain),
        cmocka_unit_test(test_lists),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
