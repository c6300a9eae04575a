/* SPDX-License-Identifier: Apache-2.0 */
/* files: what commands that write many files need. All return an errno, 0 when it went well. */
#pragma once

#include "arena.h"

enum file_mode {
    FILE_NEW, /* EEXIST when it is there */
    FILE_OVER,
    FILE_APPEND,
};

/* Makes the folder and all above it; one that is there is fine. */
int folder_make(struct arena *a, str path);
/* Makes the folders above it, too. A link in its place is not followed. */
int file_write(struct arena *a, str path, str text, enum file_mode mode);
/* The whole file, in the arena; absent when it cannot be read. */
str file_read(struct arena *a, str path);
