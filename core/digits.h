/* SPDX-License-Identifier: Apache-2.0 */
/*
 * digits: up to eight of them at once, where the machine loads the first of eight bytes as the lowest:
 * DIGITS_AT_ONCE. Each byte has been exclusive-ored with '0', and is 0 where none is meant.
 */
#pragma once

#include <stdint.h>

#define DIGITS_AT_ONCE (__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__)
#define DIGITS_ZEROS 0x3030303030303030u

/* The highest bit of each byte above 9; behind the first such byte it means nothing. */
static inline uint64_t digits_odd(uint64_t eight)
{
    return ((eight + 0x7676767676767676u) | eight) & 0x8080808080808080u;
}

/* What eight digits say; pairs, then fours, then all are weighed side by side. */
static inline uint64_t digits_value(uint64_t eight)
{
    const uint64_t every_fourth = 0x000000ff000000ffu;

    eight = eight * 10 + (eight >> 8);
    return ((eight & every_fourth) * 0x000f424000000064u +
                   (eight >> 16 & every_fourth) * 0x0000271000000001u) >>
           32;
}
