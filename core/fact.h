/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fact: what one place of the input says, in typed values. Parsers emit facts, correlators derive
 * more of them, rules select among them. A kind declares the fields once; values are positional and
 * may be absent (VALUE_NONE). Every fact has a span, so every sentence of a report can name its
 * line.
 *
 * A fact handed to sink_emit is borrowed: everything it points to dies when the call returns, and
 * the sink copies what it keeps (fact_keep).
 */
#pragma once

#include "arena.h"
#include "when.h"

enum value_type {
    VALUE_NONE, /* absent: comparisons with it are unknown */
    VALUE_BOOL,
    VALUE_INT,
    VALUE_REAL,
    VALUE_TEXT,
    VALUE_TIME,
    VALUE_MAP, /* named texts in input order: event data */
};

/* What a number measures. Quantities are stored in the base unit named here, never in KB or pages.
 */
enum unit {
    UNIT_NONE,
    UNIT_BYTES,
    UNIT_SECONDS,
    UNIT_RATIO, /* 1.0 = 100 % */
};

struct pair {
    str name, text;
};

struct map {
    const struct pair *pairs;
    size_t n;
};

struct value {
    enum value_type type;
    union {
        bool b;
        int64_t i;
        double d;
        str s;
        struct when t;
        struct map m;
    };
};

struct field {
    const char *name;
    enum value_type type;
    enum unit unit;
    const char *doc; /* one line */
};

struct kind {
    const char *name; /* "pool.tag" */
    const char *doc;  /* one line */
    const struct field *fields;
    size_t nfields;
    /*
     * Field to fold by, 0-terminated indexes + 1, up to four: facts that agree in them are one
     * thing said again, of which the sink keeps the first LIMIT_FOLD and counts the rest. None =
     * never folded.
     */
    uint8_t fold[4];
};

/*
 * Where it stands. line counts from 1, 0 = not known; offset and length are bytes of the member's
 * text as UTF-8 (of the whole file's, where the member is a section of it); record is the record's
 * own number in logs that have one, else 0.
 */
struct span {
    uint32_t member, line;
    uint64_t offset, record;
    uint32_t length;
};

struct fact {
    const struct kind *kind;
    struct span where;
    str quote;                  /* the line itself, cut to LIMIT_QUOTE */
    struct when when;           /* first time */
    struct when last;           /* last time, where folded */
    uint64_t count;             /* times it was said: 1, or more where folded */
    str host;                   /* which machine it speaks of; absent = not known (yet) */
    const struct value *values; /* kind->nfields of them */
};

static inline struct value value_none(void)
{
    return (struct value){ 0 };
}

static inline struct value value_bool(bool b)
{
    return (struct value){ .type = VALUE_BOOL, .b = b };
}

static inline struct value value_int(int64_t i)
{
    return (struct value){ .type = VALUE_INT, .i = i };
}

/* For sizes and counts taken from input: saturates instead of turning negative. */
static inline struct value value_u64(uint64_t u)
{
    return (struct value){ .type = VALUE_INT, .i = u > INT64_MAX ? INT64_MAX : (int64_t)u };
}

static inline struct value value_real(double d)
{
    return (struct value){ .type = VALUE_REAL, .d = d };
}

/* An empty text is absent: no format says "" and means something by it. */
static inline struct value value_text(str s)
{
    return s.n != 0 ? (struct value){ .type = VALUE_TEXT, .s = s } : (struct value){ 0 };
}

static inline struct value value_z(const char *z)
{
    return value_text(str_z(z));
}

static inline struct value value_time(struct when t)
{
    return t.basis != WHEN_NONE ? (struct value){ .type = VALUE_TIME, .t = t }
                                : (struct value){ 0 };
}

static inline struct value value_map(const struct pair *pairs, size_t n)
{
    return n != 0 ? (struct value){ .type = VALUE_MAP, .m = { pairs, n } } : (struct value){ 0 };
}

const struct field *kind_field(const struct kind *kind, str name, size_t *ret_index);
const struct kind *kind_find(const struct kind *const *kinds, str name); /* NULL-terminated list */
str value_map_get(const struct value *map, str name);                    /* absent when missing */

const char *value_type_name(enum value_type type); /* "text" */
const char *unit_name(enum unit unit);             /* "bytes"; "" for UNIT_NONE */

/* A deep copy in arena a. NULL when the arena's budget is used up. */
struct fact *fact_keep(struct arena *a, const struct fact *fact);
/* Hash of kind and fold fields; 0 when the kind does not fold. */
uint64_t fact_fold_key(const struct fact *fact);
