/* SPDX-License-Identifier: Apache-2.0 */
/*
 * base: a frozen rule set as bytes, so that a run starts without reading rules. Tables without
 * pointers, host byte order, say which facts any rule wants, which rule looks for which value, and
 * what stands in which file; a rule is loaded from its text when something it looks for was found.
 * A rule none of whose selections found anything says nothing, so the others need not be there.
 *
 * Of each selection one field is its key: a field of which it takes listed values only. Its facts
 * are found by that value; those of a selection without a key by their kind. Internal to rules/.
 */
#pragma once

#include "lookup.h"
#include "out.h"
#include "scanner.h"

enum base_part {
    BASE_RULES,   /* struct base_rule */
    BASE_PACKS,   /* struct base_pack */
    BASE_LINES,   /* uint32_t: the rule of each line selection */
    BASE_KINDS,   /* struct base_kind, in the order of kinds, and one for all others */
    BASE_FIELDS,  /* struct base_field, kind after kind */
    BASE_WANTED,  /* uint64_t: tables of struct base_field */
    BASE_KEYS,    /* struct base_key, kind after kind */
    BASE_HASHES,  /* uint64_t: of values, ascending within a key */
    BASE_KEYED,   /* uint32_t: the rule of each of BASE_HASHES */
    BASE_OPEN,    /* uint32_t: rules with a selection without a key, kind after kind */
    BASE_SCANNER, /* of the caller's */
    BASE_CAUSES,  /* a causes.tsv of all packs */
    BASE_TEXTS,
    BASE_PARTS
};

#define BASE_MAGIC "fathomB"

struct base_span {
    uint64_t at, n; /* bytes */
};

struct base_header {
    char magic[8];
    uint64_t size;  /* of all */
    uint64_t sum;   /* of what follows this number */
    uint64_t kinds; /* hash of the vocabulary */
    char sha256[64];
    uint64_t nsite;
    struct base_span parts[BASE_PARTS];
};

struct base_text {
    uint32_t at, n; /* in BASE_TEXTS */
};

struct base_rule {
    struct base_text id, file, json;
    uint32_t pack, line; /* line: number of its first line selection */
    uint32_t cycle;
};

struct base_pack {
    struct base_text name;
    uint32_t sort;
};

/* Ranges in the parts named after them. */
struct base_kind {
    bool used, whole; /* whole: any of its facts counts, since they are merged; so do lines */
    uint32_t fields;
    uint32_t keys, nkeys, open, nopen;
};

struct base_field {
    uint32_t open, wanted, nwanted; /* nwanted: a power of two, 0 = none */
};

struct base_key {
    uint32_t field, hashes, nhashes;
    struct base_text member; /* of a map */
};

/* An open one. */
struct base {
    struct ruleset *rs;
    const struct base_header *head;
    const struct pack *const *packs;
    const struct scanner *lines; /* whose patterns are the line selections; NULL = not known */
    size_t text;                 /* the field of log.line that they look at */
};

/* The bytes of a part as an array. */
static inline const void *base_part(const struct base *b, enum base_part part)
{
    return (const char *)b->head + b->head->parts[part].at;
}

static inline str base_text(const struct base *b, struct base_text t)
{
    return (str){ (const char *)base_part(b, BASE_TEXTS) + t.at, t.n };
}

/* A hash of names and types: what the numbers of kinds and fields mean. */
uint64_t base_vocabulary(const struct kind *const *kinds);
/* Eight bytes at a time; n is a multiple of them. */
uint64_t base_sum(const void *p, size_t n);

/* The number of the rule; the count of rules if there is none of this id. */
size_t base_find(const struct base *b, str id);

/* keys.c: */

/* The key of a selection with this match; false when of no field it takes listed values only. */
bool selection_key(const struct match *m, struct field_ref *ret);
struct base_writer;
/* Fills in keys and open of the rows, one for each kind. */
void keys_write(struct base_writer *w, struct base_kind *rows);
/* Which rules look for some fact: one for each rule, in arena a. */
const bool *base_stirred(const struct base *b, struct arena *a, struct fact_set facts);
/* ruleset_may_take. */
bool base_may_take(const struct base *b, size_t kind, const struct fact *fact, uint64_t known);

/* While one is written. */
struct base_writer {
    const struct ruleset *rs;
    struct out parts[BASE_PARTS];
};

/* Appends to a part; how much of the same size stood there before. */
uint32_t base_put(struct base_writer *w, enum base_part part, const void *row, size_t size);
struct base_text base_put_text(struct base_writer *w, str s);
