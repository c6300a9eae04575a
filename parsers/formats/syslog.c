/* SPDX-License-Identifier: Apache-2.0 */
/*
 * syslog: /var/log/messages and its kin: kernel messages among those of programs.
 *
 *     Jul 15 23:44:32 vz3 crond[812]: (root) CMD (run-parts /etc/cron.hourly)
 *     Jul 15 23:44:33 vz3 kernel: nf_conntrack: table full, dropping packet
 *
 * The kernel's lines are read as in kernel-log; from the programs' lines come error codes and
 * messages that are known anywhere.
 */
#include "kernel_look.h"
#include "kernel_reader.h"

static int sniff(const struct sniff *in)
{
    struct kernel_look look = kernel_look(in);

    if (look.lines == 0 || look.program == 0 || look.program <= look.kernel)
        return BID_NO;
    /* ISO dates and "word word:" begin lines of many logs: their own formats know better. */
    if (2 * look.iso > look.program && look.kernel == 0)
        return BID_NAME;
    if (2 * (look.program + look.kernel) >= look.lines)
        return BID_SHAPE + 5;
    return 5 * look.program >= look.lines ? BID_NAME : BID_NO;
}

const struct parser parser_syslog = {
    .name = "syslog",
    .summary = "system log of programs and the kernel",
    .kinds = kernel_kinds,
    .says_lines = true,
    .sniff = sniff,
    .parse = kernel_read,
};
