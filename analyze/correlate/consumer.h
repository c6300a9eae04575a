/* SPDX-License-Identifier: Apache-2.0 */
/*
 * consumer: the table of who holds the memory, row by row, until it adds up to the total. What no
 * counter explains is a row of its own.
 */
#pragma once

#include "limits.h"
#include "reports.h"

enum { CONSUMER_FAMILIES = 10, CONSUMER_ROWS = 32 };

/* Tasks of one name. */
struct family {
    str name;
    int64_t ram, shared, swap, tables, processes;
    bool exact; /* ram is anonymous memory, not resident size */
};

struct families {
    struct family *list; /* heaviest first */
    size_t n;
    struct family all;
};

struct consumer_row {
    str name, explanation, hint;
    const char *class;
    int64_t bytes, swap, processes, idle;
    bool leading, notable, has_idle;
};

struct consumer_table {
    struct arena *arena;
    const struct fact *on; /* that the rows stand on */
    const char *source;
    str scope;
    int64_t number, total, sum;
    bool main; /* speaks for its host or group */
    struct consumer_row rows[CONSUMER_ROWS];
    size_t n;
};

struct families families_of(struct arena *a, struct fact_list tasks);

struct consumer_row *consumer_add(
        struct consumer_table *t, const char *class, str name, int64_t bytes);
/* A row that leads from a share of the total on, if it is of a material size. */
struct consumer_row *consumer_judge(struct consumer_table *t, const char *class, str name,
        int64_t bytes, double leading, int64_t at_least);
/*
 * The rows of processes, within `anon` bytes of anonymous memory. base is the memory that they
 * compete for (the machine's, or the nodes' they may use). The heaviest family leads if processes
 * hold most of it and this one a good part.
 */
void consumer_add_processes(struct consumer_table *t, const struct families *f, int64_t anon,
        int64_t base, int64_t swap_used);
void consumer_add_huge(struct consumer_table *t, int64_t huge, int64_t idle);
/* File pages: what waits to be written cannot be dropped at once. */
void consumer_add_cache(struct consumer_table *t, int64_t file, int64_t dirty);
/* What is left of the total: hidden memory when every counter was there, else simply not known. */
void consumer_add_rest(struct consumer_table *t, bool complete, str owner);
/* Whether what a code location allocates shows in some counter: slab, page cache, anonymous memory,
 * page tables, per-CPU memory ... */
bool tagged_is_counted(str site);
/* Who a kernel.tagged fact speaks of: module, else function, else place. */
str tagged_owner(const struct fact *tagged);
/* What else the case says that may hold memory in no counter; for the table that speaks. */
void consumer_hint(const struct correlate *c, struct consumer_table *t);
double consumer_share(const struct consumer_table *t, int64_t bytes);

/* Derives a memory.consumer for each row, the largest first. */
void consumer_flush(struct correlate *c, struct consumer_table *t);
