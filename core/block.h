/* SPDX-License-Identifier: Apache-2.0 */
/*
 * block: questions about many bytes at once, as fast as memory gives them: AVX2 where the processor
 * has it, plain C elsewhere, with the same answers.
 */
#pragma once

#include "str.h"

size_t block_newlines(str s);
/* Offsets of c in s of 64 KiB at most, ascending; their number. ret has room for BLOCK_PLACES_MORE beyond one
 * for each byte. */
enum { BLOCK_PLACES_MORE = 4 };
size_t block_places(str s, char c, uint16_t *ret);
/* Offset of the first occurrence of a text of two bytes or more, or STR_NONE. */
size_t block_find(str s, str what);
/* Length of the front that is ASCII without NUL. */
size_t block_ascii(str s);
/* Length of the front that is valid UTF-8 without NUL; a character that is cut does not belong. */
size_t block_utf8(str s);
/*
 * The front of UTF-16 in either byte order that is characters but NUL and U+FEFF, as UTF-8: out has
 * room for `room` bytes; returns those written, and the bytes read. Stops where something else
 * stands, where a pair is cut, and where room may end.
 */
size_t block_utf16(str in, bool big, char *out, size_t room, size_t *ret_read);

/* The twins behind these, for their test. */
struct block_kernel {
    size_t (*newlines)(str s);
    size_t (*places)(str s, char c, uint16_t *ret);
    size_t (*find)(str s, str what);
    size_t (*ascii)(str s);
    size_t (*utf8)(str s);
    size_t (*utf16)(str in, bool big, char *out, size_t room, size_t *ret_read);
};
extern const struct block_kernel block_kernel_plain;
extern const struct block_kernel block_kernel_avx2; /* on x86-64 only */
