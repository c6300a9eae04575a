/* SPDX-License-Identifier: Apache-2.0 */
/*
 * localtag: tables of pool tags, as pooltag.txt of the debugger and localtag.txt of `poolmon /c`:
 *
 *     rem  our own drivers
 *     Ttx1 - ttxflt.sys  - Ttx flow tables
 *     AGP  - <unknown>   - AGP scratch pages
 *
 * Taken: each line as pool.owner. "?" and "*" in a tag stand for any character, as written.
 */
#include "parser.h"

static const struct kind *const kinds[] = { &kind_POOL_OWNER, &kind_ERROR, &kind_LOG_MESSAGE,
    NULL };

struct entry {
    char padded[4];
    str tag, driver, description;
};

/* "[ttxflt.sys]", "ttxflt.sys": the name; "<unknown>" is none. */
static str bare_driver(str s)
{
    s = str_trim(s);
    if (str_take_char(&s, '[') && str_ends(s, STR("]")))
        s.n--;
    s = str_trim(s);
    return s.n != 0 && s.p[0] == '<' ? STR("") : s;
}

/* A word with a dot or a "!": "ttxflt.sys", "nt!cm". Descriptions have neither in their first. */
static bool is_driver(str s)
{
    size_t blank = str_find_char(s, ' ');

    return s.n != 0 && (s.p[0] == '<' || s.p[0] == '[' ||
                               (blank == STR_NONE && (str_find_char(s, '.') != STR_NONE ||
                                                             str_find_char(s, '!') != STR_NONE)));
}

static bool read_entry(str line, struct entry *ret)
{
    str rest = line, first;
    size_t dash;

    /* The tag stands in the first four columns and may hold blanks; pastes indent the whole. */
    while (rest.n != 0 && is_blank(rest.p[0]))
        rest = str_from(rest, 1);
    dash = str_find_char(str_slice(rest, 0, 9), '-');
    if (dash == 0)
        dash = str_find_char(str_slice(rest, 1, 9), '-') + 1;
    if (dash == STR_NONE || dash < 2 || dash + 1 >= rest.n || !is_blank(rest.p[dash - 1]))
        return false;
    first = str_trim_end(str_slice(rest, 0, dash));
    if (first.n == 0 || first.n > 4 || (unsigned char)first.p[0] >= 0x80)
        return false;
    for (size_t i = 0; i < 4; i++)
        ret->padded[i] = i < first.n ? first.p[i] : ' ';
    ret->tag = (str){ ret->padded, 4 };
    rest = str_trim(str_from(rest, dash + 1));
    dash = str_find(rest, STR(" - "));
    if (dash == STR_NONE && str_ends(rest, STR(" -")))
        dash = rest.n - 2;
    first = str_trim(str_slice(rest, 0, dash));
    if (dash != STR_NONE && is_driver(first)) {
        ret->driver = bare_driver(first);
        ret->description = str_trim(str_from(rest, dash + 2));
    } else if (is_driver(rest)) {
        ret->driver = bare_driver(rest);
        ret->description = STR("");
    } else {
        ret->driver = STR("");
        ret->description = rest;
    }
    return ret->driver.n != 0 || ret->description.n != 0;
}

static bool is_remark(str s)
{
    s = str_trim(s);
    return s.n == 0 || str_starts_nocase(s, STR("rem ")) || str_eq_nocase(s, STR("rem")) ||
           str_starts(s, STR("//")) || s.p[0] == '#' || s.p[0] == ';';
}

static void parse(struct parse *in)
{
    struct line line;

    while (parse_line(in, &line)) {
        struct entry entry;

        if (is_remark(line.s)) {
            parse_took(in, &line);
            continue;
        }
        if (!read_entry(line.s, &entry)) {
            parse_stray(in, &line, (struct when){ 0 });
            continue;
        }

        const struct value values[POOL_OWNER_NFIELDS] = {
            [POOL_OWNER_TAG] = value_text(entry.tag),
            [POOL_OWNER_DRIVER] = value_text(entry.driver),
            [POOL_OWNER_DESCRIPTION] = value_text(entry.description),
        };

        emit(in, &kind_POOL_OWNER, &line, (struct when){ 0 }, values);
        parse_took(in, &line);
    }
}

static int sniff(const struct sniff *in)
{
    bool named = str_find_nocase(in->name, STR("pooltag")) != STR_NONE ||
                 str_find_nocase(in->name, STR("localtag")) != STR_NONE;
    str rest = in->text, line;
    unsigned entries = 0, drivers = 0, others = 0;

    while (str_line(&rest, &line)) {
        struct entry entry;

        if (is_remark(line))
            continue;
        if (line.n < 400 && read_entry(line, &entry)) {
            entries++;
            drivers += entry.driver.n != 0 || str_has(line, STR("<unknown>"));
        } else {
            others++;
        }
    }
    /* A list of items with short first words looks alike: drivers tell the two apart. */
    if (entries < (named ? 1u : 3u) || others * 10 > entries || drivers * 2 < entries)
        return BID_NO;
    return named ? BID_SHAPE + 9 : BID_SHAPE;
}

const struct parser parser_localtag = {
    .name = "localtag",
    .summary = "pooltag.txt and localtag.txt: what pool tags belong to",
    .kinds = kinds,
    .sniff = sniff,
    .parse = parse,
};
