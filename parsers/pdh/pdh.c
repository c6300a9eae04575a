/* SPDX-License-Identifier: Apache-2.0 */
#include "pdh.h"

#include <math.h>
#include <string.h>

#include "limits.h"
#include "signs.h"

/* A name longer than what Windows can address (PDH_MAX_COUNTER_PATH) is none. */
enum { PATH_MAX_BYTES = 2048, HEAD = 96 };

_Static_assert(PDH_CHUNK *PDH_CHUNKS == LIMIT_COUNTERS, "the chunks hold all columns");

struct pdh_column *pdh_column(const struct pdh_log *log, size_t i)
{
    return &log->chunks[i / PDH_CHUNK][i % PDH_CHUNK];
}

/* The first cell of a heading, its quote taken. */
static bool is_signature(str s)
{
    return str_starts(s, STR("(PDH-CSV ")) || str_starts(s, STR("(PDH-TSV "));
}

static str without_quote(str s)
{
    (void)str_take_char(&s, '"');
    return s;
}

/* ',' ';' or TAB: what stands behind the first cell. */
static char separator_of(str head)
{
    str rest = head;
    bool quoted = str_take_char(&rest, '"');

    if (quoted) {
        (void)str_cut(&rest, '"');
        while (str_take_char(&rest, ' '))
            ;
        rest = str_slice(rest, 0, 1);
    }
    for (size_t i = 0; i < rest.n && rest.p[i] != '\n'; i++)
        if (rest.p[i] == ',' || rest.p[i] == ';' || rest.p[i] == '\t')
            return rest.p[i];
    return str_starts(without_quote(head), STR("(PDH-TSV")) ? '\t' : ',';
}

/* "(PDH-CSV 4.0) (Pacific Daylight Time)(420)": the minutes to add for UTC, if they are there. */
static void take_zone(struct pdh_log *log, str cell)
{
    size_t open = str_rfind_char(cell, '('), close = str_rfind_char(cell, ')'), name;
    int64_t minutes;

    log->basis = WHEN_LOCAL;
    log->bias = 0;
    log->zone = (str){ NULL, 0 };
    if (open == STR_NONE || open == 0 || close == STR_NONE || close < open ||
            !str_i64(str_slice(cell, open + 1, close), &minutes) || minutes < -15 * 60 ||
            minutes > 15 * 60)
        return;
    log->basis = WHEN_UTC;
    log->bias = minutes * 60 * WHEN_NS;
    cell = str_trim(str_slice(cell, 0, open));
    if (str_ends(cell, STR(")")) && (name = str_rfind_char(cell, '(')) != STR_NONE)
        log->zone = arena_str(&log->arena, str_slice(cell, name + 1, cell.n - 1));
}

/* A copy in which doubled quotes are one. */
static str keep_path(struct pdh_log *log, str cell)
{
    char *p = arena_z(&log->arena, cell);
    size_t n = 0;

    for (size_t i = 0; i < cell.n; i++) {
        p[n++] = cell.p[i];
        if (cell.p[i] == '"' && i + 1 < cell.n && cell.p[i + 1] == '"')
            i++;
    }
    log->name_bytes += cell.n;
    return (str){ p, n };
}

static bool same_group(const struct pdh_group *g, const struct pdh_column *column)
{
    return g->is == column->name.group && str_eq(g->instance, column->parts.instance) &&
           str_eq(g->host, column->parts.host);
}

static struct pdh_group *group_of(struct pdh_log *log, const struct pdh_column *column)
{
    uint64_t hash = str_hash(column->parts.instance) ^ str_hash(column->parts.host) ^
                    (uint64_t)column->name.group;
    struct pdh_group **bucket = &log->buckets[hash % PDH_BUCKETS];
    struct pdh_group *g = *bucket;

    while (g != NULL && !same_group(g, column))
        g = g->bucket;
    if (g != NULL)
        return g;
    g = arena_new(&log->arena, struct pdh_group);
    *g = (struct pdh_group){ .is = column->name.group,
        .host = column->parts.host,
        .instance = column->parts.instance,
        .bucket = *bucket };
    *bucket = g;
    *log->last_group = g;
    log->last_group = &g->next;
    return g;
}

/* Of several columns that tell the same (available bytes, KB and MB) the finest speaks. */
static void join_group(struct pdh_log *log, struct pdh_column *column)
{
    struct pdh_column **place;

    if (column->name.group == GROUP_NONE)
        return;
    column->group = group_of(log, column);
    place = &column->group->columns[column->name.slot];
    if (*place == NULL || (*place)->name.unit > column->name.unit)
        *place = column;
}

static void learn_host(struct pdh_log *log, const struct pdh_column *column)
{
    str host = column->parts.host;

    if (str_eq_nocase(host, STR("localhost")))
        host = (str){ NULL, 0 };
    if (log->ncolumns == 0)
        log->host = host;
    else if (!str_eq_nocase(log->host, host))
        log->hosts = true;
}

static void clear_column(struct pdh_column *column)
{
    column->now = column->start = column->end = NAN;
    series_clear(&column->series);
}

static void add_column(struct pdh_log *log, const struct pdh_cell *cell)
{
    struct pdh_column column = { .index = (uint32_t)log->ncells, .path = cell->s }, *place;

    if (cell->s.n > PATH_MAX_BYTES || !counter_path_cut(column.path, &column.parts))
        return;
    column.name = counter_name_find(&column.parts);
    if (!log->wants(log, &column))
        return;
    if (log->ncolumns == LIMIT_COUNTERS || log->name_bytes > LIMIT_COUNTER_NAMES) {
        log->full = true;
        return;
    }
    if (log->ncolumns % PDH_CHUNK == 0)
        log->chunks[log->ncolumns / PDH_CHUNK] =
                arena_array(&log->arena, struct pdh_column, PDH_CHUNK);
    place = pdh_column(log, log->ncolumns);
    *place = column;
    /* Once more, so that its parts are parts of the copy. */
    place->path = keep_path(log, cell->s);
    (void)counter_path_cut(place->path, &place->parts);
    place->name = counter_name_find(&place->parts);
    clear_column(place);
    learn_host(log, place);
    join_group(log, place);
    log->ncolumns++;
}

static void begin_heading(struct pdh_log *log, str head)
{
    arena_reset(&log->arena);
    memset(log->buckets, 0, sizeof(log->buckets));
    log->groups = NULL;
    log->last_group = &log->groups;
    log->ncolumns = log->ncells = log->name_bytes = 0;
    log->host = (str){ NULL, 0 };
    log->full = log->hosts = false;
    log->headed = true;
    log->sep = separator_of(head);
}

void pdh_take_heading(struct pdh_log *log, bool more)
{
    struct text *text = &log->in->text;
    struct line line = { .number = text->number, .offset = text->offset };
    bool was_full = log->full;
    struct pdh_cells cells;
    struct pdh_cell cell;

    if (!more)
        begin_heading(log, text_ahead(text, PATH_MAX_BYTES));
    pdh_cells_init(&cells, text, log->sep);
    while (pdh_cells_next(&cells, &cell)) {
        if (log->ncells == 0)
            take_zone(log, cell.s);
        else if (log->ncells < UINT32_MAX)
            add_column(log, &cell);
        log->ncells++;
    }
    parse_took_bytes(log->in, text->offset - line.offset);
    if (cells.open)
        parse_diag(log->in, DIAG_WARNING, "pdh.open-quote", &line,
                STR("the heading ends in the middle of a name"));
    if (log->full && !was_full)
        parse_diag(log->in, DIAG_WARNING, "pdh.columns", &line,
                STR("more columns than are summed up at a time"));
}

/* Rows that stand alone between other lines are told by their time. */
enum front { FRONT_END, FRONT_HEADING, FRONT_MORE, FRONT_ROW, FRONT_OTHER };

static enum front look(struct pdh_log *log)
{
    str head = str_slice(text_ahead(&log->in->text, HEAD), 0, HEAD);
    struct row_time at;

    if (head.n == 0)
        return FRONT_END;
    head = without_quote(head);
    if (is_signature(head))
        return FRONT_HEADING;
    if (!log->headed)
        return FRONT_OTHER;
    if (log->rows == 0 && str_starts(head, STR("\\\\")))
        return FRONT_MORE;
    return pdh_take_time(&head, &at) ? FRONT_ROW : FRONT_OTHER;
}

/* What the tools print around a log: blank lines, "Exiting, please wait...". */
static void take_other(struct pdh_log *log)
{
    struct line line;

    if (!parse_line(log->in, &line))
        return;
    if (str_trim(line.s).n == 0 || log->headed)
        parse_took(log->in, &line);
    parse_stray(log->in, &line, (struct when){ 0 });
}

void pdh_read(struct pdh_log *log)
{
    enum front front;

    arena_init(&log->arena, 0);
    log->step = 1;
    while ((front = look(log)) != FRONT_END) {
        switch (front) {
        case FRONT_HEADING:
            pdh_end(log);
            pdh_take_heading(log, false);
            break;
        case FRONT_MORE:
            pdh_take_heading(log, true);
            break;
        case FRONT_ROW:
            pdh_take_row(log);
            break;
        default:
            take_other(log);
            break;
        }
    }
    pdh_end(log);
    pdh_dates_open(log);
    arena_finish(&log->arena);
}

static const str signatures[] = { STR_INIT("(PDH-CSV "), STR_INIT("(PDH-TSV ") };

void pdh_signs(struct signs *to)
{
    SIGNS_ADD(to, signatures);
}

enum pdh_kind pdh_sniff(str text)
{
    for (size_t i = 0; i < 2; i++) {
        size_t at = str_find(text, signatures[i]);

        if (at != STR_NONE &&
                (at == 0 || text.p[at - 1] == '\n' ||
                        (text.p[at - 1] == '"' && (at == 1 || text.p[at - 2] == '\n'))))
            return counter_is_esx(str_from(text, at)) ? PDH_ESX : PDH_WINDOWS;
    }
    return PDH_NONE;
}
