/* SPDX-License-Identifier: Apache-2.0 */
/*
 * eval: every rule over every host and group. A group whose condition is true becomes a draft of a
 * finding; one that ends unknown, with evidence and something to ask for, becomes a draft of what
 * could not be decided. The chain makes the verdict of them.
 */
#include "eval.h"

#include <stdlib.h>
#include <string.h>

#include "limits.h"
#include "run.h"

struct draft *drafts_add(struct drafts *d)
{
    if (d->n == d->size) {
        d->size = d->size != 0 ? d->size * 2 : 64;
        d->p = realloc(d->p, d->size * sizeof(*d->p));
        if (d->p == NULL)
            abort();
    }
    d->p[d->n] = (struct draft){ 0 };
    return &d->p[d->n++];
}

/* The first row whose condition is true, else `otherwise`. */
static int pick_grade(struct eval *e, const struct grade *grades, size_t n, int otherwise)
{
    for (size_t i = 0; i < n; i++) {
        if (grades[i].when == NULL || expr_true(e, grades[i].when))
            return grades[i].grade;
    }
    return otherwise;
}

static double clamp_share(struct result r)
{
    if (r.type != RESULT_NUMBER || r.d < 0)
        return 0;
    return r.d > 1 ? 1 : r.d;
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

/* The first facts of each selection and the very last one: where it began and how it ended. */
static void collect_evidence(struct bench *b, struct finding *f)
{
    const struct rule *rule = b->rule;
    struct evidence *list = arena_array(b->run->a, struct evidence, LIMIT_EVIDENCE);
    size_t *quota = arena_array(&b->run->rule, size_t, rule->nselections), n = 0;

    allot(b, quota);
    for (size_t i = 0; i < rule->nselections; i++) {
        const struct selection *s = &rule->selections[i];

        if (s->show != 0)
            f->evidence_total += b->group[i].n;
        for (size_t k = 0; k < quota[i]; k++) {
            size_t at = k + 1 == quota[i] ? b->group[i].n - 1 : k;
            const struct fact *fact = b->group[i].p[at];

            if (is_shown(list, n, fact)) {
                f->evidence_total--;
                continue;
            }
            list[n] = (struct evidence){ .fact = fact, .selection = s->name };
            b->eval.own = fact;
            if (s->say != NULL)
                list[n].say = template_print(&b->eval, s->say);
            n++;
        }
    }
    b->eval.own = NULL;
    f->evidence = list;
    f->nevidence = n;
}

static void collect_asks(struct bench *b, const str **ret, size_t *ret_n)
{
    const struct rule *rule = b->rule;
    str *asks = arena_array(b->run->a, str, rule->nasks + 1);
    size_t n = 0;

    for (size_t i = 0; i < rule->nasks; i++) {
        if (rule->asks[i].when == NULL || expr_true(&b->eval, rule->asks[i].when))
            asks[n++] = template_print(&b->eval, rule->asks[i].text);
    }
    *ret = asks;
    *ret_n = n;
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
            .action = template_print(&b->eval, step->action),
            .command = step->command != NULL ? template_print(&b->eval, step->command) : STR(""),
            .verify = template_print(&b->eval, step->verify),
            .risk = step->risk,
        };
    }
    f->remedy = steps;
    f->nremedy = n;
}

/* What a rule has brought so far: its drafts stand at the end of the lists. */
struct rule_drafts {
    size_t from, from_undetermined;
    size_t dropped;
};

/* A rule that finds the same on every host, from facts of no host, has found it once. */
static struct draft *find_hostless(struct drafts *d, size_t from, str subject)
{
    for (size_t i = from; i < d->n; i++) {
        if (d->p[i].hostless && str_eq(d->p[i].f.subject, subject))
            return &d->p[i];
    }
    return NULL;
}

static bool is_weaker(const struct finding *x, const struct finding *y)
{
    if (x->severity != y->severity)
        return x->severity < y->severity;
    if (x->confidence != y->confidence)
        return x->confidence < y->confidence;
    return x->share < y->share;
}

/* Where a draft of this strength may go; NULL when the rule has had its share of findings. */
static struct draft *make_room(struct bench *b, struct rule_drafts *d, const struct finding *f)
{
    struct drafts *drafts = &b->run->drafts;
    struct draft *weakest;

    if (drafts->n - d->from < LIMIT_FINDINGS)
        return drafts_add(drafts);
    d->dropped++;
    weakest = &drafts->p[d->from];
    for (size_t i = d->from + 1; i < drafts->n; i++) {
        if (is_weaker(&drafts->p[i].f, &weakest->f))
            weakest = &drafts->p[i];
    }
    return is_weaker(&weakest->f, f) ? weakest : NULL;
}

static void fire(struct bench *b, struct rule_drafts *d, str subject, bool hostless)
{
    const struct rule *rule = b->rule;
    struct eval *e = &b->eval;
    struct finding f = { .rule = rule->id, .cause = rule->cause, .role = rule->role };
    struct draft *draft;
    int lowest = rule->nseverity != 0 ? rule->severity[rule->nseverity - 1].grade : SEVERITY_INFO;

    f.severity = (enum severity)pick_grade(e, rule->severity, rule->nseverity, lowest);
    f.confidence = (enum confidence)pick_grade(
            e, rule->confidence, rule->nconfidence, CONFIDENCE_POSSIBLE);
    f.share = rule->share != NULL ? clamp_share(expr_eval(e, rule->share)) : 0;
    draft = make_room(b, d, &f);
    if (draft == NULL)
        return;
    f.subject = arena_str(b->run->a, subject);
    f.host = hostless ? STR("") : run_host_name(b->run, b->host_number);
    f.title = template_print(e, rule->title);
    f.summary = template_print(e, rule->summary);
    f.references = rule->references.p;
    f.nreferences = rule->references.n;
    measure(b, &f);
    collect_evidence(b, &f);
    f.table = bench_table(b);
    collect_remedy(b, &f);
    collect_asks(b, &f.asks, &f.nasks);
    *draft = (struct draft){ .f = f, .nrules = 1, .hostless = hostless, .each = rule->neach != 0 };
    draft->rules = arena_array(b->run->a, const struct rule *, 1);
    draft->rules[0] = rule;
}

/* Evidence of its own: something that it would show. */
static bool has_evidence(const struct bench *b)
{
    for (size_t i = 0; i < b->rule->nselections; i++) {
        if (b->group[i].n != 0 && b->rule->selections[i].show != 0)
            return true;
    }
    return false;
}

/* Kept as a draft: summary and evidence stand for what is missing until the end. */
static void leave_open(struct bench *b, struct rule_drafts *d, str subject, bool hostless)
{
    struct run *run = b->run;
    struct finding f = { .rule = b->rule->id, .cause = b->rule->cause };
    struct draft *draft;
    const str *missing;
    size_t nmissing;

    if (run->undetermined.n - d->from_undetermined >= LIMIT_FINDINGS || !has_evidence(b))
        return;
    collect_asks(b, &f.asks, &f.nasks);
    if (f.nasks == 0)
        return;
    f.subject = arena_str(run->a, subject);
    f.host = hostless ? STR("") : run_host_name(run, b->host_number);
    f.title = template_print(
            &b->eval, b->rule->question != NULL ? b->rule->question : b->rule->title);
    missing = missing_parts(b, b->rule->when, &nmissing);
    f.references = missing;
    f.nreferences = nmissing;
    draft = drafts_add(&run->undetermined);
    *draft = (struct draft){ .f = f, .hostless = hostless };
}

static void evaluate_group(struct bench *b, void *ctx)
{
    struct rule_drafts *d = ctx;
    struct run *run = b->run;
    struct result when = bench_when(b);
    bool hostless;
    str subject;

    if (when.type == RESULT_BOOL && !when.b)
        return;
    hostless = bench_hostless(b);
    subject = bench_subject(b);
    if (when.type == RESULT_BOOL) {
        if (!hostless || find_hostless(&run->drafts, d->from, subject) == NULL)
            fire(b, d, subject, hostless);
    } else if (!hostless ||
               find_hostless(&run->undetermined, d->from_undetermined, subject) == NULL) {
        leave_open(b, d, subject, hostless);
    }
}

/* What a rule says of a host it need not say of none, and what it found is no longer open. */
static void settle(struct run *run, const struct rule_drafts *d)
{
    struct drafts *found = &run->drafts, *open = &run->undetermined;

    for (size_t i = d->from; i < found->n; i++) {
        for (size_t k = d->from; found->p[i].hostless && k < found->n; k++) {
            if (!found->p[k].hostless && str_eq(found->p[k].f.subject, found->p[i].f.subject))
                found->p[i].gone = true;
        }
    }
    for (size_t i = d->from_undetermined; i < open->n; i++) {
        for (size_t k = d->from; k < found->n; k++) {
            const struct finding *f = &found->p[k].f;

            if (str_eq(f->subject, open->p[i].f.subject) &&
                    (open->p[i].hostless || str_eq(f->host, open->p[i].f.host)))
                open->p[i].gone = true;
        }
        for (size_t k = d->from_undetermined; open->p[i].hostless && k < open->n; k++) {
            if (!open->p[k].hostless && str_eq(open->p[k].f.subject, open->p[i].f.subject))
                open->p[i].gone = true;
        }
    }
}

static void evaluate_rule(struct run *run, const struct rule *rule)
{
    struct rule_drafts d = { run->drafts.n, run->undetermined.n, 0 };

    bench_each(run, rule, evaluate_group, &d);
    settle(run, &d);
    if (d.dropped != 0)
        run_limit(run, rule, "findings.cap",
                arena_printf(run->a, "%zu more findings, of which the %d strongest are kept",
                        d.dropped, (int)LIMIT_FINDINGS));
}

static void list_undetermined(struct run *run, struct verdict *ret)
{
    struct undetermined *list = arena_array(run->a, struct undetermined, run->undetermined.n + 1);
    size_t n = 0;

    for (size_t i = 0; i < run->undetermined.n; i++) {
        const struct finding *f = &run->undetermined.p[i].f;

        if (run->undetermined.p[i].gone)
            continue;
        list[n++] = (struct undetermined){ f->rule, f->cause, f->subject, f->host, f->title,
            f->references, f->nreferences, f->asks, f->nasks };
    }
    ret->undetermined = list;
    ret->nundetermined = n;
}

void rules_evaluate(
        struct arena *a, const struct ruleset *rs, struct fact_set facts, struct verdict *ret)
{
    struct run run;

    *ret = (struct verdict){ 0 };
    run_init(&run, a, rs, facts);
    for (size_t i = 0; i < rs->nrules; i++) {
        if (!rs->rules[i]->broken)
            evaluate_rule(&run, rs->rules[i]);
    }
    chain_findings(&run, ret);
    list_undetermined(&run, ret);
    if (run.nlimits != 0) {
        struct rule_problem *limits = arena_array(a, struct rule_problem, run.nlimits);

        memcpy(limits, run.limits, run.nlimits * sizeof(*limits));
        ret->limits = limits;
    }
    ret->nlimits = run.nlimits;
    run_finish(&run);
}
