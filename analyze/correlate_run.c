/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs the correlators between reading and the rules: each after those that emit what it wants.
 * What they derive is appended to the facts of the case.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "case.h"
#include "correlator.h"
#include "limits.h"

struct run {
    struct correlate face;
    struct case_file *c;
    const struct fact **added;
    size_t nadded, size;
};

static bool lists(const struct kind *const *kinds, const struct kind *kind)
{
    for (; *kinds != NULL; kinds++) {
        if (*kinds == kind)
            return true;
    }
    return false;
}

/* Whether some other correlator that has not run yet emits what this one wants. */
static bool waits(size_t number, const bool *done)
{
    const struct correlator *self = correlators[number];

    for (size_t i = 0; correlators[i] != NULL; i++) {
        if (done[i] || i == number)
            continue;
        for (const struct kind *const *kind = self->wants; *kind != NULL; kind++) {
            if (lists(correlators[i]->emits, *kind))
                return true;
        }
    }
    return false;
}

static void add(struct correlate *face, const struct fact *fact)
{
    struct run *run = (struct run *)face;
    struct fact *copy = NULL;

    if (run->nadded < LIMIT_FACTS)
        copy = fact_keep(face->arena, fact);
    if (copy == NULL)
        return;
    if (copy->count == 0)
        copy->count = 1;
    if (run->nadded == run->size) {
        run->size = run->size != 0 ? run->size * 2 : 64;
        run->added = realloc(run->added, run->size * sizeof(*run->added));
        if (run->added == NULL)
            abort();
    }
    run->added[run->nadded++] = copy;
}

static void run_one(struct run *run, const struct correlator *correlator)
{
    struct case_file *c = run->c;

    run->face.facts = (struct fact_set){ c->facts, c->nfacts };
    correlator->run(&run->face);
    case_append(c, run->added, run->nadded);
    run->nadded = 0;
}

void case_correlate(struct case_file *c)
{
    struct run run = {
        .face = { .arena = &c->arena, .hosts = c->hosts, .nhosts = c->nhosts, .add = add },
        .c = c,
    };
    bool *done;
    size_t total = 0, left;

    while (correlators[total] != NULL)
        total++;
    done = calloc(total + 1, sizeof(*done));
    if (done == NULL)
        abort();
    for (left = total; left != 0;) {
        size_t before = left;

        for (size_t i = 0; i < total; i++) {
            if (done[i] || waits(i, done))
                continue;
            run_one(&run, correlators[i]);
            done[i] = true;
            left--;
        }
        assert(left < before && "correlators want what each other emit");
        if (left == before)
            break;
    }
    free(done);
    free(run.added);
}
