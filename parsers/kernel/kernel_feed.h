/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kernel_feed: lines of a member as kernel messages. Undoes what stands between printk and the
 * file: prefixes, colours, quoting and folding of mail, octal and hex escapes, several messages on
 * one line, one message on several lines.
 */
#pragma once

#include "kernel_prefix.h"
#include "parser.h"

struct kmsg {
    struct line line; /* where it stands; line.s is the line as evidence */
    str text;         /* the message; leading blanks dropped */
    struct when when;
    struct prefix prefix; /* of the line, or of the line it goes on from */
    bool kernel;          /* said by the kernel, as far as the line tells */
    bool bare;            /* the line has no prefix of its own */
};

struct feed {
    struct parse *in;
    void (*message)(void *ctx, const struct kmsg *m); /* m dies with the call */
    void *ctx;
    struct prefix_track track;
    struct {
        char *buf;
        size_t n;
        struct line line;
        struct prefix prefix;
        bool used, bare;
        size_t last_length; /* of the last physical line in it */
    } pending;
    char *next;         /* the other buffer */
    struct prefix last; /* of the last line that had one */
    char caller[32];    /* what last.caller points to */
    bool quoted_printable;
};

void feed_init(struct feed *f, struct parse *in, void (*message)(void *ctx, const struct kmsg *m),
        void *ctx);
/* Reads the member to its end. */
void feed_run(struct feed *f);
/* One message from elsewhere (a journal record): text may hold line feeds. */
void feed_message(struct feed *f, const struct line *line, str text, const struct prefix *prefix);
