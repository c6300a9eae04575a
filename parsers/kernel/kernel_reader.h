/* SPDX-License-Identifier: Apache-2.0 */
/* kernel_reader: the whole of a member with kernel messages in it, for the formats that hold some.
 */
#pragma once

#include "kernel_messages.h"

struct kernel_reader {
    struct parse *in;
    struct feed feed;
    struct reports reports;
    struct message_scan scan;
    str hosts[64]; /* names met, in scratch */
    unsigned nhosts;
};

/* In in->scratch: it is large. */
struct kernel_reader *kernel_reader_new(struct parse *in);
void kernel_reader_message(struct kernel_reader *k, const struct kmsg *m);
void kernel_reader_finish(struct kernel_reader *k);

/* The parse function of kernel-log and syslog. */
void kernel_read(struct parse *in);

/* How the head of a text looks; what sniffers decide by. */
struct kernel_look {
    unsigned lines;    /* not blank */
    unsigned kernel;   /* with a prefix that only kernel logs have, or the tag kernel: */
    unsigned program;  /* syslog lines of programs */
    unsigned iso;      /* of these: with an ISO date */
    unsigned words;    /* without prefix, but with words of the kernel */
    unsigned searched; /* lines without prefix that were searched for such words */
    unsigned strong;   /* of these: heads of reports and the like */
    bool json;         /* dmesg -J */
    bool bytes;        /* /dev/kmsg records */
};
struct kernel_look kernel_look(str head);

extern const struct kind *const kernel_kinds[];
