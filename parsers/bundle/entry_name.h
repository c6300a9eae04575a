/* SPDX-License-Identifier: Apache-2.0 */
/* entry_name: what an archive calls an entry, made fit to be shown. Never used to open anything. */
#pragma once

#include "str.h"

/*
 * Writes valid UTF-8 without control characters to out, at most room bytes, and returns its length;
 * no leading '/', no "." and "..", no empty components. dos: '\' separates, unless '/' does, and
 * bytes that are not UTF-8 are in a page of DOS. *ret_cut tells that it did not fit: the front was
 * left out, since the end says what it is.
 */
size_t entry_name(str raw, bool dos, char *out, size_t room, bool *ret_cut);
