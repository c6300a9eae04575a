/* SPDX-License-Identifier: Apache-2.0 */
/*
 * wants: for each kind and text field the literals that some rule looks for, unless some rule would
 * take any value. A parser asks it before it builds a fact, so it is a small hash set.
 */
#include "wants.h"

#include <string.h>

#include "base.h"

struct field_wants {
    bool open;        /* any value may match */
    uint64_t *hashes; /* of literals in lower case; open addressing, 0 = free */
    size_t n, size;   /* size: power of two, 0 = none */
};

/* One selection of a kind. */
struct wanted_match {
    const struct match *match;
    const struct wanted_match *next;
};

struct wants {
    struct kind_wants {
        bool used, whole; /* whole: merged facts, which are read as one */
        const struct wanted_match *matches;
        struct field_wants *fields;
    } * kinds;
};

static uint64_t hash_lower(str s)
{
    uint64_t hash = 14695981039346656037u;

    for (size_t i = 0; i < s.n; i++)
        hash = (hash ^ (unsigned char)to_lower(s.p[i])) * 1099511628211u;
    return hash != 0 ? hash : 1;
}

static void insert(struct field_wants *f, uint64_t hash)
{
    size_t at = hash & (f->size - 1);

    while (f->hashes[at] != 0 && f->hashes[at] != hash)
        at = (at + 1) & (f->size - 1);
    f->n += f->hashes[at] == 0;
    f->hashes[at] = hash;
}

struct adder {
    struct arena *a;
    struct field_wants *field;
};

static void add_literal(struct adder *adder, struct result literal)
{
    struct field_wants *f = adder->field;

    if (literal.type != RESULT_TEXT)
        return;
    if ((f->n + 1) * 2 > f->size) {
        struct field_wants bigger = { .size = f->size != 0 ? f->size * 2 : 8 };

        bigger.hashes = arena_array(adder->a, uint64_t, bigger.size);
        for (size_t i = 0; i < f->size; i++) {
            if (f->hashes[i] != 0)
                insert(&bigger, f->hashes[i]);
        }
        bigger.open = f->open;
        *f = bigger;
    }
    insert(f, hash_lower(literal.s));
}

/* {"exists": false}: no value that a parser could ask about matches. */
static bool wants_absence(const struct test *t)
{
    return strcmp(t->op->name, "exists") == 0 && !t->want;
}

/*
 * Whether this match takes only certain values of the field; these go to the adder (NULL: only asked).
 * Nesting is that of the rule file, which json.h bounds.
 */
static bool limits_values(const struct match *m, size_t field, struct adder *adder)
{
    bool all = m->nany != 0;

    for (size_t i = 0; i < m->ntests; i++) {
        const struct test *t = &m->tests[i];

        if (t->ref.index != field || t->ref.member.n != 0 || (!t->op->literal && !wants_absence(t)))
            continue;
        for (size_t k = 0; adder != NULL && t->op->literal && k < t->nvalues; k++)
            add_literal(adder, t->values[k]);
        return true;
    }
    for (size_t i = 0; i < m->nany; i++)
        all = all && limits_values(&m->any[i], field, NULL);
    for (size_t i = 0; adder != NULL && all && i < m->nany; i++)
        (void)limits_values(&m->any[i], field, adder);
    return all;
}

static void add_selection(struct ruleset *rs, struct wants *w, const struct selection *s)
{
    struct wanted_match *wanted;
    struct kind_wants *k;

    if (s->kind == NULL)
        return;
    k = &w->kinds[kind_index(rs, s->kind)];
    k->used = true;
    wanted = arena_new(&rs->arena, struct wanted_match);
    *wanted = (struct wanted_match){ &s->match, k->matches };
    k->matches = wanted;
    for (size_t i = 0; i < s->kind->nfields; i++) {
        struct adder adder = { &rs->arena, &k->fields[i] };

        if (s->kind->fields[i].type == VALUE_TEXT && !k->fields[i].open &&
                !limits_values(&s->match, i, &adder))
            k->fields[i].open = true;
    }
}

static struct wants *make_wants(struct ruleset *rs)
{
    struct wants *w = arena_new(&rs->arena, struct wants);
    size_t nkinds = 0;

    while (rs->kinds[nkinds] != NULL)
        nkinds++;
    w->kinds = arena_array(&rs->arena, struct kind_wants, nkinds + 1);
    for (size_t i = 0; i < nkinds; i++)
        w->kinds[i].fields = arena_array(&rs->arena, struct field_wants, rs->kinds[i]->nfields);
    return w;
}

void wants_write(struct base_writer *w, struct base_kind *rows)
{
    const struct ruleset *rs = w->rs;
    uint32_t fields = 0;

    for (size_t i = 0; rs->kinds[i] != NULL; i++) {
        const struct kind_wants *k = &rs->wants->kinds[i];

        rows[i].used = k->used;
        rows[i].whole = k->whole || (k->used && rs->kinds[i] == rs->line);
        rows[i].fields = fields;
        for (size_t f = 0; f < rs->kinds[i]->nfields; f++) {
            struct base_field row = { .open = k->fields[f].open,
                .nwanted = (uint32_t)k->fields[f].size };

            for (size_t h = 0; h < k->fields[f].size; h++) {
                uint32_t at = base_put(w, BASE_WANTED, &k->fields[f].hashes[h], sizeof(uint64_t));

                row.wanted = h == 0 ? at : row.wanted;
            }
            (void)base_put(w, BASE_FIELDS, &row, sizeof(row));
            fields++;
        }
    }
}

struct wants *wants_open(struct ruleset *rs, const struct base *b)
{
    const struct base_kind *rows = base_part(b, BASE_KINDS);
    const struct base_field *fields = base_part(b, BASE_FIELDS);
    const uint64_t *hashes = base_part(b, BASE_WANTED);
    struct wants *w = make_wants(rs);

    for (size_t i = 0; rs->kinds[i] != NULL; i++) {
        struct kind_wants *k = &w->kinds[i];

        k->used = rows[i].used;
        for (size_t f = 0; f < rs->kinds[i]->nfields; f++) {
            const struct base_field *row = &fields[rows[i].fields + f];

            k->fields[f] = (struct field_wants){ .open = row->open,
                .hashes = (uint64_t *)(uintptr_t)(hashes + row->wanted), /* never written again */
                .size = row->nwanted };
        }
    }
    return w;
}

struct wants *wants_create(struct ruleset *rs)
{
    struct wants *w = make_wants(rs);

    for (size_t i = 0; i < rs->nrules; i++) {
        const struct rule *rule = rs->rules[i];

        for (size_t k = 0; k < rule->nselections; k++)
            add_selection(rs, w, &rule->selections[k]);
        /* Merged facts are read whole. */
        for (size_t k = 0; rule->uses_host && k < 2; k++) {
            const struct kind *kind = k == 0 ? rs->host : rs->limit;
            struct selection *all = arena_new(&rs->arena, struct selection);

            all->kind = kind;
            add_selection(rs, w, all);
            w->kinds[kind_index(rs, kind)].whole = true;
        }
    }
    return w;
}

bool ruleset_wants(const struct ruleset *rs, const struct kind *kind, size_t field, str value)
{
    const struct field_wants *f;
    const struct kind_wants *k;
    uint64_t hash;
    size_t index = kind_index(rs, kind);

    if (rs->wants == NULL || rs->kinds[index] == NULL)
        return true;
    k = &rs->wants->kinds[index];
    if (!k->used || field >= kind->nfields || value.n == 0)
        return k->used;
    f = &k->fields[field];
    if (f->open || kind->fields[field].type != VALUE_TEXT)
        return true;
    hash = hash_lower(value);
    for (size_t at = hash & (f->size - 1); f->size != 0 && f->hashes[at] != 0;
            at = (at + 1) & (f->size - 1)) {
        if (f->hashes[at] == hash)
            return true;
    }
    return false;
}

bool ruleset_may_take(const struct ruleset *rs, const struct fact *fact, uint64_t known)
{
    size_t index = kind_index(rs, fact->kind);

    if (rs->wants == NULL || rs->kinds[index] == NULL)
        return true;
    if (rs->base != NULL)
        return base_may_take(rs->base, index, fact, known);
    for (const struct wanted_match *m = rs->wants->kinds[index].matches; m != NULL; m = m->next) {
        if (match_may_hold(m->match, fact, known))
            return true;
    }
    return false;
}
