/* SPDX-License-Identifier: Apache-2.0 */
/*
 * process_row: one process of any listing, filled cell by cell. Which field a column holds is told
 * by its heading in the languages that Windows prints them in.
 */
#pragma once

#include "parser.h"

enum process_how {
    PROCESS_IGNORE, /* a known column that no field holds */
    PROCESS_COUNT,
    PROCESS_SIZE, /* a size; without a unit of its own in the column's */
    PROCESS_WORD, /* text; "N/A" is absent */
};

struct process_column {
    uint8_t field; /* PROCESS_NAME ... */
    uint8_t how;   /* enum process_how */
    uint64_t unit;
};

struct process_row {
    struct value values[PROCESS_NFIELDS];
};

/*
 * A heading of tasklist or Task Manager: "Image Name", "Speichernutzung", "会话名". cut: it may end
 * early, as in a table whose columns are narrower than their titles. False when it is not known.
 */
bool process_column_find(str heading, bool cut, struct process_column *ret);
/* Whether a heading is one of Process Explorer, Process Hacker or System Informer. */
bool process_heading_of_tool(str heading);
/* False when the cell cannot be what the column holds. An empty cell sets nothing. */
bool process_row_set(struct process_row *row, const struct process_column *column, str cell);
void process_row_emit(
        struct parse *in, const struct line *line, struct process_row *row, int64_t snapshot);
