/* SPDX-License-Identifier: Apache-2.0 */
#include "fact.h"

#include <string.h>

const struct field *kind_field(const struct kind *kind, str name, size_t *ret_index)
{
    for (size_t i = 0; i < kind->nfields; i++) {
        if (str_is(name, kind->fields[i].name)) {
            if (ret_index != NULL)
                *ret_index = i;
            return &kind->fields[i];
        }
    }
    return NULL;
}

const struct kind *kind_find(const struct kind *const *kinds, str name)
{
    for (; *kinds != NULL; kinds++) {
        if (str_is(name, (*kinds)->name))
            return *kinds;
    }
    return NULL;
}

str value_map_get(const struct value *map, str name)
{
    if (map->type != VALUE_MAP)
        return (str){ NULL, 0 };
    for (size_t i = 0; i < map->m.n; i++) {
        if (str_eq(map->m.pairs[i].name, name))
            return map->m.pairs[i].text;
    }
    return (str){ NULL, 0 };
}

const char *value_type_name(enum value_type type)
{
    static const char *const names[] = {
        [VALUE_NONE] = "none",
        [VALUE_BOOL] = "bool",
        [VALUE_INT] = "integer",
        [VALUE_REAL] = "real",
        [VALUE_TEXT] = "text",
        [VALUE_TIME] = "time",
        [VALUE_MAP] = "map",
    };

    return names[type];
}

const char *unit_name(enum unit unit)
{
    static const char *const names[] = {
        [UNIT_NONE] = "",
        [UNIT_BYTES] = "bytes",
        [UNIT_SECONDS] = "seconds",
        [UNIT_RATIO] = "ratio",
    };

    return names[unit];
}

static size_t value_bytes(const struct value *v)
{
    size_t bytes = 0;

    if (v->type == VALUE_TEXT)
        return v->s.n + 32;
    if (v->type == VALUE_MAP) {
        for (size_t i = 0; i < v->m.n; i++)
            bytes += v->m.pairs[i].name.n + v->m.pairs[i].text.n + sizeof(struct pair) + 64;
    }
    return bytes;
}

static struct value keep_value(struct arena *a, const struct value *v)
{
    struct value copy = *v;

    if (v->type == VALUE_TEXT) {
        copy.s = arena_str(a, v->s);
    } else if (v->type == VALUE_MAP) {
        struct pair *pairs = arena_array(a, struct pair, v->m.n);

        for (size_t i = 0; i < v->m.n; i++) {
            pairs[i].name = arena_str(a, v->m.pairs[i].name);
            pairs[i].text = arena_str(a, v->m.pairs[i].text);
        }
        copy.m.pairs = pairs;
    }
    return copy;
}

struct fact *fact_keep(struct arena *a, const struct fact *fact)
{
    size_t n = fact->kind->nfields, bytes = sizeof(struct fact) + n * sizeof(struct value);
    struct value *values;
    struct fact *copy;

    for (size_t i = 0; i < n; i++)
        bytes += value_bytes(&fact->values[i]);
    bytes += fact->quote.n + fact->host.n + 64;
    if (a->budget != 0 && (bytes > a->budget || a->used > a->budget - bytes))
        return NULL;
    copy = arena_room(a, struct fact, 1);
    values = arena_room(a, struct value, n);
    *copy = *fact;
    for (size_t i = 0; i < n; i++)
        values[i] = keep_value(a, &fact->values[i]);
    copy->values = values;
    copy->quote = arena_str(a, fact->quote);
    copy->host = arena_str(a, fact->host);
    return copy;
}

static uint64_t hash_mix(uint64_t hash, uint64_t more)
{
    return (hash ^ more) * 0x9e3779b97f4a7c15u + (hash >> 29);
}

uint64_t fact_fold_key(const struct fact *fact)
{
    const struct kind *kind = fact->kind;
    uint64_t hash = str_hash(str_z(kind->name));

    if (kind->fold[0] == 0)
        return 0;
    for (size_t i = 0; i < 4 && kind->fold[i] != 0; i++) {
        const struct value *v = &fact->values[kind->fold[i] - 1];

        hash = hash_mix(hash, (uint64_t)v->type);
        if (v->type == VALUE_TEXT)
            hash = hash_mix(hash, str_hash(v->s));
        else if (v->type == VALUE_INT)
            hash = hash_mix(hash, (uint64_t)v->i);
        else if (v->type == VALUE_BOOL)
            hash = hash_mix(hash, v->b);
    }
    hash = hash_mix(hash, str_hash(fact->host));
    return hash != 0 ? hash : 1;
}
