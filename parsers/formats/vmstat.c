/* SPDX-License-Identifier: Apache-2.0 */
/*
 * vmstat: /proc/vmstat, and the table of the vmstat command.
 *
 *     nr_free_pages 32312
 *     oom_kill 0
 *     compact_fail 12
 *
 *     procs -----------memory---------- ---swap-- -----io---- -system-- ------cpu-----
 *      r  b   swpd   free   buff  cache   si   so    bi    bo   in   cs us sy id wa st
 *      1  0  67584 185156 523412 9012345    0    3    12    40  100  200  3  1 95  1  0
 *
 * Taken: each counter by its name; of the table the columns si and so, worst row, as counters
 * "si_max" and "so_max".
 */
#include "shape.h"
#include "signs.h"

static const struct kind *const kinds[] = { &kind_KERNEL_COUNTER, &kind_ERROR, &kind_LOG_MESSAGE,
    &kind_OPERATION, &kind_STACK, &kind_BEANCOUNTER, NULL };

static bool is_counter(str line, str *ret_name, uint64_t *ret)
{
    str rest = line, word;

    if (line.n == 0 || is_space(line.p[0]) || !str_word(&rest, &word) || word.n < 3 ||
            !is_alpha(word.p[0]) || word.p[0] < 'a')
        return false;
    for (size_t i = 0; i < word.n; i++)
        if (!is_alnum(word.p[i]) && word.p[i] != '_' && word.p[i] != '-')
            return false;
    *ret_name = word;
    return str_find_char(word, '_') != STR_NONE || str_starts(word, STR("pg")) ||
                           str_starts(word, STR("psw")) || str_starts(word, STR("allocstall"))
                   ? str_u64(str_trim(rest), ret)
                   : false;
}

static bool fits(str line)
{
    uint64_t n;
    str name;

    return is_counter(line, &name, &n);
}

static bool is_heading(str line)
{
    return str_has(line, STR("swpd")) && str_has(line, STR(" si ")) && str_has(line, STR(" so "));
}

static void signs(struct signs *to)
{
    signs_add(to, STR("nr_free_pages "));
    signs_add(to, STR("swpd"));
}

static int sniff(const struct sniff *in)
{
    str rest = in->text, line;

    if (str_has(in->text, STR("nr_free_pages ")) && shape_bid(in, fits, 1) != BID_NO)
        return BID_MAGIC;
    for (size_t i = 0; i < 10 && str_line(&rest, &line); i++)
        if (is_heading(line))
            return BID_MAGIC - 5;
    return BID_NO;
}

static void emit_counter(struct parse *in, const struct line *line, str name, uint64_t n)
{
    const struct value values[KERNEL_COUNTER_NFIELDS] = {
        [KERNEL_COUNTER_NAME] = value_text(name),
        [KERNEL_COUNTER_VALUE] = value_u64(n),
    };

    if (parse_wants_text(in, &kind_KERNEL_COUNTER, KERNEL_COUNTER_NAME, name))
        emit(in, &kind_KERNEL_COUNTER, line, (struct when){ 0 }, values);
}

struct table {
    size_t in_column, out_column, columns; /* of the last heading; 0 columns = none yet */
    uint64_t in_max, out_max;
};

static void read_heading(struct table *t, str line)
{
    str word;

    t->columns = 0;
    while (str_word(&line, &word)) {
        if (str_eq(word, STR("si")))
            t->in_column = t->columns;
        if (str_eq(word, STR("so")))
            t->out_column = t->columns;
        t->columns++;
    }
}

static bool read_row(struct table *t, str line)
{
    uint64_t n, in = 0, out = 0;
    size_t column = 0;

    if (t->columns == 0)
        return false;
    while (next_number(&line, &n)) {
        in = column == t->in_column ? n : in;
        out = column == t->out_column ? n : out;
        column++;
    }
    if (column < t->columns)
        return false;
    t->in_max = in > t->in_max ? in : t->in_max;
    t->out_max = out > t->out_max ? out : t->out_max;
    return true;
}

static void parse(struct parse *in)
{
    struct table table = { 0 };
    struct line line, first = { 0 };
    uint64_t n;
    str name;

    while (parse_line(in, &line)) {
        if (is_counter(line.s, &name, &n)) {
            emit_counter(in, &line, name, n);
        } else if (is_heading(line.s)) {
            if (first.number == 0) {
                first = line;
                first.s = arena_str(in->scratch, line.s);
            }
            read_heading(&table, line.s);
        } else if (!read_row(&table, line.s) && !str_starts(line.s, STR("procs "))) {
            parse_stray(in, &line, (struct when){ 0 });
            continue;
        }
        parse_took(in, &line);
    }
    if (first.number != 0) {
        emit_counter(in, &first, STR("si_max"), table.in_max);
        emit_counter(in, &first, STR("so_max"), table.out_max);
    }
}

const struct parser parser_vmstat = {
    .name = "vmstat",
    .summary = "/proc/vmstat, vmstat",
    .kinds = kinds,
    .sniff = sniff,
    .signs = signs,
    .parse = parse,
};
