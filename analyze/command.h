/* SPDX-License-Identifier: Apache-2.0 */
/*
 * command: one file per command that exports one `const struct command command_NAME`, one line in
 * analyze/commands.def. A command gets its options parsed and returns the exit status: 0 done, 1
 * --fail-on was reached, 2 usage or nothing could be read. Messages for people go to stderr, what
 * was asked for to stdout or -o FILE.
 */
#pragma once

#include "options.h"

enum { STATUS_DONE = 0, STATUS_FOUND = 1, STATUS_USAGE = 2 };

struct command {
    const char *name;      /* "analyze"; "rules list" for one of a group */
    const char *arguments; /* "PATH..." */
    const char *summary;   /* one line for the list of commands */
    const char *about;     /* paragraphs for --help, with an empty line between */
    const char *examples;  /* lines "  fathom ...", two or more */
    uint32_t options;      /* OPTION_BIT(OPTION_FORMAT) | ...; --help is always there */
    const char *formats;   /* what --format takes, first = default: "text json" */
    size_t least;          /* arguments it needs */
    bool negatives;        /* "-2147023446" is an argument, not an option */
    int (*run)(struct options *o);
};

extern const struct command *const commands[]; /* NULL-terminated, in the order of commands.def */

void command_help(const struct command *command, struct out *out);
/* "fathom analyze: MESSAGE" on stderr. */
void command_say(const struct options *o, const char *format, ...)
        __attribute__((format(printf, 2, 3)));

struct case_file;
/* Paths that could not be opened, on stderr. False when nothing at all could be read. */
bool command_tell_unread(const struct options *o, const struct case_file *file);

/*
 * Where a command writes: -o FILE or stdout. The file is opened at once, so that a bad name is told
 * before the work, and cut when the writing begins.
 */
struct output {
    struct out out;
    const struct options *options;
    int fd;
    bool terminal;
};

bool output_open(const struct options *o, struct output *ret); /* false: told on stderr */
/* Writes what is left and closes. Returns status, or STATUS_USAGE after telling why it could not be
 * written. A reader who has gone away is no error. */
int output_close(struct output *output, int status);

/* Columns to write in, and whether in colour: as asked for, else as the terminal allows. */
unsigned command_width(const struct options *o, const struct output *output);
bool command_color(const struct options *o, const struct output *output);
