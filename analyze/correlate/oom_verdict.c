/* SPDX-License-Identifier: Apache-2.0 */
/* oom_verdict: every run of the OOM killer with its class (oom_class.h), its victim and who held the memory. */
#include <stdlib.h>

#include "fields.h"
#include "oom_class.h"

/* A kill line that comes long after its report (the table may be folded or torn) is read as a report
 * of its own, without the header. It belongs to the one before it that still lacks a victim. */
static bool continues(const struct oom *o, const struct oom *before)
{
    return before != NULL && before->r->member == o->r->member && !has(o->head, KERNEL_OOM_COMM) &&
           !has(o->head, KERNEL_OOM_ORDER) && has(o->head, KERNEL_OOM_VICTIM) &&
           has(before->head, KERNEL_OOM_ORDER) && !has(before->head, KERNEL_OOM_VICTIM) &&
           !has(o->head, KERNEL_OOM_CGROUP) && before->class != NULL;
}

static int by_group(const void *pa, const void *pb)
{
    const struct oom *a = *(const struct oom *const *)pa, *b = *(const struct oom *const *)pb;
    int order;

    if (a->r->member != b->r->member)
        return a->r->member < b->r->member ? -1 : 1;
    order = str_cmp(str_z(a->class), str_z(b->class));
    return order != 0 ? order : str_cmp(a->cgroup, b->cgroup);
}

static void count_kills(struct oom *ooms, size_t n, struct arena *a)
{
    struct oom **sorted = arena_array(a, struct oom *, n + 1);

    for (size_t i = 0; i < n; i++)
        sorted[i] = &ooms[i];
    qsort(sorted, n, sizeof(struct oom *), by_group);
    for (size_t from = 0, to; from < n; from = to) {
        for (to = from + 1; to < n && by_group(&sorted[from], &sorted[to]) == 0;)
            to++;
        for (size_t i = from; i < to; i++)
            sorted[i]->kills = (int64_t)(to - from);
    }
}

static void set_swap(const struct oom *o, struct value *values)
{
    int64_t total = int_or(o->memory, KERNEL_MEMORY_SWAP_TOTAL, 0);
    int64_t free = int_or(o->memory, KERNEL_MEMORY_SWAP_FREE, 0);
    bool full = total > 0 && free < total / 50;

    if (!has(o->memory, KERNEL_MEMORY_SWAP_TOTAL))
        return;
    values[OOM_VERDICT_SWAP_TOTAL] = value_int(total);
    values[OOM_VERDICT_NO_SWAP] = value_bool(total == 0);
    if (total != 0 && !has(o->memory, KERNEL_MEMORY_SWAP_FREE))
        return;
    values[OOM_VERDICT_SWAP_FULL] = value_bool(full);
    values[OOM_VERDICT_SWAP_FREE] = value_bool(total > 0 && !full);
}

/* By the path, as the managers lay out their groups. */
static const char *manager_of(const struct oom *o)
{
    static const struct {
        str part;
        const char *manager;
    } rows[] = {
        { STR_INIT("kubepods"), "kubernetes" },
        { STR_INIT("docker"), "docker" },
        { STR_INIT("libpod"), "docker" },
        { STR_INIT("lxc"), "lxc" },
        { STR_INIT("machine.slice"), "machine" },
        { STR_INIT("machine-"), "machine" },
        { STR_INIT("/user.slice"), "user" },
        { STR_INIT(".service"), "service" },
        { STR_INIT("/system.slice"), "service" },
    };

    if (has(o->head, KERNEL_OOM_UBC))
        return "openvz";
    if (o->cgroup.n == 0)
        return NULL;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        if (str_has(o->cgroup, rows[i].part))
            return rows[i].manager;
    return "other";
}

/* "4 pages (order 2, 16 kB), GFP_KERNEL|__GFP_COMP" */
static str request_text(const struct oom *o, struct arena *a)
{
    int64_t order = int_or(o->head, KERNEL_OOM_ORDER, -1);
    str flags = text_of(o->head, KERNEL_OOM_FLAGS);

    if (order < 0 || order > 20)
        return (str){ NULL, 0 };
    return arena_printf(a, "%lld page%s (order %lld, %lld kB)%s%.*s", 1ll << order,
            order == 0 ? "" : "s", (long long)order, kb(page_size(o->r) << order),
            flags.n != 0 ? ", " : "", STR_ARG(flags));
}

/* The victim's row of the task table: its oom_score_adj, where the kill line does not say it. */
static struct value victim_adj(const struct oom *o)
{
    int64_t pid = int_or(o->head, KERNEL_OOM_VICTIM_PID, -1);

    if (has(o->head, KERNEL_OOM_SCORE_ADJ))
        return value_of(o->head, KERNEL_OOM_SCORE_ADJ);
    for (size_t i = 0; i < o->r->tasks.n && pid >= 0; i++)
        if (int_or(o->r->tasks.facts[i], KERNEL_TASK_PID, -1) == pid)
            return value_of(o->r->tasks.facts[i], KERNEL_TASK_SCORE_ADJ);
    return value_none();
}

static struct value version_of(const struct oom *o)
{
    int major, minor;

    return kernel_version(text_of(o->head, KERNEL_OOM_KERNEL), &major, &minor)
                   ? value_int(major * 1000 + minor)
                   : value_none();
}

static void set_more(struct correlate *c, const struct oom *o, struct value *values)
{
    struct zone_layout layout = zone_layout_of(o->r);

    values[OOM_VERDICT_MANAGER] = value_z(manager_of(o));
    values[OOM_VERDICT_VICTIM_VM] = value_of(o->head, KERNEL_OOM_VICTIM_VM);
    values[OOM_VERDICT_VICTIM_ADJ] = victim_adj(o);
    values[OOM_VERDICT_GROUP_KILL] = value_of(o->head, KERNEL_OOM_GROUP_KILL);
    values[OOM_VERDICT_ORDER] = value_of(o->head, KERNEL_OOM_ORDER);
    values[OOM_VERDICT_REQUEST] = value_text(request_text(o, c->arena));
    values[OOM_VERDICT_KERNEL] = version_of(o);
    values[OOM_VERDICT_PANIC_REASON] = value_of(o->head, KERNEL_OOM_PANIC_REASON);
    if (layout.high)
        values[OOM_VERDICT_NARROW] = value_bool(true);
    else
        values[OOM_VERDICT_NARROW] = value_of(o->head, KERNEL_OOM_NARROW);
    values[OOM_VERDICT_HOLDER] = value_of(o->holder, MEMORY_CONSUMER_NAME);
    values[OOM_VERDICT_HOLDER_CLASS] = value_of(o->holder, MEMORY_CONSUMER_CLASS);
    values[OOM_VERDICT_HOLDER_SHARE] = value_of(o->holder, MEMORY_CONSUMER_SHARE);
}

static void emit_verdict(struct correlate *c, const struct oom *o)
{
    const struct fact *head = o->head;
    struct value values[OOM_VERDICT_NFIELDS] = {
        [OOM_VERDICT_REPORT] = value_int(o->r->number),
        [OOM_VERDICT_CLASS] = value_z(o->class),
        [OOM_VERDICT_SURE] = value_bool(o->sure),
        [OOM_VERDICT_CGROUP] = value_text(o->cgroup),
        [OOM_VERDICT_TASK_CGROUP] = value_of(head, KERNEL_OOM_TASK_CGROUP),
        [OOM_VERDICT_PARENT] = value_bool(o->parent),
        [OOM_VERDICT_LIMIT] = value_of(head, KERNEL_OOM_LIMIT),
        [OOM_VERDICT_USAGE] = value_of(head, KERNEL_OOM_USAGE),
        [OOM_VERDICT_DIRTY] = value_bool(o->dirty),
        [OOM_VERDICT_VICTIM] = value_of(head, KERNEL_OOM_VICTIM),
        [OOM_VERDICT_VICTIM_PID] = value_of(head, KERNEL_OOM_VICTIM_PID),
        [OOM_VERDICT_COMM] = value_of(head, KERNEL_OOM_COMM),
        [OOM_VERDICT_PANIC] = value_of(head, KERNEL_OOM_PANIC),
        [OOM_VERDICT_KILLS] = value_int(o->kills),
        [OOM_VERDICT_TOTAL] = value_of(o->memory, KERNEL_MEMORY_TOTAL),
        [OOM_VERDICT_FREE] = value_of(o->memory, KERNEL_MEMORY_FREE),
        [OOM_VERDICT_EXPLANATION] = value_text(o->explanation),
    };

    if (has(head, KERNEL_OOM_VICTIM_ANON))
        values[OOM_VERDICT_VICTIM_BYTES] = value_int(int_or(head, KERNEL_OOM_VICTIM_ANON, 0) +
                                                     int_or(head, KERNEL_OOM_VICTIM_FILE, 0) +
                                                     int_or(head, KERNEL_OOM_VICTIM_SHMEM, 0));
    set_swap(o, values);
    set_more(c, o, values);
    derive(c, &kind_OOM_VERDICT, head, values);
}

/* The alloc.verdict that stands on this very OOM: a report number may carry a failure as well. */
static const struct fact *alloc_of(const struct kernel_report *r)
{
    for (size_t i = 0; i < r->verdicts.n; i++)
        if (str_eq(text_of(r->verdicts.facts[i], ALLOC_VERDICT_OF), STR("oom")))
            return r->verdicts.facts[i];
    return NULL;
}

/* The largest consumer of the same report that leads. */
static const struct fact *holder_of(const struct kernel_report *r)
{
    for (size_t i = 0; i < r->consumers.n; i++)
        if (bool_or(r->consumers.facts[i], MEMORY_CONSUMER_LEADING, false))
            return r->consumers.facts[i];
    return NULL;
}

/* What free or /proc/meminfo says of the same log, else of the same machine. */
static const struct fact *totals_of(const struct correlate *c, const struct fact *head)
{
    const struct fact *best = NULL;

    for (size_t i = 0; i < c->facts.n; i++) {
        const struct fact *f = c->facts.facts[i];

        if (f->kind != &kind_MEMORY_STATUS || !has(f, MEMORY_STATUS_FREE))
            continue;
        if (f->where.member == head->where.member)
            return f;
        if (best == NULL && str_eq(f->host, head->host))
            best = f;
    }
    return best;
}

static void run(struct correlate *c)
{
    size_t nreports, n = 0;
    const struct kernel_report *reports = kernel_reports(c, &nreports);
    struct oom *ooms;

    for (size_t i = 0; i < nreports; i++)
        n += reports[i].ooms.n;
    ooms = arena_array(c->arena, struct oom, n + 1);
    n = 0;
    for (size_t i = 0; i < nreports; i++) {
        for (size_t k = 0; k < reports[i].ooms.n; k++) {
            struct oom *o = &ooms[n++];

            o->r = &reports[i];
            o->head = reports[i].ooms.facts[k];
            o->memory = first_of(reports[i].memories);
            o->alloc = alloc_of(&reports[i]);
            o->holder = holder_of(&reports[i]);
            if (bool_or(o->head, KERNEL_OOM_NARROW, false) && reports[i].zones.n == 0)
                o->totals = totals_of(c, o->head);
            if (continues(o, n > 1 ? o - 1 : NULL)) {
                o->alloc = o[-1].alloc;
                o->memory = o[-1].memory;
                o->cgroup = o[-1].cgroup;
                oom_settle(o, o[-1].class, o[-1].sure, o[-1].explanation);
            } else {
                oom_classify(o, c->arena);
            }
        }
    }
    count_kills(ooms, n, c->arena);
    for (size_t i = 0; i < n; i++)
        emit_verdict(c, &ooms[i]);
}

static const struct kind *const wants[] = { &kind_KERNEL_OOM, &kind_KERNEL_MEMORY,
    &kind_KERNEL_ZONE, &kind_KERNEL_TASK, &kind_ALLOC_VERDICT, &kind_MEMORY_CONSUMER,
    &kind_MEMORY_STATUS, NULL };
static const struct kind *const emits[] = { &kind_OOM_VERDICT, NULL };

const struct correlator correlator_oom_verdict = {
    .name = "oom_verdict",
    .summary = "what kind of shortage an OOM was",
    .wants = wants,
    .emits = emits,
    .run = run,
};
