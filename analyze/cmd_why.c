/* SPDX-License-Identifier: Apache-2.0 */
/* fathom why: one rule over one case, condition by condition. */
#include "analysis.h"
#include "command.h"

struct places {
    struct why_places places;
    const struct case_file *c;
};

static void put_place(const struct why_places *places, struct span where, struct out *out)
{
    const struct case_file *c = ((const struct places *)places)->c;

    if (where.member == 0 || where.member > c->nsources)
        return;
    out_str(out, c->sources[where.member - 1].path);
    if (where.line != 0)
        out_printf(out, ":%u", where.line);
    else if (where.record != 0)
        out_printf(out, " record %llu", (unsigned long long)where.record);
}

static int why(const struct options *o, const struct ruleset *rules, struct output *output)
{
    const struct case_options options = { .rules = rules, .times = o->timed ? &o->times : NULL };
    struct case_file c;
    struct places places = { { put_place }, &c };
    struct arena a;
    int status = STATUS_USAGE;

    arena_init(&a, 0);
    case_read(&c, o->args + 1, o->nargs - 1, &options);
    case_settle_hosts(&c);
    case_settle_times(&c, options.times);
    case_correlate(&c);
    if (command_tell_unread(o, &c)) {
        status = STATUS_DONE;
        if (!rules_why_at(&a, rules, str_z(o->args[0]), (struct fact_set){ c.facts, c.nfacts },
                    &places.places, &output->out)) {
            command_say(o, "there is no rule '%s'; 'fathom rules list' has them all", o->args[0]);
            status = STATUS_USAGE;
        }
    }
    case_finish(&c);
    arena_finish(&a);
    return status;
}

static int run(struct options *o)
{
    struct ruleset *rules = analysis_open_rules(o);
    struct output output;
    int status;

    if (rules == NULL)
        return STATUS_USAGE;
    if (!output_open(o, &output)) {
        ruleset_destroy(rules);
        return STATUS_USAGE;
    }
    status = output_close(&output, why(o, rules, &output));
    ruleset_destroy(rules);
    return status;
}

const struct command command_why = {
    .name = "why",
    .arguments = "RULE PATH...",
    .summary = "which conditions of a rule held on a case, and which did not",
    .about =
            "Shows one rule at work: for each host what each of its selections found, what each part\n"
            "of its condition came to, on which facts, and how it ended: fired, silent, or unknown\n"
            "for want of what. RULE is an id of 'fathom rules list'.",
    .examples = "  fathom why windows/pool/tpla-per-cpu case-4711.zip\n"
                "  fathom why --rules our-rules/ site/disk-latency dmesg.txt\n",
    .options = OPTION_BIT(OPTION_OUTPUT) | OPTION_BIT(OPTION_RULES) | OPTION_BIT(OPTION_SINCE),
    .least = 2,
    .run = run,
};
