/* SPDX-License-Identifier: Apache-2.0 */
/* time_wants: which facts the stage needs, whatever the rules look at. */
#include "kinds.h"
#include "times.h"

static const str providers[] = { STR_INIT("EventLog"), STR_INIT("Microsoft-Windows-Kernel-General"),
    STR_INIT("Microsoft-Windows-Kernel-Power"), STR_INIT("Kernel-General"),
    STR_INIT("Kernel-Power") };

static bool tells_of_boots(str provider)
{
    for (size_t i = 0; i < sizeof(providers) / sizeof(providers[0]); i++) {
        if (str_eq_nocase(provider, providers[i]))
            return true;
    }
    return false;
}

bool times_want(const struct kind *kind, size_t field, str value)
{
    if (kind == &kind_CLOCK || kind == &kind_HOST)
        return true;
    return kind == &kind_EVENT &&
           (field != EVENT_PROVIDER || value.p == NULL || tells_of_boots(value));
}

/* Each start and each stop of a system is another one. */
bool times_want_all(const struct fact *fact)
{
    static const int16_t ids[] = { 12, 13, 41, 6005, 6006, 6008, 6009, 6013 };
    const struct value *id = &fact->values[EVENT_ID], *provider = &fact->values[EVENT_PROVIDER];

    if (fact->kind != &kind_EVENT || id->type != VALUE_INT || provider->type != VALUE_TEXT ||
            !tells_of_boots(provider->s))
        return false;
    for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
        if (id->i == ids[i])
            return true;
    }
    return false;
}
