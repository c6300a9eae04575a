/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rule_index: which rules speak of a word, without loading them: every literal of every selection
 * as FIELD=VALUE ("code=win32:1450", "tag=TPLA", "class=conntrack-full"), the beginnings and parts
 * that selections ask for as FIELD^VALUE and FIELD~VALUE, events as "event=PROVIDER/ID" in lower
 * case, words that stand quoted in expressions as 'VALUE, and "cause=CAUSE". What a rule excludes
 * by "not" is left out. The build makes one of the built-in rules.
 */
#pragma once

#include "ruleset.h"

struct rule_index {
    const char *texts;     /* of keys, ids, titles and causes; each ended by NUL */
    const uint32_t *keys;  /* nkeys, sorted by bytes: into texts */
    const uint32_t *first; /* nkeys + 1: into refs */
    const uint32_t *refs;  /* numbers of rules */
    size_t nkeys;
    const uint32_t *rules; /* three for each rule, in order of id: id, title, cause: into texts */
    size_t nrules;
    const uint32_t
            *causes; /* three for each cause, in order of id: id, meaning, role: into texts */
    size_t ncauses;
};

extern const struct rule_index builtin_index; /* generated */

/* Of a frozen set. Everything lies in the arena. */
const struct rule_index *rule_index_build(struct arena *a, const struct ruleset *rules);
/* Bytes of texts. */
size_t rule_index_text_size(const struct rule_index *index);

/* The number of the key, nkeys if there is none. */
size_t rule_index_find(const struct rule_index *index, str key);
/* Keys from *ret_from up to *ret_to begin with prefix. */
void rule_index_range(const struct rule_index *index, str prefix, size_t *ret_from, size_t *ret_to);
str rule_index_key(const struct rule_index *index, size_t key);

str rule_index_id(const struct rule_index *index, size_t rule);
str rule_index_title(const struct rule_index *index, size_t rule);
str rule_index_cause(const struct rule_index *index, size_t rule);
/* The rule of this id, nrules if there is none. */
size_t rule_index_rule(const struct rule_index *index, str id);

struct index_cause {
    str id, meaning, role;
};
struct index_cause rule_index_cause_row(const struct rule_index *index, size_t cause);
/* The row of this cause, ncauses if the vocabulary has none. */
size_t rule_index_cause_find(const struct rule_index *index, str id);
