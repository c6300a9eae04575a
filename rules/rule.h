/* SPDX-License-Identifier: Apache-2.0 */
/* rule: one rule as loaded, and the set of them. Internal to rules/. */
#pragma once

#include "expr.h"
#include "ruleset.h"
#include "select.h"
#include "template.h"

struct selection {
    str name;
    const struct kind *kind;
    struct match match;
    bool numbered; /* of lines that its match was tried on as they were read: the last test is their number */
    struct template *say; /* NULL: the line itself is quoted */
    size_t show;          /* evidence lines at most; SIZE_MAX = not said */
    bool any_host;
};

/* Narrows one selection to one value of a field. */
struct each {
    size_t selection;
    struct field_ref ref;
};

/* One row of "severity" or "confidence". */
struct grade {
    int grade;
    const struct expr *when; /* NULL: always */
};

struct step {
    const struct template *action, *command, *verify; /* command may be NULL */
    str risk;
    const struct expr *when; /* NULL: always */
};

struct ask {
    const struct expr *when; /* NULL: always */
    const struct template *text;
};

struct strs {
    str *p;
    size_t n;
};

/* One column of "table". */
struct column {
    str head;
    const struct template *cell; /* own fields of the row's fact */
    bool number;                 /* one number: stands at the right */
};

/* The facts of one selection, row by row. */
struct table_plan {
    size_t selection, most;
    struct column *columns;
    size_t ncolumns;
    const struct template **foot; /* one per column, or NULL */
};

struct rule {
    str id, file, json;
    str title_text, cause, status;
    const struct pack *pack;
    const struct pack *replaces; /* whose rule of this id it takes the place of; NULL = none */
    const struct pack *removed;  /* that disabled it; NULL = in force */
    enum rule_role role;
    bool disabled; /* a file that only says so */
    bool broken;   /* errors were reported: never evaluated */
    struct selection *selections;
    size_t nselections;
    struct each *each;
    size_t neach;
    struct scope_let *lets;
    size_t nlets;
    const struct expr *when; /* NULL: every selection must have found something */
    const struct template *title, *subject, *summary, *question;
    const struct table_plan *table; /* NULL: none */
    const struct expr *share;
    struct grade *severity, *confidence;
    size_t nseverity, nconfidence;
    struct strs explains, supersedes, clears; /* patterns: a trailing * is a prefix */
    struct step *steps;
    size_t nsteps;
    struct ask *asks;
    size_t nasks;
    struct strs references, fires, silent;
    uint32_t nslots; /* of an evaluation; slots count from 1 */
    bool uses_host;  /* reads host.* or limit.* */
    uint32_t cycle; /* rules whose causes explain each other in a circle share a number; 0 = none */
    const struct rule *told; /* the last one that was told to be superseded by this one, too */
};

struct wants;

/* A selection of log.line, and its match without the test of its own number. */
struct line_selection {
    const struct rule *rule;
    const struct selection *selection;
    struct match match;
    uint64_t tested, patterns; /* lines tried since the set was frozen, for rule_trial */
};

struct pack {
    str name;
    enum pack_sort sort;
    size_t number; /* later ones lie over earlier ones */
};

struct ruleset {
    struct arena arena;
    struct arena nodes; /* of the file of the rule that is being loaded */
    struct problems problems;
    struct regex_list regexes;
    const struct kind *const *kinds;
    const struct kind *host, *limit, *line;
    const struct pack *pack; /* to which what is added belongs */
    struct rule **rules;     /* once frozen those in force by id, then the removed ones by id */
    size_t nrules, nremoved, size;
    uint32_t *slots; /* by hash of the id: index plus one; open addressing, power of two */
    size_t nslots;
    struct cause_info *causes; /* sorted by id once frozen */
    size_t ncauses, causes_size;
    struct wants *wants; /* by the order of kinds */
    struct line_selection *lines;
    size_t nlines;
    char sha256[65];
    bool frozen;
    const struct base
            *base; /* of which rules are loaded when they are asked for; NULL: all are there */
};

struct rule *base_load(const struct base *b, size_t index);
/* One of a frozen set. */
static inline struct rule *rule_at(const struct ruleset *rs, size_t index)
{
    return rs->rules[index] != NULL ? rs->rules[index] : base_load(rs->base, index);
}

/* The number of the kind among those of the set; their count if it is none of them. */
static inline size_t kind_index(const struct ruleset *rs, const struct kind *kind)
{
    size_t i = 0;

    while (rs->kinds[i] != NULL && rs->kinds[i] != kind)
        i++;
    return i;
}

/* NULL when there is none. Before ruleset_freeze, or after. */
struct rule *ruleset_find(const struct ruleset *rs, str id);
/*
 * What a file that extends another rule says in full: the base with the keys of the file laid over
 * it (RFC 7386), as JSON text. Absent after reporting.
 */
str extend_rule(struct ruleset *rs, const struct place *file, const struct json *root);

/* area/.../name in lower case; *ret_at is the first byte that is not. */
bool is_cause_id(str id, size_t *ret_at);
/* Sorts, the last row of an id stays. */
void causes_settle(struct ruleset *rs);
/* Whether any cause of the vocabulary is meant by a pattern of explains, supersedes or clears. */
bool causes_match(const struct ruleset *rs, str pattern);

/* One file to one rule; NULL when it cannot be used at all. Reports into rs. */
struct rule *rule_load(struct ruleset *rs, str id, str file, str json);
/* Numbers the selections of log.line; once, when the set is frozen. */
void number_lines(struct ruleset *rs);
/* Those of one rule, of which the first has this number. */
void number_rule(struct ruleset *rs, struct rule *rule, size_t line);
/* Whether a pattern of explains, supersedes or clears means this name. */
bool pattern_matches(str pattern, str name);

/* The keys of a rule and of the objects in it: for the loader, the schema and the docs. */
struct loader;
struct key {
    const char *name;
    bool required;
    /* t text, T template, x expression, b bool, n number, L list of texts, o object, l list of
     * objects, e one of `values`, g graded list (pairs of `values` and expression), G grade or such
     * a list */
    char form;
    const char *values; /* blank separated */
    const char *doc;
    void (*load)(struct loader *l, const struct json *node);
    const struct key *keys; /* of the objects in it */
};
extern const struct key rule_keys[]; /* in the order of loading; ends with a NULL name */
