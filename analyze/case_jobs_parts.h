/* SPDX-License-Identifier: Apache-2.0 */
/* case_jobs_parts: what the case and its workers share. Internal to case_jobs.c and case_worker.c. */
#pragma once

#include <stdatomic.h>
#include <sys/types.h>

#include "ahead.h"
#include "builder.h"
#include "limits.h"

enum {
    WORKERS_MOST = 64,
    FILES_MOST = 1 << 20,
    WORTH_FILES = 256,              /* less than that ... */
    WORTH_BYTES = 4 * 1024 * 1024,  /* ... of less than that is read sooner than workers start */
    WORTH_PARTS = 16 * 1024 * 1024, /* of records, a file that is read in parts */
    PART_BYTES = 8 * 1024 * 1024,   /* no part is smaller */
    WORTH_HELP = 8 * 1024 * 1024,   /* so large a file may be worth a second worker of its own */
    SHARES = 8,                     /* a file with more than 1/SHARES of a worker's part is large */
    DONE = 0,                       /* exit status of a worker */
    FULL = 3,                       /* its memory did not suffice for what it read last */
    CHANGED = 4,                    /* the bundle is not the one that was looked at */
};

/* Shared memory of a worker: what the case may keep of facts, and as much for all else. */
#define REGION_BYTES (2 * (size_t)LIMIT_FACT_BYTES)

enum file_state { FILE_FREE, FILE_TAKEN, FILE_DONE };

/* What a file had to say, in order: a member, or a diagnostic that is of none. */
struct happening {
    struct happening *next;
    size_t entry; /* of an archive that is shared: what it is of */
    bool is_member;
    struct reading reading;
    struct diag diag;
    str path;
};

/* What one worker read of an archive. */
struct share {
    struct share *next;
    uint8_t worker;
    bool done; /* else it died of one of its entries */
    bool sound;
    uint64_t unpacked;
    struct happening *first;
};

/* A large archive whose entries can be read in any order: whoever is free takes the next of them. */
struct archive_work {
    size_t entries;
    _Atomic uint8_t *taken; /* of each entry */
    const size_t *large;    /* entries, the largest first; the others are taken as they come */
    size_t nlarge;
    _Atomic(struct share *) shares;
};

/* A large member that is read in parts, between records: whoever is free takes the next. */
struct parts_work {
    const struct parser *parser;
    struct source source; /* what is known of the member beforehand */
    size_t n;
    const uint64_t *
            cuts; /* n + 1: part i is [cuts[i], cuts[i + 1]) of the file; the text begins at the first */
    _Atomic size_t next;
    _Atomic bool odd; /* its text is not what its bytes say: one must read all of it */
    struct reading *readings;
    _Atomic uint8_t *takers; /* of each part, a worker, from 1 */
    _Atomic bool *done;
};

struct file_work {
    _Atomic uint8_t state;  /* enum file_state */
    _Atomic uint8_t worker; /* who took it, from 1; 0 = not yet */
    bool large;
    uint32_t name_hash;
    uint64_t size;
    dev_t device;
    ino_t inode;
    struct happening *first;
    /* Where several workers read it; else both NULL. */
    _Atomic(struct archive_work *) archive;
    _Atomic(struct parts_work *) parts;
};

struct jobs {
    const char *const *paths;
    size_t npaths;
    struct file_work *files; /* shared */
    size_t nfiles, at;       /* at: the file that the walk has come to */
    uint64_t largest;
    size_t large[SHARES * WORKERS_MOST], nlarge; /* the largest first */
    unsigned workers;
    char *regions[WORKERS_MOST];
    struct ahead
            *boards[WORKERS_MOST]; /* shared: where others help each of them; NULL = nobody does */
    _Atomic bool *gone;            /* shared, of each worker: it reads no more */
    pid_t pids[WORKERS_MOST];
};

static inline uint32_t jobs_name_hash(const char *name)
{
    return (uint32_t)str_hash(str_z(name));
}

enum entries_mode {
    ENTRIES_ALL,   /* whoever took the file reads all that is in it */
    ENTRIES_LIST,  /* looks what there is; a file that is no archive is read */
    ENTRIES_ONE,   /* the large one that was taken */
    ENTRIES_OTHERS /* takes whatever is free */
};

struct worker {
    struct jobs *jobs;
    uint8_t number;  /* from 1 */
    size_t target;   /* the large file that it took, or helps with; SIZE_MAX: takes small ones */
    unsigned helped; /* the worker whose log it helps with, from 1; 0 = none */
    bool joins;      /* it reads parts of a member that another has cut */
    struct member_reader reader;
    struct arena arena; /* in the region */
    struct file_work *file;
    struct happening **end;

    int at; /* where the file stands that is walked to, during the walk */
    const char *name;
    bool inside; /* the walk is in the file that w reads: what is told is of it, or of what is in it */

    enum entries_mode mode;
    size_t entry;    /* the one taken last */
    uint64_t *sizes; /* of entries, as listed */
    size_t nsizes, sizes_size;
    struct bundle_entries listed;
    bool ended; /* the walk came to the end of the archive */
    struct archive_work *archive;
    struct share *share;
};

/* Over all files, or rather those that w takes. */
void worker_walk(struct worker *w, const struct bundle_ops *ops);

/* --- case_archive.c: archives whose entries several workers read --- */

/* The calls of the walk: ctx is a struct worker. */
bool archive_entry(void *ctx, size_t number, uint64_t size);
void archive_entries_end(void *ctx, const struct bundle_entries *entries);
/* Reads w->target, which w has taken: by itself, or as one of those who read it as an archive. */
void archive_read(struct worker *w, const struct bundle_ops *ops);
/* Reads entries of w->target, which another has found to be an archive. */
void archive_join(struct worker *w, const struct bundle_ops *ops);
bool archive_joined(const struct file_work *file, uint8_t worker);
/* What all of them read, in the order of the entries, hung in one list; false when the case must read it by
 * itself. *ret_died: one of them died of an entry. */
bool archive_merge(const struct file_work *file, struct happening **ret, bool *ret_died);

/* --- case_parts.c: members that several workers read --- */

/* Reads the member, with whoever joins; false when it is not for that. */
bool parts_read(struct worker *w, struct member *m);
/* Reads parts of w->target, which another has cut; w->at and w->name are where it stands. */
void parts_join(struct worker *w);
/* What was read of all parts as one reading, in arena a; false when the case must read the file by itself.
 * *ret_died: some part is missing. */
bool parts_merge(
        const struct file_work *file, struct arena *a, struct reading *ret, bool *ret_died);
/* Whether worker i, from 1, took a part and did not come to its end. */
bool parts_left_by(const struct parts_work *parts, unsigned i);

/* The file that the walk is at, if it is still the one that was there; -1. */
int worker_open(const struct worker *w, const struct file_work *file);
/* A reading as it may be left behind: in the worker's memory. */
void worker_keep(struct worker *w, struct reading *reading);
/* Over all files, in the order in which they were counted. */
void jobs_walk(struct jobs *j, const struct bundle_ops *ops, void *ctx);
/* The life of worker `number`, from 0. */
_Noreturn void jobs_work(struct jobs *j, const struct builder *b, unsigned number);
