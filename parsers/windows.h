/* SPDX-License-Identifier: Apache-2.0 */
/* windows: what several formats need to know of Windows: its products by build, machine types, text. */
#pragma once

#include "arena.h"

/* Canonical product ("2008r2") of a version "6.1" and build; NULL when the version is not known. */
const char *windows_product(str version, uint64_t build, bool server);
/* "6.1" for 7601; NULL for builds that never shipped. */
const char *windows_version(uint64_t build);
/* "x64" for 0x8664, as headers of images and dumps name the machine; NULL for others. */
const char *windows_machine(uint16_t machine);

/* The last component of a path with backslashes. */
str windows_file(str path);
/* Text of one byte a character, up to its terminator, as UTF-8 and without blanks around it. */
str windows_ansi(struct arena *a, str s);
