/* SPDX-License-Identifier: Apache-2.0 */
/* wants: what concerns more than one rule: which facts any of them can match, and which causes
 * speak of which. Internal to rules/. */
#pragma once

#include "rule.h"

struct wants *wants_create(struct ruleset *rs);
struct base;
struct base_kind;
struct base_writer;
/* Into a base, and out of it; one row for each kind. */
void wants_write(struct base_writer *w, struct base_kind *rows);
struct wants *wants_open(struct ruleset *rs, const struct base *b);
/* Reports explains, supersedes and clears that name nothing or run in circles, and numbers the
 * circles. */
void check_relations(struct ruleset *rs);
