/* SPDX-License-Identifier: Apache-2.0 */
/*
 * host_names: the names of machines in all their spellings, and which of them are one machine.
 * Spellings that differ in case only are one, and a short name is the machine whose full name begins
 * with it, unless there are several such. Names that any machine may have ("localhost") are none.
 *
 * First every name is added, then they are settled, then one may ask.
 */
#pragma once

#include "arena.h"

struct spelling;

struct host_names {
    struct arena *arena; /* all of it lives there; names are borrowed */
    const str *names;    /* after host_names_settle: the shortest spelling of each, sorted */
    uint32_t n;

    /* host_names.c's own */
    struct spelling *spellings;
    uint32_t *table; /* open addressing: number of a spelling plus one */
    uint32_t nspellings, size;
    uint32_t last; /* facts of a host come in runs */
    const uint32_t *hosts;
    struct spelling **order;
};

void host_names_init(struct host_names *h, struct arena *a);
/* A number for the spelling; 0 when it names no machine. */
uint32_t host_names_add(struct host_names *h, str name);
void host_names_settle(struct host_names *h);
/* Index into names plus one of the machine that the spelling of that number means; 0 for 0. */
uint32_t host_names_host(const struct host_names *h, uint32_t spelling);
/* The machine that a name means which was not added: in any case, short or full; 0 = none, or not
 * clear which. */
uint32_t host_names_find(const struct host_names *h, str name);

/* The part of a name before its domain; all of it when it is short or an address. */
str host_label(str name);
