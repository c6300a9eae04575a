/* SPDX-License-Identifier: Apache-2.0 */
/* container_tell: the state of a container, as events, tables and descriptions tell it. */
#pragma once

#include "parser.h"

struct container {
    const char *runtime;
    str name, id, status, platform;
    struct value exit_code, limit;
};

/* An OOM kill is told from the status alone: exit code 137 says that it was killed, not by whom. */
void container_say(struct parse *in, struct span where, str quote, struct when when,
        const struct container *c);
/* A whole number, or none. */
struct value container_code(str text);
