/* SPDX-License-Identifier: Apache-2.0 */
#include "analysis.h"

void analysis_run(
        struct analysis *ret, const struct ruleset *rules, const char *const *paths, size_t npaths)
{
    analysis_run_tried(ret, rules, paths, npaths, NULL);
}

void analysis_run_tried(struct analysis *ret, const struct ruleset *rules, const char *const *paths,
        size_t npaths, struct rule_trial *trials)
{
    const struct case_options options = { .rules = rules, .hash = true };

    *ret = (struct analysis){ 0 };
    arena_init(&ret->arena, 0);
    case_read(&ret->file, paths, npaths, &options);
    case_settle_hosts(&ret->file);
    case_settle_times(&ret->file, NULL);
    case_correlate(&ret->file);
    rules_evaluate_tried(&ret->arena, rules, (struct fact_set){ ret->file.facts, ret->file.nfacts },
            &ret->verdict, trials);
    report_build(&ret->file, rules, &ret->verdict, &ret->report);
}

void analysis_finish(struct analysis *analysis)
{
    case_finish(&analysis->file);
    arena_finish(&analysis->arena);
}
