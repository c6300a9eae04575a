/* SPDX-License-Identifier: Apache-2.0 */
/*
 * case: one bundle from its paths to everything that was read of it: sources, kept facts, hosts,
 * counts, diagnostics. Correlators add derived facts; after that it does not change.
 */
#pragma once

#include "bundle.h"
#include "parser.h"
#include "ruleset.h"
#include "times.h"

struct source {
    str path, format, encoding, runner_up;
    str declined; /* of a text that no format claimed: which came nearest, and why it did not bid */
    int bid, second;
    char sha256[65];
    uint64_t bytes, understood, facts;
    struct when first, last; /* of its lines and facts */
    str host;
    int64_t mtime; /* seconds since 1970 as its archive says, 0 = not known */
    const struct diag *diags;
    size_t ndiags, ndiags_total;
    bool text;
    uint64_t *facts_by_kind; /* parallel to case_kinds */
};

struct case_options {
    const struct ruleset *rules;    /* NULL: keep everything (fathom facts) */
    const struct kind *const *also; /* kept beside what they want, NULL-terminated; may be NULL */
    bool hash;                      /* sha256 of members */
    bool declined;                  /* say why formats declined */
    unsigned jobs;                  /* processes that read files side by side; below 2 = none */
    bool careful; /* read every line and try every rule on it: slow, and the same facts */
    const struct time_options *times; /* NULL: none */
};

struct case_file {
    struct arena arena;
    str name;
    struct source *sources;
    size_t nsources;
    const struct fact **facts; /* by source, then order in it; derived facts last */
    size_t nfacts;
    const str *hosts; /* sorted; may be empty */
    size_t nhosts;
    const struct diag *diags; /* of the bundle itself */
    const str *diag_paths;
    size_t ndiags;
    uint64_t bytes;
    const struct times *times; /* NULL until they are settled */
    uint64_t left_out;         /* facts outside --since and --until */
    uint64_t untimed;          /* facts kept although their time cannot be compared with these */
};

/* All kinds that rules may speak of: the formats' and the correlators'. NULL-terminated. */
extern const struct kind *const case_kinds[];

/* Reads everything. *c is always valid afterwards. */
void case_read(struct case_file *c, const char *const *paths, size_t npaths,
        const struct case_options *options);
/* Makes one name of the spellings of a host and gives facts without a host theirs; fills hosts. */
void case_settle_hosts(struct case_file *c);
/* Adds facts; they are in the arena of the case already. */
void case_append(struct case_file *c, const struct fact *const *facts, size_t n);
/* Adds what the correlators derive. */
void case_correlate(struct case_file *c);
void case_finish(struct case_file *c);
