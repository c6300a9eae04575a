/* SPDX-License-Identifier: Apache-2.0 */
/*
 * procexp: process lists that Process Explorer ("Save As"), Process Hacker and System Informer
 * ("Save") write:
 *
 *     Process              PID   CPU     Private Bytes  Working Set  Description  Company Name
 *     System Idle Process  0     95.31   60 K           8 K
 *       mailscan.exe       1528  < 0.01  40,960 K       31,748 K     Mail scanner Example Ltd
 *
 * parted by TABs, or commas in quotes; the columns are those that were shown, in any order. Taken:
 * each process. Rows that are none (Interrupts, DPCs) pass. Not taken: CPU, the tree, and the lower
 * pane with the handles or DLLs of one process, which follows behind "Process: NAME Pid: N".
 */
#include "cells.h"
#include "process_row.h"
#include "signs.h"

static const struct kind *const kinds[] = { &kind_PROCESS, &kind_ERROR, &kind_LOG_MESSAGE, NULL };

enum { COLUMNS = 96, HEADING = 4096 };

struct listing {
    struct process_column columns[COLUMNS];
    size_t ncolumns, pid;
    char sep;
    int64_t snapshot;
};

/* Columns of a heading; 0 when it is none of these programs'. */
static size_t read_heading(str s, struct listing *ret)
{
    str cells[COLUMNS];
    bool name = false, pid = false;
    size_t n;

    if (s.n > HEADING || !process_heading_of_tool(s))
        return 0;
    ret->sep = str_find_char(s, '\t') != STR_NONE ? '\t' : ',';
    n = cells_split(s, ret->sep, cells, COLUMNS);
    for (size_t i = 0; i < n; i++) {
        struct process_column *column = &ret->columns[i];

        *column = (struct process_column){ 0, PROCESS_IGNORE, 0 };
        if (!process_column_find(cells[i], false, column) || column->how == PROCESS_IGNORE)
            continue;
        name |= column->field == PROCESS_NAME;
        if (column->field == PROCESS_PID) {
            pid = true;
            ret->pid = i;
        }
    }
    return name && pid && n >= 3 ? n : 0;
}

/* What cannot be read of a cell (n/a, "Access denied") is absent; only the PID makes a row. */
static bool take_row(struct parse *in, struct listing *l, const struct line *line)
{
    struct process_row row = { 0 };
    str cells[COLUMNS];
    size_t n = l->ncolumns != 0 ? cells_split(line->s, l->sep, cells, COLUMNS) : 0;

    if (n < 2 || n > l->ncolumns + 1 || n <= l->pid)
        return false;
    for (size_t i = 0; i < n && i < l->ncolumns; i++)
        (void)process_row_set(&row, &l->columns[i], cells[i]);
    if (row.values[PROCESS_NAME].type != VALUE_TEXT)
        return false;
    if (row.values[PROCESS_PID].type == VALUE_INT)
        process_row_emit(in, line, &row, l->snapshot);
    return row.values[PROCESS_PID].type == VALUE_INT || str_eq_nocase(cells[l->pid], STR("n/a")) ||
           cells[l->pid].n == 0;
}

/* "Process: mailscan.exe Pid: 1528": the lower pane follows. */
static bool is_lower_pane(str s)
{
    return str_starts(s, STR("Process: ")) && str_has(s, STR(" Pid: "));
}

static void parse(struct parse *in)
{
    struct listing l = { 0 };
    struct line line;

    while (parse_line(in, &line)) {
        struct listing heading = { 0 };
        size_t n = read_heading(line.s, &heading);

        if (n != 0) {
            heading.ncolumns = n;
            heading.snapshot = l.snapshot + 1;
            l = heading;
        } else if (is_lower_pane(line.s)) {
            l.ncolumns = 0;
        } else if (str_trim(line.s).n != 0 && !take_row(in, &l, &line)) {
            parse_stray(in, &line, (struct when){ 0 });
            continue;
        }
        parse_took(in, &line);
    }
}

static void signs(struct signs *to)
{
    signs_add(to, STR("Process"));
    signs_add(to, STR("private bytes"));
    signs_add(to, STR("I/O total"));
}

static int sniff(const struct sniff *in)
{
    str rest = in->text, line;
    struct listing l;

    while (str_line(&rest, &line))
        if (read_heading(line, &l) != 0)
            return BID_MAGIC;
    return BID_NO;
}

const struct parser parser_procexp = {
    .name = "procexp",
    .summary = "process lists of Process Explorer, Process Hacker and System Informer",
    .kinds = kinds,
    .sniff = sniff,
    .signs = signs,
    .parse = parse,
};
