/* SPDX-License-Identifier: Apache-2.0 */
/*
 * vzctl: console output of vzctl on Windows and Linux, vzctl.log, the dispatcher's operation log.
 *
 *     C:\>vzctl start 207
 *     Starting container ...
 *     Virtuozzo API function call 'VzkrnlStartVps' failed dwErr=0x00000008
 *     Container 207 is not started
 *
 *     2012-06-14T03:12:41+0400 vzctl : CT 207 : Container is mounted
 *     Apr 03, 2012 11:37:02 PM Starting Container ... Completed
 *
 * What is taken, and what not: stray_virtuozzo.c, which every other text format uses as well.
 */
#include "signs.h"
#include "stamp.h"
#include "stray.h"
#include "vz_grammar.h"

static const struct kind *const kinds[] = { &kind_OPERATION, &kind_ERROR, &kind_BEANCOUNTER,
    &kind_LOG_MESSAGE, &kind_STACK, &kind_CLOCK, NULL };

/* "2012-06-14T03:12:41+0400 vzctl : text"; the program's name may be empty. */
static bool is_log_line(str text)
{
    struct when when;
    str program;
    size_t at;

    if (!str_has(text, STR(" : ")) || !stamp_take(&text, &when) || when.basis != WHEN_UTC)
        return false;
    at = str_find(text, STR(" : "));
    if (at == STR_NONE || at > 24)
        return false;
    program = str_trim(str_slice(text, 0, at));
    return str_starts(program, STR("vz")) || str_starts(program, STR("prl_")) ||
           (program.n == 0 && str_starts(str_from(text, at), STR(" : CT ")));
}

static bool is_end(str text)
{
    return str_ends(text, STR(" Completed")) || str_ends(text, STR(" Failed"));
}

/* "Apr 03, 2012 11:37:02 PM Starting Container ... Completed" */
static bool is_step(str text)
{
    struct when when;
    str rest = text;

    if (!is_end(str_trim(text)) || !stamp_take(&rest, &when) || rest.n + 20 > text.n)
        return false;
    rest = str_trim(rest);
    return is_end(rest) &&
           (str_find_nocase(rest, STR("container")) != STR_NONE || str_has(rest, STR("Env(s)")));
}

static void signs(struct signs *to)
{
    signs_add(to, STR("API function call '"));
    signs_add(to, STR("vzctl "));
    signs_add(to, STR(" Completed"));
    signs_add(to, STR(" Failed"));
}

static int sniff(const struct sniff *in)
{
    str rest = in->text, line, action, id;
    bool first = false;
    unsigned log = 0, steps = 0, phrases = 0, commands = 0, lines = 0;

    if (!in->signless && str_has(in->text, STR("API function call '")) &&
            str_has(in->text, STR("' failed")))
        return BID_MAGIC;
    if (in->signless && !str_has(in->text, STR(" : ")))
        return BID_NO;
    while (lines < 60 && str_line(&rest, &line)) {
        struct vz_phrase phrase;

        first |= lines == 0 && !in->signless && vz_command_parse(line, &action, &id);
        lines += str_trim(line).n != 0;
        log += is_log_line(line);
        if (in->signless)
            continue;
        steps += is_step(line);
        commands += vz_command_parse(line, &action, &id);
        phrases += vz_phrase_parse(line, &phrase);
    }
    if (log > 1 || (log != 0 && log == lines) || (commands != 0 && phrases != 0))
        return BID_MAGIC - 10;
    if (steps != 0)
        return BID_SHAPE + 5;
    return first ? BID_SHAPE : BID_NO;
}

const struct parser parser_vzctl = {
    .name = "vzctl",
    .summary = "vzctl console or log, Windows and Linux, PVA operations",
    .kinds = kinds,
    .says_lines = true,
    .by_shape = true,
    .sniff = sniff,
    .signs = signs,
    .parse = parse_stray_all,
};
