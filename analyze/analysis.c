/* SPDX-License-Identifier: Apache-2.0 */
#include "analysis.h"

void analysis_run(
        struct analysis *ret, const struct ruleset *rules, const char *const *paths, size_t npaths)
{
    static const struct analysis_options none = { 0 };

    analysis_run_with(ret, rules, paths, npaths, &none);
}

void analysis_run_with(struct analysis *ret, const struct ruleset *rules, const char *const *paths,
        size_t npaths, const struct analysis_options *options)
{
    const struct case_options reading = {
        .rules = rules,
        .also = options->kinds,
        .hash = options->hash,
        .jobs = options->jobs,
        .times = options->times,
    };

    *ret = (struct analysis){ 0 };
    arena_init(&ret->arena, 0);
    case_read(&ret->file, paths, npaths, &reading);
    case_settle_hosts(&ret->file);
    case_settle_times(&ret->file, options->times);
    case_correlate(&ret->file);
    rules_evaluate_tried(&ret->arena, rules, (struct fact_set){ ret->file.facts, ret->file.nfacts },
            &ret->verdict, options->trials);
    report_build(&ret->file, rules, &ret->verdict, &ret->report);
}

bool analysis_reached(const struct analysis *analysis, enum severity severity)
{
    for (size_t i = 0; i < analysis->verdict.nfindings; i++) {
        if (analysis->verdict.findings[i].severity >= severity)
            return true;
    }
    return false;
}

void analysis_finish(struct analysis *analysis)
{
    case_finish(&analysis->file);
    arena_finish(&analysis->arena);
}
