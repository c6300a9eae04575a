/* SPDX-License-Identifier: Apache-2.0 */
/*
 * eval: rules over the facts of a case. Every rule is evaluated once per host (facts that belong to
 * no host are seen by every host), and once per value of its `each` fields. What comes out are
 * findings, tied into a chain, and what could not be decided.
 */
#pragma once

#include "ruleset.h"

/* Facts of a case, in the order they were emitted; hosts as in fact.host. */
struct fact_set {
    const struct fact *const *facts;
    size_t n;
};

struct evidence {
    const struct fact *fact;
    str selection; /* name in the rule */
    str say;       /* the selection's "say" text, filled in; absent = quote the line */
    bool decides;  /* what the finding says rests on its value: last(), first(), min(), max() */
};

/* The "table" of a rule, filled in: texts for people. */
struct finding_table {
    const str *heads;
    const bool *numbers; /* columns that stand at the right */
    size_t ncolumns;
    const str *cells;    /* row by row */
    size_t nrows, total; /* kept; met */
    const str *foot;     /* NULL: none */
};

struct finding {
    str rule, cause, title, summary, subject, host;
    enum rule_role role;
    enum severity severity;
    enum confidence confidence;
    struct when first, last;
    uint64_t count; /* how often its main evidence was said */
    bool history;   /* lies before the last boot of its host */
    double share;   /* the rule's "share" value in 0..1, for sorting; 0 = none */
    const struct evidence *evidence;
    size_t nevidence, evidence_total;  /* kept; met */
    const struct finding_table *table; /* NULL: none */
    const struct remedy *remedy;
    size_t nremedy;
    const str *references;
    size_t nreferences;
    const str *asks; /* what would make it surer, from "collect" */
    size_t nasks;
    const uint32_t *explains; /* indexes of findings that this one explains */
    size_t nexplains;
    bool explained; /* some other finding explains it */
};

struct undetermined {
    str rule, cause, subject, host, title; /* title: the rule's question, if it has one */
    const str *missing;                    /* "tpla: a second snapshot", "host.cpus" */
    size_t nmissing;
    const str *asks;
    size_t nasks;
};

struct verdict {
    const struct finding
            *findings; /* sorted: root causes first, then severity, confidence, share, id */
    size_t nfindings;
    const struct finding *ruled_out; /* exonerations, sorted by rule and subject */
    size_t nruled_out;
    const struct undetermined *undetermined;
    size_t nundetermined;
    const struct rule_problem *limits; /* rules that hit a match limit or the findings cap */
    size_t nlimits;
};

/* Everything in *ret lives in arena a and borrows from rs and facts. */
void rules_evaluate(
        struct arena *a, const struct ruleset *rs, struct fact_set facts, struct verdict *ret);

/* What one rule did in an evaluation, before others spoke for it, silenced it or cleared it. */
struct rule_trial {
    bool fired;
    size_t matched;    /* facts that its selections found */
    uint64_t tested;   /* facts that were tried, and lines of text */
    uint64_t patterns; /* of these, times PCRE2 ran */
    const char *gap;   /* the first text of it that printed an unknown value: "summary"; or NULL */
};
/* The same, with one trial per rule, in the order of ruleset_rule. */
void rules_evaluate_tried(struct arena *a, const struct ruleset *rs, struct fact_set facts,
        struct verdict *ret, struct rule_trial *trials);

struct out;
/* `fathom why`: condition by condition, on which facts, for each host and each group. False: no
 * such rule. */
bool rules_why(struct arena *a, const struct ruleset *rs, str rule, struct fact_set facts,
        struct out *out);

/* The same, with places as the caller writes them ("a.zip!poolmon.txt:14"). */
struct why_places {
    void (*print)(const struct why_places *places, struct span where, struct out *out);
};
bool rules_why_at(struct arena *a, const struct ruleset *rs, str rule, struct fact_set facts,
        const struct why_places *places, struct out *out);
