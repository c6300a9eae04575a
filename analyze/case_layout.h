/* SPDX-License-Identifier: Apache-2.0 */
/*
 * case_layout: what the places of members say of machines. A place is a member, a folder or archive
 * around it, or all members of a folder whose names begin with the same word and '_'.
 */
#pragma once

#include "arena.h"

/*
 * The place around a place; false at the root, whose path is empty. "MPS/DC1_poolmon.txt" lies in
 * "MPS/DC1_", which lies in "MPS".
 */
bool place_up(str *path);
/* The last word of a place: "DC1" of "MPS/DC1_", "node1" of "case.zip!node1". */
str place_name(str path);

/*
 * Collectors of support data put the machine's name into that of their archive or folder:
 * "sosreport-web1-01234567-2026-03-04-abcdefg.tar.xz". False when the name is no such thing.
 */
bool place_names_host(str name, str *ret_host);

/* The folder that holds the copy of one machine's files: "a/web1" of "a/web1/proc/meminfo". */
bool place_machine(str path, str *ret_folder);
