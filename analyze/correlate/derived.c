/* SPDX-License-Identifier: Apache-2.0 */
/* Lists made by macros. clang-format would take them for code. */
/* clang-format off */
#include "derived.h"

#define KIND(ID, NAME, DOC) static const struct field fields_##ID[] = {
#define FIELD(ID, F, NAME, TYPE, UNIT, DOC) [ID##_##F] = { NAME, VALUE_##TYPE, UNIT_##UNIT, DOC },
#define END(ID, FOLD_BY) };
#include "derived.def"
#undef KIND
#undef FIELD
#undef END

/* Fold fields are stored plus one; 0 ends the list. */
#define BY0 { 0 }
#define BY1(A) { A + 1 }
#define BY2(A, B) { A + 1, B + 1 }
#define BY3(A, B, C) { A + 1, B + 1, C + 1 }
#define BY4(A, B, C, D) { A + 1, B + 1, C + 1, D + 1 }

#define KIND(ID, NAME, DOC) const struct kind kind_##ID = { NAME, DOC, fields_##ID, ID##_NFIELDS,
#define FIELD(ID, F, NAME, TYPE, UNIT, DOC)
#define END(ID, FOLD_BY) FOLD_BY };
#include "derived.def"
#undef KIND
#undef FIELD
#undef END

const struct kind *const derived_kinds[] = {
#define KIND(ID, NAME, DOC) &kind_##ID,
#define FIELD(ID, F, NAME, TYPE, UNIT, DOC)
#define END(ID, FOLD_BY)
#include "derived.def"
#undef KIND
#undef FIELD
#undef END
    NULL,
};
