/* SPDX-License-Identifier: Apache-2.0 */
/*
 * correlate_rig: a bench for one correlator: facts are put in by hand, run() adds what it derives
 * to the same list, in the manner of the program's own runner.
 */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "correlator.h"
#include "fields.h"

struct rig {
    struct correlate c;
    struct arena arena;
    const struct fact **facts;
    size_t n, size, given; /* given: facts that the test put in */
    uint32_t member;
    struct when when;
    str host;
};

static inline void rig_add(struct correlate *c, const struct fact *fact)
{
    struct rig *rig = (struct rig *)c;

    if (rig->n == rig->size) {
        rig->size = rig->size != 0 ? rig->size * 2 : 64;
        rig->facts = realloc(rig->facts, rig->size * sizeof(*rig->facts));
        assert_non_null(rig->facts);
    }
    rig->facts[rig->n++] = fact_keep(&rig->arena, fact);
    c->facts = (struct fact_set){ rig->facts, rig->n };
}

static inline void rig_start(struct rig *rig)
{
    *rig = (struct rig){ .member = 1 };
    arena_init(&rig->arena, 0);
    rig->c.arena = &rig->arena;
    rig->c.add = rig_add;
}

static inline void rig_stop(struct rig *rig)
{
    free(rig->facts);
    arena_finish(&rig->arena);
}

static inline void rig_put(struct rig *rig, const struct kind *kind, const struct value *values)
{
    struct fact fact = {
        .kind = kind, .values = values, .when = rig->when, .host = rig->host, .count = 1
    };

    fact.where.member = rig->member;
    fact.where.line = (uint32_t)rig->n + 1;
    rig_add(&rig->c, &fact);
    rig->given = rig->n;
}

/* The number-th fact of a kind, from 0; NULL when there are not so many. */
static inline const struct fact *rig_get(
        const struct rig *rig, const struct kind *kind, size_t number)
{
    for (size_t i = 0; i < rig->n; i++)
        if (rig->facts[i]->kind == kind && number-- == 0)
            return rig->facts[i];
    return NULL;
}

static inline size_t rig_count(const struct rig *rig, const struct kind *kind)
{
    size_t n = 0;

    for (size_t i = 0; i < rig->n; i++)
        n += rig->facts[i]->kind == kind;
    return n;
}

static inline void want_text(const struct fact *fact, size_t field, const char *want)
{
    str got = text_of(fact, field);

    assert_non_null(fact);
    if (!str_eq(got, str_z(want)))
        fail_msg("%s.%s is \"%.*s\", want \"%s\"", fact->kind->name, fact->kind->fields[field].name,
                STR_ARG(got), want != NULL ? want : "(absent)");
}

static inline void want_int(const struct fact *fact, size_t field, int64_t want)
{
    assert_non_null(fact);
    if (!has(fact, field) || int_or(fact, field, 0) != want)
        fail_msg("%s.%s is %lld%s, want %lld", fact->kind->name, fact->kind->fields[field].name,
                (long long)int_or(fact, field, 0), has(fact, field) ? "" : " (absent)",
                (long long)want);
}

static inline void want_bool(const struct fact *fact, size_t field, bool want)
{
    assert_non_null(fact);
    if (!has(fact, field) || bool_or(fact, field, !want) != want)
        fail_msg("%s.%s is not %d", fact->kind->name, fact->kind->fields[field].name, want);
}

static inline void want_absent(const struct fact *fact, size_t field)
{
    assert_non_null(fact);
    if (has(fact, field))
        fail_msg("%s.%s is there", fact->kind->name, fact->kind->fields[field].name);
}
