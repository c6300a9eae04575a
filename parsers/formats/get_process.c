/* SPDX-License-Identifier: Apache-2.0 */
/*
 * get-process: processes as PowerShell, WMI and wmic show them:
 *
 *     Handles  NPM(K)    PM(K)      WS(K)     CPU(s)     Id  SI ProcessName
 *     -------  ------    -----      -----     ------     --  -- -----------
 *         511      30    21464      34536       1.22   1528   4 mailscan
 *
 * as that table, as lists ("Name : value", "Name=value"), as CSV of Export-Csv or wmic, as wmic's
 * own table. Taken: each process. Units differ by property, not by tool: of Win32_Process
 * WorkingSetSize, PrivatePageCount and VirtualSize are bytes, PageFileUsage and the quotas KB;
 * table columns name theirs. Win32_Process.Handle is the PID and no count. wmic does not quote
 * commas: what is too many belongs to the command line. Not taken: times and I/O counts.
 */
#include <string.h>

#include "cells.h"
#include "limits.h"
#include "parser.h"
#include "signs.h"

static const struct kind *const kinds[] = { &kind_PROCESS, &kind_ERROR, &kind_LOG_MESSAGE, NULL };

enum { COLUMNS = 80, TEXTS = 8192, HOST = PROCESS_NFIELDS, NOTHING = PROCESS_NFIELDS + 1 };

struct property {
    str name;
    uint8_t field; /* PROCESS_*, HOST or NOTHING */
    uint8_t text;
    uint64_t unit;
};

/* The first of several that hold the same wins. */
static const struct property properties[] = {
    { STR_INIT("Name"), PROCESS_NAME, 1, 0 },
    { STR_INIT("ProcessName"), PROCESS_NAME, 1, 0 },
    { STR_INIT("Id"), PROCESS_PID, 0, 1 },
    { STR_INIT("ProcessId"), PROCESS_PID, 0, 1 },
    { STR_INIT("SI"), PROCESS_SESSION, 0, 1 },
    { STR_INIT("SessionId"), PROCESS_SESSION, 0, 1 },
    { STR_INIT("Handles"), PROCESS_HANDLES, 0, 1 },
    { STR_INIT("HandleCount"), PROCESS_HANDLES, 0, 1 },
    { STR_INIT("Threads"), PROCESS_THREADS, 0, 1 },
    { STR_INIT("ThreadCount"), PROCESS_THREADS, 0, 1 },
    { STR_INIT("VM"), PROCESS_VIRTUAL, 0, 1 },
    { STR_INIT("VirtualMemorySize64"), PROCESS_VIRTUAL, 0, 1 },
    { STR_INIT("VirtualSize"), PROCESS_VIRTUAL, 0, 1 },
    { STR_INIT("WS"), PROCESS_WORKING_SET, 0, 1 },
    { STR_INIT("WorkingSet64"), PROCESS_WORKING_SET, 0, 1 },
    { STR_INIT("WorkingSetSize"), PROCESS_WORKING_SET, 0, 1 },
    { STR_INIT("PM"), PROCESS_COMMIT, 0, 1 },
    { STR_INIT("PrivateMemorySize64"), PROCESS_COMMIT, 0, 1 },
    { STR_INIT("PagedMemorySize64"), PROCESS_COMMIT, 0, 1 },
    { STR_INIT("PrivatePageCount"), PROCESS_COMMIT, 0, 1 },
    { STR_INIT("PageFileUsage"), PROCESS_COMMIT, 0, KIB },
    { STR_INIT("NPM"), PROCESS_NONPAGED, 0, 1 },
    { STR_INIT("NonpagedSystemMemorySize64"), PROCESS_NONPAGED, 0, 1 },
    { STR_INIT("QuotaNonPagedPoolUsage"), PROCESS_NONPAGED, 0, KIB },
    { STR_INIT("PagedSystemMemorySize64"), PROCESS_PAGED, 0, 1 },
    { STR_INIT("QuotaPagedPoolUsage"), PROCESS_PAGED, 0, KIB },
    { STR_INIT("CommandLine"), PROCESS_COMMAND, 1, 0 },
    { STR_INIT("UserName"), PROCESS_USER, 1, 0 },
    { STR_INIT("CSName"), HOST, 1, 0 },
    { STR_INIT("PSComputerName"), HOST, 1, 0 },
    { STR_INIT("MachineName"), HOST, 1, 0 },
    { STR_INIT("Node"), HOST, 1, 0 },
};

enum form { FORM_NONE, FORM_CSV, FORM_NUMBERS, FORM_PLACES };

struct column {
    struct property is;
    size_t at; /* of wmic's table: where it begins */
};

struct listing {
    struct parse *in;
    enum form form;
    char sep;
    struct column columns[COLUMNS];
    size_t ncolumns;
    int64_t snapshot;
    /* A list's block, told at its end. */
    struct value values[PROCESS_NFIELDS];
    char texts[TEXTS], quote[LIMIT_QUOTE];
    size_t used, quoted;
    struct span where;
    bool lists; /* a block was met since the last table */
};

static struct property property_of(str name)
{
    str base = str_trim(name);
    size_t open = str_find_char(base, '(');
    struct property p = { .field = NOTHING };
    uint64_t unit = 0;

    if (open != STR_NONE && str_ends(base, STR(")"))) {
        unit = cell_unit(str_slice(base, open + 1, base.n - 1));
        base = str_slice(base, 0, open);
    }
    for (size_t i = 0; i < sizeof(properties) / sizeof(properties[0]); i++) {
        if (!str_eq_nocase(base, properties[i].name))
            continue;
        p = properties[i];
        if (unit != 0)
            p.unit = unit;
        break;
    }
    return p;
}

static bool is_count(uint8_t field)
{
    return field == PROCESS_PID || field == PROCESS_SESSION || field == PROCESS_HANDLES ||
           field == PROCESS_THREADS;
}

static void name_host(struct listing *l, str name)
{
    if (name.n != 0 && name.n < 256 && !str_eq(name, STR(".")) && !str_eq(name, l->in->host))
        l->in->host = arena_str(l->in->scratch, name);
}

/* False when the text cannot be what the property holds. */
static bool set(struct listing *l, struct value *values, const struct property *p, str text)
{
    uint64_t number;
    double real;
    str rest = text;

    if (p->field == NOTHING || text.n == 0)
        return true;
    if (p->field == HOST) {
        name_host(l, text);
        return true;
    }
    if (values[p->field].type != VALUE_NONE)
        return true;
    if (p->text) {
        values[p->field] = value_text(text);
        return true;
    }
    if (is_count(p->field) || p->unit == 1) {
        if (!str_grouped(text, &number))
            return p->field == PROCESS_THREADS; /* a list of objects in braces */
        values[p->field] = value_u64(number);
        return true;
    }
    if (!cell_take_number(&rest, &real) || rest.n != 0 || real < 0 || real * (double)p->unit > 9e18)
        return false;
    values[p->field] = value_int((int64_t)(real * (double)p->unit + 0.5));
    return true;
}

static bool is_process(const struct value *values)
{
    return values[PROCESS_NAME].type == VALUE_TEXT;
}

static void tell(struct listing *l, const struct line *line, struct value *values)
{
    values[PROCESS_SNAPSHOT] = value_int(l->snapshot);
    emit(l->in, &kind_PROCESS, line, (struct when){ 0 }, values);
}

static void end_block(struct listing *l)
{
    if (is_process(l->values)) {
        if (!l->lists) {
            l->snapshot++;
            l->lists = true;
        }
        l->values[PROCESS_SNAPSHOT] = value_int(l->snapshot);
        emit_at(l->in, &kind_PROCESS, l->where, (str){ l->quote, l->quoted }, (struct when){ 0 },
                l->values);
    }
    memset(l->values, 0, sizeof(l->values));
    l->used = 0;
    l->quoted = 0;
}

/* What a heading must show to be one: a name, and a figure or a PID beside it. */
struct heading {
    bool name, figure, pid;
    size_t known;
};

static void weigh(struct heading *h, const struct property *p)
{
    if (p->field == NOTHING)
        return;
    h->known++;
    h->name |= p->field == PROCESS_NAME;
    h->pid |= p->field == PROCESS_PID;
    h->figure |= p->field == PROCESS_HANDLES || p->field == PROCESS_WORKING_SET ||
                 p->field == PROCESS_VIRTUAL || p->field == PROCESS_COMMIT;
}

static size_t read_csv_heading(str s, struct column *columns, char *ret_sep)
{
    str cells[COLUMNS];
    char sep = str_find_char(s, ',') != STR_NONE ? ',' : ';';
    size_t n = cells_split(s, sep, cells, COLUMNS);
    struct heading h = { 0 };

    for (size_t i = 0; i < n; i++) {
        columns[i] = (struct column){ .is = property_of(cells[i]) };
        weigh(&h, &columns[i].is);
    }
    *ret_sep = sep;
    return h.name && h.figure && h.known >= 3 ? n : 0;
}

/* Titles parted by blanks. wmic's stand where their columns begin, PowerShell's end with a name. */
static size_t read_table_heading(str s, struct column *columns, enum form *ret_form)
{
    str rest = s, word;
    size_t n = 0;
    struct heading h = { 0 };

    while (n < COLUMNS && str_word(&rest, &word)) {
        columns[n].is = property_of(word);
        columns[n].at = (size_t)(word.p - s.p);
        weigh(&h, &columns[n].is);
        n++;
    }
    /* Rows with TABs are Task Manager's. */
    if (!h.name || !h.figure || !h.pid || h.known < 4 || str_find_char(s, '\t') != STR_NONE)
        return 0;
    *ret_form = columns[n - 1].is.field == PROCESS_NAME ? FORM_NUMBERS : FORM_PLACES;
    return n;
}

static bool open_listing(struct listing *l, str s)
{
    struct column columns[COLUMNS];
    enum form form = FORM_CSV;
    char sep = 0;
    size_t n = 0;

    if (s.n < 8 || s.n > 4096 || str_find_nocase(s, STR("Name")) == STR_NONE)
        return false;
    if (str_find_char(s, ',') != STR_NONE || str_find_char(s, ';') != STR_NONE)
        n = read_csv_heading(s, columns, &sep);
    else
        n = read_table_heading(s, columns, &form);
    if (n == 0)
        return false;
    end_block(l);
    l->form = form;
    l->sep = sep;
    l->ncolumns = n;
    l->snapshot++;
    l->lists = false;
    memcpy(l->columns, columns, n * sizeof(columns[0]));
    return true;
}

/* Where an unquoted row has more commas than the heading, the command line holds the rest. */
static size_t free_column(const struct listing *l)
{
    for (size_t i = 0; i < l->ncolumns; i++) {
        if (l->columns[i].is.field == PROCESS_COMMAND)
            return i;
    }
    return l->ncolumns;
}

static bool take_csv(struct listing *l, const struct line *line)
{
    struct value values[PROCESS_NFIELDS] = { 0 };
    str cells[COLUMNS];
    size_t n = cells_split(line->s, l->sep, cells, COLUMNS), wide = free_column(l), extra = 0;

    /* A row that was elided or cut may be short where its cells are quoted. */
    if (n < 2 || (n + 3 < l->ncolumns && line->s.p[0] != '"'))
        return false;
    if (n > l->ncolumns) {
        if (wide == l->ncolumns || n == COLUMNS)
            return false;
        extra = n - l->ncolumns;
        cells[wide].n = (size_t)(cells[wide + extra].p + cells[wide + extra].n - cells[wide].p);
    }
    for (size_t i = 0; i < l->ncolumns; i++) {
        size_t at = i > wide ? i + extra : i;

        if (at < n && !set(l, values, &l->columns[i].is, cells[at]))
            return false;
    }
    if (!is_process(values))
        return false;
    tell(l, line, values);
    return true;
}

static bool is_number(str s)
{
    if (s.n == 0)
        return false;
    for (size_t i = 0; i < s.n; i++) {
        if (!is_digit(s.p[i]) && str_find_char(STR(".,-"), s.p[i]) == STR_NONE)
            return false;
    }
    return true;
}

/* The numbers stand before the name; of a process that never ran the CPU time is left out. */
static bool take_numbers(struct listing *l, const struct line *line)
{
    struct value values[PROCESS_NFIELDS] = { 0 };
    str rest = line->s, words[COLUMNS], word, name;
    size_t n = 0, want = l->ncolumns - 1, skip = l->ncolumns;

    for (;;) {
        str before = rest;

        if (!str_word(&rest, &word) || n > want)
            return false;
        if (!is_number(word) || n == want) {
            rest = before;
            break;
        }
        words[n++] = word;
    }
    name = str_trim(rest);
    for (size_t i = 0; i < want && n + 1 == want; i++) {
        if (l->columns[i].is.field == NOTHING)
            skip = i;
    }
    if (name.n == 0 || (n != want && skip == l->ncolumns))
        return false;
    for (size_t i = 0, k = 0; i < want; i++) {
        if (i == skip)
            continue;
        if (!set(l, values, &l->columns[i].is, words[k++]))
            return false;
    }
    values[PROCESS_NAME] = value_text(name);
    tell(l, line, values);
    return true;
}

static bool take_places(struct listing *l, const struct line *line)
{
    struct value values[PROCESS_NFIELDS] = { 0 };

    for (size_t i = 0; i < l->ncolumns; i++) {
        size_t to = i + 1 < l->ncolumns ? l->columns[i + 1].at : STR_NONE;
        str cell = str_trim(str_slice(line->s, l->columns[i].at, to));

        if (!set(l, values, &l->columns[i].is, cell))
            return false;
    }
    if (!is_process(values) || values[PROCESS_PID].type == VALUE_NONE)
        return false;
    tell(l, line, values);
    return true;
}

/* "Name : value" with blanks about the colon, or "Name=value". */
static bool split_pair(str s, str *ret_name, str *ret_value)
{
    size_t at = 0;

    while (at < s.n && (is_alnum(s.p[at]) || s.p[at] == '_'))
        at++;
    if (at == 0 || at > 40)
        return false;
    *ret_name = str_slice(s, 0, at);
    s = str_from(s, at);
    if (str_take_char(&s, '=')) {
        *ret_value = str_trim(s);
        return true;
    }
    str_skip_blanks(&s);
    if (!str_take_char(&s, ':') || (s.n != 0 && !is_blank(s.p[0])))
        return false;
    *ret_value = str_trim(s);
    return true;
}

static bool take_pair(struct listing *l, const struct line *line)
{
    struct property p;
    str name, value, kept;

    if (!split_pair(line->s, &name, &value))
        return false;
    p = property_of(name);
    if (p.field == NOTHING)
        return true;
    if (p.field == PROCESS_NAME && l->values[PROCESS_NAME].type == VALUE_NONE) {
        l->where = line_span(l->in, line);
        l->quoted = line->s.n < sizeof(l->quote) ? line->s.n : 0;
        memcpy(l->quote, line->s.p, l->quoted);
    }
    kept = value;
    if (p.text && p.field != HOST) {
        if (value.n > TEXTS - l->used)
            return true;
        kept = (str){ l->texts + l->used, value.n };
        memcpy(l->texts + l->used, value.p, value.n);
        if (l->values[p.field].type == VALUE_NONE)
            l->used += value.n;
    }
    (void)set(l, l->values, &p, kept);
    return true;
}

static bool is_frame(str s)
{
    str word;

    if (str_starts(s, STR("#TYPE")))
        return true;
    while (str_word(&s, &word)) {
        while (str_take_char(&word, '-'))
            ;
        if (word.n != 0)
            return false;
    }
    return true;
}

static bool take_row(struct listing *l, const struct line *line)
{
    switch (l->form) {
    case FORM_CSV:
        return take_csv(l, line);
    case FORM_NUMBERS:
        return take_numbers(l, line);
    case FORM_PLACES:
        return take_places(l, line);
    default:
        return false;
    }
}

static void parse(struct parse *in)
{
    struct listing l = { .in = in };
    struct line line;

    while (parse_line(in, &line)) {
        bool took;

        if (str_trim(line.s).n == 0) {
            end_block(&l);
            took = true;
        } else {
            took = open_listing(&l, line.s) || take_row(&l, &line) || take_pair(&l, &line) ||
                   is_frame(line.s);
        }
        if (took)
            parse_took(in, &line);
        else
            parse_stray(in, &line, (struct when){ 0 });
    }
    end_block(&l);
}

/* Properties of a list that nothing but a process has. */
static unsigned sniff_pair(str line)
{
    static const str own[] = { STR_INIT("HandleCount"), STR_INIT("WorkingSetSize"),
        STR_INIT("ProcessId"), STR_INIT("ThreadCount"), STR_INIT("NPM"), STR_INIT("WS"),
        STR_INIT("PM"), STR_INIT("Handles"), STR_INIT("SI"), STR_INIT("PrivatePageCount"),
        STR_INIT("WorkingSet64"), STR_INIT("PageFileUsage"), STR_INIT("SessionId") };
    str name, value;

    if (!split_pair(line, &name, &value))
        return 0;
    for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++) {
        if (str_eq(name, own[i]))
            return 1;
    }
    return 0;
}

static void signs(struct signs *to)
{
    signs_add(to, STR("Name"));
    signs_add(to, STR("Win32_Process"));
}

static int sniff(const struct sniff *in)
{
    str rest = in->text, line;
    unsigned own = 0;

    while (str_line(&rest, &line)) {
        struct column columns[COLUMNS];
        enum form form;
        char sep;

        if (line.n < 8 || line.n > 4096) {
            own += line.n != 0 && line.n < 8 ? sniff_pair(line) : 0;
            continue;
        }
        if (!in->signless && str_find_nocase(line, STR("Name")) != STR_NONE) {
            bool cells =
                    str_find_char(line, ',') != STR_NONE || str_find_char(line, ';') != STR_NONE;

            if (cells ? read_csv_heading(line, columns, &sep) != 0
                      : read_table_heading(line, columns, &form) != 0)
                return BID_MAGIC;
        }
        if (!in->signless && str_starts(line, STR("__CLASS")) &&
                str_has(line, STR(": Win32_Process")))
            return BID_MAGIC;
        own += sniff_pair(line);
    }
    return own >= 3 ? BID_SHAPE + 8 : BID_NO;
}

const struct parser parser_get_process = {
    .name = "get-process",
    .summary = "Get-Process, WMI and wmic process lists",
    .kinds = kinds,
    .by_shape = true,
    .sniff = sniff,
    .signs = signs,
    .parse = parse,
};
