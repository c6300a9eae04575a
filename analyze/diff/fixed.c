/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fixed: how sure it is that what is gone will not come back.
 *
 * What happens from time to time (a kill, an event, an error): had nothing changed, each of the n
 * occurrences in BEFORE could as well have come in AFTER, so that all of them lie in BEFORE has the
 * probability (hours of BEFORE / hours of both) ^ n. Bursts count once. Likely fixed at 5 % and
 * below, certain at 0.1 %.
 *
 * What builds up (a leak, a level): AFTER shows that it no longer rises, or has been up as long as
 * BEFORE had.
 *
 * What is set: it is another value now.
 */
#include <stdlib.h>

#include "fields.h"
#include "judge.h"

enum sort { SORT_EVENT, SORT_LEVEL, SORT_SETTING };

str diff_duration(struct arena *a, double seconds)
{
    struct out out;
    str text;

    out_init_memory(&out);
    out_duration(&out, seconds);
    text = arena_str(a, out_text(&out));
    (void)out_finish(&out);
    return text;
}

void judge_settle(struct judge *j, enum diff_fixed fixed, str reason)
{
    j->f->fixed = fixed;
    j->f->reason = reason;
}

void judge_ask(struct judge *j, str text)
{
    for (size_t i = 0; i < j->nasks; i++)
        if (str_eq(j->asks[i], text))
            return;
    if (j->nasks < MOST_ASKS)
        j->asks[j->nasks++] = text;
}

void judge_ask_again(struct judge *j)
{
    if (j->before.parser != NULL)
        judge_ask(j, arena_printf(j->d->arena, "the like of %.*s (%s), taken after the change",
                             STR_ARG(j->before.path), j->before.parser->summary));
}

static bool among(const struct kind *kind, const struct kind *const *list, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (list[i] == kind)
            return true;
    return false;
}

static enum sort sort_of(const struct fact *fact)
{
    static const struct kind *const settings[] = { &kind_SETTING, &kind_VM_CONFIG, &kind_HOST };
    static const struct kind *const levels[] = { &kind_POOL_TAG, &kind_POOL_USAGE, &kind_POOL_DELTA,
        &kind_POOL_TREND, &kind_POOL_SHARE, &kind_POOL_LOCKSTEP, &kind_PROCESS, &kind_PROCESS_TOP,
        &kind_MEMORY_STATUS, &kind_BEANCOUNTER, &kind_CGROUP, &kind_VM_BALLOON, &kind_KERNEL_ZONE,
        &kind_KERNEL_SLAB, &kind_KERNEL_TAGGED, &kind_NET_MEMORY, &kind_KERNEL_COUNTER, &kind_LIMIT,
        &kind_COUNTER, &kind_VM_HOST };
    str source;

    if (among(fact->kind, settings, sizeof(settings) / sizeof(settings[0])))
        return SORT_SETTING;
    if (among(fact->kind, levels, sizeof(levels) / sizeof(levels[0])))
        return SORT_LEVEL;
    if (fact->kind != &kind_MEMORY_CONSUMER)
        return SORT_EVENT;
    source = text_of(fact, MEMORY_CONSUMER_SOURCE);
    return str_eq(source, STR("oom")) || str_eq(source, STR("failure")) ? SORT_EVENT : SORT_LEVEL;
}

/* AFTER itself could not decide whether it is there. */
static bool judge_undecided(struct judge *j)
{
    const struct verdict *v = &j->d->after->verdict;
    const struct finding *f = j->f->before;

    for (size_t i = 0; i < v->nundetermined; i++) {
        const struct undetermined *u = &v->undetermined[i];
        str missing = STR("");

        if (!str_eq(u->cause, f->cause) || diff_host_of(j->d, SIDE_AFTER, u->host) != j->host ||
                (u->subject.n != 0 && !str_eq(u->subject, f->subject)))
            continue;
        for (size_t k = 0; k < u->nmissing && k < 3; k++)
            missing = arena_printf(j->d->arena, "%.*s%s%.*s", STR_ARG(missing), k != 0 ? ", " : "",
                    STR_ARG(u->missing[k]));
        for (size_t k = 0; k < u->nasks; k++)
            judge_ask(j, u->asks[k]);
        judge_settle(j, FIXED_UNKNOWN,
                arena_printf(
                        j->d->arena, "AFTER lacks what would decide it: %.*s", STR_ARG(missing)));
        return true;
    }
    return false;
}

static void judge(struct judge *j)
{
    if (j->host == NULL || !j->host->in_after) {
        judge_ask(j, STR("the same evidence of this machine, taken after the change"));
        judge_settle(j, FIXED_UNKNOWN, STR("AFTER says nothing of this machine"));
        return;
    }
    if (judge_undecided(j))
        return;
    if (j->after.members == 0) {
        judge_ask_again(j);
        judge_settle(j, FIXED_UNKNOWN,
                j->before.parser != NULL
                        ? arena_printf(j->d->arena,
                                  "AFTER has nothing of the sort that showed it: %.*s (%s)",
                                  STR_ARG(j->before.path), j->before.parser->summary)
                        : STR("AFTER has nothing of the sort that showed it"));
        return;
    }
    switch (sort_of(j->f->before->evidence[0].fact)) {
    case SORT_SETTING:
        judge_setting(j);
        break;
    case SORT_LEVEL:
        judge_level(j);
        judge_add_settings(j);
        break;
    case SORT_EVENT:
        judge_event(j);
        judge_add_settings(j);
        break;
    }
}

void diff_judge_gone(struct diff *d, struct diff_finding *f)
{
    struct judge j = { .d = d, .f = f };

    j.host = diff_host_of(d, SIDE_BEFORE, f->before->host);
    j.asks = arena_array(d->arena, str, MOST_ASKS);
    j.before = diff_reach(d, SIDE_BEFORE, j.host, f->before, SIDE_BEFORE);
    j.after = diff_reach(d, SIDE_AFTER, j.host, f->before, SIDE_BEFORE);
    if (f->before->nevidence == 0)
        judge_settle(&j, FIXED_POSSIBLE, STR("it is not there"));
    else
        judge(&j);
    f->asks = j.asks;
    f->nasks = j.nasks;
}

void diff_judge_new(struct diff *d, struct diff_finding *f)
{
    const struct diff_host *host = diff_host_of(d, SIDE_AFTER, f->after->host);
    struct reach before = diff_reach(d, SIDE_BEFORE, host, f->after, SIDE_AFTER);
    double gap;

    if (host == NULL || !host->in_before)
        f->reason = STR("BEFORE says nothing of this machine: it may have been there");
    else if (before.members == 0 && f->after->nevidence != 0)
        f->reason = STR("BEFORE has nothing that could show it: it may have been there");
    else if (diff_seconds(f->after->last, before.last, &gap) && gap > 0)
        f->reason = STR("it is older than BEFORE, which does not hold these records");
}

bool diff_is_old(const struct diff *d, const struct finding *before, const struct finding *after)
{
    const struct diff_host *host = diff_host_of(d, SIDE_BEFORE, before->host);
    struct reach was, is;
    double since_end, since_last, further;

    if (after->nevidence == 0 || sort_of(after->evidence[0].fact) != SORT_EVENT)
        return false;
    was = diff_reach(d, SIDE_BEFORE, host, before, SIDE_BEFORE);
    is = diff_reach(d, SIDE_AFTER, host, before, SIDE_BEFORE);
    /* Two records at the same fraction of a second since the boot are one. */
    if (after->last.basis == WHEN_MONOTONIC)
        return before->last.basis == WHEN_MONOTONIC && before->last.ns == after->last.ns &&
               before->last.ns != 0 && is.last.ns > was.last.ns;
    return diff_seconds(was.last, after->last, &since_end) && since_end <= 0 &&
           diff_seconds(before->last, after->last, &since_last) && since_last <= 0 &&
           diff_seconds(was.last, is.last, &further) && further > 0;
}
