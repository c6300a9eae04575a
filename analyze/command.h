/* SPDX-License-Identifier: Apache-2.0 */
/*
 * command: one file per command. A command gets its own arguments (argv[0] = its name) and returns
 * the exit status: 0 done, 1 --fail-on was reached, 2 usage or nothing could be read.
 */
#pragma once

enum { STATUS_DONE = 0, STATUS_FOUND = 1, STATUS_USAGE = 2 };

struct command {
    const char *name, *arguments, *summary;
    int (*run)(int argc, char **argv);
};

extern const struct command command_facts;
