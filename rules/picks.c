/* SPDX-License-Identifier: Apache-2.0 */
/*
 * picks: the facts that a finding's words rest on: those whose values last(), first(), min() and max() gave to
 * its title, its summary and its condition. Of many facts these are the evidence that must not be left out.
 */
#include <string.h>

#include "limits.h"
#include "run.h"

struct picking {
    struct bench *b;
    struct pick *list;
    size_t n, most;
    bool *walked; /* [let]: lets may speak of each other many times over */
};

static void add(struct picking *p, size_t selection, size_t at)
{
    for (size_t i = 0; i < p->n; i++) {
        if (p->list[i].selection == selection && p->list[i].at == at)
            return;
    }
    if (p->n < p->most)
        p->list[p->n++] = (struct pick){ selection, at };
}

static bool better(str how, struct result r, struct result best)
{
    if (r.type == RESULT_UNKNOWN)
        return false;
    if (best.type == RESULT_UNKNOWN || str_eq(how, STR("last")))
        return true;
    if (r.type != RESULT_NUMBER || best.type != RESULT_NUMBER)
        return false;
    return str_eq(how, STR("min")) ? r.d < best.d : str_eq(how, STR("max")) && r.d > best.d;
}

/* Of a selection's field the fact that this function takes. */
static void pick(struct picking *p, str how, const struct expr *field)
{
    const struct facts *facts = &p->b->group[field->index];
    struct result best = result_unknown();
    size_t at = facts->n;

    for (size_t i = 0; i < facts->n; i++) {
        const struct result r = fact_result(facts->p[i], &field->ref);

        if (better(how, r, best)) {
            best = r;
            at = i;
        }
    }
    if (at != facts->n)
        add(p, field->index, at);
}

/* last(s.f), first(s.f), min(s.f), max(s.f) */
static bool takes_one(const struct function *f)
{
    static const char *const names[] = { "last", "first", "min", "max" };

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (strcmp(f->name, names[i]) == 0)
            return strcmp(f->args, "f") == 0 || strcmp(f->args, "n") == 0;
    }
    return false;
}

/* What has a whole selection for an argument speaks of all its facts. */
static void walk(struct picking *p, const struct expr *e)
{
    if (e == NULL)
        return;
    if (e->op == EXPR_LET) {
        if (!p->walked[e->index]) {
            p->walked[e->index] = true;
            walk(p, p->b->rule->lets[e->index].expr);
        }
    } else if (e->op == EXPR_FIELD) {
        pick(p, STR("last"), e);
    } else if (e->op == EXPR_CALL && takes_one(e->function)) {
        pick(p, str_z(e->function->name), e->args[0]);
    } else {
        for (size_t i = 0; i < e->nargs; i++) {
            if (e->op != EXPR_CALL || strchr("sfne", e->function->args[i]) == NULL)
                walk(p, e->args[i]);
        }
    }
}

static void walk_template(struct picking *p, const struct template *t)
{
    for (size_t i = 0; t != NULL && i < t->n; i++)
        walk(p, t->pieces[i].expr);
}

static bool rests_on_nobody(struct bench *b)
{
    struct pick picks[LIMIT_EVIDENCE];
    const size_t n = bench_picks(b, picks, LIMIT_EVIDENCE);

    for (size_t i = 0; i < n; i++) {
        if (b->rule->selections[picks[i].selection].any_host ||
                fact_host(b->group[picks[i].selection].p[picks[i].at]).n != 0)
            return false;
    }
    return n != 0;
}

static bool holds_by(struct bench *b, bool own, struct facts *kept)
{
    struct result when;

    bench_narrow(b, own, kept);
    when = bench_when(b);
    bench_restore(b, kept);
    return when.type == RESULT_BOOL && when.b;
}

bool bench_is_nobodys(struct bench *b)
{
    struct facts *kept;

    if (b->run->hosts.n < 2 || bench_hostless(b))
        return false;
    kept = arena_array(&b->run->rule, struct facts, b->rule->nselections + 1);
    return holds_by(b, false, kept) && (rests_on_nobody(b) || !holds_by(b, true, kept));
}

size_t bench_picks(struct bench *b, struct pick *ret, size_t most)
{
    struct picking p = { b, ret, 0, most, arena_array(&b->run->rule, bool, b->rule->nlets + 1) };

    walk_template(&p, b->rule->title);
    walk_template(&p, b->rule->summary);
    walk(&p, b->rule->when);
    walk(&p, b->rule->share);
    return p.n;
}
