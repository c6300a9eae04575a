/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kernel_lines: the lines between the header of a report and its end.
 *
 *     CPU: 0 PID: 7562 Comm: cld Not tainted 3.10.0-514.el7.x86_64 #1
 *     cld cpuset=/ mems_allowed=0
 *     Call Trace: ...
 */
#include "gfp.h"
#include "kernel_report.h"

/* Kernel messages without a line of the report: then it has ended. */
enum { IDLE_OPEN = 150, IDLE_COMPLETE = 12 };
/* So long may a slow console take between two lines of one report. */
#define GAP (120 * WHEN_NS)

/* "CPU: 1 UID: 0 PID: 464 Comm: run Not tainted 6.15.0-rc6 #1", "Pid: 7562, comm: apache2 ..." */
static bool is_cpu_line(str s)
{
    return (str_starts(s, STR("CPU: ")) && str_has(s, STR(" PID: "))) ||
           (str_starts(s, STR("Pid: ")) && str_has(s, STR("comm: ")));
}

static str release_of(str s)
{
    str word;

    while (str_word(&s, &word)) {
        (void)str_take_char(&word, '(');
        if (word.n > 3 && is_digit(word.p[0]) && release_version(word) != 0)
            return word;
    }
    return (str){ NULL, 0 };
}

static str comm_of(str s)
{
    static const str ends[] = { STR_INIT(" Not tainted"), STR_INIT(" Tainted:"),
        STR_INIT(" Kdump:") };
    size_t at = str_find_nocase(s, STR("comm: ")), end = STR_NONE;

    if (at == STR_NONE)
        return (str){ NULL, 0 };
    s = str_from(s, at + 6);
    for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
        size_t here = str_find(s, ends[i]);

        if (here != STR_NONE && (end == STR_NONE || here < end))
            end = here;
    }
    return str_trim(str_slice(s, 0, end));
}

static void read_cpu_line(struct reports *rs, struct report *r, str s)
{
    str comm = comm_of(s), release, rest = s;
    size_t at = str_find(s, STR("ainted"));

    if (r->cpu_seen) {
        /* A second one begins another task's trace (NMI backtraces, an oops in the report). */
        r->trace.closed = true;
        return;
    }
    r->cpu_seen = true;
    if (!number_after(s, STR(" PID: "), &r->pid))
        (void)number_after(s, STR("Pid: "), &r->pid);
    if (r->comm.n == 0)
        r->comm = report_keep(r, comm);
    rest = str_from(s, at != STR_NONE ? at : s.n);
    release = release_of(rest);
    if (release.n != 0) {
        r->release = report_keep(r, release);
        if (r->version == 0)
            r->version = release_version(release);
        reports_release(rs, release);
    }
}

/* The open report whose task a line names. */
static struct report *by_comm(struct reports *rs, str comm, bool needs_cpu)
{
    struct report *best = NULL;

    for (unsigned i = 0; i < rs->nslots; i++) {
        struct report *r = rs->slots[i];

        if (r->open && str_eq(r->comm, comm) && !(needs_cpu && r->cpu_seen) &&
                (best == NULL || r->touched > best->touched))
            best = r;
    }
    return best;
}

bool reports_open(const struct reports *rs)
{
    for (unsigned i = 0; i < rs->nslots; i++) {
        if (rs->slots[i]->open)
            return true;
    }
    return false;
}

/* "java cpuset=/ mems_allowed=0" */
static bool is_cpuset_line(str s)
{
    size_t at = str_find(s, STR(" cpuset="));

    return at != STR_NONE && at <= 64 && str_has(s, STR(" mems_allowed="));
}

/* Lines that stand in reports and say nothing we keep. */
static bool is_filler(str s)
{
    static const str starts[] = { STR_INIT("Hardware name:"), STR_INIT("Call Trace:"),
        STR_INIT("Call trace:"), STR_INIT("Backtrace:"), STR_INIT("</TASK>"), STR_INIT("<TASK>"),
        STR_INIT("<EOI>"), STR_INIT("</IRQ>"), STR_INIT("Workqueue:"), STR_INIT("RIP:"),
        STR_INIT("Code:"), STR_INIT("RSP:"), STR_INIT("RAX:"), STR_INIT("RDX:"), STR_INIT("RBP:"),
        STR_INIT("R10:"), STR_INIT("R13:"), STR_INIT("CPU  "), STR_INIT("cpu "), STR_INIT("node "),
        STR_INIT("Sched_ext:"), STR_INIT("Tainted: ["), STR_INIT("Exception stack"),
        STR_INIT("Name   ") };

    for (size_t i = 0; i < sizeof(starts) / sizeof(starts[0]); i++) {
        if (str_starts(s, starts[i]))
            return true;
    }
    return false;
}

/* "cache: NAME(158:8aff..), object size: 632, buffer size: 640, default order: 3, min order: 0" */
static bool slub_line(struct reports *rs, const struct kmsg *m)
{
    str s = m->text;
    struct report *r;
    size_t end;

    if (!str_take(&s, STR("cache: ")))
        return false;
    end = str_find(s, STR(", object size:"));
    r = report_choose(rs, m, STAGE_CPU);
    if (end == STR_NONE || r == NULL || (r->form != FORM_SLUB && r->form != FORM_SLAB))
        return false;
    r->cache = report_keep(r, str_slice(s, 0, end));
    report_order(r, s, STR("min order:"));
    if (!r->order_known)
        report_order(r, s, STR(", order:"));
    report_touch(rs, r, m, STAGE_CPU);
    return true;
}

/* Lines in front of the Mem-Info block. */
static bool front_line(struct reports *rs, const struct kmsg *m)
{
    struct report *r = NULL;
    str s = m->text;

    if (is_cpu_line(s)) {
        r = by_comm(rs, comm_of(s), true);
        if (r == NULL)
            r = report_choose(rs, m, STAGE_CPU);
        if (r == NULL || r->headless || r->stage > STAGE_TRACE)
            return false;
        report_touch(rs, r, m, STAGE_CPU);
        read_cpu_line(rs, r, s);
        return true;
    }
    if (is_cpuset_line(s)) {
        r = by_comm(rs, str_slice(s, 0, str_find(s, STR(" cpuset="))), false);
        if (r == NULL)
            r = report_choose(rs, m, STAGE_CPU);
        if (r == NULL || r->stage > STAGE_TRACE)
            return false;
        report_touch(rs, r, m, STAGE_CPU);
        report_policy(r, s);
        if (r->comm.n == 0)
            report_comm(r, s, STR(" cpuset="));
        return true;
    }
    if (slub_line(rs, m))
        return true;
    r = report_choose(rs, m, STAGE_TRACE);
    if (r == NULL)
        return false;
    if ((str_starts(s, STR("Call Trace:")) || str_starts(s, STR("Call trace:"))) && r->trace.n != 0)
        r->trace.closed = true;
    r->now = m;
    if (!trace_line(r, s) && !is_filler(s))
        return false;
    if (r->stage <= STAGE_TRACE)
        report_touch(rs, r, m, r->trace.n != 0 ? STAGE_TRACE : STAGE_HEAD);
    return true;
}

/* Lines of the blocks and tables. */
static bool block_line(struct reports *rs, const struct kmsg *m)
{
    struct report *r = report_choose(rs, m, STAGE_TABLES);
    str s = m->text;
    int stage;

    if (r == NULL)
        return false;
    /* A table swallows its rows first: names of tasks and caches look like anything. */
    r->now = m;
    if (tables_line(r, s)) {
        report_touch(rs, r, m, STAGE_TABLES);
        r->trace.closed = true;
        return true;
    }
    stage = meminfo_stage(r, s);
    if (stage >= 0) {
        r = report_choose(rs, m, stage);
        /* A block without a report (SysRq-m) behind a complete one is not its. */
        if (stage < STAGE_TOTALS && r->stage >= STAGE_TOTALS)
            return false;
        report_touch(rs, r, m, stage);
        r->in_table = TABLE_NONE;
        meminfo_line(r, s);
        return true;
    }
    stage = cgroup_stage(r, s);
    if (stage >= 0) {
        report_touch(rs, r, m, stage);
        cgroup_line(r, s);
        return true;
    }
    return false;
}

/* Ends reports whose lines have stopped coming. */
static void age(struct reports *rs, const struct kmsg *m)
{
    for (unsigned i = 0; i < rs->nslots; i++) {
        struct report *r = rs->slots[i];
        bool late;

        if (!r->open)
            continue;
        r->idle++;
        late = when_comparable(r->last, m->when) && m->when.ns - r->last.ns > GAP;
        if (late || r->idle > IDLE_OPEN ||
                (r->idle > IDLE_COMPLETE && (r->headless || r->killed || r->form == FORM_BLOCK ||
                                                    (r->form != FORM_OOM && r->totals_seen))))
            report_close(rs, r);
    }
}

bool reports_line(struct reports *rs, const struct kmsg *m)
{
    if (!reports_open(rs))
        return false;
    if (block_line(rs, m) || front_line(rs, m))
        return true;
    if (m->kernel)
        age(rs, m);
    return false;
}
