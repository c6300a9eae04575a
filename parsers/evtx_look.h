/* SPDX-License-Identifier: Apache-2.0 */
/*
 * evtx_look: the head of a binary record from its values alone. The template of a record says which of its
 * values is the provider, the id, the level; that is found out once per chunk and template. A record that is made
 * otherwise than Windows makes them is left to the careful way.
 */
#pragma once

#include "binxml.h"
#include "event_tally.h"

struct evtx_looks;

struct evtx_looks *evtx_looks_create(struct arena *a);
void evtx_looks_finish(struct evtx_looks *l);
/* Another chunk: forgets the templates. */
void evtx_looks_chunk(struct evtx_looks *l);
/* The record's binary XML is [from, to) of the chunk; ticks is the time in its header. Texts in *ret stay good
 * until the next call. False: nothing is known. */
bool evtx_look(struct evtx_looks *l, struct binxml *b, struct arena *scratch, size_t from,
        size_t to, uint64_t ticks, struct event_head *ret);
