/* SPDX-License-Identifier: Apache-2.0 */
/* merge: findings of one cause, host and subject become one. The surest rule speaks. */
#include <stdlib.h>
#include <string.h>

#include "limits.h"
#include "run.h"

static int compare_keys(const struct draft *x, const struct draft *y)
{
    int order = is_exoneration(x) - is_exoneration(y);

    if (order == 0)
        order = str_cmp(x->f.cause, y->f.cause);
    return order != 0 ? order : str_cmp(x->f.subject, y->f.subject);
}

/* Same cause and subject side by side, by host, the surest first. */
static int compare_merge(const void *a, const void *b)
{
    const struct draft *x = a, *y = b;
    int order = compare_keys(x, y);

    if (order == 0)
        order = str_cmp(x->f.host, y->f.host);
    if (order == 0)
        order = (int)y->f.confidence - (int)x->f.confidence;
    if (order == 0)
        order = (int)y->f.severity - (int)x->f.severity;
    if (order == 0)
        order = (x->f.share < y->f.share) - (x->f.share > y->f.share);
    return order != 0 ? order : str_cmp(x->f.rule, y->f.rule);
}

static void merge_evidence(struct run *run, struct finding *to, const struct finding *from)
{
    struct evidence *list = arena_array(run->a, struct evidence, LIMIT_EVIDENCE);
    size_t n = to->nevidence;

    if (n != 0)
        memcpy(list, to->evidence, n * sizeof(*list));
    to->evidence_total += from->evidence_total;
    for (size_t i = 0; i < from->nevidence; i++) {
        bool known = false;

        for (size_t k = 0; k < n && !known; k++)
            known = list[k].fact == from->evidence[i].fact;
        if (known)
            to->evidence_total--;
        else if (n < LIMIT_EVIDENCE)
            list[n++] = from->evidence[i];
    }
    to->evidence = list;
    to->nevidence = n;
}

static void join(struct run *run, struct draft *to, struct draft *from)
{
    const struct rule **rules = arena_array(run->a, const struct rule *, to->nrules + from->nrules);

    merge_evidence(run, &to->f, &from->f);
    if (to->f.nremedy == 0) {
        to->f.remedy = from->f.remedy;
        to->f.nremedy = from->f.nremedy;
    }
    if (to->f.nasks == 0) {
        to->f.asks = from->f.asks;
        to->f.nasks = from->f.nasks;
    }
    if (to->f.first.basis == WHEN_NONE ||
            (from->f.first.basis != WHEN_NONE && when_order(from->f.first, to->f.first) < 0))
        to->f.first = from->f.first;
    if (when_order(from->f.last, to->f.last) > 0)
        to->f.last = from->f.last;
    memcpy(rules, to->rules, to->nrules * sizeof(const struct rule *));
    memcpy(rules + to->nrules, from->rules, from->nrules * sizeof(const struct rule *));
    to->rules = rules;
    to->nrules += from->nrules;
    from->gone = true;
}

/* Drafts from..to share cause and subject and are sorted by host, "" first. */
static void merge_run(struct run *run, struct draft *p, size_t from, size_t to)
{
    size_t hosts = 0, only = from, first = from;

    for (size_t i = from; i < to; i++) {
        if (i != from && str_eq(p[i].f.host, p[first].f.host)) {
            join(run, &p[first], &p[i]);
            continue;
        }
        first = i;
        if (p[i].f.host.n != 0) {
            hosts++;
            only = i;
        }
    }
    /* What belongs to no host tells of the one that there is. */
    if (hosts != 1 || p[from].f.host.n != 0)
        return;
    if (p[from].f.confidence > p[only].f.confidence) {
        p[from].f.host = p[only].f.host;
        join(run, &p[from], &p[only]);
    } else {
        join(run, &p[only], &p[from]);
    }
}

size_t merge_drafts(struct run *run, struct draft *drafts, size_t n)
{
    size_t kept = 0;

    if (n != 0)
        qsort(drafts, n, sizeof(*drafts), compare_merge);
    for (size_t from = 0, to; from < n; from = to) {
        for (to = from + 1; to < n && compare_keys(&drafts[from], &drafts[to]) == 0; to++)
            ;
        merge_run(run, drafts, from, to);
    }
    for (size_t i = 0; i < n; i++) {
        if (!drafts[i].gone)
            drafts[kept++] = drafts[i];
    }
    return kept;
}
