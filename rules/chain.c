/* SPDX-License-Identifier: Apache-2.0 */
/*
 * chain: from what the rules found, each for itself, to one story. Findings of one cause, host and
 * subject become one; exonerations take their suspects down; the specific silences the general; and
 * causes are tied to what they explain.
 *
 * Which rule speaks of which other is worked out once per pair of rules that found anything; only
 * then are their findings compared.
 */
#include <assert.h>
#include <stdlib.h>

#include "limits.h"
#include "run.h"

/* The effect may outlive the report of its cause, not end long before it. */
#define SLACK_NS (7 * 86400 * WHEN_NS)

struct rule_findings {
    const struct rule *rule;
    uint32_t *p; /* drafts that this rule tells of */
    size_t n;
};

struct chain {
    struct run *run;
    struct draft *drafts;
    size_t n;
    struct rule_findings *rules; /* those with findings, by id */
    size_t nrules;
};

static int compare_rules(const void *a, const void *b)
{
    const struct rule_findings *x = a, *y = b;

    return str_cmp(x->rule->id, y->rule->id);
}

/* Its place among them; it must be one of them. */
static size_t rule_place(const struct chain *c, const struct rule *rule)
{
    size_t low = 0, high = c->nrules;

    while (low + 1 < high) {
        size_t middle = low + (high - low) / 2;

        if (str_cmp(c->rules[middle].rule->id, rule->id) <= 0)
            low = middle;
        else
            high = middle;
    }
    assert(low < c->nrules && c->rules[low].rule == rule);
    return low;
}

/* The rules that found something, each with its drafts. */
static void list_rules(struct chain *c)
{
    struct arena *a = &c->run->scratch;
    size_t total = 0, n = 0;

    for (size_t i = 0; i < c->n; i++)
        total += c->drafts[i].nrules;
    c->rules = arena_array(a, struct rule_findings, total + 1);
    for (size_t i = 0; i < c->n; i++) {
        for (size_t k = 0; k < c->drafts[i].nrules; k++)
            c->rules[n++].rule = c->drafts[i].rules[k];
    }
    if (n != 0)
        qsort(c->rules, n, sizeof(*c->rules), compare_rules);
    for (size_t i = 0; i < n; i++) {
        if (c->nrules == 0 || c->rules[c->nrules - 1].rule != c->rules[i].rule)
            c->rules[c->nrules++] = (struct rule_findings){ .rule = c->rules[i].rule };
        c->rules[c->nrules - 1].n++;
    }
    for (size_t i = 0; i < c->nrules; i++) {
        c->rules[i].p = arena_array(a, uint32_t, c->rules[i].n);
        c->rules[i].n = 0;
    }
    for (size_t i = 0; i < c->n; i++) {
        for (size_t k = 0; k < c->drafts[i].nrules; k++) {
            struct rule_findings *r = &c->rules[rule_place(c, c->drafts[i].rules[k])];

            if (r->n == 0 || r->p[r->n - 1] != i)
                r->p[r->n++] = (uint32_t)i;
        }
    }
}

/* Calls fn for every two drafts of which a rule of the first speaks of a rule of the second. */
static void each_pair(struct chain *c, struct strs (*patterns)(const struct rule *rule), bool ids,
        void (*fn)(struct chain *c, uint32_t x, uint32_t y, void *ctx), void *ctx)
{
    for (size_t r = 0; r < c->nrules; r++) {
        struct strs list = patterns(c->rules[r].rule);

        for (size_t q = 0; list.n != 0 && q < c->nrules; q++) {
            const struct rule *other = c->rules[q].rule;
            bool speaks = false;

            for (size_t i = 0; i < list.n && !speaks; i++)
                speaks = pattern_matches(list.p[i], other->cause) ||
                         (ids && pattern_matches(list.p[i], other->id));
            for (size_t i = 0; speaks && q != r && i < c->rules[r].n; i++) {
                for (size_t k = 0; k < c->rules[q].n; k++) {
                    if (c->rules[r].p[i] != c->rules[q].p[k])
                        fn(c, c->rules[r].p[i], c->rules[q].p[k], ctx);
                }
            }
        }
    }
}

static struct strs supersedes_of(const struct rule *rule)
{
    return rule->supersedes;
}

static struct strs clears_of(const struct rule *rule)
{
    return rule->clears;
}

static struct strs explains_of(const struct rule *rule)
{
    return rule->explains;
}

static bool same_or_none(str x, str y)
{
    return x.n == 0 || y.n == 0 || str_eq(x, y);
}

/* ctx: whether exonerations are concerned or the others. One that is superseded still supersedes
 * what says even less. */
static void supersede(struct chain *c, uint32_t x, uint32_t y, void *ctx)
{
    const bool *exonerations = ctx;
    struct draft *dx = &c->drafts[x], *dy = &c->drafts[y];

    if (is_exoneration(dy) == *exonerations && same_or_none(dx->f.host, dy->f.host) &&
            same_or_none(dx->f.subject, dy->f.subject) && dx->nrules != 0)
        dy->gone = true;
}

/* An exoneration per group clears that group only. */
static void clear(struct chain *c, uint32_t x, uint32_t y, void *ctx)
{
    struct draft *dx = &c->drafts[x], *dy = &c->drafts[y];

    (void)ctx;
    for (size_t i = 0; i < dy->ncleared; i++) {
        if (dy->cleared_by[i] == x)
            return;
    }
    if (dx->gone || dy->gone || is_exoneration(dy) || !same_or_none(dx->f.host, dy->f.host) ||
            (dx->each && !same_or_none(dx->f.subject, dy->f.subject)))
        return;
    dy->cleared_by[dy->ncleared++] = x;
    if (dy->f.confidence == CONFIDENCE_POSSIBLE) {
        dy->gone = true;
        dy->nrules = 0; /* not even there to supersede */
    } else {
        dy->f.confidence--;
    }
}

static int role_order(enum rule_role role)
{
    static const int orders[] = {
        [ROLE_ROOT_CAUSE] = 0, [ROLE_MECHANISM] = 1, [ROLE_SYMPTOM] = 2, [ROLE_EXONERATION] = 3
    };

    return orders[role];
}

static int compare_final(const void *a, const void *b)
{
    const struct finding *x = &((const struct draft *)a)->f, *y = &((const struct draft *)b)->f;
    int order = role_order(x->role) - role_order(y->role);

    if (order == 0 && x->role != ROLE_EXONERATION) {
        order = (int)y->severity - (int)x->severity;
        if (order == 0)
            order = x->history - y->history;
        if (order == 0)
            order = (int)y->confidence - (int)x->confidence;
        if (order == 0)
            order = (x->share < y->share) - (x->share > y->share);
    }
    if (order == 0)
        order = str_cmp(x->rule, y->rule);
    if (order == 0)
        order = str_cmp(x->subject, y->subject);
    return order != 0 ? order : str_cmp(x->host, y->host);
}

struct edges {
    uint32_t *counts; /* [finding] */
    uint32_t **lists; /* NULL while counting */
};

/* Whether x tells the same as y, only closer: windows/bugcheck/watchdog and windows/bugcheck. */
static bool narrows(const struct finding *x, const struct finding *y)
{
    return str_starts(x->cause, y->cause) && x->cause.n > y->cause.n &&
           x->cause.p[y->cause.n] == '/';
}

static bool may_explain(const struct chain *c, uint32_t x, uint32_t y)
{
    const struct draft *dx = &c->drafts[x], *dy = &c->drafts[y];
    const struct finding *cause = &dx->f, *effect = &dy->f;
    uint32_t cycle = dx->rules[0]->cycle;

    if (is_exoneration(dx) || is_exoneration(dy) || str_eq(cause->cause, effect->cause) ||
            !same_or_none(cause->host, effect->host))
        return false;
    /* One stop code tells nothing of another. */
    if (narrows(cause, effect) && !same_or_none(cause->subject, effect->subject))
        return false;
    /* Causes that explain each other: the one that leads the report does. */
    if (cycle != 0 && cycle == dy->rules[0]->cycle && x > y)
        return false;
    /* A boot gives back what was used up: what began after it has another reason. */
    if ((cause->last.settled & WHEN_PAST) != 0 && effect->first.basis != WHEN_NONE &&
            (effect->first.settled & WHEN_PAST) == 0)
        return false;
    return !when_comparable(effect->last, cause->first) ||
           effect->last.ns >= cause->first.ns - SLACK_NS;
}

static void tie(struct chain *c, uint32_t x, uint32_t y, void *ctx)
{
    struct edges *edges = ctx;
    uint32_t n = edges->counts[x];

    if (!may_explain(c, x, y))
        return;
    for (uint32_t i = 0; edges->lists != NULL && i < n; i++) {
        if (edges->lists[x][i] == y)
            return;
    }
    if (edges->lists != NULL) {
        edges->lists[x][n] = y;
        c->drafts[y].f.explained = true;
    }
    edges->counts[x]++;
}

static int compare_numbers(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

    return (x > y) - (x < y);
}

static void tie_all(struct chain *c)
{
    struct edges edges = { arena_array(&c->run->scratch, uint32_t, c->n + 1), NULL };
    uint32_t **lists = arena_array(&c->run->scratch, uint32_t *, c->n + 1);

    each_pair(c, explains_of, false, tie, &edges);
    for (size_t i = 0; i < c->n; i++) {
        lists[i] = arena_array(c->run->a, uint32_t, edges.counts[i]);
        edges.counts[i] = 0;
    }
    edges.lists = lists;
    each_pair(c, explains_of, false, tie, &edges);
    for (size_t i = 0; i < c->n; i++) {
        if (edges.counts[i] != 0)
            qsort(lists[i], edges.counts[i], sizeof(**lists), compare_numbers);
        c->drafts[i].f.explains = lists[i];
        c->drafts[i].f.nexplains = edges.counts[i];
    }
}

/* All that a finding counts was said before the last boot. */
static void mark_history(struct chain *c)
{
    for (size_t i = 0; i < c->n; i++)
        c->drafts[i].f.history = (c->drafts[i].f.last.settled & WHEN_PAST) != 0;
}

static void drop_gone(struct chain *c)
{
    size_t kept = 0;

    for (size_t i = 0; i < c->n; i++) {
        if (!c->drafts[i].gone)
            c->drafts[kept++] = c->drafts[i];
    }
    c->n = kept;
}

/* A cause that is found, by whatever rule, is not open any more. */
static void close_open(struct chain *c)
{
    struct drafts *open = &c->run->undetermined;

    for (size_t i = 0; i < open->n; i++) {
        const struct finding *f = &open->p[i].f;

        for (size_t k = 0; k < c->n && !open->p[i].gone; k++) {
            const struct finding *g = &c->drafts[k].f;

            open->p[i].gone = str_eq(f->cause, g->cause) && same_or_none(f->host, g->host) &&
                              str_eq(f->subject, g->subject);
        }
    }
}

static void publish(struct chain *c, struct verdict *ret)
{
    struct finding *list = arena_array(c->run->a, struct finding, c->n + 1);
    size_t n = 0;

    for (size_t i = 0; i < c->n; i++) {
        list[i] = c->drafts[i].f;
        n += !is_exoneration(&c->drafts[i]);
    }
    ret->findings = list;
    ret->nfindings = n;
    ret->ruled_out = list + n;
    ret->nruled_out = c->n - n;
}

void chain_findings(struct run *run, struct verdict *ret)
{
    struct chain c = { .run = run, .drafts = run->drafts.p, .n = run->drafts.n };
    bool exonerations = true, others = false;

    drop_gone(&c);
    c.n = merge_drafts(run, c.drafts, c.n);
    close_open(&c);
    list_rules(&c);
    each_pair(&c, supersedes_of, true, supersede, &exonerations);
    each_pair(&c, clears_of, false, clear, NULL);
    each_pair(&c, supersedes_of, true, supersede, &others);
    drop_gone(&c);
    mark_history(&c);
    if (c.n != 0)
        qsort(c.drafts, c.n, sizeof(*c.drafts), compare_final);
    c.nrules = 0;
    list_rules(&c);
    tie_all(&c);
    publish(&c, ret);
}
