/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A look at a binary record must see what reading it says: over the samples, and over thousands of damaged
 * records of theirs. What the look leaves to the careful way is always right.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bytes.h"
#include "event_xml_record.h"
#include "evtx_look.h"

enum { HEAD = 4096, HEADER = 0x200, RECORD = 24, LEAST = 28, ROOM = 64 * 1024 };

struct rig {
    struct evtx_looks *looks;
    struct binxml binxml;
    struct event_reader reader;
    struct arena lasting, arena;
};

static void rig_init(struct rig *rig)
{
    arena_init(&rig->lasting, 0);
    arena_init(&rig->arena, 0);
    rig->looks = evtx_looks_create(&rig->lasting);
    binxml_init(&rig->binxml);
    event_reader_init(&rig->reader);
}

static void rig_finish(struct rig *rig)
{
    evtx_looks_finish(rig->looks);
    binxml_finish(&rig->binxml);
    event_reader_finish(&rig->reader);
    arena_finish(&rig->arena);
    arena_finish(&rig->lasting);
}

/* The first chunk of a sample. */
static str load(const char *name, char *buf)
{
    char path[512];
    FILE *f;
    size_t n;

    (void)snprintf(path, sizeof(path), "%s/evtx/%s", SAMPLES, name);
    f = fopen(path, "rb");
    assert_non_null(f);
    assert_int_equal(fseek(f, HEAD, SEEK_SET), 0);
    n = fread(buf, 1, ROOM, f);
    (void)fclose(f);
    assert_true(n > HEADER);
    return (str){ buf, n };
}

/* The record at this place; 0 = none. */
static size_t size_at(str chunk, size_t at)
{
    size_t size = at + LEAST <= chunk.n ? bytes_u32_at(chunk, at + 4) : 0;

    return size >= LEAST && size <= chunk.n - at ? size : 0;
}

static bool look(struct rig *rig, str chunk, size_t at, size_t size, struct event_head *ret)
{
    return evtx_look(rig->looks, &rig->binxml, &rig->arena, at + RECORD, at + size - 4,
            bytes_u64_at(chunk, at + 16), ret);
}

static bool read_whole(struct rig *rig, str chunk, size_t at, size_t size, struct event *ret)
{
    static const bool never = false;
    struct event_reading reading;
    bool whole;

    event_reading_begin(&reading, &rig->reader, &rig->arena, ret);
    whole = binxml_walk(&rig->binxml, &rig->arena, at + RECORD, at + size - 4, &event_reading_calls,
            &reading, &never);
    if (ret->when.basis == WHEN_NONE)
        ret->when = when_filetime(bytes_u64_at(chunk, at + 16));
    return whole;
}

static void same_text(const char *what, str looked, str read)
{
    if (!str_eq(looked, read))
        fail_msg("%s: \"%.*s\", read as \"%.*s\"", what, STR_ARG(looked), STR_ARG(read));
}

/* True where both know the record. */
static bool check(struct rig *rig, str chunk, size_t at, size_t size)
{
    struct event_head head;
    struct event e;

    if (!look(rig, chunk, at, size, &head) || !read_whole(rig, chunk, at, size, &e))
        return false;
    same_text("provider", head.provider, e.provider);
    same_text("computer", head.computer, e.computer);
    assert_int_equal(head.has_id, e.has_id);
    assert_int_equal(head.id, e.id);
    assert_int_equal(head.has_level, e.has_level);
    assert_int_equal(head.level, e.level);
    assert_true(when_cmp(head.when, e.when) == 0);
    if (!head.may_status)
        same_text("status", STR(""), event_status(&rig->arena, &e));
    assert_true(head.may_message || e.message.n == 0);
    return true;
}

static unsigned check_chunk(struct rig *rig, str chunk)
{
    unsigned known = 0;

    binxml_chunk(&rig->binxml, chunk);
    evtx_looks_chunk(rig->looks);
    for (size_t at = HEADER, size; (size = size_at(chunk, at)) != 0; at += size) {
        known += check(rig, chunk, at, size);
        arena_reset(&rig->arena);
    }
    return known;
}

/* Bytes behind the records' heads: tokens, names, types and sizes of values. */
static void damage(char *p, size_t n, unsigned *seed)
{
    static const unsigned char bytes[] = { 0, 1, 2, 4, 5, 6, 8, 0x0C, 0x0D, 0x0E, 0x0F, 0x11, 0x21,
        0x41, 0x46, 0x81, '%', 0xFF };
    size_t at;

    *seed = *seed * 1664525u + 1013904223u;
    at = HEADER + RECORD + (*seed >> 8) % (n - HEADER - RECORD);
    *seed = *seed * 1664525u + 1013904223u;
    p[at] = (*seed >> 28) == 0 ? (char)(*seed >> 8) : (char)bytes[(*seed >> 8) % sizeof(bytes)];
}

/* Catches: a field that is read at the wrong place, or from the wrong one of two; a status or a message that is
 * not expected, a form that is taken for another. */
static void test_twins(void **state)
{
    static const char *const names[] = { "inner.in", "classic.in", "types.in" };
    unsigned seed = 1, known = 0;
    struct rig rig;

    (void)state;
    rig_init(&rig);
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        static char whole[ROOM], text[ROOM];
        str chunk = load(names[i], whole);

        for (unsigned round = 0; round < 6000; round++) {
            memcpy(text, whole, chunk.n);
            for (unsigned k = round % 5; k != 0; k--)
                damage(text, chunk.n, &seed);
            known += check_chunk(&rig, (str){ text, chunk.n });
        }
    }
    assert_true(known > 20000);
    rig_finish(&rig);
}

/* Catches: a look that gives up on records as they are, binary data taken for a status that they do not hold, and a
 * status that is overlooked: only the second, the fourth and the fifth carry one. */
static void test_plain(void **state)
{
    static const bool status[] = { false, true, false, true, true, false };
    static char buf[ROOM];
    str chunk = load("inner.in", buf);
    size_t at = HEADER, size, n = 0;
    struct event_head head;
    struct rig rig;

    (void)state;
    rig_init(&rig);
    binxml_chunk(&rig.binxml, chunk);
    for (; (size = size_at(chunk, at)) != 0; at += size, n++) {
        assert_true(look(&rig, chunk, at, size, &head));
        assert_int_equal(head.may_status, status[n]);
        assert_false(head.may_message);
    }
    assert_int_equal(n, sizeof(status) / sizeof(status[0]));
    rig_finish(&rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_twins),
        cmocka_unit_test(test_plain),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
