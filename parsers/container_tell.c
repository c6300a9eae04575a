/* SPDX-License-Identifier: Apache-2.0 */
#include "container_tell.h"

static bool is_oom(str status)
{
    return str_eq(status, STR("oom")) || str_ends(status, STR("OOMKilled"));
}

void container_say(
        struct parse *in, struct span where, str quote, struct when when, const struct container *c)
{
    const struct value values[CONTAINER_STATE_NFIELDS] = {
        [CONTAINER_STATE_RUNTIME] = value_z(c->runtime),
        [CONTAINER_STATE_NAME] = value_text(c->name.n != 0 ? c->name : str_slice(c->id, 0, 12)),
        [CONTAINER_STATE_ID] = value_text(c->id),
        [CONTAINER_STATE_STATUS] = value_text(c->status),
        [CONTAINER_STATE_EXIT_CODE] = c->exit_code,
        [CONTAINER_STATE_OOM_KILLED] = is_oom(c->status) ? value_bool(true) : value_none(),
        [CONTAINER_STATE_LIMIT] = c->limit,
        [CONTAINER_STATE_PLATFORM] = value_text(c->platform),
    };

    emit_at(in, &kind_CONTAINER_STATE, where, quote, when, values);
}

struct value container_code(str text)
{
    int64_t number;

    return str_i64(text, &number) ? value_int(number) : value_none();
}
