/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kernel_report: which line belongs to which report, and when a report is over.
 *
 *     cld: page allocation failure: order:1, mode:0x20
 *     CPU: 0 PID: 7562 Comm: cld Not tainted 3.10.0-514.el7.x86_64 #1
 *     Call Trace: ...
 *     Mem-Info: ...
 *
 * With caller ids on the lines the id decides; without, a line goes to the report that expects it
 * next.
 */
#include "kernel_report.h"

#include <stdlib.h>
#include <string.h>

#include "gfp.h"
#include "limits.h"

/* Texts and rows of one report: 20,000 tasks with their lines take about 12 MiB. */
#define REPORT_BUDGET (32 * MIB)
/* Kernel messages without a line of the report: then it has ended. */
enum { IDLE_OPEN = 150, IDLE_COMPLETE = 12 };
/* 4.6 */
enum { FIRST_WITH_NAMES = 4 << 16 | 6 << 8 };
/* So long may a slow console take between two lines of one report. */
#define GAP (120 * WHEN_NS)

void reports_init(struct reports *rs, struct parse *in)
{
    *rs = (struct reports){ .in = in };
    for (int i = 0; i < OPEN_REPORTS; i++)
        arena_init(&rs->slots[i].arena, REPORT_BUDGET);
}

void reports_release(struct reports *rs, str release)
{
    size_t n = release.n < sizeof(rs->release_buf) ? release.n : sizeof(rs->release_buf);

    if (release_version(release) == 0)
        return;
    memcpy(rs->release_buf, release.p, n);
    rs->release = (str){ rs->release_buf, n };
    rs->version = release_version(release);
}

str report_keep(struct report *r, str s)
{
    char *p = s.n != 0 ? arena_try(&r->arena, s.n) : NULL;

    if (p == NULL)
        return (str){ NULL, 0 };
    memcpy(p, s.p, s.n);
    return (str){ p, s.n };
}

struct place kernel_place(struct report *r)
{
    const struct line *line = &r->now->line;

    return (struct place){
        .where = {
            .member = r->place.where.member,
            .line = line->number,
            .offset = line->offset,
            .length = line->length,
        },
        .quote = report_keep(r, str_slice(line->s, 0, LIMIT_QUOTE + 4)),
    };
}

static struct value known(int64_t value)
{
    return value >= 0 ? value_int(value) : value_none();
}

static struct gfp decode(struct reports *rs, struct report *r)
{
    bool high = r->trace.narrow || r->pages[KERNEL_MEMORY_HIGHMEM] > 0;
    uint32_t version = r->version;
    struct gfp gfp;

    /* 4.6 began to print names: a mask without them is not of the newer kernel met elsewhere. */
    if (version == 0 && (r->names.n != 0 || rs->version < FIRST_WITH_NAMES))
        version = rs->version;

    for (unsigned i = 0; i < r->nzones; i++)
        high |= str_eq(r->zones[i].name, STR("HighMem"));
    gfp = gfp_decode(&r->arena, (uint64_t)r->mode, r->names, version, high);
    return gfp;
}

static void emit_failure(struct reports *rs, struct report *r)
{
    static const char *const forms[] = { "page", "slub", "slab", "vmalloc", "vmemmap", "stall" };
    struct value values[KERNEL_ALLOC_FAILURE_NFIELDS] = {
        [KERNEL_ALLOC_FAILURE_REPORT] = value_u64(r->number),
        [KERNEL_ALLOC_FAILURE_FORM] = value_z(forms[r->form]),
        [KERNEL_ALLOC_FAILURE_COMM] = value_text(r->comm),
        [KERNEL_ALLOC_FAILURE_PID] = known(r->pid),
        [KERNEL_ALLOC_FAILURE_SIZE] = known(r->size),
        [KERNEL_ALLOC_FAILURE_CACHE] = value_text(r->cache),
        [KERNEL_ALLOC_FAILURE_KERNEL] = value_text(r->release),
        [KERNEL_ALLOC_FAILURE_TRACE] = value_text(trace_symbols(r)),
        [KERNEL_ALLOC_FAILURE_DRIVER] = value_text(trace_driver(r)),
        [KERNEL_ALLOC_FAILURE_MEMS_ALLOWED] = value_text(r->mems_allowed),
        [KERNEL_ALLOC_FAILURE_CPUSET] = value_text(r->cpuset),
    };
    const struct frame *caller = trace_caller(r);
    struct gfp gfp = { 0 };

    if (r->order_known)
        values[KERNEL_ALLOC_FAILURE_ORDER] = value_int(r->order);
    if (r->mode_known) {
        gfp = decode(rs, r);
        values[KERNEL_ALLOC_FAILURE_MODE] = value_int(r->mode);
        values[KERNEL_ALLOC_FAILURE_FLAGS] = value_text(gfp.flags);
        values[KERNEL_ALLOC_FAILURE_GUESSED] = value_bool(gfp.guessed);
        values[KERNEL_ALLOC_FAILURE_CAN_SLEEP] = value_bool(gfp.can_sleep);
        values[KERNEL_ALLOC_FAILURE_ATOMIC] = value_bool(gfp.atomic);
        values[KERNEL_ALLOC_FAILURE_MOVABLE] = value_bool(gfp.movable);
        values[KERNEL_ALLOC_FAILURE_ZONE] = value_z(gfp.zone);
    }
    if (r->trace.n != 0)
        values[KERNEL_ALLOC_FAILURE_NETWORK] = value_bool(trace_network(r, gfp.atomic));
    if (r->comm.n != 0 || r->trace.n != 0)
        values[KERNEL_ALLOC_FAILURE_INTERRUPT] = value_bool(trace_interrupt(r));
    if (caller != NULL)
        values[KERNEL_ALLOC_FAILURE_CALLER] = value_text(caller->symbol);
    emit_at(rs->in, &kind_KERNEL_ALLOC_FAILURE, r->place.where, r->place.quote, r->when, values);
}

static void emit_oom(struct reports *rs, struct report *r)
{
    struct value values[KERNEL_OOM_NFIELDS] = { 0 };
    struct gfp gfp;

    for (size_t i = 0; i < KERNEL_OOM_NFIELDS; i++)
        values[i] = known(r->oom[i]);
    values[KERNEL_OOM_REPORT] = value_u64(r->number);
    values[KERNEL_OOM_COMM] = value_text(r->comm);
    values[KERNEL_OOM_PID] = known(r->pid);
    if (r->order_known)
        values[KERNEL_OOM_ORDER] = value_int(r->order);
    if (r->mode_known) {
        gfp = decode(rs, r);
        values[KERNEL_OOM_MODE] = value_int(r->mode);
        values[KERNEL_OOM_FLAGS] = value_text(gfp.flags);
        values[KERNEL_OOM_GUESSED] = value_bool(gfp.guessed);
        values[KERNEL_OOM_CAN_SLEEP] = value_bool(gfp.can_sleep);
        values[KERNEL_OOM_ATOMIC] = value_bool(gfp.atomic);
        values[KERNEL_OOM_MOVABLE] = value_bool(gfp.movable);
        values[KERNEL_OOM_ZONE] = value_z(gfp.zone);
    }
    if (r->constraint.n == 0 && r->memcg)
        r->constraint = STR("memcg");
    values[KERNEL_OOM_CONSTRAINT] = value_text(r->constraint);
    values[KERNEL_OOM_CGROUP] = value_text(r->cgroup);
    values[KERNEL_OOM_TASK_CGROUP] = value_text(r->task_cgroup);
    values[KERNEL_OOM_CPUSET] = value_text(r->cpuset);
    values[KERNEL_OOM_MEMS_ALLOWED] = value_text(r->mems_allowed);
    values[KERNEL_OOM_NODEMASK] = value_text(r->nodemask);
    values[KERNEL_OOM_VICTIM] = value_text(r->victim);
    values[KERNEL_OOM_UBC] = value_text(r->ubc);
    values[KERNEL_OOM_KERNEL] = value_text(r->release);
    values[KERNEL_OOM_TRACE] = value_text(trace_symbols(r));
    values[KERNEL_OOM_PANIC] = value_bool(r->panic);
    emit_at(rs->in, &kind_KERNEL_OOM, r->place.where, r->place.quote, r->when, values);
}

/* What a report without its header was. */
static enum report_form form_of_trace(const struct report *r)
{
    if (r->tasks.n != 0)
        return FORM_OOM;
    for (unsigned i = 0; i < r->trace.n; i++) {
        str name = r->trace.frames[i].symbol;

        if (str_starts(name, STR("warn_alloc")))
            return FORM_PAGE;
        if (str_eq(name, STR("out_of_memory")) || str_eq(name, STR("oom_kill_process")))
            return FORM_OOM;
    }
    return FORM_BLOCK;
}

static void close_report(struct reports *rs, struct report *r)
{
    str host = rs->in->host;

    r->open = false;
    if (r->host.n != 0)
        rs->in->host = r->host;
    if (r->form == FORM_BLOCK)
        r->form = form_of_trace(r);
    if (r->form == FORM_OOM)
        emit_oom(rs, r);
    else if (r->form != FORM_BLOCK)
        emit_failure(rs, r);
    meminfo_emit(rs->in, r);
    tables_emit(rs->in, r);
    memcpy(rs->columns, r->columns, sizeof(rs->columns));
    rs->ncolumns = r->ncolumns;
    rs->in->host = host;
    arena_reset(&r->arena);
}

/* A free slot, or the one that was touched longest ago, closed. */
static struct report *open_report(struct reports *rs, const struct kmsg *m, enum report_form form)
{
    struct report *r = &rs->slots[0];
    struct arena arena;

    for (int i = 0; i < OPEN_REPORTS; i++) {
        struct report *slot = &rs->slots[i];

        if (!slot->open) {
            r = slot;
            break;
        }
        if (slot->touched < r->touched)
            r = slot;
    }
    if (r->open)
        close_report(rs, r);
    arena = r->arena;
    memset(r, 0, sizeof(*r));
    r->arena = arena;
    r->open = true;
    r->form = form;
    r->number = ++rs->count;
    r->now = m;
    r->when = r->last = m->when;
    r->touched = ++rs->clock;
    r->place.where.member = rs->in->member;
    r->place = kernel_place(r);
    r->place.where.member = rs->in->member;
    r->caller = report_keep(r, m->prefix.caller);
    r->host = rs->in->host;
    memcpy(r->columns, rs->columns, sizeof(r->columns));
    r->ncolumns = rs->ncolumns;
    r->pid = r->size = r->ram_pages = r->reserved_pages = -1;
    for (size_t i = 0; i < KERNEL_OOM_NFIELDS; i++)
        r->oom[i] = -1;
    for (size_t i = 0; i < KERNEL_MEMORY_NFIELDS; i++)
        r->pages[i] = r->bytes[i] = -1;
    return r;
}

static bool same_caller(const struct report *r, const struct kmsg *m)
{
    return r->caller.n == 0 || m->prefix.caller.n == 0 || str_eq(r->caller, m->prefix.caller);
}

/* The report that expects a line of this stage: of those that fit the one last added to. */
static struct report *choose(struct reports *rs, const struct kmsg *m, int stage)
{
    struct report *best = NULL, *behind = NULL;

    for (int i = 0; i < OPEN_REPORTS; i++) {
        struct report *r = &rs->slots[i];
        struct report **slot = (int)r->stage <= stage ? &best : &behind;

        if (r->open && !r->headless && same_caller(r, m) &&
                (*slot == NULL || r->touched > (*slot)->touched))
            *slot = r;
    }
    return best != NULL ? best : behind;
}

static void touch(struct reports *rs, struct report *r, const struct kmsg *m, int stage)
{
    r->now = m;
    r->idle = 0;
    r->touched = ++rs->clock;
    if (m->when.basis != WHEN_NONE)
        r->last = m->when;
    if ((int)r->stage < stage)
        r->stage = (enum report_stage)stage;
}

/* --- headers --- */

/* "mode:0x2084020(GFP_ATOMIC|__GFP_COMP)", "gfp_mask=0xd0", "(gfp=0x1d2/0)" */
static void read_mask(struct report *r, str s, str key)
{
    size_t at = str_find(s, key);
    uint64_t mask;

    if (at == STR_NONE)
        return;
    s = str_from(s, at + key.n);
    (void)str_take(&s, STR("0x"));
    if (!str_take_hex(&s, &mask) || mask > UINT32_MAX)
        return;
    r->mode = (int64_t)mask;
    r->mode_known = true;
    if (str_take_char(&s, '(') && !str_starts(s, STR(")")))
        r->names = report_keep(r, str_slice(s, 0, str_find_char(s, ')')));
}

static void read_order(struct report *r, str s, str key)
{
    if (number_after(s, key, &r->order) && r->order >= -1 && r->order < 64)
        r->order_known = true;
}

static void read_policy(struct report *r, str s)
{
    str value = text_after(s, STR("cpuset="));

    if (value.n != 0)
        r->cpuset = report_keep(r, value);
    value = nodes_after(s, STR("mems_allowed="));
    if (value.n != 0)
        r->mems_allowed = report_keep(r, value);
    value = nodes_after(s, STR("nodemask="));
    if (value.n != 0)
        r->nodemask = report_keep(r, value);
}

/* Task names have at most 15 bytes, kernel threads with their work up to 63. */
static void read_comm(struct report *r, str s, str before)
{
    str name = str_trim(str_slice(s, 0, str_find(s, before)));

    if (name.n <= 64)
        r->comm = report_keep(r, name);
}

/* "X: page allocation failure. order:1, mode:0x20" and what came after it */
static void read_page_header(struct report *r, str s, str before)
{
    read_comm(r, s, before);
    read_order(r, s, STR("order:"));
    read_mask(r, s, STR("mode:"));
    read_policy(r, s);
}

static void read_vmalloc_header(struct report *r, str s)
{
    static const str texts[] = { STR_INIT("vmalloc: allocation failure: "),
        STR_INIT("vmalloc error: size "), STR_INIT("vmalloc: allocation failure, allocated ") };
    uint64_t size;

    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        size_t at = str_find(s, texts[i]);
        str rest = str_from(s, at != STR_NONE ? at + texts[i].n : s.n);
        str name = str_trim(str_slice(s, 0, at));

        if (at == STR_NONE || !str_take_u64(&rest, &size) || size > INT64_MAX)
            continue;
        r->size = (int64_t)size;
        while (name.n != 0 && name.p[name.n - 1] == ':')
            name.n--;
        if (name.n <= 64)
            r->comm = report_keep(r, name);
    }
    read_mask(r, s, STR("mode:"));
    read_policy(r, s);
}

static void read_failure(struct report *r, str s, enum header header)
{
    switch (header) {
    case HEADER_PAGE:
        read_page_header(r, s, STR(": page allocation failure"));
        break;
    case HEADER_STALL:
        read_page_header(r, s, STR(": page all"));
        break;
    case HEADER_VMEMMAP:
        read_page_header(r, s, STR(": vmemmap alloc failure"));
        break;
    case HEADER_VMALLOC:
        read_vmalloc_header(r, s);
        break;
    case HEADER_PAGE_24: {
        str rest = str_from(s, str_find(s, STR("-order")));
        const char *digits = rest.p;
        uint64_t order;

        while (digits > s.p && is_digit(digits[-1]))
            digits--;
        if (str_u64((str){ digits, (size_t)(rest.p - digits) }, &order) && order < 64) {
            r->order = (int64_t)order;
            r->order_known = true;
        }
        read_mask(r, s, STR("gfp="));
        /* Only 2.4 words it so. */
        r->version = 2 << 16 | 4 << 8;
        break;
    }
    default: /* SLUB, SLAB */
        read_mask(r, s, STR("gfp="));
        break;
    }
}

/* "X invoked oom-killer: gfp_mask=0x..(..), nodemask=(null), order=0, oom_score_adj=0" */
static void read_oom_header(struct report *r, str s)
{
    read_comm(r, s, STR(" invoked oom"));
    read_mask(r, s, STR("gfp_mask="));
    read_order(r, s, STR("order="));
    read_policy(r, s);
}

static const enum report_form header_forms[] = {
    [HEADER_PAGE] = FORM_PAGE,
    [HEADER_PAGE_24] = FORM_PAGE,
    [HEADER_SLUB] = FORM_SLUB,
    [HEADER_SLAB] = FORM_SLAB,
    [HEADER_VMALLOC] = FORM_VMALLOC,
    [HEADER_VMEMMAP] = FORM_VMEMMAP,
    [HEADER_STALL] = FORM_STALL,
    [HEADER_OOM] = FORM_OOM,
    [HEADER_UB] = FORM_OOM,
    [HEADER_KILL] = FORM_OOM,
    [HEADER_CONSTRAINT] = FORM_OOM,
    [HEADER_PANIC] = FORM_OOM,
    [HEADER_BLOCK] = FORM_BLOCK,
};

/* Two CPUs print into each other: both reports have begun in the same second. */
static bool just_begun(const struct report *r, const struct kmsg *m)
{
    return !r->headless && !r->block_seen && !r->announced && r->form != FORM_SLUB &&
           r->form != FORM_SLAB && when_comparable(r->last, m->when) &&
           m->when.ns - r->last.ns < WHEN_NS && (r->caller.n == 0 || m->prefix.caller.n == 0);
}

/* A new report ends the ones before it. */
static void close_before(struct reports *rs, const struct kmsg *m)
{
    for (int i = 0; i < OPEN_REPORTS; i++) {
        struct report *r = &rs->slots[i];

        if (r->open && same_caller(r, m) && !just_begun(r, m))
            close_report(rs, r);
    }
}

static bool may_be_oom(const struct report *r)
{
    return r->form == FORM_OOM || r->form == FORM_BLOCK;
}

/* The open OOM report that a kill line completes. */
static struct report *report_of_kill(struct reports *rs, const struct kmsg *m, const struct kill *k)
{
    struct report *best = NULL;

    for (int i = 0; i < OPEN_REPORTS; i++) {
        struct report *r = &rs->slots[i];

        if (!r->open || !may_be_oom(r) || !same_caller(r, m))
            continue;
        /* A group dies together; and some kernels name a victim twice. */
        if (r->killed && !r->group_kill &&
                !(k->done && k->pid >= 0 && r->oom[KERNEL_OOM_VICTIM_PID] == k->pid))
            continue;
        /* Announced twice, or long ago: another run of the killer. */
        if (r->announced && !r->killed &&
                (!k->done || k->ubc.n != 0 ||
                        (when_comparable(r->last, m->when) &&
                                m->when.ns - r->last.ns > 5 * WHEN_NS)))
            continue;
        if (best == NULL || r->touched > best->touched)
            best = r;
    }
    return best;
}

static void kill_line(struct reports *rs, const struct kmsg *m, str s)
{
    struct kill k;
    struct report *r;

    if (!kill_parse(s, &k))
        return;
    r = report_of_kill(rs, m, &k);
    if (r == NULL) {
        close_before(rs, m);
        r = open_report(rs, m, FORM_OOM);
        r->headless = true;
    }
    touch(rs, r, m, STAGE_KILL);
    r->in_table = TABLE_NONE;
    /* Of a group the first victim is named. */
    if (!r->killed)
        kill_apply(r, &k);
}

static void panic_line(struct reports *rs, const struct kmsg *m)
{
    struct report *r = NULL;

    for (int i = 0; i < OPEN_REPORTS; i++) {
        struct report *slot = &rs->slots[i];

        if (slot->open && may_be_oom(slot) && same_caller(slot, m) &&
                (r == NULL || slot->touched > r->touched))
            r = slot;
    }
    if (r == NULL) {
        r = open_report(rs, m, FORM_OOM);
        r->headless = true;
    }
    r->form = FORM_OOM;
    r->panic = true;
    r->trace.closed = true;
    touch(rs, r, m, STAGE_KILL);
    close_report(rs, r);
}

static struct report *newest_oom(struct reports *rs, const struct kmsg *m)
{
    struct report *r = choose(rs, m, STAGE_KILL);

    return r != NULL && may_be_oom(r) ? r : NULL;
}

void reports_header(struct reports *rs, const struct kmsg *m, enum header header)
{
    struct report *r;

    switch (header) {
    case HEADER_KILL:
    case HEADER_UB:
        kill_line(rs, m, m->text);
        return;
    case HEADER_PANIC:
        panic_line(rs, m);
        return;
    case HEADER_BLOCK:
        if (!reports_line(rs, m)) {
            close_before(rs, m);
            r = open_report(rs, m, FORM_BLOCK);
            (void)reports_line(rs, m);
        }
        return;
    case HEADER_CONSTRAINT:
        r = newest_oom(rs, m);
        if (r == NULL || r->killed) {
            close_before(rs, m);
            r = open_report(rs, m, FORM_OOM);
        }
        touch(rs, r, m, STAGE_KILL);
        constraint_line(r, m->text);
        r->in_table = TABLE_NONE;
        return;
    default:
        break;
    }
    close_before(rs, m);
    r = open_report(rs, m, header_forms[header]);
    if (header == HEADER_OOM)
        read_oom_header(r, m->text);
    else
        read_failure(r, m->text, header);
}

/* --- other lines --- */

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

    for (int i = 0; i < OPEN_REPORTS; i++) {
        struct report *r = &rs->slots[i];

        if (r->open && str_eq(r->comm, comm) && !(needs_cpu && r->cpu_seen) &&
                (best == NULL || r->touched > best->touched))
            best = r;
    }
    return best;
}

static bool any_open(const struct reports *rs)
{
    for (int i = 0; i < OPEN_REPORTS; i++) {
        if (rs->slots[i].open)
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
    r = choose(rs, m, STAGE_CPU);
    if (end == STR_NONE || r == NULL || (r->form != FORM_SLUB && r->form != FORM_SLAB))
        return false;
    r->cache = report_keep(r, str_slice(s, 0, end));
    read_order(r, s, STR("min order:"));
    if (!r->order_known)
        read_order(r, s, STR(", order:"));
    touch(rs, r, m, STAGE_CPU);
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
            r = choose(rs, m, STAGE_CPU);
        if (r == NULL || r->headless || r->stage > STAGE_TRACE)
            return false;
        touch(rs, r, m, STAGE_CPU);
        read_cpu_line(rs, r, s);
        return true;
    }
    if (is_cpuset_line(s)) {
        r = by_comm(rs, str_slice(s, 0, str_find(s, STR(" cpuset="))), false);
        if (r == NULL)
            r = choose(rs, m, STAGE_CPU);
        if (r == NULL || r->stage > STAGE_TRACE)
            return false;
        touch(rs, r, m, STAGE_CPU);
        read_policy(r, s);
        if (r->comm.n == 0)
            read_comm(r, s, STR(" cpuset="));
        return true;
    }
    if (slub_line(rs, m))
        return true;
    r = choose(rs, m, STAGE_TRACE);
    if (r == NULL)
        return false;
    if ((str_starts(s, STR("Call Trace:")) || str_starts(s, STR("Call trace:"))) && r->trace.n != 0)
        r->trace.closed = true;
    r->now = m;
    if (!trace_line(r, s) && !is_filler(s))
        return false;
    if (r->stage <= STAGE_TRACE)
        touch(rs, r, m, r->trace.n != 0 ? STAGE_TRACE : STAGE_HEAD);
    return true;
}

/* Lines of the blocks and tables. */
static bool block_line(struct reports *rs, const struct kmsg *m)
{
    struct report *r = choose(rs, m, STAGE_TABLES);
    str s = m->text;
    int stage;

    if (r == NULL)
        return false;
    /* A table swallows its rows first: names of tasks and caches look like anything. */
    r->now = m;
    if (tables_line(r, s)) {
        touch(rs, r, m, STAGE_TABLES);
        r->trace.closed = true;
        return true;
    }
    stage = meminfo_stage(r, s);
    if (stage >= 0) {
        r = choose(rs, m, stage);
        /* A block without a report (SysRq-m) behind a complete one is not its. */
        if (stage < STAGE_TOTALS && r->stage >= STAGE_TOTALS)
            return false;
        touch(rs, r, m, stage);
        r->in_table = TABLE_NONE;
        meminfo_line(r, s);
        return true;
    }
    stage = cgroup_stage(r, s);
    if (stage >= 0) {
        touch(rs, r, m, stage);
        cgroup_line(r, s);
        return true;
    }
    return false;
}

/* Ends reports whose lines have stopped coming. */
static void age(struct reports *rs, const struct kmsg *m)
{
    for (int i = 0; i < OPEN_REPORTS; i++) {
        struct report *r = &rs->slots[i];
        bool late;

        if (!r->open)
            continue;
        r->idle++;
        late = when_comparable(r->last, m->when) && m->when.ns - r->last.ns > GAP;
        if (late || r->idle > IDLE_OPEN ||
                (r->idle > IDLE_COMPLETE && (r->headless || r->killed || r->form == FORM_BLOCK ||
                                                    (r->form != FORM_OOM && r->totals_seen))))
            close_report(rs, r);
    }
}

bool reports_line(struct reports *rs, const struct kmsg *m)
{
    if (!any_open(rs))
        return false;
    if (block_line(rs, m) || front_line(rs, m))
        return true;
    if (m->kernel)
        age(rs, m);
    return false;
}

void reports_finish(struct reports *rs)
{
    /* In the order in which they began. */
    for (;;) {
        struct report *first = NULL;

        for (int i = 0; i < OPEN_REPORTS; i++) {
            struct report *r = &rs->slots[i];

            if (r->open && (first == NULL || r->number < first->number))
                first = r;
        }
        if (first == NULL)
            break;
        close_report(rs, first);
    }
    for (int i = 0; i < OPEN_REPORTS; i++)
        arena_finish(&rs->slots[i].arena);
}
