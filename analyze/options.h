/* SPDX-License-Identifier: Apache-2.0 */
/*
 * options: one table of options for all commands, so that -o and --format mean the same everywhere.
 * A command names those that it takes.
 */
#pragma once

#include "out.h"
#include "ruleset.h"
#include "times.h"

#define OPTION_BIT(ID) (1u << (ID))

enum option_id {
    OPTION_FORMAT,
    OPTION_OUTPUT,
    OPTION_RULES,
    OPTION_NO_SITE_RULES, /* taken by whoever takes OPTION_RULES */
    OPTION_MIN_SEVERITY,
    OPTION_FAIL_ON,
    OPTION_COLOR,
    OPTION_WIDTH,
    OPTION_QUIET,
    OPTION_STATS,
    OPTION_SINCE,
    OPTION_UNTIL, /* taken by whoever takes OPTION_SINCE */
    OPTION_TZ,    /* the same */
    OPTION_JOBS,
    OPTION_DIAGNOSTICS,
    OPTION_DERIVED,
    OPTION_STRICT,
    OPTION_CASES,
    OPTION_PARTIAL,
    OPTION_LINE,
    OPTION_TAG,
    OPTION_CODE,
    OPTION_EVENT,
    OPTION_ID,
    OPTION_FOLDER, /* --output of what writes many files */
    OPTION_HELP,
    OPTIONS,
};

enum color_choice { COLOR_AUTO, COLOR_ALWAYS, COLOR_NEVER };

struct command;

struct options {
    const struct command *command;
    const char *format, *output;
    const char **rules; /* directories, in order */
    size_t nrules;
    const char *cases;
    const char *since, *until, *tz; /* NULL = not given */
    bool timed;                     /* one of them was: times holds what they say */
    struct time_options times;
    const char *line, *tag, *code, *event, *id; /* NULL = not given */
    enum severity min_severity, fail_on;
    bool fails; /* --fail-on was given */
    enum color_choice color;
    unsigned width; /* 0 = not given */
    unsigned jobs;  /* the same */
    bool quiet, stats, diagnostics, derived, strict, partial, no_site_rules, help;
    const char *const *args;
    size_t nargs;
    char **argv; /* own copy: getopt changes its order */
    struct arena arena;
};

/* argv[0] is the command's last word. False: told on stderr. *ret is to be finished in any case. */
bool options_parse(const struct command *command, int argc, char **argv, struct options *ret);
void options_finish(struct options *o);
/* The table as --help shows it, for the options in the mask. */
void options_help(const struct command *command, struct out *out);
