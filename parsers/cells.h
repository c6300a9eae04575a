/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cells: one row of a table, cut into cells, and what stands in them as Windows prints it in any
 * language: sizes with group marks and units, dates of unknown order.
 */
#pragma once

#include "when.h"

/*
 * Cuts a row into trimmed cells at sep: ',' or ';' (quotes around a cell are dropped, and seps
 * between them are text), '\t', '|' (a Markdown row: the outer bars make no cells), or ' ' for runs
 * of two blanks or more. Returns how many were stored; cells past max are dropped.
 */
size_t cells_split(str row, char sep, str *cells, size_t max);

/*
 * A size in bytes: "12,345 K", "4,21,340 K", "587 732 КБ", "2.047 MB", "1,5 Go". A number without a
 * unit, or with one that cannot be read, counts `unit` bytes each. One mark with other than three
 * digits behind it is a decimal mark, all others group digits.
 */
bool cell_size(str s, uint64_t unit, uint64_t *ret);
/* A number with a sign, group marks or a decimal part; what follows it is left in *s. */
bool cell_take_number(str *s, double *ret);
/* Bytes per unit of "K", "KB", "Ko", "КБ", "MiB"; 0 when it is none. */
uint64_t cell_unit(str s);
/* A heading without blanks and marks, ASCII letters in lower case; cut when it does not fit. */
str cell_key(str heading, char *buf, size_t size);
/* White space, no-break spaces among them, off both ends. */
str cell_trim(str s);

enum date_order { DATE_UNKNOWN, DATE_DMY, DATE_MDY };

/*
 * Takes a local date and time from the front: ISO, "2026.03.14-02:10:33", "3/14/2026, 2:10:33 PM",
 * "14.03.2026 2:10". Where only a convention tells day from month (not `order`, not a number above
 * 12), *ret_guessed is set. Dates with slashes and no AM or PM are refused then.
 */
bool date_take_local(str *s, enum date_order order, struct when *ret, bool *ret_guessed);
/* A date and time inside a file name: poolmon_20260314_0210.txt, x-2026-03-14T02-10-33.log. */
bool date_in_name(str name, struct when *ret);
