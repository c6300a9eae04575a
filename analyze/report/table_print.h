/* SPDX-License-Identifier: Apache-2.0 */
/* table_print: a table as text: its columns side by side, the first one cut to fit. */
#pragma once

#include "eval.h"
#include "layout.h"

void table_print(struct layout *l, struct arena *a, const struct finding_table *t, unsigned margin);
