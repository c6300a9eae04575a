/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rows: what grew or shrank between the two cases: pool tags, memory, processes, counters, limits,
 * settings. A figure is compared where both sides have it, a row of a listing also where only one
 * has it.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "fields.h"
#include "limits.h"
#include "measures.h"

static const struct {
    const char *name, *title;
} titles[] = {
    { "settings", "settings" },
    { "tags", "pool tags, bytes" },
    { "blocks", "pool tags, blocks" },
    { "memory", "memory" },
    { "holders", "who holds the memory" },
    { "slab", "slab caches" },
    { "processes", "processes" },
    { "groups", "groups and containers" },
    { "counters", "counters since the boot" },
};

struct builder {
    struct diff *d;
    struct fact_hosts hosts;
    const struct fact **trends[2]; /* of pool tags that have a rate */
    size_t ntrends[2];
    double *allocs[2];     /* [host] of its busiest tag, since the boot */
    struct diff_row *rows; /* of the section under way */
    size_t n, size;
};

/* --- rates ---------------------------------------------------------------------------------- */

/* Whether the machine ran through. Where no uptime is known, the busiest tag's allocations since the
 * boot tell: they only grow. */
static bool same_boot(const struct builder *w, const struct diff_host *host, double gap)
{
    size_t at = (size_t)(host - w->d->hosts);

    if (host->uptime_after >= 0)
        return host->uptime_after >= gap;
    return w->allocs[SIDE_BEFORE][at] > 0 &&
           w->allocs[SIDE_AFTER][at] >= w->allocs[SIDE_BEFORE][at];
}

/* Bytes an hour, by the snapshots of one side; false when it has no rate. */
static bool trend_of(const struct builder *w, enum diff_side side, const struct diff_host *host,
        str name, double *ret)
{
    for (size_t i = 0; i < w->ntrends[side]; i++) {
        const struct fact *f = w->trends[side][i];

        if (diff_host_of(w->d, side, f->host) != host ||
                !str_starts(name, text_of(f, POOL_TREND_TAG)) ||
                !str_ends(name, text_of(f, POOL_TREND_POOL)))
            continue;
        *ret = real_or(f, POOL_TREND_SLOPE, 0) * 3600;
        return true;
    }
    return false;
}

static void set_rates(const struct builder *w, const struct diff_host *host,
        const struct measure *m, const struct figure *b, const struct figure *a,
        struct diff_row *row)
{
    double gap;

    if (m->counter) {
        if (host->uptime_before > 0 && host->uptime_after > 0 && b != NULL && a != NULL) {
            row->has_own_rates = true;
            row->rate_before = b->value / host->uptime_before * 3600;
            row->rate_after = a->value / host->uptime_after * 3600;
        }
        return;
    }
    if (m->kind == &kind_POOL_TAG && m->unit == DIFF_BYTES)
        row->has_own_rates = trend_of(w, SIDE_BEFORE, host, row->name, &row->rate_before) &&
                             trend_of(w, SIDE_AFTER, host, row->name, &row->rate_after);
    if (b != NULL && a != NULL && m->unit != DIFF_TEXT && diff_seconds(b->when, a->when, &gap) &&
            gap > 0 && same_boot(w, host, gap)) {
        row->has_rate = true;
        row->rate = (a->value - b->value) / gap * 3600;
    }
}

/* --- rows ----------------------------------------------------------------------------------- */

/* The same figure by another source. */
static bool told(const struct builder *w, const struct diff_row *row)
{
    for (size_t i = 0; i < w->n && row->unit == DIFF_BYTES; i++)
        if (w->rows[i].unit == DIFF_BYTES && str_eq(w->rows[i].host, row->host) &&
                w->rows[i].before == row->before && w->rows[i].after == row->after)
            return true;
    return false;
}

static void add_row(
        struct builder *w, const struct measure *m, const struct figure *b, const struct figure *a)
{
    const struct figure *any = b != NULL ? b : a;
    struct diff_row row = {
        .name = any->name,
        .host = any->host->after.n != 0 ? any->host->after : any->host->before,
        .unit = m->unit,
        .counter = m->counter,
        .has_before = b != NULL,
        .has_after = a != NULL,
    };

    if (b != NULL) {
        row.before = b->value;
        row.text_before = b->text;
    }
    if (a != NULL) {
        row.after = a->value;
        row.text_after = a->text;
    }
    if (b != NULL && a != NULL && row.before == row.after && str_eq(b->text, a->text))
        return;
    if (m->kind == &kind_MEMORY_STATUS && told(w, &row))
        return;
    set_rates(w, any->host, m, b, a, &row);
    w->rows = diff_bigger(w->d->arena, w->rows, sizeof(row), w->n, &w->size);
    w->rows[w->n++] = row;
}

static bool speaks_of(const struct figures *f, const struct diff_host *host)
{
    for (size_t i = 0; i < f->n; i++)
        if (f->list[i].host == host)
            return true;
    return false;
}

/* A row that only one side has says something where both are listings of the same. */
static void add_lone(struct builder *w, const struct measure *m, const struct figure *b,
        const struct figure *a, const struct figures *other)
{
    const struct figure *lone = b != NULL ? b : a;

    if (lone != NULL && m->how == HOW_LISTING && speaks_of(other, lone->host))
        add_row(w, m, b, a);
}

static void measure_rows(struct builder *w, const struct measure *m)
{
    struct figures b = diff_figures(w->d, &w->hosts, SIDE_BEFORE, m),
                   a = diff_figures(w->d, &w->hosts, SIDE_AFTER, m);
    size_t i = 0, k = 0;

    while (i < b.n || k < a.n) {
        int order = i == b.n ? 1 : k == a.n ? -1 : diff_by_name(&b.list[i], &a.list[k]);

        if (order < 0)
            add_lone(w, m, &b.list[i++], NULL, &a);
        else if (order > 0)
            add_lone(w, m, NULL, &a.list[k++], &b);
        else
            add_row(w, m, &b.list[i++], &a.list[k++]);
    }
}

static double change_of(const struct diff_row *row)
{
    return fabs(row->after - row->before);
}

static int by_change(const void *pa, const void *pb)
{
    const struct diff_row *a = pa, *b = pb;

    if (a->unit != b->unit)
        return a->unit == DIFF_BYTES ? -1 : 1;
    if (change_of(a) != change_of(b))
        return change_of(a) > change_of(b) ? -1 : 1;
    return str_cmp(a->name, b->name) != 0 ? str_cmp(a->name, b->name) : str_cmp(a->host, b->host);
}

/* What is looked up for every row, gathered once. */
static void survey(struct builder *w, enum diff_side side)
{
    const struct case_file *c = diff_case(w->d, side);
    struct arena *a = w->d->arena;

    w->hosts.of_fact[side] = arena_array(a, const struct diff_host *, c->nfacts + 1);
    w->allocs[side] = arena_array(a, double, w->d->nhosts + 1);
    w->trends[side] = arena_array(a, const struct fact *, c->nfacts + 1);
    for (size_t i = 0; i < c->nfacts; i++) {
        const struct fact *f = c->facts[i];
        const struct diff_host *host = i != 0 && str_eq(c->facts[i - 1]->host, f->host)
                                               ? w->hosts.of_fact[side][i - 1]
                                               : diff_host_of(w->d, side, f->host);

        w->hosts.of_fact[side][i] = host;
        if (f->kind == &kind_POOL_TREND && has(f, POOL_TREND_SLOPE))
            w->trends[side][w->ntrends[side]++] = f;
        if (f->kind == &kind_POOL_TAG && host != NULL) {
            double *most = &w->allocs[side][host - w->d->hosts];

            *most = fmax(*most, (double)int_or(f, POOL_TAG_ALLOCS, 0));
        }
    }
}

void diff_build_rows(struct diff *d)
{
    size_t most = sizeof(titles) / sizeof(titles[0]);
    struct diff_section *sections = arena_array(d->arena, struct diff_section, most);
    struct builder w = { .d = d };

    survey(&w, SIDE_BEFORE);
    survey(&w, SIDE_AFTER);
    for (size_t s = 0; s < most; s++) {
        w.rows = NULL;
        w.n = w.size = 0;
        for (const struct measure *m = diff_measures; m->section != NULL; m++)
            if (strcmp(m->section, titles[s].name) == 0)
                measure_rows(&w, m);
        if (w.n == 0)
            continue;
        qsort(w.rows, w.n, sizeof(*w.rows), by_change);
        sections[d->nsections++] = (struct diff_section){
            .name = titles[s].name,
            .title = titles[s].title,
            .rows = w.rows,
            .nrows = w.n < LIMIT_DIFF_ROWS ? w.n : LIMIT_DIFF_ROWS,
            .total = w.n,
        };
    }
    d->sections = sections;
}
