/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pslist: Sysinternals PsList, plain, -m and -x:
 *
 *     Process memory detail for DEPOT3:
 *
 *     Name                Pid      VM      WS    Priv Priv Pk   Faults   NonP Page
 *     mailscan           1528  204800   31748   40960   51200   184373     41  210
 *
 * Taken: each process; all sizes are KB. Names have lost their ".exe". A VM of 4194303 is where the
 * column ends, not a size. Not taken: threads, times, faults.
 */
#include "limits.h"
#include "parser.h"
#include "signs.h"

static const struct kind *const kinds[] = { &kind_PROCESS, &kind_ERROR, &kind_LOG_MESSAGE, NULL };

enum { COLUMNS = 16, WORDS = 32, SATURATED = 4194303 };

struct column {
    uint8_t field; /* PROCESS_NFIELDS: not taken */
    uint64_t unit;
};

struct listing {
    struct parse *in;
    struct column columns[COLUMNS]; /* behind the name */
    size_t ncolumns;
    int64_t snapshot;
};

static struct column column_of(str word)
{
    static const struct {
        str word;
        struct column is;
    } known[] = {
        { STR_INIT("Pid"), { PROCESS_PID, 1 } },
        { STR_INIT("Thd"), { PROCESS_THREADS, 1 } },
        { STR_INIT("Hnd"), { PROCESS_HANDLES, 1 } },
        { STR_INIT("VM"), { PROCESS_VIRTUAL, KIB } },
        { STR_INIT("WS"), { PROCESS_WORKING_SET, KIB } },
        { STR_INIT("Priv"), { PROCESS_COMMIT, KIB } },
        { STR_INIT("NonP"), { PROCESS_NONPAGED, KIB } },
        { STR_INIT("Page"), { PROCESS_PAGED, KIB } },
    };

    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        if (str_eq(word, known[i].word))
            return known[i].is;
    }
    return (struct column){ PROCESS_NFIELDS, 1 };
}

/* Columns of a heading, 0 when it is none: two titles are of two words. */
static size_t read_heading(str s, struct column *columns)
{
    str word, next;
    size_t n = 0;

    if (!str_word(&s, &word) || !str_eq(word, STR("Name")) || !str_word(&s, &word) ||
            !str_eq(word, STR("Pid")))
        return 0;
    columns[n++] = column_of(word);
    while (n < COLUMNS && str_word(&s, &word)) {
        str rest = s;

        columns[n] = column_of(word);
        if (str_word(&rest, &next) && (str_eq(next, STR("Pk")) || str_eq(next, STR("Time")))) {
            columns[n] = (struct column){ PROCESS_NFIELDS, 1 };
            s = rest;
        }
        n++;
    }
    return n >= 6 ? n : 0;
}

/* The columns are counted from the end: a name may hold blanks. */
static bool take_row(struct listing *l, const struct line *line)
{
    struct value values[PROCESS_NFIELDS] = { 0 };
    str rest = line->s, words[WORDS];
    size_t n = 0, first;

    while (n < WORDS && str_word(&rest, &words[n]))
        n++;
    if (l->ncolumns == 0 || n <= l->ncolumns || n == WORDS)
        return false;
    first = n - l->ncolumns;
    for (size_t i = 0; i < l->ncolumns; i++) {
        const struct column *c = &l->columns[i];
        uint64_t number;

        if (c->field == PROCESS_NFIELDS)
            continue;
        if (!str_u64(words[first + i], &number) || number > INT64_MAX / KIB)
            return false;
        if (c->field != PROCESS_VIRTUAL || number != SATURATED)
            values[c->field] = value_u64(number * c->unit);
    }
    values[PROCESS_NAME] = value_text(
            (str){ words[0].p, (size_t)(words[first - 1].p + words[first - 1].n - words[0].p) });
    values[PROCESS_SNAPSHOT] = value_int(l->snapshot != 0 ? l->snapshot : 1);
    emit(l->in, &kind_PROCESS, line, (struct when){ 0 }, values);
    return true;
}

/* "Process and thread information for DEPOT3:" */
static bool take_title(struct listing *l, str s)
{
    size_t at;

    s = str_trim(s);
    at = str_find(s, STR(" for "));
    if (!str_starts(s, STR("Process ")) || at == STR_NONE || !str_ends(s, STR(":")))
        return false;
    l->in->host = arena_str(l->in->scratch, str_slice(s, at + 5, s.n - 1));
    l->snapshot++;
    l->ncolumns = 0;
    return true;
}

static bool is_frame(str s)
{
    s = str_trim(s);
    return s.n == 0 || str_starts_nocase(s, STR("PsList ")) || str_starts(s, STR("Copyright")) ||
           str_starts(s, STR("Sysinternals"));
}

static void parse(struct parse *in)
{
    struct listing l = { .in = in };
    struct line line;

    while (parse_line(in, &line)) {
        struct column columns[COLUMNS];
        size_t n = line.s.n < 400 ? read_heading(line.s, columns) : 0;
        bool took = true;

        if (n != 0) {
            for (size_t i = 0; i < n; i++)
                l.columns[i] = columns[i];
            l.ncolumns = n;
        } else if (str_starts(str_trim(line.s), STR("Tid "))) {
            l.ncolumns = 0; /* threads follow */
        } else {
            took = take_row(&l, &line) || take_title(&l, line.s) || is_frame(line.s);
        }
        if (took)
            parse_took(in, &line);
        else
            parse_stray(in, &line, (struct when){ 0 });
    }
}

static void signs(struct signs *to)
{
    signs_add(to, STR("Name"));
}

static int sniff(const struct sniff *in)
{
    str rest = in->text, line;

    while (str_line(&rest, &line)) {
        struct column columns[COLUMNS];

        if (line.n < 400 && read_heading(line, columns) != 0)
            return BID_MAGIC;
    }
    return BID_NO;
}

const struct parser parser_pslist = {
    .name = "pslist",
    .summary = "Sysinternals PsList",
    .kinds = kinds,
    .sniff = sniff,
    .signs = signs,
    .parse = parse,
};
