/* SPDX-License-Identifier: Apache-2.0 */
/* vmx_dict: VMware's dictionaries (key = "value"), as .vmx files and the DICT lines of vmware.log
 * hold them, and the configuration of a virtual machine that they amount to. */
#pragma once

#include "limits.h"
#include "parser.h"

enum { VMX_TEXT = 128 };

/* What one machine's dictionary said so far. */
struct vmx_machine {
    bool any; /* a key of this list was seen */
    struct value memory, reservation, limit, max_balloon, pinned, cpus;
    bool reserved_by_min; /* sched.mem.min was there: minSize only mirrors it */
    uint16_t nname, nguest;
    char name[VMX_TEXT], guest[VMX_TEXT];
    unsigned rank; /* of the line that is quoted */
    struct span where;
    uint16_t nquote;
    char quote[LIMIT_QUOTE];
};

/* Splits `key = "value"`; the value may lack its quotes. False when the line is no such thing. */
bool vmx_split(str line, str *ret_key, str *ret_value);
/* Whether the key is one that nothing but VMware has. */
bool vmx_key_is_known(str key);
void vmx_signs(struct signs *to); /* what these keys begin with */
/* Takes a pair; true when the machine's configuration has a place for it. */
bool vmx_take(
        struct parse *in, struct vmx_machine *vm, const struct line *line, str key, str value);
/* Says the machine, if there was anything to say, and forgets it. */
void vmx_emit(struct parse *in, struct vmx_machine *vm, struct when when);
