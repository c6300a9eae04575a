/* SPDX-License-Identifier: Apache-2.0 */
/*
 * eval: every rule over every host and group. A group whose condition is true becomes a draft of a
 * finding; one that ends unknown, with evidence and something to ask for, becomes a draft of what
 * could not be decided. The chain makes the verdict of them.
 */
#include "eval.h"

#include <stdlib.h>
#include <string.h>

#include "base.h"
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
    if (b->unnamed && f.confidence > CONFIDENCE_POSSIBLE)
        f.confidence = CONFIDENCE_POSSIBLE;
    f.share = rule->share != NULL ? clamp_share(expr_eval(e, rule->share)) : 0;
    draft = make_room(b, d, &f);
    if (draft == NULL)
        return;
    f.subject = arena_str(b->run->a, subject);
    f.host = hostless ? STR("") : run_host_name(b->run, b->host_number);
    fill_finding(b, &f);
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
    fill_asks(b, &f);
    if (f.nasks == 0)
        return;
    f.subject = arena_str(run->a, subject);
    f.host = hostless ? STR("") : run_host_name(run, b->host_number);
    f.title = template_print(
            &b->eval, b->rule->question != NULL ? b->rule->question : b->rule->title);
    b->eval.printed_unknown = false; /* something is not known: that is why it is open */
    missing = missing_parts(b, b->rule->when, &nmissing);
    f.references = missing;
    f.nreferences = nmissing;
    draft = drafts_add(&run->undetermined);
    *draft = (struct draft){ .f = f, .hostless = hostless };
}

static void decide(struct bench *b, struct rule_drafts *d, struct result when, bool hostless)
{
    struct run *run = b->run;
    str subject = bench_subject(b);

    b->unnamed = hostless && b->rule->uses_host && run->hosts.n > 1 && when.type == RESULT_BOOL;
    if (when.type == RESULT_BOOL) {
        if (!hostless || find_hostless(&run->drafts, d->from, subject) == NULL)
            fire(b, d, subject, hostless);
    } else if (!hostless ||
               find_hostless(&run->undetermined, d->from_undetermined, subject) == NULL) {
        leave_open(b, d, subject, hostless);
    }
}

static void evaluate_group(struct bench *b, void *ctx)
{
    struct rule_drafts *d = ctx;
    struct result when = bench_when(b);
    struct facts *kept;

    if (when.type == RESULT_BOOL && !when.b)
        return;
    if (when.type != RESULT_BOOL || !bench_is_nobodys(b)) {
        decide(b, d, when, bench_hostless(b));
        return;
    }
    kept = arena_array(&b->run->rule, struct facts, b->rule->nselections + 1);
    bench_narrow(b, false, kept);
    decide(b, d, when, true);
    bench_restore(b, kept);
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
    if (run->trial != NULL)
        run->trial->fired = run->drafts.n != d.from;
    settle(run, &d);
    if (d.dropped != 0)
        run_limit(run, rule, "findings.cap",
                arena_printf(run->a, "%zu more findings, of which the %d strongest are kept",
                        d.dropped, (int)LIMIT_FINDINGS));
}

/* What it cost, counted and not timed: the same for the same input. */
static void try_rule(struct run *run, const struct rule *rule, struct rule_trial *trial)
{
    uint64_t tested = run->lookup.tested, patterns = run->rs->regexes.tries;

    *trial = (struct rule_trial){ .fired = false };
    run->trial = trial;
    evaluate_rule(run, rule);
    trial->tested = run->lookup.tested - tested;
    trial->patterns = run->rs->regexes.tries - patterns;
}

/* Lines of text were tried while the case was read. */
static void add_lines(const struct ruleset *rs, struct rule_trial *trials)
{
    size_t at = 0;

    for (size_t i = 0; i < rs->nlines; i++) {
        struct line_selection *l = &rs->lines[i];

        while (rs->rules[at] != l->rule)
            at++; /* both are in the order of the rules */
        trials[at].tested += l->tested;
        trials[at].patterns += l->patterns;
        l->tested = l->patterns = 0;
    }
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
    rules_evaluate_tried(a, rs, facts, ret, NULL);
}

void rules_evaluate_tried(struct arena *a, const struct ruleset *rs, struct fact_set facts,
        struct verdict *ret, struct rule_trial *trials)
{
    const bool *stirred;
    struct run run;

    *ret = (struct verdict){ 0 };
    run_init(&run, a, rs, facts);
    stirred = rs->base != NULL ? base_stirred(rs->base, &run.scratch, facts) : NULL;
    for (size_t i = 0; i < rs->nrules; i++) {
        const struct rule *rule = stirred == NULL || stirred[i] ? rule_at(rs, i) : NULL;

        if (rule == NULL || rule->broken)
            continue;
        if (trials != NULL)
            try_rule(&run, rule, &trials[i]);
        else
            evaluate_rule(&run, rule);
    }
    if (trials != NULL)
        add_lines(rs, trials);
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
