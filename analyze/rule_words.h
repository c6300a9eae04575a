/* SPDX-License-Identifier: Apache-2.0 */
/* rule_words: parts of a rule file as people would say them. */
#pragma once

#include "json.h"

/* "medium", or "medium to critical" where the rule grades it. */
str rule_severity_text(struct arena *a, const struct json *rule);
/* A value: lists with commas, operators with their words. */
str rule_value_text(struct arena *a, const struct json *node);
/* "event with provider srv, id 2019" */
str rule_selection_text(struct arena *a, const struct json *selection);
