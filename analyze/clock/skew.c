/* SPDX-License-Identifier: Apache-2.0 */
/*
 * skew: how the clocks of two hosts stand to each other, by what both tell of: the same error in two
 * logs, a container that is started on its node and boots by its own log. One pair proves nothing;
 * three that differ by the same do, if no other difference is half as often.
 */
#include <stdlib.h>

#include "settle.h"

#define FAR_NS (26 * 3600 * WHEN_NS)
#define CLOSE_NS (5 * WHEN_NS)

enum { NEED = 3, VOTES = 100000, TWINS = 32, SHORT = 20 };

struct vote {
    uint32_t a, b;
    int64_t ahead; /* clock of b before that of a */
    int64_t at;    /* by the clock of a */
};

struct votes {
    struct vote *list;
    size_t n;
};

static int compare_votes(const void *p, const void *q)
{
    const struct vote *x = p, *y = q;

    if (x->a != y->a)
        return x->a < y->a ? -1 : 1;
    if (x->b != y->b)
        return x->b < y->b ? -1 : 1;
    if (x->ahead != y->ahead)
        return x->ahead < y->ahead ? -1 : 1;
    return (x->at > y->at) - (x->at < y->at);
}

static void vote(struct votes *v, uint32_t a, struct when at_a, uint32_t b, struct when at_b)
{
    int64_t ahead;

    if (a == 0 || b == 0 || a == b || !is_wall(at_a) || at_a.basis != at_b.basis || v->n == VOTES ||
            __builtin_sub_overflow(at_b.ns, at_a.ns, &ahead) || ahead > FAR_NS || ahead < -FAR_NS)
        return;
    v->list[v->n++] = (struct vote){ a, b, ahead, at_a.ns };
}

/* Text long enough to be of one thing: "failed" is said of many. */
static bool tells_one_thing(const struct fact *f)
{
    if (f->kind == &kind_ERROR)
        return text_of(f, ERROR_MESSAGE).n >= SHORT;
    return f->kind == &kind_LOG_MESSAGE && text_of(f, LOG_MESSAGE_TEXT).n >= SHORT;
}

static void vote_by_errors(struct settle *s, struct votes *v)
{
    for (size_t from = 0, to; from < s->ntwins; from = to) {
        for (to = from + 1; to < s->ntwins && s->twins[to].id == s->twins[from].id; to++)
            ;
        if (to - from > TWINS || !tells_one_thing(s->twins[from].fact))
            continue;
        for (size_t i = from; i < to; i++) {
            for (size_t k = i + 1; k < to; k++)
                vote(v, s->twins[i].host, s->twins[i].fact->when, s->twins[k].host,
                        s->twins[k].fact->when);
        }
    }
}

/* "101" and "ct101", "CT-101" name one container. */
static bool names_container(str host, str object)
{
    if (str_take_nocase(&host, STR("ct")) && !str_take_char(&host, '-'))
        (void)str_take_char(&host, '_');
    if (str_take_nocase(&object, STR("ct")) && !str_take_char(&object, '-'))
        (void)str_take_char(&object, '_');
    return host.n != 0 && str_eq_nocase(host, object);
}

static void vote_by_starts(struct settle *s, struct votes *v)
{
    const struct times *t = s->times;

    for (size_t i = 0; i < s->c->nfacts; i++) {
        const struct fact *f = s->c->facts[i];

        if (f->kind != &kind_OPERATION || !str_eq(text_of(f, OPERATION_ACTION), STR("start")) ||
                str_eq(text_of(f, OPERATION_OUTCOME), STR("failed")))
            continue;
        for (size_t k = 0; k < t->nboots && v->n < VOTES; k++) {
            if (names_container(t->boots[k].host, text_of(f, OPERATION_OBJECT)))
                vote(v, settle_host(s, f->host), f->when, settle_host(s, t->boots[k].host),
                        t->boots[k].at);
        }
    }
}

/* Different moments among the votes of one window; they are sorted by what they say, not by time. */
static size_t count_moments(const struct vote *list, size_t n)
{
    size_t moments = 0;

    for (size_t i = 0; i < n; i++) {
        bool again = false;

        for (size_t k = 0; k < i && !again; k++)
            again = list[k].at - list[i].at <= CLOSE_NS && list[i].at - list[k].at <= CLOSE_NS;
        moments += !again;
    }
    return moments;
}

static bool elect(const struct vote *list, size_t n, struct skew *ret)
{
    size_t best = 0, best_n = 0, second = 0;
    size_t most = 0;

    for (size_t i = 0, to = 0; i < n; i++) {
        size_t moments;

        while (to < n && list[to].ahead - list[i].ahead <= CLOSE_NS)
            to++;
        moments = count_moments(&list[i], to - i < 64 ? to - i : 64);
        if (moments > most) {
            if (most != 0 && list[i].ahead - list[best].ahead > CLOSE_NS && most > second)
                second = most;
            best = i;
            best_n = to - i;
            most = moments;
        } else if (list[i].ahead - list[best].ahead > CLOSE_NS && moments > second) {
            second = moments;
        }
    }
    if (most < NEED || second * 2 > most)
        return false;
    ret->ahead = list[best + best_n / 2].ahead;
    ret->doubt = (uint16_t)((list[best + best_n - 1].ahead - list[best].ahead) / WHEN_NS + 1);
    ret->anchors = most;
    return true;
}

static void note_skew(struct settle *s, const struct vote *of, const struct skew *skew)
{
    int64_t seconds = skew->ahead / WHEN_NS;

    if (seconds > -5 && seconds < 5)
        return;
    settle_note(s, of->b, (struct span){ 0 },
            "its clock is about %lld s %s that of %.*s, by %zu things that both tell of",
            (long long)(seconds < 0 ? -seconds : seconds), seconds < 0 ? "behind" : "ahead of",
            STR_ARG(skew->a), skew->anchors);
}

void find_skew(struct settle *s)
{
    struct votes v = { 0 };
    struct skew *list;
    size_t n = 0;

    if (s->nhosts < 3) /* number 0 is no host */
        return;
    v.list = arena_room(&s->scratch, struct vote, VOTES);
    list = arena_array(&s->c->arena, struct skew, s->nhosts);
    vote_by_errors(s, &v);
    vote_by_starts(s, &v);
    if (v.n != 0)
        qsort(v.list, v.n, sizeof(*v.list), compare_votes);
    for (size_t from = 0, to; from < v.n; from = to) {
        struct skew skew = { .a = settle_host_name(s, v.list[from].a),
            .b = settle_host_name(s, v.list[from].b) };

        for (to = from + 1;
                to < v.n && v.list[to].a == v.list[from].a && v.list[to].b == v.list[from].b; to++)
            ;
        if (n == s->nhosts || !elect(&v.list[from], to - from, &skew))
            continue;
        note_skew(s, &v.list[from], &skew);
        list[n++] = skew;
    }
    s->times->skews = list;
    s->times->nskews = n;
}
