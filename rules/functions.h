/* SPDX-License-Identifier: Apache-2.0 */
/* functions: those of functions_value.c, for the table in functions.c. */
#pragma once

#include "expr.h"

struct result call_max2(struct eval *e, const struct expr *call);
struct result call_min2(struct eval *e, const struct expr *call);
struct result call_share(struct eval *e, const struct expr *call);
struct result call_if(struct eval *e, const struct expr *call);
struct result call_abs(struct eval *e, const struct expr *call);
struct result call_round(struct eval *e, const struct expr *call);
struct result call_floor(struct eval *e, const struct expr *call);
struct result call_ceil(struct eval *e, const struct expr *call);
struct result call_sqrt(struct eval *e, const struct expr *call);
struct result call_contains(struct eval *e, const struct expr *call);
struct result call_starts(struct eval *e, const struct expr *call);
struct result call_ends(struct eval *e, const struct expr *call);
struct result call_matches(struct eval *e, const struct expr *call);
struct result call_part(struct eval *e, const struct expr *call);
struct result call_lower(struct eval *e, const struct expr *call);
struct result call_number(struct eval *e, const struct expr *call);
struct result call_plural(struct eval *e, const struct expr *call);
struct result call_word(struct eval *e, const struct expr *call);
