/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The timeline: what happened when, over all hosts and members. In it are the evidence of the findings,
 * the boots of the hosts, and what else the case tells of failures. What one host says again is one row
 * with its first and last time; what was said before the last boot and since are two. A line stands
 * in it once, and what two members tell of one moment is counted once. What has no time is not in it.
 *
 * Times of unknown zone stand among the others as if they were UTC, and say so; those without a year
 * and those since boot come last.
 */
#include <stdlib.h>

#include "derived.h"
#include "fields.h"
#include "limits.h"
#include "report_parts.h"
#include "utf8.h"

/* Two members may be a little apart when they tell of one thing. */
#define CLOSE_NS (2 * WHEN_NS)

enum { MOST_CLOSE = 64 }; /* more of them are not told apart by member */

/* One fact on its way into a row. */
struct moment {
    uint64_t key; /* of what it says and who says it */
    const struct fact *fact;
    const struct evidence *evidence; /* NULL = of no finding */
    const struct finding *finding;
    uint8_t rank;
};

struct moments {
    struct moment *list;
    size_t n;
};

static uint64_t mix(uint64_t hash, uint64_t more)
{
    return (hash ^ more) * 0x9e3779b97f4a7c15u + (hash >> 29);
}

static bool is_past(struct when when)
{
    return (when.settled & WHEN_PAST) != 0;
}

/* Starts and stops are told by the boots. */
static bool is_failure(const struct fact *f)
{
    static const struct kind *const kinds[] = { &kind_BUGCHECK, &kind_ERROR, &kind_OPERATION,
        &kind_KERNEL_OOM, &kind_KERNEL_ALLOC_FAILURE, &kind_KERNEL_MESSAGE, &kind_STACK,
        &kind_LOG_MESSAGE, &kind_CONTAINER_STATE };

    if (f->kind == &kind_EVENT)
        return int_or(f, EVENT_LEVEL, 4) <= 3 && !times_want_all(f);
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        if (f->kind == kinds[i])
            return true;
    }
    return false;
}

static uint64_t key_of(const struct fact *f, const struct evidence *e, size_t number)
{
    uint64_t key = fact_fold_key(f);

    if (f->kind == &kind_BOOT)
        key = number; /* each is another one */
    else if (key == 0)
        key = mix(str_hash(str_z(f->kind->name)),
                str_hash(e != NULL && e->say.n != 0 ? e->say : f->quote));
    key = mix(key, str_hash(f->host));
    return mix(key, (uint64_t)f->when.basis * 2 + is_past(f->when));
}

static void add(struct moments *m, struct moment moment)
{
    if (moment.fact->when.basis == WHEN_NONE)
        return;
    moment.key = key_of(moment.fact, moment.evidence, m->n);
    m->list[m->n++] = moment;
}

static void collect(struct moments *m, struct case_file *c, const struct verdict *v)
{
    size_t n = c->nfacts;

    for (size_t i = 0; i < v->nfindings; i++)
        n += v->findings[i].nevidence;
    m->list = arena_array(&c->arena, struct moment, n + 1);
    for (size_t i = 0; i < v->nfindings; i++) {
        const struct finding *f = &v->findings[i];

        for (size_t k = 0; k < f->nevidence; k++)
            add(m, (struct moment){ .fact = f->evidence[k].fact,
                           .evidence = &f->evidence[k],
                           .finding = f,
                           .rank = (uint8_t)(RANK_EVIDENCE + SEVERITY_CRITICAL - f->severity) });
    }
    for (size_t i = 0; i < c->nfacts; i++) {
        const struct fact *f = c->facts[i];

        if (f->kind == &kind_BOOT)
            add(m, (struct moment){
                           .fact = f, .rank = is_past(f->when) ? RANK_BOOT : RANK_LAST_BOOT });
        else if (is_failure(f))
            add(m, (struct moment){ .fact = f, .rank = RANK_OTHER });
    }
}

/* --- one line, one moment ----------------------------------------------------------------- */

static int compare_spans(const struct span *a, const struct span *b)
{
    if (a->member != b->member)
        return a->member < b->member ? -1 : 1;
    if (a->offset != b->offset)
        return a->offset < b->offset ? -1 : 1;
    if (a->line != b->line)
        return a->line < b->line ? -1 : 1;
    return (a->record > b->record) - (a->record < b->record);
}

/* Boots beside the line that tells of them; then by place, the best first. */
static int by_place(const void *a, const void *b)
{
    const struct moment *x = a, *y = b;
    bool x_boots = x->fact->kind == &kind_BOOT, y_boots = y->fact->kind == &kind_BOOT;
    int order = compare_spans(&x->fact->where, &y->fact->where);

    if (x_boots != y_boots)
        return x_boots ? -1 : 1;
    if (order == 0)
        order = (int)x->rank - (int)y->rank;
    return order != 0 ? order : (x->key > y->key) - (x->key < y->key);
}

static void drop_told(struct moments *m)
{
    size_t kept = 0;

    if (m->n != 0)
        qsort(m->list, m->n, sizeof(*m->list), by_place);
    for (size_t i = 0; i < m->n; i++) {
        const struct fact *f = m->list[i].fact;

        if (kept == 0 || f->kind == &kind_BOOT || f->where.member == 0 ||
                m->list[kept - 1].fact->kind == &kind_BOOT ||
                compare_spans(&m->list[kept - 1].fact->where, &f->where) != 0)
            m->list[kept++] = m->list[i];
    }
    m->n = kept;
}

/* --- rows --------------------------------------------------------------------------------- */

static int by_key(const void *a, const void *b)
{
    const struct moment *x = a, *y = b;
    int order = when_cmp(x->fact->when, y->fact->when);

    if (x->key != y->key)
        return x->key < y->key ? -1 : 1;
    if (order == 0)
        order = compare_spans(&x->fact->where, &y->fact->where);
    return order != 0 ? order : (int)x->rank - (int)y->rank;
}

static str boot_text(struct arena *a, const struct fact *f)
{
    str end = text_of(f, BOOT_END);

    return arena_printf(a, "%s, told by %.*s%s",
            f->values[BOOT_LAST].b ? "last boot that is known" : "boot",
            STR_ARG(text_of(f, BOOT_BY)),
            str_eq(end, STR("cut"))     ? "; ended without a shutdown"
            : str_eq(end, STR("clean")) ? "; was shut down"
                                        : "");
}

/* The first line of it, cut to what a quote has. */
static str clip(str text)
{
    size_t end = str_find_char(text, '\n'), n = 0;
    uint32_t c;

    text = str_trim(str_slice(text, 0, end));
    for (str rest = text; text.n > LIMIT_QUOTE && rest.n != 0 && utf8_take(&rest, &c);) {
        if (text.n - rest.n > LIMIT_QUOTE)
            return str_slice(text, 0, n);
        n = text.n - rest.n;
    }
    return text;
}

static str fact_text(struct arena *a, const struct fact *f)
{
    str said = { NULL, 0 };

    if (f->kind == &kind_BOOT)
        return boot_text(a, f);
    if (f->kind == &kind_EVENT)
        return arena_printf(a, "%.*s %lld%s%.*s", STR_ARG(text_of(f, EVENT_PROVIDER)),
                (long long)int_or(f, EVENT_ID, 0), has(f, EVENT_MESSAGE) ? ": " : "",
                STR_ARG(clip(text_of(f, EVENT_MESSAGE))));
    if (f->kind == &kind_KERNEL_MESSAGE)
        said = text_of(f, KERNEL_MESSAGE_TEXT);
    else if (f->kind == &kind_LOG_MESSAGE)
        said = text_of(f, LOG_MESSAGE_TEXT);
    return clip(said.n != 0 ? said : f->quote);
}

/* How often moments that lie close together were: as often as the member says that says it most. */
static uint64_t count_close(const struct moment *list, size_t n)
{
    uint64_t most = 0;

    for (size_t i = 0; i < n; i++) {
        uint64_t count = 0;

        for (size_t k = i; k < n; k++) {
            if (n > MOST_CLOSE || list[k].fact->where.member == list[i].fact->where.member)
                count += list[k].fact->count;
        }
        if (count > most)
            most = count;
        if (n > MOST_CLOSE)
            break;
    }
    return most;
}

static uint64_t count_all(const struct moment *list, size_t n)
{
    uint64_t count = 0;

    for (size_t from = 0, to; from < n; from = to) {
        for (to = from + 1;
                to < n && list[to].fact->when.ns - list[to - 1].fact->when.ns <= CLOSE_NS; to++)
            ;
        count += count_close(&list[from], to - from);
    }
    return count;
}

static struct timeline_item make_row(struct arena *a, const struct moment *list, size_t n)
{
    const struct moment *best = &list[0];
    struct timeline_item row = { .when = list[0].fact->when, .last = list[0].fact->last };

    for (size_t i = 0; i < n; i++) {
        const struct fact *f = list[i].fact;

        if (list[i].rank < best->rank)
            best = &list[i];
        if (when_cmp(f->last, row.last) > 0)
            row.last = f->last;
    }
    row.count = count_all(list, n);
    row.host = best->fact->host;
    row.where = best->fact->where;
    row.finding = best->finding;
    row.rank = best->rank;
    row.text = best->evidence != NULL && best->evidence->say.n != 0 ? best->evidence->say
                                                                    : fact_text(a, best->fact);
    return row;
}

/* UTC and local times in one order, the others behind. */
static int compare_times(struct when a, struct when b)
{
    bool a_wall = a.basis <= WHEN_LOCAL, b_wall = b.basis <= WHEN_LOCAL;

    if (a_wall && b_wall && a.ns != b.ns)
        return a.ns < b.ns ? -1 : 1;
    return when_cmp(a, b);
}

static int by_time(const void *a, const void *b)
{
    const struct timeline_item *x = a, *y = b;
    int order = compare_times(x->when, y->when);

    if (order == 0)
        order = compare_spans(&x->where, &y->where);
    return order != 0 ? order : str_cmp(x->text, y->text);
}

/* Of one rank what is nearest to the end. */
static int by_rank(const void *a, const void *b)
{
    const struct timeline_item *x = a, *y = b;

    return x->rank != y->rank ? (int)x->rank - (int)y->rank : by_time(b, a);
}

void build_timeline(struct report *r, struct case_file *c)
{
    struct moments m = { 0 };
    struct timeline_item *rows;
    size_t n = 0;

    collect(&m, c, r->verdict);
    drop_told(&m);
    if (m.n != 0)
        qsort(m.list, m.n, sizeof(*m.list), by_key);
    rows = arena_array(&c->arena, struct timeline_item, m.n + 1);
    for (size_t from = 0, to; from < m.n; from = to) {
        for (to = from + 1; to < m.n && m.list[to].key == m.list[from].key; to++)
            ;
        rows[n++] = make_row(&c->arena, &m.list[from], to - from);
    }
    if (n > LIMIT_TIMELINE) {
        qsort(rows, n, sizeof(*rows), by_rank);
        r->timeline_fallen = n - LIMIT_TIMELINE;
        n = LIMIT_TIMELINE;
    }
    if (n != 0)
        qsort(rows, n, sizeof(*rows), by_time);
    r->timeline = rows;
    r->ntimeline = n;
}
