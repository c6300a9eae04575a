/* SPDX-License-Identifier: Apache-2.0 */
#include "pack.h"

#include <assert.h>

#include "base.h"

static struct base builtin(void)
{
    return (struct base){ .head = (const struct base_header *)(const void *)builtin_base.words };
}

static size_t count_rules(const struct base *b)
{
    return b->head->parts[BASE_RULES].n / sizeof(struct base_rule);
}

struct ruleset *ruleset_open_builtin(const struct kind *const *kinds)
{
    str bytes = { (const char *)builtin_base.words, builtin_base.size };
    struct ruleset *rs = ruleset_open(kinds, bytes);

    assert(rs != NULL); /* the build made it */
    return rs;
}

void ruleset_add_builtin(struct ruleset *rs)
{
    struct base b = builtin();
    const struct base_rule *rows = base_part(&b, BASE_RULES);

    ruleset_begin_pack(rs, STR("built-in"), PACK_BASE);
    ruleset_add_causes(rs, STR("rules/db/causes.tsv"),
            (str){ base_part(&b, BASE_CAUSES), b.head->parts[BASE_CAUSES].n });
    for (size_t i = 0; i < count_rules(&b); i++)
        ruleset_add(rs, base_text(&b, rows[i].id), base_text(&b, rows[i].file),
                base_text(&b, rows[i].json));
}

bool pack_rule(str id, str *ret_json)
{
    struct base b = builtin();
    const struct base_rule *rows = base_part(&b, BASE_RULES);
    size_t at = base_find(&b, id);

    if (at == count_rules(&b))
        return false;
    *ret_json = base_text(&b, rows[at].json);
    return true;
}
