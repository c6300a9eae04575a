/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kernel_looks: what a message of a known class speaks of. text is the message, s what stands
 * behind the literal it was known by. A look fills in object and number; it may name another class,
 * or refuse the message by class NULL.
 */
#pragma once

#include "kernel_report.h"

struct found {
    const char *class;
    str object;
    int64_t number; /* INT64_MIN = none */
};

void look_first_number(str text, str s, struct found *f);
void look_number_before(str text, str s, struct found *f);
void look_next_word(str text, str s, struct found *f);
void look_word_before(str text, str s, struct found *f);
void look_port_of(str text, str s, struct found *f);
void look_hung_task(str text, str s, struct found *f);
void look_owner_task(str text, str s, struct found *f);
void look_cpu_and_seconds(str text, str s, struct found *f);
void look_cpu_number(str text, str s, struct found *f);
void look_device_and_sector(str text, str s, struct found *f);
void look_bracketed_device(str text, str s, struct found *f);
void look_edac(str text, str s, struct found *f);
void look_nfs_server(str text, str s, struct found *f);
void look_hyperv_balloon(str text, str s, struct found *f);
void look_enough_memory(str text, str s, struct found *f);
void look_xfs_deadlock(str text, str s, struct found *f);
void look_shortage(str text, str s, struct found *f);
void look_suppressed(str text, str s, struct found *f);
void look_free_interface(str text, str s, struct found *f);
void look_stall(str text, str s, struct found *f);
void look_rest_of_line(str text, str s, struct found *f);
void look_panic_reason(str text, str s, struct found *f);
void look_allocation_size(str text, str s, struct found *f);
void look_oomd_cgroup(str text, str s, struct found *f);
void look_earlyoom(str text, str s, struct found *f);
void look_android_kill(str text, str s, struct found *f);
