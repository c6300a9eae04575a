/* SPDX-License-Identifier: Apache-2.0 */
/* code_message: the fragments of rules/tables/code_messages.tsv in a text. */
#include "code_tables.h"

static const struct literals *all_messages(void)
{
    static struct literals set;

    if (set.n == 0)
        literals_prepare(&set, code_literals, code_nmessages);
    return &set;
}

static struct message_hit message_of(const struct literal_hit *hit)
{
    const struct code_message *m = &code_messages[hit->literal->id];

    return (struct message_hit){ hit->begin, hit->end, { (enum code_family)m->family, m->number },
        m->symbol };
}

bool message_at(str t, size_t at, struct message_hit *ret)
{
    struct literal_hit hit;

    if (!literals_at(all_messages(), t, at, &hit))
        return false;
    *ret = message_of(&hit);
    return true;
}

bool message_find(str t, size_t from, size_t to, struct message_hit *ret)
{
    struct literal_hit hit;

    if (!literals_find(all_messages(), t, from, to, &hit))
        return false;
    *ret = message_of(&hit);
    return true;
}

uint32_t message_family(struct code code)
{
    code = code_to_win32(code);
    if (code.family == CODE_WIN32 && (code.number == 1451 || code.number == 1452))
        return 1450;
    if (code.family == CODE_WIN32 && code.number == 1454)
        return 1453;
    if (code.family == CODE_ERRNO && (code.number == 105 || code.number == 24))
        return code.number == 105 ? 10055 : 10024;
    return (code.family == CODE_WIN32 ? 0 : (uint32_t)code.family << 28) ^ code.number;
}
