/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kernel_report: page allocation failures and OOM reports, which the kernel prints over dozens to
 * thousands of lines. A report is collected until it is complete, another begins or its lines stop
 * coming; then its facts are emitted, the head first, tied together by the report number. Several
 * may be open at once: CPUs print into each other.
 */
#pragma once

#include "kernel_feed.h"

enum {
    TRACE_FRAMES = 64,
    OPEN_REPORTS = 8,
    REPORT_ZONES = 128,
    TASK_COLUMNS = 16,
};

struct frame {
    str symbol, module; /* without offset and compiler suffix */
    bool reliable;      /* no '?' */
};

struct trace {
    struct frame frames[TRACE_FRAMES];
    unsigned n;
    bool irq;    /* <IRQ> */
    bool narrow; /* 32-bit addresses */
    bool closed; /* what follows is another trace */
};

/* The line that a row stands on. */
struct place {
    struct span where;
    str quote;
};

/* Absent values are -1. */
struct zone {
    struct place place;
    int64_t node;
    str name;
    int64_t values[KERNEL_ZONE_NFIELDS]; /* bytes */
    str protection, buddy;
    int unreclaimable; /* -1 = not told */
};

/* Rows of tables: chained chunks, so that nothing moves. */
struct task_row {
    struct place place;
    str name;
    int64_t values[KERNEL_TASK_NFIELDS]; /* as printed: pages or bytes, see in_bytes */
    int64_t table_pages;                 /* nr_ptes, nr_pmds and nr_puds */
};

struct slab_row {
    struct place place;
    str name;
    int64_t used, total;
};

struct tag_row {
    struct place place;
    str site, function, module;
    int64_t bytes, calls;
};

struct chunk {
    struct chunk *next;
    unsigned n;
    void *rows;
};

struct table {
    struct chunk *first, *last;
    unsigned n, lost;
};

enum report_form {
    FORM_PAGE,
    FORM_SLUB,
    FORM_SLAB,
    FORM_VMALLOC,
    FORM_VMEMMAP,
    FORM_STALL,
    FORM_OOM,
    FORM_BLOCK, /* the header is lost, or there was none (SysRq-m): the trace tells at the end */
};

/* How far a report has come: lines only go forward, which tells interleaved reports apart. */
enum report_stage {
    STAGE_HEAD,
    STAGE_CPU,
    STAGE_TRACE,
    STAGE_CGROUP,
    STAGE_COUNTERS,
    STAGE_ZONES,
    STAGE_LISTS,
    STAGE_TOTALS,
    STAGE_TABLES,
    STAGE_KILL,
};

struct report {
    bool open;
    enum report_form form;
    enum report_stage stage;
    uint64_t number;
    struct arena arena;     /* texts and rows */
    struct place place;     /* of its first line */
    const struct kmsg *now; /* the line at hand */
    str host, caller;
    struct when when, last;
    unsigned idle;    /* kernel messages since its last line */
    unsigned touched; /* order of touching */
    bool headless;    /* only a kill line was seen */
    bool cpu_seen, block_seen, totals_seen, finished;

    /* header */
    str comm, names, cache, cpuset, mems_allowed, nodemask, release;
    int64_t pid, order, mode, size;
    bool order_known, mode_known;
    uint32_t version;

    struct trace trace;

    /* OOM */
    str constraint, cgroup, task_cgroup, victim, ubc;
    unsigned stats_seen;             /* rows of the cgroup's statistics */
    int64_t oom[KERNEL_OOM_NFIELDS]; /* bytes and counts, -1 = absent */
    int64_t score_adj;
    const char *panic_reason; /* NULL: no panic */
    bool memcg, group_kill, announced, killed, score_adj_known;

    /* Mem-Info */
    int64_t pages[KERNEL_MEMORY_NFIELDS]; /* counters in pages */
    int64_t bytes[KERNEL_MEMORY_NFIELDS]; /* what is printed in kB */
    int64_t ram_pages, reserved_pages;
    int64_t page_size; /* 0 = not told */
    bool memory_seen, node_stack;
    struct place memory_place;
    struct zone zones[REPORT_ZONES];
    unsigned nzones;
    struct zone *zone; /* of the last line: lowmem_reserve and folded lines go on with it */
    enum { LINE_NONE, LINE_COUNTERS, LINE_NODE, LINE_ZONE, LINE_BUDDY, LINE_STATS } going_on;

    /* tables */
    struct table tasks, slabs, tags;
    uint8_t columns[TASK_COLUMNS]; /* KERNEL_TASK_ field per column, NFIELDS + n = special */
    unsigned ncolumns;
    enum { TABLE_NONE, TABLE_TASKS, TABLE_SLABS, TABLE_TAGS } in_table;
};

struct reports {
    struct parse *in;
    struct report *slots[OPEN_REPORTS]; /* in scratch, made when first needed */
    unsigned nslots;
    uint64_t count;
    unsigned clock;
    str release; /* the last kernel release said, by a banner or a CPU line */
    char release_buf[80];
    uint32_t version;
    uint8_t columns[TASK_COLUMNS]; /* of the last task table: the next heading may be lost */
    unsigned ncolumns;
};

enum header {
    HEADER_PAGE,
    HEADER_PAGE_24,
    HEADER_SLUB,
    HEADER_SLAB,
    HEADER_VMALLOC,
    HEADER_VMEMMAP,
    HEADER_STALL,
    HEADER_OOM,
    HEADER_UB,
    HEADER_KILL,
    HEADER_CONSTRAINT,
    HEADER_PANIC,
    HEADER_BLOCK, /* a line inside a report: begins one where none is open */
};

void reports_init(struct reports *rs, struct parse *in);
void reports_release(struct reports *rs, str release);
/* A line that the table of literals knows as (part of) a report. */
void reports_header(struct reports *rs, const struct kmsg *m, enum header header);
/* Whether any report waits for its next lines. */
bool reports_open(const struct reports *rs);
/* Any other line: true if it belongs to an open report. */
bool reports_line(struct reports *rs, const struct kmsg *m);
/* Emits what is still open and frees everything. */
void reports_finish(struct reports *rs);

/* --- parts --- */

str report_keep(struct report *r, str s);    /* a copy that lives as long as the report */
struct place kernel_place(struct report *r); /* of the line at hand */
void *table_add(struct report *r, struct table *t, size_t row_size, unsigned limit);

/* The report that expects a line of this stage: of those that fit the one last added to. */
struct report *report_choose(struct reports *rs, const struct kmsg *m, int stage);
void report_touch(struct reports *rs, struct report *r, const struct kmsg *m, int stage);
/* Emits everything and frees the slot. */
void report_close(struct reports *rs, struct report *r);
/* cpuset=, mems_allowed= and nodemask= of a line. */
void report_policy(struct report *r, str s);
/* The task's name: what stands in front of `before`. */
void report_comm(struct report *r, str s, str before);
void report_order(struct report *r, str s, str key);

bool trace_line(struct report *r, str s);
/* Whether s is a frame; fills *ret (borrowed). */
bool trace_frame(str s, struct frame *ret, bool *ret_narrow);
/* Symbols, innermost first; and what can be told from them. */
str trace_symbols(struct report *r);
const struct frame *trace_caller(const struct report *r);
str trace_driver(const struct report *r);
bool trace_network(const struct report *r, bool atomic);
bool trace_interrupt(const struct report *r);

/* Lines of the Mem-Info block; stage of the line, or -1 when it is none. */
int meminfo_stage(const struct report *r, str s);
void meminfo_line(struct report *r, str s);
void meminfo_emit(struct parse *in, struct report *r);
int64_t report_page_size(const struct report *r);

/* Lines of the cgroup part of an OOM report. */
int cgroup_stage(const struct report *r, str s);
void cgroup_line(struct report *r, str s);

/* Rows of the tables; true if the line is one. */
bool tables_line(struct report *r, str s);
void tables_emit(struct parse *in, struct report *r);

/* What kill lines say. */
struct kill {
    str name, ubc;
    int64_t pid, score, vm, anon, file, shmem, tables;
    int64_t adj;
    bool memcg, done, adjusted; /* done: "Killed", not "Kill"; adjusted: adj is known */
    const char *constraint;
};
bool kill_parse(str s, struct kill *ret);
void kill_apply(struct report *r, const struct kill *k);
/* "oom-kill:constraint=..." */
void constraint_line(struct report *r, str s);

/* "key=value" or "key:value" up to a comma or blank. Absent when missing. */
str text_after(str s, str key);
/* The same for node lists: "0-1,3", "(null)". */
str nodes_after(str s, str key);
bool number_after(str s, str key, int64_t *ret);
bool kilobytes_after(str s, str key, int64_t *ret); /* "anon-rss:980kB" in bytes */
