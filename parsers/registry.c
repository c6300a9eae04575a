/* SPDX-License-Identifier: Apache-2.0 */
#include <assert.h>

#include "kernel_look.h"
#include "parser.h"
#include "signs.h"

#define FORMAT(NAME) extern const struct parser parser_##NAME;
#include "formats.def"
#undef FORMAT

const struct parser *const parsers[] = {
#define FORMAT(NAME) &parser_##NAME,
#include "formats.def"
#undef FORMAT
    NULL,
};

_Static_assert(
        sizeof(parsers) / sizeof(parsers[0]) - 1 <= PARSERS_MOST, "signs_look has a bit for each");

const struct parser *parser_find(str name)
{
    for (const struct parser *const *p = parsers; *p != NULL; p++) {
        if (str_eq(str_z((*p)->name), name))
            return *p;
    }
    return NULL;
}

#ifndef NDEBUG
/* What it bids if it does not know of the gate, nor of what others saw. */
static int bid_afresh(const struct parser *p, const struct sniff *in)
{
    struct kernel_look look = { .taken = false };
    struct sniff own = *in;

    own.look = &look;
    own.signless = false;
    return p->sniff(&own);
}
#endif

static int bid_of(const struct parser *p, const struct sniff *in, bool binary, bool signless)
{
    struct sniff own = *in;
    int bid;

    if (binary && !p->raw)
        return BID_NO;
    own.signless = signless;
    bid = signless && !p->by_shape ? BID_NO : p->sniff(&own);
    assert(!signless || bid == bid_afresh(p, in));
    return bid;
}

struct bid_result parser_choose(const struct sniff *in, bool binary)
{
    struct bid_result best = { 0 };
    struct kernel_look look = { .taken = false };
    struct sniff own = *in;
    uint64_t may = signs_look_if_worth(in->text);

    own.look = &look;
    for (size_t i = 0; parsers[i] != NULL; i++) {
        int bid = bid_of(parsers[i], &own, binary, (may >> i & 1) == 0);

        if (bid > best.bid) {
            best.runner_up = best.parser;
            best.second = best.bid;
            best.parser = parsers[i];
            best.bid = bid;
        } else if (bid > best.second) {
            best.runner_up = parsers[i];
            best.second = bid;
        }
    }
    return best;
}
