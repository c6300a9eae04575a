/* SPDX-License-Identifier: Apache-2.0 */
/* figures of one side: which fields of which facts are compared, and which of them count. */
#include "measures.h"

#include <stdlib.h>
#include <string.h>

#include "fields.h"
#include "stray.h"

static bool is_current(const struct fact *f)
{
    return int_or(f, KERNEL_SLAB_REPORT, 0) == 0;
}

/* Of the many counters those that tell of shortage. */
static bool tells(const struct fact *f)
{
    static const str names[] = { STR_INIT("oom_kill"), STR_INIT("allocstall"),
        STR_INIT("allocstall_normal"), STR_INIT("allocstall_movable"), STR_INIT("compact_stall"),
        STR_INIT("compact_fail"), STR_INIT("pswpin"), STR_INIT("pswpout"), STR_INIT("pgmajfault"),
        STR_INIT("pgscan_direct"), STR_INIT("thp_fault_fallback"), STR_INIT("workingset_refault"),
        STR_INIT("workingset_refault_file"), STR_INIT("workingset_refault_anon") };
    str name = text_of(f, KERNEL_COUNTER_NAME);

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (str_eq(name, names[i]))
            return true;
    return false;
}

/* The table that speaks for its machine or group; those of two sources do not compare. */
static bool of_meminfo(const struct fact *f)
{
    return bool_or(f, MEMORY_CONSUMER_MAIN, false) &&
           str_eq(text_of(f, MEMORY_CONSUMER_SOURCE), STR("meminfo"));
}

static bool of_oom(const struct fact *f)
{
    return bool_or(f, MEMORY_CONSUMER_MAIN, false) &&
           str_eq(text_of(f, MEMORY_CONSUMER_SOURCE), STR("oom"));
}

static bool is_memory(const struct fact *f)
{
    uint64_t unit;

    return beancounter_unit(text_of(f, BEANCOUNTER_RESOURCE), &unit) && unit != 0;
}

static bool is_number(const struct fact *f)
{
    return !is_memory(f);
}

static bool is_bound(const struct fact *f)
{
    str key = text_of(f, CGROUP_KEY);

    return str_ends(key, STR("limit")) || bool_or(f, CGROUP_UNLIMITED, false);
}

static bool is_count(const struct fact *f)
{
    str key = text_of(f, CGROUP_KEY);

    return str_eq(key, STR("failcnt")) || str_starts(key, STR("oom"));
}

static bool is_size(const struct fact *f)
{
    return !is_bound(f) && !is_count(f);
}

/* clang-format off */
#define KEY1(a) { a, NO_FIELD, NO_FIELD }
#define KEY2(a, b) { a, b, NO_FIELD }
#define TAG KEY2(POOL_TAG_TAG, POOL_TAG_POOL)
#define HOLDER KEY2(MEMORY_CONSUMER_SCOPE, MEMORY_CONSUMER_NAME)
#define NAME KEY1(PROCESS_NAME)
#define COUNTER KEY2(BEANCOUNTER_CONTAINER, BEANCOUNTER_RESOURCE)
#define GROUP KEY2(CGROUP_PATH, CGROUP_KEY)
#define VM KEY1(VM_CONFIG_NAME)
#define ALONE KEY1(NO_FIELD)
#define THING { SETTING_OBJECT, SETTING_NAME, SETTING_SOURCE }
#define PROTOCOL KEY1(NET_MEMORY_PROTOCOL)
#define VMSTAT KEY1(KERNEL_COUNTER_NAME)
/* The unit, and whether it counts from the boot. */
#define BYTES DIFF_BYTES, false
#define COUNT DIFF_COUNT, false
#define WORDS DIFF_TEXT, false
#define SINCE_BOOT DIFF_COUNT, true

const struct measure diff_measures[] = {
    { "tags", &kind_POOL_TAG, HOW_LISTING, TAG, POOL_TAG_BYTES, "", BYTES, NULL },
    { "blocks", &kind_POOL_TAG, HOW_LISTING, TAG, POOL_TAG_DIFF, "", COUNT, NULL },
    { "memory", &kind_POOL_USAGE, HOW_LAST, KEY1(POOL_USAGE_POOL), POOL_USAGE_BYTES, "pool", BYTES, NULL },
    { "memory", &kind_MEMORY_STATUS, HOW_LAST, ALONE, NO_FIELD, "", BYTES, NULL },
    { "memory", &kind_NET_MEMORY, HOW_LAST, PROTOCOL, NET_MEMORY_BYTES, "socket buffers", BYTES, NULL },
    { "memory", &kind_VM_BALLOON, HOW_LAST, KEY1(VM_BALLOON_SOURCE), VM_BALLOON_SIZE, "balloon", BYTES, NULL },
    { "holders", &kind_MEMORY_CONSUMER, HOW_LISTING, HOLDER, MEMORY_CONSUMER_BYTES, "", BYTES, of_meminfo },
    { "holders", &kind_MEMORY_CONSUMER, HOW_LISTING, HOLDER, MEMORY_CONSUMER_BYTES, "at the kill", BYTES, of_oom },
    { "slab", &kind_KERNEL_SLAB, HOW_LISTING, KEY1(KERNEL_SLAB_CACHE), KERNEL_SLAB_BYTES, "", BYTES, is_current },
    { "processes", &kind_PROCESS, HOW_LISTING, NAME, COUNT_ROWS, "processes", COUNT, NULL },
    { "processes", &kind_PROCESS, HOW_LISTING, NAME, PROCESS_HANDLES, "handles", COUNT, NULL },
    { "processes", &kind_PROCESS, HOW_LISTING, NAME, PROCESS_THREADS, "threads", COUNT, NULL },
    { "processes", &kind_PROCESS, HOW_LISTING, NAME, PROCESS_WORKING_SET, "resident", BYTES, NULL },
    { "processes", &kind_PROCESS, HOW_LISTING, NAME, PROCESS_COMMIT, "committed", BYTES, NULL },
    { "processes", &kind_PROCESS, HOW_LISTING, NAME, PROCESS_NONPAGED, "nonpaged", BYTES, NULL },
    { "counters", &kind_KERNEL_COUNTER, HOW_LAST, VMSTAT, KERNEL_COUNTER_VALUE, "", SINCE_BOOT, tells },
    { "counters", &kind_BEANCOUNTER, HOW_LAST, COUNTER, BEANCOUNTER_FAILCNT, "failcnt", SINCE_BOOT, NULL },
    { "counters", &kind_CGROUP, HOW_LAST, GROUP, CGROUP_VALUE, "", SINCE_BOOT, is_count },
    { "groups", &kind_BEANCOUNTER, HOW_LAST, COUNTER, BEANCOUNTER_HELD, "held", BYTES, is_memory },
    { "groups", &kind_BEANCOUNTER, HOW_LAST, COUNTER, BEANCOUNTER_HELD, "held", COUNT, is_number },
    { "groups", &kind_CGROUP, HOW_LAST, GROUP, CGROUP_VALUE, "", BYTES, is_size },
    { "settings", &kind_SETTING, HOW_LAST, THING, SETTING_TEXT, "", WORDS, NULL },
    { "settings", &kind_CGROUP, HOW_LAST, GROUP, CGROUP_VALUE, "", WORDS, is_bound },
    { "settings", &kind_BEANCOUNTER, HOW_LAST, COUNTER, BEANCOUNTER_BARRIER, "barrier", WORDS, NULL },
    { "settings", &kind_BEANCOUNTER, HOW_LAST, COUNTER, BEANCOUNTER_LIMIT, "limit", WORDS, NULL },
    { "settings", &kind_VM_CONFIG, HOW_LAST, VM, VM_CONFIG_MEMORY, "memory", WORDS, NULL },
    { "settings", &kind_VM_CONFIG, HOW_LAST, VM, VM_CONFIG_RESERVATION, "reservation", WORDS, NULL },
    { "settings", &kind_VM_CONFIG, HOW_LAST, VM, VM_CONFIG_LIMIT, "limit", WORDS, NULL },
    { "settings", &kind_VM_CONFIG, HOW_LAST, VM, VM_CONFIG_MAX_BALLOON, "most ballooned", WORDS, NULL },
    { "settings", &kind_VM_CONFIG, HOW_LAST, VM, VM_CONFIG_PINNED, "all reserved", WORDS, NULL },
    { "settings", &kind_VM_CONFIG, HOW_LAST, VM, VM_CONFIG_CPUS, "CPUs", WORDS, NULL },
    { "settings", &kind_HOST, HOW_LAST, ALONE, HOST_RAM, "memory of the machine", WORDS, NULL },
    { "settings", &kind_HOST, HOW_LAST, ALONE, HOST_CPUS, "CPUs of the machine", WORDS, NULL },
    { "settings", &kind_HOST, HOW_LAST, ALONE, HOST_VERSION, "version of the system", WORDS, NULL },
    { .section = NULL },
};
/* clang-format on */

void *diff_bigger(struct arena *a, void *old, size_t each, size_t used, size_t *size)
{
    char *list;

    if (used < *size)
        return old;
    *size = *size != 0 ? *size * 2 : 128;
    list = arena_alloc(a, each * *size);
    if (used != 0)
        memcpy(list, old, each * used);
    return list;
}

/* The folder of a cgroup's file: what stands behind the mount point. */
static str group_path(str path)
{
    static const str marks[] = { STR_INIT("fs/cgroup/memory/"), STR_INIT("fs/cgroup/"),
        STR_INIT("cgroup/") };

    for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
        size_t at = str_find(path, marks[i]);

        if (at != STR_NONE)
            return str_from(path, at + marks[i].n);
    }
    return path;
}

static str joined(struct arena *a, str x, str y)
{
    return x.n == 0 ? y : y.n == 0 ? x : arena_printf(a, "%.*s %.*s", STR_ARG(x), STR_ARG(y));
}

static str name_of(struct arena *a, const struct measure *m, const struct fact *f, str label)
{
    str name = STR("");

    for (size_t i = 0; i < 3; i++) {
        str part = m->keys[i] != NO_FIELD ? text_of(f, m->keys[i]) : STR("");

        if (m->kind == &kind_CGROUP && i == 0)
            part = group_path(part);
        name = joined(a, name, part);
    }
    return joined(a, name, label);
}

static str value_text_of(struct arena *a, const struct fact *f, size_t field)
{
    const struct value *v = &f->values[field];

    switch (v->type) {
    case VALUE_BOOL:
        return v->b ? STR("yes") : STR("no");
    case VALUE_INT:
        return f->kind->fields[field].unit == UNIT_BYTES || f->kind == &kind_CGROUP ||
                               (f->kind == &kind_BEANCOUNTER && is_memory(f))
                       ? bytes_text(a, v->i)
                       : arena_printf(a, "%lld", (long long)v->i);
    case VALUE_TEXT:
        return v->s;
    case VALUE_NONE:
    case VALUE_REAL:
    case VALUE_TIME:
    case VALUE_MAP:
        break;
    }
    return f->kind == &kind_CGROUP && bool_or(f, CGROUP_UNLIMITED, false) ? STR("unlimited")
                                                                          : STR("");
}

static uint64_t listing_of(const struct fact *f)
{
    size_t at;
    int64_t snapshot = kind_field(f->kind, STR("snapshot"), &at) != NULL ||
                                       kind_field(f->kind, STR("report"), &at) != NULL
                               ? int_or(f, at, 0)
                               : 0;

    return (uint64_t)f->where.member << 32 | (uint32_t)snapshot;
}

static void add_figure(struct figures *out, const struct diff_host *host, const struct measure *m,
        const struct fact *f, size_t field, str label)
{
    struct figure figure = { .host = host, .when = f->when, .listing = listing_of(f) };

    if (m->unit == DIFF_TEXT) {
        figure.text = value_text_of(out->arena, f, field);
        if (figure.text.n == 0)
            return;
    } else if (field == COUNT_ROWS) {
        figure.value = 1;
    } else if (f->values[field].type == VALUE_INT) {
        figure.value = (double)f->values[field].i;
    } else {
        return;
    }
    figure.name = name_of(out->arena, m, f, label);
    figure.order = out->n;
    out->list = diff_bigger(out->arena, out->list, sizeof(figure), out->n, &out->size);
    out->list[out->n++] = figure;
}

/* "slab unreclaimable" of the field slab_unreclaimable */
static str field_label(struct arena *a, const struct field *field)
{
    char *label = arena_z(a, str_z(field->name));

    for (char *p = label; *p != '\0'; p++)
        if (*p == '_')
            *p = ' ';
    return str_z(label);
}

static void collect(struct figures *out, const struct diff *d, const struct fact_hosts *h,
        enum diff_side side, const struct measure *m)
{
    const struct case_file *c = diff_case(d, side);

    for (size_t i = 0; i < c->nfacts; i++) {
        const struct fact *f = c->facts[i];
        const struct diff_host *host = f->kind == m->kind ? h->of_fact[side][i] : NULL;

        if (host == NULL || (m->takes != NULL && !m->takes(f)))
            continue;
        if (m->value != NO_FIELD) {
            add_figure(out, host, m, f, m->value, str_z(m->label));
            continue;
        }
        for (size_t k = 0; k < m->kind->nfields; k++)
            if (m->kind->fields[k].unit == UNIT_BYTES)
                add_figure(out, host, m, f, k, field_label(out->arena, &m->kind->fields[k]));
    }
}

static bool later(const struct figure *a, const struct figure *than)
{
    double gap;

    return diff_seconds(than->when, a->when, &gap) && gap != 0 ? gap > 0 : a->order > than->order;
}

/* Keeps the rows of the last listing of each host. */
static void keep_last_listing(struct figures *f, const struct diff *d)
{
    size_t kept = 0;

    for (size_t h = 0; h < d->nhosts; h++) {
        const struct figure *last = NULL;
        uint64_t listing;

        for (size_t i = kept; i < f->n; i++)
            if (f->list[i].host == &d->hosts[h] && (last == NULL || later(&f->list[i], last)))
                last = &f->list[i];
        if (last == NULL)
            continue;
        listing = last->listing;
        for (size_t i = kept; i < f->n; i++) {
            struct figure x = f->list[i];

            if (x.host != &d->hosts[h] || x.listing != listing)
                continue;
            f->list[i] = f->list[kept];
            f->list[kept++] = x;
        }
    }
    f->n = kept;
}

int diff_by_name(const struct figure *a, const struct figure *b)
{
    return a->host != b->host ? (a->host < b->host ? -1 : 1) : str_cmp(a->name, b->name);
}

static int by_name_and_order(const void *pa, const void *pb)
{
    const struct figure *a = pa, *b = pb;
    int order = diff_by_name(a, b);

    return order != 0 ? order : (a->order > b->order) - (a->order < b->order);
}

/* One figure for each name: the sum of a listing's rows, else the last. */
static void fold(struct figures *f, enum how how)
{
    size_t kept = 0;

    qsort(f->list, f->n, sizeof(*f->list), by_name_and_order);
    for (size_t i = 0; i < f->n; i++) {
        struct figure *x = kept != 0 ? &f->list[kept - 1] : NULL;

        if (x == NULL || diff_by_name(x, &f->list[i]) != 0)
            f->list[kept++] = f->list[i];
        else if (how == HOW_LISTING)
            x->value += f->list[i].value;
        else if (later(&f->list[i], x))
            *x = f->list[i];
    }
    f->n = kept;
}

struct figures diff_figures(const struct diff *d, const struct fact_hosts *h, enum diff_side side,
        const struct measure *m)
{
    struct figures f = { .arena = d->arena };

    collect(&f, d, h, side, m);
    if (f.n == 0)
        return f;
    if (m->how == HOW_LISTING)
        keep_last_listing(&f, d);
    fold(&f, m->how);
    return f;
}
