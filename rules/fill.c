/* SPDX-License-Identifier: Apache-2.0 */
/* fill: what a finding says: texts, evidence, table, steps, questions, its first and last time. */
#include <string.h>

#include "limits.h"
#include "run.h"

/* A text of a finding; which one printed an unknown value is remembered for those who test rules. */
static str print(struct bench *b, const struct template *t, const char *what)
{
    struct rule_trial *trial = b->run->trial;
    str text = template_print(&b->eval, t);

    if (b->eval.printed_unknown && trial != NULL && trial->gap == NULL)
        trial->gap = what;
    b->eval.printed_unknown = false;
    return text;
}

/* Count and times are those of the main evidence; without any, of all that was found. */
static void measure(const struct bench *b, struct finding *f)
{
    bool main_only = b->group[0].n != 0;

    for (size_t i = 0; i < b->rule->nselections; i++) {
        const struct facts *facts = &b->group[i];

        if ((main_only && i != 0) || (!main_only && b->rule->selections[i].show == 0))
            continue;
        for (size_t k = 0; k < facts->n; k++) {
            const struct fact *fact = facts->p[k];
            struct when last = fact->last.basis != WHEN_NONE ? fact->last : fact->when;

            f->count += fact->count;
            if (fact->when.basis != WHEN_NONE &&
                    (f->first.basis == WHEN_NONE || when_order(fact->when, f->first) < 0))
                f->first = fact->when;
            if (last.basis != WHEN_NONE &&
                    (f->last.basis == WHEN_NONE || when_order(last, f->last) > 0))
                f->last = last;
        }
    }
}

/* How many lines each selection may show: all of them fairly, what is left over to the first. */
static void allot(const struct bench *b, size_t *quota)
{
    size_t left = LIMIT_EVIDENCE, n = b->rule->nselections;
    bool gave = true;

    while (left != 0 && gave) {
        gave = false;
        for (size_t i = 0; i < n && left != 0; i++) {
            size_t show = b->rule->selections[i].show;

            if (quota[i] < b->group[i].n && quota[i] < show) {
                quota[i]++;
                left--;
                gave = true;
            }
        }
    }
}

static bool is_shown(const struct evidence *list, size_t n, const struct fact *fact)
{
    for (size_t i = 0; i < n; i++) {
        if (list[i].fact == fact)
            return true;
    }
    return false;
}

static bool is_pick(const struct pick *picks, size_t n, size_t selection, size_t at)
{
    for (size_t i = 0; i < n; i++) {
        if (picks[i].selection == selection && picks[i].at == at)
            return true;
    }
    return false;
}

/* Adds a number to those of `n`, ascending, if it is not there and there is room. */
static size_t put_number(size_t *list, size_t n, size_t most, size_t number)
{
    size_t at = n;

    while (at > 0 && list[at - 1] > number)
        at--;
    if (n == most || (at > 0 && list[at - 1] == number))
        return n;
    memmove(list + at + 1, list + at, (n - at) * sizeof(*list));
    list[at] = number;
    return n + 1;
}

/*
 * Which facts of a selection are shown, in order of time: those that the finding's words rest on, the very last
 * one, and the first ones: where it began and how it ended.
 */
static void choose_shown(const struct bench *b, size_t selection, const struct pick *picks,
        size_t npicks, size_t *list, size_t quota)
{
    const size_t n = b->group[selection].n;
    size_t chosen = 0;

    for (size_t i = 0; i < npicks; i++) {
        if (picks[i].selection == selection)
            chosen = put_number(list, chosen, quota, picks[i].at);
    }
    chosen = put_number(list, chosen, quota, n - 1);
    for (size_t k = 0; k < n && chosen < quota; k++)
        chosen = put_number(list, chosen, quota, k);
}

static void collect_evidence(struct bench *b, struct finding *f)
{
    const struct rule *rule = b->rule;
    struct evidence *list = arena_array(b->run->a, struct evidence, LIMIT_EVIDENCE);
    size_t *quota = arena_array(&b->run->rule, size_t, rule->nselections), n = 0;
    struct pick picks[LIMIT_EVIDENCE];
    const size_t npicks = bench_picks(b, picks, LIMIT_EVIDENCE);

    allot(b, quota);
    for (size_t i = 0; i < rule->nselections; i++) {
        const struct selection *s = &rule->selections[i];
        size_t shown[LIMIT_EVIDENCE];

        if (s->show != 0)
            f->evidence_total += b->group[i].n;
        if (quota[i] != 0)
            choose_shown(b, i, picks, npicks, shown, quota[i]);
        for (size_t k = 0; k < quota[i]; k++) {
            const struct fact *fact = b->group[i].p[shown[k]];

            if (is_shown(list, n, fact)) {
                f->evidence_total--;
                continue;
            }
            list[n] = (struct evidence){ .fact = fact, .selection = s->name };
            list[n].decides = is_pick(picks, npicks, i, shown[k]);
            b->eval.own = fact;
            if (s->say != NULL)
                list[n].say = print(b, s->say, "say");
            n++;
        }
    }
    b->eval.own = NULL;
    f->evidence = list;
    f->nevidence = n;
}

void fill_asks(struct bench *b, struct finding *f)
{
    const struct rule *rule = b->rule;
    str *asks = arena_array(b->run->a, str, rule->nasks + 1);
    size_t n = 0;

    for (size_t i = 0; i < rule->nasks; i++) {
        if (rule->asks[i].when == NULL || expr_true(&b->eval, rule->asks[i].when))
            asks[n++] = print(b, rule->asks[i].text, "collect");
    }
    if (b->unnamed)
        asks[n++] = STR(
                "which machine it is that the evidence speaks of: a folder for the files of each");
    f->asks = asks;
    f->nasks = n;
}

static void collect_remedy(struct bench *b, struct finding *f)
{
    const struct rule *rule = b->rule;
    struct remedy *steps = arena_array(b->run->a, struct remedy, rule->nsteps + 1);
    size_t n = 0;

    for (size_t i = 0; i < rule->nsteps; i++) {
        const struct step *step = &rule->steps[i];

        if (step->when != NULL && !expr_true(&b->eval, step->when))
            continue;
        steps[n++] = (struct remedy){
            .action = print(b, step->action, "remedy"),
            .command = step->command != NULL ? print(b, step->command, "remedy") : STR(""),
            .verify = print(b, step->verify, "remedy"),
            .risk = step->risk,
        };
    }
    f->remedy = steps;
    f->nremedy = n;
}

void fill_finding(struct bench *b, struct finding *f)
{
    const struct rule *rule = b->rule;

    b->eval.printed_unknown = false;
    f->title = print(b, rule->title, "title");
    f->summary = print(b, rule->summary, "summary");
    f->references = rule->references.p;
    f->nreferences = rule->references.n;
    measure(b, f);
    collect_evidence(b, f);
    f->table = bench_table(b);
    b->eval.printed_unknown = false; /* cells may stay empty */
    collect_remedy(b, f);
    fill_asks(b, f);
}
