/* SPDX-License-Identifier: Apache-2.0 */
/*
 * httperr: the error log of http.sys.
 *
 *     #Software: Microsoft HTTP API 2.0
 *     #Fields: date time c-ip c-port s-ip s-port cs-version cs-method cs-uri sc-status ... s-reason
 *     2011-03-04 05:06:07 - - - - - - - - - 3_Connections_Refused -
 *
 * Taken: refused connections (http.sys refuses them below 20 MB of free nonpaged pool) with their
 * count, full request queues. Time-outs, resets and bad requests are ordinary life and only counted
 * as understood. Copies often lack the heading: then the usual columns are assumed. Times are UTC.
 */
#include "parser.h"

static const struct kind *const kinds[] = { &kind_LOG_MESSAGE, NULL };

enum { REASON = 11, QUEUE = 12, FIELDS = 13 };

struct columns {
    size_t reason, queue;
};

static bool is_digits(str s)
{
    uint64_t n;

    return str_u64(s, &n);
}

static bool has_stamp(str line)
{
    struct when when;

    return when_take_iso(&line, &when);
}

/* The usual row: 13 fields (older ones 12), the reason a word. */
static bool is_row(str line)
{
    str rest = line, word, reason = STR("");
    size_t n = 0;

    if (!has_stamp(line))
        return false;
    while (str_word(&rest, &word)) {
        if (n == REASON)
            reason = word;
        /* A port is a number or absent, and so is the status. */
        if ((n == 3 || n == 5 || n == 9) && !str_eq(word, STR("-")) && !is_digits(word))
            return false;
        n++;
    }
    return (n == FIELDS || n == FIELDS - 1) && reason.n != 0 && !is_digits(reason);
}

static int sniff(const struct sniff *in)
{
    str rest = in->text, line;
    size_t rows = 0, lines = 0;

    if (str_has(in->text, STR("#Software: Microsoft HTTP API")) ||
            (str_has(in->text, STR("#Fields:")) && str_has(in->text, STR(" s-reason"))))
        return BID_MAGIC;
    while (lines < 20 && str_line(&rest, &line)) {
        if (line.n == 0 || line.p[0] == '#')
            continue;
        lines++;
        rows += is_row(line);
    }
    return rows != 0 && rows * 4 >= lines * 3 ? BID_MAGIC - 10 : BID_NO;
}

static struct columns read_fields(str line)
{
    struct columns c = { SIZE_MAX, SIZE_MAX };
    str word;

    for (size_t n = 0; str_word(&line, &word); n++) {
        if (str_eq_nocase(word, STR("s-reason")))
            c.reason = n;
        else if (str_eq_nocase(word, STR("s-queuename")))
            c.queue = n;
    }
    return c;
}

/* "3_Connections_Refused": how many since the last line of its kind. */
static const char *class_of(str reason, struct value *ret_number)
{
    uint64_t count;

    if (str_take_u64(&reason, &count)) {
        *ret_number = value_u64(count);
        (void)str_take_char(&reason, '_');
    }
    if (str_eq_nocase(reason, STR("Connections_Refused")))
        return "http-connections-refused";
    if (str_eq_nocase(reason, STR("QueueFull")))
        return "http-queue-full";
    return NULL;
}

static void read_row(struct parse *in, const struct line *line, const struct columns *c)
{
    str rest = line->s, word, reason = STR(""), queue = STR("");
    struct when when = { 0 };
    struct value number = value_none();
    const char *class;

    for (size_t n = 0; str_word(&rest, &word); n++) {
        if (n == c->reason)
            reason = word;
        else if (n == c->queue && !str_eq(word, STR("-")))
            queue = word;
    }
    class = class_of(reason, &number);
    if (class == NULL)
        return;
    rest = line->s;
    if (when_take_iso(&rest, &when))
        when.basis = WHEN_UTC;
    const struct value values[LOG_MESSAGE_NFIELDS] = {
        [LOG_MESSAGE_CLASS] = value_z(class),
        [LOG_MESSAGE_COMPONENT] = value_z("http.sys"),
        [LOG_MESSAGE_TEXT] = value_text(reason),
        [LOG_MESSAGE_OBJECT] = value_text(queue),
        [LOG_MESSAGE_NUMBER] = number,
    };
    emit(in, &kind_LOG_MESSAGE, line, when, values);
}

static void parse(struct parse *in)
{
    struct columns columns = { REASON, QUEUE };
    struct line line;

    while (parse_line(in, &line)) {
        str s = line.s;

        if (str_take(&s, STR("#Fields:"))) {
            columns = read_fields(s);
            parse_took(in, &line);
        } else if (s.n == 0 || s.p[0] == '#') {
            parse_took(in, &line);
        } else if (has_stamp(s)) {
            parse_took(in, &line);
            read_row(in, &line, &columns);
        } else {
            parse_stray(in, &line, (struct when){ 0 });
        }
    }
}

const struct parser parser_httperr = {
    .name = "httperr",
    .summary = "error log of http.sys",
    .kinds = kinds,
    .sniff = sniff,
    .parse = parse,
};
