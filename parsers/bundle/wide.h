/* SPDX-License-Identifier: Apache-2.0 */
/* wide: UTF-16 in either byte order. */
#pragma once

#include "str.h"

#define WIDE_BAD UINT32_MAX

/*
 * One character; returns the bytes it took, 0 when its rest has not come (never when last).
 * A surrogate without its partner is WIDE_BAD.
 */
size_t wide_take(str in, bool big, bool last, uint32_t *ret);

enum wide_guess { WIDE_NO, WIDE_LITTLE, WIDE_BIG };

/*
 * Whether bytes without BOM are UTF-16: not by zeros alone, which also stand between records and
 * fill up files, but by zeros in every other byte, or by blanks, digits and line ends of that form
 * among letters of few scripts.
 */
enum wide_guess wide_guess(str head);
