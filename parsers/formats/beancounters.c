/* SPDX-License-Identifier: Apache-2.0 */
/*
 * beancounters: /proc/user_beancounters of Virtuozzo and OpenVZ, /proc/bc/ID/resources, excerpts.
 *
 *     Version: 2.5
 *            uid  resource           held    maxheld    barrier      limit    failcnt
 *            345: kmemsize        2100112    2400224    9000000    9900000          0
 *                 privvmpages       20010      30020      60000      66000         14
 *
 * Taken: every row. Page rows become bytes, the "no limit" of any word size becomes absent. The
 * container stands on the first row of its block, in the path of /proc/bc, or nowhere (grep). The
 * node itself is container 0. "dummy" rows fill up the table and say nothing.
 */
#include "signs.h"
#include "stray.h"
#include "vz_grammar.h"

static const struct kind *const kinds[] = { &kind_BEANCOUNTER, &kind_ERROR, &kind_LOG_MESSAGE,
    &kind_OPERATION, &kind_STACK, NULL };

static const str proc_name = STR_INIT("user_beancounters");

/* A row may stand behind what grep -H or a shell's prompt put on its line. */
static bool take_row(str text, struct vz_counter *ret)
{
    size_t at;

    if (vz_counter_parse(text, ret))
        return true;
    at = str_find(text, proc_name);
    if (at == STR_NONE)
        return false;
    text = str_from(text, at + proc_name.n);
    (void)str_take_char(&text, ':');
    return vz_counter_parse(text, ret);
}

static bool is_heading(str text)
{
    static const str words[] = { STR_INIT("resource"), STR_INIT("held"), STR_INIT("maxheld"),
        STR_INIT("barrier"), STR_INIT("limit"), STR_INIT("failcnt") };
    str word, rest = text;

    if (!str_word(&rest, &word))
        return false;
    if (str_eq(word, STR("uid")) && !str_word(&rest, &word))
        return false;
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (!str_eq(word, words[i]))
            return false;
        (void)str_word(&rest, &word);
    }
    return true;
}

static void signs(struct signs *to)
{
    signs_add(to, STR("failcnt"));
    beancounter_signs(to);
}

static int sniff(const struct sniff *in)
{
    str rest = in->text, line;
    struct vz_counter row;
    unsigned lines = 0, rows = 0;
    bool heading = false;

    while (lines < 200 && str_line(&rest, &line)) {
        if (str_trim(line).n == 0)
            continue;
        lines++;
        heading |= is_heading(line);
        rows += take_row(line, &row);
    }
    if (heading && rows != 0)
        return BID_MAGIC;
    if (rows != 0 && (2 * rows > lines || str_has(in->text, proc_name)))
        return BID_MAGIC - 15;
    return heading ? BID_SHAPE : BID_NO;
}

/* "proc/bc/345/resources" */
static str id_of_path(str path)
{
    size_t at = str_find(path, STR("bc/"));
    str id;

    if (at == STR_NONE || (at != 0 && path.p[at - 1] != '/'))
        return (str){ NULL, 0 };
    path = str_from(path, at + 3);
    id = vz_id(path);
    return str_starts(str_from(path, id.n), STR("/")) ? id : (str){ NULL, 0 };
}

/* LONG_MAX of the kernel's word, in pages or bytes, or a page less: nobody sets such a limit. */
static bool is_unlimited(uint64_t value, uint64_t unit)
{
    static const uint64_t longs[] = { INT32_MAX, INT64_MAX };

    for (size_t i = 0; i < sizeof(longs) / sizeof(longs[0]); i++) {
        if (value == longs[i] || value == longs[i] / 4096 || value == longs[i] - 4095)
            return unit != 1 || value != INT32_MAX / 4096; /* 512 KiB of a buffer are a limit */
    }
    return value > INT64_MAX / 4096;
}

static struct value amount(uint64_t value, uint64_t unit)
{
    return value_u64(unit != 0 && value <= INT64_MAX / unit ? value * unit : value);
}

static struct value bound(uint64_t value, uint64_t unit)
{
    return is_unlimited(value, unit) ? value_none() : amount(value, unit);
}

static void say_row(
        struct parse *in, const struct line *line, const struct vz_counter *row, str container)
{
    const struct value values[BEANCOUNTER_NFIELDS] = {
        [BEANCOUNTER_RESOURCE] = value_text(row->resource),
        [BEANCOUNTER_CONTAINER] = value_text(container),
        [BEANCOUNTER_HELD] = amount(row->values[0], row->unit),
        [BEANCOUNTER_MAXHELD] = amount(row->values[1], row->unit),
        [BEANCOUNTER_BARRIER] = bound(row->values[2], row->unit),
        [BEANCOUNTER_LIMIT] = bound(row->values[3], row->unit),
        [BEANCOUNTER_FAILCNT] = value_u64(row->values[4]),
    };

    emit(in, &kind_BEANCOUNTER, line, (struct when){ 0 }, values);
}

static bool is_filler(str text)
{
    str word;

    if (!str_word(&text, &word))
        return true;
    return str_eq(word, STR("dummy")) || str_eq(word, STR("Version:"));
}

static void parse(struct parse *in)
{
    struct name container = { 0 };
    struct vz_counter row;
    struct line line;

    name_set(&container, id_of_path(in->path));
    while (parse_line(in, &line)) {
        if (take_row(line.s, &row)) {
            if (row.id.n != 0)
                name_set(&container, row.id);
            say_row(in, &line, &row, name_str(&container));
            parse_took(in, &line);
        } else if (is_heading(line.s)) {
            name_set(&container, id_of_path(in->path));
            parse_took(in, &line);
        } else if (is_filler(line.s) || str_has(line.s, proc_name)) {
            parse_took(in, &line);
        } else {
            parse_stray(in, &line, (struct when){ 0 });
        }
    }
}

const struct parser parser_beancounters = {
    .name = "beancounters",
    .summary = "/proc/user_beancounters of Virtuozzo and OpenVZ",
    .kinds = kinds,
    .sniff = sniff,
    .signs = signs,
    .parse = parse,
};
