/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hosts: which facts speak of one machine, in whatever spelling (host_names.h).
 */
#pragma once

#include "fact.h"

struct host_table {
    const str *names; /* the shortest spelling of each, sorted */
    size_t n;
    const uint32_t *of_fact; /* [fact] index into names plus one; 0 = no host */
};

/* As the fact says; one of the kind "host" that says nothing speaks of the machine it names. */
str fact_host(const struct fact *fact);

void hosts_collect(
        struct arena *a, const struct fact *const *facts, size_t n, struct host_table *ret);
