/* SPDX-License-Identifier: Apache-2.0 */
/*
 * log: any text that no other format claims. The last bidder.
 */
#include "parser.h"

static const struct kind *const kinds[] = { &kind_ERROR, &kind_LOG_MESSAGE, NULL };

static int sniff(const struct sniff *in)
{
    return in->text.n != 0 ? BID_FALLBACK : BID_NO;
}

static void parse(struct parse *in)
{
    struct line line;

    while (parse_line(in, &line))
        parse_stray(in, &line, (struct when){ 0 });
}

const struct parser parser_log = {
    .name = "log",
    .summary = "any other text log",
    .kinds = kinds,
    .sniff = sniff,
    .parse = parse,
};
