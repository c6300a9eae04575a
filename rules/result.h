/* SPDX-License-Identifier: Apache-2.0 */
/*
 * result: what an expression yields, and what a field of a fact yields. Numbers are doubles in base
 * units; the dimension is known when a rule is loaded and not carried at run time. RESULT_UNKNOWN
 * is the third truth value, and as a static type "already reported as wrong".
 */
#pragma once

#include "fact.h"

enum result_type { RESULT_UNKNOWN, RESULT_BOOL, RESULT_NUMBER, RESULT_TEXT, RESULT_TIME };

struct result {
    enum result_type type;
    union {
        bool b;
        double d;
        str s;
        struct when t;
    };
};

/* Powers of the base units. A ratio has neither, but is no plain number either. */
struct dim {
    int8_t bytes, seconds;
    bool ratio;
};

/* The static type of an expression. */
struct shape {
    enum result_type type;
    struct dim dim; /* of numbers */
};

static inline struct result result_unknown(void)
{
    return (struct result){ 0 };
}

static inline struct result result_bool(bool b)
{
    return (struct result){ .type = RESULT_BOOL, .b = b };
}

static inline struct result result_text(str s)
{
    return (struct result){ .type = RESULT_TEXT, .s = s };
}

static inline bool is_true(struct result r)
{
    return r.type == RESULT_BOOL && r.b;
}

/* Infinity and not-a-number are unknown. */
struct result result_number(double d);
struct result result_time(struct when t);
bool result_equal(struct result a, struct result b);
uint64_t result_hash(struct result r);

/* A field as rules name it: "bytes", or "data.Name" for one entry of a map. */
struct field_ref {
    const struct field *field;
    size_t index;
    str member; /* of a map; absent otherwise */
};

/*
 * False when there is no such field, *ret_hint then the nearest name or absent. A map without a
 * member resolves, with .member absent.
 */
bool field_resolve(const struct kind *kind, str name, struct field_ref *ret, str *ret_hint);
struct shape field_shape(const struct field_ref *ref); /* a map without a member is UNKNOWN */
struct result fact_result(const struct fact *fact, const struct field_ref *ref);
struct result value_result(const struct value *value, str member);

struct dim dim_of(enum unit unit);
bool dim_plain(struct dim d);
bool dim_equal(struct dim a, struct dim b);
/* "bytes", "bytes by seconds", "a plain number" */
const char *dim_name(struct dim d);
const char *shape_name(struct shape s);
/* What both sides of a sum or comparison measure; a plain number goes with anything. */
bool dim_unify(struct dim a, struct dim b, struct dim *ret);
bool dim_multiply(struct dim a, struct dim b, struct dim *ret);
bool dim_divide(struct dim a, struct dim b, struct dim *ret);

/* Units of literals: { "MB", 1 << 20, bytes }. */
struct unit_row {
    const char *name;
    double factor;
    enum unit unit;
    const char *doc;
};
extern const struct unit_row unit_rows[]; /* ends with a NULL name */
const struct unit_row *unit_find(str name);
double unit_scale(const struct unit_row *unit, double d);
/* "40 MB", "1.5h", "10 %", "7": the whole of s. */
bool quantity_parse(str s, double *ret, struct dim *ret_dim);

/* A total order of times for "first" and "last": no time, monotonic, year-less, wall clock (UTC and
 * local by their digits). */
int when_order(struct when a, struct when b);
