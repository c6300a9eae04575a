/* SPDX-License-Identifier: Apache-2.0 */
/*
 * swaps: /proc/swaps, as the kernel writes it:
 *
 *     Filename                                Type            Size            Used            Priority
 *     /dev/dm-1                               partition       8388604         1262424         -2
 *
 * Taken: the areas of each list, added up; kB. A list without an area says that there is no swap, but
 * so little is not enough to be known by. What swapon prints is read by `free`, beside which it mostly
 * stands.
 */
#include "free_rows.h"
#include "signs.h"
#include "swap_list.h"

static const struct kind *const kinds[] = { &kind_MEMORY_STATUS, &kind_ERROR, &kind_LOG_MESSAGE,
    NULL };

static void parse(struct parse *in)
{
    struct swap_heading heading = { 0 };
    struct swap_sum sum = { 0 };
    struct swap_area area;
    struct line line;

    while (parse_line(in, &line)) {
        if (swap_heading(line.s, &heading)) {
            swap_tell(&sum, in, "swaps");
        } else if (swap_take(line.s, &heading, &area)) {
            swap_add(&sum, in, &line, &area);
        } else if (str_trim(line.s).n != 0) {
            parse_stray(in, &line, (struct when){ 0 });
            continue;
        }
        parse_took(in, &line);
    }
    swap_tell(&sum, in, "swaps");
}

static void signs(struct signs *to)
{
    signs_add(to, STR("Priority"));
}

static int sniff(const struct sniff *in)
{
    enum { LINES = 40 };
    struct swap_heading heading = { 0 };
    bool headed = false;
    str rest = in->text, line;

    for (size_t i = 0; i < LINES && str_line(&rest, &line); i++) {
        struct swap_area area;
        struct free_row row;

        if (free_row_take(line, &row) && free_row_is_memory(&row))
            return BID_NO; /* free, with the list below it */
        if (swap_heading(line, &heading))
            headed = !heading.own_units;
        else if (headed && swap_take(line, &heading, &area))
            return swap_is_summary(line) ? BID_NO : BID_MAGIC;
    }
    return BID_NO;
}

const struct parser parser_swaps = {
    .name = "swaps",
    .summary = "/proc/swaps",
    .kinds = kinds,
    .sniff = sniff,
    .signs = signs,
    .parse = parse,
};
