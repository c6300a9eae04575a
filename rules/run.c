/* SPDX-License-Identifier: Apache-2.0 */
#include "run.h"

#include <stdlib.h>

void run_init(struct run *run, struct arena *a, const struct ruleset *rs, struct fact_set facts)
{
    *run = (struct run){ .a = a, .rs = rs, .facts = facts };
    arena_init(&run->scratch, 0);
    arena_init(&run->rule, 0);
    hosts_collect(&run->scratch, facts.facts, facts.n, &run->hosts);
    lookup_init(&run->lookup, &run->scratch, rs->kinds, facts);
    run->merged = arena_array(&run->scratch, struct merged_values, run->hosts.n + 1);
}

void run_finish(struct run *run)
{
    free(run->drafts.p);
    free(run->undetermined.p);
    free(run->limits);
    arena_finish(&run->rule);
    arena_finish(&run->scratch);
}

struct dated {
    const struct fact *fact;
    uint32_t index;
    bool own; /* names the host itself: speaks louder than a fact of no host */
};

static int compare_dated(const void *a, const void *b)
{
    const struct dated *x = a, *y = b;
    int order = x->own - y->own;

    if (order == 0)
        order = when_order(x->fact->when, y->fact->when);
    return order != 0 ? order : (x->index > y->index) - (x->index < y->index);
}

/* The latest value of each field that is present. */
static const struct value *merge(struct run *run, const struct kind *kind, uint32_t host)
{
    const struct kind_facts *k;
    struct dated *dated;
    struct value *values;
    size_t n = 0;

    if (kind == NULL)
        return NULL;
    k = lookup_kind(&run->lookup, kind);
    dated = arena_array(&run->scratch, struct dated, k->n + 1);
    for (size_t i = 0; i < k->n; i++) {
        uint32_t of = run->hosts.of_fact[k->p[i]];

        if (of == 0 || of == host)
            dated[n++] = (struct dated){ run->facts.facts[k->p[i]], k->p[i], of != 0 };
    }
    if (n == 0)
        return NULL;
    qsort(dated, n, sizeof(*dated), compare_dated);
    values = arena_array(&run->scratch, struct value, kind->nfields);
    for (size_t i = 0; i < n; i++) {
        for (size_t f = 0; f < kind->nfields; f++) {
            if (dated[i].fact->values[f].type != VALUE_NONE)
                values[f] = dated[i].fact->values[f];
        }
    }
    return values;
}

const struct merged_values *run_merged(struct run *run, uint32_t host)
{
    struct merged_values *m = &run->merged[host];

    if (!m->made) {
        m->host = merge(run, run->rs->host, host);
        m->limit = merge(run, run->rs->limit, host);
        m->made = true;
    }
    return m;
}

str run_host_name(const struct run *run, uint32_t host)
{
    return host != 0 ? run->hosts.names[host - 1] : STR("");
}

void run_limit(struct run *run, const struct rule *rule, const char *code, str text)
{
    if (run->nlimits == run->limits_size) {
        run->limits_size = run->limits_size != 0 ? run->limits_size * 2 : 8;
        run->limits = realloc(run->limits, run->limits_size * sizeof(*run->limits));
        if (run->limits == NULL)
            abort();
    }
    run->limits[run->nlimits++] = (struct rule_problem){
        .warning = true,
        .file = rule->id,
        .pointer = STR(""),
        .text = text,
        .code = code,
    };
}
