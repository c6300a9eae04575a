/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stray_stack: exceptions and their traces, of the runtimes that customers run.
 *
 *     System.IO.IOException: text            java.lang.OutOfMemoryError: text
 *        at Some.Type.Method(Int32 x)            at some.Type.method(Type.java:12)
 *        bei Some.Type.Method(Int32 x)
 *     Traceback (most recent call last):     fatal error: out of memory
 *       File "x.py", line 3, in f            runtime stack:
 *     OSError: text                          runtime.throw(0x1, 0x2)
 *
 * .NET localizes the word before a frame; its frames may also stand on the exception's own line.
 * Taken: type, message, frames without arguments, innermost first. Not taken: file and line of a
 * frame, all goroutines but the first.
 */
#include <stdio.h>
#include <string.h>

#include "marks.h"
#include "signs.h"
#include "stray.h"

enum language {
    LANGUAGE_NONE,
    LANGUAGE_DOTNET,
    LANGUAGE_JAVA,
    LANGUAGE_GO,
    LANGUAGE_PYTHON,
    LANGUAGE_NODE,
    LANGUAGE_RUST,
};

static const char *const languages[] = { "native", "dotnet", "java", "go", "python", "node",
    "rust" };

/* ---------------------------------------------------------------- frames */

static const str frame_words[] = { STR_INIT("at"), STR_INIT("bei"), STR_INIT("à"), STR_INIT("en"),
    STR_INIT("em"), STR_INIT("in"), STR_INIT("в"), STR_INIT("w"), STR_INIT("v"), STR_INIT("bij"),
    STR_INIT("på"), STR_INIT("ved"), STR_INIT("hos"), STR_INIT("在"), STR_INIT("於"),
    STR_INIT("場所"), STR_INIT("위치:") };
enum { FRAME_WORDS = sizeof(frame_words) / sizeof(frame_words[0]) };

static bool is_frame_word(str word)
{
    for (size_t i = 0; i < FRAME_WORDS; i++) {
        if (str_eq(word, frame_words[i]))
            return true;
    }
    return false;
}

static bool is_name_char(char c)
{
    return is_alnum(c) || (c != '\0' && strchr("_.$`<>+/~@[],|=-", c) != NULL) ||
           (unsigned char)c >= 0x80;
}

/* "at Some.Type.Method(...)": the words before it are eaten already. */
static bool take_method(str rest, str *ret_name, enum language *ret_language)
{
    size_t n = 0;
    str inside;

    (void)str_take(&rest, STR("async "));
    (void)str_take(&rest, STR("new "));
    while (n < rest.n && is_name_char(rest.p[n]))
        n++;
    *ret_name = str_slice(rest, 0, n);
    if (n < 3 || str_find_char(*ret_name, '.') == STR_NONE)
        return false;
    rest = str_from(rest, n);
    str_skip_blanks(&rest);
    if (!str_take_char(&rest, '('))
        return false;
    inside = str_slice(rest, 0, str_find_char(rest, ')'));
    *ret_language = LANGUAGE_DOTNET;
    if (str_has(inside, STR(".java:")) || str_has(inside, STR(".kt:")) ||
            str_has(inside, STR(".scala:")) || str_eq(inside, STR("Native Method")) ||
            str_eq(inside, STR("Unknown Source")))
        *ret_language = LANGUAGE_JAVA;
    else if (str_has(inside, STR(".js:")) || str_has(inside, STR("node:")))
        *ret_language = LANGUAGE_NODE;
    return true;
}

/* "   at Some.Type.Method(Int32 x) in file:line 3" in any language. */
static bool take_frame(str text, str *ret_name, enum language *ret_language)
{
    str rest = text, word;

    if (rest.n < 6 || !(rest.p[0] == '\t' || (rest.p[0] == ' ' && rest.p[1] == ' ')))
        return false;
    rest = str_trim(rest);
    word = str_cut(&rest, ' ');
    str_skip_blanks(&rest);
    return is_frame_word(word) && take_method(rest, ret_name, ret_language);
}

/* Kept in the order of the text, ';' between; what does not fit is not kept. */
static void add_frame(struct stack_state *s, str name)
{
    name = text_cut(name, NAME_MAX_LEN * 2);
    if (s->nframes == FRAMES_MAX || s->frames_n + name.n + 1 > sizeof(s->frames))
        return;
    if (s->nframes != 0)
        s->frames[s->frames_n++] = ';';
    memcpy(s->frames + s->frames_n, name.p, name.n);
    s->frames_n += (uint32_t)name.n;
    s->nframes++;
}

/* ---------------------------------------------------------------- saying */

/* Python's frames come outermost first. */
static str reverse_frames(str frames, char *buf)
{
    size_t n = 0;

    while (frames.n != 0) {
        size_t at = str_rfind_char(frames, ';');
        str last = at != STR_NONE ? str_from(frames, at + 1) : frames;

        if (n != 0)
            buf[n++] = ';';
        memcpy(buf + n, last.p, last.n);
        n += last.n;
        frames = at != STR_NONE ? str_slice(frames, 0, at) : STR("");
    }
    return (str){ buf, n };
}

static void say_stack(struct parse *in, struct stack_state *s)
{
    char buf[sizeof(s->frames)];
    str frames = { s->frames, s->frames_n }, rest, top;
    str message = held_str(&s->message);
    struct code_hit hit;

    if (s->language == LANGUAGE_PYTHON)
        frames = reverse_frames(frames, buf);
    rest = frames;
    top = str_cut(&rest, ';');
    const struct value values[STACK_NFIELDS] = {
        [STACK_LANGUAGE] = value_z(languages[s->language]),
        [STACK_EXCEPTION] = value_text(name_str(&s->exception)),
        [STACK_MESSAGE] = value_text(message),
        [STACK_TOP] = value_text(top),
        [STACK_FRAMES] = value_text(frames),
    };

    emit_at(in, &kind_STACK, s->line.where, held_str(&s->line), s->line.when, values);
    /* 1816 is a quota of many kinds; under these frames it is a window's queue of messages. */
    if (code_next(&message, &hit) && hit.code.family == CODE_WIN32 && hit.code.number == 1816 &&
            (str_has(frames, STR("Hwnd")) || str_has(frames, STR("PostMessage")) ||
                    str_has(frames, STR("Dispatcher"))))
        say_message(in, s->line.where, held_str(&s->line), s->line.when, "message-queue-full",
                STR("dotnet"), (str){ NULL, 0 }, NULL, held_str(&s->message));
}

static void flush(struct parse *in, struct stack_state *s)
{
    if (s->open && (s->exception.n != 0 || s->nframes != 0))
        say_stack(in, s);
    s->open = false;
}

static void begin(struct parse *in, struct stack_state *s, const struct line *line,
        struct when when, enum language language, str exception, str message)
{
    flush(in, s);
    s->open = true;
    s->language = language;
    s->nframes = s->frames_n = s->lines = 0;
    held_set(&s->line, in, line, when);
    name_set(&s->exception, exception);
    held_text(&s->message, str_trim(message));
}

/* ---------------------------------------------------------------- exceptions */

static bool is_type_char(char c)
{
    return is_alnum(c) || c == '_' || c == '.' || c == '$' || c == '`' || c == '+';
}

static const struct literal type_words[] = {
    { STR_INIT("Exception"), 0, false },
    { STR_INIT("Error"), 0, false },
};

/* "Unhandled Exception: System.IO.IOException: text": the type and what follows it. */
static bool find_type(str text, str *ret_type, str *ret_rest)
{
    static struct literals set;
    struct literal_hit hit;

    if (set.n == 0)
        literals_prepare(&set, type_words, sizeof(type_words) / sizeof(type_words[0]));
    for (size_t at = 0; literals_find(&set, text, at, text.n, &hit); at = hit.end) {
        size_t begin = hit.begin, end = hit.end;
        str rest = str_from(text, end);

        while (begin > at && is_type_char(text.p[begin - 1]))
            begin--;
        *ret_type = str_slice(text, begin, end);
        if (str_find_char(*ret_type, '.') == STR_NONE || !is_alpha(text.p[begin]) ||
                (begin > 0 && (text.p[begin - 1] == '(' || text.p[begin - 1] == '[')))
            continue;
        if (str_take(&rest, STR(" (0x"))) {
            size_t close = str_find(rest, STR("):"));

            if (close == STR_NONE || close > 16)
                continue;
            rest = str_from(rest, close + 1);
        }
        if (rest.n == 0 || str_take_char(&rest, ':')) {
            *ret_rest = rest;
            return true;
        }
    }
    return false;
}

/* "Exception from HRESULT: 0x1   at A.B(String c)   at D.E()": frames on the exception's line. */
static void take_joined_frames(struct stack_state *s, str rest)
{
    size_t at = str_find(rest, STR("   at ")), next;

    if (at == STR_NONE)
        return;
    held_text(&s->message, str_trim(str_slice(rest, 0, at)));
    for (; at != STR_NONE; at = next == STR_NONE ? STR_NONE : at + 6 + next) {
        enum language language;
        str name;

        next = str_find(str_from(rest, at + 6), STR("   at "));
        if (take_method(str_from(rest, at + 6), &name, &language))
            add_frame(s, name);
    }
}

static bool take_exception(struct parse *in, struct stack_state *s, const struct line *line,
        str text, struct when when)
{
    str type, rest = str_trim(text);
    enum language language = LANGUAGE_NONE;

    if (str_take(&rest, STR("Traceback (most recent call last)"))) {
        begin(in, s, line, when, LANGUAGE_PYTHON, STR(""), STR(""));
        return true;
    }
    if (str_take(&rest, STR("fatal error: ")) || str_take(&rest, STR("panic: "))) {
        type = str_starts(str_trim(text), STR("panic")) ? STR("panic") : STR("fatal error");
        begin(in, s, line, when, LANGUAGE_GO, type, rest);
        return true;
    }
    if (str_starts(rest, STR("thread '")) && str_has(rest, STR("' panicked at "))) {
        rest = str_from(rest, str_find(rest, STR("' panicked at ")) + 14);
        begin(in, s, line, when, LANGUAGE_RUST, STR("panic"), rest);
        return true;
    }
    if (!find_type(text, &type, &rest))
        return false;
    if (str_starts(type, STR("System.")) || str_starts(type, STR("Microsoft.")))
        language = LANGUAGE_DOTNET;
    else if (str_starts(type, STR("java.")) || str_starts(type, STR("javax.")) ||
             str_starts(str_trim(text), STR("Exception in thread ")))
        language = LANGUAGE_JAVA;
    begin(in, s, line, when, language, type, rest);
    take_joined_frames(s, rest);
    return true;
}

/* The line of a Python trace that names its error ends it. */
static bool take_python(struct parse *in, struct stack_state *s, str text)
{
    str rest = text, name;

    if (text.n == 0 || str_starts(text, STR("    ")))
        return true;
    if (str_take(&rest, STR("  File "))) {
        size_t at = str_find(rest, STR(", in "));

        if (at != STR_NONE)
            add_frame(s, str_trim(str_from(rest, at + 5)));
        return true;
    }
    if (!is_alpha(text.p[0]))
        return false;
    name = str_cut(&rest, ':');
    name_set(&s->exception, str_trim(name));
    held_text(&s->message, str_trim(rest));
    flush(in, s);
    return true;
}

static bool take_go(struct parse *in, struct stack_state *s, str text)
{
    size_t open = str_rfind_char(text, '(');

    if (text.n == 0 || text.p[0] == '\t' || text.p[0] == ' ' || str_eq(text, STR("runtime stack:")))
        return s->lines++ < 200;
    if (str_starts(text, STR("goroutine ")) && str_ends(text, STR("]:"))) {
        if (s->nframes != 0)
            flush(in, s);
        return true;
    }
    if (open == STR_NONE || open < 3 || text.p[text.n - 1] != ')' ||
            str_find_char(str_slice(text, 0, open), '.') == STR_NONE)
        return false;
    add_frame(s, str_slice(text, 0, open));
    return true;
}

bool stray_stack(struct parse *in, struct stack_state *s, const struct line *line, str text,
        struct when when)
{
    enum language language;
    str name;

    if (take_frame(text, &name, &language)) {
        if (!s->open)
            begin(in, s, line, when, language, STR(""), STR(""));
        if (s->language == LANGUAGE_NONE)
            s->language = language;
        add_frame(s, name);
        return true;
    }
    if (take_exception(in, s, line, text, when))
        return true;
    if (!s->open)
        return false;
    if ((s->language == LANGUAGE_PYTHON && take_python(in, s, text)) ||
            (s->language == LANGUAGE_GO && take_go(in, s, text)))
        return true;
    if (str_trim(text).n == 0 && s->nframes == 0 && s->lines++ < 2)
        return false; /* .NET leaves a blank line before the frames */
    if (str_starts(str_trim(text), STR("--- ")) || str_starts(str_trim(text), STR("... ")))
        return true; /* "--- End of inner exception stack trace ---", "... 12 more" */
    flush(in, s);
    return false;
}

void stray_stack_finish(struct parse *in, struct stack_state *s)
{
    flush(in, s);
}

bool stack_is_frame(str line)
{
    enum language language;
    str name;

    return take_frame(line, &name, &language) || str_starts(line, STR("  File \"")) ||
           (line.n > 3 && line.p[0] == '\t' && str_has(line, STR(".go:")));
}

/* "fatal error: " is said by the word in it. */
void stack_signs(struct signs *to)
{
    SIGNS_ADD(to, type_words);
    signs_add(to, STR("Traceback (most recent call last)"));
    signs_add(to, STR("panic: "));
    signs_add(to, STR("runtime stack:"));
    signs_add(to, STR("' panicked at "));
}

/* Quicker for one line than a scan. */
static bool names_type(str line)
{
    for (size_t i = 0; i < sizeof(type_words) / sizeof(type_words[0]); i++) {
        if (str_find_nocase(line, type_words[i].text) != STR_NONE)
            return true;
    }
    return false;
}

bool stack_is_head(str line)
{
    str type, rest;

    return str_starts(line, STR("Traceback (most recent call last)")) ||
           str_starts(line, STR("fatal error: ")) || str_starts(line, STR("panic: ")) ||
           str_eq(line, STR("runtime stack:")) || str_has(line, STR("' panicked at ")) ||
           (names_type(line) && find_type(line, &type, &rest));
}

/* Behind the word of a frame: a name with a dot in it and a bracket. */
static bool frame_counts(str block, size_t begin, size_t end)
{
    str line = str_slice(block, end, end + 2 * LIMIT_QUOTE), name;
    enum language language;

    (void)begin;
    line = str_slice(line, 0, str_find_char(line, '\n'));
    str_skip_blanks(&line);
    return take_method(line, &name, &language);
}

/* A type whose name ends here, and is at the end of its line or before a message. */
static bool type_counts(str block, size_t begin, size_t end)
{
    char next = end < block.n ? block.p[end] : '\n';
    bool dot = false;

    for (; begin > 0 && is_type_char(block.p[begin - 1]); begin--)
        dot = dot || block.p[begin - 1] == '.';
    return dot && (next == ':' || next == '\n' || next == '\r' || next == ' ');
}

void stray_stack_marks(struct marks *m)
{
    static const str heads[] = { STR_INIT("Traceback (most recent call last)"),
        STR_INIT("fatal error: "), STR_INIT("panic: "), STR_INIT("' panicked at ") };
    char text[32];

    for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++)
        marks_add(m, heads[i], NULL);
    marks_add(m, STR("Exception"), type_counts);
    marks_add(m, STR("Error"), type_counts);
    for (size_t i = 0; i < FRAME_WORDS; i++) {
        (void)snprintf(text, sizeof(text), "  %s ", frame_words[i].p);
        marks_add(m, str_z(text), frame_counts);
        (void)snprintf(text, sizeof(text), "\t%s ", frame_words[i].p);
        if (frame_words[i].n > 1) /* behind a tab stands Java's "at", never one letter */
            marks_add(m, str_z(text), frame_counts);
    }
}
