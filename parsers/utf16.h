/* SPDX-License-Identifier: Apache-2.0 */
/* utf16: little-endian strings inside binary formats, as UTF-8. */
#pragma once

#include "out.h"

/* Appends a string of known length: CR is dropped, NUL becomes a blank, what is no character U+FFFD. */
void utf16_put(struct out *o, str bytes);
/* A string up to its terminator or the end of the bytes, the same way. */
str utf16_text(struct arena *a, str bytes);
