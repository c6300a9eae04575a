/* SPDX-License-Identifier: Apache-2.0 */
/*
 * iis: web server log in the W3C form, of IIS above all.
 *
 *     #Software: Microsoft Internet Information Services 10.0
 *     #Date: 2021-08-07 00:00:01
 *     #Fields: date time cs-method cs-uri-stem sc-status sc-substatus sc-win32-status
 *     2021-08-07 00:00:09 POST /save 500 0 1450
 *
 * Taken: requests whose sc-win32-status tells of the server's own trouble. Success, missing files,
 * refused access and clients that went away are ordinary life: they count as understood only.
 * User names and quoted agents may hold blanks, so the columns before the one that is wanted are
 * counted from the front, those behind it from the back. Times are UTC, local where the heading
 * says so; a log without a date column has the date of its #Date line.
 */
#include "code.h"
#include "parser.h"
#include "signs.h"

static const struct kind *const kinds[] = { &kind_ERROR, NULL };

enum { FIELDS_MAX = 64, NO_FIELD = FIELDS_MAX };

struct columns {
    size_t n, date, time, method, stem, status, win32;
    bool local;
};

struct day {
    char text[16];
    size_t n;
};

static void signs(struct signs *to)
{
    signs_add(to, STR("#Fields:"));
}

static int sniff(const struct sniff *in)
{
    size_t at = str_find(in->text, STR("#Fields:"));
    str rest = at != STR_NONE ? str_from(in->text, at) : STR(""), line;

    /* The heading may come late only behind other comments. */
    if (at == STR_NONE || at > 4096 || !str_line(&rest, &line) || str_has(line, STR(" s-reason")))
        return BID_NO;
    if (!str_has(line, STR("cs-method")) && !str_has(line, STR("cs-uri")))
        return BID_NO;
    return str_has(line, STR("sc-status")) ? BID_MAGIC - 5 : BID_SHAPE;
}

static struct columns read_fields(str line)
{
    struct columns c = { 0, NO_FIELD, NO_FIELD, NO_FIELD, NO_FIELD, NO_FIELD, NO_FIELD, false };
    str word;

    for (; c.n < FIELDS_MAX && str_word(&line, &word); c.n++) {
        if (str_eq(word, STR("date")) || str_eq(word, STR("date-local")))
            c.date = c.n;
        else if (str_eq(word, STR("time")) || str_eq(word, STR("time-local")))
            c.time = c.n;
        else if (str_eq(word, STR("cs-method")))
            c.method = c.n;
        else if (str_eq(word, STR("cs-uri-stem")))
            c.stem = c.n;
        else if (str_eq(word, STR("sc-status")))
            c.status = c.n;
        else if (str_eq(word, STR("sc-win32-status")))
            c.win32 = c.n;
        c.local |= str_eq(word, STR("date-local")) || str_eq(word, STR("time-local"));
    }
    return c;
}

/* What goes wrong every day without the server being short of anything. */
static bool is_ordinary(uint64_t status)
{
    static const uint16_t ordinary[] = {
        0, 1, 2, 3, 5,                   /* no such file or path, access denied */
        64, 121, 995, 1229, 1236,        /* the client or the network went away */
        13, 50, 87, 123, 161, 206, 1168, /* the request was nonsense */
        1326, 1909, 2148,                /* logon */
    };

    for (size_t i = 0; i < sizeof(ordinary) / sizeof(ordinary[0]); i++) {
        if (ordinary[i] == status)
            return true;
    }
    return false;
}

/* A cell by its place in the heading, from the end it is nearer to a number at. */
static str cell(const str *cells, size_t n, const struct columns *c, size_t field, bool from_back)
{
    if (field == NO_FIELD)
        return STR("");
    if (from_back)
        return n >= c->n - field ? cells[n - (c->n - field)] : STR("");
    return field < n ? cells[field] : STR("");
}

static struct when stamp(const str *cells, size_t n, const struct columns *c, const struct day *day)
{
    char buf[48];
    str date = c->date != NO_FIELD ? cell(cells, n, c, c->date, false) : (str){ day->text, day->n };
    str time = cell(cells, n, c, c->time, false), text;
    struct when when = { 0 };
    size_t at = 0;

    if (date.n + time.n + 1 > sizeof(buf) || date.n == 0)
        return when;
    for (size_t i = 0; i < date.n; i++)
        buf[at++] = date.p[i];
    buf[at++] = ' ';
    for (size_t i = 0; i < time.n; i++)
        buf[at++] = time.p[i];
    text = (str){ buf, at };
    if (when_take_iso(&text, &when) && !c->local)
        when.basis = WHEN_UTC;
    return when;
}

static void read_row(struct parse *in, struct arena *arena, const struct line *line,
        const struct columns *c, const struct day *day)
{
    str cells[FIELDS_MAX * 2], rest = line->s;
    uint64_t status;
    struct code code;
    size_t n = 0;

    while (n < FIELDS_MAX * 2 && str_word(&rest, &cells[n]))
        n++;
    if (c->win32 == NO_FIELD || !str_u64(cell(cells, n, c, c->win32, true), &status) ||
            is_ordinary(status))
        return;
    code = code_from_number(status);
    if (code.family == CODE_NONE)
        return;
    const struct value values[ERROR_NFIELDS] = {
        [ERROR_CODE] = value_text(code_text(arena, code)),
        [ERROR_FAMILY] = value_z(code_family_name(code.family)),
        [ERROR_NUMBER] = value_u64(code.number),
        [ERROR_SPELLED] = value_text(cell(cells, n, c, c->win32, true)),
        [ERROR_NAME] = value_z(code_name(code)),
        [ERROR_COMPONENT] = value_z("iis"),
        [ERROR_OPERATION] = value_text(cell(cells, n, c, c->method, false)),
        [ERROR_PATH] = value_text(cell(cells, n, c, c->stem, false)),
        [ERROR_ROLE] = value_z("leaf"),
    };
    emit(in, &kind_ERROR, line, stamp(cells, n, c, day), values);
    arena_reset(arena);
}

static void keep_day(struct day *day, str s)
{
    s = str_trim(s);
    day->n = 0;
    while (day->n < 10 && day->n < s.n) {
        day->text[day->n] = s.p[day->n];
        day->n++;
    }
}

static void parse(struct parse *in)
{
    struct columns columns = read_fields(STR(""));
    struct day day = { .n = 0 };
    struct arena arena; /* of one row; the scratch arena holds what stray lines carry on */
    struct line line;

    arena_init(&arena, 0);
    while (parse_line(in, &line)) {
        str s = line.s;

        if (str_take(&s, STR("#Fields:"))) {
            columns = read_fields(s);
            parse_took(in, &line);
        } else if (s.n == 0 || s.p[0] == '#') {
            if (str_take(&s, STR("#Date:")) || str_take(&s, STR("#Start-Date:")))
                keep_day(&day, s);
            parse_took(in, &line);
        } else if (columns.n != 0 && is_digit(s.p[0])) {
            parse_took(in, &line);
            read_row(in, &arena, &line, &columns, &day);
        } else {
            parse_stray(in, &line, (struct when){ 0 });
        }
    }
    arena_finish(&arena);
}

const struct parser parser_iis = {
    .name = "iis",
    .summary = "web server log in the W3C form (IIS)",
    .kinds = kinds,
    .sniff = sniff,
    .signs = signs,
    .parse = parse,
};
