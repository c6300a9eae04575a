/* SPDX-License-Identifier: Apache-2.0 */
/* fathom diff: two cases in, what changed between them out. */
#include <string.h>

#include "command.h"
#include "diff.h"

/* The two cases and what they are compared with. */
struct comparison {
    struct analysis before, after;
    struct arena arena;
    struct diff diff;
};

static int print(const struct options *o, struct comparison *c, struct output *output)
{
    const struct render_options options = {
        .color = command_color(o, output),
        .width = command_width(o, output),
        .min_severity = o->min_severity,
    };

    diff_build(&c->arena, &c->before, &c->after, o->timed ? &o->times : NULL, &c->diff);
    if (strcmp(o->format, "json") == 0)
        diff_print_json(&c->diff, &options, &output->out);
    else
        diff_print_text(&c->diff, &options, &output->out);
    return o->fails && analysis_reached(&c->after, o->fail_on) ? STATUS_FOUND : STATUS_DONE;
}

static int compare(const struct options *o, const struct ruleset *rules, struct output *output)
{
    const struct analysis_options options = {
        .kinds = diff_kinds,
        .hash = true,
        .times = o->timed ? &o->times : NULL,
    };
    struct comparison c;
    int status = STATUS_USAGE;
    bool read;

    arena_init(&c.arena, 0);
    analysis_run_with(&c.before, rules, &o->args[0], 1, &options);
    analysis_run_with(&c.after, rules, &o->args[1], 1, &options);
    read = command_tell_unread(o, &c.before.file);
    if (command_tell_unread(o, &c.after.file) && read)
        status = print(o, &c, output);
    analysis_finish(&c.before);
    analysis_finish(&c.after);
    arena_finish(&c.arena);
    return status;
}

static int run(struct options *o)
{
    struct ruleset *rules;
    struct output output;
    int status;

    if (o->nargs != 2) {
        command_say(
                o, "takes two cases, BEFORE and AFTER; several files of one: put them in a folder");
        return STATUS_USAGE;
    }
    rules = analysis_open_rules(o);
    if (rules == NULL)
        return STATUS_USAGE;
    if (!output_open(o, &output)) {
        ruleset_destroy(rules);
        return STATUS_USAGE;
    }
    status = output_close(&output, compare(o, rules, &output));
    ruleset_destroy(rules);
    return status;
}

const struct command command_diff = {
    .name = "diff",
    .arguments = "BEFORE AFTER",
    .summary = "did the fix work: findings gone, new, changed; what grew and shrank",
    .about =
            "Compares two cases of the same machines, taken before and after a change: which\n"
            "findings are gone, and how sure it is that they will not come back, which changed,\n"
            "which are new; pool tags, memory, processes, counters and settings that are not as they\n"
            "were. That a finding is gone proves nothing where AFTER could not show it, covers too\n"
            "little time, or was taken too soon after a boot: then it says so, and what to collect.\n"
            "With --since and --until only that time of both is compared, and counts as covered.\n"
            "\n"
            "Exit status: 0 done, 1 a finding of AFTER reached --fail-on, 2 a case could not be read.",
    .examples = "  fathom diff case-4711.zip case-4711-after.zip\n"
                "  fathom diff --format json monday/ tuesday/\n"
                "  fathom diff --fail-on high before/ after/\n",
    .options = OPTION_BIT(OPTION_FORMAT) | OPTION_BIT(OPTION_OUTPUT) | OPTION_BIT(OPTION_RULES) |
               OPTION_BIT(OPTION_MIN_SEVERITY) | OPTION_BIT(OPTION_FAIL_ON) |
               OPTION_BIT(OPTION_COLOR) | OPTION_BIT(OPTION_WIDTH) | OPTION_BIT(OPTION_QUIET) |
               OPTION_BIT(OPTION_SINCE),
    .formats = "text json",
    .least = 2,
    .run = run,
};
