/* SPDX-License-Identifier: Apache-2.0 */
/*
 * parser: the contract of an evidence format. One format = one file in parsers/formats/ that
 * exports one `const struct parser parser_NAME`, and one line in parsers/formats/meson.build.
 *
 * sniff looks at the head of a member and bids; it never allocates and never looks past the window.
 * The highest bid wins; content decides, a name alone never beats content.
 *
 * parse reads the member to its end through parse_line or the text window, and emits facts. It
 * cannot fail the run: odd input becomes a diagnostic, and what was read before it counts. All
 * state is on the stack or in in->scratch (which is freed after the member).
 */
#pragma once

#include "kinds.h"
#include "sink.h"
#include "text.h"

struct ahead;
struct kernel_look;
struct signs;

/* A format may add up to 9 to tell itself from near relatives; the winner must lead by 10 in the
 * tests. */
enum bid {
    BID_NO = 0,
    BID_FALLBACK = 10, /* would take anything of this class */
    BID_NAME = 30,     /* the name says so and the content does not contradict */
    BID_SHAPE = 60,    /* lines have the shape of the format */
    BID_MAGIC = 90,    /* a signature that nothing else carries */
};

struct sniff {
    str text;                 /* up to LIMIT_SNIFF of decoded text; empty for binary members */
    str raw;                  /* up to LIMIT_SNIFF of the bytes as they are */
    str path;                 /* of the member inside the bundle, '/' separated, archives by '!' */
    str name;                 /* last component of path */
    struct kernel_look *look; /* shared by sniffers, see kernel_look.h; NULL = each for itself */
    bool signless; /* the text was looked through: none of the parser's signs stands in it */
};

struct parse {
    struct text text;
    struct sink *sink;
    struct arena *scratch;
    str path, name;  /* as in sniff */
    int64_t mtime;   /* seconds since 1970 as its archive says, 0 = not known */
    uint32_t member; /* number for spans */
    str host; /* set it once the member tells which machine it speaks of; goes into every later fact
               */
    uint64_t understood; /* bytes of lines that meant something to the parser; parse_took adds */
    uint64_t facts;
    struct when first, last; /* of the lines, whether anybody wants them or not: parse_saw */
    uint32_t took;           /* the last line that parse_took counted */
    uint64_t took_lately;    /* bits: that line and the 63 before it */
    struct stray
            *stray;    /* what parse_stray remembers of the lines before; NULL until it is needed */
    bool offers_lines; /* parse_line offers each line to the rules, for parsers that do not */
    struct clock_watch *clock; /* what clock_see remembers; NULL until it is needed */
    struct seek *seek; /* what is looked for in the lines (seek.h); NULL: every line is read */
    struct ahead *
            ahead; /* others look through a long log for this reader (ahead.h); NULL: nobody does */
    uint64_t snapshots; /* told so far, for formats that number those of a log's events */
    uint64_t skipped;   /* bytes of lines that nobody looks for */
};

struct parser {
    const char *name;                     /* as in formats.tsv: "poolmon" */
    const char *summary;                  /* one line for --help and docs */
    const struct kind *const *kinds;      /* what it emits, NULL-terminated */
    bool raw;                             /* wants the bytes undecoded (binary formats) */
    bool says_lines;                      /* calls parse_text itself for every line */
    bool by_shape;                        /* bids for some texts without its signs */
    int (*sniff)(const struct sniff *in); /* a bid */
    /*
     * Names literals (signs.h) of which every text that sniff bids for holds one, in either case; NULL: there are
     * none. With by_shape sniff is asked all the same where none stands, but told so: it may then leave out what
     * would need one.
     */
    void (*signs)(struct signs *to);
    void (*parse)(struct parse *in);
    /*
     * Where in a piece from the middle of a member, which begins at offset `at`, a record begins that says the same
     * read without what stands before it; STR_NONE: nowhere. head: of the member. Only of formats whose
     * records stand alone; NULL: a member is read as a whole.
     */
    size_t (*cut)(str head, str piece, uint64_t at);
};

/* Next line; false at the end. Reports text.long-line when a line had to be cut. */
bool parse_line(struct parse *in, struct line *ret);
/*
 * Moves on to the next line that a rule or the parsers of any log look for, or rather to the line
 * with which its message begins. Does nothing where every line is read. False at the end of the
 * member. For parsers that hold nothing over from the lines before.
 */
bool parse_seek(struct parse *in, bool (*begins)(str line));
/*
 * Offers a line to the rules that look for what lines say (log.line). text is the message without
 * stamp, host and tag. Parsers that know these parts say `says_lines` and call it once for every
 * line; for the others parse_line does.
 */
void parse_text(
        struct parse *in, const struct line *line, struct when when, str component, str text);
/* The same for a line of which nothing is known but that it may begin with a stamp. */
void parse_offer(struct parse *in, const struct line *line);
/* The same for a line that was read before: hits as seek_hits gave them then, or NULL. */
void parse_text_of(struct parse *in, const struct line *line, struct when when, str component,
        str text, const struct line_hits *hits);
/* The member speaks of this moment. parse_text and emit say so by themselves; formats that leave out
 * records which nobody wants say it for those. */
void parse_saw(struct parse *in, struct when when);
/* The bytes of this line meant something (a heading, a row, a message): counts as understood. */
void parse_took(struct parse *in, const struct line *line);
void parse_took_bytes(struct parse *in, uint64_t bytes);

/* A fact that stands on one line. when may be all zero. */
void emit(struct parse *in, const struct kind *kind, const struct line *line, struct when when,
        const struct value *values);
/* The same with a span and quote of the caller's (records of several lines: quote what proves it).
 */
void emit_at(struct parse *in, const struct kind *kind, struct span where, str quote,
        struct when when, const struct value *values);
/* The same of something that was seen from one time to another. */
void emit_between(struct parse *in, const struct kind *kind, struct span where, str quote,
        struct when first, struct when last, const struct value *values);
struct span line_span(const struct parse *in, const struct line *line);

void parse_diag(struct parse *in, enum diag_level level, const char *code, const struct line *line,
        str detail);
/* The same of a binary member: by offset. */
void parse_diag_at(
        struct parse *in, enum diag_level level, const char *code, uint64_t offset, str detail);
/* Whether anybody wants facts of this kind (whose text field `field` equals `value`). */
bool parse_wants(const struct parse *in, const struct kind *kind);
bool parse_wants_text(const struct parse *in, const struct kind *kind, size_t field, str value);

/*
 * What a parser does with a line of its member that is not of its format (prose in a ticket,
 * console output around a table): error codes, known messages and exceptions in it still become
 * facts.
 */
void parse_stray(struct parse *in, const struct line *line, struct when when);
/* The same of a program's line in a log of many: text is what the program wrote, or a line of it. */
void parse_stray_of(struct parse *in, const struct line *line, struct when when, str text);
/* Says what parse_stray still holds (a stack trace, a chain of errors). Called once after parse. */
void parse_stray_finish(struct parse *in);

/* All formats, NULL-terminated, in the order of parsers/formats/meson.build. */
extern const struct parser *const parsers[];
const struct parser *parser_find(str name);

struct bid_result {
    const struct parser *parser, *runner_up; /* NULL = nobody bid */
    int bid, second;
};
/* Ties go to the earlier in the list. Raw formats bid on every member, text formats only on text.
 */
struct bid_result parser_choose(const struct sniff *in, bool binary);
