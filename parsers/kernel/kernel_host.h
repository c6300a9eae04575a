/* SPDX-License-Identifier: Apache-2.0 */
/* kernel_host: what boot messages say of the machine: release, memory, model, hypervisor. */
#pragma once

#include "kernel_report.h"

/* Emits host facts; true if the message was such a one. A release goes to *reports too. */
bool host_line(struct parse *in, const struct kmsg *m, struct reports *reports);
