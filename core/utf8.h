/* SPDX-License-Identifier: Apache-2.0 */
/* utf8: one character at a time, by the Unicode rules (no overlong forms, no surrogates). */
#pragma once

#include "str.h"

/* Bytes of the valid character at the front, 0 when there is none. */
size_t utf8_length(str s);
/* Takes one character; false at the end or on invalid bytes. */
bool utf8_take(str *s, uint32_t *ret_char);
/* Writes 1 to 4 bytes. */
size_t utf8_put(uint32_t c, char buf[static 4]);
bool utf8_valid(str s);
/* Bytes at the front that are ASCII. */
size_t utf8_ascii(str s);
/* Columns on a terminal: CJK 2, combining marks 0. */
size_t utf8_width(str s);
