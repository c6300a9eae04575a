/* SPDX-License-Identifier: Apache-2.0 */
/*
 * top: what top prints in batch mode, of any generation, one screen behind the other.
 *
 *     top - 10:15:42 up 12 days,  3:04,  2 users,  load average: 8.15, 7.90, 5.02
 *     Tasks: 212 total,   3 running, 209 sleeping,   0 stopped,   0 zombie
 *     %Cpu(s):  1.2 us,  0.5 sy,  0.0 ni, 60.0 id, 38.0 wa,  0.0 hi,  0.3 si,  0.0 st
 *     MiB Mem :  15884.8 total,    195.6 free,  11718.8 used,   3970.4 buff/cache
 *     MiB Swap:   2048.0 total,     97.7 free,   1950.3 used.   3418.0 avail Mem
 *         PID USER      PR  NI    VIRT    RES    SHR S  %CPU  %MEM     TIME+ COMMAND
 *        4711 mysql     20   0   12.3g   9.8g   4.1m S  55.0  63.2   1:02.03 mysqld
 *
 * Of old "Mem:   8062412k total,  7900000k used, ..." with used that has the cache in it; of BusyBox
 * "Mem: 7900000K used, 162412K free, ...". Taken: load, memory and swap of every screen; the processes
 * of the first and of the last screen, and of those between the ones that hold a 200th of the memory
 * or more. Not taken: threads (top -H), whose sizes are those of their process; a number with '+',
 * whose last digits are cut off.
 */
#include <math.h>

#include "clock_watch.h"
#include "limits.h"
#include "shape.h"
#include "signs.h"
#include "top_summary.h"
#include "uptime.h"

static const struct kind *const kinds[] = { &kind_PROCESS, &kind_MEMORY_STATUS, &kind_LOAD,
    &kind_HOST, &kind_CLOCK, &kind_ERROR, &kind_LOG_MESSAGE, &kind_OPERATION, &kind_STACK,
    &kind_BEANCOUNTER, NULL };

/* What is told of a process between the first screen and the last. */
enum { LARGE_PART = 200 };

/* ---------------------------------------------------------------- processes */

enum column { PID, USER, VIRT, RES, STATE, COMMAND, COLUMNS };

struct heading {
    size_t at[COLUMNS]; /* SIZE_MAX = not there */
    bool busybox;
};

static bool take_heading(str line, struct heading *ret)
{
    static const struct {
        str name;
        enum column column;
    } names[] = { { STR_INIT("PID"), PID }, { STR_INIT("USER"), USER }, { STR_INIT("VIRT"), VIRT },
        { STR_INIT("VSZ"), VIRT }, { STR_INIT("RES"), RES }, { STR_INIT("RSS"), RES },
        { STR_INIT("S"), STATE }, { STR_INIT("STAT"), STATE }, { STR_INIT("COMMAND"), COMMAND },
        { STR_INIT("Command"), COMMAND } };
    bool shared = false;
    str word;

    *ret = (struct heading){ .busybox = str_has(line, STR("%VSZ")) };
    for (size_t i = 0; i < COLUMNS; i++)
        ret->at[i] = SIZE_MAX;
    for (size_t n = 0; str_word(&line, &word); n++) {
        if (ret->at[COMMAND] != SIZE_MAX)
            return false;
        shared = shared || str_eq(word, STR("SHR")) || str_eq(word, STR("TIME+"));
        for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
            if (str_eq(word, names[i].name))
                ret->at[names[i].column] = n;
        }
    }
    return ret->at[PID] != SIZE_MAX && ret->at[COMMAND] != SIZE_MAX &&
           (ret->busybox || (shared && ret->at[RES] != SIZE_MAX && ret->at[VIRT] != SIZE_MAX));
}

static bool take_row(str line, const struct heading *h, str *cells)
{
    str rest = line, word, behind;
    uint64_t pid;

    for (size_t i = 0; i < COLUMNS; i++)
        cells[i] = (str){ NULL, 0 };
    for (size_t n = 0; n < h->at[COMMAND]; n++) {
        if (!str_word(&rest, &word))
            return false;
        for (size_t i = 0; i < COMMAND; i++) {
            if (h->at[i] == n)
                cells[i] = word;
        }
        behind = rest;
        if (h->busybox && h->at[STATE] == n && str_word(&behind, &word) &&
                (str_eq(word, STR("<")) || str_eq(word, STR("N"))))
            rest = behind; /* "S <": one cell */
    }
    cells[COMMAND] = str_trim(rest);
    return cells[COMMAND].n != 0 && str_u64(cells[PID], &pid);
}

static struct value size_of(str cell)
{
    double number, unit;

    if (!top_number(&cell, &number, &unit) || cell.n != 0)
        return value_none();
    return top_bytes(number * (unit != 0 ? unit : (double)KIB));
}

/* With its arguments (top -c): the last part of the path. A name that was cut ends with '+'. */
static str name_of(str command)
{
    str word = command;
    size_t slash;

    if (command.p[0] == '/' && str_word(&command, &word)) {
        slash = str_rfind_char(word, '/');
        if (slash + 1 < word.n)
            word = str_from(word, slash + 1);
    }
    return word.n > 1 && word.p[word.n - 1] == '+' ? str_slice(word, 0, word.n - 1) : word;
}

/* A row that waits for what comes behind its screen. */
struct held_row {
    struct held_row *next;
    struct line line;
    str cells[COLUMNS];
};

struct held_at {
    struct span where;
    str quote; /* in the screen's arena */
};

struct reader {
    struct heading heading;
    struct top_summary summary;
    struct held_at memory_at, load_at;
    int64_t number;
    bool threads;
    struct arena arena; /* of the screen that is read */
    struct held_row *first, **end;
};

static void say_row(struct parse *in, const struct line *line, const str *cells, int64_t number)
{
    bool arguments = str_find_char(cells[COMMAND], ' ') != STR_NONE || cells[COMMAND].p[0] == '/';
    uint64_t pid = 0;

    (void)str_u64(cells[PID], &pid);
    const struct value values[PROCESS_NFIELDS] = {
        [PROCESS_NAME] = value_text(name_of(cells[COMMAND])),
        [PROCESS_PID] = pid < 1u << 31 ? value_u64(pid) : value_none(),
        [PROCESS_USER] = value_text(cells[USER]),
        [PROCESS_WORKING_SET] = size_of(cells[RES]),
        [PROCESS_VIRTUAL] = size_of(cells[VIRT]),
        [PROCESS_STATUS] = value_text(cells[STATE]),
        [PROCESS_COMMAND] = arguments ? value_text(cells[COMMAND]) : value_none(),
        [PROCESS_SNAPSHOT] = value_int(number),
    };

    emit_at(in, &kind_PROCESS, line_span(in, line), line->s, (struct when){ 0 }, values);
}

static void hold_row(struct reader *r, const struct line *line, const str *cells)
{
    struct held_row *row = arena_new(&r->arena, struct held_row);

    row->line = *line;
    row->line.s = arena_str(&r->arena, line->s);
    for (size_t i = 0; i < COLUMNS; i++)
        row->cells[i] = cells[i].n != 0
                                ? (str){ row->line.s.p + (cells[i].p - line->s.p), cells[i].n }
                                : cells[i];
    *r->end = row;
    r->end = &row->next;
}

static bool is_large(const struct reader *r, const str *cells)
{
    struct value size = size_of(cells[RES]);

    return !(r->summary.total > 0) ||
           (size.type == VALUE_INT && (double)size.i * LARGE_PART >= r->summary.total);
}

/* ---------------------------------------------------------------- screens */

static void say_memory(struct parse *in, struct reader *r)
{
    struct value *v = r->summary.memory;

    if (!top_summary_memory(&r->summary))
        return;
    v[MEMORY_STATUS_SOURCE] = value_z("top");
    v[MEMORY_STATUS_SNAPSHOT] = value_int(r->number);
    emit_at(in, &kind_MEMORY_STATUS, r->memory_at.where, r->memory_at.quote, (struct when){ 0 }, v);
}

/* What the screen said. last: nothing comes behind it. */
static void end_screen(struct parse *in, struct reader *r, bool last)
{
    if (r->summary.any_load) {
        r->summary.load[LOAD_SNAPSHOT] = value_int(r->number);
        emit_at(in, &kind_LOAD, r->load_at.where, r->load_at.quote, (struct when){ 0 },
                r->summary.load);
    }
    say_memory(in, r);
    for (const struct held_row *row = r->first; row != NULL; row = row->next) {
        if (last || r->number <= 1 || is_large(r, row->cells))
            say_row(in, &row->line, row->cells, r->number);
    }
}

static void begin_screen(struct parse *in, struct reader *r)
{
    end_screen(in, r, false);
    arena_reset(&r->arena);
    top_summary_init(&r->summary);
    r->first = NULL;
    r->end = &r->first;
    r->threads = false;
    r->heading.at[COMMAND] = SIZE_MAX;
    r->number++;
}

static struct held_at at_line(struct parse *in, struct reader *r, const struct line *line)
{
    return (struct held_at){ line_span(in, line), arena_str(&r->arena, line->s) };
}

/* "top - 10:15:42 up ...": the clock is told once, by the first. */
static bool take_head(struct parse *in, struct reader *r, const struct line *line)
{
    str rest = line->s;
    struct uptime up;

    if (!str_take(&rest, STR("top - ")) || !uptime_read(rest, &up))
        return false;
    begin_screen(in, r);
    r->summary.any_load = up.has_load;
    r->load_at = at_line(in, r, line);
    for (size_t i = 0; up.has_load && i < 3; i++)
        r->summary.load[LOAD_ONE + i] = value_real(up.load[i]);
    if (r->number == 1 && !isnan(up.up)) {
        const struct value host[HOST_NFIELDS] = {
            [HOST_OS] = value_z("linux"), [HOST_UPTIME] = value_int((int64_t)up.up)
        };

        clock_say(in, line,
                &(struct clock_say){ .says = "uptime", .seconds = up.up, .daytime = &up.daytime });
        emit(in, &kind_HOST, line, (struct when){ 0 }, host);
    }
    return true;
}

static bool take_summary(struct parse *in, struct reader *r, const struct line *line)
{
    str rest = line->s;
    double unit;
    enum top_line which = top_summary_line(&rest, &unit);

    if (which == TOP_NO_SUMMARY)
        return str_starts(rest, STR("CPU:")) || str_starts(rest, STR("Load average:"));
    if (which == TOP_MEMORY) {
        /* BusyBox begins with the memory. */
        if (r->number == 0 || r->summary.any_memory)
            begin_screen(in, r);
        r->memory_at = at_line(in, r, line);
    }
    if (which == TOP_TASKS)
        r->threads = str_starts(line->s, STR("Threads"));
    top_summary_take(&r->summary, which, rest, unit);
    return true;
}

static bool take_process(struct parse *in, struct reader *r, const struct line *line)
{
    str cells[COLUMNS];
    struct heading heading;

    if (take_heading(line->s, &heading)) {
        if (r->number == 0 || r->heading.at[COMMAND] != SIZE_MAX)
            begin_screen(in, r);
        r->heading = heading;
        return true;
    }
    if (r->heading.at[COMMAND] == SIZE_MAX || !take_row(line->s, &r->heading, cells))
        return false;
    if (r->threads)
        return true;
    if (r->arena.used < LIMIT_SNAPSHOT_TEXT)
        hold_row(r, line, cells);
    else
        say_row(in, line, cells, r->number);
    return true;
}

static void signs(struct signs *to)
{
    signs_add(to, STR("top - "));
    signs_add(to, STR("command"));
}

static int sniff(const struct sniff *in)
{
    str rest = in->text, line;
    bool head = false, memory = false, listed = false;
    struct heading heading;
    struct uptime up;

    for (size_t i = 0; i < 16 && str_line(&rest, &line); i++) {
        str label = line;
        double unit;

        head = head || (str_take(&label, STR("top - ")) && uptime_read(label, &up));
        label = line;
        memory = memory ||
                 (top_summary_line(&label, &unit) == TOP_MEMORY && str_has(label, STR("used")));
        listed = listed || take_heading(line, &heading);
    }
    if (head || (memory && listed))
        return BID_MAGIC;
    return listed ? BID_SHAPE + 19 : BID_NO;
}

static void parse(struct parse *in)
{
    struct reader *r = arena_new(in->scratch, struct reader);
    struct line line;

    arena_init(&r->arena, 0);
    r->end = &r->first;
    r->heading.at[COMMAND] = SIZE_MAX;
    while (parse_line(in, &line)) {
        if (str_trim(line.s).n == 0 || take_head(in, r, &line) || take_summary(in, r, &line) ||
                take_process(in, r, &line))
            parse_took(in, &line);
        else
            parse_stray(in, &line, (struct when){ 0 });
    }
    end_screen(in, r, true);
    arena_finish(&r->arena);
}

const struct parser parser_top = {
    .name = "top",
    .summary = "top in batch mode: load, memory and processes, screen by screen",
    .kinds = kinds,
    .sniff = sniff,
    .signs = signs,
    .parse = parse,
};
