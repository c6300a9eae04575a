/* SPDX-License-Identifier: Apache-2.0 */
/* pe: the headers of a Windows image (.sys, .dll, .exe) and its version resource. */
#pragma once

#include "arena.h"

enum {
    PE_SECTIONS = 96, /* what the loader takes */
    PE_SUBSYSTEM_NATIVE = 1,
};

struct pe_section {
    uint32_t rva, at, size; /* in memory, in the file */
    bool code;
};

struct pe {
    uint16_t machine, subsystem;
    uint32_t stamp, size;        /* of the image in memory */
    struct pe_section *sections; /* by place in the file */
    size_t nsections;
    uint32_t resources, debug, debug_size; /* addresses of directories in memory; 0 = none */
};

/* False when the head is no image. With an arena the sections are read, too. */
bool pe_read(struct pe *pe, struct arena *a, str head);
/* The section that holds an address; NULL when none does. */
const struct pe_section *pe_find(const struct pe *pe, uint32_t rva);
/* Whether a debug directory says that the time stamp is a hash. */
bool pe_is_reproducible(str debug);

struct pe_version {
    str version, company, product, description;
};

/* From the bytes of the section that holds the resources. */
void pe_read_version(struct pe_version *ret, struct arena *a, str resources);
