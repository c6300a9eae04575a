/* SPDX-License-Identifier: Apache-2.0 */
/* wants: what concerns more than one rule: which facts any of them can match, and which causes
 * speak of which. Internal to rules/. */
#pragma once

#include "rule.h"

struct wants *wants_create(struct ruleset *rs);
/* Reports explains, supersedes and clears that name nothing or run in circles, and numbers the
 * circles. */
void check_relations(struct ruleset *rs);
