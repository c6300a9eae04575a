/* SPDX-License-Identifier: Apache-2.0 */
/*
 * process_top: for each process listing and each thing that it counts, the process that has most of
 * it, with its share of all. Listings of one process tell nothing and are left out, and so are the
 * rows that stand for the system itself.
 */
#include <stdlib.h>

#include "correlator.h"
#include "fields.h"

static const struct {
    const char *name;
    size_t field;
} metrics[] = {
    { "handles", PROCESS_HANDLES },
    { "nonpaged", PROCESS_NONPAGED },
    { "paged", PROCESS_PAGED },
    { "commit", PROCESS_COMMIT },
    { "working_set", PROCESS_WORKING_SET },
    { "threads", PROCESS_THREADS },
};

enum { METRICS = sizeof(metrics) / sizeof(metrics[0]) };

static int by_listing(const void *pa, const void *pb)
{
    const struct fact *a = *(const struct fact *const *)pa, *b = *(const struct fact *const *)pb;
    int64_t sa = int_or(a, PROCESS_SNAPSHOT, 1), sb = int_or(b, PROCESS_SNAPSHOT, 1);

    if (a->where.member != b->where.member)
        return a->where.member < b->where.member ? -1 : 1;
    if (!str_eq(a->host, b->host))
        return str_cmp(a->host, b->host);
    if (sa != sb)
        return sa < sb ? -1 : 1;
    return a->where.offset < b->where.offset ? -1 : a->where.offset > b->where.offset;
}

static bool same_listing(const struct fact *a, const struct fact *b)
{
    return a->where.member == b->where.member && str_eq(a->host, b->host) &&
           int_or(a, PROCESS_SNAPSHOT, 1) == int_or(b, PROCESS_SNAPSHOT, 1);
}

/* The idle process and the totals that some tools print as a row. */
static bool is_process(const struct fact *f)
{
    str name = text_of(f, PROCESS_NAME);

    return name.n != 0 && !str_eq_nocase(name, STR("idle")) &&
           !str_eq_nocase(name, STR("_Total")) && !str_eq_nocase(name, STR("System Idle Process"));
}

static struct value container_of(struct arena *a, const struct fact *f)
{
    if (has(f, PROCESS_CONTAINER))
        return value_of(f, PROCESS_CONTAINER);
    if (int_or(f, PROCESS_SESSION, 0) > 0)
        return value_text(arena_printf(a, "%lld", (long long)int_or(f, PROCESS_SESSION, 0)));
    return value_none();
}

static void top(struct correlate *c, const struct fact *const *rows, size_t n, size_t metric)
{
    size_t field = metrics[metric].field, processes = 0;
    const struct fact *best = NULL;
    int64_t sum = 0, second = 0;

    for (size_t i = 0; i < n; i++) {
        int64_t value = int_or(rows[i], field, 0);

        if (!has(rows[i], field) || value < 0 || !is_process(rows[i]))
            continue;
        processes++;
        if (sum > INT64_MAX - value)
            return; /* figures of a broken tool */
        sum += value;
        if (best == NULL || value > int_or(best, field, 0)) {
            second = best != NULL ? int_or(best, field, 0) : 0;
            best = rows[i];
        } else if (value > second) {
            second = value;
        }
    }
    if (processes < 2 || sum == 0)
        return;
    const struct value values[PROCESS_TOP_NFIELDS] = {
        [PROCESS_TOP_NAME] = value_of(best, PROCESS_NAME),
        [PROCESS_TOP_PID] = value_of(best, PROCESS_PID),
        [PROCESS_TOP_CONTAINER] = container_of(c->arena, best),
        [PROCESS_TOP_METRIC] = value_z(metrics[metric].name),
        [PROCESS_TOP_VALUE] = value_of(best, field),
        [PROCESS_TOP_SUM] = value_int(sum),
        [PROCESS_TOP_SHARE] = value_real((double)int_or(best, field, 0) / (double)sum),
        [PROCESS_TOP_SECOND] = value_int(second),
        [PROCESS_TOP_PROCESSES] = value_u64(processes),
        [PROCESS_TOP_SNAPSHOT] = value_of(best, PROCESS_SNAPSHOT),
    };
    derive(c, &kind_PROCESS_TOP, best, values);
}

static void run(struct correlate *c)
{
    size_t n = 0;
    const struct fact **rows;

    for (size_t i = 0; i < c->facts.n; i++)
        n += c->facts.facts[i]->kind == &kind_PROCESS;
    rows = arena_array(c->arena, const struct fact *, n + 1);
    n = 0;
    for (size_t i = 0; i < c->facts.n; i++)
        if (c->facts.facts[i]->kind == &kind_PROCESS)
            rows[n++] = c->facts.facts[i];
    qsort(rows, n, sizeof(*rows), by_listing);
    for (size_t from = 0, to; from < n; from = to) {
        for (to = from + 1; to < n && same_listing(rows[from], rows[to]);)
            to++;
        for (size_t metric = 0; metric < METRICS; metric++)
            top(c, &rows[from], to - from, metric);
    }
}

static const struct kind *const wants[] = { &kind_PROCESS, NULL };
static const struct kind *const emits[] = { &kind_PROCESS_TOP, NULL };

const struct correlator correlator_process_top = {
    .name = "process_top",
    .summary = "the process with the most handles, pool, memory of each listing",
    .wants = wants,
    .emits = emits,
    .run = run,
};
