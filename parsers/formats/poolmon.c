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
 * the rows below them, as pool.usage. Rows are checked and repaired by the law in pool_row.h.
 * Not taken: PageFlts, which is a rate on the screen and a total in snapshots.
 */
#include <stdio.h>
#include <string.h>

#include "cells.h"
#include "limits.h"
#include "pool_row.h"
#include "pool_table.h"

static const struct kind *const kinds[] = { &kind_POOL_TAG, &kind_POOL_DELTA, &kind_POOL_USAGE,
    &kind_MEMORY_STATUS, &kind_ERROR, &kind_LOG_MESSAGE, NULL };

enum { ABSENT = -1 };

/* The two lines above the rows, in bytes. */
struct header {
    bool any;
    int64_t total, available, resident, commit, limit, peak, nonpaged, paged;
};

struct monitor {
    struct parse *in;
    struct pool_table table;
    struct header header;
    int64_t snapshot; /* number of the open one, 0 before the first */
    bool open, rows_seen, status_told;
    struct when when, next; /* of the open snapshot; stamped for the one to come */
    bool dated;             /* any stamp was met: the file's name dates nothing then */
    char scope[32];
    double seconds; /* a span in the prose above a table */
    /* Where the pools' totals stand, told when the snapshot's rows are summed. */
    struct span pools_at;
    char quote[LIMIT_QUOTE];
    size_t quoted;
    int64_t listed[3], rows[3]; /* by enum pool */
};

static const struct header no_header = { false, ABSENT, ABSENT, ABSENT, ABSENT, ABSENT, ABSENT,
    ABSENT, ABSENT };

static struct value value_opt(int64_t v)
{
    return v != ABSENT ? value_int(v) : value_none();
}

static void tell_status(struct monitor *m, const struct line *line)
{
    const struct header *h = &m->header;
    const struct value values[MEMORY_STATUS_NFIELDS] = {
        [MEMORY_STATUS_SOURCE] = value_z("poolmon"),
        [MEMORY_STATUS_SNAPSHOT] = value_int(m->snapshot),
        [MEMORY_STATUS_TOTAL] = value_opt(h->total),
        [MEMORY_STATUS_AVAILABLE] = value_opt(h->available),
        [MEMORY_STATUS_COMMIT] = value_opt(h->commit),
        [MEMORY_STATUS_COMMIT_LIMIT] = value_opt(h->limit),
        [MEMORY_STATUS_COMMIT_PEAK] = value_opt(h->peak),
        [MEMORY_STATUS_KERNEL_NONPAGED] = value_opt(h->nonpaged),
        [MEMORY_STATUS_KERNEL_PAGED] = value_opt(h->paged),
    };

    emit(m->in, &kind_MEMORY_STATUS, line, m->when, values);
}

static void tell_usage(struct monitor *m, enum pool pool, int64_t bytes, int64_t resident)
{
    /* Rows of a session are of another pool than the header's. */
    bool system = m->scope[0] == '\0' || strcmp(m->scope, "system") == 0;
    const struct value values[POOL_USAGE_NFIELDS] = {
        [POOL_USAGE_POOL] = value_z(pool_name(pool)),
        [POOL_USAGE_BYTES] = value_opt(bytes),
        [POOL_USAGE_RESIDENT] = value_opt(resident),
        [POOL_USAGE_LISTED] = system ? value_int(m->listed[pool]) : value_none(),
        [POOL_USAGE_ROWS] = system ? value_int(m->rows[pool]) : value_none(),
        [POOL_USAGE_SNAPSHOT] = value_int(m->snapshot),
    };

    if (bytes != ABSENT)
        emit_at(m->in, &kind_POOL_USAGE, m->pools_at, (str){ m->quote, m->quoted }, m->when,
                values);
}

static void end_snapshot(struct monitor *m)
{
    if (m->open) {
        tell_usage(m, POOL_NONPAGED, m->header.nonpaged, ABSENT);
        tell_usage(m, POOL_PAGED, m->header.paged, m->header.resident);
    }
    m->open = false;
    m->rows_seen = false;
    m->status_told = false;
    m->header = no_header;
    m->scope[0] = '\0';
    memset(m->listed, 0, sizeof(m->listed));
    memset(m->rows, 0, sizeof(m->rows));
}

static void need_snapshot(struct monitor *m)
{
    if (m->open)
        return;
    m->open = true;
    m->snapshot++;
    m->when = m->next;
    if (m->snapshot == 1 && !m->dated)
        (void)date_in_name(m->in->name, &m->when);
    m->next = (struct when){ 0 };
}

/* "key:" with blanks or none, digits, K: bytes, or ABSENT. */
static int64_t header_size(str s, str key)
{
    size_t at = str_find(s, key);
    uint64_t kb;

    if (at == STR_NONE)
        return ABSENT;
    s = str_from(s, at + key.n);
    str_skip_blanks(&s);
    if (!str_take_u64(&s, &kb) || kb > INT64_MAX / KIB || s.n == 0 || to_lower(s.p[0]) != 'k')
        return ABSENT;
    return (int64_t)(kb * KIB);
}

/* P: belongs to the key before it: resident behind Krnl, the whole pool behind Pool N. */
static int64_t paged_behind(str s, str key)
{
    size_t at = str_find(s, key);

    return at != STR_NONE ? header_size(str_from(s, at + key.n), STR("P:")) : ABSENT;
}

static bool is_memory_line(str s)
{
    return str_has(s, STR("Memory:")) && str_has(s, STR("Avail:"));
}

static bool is_commit_line(str s)
{
    return str_has(s, STR("Commit:")) && str_has(s, STR("Pool N:"));
}

static void read_memory_line(struct monitor *m, str s)
{
    if (m->open && (m->header.any || m->rows_seen))
        end_snapshot(m);
    need_snapshot(m);
    m->header.any = true;
    m->header.total = header_size(s, STR("Memory:"));
    m->header.available = header_size(s, STR("Avail:"));
    m->header.resident = paged_behind(s, STR("Krnl:"));
    m->table.sep = 0;
}

static void read_commit_line(struct monitor *m, const struct line *line, str s)
{
    if (m->open && (m->rows_seen || m->status_told))
        end_snapshot(m);
    need_snapshot(m);
    m->header.any = true;
    m->header.commit = header_size(s, STR("Commit:"));
    m->header.limit = header_size(s, STR("Limit:"));
    m->header.peak = header_size(s, STR("Peak:"));
    m->header.nonpaged = header_size(s, STR("Pool N:"));
    m->header.paged = paged_behind(s, STR("Pool N:"));
    m->pools_at = line_span(m->in, line);
    m->quoted = line->s.n < sizeof(m->quote) ? line->s.n : sizeof(m->quote);
    while (m->quoted < line->s.n && m->quoted > 0 &&
            ((unsigned char)line->s.p[m->quoted] & 0xc0) == 0x80)
        m->quoted--;
    memcpy(m->quote, line->s.p, m->quoted);
    m->status_told = true;
    tell_status(m, line);
}

/* Returns whether the line is one of the header's two. */
static bool take_header(struct monitor *m, const struct line *line)
{
    bool memory = is_memory_line(line->s), commit = is_commit_line(line->s);

    if (memory)
        read_memory_line(m, line->s);
    if (commit)
        read_commit_line(m, line, line->s);
    return memory || commit;
}

static bool is_heading(str s)
{
    size_t tag = str_find(s, STR("Tag "));
    size_t type = tag != STR_NONE ? str_find(str_from(s, tag), STR("Type")) : STR_NONE;

    return type != STR_NONE && str_has(str_from(s, tag + type), STR("Allocs"));
}

static bool is_rule(str s)
{
    s = str_trim(s);
    if (s.n < 3)
        return false;
    for (size_t i = 0; i < s.n; i++) {
        if (str_find_char(STR("-=_|: "), s.p[i]) == STR_NONE)
            return false;
    }
    return true;
}

/* "Session 3 pool information", "All sessions pool information", "System pool information". */
static bool take_title(struct monitor *m, str s)
{
    size_t at = str_find(s, STR(" pool information"));
    str what = str_trim(str_slice(s, 0, at)), number;
    uint64_t n;

    if (at == STR_NONE)
        return false;
    number = what;
    if (str_eq(what, STR("System"))) {
        snprintf(m->scope, sizeof(m->scope), "system");
    } else if (str_eq(what, STR("All sessions"))) {
        snprintf(m->scope, sizeof(m->scope), "all sessions");
    } else if (str_take(&number, STR("Session ")) && str_u64(str_trim(number), &n) &&
               n <= UINT32_MAX) {
        snprintf(m->scope, sizeof(m->scope), "session %u", (unsigned)n);
    } else {
        return false;
    }
    return true;
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
    if (m->rows_seen || m->header.any)
        end_snapshot(m);
    m->next = when;
    m->dated = true;
    return true;
}

static void count_row(struct monitor *m, const struct line *line, const struct pool_row *row)
{
    need_snapshot(m);
    m->rows_seen = true;
    m->rows[row->pool]++;
    if (row->bytes.type == VALUE_INT &&
            __builtin_add_overflow(m->listed[row->pool], row->bytes.i, &m->listed[row->pool]))
        m->listed[row->pool] = INT64_MAX;
    if (row->law == POOL_LAW_BROKEN)
        parse_diag(m->in, DIAG_NOTE, "poolmon.row-law", line, line->s);
    else if (row->law == POOL_LAW_REPAIRED)
        parse_diag(m->in, DIAG_NOTE, "poolmon.row-parted", line, line->s);
    pool_row_emit(m->in, line, m->when, row, m->snapshot, str_z(m->scope));
}

static void tell_delta(
        struct monitor *m, const struct line *line, str tag, const struct pool_table_row *row)
{
    double seconds = m->table.seconds != 0 ? m->table.seconds : m->seconds;
    const struct value values[POOL_DELTA_NFIELDS] = {
        [POOL_DELTA_TAG] = value_text(tag),
        [POOL_DELTA_DIFF] = row->delta_diff,
        [POOL_DELTA_BYTES] = row->delta_bytes,
        [POOL_DELTA_SECONDS] = seconds != 0 ? value_real(seconds) : value_none(),
    };

    emit(m->in, &kind_POOL_DELTA, line, m->when, values);
}

static bool take_table(struct monitor *m, const struct line *line)
{
    struct pool_table_row row;

    if ((m->table.sep == 0 && !pool_table_bare(&m->table, line->s)) ||
            !pool_table_row(&m->table, line->s, &row))
        return false;
    for (size_t i = 0; i < row.nrows; i++)
        count_row(m, line, &row.rows[i]);
    if (row.has_delta && m->table.has_delta)
        tell_delta(m, line, row.tag, &row);
    return true;
}

/* The last line of a capture that was cut: its last number may be a piece of one. */
static bool cut_off(const struct monitor *m, const struct line *line)
{
    const struct text *t = &m->in->text;

    return t->eof && t->at == t->end && line->offset + line->length == t->offset;
}

static bool take_row(struct monitor *m, const struct line *line)
{
    struct pool_row row;

    if (!pool_row_read(line->s, &row)) {
        if (!pool_row_short(line->s))
            return false;
        parse_diag(m->in, DIAG_WARNING, "poolmon.short-row", line, line->s);
        return true;
    }
    if (row.law == POOL_LAW_UNKNOWN && cut_off(m, line)) {
        parse_diag(m->in, DIAG_WARNING, "poolmon.short-row", line, line->s);
        return true;
    }
    count_row(m, line, &row);
    return true;
}

static bool take_heading(struct monitor *m, const struct line *line)
{
    struct pool_table table;

    if (line->s.n > 1024)
        return false;
    if (is_heading(line->s) && str_find_char(line->s, '|') == STR_NONE) {
        /* A second heading over more rows, and no title between: another snapshot. */
        if (m->rows_seen && m->scope[0] == '\0')
            end_snapshot(m);
        m->table.sep = 0;
        return true;
    }
    if (!pool_table_open(&table, line->s))
        return false;
    if (m->rows_seen)
        end_snapshot(m);
    m->table = table;
    return true;
}

/* What stands around the rows and means nothing by itself. */
static bool is_frame(str s)
{
    s = str_trim(s);
    return s.n == 0 || is_rule(s) || str_starts(s, STR("```")) || str_eq(s, STR("...")) ||
           str_starts(s, STR("#TYPE")) || str_starts_nocase(s, STR("poolmon")) ||
           str_find_nocase(s, STR(">poolmon")) != STR_NONE;
}

static void take_line(struct monitor *m, const struct line *line)
{
    double seconds;

    if (take_table(m, line) || take_row(m, line) || take_header(m, line) ||
            take_title(m, line->s) || take_heading(m, line) || is_frame(line->s) ||
            take_stamp(m, line)) {
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
    struct monitor m = { .in = in, .header = no_header };
    struct line line;

    while (parse_line(in, &line))
        take_line(&m, &line);
    end_snapshot(&m);
}

static bool sniff_table(str line)
{
    struct pool_table table;

    return pool_table_open(&table, line) || pool_table_bare(&table, line);
}

static int sniff(const struct sniff *in)
{
    str rest = in->text, line;
    unsigned rows = 0, lawful = 0;
    bool memory = false, commit = false, heading = false;
    int bid = BID_NO;

    while (str_line(&rest, &line) && bid < BID_MAGIC) {
        struct pool_row row;

        memory |= is_memory_line(line) && str_has(line, STR("PageFlts:"));
        commit |= is_commit_line(line);
        heading |= is_heading(line);
        if (pool_row_read(line, &row)) {
            rows++;
            lawful += row.law == POOL_LAW_HOLDS;
        } else if (bid < BID_SHAPE && sniff_table(line)) {
            bid = str_has(line, STR("PagedUsedBytes")) ? BID_MAGIC : BID_SHAPE;
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
    .sniff = sniff,
    .parse = parse,
};
