/* SPDX-License-Identifier: Apache-2.0 */
/*
 * when: an instant with its own doubt. A parser never guesses a zone or a year: it says what the
 * text says, and correlation turns local, year-less and monotonic times into wall time where it
 * can.
 */
#pragma once

#include "str.h"

enum when_basis {
    WHEN_NONE,
    WHEN_UTC,       /* ns since 1970-01-01T00:00:00Z */
    WHEN_LOCAL,     /* the same, of a wall clock whose zone is not known */
    WHEN_YEARLESS,  /* local, and the year is not known: counted from the start of 1972, a leap year
                     */
    WHEN_MONOTONIC, /* ns since boot number `boot` of the member (0 = first) */
};

struct when {
    int64_t ns;
    enum when_basis basis;
    uint32_t boot;
};

#define WHEN_NS 1000000000ll

/* Broken-down time, proleptic Gregorian. month 1..12, day 1..31; nothing is normalised. */
struct civil {
    int year, month, day, hour, minute, second;
    int32_t ns;
};

/* False when a part is out of range (second 60 is allowed). */
bool civil_to_ns(const struct civil *c, int64_t *ret_ns);
struct civil civil_from_ns(int64_t ns);

/*
 * Takes "2009-02-13T23:31:30.123456789+01:00" from the front: date and time separated by 'T' or one
 * blank, '-' or '/' in the date, '.' ',' or ':' before up to nine fraction digits, zone "Z",
 * "+hh:mm",
 * "+hhmm", "+hh" or none. UTC if a zone was there, else LOCAL.
 */
bool when_take_iso(str *s, struct when *ret);
/* Takes "Jul 15 23:44:32[.fraction]" (English month): YEARLESS. */
bool when_take_syslog(str *s, struct when *ret);
/* English month name of three letters or more: 1..12, 0 if none. */
int when_month(str name);

struct when when_utc(int64_t ns);
/* Seconds since 1970 as 32-bit formats store them; 0 = none. */
struct when when_unix(uint32_t seconds);
/* Units of 100 ns since 1601, as Windows counts; 0 and what does not fit = none. */
struct when when_filetime(uint64_t ticks);
struct when when_monotonic(int64_t ns, uint32_t boot);

enum { WHEN_TEXT = 48 };
/*
 * Canonical text: UTC "2026-01-31T11:22:33.5Z", local the same without Z, year-less
 * "01-31T11:22:33", monotonic "+12.345678s". Fractions without trailing zeros. Returns buf as a
 * str; empty for NONE.
 */
str when_format(struct when w, char buf[static WHEN_TEXT]);

/* Order for sorting: by basis, boot, ns. Comparable: same basis (and boot where it counts). */
int when_cmp(struct when a, struct when b);
bool when_comparable(struct when a, struct when b);
