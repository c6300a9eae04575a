/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kinds: the vocabulary of facts that formats emit. The one list is kinds.def; from it come an enum
 * of field indexes per kind (POOL_TAG_BYTES ...), a `const struct kind` per kind (kind_POOL_TAG)
 * and the list of all. In a format:
 *
 *     const struct value values[POOL_TAG_NFIELDS] = {
 *         [POOL_TAG_TAG] = value_text(tag),
 *         [POOL_TAG_BYTES] = value_u64(bytes),
 *     };
 *     emit(in, &kind_POOL_TAG, &line, when, values);
 */
#pragma once

#include "fact.h"

/* Lists made by macros. clang-format would take them for code. */
/* clang-format off */
#define KIND(ID, NAME, DOC) enum {
#define FIELD(ID, F, NAME, TYPE, UNIT, DOC) ID##_##F,
#define END(ID, FOLD_BY) ID##_NFIELDS };
#include "kinds.def"
#undef KIND
#undef FIELD
#undef END

#define KIND(ID, NAME, DOC) extern const struct kind kind_##ID;
#define FIELD(ID, F, NAME, TYPE, UNIT, DOC)
#define END(ID, FOLD_BY)
#include "kinds.def"
#undef KIND
#undef FIELD
#undef END

extern const struct kind *const parser_kinds[]; /* NULL-terminated, in the order of kinds.def */
