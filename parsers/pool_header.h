/* SPDX-License-Identifier: Apache-2.0 */
/* pool_header: the lines above and around the rows of a pool listing. */
#pragma once

#include "str.h"

enum { POOL_ABSENT = -1, POOL_SCOPE = 32 };

/* The two lines above the rows, in bytes. */
struct pool_header {
    bool any;
    int64_t total, available, resident, commit, limit, peak, nonpaged, paged;
};

/* "Memory: 2096556K Avail:  411032K ..." and "Commit:1287940K ... Pool N:98372K P:101384K". */
bool pool_is_memory(str line);
bool pool_is_commit(str line);
void pool_read_memory(struct pool_header *h, str line);
void pool_read_commit(struct pool_header *h, str line);
/* " Tag  Type     Allocs ..." as poolmon itself prints it. */
bool pool_is_heading(str line);
/* "Session 3 pool information", "All sessions pool information", "System pool information". */
bool pool_is_title(str line, char ret_scope[POOL_SCOPE]);
/* What stands around the rows and means nothing by itself. */
bool pool_is_frame(str line);
