/* SPDX-License-Identifier: Apache-2.0 */
#include "libarchive.h"

#include <dlfcn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

/* Major version 3 has had this name since 2011. */
static const char file[] = "libarchive.so.13";

_Static_assert(ARCHIVE_VERSION_NUMBER >= 3000000 && ARCHIVE_VERSION_NUMBER < 4000000,
        "another major version has another file");

static void *symbol(void *library, const char *name)
{
    void *found = library != NULL ? dlsym(library, name) : NULL;

    if (found == NULL) {
        (void)fprintf(stderr, "fathom: %s is needed to read archives: %s\n", file, dlerror());
        exit(2);
    }
    return found;
}

const struct libarchive *libarchive(void)
{
    static struct libarchive all;
    static bool loaded;
    void *library;

    if (loaded)
        return &all;
    library = dlopen(file, RTLD_NOW | RTLD_LOCAL);
#define X(NAME) *(void **)&all.NAME = symbol(library, "archive_" #NAME);
    LIBARCHIVE(X)
#undef X
    loaded = true;
    return &all;
}
