/* SPDX-License-Identifier: Apache-2.0 */
#include "case_need.h"

#include <stdio.h>
#include <stdlib.h>

#include "kinds.h"
#include "times.h"

enum { FIRST_SORTS = 256, MOST_SORTS = 1 << 16 };

#define FIELD_BIT(field) (1ull << (field))

void need_memo_finish(struct need_memo *memo)
{
    free(memo->answers);
    *memo = (struct need_memo){ 0 };
}

uint64_t event_known(const struct fact *event)
{
    uint64_t known = FIELD_BIT(EVENT_PROVIDER) | FIELD_BIT(EVENT_ID) | FIELD_BIT(EVENT_LEVEL);

    if (event->values[EVENT_STATUS].type == VALUE_NONE)
        known |= FIELD_BIT(EVENT_STATUS);
    if (event->values[EVENT_MESSAGE].type == VALUE_NONE)
        known |= FIELD_BIT(EVENT_MESSAGE);
    return known;
}

static uint64_t number(const struct value *v)
{
    return v->type == VALUE_INT ? (uint64_t)v->i + 1 : 0;
}

static uint64_t sort_of(const struct fact *event, uint64_t known)
{
    static const uint64_t odd = 0x9e3779b97f4a7c15u;
    const struct value *v = event->values;
    uint64_t hash = v[EVENT_PROVIDER].type == VALUE_TEXT ? str_hash(v[EVENT_PROVIDER].s) : 1;

    hash = (hash ^ number(&v[EVENT_ID])) * odd;
    hash = (hash ^ number(&v[EVENT_LEVEL])) * odd;
    hash = (hash ^ known ^ hash >> 32) * odd;
    return hash != 0 ? hash : 1;
}

static struct need_answer *answer_of(const struct need_memo *memo, uint64_t sort)
{
    size_t at = sort >> 20;

    for (;; at++) {
        struct need_answer *a = &memo->answers[at & (memo->size - 1)];

        if (a->sort == sort || a->sort == 0)
            return a;
    }
}

/* Past the most it begins anew: a log of made-up sorts. */
static void make_room(struct need_memo *memo)
{
    struct need_memo bigger = { .size = memo->size != 0 ? memo->size * 2 : FIRST_SORTS };

    if (memo->n * 2 < memo->size)
        return;
    if (memo->n >= MOST_SORTS)
        need_memo_finish(memo), bigger.size = FIRST_SORTS;
    bigger.answers = calloc(bigger.size, sizeof(*bigger.answers));
    if (bigger.answers == NULL) {
        fputs("fathom: out of memory\n", stderr);
        abort();
    }
    for (size_t i = 0; i < memo->size; i++) {
        if (memo->answers[i].sort != 0)
            *answer_of(&bigger, memo->answers[i].sort) = memo->answers[i];
    }
    bigger.n = memo->n;
    free(memo->answers);
    *memo = bigger;
}

/* What a log itself calls an error is listed when no rule takes it. */
static bool tells_of_error(const struct fact *event)
{
    const struct value *level = &event->values[EVENT_LEVEL];

    return level->type == VALUE_INT && (level->i == 1 || level->i == 2);
}

static bool find_out(const struct ruleset *rules, const struct fact *event, uint64_t known)
{
    const struct value *provider = &event->values[EVENT_PROVIDER];

    return tells_of_error(event) ||
           (provider->type == VALUE_TEXT && times_want(&kind_EVENT, EVENT_PROVIDER, provider->s)) ||
           ruleset_may_take(rules, event, known);
}

bool event_needed(struct need_memo *memo, const struct ruleset *rules, const struct fact *event,
        uint64_t known)
{
    uint64_t sort = sort_of(event, known);
    struct need_answer *answer;

    make_room(memo);
    answer = answer_of(memo, sort);
    if (answer->sort == 0) {
        *answer = (struct need_answer){ sort, find_out(rules, event, known) };
        memo->n++;
    }
    return answer->needed;
}
