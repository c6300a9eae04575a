/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bench: lays out what one rule sees: its selections over all facts, then host by host, then group
 * by group. Evaluation and `fathom why` walk the same bench.
 */
#include <stdlib.h>
#include <string.h>

#include "limits.h"
#include "run.h"

/* What a fact keeps while its selection is sorted. */
struct placed {
    const struct fact *fact;
    uint32_t index, host;
};

static int compare_placed(const void *a, const void *b)
{
    const struct placed *x = a, *y = b;
    int order = when_order(x->fact->when, y->fact->when);

    return order != 0 ? order : (x->index > y->index) - (x->index < y->index);
}

/* A selection over the whole case, in order of time; hosts beside the facts. */
struct found {
    const struct fact **facts;
    uint32_t *hosts;
    size_t n;
};

static struct found select_all(struct bench *b, const struct selection *s)
{
    struct run *run = b->run;
    struct arena *a = &run->rule;
    struct found found = { 0 };
    uint32_t *indexes = lookup_select(&run->lookup, a, s, &found.n, &b->hit_limit);
    struct placed *placed = arena_room(a, struct placed, found.n + 1);

    for (size_t i = 0; i < found.n; i++)
        placed[i] = (struct placed){ run->facts.facts[indexes[i]], indexes[i],
            run->hosts.of_fact[indexes[i]] };
    if (found.n != 0)
        qsort(placed, found.n, sizeof(*placed), compare_placed);
    found.facts = arena_room(a, const struct fact *, found.n + 1);
    found.hosts = arena_room(a, uint32_t, found.n + 1);
    for (size_t i = 0; i < found.n; i++) {
        found.facts[i] = placed[i].fact;
        found.hosts[i] = placed[i].host;
    }
    return found;
}

static struct facts of_host(struct arena *a, const struct found *found, uint32_t host, bool any)
{
    const struct fact **p;
    size_t n = 0;

    if (any)
        return (struct facts){ found->facts, found->n };
    p = arena_room(a, const struct fact *, found->n + 1);
    for (size_t i = 0; i < found->n; i++) {
        if (found->hosts[i] == 0 || found->hosts[i] == host)
            p[n++] = found->facts[i];
    }
    return (struct facts){ p, n };
}

/* Groups of `each`: which value, and the facts of every narrowed selection by group. */
struct grouping {
    struct result *values;
    size_t n, size;
    uint32_t *table; /* open addressing: group plus one */
    size_t table_size;
    bool rest; /* the first selection has facts without the field */
};

static uint32_t find_group(struct arena *a, struct grouping *g, struct result value, bool add)
{
    size_t at = result_hash(value) & (g->table_size - 1);

    while (g->table[at] != 0 && !result_equal(g->values[g->table[at] - 1], value))
        at = (at + 1) & (g->table_size - 1);
    if (g->table[at] == 0 && add) {
        if (g->n == g->size) {
            struct result *bigger = arena_array(a, struct result, g->size != 0 ? g->size * 2 : 16);

            if (g->n != 0)
                memcpy(bigger, g->values, g->n * sizeof(*bigger));
            g->values = bigger;
            g->size = g->size != 0 ? g->size * 2 : 16;
        }
        g->values[g->n++] = value;
        g->table[at] = (uint32_t)g->n;
    }
    return g->table[at];
}

static void make_groups(struct bench *b, struct arena *a, struct grouping *g)
{
    const struct each *first = &b->rule->each[0];
    const struct facts *facts = &b->host[first->selection];

    *g = (struct grouping){ .table_size = 16 };
    while (g->table_size < facts->n * 2)
        g->table_size *= 2;
    g->table = arena_array(a, uint32_t, g->table_size);
    for (size_t i = 0; i < facts->n; i++) {
        struct result value = fact_result(facts->p[i], &first->ref);

        if (value.type == RESULT_UNKNOWN)
            g->rest = true;
        else
            (void)find_group(a, g, value, true);
    }
}

/* Facts of one narrowed selection, group after group; starts has one more at the end. */
struct split {
    const struct fact **facts;
    uint32_t *starts;
};

static struct split split_facts(
        struct bench *b, struct arena *a, struct grouping *g, const struct each *each)
{
    const struct facts *facts = &b->host[each->selection];
    struct split s = { arena_array(a, const struct fact *, facts->n + 1),
        arena_array(a, uint32_t, g->n + 2) };
    uint32_t *groups = arena_array(a, uint32_t, facts->n + 1);

    for (size_t i = 0; i < facts->n; i++) {
        struct result value = fact_result(facts->p[i], &each->ref);

        if (value.type != RESULT_UNKNOWN)
            groups[i] = find_group(a, g, value, false);
        if (groups[i] > g->n)
            groups[i] = 0;         /* past LIMIT_GROUPS */
        s.starts[groups[i] + 1]++; /* group 0: none of them */
    }
    for (size_t i = 0; i <= g->n; i++)
        s.starts[i + 1] += s.starts[i];
    for (size_t i = 0; i < facts->n; i++)
        s.facts[s.starts[groups[i]]++] = facts->p[i];
    return s; /* starts[i] is now the end of group i (counted from 1), so the start of i + 1 */
}

static struct facts without_field(
        struct arena *a, const struct facts *facts, const struct field_ref *ref)
{
    const struct fact **p = arena_array(a, const struct fact *, facts->n + 1);
    size_t n = 0;

    for (size_t i = 0; i < facts->n; i++) {
        if (fact_result(facts->p[i], ref).type == RESULT_UNKNOWN)
            p[n++] = facts->p[i];
    }
    return (struct facts){ p, n };
}

/* Values of slots that differ between groups are forgotten; all of them for another host. */
static void forget(struct bench *b, bool all)
{
    for (size_t i = 0; i <= b->rule->nslots; i++) {
        if (all || b->eval.slot_known[i] == 2)
            b->eval.slot_known[i] = 0;
    }
}

static void each_group(struct bench *b, void (*fn)(struct bench *b, void *ctx), void *ctx)
{
    const struct rule *rule = b->rule;
    struct arena *a = &b->run->rule;
    struct split *splits = arena_array(a, struct split, rule->neach + 1);
    struct grouping g;

    make_groups(b, a, &g);
    if (g.n > LIMIT_GROUPS) {
        run_limit(b->run, rule, "rules.groups",
                arena_printf(b->run->a, "%zu groups, of which %d are looked at", g.n,
                        (int)LIMIT_GROUPS));
        g.n = LIMIT_GROUPS;
    }
    for (size_t i = 0; i < rule->neach; i++)
        splits[i] = split_facts(b, a, &g, &rule->each[i]);
    for (size_t k = 0; k < g.n; k++) {
        for (size_t i = 0; i < rule->neach; i++) {
            const struct split *s = &splits[i];

            b->group[rule->each[i].selection] =
                    (struct facts){ s->facts + s->starts[k], s->starts[k + 1] - s->starts[k] };
        }
        b->value = g.values[k];
        forget(b, false);
        fn(b, ctx);
    }
    if (!g.rest)
        return;
    memcpy(b->group, b->host, rule->nselections * sizeof(*b->group));
    b->group[rule->each[0].selection] =
            without_field(a, &b->host[rule->each[0].selection], &rule->each[0].ref);
    b->value = result_unknown();
    forget(b, false);
    fn(b, ctx);
}

static void one_host(struct bench *b, const struct found *found, uint32_t host,
        void (*fn)(struct bench *b, void *ctx), void *ctx)
{
    const struct rule *rule = b->rule;
    const struct merged_values *merged = run_merged(b->run, host);
    bool any = false;

    for (size_t i = 0; i < rule->nselections; i++) {
        b->host[i] = of_host(&b->run->rule, &found[i], host, rule->selections[i].any_host);
        any = any || b->host[i].n != 0;
    }
    if (!any)
        return;
    memcpy(b->group, b->host, rule->nselections * sizeof(*b->group));
    b->host_number = host;
    b->eval.host = merged->host;
    b->eval.limit = merged->limit;
    b->value = result_unknown();
    forget(b, true);
    if (rule->neach != 0)
        each_group(b, fn, ctx);
    else
        fn(b, ctx);
}

/*
 * Hosts that own a fact of the rule, each once; then, when there are facts of no host, those other
 * hosts that could make a difference, or none.
 */
static void each_host(struct bench *b, const struct found *found,
        void (*fn)(struct bench *b, void *ctx), void *ctx)
{
    const struct rule *rule = b->rule;
    size_t nhosts = b->run->hosts.n;
    bool *seen = arena_array(&b->run->rule, bool, nhosts + 1), hostless = false;

    for (size_t i = 0; i < rule->nselections; i++) {
        bool any = rule->selections[i].any_host;

        for (size_t k = 0; k < found[i].n; k++)
            seen[any ? 0 : found[i].hosts[k]] = true;
    }
    hostless = seen[0];
    for (uint32_t h = 1; h <= nhosts; h++) {
        if (seen[h])
            one_host(b, found, h, fn, ctx);
    }
    for (uint32_t h = 1; hostless && rule->uses_host && h <= nhosts; h++) {
        if (!seen[h])
            one_host(b, found, h, fn, ctx);
    }
    if (hostless && (!rule->uses_host || nhosts == 0))
        one_host(b, found, 0, fn, ctx);
}

void bench_each(
        struct run *run, const struct rule *rule, void (*fn)(struct bench *b, void *ctx), void *ctx)
{
    struct arena *a = &run->rule;
    struct bench b = { .run = run, .rule = rule };
    struct found *found = arena_array(a, struct found, rule->nselections);
    bool any = false;

    for (size_t i = 0; i < rule->nselections; i++) {
        found[i] = select_all(&b, &rule->selections[i]);
        if (run->trial != NULL)
            run->trial->matched += found[i].n;
        any = any || found[i].n != 0;
    }
    if (any) {
        b.host = arena_array(a, struct facts, rule->nselections);
        b.group = arena_array(a, struct facts, rule->nselections);
        b.eval = (struct eval){
            .arena = run->a,
            .scratch = a,
            .selections = b.group,
            .lets = rule->lets,
            .slots = arena_array(a, struct result, rule->nslots + 1),
            .slot_known = arena_array(a, uint8_t, rule->nslots + 1),
            .hit_limit = &b.hit_limit,
        };
        each_host(&b, found, fn, ctx);
    }
    if (b.hit_limit)
        run_limit(run, rule, "regex.limit",
                STR("a pattern needed more steps than it may take; such lines count as not matching"));
    arena_reset(a);
}

void bench_narrow(struct bench *b, bool own, struct facts *kept)
{
    for (size_t i = 0; i < b->rule->nselections; i++) {
        const struct facts *facts = &b->group[i];
        const struct fact **p = arena_room(&b->run->rule, const struct fact *, facts->n + 1);
        size_t n = 0;

        kept[i] = *facts;
        for (size_t k = 0; k < facts->n; k++) {
            if (b->rule->selections[i].any_host || (fact_host(facts->p[k]).n != 0) == own)
                p[n++] = facts->p[k];
        }
        b->group[i] = (struct facts){ p, n };
    }
    forget(b, true);
}

void bench_restore(struct bench *b, const struct facts *kept)
{
    memcpy(b->group, kept, b->rule->nselections * sizeof(*kept));
    forget(b, true);
}

struct result bench_when(struct bench *b)
{
    if (b->rule->when != NULL)
        return expr_eval(&b->eval, b->rule->when);
    for (size_t i = 0; i < b->rule->nselections; i++) {
        if (b->group[i].n == 0)
            return result_bool(false);
    }
    return result_bool(true);
}

bool bench_hostless(const struct bench *b)
{
    for (size_t i = 0; i < b->rule->nselections; i++) {
        for (size_t k = 0; !b->rule->selections[i].any_host && k < b->group[i].n; k++) {
            if (fact_host(b->group[i].p[k]).n != 0)
                return false;
        }
    }
    return true;
}

str bench_subject(struct bench *b)
{
    struct out out;
    str text;

    if (b->rule->subject != NULL)
        return template_print(&b->eval, b->rule->subject);
    if (b->value.type == RESULT_UNKNOWN)
        return STR("");
    if (b->value.type == RESULT_TEXT)
        return b->value.s;
    out_init_memory(&out);
    result_print(&out, b->value, field_shape(&b->rule->each[0].ref));
    text = arena_str(b->run->a, out_text(&out));
    (void)out_finish(&out);
    return text;
}
