/* SPDX-License-Identifier: Apache-2.0 */
/*
 * out: the only writer. Errors stick: write on, ask once at the end. What came from a bundle is
 * escaped for what it is printed in by the out_ function named for that; raw writing is for our own
 * literals.
 */
#pragma once

#include "arena.h"

struct out {
    char *buf;
    size_t used, size;
    int fd;     /* -1: collects in memory, see out_text */
    int failed; /* errno of the first failed write, 0 = none */
};

void out_init_fd(struct out *o, int fd); /* the fd stays the caller's */
void out_init_memory(struct out *o);
/* Flushes. False when any write failed; o->failed says why. Frees the buffer. */
bool out_finish(struct out *o);
str out_text(
        const struct out *o); /* what out_init_memory has collected; good until the next write */

void out_char(struct out *o, char c);
void out_str(struct out *o, str s);
void out_z(struct out *o, const char *z);
void out_printf(struct out *o, const char *format, ...) __attribute__((format(printf, 2, 3)));
void out_repeat(struct out *o, char c, size_t n);

void out_json_str(struct out *o, str s);     /* with quotes; invalid UTF-8 becomes U+FFFD */
void out_json_real(struct out *o, double d); /* shortest that reads back; null for inf and nan */
void out_plain(
        struct out *o, str s); /* for terminals: control characters become U+00B7, tabs blanks */
/* Bytes at the front that out_plain writes as they are, all of them printable ASCII. */
size_t out_plain_run(str s);
void out_html(struct out *o, str s); /* & < > " ' escaped, control characters dropped */

/* "1.5 MB", "251 MB", "12 KB", "800 bytes": binary units, three digits. */
void out_bytes(struct out *o, int64_t bytes);
str bytes_text(struct arena *a, int64_t bytes); /* the same in an arena */
/* "3 h 12 min", "4.5 days", "250 ms" */
void out_duration(struct out *o, double seconds);
