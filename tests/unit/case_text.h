/* SPDX-License-Identifier: Apache-2.0 */
/* case_text: a case as text, for tests that read one in several ways. */
#pragma once

#include "case.h"
#include "out.h"

/* All of a file; the caller frees it. */
char *read_file(const char *path, size_t *ret_n);
struct ruleset *builtin_rules(void);
/* Its members with their sums and diagnostics, its facts in order. The caller finishes *ret. */
void case_text(
        const char *path, const struct case_options *options, struct out *ret, size_t *ret_sources);
