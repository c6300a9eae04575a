/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mask: a line with what varies masked, so that lines that differ only in it are of one form:
 *
 *     ct101: cannot open "/vz/private/101/fs" after 3 tries (0x800705AA)
 *     ct#: cannot open "*" after # tries (#)
 *
 * Masked are numbers with what stands between their digits (dates, versions, sizes, addresses), hex
 * digits, GUIDs and other ids that mix letters and digits, paths, and what stands in quotes. '#'
 * and '*' stand for them. Words stay, whatever they are.
 */
#pragma once

#include "out.h"

enum mask_sort {
    MASK_TEXT,
    MASK_NUMBER, /* # */
    MASK_HEX,    /* #: with 0x or without */
    MASK_ID,     /* # */
    MASK_PATH,   /* * */
    MASK_QUOTED, /* *, between its quotes */
};

struct mask_piece {
    enum mask_sort sort;
    str text; /* of the line; of MASK_QUOTED without the quotes */
};

/* Walks a line piece by piece. */
struct mask {
    str line;
    size_t at;
    size_t quoted; /* bytes of a quotation that begins here */
    bool closing;  /* the quote that ends one stands here */
};
void mask_init(struct mask *m, str line);
bool mask_next(struct mask *m, struct mask_piece *ret);

/* Writes the form of a line into buf, cut to size bytes between characters. Returns its length. */
size_t mask_line(str line, char *buf, size_t size);
/* A PCRE2 pattern for lines of the same form: words as they are, classes for what is masked. */
void mask_pattern(str line, struct out *out);
