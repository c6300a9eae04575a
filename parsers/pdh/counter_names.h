/* SPDX-License-Identifier: Apache-2.0 */
/*
 * counter_names: which counter a column of a performance log holds. Windows writes objects and
 * counters in the language of the machine; those that matter are known here by their English names.
 */
#pragma once

#include "str.h"

/* Objects whose columns belong together. */
enum counter_group {
    GROUP_NONE,
    GROUP_MEMORY,  /* of a Windows machine */
    GROUP_PROCESS, /* one process each */
    GROUP_SYSTEM,
    GROUP_HOST, /* an ESXi host */
    GROUP_VM,   /* one virtual machine each */
};

/* The place of a column within its group. */
enum counter_slot {
    MEM_NONPAGED,
    MEM_PAGED,
    MEM_PAGED_RESIDENT,
    MEM_COMMIT,
    MEM_LIMIT,
    MEM_AVAILABLE,
    MEM_CACHE,
    MEM_PTES,
    MEM_SLOTS,

    PROC_PID = 0,
    PROC_HANDLES,
    PROC_NONPAGED,
    PROC_PAGED,
    PROC_COMMIT,
    PROC_THREADS,
    PROC_WORKING_SET,
    PROC_VIRTUAL,
    PROC_SLOTS,

    SYS_UPTIME = 0,
    SYS_SLOTS,

    NODE_MACHINE = 0,
    NODE_FREE,
    NODE_MIN_FREE,
    NODE_STATE,
    NODE_OVERCOMMIT,
    NODE_SWAP,
    NODE_SWAP_READ,
    NODE_SWAP_WRITE,
    NODE_BALLOON,
    NODE_BALLOON_TARGET,
    NODE_BALLOON_MAX,
    NODE_SLOTS,

    GUEST_MEMORY = 0,
    GUEST_GRANTED,
    GUEST_BALLOON,
    GUEST_BALLOON_TARGET,
    GUEST_BALLOON_MAX,
    GUEST_BALLOON_DRIVER,
    GUEST_SWAPPED,
    GUEST_SWAP_TARGET,
    GUEST_SWAP_READ,
    GUEST_SWAP_WRITE,
    GUEST_ACTIVE,
    GUEST_SLOTS,

    COUNTER_SLOTS = 16,
};

struct counter_path {
    str host, object, instance, counter; /* as written; instance is absent where there is none */
};

/* \\HOST\Object(instance)\Counter; the instance may hold anything, brackets and '\' too. */
bool counter_path_cut(str path, struct counter_path *ret);

struct counter_name {
    str object, counter; /* in English where known, else as written */
    enum counter_group group;
    uint8_t slot;  /* COUNTER_SLOTS: a known counter that stands for itself */
    uint64_t unit; /* what 1 of it is: bytes, or 1 */
    bool known;
};

struct counter_name counter_name_find(const struct counter_path *path);
/* Objects that only esxtop has, as they stand in a heading. */
bool counter_is_esx(str text);
