/* SPDX-License-Identifier: Apache-2.0 */
/* kernel_emit: a collected report as facts, its head first. */
#include <string.h>

#include "gfp.h"
#include "kernel_report.h"

/* Names are printed since 4.6. */
enum { FIRST_WITH_NAMES = 4 << 16 | 6 << 8 };

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
    if (r->score_adj_known)
        values[KERNEL_OOM_SCORE_ADJ] = value_int(r->score_adj);
    if (r->group_kill)
        values[KERNEL_OOM_GROUP_KILL] = value_bool(true);
    if (r->trace.n != 0)
        values[KERNEL_OOM_NARROW] = value_bool(r->trace.narrow);
    values[KERNEL_OOM_PANIC] = value_bool(r->panic_reason != NULL);
    values[KERNEL_OOM_PANIC_REASON] = value_z(r->panic_reason);
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

void report_close(struct reports *rs, struct report *r)
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
