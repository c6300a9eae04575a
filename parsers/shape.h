/* SPDX-License-Identifier: Apache-2.0 */
/*
 * shape: small steps that the formats of /proc and of command output share: how many lines have the
 * shape of a format, prompts around it, sizes with the kernel's units.
 */
#pragma once

#include "parser.h"

struct shape {
    size_t fits, lines; /* lines looked at: neither blank, nor comments, nor prompts */
};

/* Looks at up to max lines of the head. The last line of a full window may be torn: not counted. */
struct shape shape_of(const struct sniff *in, size_t max, bool (*fits)(str line));
/* A bid for a text of which at least half the lines have the shape, two of them at least; 0 if not. */
int shape_bid(const struct sniff *in, bool (*fits)(str line), int bid);

/* "# cat /proc/meminfo", "[root@a ~]# free -m", "$ free", "C:\>": a command, not its output. */
bool is_prompt(str line);
/* "129248 kB", "12", "3 MB": bytes; a bare number counts `unit` each. */
bool kernel_size(str s, uint64_t unit, uint64_t *ret);
/* "key: value" or "key value": the key without colon, the rest trimmed. */
bool key_value(str line, str *ret_key, str *ret_value);
/* Takes a number from the front of *s, blanks before it skipped. */
bool next_number(str *s, uint64_t *ret);

/* The pages that /proc counts in. Which size they have the files do not say; it is this one on all
 * but a few machines. */
enum { PROC_PAGE = 4096 };
