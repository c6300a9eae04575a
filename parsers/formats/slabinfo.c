/* SPDX-License-Identifier: Apache-2.0 */
/*
 * slabinfo: /proc/slabinfo and slabtop.
 *
 *     slabinfo - version: 2.1
 *     # name  <active_objs> <num_objs> <objsize> <objperslab> <pagesperslab> : tunables ...
 *         : slabdata <active_slabs> <num_slabs> ...
 *     dentry   18000  18900    192   21    1 : tunables    0    0    0 : slabdata    900    900      0
 *
 *       OBJS ACTIVE  USE OBJ SIZE  SLABS OBJ/SLAB CACHE SIZE NAME
 *      18900  18000  95%    0.19K    900       21      3600K dentry
 *
 * A cache holds num_slabs times pagesperslab pages. Statistics behind the slab data are ignored;
 * caches without objects give no fact.
 */
#include "cells.h"
#include "shape.h"

static const struct kind *const kinds[] = { &kind_KERNEL_SLAB, &kind_ERROR, &kind_LOG_MESSAGE,
    &kind_OPERATION, &kind_STACK, &kind_BEANCOUNTER, NULL };

struct cache {
    str name;
    uint64_t used, bytes, objects;
};

static bool take_slabinfo(str line, struct cache *ret)
{
    uint64_t n[5], slabs[2], pages;
    str rest = line;
    size_t data;

    if (!str_word(&rest, &ret->name))
        return false;
    for (size_t i = 0; i < 5; i++)
        if (!next_number(&rest, &n[i]))
            return false;
    data = str_find(line, STR(": slabdata"));
    if (data == STR_NONE)
        return false;
    rest = str_from(line, data + 10);
    if (!next_number(&rest, &slabs[0]) || !next_number(&rest, &slabs[1]))
        return false;
    ret->objects = n[1];
    return !__builtin_mul_overflow(n[0], n[2], &ret->used) &&
           !__builtin_mul_overflow(slabs[1], n[4], &pages) &&
           !__builtin_mul_overflow(pages, (uint64_t)PROC_PAGE, &ret->bytes);
}

static bool take_slabtop(str line, struct cache *ret)
{
    uint64_t objects, active, slabs, per, each;
    str rest = line, use, size, total, name;

    if (!next_number(&rest, &objects) || !next_number(&rest, &active) || !str_word(&rest, &use) ||
            use.p[use.n - 1] != '%' || !str_word(&rest, &size) || !next_number(&rest, &slabs) ||
            !next_number(&rest, &per) || !str_word(&rest, &total) || !str_word(&rest, &name))
        return false;
    if (!kernel_size(total, 1024, &ret->bytes) || !cell_size(size, 1024, &each))
        return false;
    ret->name = name;
    ret->objects = objects;
    ret->used = active < objects && objects != 0
                        ? (uint64_t)((double)ret->bytes * (double)active / (double)objects)
                        : ret->bytes;
    return true;
}

static bool fits(str line)
{
    struct cache c;

    return take_slabinfo(line, &c) || take_slabtop(line, &c);
}

static int sniff(const struct sniff *in)
{
    struct shape shape = shape_of(in, 30, fits);

    if (shape.fits == 0)
        return BID_NO;
    if (str_has(in->text, STR("slabinfo - version:")) ||
            str_has(in->text, STR("<active_objs> <num_objs>")) ||
            str_has(in->text, STR("OBJ/SLAB CACHE SIZE NAME")))
        return BID_MAGIC;
    return shape.fits >= 3 && shape.fits * 4 >= shape.lines * 3 ? BID_SHAPE : BID_NO;
}

/* Lines of the tools themselves. */
static bool is_heading(str line)
{
    return str_starts(line, STR("slabinfo - version")) || str_starts(line, STR("# name")) ||
           str_has(line, STR("OBJ/SLAB CACHE SIZE")) || str_has(line, STR("(% used)")) ||
           str_has(line, STR("Minimum / Average / Maximum"));
}

static void parse(struct parse *in)
{
    struct line line;

    while (parse_line(in, &line)) {
        struct cache c;

        if (take_slabinfo(line.s, &c) || take_slabtop(line.s, &c)) {
            const struct value values[KERNEL_SLAB_NFIELDS] = {
                [KERNEL_SLAB_REPORT] = value_int(0),
                [KERNEL_SLAB_CACHE] = value_text(c.name),
                [KERNEL_SLAB_USED] = value_u64(c.used),
                [KERNEL_SLAB_BYTES] = value_u64(c.bytes),
                [KERNEL_SLAB_OBJECTS] = value_u64(c.objects),
            };

            parse_took(in, &line);
            if (c.objects != 0)
                emit(in, &kind_KERNEL_SLAB, &line, (struct when){ 0 }, values);
        } else if (is_heading(line.s)) {
            parse_took(in, &line);
        } else {
            parse_stray(in, &line, (struct when){ 0 });
        }
    }
}

const struct parser parser_slabinfo = {
    .name = "slabinfo",
    .summary = "/proc/slabinfo, slabtop",
    .kinds = kinds,
    .sniff = sniff,
    .parse = parse,
};
