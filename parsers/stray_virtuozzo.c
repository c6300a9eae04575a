/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stray_virtuozzo: what vzctl prints on a console, writes into its log and what the dispatcher makes
 * of it, on Windows and Linux.
 *
 *     C:\>vzctl start 207
 *     Starting container ...
 *     <Product> API function call 'VzkrnlStartVps' failed dwErr=0x00000008
 *     Container 207 is not started
 *
 *     2012-06-14T03:12:41+0400 vzctl : CT 207 : Unable to fork: Cannot allocate memory
 *     Apr 03, 2012 11:37:02 PM Container is mounted Completed
 *
 * Taken: operations and their outcome, failed calls with the radix that each field has, beancounter
 * rows that libvzctl prints after a failed start, exit codes, other codes with the container they
 * speak of. A failed call waits for the line that names its container, a few lines at most.
 */
#include <stdio.h>

#include "code_tables.h"
#include "marks.h"
#include "stamp.h"
#include "stray.h"
#include "vz_grammar.h"

static const str virtuozzo = STR_INIT("virtuozzo");

/* A line without its prefix. */
struct vz_line {
    str text;
    str id;        /* from "CT 101 : " */
    bool prefixed; /* "stamp program : " stood before */
    str step;      /* "Completed", "Failed": what the dispatcher's log says behind it */
};

/* ---------------------------------------------------------------- prefix */

static bool is_program(str s)
{
    for (size_t i = 0; i < s.n; i++) {
        if (!is_alnum(s.p[i]) && s.p[i] != '_' && s.p[i] != '-' && s.p[i] != '.')
            return false;
    }
    return s.n <= 32;
}

/* What the dispatcher's log says behind a step. */
static const str steps[] = { STR_INIT(" Completed"), STR_INIT(" Failed"), STR_INIT(" Error"),
    STR_INIT(" Warning") };
enum { STEPS = sizeof(steps) / sizeof(steps[0]) };

/* A prefix ends before this. */
enum { PREFIX_REACH = 80 };

/* "2019-02-11T10:01:07+0300 vzctl : CT <id> : text"; libploop's lines have no program's name. */
static void strip_prefix(str t, struct vz_line *ret)
{
    struct when when;
    str rest = t, program;
    size_t at;

    *ret = (struct vz_line){ .text = t };
    if (stamp_take(&rest, &when) && when.basis == WHEN_UTC) {
        at = str_find(rest, STR(": "));
        program = at != STR_NONE ? str_trim(str_slice(rest, 0, at)) : rest;
        if (at == STR_NONE || at == 0 || rest.p[at - 1] != ' ' || !is_program(program))
            return;
        rest = str_from(rest, at + 2);
        ret->prefixed = program.n == 0 || str_starts(program, STR("vz")) ||
                        str_starts(program, STR("prl_"));
    } else {
        if (rest.p == t.p)
            rest = t;
        str_skip_blanks(&rest);
        for (size_t i = 0; rest.p != t.p && i < STEPS; i++) {
            if (str_ends(str_trim_end(rest), steps[i])) {
                ret->step = str_from(steps[i], 1);
                rest = str_trim_end(rest);
                rest = str_slice(rest, 0, rest.n - steps[i].n);
            }
        }
    }
    if (str_starts(rest, STR("CT ")) && (at = str_find(rest, STR(" : "))) != STR_NONE && at > 3 &&
            at < 64) {
        ret->id = str_slice(rest, 3, at);
        ret->prefixed = true;
        rest = str_from(rest, at + 3);
    }
    if (ret->prefixed || ret->step.n != 0)
        ret->text = rest;
}

/* ---------------------------------------------------------------- saying */

static str action_of_api(str api)
{
    if (str_find_nocase(api, STR("mount")) != STR_NONE)
        return STR("mount");
    if (str_find_nocase(api, STR("start")) != STR_NONE)
        return STR("start");
    if (str_find_nocase(api, STR("stop")) != STR_NONE)
        return STR("stop");
    return (str){ NULL, 0 };
}

static void say_held(struct parse *in, const struct vz_state *s, const struct vz_held *held)
{
    struct error_say say = {
        .code = held->code,
        .spelled = held->spelled,
        .api = held->api,
        .path = held->path,
        .component = virtuozzo,
        .operation = s->action.n != 0 ? name_str(&s->action) : action_of_api(held->api),
        .object = name_str(&s->object),
        .message = str_trim(held_str(&held->line)),
    };

    say_error(in, held->line.where, held_str(&held->line), held->line.when, &say);
}

static void flush_held(struct parse *in, struct vz_state *s)
{
    for (uint32_t i = 0; i < s->nheld; i++)
        say_held(in, s, &s->held[i]);
    s->nheld = 0;
}

static void take_call(
        struct parse *in, struct vz_state *s, const struct line *line, str text, struct when when)
{
    struct vz_held *held;
    struct vz_call call;

    /* dq_mount and kin say no number: there is no code to tell. */
    if (!vz_call_parse(text, &call) || call.spelled.n == 0)
        return;
    if (s->nheld == HELD_MAX)
        flush_held(in, s);
    held = &s->held[s->nheld++];
    held_set(&held->line, in, line, when);
    /* What the line is cut to must hold the parts: look again at the copy. */
    if (!vz_call_parse(held_str(&held->line), &call) || call.spelled.n == 0) {
        s->nheld--;
        return;
    }
    held->code = code_from_number(call.number);
    held->api = call.api;
    held->spelled = call.spelled;
    held->path = call.path;
    s->quiet = 0;
    if (s->object.n != 0 && s->active)
        flush_held(in, s);
}

static void take_phrase(struct parse *in, struct vz_state *s, const struct line *line, str text,
        const struct vz_phrase *phrase, struct when when)
{
    bool started = phrase->outcome[0] == 's';
    bool said;

    if (phrase->id.n != 0)
        name_set(&s->object, phrase->id);
    if (started && !str_eq(name_str(&s->action), phrase->action)) {
        name_set(&s->action, phrase->action);
        s->announced = false;
    }
    if (s->action.n == 0)
        name_set(&s->action, phrase->action);
    flush_held(in, s);
    said = started && (s->announced || s->object.n == 0);
    if (!said)
        say_operation(in, line_span(in, line), line->s, when, virtuozzo, phrase->action,
                name_str(&s->object), phrase->outcome, (str){ NULL, 0 }, text);
    s->announced = s->announced || started;
}

static bool take_counter(
        struct parse *in, struct vz_state *s, const struct line *line, str text, struct when when)
{
    static const size_t fields[5] = { BEANCOUNTER_HELD, BEANCOUNTER_MAXHELD, BEANCOUNTER_BARRIER,
        BEANCOUNTER_LIMIT, BEANCOUNTER_FAILCNT };
    struct value values[BEANCOUNTER_NFIELDS] = { 0 };
    struct vz_counter c;

    if (!vz_counter_parse(text, &c))
        return false;
    values[BEANCOUNTER_RESOURCE] = value_text(c.resource);
    values[BEANCOUNTER_CONTAINER] = value_text(c.id.n != 0 ? c.id : name_str(&s->object));
    for (size_t i = 0; i < 5; i++) {
        uint64_t unit = c.unit > 1 && i < 4 ? c.unit : 1;
        bool unlimited = c.values[i] >= INT64_MAX / 4096 || c.values[i] == INT32_MAX;

        if (!(unlimited && (i == 2 || i == 3)))
            values[fields[i]] =
                    value_u64(c.values[i] > UINT64_MAX / unit ? UINT64_MAX : c.values[i] * unit);
    }
    emit(in, &kind_BEANCOUNTER, line, when, values);
    return true;
}

/* "vzctl exited with code 6", "exit code: 6", "exit status 6" */
static bool take_exit(struct parse *in, const struct vz_state *s, const struct line *line, str text,
        struct when when)
{
    static const str heads[] = { STR_INIT("exited with code "), STR_INIT("exit code "),
        STR_INIT("exit code: "), STR_INIT("exit status "), STR_INIT("exited with status ") };
    char code[24];
    uint64_t number;

    for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++) {
        size_t at = str_find_nocase(text, heads[i]);
        str rest = at != STR_NONE ? str_from(text, at + heads[i].n) : STR("");
        const struct vzctl_exit *row;

        if (!str_take_u64(&rest, &number) || number > 255)
            continue;
        row = vzctl_exit_find((unsigned)number, vz_is_uuid(name_str(&s->object)));
        if (row == NULL)
            return false;
        (void)snprintf(code, sizeof(code), "vzctl:%u", (unsigned)number);
        say_error(in, line_span(in, line), line->s, when,
                &(struct error_say){ .family = "vzctl",
                        .code_text = str_z(code),
                        .code_name = row->name,
                        .number = (int64_t)number,
                        .spelled = str_slice(text, at, (size_t)(rest.p - text.p)),
                        .component = virtuozzo,
                        .operation = name_str(&s->action),
                        .object = name_str(&s->object),
                        .message = str_trim(text) });
        return true;
    }
    return false;
}

static bool take_message(struct parse *in, const struct vz_state *s, const struct line *line,
        str text, struct when when)
{
    static const struct {
        str text;
        const char *class;
    } rows[] = {
        { STR_INIT("Not enough resources to start environment"), "vzctl-resources" },
        { STR_INIT("Unable to start init"), "vzctl-init" },
        { STR_INIT("Lowering the current memory limit"), "vzctl-memory-limit" },
        { STR_INIT("setublimit "), "vzctl-resources" },
        { STR_INIT("Unable to fork"), "fork-failed" },
        { STR_INIT("criu exited with rc="), "vzctl-criu" },
        { STR_INIT("Cannot set disk quota"), "vzctl-quota" },
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (str_starts(str_trim(text), rows[i].text)) {
            say_message(in, line_span(in, line), line->s, when, rows[i].class, virtuozzo,
                    name_str(&s->object), NULL, text);
            return true;
        }
    }
    return false;
}

/* ---------------------------------------------------------------- lines */

static bool may_speak_of_it(str t)
{
    static const struct literal words[] = {
        { STR_INIT("API function call '"), 0, false },
        { STR_INIT("container"), 0, false },
        { STR_INIT("vzctl"), 0, true },
        { STR_INIT("with the Env(s)"), 0, false },
        { STR_INIT(" : CT "), 0, false },
    };
    static struct literals set;
    struct literal_hit hit;

    if (set.n == 0)
        literals_prepare(&set, words, sizeof(words) / sizeof(words[0]));
    return literals_find(&set, t, 0, t.n, &hit);
}

static void begin_operation(struct vz_state *s, str action, str object)
{
    name_set(&s->action, action);
    name_set(&s->object, object);
    s->announced = true;
    s->quiet = 0;
}

static bool take_operation(
        struct parse *in, struct vz_state *s, const struct line *line, str text, struct when when)
{
    struct env_operation op;
    str action, id;

    if (vz_command_parse(text, &action, &id)) {
        flush_held(in, s);
        begin_operation(s, action, id);
        s->active = true;
        say_operation(in, line_span(in, line), line->s, when, virtuozzo, action, id, "started",
                (str){ NULL, 0 }, text);
        return true;
    }
    if (!env_operation_parse(text, &op))
        return false;
    if (op.outcome[0] == 's' || s->object.n == 0)
        begin_operation(s, op.action, op.object);
    if (op.action.n == 0)
        op.action = name_str(&s->action);
    flush_held(in, s);
    say_operation(in, line_span(in, line), line->s, when, virtuozzo, op.action, op.object,
            op.outcome, (str){ NULL, 0 }, text);
    return true;
}

/* Output of the running command, or a line of the log: it speaks of the container in s. */
static bool take_context(struct parse *in, struct vz_state *s, const struct line *line,
        const struct vz_line *v, struct when when)
{
    struct error_say known = {
        .component = virtuozzo, .operation = name_str(&s->action), .object = name_str(&s->object)
    };
    bool took = v->prefixed || v->step.n != 0 || s->active;

    if (!took)
        return false;
    if (take_counter(in, s, line, v->text, when) || take_exit(in, s, line, v->text, when))
        return true;
    (void)take_message(in, s, line, v->text, when);
    if (str_starts(str_trim(v->text), STR("Unable to fork")))
        known.api = STR("fork");
    (void)say_codes(in, line, v->text, when, &known);
    if (str_eq(v->step, STR("Failed")) || str_eq(v->step, STR("Error")))
        say_operation(in, line_span(in, line), line->s, when, virtuozzo,
                s->action.n != 0 ? name_str(&s->action) : STR("step"), name_str(&s->object),
                "failed", (str){ NULL, 0 }, v->text);
    if (s->active && ++s->quiet > 60)
        s->active = false;
    return true;
}

/* A sentence about "a container" is Virtuozzo's only where something else says so: Docker speaks of
 * containers as well. */
static bool is_ours(const struct vz_state *s, const struct vz_line *v, const struct vz_phrase *p)
{
    return v->prefixed || v->step.n != 0 || s->active || s->nheld != 0 || p->id.n != 0;
}

/* " : " where a prefix has it, by its rarest byte: blanks are many. */
static bool has_lone_colon(str s)
{
    s = str_slice(s, 0, PREFIX_REACH);
    for (size_t at = 0, n; (n = str_find_char(str_from(s, at), ':')) != STR_NONE; at += n + 1) {
        size_t i = at + n;

        if (i > 0 && s.p[i - 1] == ' ' && i + 1 < s.n && s.p[i + 1] == ' ')
            return true;
    }
    return false;
}

bool virtuozzo_may_begin(str text)
{
    struct vz_line v;

    if (!has_lone_colon(text))
        return false;
    strip_prefix(text, &v);
    return v.prefixed;
}

bool stray_virtuozzo(
        struct parse *in, struct vz_state *s, const struct line *line, str text, struct when when)
{
    struct vz_phrase phrase;
    struct vz_line v;
    bool engaged = s->active || s->nheld != 0;

    if (engaged && str_trim(text).n == 0) {
        flush_held(in, s);
        s->active = false;
        s->object.n = s->action.n = 0;
        return false;
    }
    if (!engaged && !may_speak_of_it(text)) {
        if (s->object.n == 0 && !has_lone_colon(text))
            return false;
        strip_prefix(text, &v);
        if (!v.prefixed && (v.step.n == 0 || s->object.n == 0))
            return false;
    } else {
        strip_prefix(text, &v);
    }
    if (v.id.n != 0 && !str_eq(v.id, name_str(&s->object))) {
        flush_held(in, s);
        begin_operation(s, (str){ NULL, 0 }, v.id);
        s->announced = false;
    }
    if (str_has(v.text, STR("API function call '"))) {
        take_call(in, s, line, v.text, when);
        return true;
    }
    if (take_operation(in, s, line, v.text, when))
        return true;
    if (vz_phrase_parse(v.text, &phrase) && is_ours(s, &v, &phrase)) {
        (void)take_message(in, s, line, v.text, when);
        take_phrase(in, s, line, v.text, &phrase, when);
        return true;
    }
    if (s->nheld != 0 && ++s->quiet > 4)
        flush_held(in, s);
    return take_context(in, s, line, &v, when);
}

void stray_virtuozzo_finish(struct parse *in, struct vz_state *s)
{
    flush_held(in, s);
}

/* "container 101", "Container 'web1'", with a UUID; "Container was stopped". */
static bool container_counts(str block, size_t begin, size_t end)
{
    static const str verbs[] = { STR_INIT("is "), STR_INIT("was "), STR_INIT("has been ") };
    str rest = str_slice(block, end, end + 48);

    (void)begin;
    str_skip_blanks(&rest);
    for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++) {
        if (str_starts_nocase(rest, verbs[i]))
            return true;
    }
    return rest.n != 0 && (is_digit(rest.p[0]) || rest.p[0] == '\'' || rest.p[0] == '"' ||
                                  vz_is_uuid(str_slice(rest, 0, 36)));
}

/* The last word of its line. */
static bool step_counts(str block, size_t begin, size_t end)
{
    (void)begin;
    while (end < block.n && (block.p[end] == ' ' || block.p[end] == '\r'))
        end++;
    return end == block.n || block.p[end] == '\n';
}

void stray_virtuozzo_marks(struct marks *m)
{
    static const str words[] = { STR_INIT("API function call '"), STR_INIT("vzctl"),
        STR_INIT("vzeventd"), STR_INIT("prl_disp"), STR_INIT("Operation with the Container"),
        STR_INIT(" : CT "), STR_INIT("exited with code "), STR_INIT("exit code"),
        STR_INIT("exit status "), STR_INIT("Not enough resources to start environment"),
        STR_INIT("Unable to start init"), STR_INIT("Lowering the current memory limit"),
        STR_INIT("setublimit "), STR_INIT("Unable to fork"), STR_INIT("criu exited with rc="),
        STR_INIT("Cannot set disk quota"), STR_INIT("Checkpointing failed") };

    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        marks_add(m, words[i], NULL);
    marks_add(m, STR("container"), container_counts);
    for (size_t i = 0; i < STEPS; i++)
        marks_add(m, steps[i], step_counts);
}
