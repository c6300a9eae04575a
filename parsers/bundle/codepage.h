/* SPDX-License-Identifier: Apache-2.0 */
/*
 * codepage: text that is not UTF-8. A name declared in the text, or a guess from the bytes, becomes
 * a way to convert. Single-byte pages are tables; the rest goes through iconv.
 */
#pragma once

#include "str.h"

enum codepage_shape {
    PAGE_SINGLE, /* one byte, one character; 0 to 127 are ASCII */
    PAGE_MULTI,  /* through iconv; 0 to 127 are ASCII where a character begins */
};

struct codepage {
    const char *name;  /* as reported: "windows-1252" */
    const char *iconv; /* as iconv knows it */
    enum codepage_shape shape;
};

/* A declared name; NULL when unknown, or when it is not a superset of ASCII. */
const struct codepage *codepage_find(str name);

/*
 * The most plausible page for bytes that are not UTF-8, windows-1252 when nothing speaks for
 * another. *ret_sense is the plausibility in sixteenths per byte above 127, about -320 to 80; far
 * below 0 it is hardly text.
 */
const struct codepage *codepage_guess(str sample, int *ret_sense);
/* The same for a file name in a zip: written by DOS unless something speaks against it. */
const struct codepage *codepage_guess_name(str name);

/* Whether the sample converts without a fault. A character cut at its end is none. */
bool codepage_converts(const struct codepage *page, str sample);

/* Characters of the bytes 128 to 255 of a single-byte page; U+FFFD where there is none. */
const uint16_t *codepage_table(const struct codepage *page);

/* A conversion in progress. */
struct codepage_state {
    const struct codepage *page;
    const uint16_t *table;
    void *iconv;
    uint64_t bad; /* bytes that were no character */
};

bool codepage_begin(struct codepage_state *s, const struct codepage *page);
void codepage_end(struct codepage_state *s);
/*
 * Eats from *in, writes UTF-8 to *out, at most room bytes; returns the bytes written. Stops before
 * a character that is cut at the end of *in, unless last. Bytes that are no character become U+FFFD.
 */
size_t codepage_convert(struct codepage_state *s, str *in, char *out, size_t room, bool last);

/* Loads every page's table, for callers that lock themselves in before they read. */
void codepage_prepare(void);
