/* SPDX-License-Identifier: Apache-2.0 */
/*
 * allocinfo: /proc/allocinfo, memory by code location (kernel 6.10 and newer).
 *
 *     allocinfo - version: 1.0
 *     #     <size>  <calls> <tag info>
 *        1228800      300 drivers/net/foo/rx.c:681 [foo] func:foo_alloc_page
 *
 * Taken: every row that holds memory.
 */
#include "shape.h"
#include "signs.h"

static const struct kind *const kinds[] = { &kind_KERNEL_TAGGED, &kind_ERROR, &kind_LOG_MESSAGE,
    &kind_OPERATION, &kind_STACK, &kind_BEANCOUNTER, NULL };

struct site {
    uint64_t bytes, calls;
    str site, module, function;
};

static bool take_row(str line, struct site *ret)
{
    str rest = line, word;

    *ret = (struct site){ 0 };
    if (!next_number(&rest, &ret->bytes) || !next_number(&rest, &ret->calls) ||
            !str_word(&rest, &ret->site) || str_find_char(ret->site, ':') == STR_NONE)
        return false;
    while (str_word(&rest, &word)) {
        if (str_take(&word, STR("func:")))
            ret->function = word;
        else if (word.n > 2 && word.p[0] == '[' && word.p[word.n - 1] == ']')
            ret->module = str_slice(word, 1, word.n - 1);
    }
    return ret->function.n != 0;
}

static bool fits(str line)
{
    struct site site;

    return take_row(line, &site);
}

static void signs(struct signs *to)
{
    signs_add(to, STR("allocinfo - version"));
    signs_add(to, STR("func:"));
}

static int sniff(const struct sniff *in)
{
    if (str_starts(in->text, STR("allocinfo - version")))
        return BID_MAGIC;
    return shape_bid(in, fits, BID_MAGIC - 10);
}

static void parse(struct parse *in)
{
    struct line line;

    while (parse_line(in, &line)) {
        struct site s;

        if (!take_row(line.s, &s)) {
            if (str_starts(line.s, STR("allocinfo -")) || str_starts(line.s, STR("#  ")))
                parse_took(in, &line);
            else
                parse_stray(in, &line, (struct when){ 0 });
            continue;
        }
        const struct value values[KERNEL_TAGGED_NFIELDS] = {
            [KERNEL_TAGGED_REPORT] = value_int(0),
            [KERNEL_TAGGED_SITE] = value_text(s.site),
            [KERNEL_TAGGED_FUNCTION] = value_text(s.function),
            [KERNEL_TAGGED_MODULE] = value_text(s.module),
            [KERNEL_TAGGED_BYTES] = value_u64(s.bytes),
            [KERNEL_TAGGED_CALLS] = value_u64(s.calls),
        };
        parse_took(in, &line);
        if (s.bytes != 0)
            emit(in, &kind_KERNEL_TAGGED, &line, (struct when){ 0 }, values);
    }
}

const struct parser parser_allocinfo = {
    .name = "allocinfo",
    .summary = "/proc/allocinfo",
    .kinds = kinds,
    .sniff = sniff,
    .signs = signs,
    .parse = parse,
};
