/* SPDX-License-Identifier: Apache-2.0 */
/*
 * worked: the worked cases below a folder, and the running of one of them: DIR/<area>/<case>/ with
 * case.json and the input, either a folder input/ or bundle.zip.
 */
#pragma once

#include "analysis.h"

struct worked {
    struct arena arena;
    const char *dir;
    str *ids; /* "windows/commit-high", sorted */
    size_t n, size;
};

/* False when there is no case below dir. *ret is to be finished in any case. */
bool worked_find(struct worked *ret, const char *dir);
void worked_finish(struct worked *w);
bool worked_has(const struct worked *w, str id);
/* The path of a file of the case: "case.json". */
const char *worked_path(struct worked *w, str id, const char *name);
/* *ret is to be finished; trials has one row per rule. */
void worked_run(struct worked *w, str id, const struct ruleset *rules, struct analysis *ret,
        struct rule_trial *trials);

/* Whether a case holds evidence of the kinds that a rule speaks of. */
bool worked_shares(const struct analysis *a, const struct ruleset *rules, size_t rule);
