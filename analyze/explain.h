/* SPDX-License-Identifier: Apache-2.0 */
/*
 * explain: every reading of one word that a log or a colleague may throw at you: an error code in
 * any spelling, a pool tag, an event, a word of the rule base. Most likely reading first.
 */
#pragma once

#include "ruleset.h"

struct reading {
    int rank;         /* larger = more likely */
    const char *sort; /* "code", "tag", "event", "rule" */
    str id;           /* "win32:1450", "TPLA", "Srv/2019" */
    str name;         /* "ERROR_NO_SYSTEM_RESOURCES"; owner of a tag */
    str meaning, cause, advice, source;
    str spellings; /* how else a code is written */
    const str *rules;
    size_t nrules;
};

struct explained {
    struct reading *readings;
    size_t n, size;
};

/* Texts live in the arena. */
void explain_word(struct arena *a, const struct ruleset *rules, str word, struct explained *ret);

/* Rules that speak of it, as ids. */
const str *explain_rules_code(
        struct arena *a, const struct ruleset *rules, str code, size_t *ret_n);
const str *explain_rules_tag(struct arena *a, const struct ruleset *rules, str tag, size_t *ret_n);
const str *explain_rules_event(
        struct arena *a, const struct ruleset *rules, str provider, int64_t id, size_t *ret_n);
const str *explain_rules_words(
        struct arena *a, const struct ruleset *rules, str words, size_t *ret_n);
