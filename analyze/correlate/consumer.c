/* SPDX-License-Identifier: Apache-2.0 */
#include "consumer.h"

#include <stdlib.h>

#include "fields.h"
#include "out.h"

struct consumer_row *consumer_add(
        struct consumer_table *t, const char *class, str name, int64_t bytes)
{
    struct consumer_row *row = &t->rows[t->n < CONSUMER_ROWS - 1 ? t->n++ : t->n];

    *row = (struct consumer_row){ .name = name, .class = class, .bytes = bytes };
    t->sum = plus(t->sum, bytes);
    return row;
}

double consumer_share(const struct consumer_table *t, int64_t bytes)
{
    return t->total > 0 ? (double)bytes / (double)t->total : 0;
}

struct consumer_row *consumer_judge(struct consumer_table *t, const char *class, str name,
        int64_t bytes, double leading, int64_t at_least)
{
    struct consumer_row *row = consumer_add(t, class, name, bytes);

    row->leading = consumer_share(t, bytes) > leading && bytes > at_least;
    return row;
}

/* The largest first; equal ones as they were put in. */
static void sort_rows(struct consumer_table *t)
{
    for (size_t i = 1; i < t->n; i++) {
        struct consumer_row moved = t->rows[i];
        size_t at = i;

        for (; at > 0 && t->rows[at - 1].bytes < moved.bytes; at--)
            t->rows[at] = t->rows[at - 1];
        t->rows[at] = moved;
    }
}

void consumer_flush(struct correlate *c, struct consumer_table *t)
{
    sort_rows(t);
    for (size_t i = 0; i < t->n; i++) {
        const struct consumer_row *row = &t->rows[i];
        struct value values[MEMORY_CONSUMER_NFIELDS] = {
            [MEMORY_CONSUMER_REPORT] = value_int(t->number),
            [MEMORY_CONSUMER_NAME] = value_text(row->name),
            [MEMORY_CONSUMER_CLASS] = value_z(row->class),
            [MEMORY_CONSUMER_BYTES] = value_int(row->bytes),
            [MEMORY_CONSUMER_LEADING] = value_bool(row->leading),
            [MEMORY_CONSUMER_NOTABLE] = value_bool(row->notable || row->leading),
            [MEMORY_CONSUMER_SCOPE] = value_text(t->scope),
            [MEMORY_CONSUMER_SOURCE] = value_z(t->source),
            [MEMORY_CONSUMER_MAIN] = value_bool(t->main),
            [MEMORY_CONSUMER_EXPLANATION] = value_text(row->explanation),
            [MEMORY_CONSUMER_HINT] = value_text(row->hint),
        };

        if (t->total > 0) {
            values[MEMORY_CONSUMER_TOTAL] = value_int(t->total);
            values[MEMORY_CONSUMER_SHARE] = value_real(consumer_share(t, row->bytes));
        }
        if (row->processes != 0) {
            values[MEMORY_CONSUMER_PROCESSES] = value_int(row->processes);
            values[MEMORY_CONSUMER_SWAP] = value_int(row->swap);
        }
        if (row->has_idle)
            values[MEMORY_CONSUMER_IDLE] = value_int(row->idle);
        derive(c, &kind_MEMORY_CONSUMER, t->on, values);
    }
}

/* --- families of tasks of one name --- */

static int by_name(const void *pa, const void *pb)
{
    const struct fact *a = *(const struct fact *const *)pa, *b = *(const struct fact *const *)pb;
    int order = str_cmp(text_of(a, KERNEL_TASK_NAME), text_of(b, KERNEL_TASK_NAME));

    if (order != 0)
        return order;
    return a->where.offset < b->where.offset ? -1 : a->where.offset > b->where.offset;
}

static int64_t weight(const struct family *f)
{
    return f->ram + f->swap + f->tables;
}

static int by_weight(const void *pa, const void *pb)
{
    const struct family *a = pa, *b = pb;

    if (weight(a) != weight(b))
        return weight(a) > weight(b) ? -1 : 1;
    return str_cmp(a->name, b->name);
}

static void add_task(struct family *f, const struct fact *task)
{
    bool exact = has(task, KERNEL_TASK_RSS_ANON);

    f->ram = plus(f->ram, int_or(task, exact ? KERNEL_TASK_RSS_ANON : KERNEL_TASK_RSS, 0));
    f->shared = plus(f->shared, int_or(task, KERNEL_TASK_RSS_SHMEM, 0));
    f->swap = plus(f->swap, int_or(task, KERNEL_TASK_SWAP, 0));
    f->tables = plus(f->tables, int_or(task, KERNEL_TASK_PAGETABLES, 0));
    f->exact = exact;
    f->processes++;
}

struct families families_of(struct arena *a, struct fact_list tasks)
{
    const struct fact **sorted = arena_array(a, const struct fact *, tasks.n + 1);
    struct families f = { arena_array(a, struct family, tasks.n + 1), 0, { .exact = true } };

    for (size_t i = 0; i < tasks.n; i++)
        sorted[i] = tasks.facts[i];
    qsort(sorted, tasks.n, sizeof(*sorted), by_name);
    for (size_t i = 0; i < tasks.n; i++) {
        str name = text_of(sorted[i], KERNEL_TASK_NAME);

        if (f.n == 0 || !str_eq(f.list[f.n - 1].name, name))
            f.list[f.n++].name = name;
        add_task(&f.list[f.n - 1], sorted[i]);
        add_task(&f.all, sorted[i]);
    }
    qsort(f.list, f.n, sizeof(*f.list), by_weight);
    return f;
}

/* "458 processes hold 28 GB of anonymous memory (41 GB by their resident sizes, which count shared
 * pages in each), 4 GB swapped out, 60 MB of page tables" */
static str family_text(struct consumer_table *t, const struct family *f, int64_t ram, int64_t base)
{
    struct arena *a = t->arena;
    bool one = f->processes == 1;
    str text = arena_printf(a, "%lld %s %.*s of %s", (long long)f->processes,
            one ? "process holds" : "processes hold", STR_ARG(bytes_text(a, ram)),
            f->exact ? "anonymous memory" : "memory");

    if (!f->exact && f->ram > ram + ram / 50)
        text = arena_printf(a, "%.*s (%.*s by %s, which counts shared pages in each process)",
                STR_ARG(text), STR_ARG(bytes_text(a, f->ram)),
                one ? "its resident size" : "their resident sizes");
    if (f->swap > 0)
        text = arena_printf(
                a, "%.*s, %.*s swapped out", STR_ARG(text), STR_ARG(bytes_text(a, f->swap)));
    if (f->tables > 0)
        text = arena_printf(
                a, "%.*s, %.*s of page tables", STR_ARG(text), STR_ARG(bytes_text(a, f->tables)));
    if (t->total > 0 && base > 0 && base < t->total)
        text = arena_printf(a, "%.*s; the nodes it may use have %.*s", STR_ARG(text),
                STR_ARG(bytes_text(a, base)));
    return text;
}

void consumer_add_processes(struct consumer_table *t, const struct families *f, int64_t anon,
        int64_t base, int64_t swap_used)
{
    int64_t left = anon > 0 ? anon : 0;
    double scale = f->all.ram > left && f->all.ram > 0 ? (double)left / (double)f->all.ram : 1;
    bool pressed = base > 0 && (double)anon + (double)swap_used > 0.5 * (double)base;

    for (size_t i = 0; i < f->n && i < CONSUMER_FAMILIES; i++) {
        const struct family *each = &f->list[i];
        int64_t ram = (int64_t)((double)each->ram * scale);
        int64_t held = ram + each->swap + each->tables;
        struct consumer_row *row;

        if (ram > left)
            ram = left;
        left -= ram;
        row = consumer_add(t, "process", each->name, ram);
        row->swap = each->swap;
        row->processes = each->processes;
        row->leading = i == 0 && pressed && base > 0 && (double)held > 0.25 * (double)base;
        row->notable = base > 0 && (double)held > 0.1 * (double)base;
        row->explanation = family_text(t, each, ram, base);
    }
    if (left > 0)
        consumer_add(t, "process", f->n != 0 ? STR("other processes") : STR("processes"), left);
}

void consumer_add_rest(struct consumer_table *t, bool complete, str owner)
{
    int64_t rest = t->total - t->sum;
    struct consumer_row *row;

    if (!complete) {
        row = consumer_add(t, "unknown", STR("not in the report"), rest);
        row->explanation = STR("The report lacks counters: what is left cannot be told apart");
        return;
    }
    row = consumer_judge(t, "unaccounted", owner, rest, 0.25, 16 * (int64_t)MIB);
    row->notable = consumer_share(t, rest) > 0.1 && rest > 256 * (int64_t)MIB;
    row->explanation = arena_printf(t->arena,
            "All counters together explain %.*s of %.*s; the rest are pages that were taken past them",
            STR_ARG(bytes_text(t->arena, t->total - rest)),
            STR_ARG(bytes_text(t->arena, t->total)));
}

void consumer_add_huge(struct consumer_table *t, int64_t huge, int64_t idle)
{
    struct consumer_row *row;

    if (huge == 0)
        return;
    row = consumer_add(t, "hugepages", STR("huge pages"), huge);
    row->idle = idle;
    row->has_idle = true;
    row->leading = consumer_share(t, huge) > 0.5 && consumer_share(t, idle) > 0.1;
    row->notable = consumer_share(t, idle) > 0.05;
    row->explanation = arena_printf(t->arena, "%.*s are set aside, %.*s of them unused",
            STR_ARG(bytes_text(t->arena, huge)), STR_ARG(bytes_text(t->arena, idle)));
}

void consumer_add_cache(struct consumer_table *t, int64_t file, int64_t dirty)
{
    int64_t waiting = dirty < file ? dirty : file;

    /* A group of 32 MB can be full of it, a machine cannot. */
    consumer_judge(t, "dirty-cache", STR("page cache waiting to be written"),
            waiting > 0 ? waiting : 0, 0.2, t->scope.n != 0 ? 0 : 64 * (int64_t)MIB);
    consumer_add(t, "cache", STR("page cache"), file - (waiting > 0 ? waiting : 0));
}

bool tagged_is_counted(str site)
{
    static const str counted[] = { STR_INIT("mm/slub.c"), STR_INIT("mm/slab"),
        STR_INIT("mm/memory.c"), STR_INIT("mm/filemap.c"), STR_INIT("mm/readahead.c"),
        STR_INIT("mm/shmem.c"), STR_INIT("mm/huge_memory.c"), STR_INIT("mm/khugepaged.c"),
        STR_INIT("mm/hugetlb"), STR_INIT("mm/mempolicy.c"), STR_INIT("mm/ksm.c"),
        STR_INIT("mm/percpu"), STR_INIT("mm/page_ext.c"), STR_INIT("mm/migrate.c"),
        STR_INIT("mm/pgtable"), STR_INIT("kernel/fork.c"), STR_INIT("arch/"), STR_INIT("fs/"),
        STR_INIT("include/linux/mm.h"), STR_INIT("include/asm-generic/pgalloc.h") };

    for (size_t i = 0; i < sizeof(counted) / sizeof(counted[0]); i++)
        if (str_starts(site, counted[i]))
            return true;
    return false;
}

str tagged_owner(const struct fact *tagged)
{
    static const size_t fields[] = { KERNEL_TAGGED_MODULE, KERNEL_TAGGED_FUNCTION };

    for (size_t i = 0; i < 2; i++)
        if (has(tagged, fields[i]))
            return text_of(tagged, fields[i]);
    return text_of(tagged, KERNEL_TAGGED_SITE);
}
