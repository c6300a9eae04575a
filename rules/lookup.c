/* SPDX-License-Identifier: Apache-2.0 */
#include "lookup.h"

#include <stdlib.h>

/* Fewer facts of a kind than this are simply looked at. */
enum { SMALL = 16 };
/* Where a table has left one of so many, no other is made for the same selection. */
enum { FEW = 8 };

struct entry {
    uint64_t hash;
    uint32_t fact;
};

/* Facts of one kind by the hash of one field, entries of a bucket side by side. */
struct value_table {
    struct value_table *next;
    size_t field;
    str member;
    uint32_t *starts; /* [bucket], one more at the end */
    struct entry *entries;
    size_t mask;
};

/* Texts are found in either case: "nocase" and "code" compare so, and "eq" looks again. */
uint64_t lookup_hash(struct result r)
{
    uint64_t hash = 14695981039346656037u;

    if (r.type != RESULT_TEXT)
        return result_hash(r);
    for (size_t i = 0; i < r.s.n; i++)
        hash = (hash ^ (unsigned char)to_lower(r.s.p[i])) * 1099511628211u;
    return hash ^ (hash >> 32);
}

static size_t kind_number(const struct lookup *l, const struct kind *kind)
{
    size_t i = 0;

    while (l->kinds[i] != NULL && l->kinds[i] != kind)
        i++;
    return i;
}

void lookup_init(
        struct lookup *l, struct arena *a, const struct kind *const *kinds, struct fact_set facts)
{
    uint32_t *numbers = arena_room(a, uint32_t, facts.n + 1);
    size_t nkinds = 0, number = 0;
    const struct kind *last = NULL;

    while (kinds[nkinds] != NULL)
        nkinds++;
    *l = (struct lookup){ .a = a, .facts = facts, .kinds = kinds };
    l->by_kind = arena_array(a, struct kind_facts, nkinds + 1); /* the last: kinds not known */
    for (size_t i = 0; i < facts.n; i++) {
        if (facts.facts[i]->kind != last) {
            last = facts.facts[i]->kind;
            number = kind_number(l, last);
        }
        numbers[i] = (uint32_t)number;
        l->by_kind[number].n++;
    }
    for (size_t k = 0; k <= nkinds; k++) {
        l->by_kind[k].p = arena_room(a, uint32_t, l->by_kind[k].n);
        l->by_kind[k].n = 0;
    }
    for (size_t i = 0; i < facts.n; i++) {
        struct kind_facts *k = &l->by_kind[numbers[i]];

        k->p[k->n++] = (uint32_t)i;
    }
}

const struct kind_facts *lookup_kind(const struct lookup *l, const struct kind *kind)
{
    return &l->by_kind[kind_number(l, kind)];
}

static struct value_table *build_table(
        struct lookup *l, const struct kind_facts *k, const struct field_ref *ref)
{
    struct value_table *t = arena_new(l->a, struct value_table);
    uint64_t *hashes = arena_room(l->a, uint64_t, k->n);
    size_t buckets = 16;

    while (buckets < k->n)
        buckets *= 2;
    t->mask = buckets - 1;
    t->field = ref->index;
    t->member = ref->member;
    t->starts = arena_array(l->a, uint32_t, buckets + 1);
    t->entries = arena_room(l->a, struct entry, k->n);
    for (size_t i = 0; i < k->n; i++) {
        hashes[i] = lookup_hash(fact_result(l->facts.facts[k->p[i]], ref));
        t->starts[(hashes[i] & t->mask) + 1]++;
    }
    for (size_t b = 0; b < buckets; b++)
        t->starts[b + 1] += t->starts[b];
    /* Filling moves each start to its end; the loop below moves them back. */
    for (size_t i = 0; i < k->n; i++)
        t->entries[t->starts[hashes[i] & t->mask]++] = (struct entry){ hashes[i], k->p[i] };
    for (size_t b = buckets; b > 0; b--)
        t->starts[b] = t->starts[b - 1];
    t->starts[0] = 0;
    return t;
}

/* NULL: there is none yet, and it is not worth one. */
static struct value_table *find_table(
        struct lookup *l, struct kind_facts *k, const struct field_ref *ref, bool worth)
{
    struct value_table *t = k->tables;

    while (t != NULL && (t->field != ref->index || !str_eq(t->member, ref->member)))
        t = t->next;
    if (t == NULL && worth) {
        t = build_table(l, k, ref);
        t->next = k->tables;
        k->tables = t;
    }
    return t;
}

/* Upper bound of the facts that a test lets through. */
static size_t weigh(const struct value_table *t, const struct test *test)
{
    size_t n = 0;

    for (size_t i = 0; i < test->nvalues; i++) {
        size_t bucket = lookup_hash(test->values[i]) & t->mask;

        n += t->starts[bucket + 1] - t->starts[bucket];
    }
    return n;
}

static int compare_numbers(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

    return (x > y) - (x < y);
}

/* The candidates of one literal test, ascending, each once. */
static uint32_t *gather(struct arena *a, const struct value_table *t, const struct test *test,
        size_t most, size_t *ret_n)
{
    uint32_t *p = arena_room(a, uint32_t, most + 1);
    size_t n = 0, kept = 0;

    for (size_t i = 0; i < test->nvalues; i++) {
        uint64_t hash = lookup_hash(test->values[i]);
        size_t bucket = hash & t->mask;

        for (size_t e = t->starts[bucket]; e < t->starts[bucket + 1]; e++) {
            if (t->entries[e].hash == hash)
                p[n++] = t->entries[e].fact;
        }
    }
    if (test->nvalues > 1 && n != 0)
        qsort(p, n, sizeof(*p), compare_numbers);
    for (size_t i = 0; i < n; i++) {
        if (i == 0 || p[i] != p[i - 1])
            p[kept++] = p[i];
    }
    *ret_n = kept;
    return p;
}

uint32_t *lookup_select(struct lookup *l, struct arena *a, const struct selection *s, size_t *ret_n,
        bool *hit_limit)
{
    struct kind_facts *k = &l->by_kind[kind_number(l, s->kind)];
    const struct match number = {
        .tests = s->numbered ? &s->match.tests[s->match.ntests - 1] : NULL, .ntests = 1
    };
    const struct value_table *best = NULL;
    const struct test *narrowest = NULL;
    size_t n = k->n, kept = 0;
    const uint32_t *from = k->p;
    uint32_t *ret;

    for (size_t i = 0; k->n > SMALL && i < s->match.ntests; i++) {
        const struct test *test = &s->match.tests[i];
        const struct value_table *t;
        size_t weight;

        if (!test->op->literal)
            continue;
        t = find_table(l, k, &test->ref, n > k->n / FEW);
        if (t == NULL)
            continue;
        weight = weigh(t, test);
        if (weight < n) {
            n = weight;
            best = t;
            narrowest = test;
        }
    }
    if (best != NULL)
        from = gather(a, best, narrowest, n, &n);
    l->tested += n;
    ret = arena_room(a, uint32_t, n + 1);
    for (size_t i = 0; i < n; i++) {
        if (match_holds(s->numbered ? &number : &s->match, l->facts.facts[from[i]], hit_limit))
            ret[kept++] = from[i];
    }
    *ret_n = kept;
    return ret;
}
