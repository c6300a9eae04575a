/* SPDX-License-Identifier: Apache-2.0 */
#include "pool_header.h"

#include <stdio.h>

#include "limits.h"

/* "key:" with blanks or none, digits, K: bytes, or POOL_ABSENT. */
static int64_t header_size(str s, str key)
{
    size_t at = str_find(s, key);
    uint64_t kb;

    if (at == STR_NONE)
        return POOL_ABSENT;
    s = str_from(s, at + key.n);
    str_skip_blanks(&s);
    if (!str_take_u64(&s, &kb) || kb > INT64_MAX / KIB || s.n == 0 || to_lower(s.p[0]) != 'k')
        return POOL_ABSENT;
    return (int64_t)(kb * KIB);
}

/* P: belongs to the key before it: resident behind Krnl, the whole pool behind Pool N. */
static int64_t paged_behind(str s, str key)
{
    size_t at = str_find(s, key);

    return at != STR_NONE ? header_size(str_from(s, at + key.n), STR("P:")) : POOL_ABSENT;
}

bool pool_is_memory(str s)
{
    return str_has(s, STR("Memory:")) && str_has(s, STR("Avail:"));
}

bool pool_is_commit(str s)
{
    return str_has(s, STR("Commit:")) && str_has(s, STR("Pool N:"));
}

void pool_read_memory(struct pool_header *h, str line)
{
    h->any = true;
    h->total = header_size(line, STR("Memory:"));
    h->available = header_size(line, STR("Avail:"));
    h->resident = paged_behind(line, STR("Krnl:"));
}

void pool_read_commit(struct pool_header *h, str line)
{
    h->any = true;
    h->commit = header_size(line, STR("Commit:"));
    h->limit = header_size(line, STR("Limit:"));
    h->peak = header_size(line, STR("Peak:"));
    h->nonpaged = header_size(line, STR("Pool N:"));
    h->paged = paged_behind(line, STR("Pool N:"));
}

bool pool_is_heading(str s)
{
    size_t tag = str_find(s, STR("Tag "));
    size_t type = tag != STR_NONE ? str_find(str_from(s, tag), STR("Type")) : STR_NONE;

    return type != STR_NONE && str_has(str_from(s, tag + type), STR("Allocs"));
}

static bool is_rule(str s)
{
    s = str_trim(s);
    if (s.n < 3)
        return false;
    for (size_t i = 0; i < s.n; i++) {
        if (str_find_char(STR("-=_|: "), s.p[i]) == STR_NONE)
            return false;
    }
    return true;
}

bool pool_is_title(str s, char ret_scope[POOL_SCOPE])
{
    size_t at = str_find(s, STR(" pool information"));
    str what = str_trim(str_slice(s, 0, at)), number;
    uint64_t n;

    if (at == STR_NONE)
        return false;
    number = what;
    if (str_eq(what, STR("System"))) {
        snprintf(ret_scope, POOL_SCOPE, "system");
    } else if (str_eq(what, STR("All sessions"))) {
        snprintf(ret_scope, POOL_SCOPE, "all sessions");
    } else if (str_take(&number, STR("Session ")) && str_u64(str_trim(number), &n) &&
               n <= UINT32_MAX) {
        snprintf(ret_scope, POOL_SCOPE, "session %u", (unsigned)n);
    } else {
        return false;
    }
    return true;
}

bool pool_is_frame(str s)
{
    s = str_trim(s);
    return s.n == 0 || is_rule(s) || str_starts(s, STR("```")) || str_eq(s, STR("...")) ||
           str_starts(s, STR("#TYPE")) || str_starts_nocase(s, STR("poolmon")) ||
           str_find_nocase(s, STR(">poolmon")) != STR_NONE;
}
