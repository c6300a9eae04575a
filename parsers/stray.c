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

void say_error(struct parse *in, struct span where, str quote, struct when when,
        const struct error_say *say)
{
    char buf[CODE_TEXT];
    bool own = say->code.family == CODE_NONE;
    const char *name = own ? say->code_name : code_name(say->code);
    const struct value values[ERROR_NFIELDS] = {
        [ERROR_CODE] = value_text(own ? say->code_text : code_format(say->code, buf)),
        [ERROR_FAMILY] = value_z(own ? say->family : code_family_name(say->code.family)),
        [ERROR_NUMBER] = value_int(own ? say->number : (int64_t)say->code.number),
        [ERROR_SPELLED] = value_text(text_cut(say->spelled, LIMIT_QUOTE)),
        [ERROR_NAME] = value_z(name),
        [ERROR_TEXT_ONLY] = say->text_only ? value_bool(true) : value_none(),
        [ERROR_API] = value_text(say->api),
        [ERROR_COMPONENT] = value_text(say->component),
        [ERROR_OPERATION] = value_text(say->operation),
        [ERROR_OBJECT] = value_text(say->object),
        [ERROR_PATH] = value_text(say->path),
        [ERROR_ROLE] = value_text(say->role),
        [ERROR_MESSAGE] = value_text(text_cut(say->message, LIMIT_QUOTE)),
    };

    emit_at(in, &kind_ERROR, where, quote, when, values);
}

void say_operation(struct parse *in, struct span where, str quote, struct when when, str component,
        str action, str object, const char *outcome, str node, str message)
{
    const struct value values[OPERATION_NFIELDS] = {
        [OPERATION_COMPONENT] = value_text(component),
        [OPERATION_ACTION] = value_text(action),
        [OPERATION_OBJECT] = value_text(object),
        [OPERATION_OUTCOME] = value_z(outcome),
        [OPERATION_NODE] = value_text(node),
        [OPERATION_MESSAGE] = value_text(text_cut(str_trim(message), LIMIT_QUOTE)),
    };

    emit_at(in, &kind_OPERATION, where, quote, when, values);
}

static str without_stamp(str text)
{
    struct when when;

    (void)stamp_take(&text, &when);
    return str_trim(text);
}

void say_message(struct parse *in, struct span where, str quote, struct when when,
        const char *class, str component, str object, const int64_t *number, str text)
{
    const struct value values[LOG_MESSAGE_NFIELDS] = {
        [LOG_MESSAGE_CLASS] = value_z(class),
        [LOG_MESSAGE_COMPONENT] = value_text(component),
        [LOG_MESSAGE_TEXT] = value_text(text_cut(without_stamp(text), LIMIT_QUOTE)),
        [LOG_MESSAGE_OBJECT] = value_text(object),
        [LOG_MESSAGE_NUMBER] = number != NULL ? value_int(*number) : value_none(),
    };

    emit_at(in, &kind_LOG_MESSAGE, where, quote, when, values);
}

/* "CreateCompartment failed (1450)", "os::commit_memory(0x0, 1, 0) failed; error=" */
str failed_function(str text)
{
    size_t at = str_find(text, STR(" failed")), end, begin;

    if (at == STR_NONE)
        return (str){ NULL, 0 };
    end = at;
    if (end > 0 && text.p[end - 1] == '\'')
        end--;
    if (end > 0 && text.p[end - 1] == ')') {
        end = str_rfind_char(str_slice(text, 0, end), '(');
        if (end == STR_NONE)
            return (str){ NULL, 0 };
    }
    for (begin = end; begin > 0 && (is_alnum(text.p[begin - 1]) || text.p[begin - 1] == '_' ||
                                           text.p[begin - 1] == ':' || text.p[begin - 1] == '.');)
        begin--;
    text = str_slice(text, begin, end);
    /* A function's name has a capital inside, "::" or "_"; an English word has not. */
    for (size_t i = 0; i < text.n; i++) {
        if ((i > 0 && text.p[i] >= 'A' && text.p[i] <= 'Z' && is_alpha(text.p[0])) ||
                (i > 0 && text.p[i] == '_'))
            return text.n <= NAME_MAX_LEN ? text : (str){ NULL, 0 };
    }
    return (str){ NULL, 0 };
}

static str component_of(str text)
{
    static const struct {
        str word;
        const char *component;
    } rows[] = {
        { STR_INIT("restic"), "restic" },
        { STR_INIT("Duplicati"), "duplicati" },
        { STR_INIT("VSS_"), "vss" },
        { STR_INIT("VssAPI"), "vss" },
        { STR_INIT("Volume Shadow Copy"), "vss" },
        { STR_INIT("shadow copy"), "vss" },
        { STR_INIT("hcsshim"), "windows-container" },
        { STR_INIT("CreateContainer"), "windows-container" },
        { STR_INIT("CreateCompartment"), "windows-container" },
        { STR_INIT("vmcompute"), "windows-container" },
        { STR_INIT("of RAM:"), "hyperv" },
        { STR_INIT("os::commit_memory"), "java" },
        { STR_INIT("java."), "java" },
        { STR_INIT("Java "), "java" },
        { STR_INIT("System."), "dotnet" },
        { STR_INIT("Exception from HRESULT"), "dotnet" },
        { STR_INIT("OSError"), "python" },
        { STR_INIT("WinError"), "python" },
        { STR_INIT("[Errno"), "python" },
        { STR_INIT("VirtualAlloc of"), "go" },
        { STR_INIT("os error"), "rust" },
        { STR_INIT("SQL Server"), "sqlserver" },
        { STR_INIT("httpd"), "apache" },
        { STR_INIT("AH00"), "apache" },
        { STR_INIT("System error"), "net" },
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (str_has(text, rows[i].word))
            return str_z(rows[i].component);
    }
    return (str){ NULL, 0 };
}

/* A file or network path: "\\server\share...", "C:\..."; to the next quote, blank or bracket. */
static str path_in(str text)
{
    size_t file = str_find(text, STR("in file '")), end;
    size_t at = str_find(text, STR("\\\\"));

    if (file != STR_NONE) { /* SQL Server: "in file 'D:\\data\\x.mdf:MSSQL_DBCC7'" */
        text = str_from(text, file + 9);
        return text_cut(str_slice(text, 0, str_find_char(text, '\'')), LIMIT_QUOTE);
    }

    for (size_t i = 0; at == STR_NONE && i + 2 < text.n; i++) {
        if (text.p[i + 1] == ':' && text.p[i + 2] == '\\' && is_alpha(text.p[i]) &&
                (i == 0 || !is_alnum(text.p[i - 1])))
            at = i;
    }
    if (at == STR_NONE)
        return (str){ NULL, 0 };
    for (end = at; end < text.n && strchr("\"'<>|,;)]} \t", text.p[end]) == NULL;)
        end++;
    return end - at > 3 ? text_cut(str_slice(text, at, end), LIMIT_QUOTE) : (str){ NULL, 0 };
}

bool say_codes(struct parse *in, const struct line *line, str text, struct when when,
        const struct error_say *known)
{
    struct code said[4];
    struct code_hit hit;
    size_t n = 0;
    str rest = text;

    while (n < sizeof(said) / sizeof(said[0]) && code_next(&rest, &hit)) {
        struct error_say say = *known;
        const char *class = class_of_code(hit.code);
        bool again = false;

        for (size_t i = 0; i < n; i++)
            again = again ||
                    (said[i].family == hit.code.family && said[i].number == hit.code.number);
        if (again)
            continue;
        said[n++] = hit.code;
        say.code = hit.code;
        say.spelled = str_trim(hit.spelled);
        say.text_only = hit.text_only;
        say.message = str_trim(text);
        if (say.api.n == 0)
            say.api = failed_function(text);
        if (say.component.n == 0)
            say.component = component_of(text);
        if (say.path.n == 0)
            say.path = path_in(text);
        say_error(in, line_span(in, line), line->s, when, &say);
        if (class != NULL && in->stray != NULL) {
            in->stray->class = class;
            in->stray->line = line->number;
        }
        if (class != NULL)
            say_message(in, line_span(in, line), line->s, when, class, say.component, say.object,
                    NULL, text);
    }
    return n != 0;
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
