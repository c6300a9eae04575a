/* SPDX-License-Identifier: Apache-2.0 */
#include "rule_rows.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "result.h"

static const struct field host_fields[] = {
    { "name", VALUE_TEXT, UNIT_NONE, "" },
    { "arch", VALUE_TEXT, UNIT_NONE, "" },
    { "product", VALUE_TEXT, UNIT_NONE, "" },
    { "cpus", VALUE_INT, UNIT_NONE, "" },
    { "ram", VALUE_INT, UNIT_BYTES, "" },
    { "boot", VALUE_TIME, UNIT_NONE, "" },
};
static const struct field limit_fields[] = {
    { "nonpaged", VALUE_INT, UNIT_BYTES, "" },
};
static const struct field tag_fields[] = {
    { "tag", VALUE_TEXT, UNIT_NONE, "" },
    { "pool", VALUE_TEXT, UNIT_NONE, "" },
    { "bytes", VALUE_INT, UNIT_BYTES, "" },
    { "diff", VALUE_INT, UNIT_NONE, "" },
    { "part", VALUE_REAL, UNIT_RATIO, "" },
    { "held", VALUE_REAL, UNIT_SECONDS, "" },
};
static const struct field event_fields[] = {
    { "provider", VALUE_TEXT, UNIT_NONE, "" },
    { "id", VALUE_INT, UNIT_NONE, "" },
    { "data", VALUE_MAP, UNIT_NONE, "" },
    { "message", VALUE_TEXT, UNIT_NONE, "" },
    { "failed", VALUE_BOOL, UNIT_NONE, "" },
    { "at", VALUE_TIME, UNIT_NONE, "" },
};
static const struct field error_fields[] = {
    { "code", VALUE_TEXT, UNIT_NONE, "" },
    { "object", VALUE_TEXT, UNIT_NONE, "" },
};

#define KIND(NAME, FIELDS)                                                                         \
    {                                                                                              \
        NAME, "", FIELDS, sizeof(FIELDS) / sizeof((FIELDS)[0]),                                    \
        {                                                                                          \
            0                                                                                      \
        }                                                                                          \
    }
static const struct kind kinds[] = {
    KIND("host", host_fields),
    KIND("limit", limit_fields),
    KIND("pool.tag", tag_fields),
    KIND("event", event_fields),
    KIND("error", error_fields),
};
#undef KIND
const struct kind *const test_kinds[] = { &kinds[0], &kinds[1], &kinds[2], &kinds[3], &kinds[4],
    NULL };

/* A stamp, "~30" behind it for seconds of doubt, "%2" for the clock that it was settled by, "!" for
 * one before the last boot. */
static struct when read_time(str s)
{
    struct when w = { 0 };
    uint64_t number;
    double seconds;

    if (str_take_char(&s, '+')) {
        assert_true(str_real(s, &seconds));
        return when_monotonic((int64_t)(seconds * 1e9), 0);
    }
    assert_true(when_take_iso(&s, &w));
    if (str_take_char(&s, '~')) {
        assert_true(str_take_u64(&s, &number));
        w.doubt = (uint16_t)number;
    }
    if (str_take_char(&s, '%')) {
        assert_true(str_take_u64(&s, &number));
        w.boot = (uint16_t)number;
        w.settled = WHEN_BY_BOOT;
    }
    if (str_take_char(&s, '!'))
        w.settled |= WHEN_PAST;
    assert_true(s.n == 0);
    return w;
}

/* The next word; a part in single quotes may hold blanks and semicolons. */
static str take_word(str *s)
{
    size_t n = 0;
    bool quoted = false;
    str word;

    while (s->n != 0 && s->p[0] == ' ')
        *s = str_from(*s, 1);
    for (; n < s->n && (quoted || (s->p[n] != ' ' && s->p[n] != ';')); n++)
        quoted ^= s->p[n] == '\'';
    word = str_slice(*s, 0, n);
    *s = str_from(*s, n);
    return word;
}

static void add_pair(struct arena *a, struct value *map, str name, str text)
{
    struct pair *pairs = arena_array(a, struct pair, map->m.n + 1);

    for (size_t i = 0; map->type == VALUE_MAP && i < map->m.n; i++)
        pairs[i] = map->m.pairs[i];
    pairs[map->m.n] = (struct pair){ name, text };
    *map = value_map(pairs, map->m.n + 1);
}

static void set_field(struct arena *a, struct fact *fact, struct value *values, str name, str text)
{
    str member = name, base = str_cut(&member, '.');
    const struct field *field;
    struct dim dim;
    size_t index;
    double d;

    if (str_starts(text, STR("'")))
        text = str_slice(text, 1, text.n - 1);
    field = kind_field(fact->kind, base, &index);
    if (field == NULL)
        fail_msg("no field %.*s", STR_ARG(name));
    switch (field->type) {
    case VALUE_INT:
        assert_true(quantity_parse(text, &d, &dim));
        values[index] = value_int((int64_t)llround(d));
        break;
    case VALUE_REAL:
        assert_true(quantity_parse(text, &d, &dim));
        values[index] = value_real(d);
        break;
    case VALUE_BOOL:
        values[index] = value_bool(str_eq(text, STR("true")));
        break;
    case VALUE_TIME:
        values[index] = value_time(read_time(text));
        break;
    case VALUE_MAP:
        add_pair(a, &values[index], member, text);
        break;
    case VALUE_TEXT:
    case VALUE_NONE:
        values[index] = value_text(text);
        break;
    }
}

static struct fact *read_fact(struct arena *a, str *line)
{
    struct fact *fact = arena_new(a, struct fact);
    str kind = take_word(line), word;
    struct value *values;

    fact->kind = kind_find(test_kinds, kind);
    if (fact->kind == NULL)
        fail_msg("no kind %.*s", STR_ARG(kind));
    values = arena_array(a, struct value, fact->kind->nfields);
    fact->values = values;
    fact->count = 1;
    while ((word = take_word(line)).n != 0) {
        str value = word, name = str_cut(&value, '=');

        if (str_take_char(&word, '@'))
            fact->when = read_time(word);
        else if (str_take(&word, STR("..")))
            fact->last = read_time(word);
        else if (str_take_char(&word, '#'))
            fact->host = word;
        else if (name.n == word.n)
            assert_true(str_take_char(&word, 'x') && str_u64(word, &fact->count));
        else
            set_field(a, fact, values, name, value);
    }
    return fact;
}

struct fact_list facts_read(struct arena *a, str line)
{
    struct fact_list list = { arena_array(a, const struct fact *, line.n + 1), 0 };

    if (str_eq(line, STR("-")))
        return list;
    while (line.n != 0) {
        struct fact *fact = read_fact(a, &line);

        fact->where = (struct span){ .member = 1, .line = (uint32_t)list.n + 1 };
        fact->quote = arena_printf(a, "line %zu", list.n + 1);
        list.p[list.n++] = fact;
        (void)str_take_char(&line, ';');
        line = str_trim(line);
    }
    return list;
}

str rows_file(struct arena *a, const char *name)
{
    str path = arena_printf(a, "%s/%s", RULE_TESTS, name);
    FILE *file = fopen(path.p, "rb");
    char *text = arena_alloc(a, 1 << 20);
    size_t n;

    if (file == NULL)
        fail_msg("cannot open %s", path.p);
    n = fread(text, 1, 1 << 20, file);
    fclose(file);
    return (str){ text, n };
}

bool rows_next(str *rest, unsigned *number, struct row *ret, void (*directive)(void *ctx, str line),
        void *ctx)
{
    str line;

    *ret = (struct row){ 0 };
    while (str_line(rest, &line)) {
        ++*number;
        if (str_trim(line).n == 0) {
            if (ret->n != 0)
                return true;
        } else if (str_starts(line, STR("%%")) && !str_starts(line, STR("%%FAIL"))) {
            directive(ctx, line);
        } else if (line.p[0] != '#') {
            if (ret->n == 0)
                ret->number = *number;
            assert_true(ret->n < 16);
            ret->lines[ret->n++] = line;
        }
    }
    return ret->n != 0;
}

static int wrong;

void row_wrong(const struct row *row, str got)
{
    print_error("line %u: got\n%.*s\n", row->number, STR_ARG(got));
    for (size_t i = 0; i < row->n; i++)
        print_error("    %.*s\n", STR_ARG(row->lines[i]));
    wrong++;
}

int rows_wrong(void)
{
    return wrong;
}
