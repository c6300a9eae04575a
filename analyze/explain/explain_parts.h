/* SPDX-License-Identifier: Apache-2.0 */
/* explain_parts: what the files of explain share. */
#pragma once

#include "code.h"
#include "explain.h"
#include "fact.h"

struct explain {
    struct arena *a;
    const struct rule_source *source;
    struct explained *ret;
};

/* A number as it was written. */
struct number {
    uint64_t value;
    bool hex;
};

/* ---- building readings */
/* NULL when there is such a reading already. */
struct reading *reading_add(struct explain *e, int rank, const char *sort, str id);
void reading_detail(struct explain *e, struct reading *r, const char *label, str text);
/* Takes the columns of a row that readings have: meaning, isnot, cause, advice, see, source ... */
void reading_row(struct explain *e, struct reading *r, const struct table *table, size_t row);
/* Rules that hold the key; one that speaks of it already is not added again. */
void reading_rules(struct explain *e, struct reading *r, str key);
/* Rules with a key that begins with prefix and whose rest the text begins with, ends with or holds. */
void reading_rules_part(struct explain *e, struct reading *r, str field, str text);
/* Words separated by commas. */
void reading_see(struct explain *e, struct reading *r, str words);

/* ---- numbers and names; *rank says how likely the whole family is here */
bool number_take(str word, struct number *ret);
void explain_code(struct explain *e, int rank, struct code code);
void explain_number(struct explain *e, struct number number);
bool explain_code_name(struct explain *e, str word);
void explain_status(struct explain *e, uint32_t number); /* with its facility */
bool explain_facility_name(struct explain *e, str word);
bool explain_facility(struct explain *e, str family, uint32_t number);

bool bugcheck_known(uint32_t code); /* its parameters are known */
/* Whether a first parameter like this is known of it. */
bool bugcheck_takes(uint32_t code, uint64_t first);
void explain_bugcheck(
        struct explain *e, int rank, uint32_t code, const uint64_t *parameters, size_t n);

void explain_tag(struct explain *e, str tag, bool given);
/* A tag that differs only in its case. */
bool explain_tag_nocase(struct explain *e, str tag);
void explain_tag_number(struct explain *e, struct number number);

/* provider may be absent: every provider with this id. False when the table holds none. */
bool explain_event(struct explain *e, int rank, str provider, uint32_t id);
/* The same by the id as it is written: httperr.log has words. */
bool explain_event_named(struct explain *e, int rank, str provider, str id);
bool provider_known(str name);

void explain_exit(struct explain *e, int rank, uint32_t code);
bool explain_exit_of(struct explain *e, int rank, str scope, uint32_t code);
bool explain_vzctl(struct explain *e, int rank, uint32_t code);
bool explain_signal(struct explain *e, str word);
/* "robocopy", "vzctl", "systemd" and what they ended with. */
bool explain_program_exit(struct explain *e, str program, uint32_t code);

/* version 0 = not known; from a mask alone only where some kernel has a name for it. */
void explain_gfp(struct explain *e, int rank, uint64_t mask, str names, str release);
bool gfp_mask_named(uint64_t mask);
bool explain_gfp_names(struct explain *e, str word, str release);
bool explain_beancounter(struct explain *e, int rank, str resource);

bool explain_class(struct explain *e, int rank, str class, str object);
/* A setting, counter, state or expression. */
bool explain_term(struct explain *e, int rank, str term);
bool explain_acronis(struct explain *e, int rank, uint32_t module, uint32_t code);
bool acronis_module_known(uint32_t module);
bool explain_vss_state(struct explain *e, uint32_t state);
bool explain_vss_writer(struct explain *e, str name);
void explain_exception(struct explain *e, str exception, str message);

/* ---- the rule base */
/* A text of a rule without a case: "{t.tag} grows" as "TAG grows". */
str explain_template(struct arena *a, str text);
bool explain_cause(struct explain *e, str id);
bool explain_rule(struct explain *e, str id);

/* ---- phrases, lines, words */
/* How many of the words a phrase at their beginning takes; 0 = no phrase. */
size_t explain_phrase(struct explain *e, const str *words, size_t n);
/* What the parsers make of a line; false when they make nothing of it. */
bool explain_line(struct explain *e, str line);
void explain_word(struct explain *e, str word);
/* What of a line that no parser takes goes by a name of its own. */
void explain_tokens(struct explain *e, str line);
/* Rows of tables and rules that hold the words. */
void explain_search(struct explain *e, str words);
void explain_near(struct explain *e, str word);
