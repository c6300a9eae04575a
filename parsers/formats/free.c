/* SPDX-License-Identifier: Apache-2.0 */
/*
 * free: the output of free in any unit and language, and the lists of swapon.
 *
 *                    total        used        free      shared  buff/cache   available
 *     Mem:         8123456     3100200      200300       12345     4822956     4700100
 *     Swap:        2097148       51200     2045948
 *
 *     Filename          Type            Size    Used    Priority
 *     /dev/sda2         partition       2097148 51200   -2       (swapon --summary)
 *
 *     NAME       TYPE       SIZE  USED PRIO                       (swapon --show)
 *     /dev/sda2  partition    2G   50M   -2
 *
 * Taken: totals, and the row "-/+ buffers/cache:" of procps before 3.3.10, which holds what
 * programs use. The unit is told by suffixes, by the file's name (free_-m), else by size. A sum of
 * resident sizes that somebody took beside it (ps ... | awk '{sum+=$6}') is taken as well.
 */
#include <string.h>

#include "free_rows.h"
#include "limits.h"
#include "shape.h"
#include "swap_list.h"

static const struct kind *const kinds[] = { &kind_MEMORY_STATUS, &kind_ERROR, &kind_LOG_MESSAGE,
    &kind_OPERATION, &kind_STACK, &kind_BEANCOUNTER, NULL };

static const struct swap_heading no_heading;

static bool fits(str line)
{
    struct free_row row;
    struct swap_area area;

    return (free_row_take(line, &row) &&
                   (free_row_is_memory(&row) || free_row_is_cache(&row) || row.count == 3)) ||
           swap_take(line, &no_heading, &area);
}

/* A list that swapon printed, or that has lost its heading; `swaps` reads the kernel's own. */
static int sniff_swapon(str text)
{
    struct swap_heading heading = { 0 };
    bool headed = false, listed = false;
    str line;

    for (size_t i = 0; i < 20 && str_line(&text, &line); i++) {
        struct swap_area area;

        if (swap_heading(line, &heading)) {
            headed = true;
            listed = listed || heading.own_units;
        } else if (swap_take(line, &heading, &area)) {
            if (headed)
                return listed || swap_is_summary(line) ? BID_MAGIC : BID_NO;
            return BID_SHAPE;
        }
    }
    return BID_NO;
}

static int sniff(const struct sniff *in)
{
    str rest = in->text, line;
    bool memory = false;
    struct free_row row;
    struct shape shape;

    for (size_t i = 0; i < 20 && str_line(&rest, &line); i++)
        memory = memory || (free_row_take(line, &row) && free_row_is_memory(&row));
    if (!memory)
        return sniff_swapon(in->text);
    shape = shape_of(in, 20, fits);
    if (shape.fits * 3 < shape.lines)
        return BID_NO;
    return shape.fits >= 2 ? BID_MAGIC - 10 : BID_SHAPE;
}

struct state {
    struct value values[MEMORY_STATUS_NFIELDS];
    struct span where;
    char quote[120];
    size_t nquote;
    double unit, total;
    int64_t snapshot;
    struct swap_heading heading;
    struct swap_sum swaps;
    bool any, summing, wide;
};

/* Bytes per unit when the cells do not say: the option in the file's name, else what makes a
 * machine of a sane size. */
static double unit_of(const struct parse *in, double total)
{
    if (str_has(in->name, STR("-b")))
        return 1;
    if (str_has(in->name, STR("-m")))
        return (double)MIB;
    if (str_has(in->name, STR("-g")))
        return (double)GIB;
    if (str_has(in->name, STR("-k")))
        return (double)KIB;
    return free_unit_by_size(total);
}

static struct value bytes_of(double n, double unit)
{
    double bytes = n * unit;

    return bytes >= 0 && bytes < 9e15 ? value_int((int64_t)bytes) : value_none();
}

static void flush(struct parse *in, struct state *s)
{
    struct value *v = s->values;

    if (!s->any)
        return;
    v[MEMORY_STATUS_SOURCE] = value_z("free");
    v[MEMORY_STATUS_SNAPSHOT] = value_int(s->snapshot);
    emit_at(in, &kind_MEMORY_STATUS, s->where, (str){ s->quote, s->nquote }, (struct when){ 0 }, v);
    memset(v, 0, sizeof(s->values));
    s->any = false;
}

static void start(struct parse *in, struct state *s, const struct line *line)
{
    flush(in, s);
    s->snapshot++;
    s->any = true;
    s->where = line_span(in, line);
    s->nquote = line->s.n < sizeof(s->quote) ? line->s.n : sizeof(s->quote);
    memcpy(s->quote, line->s.p, s->nquote);
}

static void take_memory(
        struct parse *in, struct state *s, const struct line *line, const struct free_row *row)
{
    struct value *v = s->values;

    start(in, s, line);
    s->unit = row->suffix ? 1 : unit_of(in, row->n[0]);
    s->total = row->n[0];
    v[MEMORY_STATUS_TOTAL] = bytes_of(row->n[0], s->unit);
    v[MEMORY_STATUS_FREE] = bytes_of(row->n[2], s->unit);
    if (row->count >= 4)
        v[MEMORY_STATUS_SHMEM] = bytes_of(row->n[3], s->unit);
    if (s->wide && row->count == 6) { /* buff/cache available */
        v[MEMORY_STATUS_CACHED] = bytes_of(row->n[4], s->unit);
        v[MEMORY_STATUS_AVAILABLE] = bytes_of(row->n[5], s->unit);
        v[MEMORY_STATUS_USED] = bytes_of(row->n[1], s->unit);
    } else if (row->count == 6) { /* buffers cached */
        v[MEMORY_STATUS_BUFFERS] = bytes_of(row->n[4], s->unit);
        v[MEMORY_STATUS_CACHED] = bytes_of(row->n[5], s->unit);
        v[MEMORY_STATUS_USED] = bytes_of(row->n[1] - row->n[4] - row->n[5], s->unit);
    }
}

static void take_swap_row(struct state *s, const struct free_row *row)
{
    double unit = row->suffix ? 1 : s->unit;

    s->values[MEMORY_STATUS_SWAP_TOTAL] = bytes_of(row->n[0], unit);
    s->values[MEMORY_STATUS_SWAP_FREE] = bytes_of(row->n[2], unit);
}

/* "ps aux | awk '{ sum += $6 } ...'" and the number below it, in kB. */
static bool take_sum(struct state *s, str line)
{
    uint64_t kilobytes;

    if (is_prompt(line)) {
        s->summing =
                str_has(line, STR("ps ")) && str_has(line, STR("$6")) && str_has(line, STR("awk"));
        return s->summing;
    }
    if (!s->summing || !s->any || !str_u64(str_trim(line), &kilobytes) || kilobytes > 1ull << 40)
        return false;
    s->values[MEMORY_STATUS_RSS_SUM] = value_u64(kilobytes * KIB);
    s->summing = false;
    return true;
}

static void parse(struct parse *in)
{
    struct state s = { 0 };
    struct line line;

    while (parse_line(in, &line)) {
        struct free_row row;
        struct swap_area area;

        if (free_row_take(line.s, &row) && free_row_is_memory(&row)) {
            take_memory(in, &s, &line, &row);
        } else if (row.count >= 2 && free_row_is_cache(&row) && s.any) {
            s.values[MEMORY_STATUS_USED] = bytes_of(row.n[0], row.suffix ? 1 : s.unit);
        } else if (row.count == 3 && s.any) {
            take_swap_row(&s, &row);
        } else if (swap_heading(line.s, &s.heading)) {
            swap_tell(&s.swaps, in, "free");
        } else if (swap_take(line.s, &s.heading, &area)) {
            swap_add(&s.swaps, in, &line, &area);
        } else if (str_has(line.s, STR("total")) || str_has(line.s, STR("buff"))) {
            s.wide = str_has(line.s, STR("buff/cache"));
        } else if (!take_sum(&s, line.s)) {
            parse_stray(in, &line, (struct when){ 0 });
            continue;
        }
        parse_took(in, &line);
    }
    flush(in, &s);
    swap_tell(&s.swaps, in, "free");
}

const struct parser parser_free = {
    .name = "free",
    .summary = "free, swapon",
    .kinds = kinds,
    .sniff = sniff,
    .parse = parse,
};
