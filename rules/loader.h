/* SPDX-License-Identifier: Apache-2.0 */
/* loader: what the files that load a rule share. Internal to rules/. */
#pragma once

#include "rule.h"

struct loader {
    struct ruleset *rs;
    struct arena *a;
    struct rule *rule;
    struct place file;  /* of the whole file */
    struct scope scope; /* grows while the keys are read */
    struct scope_selection *names;
};

void load_evidence(struct loader *l, const struct json *node);
/* After "let": what is said may use any name. */
void load_says(struct loader *l, const struct json *evidence);
void load_each(struct loader *l, const struct json *node);
/* The position of a selection; false after reporting. */
bool find_selection(struct loader *l, const struct json *node, str name, size_t *ret);
void load_table(struct loader *l, const struct json *node);
extern const struct key table_keys[];

/* Reports a name that is no name, or is taken. */
bool check_name(struct loader *l, const struct json *node);
/* Checks keys and forms of an object against a table; false when something was reported. */
bool check_keys(struct loader *l, const struct json *object, const struct key *keys);

const struct expr *load_expr(struct loader *l, const struct json *node, enum result_type want);
const struct template *load_template(struct loader *l, const struct json *node);
/* Position of a text among blank separated ones; -1 after reporting. */
int load_value(struct loader *l, const struct json *node, const char *values);
struct strs load_texts(struct loader *l, const struct json *node);
/* [[grade, expression], ...] */
struct grade *load_grades(
        struct loader *l, const struct json *node, const char *values, size_t *ret_n);
/* What a key of that form should hold instead; NULL when the node is of that form. */
const char *wrong_form(const struct json *node, char form);
