/* SPDX-License-Identifier: Apache-2.0 */
/*
 * poolmon: what the Memory Pool Monitor shows, in any shape:
 *
 *      Memory: 2096556K Avail:  411032K  PageFlts:   812   InRam Krnl: 2108K P:91532K
 *      Commit:1287940K Limit:4031862K Peak:1592000K            Pool N:98372K P:101384K
 *      System pool information
 *      Tag  Type     Allocs            Frees            Diff   Bytes      Per Alloc  Mapped_Driver
 *
 *      Ttx1 Nonp       7026 (   4)      6000 (   0)     1026  328320 ( 1280)    320 [ttxflt.sys]
 *
 * the screen, `poolmon /n` snapshots (no deltas), narrow and wide, with one or two bracket groups of
 * drivers, sessions, many snapshots one behind the other with a line of date before each, rows
 * alone, pastes that lost their blanks; PowerShell and PoolMonX exports, and tables that people
 * made of such numbers by hand, of growth too.
 *
 * Taken: each row as pool.tag, the two lines of the header as memory.status and, with the sums of
 * the rows below them, as pool.usage. Rows are checked and repaired by the law in pool_row.h. Of
 * more snapshots than LIMIT_SNAPSHOTS only some, evenly spaced, see pool_capture.h and pool_tell.h.
 * Not taken: PageFlts, which is a rate on the screen and a total in snapshots.
 */
#include <string.h>

#include "cells.h"
#include "pool_tell.h"
#include "seek.h"
#include "signs.h"

static const struct kind *const kinds[] = { &kind_POOL_TAG, &kind_POOL_DELTA, &kind_POOL_USAGE,
    &kind_MEMORY_STATUS, &kind_ERROR, &kind_LOG_MESSAGE, NULL };

struct monitor {
    struct parse *in;
    struct pool_capture capture;
    struct pool_table table;        /* that is open; sep 0 = none */
    const struct pool_table *saved; /* a copy of it that stays, NULL = not made yet */
    struct pool_snapshot *open;     /* NULL between snapshots */
    struct when when, next;         /* of the last snapshot; stamped for the one to come */
    bool dated;                     /* any stamp was met: the file's name dates nothing then */
    char scope[POOL_SCOPE];
    double seconds;    /* a span in the prose above a table */
    struct arena line; /* of the line at hand */
};

static void end_snapshot(struct monitor *m)
{
    if (m->open != NULL)
        memcpy(m->open->scope, m->scope, sizeof(m->scope));
    m->open = NULL;
    m->capture.like = 0;
    m->scope[0] = '\0';
}

static void need_snapshot(struct monitor *m)
{
    if (m->open != NULL)
        return;
    m->open = pool_capture_next(&m->capture);
    m->when = m->next;
    if (m->open->number == 1 && !m->dated)
        (void)date_in_name(m->in->name, &m->when);
    m->next = (struct when){ 0 };
    m->open->when = m->when;
}

static bool rows_seen(const struct monitor *m)
{
    return m->open != NULL && m->open->rows_seen;
}

static void read_memory_line(struct monitor *m, str s)
{
    if (m->open != NULL && (m->open->header.any || m->open->rows_seen))
        end_snapshot(m);
    need_snapshot(m);
    pool_read_memory(&m->open->header, s);
    m->table.sep = 0;
}

static void read_commit_line(struct monitor *m, const struct line *line, str s)
{
    struct pool_snapshot *open;

    if (m->open != NULL && (m->open->rows_seen || m->open->status_told))
        end_snapshot(m);
    need_snapshot(m);
    open = m->open;
    pool_read_commit(&open->header, s);
    open->pools_at = line_span(m->in, line);
    open->quoted = line->s.n < sizeof(open->quote) ? line->s.n : sizeof(open->quote);
    while (open->quoted < line->s.n && open->quoted > 0 &&
            ((unsigned char)line->s.p[open->quoted] & 0xc0) == 0x80)
        open->quoted--;
    memcpy(open->quote, line->s.p, open->quoted);
    open->status_told = true;
}

/* Returns whether the line is one of the header's two. */
static bool take_header(struct monitor *m, const struct line *line)
{
    bool memory = pool_is_memory(line->s), commit = pool_is_commit(line->s);

    if (memory)
        read_memory_line(m, line->s);
    if (commit)
        read_commit_line(m, line, line->s);
    return memory || commit;
}

/* Letters of a weekday before a date, and the rule around it. */
static str bare_stamp(str s)
{
    static const str marks = STR_INIT("=-#*_ \t");

    while (s.n != 0 && str_find_char(marks, s.p[0]) != STR_NONE)
        s = str_from(s, 1);
    while (s.n != 0 && str_find_char(marks, s.p[s.n - 1]) != STR_NONE)
        s.n--;
    for (size_t n = 0; n < 12 && n < s.n; n++) {
        if (is_digit(s.p[n]))
            return str_from(s, n);
        if (!is_alpha(s.p[n]) && s.p[n] != ',' && s.p[n] != ' ' && s.p[n] != '.')
            break;
    }
    return s;
}

/* A line that is a date and nothing else, or the first line of a CLUE capture. */
static bool take_stamp(struct monitor *m, const struct line *line)
{
    str s = bare_stamp(line->s);
    struct when when = { 0 };
    bool guessed = false;

    if (s.n < 12 || !is_digit(s.p[0]) || !date_take_local(&s, DATE_UNKNOWN, &when, &guessed))
        return false;
    s = str_trim(s);
    if (s.n != 0 && !str_has(s, STR("(local time")))
        return false;
    if (guessed)
        parse_diag(m->in, DIAG_NOTE, "poolmon.date-order", line, STR("month first assumed"));
    if (m->open != NULL && (m->open->rows_seen || m->open->header.any))
        end_snapshot(m);
    m->next = when;
    m->dated = true;
    return true;
}

/* What was found: rows of the open table, or poolmon's own, whose first line is this one. */
static void hold(struct monitor *m, struct pool_lines *first, const char *text)
{
    need_snapshot(m);
    first->seconds = m->seconds;
    memcpy(first->scope, m->scope, sizeof(first->scope));
    pool_capture_rows(&m->capture, first, text);
}

/* With its terminator, so that the lines behind it can follow it in one run. */
static void hold_line(struct monitor *m, const struct pool_table *table, const struct line *line)
{
    struct pool_lines like = { .table = table, .number = line->number, .offset = line->offset };
    uint32_t behind = line->extent - line->length;
    bool whole = line->s.n == line->length && (behind == 1 || behind == 2);
    char *copy = arena_buffer(&m->line, line->s.n + 2);
    size_t n = line->s.n;

    like.next = whole ? line->offset + line->extent : UINT64_MAX;
    memcpy(copy, line->s.p, n);
    if (whole && behind == 2)
        copy[n++] = '\r';
    copy[n++] = '\n';
    pool_capture_found(&m->capture, n);
    hold(m, &like, copy);
    arena_reset(&m->line);
}

static bool take_table(struct monitor *m, const struct line *line)
{
    struct pool_table_row row;

    if (m->table.sep == 0) {
        if (!pool_table_bare(&m->table, line->s))
            return false;
        m->saved = NULL;
    }
    if (!pool_table_row(&m->table, line->s, &row))
        return false;
    if (row.nrows == 0) {
        if (m->table.has_delta)
            pool_delta_emit(m->in, line, m->when,
                    m->table.seconds != 0 ? m->table.seconds : m->seconds, &row);
        return true;
    }
    if (m->saved == NULL) {
        struct pool_table *copy = arena_new(m->in->scratch, struct pool_table);

        *copy = m->table;
        m->saved = copy;
    }
    hold_line(m, m->saved, line);
    return true;
}

/* The last line of a capture that was cut: its last number may be a piece of one. */
static bool cut_off(const struct monitor *m, const struct line *line)
{
    const struct text *t = &m->in->text;

    return t->eof && t->at == t->end && line->offset + line->length == t->offset;
}

/* One that take_plain would take, were it whole in the window. */
static bool is_plain(const struct line *line)
{
    return line->s.n >= PLAIN_LEAST && line->extent <= PLAIN_MOST && pool_row_plain(line->s.p);
}

static bool take_row(struct monitor *m, const struct line *line)
{
    struct pool_row row;
    bool whole = pool_row_read(line->s, &row);

    if (!whole && is_plain(line)) {
        hold_line(m, NULL, line);
        return true;
    }
    if (!whole && !pool_row_short(line->s))
        return false;
    if (!whole || (row.law == POOL_LAW_UNKNOWN && cut_off(m, line)))
        parse_diag(m->in, DIAG_WARNING, "poolmon.short-row", line, line->s);
    else
        hold_line(m, NULL, line);
    return true;
}

/* False where no such row is next. */
static bool take_plain(struct monitor *m)
{
    struct text *t = &m->in->text;
    struct pool_lines like = { .number = t->number, .offset = t->offset };
    size_t n = 0, lines;

    if (m->table.sep == 0)
        n = pool_capture_find(&m->capture, text_peek(t), &lines);
    if (n == 0)
        return false;
    like.next = t->offset + n;
    hold(m, &like, text_peek(t).p);
    parse_took_bytes(m->in, n);
    text_skip_lines(t, n, lines);
    return true;
}

static bool take_heading(struct monitor *m, const struct line *line)
{
    struct pool_table table;

    if (line->s.n > 1024)
        return false;
    if (pool_is_heading(line->s) && str_find_char(line->s, '|') == STR_NONE) {
        /* A second heading over more rows, and no title between: another snapshot. */
        if (rows_seen(m) && m->scope[0] == '\0')
            end_snapshot(m);
        m->table.sep = 0;
        return true;
    }
    if (!pool_table_open(&table, line->s))
        return false;
    if (rows_seen(m))
        end_snapshot(m);
    m->table = table;
    m->saved = NULL;
    return true;
}

static void take_line(struct monitor *m, const struct line *line)
{
    double seconds;

    if (take_table(m, line) || take_row(m, line)) {
        parse_took(m->in, line);
        return;
    }
    parse_offer(m->in, line); /* rows are data: no rule for messages looks at them */
    if (take_header(m, line) || pool_is_title(line->s, m->scope) || take_heading(m, line) ||
            pool_is_frame(line->s) || take_stamp(m, line)) {
        parse_took(m->in, line);
        return;
    }
    if (str_has(line->s, STR("Query pooltags Failed"))) {
        parse_took(m->in, line);
        parse_diag(m->in, DIAG_NOTE, "poolmon.tagging-off", line, line->s);
        return;
    }
    seconds = pool_table_span(line->s);
    if (seconds != 0)
        m->seconds = seconds;
    parse_stray(m->in, line, (struct when){ 0 });
}

static void parse(struct parse *in)
{
    struct monitor m = { .in = in };
    struct line line;

    arena_init(&m.line, 0);
    pool_capture_init(&m.capture, in);
    seek_apart(in);
    for (;;) {
        if (take_plain(&m))
            continue;
        if (!parse_line(in, &line))
            break;
        take_line(&m, &line);
    }
    end_snapshot(&m);
    pool_capture_end(&m.capture);
    pool_tell(&m.capture);
    arena_finish(&m.line);
}

static const str paged_used = STR_INIT("PagedUsedBytes"); /* of PoolMonX */

static bool sniff_table(str line)
{
    struct pool_table table;

    return pool_table_open(&table, line) || pool_table_bare(&table, line);
}

/* Tables that people made of such numbers need none of the signs: the first of them decides. All name the tag, or
 * part their cells by tabs. */
static int sniff_tables(str text)
{
    const bool tabs = str_find_char(text, '\t') != STR_NONE;
    size_t tag = str_find_nocase(text, STR("tag")), at;
    str rest = text, line;

    while ((tabs || tag != STR_NONE) && str_line(&rest, &line)) {
        at = text.n - rest.n;
        if (!tabs && tag >= at)
            continue;
        if (sniff_table(line))
            return str_has(line, paged_used) ? BID_MAGIC : BID_SHAPE;
        if (tag < at) {
            tag = str_find_nocase(rest, STR("tag"));
            tag = tag != STR_NONE ? at + tag : STR_NONE;
        }
    }
    return BID_NO;
}

static void signs(struct signs *to)
{
    signs_add(to, STR("PageFlts:"));
    signs_add(to, STR("Pool N:"));
    signs_add(to, STR("Allocs"));
    pool_row_signs(to);
}

static int sniff(const struct sniff *in)
{
    str rest = in->text, line;
    unsigned rows = 0, lawful = 0;
    bool memory = false, commit = false, heading = false;
    int bid = BID_NO;

    if (in->signless)
        return sniff_tables(in->text);
    while (str_line(&rest, &line) && bid < BID_MAGIC) {
        struct pool_row row;

        memory |= pool_is_memory(line) && str_has(line, STR("PageFlts:"));
        commit |= pool_is_commit(line);
        heading |= pool_is_heading(line);
        if (pool_row_read(line, &row)) {
            rows++;
            lawful += row.law == POOL_LAW_HOLDS;
        } else if (bid < BID_SHAPE && sniff_table(line)) {
            bid = str_has(line, paged_used) ? BID_MAGIC : BID_SHAPE;
        }
        if ((memory && commit) || (heading && lawful != 0))
            bid = BID_MAGIC;
    }
    if (bid == BID_NO && (lawful != 0 || heading || (memory || commit)))
        bid = BID_SHAPE + (rows == lawful ? 5 : 0);
    return bid;
}

const struct parser parser_poolmon = {
    .name = "poolmon",
    .summary = "poolmon screens and snapshots, and tables of pool tags",
    .kinds = kinds,
    .says_lines = true,
    .by_shape = true,
    .sniff = sniff,
    .signs = signs,
    .parse = parse,
};
