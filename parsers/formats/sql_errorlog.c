/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sql-errorlog: SQL Server's ERRORLOG.
 *
 *     2026-01-02 03:04:05.67 spid51      Error: 17053, Severity: 16, State: 1.
 *     2026-01-02 03:04:05.67 spid51      The operating system returned error 665(...) to SQL Server
 *     2026-01-02 03:04:06.00 Server      Using locked pages in the memory manager.
 *
 * Taken: the operating system's errors with the file they speak of, what is said about memory
 * (locked pages, paged out, out of memory). Not taken: SQL Server's own message numbers, which are
 * no system codes.
 */
#include "signs.h"
#include "stamp.h"
#include "stray.h"

static const struct kind *const kinds[] = { &kind_ERROR, &kind_LOG_MESSAGE, &kind_OPERATION,
    &kind_STACK, &kind_BEANCOUNTER, NULL };

/* What wrote a line: the first with a number behind it. */
static const str sources[] = { STR_INIT("spid"), STR_INIT("Server"), STR_INIT("Logon"),
    STR_INIT("Backup") };
static const str phrases[] = { STR_INIT("sql server process memory has been paged out"),
    STR_INIT(" to SQL Server during a "), STR_INIT("in the memory manager."),
    STR_INIT("pages for buffer pool") };

static bool is_source(str word)
{
    bool is = str_starts(word, sources[0]);

    for (size_t i = 1; !is && i < sizeof(sources) / sizeof(sources[0]); i++)
        is = str_eq(word, sources[i]);
    return is;
}

/* "2026-01-02 03:04:05.67 spid51      text" */
static bool take_prefix(str *text, struct when *ret)
{
    str rest = *text, source;

    if (!stamp_take(&rest, ret) || !str_word(&rest, &source))
        return false;
    if (!is_source(source))
        return false;
    *text = str_trim(rest);
    return true;
}

/* The first two lines of a log hold "Server" as well. */
static void signs(struct signs *to)
{
    SIGNS_ADD(to, phrases);
    SIGNS_ADD(to, sources);
}

static int sniff(const struct sniff *in)
{
    str rest = in->text, line;
    unsigned rows = 0, said = 0, lines = 0;

    if (str_has(in->text, STR("Microsoft SQL Server")) &&
            str_has(in->text, STR("Logging SQL Server messages in file")))
        return BID_MAGIC;
    while (lines < 60 && str_line(&rest, &line)) {
        struct when when;
        str text = line;

        rows += take_prefix(&text, &when);
        for (size_t i = 0; i < sizeof(phrases) / sizeof(phrases[0]); i++) {
            if (str_find_nocase(line, phrases[i]) != STR_NONE) {
                said++;
                break;
            }
        }
        lines += str_trim(line).n != 0;
    }
    if (rows > 1 && rows * 2 >= lines)
        return BID_SHAPE + 20;
    return said != 0 && said * 2 >= lines ? BID_SHAPE : BID_NO;
}

static void parse(struct parse *in)
{
    struct when when = { 0 };
    struct line line;

    while (parse_line(in, &line)) {
        str text = line.s;
        struct when own;

        if (take_prefix(&text, &own)) {
            when = own;
            parse_took(in, &line);
        }
        parse_stray(in, &line, when);
    }
}

const struct parser parser_sql_errorlog = {
    .name = "sql-errorlog",
    .summary = "SQL Server ERRORLOG",
    .kinds = kinds,
    .sniff = sniff,
    .signs = signs,
    .parse = parse,
};
