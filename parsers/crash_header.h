/* SPDX-License-Identifier: Apache-2.0 */
/*
 * crash_header: the header of a kernel dump, one page (32 bits) or two (64), whose fields may be
 * unset. What cannot be true is told and left out.
 */
#pragma once

#include "bugcheck.h"
#include "held.h"

enum crash_place {
    AT_BUILD,
    AT_MACHINE,
    AT_CPUS,
    AT_CODE,
    AT_PARAMETERS,
    AT_RUNS,
    AT_PAGES,
    AT_RUN,
    AT_RUNS_END,
    AT_COMMENT,
    AT_TYPE,
    AT_TIME,
    AT_UPTIME,
    AT_PRODUCT,
    AT_HEADER, /* its length */
    AT_DRIVER, /* shortest entry of a triage dump's list */
    AT_DRIVER_SIZE,
    AT_DRIVER_STAMP,
    AT_UNLOADED, /* entry of its list of unloaded drivers */
    AT_UNLOADED_NAME,
    AT_UNLOADED_START,
    CRASH_PLACES
};

enum crash_type {
    CRASH_FULL = 1,
    CRASH_TRIAGE = 4, /* a small dump */
};

struct crash {
    struct parse *in;
    struct held held;
    const uint16_t *at; /* by place */
    size_t pointer;     /* bytes of one */
};

bool crash_is_dump(str head);
void crash_open(struct crash *d, struct parse *in);
void crash_close(struct crash *d);

/* Fields by place; false when they are not set or not there. */
bool crash_word(const struct crash *d, enum crash_place place, uint32_t *ret);
uint64_t crash_pointer(const struct crash *d, size_t at);

uint64_t crash_pages(const struct crash *d);   /* of physical memory; 0 = not known */
struct when crash_time(const struct crash *d); /* of the stop */
int64_t crash_uptime(const struct crash *d);   /* 100 ns since boot; 0 = not known */
struct value crash_cpus(const struct crash *d);
struct bugcheck crash_stop(const struct crash *d);
const char *crash_type_name(uint32_t type); /* "triage"; NULL for others */

void crash_tell(const struct crash *d, const char *code, uint64_t offset, const char *detail);
