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

void reports_init(struct reports *rs, struct parse *in)
{
    *rs = (struct reports){ .in = in };
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

/* A free slot, or the one that was touched longest ago, closed. */
static struct report *free_slot(struct reports *rs)
{
    struct report *oldest = NULL;

    for (unsigned i = 0; i < rs->nslots; i++) {
        struct report *slot = rs->slots[i];

        if (!slot->open)
            return slot;
        if (oldest == NULL || slot->touched < oldest->touched)
            oldest = slot;
    }
    if (rs->nslots == OPEN_REPORTS) {
        report_close(rs, oldest);
        return oldest;
    }
    rs->slots[rs->nslots] = arena_new(rs->in->scratch, struct report);
    arena_init(&rs->slots[rs->nslots]->arena, REPORT_BUDGET);
    return rs->slots[rs->nslots++];
}

static struct report *open_report(struct reports *rs, const struct kmsg *m, enum report_form form)
{
    struct report *r = free_slot(rs);
    struct arena arena;

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

struct report *report_choose(struct reports *rs, const struct kmsg *m, int stage)
{
    struct report *best = NULL, *behind = NULL;

    for (unsigned i = 0; i < rs->nslots; i++) {
        struct report *r = rs->slots[i];
        struct report **slot = (int)r->stage <= stage ? &best : &behind;

        if (r->open && !r->headless && same_caller(r, m) &&
                (*slot == NULL || r->touched > (*slot)->touched))
            *slot = r;
    }
    return best != NULL ? best : behind;
}

void report_touch(struct reports *rs, struct report *r, const struct kmsg *m, int stage)
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

void report_order(struct report *r, str s, str key)
{
    if (number_after(s, key, &r->order) && r->order >= -1 && r->order < 64)
        r->order_known = true;
}

void report_policy(struct report *r, str s)
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
void report_comm(struct report *r, str s, str before)
{
    str name = str_trim(str_slice(s, 0, str_find(s, before)));

    if (name.n <= 64)
        r->comm = report_keep(r, name);
}

/* "X: page allocation failure. order:1, mode:0x20" and what came after it */
static void read_page_header(struct report *r, str s, str before)
{
    report_comm(r, s, before);
    report_order(r, s, STR("order:"));
    read_mask(r, s, STR("mode:"));
    report_policy(r, s);
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
    report_policy(r, s);
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
    report_comm(r, s, STR(" invoked oom"));
    read_mask(r, s, STR("gfp_mask="));
    report_order(r, s, STR("order="));
    report_policy(r, s);
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
    for (unsigned i = 0; i < rs->nslots; i++) {
        struct report *r = rs->slots[i];

        if (r->open && same_caller(r, m) && !just_begun(r, m))
            report_close(rs, r);
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

    for (unsigned i = 0; i < rs->nslots; i++) {
        struct report *r = rs->slots[i];

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
    report_touch(rs, r, m, STAGE_KILL);
    r->in_table = TABLE_NONE;
    /* Of a group the first victim is named. */
    if (!r->killed)
        kill_apply(r, &k);
}

/* "compulsory panic_on_oom is enabled" (2), "system-wide panic_on_oom is enabled" (1), "panic_on_oom
 * is selected" (2.6), "Out of memory and no killable processes...", "System is deadlocked on memory" */
static const char *panic_reason(str text)
{
    if (str_has(text, STR("compulsory panic_on_oom")))
        return "compulsory";
    return str_has(text, STR("panic_on_oom")) ? "setting" : "no-victim";
}

static void panic_line(struct reports *rs, const struct kmsg *m)
{
    struct report *r = NULL;

    if (str_starts(m->text, STR("---[ end"))) /* the same said again */
        return;
    for (unsigned i = 0; i < rs->nslots; i++) {
        struct report *slot = rs->slots[i];

        if (slot->open && may_be_oom(slot) && same_caller(slot, m) &&
                (r == NULL || slot->touched > r->touched))
            r = slot;
    }
    if (r == NULL) {
        r = open_report(rs, m, FORM_OOM);
        r->headless = true;
    }
    r->form = FORM_OOM;
    r->panic_reason = panic_reason(m->text);
    r->trace.closed = true;
    report_touch(rs, r, m, STAGE_KILL);
    report_close(rs, r);
}

static struct report *newest_oom(struct reports *rs, const struct kmsg *m)
{
    struct report *r = report_choose(rs, m, STAGE_KILL);

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
        report_touch(rs, r, m, STAGE_KILL);
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

void reports_finish(struct reports *rs)
{
    /* In the order in which they began. */
    for (;;) {
        struct report *first = NULL;

        for (unsigned i = 0; i < rs->nslots; i++) {
            struct report *r = rs->slots[i];

            if (r->open && (first == NULL || r->number < first->number))
                first = r;
        }
        if (first == NULL)
            break;
        report_close(rs, first);
    }
    for (unsigned i = 0; i < rs->nslots; i++)
        arena_finish(&rs->slots[i]->arena);
}
