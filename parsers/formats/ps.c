/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ps: process listings of Unix, by their heading.
 *
 *     USER         PID %CPU %MEM    VSZ   RSS TTY      STAT START   TIME COMMAND
 *     root           1  1.4  0.3 105868 13604 ?        Ss   18:58   0:22 /sbin/init splash
 *
 * Taken: name (last part of the command's path), PID, user, resident and virtual size (kB), state,
 * command. Threads (PID "-") are passed over. Each heading begins a listing.
 */
#include "limits.h"
#include "shape.h"

static const struct kind *const kinds[] = { &kind_PROCESS, &kind_ERROR, &kind_LOG_MESSAGE,
    &kind_OPERATION, &kind_STACK, &kind_BEANCOUNTER, NULL };

enum column { USER, PID, VSZ, RSS, STAT, THREADS, COMMAND, COLUMNS };

struct heading {
    size_t at[COLUMNS]; /* SIZE_MAX = not there */
};

static bool take_heading(str line, struct heading *ret)
{
    static const struct {
        str name;
        enum column column;
    } names[] = { { STR_INIT("USER"), USER }, { STR_INIT("UID"), USER }, { STR_INIT("PID"), PID },
        { STR_INIT("VSZ"), VSZ }, { STR_INIT("RSS"), RSS }, { STR_INIT("STAT"), STAT },
        { STR_INIT("S"), STAT }, { STR_INIT("NLWP"), THREADS }, { STR_INIT("COMMAND"), COMMAND },
        { STR_INIT("CMD"), COMMAND }, { STR_INIT("ARGS"), COMMAND } };
    bool usual = str_has(line, STR("TTY")) || str_has(line, STR("%MEM")) ||
                 str_has(line, STR("RSS")) || str_has(line, STR("VSZ"));
    str word;

    for (size_t i = 0; i < COLUMNS; i++)
        ret->at[i] = SIZE_MAX;
    for (size_t n = 0; str_word(&line, &word); n++) {
        /* What follows the command is part of it. */
        if (ret->at[COMMAND] != SIZE_MAX)
            return false;
        for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
            if (str_eq(word, names[i].name) && ret->at[names[i].column] == SIZE_MAX)
                ret->at[names[i].column] = n;
    }
    return usual && ret->at[PID] != SIZE_MAX && ret->at[COMMAND] != SIZE_MAX;
}

static int sniff(const struct sniff *in)
{
    str rest = in->text, line;
    struct heading heading;

    for (size_t i = 0; i < 12 && str_line(&rest, &line); i++)
        if (str_has(line, STR("PID")) && take_heading(line, &heading))
            return BID_SHAPE + 9;
    return BID_NO;
}

static bool take_row(str line, const struct heading *h, str *cells)
{
    str rest = line, word;
    size_t n = 0;

    for (size_t i = 0; i < COLUMNS; i++)
        cells[i] = (str){ NULL, 0 };
    while (n < h->at[COMMAND]) {
        if (!str_word(&rest, &word))
            return false;
        for (size_t i = 0; i < COMMAND; i++)
            if (h->at[i] == n)
                cells[i] = word;
        n++;
    }
    cells[COMMAND] = str_trim(rest);
    return cells[COMMAND].n != 0 && cells[PID].n != 0 &&
           (is_digit(cells[PID].p[0]) || str_eq(cells[PID], STR("-")));
}

/* "/usr/sbin/mysqld --x" -> mysqld; "[kthreadd]" and "nginx: worker process" stay whole words. */
static str name_of(str command)
{
    str word = { NULL, 0 };
    size_t slash;

    /* A program may set its title: "sshd: a@pts/0". */
    if (!str_word(&command, &word))
        return word;
    if (word.p[word.n - 1] == ':')
        word.n--;
    slash = str_rfind_char(word, '/');
    if (word.p[0] == '/' && slash != STR_NONE && slash + 1 < word.n)
        word = str_from(word, slash + 1);
    return word;
}

static struct value number(str cell, uint64_t unit)
{
    uint64_t n;

    return str_u64(cell, &n) && n < 1ull << 50 ? value_u64(n * unit) : value_none();
}

static void emit_row(struct parse *in, const struct line *line, const str *cells, int64_t snapshot)
{
    const struct value values[PROCESS_NFIELDS] = {
        [PROCESS_NAME] = value_text(name_of(cells[COMMAND])),
        [PROCESS_PID] = number(cells[PID], 1),
        [PROCESS_USER] = value_text(cells[USER]),
        [PROCESS_WORKING_SET] = number(cells[RSS], KIB),
        [PROCESS_VIRTUAL] = number(cells[VSZ], KIB),
        [PROCESS_THREADS] = number(cells[THREADS], 1),
        [PROCESS_STATUS] = str_eq(cells[STAT], STR("-")) ? value_none() : value_text(cells[STAT]),
        [PROCESS_COMMAND] = value_text(cells[COMMAND]),
        [PROCESS_SNAPSHOT] = value_int(snapshot),
    };

    emit(in, &kind_PROCESS, line, (struct when){ 0 }, values);
}

static void parse(struct parse *in)
{
    struct heading heading = { { 0 } }, next;
    int64_t snapshot = 0;
    str cells[COLUMNS];
    struct line line;

    while (parse_line(in, &line)) {
        if (take_heading(line.s, &next)) {
            heading = next;
            snapshot++;
        } else if (snapshot != 0 && take_row(line.s, &heading, cells)) {
            if (is_digit(cells[PID].p[0]))
                emit_row(in, &line, cells, snapshot);
        } else {
            parse_stray(in, &line, (struct when){ 0 });
            continue;
        }
        parse_took(in, &line);
    }
}

const struct parser parser_ps = {
    .name = "ps",
    .summary = "process listings of Unix",
    .kinds = kinds,
    .sniff = sniff,
    .parse = parse,
};
