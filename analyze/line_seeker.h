/* SPDX-License-Identifier: Apache-2.0 */
/* line_seeker: one scanner for all lines that some rule or parser looks for. */
#pragma once

#include "ruleset.h"
#include "seek.h"

/* In arena a; NULL when some rule must see every line. */
struct seeker *line_seeker(struct arena *a, const struct ruleset *rules);
/* The scanner as bytes, for ruleset_write; absent when some rule must see every line. */
str line_scanner(struct arena *a, const struct ruleset *rules);
