/* SPDX-License-Identifier: Apache-2.0 */
#include "blocks.h"

#include <stdlib.h>

bool blocks_explains(const struct blocks *b, size_t cause, size_t effect)
{
    const struct finding *f = &b->findings[cause];

    if (cause == effect || !b->shown[cause] || !b->shown[effect])
        return false;
    for (size_t i = 0; i < f->nexplains; i++) {
        if (f->explains[i] == effect)
            return true;
    }
    return false;
}

static bool hangs_under(const struct blocks *b, size_t at, size_t above)
{
    for (; at != SIZE_MAX; at = b->parent[at]) {
        if (at == above)
            return true;
    }
    return false;
}

/* A guess does not take in what is known. */
static bool too_weak(const struct blocks *b, size_t cause, size_t effect)
{
    return b->findings[cause].confidence == CONFIDENCE_POSSIBLE &&
           b->findings[effect].confidence != CONFIDENCE_POSSIBLE;
}

/* A condition of little weight does not speak for something grave: it is told beside it. */
static bool too_light(const struct blocks *b, size_t cause, size_t effect)
{
    return b->findings[cause].severity <= SEVERITY_LOW &&
           b->findings[effect].severity >= SEVERITY_HIGH;
}

static bool better(const struct blocks *b, size_t cause, size_t than)
{
    return than == SIZE_MAX || b->findings[cause].confidence > b->findings[than].confidence;
}

static void choose_parents(struct blocks *b)
{
    for (size_t i = 0; i < b->n; i++)
        b->parent[i] = SIZE_MAX;
    for (size_t cause = 0; cause < b->n; cause++) {
        const struct finding *f = &b->findings[cause];

        for (size_t k = 0; k < f->nexplains; k++) {
            size_t effect = f->explains[k];

            if (effect < b->n && blocks_explains(b, cause, effect) && !too_weak(b, cause, effect) &&
                    !too_light(b, cause, effect) && !hangs_under(b, cause, effect) &&
                    better(b, cause, b->parent[effect]))
                b->parent[effect] = cause;
        }
    }
}

/* A root cause that leads so far, and is sure enough to speak for this effect. */
static bool contributes_to(const struct blocks *b, size_t cause, size_t effect)
{
    return b->findings[cause].role == ROLE_ROOT_CAUSE && b->parent[cause] == SIZE_MAX &&
           blocks_explains(b, cause, effect) && !too_weak(b, cause, effect) &&
           b->findings[cause].history == b->findings[effect].history;
}

static void gather_causes(struct blocks *b)
{
    for (size_t effect = 0; effect < b->n; effect++) {
        size_t causes = 0;
        bool light = false;

        if (b->findings[effect].role != ROLE_MECHANISM || b->contributes[effect])
            continue;
        for (size_t i = 0; i < b->n; i++) {
            bool contributes = contributes_to(b, i, effect);

            causes += contributes;
            light = light || (contributes && too_light(b, i, effect));
        }
        if (causes < 2 && !light)
            continue;
        b->parent[effect] = SIZE_MAX;
        for (size_t i = 0; i < b->n; i++) {
            if (contributes_to(b, i, effect)) {
                b->parent[i] = effect;
                b->contributes[i] = true;
            }
        }
    }
}

static void lead(struct blocks *b, bool *done, size_t i)
{
    const struct finding *f = &b->findings[i];

    if (done[i] || !b->shown[i] || b->parent[i] != SIZE_MAX)
        return;
    done[i] = true;
    /* What a guess would explain is surer than the guess: it goes first. */
    if (f->confidence == CONFIDENCE_POSSIBLE && f->nexplains != 0) {
        for (size_t effect = 0; effect < b->n; effect++) {
            if (blocks_explains(b, i, effect) && too_weak(b, i, effect) &&
                    b->findings[effect].history == f->history &&
                    b->findings[effect].severity != SEVERITY_INFO)
                lead(b, done, effect);
        }
    }
    b->order[b->norder++] = i;
}

/* Of weight and sure; of weight but guessed; minor; before the last boot; notes. */
enum pass { PASS_SURE, PASS_GUESSED, PASS_MINOR, PASS_HISTORY, PASS_NOTES, PASSES };

static enum pass pass_of(const struct finding *f)
{
    if (f->severity == SEVERITY_INFO)
        return PASS_NOTES;
    if (f->history)
        return PASS_HISTORY;
    if (f->severity < SEVERITY_MEDIUM)
        return PASS_MINOR;
    return f->confidence == CONFIDENCE_POSSIBLE ? PASS_GUESSED : PASS_SURE;
}

static void find_homes(struct blocks *b)
{
    for (size_t i = 0; i < b->n; i++) {
        b->home[i] = i;
        while (b->parent[b->home[i]] != SIZE_MAX)
            b->home[i] = b->parent[b->home[i]];
    }
}

/* Findings by what they belong to: those of i stand in list[first[i]] to list[first[i + 1]]. */
struct grouped {
    size_t *first, *list;
};

/* each: tells of every finding what it belongs to, twice the same. */
static struct grouped *group(struct arena *a, const struct blocks *b, size_t most,
        void (*each)(const struct blocks *b, size_t i, struct grouped *g, bool count))
{
    struct grouped *g = arena_new(a, struct grouped);

    /* What is counted stands two places behind and moves down as the sum is made and the list filled. */
    g->first = arena_array(a, size_t, b->n + 2);
    g->list = arena_array(a, size_t, most);
    for (size_t i = 0; i < b->n; i++)
        each(b, i, g, true);
    for (size_t i = 2; i < b->n + 2; i++)
        g->first[i] += g->first[i - 1];
    for (size_t i = 0; i < b->n; i++)
        each(b, i, g, false);
    return g;
}

static void belongs(struct grouped *g, size_t i, size_t to, bool count)
{
    if (count)
        g->first[to + 2]++;
    else
        g->list[g->first[to + 1]++] = i;
}

static void tell_home(const struct blocks *b, size_t i, struct grouped *g, bool count)
{
    if (b->shown[i])
        belongs(g, i, b->home[i], count);
}

/* Whether the cause named this effect before. */
static bool is_again(const struct finding *cause, size_t at)
{
    for (size_t i = 0; i < at; i++) {
        if (cause->explains[i] == cause->explains[at])
            return true;
    }
    return false;
}

static void tell_effects(const struct blocks *b, size_t i, struct grouped *g, bool count)
{
    const struct finding *f = &b->findings[i];

    for (size_t k = 0; k < f->nexplains; k++) {
        size_t effect = f->explains[k];

        if (effect < b->n && effect != i && b->shown[i] && b->shown[effect] && !is_again(f, k))
            belongs(g, i, effect, count);
    }
}

static struct finding_list list_of(const struct grouped *g, size_t i)
{
    return (struct finding_list){ g->list + g->first[i], g->first[i + 1] - g->first[i] };
}

struct finding_list blocks_members(const struct blocks *b, size_t leader)
{
    return list_of(b->members, leader);
}

struct finding_list blocks_causes(const struct blocks *b, size_t effect)
{
    return list_of(b->causes, effect);
}

static int compare_numbers(const void *a, const void *b)
{
    size_t x = *(const size_t *)a, y = *(const size_t *)b;

    return (x > y) - (x < y);
}

struct finding_list blocks_effects(const struct blocks *b, struct arena *a, size_t cause)
{
    const struct finding *f = &b->findings[cause];
    size_t *p = arena_array(a, size_t, f->nexplains), n = 0;

    for (size_t k = 0; k < f->nexplains; k++) {
        if (f->explains[k] < b->n && blocks_explains(b, cause, f->explains[k]) && !is_again(f, k))
            p[n++] = f->explains[k];
    }
    if (n > 1)
        qsort(p, n, sizeof(*p), compare_numbers);
    return (struct finding_list){ p, n };
}

static void order_blocks(struct arena *a, struct blocks *b)
{
    bool *done = arena_array(a, bool, b->n);
    enum severity *worst =
            arena_array(a, enum severity, b->n + 1); /* of the block of each leader */

    for (size_t i = 0; i < b->n; i++) {
        if (b->shown[i] && b->findings[i].severity > worst[b->home[i]])
            worst[b->home[i]] = b->findings[i].severity;
    }
    for (int pass = 0; pass < PASSES; pass++) {
        for (int severity = SEVERITY_CRITICAL; severity >= SEVERITY_INFO; severity--) {
            for (size_t i = 0; i < b->n; i++) {
                /* An effect that leads stands where the first of its causes would. */
                size_t leader = b->contributes[i] ? b->parent[i] : i;

                if (pass_of(&b->findings[leader]) == (enum pass)pass &&
                        (int)worst[b->home[i]] == severity)
                    lead(b, done, leader);
            }
        }
    }
}

void blocks_build(
        struct arena *a, const struct verdict *verdict, enum severity least, struct blocks *ret)
{
    struct blocks b = { .findings = verdict->findings, .n = verdict->nfindings };
    size_t explained = 0;
    unsigned number = 0;

    b.shown = arena_array(a, bool, b.n);
    b.parent = arena_array(a, size_t, b.n);
    b.home = arena_array(a, size_t, b.n);
    b.contributes = arena_array(a, bool, b.n);
    b.number = arena_array(a, unsigned, b.n);
    b.order = arena_array(a, size_t, b.n);
    for (size_t i = 0; i < b.n; i++)
        b.shown[i] = b.findings[i].severity >= least;
    choose_parents(&b);
    gather_causes(&b);
    find_homes(&b);
    for (size_t i = 0; i < b.n; i++)
        explained += b.findings[i].nexplains;
    b.members = group(a, &b, b.n, tell_home);
    b.causes = group(a, &b, explained, tell_effects);
    order_blocks(a, &b);
    for (size_t i = 0; i < b.norder; i++) {
        if (b.findings[b.order[i]].severity != SEVERITY_INFO)
            b.number[b.order[i]] = ++number;
    }
    for (size_t i = 0; i < b.n; i++) {
        if (b.shown[i])
            b.number[i] = b.number[b.home[i]];
    }
    *ret = b;
}
