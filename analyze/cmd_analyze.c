/* SPDX-License-Identifier: Apache-2.0 */
/* fathom analyze: one case in, one report out. */
#include <sched.h>
#include <stdio.h>

#include "analysis.h"
#include "command.h"

static void put_stats(const struct analysis *a)
{
    const struct case_file *c = &a->file;
    const struct verdict *v = &a->verdict;
    unsigned long long emitted = 0;

    for (size_t i = 0; i < c->nsources; i++)
        emitted += c->sources[i].facts;
    fprintf(stderr,
            "members %zu, bytes %llu, understood %llu, facts %llu, kept %zu\n"
            "hosts %zu, rules %zu, findings %zu, ruled out %zu, undecided %zu\n",
            c->nsources, (unsigned long long)c->bytes, (unsigned long long)a->report.parsed,
            emitted, c->nfacts, c->nhosts, a->report.rule_count, v->nfindings, v->nruled_out,
            v->nundetermined);
}

static int report(const struct options *o, const struct analysis *a, struct output *output)
{
    const struct renderer *renderer = renderer_find(str_z(o->format));
    const struct render_options options = {
        .color = command_color(o, output),
        .width = command_width(o, output),
        .min_severity = o->min_severity,
    };

    renderer->render(&a->report, &options, &output->out);
    return o->fails && analysis_reached(a, o->fail_on) ? STATUS_FOUND : STATUS_DONE;
}

/* That this process may use. */
static unsigned processors(void)
{
    cpu_set_t set;

    return sched_getaffinity(0, sizeof(set), &set) == 0 ? (unsigned)CPU_COUNT(&set) : 1;
}

static int run(struct options *o)
{
    struct ruleset *rules = analysis_open_rules(o);
    struct analysis a;
    struct output output;
    int status = STATUS_USAGE;

    if (rules == NULL)
        return STATUS_USAGE;
    if (!output_open(o, &output)) {
        ruleset_destroy(rules);
        return STATUS_USAGE;
    }
    analysis_run_with(&a, rules, o->args, o->nargs,
            &(struct analysis_options){
                    .times = o->timed ? &o->times : NULL,
                    .hash = renderer_find(str_z(o->format))->shows_sums,
                    .jobs = o->jobs != 0 ? o->jobs : processors(),
            });
    if (command_tell_unread(o, &a.file)) {
        status = report(o, &a, &output);
        if (o->stats)
            put_stats(&a);
    }
    status = output_close(&output, status);
    analysis_finish(&a);
    ruleset_destroy(rules);
    return status;
}

const struct command command_analyze = {
    .name = "analyze",
    .arguments = "PATH...",
    .summary = "what went wrong, why, what to do: the report of one case",
    .about =
            "Reads everything below the given files, folders and archives as one case, decides what\n"
            "each member is by its content, and reports what the rules find: root causes first, with\n"
            "what they explain hung under them, the lines that prove it, what to do and what to ask\n"
            "for. Archives may hold archives; nothing is unpacked to disk. PATH - is standard input.\n"
            "\n"
            "Exit status: 0 done, 1 a finding reached --fail-on, 2 nothing could be read.",
    .examples = "  fathom analyze case-4711.zip\n"
                "  fathom analyze --format json -o report.json poolmon.txt system.xml\n"
                "  fathom analyze --min-severity medium --fail-on high /var/crash/bundle/\n"
                "  ssh node1 dmesg | fathom analyze -\n",
    .options = OPTION_BIT(OPTION_FORMAT) | OPTION_BIT(OPTION_OUTPUT) | OPTION_BIT(OPTION_RULES) |
               OPTION_BIT(OPTION_MIN_SEVERITY) | OPTION_BIT(OPTION_FAIL_ON) |
               OPTION_BIT(OPTION_COLOR) | OPTION_BIT(OPTION_WIDTH) | OPTION_BIT(OPTION_QUIET) |
               OPTION_BIT(OPTION_STATS) | OPTION_BIT(OPTION_SINCE) | OPTION_BIT(OPTION_JOBS),
    .formats = "text json",
    .least = 1,
    .run = run,
};
