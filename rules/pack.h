/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pack: the rule files that are compiled into the binary. The build checks them and writes them as
 * one C file (analyze/pack_rules.c): for each rule its id, its length in decimal and its text, the
 * first two ended by LF, all of it compressed by zstd. The causes stand first, under PACK_CAUSES.
 */
#pragma once

#include "arena.h"

#define PACK_CAUSES "causes.tsv"

struct rule_pack {
    const unsigned char *data;
    size_t size, unpacked;
};

extern const struct rule_pack builtin_rules; /* generated */

/* The file of one rule, in the arena; false when there is none of this id. */
bool pack_rule(struct arena *a, str id, str *ret_json);
