/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kernel_messages: single messages of known classes, in every wording that kernels have had. One
 * scanner looks for all literals at once; a message without any costs a few loads per four bytes.
 */
#pragma once

#include "kernel_report.h"

struct message_row;

/* The first row of the table whose literal stands in the message, NULL when none does. */
const struct message_row *messages_find(str text);

/* Which header of a report the row is; false when it is a plain message. */
bool message_header(const struct message_row *row, enum header *ret);
/* The row is of something that a program says, not the kernel. */
bool message_is_of_program(const struct message_row *row);
/* Emits kernel.message for the row, unless a closer look refuses it. */
void message_emit(struct parse *in, const struct kmsg *m, const struct message_row *row);
/* The same for a line of a program (systemd-oomd, earlyoom ...); true if it was one. */
bool message_of_program(struct parse *in, const struct kmsg *m);
