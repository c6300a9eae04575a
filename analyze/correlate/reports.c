/* SPDX-License-Identifier: Apache-2.0 */
#include "reports.h"

#include <stdlib.h>

#include "fields.h"

enum slot { FAILURES, OOMS, MEMORIES, ZONES, TASKS, SLABS, TAGGED, VERDICTS, CONSUMERS, SLOTS };

static const struct {
    const struct kind *kind;
    size_t report;
} slots[SLOTS] = {
    [FAILURES] = { &kind_KERNEL_ALLOC_FAILURE, KERNEL_ALLOC_FAILURE_REPORT },
    [OOMS] = { &kind_KERNEL_OOM, KERNEL_OOM_REPORT },
    [MEMORIES] = { &kind_KERNEL_MEMORY, KERNEL_MEMORY_REPORT },
    [ZONES] = { &kind_KERNEL_ZONE, KERNEL_ZONE_REPORT },
    [TASKS] = { &kind_KERNEL_TASK, KERNEL_TASK_REPORT },
    [SLABS] = { &kind_KERNEL_SLAB, KERNEL_SLAB_REPORT },
    [TAGGED] = { &kind_KERNEL_TAGGED, KERNEL_TAGGED_REPORT },
    [VERDICTS] = { &kind_ALLOC_VERDICT, ALLOC_VERDICT_REPORT },
    [CONSUMERS] = { &kind_MEMORY_CONSUMER, MEMORY_CONSUMER_REPORT },
};

struct entry {
    const struct fact *fact;
    size_t index;
    int64_t number;
    enum slot slot;
};

static int by_report(const void *pa, const void *pb)
{
    const struct entry *a = pa, *b = pb;

    if (a->fact->where.member != b->fact->where.member)
        return a->fact->where.member < b->fact->where.member ? -1 : 1;
    if (a->number != b->number)
        return a->number < b->number ? -1 : 1;
    if (a->slot != b->slot)
        return a->slot < b->slot ? -1 : 1;
    return a->index < b->index ? -1 : a->index > b->index;
}

/* Counts them when entries is NULL. */
static size_t collect(struct correlate *c, struct entry *entries)
{
    size_t n = 0;

    for (size_t i = 0; i < c->facts.n; i++) {
        const struct fact *fact = c->facts.facts[i];
        size_t slot = 0;

        while (slot < SLOTS && slots[slot].kind != fact->kind)
            slot++;
        if (slot == SLOTS || int_or(fact, slots[slot].report, 0) <= 0)
            continue;
        if (entries != NULL)
            entries[n] =
                    (struct entry){ fact, i, int_or(fact, slots[slot].report, 0), (enum slot)slot };
        n++;
    }
    return n;
}

static struct fact_list *list_of(struct kernel_report *r, enum slot slot)
{
    struct fact_list *const lists[SLOTS] = { &r->failures, &r->ooms, &r->memories, &r->zones,
        &r->tasks, &r->slabs, &r->tagged, &r->verdicts, &r->consumers };

    return lists[slot];
}

const struct kernel_report *kernel_reports(struct correlate *c, size_t *ret_n)
{
    size_t n = collect(c, NULL), nreports = 0;
    struct entry *entries = arena_array(c->arena, struct entry, n + 1);
    const struct fact **facts = arena_array(c->arena, const struct fact *, n + 1);
    struct kernel_report *reports;

    (void)collect(c, entries);
    qsort(entries, n, sizeof(*entries), by_report);
    for (size_t i = 0; i < n; i++) {
        facts[i] = entries[i].fact;
        nreports += i == 0 || entries[i].number != entries[i - 1].number ||
                    entries[i].fact->where.member != entries[i - 1].fact->where.member;
    }
    reports = arena_array(c->arena, struct kernel_report, nreports + 1);
    nreports = 0;
    for (size_t i = 0; i < n; i++) {
        struct kernel_report *r = nreports != 0 ? &reports[nreports - 1] : NULL;
        struct fact_list *list;

        if (r == NULL || r->number != entries[i].number ||
                r->member != entries[i].fact->where.member) {
            r = &reports[nreports++];
            r->member = entries[i].fact->where.member;
            r->number = entries[i].number;
        }
        list = list_of(r, entries[i].slot);
        if (list->n++ == 0)
            list->facts = &facts[i];
    }
    *ret_n = nreports;
    return reports;
}

bool kernel_version(str release, int *ret_major, int *ret_minor)
{
    uint64_t major, minor = 0;

    if (!str_take_u64(&release, &major) || major > 99)
        return false;
    if (str_take_char(&release, '.') && (!str_take_u64(&release, &minor) || minor > 999))
        return false;
    *ret_major = (int)major;
    *ret_minor = (int)minor;
    return true;
}

bool node_allowed(str list, int64_t node)
{
    if (list.n == 0 || !is_digit(list.p[0]))
        return true;
    while (list.n != 0) {
        str part = str_cut(&list, ',');
        uint64_t from, to;

        if (!str_take_u64(&part, &from))
            continue;
        to = from;
        if (str_take_char(&part, '-') && !str_take_u64(&part, &to))
            to = from;
        if (node >= 0 && (uint64_t)node >= from && (uint64_t)node <= to)
            return true;
    }
    return false;
}

bool has_word(str words, char separator, str word)
{
    while (words.n != 0) {
        if (str_eq(str_cut(&words, separator), word))
            return true;
    }
    return false;
}
