/* SPDX-License-Identifier: Apache-2.0 */
#include "case.h"
#include "derived.h"
#include "kinds.h"

/* Lists made by macros. clang-format would take them for code. */
/* clang-format off */
#define KIND(ID, NAME, DOC) &kind_##ID,
#define FIELD(ID, F, NAME, TYPE, UNIT, DOC)
#define END(ID, FOLD_BY)
const struct kind *const case_kinds[] = {
#include "derived.def"
#include "kinds.def"
    NULL,
};
