/* SPDX-License-Identifier: Apache-2.0 */
#include "clusters.h"

#include <stdlib.h>
#include <string.h>

#include "mask.h"

enum { WAYS = 8 };

_Static_assert(CLUSTER_FORM <= UINT8_MAX && CLUSTER_EXAMPLE <= UINT8_MAX, "lengths are bytes");

void clusters_init(struct clusters *c, size_t most)
{
    *c = (struct clusters){ .sets = 1 };
    while (c->sets * WAYS < most)
        c->sets *= 2;
}

/* Taken with the first line: most cases have none. */
static void take_memory(struct clusters *c)
{
    c->rows = calloc(c->sets * WAYS, sizeof(*c->rows));
    c->used = calloc(c->sets * WAYS, sizeof(*c->used));
    if (c->rows == NULL || c->used == NULL)
        abort();
}

void clusters_finish(struct clusters *c)
{
    free(c->rows);
    free(c->used);
    *c = (struct clusters){ 0 };
}

static uint64_t hash_form(const char *form, size_t n)
{
    uint64_t hash = str_hash((str){ form, n });

    return hash != 0 ? hash : 1;
}

static struct cluster *set_of(const struct clusters *c, uint64_t hash)
{
    return c->rows + (hash & (c->sets - 1)) * WAYS;
}

static struct cluster *find(struct cluster *set, uint64_t hash, const char *form, size_t n)
{
    for (size_t i = 0; i < WAYS; i++) {
        if (set[i].hash == hash && set[i].form_length == n && memcmp(set[i].form, form, n) == 0)
            return &set[i];
    }
    return NULL;
}

/* A free row, else the rarest; of equals the one that was last heard of longest ago stands first. */
static struct cluster *make_room(struct clusters *c, struct cluster *set)
{
    struct cluster *rarest = &set[0];

    for (size_t i = 0; i < WAYS; i++) {
        if (set[i].hash == 0) {
            c->used[c->n++] = (uint32_t)(&set[i] - c->rows);
            return &set[i];
        }
        if (set[i].count < rarest->count)
            rarest = &set[i];
    }
    c->fallen += rarest->count;
    c->fallen_forms++;
    return rarest;
}

/* Cut between characters. */
static size_t cut(str s, size_t most)
{
    if (s.n <= most)
        return s.n;
    while (most != 0 && ((unsigned char)s.p[most] & 0xc0) == 0x80)
        most--;
    return most;
}

static void stretch(struct cluster *row, struct when first, struct when last)
{
    if (first.basis != WHEN_NONE &&
            (row->first.basis == WHEN_NONE || when_cmp(first, row->first) < 0))
        row->first = first;
    if (last.basis != WHEN_NONE && (row->last.basis == WHEN_NONE || when_cmp(last, row->last) > 0))
        row->last = last;
}

void clusters_add(struct clusters *c, str line, uint64_t count, struct when first, struct when last,
        struct span where)
{
    char form[CLUSTER_FORM];
    size_t n = mask_line(line, form, sizeof(form));
    uint64_t hash = hash_form(form, n);
    struct cluster *set, *row;

    if (n == 0)
        return;
    if (c->rows == NULL)
        take_memory(c);
    set = set_of(c, hash);
    row = find(set, hash, form, n);
    if (row == NULL) {
        row = make_room(c, set);
        *row = (struct cluster){ .hash = hash, .where = where, .form_length = (uint8_t)n };
        row->example_length = (uint8_t)cut(line, CLUSTER_EXAMPLE);
        memcpy(row->form, form, n);
        memcpy(row->example, line.p, row->example_length);
    }
    row->count += count;
    stretch(row, first, last.basis != WHEN_NONE ? last : first);
}

struct cluster *clusters_find(struct clusters *c, str line)
{
    char form[CLUSTER_FORM];
    size_t n = mask_line(line, form, sizeof(form));
    uint64_t hash = hash_form(form, n);

    return c->rows != NULL ? find(set_of(c, hash), hash, form, n) : NULL;
}

const struct cluster *clusters_row(const struct clusters *c, size_t i)
{
    return &c->rows[c->used[i]];
}
