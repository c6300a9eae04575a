/* SPDX-License-Identifier: Apache-2.0 */
/*
 * log: any text that no other format claims. The last bidder.
 *
 *     2024-05-06 07:08:09 backupd: open \\\\nas\\x failed: 0x800705AA
 *
 * Taken: the time stamp where a line begins with one, and what parse_stray makes of any line. A
 * stamp without zone stays local; nothing is guessed.
 */
#include "stray.h"

static const struct kind *const kinds[] = { &kind_ERROR, &kind_LOG_MESSAGE, &kind_OPERATION,
    &kind_STACK, &kind_BEANCOUNTER, &kind_CLOCK, NULL };

static int sniff(const struct sniff *in)
{
    return in->text.n != 0 ? BID_FALLBACK : BID_NO;
}

const struct parser parser_log = {
    .name = "log",
    .summary = "any other text log",
    .kinds = kinds,
    .says_lines = true,
    .sniff = sniff,
    .parse = parse_stray_wanted,
};
