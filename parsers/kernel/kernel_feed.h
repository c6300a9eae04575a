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
    struct prefix prefix;         /* of the line, or of the line it goes on from */
    bool kernel;                  /* said by the kernel, as far as the line tells */
    bool bare;                    /* the line has no prefix of its own */
    bool plain;                   /* all of the line, as written, and no mark in it: seek_plain */
    const struct line_hits *hits; /* the rules' literals in the line; NULL = not known */
};

enum { FEED_HOSTS = 64 };

struct feed {
    struct parse *in;
    void (*message)(void *ctx, const struct kmsg *m); /* m dies with the call */
    bool (*busy)(void *ctx);                          /* holds what the next lines may go on with */
    void *ctx;
    struct {
        uint64_t host; /* hash of its name */
        struct prefix_track track;
    } hosts[FEED_HOSTS]; /* one log may hold lines of several machines */
    unsigned nhosts;
    struct prefix_track *last_track; /* of the line before */
    bool newest_first;
    bool boot_next; /* a line said that another boot begins here */
    struct {
        char *buf;
        size_t n;
        struct line line;
        struct prefix prefix;
        bool used, bare;
        bool wanted; /* somebody looks for it: the next line may go on with it */
        bool plain;
        struct line_hits hits;
        uint32_t *ids; /* of the hits */
        bool hits_known;
        size_t last_length; /* of the last physical line in it */
    } pending;
    char *next;         /* the other buffer */
    struct prefix last; /* of the last line that had one */
    char caller[32];    /* what last.caller points to */
    bool quoted_printable;
    bool regular; /* each line begins with a prefix that stands for itself: lines may be passed over */
};

void feed_init(struct feed *f, struct parse *in, void (*message)(void *ctx, const struct kmsg *m),
        bool (*busy)(void *ctx), void *ctx);
/* Reads the member to its end. */
void feed_run(struct feed *f);
/* The boots of this host, "" = of lines that name none. */
struct prefix_track *feed_track(struct feed *f, str host);
/* Boots and times of a line that is about to be told as messages. */
void feed_follow(struct feed *f, const struct line *line, struct prefix *p);
/* The records behind this one of that host are of another boot. */
void feed_boot(struct feed *f, struct prefix_track *track);
/* One message from elsewhere (a journal record): text may hold line feeds. */
void feed_message(struct feed *f, const struct line *line, str text, const struct prefix *prefix);
