/* SPDX-License-Identifier: Apache-2.0 */
/* run: one evaluation of a rule set over the facts of a case. Internal to rules/. */
#pragma once

#include "hosts.h"
#include "lookup.h"

/* A finding under way: others may be merged into it, and it may yet go. */
struct draft {
    struct finding f;
    const struct rule **rules; /* that tell of it; the speaker first */
    size_t nrules;
    bool hostless; /* no fact it stands on belongs to a host */
    bool gone;
    bool each; /* the speaker is evaluated per group */
    /* Drafts of exonerations that took a step of confidence: as many as there are steps. */
    uint32_t cleared_by[CONFIDENCE_CERTAIN + 1];
    size_t ncleared;
};

static inline bool is_exoneration(const struct draft *d)
{
    return d->f.role == ROLE_EXONERATION;
}

struct drafts {
    struct draft *p;
    size_t n, size;
};

struct merged_values {
    bool made;
    const struct value *host, *limit; /* NULL = no such fact */
};

struct run {
    struct arena *a;      /* of the verdict */
    struct arena scratch; /* of the whole run */
    struct arena rule;    /* of the rule under evaluation */
    const struct ruleset *rs;
    struct fact_set facts;
    struct lookup lookup;
    struct host_table hosts;
    struct merged_values *merged;       /* [host], 0 = no host */
    struct drafts drafts, undetermined; /* the latter: .f.rule and so on, asks and missing */
    struct rule_problem *limits;
    size_t nlimits, limits_size;
    struct rule_trial *trial; /* of the rule under evaluation; NULL = nobody asks */
};

void run_init(struct run *run, struct arena *a, const struct ruleset *rs, struct fact_set facts);
void run_finish(struct run *run);
const struct merged_values *run_merged(struct run *run, uint32_t host);
str run_host_name(const struct run *run, uint32_t host);
void run_limit(struct run *run, const struct rule *rule, const char *code, str text);

struct draft *drafts_add(struct drafts *d);

/* One host and one group of a rule, ready to be asked. */
struct bench {
    struct run *run;
    const struct rule *rule;
    struct facts *all;    /* [selection] matched, in order of time, all hosts */
    struct facts *host;   /* [selection] what the host sees */
    struct facts *group;  /* [selection] what the group sees */
    uint32_t host_number; /* 0 = none */
    struct result value;  /* of the group; unknown without one */
    struct eval eval;
    bool hit_limit;
    bool unnamed; /* what it found may be of any of several hosts, and it asked this one for its values */
};

/* Calls fn for every host and every group of the rule; nothing when no selection found anything. */
void bench_each(struct run *run, const struct rule *rule, void (*fn)(struct bench *b, void *ctx),
        void *ctx);
/* true, false or unknown: what "when" says of the group. */
struct result bench_when(struct bench *b);
/* No fact of the group belongs to a host. */
bool bench_hostless(const struct bench *b);
str bench_subject(struct bench *b);

/* A fact of the group that the finding's words rest on: of a selection, its number there. */
struct pick {
    size_t selection, at;
};
/* Up to `most` of them, each once, those of the title first. */
size_t bench_picks(struct bench *b, struct pick *ret, size_t most);

/* Leaves the group the host's own facts, or those that belong to no host; kept has room for one of each
 * selection, to go back. */
void bench_narrow(struct bench *b, bool own, struct facts *kept);
void bench_restore(struct bench *b, const struct facts *kept);
/*
 * Of several machines, facts that name none may be of any. So a finding that holds by these alone is no finding
 * of the host at hand if it does not hold by that host's own, or if all values that its words name come
 * from facts of no host. True for one that holds, and then.
 */
bool bench_is_nobodys(struct bench *b);

/* The rule's table over the group; NULL when it has none or no rows. */
const struct finding_table *bench_table(struct bench *b);

/* Everything that a finding says of its group; grades and subject are the caller's. */
void fill_finding(struct bench *b, struct finding *f);
void fill_asks(struct bench *b, struct finding *f);

/* What is missing to decide an unknown condition. */
const str *missing_parts(struct bench *b, const struct expr *when, size_t *ret_n);

/* Makes one of those with the same cause, host and subject, and moves the rest together. */
size_t merge_drafts(struct run *run, struct draft *drafts, size_t n);
/* Merges, clears, ties and sorts the drafts into the verdict. */
void chain_findings(struct run *run, struct verdict *ret);
