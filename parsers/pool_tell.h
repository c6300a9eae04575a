/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pool_tell: what the snapshots of a capture say: of the first and the last every row, of those between them,
 * where they are many, only the rows of the tags that may matter (pool_moved.h).
 */
#pragma once

#include "pool_capture.h"

/* Says all that is kept. */
void pool_tell(struct pool_capture *c);
/* A row of growth alone. */
void pool_delta_emit(struct parse *in, const struct line *line, struct when when, double seconds,
        const struct pool_table_row *row);
