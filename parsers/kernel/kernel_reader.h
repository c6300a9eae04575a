/* SPDX-License-Identifier: Apache-2.0 */
/* kernel_reader: the whole of a member with kernel messages in it, for the formats that hold some.
 */
#pragma once

#include "free_rows.h"
#include "kernel_messages.h"

struct kernel_reader {
    struct parse *in;
    struct feed feed;
    struct reports reports;
    str hosts[64]; /* names met, in scratch */
    unsigned nhosts;
    struct free_paste free;
};

/* In in->scratch: it is large. */
struct kernel_reader *kernel_reader_new(struct parse *in);
void kernel_reader_message(struct kernel_reader *k, const struct kmsg *m);
void kernel_reader_finish(struct kernel_reader *k);

/* The parse function of kernel-log and syslog. */
void kernel_read(struct parse *in);

extern const struct kind *const kernel_kinds[];
