/* SPDX-License-Identifier: Apache-2.0 */
/* fathom: the commands and nothing else. */
#include <stdio.h>
#include <string.h>

#include "command.h"

static const struct command *const commands[] = { &command_facts };

int main(int argc, char **argv)
{
    for (size_t i = 0; argc > 1 && i < sizeof(commands) / sizeof(commands[0]); i++) {
        if (strcmp(argv[1], commands[i]->name) == 0)
            return commands[i]->run(argc - 1, argv + 1);
    }
    fputs("usage: fathom COMMAND ...\n", stderr);
    return STATUS_USAGE;
}
