/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kernel_prefix: what stands before a kernel message, in any of the forms that dmesg, syslog
 * daemons, journalctl, consoles and mail programs give it. One line is looked at alone; what needs
 * the lines before (boots, relative times) is tracked in struct prefix_track.
 */
#pragma once

#include "when.h"

/* What was there. */
enum prefix_part {
    PREFIX_UPTIME = 1u << 0,  /* [   12.345678] */
    PREFIX_WALL = 1u << 1,    /* [Thu Jul 15 23:44:32 2021], ISO, syslog date */
    PREFIX_DELTA = 1u << 2,   /* [<    0.000010>], [  +0.000123] */
    PREFIX_RAW = 1u << 3,     /* <4> */
    PREFIX_KMSG = 1u << 4,    /* 6,339,5140900,-; */
    PREFIX_DECODED = 1u << 5, /* kern  :warn  : */
    PREFIX_CALLER = 1u << 6,  /* [  T464], [    C1] */
    PREFIX_KERNEL = 1u << 7,  /* kernel: */
    PREFIX_PROGRAM = 1u << 8, /* any other program's tag */
    PREFIX_HOST = 1u << 9,
    PREFIX_CLOCK = 1u << 10, /* a time of day alone */
    PREFIX_CTIME = 1u << 11, /* the wall clock stands in dmesg -T's bracket */
    PREFIX_ISO = 1u << 12,   /* it is an ISO date in front of the line */
};

struct prefix {
    unsigned parts;
    str text;         /* what follows, one blank after the prefix dropped */
    struct when when; /* as written: the wall clock where there is one, else time since boot */
    int64_t uptime;   /* ns since boot, -1 = not told */
    uint16_t boot;    /* of the member, from 0, in the order of its lines; by prefix_track */
    bool named, zulu; /* the date names an offset from UTC; by a Z */
    int32_t offset;   /* seconds east of UTC */
    int64_t delta;    /* ns since the line before, -1 = not told */
    int64_t clock;    /* seconds of the day, where only that is told; else -1 */
    bool rounded;     /* the wall clock has minutes only; deltas count on from it */
    int priority;     /* 0..7, -1 = not told */
    int facility;     /* 0 = kern, -1 = not told */
    str host, tag;    /* tag without [pid] */
    str caller;       /* T464, C1, or a pid */
};

/* Never fails: without any prefix parts is 0 and text is the line. */
void prefix_parse(str line, struct prefix *ret);

struct prefix_track {
    uint16_t boot;
    int64_t uptime; /* of the last line that told it, -1 = none yet */
    struct when base;
    bool newest_first;
    bool early;       /* its clock began before 2^32 ms */
    bool banner;      /* a "Linux version" line was met */
    uint64_t boot_id; /* hash of the id that the records of a journal name, 0 = none */
};

/* A line that says so begins another boot. */
void prefix_track_boot(struct prefix_track *track);
/* Fills in boot numbers and times that stand relative to the lines before. */
void prefix_track(struct prefix_track *track, struct prefix *p);

/* True for Cyrillic, CJK, German ... month names too: 1..12, 0 = none. */
int prefix_month(str name);
/* "Thu Jul 15 23:44:32 2021" in any language: LOCAL. */
bool prefix_ctime(str s, struct when *ret);
/* "avril 16 21:08:50 ": YEARLESS. */
bool prefix_take_date(str *s, struct when *ret);

/* --- between the files of it --- */

/* One bracket of the prefix; *s is left alone when it is part of the message. */
bool prefix_take_bracket(str *s, struct prefix *p);
void prefix_set_wall(struct prefix *p, struct when when);
/* Behind a priority, all of RFC 5424; at the front, what only programs write. */
bool prefix_take_rfc5424(str *s, struct prefix *p);
bool prefix_take_program(str *s, struct prefix *p);
/* The dates of two forms of journalctl; host and tag follow. */
bool prefix_take_full_date(str *s, struct prefix *p);
bool prefix_take_unix_time(str *s, struct prefix *p);
