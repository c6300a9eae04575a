/* SPDX-License-Identifier: Apache-2.0 */
/*
 * analysis: one case from its paths to its report, for every command that needs one: read, settle
 * hosts and times, correlate, evaluate, build the report.
 */
#pragma once

#include "options.h"
#include "report.h"

struct analysis {
    struct case_file file;
    struct arena arena; /* of the verdict */
    struct verdict verdict;
    struct report report;
};

/* The folders of a site's own rules that are there, the least important first. */
const char *const *site_rules(struct arena *a, size_t *ret_n);
/* The built-in rules with those of a site and of every --rules DIR laid over them, not frozen yet.
 * False when a folder cannot be read, which is told on stderr. */
bool analysis_add_rules(const struct options *o, struct ruleset *rules);
/* The built-in rules with every --rules DIR laid over them. Problems go to stderr, one line each,
 * all of them. NULL when there are errors (with --strict: or warnings). */
struct ruleset *analysis_rules(const struct options *o);
/* The same for commands that only run them: read when they are needed, kept compiled. */
struct ruleset *analysis_open_rules(const struct options *o);
/* Prints problems of a frozen rule set, one line each; returns how many count as errors. */
size_t analysis_print_problems(
        const struct ruleset *rules, bool strict, bool warnings, struct out *out);
/* Adds what a person should look at: advice, conditions, patterns. Not done at every start. */
void analysis_lint(struct ruleset *rules);

/* *ret is always valid afterwards and refers to itself: it must not be moved. */
void analysis_run(
        struct analysis *ret, const struct ruleset *rules, const char *const *paths, size_t npaths);
struct analysis_options {
    const struct time_options *times; /* NULL = none */
    bool hash;                        /* sha256 of members */
    unsigned jobs;                    /* as in case_options */
    const struct kind *const *kinds;  /* of facts to keep beside those that the rules want,
                                         NULL-terminated; NULL = none */
    struct rule_trial *trials;        /* one per rule; NULL = not wanted */
};
void analysis_run_with(struct analysis *ret, const struct ruleset *rules, const char *const *paths,
        size_t npaths, const struct analysis_options *options);
/* Whether a finding is that severe, or more. */
bool analysis_reached(const struct analysis *analysis, enum severity severity);
void analysis_finish(struct analysis *analysis);
