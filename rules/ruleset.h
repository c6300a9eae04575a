/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ruleset: rules loaded, checked and frozen. Load collects all errors, each with file, JSON pointer
 * and column; after ruleset_freeze nothing changes any more and evaluation keeps its state
 * elsewhere.
 */
#pragma once

#include "fact.h"
#include "json.h"
#include "scanner.h"

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

/*
 * A pack is a folder of rules, with the causes that they tell of in its causes.tsv. Packs are laid
 * over each other: what is added after this call belongs to the new one. Rules of the base must keep
 * to the vocabulary of causes; a site's are only warned.
 */
enum pack_sort { PACK_BASE, PACK_SITE };
void ruleset_begin_pack(struct ruleset *rs, str name, enum pack_sort sort);
/*
 * Adds one rule file. id is its path below the pack without ".json": "windows/pool/tpla". A rule of
 * the same id that is already there is replaced; "disabled": true removes it; "extends" takes the
 * rest from a rule of an earlier pack.
 */
void ruleset_add(struct ruleset *rs, str id, str file, str json);
/* Adds the rows of a causes.tsv. */
void ruleset_add_causes(struct ruleset *rs, str file, str text);
/* Begins a pack and adds every *.json below dir, sorted, and causes.tsv. False when a directory
 * cannot be read (*ret_error says why). */
bool ruleset_add_dir(struct ruleset *rs, const char *dir, enum pack_sort sort, str *ret_error);
/* Begins a pack and adds the base that is compiled into the binary. */
void ruleset_add_builtin(struct ruleset *rs);
/*
 * A frozen set without errors as bytes, in arena a, at an address that is a multiple of eight; with
 * them whatever the caller made of its lines.
 */
str ruleset_write(const struct ruleset *rs, str scanner, struct arena *a);
/*
 * The same set, frozen, from these bytes, which stay where they are; NULL when they are no such thing
 * or of another vocabulary. It reads its rules when they are asked for, and tells no problems and no
 * causes.
 */
struct ruleset *ruleset_open(const struct kind *const *kinds, str bytes);
/* What ruleset_write was given beside the set; absent for a set that was not opened. */
str ruleset_scanner(const struct ruleset *rs);
/* Checks across rules (explains, supersedes, cases), compiles, sorts by id. False when there are
 * errors. */
bool ruleset_freeze(struct ruleset *rs);

/* What advice may name on some systems only, and commands that exist on one: rows of tables. */
struct lint_lever {
    str lever, os, products, note;
};
struct lint_tool {
    str tool, os;
};
struct lint_tables {
    const struct lint_lever *levers;
    size_t nlevers;
    const struct lint_tool *tools;
    size_t ntools;
};
/* Adds warnings of what makes rules poor though nothing in them is wrong. After ruleset_freeze. */
void ruleset_lint(struct ruleset *rs, const struct lint_tables *tables);
/* Stands where somebody has yet to write something, as drafts do: "FILL IN: what this is". */
#define RULE_BLANK "FILL IN"

const struct rule_problem *ruleset_problems(const struct ruleset *rs, size_t *ret_n);
size_t ruleset_count(const struct ruleset *rs);
size_t ruleset_site_count(const struct ruleset *rs); /* of these, those of sites */
/* Rules that a site has disabled; they follow the others in ruleset_rule. */
size_t ruleset_removed(const struct ruleset *rs);
str ruleset_sha256(const struct ruleset *rs); /* of all rule files in order of id, hex */

/* One row of the vocabulary of causes. */
struct cause_info {
    str id, meaning;
    str subject; /* what its findings are about: "the tag"; may be absent */
    str behind;  /* what stands behind it where no rule can tell; may be absent */
    enum rule_role role;
    bool site;
    str file;
    size_t line, order;
};
/* All, sorted by id; none before ruleset_freeze. */
const struct cause_info *ruleset_causes(const struct ruleset *rs, size_t *ret_n);
const struct cause_info *ruleset_cause(const struct ruleset *rs, str id); /* NULL = not listed */

/* One rule, for listings; index below ruleset_count, in order of id. */
struct rule_info {
    str id, title, cause, status, file;
    str pack;     /* "built-in", or the folder as it was given */
    str replaces; /* the pack whose rule of this id it replaces; absent = none */
    str removed;  /* the pack that disabled it; absent = it is in force */
    bool site;
    enum rule_role role;
    str json;                  /* its file as loaded, with what it extends */
    const str *fires, *silent; /* cases */
    size_t nfires, nsilent;
};
struct rule_info ruleset_rule(const struct ruleset *rs, size_t index);
/* The kind of one of its selections; NULL behind the last. */
const struct kind *ruleset_rule_kind(const struct ruleset *rs, size_t index, size_t selection);

/* What its facts are looked up by: "ev.provider srv", "line.text \"could not fork\"". */
const str *ruleset_lookups(const struct ruleset *rs, struct arena *a, size_t index, size_t *ret_n);

/* sink.wants for these rules: could any selection match a fact of this kind with this text field?
 */
bool ruleset_wants(const struct ruleset *rs, const struct kind *kind, size_t field, str value);
/* Whether any rule may take a fact of which only the fields with a bit in `known` are known yet. */
bool ruleset_may_take(const struct ruleset *rs, const struct fact *fact, uint64_t known);

/*
 * Selections that look for lines of text (log.line), numbered from 0: whether one of them matches a
 * line; *hit_limit is set when its pattern gave up.
 */
size_t ruleset_lines(const struct ruleset *rs);
/*
 * The literals that every line it matches holds, in arena a. False when there are none of four bytes:
 * then it must be tried on every line.
 */
bool ruleset_line_pattern(
        const struct ruleset *rs, size_t line, struct arena *a, struct scan_pattern *ret);
/*
 * Of n selections those that are worth trying, in their order, to ret, which has room for n; their number. The
 * others lack a literal that they need.
 */
size_t ruleset_line_may_hold(const struct ruleset *rs, const uint32_t *lines, size_t n,
        const struct fact *fact, uint32_t *ret);
bool ruleset_line_holds(
        const struct ruleset *rs, size_t line, const struct fact *fact, bool *hit_limit);
str ruleset_line_rule(const struct ruleset *rs, size_t line); /* the rule it belongs to */
