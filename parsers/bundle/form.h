/* SPDX-License-Identifier: Apache-2.0 */
/* form: what a file is by its first bytes, as far as the bundle layer enters it. */
#pragma once

#include "str.h"

enum form {
    FORM_LEAF, /* nothing to enter */
    FORM_GZIP,
    FORM_XZ,
    FORM_BZIP2,
    FORM_ZSTD,
    FORM_ZIP,
    FORM_TAR,
    FORM_7Z,
    FORM_CAB,
    FORM_AR,
    FORM_SEALED, /* an archive we know and do not open: rar, lzip ... */
};

/*
 * By signature and, for tar, by the header's checksum: no text is ever taken for an archive. A name
 * decides nothing.
 */
enum form form_of(str head);
const char *form_name(enum form form); /* "gzip" */
bool form_is_packed(enum form form);   /* one compressed file */
bool form_is_archive(enum form form);
