/* SPDX-License-Identifier: Apache-2.0 */
/* kernel_clock: what kernel messages say of the clock: boots, suspends, the battery clock. */
#pragma once

#include "kernel_prefix.h"
#include "parser.h"

/* Whether the message may be such a one: a look at its first letters. */
bool kernel_clock_may(const struct prefix *p);
/* Tells it as a fact of kind clock. boot: another boot begins with this line, whatever it says. */
void kernel_clock(struct parse *in, const struct line *line, const struct prefix *p, bool boot);
