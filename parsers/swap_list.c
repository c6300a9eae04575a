/* SPDX-License-Identifier: Apache-2.0 */
#include "swap_list.h"

#include <string.h>

#include "free_rows.h"
#include "limits.h"

#define SUM_MAX (1ull << 62)

bool swap_heading(str line, struct swap_heading *ret)
{
    static const struct {
        str word;
        int is;
    } words[] = {
        { STR_INIT("NAME"), SWAP_NAME },
        { STR_INIT("SIZE"), SWAP_SIZE },
        { STR_INIT("USED"), SWAP_USED },
    };
    struct swap_heading heading = { .own_units = true };
    str rest = line, word;
    bool known = false, size = false;

    if (str_starts(line, STR("Filename")) && str_has(line, STR("Priority"))) {
        *ret = (struct swap_heading){ 0 };
        return true;
    }
    while (heading.n < SWAP_COLUMNS && str_word(&rest, &word)) {
        static const str others[] = { STR_INIT("TYPE"), STR_INIT("PRIO"), STR_INIT("UUID"),
            STR_INIT("LABEL") };
        int is = SWAP_NONE;

        for (size_t i = 0; i < 3; i++)
            is = str_eq(word, words[i].word) ? words[i].is : is;
        for (size_t i = 0; i < 4 && is == SWAP_NONE; i++)
            is = str_eq(word, others[i]) ? SWAP_OTHER : SWAP_NONE;
        if (is == SWAP_NONE)
            return false;
        known |= is == SWAP_NAME;
        size |= is == SWAP_SIZE;
        heading.columns[heading.n++] = is;
    }
    if (!known || !size)
        return false;
    *ret = heading;
    return true;
}

/* Sizes without a unit count `unit` each, 0 = told by the size of the area: both are of one list. */
static bool set_sizes(str size, str used, uint64_t unit, struct swap_area *ret)
{
    bool size_unit = false, used_unit = false;
    double n, u;

    if (!free_cell_take(size, &n, &size_unit) || !free_cell_take(used, &u, &used_unit) || n < 0 ||
            u < 0 || n > 1e15 || u > 1e15)
        return false;
    if (unit == 0)
        unit = n < 64 * (double)MIB ? KIB : 1;
    ret->size = (uint64_t)(size_unit ? n : n * (double)unit);
    ret->used = (uint64_t)(used_unit ? u : u * (double)unit);
    return true;
}

/* The columns that swapon --show was asked for. What stands last may be missing. */
static bool take_columns(str line, const struct swap_heading *heading, struct swap_area *ret)
{
    str rest = line, word, size = STR(""), used = STR("0");

    ret->name = (str){ NULL, 0 };
    for (size_t i = 0; i < heading->n && str_word(&rest, &word); i++) {
        if (heading->columns[i] == SWAP_NAME)
            ret->name = word;
        else if (heading->columns[i] == SWAP_SIZE)
            size = word;
        else if (heading->columns[i] == SWAP_USED)
            used = word;
    }
    return str_starts(ret->name, STR("/")) && set_sizes(size, used, 1, ret);
}

bool swap_take(str line, const struct swap_heading *heading, struct swap_area *ret)
{
    str rest = line, type, size, used, priority;
    uint64_t unit = heading->own_units ? 1 : str_find_char(line, '\t') != STR_NONE ? KIB : 0;
    int64_t number;

    if (heading->n != 0)
        return take_columns(line, heading, ret);
    if (!str_word(&rest, &ret->name) || ret->name.p[0] != '/' || !str_word(&rest, &type) ||
            !str_word(&rest, &size) || !str_word(&rest, &used) || !str_word(&rest, &priority))
        return false;
    return (str_eq(type, STR("file")) || str_eq(type, STR("partition"))) &&
           str_i64(priority, &number) && set_sizes(size, used, unit, ret);
}

bool swap_is_summary(str line)
{
    str rest = line, name;

    if (!str_word(&rest, &name))
        return false;
    while (rest.n != 0 && rest.p[0] == ' ')
        rest = str_from(rest, 1);
    return rest.n != 0 && rest.p[0] == '\t';
}

void swap_add(struct swap_sum *sum, const struct parse *in, const struct line *line,
        const struct swap_area *area)
{
    if (sum->areas++ == 0) {
        sum->where = line_span(in, line);
        sum->quoted = line->s.n < sizeof(sum->quote) ? line->s.n : 0;
        memcpy(sum->quote, line->s.p, sum->quoted);
        sum->size = sum->used = 0;
    }
    /* Hostile sizes must not overflow the sum. */
    if (sum->size > SUM_MAX)
        return;
    sum->size += area->size;
    sum->used += area->used < area->size ? area->used : area->size;
}

void swap_tell(struct swap_sum *sum, struct parse *in, const char *source)
{
    struct value values[MEMORY_STATUS_NFIELDS] = {
        [MEMORY_STATUS_SOURCE] = value_z(source),
        [MEMORY_STATUS_SWAP_TOTAL] = value_u64(sum->size),
        [MEMORY_STATUS_SWAP_FREE] = value_u64(sum->size - sum->used),
    };

    if (sum->areas == 0)
        return;
    values[MEMORY_STATUS_SNAPSHOT] = value_int(++sum->snapshot);
    emit_at(in, &kind_MEMORY_STATUS, sum->where, (str){ sum->quote, sum->quoted },
            (struct when){ 0 }, values);
    sum->areas = 0;
}
