/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stray: what lines say that belong to no format, and what several formats share: error codes, known
 * messages, Virtuozzo's operations, chains of backup errors, stack traces. One state per member, in
 * its scratch arena, of fixed size: a chain or a trace is held until it ends and then said.
 */
#pragma once

#include "code.h"
#include "limits.h"
#include "literal.h"
#include "parser.h"

enum {
    HELD_MAX = 8,    /* Virtuozzo errors that wait for the name of their container */
    NODES_MAX = 24,  /* nodes of one chain of errors; real ones have ten */
    FRAMES_MAX = 32, /* frames kept of one trace */
    NAME_MAX_LEN = 120,
};

/* A short copy of text: cut at a character's border when it does not fit. */
struct name {
    uint16_t n;
    char p[NAME_MAX_LEN];
};

/* A line that is said later than it is read. */
struct held_line {
    struct span where;
    struct when when;
    uint16_t n;
    char p[LIMIT_QUOTE];
};

/* Everything an error fact may say. */
struct error_say {
    struct code code; /* CODE_NONE: text below */
    const char *family, *code_name;
    str code_text;
    int64_t number;
    bool text_only;
    str spelled, api, component, operation, object, path, role, message;
};

/* ---- Virtuozzo */
struct vz_held {
    struct held_line line;
    struct code code;
    str api, spelled, path; /* into line.p */
};

struct vz_state {
    struct name object, action; /* of the command or container that the lines speak of */
    uint32_t quiet;             /* lines since something was said about it */
    bool active, announced;     /* a console command runs; its start was said */
    uint32_t nheld;
    struct vz_held held[HELD_MAX];
};

/* ---- chains of backup errors */
struct chain_node {
    struct held_line line;
    uint32_t combined; /* module << 16 | code */
    bool confirmed;    /* more than its first line was seen */
    struct code os;    /* what the operating system said; CODE_NONE = nothing */
    struct name api, os_spelled;
    uint16_t nmessage, npath;
    char message[LIMIT_QUOTE], path[LIMIT_QUOTE];
};

enum chain_form {
    CHAIN_NONE,
    CHAIN_INLINE, /* Acronis Error: Module=7 Code=4, "..."{...}, Tag=0 */
    CHAIN_TAG,    /* ... (0x70020) Tag = 0x... */
    CHAIN_BLOCK,  /* Error code: / Module: / Fields: / Message: */
    CHAIN_PLAIN,  /* error 0x40011: ... */
    CHAIN_PIPE,   /* | error 0x...: / | key: value */
    CHAIN_JSON,   /* "suberror":{ */
    CHAIN_MSI,    /* CommonError: code: */
};

struct chain_state {
    enum chain_form form;
    uint32_t n;
    bool backup, cut;         /* a backup runs; nodes were dropped */
    struct name object, node; /* of the operation around it */
    struct chain_node nodes[NODES_MAX];
};

/* ---- stack traces */
struct stack_state {
    bool open;
    uint32_t language, nframes, lines; /* lines without a frame */
    uint32_t frames_n;
    struct held_line line, message; /* where and when of message are not used */
    struct name exception;
    char frames[2048];
};

struct stray {
    struct vz_state vz;
    struct chain_state chain;
    struct stack_state stack;
    const char *class; /* that the codes of line number `line` said already */
    uint32_t line;
};

/* ---- shared by the stray_ files */
void name_set(struct name *name, str s);
str name_str(const struct name *name);
void held_set(
        struct held_line *held, const struct parse *in, const struct line *line, struct when when);
void held_text(struct held_line *held, str s);
str held_str(const struct held_line *held);
str text_cut(str s, size_t most); /* at a character's border */

void say_error(struct parse *in, struct span where, str quote, struct when when,
        const struct error_say *say);
void say_operation(struct parse *in, struct span where, str quote, struct when when, str component,
        str action, str object, const char *outcome, str node, str message);
void say_message(struct parse *in, struct span where, str quote, struct when when,
        const char *class, str component, str object, const int64_t *number, str text);

/* Codes in text, a part of the line, with what the caller knows of them. True when there was one. */
bool say_codes(struct parse *in, const struct line *line, str text, struct when when,
        const struct error_say *known);
/* The class of a code that has one of its own: "vss-timeout"; NULL. */
const char *class_of_code(struct code code);
/* The function that "X failed" names; absent when none. */
str failed_function(str text);

/* A new node of the open chain, or of a new one of this form; the last one again when it is full. */
struct chain_node *chain_add(struct parse *in, struct chain_state *s, const struct line *line,
        struct when when, enum chain_form form, uint32_t combined);
void chain_message(struct chain_node *node, str message);
/* What a node says of itself; radix of bare numbers: 10 or 16. */
void chain_field(struct chain_node *node, str key, str value, unsigned radix);
void chain_flush(struct parse *in, struct chain_state *s);
/* "2019-01-29T21:16:30:606+01:00 7500 I00640002: text": a record of the Acronis engine's log. */
bool chain_is_record(str line);
/* A line of the chain that is open, or one that opens a chain. */
bool chain_line(struct parse *in, struct chain_state *s, const struct line *line, str text,
        struct when when);
/* A line without a mark that may open a chain all the same: its record's head says little. */
bool chain_may_begin(str text);

/* Its pieces of JSON: the fields of a node; nested errors in one line. */
void chain_json_fields(struct chain_node *node, str s);
bool chain_json(struct parse *in, struct chain_state *s, const struct line *line, str text,
        struct when when);

/* Whether something is held that the next lines may go on with. */
bool stray_busy(const struct parse *in);
/* parse_stray_of for a line that holds no mark: it says nothing by itself, but may open something, or go on
 * with what is open. */
void parse_stray_plain(struct parse *in, const struct line *line, struct when when, str written);
/*
 * A whole member by parse_stray, with the time stamps that its lines begin with: every line, or only
 * those that are looked for.
 */
void parse_stray_all(struct parse *in);
void parse_stray_wanted(struct parse *in);

/* Each takes a line of its kind: true when the line meant something to it. */
bool stray_virtuozzo(
        struct parse *in, struct vz_state *s, const struct line *line, str text, struct when when);
/* A line without a mark that names the container later lines speak of: "CT 101 : text". */
bool virtuozzo_may_begin(str text);
void stray_virtuozzo_finish(struct parse *in, struct vz_state *s);
bool stray_chain(struct parse *in, struct chain_state *s, const struct line *line, str text,
        struct when when);
void stray_chain_finish(struct parse *in, struct chain_state *s);
bool stray_stack(struct parse *in, struct stack_state *s, const struct line *line, str text,
        struct when when);
void stray_stack_finish(struct parse *in, struct stack_state *s);
/* For sniffing: a frame; a line that begins a trace. */
bool stack_is_frame(str line);
bool stack_is_head(str line);
void stack_signs(struct signs *to); /* of heads */
bool stray_message(struct parse *in, const struct line *line, str text, struct when when);

/*
 * "Operation backup_env with the Env(s) ct101 is finished with errors: ...", of Virtuozzo's
 * dispatcher.
 */
struct env_operation {
    str action; /* without "_env" */
    str object;
    const char *outcome;
};
bool env_operation_parse(str text, struct env_operation *ret);
/* Whether a word names a beancounter; *ret_unit is what one of it counts in bytes, 0 = a count. */
bool beancounter_unit(str resource, uint64_t *ret_unit);
void beancounter_signs(struct signs *to); /* their names */
