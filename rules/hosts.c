/* SPDX-License-Identifier: Apache-2.0 */
#include "hosts.h"

#include "host_names.h"

str fact_host(const struct fact *fact)
{
    size_t index;

    if (fact->host.n != 0 || !str_eq(str_z(fact->kind->name), STR("host")) ||
            kind_field(fact->kind, STR("name"), &index) == NULL ||
            fact->values[index].type != VALUE_TEXT)
        return fact->host;
    return fact->values[index].s;
}

void hosts_collect(
        struct arena *a, const struct fact *const *facts, size_t n, struct host_table *ret)
{
    uint32_t *of_fact = arena_room(a, uint32_t, n + 1);
    struct host_names names;

    host_names_init(&names, a);
    for (size_t i = 0; i < n; i++)
        of_fact[i] = host_names_add(&names, fact_host(facts[i]));
    host_names_settle(&names);
    for (size_t i = 0; i < n; i++)
        of_fact[i] = host_names_host(&names, of_fact[i]);
    *ret = (struct host_table){ names.names, names.n, of_fact };
}
