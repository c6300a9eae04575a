/* SPDX-License-Identifier: Apache-2.0 */
#include "result.h"

#include <math.h>
#include <string.h>

#include "suggest.h"

struct result result_number(double d)
{
    return isfinite(d) ? (struct result){ .type = RESULT_NUMBER, .d = d } : result_unknown();
}

struct result result_time(struct when t)
{
    return t.basis != WHEN_NONE ? (struct result){ .type = RESULT_TIME, .t = t } : result_unknown();
}

bool result_equal(struct result a, struct result b)
{
    if (a.type != b.type)
        return false;
    switch (a.type) {
    case RESULT_BOOL:
        return a.b == b.b;
    case RESULT_NUMBER:
        return a.d == b.d;
    case RESULT_TEXT:
        return str_eq(a.s, b.s);
    case RESULT_TIME:
        return a.t.ns == b.t.ns && a.t.basis == b.t.basis && a.t.boot == b.t.boot;
    case RESULT_UNKNOWN:
        break;
    }
    return true;
}

uint64_t result_hash(struct result r)
{
    uint64_t hash = 0;

    if (r.type == RESULT_TEXT)
        return str_hash(r.s);
    if (r.type == RESULT_NUMBER) {
        double d = r.d + 0.0; /* -0 and 0 are one value */

        memcpy(&hash, &d, sizeof(hash));
    } else if (r.type == RESULT_TIME) {
        hash = (uint64_t)r.t.ns ^ ((uint64_t)r.t.basis << 61) ^ r.t.boot;
    } else if (r.type == RESULT_BOOL) {
        hash = 1u + r.b;
    }
    /* Small numbers differ in the upper bits of a double only, and tables look at the lower ones. */
    hash = (hash ^ (hash >> 32)) * 0x9e3779b97f4a7c15u;
    return hash ^ (hash >> 32);
}

bool field_resolve(const struct kind *kind, str name, struct field_ref *ret, str *ret_hint)
{
    str member = name, base = str_cut(&member, '.');
    size_t index;
    const struct field *field = kind_field(kind, base, &index);
    struct suggest hint;

    if (field != NULL && field->type == VALUE_MAP && base.n != name.n && member.n != 0) {
        *ret = (struct field_ref){ field, index, member };
        return true;
    }
    if (field != NULL && base.n == name.n) {
        *ret = (struct field_ref){ field, index, { NULL, 0 } };
        return true;
    }
    suggest_init(&hint, name);
    for (size_t i = 0; i < kind->nfields; i++)
        suggest_try(&hint, str_z(kind->fields[i].name));
    *ret_hint = hint.best;
    return false;
}

struct shape field_shape(const struct field_ref *ref)
{
    struct shape shape = { 0 };

    switch (ref->field->type) {
    case VALUE_BOOL:
        shape.type = RESULT_BOOL;
        break;
    case VALUE_INT:
    case VALUE_REAL:
        shape.type = RESULT_NUMBER;
        shape.dim = dim_of(ref->field->unit);
        break;
    case VALUE_TEXT:
        shape.type = RESULT_TEXT;
        break;
    case VALUE_TIME:
        shape.type = RESULT_TIME;
        break;
    case VALUE_MAP:
        shape.type = ref->member.n != 0 ? RESULT_TEXT : RESULT_UNKNOWN;
        break;
    case VALUE_NONE:
        break;
    }
    return shape;
}

struct result value_result(const struct value *value, str member)
{
    str text;

    switch (value->type) {
    case VALUE_BOOL:
        return result_bool(value->b);
    case VALUE_INT:
        return result_number((double)value->i);
    case VALUE_REAL:
        return result_number(value->d);
    case VALUE_TEXT:
        return result_text(value->s);
    case VALUE_TIME:
        return result_time(value->t);
    case VALUE_MAP:
        text = value_map_get(value, member);
        return text.p != NULL ? result_text(text) : result_unknown();
    case VALUE_NONE:
        break;
    }
    return result_unknown();
}

struct result fact_result(const struct fact *fact, const struct field_ref *ref)
{
    return value_result(&fact->values[ref->index], ref->member);
}

struct dim dim_of(enum unit unit)
{
    return (struct dim){ unit == UNIT_BYTES, unit == UNIT_SECONDS, unit == UNIT_RATIO };
}

bool dim_plain(struct dim d)
{
    return d.bytes == 0 && d.seconds == 0 && !d.ratio;
}

bool dim_equal(struct dim a, struct dim b)
{
    return a.bytes == b.bytes && a.seconds == b.seconds && a.ratio == b.ratio;
}

const char *dim_name(struct dim d)
{
    if (d.bytes == 1)
        return d.seconds == 0 ? "bytes" : "bytes by seconds";
    if (d.seconds != 0)
        return d.seconds == 1 ? "seconds" : "a number by seconds";
    return d.ratio ? "a ratio" : "a plain number";
}

const char *shape_name(struct shape s)
{
    static const char *const names[] = {
        [RESULT_UNKNOWN] = "nothing",
        [RESULT_BOOL] = "a condition",
        [RESULT_NUMBER] = "a number",
        [RESULT_TEXT] = "a text",
        [RESULT_TIME] = "a time",
    };

    return s.type == RESULT_NUMBER ? dim_name(s.dim) : names[s.type];
}

bool dim_unify(struct dim a, struct dim b, struct dim *ret)
{
    if (!dim_equal(a, b) && !dim_plain(a) && !dim_plain(b))
        return false;
    *ret = dim_plain(a) ? b : a;
    return true;
}

/* Only what has a meaning in a report: bytes, seconds, either by seconds, and numbers. */
static bool dim_sane(struct dim d)
{
    if (d.bytes == 0)
        return d.seconds >= -1 && d.seconds <= 1;
    return d.bytes == 1 && (d.seconds == 0 || d.seconds == -1);
}

bool dim_multiply(struct dim a, struct dim b, struct dim *ret)
{
    struct dim d = { (int8_t)(a.bytes + b.bytes), (int8_t)(a.seconds + b.seconds), false };

    if (!dim_sane(d))
        return false;
    /* A share of something is that thing; only ratios and numbers among themselves stay ratios. */
    d.ratio = d.bytes == 0 && d.seconds == 0 && (a.ratio || b.ratio);
    *ret = d;
    return true;
}

bool dim_divide(struct dim a, struct dim b, struct dim *ret)
{
    struct dim d = { (int8_t)(a.bytes - b.bytes), (int8_t)(a.seconds - b.seconds), false };

    if (!dim_sane(d))
        return false;
    if (d.bytes == 0 && d.seconds == 0)
        d.ratio = a.bytes != 0 || a.seconds != 0 || a.ratio != b.ratio;
    *ret = d;
    return true;
}

const struct unit_row unit_rows[] = {
    { "B", 1.0, UNIT_BYTES, "bytes" },
    { "KB", 1024.0, UNIT_BYTES, "1024 bytes" },
    { "MB", 1048576.0, UNIT_BYTES, "1024 KB" },
    { "GB", 1073741824.0, UNIT_BYTES, "1024 MB" },
    { "TB", 1099511627776.0, UNIT_BYTES, "1024 GB" },
    { "KiB", 1024.0, UNIT_BYTES, "the same as KB" },
    { "MiB", 1048576.0, UNIT_BYTES, "the same as MB" },
    { "GiB", 1073741824.0, UNIT_BYTES, "the same as GB" },
    { "TiB", 1099511627776.0, UNIT_BYTES, "the same as TB" },
    { "ms", 0.001, UNIT_SECONDS, "milliseconds" },
    { "s", 1.0, UNIT_SECONDS, "seconds" },
    { "min", 60.0, UNIT_SECONDS, "minutes" },
    { "h", 3600.0, UNIT_SECONDS, "hours" },
    { "d", 86400.0, UNIT_SECONDS, "days" },
    { "%", 0.01, UNIT_RATIO, "hundredths: 10% is 0.1" },
    { NULL, 0.0, UNIT_NONE, NULL },
};

const struct unit_row *unit_find(str name)
{
    for (const struct unit_row *u = unit_rows; u->name != NULL; u++) {
        if (str_is(name, u->name))
            return u;
    }
    return NULL;
}

/* Small units divide: 7 * 0.01 is not the double nearest to 0.07, 7 / 100 is. */
double unit_scale(const struct unit_row *unit, double d)
{
    return unit->factor < 1.0 ? d / round(1.0 / unit->factor) : d * unit->factor;
}

bool quantity_parse(str s, double *ret, struct dim *ret_dim)
{
    const struct unit_row *unit;
    size_t n = 0;
    double d;

    s = str_trim(s);
    while (n < s.n && (is_digit(s.p[n]) || s.p[n] == '.' || (n == 0 && s.p[n] == '-')))
        n++;
    if (!str_real(str_slice(s, 0, n), &d))
        return false;
    s = str_trim(str_from(s, n));
    unit = s.n != 0 ? unit_find(s) : NULL;
    if (s.n != 0 && unit == NULL)
        return false;
    *ret = unit != NULL ? unit_scale(unit, d) : d;
    *ret_dim = dim_of(unit != NULL ? unit->unit : UNIT_NONE);
    return true;
}

static int when_rank(enum when_basis basis)
{
    switch (basis) {
    case WHEN_NONE:
        return 0;
    case WHEN_MONOTONIC:
        return 1;
    case WHEN_YEARLESS:
        return 2;
    case WHEN_UTC:
    case WHEN_LOCAL:
        break;
    }
    return 3;
}

int when_order(struct when a, struct when b)
{
    int rank = when_rank(a.basis) - when_rank(b.basis);

    if (rank != 0 || a.basis == WHEN_NONE)
        return rank;
    if (a.basis == WHEN_MONOTONIC && a.boot != b.boot)
        return a.boot < b.boot ? -1 : 1;
    return (a.ns > b.ns) - (a.ns < b.ns);
}
