/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pool_limits: the pool and commit limits that hold on each host. A maximum that the evidence states
 * (!vm prints one) comes first: the true limit can lie below the table, because address space is
 * split at boot. Else rules/tables/pool_limits.tsv by product, architecture, /3GB and memory. A host
 * of unknown product or architecture has no limit here.
 */
#include "correlator.h"
#include "fields.h"
#include "limits.h"
#include "tables.h"

/* What is known of one host, from all facts that speak of it. */
struct machine {
    const struct fact *on; /* that the limits stand on */
    str product, version, arch;
    int64_t ram, commit;
    bool three_gb, three_gb_known;
    const struct fact *stated[2]; /* pool.usage with a limit, newest: nonpaged, paged */
};

static const char *const pools[2] = { "nonpaged", "paged" };

static void learn_host(struct machine *m, const struct fact *f)
{
    str product = text_of(f, HOST_PRODUCT), arch = text_of(f, HOST_ARCH);

    if (has(f, HOST_OS) && !str_eq(text_of(f, HOST_OS), STR("windows")))
        return;
    if (product.n != 0)
        m->product = product;
    if (has(f, HOST_VERSION))
        m->version = text_of(f, HOST_VERSION);
    if (arch.n != 0)
        m->arch = arch;
    if (int_or(f, HOST_RAM, 0) > 0)
        m->ram = int_or(f, HOST_RAM, 0);
    if (has(f, HOST_THREE_GB)) {
        m->three_gb_known = true;
        m->three_gb = m->three_gb || bool_or(f, HOST_THREE_GB, false);
    }
    if (product.n != 0 || arch.n != 0 || m->on == NULL)
        m->on = f;
}

/* A debugger with the wrong symbols prints maxima beyond any machine. */
static bool believable(const struct machine *m, int64_t limit, size_t pool)
{
    return limit >= (int64_t)MIB && limit < (int64_t)(64 * 1024 * GIB) &&
           (pool != 0 || m->ram == 0 || limit / 2 <= m->ram);
}

static void learn(struct machine *m, const struct fact *f)
{
    if (f->kind == &kind_HOST) {
        learn_host(m, f);
    } else if (f->kind == &kind_MEMORY_STATUS) {
        str source = text_of(f, MEMORY_STATUS_SOURCE);
        bool linux_file = str_eq(source, STR("meminfo")) || str_eq(source, STR("free"));

        if (int_or(f, MEMORY_STATUS_COMMIT_LIMIT, 0) > 0)
            m->commit = int_or(f, MEMORY_STATUS_COMMIT_LIMIT, 0);
        if (!linux_file && m->ram == 0)
            m->ram = int_or(f, MEMORY_STATUS_TOTAL, 0);
        if (m->on == NULL && m->commit != 0)
            m->on = f;
    } else if (f->kind == &kind_POOL_USAGE && has(f, POOL_USAGE_LIMIT)) {
        str pool = text_of(f, POOL_USAGE_POOL);

        for (size_t i = 0; i < 2; i++)
            if (str_eq(pool, str_z(pools[i])) && believable(m, int_or(f, POOL_USAGE_LIMIT, 0), i))
                m->stated[i] = f;
        if (m->on == NULL)
            m->on = f;
    }
}

/* A release that only its version number names: any product of that kernel will do. */
static str product_of(const struct machine *m)
{
    static const struct {
        str version, product;
    } kernels[] = {
        { STR_INIT("5.0"), STR_INIT("2000") },
        { STR_INIT("5.1"), STR_INIT("xp") },
        { STR_INIT("5.2"), STR_INIT("2003") },
        { STR_INIT("6.0"), STR_INIT("2008") },
        { STR_INIT("6.1"), STR_INIT("2008r2") },
        { STR_INIT("6.2"), STR_INIT("2012") },
        { STR_INIT("6.3"), STR_INIT("2012r2") },
        { STR_INIT("10.0"), STR_INIT("2016") },
    };

    for (size_t i = 0; i < sizeof(kernels) / sizeof(kernels[0]) && m->product.n == 0; i++) {
        str version = m->version;

        if (str_take(&version, kernels[i].version) && (version.n == 0 || version.p[0] == '.'))
            return kernels[i].product;
    }
    return m->product;
}

static bool has_product(str list, str product)
{
    while (list.n != 0) {
        if (str_eq(str_cut(&list, ','), product))
            return true;
    }
    return false;
}

static int64_t cell_number(const struct table *t, size_t row, const char *column)
{
    uint64_t n;

    return str_u64(table_cell(t, row, column), &n) && n < INT32_MAX ? (int64_t)n : 0;
}

static bool row_fits(const struct table *t, size_t row, const struct machine *m, size_t pool)
{
    int64_t ram_to = cell_number(t, row, "ram_to") * (int64_t)MIB;
    str three_gb = table_cell(t, row, "three_gb");
    str arch = str_eq(m->arch, STR("arm64")) ? STR("x64") : m->arch;

    return str_eq(table_cell(t, row, "pool"), str_z(pools[pool])) &&
           has_product(table_cell(t, row, "products"), product_of(m)) &&
           str_eq(table_cell(t, row, "arch"), arch) &&
           (three_gb.n == 0 || str_eq(three_gb, STR("yes")) == m->three_gb) &&
           (ram_to == 0 || (m->ram != 0 && m->ram <= ram_to));
}

/* 0 when the table does not know, or would need the size of the memory. */
static int64_t from_table(const struct machine *m, size_t pool, str *ret_source)
{
    const struct table *t = table_find("pool_limits");

    for (size_t row = 0; t != NULL && row < t->nrows; row++) {
        int64_t percent = cell_number(t, row, "percent");
        int64_t cap = cell_number(t, row, "cap") * (int64_t)MIB;

        if (!row_fits(t, row, m, pool))
            continue;
        *ret_source = table_cell(t, row, "source");
        if (percent == 0)
            return cap;
        if (m->ram == 0)
            return 0;
        return m->ram < INT64_MAX / 100 && m->ram * percent / 100 < cap ? m->ram * percent / 100
                                                                        : cap;
    }
    return 0;
}

static bool far_apart(int64_t a, int64_t b)
{
    return a / 20 < (a > b ? a - b : b - a);
}

static int64_t pool_limit(struct arena *a, const struct machine *m, size_t pool, str *ret_source)
{
    str source = { NULL, 0 };
    int64_t known = from_table(m, pool, &source);
    int64_t stated = int_or(m->stated[pool], POOL_USAGE_LIMIT, 0);

    if (stated != 0) {
        *ret_source = STR("the maximum that the evidence itself states");
        if (known != 0 && far_apart(stated, known))
            *ret_source = arena_printf(a, "%.*s; the rule would give %lld MB (%.*s)",
                    STR_ARG(*ret_source), (long long)(known / (int64_t)MIB), STR_ARG(source));
        return stated;
    }
    if (known == 0)
        return 0;
    *ret_source = source;
    if (str_eq(m->arch, STR("x86")) && !m->three_gb_known)
        *ret_source = arena_printf(a,
                "%.*s; half of it if booted with /3GB, which the evidence "
                "does not tell",
                STR_ARG(source));
    if (pool == 1 && m->commit != 0 && m->commit < known) {
        *ret_source = arena_printf(a,
                "the commit limit, which is below the pool's own maximum "
                "(%.*s)",
                STR_ARG(source));
        return m->commit;
    }
    return known;
}

static void emit_limits(struct correlate *c, const struct machine *m, str host)
{
    str sources[2] = { { NULL, 0 }, { NULL, 0 } };
    int64_t nonpaged = pool_limit(c->arena, m, 0, &sources[0]);
    int64_t paged = pool_limit(c->arena, m, 1, &sources[1]);
    struct value values[LIMIT_NFIELDS] = {
        [LIMIT_NONPAGED_SOURCE] = value_text(sources[0]),
        [LIMIT_PAGED_SOURCE] = value_text(sources[1]),
    };
    struct fact fact;

    if (m->on == NULL || (nonpaged == 0 && paged == 0 && m->commit == 0))
        return;
    if (nonpaged != 0)
        values[LIMIT_NONPAGED] = value_int(nonpaged);
    if (paged != 0)
        values[LIMIT_PAGED] = value_int(paged);
    if (m->commit != 0)
        values[LIMIT_COMMIT] = value_int(m->commit);
    fact = *m->on;
    fact.kind = &kind_LIMIT;
    fact.values = values;
    fact.host = host;
    c->add(c, &fact);
}

static bool relevant(const struct fact *f)
{
    return f->kind == &kind_HOST || f->kind == &kind_MEMORY_STATUS || f->kind == &kind_POOL_USAGE;
}

static void run(struct correlate *c)
{
    size_t n = 0, nhosts = c->nhosts != 0 ? c->nhosts : 1;
    const struct fact **facts;

    for (size_t i = 0; i < c->facts.n; i++)
        n += relevant(c->facts.facts[i]);
    facts = arena_array(c->arena, const struct fact *, n + 1);
    n = 0;
    for (size_t i = 0; i < c->facts.n; i++)
        if (relevant(c->facts.facts[i]))
            facts[n++] = c->facts.facts[i];
    for (size_t h = 0; h < nhosts; h++) {
        str host = c->nhosts != 0 ? c->hosts[h] : (str){ NULL, 0 };
        struct machine m = { 0 };

        for (size_t i = 0; i < n; i++)
            if (facts[i]->host.n == 0 || str_eq(facts[i]->host, host))
                learn(&m, facts[i]);
        emit_limits(c, &m, host);
    }
}

static const struct kind *const wants[] = { &kind_HOST, &kind_MEMORY_STATUS, &kind_POOL_USAGE,
    NULL };
static const struct kind *const emits[] = { &kind_LIMIT, NULL };

const struct correlator correlator_pool_limits = {
    .name = "pool_limits",
    .summary = "pool and commit limits by Windows version, architecture and memory",
    .wants = wants,
    .emits = emits,
    .run = run,
};
