/* SPDX-License-Identifier: Apache-2.0 */
/* boot_ties: see boot_ties.c. */
#pragma once

#include "settle.h"

/* Gives runs their anchors, and runs of one boot one root. */
void tie_runs(struct settle *s);
size_t run_root(struct settle *s, size_t run);

/*
 * The boot in which the evidence around a member was taken, by `date` and `uptime` of its host: up is
 * the uptime then. False when that is not told.
 */
bool host_capture(const struct settle *s, uint32_t member, uint32_t host, struct anchor *ret);
