/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every cap in one place: what it bounds, why this number, and the diagnostic that says it bit.
 * A bundle is hostile until proven otherwise; none of these is ever silent.
 */
#pragma once

#define KIB 1024ull
#define MIB (1024ull * KIB)
#define GIB (1024ull * MIB)

/* Bytes of a member that sniffers may look at. Pastes carry preambles; 64 KiB passes them all. */
#define LIMIT_SNIFF (64 * KIB)
/* One block of decoded text: fits the L2 cache of anything current. */
#define LIMIT_BLOCK (256 * KIB)
/* The longest record (a line, an XML event) held in one piece. text.long-record */
#define LIMIT_RECORD (1 * MIB)
/* A line longer than this is cut for its parser, the rest skipped. text.long-line */
#define LIMIT_LINE (64 * KIB)
/* Bytes of a dump held in memory because its tables point back and forth. They stand in front of the
 * memory it saves; a large list of handles is the most that lies between. The same for the resources
 * of a driver. dump-kernel.held, dump-user.held, driver-image.held */
#define LIMIT_HELD (16 * MIB)
/* Snapshots of one capture of pool tags that are told: a trend compares all pairs. poolmon.snapshots */
#define LIMIT_SNAPSHOTS 64
/* Bytes of one of them, 100,000 rows. poolmon.rows-cut */
#define LIMIT_SNAPSHOT_TEXT (8 * MIB)
/* Bytes of those that are held; above it there are fewer. poolmon.snapshots */
#define LIMIT_SNAPSHOT_BYTES (32 * MIB)
/* Rows of more than two snapshots that are told as they are: 2,000 tags, eight times. Above it those of
 * the tags that may matter. poolmon.rows */
#define LIMIT_POOL_ROWS 16384
/* Bytes of evidence quoted from the input for one fact. */
#define LIMIT_QUOTE 400
/* Columns of a performance log that are summed up at a time. esxtop of a large host has 51,000.
 * pdh.columns */
#define LIMIT_COUNTERS 65536
/* Bytes of their names. */
#define LIMIT_COUNTER_NAMES (32 * MIB)
/* Archives in archives. Real bundles nest three deep at most. bundle.depth */
#define LIMIT_DEPTH 8
/* Members of one case. A sosreport has 80,000 entries. bundle.members */
#define LIMIT_MEMBERS 500000
/* Unpacked bytes of one case. bundle.bytes */
#define LIMIT_BYTES (1024 * GIB)
/* Unpacked over packed bytes of one archive, once it has given LIMIT_RATIO_FLOOR. Logs full of
 * repeats reach 100 under xz; zip bombs start at 1000. bundle.ratio */
#define LIMIT_RATIO 1000
#define LIMIT_RATIO_FLOOR (64 * MIB)
/* An archive inside an archive that must be seekable (7z, zip without sizes) is held in memory up
 * to this. bundle.nested-size */
#define LIMIT_NESTED (256 * MIB)
/* What a decompressor may keep of its output: xz -9 64 MiB, zstd --long 128. bundle.window */
#define LIMIT_WINDOW_LOG 27
#define LIMIT_WINDOW (160 * MIB) /* the same with xz's own needs */
/* Directories in directories. bundle.depth */
#define LIMIT_DIRECTORIES 128
/* Compressed files directly in each other (x.gz.gz). bundle.depth */
#define LIMIT_PACKED 2
/* Path of a member, with the archives it lies in. bundle.path */
#define LIMIT_PATH 4096
/* Facts of one kind kept from one member; the rest is counted. facts.cap */
#define LIMIT_FACTS 200000
/* Equal facts (same fold key) kept from one case; the rest is counted, with its last time. */
#define LIMIT_FOLD 16
/* Facts about its clocks kept from one member: anchors every few seconds of drift reach years.
 * clock.cap */
#define LIMIT_CLOCKS 2000
/* Bytes of a file that describes a time zone; the longest has 4 KiB. */
#define LIMIT_ZONE_FILE (64 * KIB)
/* Bytes of kept facts of one case. facts.memory */
#define LIMIT_FACT_BYTES (1 * GIB)
/* Diagnostics kept of one member; the rest is counted. */
#define LIMIT_DIAGS 64
/* Evidence lines kept for one finding; the count goes on. */
#define LIMIT_EVIDENCE 16
/* Rows and columns of the table of one finding. */
#define LIMIT_ROWS 40
#define LIMIT_COLUMNS 8
/* Rows of the timeline of one report: those that matter most. timeline.cap */
#define LIMIT_TIMELINE 2000
/* What is told of the clocks of one case beside zones and boots. clock.notes */
#define LIMIT_CLOCK_NOTES 64
/* Rows of one sort that fathom diff keeps; the rest is counted. */
#define LIMIT_DIFF_ROWS 500
/* Findings of one rule in one case. findings.cap */
#define LIMIT_FINDINGS 64
/* Nesting of an expression, of JSON, of XML. */
#define LIMIT_NESTING 128
/* Steps of one PCRE2 match: what a sane pattern needs on a 64 KiB line, ten times over. regex.limit
 */
#define LIMIT_MATCH 1000000
/* Heap of one PCRE2 match in KiB. regex.limit */
#define LIMIT_MATCH_HEAP 4096
/* A pattern should hold a literal of this many bytes, to be looked for before PCRE2 is. Shorter
 * ones occur everywhere. rule.slow-regex */
#define LIMIT_LITERAL 4
/* Groups of one rule with "each" on one host. rules.groups */
#define LIMIT_GROUPS 20000
/* One rule file. */
#define LIMIT_RULE (1 * MIB)
