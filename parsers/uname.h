/* SPDX-License-Identifier: Apache-2.0 */
/*
 * uname: the line that "uname -a" prints:
 *
 *     Linux vz3 5.14.0-427.el9.x86_64 #1 SMP Wed Apr 10 10:29:16 EDT 2024 x86_64 GNU/Linux
 */
#pragma once

#include "str.h"

/* Parts of the line; arch is absent where none stands there. */
struct uname {
    str name, release, arch;
};

bool uname_read(str line, struct uname *ret);
/* "x86_64" is "x64", as rules call it; absent when the word is not known. */
str uname_arch(str word);
/* Whether a machine may be called so. */
bool uname_is_name(str s);
