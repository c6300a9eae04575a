/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ruleset: rules loaded, checked and frozen. Load collects all errors, each with file, JSON pointer
 * and column; after ruleset_freeze nothing changes any more and evaluation keeps its state
 * elsewhere.
 */
#pragma once

#include "fact.h"
#include "json.h"

struct ruleset;

enum rule_role { ROLE_SYMPTOM, ROLE_MECHANISM, ROLE_ROOT_CAUSE, ROLE_EXONERATION };
enum severity { SEVERITY_INFO, SEVERITY_LOW, SEVERITY_MEDIUM, SEVERITY_HIGH, SEVERITY_CRITICAL };
enum confidence { CONFIDENCE_POSSIBLE, CONFIDENCE_LIKELY, CONFIDENCE_CERTAIN };

const char *role_name(enum rule_role role);        /* "root-cause" */
const char *severity_name(enum severity severity); /* "critical" */
const char *confidence_name(enum confidence c);    /* "likely" */
bool severity_parse(str s, enum severity *ret);

struct remedy {
    str action;  /* "do": imperative sentence */
    str command; /* may be absent */
    str verify;
    str risk; /* none, restart, downtime, data */
};

/* Errors and warnings of a load: "rules/db/x.json#/when column 12: ...". */
struct rule_problem {
    bool warning;
    str file, pointer;
    uint32_t column; /* in the expression, from 1; 0 = the whole value */
    str text;
    const char *code; /* stable: "rule.unknown-field" */
};

/* The vocabulary rules may speak of: NULL-terminated. */
struct ruleset *ruleset_create(const struct kind *const *kinds);
void ruleset_destroy(struct ruleset *rs);

/* Adds one rule file. id is its path below the pack without ".json": "windows/pool/tpla". A rule of
 * the same id that is already there is replaced; "disabled": true removes it. */
void ruleset_add(struct ruleset *rs, str id, str file, str json);
/* Adds every *.json below dir, sorted. False when the directory cannot be read (*ret_error says
 * why). */
bool ruleset_add_dir(struct ruleset *rs, const char *dir, str *ret_error);
/* Adds the base that is compiled into the binary. */
void ruleset_add_builtin(struct ruleset *rs);
/* Checks across rules (explains, supersedes, cases), compiles, sorts by id. False when there are
 * errors. */
bool ruleset_freeze(struct ruleset *rs);

const struct rule_problem *ruleset_problems(const struct ruleset *rs, size_t *ret_n);
size_t ruleset_count(const struct ruleset *rs);
str ruleset_sha256(const struct ruleset *rs); /* of all rule files in order of id, hex */

/* One rule, for listings; index below ruleset_count, in order of id. */
struct rule_info {
    str id, title, cause, status, file;
    enum rule_role role;
    str json;                  /* its file as loaded */
    const str *fires, *silent; /* cases */
    size_t nfires, nsilent;
};
struct rule_info ruleset_rule(const struct ruleset *rs, size_t index);

/* sink.wants for these rules: could any selection match a fact of this kind with this text field?
 */
bool ruleset_wants(const struct ruleset *rs, const struct kind *kind, size_t field, str value);

/*
 * Selections that look for lines of text (log.line), numbered from 0: whether one of them matches a
 * line; *hit_limit is set when its pattern gave up.
 */
size_t ruleset_lines(const struct ruleset *rs);
bool ruleset_line_holds(
        const struct ruleset *rs, size_t line, const struct fact *fact, bool *hit_limit);
str ruleset_line_rule(const struct ruleset *rs, size_t line); /* the rule it belongs to */
