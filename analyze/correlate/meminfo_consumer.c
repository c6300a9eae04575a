/* SPDX-License-Identifier: Apache-2.0 */
/*
 * meminfo_consumer: who holds the memory by /proc/meminfo, as a table that adds up to MemTotal.
 * Active and Inactive hold anonymous memory, shared memory and page cache; everything else stands
 * beside them; what is missing then is in no counter.
 */
#include "consumer.h"
#include "fields.h"
#include "out.h"

/* In a container lxcfs rewrites MemTotal to the limit and blanks or keeps the rest: nothing adds
 * up. A real kernel always has slab, and less of each than the total. */
static bool is_container_view(const struct fact *m)
{
    int64_t total = int_or(m, MEMORY_STATUS_TOTAL, 0);

    return int_or(m, MEMORY_STATUS_SLAB, 0) == 0 || int_or(m, MEMORY_STATUS_ANON, 0) > total ||
           int_or(m, MEMORY_STATUS_SLAB, 0) > total || int_or(m, MEMORY_STATUS_FREE, 0) > total;
}

/* The largest cache of slabinfo that is none of the reclaimable ones: inodes, dentries, buffers. */
static str slab_owner(const struct correlate *c, const struct fact *m, int64_t slab)
{
    static const str reclaimable[] = { STR_INIT("dentry"), STR_INIT("buffer_head"),
        STR_INIT("radix_tree_node"), STR_INIT("xfs_ili"), STR_INIT("ext4_extent_status") };
    const struct fact *largest = NULL;

    for (size_t i = 0; i < c->facts.n; i++) {
        const struct fact *f = c->facts.facts[i];
        bool skip = false;
        str name;

        if (f->kind != &kind_KERNEL_SLAB || int_or(f, KERNEL_SLAB_REPORT, -1) != 0 ||
                !str_eq(f->host, m->host))
            continue;
        name = text_of(f, KERNEL_SLAB_CACHE);
        for (size_t k = 0; k < sizeof(reclaimable) / sizeof(reclaimable[0]); k++)
            skip = skip || str_eq(name, reclaimable[k]);
        if (skip || str_ends(name, STR("inode_cache")) || str_ends(name, STR("_inode")))
            continue;
        if (int_or(f, KERNEL_SLAB_BYTES, 0) > int_or(largest, KERNEL_SLAB_BYTES, 0))
            largest = f;
    }
    if (largest == NULL || int_or(largest, KERNEL_SLAB_BYTES, 0) < slab / 4)
        return STR("unreclaimable slab");
    return text_of(largest, KERNEL_SLAB_CACHE);
}

/* Of several captures of a machine the last one speaks. */
static bool is_last(const struct correlate *c, size_t at)
{
    const struct fact *m = c->facts.facts[at];

    for (size_t i = at + 1; i < c->facts.n; i++) {
        const struct fact *f = c->facts.facts[i];

        if (f->kind == &kind_MEMORY_STATUS && str_eq(f->host, m->host) &&
                str_eq(text_of(f, MEMORY_STATUS_SOURCE), text_of(m, MEMORY_STATUS_SOURCE)))
            return false;
    }
    return true;
}

static void meminfo_table(struct correlate *c, const struct fact *m, bool main)
{
    struct consumer_table t = { .arena = c->arena, .on = m, .source = "meminfo", .main = main };
    int64_t anon = int_or(m, MEMORY_STATUS_ANON, 0), shmem = int_or(m, MEMORY_STATUS_SHMEM, 0);
    int64_t lru = int_or(m, MEMORY_STATUS_ACTIVE, 0) + int_or(m, MEMORY_STATUS_INACTIVE, 0);
    int64_t slab = int_or(m, MEMORY_STATUS_SLAB, 0);
    int64_t reclaimable = int_or(m, MEMORY_STATUS_SLAB_RECLAIMABLE, 0);
    int64_t each = int_or(m, MEMORY_STATUS_HUGEPAGE_SIZE, 0);
    int64_t pages = int_or(m, MEMORY_STATUS_HUGEPAGES_TOTAL, 0);
    int64_t huge = int_or(m, MEMORY_STATUS_HUGETLB, times(pages, each));
    int64_t percpu = int_or(m, MEMORY_STATUS_PERCPU, 0);
    struct consumer_row *row;

    t.total = int_or(m, MEMORY_STATUS_TOTAL, 0);
    if (anon > lru)
        anon = lru;
    if (shmem > lru - anon)
        shmem = lru - anon;
    row = consumer_add(&t, "process", STR("processes"), anon);
    row->notable = consumer_share(&t, anon) > 0.5;
    consumer_judge(&t, "shmem", STR("shared memory and tmpfs"), shmem, 0.25, 0);
    consumer_judge(&t, "mlocked", STR("locked and unevictable"),
            int_or(m, MEMORY_STATUS_UNEVICTABLE, 0), 0.2, 0);
    row = consumer_judge(&t, "slab", STR("unreclaimable slab"),
            int_or(m, MEMORY_STATUS_SLAB_UNRECLAIMABLE, slab - reclaimable), 0.1,
            512 * (int64_t)MIB);
    if (row->leading)
        row->name = slab_owner(c, m, row->bytes);
    consumer_add(&t, "slab-reclaimable", STR("reclaimable slab"), reclaimable);
    consumer_judge(&t, "pagetables", STR("page tables"),
            int_or(m, MEMORY_STATUS_PAGETABLES, 0) + int_or(m, MEMORY_STATUS_SEC_PAGETABLES, 0),
            0.05, 64 * (int64_t)MIB);
    consumer_judge(&t, "kernel-stack", STR("kernel stacks"),
            int_or(m, MEMORY_STATUS_KERNEL_STACK, 0), 0.02, 64 * (int64_t)MIB);
    consumer_judge(&t, "percpu", STR("per-CPU memory"), percpu, 0.1, 64 * (int64_t)MIB);
    if (has(m, MEMORY_STATUS_ZSWAP))
        consumer_add(&t, "zram", STR("compressed swap"), int_or(m, MEMORY_STATUS_ZSWAP, 0));
    if (has(m, MEMORY_STATUS_BALLOON))
        consumer_judge(&t, "balloon", STR("balloon"), int_or(m, MEMORY_STATUS_BALLOON, 0), 0.1, 0);
    consumer_add_huge(&t, huge, times(int_or(m, MEMORY_STATUS_HUGEPAGES_FREE, 0), each));
    consumer_add_cache(&t, lru - anon - shmem,
            int_or(m, MEMORY_STATUS_DIRTY, 0) + int_or(m, MEMORY_STATUS_WRITEBACK, 0));
    consumer_add(&t, "free", STR("free"), int_or(m, MEMORY_STATUS_FREE, 0));
    consumer_add_rest(&t, true, STR("unaccounted"));
    consumer_hint(c, &t);
    consumer_flush(c, &t);
}

/* Lines that somebody picked out: sums cannot be drawn, but huge pages stand for themselves. */
static void picked_table(struct correlate *c, const struct fact *m)
{
    struct consumer_table t = { .arena = c->arena, .on = m, .source = "meminfo" };
    int64_t pages = int_or(m, MEMORY_STATUS_HUGEPAGES_TOTAL, 0);
    int64_t huge = int_or(m, MEMORY_STATUS_HUGETLB, 0);
    int64_t each = int_or(m, MEMORY_STATUS_HUGEPAGE_SIZE, pages > 0 ? huge / pages : 0);

    t.total = int_or(m, MEMORY_STATUS_TOTAL, 0);
    if (huge == 0)
        huge = times(pages, each);
    consumer_add_huge(&t, huge, times(int_or(m, MEMORY_STATUS_HUGEPAGES_FREE, 0), each));
    consumer_flush(c, &t);
}

/* What free calls used, less what all processes have resident: a sum that counts shared pages more
 * than once, so the rest is at least that much. */
static void free_table(struct correlate *c, const struct fact *m, bool main)
{
    struct consumer_table t = { .arena = c->arena, .on = m, .source = "free", .main = main };
    int64_t used = int_or(m, MEMORY_STATUS_USED, 0), rss = int_or(m, MEMORY_STATUS_RSS_SUM, 0);
    struct consumer_row *row;

    t.total = int_or(m, MEMORY_STATUS_TOTAL, 0);
    if (used > t.total || rss > used)
        return;
    consumer_add(&t, "process", STR("processes"), rss);
    row = consumer_judge(
            &t, "unaccounted", STR("unaccounted"), used - rss, 0.25, 256 * (int64_t)MIB);
    row->notable = consumer_share(&t, used - rss) > 0.1;
    row->explanation = arena_printf(c->arena,
            "%.*s are used beside the page cache, but all processes together have %.*s resident",
            STR_ARG(bytes_text(c->arena, used)), STR_ARG(bytes_text(c->arena, rss)));
    consumer_add(&t, "cache", STR("free and page cache"), t.total - used);
    consumer_hint(c, &t);
    consumer_flush(c, &t);
}

static void run(struct correlate *c)
{
    size_t given = c->facts.n;

    for (size_t i = 0; i < given; i++) {
        const struct fact *m = c->facts.facts[i];
        bool meminfo;

        if (m->kind != &kind_MEMORY_STATUS || int_or(m, MEMORY_STATUS_TOTAL, 0) <= 0)
            continue;
        meminfo = str_eq(text_of(m, MEMORY_STATUS_SOURCE), STR("meminfo"));
        if (has(m, MEMORY_STATUS_USED) && has(m, MEMORY_STATUS_RSS_SUM))
            free_table(c, m, is_last(c, i));
        else if (meminfo && !bool_or(m, MEMORY_STATUS_COMPLETE, false))
            picked_table(c, m);
        else if (meminfo && !is_container_view(m))
            meminfo_table(c, m, is_last(c, i));
    }
}

static const struct kind *const wants[] = { &kind_MEMORY_STATUS, &kind_KERNEL_SLAB,
    &kind_KERNEL_MESSAGE, &kind_VM_BALLOON, &kind_NET_MEMORY, &kind_HOST, &kind_KERNEL_MODULE,
    NULL };
static const struct kind *const emits[] = { &kind_MEMORY_CONSUMER, NULL };

const struct correlator correlator_meminfo_consumer = {
    .name = "meminfo_consumer",
    .summary = "who holds the memory by /proc/meminfo, as a table that adds up",
    .wants = wants,
    .emits = emits,
    .run = run,
};
