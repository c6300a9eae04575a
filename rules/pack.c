/* SPDX-License-Identifier: Apache-2.0 */
#include "pack.h"

#include <assert.h>
#include <stdlib.h>

#include <zstd.h>

#include "cleanup.h"
#include "rule.h"

/* All of it, to be freed by the caller. */
static char *unpack(size_t *ret_n)
{
    const struct rule_pack *pack = &builtin_rules;
    char *text = malloc(pack->unpacked + 1);
    size_t n;

    if (text == NULL)
        abort();
    n = pack->size != 0 ? ZSTD_decompress(text, pack->unpacked, pack->data, pack->size) : 0;
    assert(n == pack->unpacked); /* the build made it */
    *ret_n = n == pack->unpacked ? n : 0;
    return text;
}

static bool next_file(str *rest, str *ret_id, str *ret_text)
{
    uint64_t size = 0;

    if (rest->n == 0)
        return false;
    *ret_id = str_cut(rest, '\n');
    if (!str_u64(str_cut(rest, '\n'), &size))
        return false;
    *ret_text = str_slice(*rest, 0, (size_t)size);
    *rest = str_from(*rest, (size_t)size);
    return true;
}

void ruleset_add_builtin(struct ruleset *rs)
{
    size_t n;
    AUTO_FREE char *text = unpack(&n);
    str rest = { text, n }, id, file;

    ruleset_begin_pack(rs, STR("built-in"), PACK_BASE);
    while (next_file(&rest, &id, &file)) {
        if (str_eq(id, STR(PACK_CAUSES)))
            ruleset_add_causes(rs, STR("rules/db/" PACK_CAUSES), file);
        else
            ruleset_add(rs, id, arena_printf(&rs->arena, "rules/db/%.*s.json", STR_ARG(id)), file);
    }
}

bool pack_rule(struct arena *a, str id, str *ret_json)
{
    size_t n;
    AUTO_FREE char *text = unpack(&n);
    str rest = { text, n }, own, file;

    while (next_file(&rest, &own, &file)) {
        if (!str_eq(own, id))
            continue;
        *ret_json = arena_str(a, file);
        return true;
    }
    return false;
}
