/* SPDX-License-Identifier: Apache-2.0 */
#include "pool_row.h"

#include <string.h>

#include "signs.h"

/* Deltas may stand among the numbers where a paste lost their brackets. */
enum { NUMBERS = 8, WRAP_BITS = 32 };
#define WRAP (1ll << WRAP_BITS)

struct numbers {
    int64_t v[NUMBERS];
    size_t n;
    int64_t delta; /* the ( n) behind the fourth number */
    bool has_delta;
};

const char *pool_name(enum pool pool)
{
    return pool == POOL_NONPAGED ? "nonpaged" : pool == POOL_PAGED ? "paged" : NULL;
}

/* The type column with the blank behind it. */
static const struct {
    str word;
    enum pool pool;
} words[] = {
    { STR_INIT("Nonp "), POOL_NONPAGED },
    { STR_INIT("Paged "), POOL_PAGED },
    { STR_INIT("NonPaged "), POOL_NONPAGED },
    { STR_INIT("Nonp\t"), POOL_NONPAGED },
    { STR_INIT("Paged\t"), POOL_PAGED },
};

void pool_row_signs(struct signs *to)
{
    SIGNS_ADD(to, words);
}

/* The word of the type column at s, followed by a blank: its length, or 0. */
static size_t type_word(str s, enum pool *ret)
{
    if (s.n == 0 || (to_lower(s.p[0]) != 'n' && to_lower(s.p[0]) != 'p'))
        return 0;
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (str_starts_nocase(s, words[i].word)) {
            *ret = words[i].pool;
            return words[i].word.n - 1;
        }
    }
    return 0;
}

/* Where the type column begins, behind a blank; STR_NONE without one near the front. */
static size_t find_type(str s, enum pool *ret, size_t *ret_length)
{
    enum { NEAR = 48 };
    size_t end = s.n < NEAR ? s.n : NEAR;

    for (size_t i = 2; i < end; i++) {
        if (!is_blank(s.p[i - 1]))
            continue;
        *ret_length = type_word(str_from(s, i), ret);
        if (*ret_length != 0)
            return i;
    }
    return STR_NONE;
}

static size_t characters(str s)
{
    size_t n = 0;

    for (size_t i = 0; i < s.n; i++)
        n += ((unsigned char)s.p[i] & 0xc0) != 0x80;
    return n;
}

bool pool_row_set_tag(struct pool_row *row, str tag)
{
    size_t n = characters(tag);

    if (n == 0 || n > 4 || tag.n > 16)
        return false;
    if (n == 4) {
        row->tag = tag;
        return true;
    }
    memcpy(row->padded, tag.p, tag.n);
    memset(row->padded + tag.n, ' ', 4 - n);
    row->tag = (str){ row->padded, tag.n + (4 - n) };
    return true;
}

/* What pastes put in front of a row. */
static str strip_marks(str s)
{
    bool more = true;

    while (more) {
        str_skip_blanks(&s);
        more = str_take(&s, STR("- ")) || str_take(&s, STR("> ")) || str_take(&s, STR("* ")) ||
               str_take(&s, STR("```")) || str_take(&s, STR("`"));
    }
    return str_trim_end(s);
}

/* Whether the row still has its columns: one blank, four characters of tag, a blank, the type. */
static bool in_columns(str line, size_t type, size_t length)
{
    return type == 6 && line.p[0] == ' ' && line.p[5] == ' ' && type + length + 1 < line.n &&
           is_blank(line.p[type + length + 1]);
}

static const char *skip_blanks(const char *p, const char *end)
{
    while (p < end && is_blank(*p))
        p++;
    return p;
}

/* A run of digits, with commas between threes: what is behind it; NULL on overflow or none. */
static const char *take_count(const char *p, const char *end, int64_t *ret)
{
    bool minus = p < end && *p == '-';
    uint64_t value = 0;
    size_t digits = 0;

    p += minus;
    for (; p < end; p++) {
        if (is_digit(*p)) {
            if (++digits > 18)
                return NULL;
            value = value * 10 + (uint64_t)(*p - '0');
        } else if (*p != ',' || digits == 0 || end - p <= 3 || !is_digit(p[1]) || !is_digit(p[2]) ||
                   !is_digit(p[3])) {
            break;
        }
    }
    if (digits == 0 || (p < end && !is_blank(*p) && *p != '('))
        return NULL;
    *ret = minus ? -(int64_t)value : (int64_t)value;
    return p;
}

/* "(   0)", "( 177)", "(-64)": what is behind it, or NULL. */
static const char *take_delta(const char *p, const char *end, int64_t *ret)
{
    uint64_t value = 0;
    size_t digits = 0;
    bool minus;

    p = skip_blanks(p + 1, end);
    minus = p < end && *p == '-';
    if (minus || (p < end && *p == '+'))
        p = skip_blanks(p + 1, end);
    for (; p < end && is_digit(*p) && digits < 19; p++, digits++)
        value = value * 10 + (uint64_t)(*p - '0');
    p = skip_blanks(p, end);
    if (digits == 0 || digits == 19 || p == end || *p != ')')
        return NULL;
    *ret = minus ? -(int64_t)value : (int64_t)value;
    return p + 1;
}

static void take_numbers(str *s, struct numbers *ret)
{
    const char *p = s->p, *end = p + s->n, *next;

    for (p = skip_blanks(p, end); p < end; p = skip_blanks(next, end)) {
        int64_t delta;

        if (*p == '(' && ret->n != 0) {
            next = take_delta(p, end, &delta);
            if (next == NULL)
                break;
            if (ret->n == 4) {
                ret->delta = delta;
                ret->has_delta = true;
            }
        } else {
            next = ret->n < NUMBERS ? take_count(p, end, &ret->v[ret->n]) : NULL;
            if (next == NULL)
                break;
            ret->n++;
        }
    }
    *s = (str){ p, (size_t)(end - p) };
}

static bool counts_agree(int64_t allocs, int64_t frees, int64_t diff)
{
    return (uint32_t)((uint64_t)allocs - (uint64_t)frees) == (uint32_t)diff;
}

static bool size_agrees(int64_t diff, int64_t bytes, int64_t per_alloc)
{
    if (diff > 0)
        return bytes / diff == per_alloc;
    return diff < 0 || per_alloc == 0;
}

/* A size past 2 GB that an old poolmon printed as a signed number. */
static int64_t unwrap(int64_t diff, int64_t bytes, int64_t per_alloc)
{
    if (bytes < 0 && bytes >= -WRAP / 2 && diff > 0 && size_agrees(diff, bytes + WRAP, per_alloc))
        return bytes + WRAP;
    return bytes;
}

static void set_columns(struct pool_row *row, const int64_t *v, const uint8_t *column)
{
    row->allocs = value_int(v[column[0]]);
    row->frees = value_int(v[column[1]]);
    row->diff = value_int(v[column[2]]);
    row->bytes = value_int(unwrap(v[column[2]], v[column[3]], v[column[4]]));
    row->per_alloc = value_int(v[column[4]]);
}

static bool holds(const int64_t *v, const uint8_t *column)
{
    int64_t diff = v[column[2]], per_alloc = v[column[4]];

    return counts_agree(v[column[0]], v[column[1]], diff) &&
           size_agrees(diff, unwrap(diff, v[column[3]], per_alloc), per_alloc);
}

static const uint8_t plain[5] = { 0, 1, 2, 3, 4 };

/* Four numbers where five should stand: the one parting under which the law holds. */
static bool part_columns(struct pool_row *row, const struct numbers *in)
{
    int64_t found[5];
    unsigned ways = 0;

    for (size_t i = 0; i < in->n; i++) {
        int64_t power = 10;

        for (; power <= in->v[i]; power *= 10) {
            int64_t v[5], right = in->v[i] % power;

            if (right < power / 10 || power > INT64_MAX / 10)
                continue; /* a column does not begin with a zero, unless it is one */
            memcpy(v, in->v, sizeof(v));
            memmove(v + i + 1, in->v + i, (4 - i) * sizeof(v[0]));
            v[i] = in->v[i] / power;
            v[i + 1] = right;
            if (!holds(v, plain))
                continue;
            ways++;
            memcpy(found, v, sizeof(found));
        }
    }
    if (ways == 1)
        set_columns(row, found, plain);
    return ways == 1;
}

static bool map_columns(struct pool_row *row, const struct numbers *in)
{
    static const struct {
        size_t n;
        uint8_t column[5];
    } maps[] = {
        { 5, { 0, 1, 2, 3, 4 } },
        { 8, { 0, 2, 4, 5, 7 } }, /* deltas without their brackets */
        { 5, { 0, 1, 2, 4, 3 } },
    };

    row->law = POOL_LAW_HOLDS;
    row->delta_bytes = in->has_delta ? value_int(in->delta) : value_none();
    for (size_t i = 0; i < sizeof(maps) / sizeof(maps[0]); i++) {
        if (in->n < maps[i].n || !holds(in->v, maps[i].column))
            continue;
        set_columns(row, in->v, maps[i].column);
        if (maps[i].n == 8)
            row->delta_bytes = value_int(in->v[6]);
        return true;
    }
    row->law = POOL_LAW_BROKEN;
    if (in->n >= 5) {
        set_columns(row, in->v, plain);
        return true;
    }
    if (in->n != 4)
        return false;
    if (part_columns(row, in)) {
        row->law = POOL_LAW_REPAIRED;
        return true;
    }
    row->law = POOL_LAW_UNKNOWN;
    row->allocs = value_int(in->v[0]);
    row->frees = value_int(in->v[1]);
    row->diff = value_int(in->v[2]);
    row->bytes = value_int(in->v[3]);
    row->per_alloc = value_none();
    return counts_agree(in->v[0], in->v[1], in->v[2]);
}

/* Tag and type; *ret_rest is what follows them. */
static bool read_front(str line, struct pool_row *ret, str *ret_rest)
{
    size_t length, type = find_type(line, &ret->pool, &length);

    if (type == STR_NONE)
        return false;
    *ret_rest = str_from(line, type + length);
    if (in_columns(line, type, length) && pool_row_set_tag(ret, str_slice(line, 1, 5)) &&
            ret->tag.n == 4)
        return true;
    return pool_row_set_tag(ret, strip_marks(str_slice(line, 0, type)));
}

/* A driver's name, without the backticks or bars of a paste. */
static str read_driver(str s)
{
    s = str_trim(s);
    while (str_ends(s, STR("`")))
        s.n--;
    return str_trim_end(s);
}

bool pool_row_read(str line, struct pool_row *ret)
{
    struct numbers numbers = { .n = 0 };
    str rest;

    if (!read_front(line, ret, &rest))
        return false;
    take_numbers(&rest, &numbers);
    if (!map_columns(ret, &numbers))
        return false;
    ret->driver = read_driver(rest);
    return true;
}

bool pool_row_plain(const char *p)
{
    if (p[0] != ' ' || p[5] != ' ' ||
            (memcmp(p + 6, "Nonp ", 5) != 0 && memcmp(p + 6, "Paged ", 6) != 0))
        return false;
    for (size_t i = 1; i < 5; i++) {
        if ((unsigned char)p[i] < ' ')
            return false;
    }
    for (size_t i = 11; i < PLAIN_LEAST; i++) {
        if (p[i] != ' ' && !is_digit(p[i]) && p[i] != '(' && p[i] != ')' && p[i] != '-')
            return false;
    }
    return true;
}

bool pool_row_short(str line)
{
    struct numbers numbers = { .n = 0 };
    struct pool_row row;
    str rest;

    if (!read_front(line, &row, &rest))
        return false;
    take_numbers(&rest, &numbers);
    return numbers.n != 0 && str_trim(rest).n == 0;
}

void pool_row_judge(struct pool_row *row)
{
    row->law = POOL_LAW_HOLDS;
    if (row->allocs.type == VALUE_INT && row->frees.type == VALUE_INT &&
            row->diff.type == VALUE_INT && !counts_agree(row->allocs.i, row->frees.i, row->diff.i))
        row->law = POOL_LAW_BROKEN;
    if (row->diff.type == VALUE_INT && row->bytes.type == VALUE_INT &&
            row->per_alloc.type == VALUE_INT &&
            !size_agrees(row->diff.i, row->bytes.i, row->per_alloc.i))
        row->law = POOL_LAW_BROKEN;
}

void pool_row_emit(struct parse *in, const struct line *line, struct when when,
        const struct pool_row *row, int64_t snapshot, str scope)
{
    const struct value values[POOL_TAG_NFIELDS] = {
        [POOL_TAG_TAG] = value_text(row->tag),
        [POOL_TAG_POOL] = value_z(pool_name(row->pool)),
        [POOL_TAG_ALLOCS] = row->allocs,
        [POOL_TAG_FREES] = row->frees,
        [POOL_TAG_DIFF] = row->diff,
        [POOL_TAG_BYTES] = row->bytes,
        [POOL_TAG_PER_ALLOC] = row->per_alloc,
        [POOL_TAG_DELTA_BYTES] = row->delta_bytes,
        [POOL_TAG_DRIVER] = value_text(row->driver),
        [POOL_TAG_SNAPSHOT] = snapshot != 0 ? value_int(snapshot) : value_none(),
        [POOL_TAG_SCOPE] = value_text(scope),
    };

    emit(in, &kind_POOL_TAG, line, when, values);
}
