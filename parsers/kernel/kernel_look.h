/* SPDX-License-Identifier: Apache-2.0 */
/* kernel_look: how the head of a text looks to those who know kernel logs and syslogs; what their
 * sniffers decide by. */
#pragma once

#include "parser.h"

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
    bool taken;        /* the look was taken: only then the rest counts */
};

/* Taken once per member: the sniffers that want it share it through in->look. */
struct kernel_look kernel_look(const struct sniff *in);
void kernel_look_signs(struct signs *to); /* words of the kernel */
