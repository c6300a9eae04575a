/* SPDX-License-Identifier: Apache-2.0 */
#include "host_names.h"

#include <stdlib.h>
#include <string.h>

struct spelling {
    str name, lower; /* lower: without a trailing full stop */
    size_t label;    /* length of the first label of lower; all of it when short or an address */
    uint32_t number; /* in order of first mention */
    uint32_t host;   /* index of the host plus one */
};

void host_names_init(struct host_names *h, struct arena *a)
{
    *h = (struct host_names){ .arena = a };
}

static str make_lower(struct arena *a, str name)
{
    char *copy = arena_alloc(a, name.n + 1);

    for (size_t i = 0; i < name.n; i++)
        copy[i] = to_lower(name.p[i]);
    if (name.n > 1 && copy[name.n - 1] == '.')
        name.n--;
    return (str){ copy, name.n };
}

str host_label(str name)
{
    size_t dot = str_find_char(name, '.');

    if (dot == STR_NONE || dot == 0 || str_find_char(name, ':') != STR_NONE)
        return name;
    /* 10.0.0.1 is no host "10"; a name made of digits alone is rare enough to be left alone. */
    for (size_t i = 0; i < dot; i++) {
        if (!is_digit(name.p[i]))
            return str_slice(name, 0, dot);
    }
    return name;
}

/* What a machine is called before somebody gives it a name. */
static bool is_nobody(str name)
{
    static const str names[] = { STR_INIT("localhost"), STR_INIT("(none)"), STR_INIT("-"),
        STR_INIT("unknown"), STR_INIT("127.0.0.1"), STR_INIT("::1") };
    str label = host_label(name);

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (str_eq_nocase(label, names[i]))
            return true;
    }
    return name.n == 0;
}

static void grow(struct host_names *h)
{
    uint32_t size = h->size != 0 ? h->size * 2 : 64;
    struct spelling *p = arena_array(h->arena, struct spelling, size / 2);

    if (h->nspellings != 0)
        memcpy(p, h->spellings, h->nspellings * sizeof(*p));
    h->spellings = p;
    h->table = arena_array(h->arena, uint32_t, size);
    h->size = size;
    for (uint32_t i = 0; i < h->nspellings; i++) {
        size_t at = str_hash(p[i].name) & (size - 1);

        while (h->table[at] != 0)
            at = (at + 1) & (size - 1);
        h->table[at] = i + 1;
    }
}

/* Where the name stands in the table, or would. */
static size_t find_place(const struct host_names *h, str name)
{
    size_t at = str_hash(name) & (h->size - 1);

    while (h->table[at] != 0 && !str_eq(h->spellings[h->table[at] - 1].name, name))
        at = (at + 1) & (h->size - 1);
    return at;
}

uint32_t host_names_add(struct host_names *h, str name)
{
    size_t at;

    name = str_trim(name);
    if (name.n == 0)
        return 0;
    if (h->last != 0 && str_eq(h->spellings[h->last - 1].name, name))
        return h->last;
    if (is_nobody(name))
        return 0;
    if ((h->nspellings + 1) * 2 > h->size)
        grow(h);
    at = find_place(h, name);
    if (h->table[at] == 0) {
        struct spelling *new = &h->spellings[h->nspellings++];

        *new = (struct spelling){ .name = name, .lower = make_lower(h->arena, name) };
        new->label = host_label(new->lower).n;
        new->number = h->nspellings - 1;
        h->table[at] = h->nspellings;
    }
    return h->last = h->table[at];
}

/* By first label, then short before full, then name. */
static int compare_spellings(const void *a, const void *b)
{
    const struct spelling *x = *(const struct spelling *const *)a;
    const struct spelling *y = *(const struct spelling *const *)b;
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
static size_t count_full(struct spelling *const *p, size_t from, size_t to)
{
    size_t n = 0;

    for (size_t i = from; i < to; i++) {
        if (p[i]->label != p[i]->lower.n)
            n += i == from || !str_eq(p[i]->lower, p[i - 1]->lower);
    }
    return n;
}

static bool is_better(str name, str than)
{
    return than.n == 0 || name.n < than.n || (name.n == than.n && str_cmp(name, than) < 0);
}

/* Numbers the hosts and gives each its name; the number of hosts. */
static uint32_t group(struct spelling *const *p, size_t n, str *names)
{
    uint32_t hosts = 0;

    for (size_t from = 0, to; from < n; from = to) {
        bool one;

        for (to = from + 1; to < n && same_label(p[from], p[to]); to++)
            ;
        one = count_full(p, from, to) <= 1;
        for (size_t i = from; i < to; i++) {
            if (i == from || (!one && !str_eq(p[i]->lower, p[i - 1]->lower)))
                names[hosts++] = (str){ NULL, 0 };
            p[i]->host = hosts;
            if (is_better(p[i]->name, names[hosts - 1]))
                names[hosts - 1] = p[i]->name;
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

void host_names_settle(struct host_names *h)
{
    struct spelling **order = arena_array(h->arena, struct spelling *, h->nspellings + 1);
    str *names = arena_array(h->arena, str, h->nspellings + 1);
    str *sorted = arena_array(h->arena, str, h->nspellings + 1);
    uint32_t *hosts = arena_array(h->arena, uint32_t, h->nspellings + 1);
    uint32_t *renumber = arena_array(h->arena, uint32_t, h->nspellings + 1);

    for (uint32_t i = 0; i < h->nspellings; i++)
        order[i] = &h->spellings[i];
    if (h->nspellings != 0)
        qsort(order, h->nspellings, sizeof(struct spelling *), compare_spellings);
    h->n = group(order, h->nspellings, names);
    sort_names(h->arena, names, h->n, renumber, sorted);
    for (uint32_t i = 0; i < h->nspellings; i++)
        hosts[i] = renumber[h->spellings[i].host - 1];
    h->names = sorted;
    h->hosts = hosts;
    h->order = order;
}

uint32_t host_names_host(const struct host_names *h, uint32_t spelling)
{
    return spelling != 0 ? h->hosts[spelling - 1] : 0;
}

enum { NAME_BYTES = 255 };

uint32_t host_names_find(const struct host_names *h, str name)
{
    char buf[NAME_BYTES];
    size_t from = 0, to = h->nspellings;
    uint32_t host = 0;
    bool full = false;
    str low, label;

    if (name.n > NAME_BYTES || is_nobody(name))
        return 0;
    for (size_t i = 0; i < name.n; i++)
        buf[i] = to_lower(name.p[i]);
    low = (str){ buf, name.n };
    label = host_label(low);
    while (from < to) {
        size_t middle = (from + to) / 2;
        const struct spelling *x = h->order[middle];

        if (str_cmp(str_slice(x->lower, 0, x->label), label) < 0)
            from = middle + 1;
        else
            to = middle;
    }
    for (; from < h->nspellings; from++) {
        const struct spelling *x = h->order[from];

        if (!str_eq(str_slice(x->lower, 0, x->label), label))
            break;
        if (str_eq(x->lower, low))
            return h->hosts[x->number];
        full = full || x->label != x->lower.n;
        if (host != 0 && host != h->hosts[x->number])
            return 0;
        host = h->hosts[x->number];
    }
    /* Another full name is another machine. */
    return full && label.n != low.n ? 0 : host;
}
