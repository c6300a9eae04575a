/* SPDX-License-Identifier: Apache-2.0 */
/*
 * twins: facts that say the same thing in two members: an event in a binary log and in its text
 * export, a kernel message in dmesg and in syslog. Where their clocks differ, the difference tells
 * how the clocks stand to each other. What may be said many times over is a weak twin, what carries
 * a record number or a process is a strong one.
 */
#include <stdlib.h>

#include "settle.h"

static uint64_t mix(uint64_t hash, uint64_t more)
{
    return (hash ^ more) * 0x9e3779b97f4a7c15u + (hash >> 29);
}

static uint64_t mix_text(uint64_t hash, str s)
{
    for (size_t i = 0; i < s.n; i++)
        hash = (hash ^ (unsigned char)to_lower(s.p[i])) * 0x100000001b3u;
    return mix(hash, s.n);
}

static uint64_t mix_fields(const struct fact *fact, const size_t *fields, size_t n)
{
    uint64_t hash = str_hash(str_z(fact->kind->name));

    for (size_t i = 0; i < n; i++) {
        const struct value *v = &fact->values[fields[i]];

        hash = mix(hash, (uint64_t)v->type);
        if (v->type == VALUE_TEXT)
            hash = mix_text(hash, v->s);
        else if (v->type == VALUE_INT)
            hash = mix(hash, (uint64_t)v->i);
    }
    return hash != 0 ? hash : 1;
}

#define MIX(fact, ...)                                                                             \
    mix_fields(fact, (const size_t[]){ __VA_ARGS__ },                                              \
            sizeof((const size_t[]){ __VA_ARGS__ }) / sizeof(size_t))

/* 0 = it has no twins. */
static uint64_t identity(const struct fact *f, uint8_t *ret_weight)
{
    *ret_weight = TWIN_WEAK;
    if (f->kind == &kind_EVENT) {
        if (!has(f, EVENT_ID) || !has(f, EVENT_PROVIDER))
            return 0;
        if (has(f, EVENT_RECORD)) {
            *ret_weight = TWIN_STRONG;
            return MIX(f, EVENT_PROVIDER, EVENT_ID, EVENT_RECORD);
        }
        return MIX(f, EVENT_PROVIDER, EVENT_ID);
    }
    if (f->kind == &kind_KERNEL_OOM && (has(f, KERNEL_OOM_VICTIM_PID) || has(f, KERNEL_OOM_PID))) {
        *ret_weight = TWIN_STRONG;
        return MIX(f, KERNEL_OOM_VICTIM, KERNEL_OOM_VICTIM_PID, KERNEL_OOM_COMM, KERNEL_OOM_PID,
                KERNEL_OOM_VICTIM_ANON);
    }
    if (f->kind == &kind_KERNEL_ALLOC_FAILURE && has(f, KERNEL_ALLOC_FAILURE_PID)) {
        *ret_weight = TWIN_STRONG;
        return MIX(f, KERNEL_ALLOC_FAILURE_COMM, KERNEL_ALLOC_FAILURE_PID,
                KERNEL_ALLOC_FAILURE_ORDER, KERNEL_ALLOC_FAILURE_MODE);
    }
    if (f->kind == &kind_KERNEL_MESSAGE)
        return MIX(f, KERNEL_MESSAGE_CLASS, KERNEL_MESSAGE_TEXT);
    if (f->kind == &kind_HOST && str_starts(text_of(f, HOST_OS_TEXT), STR("Linux version ")))
        return MIX(f, HOST_OS_TEXT);
    if (f->kind == &kind_ERROR && has(f, ERROR_MESSAGE))
        return MIX(f, ERROR_CODE, ERROR_OBJECT, ERROR_MESSAGE);
    if (f->kind == &kind_LOG_MESSAGE && has(f, LOG_MESSAGE_TEXT))
        return MIX(f, LOG_MESSAGE_CLASS, LOG_MESSAGE_TEXT);
    return 0;
}

/* The same record is an event and the export of one: without its number there, with it here. */
static void add_event_without_record(struct twin *list, size_t *n, uint32_t host)
{
    const struct fact *f = list[*n - 1].fact;

    if (f->kind != &kind_EVENT || !has(f, EVENT_RECORD))
        return;
    list[*n] = (struct twin){ MIX(f, EVENT_PROVIDER, EVENT_ID), f, host, TWIN_WEAK };
    (*n)++;
}

static int compare_twins(const void *a, const void *b)
{
    const struct twin *x = a, *y = b;

    if (x->id != y->id)
        return x->id < y->id ? -1 : 1;
    if (x->host != y->host)
        return x->host < y->host ? -1 : 1;
    if (x->fact->where.member != y->fact->where.member)
        return x->fact->where.member < y->fact->where.member ? -1 : 1;
    if (x->fact->where.offset != y->fact->where.offset)
        return x->fact->where.offset < y->fact->where.offset ? -1 : 1;
    return (x->fact->where.record > y->fact->where.record) -
           (x->fact->where.record < y->fact->where.record);
}

/* Keeps ids that stand in more than one member. */
static size_t drop_single(struct twin *list, size_t n)
{
    size_t kept = 0;

    for (size_t from = 0, to; from < n; from = to) {
        bool several = false;

        for (to = from + 1; to < n && list[to].id == list[from].id; to++)
            several |= list[to].fact->where.member != list[from].fact->where.member;
        for (size_t i = from; several && i < to; i++)
            list[kept++] = list[i];
    }
    return kept;
}

void find_twins(struct settle *s)
{
    struct twin *list;
    size_t n = 0, timed = 0;

    for (size_t i = 0; i < s->c->nfacts; i++)
        timed += s->c->facts[i]->when.basis != WHEN_NONE;
    list = arena_room(&s->scratch, struct twin, 2 * timed + 1);
    for (size_t i = 0; i < s->c->nfacts; i++) {
        const struct fact *fact = s->c->facts[i];
        uint8_t weight;
        uint64_t id;

        if (fact->when.basis == WHEN_NONE)
            continue;
        id = identity(fact, &weight);
        if (id == 0)
            continue;
        list[n++] = (struct twin){ id, fact, settle_host(s, fact->host), weight };
        add_event_without_record(list, &n, settle_host(s, fact->host));
    }
    if (n != 0)
        qsort(list, n, sizeof(*list), compare_twins);
    s->twins = list;
    s->ntwins = drop_single(list, n);
}
