/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>

#include "cells.h"
#include "limits.h"
#include "pdh.h"

/* A day and the longest interval between samples that anybody uses. */
#define NEXT_DAY_MAX (26 * 3600 * WHEN_NS)
/* No counter reaches this; what does is garbage, and sums of it would mean nothing. */
#define VALUE_MAX 9e18

bool pdh_take_time(str *s, struct row_time *ret)
{
    size_t digits = 0;
    str other = *s;
    struct when mdy, dmy;
    bool guessed;

    while (digits < s->n && is_digit(s->p[digits]))
        digits++;
    if (digits == 0 || digits == s->n)
        return false;
    if (s->p[digits] == '/' && digits <= 2) {
        if (!date_take_local(s, DATE_MDY, &mdy, &guessed) ||
                !date_take_local(&other, DATE_DMY, &dmy, &guessed))
            return false;
    } else if (date_take_local(s, DATE_UNKNOWN, &mdy, &guessed)) {
        dmy = mdy;
    } else {
        return false;
    }
    *ret = (struct row_time){ mdy.ns, dmy.ns };
    return true;
}

/* "4112", "0.5", "-1", "1.5e+010", "1234,5" where a comma is the decimal mark. NaN when it is none. */
static double number_of(str s)
{
    double value;
    size_t comma = str_find_char(s, ',');

    if (comma == STR_NONE && str_real(s, &value))
        return fabs(value) < VALUE_MAX ? value : NAN;
    s = str_trim(s);
    if (s.n == 0 || s.n > 40)
        return NAN;
    if (comma == STR_NONE) {
        if (!str_real(s, &value))
            return NAN;
    } else if (str_find_char(str_from(s, comma + 1), ',') == STR_NONE &&
               str_find_char(s, '.') == STR_NONE) {
        char dotted[40];
        str copy = { dotted, s.n };

        for (size_t i = 0; i < s.n; i++)
            dotted[i] = s.p[i] == ',' ? '.' : s.p[i];
        if (!str_real(copy, &value))
            return NAN;
    } else if (!cell_take_number(&s, &value) || s.n != 0) {
        return NAN;
    }
    return fabs(value) < VALUE_MAX ? value : NAN;
}

static int64_t dated(const struct pdh_log *log, struct row_time at)
{
    return log->order == ORDER_DMY ? at.dmy : at.mdy;
}

double pdh_seconds(const struct pdh_log *log, struct row_time from, struct row_time to)
{
    return ((double)dated(log, to) - (double)dated(log, from)) / (double)WHEN_NS;
}

struct when pdh_when(const struct pdh_log *log, struct row_time at)
{
    return (struct when){ .ns = dated(log, at) + log->bias, .basis = log->basis };
}

/* What a row's date says of the order of day and month: a number above 12, or the next day. */
static void learn_order(struct pdh_log *log, str cell, struct row_time at)
{
    int64_t by_mdy, by_dmy;
    uint64_t leading;

    if (log->order != ORDER_OPEN)
        return;
    if (at.mdy == at.dmy) {
        struct civil c = civil_from_ns(at.mdy);

        if (c.day > 12) {
            if (str_take_u64(&cell, &leading) && leading <= 31)
                log->order = leading == (uint64_t)c.day ? ORDER_DMY : ORDER_MDY;
            return;
        }
    } else {
        log->ambiguous = true;
    }
    if (log->rows == 0)
        return;
    by_mdy = at.mdy - log->last.at.mdy;
    by_dmy = at.dmy - log->last.at.dmy;
    if (by_mdy == by_dmy)
        return;
    if (by_mdy >= 0 && by_mdy < NEXT_DAY_MAX && (by_dmy < 0 || by_dmy > NEXT_DAY_MAX))
        log->order = ORDER_MDY;
    else if (by_dmy >= 0 && by_dmy < NEXT_DAY_MAX && (by_mdy < 0 || by_mdy > NEXT_DAY_MAX))
        log->order = ORDER_DMY;
}

void pdh_dates_open(struct pdh_log *log)
{
    if (log->order == ORDER_OPEN && log->ambiguous)
        parse_diag(log->in, DIAG_NOTE, "pdh.date-order", NULL,
                STR("day and month of the dates cannot be told apart; read month first, as Windows "
                    "writes these logs"));
}

static int64_t middle(int64_t a, int64_t b)
{
    return a / 2 + b / 2 + (a % 2 + b % 2) / 2;
}

/* All stretches are in use: each is to hold twice as many rows. */
static void merge_stretches(struct pdh_log *log)
{
    for (size_t i = 0; i < log->ncolumns; i++)
        series_merge(&pdh_column(log, i)->series);
    for (size_t i = 0; i < SERIES_POINTS / 2; i++) {
        log->times[i].mdy = middle(log->times[2 * i].mdy, log->times[2 * i + 1].mdy);
        log->times[i].dmy = middle(log->times[2 * i].dmy, log->times[2 * i + 1].dmy);
    }
    log->stretch = SERIES_POINTS / 2;
    log->step *= 2;
}

/* The stretch that this row falls into, its mean time brought up to date. */
static size_t next_stretch(struct pdh_log *log, struct row_time at)
{
    struct row_time *mean;
    int64_t n;

    if (log->in_stretch == log->step) {
        log->in_stretch = 0;
        log->stretch++;
    }
    if (log->stretch == SERIES_POINTS)
        merge_stretches(log);
    mean = &log->times[log->stretch];
    n = (int64_t)++log->in_stretch;
    if (n == 1) {
        *mean = at;
    } else {
        mean->mdy += (at.mdy - mean->mdy) / n;
        mean->dmy += (at.dmy - mean->dmy) / n;
    }
    return log->stretch;
}

static bool changed(const struct pdh_column *column)
{
    return column != NULL && column->series.n != 0 && !isnan(column->now) &&
           (column->now > column->series.last.value || column->now < column->series.last.value);
}

/* The machine's up-time went back. */
static bool restarted(const struct pdh_log *log)
{
    for (const struct pdh_group *g = log->groups; g != NULL && !log->hosts; g = g->next) {
        const struct pdh_column *uptime = g->is == GROUP_SYSTEM ? g->columns[SYS_UPTIME] : NULL;

        if (changed(uptime) && uptime->now < uptime->series.last.value)
            return true;
    }
    return false;
}

/*
 * Windows numbers processes of one name anew when one of them ends: "svchost#3" may be another
 * process from now on. Only the process id tells.
 */
static void replace_processes(struct pdh_log *log)
{
    for (struct pdh_group *g = log->groups; g != NULL; g = g->next) {
        if (g->is != GROUP_PROCESS || !changed(g->columns[PROC_PID]))
            continue;
        if (log->replaced != NULL)
            log->replaced(log, g);
        for (size_t slot = 0; slot < COUNTER_SLOTS; slot++) {
            if (g->columns[slot] == NULL)
                continue;
            series_clear(&g->columns[slot]->series);
            g->columns[slot]->resets++;
        }
    }
}

static void note_gap(struct pdh_log *log, const struct pdh_row *row)
{
    double seconds = pdh_seconds(log, log->last.at, row->at);

    if (log->rows == 0 || seconds <= log->longest)
        return;
    log->longest = seconds;
    log->before_gap = log->last;
    log->after_gap = *row;
}

static void add_row(struct pdh_log *log, const struct pdh_row *row)
{
    size_t stretch;

    if (restarted(log))
        pdh_end(log);
    else
        replace_processes(log);
    note_gap(log, row);
    if (log->rows == 0)
        log->first = *row;
    stretch = next_stretch(log, row->at);
    for (size_t i = 0; i < log->ncolumns; i++) {
        struct pdh_column *column = pdh_column(log, i);
        const struct sample sample = { column->now, row->at, column->now_offset, row->line };

        if (log->rows == 0) {
            column->start = column->now;
            column->start_offset = column->now_offset;
        }
        column->end = column->now;
        column->end_offset = column->now_offset;
        if (!isnan(column->now))
            series_add(&column->series, &sample, stretch);
    }
    log->last = *row;
    log->rows++;
}

/* Reads the cells behind the time into the columns. Returns how many cells the row has. A blank is no
 * sample; *ret_odd counts what is neither a blank nor a number. */
static size_t read_cells(struct pdh_log *log, struct pdh_cells *cells, size_t *ret_odd)
{
    struct pdh_cell cell;
    size_t n = 1, extra = 0, next = 0;

    for (size_t i = 0; i < log->ncolumns; i++)
        pdh_column(log, i)->now = NAN;
    while (pdh_cells_next(cells, &cell)) {
        if (next < log->ncolumns && pdh_column(log, next)->index == n) {
            struct pdh_column *column = pdh_column(log, next++);

            /* The last number of a file that was cut off may lack digits. */
            column->now = cell.torn ? NAN : number_of(cell.s);
            column->now_offset = cell.offset;
            if (isnan(column->now) && !cell.torn && str_trim(cell.s).n != 0)
                (*ret_odd)++;
        }
        n++;
        /* Some programs end rows with a separator: a last empty cell is none. */
        extra = n > log->ncells && str_trim(cell.s).n == 0 ? extra + 1 : 0;
    }
    return n - extra;
}

void pdh_take_row(struct pdh_log *log)
{
    struct text *text = &log->in->text;
    struct line line = { .number = text->number, .offset = text->offset };
    struct pdh_row row = { .line = line.number, .offset = line.offset };
    struct pdh_cells cells;
    struct pdh_cell cell = { 0 };
    size_t n, odd = 0;

    pdh_cells_init(&cells, text, log->sep);
    if (!pdh_cells_next(&cells, &cell))
        return;
    str time = cell.s;
    if (!pdh_take_time(&time, &row.at)) {
        pdh_cells_skip(&cells);
        parse_diag(log->in, DIAG_WARNING, "pdh.row", &line, STR("a row without a time"));
        return;
    }
    learn_order(log, cell.s, row.at);
    n = read_cells(log, &cells, &odd);
    line.length = (uint32_t)(text->offset - line.offset);
    if (cells.open) {
        parse_diag(log->in, DIAG_WARNING, "pdh.open-quote", &line,
                STR("a quote of this row is never closed: the row is left out"));
    } else if (n > log->ncells || (n < log->ncells && !cells.cut)) {
        parse_diag(log->in, DIAG_WARNING, "pdh.row", &line,
                n > log->ncells ? STR("a row of more cells than the heading has: left out")
                                : STR("a row of fewer cells than the heading has: left out"));
    } else {
        if (odd != 0)
            parse_diag(log->in, DIAG_NOTE, "pdh.value", &line,
                    STR("a cell of this row is no number that a counter can have"));
        add_row(log, &row);
        parse_took_bytes(log->in, text->offset - line.offset);
    }
}

/* A hole in the log that is far longer than what usually lies between two rows. */
static void tell_gap(struct pdh_log *log)
{
    enum { FAR = 10, ROWS = 5 };
    double rest = pdh_seconds(log, log->first.at, log->last.at) - log->longest;
    struct line line = { .number = log->after_gap.line, .offset = log->after_gap.offset };
    char from[WHEN_TEXT], to[WHEN_TEXT];

    if (log->rows < ROWS || rest < 0 || log->longest < FAR * rest / (double)(log->rows - 2))
        return;
    str a = when_format(pdh_when(log, log->before_gap.at), from);
    str b = when_format(pdh_when(log, log->after_gap.at), to);
    parse_diag(log->in, DIAG_NOTE, "pdh.gap", &line,
            arena_printf(&log->arena, "no sample between %.*s and %.*s", STR_ARG(a), STR_ARG(b)));
}

void pdh_end(struct pdh_log *log)
{
    if (log->rows == 0)
        return;
    tell_gap(log);
    log->tell(log);
    /* Every fact told its own; what stands around the rows speaks of the only machine, if it is one. */
    log->in->host = log->hosts ? (str){ NULL, 0 } : arena_str(log->in->scratch, log->host);
    for (size_t i = 0; i < log->ncolumns; i++) {
        struct pdh_column *column = pdh_column(log, i);

        series_clear(&column->series);
        column->resets = 0;
    }
    log->rows = log->stretch = log->in_stretch = 0;
    log->step = 1;
    log->longest = 0;
}
