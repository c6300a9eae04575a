/* SPDX-License-Identifier: Apache-2.0 */
/* keys: rules by the values that they look for, see base.h. */
#include <stdlib.h>

#include "base.h"
#include "must.h"

struct counter {
    size_t n;
};

static void count(void *ctx, struct result literal)
{
    (void)literal;
    ((struct counter *)ctx)->n++;
}

struct search {
    const struct match *whole;
    struct field_ref best;
    size_t least;
};

/* Nesting is that of the rule file, which json.h bounds. */
static void search_match(struct search *s, const struct match *m)
{
    for (size_t i = 0; i < m->ntests; i++) {
        const struct test *t = &m->tests[i];
        struct counter c = { 0 };

        if (t->op->literal && match_literals(s->whole, t->ref.index, t->ref.member, count, &c) &&
                c.n < s->least) {
            s->best = t->ref;
            s->least = c.n;
        }
    }
    for (size_t i = 0; i < m->nany; i++)
        search_match(s, &m->any[i]);
}

bool selection_key(const struct match *m, struct field_ref *ret)
{
    struct search s = { .whole = m, .least = SIZE_MAX };

    search_match(&s, m);
    *ret = s.best;
    return s.least != SIZE_MAX;
}

/* One value that a selection looks for. */
struct entry {
    struct field_ref ref;
    uint64_t hash;
    uint32_t rule;
};

struct entries {
    struct entry *p;
    size_t n, size;
    struct field_ref ref; /* of the selection at hand */
    uint32_t rule;
};

static void add_entry(void *ctx, struct result literal)
{
    struct entries *e = ctx;

    if (e->n == e->size) {
        e->size = e->size != 0 ? e->size * 2 : 256;
        e->p = must(realloc(e->p, e->size * sizeof(*e->p)));
    }
    e->p[e->n++] = (struct entry){ e->ref, lookup_hash(literal), e->rule };
}

static bool same_field(const struct field_ref *x, const struct field_ref *y)
{
    return x->index == y->index && str_eq(x->member, y->member);
}

static int compare_entries(const void *a, const void *b)
{
    const struct entry *x = a, *y = b;
    int order = (x->ref.index > y->ref.index) - (x->ref.index < y->ref.index);

    if (order == 0)
        order = str_cmp(x->ref.member, y->ref.member);
    if (order == 0)
        order = (x->hash > y->hash) - (x->hash < y->hash);
    return order != 0 ? order : (x->rule > y->rule) - (x->rule < y->rule);
}

static void put_entries(struct base_writer *w, struct base_kind *kind, struct entries *e)
{
    struct base_key key = { 0 };

    if (e->n != 0)
        qsort(e->p, e->n, sizeof(*e->p), compare_entries);
    for (size_t i = 0; i < e->n; i++) {
        const struct entry *entry = &e->p[i];
        uint32_t at = base_put(w, BASE_HASHES, &entry->hash, sizeof(entry->hash));

        (void)base_put(w, BASE_KEYED, &entry->rule, sizeof(entry->rule));
        if (i == 0 || !same_field(&entry->ref, &entry[-1].ref))
            key = (struct base_key){ (uint32_t)entry->ref.index, at, 0,
                base_put_text(w, entry->ref.member) };
        key.nhashes++;
        if (i + 1 == e->n || !same_field(&entry->ref, &entry[1].ref)) {
            (void)base_put(w, BASE_KEYS, &key, sizeof(key));
            kind->nkeys++;
        }
    }
}

/* Selections of lines are found by their numbers. */
static void put_kind(struct base_writer *w, const struct kind *kind, struct base_kind *row)
{
    struct entries e = { 0 };

    for (size_t i = 0; kind != w->rs->line && i < w->rs->nrules; i++) {
        const struct rule *rule = w->rs->rules[i];

        e.rule = (uint32_t)i;
        for (size_t k = 0; k < rule->nselections; k++) {
            const struct match *m = &rule->selections[k].match;

            if (rule->selections[k].kind != kind)
                continue;
            if (selection_key(m, &e.ref)) {
                (void)match_literals(m, e.ref.index, e.ref.member, add_entry, &e);
            } else {
                (void)base_put(w, BASE_OPEN, &e.rule, sizeof(e.rule));
                row->nopen++;
            }
        }
    }
    put_entries(w, row, &e);
    free(e.p);
}

void keys_write(struct base_writer *w, struct base_kind *rows)
{
    uint32_t keys = 0, open = 0;

    for (size_t i = 0; w->rs->kinds[i] != NULL; i++) {
        rows[i].keys = keys;
        rows[i].open = open;
        put_kind(w, w->rs->kinds[i], &rows[i]);
        keys += rows[i].nkeys;
        open += rows[i].nopen;
    }
}

/* The first of the key's hashes that is not below. */
static size_t lower_bound(const uint64_t *hashes, size_t n, uint64_t hash)
{
    size_t low = 0;

    while (n != 0) {
        size_t half = n / 2;

        if (hashes[low + half] < hash) {
            low += half + 1;
            n -= half + 1;
        } else {
            n = half;
        }
    }
    return low;
}

/* The rules that look for the fact's value of a key: *ret_n of them. */
static const uint32_t *keyed(
        const struct base *b, const struct base_key *key, const struct fact *fact, size_t *ret_n)
{
    const uint64_t *hashes = (const uint64_t *)base_part(b, BASE_HASHES) + key->hashes;
    const uint32_t *rules = (const uint32_t *)base_part(b, BASE_KEYED) + key->hashes;
    struct field_ref ref = { &fact->kind->fields[key->field], key->field,
        base_text(b, key->member) };
    struct result value = fact_result(fact, &ref);
    uint64_t hash;
    size_t at;

    *ret_n = 0;
    if (value.type == RESULT_UNKNOWN)
        return NULL;
    hash = lookup_hash(value);
    at = lower_bound(hashes, key->nhashes, hash);
    while (at + *ret_n < key->nhashes && hashes[at + *ret_n] == hash)
        ++*ret_n;
    return rules + at;
}

static void stir(bool *stirred, const uint32_t *rules, size_t n)
{
    for (size_t i = 0; i < n; i++)
        stirred[rules[i]] = true;
}

static void stir_line(const struct base *b, bool *stirred, const struct fact *line)
{
    const uint32_t *lines = base_part(b, BASE_LINES);
    size_t pattern;

    (void)kind_field(line->kind, STR("pattern"), &pattern);
    if (line->values[pattern].type == VALUE_INT)
        stirred[lines[line->values[pattern].i]] = true;
}

const bool *base_stirred(const struct base *b, struct arena *a, struct fact_set facts)
{
    const struct base_kind *kinds = base_part(b, BASE_KINDS), *row = NULL;
    const struct base_key *keys = base_part(b, BASE_KEYS);
    const uint32_t *open = base_part(b, BASE_OPEN);
    const struct kind *last = NULL;
    bool *stirred = arena_array(a, bool, b->rs->nrules + 1);

    for (size_t i = 0; i < facts.n; i++) {
        const struct fact *fact = facts.facts[i];

        if (fact->kind == b->rs->line) {
            stir_line(b, stirred, fact);
            continue;
        }
        if (fact->kind != last) {
            last = fact->kind;
            row = kinds + kind_index(b->rs, last);
            stir(stirred, open + row->open, row->nopen);
        }
        for (size_t k = 0; k < row->nkeys; k++) {
            size_t n;
            const uint32_t *rules = keyed(b, &keys[row->keys + k], fact, &n);

            stir(stirred, rules, n);
        }
    }
    return stirred;
}

static bool may_take(const struct base *b, const uint32_t *rules, size_t n, const struct fact *fact,
        uint64_t known)
{
    for (size_t i = 0; i < n; i++) {
        const struct rule *rule = rule_at(b->rs, rules[i]);

        for (size_t k = 0; k < rule->nselections; k++) {
            if (rule->selections[k].kind == fact->kind &&
                    match_may_hold(&rule->selections[k].match, fact, known))
                return true;
        }
    }
    return false;
}

bool base_may_take(const struct base *b, size_t kind, const struct fact *fact, uint64_t known)
{
    const struct base_kind *row = (const struct base_kind *)base_part(b, BASE_KINDS) + kind;
    const struct base_key *keys = (const struct base_key *)base_part(b, BASE_KEYS) + row->keys;
    const uint32_t *all = base_part(b, BASE_KEYED);

    if (row->whole)
        return true;
    for (size_t k = 0; k < row->nkeys; k++) {
        size_t n = keys[k].nhashes;
        const uint32_t *rules = all + keys[k].hashes;

        if (keys[k].field < 64 && (known >> keys[k].field & 1) != 0)
            rules = keyed(b, &keys[k], fact, &n);
        if (may_take(b, rules, n, fact, known))
            return true;
    }
    return may_take(
            b, (const uint32_t *)base_part(b, BASE_OPEN) + row->open, row->nopen, fact, known);
}
