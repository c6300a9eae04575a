/* SPDX-License-Identifier: Apache-2.0 */
/*
 * vss: what programs say about Volume Shadow Copy: lists of writers, and logs whose errors are
 * those of VSS.
 *
 *     Writer name: 'System Writer'
 *        Writer Id: {...}
 *        State: [9] Failed
 *        Last error: Timed out
 *
 * Taken: a writer that is in a failed state, by the state's number, which is the same in every
 * language (1 stable, 2 to 5 waiting, 6 to 15 failed), with its last error where it is English; every
 * VSS code of other lines. Not taken: writers that are well, ids.
 */
#include "clock_watch.h"
#include "stray.h"

static const struct kind *const kinds[] = { &kind_LOG_MESSAGE, &kind_ERROR, &kind_OPERATION,
    &kind_STACK, &kind_BEANCOUNTER, &kind_CLOCK, NULL };

/* "   State: [9] Failed" */
static bool parse_state(str text, uint64_t *ret_state)
{
    size_t colon = text.n >= 2 && is_blank(text.p[0]) ? str_find(text, STR(": [")) : STR_NONE;
    str rest;

    if (colon == STR_NONE || colon > 40)
        return false;
    rest = str_from(text, colon + 3);
    return str_take_u64(&rest, ret_state) && str_take_char(&rest, ']') && *ret_state < 100;
}

/* "Writer name: 'System Writer'", in any language: the line of a block that is not indented. */
static bool parse_writer(str text, str *ret_name)
{
    size_t colon;
    str rest;

    text = str_trim_end(text);
    if (!str_ends(text, STR("'")) || is_blank(text.p[0]))
        return false;
    colon = str_find(text, STR(": '"));
    if (colon == STR_NONE || colon == 0 || colon > 40 || colon + 4 > text.n)
        return false;
    rest = str_slice(text, colon + 3, text.n - 1);
    *ret_name = rest;
    return str_find_char(rest, '\'') == STR_NONE;
}

static bool speaks_of(str text)
{
    static const str words[] = { STR_INIT("VSS"), STR_INIT("800423"), STR_INIT("Shadow copy") };

    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (str_find_nocase(text, words[i]) != STR_NONE)
            return true;
    }
    return false;
}

static int sniff(const struct sniff *in)
{
    str rest = in->text, line, name;
    unsigned writers = 0, states = 0, said = 0, lines = 0;
    uint64_t state;

    while (lines < 60 && str_line(&rest, &line)) {
        writers += parse_writer(line, &name);
        states += parse_state(line, &state);
        lines += str_trim(line).n != 0;
    }
    rest = str_slice(in->text, 0, in->text.n - rest.n);
    if (speaks_of(rest)) {
        while (str_line(&rest, &line))
            said += speaks_of(line);
    }
    if (writers != 0 && states != 0)
        return BID_MAGIC;
    /* An event that speaks of VSS is an event. */
    if (str_has(in->text, STR("Event ID:")))
        return BID_NO;
    return said != 0 && said * 5 >= lines * 2 ? BID_SHAPE + 16 : BID_NO;
}

static const char *class_of_error(str text)
{
    return str_find_nocase(text, STR("timed out")) != STR_NONE ? "vss-timeout"
                                                               : "vss-writer-failed";
}

struct writer {
    struct name name;
    struct held_line line; /* of the failed state */
    int64_t state;         /* 0 = none, or well */
};

static void say_writer(struct parse *in, struct writer *w, str error)
{
    if (w->state >= 6)
        say_message(in, w->line.where, held_str(&w->line), w->line.when, class_of_error(error),
                STR("vss"), name_str(&w->name), &w->state,
                error.n != 0 ? error : held_str(&w->line));
    w->state = 0;
}

static void parse(struct parse *in)
{
    struct writer *w = arena_new(in->scratch, struct writer);
    struct when when = { 0 };
    struct line line;

    while (parse_line(in, &line)) {
        uint64_t state;
        str name, rest;

        when = clock_line(in, &line, when, &rest);
        if (parse_writer(line.s, &name)) {
            say_writer(in, w, (str){ NULL, 0 });
            name_set(&w->name, name);
        } else if (w->name.n != 0 && parse_state(line.s, &state)) {
            say_writer(in, w, (str){ NULL, 0 });
            w->state = (int64_t)state;
            held_set(&w->line, in, &line, when);
        } else if (w->name.n != 0 && w->state != 0 && is_blank(line.s.n != 0 ? line.s.p[0] : 'x')) {
            say_writer(in, w, str_trim(line.s));
        } else if (str_trim(line.s).n == 0 || w->name.n == 0 || !is_blank(line.s.p[0])) {
            say_writer(in, w, (str){ NULL, 0 });
            w->name.n = 0;
            parse_stray(in, &line, when);
            continue;
        }
        parse_took(in, &line);
    }
    say_writer(in, w, (str){ NULL, 0 });
}

const struct parser parser_vss = {
    .name = "vss",
    .summary = "VSS writers and VSS errors",
    .kinds = kinds,
    .sniff = sniff,
    .parse = parse,
};
