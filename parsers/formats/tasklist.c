/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tasklist: process lists of Windows' own tools, in any language:
 *
 *     Image Name                     PID Session Name        Session#    Mem Usage
 *     ========================= ======== ================ =========== ============
 *     mailscan.exe                  1528 Services                   0     31,748 K
 *
 * as that table (with /v, /svc, /m too), as /fo list or /fo csv, and rows copied from Task Manager,
 * parted by TABs, with or without a heading; the figures of its Performance tab.
 *
 * Taken: each row as process, the Performance tab as pool.usage and memory.status. A table's
 * columns come from its ruler, other columns from their headings. Not taken: services and modules
 * of a process, CPU time. A list without headings yields only what its cells say beyond doubt.
 */
#include <string.h>

#include "cells.h"
#include "limits.h"
#include "process_row.h"
#include "signs.h"
#include "task_manager.h"
#include "utf8.h"

static const struct kind *const kinds[] = { &kind_PROCESS, &kind_POOL_USAGE, &kind_MEMORY_STATUS,
    &kind_ERROR, &kind_LOG_MESSAGE, NULL };

enum { COLUMNS = 40, TITLE = 1024, TEXTS = 2048 };
enum form { FORM_NONE, FORM_TABLE, FORM_CSV, FORM_TABS, FORM_LIST };

struct column {
    struct process_column is;
    size_t from, to; /* of a table: columns on the screen */
};

struct listing {
    struct parse *in;
    enum form form;
    char sep;
    struct column columns[COLUMNS];
    size_t ncolumns;
    int64_t snapshot;
    char title[TITLE]; /* the last line that was no row: the heading, once a ruler follows */
    size_t titled;
    struct span title_at;
    struct line title_line; /* without its text */
    struct task_manager manager;
    /* A block of /fo list, told at its end. */
    struct process_row row;
    size_t keys; /* met in the block */
    struct span where;
    char quote[LIMIT_QUOTE], texts[TEXTS];
    size_t quoted, used;
};

static const struct process_column by_place[] = {
    { PROCESS_NAME, PROCESS_WORD, 0 },
    { PROCESS_PID, PROCESS_COUNT, 0 },
    { PROCESS_SESSION_NAME, PROCESS_WORD, 0 },
    { PROCESS_SESSION, PROCESS_COUNT, 0 },
    { PROCESS_WORKING_SET, PROCESS_SIZE, KIB },
    { PROCESS_STATUS, PROCESS_WORD, 0 },
    { PROCESS_USER, PROCESS_WORD, 0 },
    { 0, PROCESS_IGNORE, 0 }, /* CPU time */
    { PROCESS_COMMAND, PROCESS_WORD, 0 },
};

enum { PLACES = sizeof(by_place) / sizeof(by_place[0]) };

/* What tasklist prints n columns of: 5, with /v 9; with /svc and /m the third is a list. */
static struct process_column place(size_t i, size_t n)
{
    if (i < 2 || ((n == 5 || n == PLACES) && i < n))
        return by_place[i];
    return (struct process_column){ 0, PROCESS_IGNORE, 0 };
}

/* Groups of '=' parted by blanks. */
static size_t read_ruler(str s, struct column *columns)
{
    size_t n = 0, at = 0;

    s = str_trim_end(s);
    while (at < s.n) {
        size_t from;

        while (at < s.n && is_blank(s.p[at]))
            at++;
        from = at;
        while (at < s.n && s.p[at] == '=')
            at++;
        if (at == from || n == COLUMNS)
            return 0;
        columns[n].from = from;
        columns[n].to = at;
        n++;
    }
    return n >= 3 && columns[0].to - columns[0].from >= 8 ? n : 0;
}

static bool is_ascii(str s)
{
    unsigned char all = 0;

    for (size_t i = 0; i < s.n; i++)
        all |= (unsigned char)s.p[i];
    return all < 0x80;
}

/* The offset of a column of the screen, from one known before it. */
static size_t find_column(str line, size_t column, size_t *at, size_t *width)
{
    while (*at < line.n && *width < column) {
        size_t n = utf8_length(str_from(line, *at));

        n = n != 0 ? n : 1;
        *width += utf8_width(str_slice(line, *at, *at + n));
        *at += n;
    }
    return *at;
}

/* The part of the line between two columns of the screen. */
static str slice_columns(str line, bool ascii, size_t from, size_t to)
{
    size_t at = 0, width = 0, start;

    if (ascii)
        return str_slice(line, from < line.n ? from : line.n, to);
    start = find_column(line, from, &at, &width);
    return str_slice(line, start, find_column(line, to, &at, &width));
}

static void begin(struct listing *l, enum form form)
{
    l->form = form;
    l->snapshot++;
    task_manager_end(&l->manager, l->in);
}

static bool open_table(struct listing *l, str s)
{
    struct column columns[COLUMNS];
    size_t n = s.n > 10 && str_find_char(s, '=') != STR_NONE ? read_ruler(s, columns) : 0;

    if (n == 0)
        return false;
    for (size_t i = 0; i < n; i++) {
        str heading =
                slice_columns((str){ l->title, l->titled }, false, columns[i].from, columns[i].to);

        columns[i].is = place(i, n);
        if (i >= 2 && n != 5 && n != PLACES)
            (void)process_column_find(heading, true, &columns[i].is);
        if (i == n - 1)
            columns[i].to = SIZE_MAX;
    }
    begin(l, FORM_TABLE);
    memcpy(l->columns, columns, n * sizeof(columns[0]));
    l->ncolumns = n;
    return true;
}

/* "System Idle Process 0 Services 0 8 K": a row whose blanks were collapsed, read from its end. */
static bool read_loose(str s, struct process_row *row)
{
    str words[24], name;
    size_t n = 0, size = 0;

    while (n < 24 && str_word(&s, &words[n]))
        n++;
    if (n < 5 || n == 24)
        return false;
    size = n - 2;
    if (!str_grouped(words[size], &(uint64_t){ 0 }) || size < 4)
        return false;
    name = (str){ words[0].p, (size_t)(words[size - 4].p + words[size - 4].n - words[0].p) };
    return process_row_set(row, &by_place[0], name) &&
           process_row_set(row, &by_place[1], words[size - 3]) &&
           process_row_set(row, &by_place[2], words[size - 2]) &&
           process_row_set(row, &by_place[3], words[size - 1]) &&
           process_row_set(row, &by_place[4],
                   (str){ words[size].p,
                           (size_t)(words[n - 1].p + words[n - 1].n - words[size].p) });
}

static bool is_process(const struct process_row *row)
{
    return row->values[PROCESS_NAME].type == VALUE_TEXT &&
           row->values[PROCESS_PID].type == VALUE_INT;
}

static bool take_table_row(struct listing *l, const struct line *line)
{
    struct process_row row = { 0 }, loose = { 0 };
    bool good = true, ascii = is_ascii(line->s);

    for (size_t i = 0; i < l->ncolumns && good; i++)
        good = process_row_set(&row, &l->columns[i].is,
                slice_columns(line->s, ascii, l->columns[i].from, l->columns[i].to));
    if (good && is_process(&row)) {
        process_row_emit(l->in, line, &row, l->snapshot);
        return true;
    }
    if (l->ncolumns == 5 && read_loose(line->s, &loose) && is_process(&loose)) {
        process_row_emit(l->in, line, &loose, l->snapshot);
        return true;
    }
    /* The list of services goes on under its column. */
    return good && l->ncolumns == 3 && row.values[PROCESS_NAME].type == VALUE_NONE &&
           str_trim(line->s).n != 0;
}

/* Columns of a heading that headings of processes know; 0 when it is none. */
static size_t read_heading(str s, char sep, struct column *columns)
{
    str cells[COLUMNS];
    size_t n = cells_split(s, sep, cells, COLUMNS), known = 0;
    bool name = false, pid = false, figure = false;

    for (size_t i = 0; i < n; i++) {
        columns[i].is = (struct process_column){ 0, PROCESS_IGNORE, 0 };
        if (!process_column_find(cells[i], false, &columns[i].is))
            continue;
        known++;
        if (columns[i].is.how == PROCESS_IGNORE)
            continue;
        name |= columns[i].is.field == PROCESS_NAME;
        pid |= columns[i].is.field == PROCESS_PID;
        figure |= columns[i].is.how == PROCESS_SIZE || columns[i].is.field == PROCESS_HANDLES ||
                  columns[i].is.field == PROCESS_SESSION || columns[i].is.field == PROCESS_USER;
    }
    /* The commas of other programs' exports name processes too. */
    if (sep != '\t')
        return n >= 3 && str_eq_nocase(cells[1], STR("PID")) ? n : 0;
    return name && known >= 2 && (figure || (pid && known >= 4)) ? n : 0;
}

static bool open_cells(struct listing *l, str s)
{
    struct column columns[COLUMNS];
    char sep = str_find_char(s, '\t') != STR_NONE ? '\t' : s.n != 0 && s.p[0] == '"' ? ',' : 0;
    size_t n = sep != 0 && s.n < TITLE ? read_heading(s, sep, columns) : 0;
    bool unknown = false;

    if (n == 0)
        return false;
    for (size_t i = 0; i < n; i++)
        unknown |= columns[i].is.how == PROCESS_IGNORE && i < 5 && columns[i].is.field == 0;
    for (size_t i = 0; i < n && sep == ',' && unknown; i++)
        columns[i].is = place(i, n);
    begin(l, sep == '\t' ? FORM_TABS : FORM_CSV);
    memcpy(l->columns, columns, n * sizeof(columns[0]));
    l->ncolumns = n;
    l->sep = sep;
    return true;
}

static bool take_cells(struct listing *l, const struct line *line)
{
    struct process_row row = { 0 };
    str cells[COLUMNS];
    size_t n = cells_split(line->s, l->sep, cells, COLUMNS);

    if (n < 2 || n > l->ncolumns + 1)
        return false;
    for (size_t i = 0; i < n && i < l->ncolumns; i++) {
        if (!process_row_set(&row, &l->columns[i].is, cells[i]))
            return false;
    }
    if (row.values[PROCESS_NAME].type != VALUE_TEXT)
        return false;
    process_row_emit(l->in, line, &row, l->snapshot);
    return true;
}

/* tasklist /fo csv /nh: five quoted cells, or nine. Returns how many, 0 for none of its rows. */
static size_t read_bare_csv(str s, struct process_row *row)
{
    str cells[COLUMNS];
    size_t n = s.n > 10 && s.p[0] == '"' ? cells_split(s, ',', cells, COLUMNS) : 0;

    if (n != 5 && n != PLACES)
        return 0;
    for (size_t i = 0; i < n; i++) {
        if (!process_row_set(row, &by_place[i], cells[i]))
            return 0;
    }
    return is_process(row) && row->values[PROCESS_WORKING_SET].type == VALUE_INT ? n : 0;
}

static bool take_bare_csv(struct listing *l, const struct line *line)
{
    struct process_row row = { 0 };
    size_t n = read_bare_csv(line->s, &row);

    if (n == 0)
        return false;
    if (l->form != FORM_CSV) {
        begin(l, FORM_CSV);
        l->ncolumns = n;
        l->sep = ',';
        for (size_t i = 0; i < n; i++)
            l->columns[i].is = by_place[i];
    }
    process_row_emit(l->in, line, &row, l->snapshot);
    return true;
}

static bool ends_like_program(str s)
{
    return s.n > 4 && str_eq_nocase(str_from(s, s.n - 4), STR(".exe"));
}

/* A row copied from Task Manager without its heading: the name, and a size that stands alone. */
static bool read_bare_tabs(str s, struct process_row *row)
{
    static const struct process_column size = { PROCESS_WORKING_SET, PROCESS_SIZE, 0 };
    str cells[COLUMNS];
    size_t n = str_find_char(s, '\t') != STR_NONE ? cells_split(s, '\t', cells, COLUMNS) : 0;
    size_t sizes = 0, at = 0;

    if (n < 2 || !(ends_like_program(cells[0]) || str_eq(cells[0], STR("System")) ||
                         str_starts(cells[0], STR("System Idle"))))
        return false;
    for (size_t i = 1; i < n; i++) {
        uint64_t bytes;

        /* A number without a unit may be anything: unit 0 turns it to nothing. */
        if (cell_size(cells[i], 0, &bytes) && bytes != 0) {
            sizes++;
            at = i;
        }
    }
    if (sizes == 0 || !process_row_set(row, &by_place[0], cells[0]))
        return false;
    return sizes != 1 || process_row_set(row, &size, cells[at]);
}

static bool take_bare_tabs(struct listing *l, const struct line *line)
{
    struct process_row row = { 0 };

    if (!read_bare_tabs(line->s, &row))
        return false;
    if (l->form != FORM_TABS) {
        begin(l, FORM_TABS);
        l->ncolumns = 0; /* no heading: every row tells for itself */
        parse_diag(l->in, DIAG_NOTE, "tasklist.no-heading", line,
                STR("only names and lone sizes are certain"));
    }
    process_row_emit(l->in, line, &row, l->snapshot);
    return true;
}

static void end_block(struct listing *l)
{
    if (l->form == FORM_LIST && l->keys != 0 && is_process(&l->row)) {
        l->row.values[PROCESS_SNAPSHOT] = value_int(l->snapshot);
        emit_at(l->in, &kind_PROCESS, l->where, (str){ l->quote, l->quoted }, (struct when){ 0 },
                l->row.values);
    }
    memset(&l->row, 0, sizeof(l->row));
    l->keys = 0;
    l->used = 0;
}

/* "Image Name:   mailscan.exe": key and value; false when it is none. */
static bool split_key(str s, str *ret_key, str *ret_value)
{
    size_t at = str_find_char(s, ':'), wide = str_find(s, STR("\xef\xbc\x9a"));

    if (wide != STR_NONE && (at == STR_NONE || wide < at)) {
        *ret_key = str_trim(str_slice(s, 0, wide));
        *ret_value = str_trim(str_from(s, wide + 3));
        return ret_key->n != 0;
    }
    if (at == STR_NONE || at == 0 || at + 1 >= s.n || !is_blank(s.p[at + 1]))
        return false;
    *ret_key = str_trim(str_slice(s, 0, at));
    *ret_value = str_trim(str_from(s, at + 1));
    return ret_key->n != 0;
}

/* The text must outlive its line. */
static str keep_text(struct listing *l, str s)
{
    str kept = { l->texts + l->used, s.n };

    if (s.n > TEXTS - l->used)
        return STR("");
    memcpy(l->texts + l->used, s.p, s.n);
    l->used += s.n;
    return kept;
}

/*
 * The line before the PID names the process: it was kept as a title. Quote and span are that
 * line's.
 */
static bool begin_block(struct listing *l, str pid)
{
    str title = { l->title, l->titled }, key, name;
    struct process_column column;

    if (!split_key(title, &key, &name) || name.n == 0 ||
            (process_column_find(key, false, &column) && column.field != PROCESS_NAME))
        return false;
    end_block(l);
    if (l->form != FORM_LIST)
        begin(l, FORM_LIST);
    l->where = l->title_at;
    l->quoted = title.n < sizeof(l->quote) ? title.n : 0;
    memcpy(l->quote, title.p, l->quoted);
    parse_took(l->in, &l->title_line);
    l->titled = 0;
    l->keys = 2;
    return process_row_set(&l->row, &by_place[0], keep_text(l, name)) &&
           process_row_set(&l->row, &by_place[1], pid);
}

/* Keys behind name and PID are known by name, or by their place. */
static bool take_list(struct listing *l, const struct line *line)
{
    struct process_column column;
    str key, value;
    uint64_t pid;
    bool known;

    if (line->s.n == 0 || line->s.n > TITLE || !split_key(line->s, &key, &value))
        return false;
    known = process_column_find(key, false, &column);
    if (known && column.how == PROCESS_COUNT && column.field == PROCESS_PID && str_u64(value, &pid))
        return begin_block(l, value);
    if (l->form != FORM_LIST || l->keys < 2 ||
            (known && column.how == PROCESS_WORD && column.field == PROCESS_NAME))
        return false;
    if (!known && l->keys >= PLACES)
        return false;
    if (!known)
        column = by_place[l->keys];
    if (!process_row_set(&l->row, &column, keep_text(l, value)))
        return false;
    l->keys++;
    return true;
}

static bool take_row(struct listing *l, const struct line *line)
{
    switch (l->form) {
    case FORM_TABLE:
        return take_table_row(l, line);
    case FORM_CSV:
        return take_cells(l, line);
    case FORM_TABS:
        return l->ncolumns != 0 ? take_cells(l, line) : take_bare_tabs(l, line);
    default:
        return false;
    }
}

static bool take_line(struct listing *l, const struct line *line)
{
    str s = line->s;

    if (str_trim(s).n == 0) {
        end_block(l);
        return true;
    }
    /* A second heading of the same list must not pass for a row. */
    if (open_table(l, s) || open_cells(l, s))
        return true;
    if (take_row(l, line))
        return true;
    if (take_bare_csv(l, line) || take_list(l, line) || take_bare_tabs(l, line))
        return true;
    return task_manager_line(&l->manager, l->in, line);
}

static void parse(struct parse *in)
{
    struct listing l = { .in = in };
    struct line line;

    task_manager_init(&l.manager);
    while (parse_line(in, &line)) {
        if (take_line(&l, &line)) {
            parse_took(in, &line);
            continue;
        }
        l.titled = line.s.n < sizeof(l.title) ? line.s.n : 0;
        memcpy(l.title, line.s.p, l.titled);
        l.title_at = line_span(in, &line);
        l.title_line = line;
        l.title_line.s = STR("");
        parse_stray(in, &line, (struct when){ 0 });
    }
    end_block(&l);
    task_manager_end(&l.manager, in);
}

/* The ruler of tasklist: 25 wide, then 8 (6 in XP). */
static bool is_tasklist_ruler(str line)
{
    struct column columns[COLUMNS];
    size_t n = read_ruler(line, columns);

    return n >= 3 && columns[0].to - columns[0].from == 25 &&
           (columns[1].to - columns[1].from == 8 || columns[1].to - columns[1].from == 6);
}

/* A line with tabs, or one that begins with a quote. */
static int sniff_cells(str line, bool tabs)
{
    struct column columns[COLUMNS];
    size_t known = 0, n;

    if (line.n > TITLE || process_heading_of_tool(line))
        return BID_NO;
    if (tabs)
        return read_heading(line, '\t', columns) != 0 ? BID_SHAPE + 9 : BID_NO;
    n = read_heading(line, ',', columns);
    for (size_t i = 0; i < n; i++)
        known += columns[i].is.how != PROCESS_IGNORE;
    return n == 0 ? BID_NO : known >= 4 ? BID_MAGIC : BID_SHAPE + 5;
}

static bool sniff_list(str line, str next)
{
    struct process_column column;
    str key, value;
    uint64_t pid;

    return split_key(next, &key, &value) && str_eq(key, STR("PID")) && str_u64(value, &pid) &&
           split_key(line, &key, &value) && value.n != 0 &&
           (!process_column_find(key, false, &column) || column.field == PROCESS_NAME);
}

static void signs(struct signs *to)
{
    task_manager_signs(to);
}

static int sniff(const struct sniff *in)
{
    str rest = in->text, line, before = STR("");
    bool any_tabs = str_find_char(in->text, '\t') != STR_NONE;
    int bid = BID_NO;
    unsigned bare = 0, lines = 0;

    while (str_line(&rest, &line)) {
        bool tabs = any_tabs && str_find_char(line, '\t') != STR_NONE;
        str s = str_trim(line);

        lines += line.n != 0;
        if (s.n != 0 && s.p[0] == '=' && line.n > 12 && is_tasklist_ruler(s))
            return BID_MAGIC;
        if (tabs || (line.n != 0 && line.p[0] == '"')) {
            struct process_row row = { 0 };
            int cells = bid < BID_MAGIC ? sniff_cells(line, tabs) : BID_NO;

            bid = cells > bid ? cells : bid;
            bare += line.n < TITLE &&
                    (read_bare_tabs(line, &row) || read_bare_csv(line, &row) != 0);
        }
        if (str_starts(s, STR("PID")) && sniff_list(before, line))
            bid = BID_MAGIC;
        before = line;
    }
    if (bid == BID_NO && bare != 0 && bare * 2 > lines)
        bid = BID_SHAPE;
    if (bid == BID_NO && !in->signless && task_manager_sniff(in->text))
        bid = BID_SHAPE + 5;
    return bid;
}

const struct parser parser_tasklist = {
    .name = "tasklist",
    .summary = "process lists of tasklist and Task Manager",
    .kinds = kinds,
    .by_shape = true,
    .sniff = sniff,
    .signs = signs,
    .parse = parse,
};
