/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>

#include "pdh.h"

/* The process of the last sample: by its own column, or "svchost:1528" of the object Process V2. */
static struct value pid_of(const struct pdh_column *column)
{
    const struct pdh_group *g = column->group;
    str instance = column->parts.instance;
    size_t colon = str_rfind_char(instance, ':');
    uint64_t pid;

    if (g == NULL || g->is != GROUP_PROCESS)
        return value_none();
    if (g->columns[PROC_PID] != NULL && g->columns[PROC_PID]->series.n != 0)
        return value_int((int64_t)g->columns[PROC_PID]->series.last.value);
    if (colon != STR_NONE && str_u64(str_from(instance, colon + 1), &pid))
        return value_u64(pid);
    return value_none();
}

void pdh_set_host(struct pdh_log *log, str host)
{
    log->in->host = str_eq_nocase(host, STR("localhost")) ? (str){ NULL, 0 } : host;
}

static struct series_trend trend_of(const struct pdh_log *log, const struct series *s)
{
    double times[SERIES_POINTS];

    for (size_t i = 0; i < SERIES_POINTS; i++)
        times[i] = pdh_seconds(log, log->first.at, log->times[i]);
    return series_trend(s, times);
}

bool pdh_rises(const struct pdh_log *log, const struct pdh_column *column)
{
    enum { LEAST = 8 };
    const struct series *s = &column->series;

    if (s->n < LEAST || s->last.value <= s->first + s->first / 4)
        return false;
    return str_eq(str_z(trend_of(log, s).verdict), STR("rising"));
}

static struct span span_at(const struct pdh_log *log, uint32_t line, uint64_t offset)
{
    return (struct span){ .member = log->in->member, .line = line, .offset = offset };
}

void pdh_tell_column(struct pdh_log *log, const struct pdh_column *column)
{
    const struct series *s = &column->series;
    struct value values[COUNTER_NFIELDS] = {
        [COUNTER_OBJECT] = value_text(column->name.object),
        [COUNTER_INSTANCE] = value_text(column->parts.instance),
        [COUNTER_COUNTER] = value_text(column->name.counter),
        [COUNTER_PID] = pid_of(column),
        [COUNTER_SAMPLES] = value_u64(s->n),
        [COUNTER_FIRST] = value_real(s->first),
        [COUNTER_LAST] = value_real(s->last.value),
        [COUNTER_MIN] = value_real(s->low),
        [COUNTER_MAX] = value_real(s->high.value),
        [COUNTER_GAIN] = value_real(s->last.value - s->first),
        [COUNTER_RESETS] = value_int(column->resets),
    };
    struct when since = pdh_when(log, s->since), until = pdh_when(log, s->last.at);
    struct series_trend trend;

    if (s->n == 0)
        return;
    trend = trend_of(log, s);
    values[COUNTER_AVERAGE] = value_real(s->sum / (double)s->n);
    values[COUNTER_SECONDS] = value_real(pdh_seconds(log, s->since, s->last.at));
    if (trend.has_slope)
        values[COUNTER_SLOPE] = value_real(trend.slope);
    if (trend.has_p)
        values[COUNTER_P] = value_real(trend.p);
    values[COUNTER_VERDICT] = value_z(trend.verdict);
    values[COUNTER_SINCE] = value_time(since);
    values[COUNTER_UNTIL] = value_time(until);
    pdh_set_host(log, column->parts.host);
    /* It stands at its last sample, and the name of its column is what there is to quote. */
    emit_between(log->in, &kind_COUNTER, span_at(log, s->last.line, s->last.offset), column->path,
            since, until, values);
}

static double value_at(const struct pdh_column *column, bool first)
{
    return column == NULL ? NAN : first ? column->start : column->end;
}

struct value pdh_value(const struct pdh_column *column, bool first)
{
    double value = value_at(column, first);

    if (isnan(value))
        return value_none();
    value *= (double)column->name.unit;
    return value >= 0 && value < 9e18 ? value_int((int64_t)(value + 0.5)) : value_none();
}

struct span pdh_span(const struct pdh_log *log, const struct pdh_column *column, bool first)
{
    return first ? span_at(log, log->first.line, column->start_offset)
                 : span_at(log, log->last.line, column->end_offset);
}

const struct pdh_column *pdh_any(const struct pdh_group *group, bool first)
{
    for (size_t i = 0; i < COUNTER_SLOTS; i++)
        if (!isnan(value_at(group->columns[i], first)))
            return group->columns[i];
    return NULL;
}
