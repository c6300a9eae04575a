/* SPDX-License-Identifier: Apache-2.0 */
#include "hosts.h"

#include <stdlib.h>
#include <string.h>

struct spelling {
    str name, lower; /* lower: without a trailing full stop */
    size_t label;    /* length of the first label of lower; all of it when short or an address */
    uint32_t number; /* in order of first mention */
    uint32_t host;   /* index of the host plus one */
};

struct spellings {
    struct arena *a;
    struct spelling *p;
    uint32_t *table; /* open addressing: number plus one */
    size_t n, size;  /* size of table; p has half of it */
};

static str make_lower(struct arena *a, str name)
{
    char *copy = arena_alloc(a, name.n + 1);

    for (size_t i = 0; i < name.n; i++)
        copy[i] = to_lower(name.p[i]);
    if (name.n > 1 && copy[name.n - 1] == '.')
        name.n--;
    return (str){ copy, name.n };
}

static size_t label_length(str lower)
{
    size_t dot = str_find_char(lower, '.');

    if (dot == STR_NONE || dot == 0 || str_find_char(lower, ':') != STR_NONE)
        return lower.n;
    /* 10.0.0.1 is no host "10"; a name made of digits alone is rare enough to be left alone. */
    for (size_t i = 0; i < dot; i++) {
        if (!is_digit(lower.p[i]))
            return dot;
    }
    return lower.n;
}

static void grow(struct spellings *s)
{
    size_t size = s->size != 0 ? s->size * 2 : 64;
    struct spelling *p = arena_array(s->a, struct spelling, size / 2);

    if (s->n != 0)
        memcpy(p, s->p, s->n * sizeof(*p));
    s->p = p;
    s->table = arena_array(s->a, uint32_t, size);
    s->size = size;
    for (uint32_t i = 0; i < s->n; i++) {
        size_t at = str_hash(p[i].name) & (size - 1);

        while (s->table[at] != 0)
            at = (at + 1) & (size - 1);
        s->table[at] = i + 1;
    }
}

static uint32_t find_spelling(struct spellings *s, str name)
{
    size_t at;

    if ((s->n + 1) * 2 > s->size)
        grow(s);
    at = str_hash(name) & (s->size - 1);
    while (s->table[at] != 0 && !str_eq(s->p[s->table[at] - 1].name, name))
        at = (at + 1) & (s->size - 1);
    if (s->table[at] == 0) {
        struct spelling *new = &s->p[s->n++];

        *new = (struct spelling){ .name = name, .lower = make_lower(s->a, name) };
        new->label = label_length(new->lower);
        new->number = (uint32_t)s->n - 1;
        s->table[at] = (uint32_t)s->n;
    }
    return s->table[at];
}

/* By first label, then short before full, then name. */
static int compare_spellings(const void *a, const void *b)
{
    const struct spelling *x = a, *y = b;
    int order = str_cmp(str_slice(x->lower, 0, x->label), str_slice(y->lower, 0, y->label));

    if (order == 0)
        order = (x->label != x->lower.n) - (y->label != y->lower.n);
    if (order == 0)
        order = str_cmp(x->lower, y->lower);
    return order != 0 ? order : (x->number > y->number) - (x->number < y->number);
}

static bool same_label(const struct spelling *x, const struct spelling *y)
{
    return str_eq(str_slice(x->lower, 0, x->label), str_slice(y->lower, 0, y->label));
}

/* How many different full names stand from `from` to `to`, in sorted order. */
static size_t count_full(const struct spelling *p, size_t from, size_t to)
{
    size_t n = 0;

    for (size_t i = from; i < to; i++) {
        if (p[i].label != p[i].lower.n)
            n += i == from || !str_eq(p[i].lower, p[i - 1].lower);
    }
    return n;
}

static bool is_better(str name, str than)
{
    return than.n == 0 || name.n < than.n || (name.n == than.n && str_cmp(name, than) < 0);
}

/* Numbers the hosts and gives each its name; the number of hosts. */
static uint32_t group(struct spelling *p, size_t n, str *names)
{
    uint32_t hosts = 0;

    for (size_t from = 0, to; from < n; from = to) {
        bool one;

        for (to = from + 1; to < n && same_label(&p[from], &p[to]); to++)
            ;
        one = count_full(p, from, to) <= 1;
        for (size_t i = from; i < to; i++) {
            if (i == from || (!one && !str_eq(p[i].lower, p[i - 1].lower)))
                names[hosts++] = (str){ NULL, 0 };
            p[i].host = hosts;
            if (is_better(p[i].name, names[hosts - 1]))
                names[hosts - 1] = p[i].name;
        }
    }
    return hosts;
}

static int compare_names(const void *a, const void *b)
{
    return str_cmp(**(const str *const *)a, **(const str *const *)b);
}

/* Sorts the names; renumber[old index] = new index plus one. */
static void sort_names(struct arena *a, str *names, uint32_t n, uint32_t *renumber, str *ret_sorted)
{
    const str **order = arena_array(a, const str *, n + 1);

    for (uint32_t i = 0; i < n; i++)
        order[i] = &names[i];
    if (n != 0)
        qsort(order, n, sizeof(*order), compare_names);
    for (uint32_t i = 0; i < n; i++) {
        ret_sorted[i] = *order[i];
        renumber[order[i] - names] = i + 1;
    }
}

str fact_host(const struct fact *fact)
{
    size_t index;

    if (fact->host.n != 0 || !str_eq(str_z(fact->kind->name), STR("host")) ||
            kind_field(fact->kind, STR("name"), &index) == NULL ||
            fact->values[index].type != VALUE_TEXT)
        return fact->host;
    return fact->values[index].s;
}

void hosts_collect(
        struct arena *a, const struct fact *const *facts, size_t n, struct host_table *ret)
{
    struct spellings s = { .a = a };
    uint32_t *of_fact = arena_array(a, uint32_t, n + 1), *hosts, *renumber, nhosts, known = 0;
    str *names, *sorted, last = { NULL, 0 };

    for (size_t i = 0; i < n; i++) {
        str name = str_trim(fact_host(facts[i]));

        if (name.n != 0 && !str_eq(name, last)) { /* facts of a host come in runs */
            known = find_spelling(&s, name);
            last = name;
        }
        of_fact[i] = name.n != 0 ? known : 0;
    }
    names = arena_array(a, str, s.n + 1);
    sorted = arena_array(a, str, s.n + 1);
    hosts = arena_array(a, uint32_t, s.n + 1);
    renumber = arena_array(a, uint32_t, s.n + 1);
    if (s.n != 0)
        qsort(s.p, s.n, sizeof(*s.p), compare_spellings);
    nhosts = group(s.p, s.n, names);
    sort_names(a, names, nhosts, renumber, sorted);
    for (size_t i = 0; i < s.n; i++)
        hosts[s.p[i].number] = renumber[s.p[i].host - 1];
    for (size_t i = 0; i < n; i++)
        of_fact[i] = of_fact[i] != 0 ? hosts[of_fact[i] - 1] : 0;
    *ret = (struct host_table){ sorted, nhosts, of_fact };
}
