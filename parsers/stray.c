/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stray: a line that belongs to no format. Operations, chains and traces are tried first; then the
 * codes and known messages of the line alone.
 */
#include "stray.h"

#include <string.h>

#include "clock_watch.h"
#include "seek.h"

str text_cut(str s, size_t most)
{
    size_t n = most;

    if (s.n <= most)
        return s;
    while (n > 0 && ((unsigned char)s.p[n] & 0xc0) == 0x80)
        n--;
    return str_slice(s, 0, n);
}

void name_set(struct name *name, str s)
{
    s = text_cut(s, NAME_MAX_LEN);
    if (s.n != 0)
        memcpy(name->p, s.p, s.n);
    name->n = (uint16_t)s.n;
}

str name_str(const struct name *name)
{
    return (str){ name->p, name->n };
}

void held_text(struct held_line *held, str s)
{
    s = text_cut(s, LIMIT_QUOTE);
    if (s.n != 0)
        memcpy(held->p, s.p, s.n);
    held->n = (uint16_t)s.n;
}

void held_set(
        struct held_line *held, const struct parse *in, const struct line *line, struct when when)
{
    held->where = line_span(in, line);
    held->when = when;
    held_text(held, line->s);
}

str held_str(const struct held_line *held)
{
    return (str){ held->p, held->n };
}

static struct stray *state_of(struct parse *in)
{
    if (in->stray == NULL)
        in->stray = arena_new(in->scratch, struct stray);
    return in->stray;
}

void parse_stray(struct parse *in, const struct line *line, struct when when)
{
    parse_stray_of(in, line, when, line->s);
}

/* Frames are known by their indentation, which stands behind the tag; codes by what is around them. */
void parse_stray_of(struct parse *in, const struct line *line, struct when when, str written)
{
    struct stray *s = state_of(in);
    str text = line->s;
    bool took;

    took = stray_chain(in, &s->chain, line, text, when) ||
           stray_virtuozzo(in, &s->vz, line, text, when);
    if (!took) {
        took = stray_stack(in, &s->stack, line, written, when);
        took |= say_codes(in, line, text, when, &(struct error_say){ 0 });
        took |= stray_message(in, line, text, when);
    }
    if (took)
        parse_took(in, line);
}

/* "backupd: open failed", "cron[812]: ...": the word before the first colon, unless it is a level. */
static str program_of(str text)
{
    static const str levels[] = { STR_INIT("error"), STR_INIT("err"), STR_INIT("warning"),
        STR_INIT("warn"), STR_INIT("info"), STR_INIT("debug"), STR_INIT("fatal"),
        STR_INIT("critical"), STR_INIT("notice"), STR_INIT("trace"), STR_INIT("severe") };
    size_t n = 0;
    str rest;

    while (n < text.n && n < NAME_MAX_LEN &&
            (is_alnum(text.p[n]) || text.p[n] == '_' || text.p[n] == '-' || text.p[n] == '.'))
        n++;
    rest = str_from(text, n);
    if (str_take_char(&rest, '[')) {
        while (rest.n != 0 && is_digit(rest.p[0]))
            rest = str_from(rest, 1);
        if (!str_take_char(&rest, ']'))
            return (str){ NULL, 0 };
    }
    if (n == 0 || !str_starts(rest, STR(": ")))
        return (str){ NULL, 0 };
    text = str_slice(text, 0, n);
    for (size_t i = 0; i < sizeof(levels) / sizeof(levels[0]); i++) {
        if (str_eq_nocase(text, levels[i]))
            return (str){ NULL, 0 };
    }
    return text;
}

bool stray_busy(const struct parse *in)
{
    const struct stray *s = in->stray;

    return s != NULL && (s->chain.n != 0 || s->vz.active || s->vz.nheld != 0 || s->stack.open);
}

/* What a line may open or go on with by its form, without a mark. */
enum { OPENS_CHAIN = 1, OPENS_VIRTUOZZO = 2, OPENS_STACK = 4, OPENS_ALL = 7 };

/*
 * Marks are kept for what says something. What only opens something, or names what later lines speak
 * of, is known by its form: a head of a chain, an indented line, "CT 101 : ". While something is open, or
 * Virtuozzo's container is known, lines need no mark to go on with it.
 */
static unsigned may_open(const struct parse *in, str text, str written)
{
    const struct stray *s = in->stray;
    unsigned opens = 0;

    if (stray_busy(in) || (s != NULL && s->vz.object.n != 0))
        return OPENS_ALL;
    if (chain_may_begin(text))
        opens |= OPENS_CHAIN;
    if (virtuozzo_may_begin(text))
        opens |= OPENS_VIRTUOZZO;
    if (written.n == 0 || is_blank(written.p[0]))
        opens |= OPENS_STACK;
    return opens;
}

void parse_stray_plain(struct parse *in, const struct line *line, struct when when, str written)
{
    const unsigned opens = may_open(in, line->s, written);
    struct stray *s;

    if (opens == 0)
        return;
    s = state_of(in);
    if (((opens & OPENS_CHAIN) != 0 && stray_chain(in, &s->chain, line, line->s, when)) ||
            ((opens & OPENS_VIRTUOZZO) != 0 && stray_virtuozzo(in, &s->vz, line, line->s, when)) ||
            ((opens & OPENS_STACK) != 0 && stray_stack(in, &s->stack, line, written, when)))
        parse_took(in, line);
}

static bool has_stamp(str line)
{
    struct when when;

    return stamp_take(&line, &when);
}

/* Whether most lines at the head have a time stamp: a log, of which even what says nothing is read. */
static bool is_log(struct parse *in)
{
    str head = str_slice(text_ahead(&in->text, LIMIT_SNIFF), 0, LIMIT_SNIFF), line;
    size_t lines = 0, stamps = 0;

    while (str_line(&head, &line)) {
        lines += str_trim(line).n != 0;
        stamps += has_stamp(line);
    }
    return 2 * stamps > lines;
}

static void read_lines(struct parse *in, bool all)
{
    struct line line, stamped = { 0 };
    struct when when = { 0 };

    while ((all || stray_busy(in) || parse_seek(in, has_stamp)) && parse_line(in, &line)) {
        str rest;

        /* A line without a stamp goes with the one before it, if that is near. */
        if (line.number - stamped.number > BACK_LINES || line.offset - stamped.offset > BACK_BYTES)
            when = (struct when){ 0 };
        when = clock_line(in, &line, when, &rest);
        if (rest.p != line.s.p) {
            stamped = line;
            parse_took(in, &line);
        }
        rest = str_trim(rest);
        parse_text(in, &line, when, program_of(rest), rest);
        if (seek_plain(in))
            parse_stray_plain(in, &line, when, line.s);
        else
            parse_stray(in, &line, when);
    }
}

void parse_stray_all(struct parse *in)
{
    read_lines(in, true);
}

void parse_stray_wanted(struct parse *in)
{
    bool log = is_log(in);

    read_lines(in, false);
    if (log)
        parse_took_bytes(in, in->skipped);
}

void parse_stray_finish(struct parse *in)
{
    if (in->stray == NULL)
        return;
    stray_chain_finish(in, &in->stray->chain);
    stray_virtuozzo_finish(in, &in->stray->vz);
    stray_stack_finish(in, &in->stray->stack);
}
