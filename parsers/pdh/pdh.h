/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pdh: performance logs of the PDH text family, which perfmon, logman, relog, typeperf and esxtop
 * write:
 *
 *     "(PDH-CSV 4.0) (Pacific Daylight Time)(420)","\\DEPOT3\Memory\Available MBytes",...
 *     "07/23/2026 06:04:43.000","4112",...
 *
 * A log is read cell by cell and summed up column by column (series.h): what is held grows with the
 * columns that somebody wants, never with the rows. A heading in the middle begins a new log, and so
 * does a restart of the machine, which its up-time tells. Times become UTC where the heading names
 * the zone's bias. Windows writes dates month first; other programs that saved the file anew write
 * them as their user likes: the dates themselves decide, as far as they can.
 */
#pragma once

#include "counter_names.h"
#include "parser.h"
#include "pdh_cells.h"
#include "series.h"

/* Columns are held in chunks that never move; PDH_CHUNKS of them make LIMIT_COUNTERS. */
enum { PDH_CHUNK = 64, PDH_CHUNKS = 1024, PDH_BUCKETS = 4096 };

struct pdh_group;

struct pdh_column {
    uint32_t index;  /* of its cell; the time is cell 0 */
    uint32_t resets; /* times that what it counts was another thing from one row to the next */
    str path;
    struct counter_path parts;
    struct counter_name name;
    struct pdh_group *group; /* or NULL */
    /* Not a number where the row has none: in the row being read, the first and the last row. */
    double now, start, end;
    uint64_t now_offset, start_offset, end_offset;
    struct series series;
};

/* Columns that speak of one thing: the machine's memory, a process, a virtual machine. */
struct pdh_group {
    enum counter_group is;
    str host, instance;
    struct pdh_column *columns[COUNTER_SLOTS];
    struct pdh_group *bucket, *next; /* of one hash; all, in order of the heading */
};

struct pdh_row {
    uint32_t line;
    uint64_t offset;
    struct row_time at;
};

struct pdh_log {
    struct parse *in;
    struct arena arena; /* of one heading */
    /* Whether a column is worth keeping. */
    bool (*wants)(const struct pdh_log *log, const struct pdh_column *column);
    /* Tells the facts of the rows since the last restart. Called when there is a row at least. */
    void (*tell)(struct pdh_log *log);
    /* The process that a group speaks of ended and another took its name: its last chance. May be NULL. */
    void (*replaced)(struct pdh_log *log, struct pdh_group *group);

    bool headed;
    char sep;
    enum when_basis basis;
    int64_t bias; /* ns to add for UTC */
    str zone;     /* its name, as written */
    struct pdh_column *chunks[PDH_CHUNKS];
    size_t ncolumns;
    size_t ncells; /* of the heading */
    size_t name_bytes;
    bool full; /* of columns */
    struct pdh_group *buckets[PDH_BUCKETS], *groups, **last_group;
    str host; /* of all columns; absent when there are none or several */
    bool hosts;

    struct pdh_row first, last;
    uint64_t rows;
    size_t stretch, step, in_stretch; /* the one being filled, its rows when full, its rows now */
    struct row_time times[SERIES_POINTS];
    double longest; /* between two rows, in seconds */
    struct pdh_row before_gap, after_gap;

    enum { ORDER_OPEN, ORDER_MDY, ORDER_DMY } order;
    bool ambiguous;   /* some date is one or the other */
    int64_t snapshot; /* listings told so far */
};

/* Reads the member to its end. The callbacks and in must be set, all else be zero. */
void pdh_read(struct pdh_log *log);

struct pdh_column *pdh_column(const struct pdh_log *log, size_t i);
struct when pdh_when(const struct pdh_log *log, struct row_time at);
double pdh_seconds(const struct pdh_log *log, struct row_time from, struct row_time to);

/* Emits `counter` for a column, if it has a sample. */
void pdh_tell_column(struct pdh_log *log, const struct pdh_column *column);
/* Whether a column grew steadily by a quarter at least: cheap enough to be asked row by row. */
bool pdh_rises(const struct pdh_log *log, const struct pdh_column *column);
/* The value of a group's column in the first or the last row, in bytes or a count; absent when it
 * has none. */
struct value pdh_value(const struct pdh_column *column, bool first);
/* Where a fact of the first or the last row stands: at this column's cell. */
struct span pdh_span(const struct pdh_log *log, const struct pdh_column *column, bool first);
/* The first column of a group that has a value there; NULL when none has. */
const struct pdh_column *pdh_any(const struct pdh_group *group, bool first);
void pdh_set_host(struct pdh_log *log, str host);

/* The parts, each in a file of its own: what stands in front of the window; one heading; one row. */
void pdh_take_heading(struct pdh_log *log, bool more);
void pdh_take_row(struct pdh_log *log);
bool pdh_take_time(str *s, struct row_time *ret);
/* Says that day and month could not be told apart, if it matters. */
void pdh_dates_open(struct pdh_log *log);
/* Ends what was read since the last restart: tells it, and forgets the samples. */
void pdh_end(struct pdh_log *log);

/* Whether the text holds the heading of such a log, and whose. */
enum pdh_kind { PDH_NONE, PDH_WINDOWS, PDH_ESX };
enum pdh_kind pdh_sniff(str text);
void pdh_signs(struct signs *to);
