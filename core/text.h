/* SPDX-License-Identifier: Apache-2.0 */
/*
 * text: a member's bytes, pulled through one window. What text_peek shows and lines point to stays
 * good until the next text_more, text_line or text_skip. The window grows up to LIMIT_RECORD for
 * records that need it; memory does not grow with the member.
 *
 * For text members the bytes are valid UTF-8 without BOM and without NUL; for raw members (binary
 * parsers) they are what the file holds.
 */
#pragma once

#include "str.h"

/* Reads up to size bytes into buf; 0 = end. Trouble is reported by the source itself. */
struct text_source {
    size_t (*read)(struct text_source *source, char *buf, size_t size);
    bool verbatim; /* all it gave so far is a file of the disk from its beginning, byte for byte */
};

struct line {
    str s;           /* without terminator; cut to LIMIT_LINE */
    uint32_t number; /* from 1; stays at UINT32_MAX past it */
    uint64_t offset;
    uint32_t length; /* whole length, terminator excluded */
    uint32_t extent; /* with its terminator: what the line takes of the member */
};

struct text {
    struct text_source *source;
    char *buf;
    size_t size, at, end; /* window is buf[at, end) */
    uint64_t offset;      /* of buf[at] */
    uint32_t number;      /* line number of buf[at], from 1 */
    bool eof;
    uint32_t generation; /* grows when what is in the window moves */
    uint32_t long_lines; /* lines cut by LIMIT_LINE so far, for the diagnostic */
};

/*
 * For what is read from files: at the front of a page, where the kernel's copy takes the processor a third to
 * two thirds less than up to 31 bytes behind it. To be freed.
 */
char *text_room(size_t size);

void text_init(struct text *t, struct text_source *source);
/* For the next member: as text_init, but the buffer that *t has is used again. */
void text_renew(struct text *t, struct text_source *source);
void text_finish(struct text *t);

/* The unread window: may be short, or empty before the first text_more. */
str text_peek(const struct text *t);
/* Reads more behind the window. False at the end of the member or when the window is full. */
bool text_more(struct text *t);
/* Window of at least n bytes if the member still has them. */
str text_ahead(struct text *t, size_t n);
/* Eats n bytes of the window and counts the lines in them. */
void text_skip(struct text *t, size_t n);
/* The same where it is known how many. */
void text_skip_lines(struct text *t, size_t n, size_t lines);
bool text_line(struct text *t, struct line *ret);
/* The line that text_line would give next, uneaten. False at the end. It stays good as a text_line
 * does. */
bool text_peek_line(struct text *t, struct line *ret);
