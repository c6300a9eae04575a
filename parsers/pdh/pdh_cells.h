/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pdh_cells: the cells of one row of a CSV or TSV log, read one by one through the text window. A
 * row of 50,000 cells is longer than any window, so rows are never held whole.
 *
 * The rules are those of programs that write without thinking of quotes: a quote closes a cell only
 * when the end of the line or another cell stands behind it, and the end of a line ends the cell in
 * any case. So a quote that is never closed costs its own row and no other.
 */
#pragma once

#include "text.h"

/* Cells are names and numbers; a longer one has lost its end. */
enum { PDH_CELL_MAX = 16 * 1024 };

struct pdh_cells {
    struct text *text;
    char sep;
    size_t used; /* bytes of the window that were eaten and not yet skipped */
    bool ended;  /* the row is */
    bool open;   /* a quote was never closed, or a cell was longer than any */
    bool cut;    /* the member ended before the line did */
};

struct pdh_cell {
    str s; /* without its quotes; good until the next cell is read */
    uint64_t offset;
    bool torn; /* the member ends here, and the cell may lack its end */
};

void pdh_cells_init(struct pdh_cells *c, struct text *text, char sep);
/* False when the row has no more cells: then the window stands at the next line. */
bool pdh_cells_next(struct pdh_cells *c, struct pdh_cell *ret);
/* Eats what is left of the row. */
void pdh_cells_skip(struct pdh_cells *c);
