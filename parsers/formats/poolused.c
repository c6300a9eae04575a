/* SPDX-License-Identifier: Apache-2.0 */
/*
 * poolused: the debugger's !poolused, of both generations, plain and verbose:
 *
 *        Sorting by NonPaged Pool Consumed
 *
 *                 NonPaged            Paged
 *      Tag    Allocs     Used    Allocs     Used
 *      Ttx1      402   205824         0        0Ttx flow tables , Binary: ttxflt.sys
 *      TOTAL     402   205824         0        0
 *
 * Taken: each pool a tag lives in as pool.tag, the TOTAL row as pool.usage with the sum of the rows
 * listed. In the plain form "Allocs" counts the blocks held. Old debuggers glue the description to
 * the last number; where it begins with a digit, the heading's columns part the two. Not taken: the
 * debugger's own chatter.
 */
#include <string.h>

#include "limits.h"
#include "pool_row.h"
#include "signs.h"

static const struct kind *const kinds[] = { &kind_POOL_TAG, &kind_POOL_USAGE, &kind_ERROR,
    &kind_LOG_MESSAGE, NULL };

enum { PLAIN = 4, VERBOSE = 8, NUMBERS = 8 };

struct listing {
    struct parse *in;
    size_t columns;  /* of numbers, 0 = no heading yet */
    size_t tag_at;   /* where the tag begins */
    size_t last_end; /* where the last number ends */
    int64_t snapshot, listed[3], rows[3];
    bool filtered; /* the command named a tag: TOTAL is not the pool's */
};

/* The heading above the rows: how many numbers follow a tag, and where they stand. */
static bool read_heading(str s, struct listing *l)
{
    str rest = s, word;
    size_t n = 0, used = 0;

    if (!str_word(&rest, &word) || !str_eq(word, STR("Tag")))
        return false;
    l->tag_at = (size_t)(word.p - s.p);
    while (str_word(&rest, &word)) {
        n++;
        used += str_eq(word, STR("Used"));
        if (!str_eq(word, STR("Used")) && !str_eq(word, STR("Allocs")) &&
                !str_eq(word, STR("Frees")) && !str_eq(word, STR("Diff")))
            return false;
        l->last_end = (size_t)(word.p + word.n - s.p);
    }
    if (used != 2 || (n != PLAIN && n != VERBOSE))
        return false;
    l->columns = n;
    return true;
}

/* The last number may run into a description that begins with a digit. */
static bool take_last(str line, size_t end, str *s, int64_t *ret)
{
    size_t at, n = 0;
    uint64_t value;
    str digits;

    str_skip_blanks(s);
    at = (size_t)(s->p - line.p);
    while (n < s->n && is_digit(s->p[n]))
        n++;
    /* New debuggers put a TAB between the two. */
    if (n < s->n && s->p[n] != '\t' && at < end && at + n > end)
        n = end - at;
    digits = str_slice(*s, 0, n);
    if (!str_u64(digits, &value) || value > INT64_MAX)
        return false;
    *s = str_from(*s, n);
    *ret = (int64_t)value;
    return true;
}

static bool take_numbers(const struct listing *l, str line, str *s, int64_t *v)
{
    for (size_t i = 0; i + 1 < l->columns; i++) {
        uint64_t value;

        str_skip_blanks(s);
        if (!str_take_u64(s, &value) || value > INT64_MAX || s->n == 0 || !is_blank(s->p[0]))
            return false;
        v[i] = (int64_t)value;
    }
    return take_last(line, l->last_end, s, &v[l->columns - 1]);
}

/* "Ttx flow tables , Binary: ttxflt.sys": the binary, else the description. */
static str driver_of(str s)
{
    size_t at = str_find(s, STR("Binary:"));

    s = str_trim(s);
    if (at != STR_NONE)
        return str_trim(str_from(s, str_find(s, STR("Binary:")) + 7));
    return str_starts(s, STR("UNKNOWN pooltag")) ? STR("") : s;
}

/* The debugger prints what it cannot show as dots; the message beside it quotes the tag itself. */
static str quoted_tag(str text, str tag)
{
    size_t at = str_find(text, STR("UNKNOWN pooltag '"));
    str rest = at != STR_NONE ? str_from(text, at + 17) : STR("");

    return rest.n > 4 && rest.p[4] == '\'' ? str_slice(rest, 0, 4) : tag;
}

static void tell_pool(struct listing *l, const struct line *line, struct pool_row *row,
        enum pool pool, const int64_t *v)
{
    bool verbose = l->columns == VERBOSE;
    int64_t diff = v[verbose ? 2 : 0], bytes = v[verbose ? 3 : 1];

    if (diff == 0 && bytes == 0 && v[0] == 0)
        return;
    row->pool = pool;
    row->allocs = verbose ? value_int(v[0]) : value_none();
    row->frees = verbose ? value_int(v[1]) : value_none();
    row->diff = value_int(diff);
    row->bytes = value_int(bytes);
    l->rows[pool]++;
    if (__builtin_add_overflow(l->listed[pool], bytes, &l->listed[pool]))
        l->listed[pool] = INT64_MAX;
    if (verbose && (uint32_t)((uint64_t)v[0] - (uint64_t)v[1]) != (uint32_t)diff)
        parse_diag(l->in, DIAG_NOTE, "poolused.row-law", line, line->s);
    pool_row_emit(l->in, line, (struct when){ 0 }, row, l->snapshot, STR(""));
}

static void tell_total(struct listing *l, const struct line *line, enum pool pool, const int64_t *v)
{
    const struct value values[POOL_USAGE_NFIELDS] = {
        [POOL_USAGE_POOL] = value_z(pool_name(pool)),
        [POOL_USAGE_BYTES] = value_int(v[l->columns / 2 - 1]),
        [POOL_USAGE_LISTED] = value_int(l->listed[pool]),
        [POOL_USAGE_ROWS] = value_int(l->rows[pool]),
        [POOL_USAGE_SNAPSHOT] = value_int(l->snapshot),
    };

    emit(l->in, &kind_POOL_USAGE, line, (struct when){ 0 }, values);
}

static bool take_row(struct listing *l, const struct line *line)
{
    struct pool_row row = { .pool = POOL_NONE };
    str s = line->s, tag, rest;
    int64_t v[NUMBERS];
    size_t half = l->columns / 2;

    if (l->columns == 0 || str_trim(s).n < 8)
        return false;
    rest = str_trim(s);
    if (str_take(&rest, STR("TOTAL "))) {
        /* Wider than the columns: no description follows. */
        struct listing wide = *l;

        wide.last_end = SIZE_MAX;
        if (!take_numbers(&wide, s, &rest, v))
            return false;
        if (!l->filtered) {
            tell_total(l, line, POOL_NONPAGED, v);
            tell_total(l, line, POOL_PAGED, v + half);
        }
        return true;
    }
    tag = str_slice(s, l->tag_at, l->tag_at + 4);
    rest = str_from(s, l->tag_at + 4);
    if (tag.n < 4 || str_trim(str_slice(s, 0, l->tag_at)).n != 0 || rest.n == 0 ||
            !is_blank(rest.p[0])) {
        rest = s;
        if (!str_word(&rest, &tag))
            return false;
    }
    if (!take_numbers(l, s, &rest, v))
        return false;
    if (!pool_row_set_tag(&row, quoted_tag(rest, tag)) || str_trim(tag).n == 0)
        return false;
    row.driver = driver_of(rest);
    tell_pool(l, line, &row, POOL_NONPAGED, v);
    tell_pool(l, line, &row, POOL_PAGED, v + half);
    return true;
}

/* "0: kd> !poolused 2 Ttx*": a pattern behind the flags leaves other tags out. */
static bool take_command(struct listing *l, str s)
{
    size_t at = str_find(s, STR("!poolused"));
    str rest = at != STR_NONE ? str_from(s, at + 9) : STR(""), word;

    if (at == STR_NONE)
        return false;
    l->filtered = false;
    while (str_word(&rest, &word)) {
        uint64_t flags;

        if (word.p[0] != '/' && !str_hex(word, &flags))
            l->filtered = true;
    }
    return true;
}

static bool is_frame(str s)
{
    static const str starts[] = { STR_INIT("Sorting by"), STR_INIT("Pool Used:"),
        STR_INIT("NonPaged"), STR_INIT("***"), STR_INIT("** "), STR_INIT("Max cache size is"),
        STR_INIT("Total memory in cache"), STR_INIT("Number of regions cached"),
        STR_INIT("counts:"), STR_INIT("bytes :"), STR_INIT("Using a machine size of") };

    s = str_trim(s);
    for (size_t i = 0; i < sizeof(starts) / sizeof(starts[0]); i++) {
        if (str_starts(s, starts[i]))
            return true;
    }
    while (str_take_char(&s, '.'))
        ;
    return s.n == 0 || str_has(s, STR("full reads broken into"));
}

static void parse(struct parse *in)
{
    struct listing l = { .in = in };
    struct line line;

    while (parse_line(in, &line)) {
        bool took = take_row(&l, &line);

        if (!took && line.s.n < 400 && read_heading(line.s, &l)) {
            l.snapshot++;
            memset(l.listed, 0, sizeof(l.listed));
            memset(l.rows, 0, sizeof(l.rows));
            took = true;
        }
        if (took || take_command(&l, line.s) || is_frame(line.s))
            parse_took(in, &line);
        else
            parse_stray(in, &line, (struct when){ 0 });
    }
}

static void signs(struct signs *to)
{
    signs_add(to, STR("Used"));
}

static int sniff(const struct sniff *in)
{
    struct listing l = { .columns = 0 };
    str rest = in->text, line;

    while (str_line(&rest, &line)) {
        if (line.n < 400 && read_heading(line, &l))
            return BID_MAGIC;
    }
    return BID_NO;
}

const struct parser parser_poolused = {
    .name = "poolused",
    .summary = "the debugger's !poolused",
    .kinds = kinds,
    .sniff = sniff,
    .signs = signs,
    .parse = parse,
};
