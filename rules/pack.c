/* SPDX-License-Identifier: Apache-2.0 */
#include "pack.h"

#include <assert.h>
#include <stdlib.h>

#include <zstd.h>

#include "cleanup.h"
#include "rule.h"

void ruleset_add_builtin(struct ruleset *rs)
{
    const struct rule_pack *pack = &builtin_rules;
    AUTO_FREE char *text = malloc(pack->unpacked + 1);
    str rest;
    size_t n;

    if (text == NULL)
        abort();
    ruleset_begin_pack(rs, STR("built-in"), PACK_BASE);
    n = pack->size != 0 ? ZSTD_decompress(text, pack->unpacked, pack->data, pack->size) : 0;
    assert(n == pack->unpacked); /* the build made it */
    rest = (str){ text, n == pack->unpacked ? n : 0 };
    while (rest.n != 0) {
        str id = str_cut(&rest, '\n'), length = str_cut(&rest, '\n');
        uint64_t size = 0;
        bool causes = str_eq(id, STR(PACK_CAUSES));

        if (!str_u64(length, &size))
            break;
        if (causes)
            ruleset_add_causes(rs, STR("rules/db/" PACK_CAUSES), str_slice(rest, 0, (size_t)size));
        else
            ruleset_add(rs, id, arena_printf(&rs->arena, "rules/db/%.*s.json", STR_ARG(id)),
                    str_slice(rest, 0, (size_t)size));
        rest = str_from(rest, (size_t)size);
    }
}
