/* SPDX-License-Identifier: Apache-2.0 */
/*
 * perfmon: performance logs of Windows as text, of perfmon, logman, relog, typeperf and
 * Export-Counter, in any language:
 *
 *     "(PDH-CSV 4.0) (Pacific Daylight Time)(420)","\\DEPOT3\Memory\Pool Nonpaged Bytes",...
 *     "07/23/2026 06:04:43.000","134217728",...
 *
 * Taken: every counter as one `counter` that sums up its samples; pool.usage and memory.status of the
 * first and the last row and of the row with the largest pool or commit charge; process of the first
 * and the last row. Not taken: what lies between, row by row. See pdh.h for how rows and times are
 * read.
 */
#include <math.h>

#include "clock_watch.h"
#include "pdh.h"
#include "signs.h"

static const struct kind *const kinds[] = { &kind_COUNTER, &kind_HOST, &kind_POOL_USAGE,
    &kind_MEMORY_STATUS, &kind_PROCESS, &kind_CLOCK, &kind_ERROR, &kind_LOG_MESSAGE, NULL };

static bool wants(const struct pdh_log *log, const struct pdh_column *column)
{
    return column->name.known ||
           parse_wants_text(log->in, &kind_COUNTER, COUNTER_COUNTER, column->name.counter);
}

/* The rows that are told of: snapshot numbers within one log. */
enum moment { MOMENT_FIRST = 1, MOMENT_PEAK, MOMENT_LAST, MOMENTS = MOMENT_LAST };

static bool told(const struct pdh_log *log, enum moment moment)
{
    return moment == MOMENT_FIRST || log->rows > 1;
}

static struct when when_of(const struct pdh_log *log, enum moment moment)
{
    return pdh_when(log, moment == MOMENT_FIRST ? log->first.at : log->last.at);
}

static void tell_pool(struct pdh_log *log, const struct pdh_column *column, enum moment moment,
        const char *pool, struct value resident)
{
    struct value values[POOL_USAGE_NFIELDS] = {
        [POOL_USAGE_POOL] = value_z(pool),
        [POOL_USAGE_BYTES] = pdh_value(column, moment == MOMENT_FIRST),
        [POOL_USAGE_RESIDENT] = resident,
        [POOL_USAGE_SNAPSHOT] = value_int(log->snapshot + moment),
    };

    if (values[POOL_USAGE_BYTES].type != VALUE_NONE)
        emit_at(log->in, &kind_POOL_USAGE, pdh_span(log, column, moment == MOMENT_FIRST),
                column->path, when_of(log, moment), values);
}

/* Between the first row and the last the pool may have been larger. */
static void tell_peak(struct pdh_log *log, const struct pdh_column *column, const char *pool)
{
    struct value values[POOL_USAGE_NFIELDS] = {
        [POOL_USAGE_POOL] = value_z(pool),
        [POOL_USAGE_SNAPSHOT] = value_int(log->snapshot + MOMENT_PEAK),
    };
    struct span span = { .member = log->in->member };
    const struct sample *high;

    if (column == NULL || column->series.n == 0)
        return;
    high = &column->series.high;
    if (high->line == log->first.line || high->line == log->last.line || high->value < 0)
        return;
    span.line = high->line;
    span.offset = high->offset;
    values[POOL_USAGE_BYTES] = value_int((int64_t)high->value);
    emit_at(log->in, &kind_POOL_USAGE, span, column->path, pdh_when(log, high->at), values);
}

static void tell_memory(struct pdh_log *log, const struct pdh_group *g, enum moment moment)
{
    bool first = moment == MOMENT_FIRST;
    const struct pdh_column *any = pdh_any(g, first), *commit = g->columns[MEM_COMMIT];
    struct value values[MEMORY_STATUS_NFIELDS] = {
        [MEMORY_STATUS_SOURCE] = value_z("perfmon"),
        [MEMORY_STATUS_SNAPSHOT] = value_int(log->snapshot + moment),
        [MEMORY_STATUS_AVAILABLE] = pdh_value(g->columns[MEM_AVAILABLE], first),
        [MEMORY_STATUS_CACHED] = pdh_value(g->columns[MEM_CACHE], first),
        [MEMORY_STATUS_COMMIT] = pdh_value(commit, first),
        [MEMORY_STATUS_COMMIT_LIMIT] = pdh_value(g->columns[MEM_LIMIT], first),
        [MEMORY_STATUS_KERNEL_NONPAGED] = pdh_value(g->columns[MEM_NONPAGED], first),
        [MEMORY_STATUS_KERNEL_PAGED] = pdh_value(g->columns[MEM_PAGED], first),
    };

    if (any == NULL)
        return;
    if (!first && commit != NULL && commit->series.n != 0 && commit->series.high.value >= 0)
        values[MEMORY_STATUS_COMMIT_PEAK] = value_int((int64_t)commit->series.high.value);
    emit_at(log->in, &kind_MEMORY_STATUS, pdh_span(log, any, first), any->path,
            when_of(log, moment), values);
}

static void tell_machine(struct pdh_log *log, const struct pdh_group *g)
{
    for (enum moment moment = MOMENT_FIRST; moment <= MOMENT_LAST; moment++) {
        bool first = moment == MOMENT_FIRST;

        if (!told(log, moment))
            continue;
        if (moment == MOMENT_PEAK) {
            tell_peak(log, g->columns[MEM_NONPAGED], "nonpaged");
            tell_peak(log, g->columns[MEM_PAGED], "paged");
            continue;
        }
        tell_pool(log, g->columns[MEM_NONPAGED], moment, "nonpaged", value_none());
        tell_pool(log, g->columns[MEM_PAGED], moment, "paged",
                pdh_value(g->columns[MEM_PAGED_RESIDENT], first));
        tell_memory(log, g, moment);
    }
}

/* "svchost#3" is one of several svchost; "svchost:1528" is how the object Process V2 names it. */
static str process_name(str instance, struct value *pid)
{
    size_t mark = str_rfind_char(instance, '#'), colon = str_rfind_char(instance, ':');
    uint64_t number;

    if (mark != STR_NONE && mark != 0 && str_u64(str_from(instance, mark + 1), &number))
        return str_slice(instance, 0, mark);
    if (colon != STR_NONE && colon != 0 && str_u64(str_from(instance, colon + 1), &number)) {
        if (pid->type == VALUE_NONE)
            *pid = value_u64(number);
        return str_slice(instance, 0, colon);
    }
    return instance;
}

static void tell_process(struct pdh_log *log, const struct pdh_group *g, enum moment moment)
{
    static const uint8_t fields[PROC_SLOTS] = {
        [PROC_PID] = PROCESS_PID,
        [PROC_HANDLES] = PROCESS_HANDLES,
        [PROC_NONPAGED] = PROCESS_NONPAGED,
        [PROC_PAGED] = PROCESS_PAGED,
        [PROC_COMMIT] = PROCESS_COMMIT,
        [PROC_THREADS] = PROCESS_THREADS,
        [PROC_WORKING_SET] = PROCESS_WORKING_SET,
        [PROC_VIRTUAL] = PROCESS_VIRTUAL,
    };
    bool first = moment == MOMENT_FIRST;
    struct value values[PROCESS_NFIELDS] = {
        [PROCESS_SNAPSHOT] = value_int(log->snapshot + moment),
    };
    const struct pdh_column *any = pdh_any(g, first);
    str name;

    if (any == NULL || !told(log, moment))
        return;
    for (size_t i = 0; i < PROC_SLOTS; i++)
        values[fields[i]] = pdh_value(g->columns[i], first);
    name = process_name(g->instance, &values[PROCESS_PID]);
    /* Idle has neither handles nor memory; its thread count is the number of processors. */
    if (str_eq_nocase(name, STR("_Total")) || str_eq_nocase(name, STR("Idle")))
        return;
    values[PROCESS_NAME] = value_text(name);
    emit_at(log->in, &kind_PROCESS, pdh_span(log, any, first), any->path, when_of(log, moment),
            values);
}

/* What the heading's bias says of the machine's clock: other members may have its local times. */
static void tell_zone(struct pdh_log *log)
{
    int32_t offset = (int32_t)(-log->bias / WHEN_NS);
    struct line line = { .s = log->zone,
        .number = log->first.line,
        .offset = log->first.offset,
        .length = (uint32_t)log->zone.n };

    if (log->basis == WHEN_UTC)
        clock_say(log->in, &line,
                &(struct clock_say){ .says = "offset",
                        .when = pdh_when(log, log->first.at),
                        .offset = &offset,
                        .zone = log->zone,
                        .seconds = NAN });
}

/* The only machine of the log. */
static void tell_windows(struct pdh_log *log)
{
    struct when now = pdh_when(log, log->last.at), boot = now;
    const struct pdh_column *uptime = NULL, *on;
    struct value values[HOST_NFIELDS] = {
        [HOST_NAME] = value_text(log->host),
        [HOST_OS] = value_z("windows"),
    };

    if (log->hosts || log->host.n == 0 || log->ncolumns == 0)
        return;
    for (const struct pdh_group *g = log->groups; g != NULL; g = g->next)
        if (g->is == GROUP_SYSTEM)
            uptime = g->columns[SYS_UPTIME];
    on = uptime != NULL ? uptime : pdh_column(log, 0);
    values[HOST_UPTIME] = pdh_value(uptime, false);
    /* A century is more than any machine was up. */
    if (values[HOST_UPTIME].type == VALUE_INT && values[HOST_UPTIME].i < 100ll * 366 * 86400) {
        boot.ns -= values[HOST_UPTIME].i * WHEN_NS;
        values[HOST_BOOT] = value_time(boot);
    } else {
        values[HOST_UPTIME] = value_none();
    }
    pdh_set_host(log, log->host);
    tell_zone(log);
    emit_at(log->in, &kind_HOST, pdh_span(log, on, false), on->path, now, values);
}

static void tell(struct pdh_log *log)
{
    tell_windows(log);
    for (const struct pdh_group *g = log->groups; g != NULL; g = g->next) {
        pdh_set_host(log, g->host);
        if (g->is == GROUP_MEMORY)
            tell_machine(log, g);
    }
    /* A listing at a time, as every other source gives them. */
    for (enum moment moment = MOMENT_FIRST; moment <= MOMENT_LAST; moment += 2) {
        for (const struct pdh_group *g = log->groups; g != NULL; g = g->next) {
            pdh_set_host(log, g->host);
            if (g->is == GROUP_PROCESS)
                tell_process(log, g, moment);
        }
    }
    if (parse_wants(log->in, &kind_COUNTER))
        for (size_t i = 0; i < log->ncolumns; i++)
            pdh_tell_column(log, pdh_column(log, i));
    log->snapshot += MOMENTS;
}

/* What grew until its process ended is worth knowing; all else of it is not. */
static void replaced(struct pdh_log *log, struct pdh_group *g)
{
    for (size_t i = 0; i < PROC_SLOTS; i++)
        if (g->columns[i] != NULL && i != PROC_PID && pdh_rises(log, g->columns[i]))
            pdh_tell_column(log, g->columns[i]);
}

static void parse(struct parse *in)
{
    struct pdh_log *log = arena_new(in->scratch, struct pdh_log);

    log->in = in;
    log->wants = wants;
    log->tell = tell;
    log->replaced = replaced;
    pdh_read(log);
}

static void signs(struct signs *to)
{
    pdh_signs(to);
}

static int sniff(const struct sniff *in)
{
    return pdh_sniff(in->text) == PDH_WINDOWS ? BID_MAGIC : BID_NO;
}

const struct parser parser_perfmon = {
    .name = "perfmon",
    .summary = "performance logs of perfmon, logman, relog and typeperf (PDH CSV and TSV)",
    .kinds = kinds,
    .sniff = sniff,
    .signs = signs,
    .parse = parse,
};
