/* SPDX-License-Identifier: Apache-2.0 */
/*
 * when: an instant with its own doubt. A parser never guesses a zone or a year: it says what the
 * text says, and correlation turns local, year-less and monotonic times into wall time where it
 * can. What it settled so carries how that was done and how far it may be off.
 */
#pragma once

#include "str.h"

enum when_basis {
    WHEN_NONE,
    WHEN_UTC,      /* ns since 1970-01-01T00:00:00Z */
    WHEN_LOCAL,    /* the same, of a wall clock whose zone is not known */
    WHEN_YEARLESS, /* local, and the year is not known: counted from the start of 1972, a leap year;
                     * boot is the number of years begun since the member's first stamp */
    WHEN_MONOTONIC, /* ns since boot number `boot` of the member (0 = first) */
};

/* How an instant was settled; none = it stands as it was written. */
enum when_settled {
    WHEN_BY_YEAR = 1u << 0,   /* the year was worked out */
    WHEN_BY_ZONE = 1u << 1,   /* local time, by the zone of its host */
    WHEN_BY_OPTION = 1u << 2, /* local time, by the zone that the user named */
    WHEN_BY_BOOT = 1u << 3,   /* time since boot, by an anchor */
    WHEN_BY_NAME = 1u << 4,   /* the date in the name of its file */
    WHEN_PAST = 1u << 5,      /* before the last boot of its host, as far as its boots are known */
};

enum { WHEN_BOOT_MAX = UINT16_MAX, WHEN_DOUBT_MAX = UINT16_MAX };

struct when {
    int64_t ns;
    enum when_basis basis : 8;
    uint16_t boot; /* of MONOTONIC and YEARLESS; of a settled time the clock that it was settled by:
                    * times of one clock are off by the same, so their order is sure */
    uint8_t settled; /* WHEN_BY_ bits, WHEN_PAST */
    uint16_t doubt;  /* seconds that it may be off either way, beyond how it was written */
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
struct when when_local(int64_t ns);
struct when when_yearless(int64_t ns);
struct when when_monotonic(int64_t ns, uint32_t boot);
/* The same, and the seconds east of UTC that the text names; false in *ret_named: it names none. */
bool when_take_iso_zone(str *s, struct when *ret, bool *ret_named, int32_t *ret_offset);

enum { WHEN_TEXT = 48 };
/*
 * Canonical text: UTC "2026-01-31T11:22:33.5Z", local the same without Z, year-less
 * "01-31T11:22:33", monotonic "+12.345678s". Fractions without trailing zeros. Returns buf as a
 * str; empty for NONE.
 */
str when_format(struct when w, char buf[static WHEN_TEXT]);

/* Order for sorting: by basis, boot, ns. Comparable: same basis (and boot where it counts). */
int when_cmp(struct when a, struct when b);
/* Lets [*first, *last] reach to when, which may be unknown; both begin as zeros. */
void when_stretch(struct when *first, struct when *last, struct when when);
bool when_comparable(struct when a, struct when b);
/*
 * How far apart two comparable instants lie, in ns and without sign: at least and at most, by the
 * doubt that they do not share. Saturates.
 */
void when_apart(struct when a, struct when b, int64_t *ret_least, int64_t *ret_most);
/* Less than, equal to or greater than 0 as a is before b; false where their doubt leaves it open. */
bool when_compare(struct when a, struct when b, int *ret_order);
