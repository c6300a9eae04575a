/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sockstat: /proc/net/sockstat and sockstat6.
 *
 *     sockets: used 908
 *     TCP: inuse 22 orphan 0 tw 2 alloc 58 mem 7
 *     FRAG: inuse 0 memory 0
 *
 * Taken: each line. mem is in pages, FRAG's memory in bytes.
 */
#include "shape.h"

static const struct kind *const kinds[] = { &kind_NET_MEMORY, &kind_ERROR, &kind_LOG_MESSAGE,
    &kind_OPERATION, &kind_STACK, &kind_BEANCOUNTER, NULL };

static bool take_row(str line, struct value *values)
{
    str rest = line, name = str_cut(&rest, ':'), key;
    size_t known = 0;
    uint64_t n;

    if (str_find_char(line, ':') == STR_NONE || name.n < 3 || name.n > 12)
        return false;
    values[NET_MEMORY_PROTOCOL] = value_text(name);
    while (str_word(&rest, &key)) {
        if (!next_number(&rest, &n))
            return false;
        known++;
        if (str_eq(key, STR("inuse")) || str_eq(key, STR("used"))) {
            values[NET_MEMORY_INUSE] = value_u64(n);
        } else if (str_eq(key, STR("orphan"))) {
            values[NET_MEMORY_ORPHAN] = value_u64(n);
        } else if (str_eq(key, STR("tw"))) {
            values[NET_MEMORY_TIME_WAIT] = value_u64(n);
        } else if (str_eq(key, STR("alloc"))) {
            values[NET_MEMORY_ALLOCATED] = value_u64(n);
        } else if (str_eq(key, STR("mem")) && n < 1ull << 50) {
            values[NET_MEMORY_PAGES] = value_u64(n);
            values[NET_MEMORY_BYTES] = value_u64(n * PROC_PAGE);
        } else if (str_eq(key, STR("memory"))) {
            values[NET_MEMORY_BYTES] = value_u64(n);
        } else {
            known--;
        }
    }
    return known != 0;
}

static bool fits(str line)
{
    struct value values[NET_MEMORY_NFIELDS] = { 0 };

    return take_row(line, values);
}

static int sniff(const struct sniff *in)
{
    struct shape shape = shape_of(in, 20, fits);

    if (shape.fits < 2 || shape.fits * 2 < shape.lines)
        return BID_NO;
    return str_has(in->text, STR("TCP: inuse ")) || str_has(in->text, STR("TCP6: inuse "))
                   ? BID_MAGIC
                   : BID_SHAPE;
}

static void parse(struct parse *in)
{
    struct line line;

    while (parse_line(in, &line)) {
        struct value values[NET_MEMORY_NFIELDS] = { 0 };

        if (!take_row(line.s, values)) {
            parse_stray(in, &line, (struct when){ 0 });
            continue;
        }
        parse_took(in, &line);
        emit(in, &kind_NET_MEMORY, &line, (struct when){ 0 }, values);
    }
}

const struct parser parser_sockstat = {
    .name = "sockstat",
    .summary = "/proc/net/sockstat",
    .kinds = kinds,
    .sniff = sniff,
    .parse = parse,
};
