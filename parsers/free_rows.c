/* SPDX-License-Identifier: Apache-2.0 */
#include "free_rows.h"

#include <math.h>

#include "cells.h"
#include "limits.h"

/* "7,7Gi", "512M", "0B", "8123456" */
bool free_cell_take(str cell, double *ret, bool *ret_suffix)
{
    static const str units[] = { STR_INIT("B"), STR_INIT("K"), STR_INIT("M"), STR_INIT("G"),
        STR_INIT("T") };
    double unit = 1;

    if (!cell_take_number(&cell, ret))
        return false;
    if (cell.n == 0)
        return true;
    for (size_t i = 0; i < 5; i++, unit *= 1024) {
        str rest = cell;

        if (!str_take(&rest, units[i]))
            continue;
        *ret *= unit;
        *ret_suffix = true;
        return rest.n == 0 || str_eq(rest, STR("i")) || str_eq(rest, STR("iB")) ||
               str_eq(rest, STR("B"));
    }
    return false;
}

/* A label up to its colon (also the wide one of Chinese), then numbers only. */
bool free_row_take(str line, struct free_row *ret)
{
    enum { LABEL_MOST = 40 };
    str rest = str_slice(line, 0, LABEL_MOST + 3), cell;
    size_t colon = str_find_char(rest, ':'), wide = str_find(rest, STR("：")), skip = 1;

    *ret = (struct free_row){ 0 };
    if (wide < colon) {
        colon = wide;
        skip = 3;
    }
    if (colon == STR_NONE || colon > LABEL_MOST)
        return false;
    ret->label = str_trim(str_slice(line, 0, colon));
    rest = str_from(line, colon + skip);
    while (ret->count < FREE_NUMBERS && str_word(&rest, &cell)) {
        if (!free_cell_take(cell, &ret->n[ret->count], &ret->suffix))
            return false;
        ret->count++;
    }
    return ret->count >= 2;
}

bool free_row_is_cache(const struct free_row *row)
{
    return str_has(row->label, STR("/+"));
}

/* The heading names no digits and at least total, used, free in some language. */
bool free_row_is_memory(const struct free_row *row)
{
    return !free_row_is_cache(row) && row->count >= 5 && row->count <= 7 &&
           (str_starts(row->label, STR("Mem")) || str_starts(row->label, STR("Spe")) ||
                   (unsigned char)row->label.p[0] > 127);
}

double free_unit_by_size(double total)
{
    return total >= 1e9 * 8 ? 1
           : total >= 60000 ? (double)KIB
           : total >= 500   ? (double)MIB
                            : (double)KIB;
}

static struct value bytes_of(double n, double unit)
{
    double bytes = n * unit;

    return bytes >= 0 && bytes < 9e15 ? value_int((int64_t)bytes) : value_none();
}

/* used less buffers and cached is what the second row says: this proves which number is which. */
static bool proves(const struct free_row *memory, const struct free_row *cache)
{
    return memory->count == 6 && cache->count == 2 && !memory->suffix &&
           fabs(memory->n[0] - memory->n[1] - memory->n[2]) <= 2 &&
           fabs(memory->n[1] - memory->n[4] - memory->n[5] - cache->n[0]) <= 2;
}

static void emit_block(struct parse *in, const struct line *line, const struct free_row *memory,
        const struct free_row *cache, const struct free_row *swap, struct when when)
{
    double unit = free_unit_by_size(memory->n[0]);
    const struct value values[MEMORY_STATUS_NFIELDS] = {
        [MEMORY_STATUS_SOURCE] = value_z("free"),
        [MEMORY_STATUS_SNAPSHOT] = value_int(1),
        [MEMORY_STATUS_TOTAL] = bytes_of(memory->n[0], unit),
        [MEMORY_STATUS_FREE] = bytes_of(memory->n[2], unit),
        [MEMORY_STATUS_BUFFERS] = bytes_of(memory->n[4], unit),
        [MEMORY_STATUS_CACHED] = bytes_of(memory->n[5], unit),
        [MEMORY_STATUS_USED] = bytes_of(cache->n[0], unit),
        [MEMORY_STATUS_SWAP_TOTAL] = bytes_of(swap->n[0], unit),
        [MEMORY_STATUS_SWAP_FREE] = bytes_of(swap->n[2], unit),
    };

    emit(in, &kind_MEMORY_STATUS, line, when, values);
}

bool free_pasted(struct parse *in, struct free_paste *p, const struct line *line, struct when when)
{
    struct free_row row;
    bool took = false;

    if (line->s.n == 0 || line->s.n > 200 || !free_row_take(str_trim(line->s), &row)) {
        *p = (struct free_paste){ 0 };
        return false;
    }
    if (free_row_is_memory(&row)) {
        row.label = (str){ NULL, 0 }; /* dies with the line */
        *p = (struct free_paste){ .rows = 1, .memory = row };
    } else if (p->rows == 1 && free_row_is_cache(&row) && proves(&p->memory, &row)) {
        p->cache = row;
        p->rows = 2;
    } else if (p->rows == 2 && row.count == 3 && fabs(row.n[0] - row.n[1] - row.n[2]) <= 2) {
        emit_block(in, line, &p->memory, &p->cache, &row, when);
        took = true;
        p->rows = 0;
    } else {
        p->rows = 0;
    }
    return took || p->rows != 0;
}
