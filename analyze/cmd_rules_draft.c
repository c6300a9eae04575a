/* SPDX-License-Identifier: Apache-2.0 */
/* fathom rules draft: something that no rule takes becomes a rule, its cause and its case. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "command.h"
#include "draft.h"

/* The rules with the draft laid over them. NULL when the draft itself is wrong. */
static struct ruleset *rules_with(const struct draft *d)
{
    struct ruleset *rules = ruleset_create(case_kinds);
    struct out out;
    bool ok = analysis_add_rules(d->o, rules);

    ruleset_begin_pack(rules, STR("draft"), PACK_SITE);
    ruleset_add_causes(rules, STR("causes.tsv"), d->cause);
    ruleset_add(rules, d->id, d->id, d->rule);
    if (ruleset_freeze(rules) && ok)
        return rules;
    out_init_fd(&out, STDERR_FILENO);
    (void)analysis_print_problems(rules, false, false, &out);
    (void)out_finish(&out);
    ruleset_destroy(rules);
    return NULL;
}

static bool fires(const struct ruleset *rules, const struct rule_trial *trials, str id)
{
    for (size_t i = 0; i < ruleset_count(rules); i++) {
        if (str_eq(ruleset_rule(rules, i).id, id))
            return trials[i].fired;
    }
    return false;
}

/* What is cut off must not make another thing of a member. */
static bool same_formats(
        const struct draft *d, const struct analysis *cut, const struct draft_part *parts, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        str want = d->file.sources[parts[i].member - 1].format;
        bool same = false;

        for (size_t k = 0; k < cut->file.nsources && !same; k++)
            same = str_ends(cut->file.sources[k].path, parts[i].path) &&
                   str_eq(cut->file.sources[k].format, want);
        if (!same && !parts[i].too_large)
            return false;
    }
    return true;
}

static bool write_parts(
        const struct draft *d, str input, const struct draft_part *parts, size_t n, bool again)
{
    for (size_t i = 0; i < n; i++) {
        str path = arena_printf(d->a, "%.*s/%.*s", STR_ARG(input), STR_ARG(parts[i].path));

        if (!parts[i].too_large && !draft_write(d, path, parts[i].text, again))
            return false;
    }
    return true;
}

struct made {
    struct draft_part *parts;
    size_t nparts;
    bool fires;
};

/* Cuts the input as far as the draft still fires on it, and writes the case. */
static bool make_case(struct draft *d, const struct ruleset *rules, struct made *ret)
{
    str folder = arena_printf(d->a, "%.*s/cases/%.*s", STR_ARG(d->base), STR_ARG(d->id));
    str input = arena_printf(d->a, "%.*s/input", STR_ARG(folder));
    struct rule_trial *trials = arena_array(d->a, struct rule_trial, ruleset_count(rules) + 1);
    bool ok = true;

    for (unsigned step = 0; ok && !ret->fires && step < draft_steps; step++) {
        struct analysis cut;

        ret->nparts = draft_input(d, step, &ret->parts);
        ok = write_parts(d, input, ret->parts, ret->nparts, step != 0);
        if (!ok)
            break;
        analysis_run_with(&cut, rules, &input.p, 1, &(struct analysis_options){ .trials = trials });
        ret->fires = fires(rules, trials, d->id) && same_formats(d, &cut, ret->parts, ret->nparts);
        if (ret->fires || step + 1 == draft_steps)
            ok = draft_write(d, arena_printf(d->a, "%.*s/case.json", STR_ARG(folder)),
                    draft_case(d, &cut), false);
        analysis_finish(&cut);
    }
    folder = arena_printf(d->a, "%.*s/cases/%.*s", STR_ARG(d->base), STR_ARG(d->near));
    return ok && draft_folder(d, arena_printf(d->a, "%.*s/input", STR_ARG(folder))) &&
           draft_write(d, arena_printf(d->a, "%.*s/case.json", STR_ARG(folder)),
                   draft_case(d, NULL), false);
}

/* --- what is told -------------------------------------------------------------------------- */

static bool same_line(const struct analysis *all, struct span where, const struct draft *d,
        const struct fact *hit)
{
    str a = where.member != 0 ? all->file.sources[where.member - 1].path : STR("");
    str b = hit->where.member != 0 ? d->file.sources[hit->where.member - 1].path : STR("");

    return where.line == hit->where.line && where.record == hit->where.record && str_eq(a, b);
}

static bool takes(const struct analysis *all, const struct finding *f, const struct draft *d)
{
    for (size_t i = 0; i < f->nevidence; i++) {
        for (size_t k = 0; k < d->nhits; k++) {
            if (same_line(all, f->evidence[i].fact->where, d, d->hits[k]))
                return true;
        }
    }
    return false;
}

/* A rule that rests on the same place need not be written again. */
static void put_known(struct out *out, const struct analysis *all, const struct draft *d)
{
    for (size_t i = 0; i < all->verdict.nfindings; i++) {
        const struct finding *f = &all->verdict.findings[i];

        if (takes(all, f, d))
            out_printf(out, "note: rule %.*s takes this already, as %.*s\n", STR_ARG(f->rule),
                    STR_ARG(f->cause));
    }
}

static size_t count_blanks(str text)
{
    size_t n = 0, at;

    while ((at = str_find(text, STR(RULE_BLANK))) != STR_NONE) {
        text = str_from(text, at + 1);
        n++;
    }
    return n;
}

static void put_file(struct out *out, const struct draft *d, const char *what, const char *path,
        const char *detail)
{
    out_plain(out, d->base);
    out_printf(out, "/%s", path);
    out_printf(out, "\n    %s%s%s\n", what, detail[0] != '\0' ? ": " : "", detail);
}

static void put_part(struct out *out, const struct draft *d, const struct draft_part *part)
{
    str path = arena_printf(d->a, "cases/%.*s/input/%.*s", STR_ARG(d->id), STR_ARG(part->path));
    char detail[80] = "as it is";

    if (part->of != 0)
        (void)snprintf(detail, sizeof(detail), "%llu of %llu lines",
                (unsigned long long)part->lines, (unsigned long long)part->of);
    put_file(out, d, part->too_large ? "too large: put the part that matters here" : "its input",
            path.p, part->too_large ? "" : detail);
}

static void put_made(struct out *out, const struct draft *d, const struct made *made)
{
    char blanks[32];

    (void)snprintf(blanks, sizeof(blanks), "%zu blanks", count_blanks(d->rule));
    out_z(out, "Draft of ");
    out_plain(out, d->shown);
    out_z(out, ":\n\n");
    put_file(out, d, "the rule", arena_printf(d->a, "rules/%.*s.json", STR_ARG(d->id)).p, blanks);
    put_file(out, d, "the row of its cause", "rules/causes.tsv", "");
    put_file(out, d, "the case on which it fires",
            arena_printf(d->a, "cases/%.*s/case.json", STR_ARG(d->id)).p, "");
    for (size_t i = 0; i < made->nparts; i++)
        put_part(out, d, &made->parts[i]);
    put_file(out, d, "a case on which it must stay silent",
            arena_printf(d->a, "cases/%.*s/case.json", STR_ARG(d->near)).p,
            "put something alike into its input/");
    if (!made->fires)
        out_z(out, "\nIt does not fire on its case: see what 'fathom why' says of it.\n");
    out_z(out,
            "\nThe input holds names of the customer: replace them. Then fill in every " RULE_BLANK
            ", choose role and\nseverity, and ask what is still missing:\n\n");
    out_printf(out, "  fathom rules check --strict %.*s/rules\n", STR_ARG(d->base));
    out_printf(out, "  fathom rules test --rules %.*s/rules --cases %.*s/cases\n", STR_ARG(d->base),
            STR_ARG(d->base));
}

/* --- the command --------------------------------------------------------------------------- */

static bool write_draft(struct draft *d, struct made *made)
{
    struct ruleset *rules;
    bool ok;

    if (!draft_is_new(d))
        return false;
    rules = rules_with(d);
    if (rules == NULL)
        return false;
    ok = draft_write(d,
                 arena_printf(d->a, "%.*s/rules/%.*s.json", STR_ARG(d->base), STR_ARG(d->id)),
                 d->rule, false) &&
         draft_add_cause(d, arena_printf(d->a, "%.*s/rules/causes.tsv", STR_ARG(d->base))) &&
         make_case(d, rules, made);
    ruleset_destroy(rules);
    return ok;
}

static int draft(struct draft *d, const struct analysis *all)
{
    struct made made = { 0 };
    struct out out;

    if (!draft_chosen(d))
        return STATUS_USAGE;
    if (d->sort == DRAFT_NONE && !draft_first_unknown(d, all)) {
        command_say(d->o, "nothing stands out that no rule takes: point at it with --line, --tag, "
                          "--code or --event");
        return STATUS_USAGE;
    }
    if (!draft_find(d) || !draft_compose(d) || !write_draft(d, &made))
        return STATUS_USAGE;
    out_init_fd(&out, STDOUT_FILENO);
    put_known(&out, all, d);
    put_made(&out, d, &made);
    return out_finish(&out) ? STATUS_DONE : STATUS_USAGE;
}

static int run(struct options *o)
{
    struct ruleset *rules = analysis_rules(o);
    struct analysis all;
    struct arena a;
    struct draft d = { .o = o, .a = &a, .base = str_z(o->output != NULL ? o->output : "draft") };
    int status = STATUS_USAGE;

    if (rules == NULL)
        return STATUS_USAGE;
    arena_init(&a, 0);
    analysis_run(&all, rules, o->args, o->nargs);
    if (command_tell_unread(o, &all.file))
        status = draft(&d, &all);
    case_finish(&d.file);
    analysis_finish(&all);
    arena_finish(&a);
    ruleset_destroy(rules);
    return status;
}

const struct command command_rules_draft = {
    .name = "rules draft",
    .arguments = "BUNDLE...",
    .summary = "the beginning of a rule and its case, from what no rule takes",
    .about =
            "Makes a rule file from a line of a log, a pool tag, an error code or an event of the\n"
            "bundle, with a row for its cause, a case with the input cut down to it, and a second\n"
            "case that is to hold a near miss. Without a choice it takes what the report tells first\n"
            "under \"unknown\". What only a person can know is left as a blank, " RULE_BLANK
            ": the files are\n"
            "sound as they are, and 'rules check' and 'rules test' tell which blanks are left.\n"
            "\n"
            "Nothing that is there is written over; the row of the cause is added to causes.tsv.",
    .examples = "  fathom rules draft case-4711.zip --line logs/vzctl.log:14\n"
                "  fathom rules draft case-4711.zip --tag Fltx --id site/acme-filter -o our\n"
                "  fathom rules draft System.evtx --event srv/2019\n",
    .options = OPTION_BIT(OPTION_LINE) | OPTION_BIT(OPTION_TAG) | OPTION_BIT(OPTION_CODE) |
               OPTION_BIT(OPTION_EVENT) | OPTION_BIT(OPTION_ID) | OPTION_BIT(OPTION_FOLDER) |
               OPTION_BIT(OPTION_RULES),
    .least = 1,
    .run = run,
};
