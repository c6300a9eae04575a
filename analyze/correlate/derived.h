/* SPDX-License-Identifier: Apache-2.0 */
/* derived: the kinds of facts that correlators derive, made from derived.def as parsers/kinds.h makes its own. */
#pragma once

#include "fact.h"

/* Lists made by macros. clang-format would take them for code. */
/* clang-format off */
#define KIND(ID, NAME, DOC) enum {
#define FIELD(ID, F, NAME, TYPE, UNIT, DOC) ID##_##F,
#define END(ID, FOLD_BY) ID##_NFIELDS };
#include "derived.def"
#undef KIND
#undef FIELD
#undef END

#define KIND(ID, NAME, DOC) extern const struct kind kind_##ID;
#define FIELD(ID, F, NAME, TYPE, UNIT, DOC)
#define END(ID, FOLD_BY)
#include "derived.def"
#undef KIND
#undef FIELD
#undef END

extern const struct kind *const derived_kinds[]; /* NULL-terminated, in the order of derived.def */
