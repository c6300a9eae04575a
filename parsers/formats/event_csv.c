/* SPDX-License-Identifier: Apache-2.0 */
/*
 * event-csv: event logs as tables.
 *
 *     Level,Date and Time,Source,Event ID,Task Category
 *     Error,12/27/2019 12:17:15 PM,Srv,2019,None,"The server was unable ...
 *     on several lines"
 *
 * The Event Viewer names five columns and writes a sixth, the description; commas or tabs; headings
 * and levels in the user's language. PowerShell's Export-Csv names its columns itself, below an
 * optional #TYPE line. Windows 2000 to 2003 write no heading at all: date, time, source, type,
 * category, id, user, computer, description.
 *
 * Taken: what event-text takes. A quote that never ends costs its row: event-csv.open-quote.
 */
#include <string.h>

#include "event_words.h"
#include "limits.h"
#include "out.h"

static const struct kind *const kinds[] = { &kind_EVENT, &kind_BUGCHECK, &kind_ERROR, &kind_PROCESS,
    &kind_LOG_MESSAGE, NULL };

enum {
    COLUMNS = 64,    /* Export-Csv of an event has about 30 */
    ROW_LINES = 1000 /* of one description */
};

/* The columns of Windows 2000 to 2003, which no heading names. */
static const enum event_key classic[] = { EVENT_KEY_DATE, EVENT_KEY_TIME, EVENT_KEY_SOURCE,
    EVENT_KEY_TYPE, EVENT_KEY_CATEGORY, EVENT_KEY_ID, EVENT_KEY_USER, EVENT_KEY_COMPUTER,
    EVENT_KEY_DESCRIPTION };

struct row {
    str cells[COLUMNS];
    size_t n;
};

struct table {
    struct parse *in;
    struct event_log log;
    struct out text;  /* the row at hand, over its lines */
    struct out cells; /* its cells without their quotes */
    enum event_key columns[COLUMNS + 1];
    size_t ncolumns;
    char separator;
    enum event_order order;
};

/* Splits a row; cells with quotes are rewritten into `to`. False when a quote never ends. */
static bool split_row(str row, char separator, struct out *to, struct row *ret)
{
    /* Cells are offsets until all are written: the buffer may move. */
    size_t from[COLUMNS + 1], n = 0;
    bool quoted = false;

    to->used = 0;
    from[0] = 0;
    for (size_t i = 0; i < row.n; i++) {
        char c = row.p[i];

        if (quoted && c == '"' && i + 1 < row.n && row.p[i + 1] == '"') {
            out_char(to, '"');
            i++;
        } else if (c == '"' && (quoted || to->used == from[n])) {
            quoted = !quoted;
        } else if (c == separator && !quoted && n + 1 < COLUMNS) {
            from[++n] = to->used;
        } else {
            out_char(to, c);
        }
    }
    from[n + 1] = to->used;
    ret->n = n + 1;
    for (size_t i = 0; i <= n; i++)
        ret->cells[i] = str_slice(out_text(to), from[i], from[i + 1]);
    return !quoted;
}

static bool is_open(str row)
{
    size_t quotes = 0, at;

    while ((at = str_find_char(row, '"')) != STR_NONE) {
        quotes++;
        row = str_from(row, at + 1);
    }
    return quotes % 2 != 0;
}

static str unquote(str cell)
{
    cell = str_trim(cell);
    if (cell.n >= 2 && cell.p[0] == '"' && cell.p[cell.n - 1] == '"')
        cell = str_slice(cell, 1, cell.n - 1);
    return cell;
}

/* A heading: at least an id, a source and a date. Cells of headings hold no separators. */
static size_t read_heading(str line, char separator, enum event_key *columns)
{
    unsigned seen = 0;
    const unsigned need = 1u << EVENT_KEY_ID | 1u << EVENT_KEY_SOURCE | 1u << EVENT_KEY_DATE;
    size_t n = 0;

    while (line.n != 0 && n < COLUMNS) {
        enum event_key key = event_heading(unquote(str_cut(&line, separator))).key;

        /* PowerShell has a column for each of two dates and two ids: the first counts. */
        columns[n++] = seen >> key & 1 ? EVENT_KEY_NONE : key;
        seen |= 1u << key;
    }
    return (seen & need) == need ? n : 0;
}

static size_t read_any_heading(str line, char *ret_separator, enum event_key *columns)
{
    static const char separators[] = { ',', '\t', ';' };

    for (size_t i = 0; i < sizeof(separators); i++) {
        size_t n = read_heading(line, separators[i], columns);

        if (n != 0) {
            *ret_separator = separators[i];
            return n;
        }
    }
    return 0;
}

/* "3/4/2006,5:06:07 PM,Srv,Error,None,2019,N/A,OLDFS,..." */
static bool is_classic(str line, char separator)
{
    str cells[8];
    uint64_t level, id;

    for (size_t i = 0; i < 8; i++) {
        if (line.n == 0)
            return false;
        cells[i] = unquote(str_cut(&line, separator));
    }
    return cells[0].n != 0 && is_digit(cells[0].p[0]) && cells[1].n > 3 &&
           str_find_char(cells[1], ':') != STR_NONE && event_level(cells[3], &level) &&
           str_u64(cells[5], &id);
}

static int sniff(const struct sniff *in)
{
    enum event_key columns[COLUMNS + 1];
    str rest = in->text, line = STR("");
    char separator;

    while (str_line(&rest, &line) && (str_trim(line).n == 0 || str_starts(line, STR("#TYPE"))))
        ;
    if (read_any_heading(line, &separator, columns) != 0)
        return BID_MAGIC - 5;
    return is_classic(line, ',') || is_classic(line, '\t') ? BID_SHAPE + 5 : BID_NO;
}

static bool read_columns(struct table *t, str line)
{
    enum event_key columns[COLUMNS + 1];
    size_t n = read_any_heading(line, &t->separator, columns);

    if (n != 0) {
        t->ncolumns = n;
        memcpy(t->columns, columns, n * sizeof(columns[0]));
        /* The Event Viewer's description has no heading. */
        t->columns[n] = EVENT_KEY_DESCRIPTION;
        for (size_t i = 0; i < n; i++) {
            if (t->columns[i] == EVENT_KEY_DESCRIPTION)
                t->columns[n] = EVENT_KEY_NONE;
        }
        return true;
    }
    if (t->ncolumns == 0 && (is_classic(line, ',') || is_classic(line, '\t'))) {
        t->separator = is_classic(line, ',') ? ',' : '\t';
        t->ncolumns = sizeof(classic) / sizeof(classic[0]);
        for (size_t i = 0; i < t->ncolumns; i++)
            t->columns[i] = classic[i];
        t->columns[t->ncolumns] = EVENT_KEY_NONE;
    }
    return false;
}

static bool available(str cell)
{
    return cell.n != 0 && !str_eq_nocase(cell, STR("N/A"));
}

static void take_cell(struct event *e, enum event_key key, str cell)
{
    uint64_t id;

    if (key == EVENT_KEY_TYPE && !e->has_level) {
        e->has_level = event_level(cell, &e->level);
    } else if (key == EVENT_KEY_SOURCE) {
        e->provider = cell;
    } else if (key == EVENT_KEY_ID && str_u64(cell, &id) && id <= UINT32_MAX) {
        e->id = id & 0xFFFF;
        e->has_id = true;
    } else if (key == EVENT_KEY_USER && available(cell)) {
        e->user = cell;
    } else if (key == EVENT_KEY_COMPUTER && available(cell)) {
        e->computer = cell;
    } else if (key == EVENT_KEY_LOG) {
        e->channel = cell;
    } else if (key == EVENT_KEY_RECORD) {
        (void)str_u64(cell, &e->record);
    } else if (key == EVENT_KEY_DESCRIPTION) {
        e->message = cell;
    }
}

static bool take_row(struct table *t, const struct row *row, const struct line *first)
{
    struct event e = { 0 };
    str date = STR(""), time = STR("");
    bool ambiguous = false;

    for (size_t i = 0; i < row->n && i <= t->ncolumns; i++) {
        str cell = str_trim(row->cells[i]);

        if (t->columns[i] == EVENT_KEY_DATE)
            date = cell;
        else if (t->columns[i] == EVENT_KEY_TIME)
            time = cell;
        else
            take_cell(&e, t->columns[i], cell);
    }
    if (!e.has_id || e.provider.n == 0)
        return false;
    if (!event_when(date, time, &t->order, &e.when, &ambiguous) && ambiguous)
        parse_diag(t->in, DIAG_NOTE, "event-csv.ambiguous-date", first, STR(""));
    parse_saw(t->in, e.when);
    if (event_wanted(t->in, e.provider))
        event_emit(t->in, &t->log, &e, line_span(t->in, first),
                e.message.n != 0 ? e.message : first->s);
    arena_reset(&t->log.arena);
    return true;
}

/* A row may go over lines while a quote is open. */
static void read_row(struct table *t, const struct line *first)
{
    struct line line = *first;
    struct row row;
    uint64_t end = first->offset + first->extent;
    unsigned lines = 1;
    bool open = is_open(first->s);

    t->text.used = 0;
    out_str(&t->text, first->s);
    while (open && lines++ < ROW_LINES && t->text.used < LIMIT_LINE && parse_line(t->in, &line)) {
        out_char(&t->text, '\n');
        out_str(&t->text, line.s);
        open ^= is_open(line.s);
        end = line.offset + line.extent;
    }
    line = *first;
    line.s = str_slice(out_text(&t->text), 0, first->s.n);
    if (!split_row(out_text(&t->text), t->separator, &t->cells, &row))
        parse_diag(t->in, DIAG_WARNING, "event-csv.open-quote", &line, STR(""));
    if (take_row(t, &row, &line))
        parse_took_bytes(t->in, end - first->offset);
    else
        parse_stray(t->in, &line, (struct when){ 0 });
}

static void parse(struct parse *in)
{
    struct table t = { .in = in };
    struct line line;

    event_log_init(&t.log);
    out_init_memory(&t.text);
    out_init_memory(&t.cells);
    event_learn_order(text_ahead(&in->text, LIMIT_BLOCK / 2), &t.order);
    while (parse_line(in, &line)) {
        if (line.s.n == 0 || str_starts(line.s, STR("#TYPE")) || read_columns(&t, line.s))
            parse_took(in, &line);
        else if (t.ncolumns != 0)
            read_row(&t, &line);
        else
            parse_stray(in, &line, (struct when){ 0 });
    }
    (void)out_finish(&t.cells);
    (void)out_finish(&t.text);
    event_log_finish(&t.log);
}

const struct parser parser_event_csv = {
    .name = "event-csv",
    .summary = "Windows events as a table: Event Viewer CSV or tab-separated text, Export-Csv",
    .kinds = kinds,
    .sniff = sniff,
    .parse = parse,
};
