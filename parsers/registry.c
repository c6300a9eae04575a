/* SPDX-License-Identifier: Apache-2.0 */
#include "kernel_look.h"
#include "parser.h"

#define FORMAT(NAME) extern const struct parser parser_##NAME;
#include "formats.def"
#undef FORMAT

const struct parser *const parsers[] = {
#define FORMAT(NAME) &parser_##NAME,
#include "formats.def"
#undef FORMAT
    NULL,
};

const struct parser *parser_find(str name)
{
    for (const struct parser *const *p = parsers; *p != NULL; p++) {
        if (str_eq(str_z((*p)->name), name))
            return *p;
    }
    return NULL;
}

struct bid_result parser_choose(const struct sniff *in, bool binary)
{
    struct bid_result best = { 0 };
    struct kernel_look look = { .taken = false };
    struct sniff own = *in;

    own.look = &look;
    for (const struct parser *const *p = parsers; *p != NULL; p++) {
        int bid = binary && !(*p)->raw ? BID_NO : (*p)->sniff(&own);

        if (bid > best.bid) {
            best.runner_up = best.parser;
            best.second = best.bid;
            best.parser = *p;
            best.bid = bid;
        } else if (bid > best.second) {
            best.runner_up = *p;
            best.second = bid;
        }
    }
    return best;
}
