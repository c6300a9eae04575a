/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fields: the values of a fact by field number, with something to fall back on where they are
 * absent. For correlators, whose arithmetic is full of optional figures.
 */
#pragma once

#include "fact.h"

static inline bool has(const struct fact *fact, size_t field)
{
    return fact != NULL && fact->values[field].type != VALUE_NONE;
}

/* No machine has more of anything that sums are drawn of; hostile figures must not overflow them. */
#define FIELD_MAX ((int64_t)1 << 56)

static inline int64_t bounded(int64_t n)
{
    return n > FIELD_MAX ? FIELD_MAX : n < -FIELD_MAX ? -FIELD_MAX : n;
}

/* For sums over as many facts as the input likes to have. */
static inline int64_t plus(int64_t sum, int64_t n)
{
    return bounded(bounded(sum) + bounded(n));
}

static inline int64_t times(int64_t a, int64_t b)
{
    int64_t product;

    return __builtin_mul_overflow(a, b, &product) ? FIELD_MAX : bounded(product);
}

static inline int64_t int_or(const struct fact *fact, size_t field, int64_t otherwise)
{
    return fact != NULL && fact->values[field].type == VALUE_INT ? bounded(fact->values[field].i)
                                                                 : otherwise;
}

static inline double real_or(const struct fact *fact, size_t field, double otherwise)
{
    if (fact == NULL)
        return otherwise;
    if (fact->values[field].type == VALUE_REAL)
        return fact->values[field].d;
    return (double)int_or(fact, field, (int64_t)otherwise);
}

static inline bool bool_or(const struct fact *fact, size_t field, bool otherwise)
{
    return fact != NULL && fact->values[field].type == VALUE_BOOL ? fact->values[field].b
                                                                  : otherwise;
}

/* Absent when there is none. */
static inline str text_of(const struct fact *fact, size_t field)
{
    return fact != NULL && fact->values[field].type == VALUE_TEXT ? fact->values[field].s
                                                                  : (str){ NULL, 0 };
}

/* The value as it is, for passing on. */
static inline struct value value_of(const struct fact *fact, size_t field)
{
    return fact != NULL ? fact->values[field] : value_none();
}
