/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pack: the rules that are compiled into the binary, as the bytes of ruleset_write. The build checks
 * them and writes them as one C file (analyze/pack_rules.c).
 */
#pragma once

#include "ruleset.h"

struct builtin_base {
    const uint64_t *words;
    size_t size; /* bytes */
};

extern const struct builtin_base builtin_base; /* generated */

/* That set alone, as by ruleset_open. */
struct ruleset *ruleset_open_builtin(const struct kind *const *kinds);
/* The file of one rule; false when there is none of this id. */
bool pack_rule(str id, str *ret_json);
