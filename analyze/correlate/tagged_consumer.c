/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tagged_consumer: /proc/allocinfo says who holds the pages that no other counter shows: drivers,
 * GPU, network. One table per file; it adds up to all that the file lists. An owner leads when it
 * holds a quarter of that.
 */
#include <stdlib.h>

#include "consumer.h"
#include "fields.h"
#include "out.h"

enum { OWNERS = 8 };

struct owner {
    str name;
    int64_t bytes;
    const struct fact *largest;
};

static int by_owner(const void *pa, const void *pb)
{
    const struct fact *a = *(const struct fact *const *)pa, *b = *(const struct fact *const *)pb;
    int order;

    if (a->where.member != b->where.member)
        return a->where.member < b->where.member ? -1 : 1;
    order = str_cmp(tagged_owner(a), tagged_owner(b));
    if (order != 0)
        return order;
    return a->where.offset < b->where.offset ? -1 : a->where.offset > b->where.offset;
}

static int by_bytes(const void *pa, const void *pb)
{
    const struct owner *a = pa, *b = pb;

    if (a->bytes != b->bytes)
        return a->bytes > b->bytes ? -1 : 1;
    return str_cmp(a->name, b->name);
}

static void owners_table(struct correlate *c, const struct fact *const *rows, size_t n)
{
    struct owner *owners = arena_array(c->arena, struct owner, n + 1);
    struct consumer_table t = { .arena = c->arena, .source = "allocinfo", .main = true };
    int64_t counted = 0;
    size_t nowners = 0;

    for (size_t i = 0; i < n; i++) {
        int64_t bytes = int_or(rows[i], KERNEL_TAGGED_BYTES, 0);
        str name = tagged_owner(rows[i]);
        struct owner *o;

        t.total = plus(t.total, bytes);
        if (tagged_is_counted(text_of(rows[i], KERNEL_TAGGED_SITE))) {
            counted = plus(counted, bytes);
            continue;
        }
        if (nowners == 0 || !str_eq(owners[nowners - 1].name, name))
            owners[nowners++] = (struct owner){ name, 0, rows[i] };
        o = &owners[nowners - 1];
        o->bytes = plus(o->bytes, bytes);
        if (bytes > int_or(o->largest, KERNEL_TAGGED_BYTES, 0))
            o->largest = rows[i];
    }
    qsort(owners, nowners, sizeof(*owners), by_bytes);
    t.on = nowners != 0 ? owners[0].largest : rows[0];
    for (size_t i = 0; i < nowners && i < OWNERS; i++)
        consumer_judge(&t, "unaccounted", owners[i].name, owners[i].bytes, 0.25, 256 * (int64_t)MIB)
                ->explanation = arena_printf(c->arena,
                "%.*s holds %.*s of pages that no counter of /proc/meminfo shows (mostly %.*s)",
                STR_ARG(owners[i].name), STR_ARG(bytes_text(c->arena, owners[i].bytes)),
                STR_ARG(text_of(owners[i].largest, KERNEL_TAGGED_SITE)));
    consumer_add(&t, "cache", STR("slab, page cache, processes"), counted);
    consumer_add(&t, "unknown", STR("other code"), t.total - t.sum);
    consumer_flush(c, &t);
}

static bool is_row(const struct fact *f)
{
    return f->kind == &kind_KERNEL_TAGGED && int_or(f, KERNEL_TAGGED_REPORT, -1) == 0;
}

static void run(struct correlate *c)
{
    const struct fact **rows;
    size_t n = 0;

    for (size_t i = 0; i < c->facts.n; i++)
        n += is_row(c->facts.facts[i]);
    rows = arena_array(c->arena, const struct fact *, n + 1);
    n = 0;
    for (size_t i = 0; i < c->facts.n; i++)
        if (is_row(c->facts.facts[i]))
            rows[n++] = c->facts.facts[i];
    qsort(rows, n, sizeof(*rows), by_owner);
    for (size_t from = 0, to; from < n; from = to) {
        for (to = from + 1; to < n && rows[to]->where.member == rows[from]->where.member;)
            to++;
        owners_table(c, &rows[from], to - from);
    }
}

static const struct kind *const wants[] = { &kind_KERNEL_TAGGED, NULL };
static const struct kind *const emits[] = { &kind_MEMORY_CONSUMER, NULL };

const struct correlator correlator_tagged_consumer = {
    .name = "tagged_consumer",
    .summary = "who holds the memory that no counter shows, by /proc/allocinfo",
    .wants = wants,
    .emits = emits,
    .run = run,
};
